"""Begins a draft as a copy of what the position signed the year before (“Salin dari tahun lalu”)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects

from accounts.permissions import Scope
from agreements.budgets import lines_for
from agreements.copying import TARGET_COLUMNS, continued, copied, fitting, promised_budget
from agreements.drafting import create_draft
from agreements.enums import Kind
from agreements.lineage import Lineage
from agreements.models import (
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
    Indicator,
    IndicatorTarget,
    Objective,
    Position,
    YearPolicy,
)
from records.history import Act, Actor, record


@dataclass(frozen=True)
class Copied:
    """How much came along, and the names of what did not."""

    objectives: int
    indicators: int
    budgets: int
    left_out: tuple[str, ...]


def signed_last_year(scope: Scope, year: int):
    """What the account may copy from: agreements of the year before that were in force at its end."""
    return Agreement.objects.visible_to(scope, year - 1).for_year(year - 1).in_force()


@transaction.atomic
def create_copy(
    position: Position, year: int, source: Agreement, day: date, actor: Actor
) -> tuple[Agreement, Copied]:
    """A new draft with the content of last year's agreement; raises DraftError as `create_draft` does."""
    draft = create_draft(position, year, day, actor)
    source = Agreement.objects.with_content().get(pk=source.pk)
    objectives, left_objectives = _copy_objectives(source, draft)
    rows, left_indicators = _promises(source, draft, objectives)
    AgreementIndicator.objects.bulk_create(rows)
    budgets = _budgets(source, draft)
    AgreementBudget.objects.bulk_create(budgets)
    if source.budget_waiver:
        draft.budget_waiver = source.budget_waiver
        draft.save(update_fields=["budget_waiver"])
    found = Copied(len(objectives), len(rows), len(budgets), (*left_objectives, *left_indicators))
    record(
        actor,
        Act(
            "Salin dari tahun lalu",
            draft,
            unit=draft.unit,
            after={
                "dari": f"{source} [{source.pk}]",
                "sasaran": found.objectives,
                "indikator": [row.name for row in rows],
                "program": found.budgets,
                "tidak_disalin": list(found.left_out),
            },
        ),
    )
    return draft, found


def same_as_last_year(agreement: Agreement) -> list[AgreementIndicator]:
    """Promises copied from the year before whose target nobody has looked at: the plan has none of the year,
    and it still is last year's. The agreement comes from `with_content()`."""
    copies = {
        promise.continues_id: promise
        for objective in agreement.objectives.all()
        for promise in objective.indicators.all()
        if promise.continues_id and agreement.amends_id is None and promise.has_target
    }
    if not copies:
        return []
    before = AgreementIndicator.objects.in_bulk(copies)
    planned = set(
        IndicatorTarget.objects.filter(
            year=agreement.year, indicator__in=[promise.indicator_id for promise in copies.values()]
        ).values_list("indicator_id", flat=True)
    )
    return [
        promise
        for old, promise in copies.items()
        if promise.indicator_id not in planned
        and all(getattr(before[old], column) == getattr(promise, column) for column in TARGET_COLUMNS)
    ]


def _copy_objectives(source: Agreement, draft: Agreement) -> tuple[dict[int, AgreementObjective], list[str]]:
    """By the old row: objectives of a plan that covers the year, worded as the plan words them now."""
    lineage = Lineage(draft.year)
    of_the_plan = Objective.objects.in_year(draft.year).in_bulk(
        [lineage.standing(row.objective_id) for row in source.objectives.all()]
    )
    found, left = {}, []
    for old in source.objectives.all():
        objective = of_the_plan.get(lineage.standing(old.objective_id))
        if objective is None:
            left.append(old.text)
            continue
        found[old.pk] = AgreementObjective(
            agreement=draft, objective=objective, order=old.order, text=objective.text
        )
    AgreementObjective.objects.bulk_create(found.values())
    return found, left


def _promises(
    source: Agreement, draft: Agreement, objectives: dict[int, AgreementObjective]
) -> tuple[list[AgreementIndicator], list[str]]:
    """The promises of the new year, unsaved, and the names of indicators no longer in use."""
    policy = YearPolicy.objects.get(year=draft.year)
    before = [row for o in source.objectives.all() if o.pk in objectives for row in o.indicators.all()]
    now = _in_use([row.indicator for row in before])
    chosen = {row.pk: now[row.indicator_id] for row in before if row.indicator_id in now}
    scaled = [indicator for indicator in chosen.values() if indicator.scale_id]
    prefetch_related_objects(scaled, "scale__steps")
    planned = {
        target.indicator_id: {column: getattr(target, column) for column in TARGET_COLUMNS}
        for target in IndicatorTarget.objects.filter(year=draft.year, indicator__in=set(chosen.values()))
    }
    rows, left, promised = [], [], set()
    for old in before:
        indicator = chosen.get(old.pk)
        if indicator is None:
            left.append(old.name)
            continue
        # Two of last year's indicators may have been merged into one.
        if indicator.pk in promised:
            continue
        promised.add(indicator.pk)
        said = copied(indicator, policy)
        row = continued(objectives[old.objective_id], old, indicator, said)
        _retarget(row, old, planned.get(indicator.pk), said)
        rows.append(row)
    return rows, left


def _retarget(
    row: AgreementIndicator, old: AgreementIndicator, planned: dict[str, Any] | None, said: dict[str, Any]
) -> None:
    """The plan's target where there is one; else last year's, unless it speaks of another measure or a past day."""
    if planned is not None:
        target = fitting(planned, said)
    elif row.indicator_id != old.indicator_id or row.kind == Kind.DATE:
        target = dict.fromkeys(TARGET_COLUMNS)
    else:
        return
    for column, value in target.items():
        setattr(row, column, value)


def _in_use(indicators: list[Indicator]) -> dict[int, Indicator]:
    """By the old indicator: the last in the line of its successors, itself included, that is in use."""
    chosen = {indicator.pk: indicator for indicator in indicators if not indicator.archived}
    # Each round goes one successor on: who in the line stands for which old indicator.
    standing = {indicator.pk: indicator.pk for indicator in indicators}
    # Nothing keeps two from being said to succeed each other: nobody stands twice for the same one.
    stood = set(standing.items())
    while standing:
        successors = Indicator.objects.filter(successor_of__in=standing).order_by("pk")
        following = {}
        for successor in successors:
            old = standing[successor.successor_of_id]
            if (successor.pk, old) in stood:
                continue
            stood.add((successor.pk, old))
            following[successor.pk] = old
            if not successor.archived:
                chosen[old] = successor
        standing = following
    return chosen


def _budgets(source: Agreement, draft: Agreement) -> list[AgreementBudget]:
    """Lines of the new year's budget for the programmes of the old table, known by their code or themselves."""
    rows = list(source.budgets.all())
    programmes, codes = {row.programme_id for row in rows}, {row.code for row in rows if row.code}
    lines = [
        line for line in lines_for(draft) if line.programme.pk in programmes or line.programme.code in codes
    ]
    return [promised_budget(draft, line, order) for order, line in enumerate(lines, start=1)]
