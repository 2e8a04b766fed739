"""Pages that start a PK Perubahan: for one agreement, and for many after a DPPA."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import permissions
from accounts.permissions import Capability
from agreements import amending, tables
from agreements.amendable import Need, amendable, counted
from agreements.budgets import YearBudgets
from agreements.drafting import DraftError
from agreements.forms.amendment import BasisForm, DraftBasisForm
from agreements.middleware import actor_of
from agreements.models import Agreement
from agreements.views.agreement import agreement_or_404, posted
from agreements.views.common import numbers_in
from agreements.views.drafting import draft_or_refusal, moved_on, written
from agreements.workflow import Refused
from agreements.years import policy_or_404
from perjanjian.exporting import show
from perjanjian.paging import page_of, searched

NOT_ALLOWED = "Anda tidak berwenang membuat PK Perubahan untuk jabatan ini."


def _actor(request, agreement: Agreement):
    capacity = request.scope.capacity(Capability.DRAFT, agreement.unit_id, agreement.year)
    return actor_of(request, capacity)


# --- one --------------------------------------------------------------------------------------------


def amend(request, year: int, pk: int):
    """Ask for ground and reason, then start the draft that amends this agreement."""
    agreement = agreement_or_404(request, year, pk)
    if not amending.may_amend(request.scope, agreement):
        if request.method == "POST":
            amending.refuse(agreement, _actor(request, agreement))
        raise PermissionDenied(NOT_ALLOWED)
    today = timezone.localdate()
    if problem := amending.why_not(agreement, today):
        messages.error(request, problem)
        return redirect(agreement)
    # A hand-over that asks for this brings its ground and reason along.
    form = BasisForm(
        posted(request),
        initial={"ground": request.GET.get("dasar"), "reason": request.GET.get("alasan", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            draft = amending.start(agreement, form.basis(), request.scope, _actor(request, agreement), today)
        except DraftError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, "Draf PK Perubahan dibuat dari PK yang berlaku. Ubah yang perlu, lalu ajukan."
            )
            return redirect("agreements:compose", year, draft.pk)
    policy = policy_or_404(request, year)
    due = policy.amendment_due
    budgets = YearBudgets(year, [agreement], request.tree, policy)
    context = {
        "year": year,
        "agreement": agreement,
        "form": form,
        "title": amending.ACTION,
        "row": amendable([agreement], year, today, due, budgets)[0],
        "due": due,
    }
    return render(request, "agreements/amend.html", context, status=422 if request.method == "POST" else 200)


def basis(request, year: int, pk: int):
    """Another ground or reason while the amendment is a draft."""
    agreement = draft_or_refusal(request, year, pk)
    if moved := moved_on(request, agreement):
        return moved
    if agreement.amends_id is None:
        messages.error(request, "PK ini tidak mengubah PK lain.")
        return redirect(agreement)
    initial = {
        "ground": agreement.ground,
        "reason": agreement.ground_reason,
        "version": agreement.version,
    }
    form = DraftBasisForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        fresh = Agreement.objects.get(pk=pk)
        if written(request, form, fresh, lambda actor: amending.set_basis(fresh, form.basis(), actor)):
            messages.success(request, "Dasar dan alasan perubahan disimpan.")
            return redirect(agreement)
    context = {"year": year, "agreement": agreement, "form": form, "title": "Dasar dan alasan perubahan"}
    return render(request, "agreements/amend.html", context, status=422 if request.method == "POST" else 200)


# --- many -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What became of one of the ticked agreements: its new draft, or why there is none."""

    agreement: Agreement
    draft: Agreement | None
    problem: str = ""


def amendment_list(request, year: int):
    """All agreements in force the account may draft, with what differs; drafts for the ticked ones."""
    policy = policy_or_404(request, year)
    if not permissions.may_draft_somewhere(request.scope, year):
        raise PermissionDenied("Anda tidak berwenang menyusun PK.")
    today, text = timezone.localdate(), searched(request)
    form = BasisForm(posted(request))
    ticked = numbers_in(request.POST.getlist("pk"))
    if request.method == "POST" and form.is_valid():
        if ticked:
            return _amend_all(request, year, ticked, form)
        form.add_error(None, "Belum ada PK yang dipilih. Centang paling sedikit satu.")
    agreements = Agreement.objects.for_year(year).in_force().drafted_by(request.scope, year)
    agreements = agreements.select_related("position__unit", "unit")
    if text:
        agreements = agreements.matching(text)
    found = list(agreements)
    budgets = YearBudgets(year, found, request.tree, policy)
    rows = amendable(found, year, today, policy.amendment_due, budgets)
    need = next((need for need in Need if need == request.GET.get("saring")), None)
    context = {
        "year": year,
        "policy": policy,
        "overdue": policy.amendment_due is not None and today > policy.amendment_due,
        "form": form,
        "ticked": ticked,
        "text": text,
        "need": need,
        "needs": _needs(counted(rows)),
        "count": len(rows),
        "page": page_of(request, [row for row in rows if row.is_one_of(need)]),
    }
    status = 422 if request.method == "POST" else 200
    return show(request, "agreements/amendment_list.html", context, tables.amendments, status)


def _needs(counts: dict[Need, int]) -> list[tuple[Need, str, int]]:
    labels = {
        Need.WANTED: "Perlu PK Perubahan",
        Need.UNDER_WAY: "Sedang disusun",
        Need.LATE: "Terlambat",
    }
    return [(need, label, counts[need]) for need, label in labels.items()]


def _amend_all(request, year: int, ticked: set[int], form: BasisForm):
    """The single act for each, each a transaction of its own; one refusal undoes nothing of the others."""
    rows = Agreement.objects.visible_to(request.scope, year).for_year(year).filter(pk__in=ticked)
    chosen = list(rows.with_parties())
    today, budgets = timezone.localdate(), YearBudgets(year, chosen)
    outcomes = []
    for agreement in chosen:
        try:
            draft = amending.start(
                agreement, form.basis(), request.scope, _actor(request, agreement), today, budgets
            )
        except Refused:
            outcomes.append(Outcome(agreement, None, NOT_ALLOWED))
        except DraftError as error:
            outcomes.append(Outcome(agreement, None, str(error)))
        else:
            outcomes.append(Outcome(agreement, draft))
    context = {
        "year": year,
        "outcomes": outcomes,
        "made": sum(outcome.draft is not None for outcome in outcomes),
        "basis": form.basis(),
    }
    return render(request, "agreements/amendment_done.html", context)
