"""Writing a draft: every change of its content, each with its event; refused once it is no draft."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from agreements.budgets import BudgetLine
from agreements.copying import TARGET_COLUMNS, copied, fitting, promise, promised_budget, target_in_words
from agreements.enums import ObjectiveKind, Status
from agreements.models import (
    ActionPlan,
    ActionPlanTarget,
    ActionStep,
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
    Indicator,
    IndicatorTarget,
    Objective,
    PlanningPeriod,
    Position,
    YearPolicy,
)
from agreements.parties import form_for, next_superior, reason_by_rule
from agreements.table_b import place_of
from records.history import Act, Actor, record


class DraftError(Exception):
    """The draft cannot be changed so; a sentence for the person who tried."""


class Conflict(DraftError):
    """Somebody else changed the draft since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            "Draf ini baru saja diubah orang lain. Isian Anda masih di halaman ini; bandingkan, lalu simpan lagi."
        )


@transaction.atomic
def create_draft(position: Position, year: int, day: date, actor: Actor) -> Agreement:
    """A new draft for the position with the second party proposed by rule; raises DraftError if one exists."""
    _refuse_second_draft(position, year)
    second = next_superior(position, day)
    agreement = Agreement(
        position=position,
        unit=position.unit,
        year=year,
        form=form_for(position),
        second_position=second,
        second_reason=reason_by_rule(position, second, day),
    )
    try:
        with transaction.atomic():
            agreement.save()
    except IntegrityError:
        # The other of two tabs was a moment faster.
        _refuse_second_draft(position, year)
        raise
    record(
        actor,
        Act(
            "Buat draf",
            agreement,
            unit=agreement.unit,
            after={"jabatan": str(position), "tahun": year},
            reason=agreement.second_reason,
        ),
    )
    return agreement


def _refuse_second_draft(position: Position, year: int) -> None:
    existing = Agreement.objects.filter(position=position, year=year).current().first()
    if existing:
        raise DraftError(
            f"{existing} sudah ada dan berstatus “{existing.get_status_display()}”. Buka dari Daftar PK."
        )


def touch(agreement: Agreement) -> None:
    """Take the draft for a change: by version, so that nobody's change is lost; refused when no draft."""
    changed = Agreement.objects.filter(
        pk=agreement.pk, version=agreement.version, status=Status.DRAFT
    ).update(version=agreement.version + 1)
    if not changed:
        current = Agreement.objects.get(pk=agreement.pk)
        if current.status != Status.DRAFT:
            raise DraftError(
                f"PK ini sekarang berstatus “{current.get_status_display()}” dan tidak dapat disusun lagi."
            )
        raise Conflict
    agreement.version += 1


@transaction.atomic
def set_parties(
    agreement: Agreement, second: Position | None, second_reason: str, budget_waiver: str, actor: Actor
) -> None:
    """Choose the second party (with the reason when it is not the one by rule) and waive the budget."""
    before = {
        "pihak_kedua": str(agreement.second_position or ""),
        "alasan": agreement.second_reason,
        "tanpa_anggaran": agreement.budget_waiver,
    }
    touch(agreement)
    agreement.second_position = second
    agreement.second_reason = second_reason
    agreement.budget_waiver = budget_waiver
    agreement.save(update_fields=["second_position", "second_reason", "budget_waiver"])
    after = {"pihak_kedua": str(second or ""), "alasan": second_reason, "tanpa_anggaran": budget_waiver}
    record(
        actor,
        Act("Ubah data PK", agreement, unit=agreement.unit, before=before, after=after, reason=second_reason),
    )


@transaction.atomic
def add_objectives(agreement: Agreement, objectives: Iterable[Objective], new_text: str, actor: Actor) -> int:
    """Put objectives of the plan on the draft; a new text becomes an objective of the unit's plan first.

    Returns how many were added: what the draft has already is not added again.
    """
    touch(agreement)
    chosen = list(objectives)
    if new_text.strip():
        chosen.append(_objective_of(agreement, new_text))
    already = set(agreement.objectives.values_list("objective_id", flat=True))
    order = agreement.objectives.aggregate(last=Max("order"))["last"] or 0
    added = {o.pk: o for o in chosen if o.pk not in already}
    rows = [
        AgreementObjective(
            agreement=agreement, objective=objective, order=order + number, text=objective.text
        )
        for number, objective in enumerate(added.values(), start=1)
    ]
    AgreementObjective.objects.bulk_create(rows)
    if rows:
        record(
            actor,
            Act("Tambah sasaran", agreement, unit=agreement.unit, after={"sasaran": [r.text for r in rows]}),
        )
    return len(rows)


