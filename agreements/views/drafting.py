"""Pages on which a draft is written."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import permissions
from accounts.permissions import Capability
from agreements import drafting
from agreements.budgets import lines_for
from agreements.forms.agreement import BudgetsForm, CreateForm, ObjectiveForm, PartiesForm, TargetsForm
from agreements.middleware import actor_of
from agreements.models import (
    Agreement,
    AgreementIndicator,
    AgreementObjective,
    Indicator,
    Objective,
    Position,
)
from agreements.parties import proposed_superior
from agreements.views.agreement import agreement_or_404, posted
from agreements.years import policy_or_404
from perjanjian.paging import page_of


def draft_or_refusal(request, year: int, pk: int) -> Agreement:
    """A draft the account may write; 403 when it may not, a DraftError when it is no draft any more."""
    agreement = agreement_or_404(request, year, pk)
    if not permissions.may_draft(request.scope, agreement.unit_id):
        raise PermissionDenied("Anda tidak berwenang menyusun PK ini.")
    return agreement


def _actor(request, agreement: Agreement):
    return actor_of(request, request.scope.capacity(Capability.DRAFT, agreement.unit_id))


def _moved_on(request, agreement: Agreement):
    """Back to the agreement with a sentence when it is no draft any more; else None."""
    if agreement.is_draft:
        return None
    messages.error(
        request, f"PK ini berstatus “{agreement.get_status_display()}” dan tidak dapat disusun lagi."
    )
    return redirect(agreement)


def create(request, year: int):
    policy_or_404(year)
    units = request.scope.units(Capability.DRAFT)
    if units is not None and not units:
        raise PermissionDenied("Anda tidak berwenang menyusun PK.")
    today = timezone.localdate()
    form = CreateForm(posted(request), positions=Position.objects.free_for_agreement(year, units, today))
    if request.method == "POST" and form.is_valid():
        position = form.cleaned_data["position"]
        actor = actor_of(request, request.scope.capacity(Capability.DRAFT, position.unit_id))
        try:
            agreement = drafting.create_draft(position, year, today, actor)
        except drafting.DraftError as error:
            messages.error(request, str(error))
        else:
            return redirect("agreements:compose", year, agreement.pk)
    return render(request, "agreements/create.html", {"year": year, "form": form})


def compose(request, year: int, pk: int):
    """The draft on one page: objectives, indicators with their targets, budgets."""
    agreement = draft_or_refusal(request, year, pk)
    if moved := _moved_on(request, agreement):
        return moved
    objectives = list(agreement.objectives.all())
    promises = [promise for objective in objectives for promise in objective.indicators.all()]
    form = TargetsForm(posted(request), agreement=agreement, promises=promises)
    if request.method == "POST" and form.is_valid():
        agreement.version = form.cleaned_data["version"]
        try:
            changed = drafting.set_targets(agreement, form.targets(), _actor(request, agreement))
        except drafting.Conflict as conflict:
            form.show_conflict(str(conflict), agreement_or_404(request, year, pk))
        except drafting.DraftError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, f"{changed} target disimpan." if changed else "Tidak ada target yang berubah."
            )
            return redirect("agreements:detail", year, pk)
    rows = [(o, [(p, form.bound(p), form.saved(p)) for p in o.indicators.all()]) for o in objectives]
    return render(
        request,
        "agreements/compose.html",
        {"year": year, "agreement": agreement, "form": form, "rows": rows},
        status=422 if request.method == "POST" else 200,
    )


def parties(request, year: int, pk: int):
    agreement = draft_or_refusal(request, year, pk)
    if moved := _moved_on(request, agreement):
        return moved
    positions = (
        Position.objects.on(timezone.localdate()).exclude(pk=agreement.position_id).select_related("unit")
    )
    form = PartiesForm(posted(request), instance=agreement, positions=positions)
    if request.method == "POST" and form.is_valid():
        fresh = Agreement.objects.get(pk=agreement.pk)
        data = form.cleaned_data
        drafting.set_parties(
            fresh,
            data.get("second_position"),
            data.get("second_reason", ""),
            data["budget_waiver"],
            _actor(request, agreement),
        )
        messages.success(request, "Data PK disimpan.")
        return redirect("agreements:detail", year, pk)
    context = {
        "year": year,
        "agreement": agreement,
        "form": form,
        "proposed": proposed_superior(agreement.position),
    }
    return render(
        request, "agreements/parties.html", context, status=422 if request.method == "POST" else 200
    )


def objectives(request, year: int, pk: int):
    agreement = draft_or_refusal(request, year, pk)
    if moved := _moved_on(request, agreement):
        return moved
    form = ObjectiveForm(
        posted(request), objectives=Objective.objects.to_promise(agreement).select_related("unit")
    )
    if request.method == "POST" and form.is_valid():
        try:
            added = drafting.add_objectives(
                agreement,
                form.cleaned_data.get("objectives", ()),
                form.cleaned_data["new_text"],
                _actor(request, agreement),
            )
        except drafting.DraftError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{added} sasaran ditambahkan.")
            return redirect("agreements:compose", year, pk)
    context = {"year": year, "agreement": agreement, "form": form}
    return render(
        request, "agreements/objectives.html", context, status=422 if request.method == "POST" else 200
    )


def pick_indicators(request, year: int, pk: int, row: int):
    """Choose indicators of the catalogue for one objective."""
    agreement = draft_or_refusal(request, year, pk)
    if moved := _moved_on(request, agreement):
        return moved
    objective = get_object_or_404(AgreementObjective, pk=row, agreement=agreement)
    catalogue = Indicator.objects.to_promise(agreement, request.scope)
    if request.method == "POST":
        chosen = catalogue.filter(pk__in=[pk for pk in request.POST.getlist("indikator") if pk.isdigit()])
        if chosen:
            added = drafting.add_indicators(
                objective, chosen.prefetch_related("scale__steps"), _actor(request, agreement)
            )
            messages.success(request, f"{added} indikator ditambahkan. Isi targetnya di bawah.")
            return redirect("agreements:compose", year, pk)
        messages.error(request, "Belum ada indikator yang dipilih. Centang paling sedikit satu.")
    text = request.GET.get("cari", "").strip()
    everywhere = request.GET.get("semua") == "1"
    shown = catalogue.matching(text) if text else catalogue
    if not everywhere:
        shown = shown.near(agreement)
    return render(
        request,
        "agreements/pick_indicators.html",
        {
            "year": year,
            "agreement": agreement,
            "objective": objective,
            **page_of(request, shown),
            "text": text,
            "everywhere": everywhere,
        },
    )


@require_POST
def remove_objective(request, year: int, pk: int, row: int):
    agreement = draft_or_refusal(request, year, pk)
    found = get_object_or_404(
        AgreementObjective.objects.select_related("agreement__unit"), pk=row, agreement=agreement
    )
    return _removed(request, agreement, lambda: drafting.remove_objective(found, _actor(request, agreement)))


@require_POST
def remove_indicator(request, year: int, pk: int, row: int):
    agreement = draft_or_refusal(request, year, pk)
    found = get_object_or_404(
        AgreementIndicator.objects.select_related("objective__agreement__unit"),
        pk=row,
        objective__agreement=agreement,
    )
    return _removed(request, agreement, lambda: drafting.remove_indicator(found, _actor(request, agreement)))


def _removed(request, agreement: Agreement, remove):
    try:
        remove()
    except drafting.DraftError as error:
        messages.error(request, str(error))
        return redirect(agreement)
    messages.success(request, "Dihapus dari draf.")
    return redirect("agreements:compose", agreement.year, agreement.pk)


def budgets(request, year: int, pk: int):
    agreement = draft_or_refusal(request, year, pk)
    if moved := _moved_on(request, agreement):
        return moved
    offered = lines_for(agreement)
    present = {(row.programme_id, row.fund_source) for row in agreement.budgets.all()}
    chosen = [line.key for line in offered if (line.programme.pk, line.fund_source) in present]
    form = BudgetsForm(
        posted(request), lines=offered, initial={"lines": chosen, "version": agreement.version}
    )
    if request.method == "POST" and form.is_valid():
        agreement.version = form.cleaned_data["version"]
        try:
            drafting.set_budgets(agreement, form.chosen(), _actor(request, agreement))
        except drafting.DraftError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Anggaran PK disimpan.")
            return redirect("agreements:compose", year, pk)
    context = {
        "year": year,
        "agreement": agreement,
        "form": form,
        "offered": offered,
        "selected": set(form["lines"].value() or ()),
    }
    return render(
        request, "agreements/budgets.html", context, status=422 if request.method == "POST" else 200
    )
