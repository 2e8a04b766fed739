"""Writing a draft: every change of its content, each with its event; refused once it is no draft."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from agreements.budgets import BudgetLine
from agreements.copying import TARGET_COLUMNS, promise, promised_budget
from agreements.enums import ObjectiveKind, Status
from agreements.models import (
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
from agreements.parties import form_for, next_superior
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
    existing = Agreement.objects.filter(position=position, year=year).current().first()
    if existing:
        raise DraftError(
            f"{existing} sudah ada dan berstatus “{existing.get_status_display()}”. Buka dari Daftar PK."
        )
    second = next_superior(position, day)
    agreement = Agreement.objects.create(
        position=position,
        unit=position.unit,
        year=year,
        form=form_for(position),
        second_position=second,
    )
    record(
        actor,
        Act("Buat draf", agreement, unit=agreement.unit, after={"jabatan": str(position), "tahun": year}),
    )
    return agreement


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
    before = {"pihak_kedua": str(agreement.second_position or ""), "tanpa_anggaran": agreement.budget_waiver}
    touch(agreement)
    agreement.second_position = second
    agreement.second_reason = second_reason
    agreement.budget_waiver = budget_waiver
    agreement.save(update_fields=["second_position", "second_reason", "budget_waiver"])
    after = {"pihak_kedua": str(second or ""), "tanpa_anggaran": budget_waiver}
    record(
        actor,
        Act("Ubah data PK", agreement, unit=agreement.unit, before=before, after=after, reason=second_reason),
    )


@transaction.atomic
def add_objectives(agreement: Agreement, objectives: Iterable[Objective], new_text: str, actor: Actor) -> int:
    """Put objectives of the plan on the draft; a new text becomes an objective of the unit's plan first."""
    touch(agreement)
    chosen = list(objectives)
    if new_text.strip():
        period = PlanningPeriod.objects.filter(
            first_year__lte=agreement.year, last_year__gte=agreement.year
        ).first()
        if period is None:
            raise DraftError(
                f"Belum ada periode perencanaan yang memuat tahun {agreement.year}. Tambahkan di Tujuan & Sasaran."
            )
        chosen.append(
            Objective.objects.create(
                period=period, unit=agreement.unit, kind=ObjectiveKind.OBJECTIVE, text=new_text.strip()
            )
        )
    already = set(agreement.objectives.values_list("objective_id", flat=True))
    order = agreement.objectives.aggregate(last=Max("order"))["last"] or 0
    rows = [
        AgreementObjective(
            agreement=agreement, objective=objective, order=order + number, text=objective.text
        )
        for number, objective in enumerate((o for o in chosen if o.pk not in already), start=1)
    ]
    AgreementObjective.objects.bulk_create(rows)
    record(
        actor,
        Act("Tambah sasaran", agreement, unit=agreement.unit, after={"sasaran": [r.text for r in rows]}),
    )
    return len(rows)


@transaction.atomic
def remove_objective(objective: AgreementObjective, actor: Actor) -> None:
    agreement = objective.agreement
    touch(agreement)
    text = objective.text
    objective.delete()
    record(actor, Act("Hapus sasaran", agreement, unit=agreement.unit, before={"sasaran": text}))


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
    rows = []
    for number, indicator in enumerate(chosen, start=1):
        row = promise(objective, indicator, policy, **planned.get(indicator.pk, {}))
        row.order = order + number
        rows.append(row)
    AgreementIndicator.objects.bulk_create(rows)
    record(
        actor,
        Act("Tambah indikator", agreement, unit=agreement.unit, after={"indikator": [r.name for r in rows]}),
    )
    return len(rows)


@transaction.atomic
def remove_indicator(row: AgreementIndicator, actor: Actor) -> None:
    agreement = row.objective.agreement
    touch(agreement)
    name = row.name
    row.delete()
    record(actor, Act("Hapus indikator", agreement, unit=agreement.unit, before={"indikator": name}))


@transaction.atomic
def set_targets(
    agreement: Agreement, targets: Mapping[int, Mapping[str, Decimal | int | date | None]], actor: Actor
) -> int:
    """Write the typed targets, by promise; returns how many changed."""
    touch(agreement)
    rows = list(AgreementIndicator.objects.filter(objective__agreement=agreement, pk__in=targets))
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    changed = []
    for row in rows:
        new = targets[row.pk]
        old = {column: getattr(row, column) for column in new}
        if old != dict(new):
            before[row.name], after[row.name] = old, dict(new)
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
    before = {f"{row.code} {row.name}".strip(): row.amount for row in agreement.budgets.all()}
    agreement.budgets.all().delete()
    rows = [promised_budget(agreement, line, order) for order, line in enumerate(lines, start=1)]
    AgreementBudget.objects.bulk_create(rows)
    after = {f"{row.code} {row.name}".strip(): row.amount for row in rows}
    record(actor, Act("Susun anggaran", agreement, unit=agreement.unit, before=before, after=after))
