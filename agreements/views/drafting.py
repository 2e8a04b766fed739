"""Pages on which a draft is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import BoundField
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts import permissions
from accounts.permissions import Capability
from agreements import drafting, last_year
from agreements.budgets import held_lines, lines_for
from agreements.copying import outdated
from agreements.differences import Comparison, IndicatorChange, compare
from agreements.forms.agreement import (
    BudgetsForm,
    CreateForm,
    DraftForm,
    ObjectiveForm,
    PartiesForm,
    TargetsForm,
)
from agreements.middleware import actor_of
from agreements.models import (
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
    Indicator,
    Objective,
    Position,
)
from agreements.parties import next_superior, proposed_superior, reason_by_rule, superiors_to_offer
from agreements.views.agreement import agreement_or_404, posted
from agreements.views.common import FOUND_AT_MOST, Found, Question, choose, number_in, number_of, numbers_in
from agreements.years import policy_or_404
from perjanjian.paging import page_of, searched
from records.history import Actor


def draft_or_refusal(request, year: int, pk: int) -> Agreement:
    """The agreement when the account may write its draft; 403 when it may not."""
    agreement = agreement_or_404(request, year, pk)
    if not permissions.may_draft(request.scope, agreement.unit_id, agreement.year):
        raise PermissionDenied("Anda tidak berwenang menyusun PK ini.")
    return agreement


def _actor(request, agreement: Agreement):
    return actor_of(request, request.scope.capacity(Capability.DRAFT, agreement.unit_id, agreement.year))


def moved_on(request, agreement: Agreement):
    """Back to the agreement with a sentence when it is no draft any more; else None."""
    if agreement.is_draft:
        return None
    messages.error(
        request, f"PK ini berstatus “{agreement.get_status_display()}” dan tidak dapat disusun lagi."
    )
    return redirect(agreement)


def written(request, form: DraftForm, agreement: Agreement, write) -> bool:
    """Write a valid form at the version its page was opened at; a refusal is a sentence on the form."""
    try:
        with transaction.atomic():
            agreement.version = form.cleaned_data["version"]
            write(_actor(request, agreement))
    except drafting.Conflict as conflict:
        form.show_conflict(str(conflict), agreement_or_404(request, agreement.year, agreement.pk))
    except drafting.DraftError as error:
        form.add_error(None, str(error))
    else:
        return True
    return False


def _page(request, template: str, context: dict):
    """A page of the draft; sent and not accepted it is 422."""
    return render(
        request, f"agreements/{template}.html", context, status=422 if request.method == "POST" else 200
    )


def create(request, year: int):
    policy = policy_or_404(request, year)
    units = request.scope.units(Capability.DRAFT, year)
    if units is not None and not units:
        raise PermissionDenied("Anda tidak berwenang menyusun PK.")
    today, words = timezone.localdate(), searched(request)
    positions = Position.objects.free_for_agreement(policy, units, today)
    sources = last_year.signed_last_year(request.scope, year)
    form = CreateForm(posted(request), positions=positions, words=words, year=year, sources=sources)
    if request.method == "POST" and form.is_valid():
        position, source = form.cleaned_data["position"], form.cleaned_data["source"]
        actor = actor_of(request, request.scope.capacity(Capability.DRAFT, position.unit_id, year))
        try:
            if source:
                agreement, copied = last_year.create_copy(position, year, source, today, actor)
                _say_what_was_copied(request, copied, year)
            else:
                agreement = drafting.create_draft(position, year, today, actor)
        except drafting.DraftError as error:
            form.add_error(None, str(error))
        else:
            return redirect("agreements:compose", year, agreement.pk)
    return _page(request, "create", {"year": year, "form": form, "text": words})


def _say_what_was_copied(request, copied: last_year.Copied, year: int) -> None:
    messages.success(
        request,
        f"Disalin dari PK {year - 1}: {copied.objectives} sasaran, {copied.indicators} indikator, dan "
        f"{copied.budgets} program. Periksa setiap target.",
    )
    if copied.left_out:
        names = "; ".join(f"“{name}”" for name in copied.left_out)
        messages.warning(
            request, f"Tidak disalin karena tidak dipakai lagi di rencana tahun {year}: {names}."
        )


# --- objectives, indicators and targets on one page ----------------------------------------------


def compose(request, year: int, pk: int):
    """The draft on one page: objectives, indicators with their targets.

    The buttons beside a row belong to the same form, so that what is typed is saved with them.
    """
    agreement = draft_or_refusal(request, year, pk)
    if moved := moved_on(request, agreement):
        return moved
    objectives = list(agreement.objectives.all())
    promises = [promise for objective in objectives for promise in objective.indicators.all()]
    pressed = _pressed(request, objectives, promises)
    leaving = pressed.leaving if pressed else frozenset()
    comparison = compare(agreement)
    amended = [row.old for row in comparison.rows if row.old] if comparison else []
    form = TargetsForm(
        posted(request), agreement=agreement, promises=promises, leaving=leaving, amended=amended
    )
    if request.method == "POST" and form.is_valid():
        count = 0

        def write(actor) -> None:
            nonlocal count
            count = drafting.set_targets(agreement, form.targets(), actor)
            if replaced := form.replaced():
                count += drafting.set_replaced(agreement, replaced, actor)
            if pressed:
                pressed.take(actor)

        if written(request, form, agreement, write):
            saved = f"{count} target disimpan." if count else "Tidak ada target yang berubah."
            messages.success(request, pressed.done if pressed else saved)
            return redirect("agreements:compose" if pressed else "agreements:detail", year, pk)
    context = {
        "year": year,
        "agreement": agreement,
        "form": form,
        "rows": _target_rows(agreement, objectives, form, comparison),
        "comparison": comparison,
    }
    return _page(request, "compose", context)


@dataclass(frozen=True)
class TargetRow:
    """A promise on the page: its fields, and what is to be said beside them."""

    promise: AgreementIndicator
    fields: list[BoundField]
    saved: str
    outdated: list[str]
    before: IndicatorChange | None
    replaces: BoundField | None


def _target_rows(
    agreement: Agreement,
    objectives: list[AgreementObjective],
    form: TargetsForm,
    comparison: Comparison | None,
) -> list[tuple[AgreementObjective, list[TargetRow]]]:
    changed = outdated(agreement)
    before = {row.new.pk: row for row in comparison.rows if row.new} if comparison else {}
    return [
        (
            objective,
            [
                TargetRow(
                    promise,
                    form.bound(promise),
                    form.saved(promise),
                    changed.get(promise.pk, []),
                    before.get(promise.pk),
                    form.replaces(promise),
                )
                for promise in objective.indicators.all()
            ],
        )
        for objective in objectives
    ]


@dataclass(frozen=True)
class Pressed:
    """The button beside a row that sent the form: what it does, and whose targets go with it."""

    take: Callable[[Actor], object]
    done: str
    leaving: frozenset[int] = frozenset()


def _pressed(request, objectives, promises) -> Pressed | None:
    """What the pressed button does; None for “Simpan target” and for a row that is gone already."""

    def named(button: str, rows):
        number = number_in(request.POST.get(button, ""))
        return next((row for row in rows if row.pk == number), None)

    if row := named("hapus_sasaran", objectives):
        theirs = frozenset(promise.pk for promise in row.indicators.all())
        return Pressed(partial(drafting.remove_objective, row), "Sasaran dihapus dari draf.", theirs)
    if row := named("hapus_indikator", promises):
        leaving = frozenset({row.pk})
        return Pressed(partial(drafting.remove_indicator, row), "Indikator dihapus dari draf.", leaving)
    if row := named("perbarui", promises):
        done = f"“{row}” diperbarui dari kamus. Periksa targetnya."
        return Pressed(partial(drafting.refresh_promise, row), done)
    return None


# --- the parties --------------------------------------------------------------------------------------


def parties(request, year: int, pk: int):
    agreement = draft_or_refusal(request, year, pk)
    if moved := moved_on(request, agreement):
        return moved
    today = timezone.localdate()
    picked = number_of(request, "atasan")
    if "pilih" in request.GET and picked is None:
        return _ask_superior(request, agreement, today)
    proposed, following = proposed_superior(agreement.position), next_superior(agreement.position, today)
    named = number_in(request.POST.get("second_position", ""))
    also = [p.pk for p in (proposed, following) if p] + [
        pk for pk in (agreement.second_position_id, picked, named) if pk
    ]
    form = PartiesForm(
        posted(request),
        instance=agreement,
        positions=superiors_to_offer(agreement, today, also),
        day=today,
        initial={"second_position": picked} if picked else {},
    )
    context = {
        "year": year,
        "agreement": agreement,
        "form": form,
        "proposed": proposed,
        "following": following,
        "reason": reason_by_rule(agreement.position, following, today),
    }
    if request.method == "POST" and form.is_valid():
        fresh, data = Agreement.objects.get(pk=agreement.pk), form.cleaned_data

        def write(actor) -> None:
            second, reason = data.get("second_position"), data.get("second_reason", "")
            drafting.set_parties(fresh, second, reason, data["budget_waiver"], actor)

        if written(request, form, fresh, write):
            messages.success(request, "Data PK disimpan.")
            return redirect("agreements:detail", year, pk)
        context["stored"] = Agreement.objects.select_related("second_position").get(pk=agreement.pk)
    return _page(request, "parties", context)


def _ask_superior(request, agreement: Agreement, day: date):
    rows = Position.objects.on(day).exclude(pk=agreement.position_id).matching(searched(request))
    question = Question(
        "Pilih Pihak Kedua",
        f"Cari jabatan yang menjadi Pihak Kedua untuk {agreement.position}, lalu pilih.",
        "atasan",
        "Nama jabatan atau perangkat daerah",
    )
    found = rows.select_related("unit")[:FOUND_AT_MOST]
    return choose(request, question, [Found(p.title, p.unit.name, p.pk) for p in found])


# --- picking ------------------------------------------------------------------------------------------


def objectives(request, year: int, pk: int):
    """Choose objectives of the plan, or word a new one."""
    agreement = draft_or_refusal(request, year, pk)
    if moved := moved_on(request, agreement):
        return moved
    form = ObjectiveForm(
        posted(request),
        objectives=Objective.objects.to_promise(agreement).select_related("unit"),
        initial={"version": agreement.version},
    )
    if request.method == "POST" and form.is_valid():
        added = 0

        def write(actor) -> None:
            nonlocal added
            chosen, text = form.cleaned_data.get("objectives", ()), form.cleaned_data["new_text"]
            added = drafting.add_objectives(agreement, chosen, text, actor)

        if written(request, form, agreement, write):
            said = f"{added} sasaran ditambahkan." if added else "Sasaran itu sudah ada di draf."
            messages.success(request, said)
            return redirect("agreements:compose", year, pk)
    return _page(request, "objectives", {"year": year, "agreement": agreement, "form": form})


def pick_indicators(request, year: int, pk: int, row: int):
    """Choose indicators of the catalogue for one objective."""
    agreement = draft_or_refusal(request, year, pk)
    if moved := moved_on(request, agreement):
        return moved
    objective = get_object_or_404(AgreementObjective, pk=row, agreement=agreement)
    objective.agreement = agreement
    catalogue = Indicator.objects.to_promise(agreement, request.scope)
    form = DraftForm(posted(request), initial={"version": agreement.version})
    ticked = numbers_in(request.POST.getlist("indikator"))
    if request.method == "POST" and form.is_valid():
        chosen = list(catalogue.filter(pk__in=ticked).prefetch_related("scale__steps"))
        if not chosen:
            form.add_error(None, "Belum ada indikator yang dipilih. Centang paling sedikit satu.")
        elif written(
            request, form, agreement, lambda actor: drafting.add_indicators(objective, chosen, actor)
        ):
            messages.success(request, f"{len(chosen)} indikator ditambahkan. Isi targetnya di bawah.")
            return redirect("agreements:compose", year, pk)
    text = searched(request)
    everywhere = request.GET.get("semua") == "1"
    shown = catalogue.matching(text) if text else catalogue
    if not everywhere:
        shown = shown.near(agreement)
    context = {
        "year": year,
        "agreement": agreement,
        "objective": objective,
        "form": form,
        "ticked": ticked,
        "page": page_of(request, shown),
        "text": text,
        "everywhere": everywhere,
    }
    return _page(request, "pick_indicators", context)


# --- table B ------------------------------------------------------------------------------------------


def budgets(request, year: int, pk: int):
    agreement = draft_or_refusal(request, year, pk)
    if moved := moved_on(request, agreement):
        return moved
    offered = lines_for(agreement)
    offered += held_lines(agreement, offered)
    held = _amounts(agreement)
    initial = {
        "lines": [line.key for line in offered if line.line_key in held],
        "version": agreement.version,
    }
    form = BudgetsForm(posted(request), lines=offered, initial=initial)
    stored = None
    if request.method == "POST" and form.is_valid():
        if written(
            request, form, agreement, lambda actor: drafting.set_budgets(agreement, form.chosen(), actor)
        ):
            messages.success(request, "Anggaran PK disimpan.")
            return redirect("agreements:compose", year, pk)
        stored = _amounts(agreement)
    selected = set(form["lines"].value() or ())
    amended = _amounts(agreement.amends)
    lines = [
        (
            line,
            line.key in selected,
            stored is not None and (line.line_key in stored) != (line.key in selected),
            amended.get(line.line_key),
        )
        for line in offered
    ]
    context = {"year": year, "agreement": agreement, "form": form, "offered": offered, "lines": lines}
    return _page(request, "budgets", context)


def _amounts(agreement: Agreement | None) -> dict[tuple[int, str], Decimal]:
    """What the lines that table B holds now were made with."""
    rows = AgreementBudget.objects.filter(agreement=agreement) if agreement else ()
    return {row.line_key: row.amount for row in rows}