def _objective_of(agreement: Agreement, text: str) -> Objective:
    """The unit's objective of this wording in the planning period; made when the plan has none."""
    period = PlanningPeriod.objects.filter(
        first_year__lte=agreement.year, last_year__gte=agreement.year
    ).first()
    if period is None:
        raise DraftError(
            f"Belum ada periode perencanaan yang memuat tahun {agreement.year}. Tambahkan di Tujuan & Sasaran."
        )
    its = {"period": period, "unit": agreement.unit, "kind": ObjectiveKind.OBJECTIVE}
    for objective in Objective.objects.filter(**its):
        if _folded(objective.text) == _folded(text):
            return objective
    return Objective.objects.create(text=text.strip(), **its)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


@transaction.atomic
def remove_objective(objective: AgreementObjective, actor: Actor) -> None:
    agreement = objective.agreement
    touch(agreement)
    text = objective.text
    planned = _leave_plan(agreement, objective.indicators.values_list("pk", flat=True))
    objective.delete()
    record(actor, Act("Hapus sasaran", agreement, unit=agreement.unit, before={"sasaran": text} | planned))


@transaction.atomic
def add_indicators(objective: AgreementObjective, indicators: Iterable[Indicator], actor: Actor) -> int:
    """Promise indicators of the catalogue; the plan's target of the year is filled in where there is one."""
    agreement = objective.agreement
    touch(agreement)
    policy = YearPolicy.objects.get(year=agreement.year)
    promised = set(
        AgreementIndicator.objects.filter(objective__agreement=agreement).values_list(
            "indicator_id", flat=True
        )
    )
    chosen = [indicator for indicator in indicators if indicator.pk not in promised]
    planned = {
        target.indicator_id: {column: getattr(target, column) for column in TARGET_COLUMNS}
        for target in IndicatorTarget.objects.filter(indicator__in=chosen, year=agreement.year)
    }
    order = objective.indicators.aggregate(last=Max("order"))["last"] or 0
    before = _amended_promises(agreement, chosen)
    rows = []
    for number, indicator in enumerate(chosen, start=1):
        target = fitting(planned.get(indicator.pk, {}), copied(indicator, policy))
        row = promise(objective, indicator, policy, **target)
        row.order = order + number
        row.continues_id = before.get(indicator.pk)
        rows.append(row)
    if before:
        # What comes back is replaced by nobody.
        of_draft = AgreementIndicator.objects.filter(objective__agreement=agreement)
        of_draft.filter(continues__in=before.values()).update(continues=None)
    AgreementIndicator.objects.bulk_create(rows)
    record(
        actor,
        Act("Tambah indikator", agreement, unit=agreement.unit, after={"indikator": [r.name for r in rows]}),
    )
    return len(rows)


def _amended_promises(agreement: Agreement, indicators: Iterable[Indicator]) -> dict[int, int]:
    """By indicator: the promise of the amended agreement that one of the draft continues."""
    rows = AgreementIndicator.objects.filter(
        objective__agreement__amendments=agreement, indicator__in=indicators
    )
    return dict(rows.values_list("indicator_id", "pk"))


@transaction.atomic
def set_replaced(agreement: Agreement, replaced: Mapping[int, int | None], actor: Actor) -> int:
    """Write which promise of the amended agreement each new one takes the place of; returns how many changed.

    Args:
        replaced: by promise of the draft: one of the amended agreement, or None for a wholly new indicator.
    """
    touch(agreement)
    rows = AgreementIndicator.objects.select_related("objective__agreement", "continues").filter(
        objective__agreement=agreement, pk__in=replaced
    )
    old = AgreementIndicator.objects.filter(objective__agreement__amendments=agreement).in_bulk()
    changed, before, after = [], {}, {}
    for row in rows:
        number = replaced[row.pk]
        if number == row.continues_id or (number is not None and number not in old):
            continue
        before[_named(row)] = str(row.continues or "")
        row.continues = old[number] if number is not None else None
        after[_named(row)] = str(row.continues or "")
        changed.append(row)
    if changed:
        AgreementIndicator.objects.bulk_update(changed, ["continues"])
        record(
            actor,
            Act("Pilih indikator yang diganti", agreement, unit=agreement.unit, before=before, after=after),
        )
    return len(changed)


@transaction.atomic
def remove_indicator(row: AgreementIndicator, actor: Actor) -> None:
    agreement = row.objective.agreement
    touch(agreement)
    name = row.name
    planned = _leave_plan(agreement, [row.pk])
    row.delete()
    before = {"indikator": name} | planned
    record(actor, Act("Hapus indikator", agreement, unit=agreement.unit, before=before))


@transaction.atomic
def refresh_promise(row: AgreementIndicator, actor: Actor) -> None:
    """Take over what the catalogue and the year's policy say now; a target that no longer fits is emptied."""
    agreement = row.objective.agreement
    touch(agreement)
    fresh = AgreementIndicator.objects.select_related("indicator__scale").get(pk=row.pk)
    said = copied(fresh.indicator, YearPolicy.objects.get(year=agreement.year))
    said |= fitting({column: getattr(fresh, column) for column in TARGET_COLUMNS}, said)
    before = {name: getattr(fresh, name) for name, value in said.items() if getattr(fresh, name) != value}
    fresh.objective = row.objective
    for name, value in said.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(said))
    record(
        actor,
        Act(
            "Perbarui indikator dari kamus",
            agreement,
            unit=agreement.unit,
            before={_named(fresh): before},
            after={_named(fresh): {name: said[name] for name in before}},
        ),
    )


def _leave_plan(agreement: Agreement, promises: Iterable[int]) -> dict[str, Any]:
    """Take promises out of the action plan begun before the agreement was opened again; returns what went."""
    going = list(promises)
    targets = ActionPlanTarget.objects.filter(promise__in=going)
    steps = ActionStep.objects.filter(promise__in=going)
    gone = {"target_triwulan": targets.count(), "langkah": [step.text for step in steps]}
    targets.delete()
    steps.delete()
    ActionPlan.objects.filter(agreement=agreement).update(version=F("version") + 1)
    return {name: said for name, said in gone.items() if said}


def _named(row: AgreementIndicator) -> str:
    """An indicator in an event: two of one name stay two."""
    return f"{row.name} [{row.pk}]"


@transaction.atomic
def set_targets(
    agreement: Agreement, targets: Mapping[int, Mapping[str, Decimal | int | date | None]], actor: Actor
) -> int:
    """Write the typed targets, by promise; returns how many changed."""
    touch(agreement)
    rows = list(
        AgreementIndicator.objects.select_related("objective__agreement").filter(
            objective__agreement=agreement, pk__in=targets
        )
    )
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    changed = []
    for row in rows:
        new = targets[row.pk]
        old = {column: getattr(row, column) for column in new}
        if old != dict(new):
            before[_named(row)], after[_named(row)] = target_in_words(old), target_in_words(new)
            for column, value in new.items():
                setattr(row, column, value)
            changed.append(row)
    if changed:
        AgreementIndicator.objects.bulk_update(changed, list(TARGET_COLUMNS))
        record(actor, Act("Isi target", agreement, unit=agreement.unit, before=before, after=after))
    return len(changed)


@transaction.atomic
def set_budgets(agreement: Agreement, lines: Iterable[BudgetLine], actor: Actor) -> None:
    """Make table B these lines, with the amounts they have now."""
    touch(agreement)
    before = _as_lines(agreement.budgets.all())
    planned = list(ActionStep.objects.of_budgets(agreement))
    ActionStep.objects.filter(pk__in=[step.pk for step in planned]).update(budget_line=None)
    agreement.budgets.all().delete()
    rows = [promised_budget(agreement, line, order) for order, line in enumerate(lines, start=1)]
    AgreementBudget.objects.bulk_create(rows)
    _pay_again(planned, rows)
    record(
        actor,
        Act(
            "Susun anggaran",
            agreement,
            unit=agreement.unit,
            before={"anggaran": before},
            after={"anggaran": _as_lines(rows)},
        ),
    )


def _pay_again(steps: Iterable[ActionStep], rows: Iterable[AgreementBudget]) -> None:
    """Steps of an action plan begun before keep the programmes that still stand on table B."""
    rows, kept = list(rows), []
    for step in steps:
        row = place_of(step.budget_line, rows) if step.budget_line else None
        if row is not None:
            step.budget_line = row
            kept.append(step)
    ActionStep.objects.bulk_update(kept, ["budget_line"])


def _as_lines(rows: Iterable[AgreementBudget]) -> list[dict[str, Any]]:
    """Table B in an event, line by line: one programme may stand there with several sources of funds."""
    return [
        {
            "program": f"{row.code} {row.name}".strip(),
            "sumber_dana": row.fund_source,
            "jumlah": f"{row.amount:.2f}",
        }
        for row in rows
    ]
