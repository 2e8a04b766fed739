"""Records what was spent in a month: all lines of an act in one transaction, or none; one event a unit."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts import permissions
from agreements.models import Unit
from evaluations.calendar import Windows
from evaluations.models import BudgetRealisation, Period
from evaluations.spending import SpendingLine
from evaluations.spending_checks import Figures, unexplained
from evaluations.workflow import CHANGED_MEANWHILE, Refused, TransitionError, Who
from perjanjian.numerals import format_number
from records import history
from records.history import Act
from records.models import Event

RECORDED = "mencatat realisasi anggaran"
WRITTEN = ("spent", "physical", "note", "invented", "version", "changed_by", "changed_at")


class SpendingConflict(Exception):
    """Somebody else wrote the same lines meanwhile; `rows` are as they stand now, by the line's key."""

    def __init__(self, rows: Mapping[int, BudgetRealisation]) -> None:
        super().__init__("Ada angka yang baru saja diubah orang lain.")
        self.rows = rows


@dataclass(frozen=True)
class Spent:
    """What a person typed of one line, over the `version` they saw; 0 means they saw no row yet."""

    line: SpendingLine
    version: int
    figures: Figures


Rows = dict[int, BudgetRealisation]


def record(period: Period, typed: Sequence[Spent], who: Who, invented: bool = False) -> Rows:
    """Write what was spent up to the end of a month, of one unit or many, with one event for each unit.

    Returns the rows written, by the key of their line.

    Raises:
        Refused: the account may not type for a unit; written into the history.
        SpendingConflict: somebody wrote one of the lines meanwhile.
        TransitionError: the month is not open for a unit, or something wants words, as a sentence.
    """
    try:
        with transaction.atomic():
            return _written(period, typed, who, invented)
    except Refused as refusal:
        history.record(who.actor, refusal.act)
        raise
    except IntegrityError as error:
        # Another person made the same row in the same moment.
        rows = _stored(period, typed)
        if not rows:
            raise
        raise SpendingConflict(rows) from error


def _written(period: Period, typed: Sequence[Spent], who: Who, invented: bool) -> Rows:
    _refuse(period, {each.line.budget.unit_id: each.line.budget.unit for each in typed}, who)
    for each in typed:
        for sentence in unexplained(each.line, period.number, each.figures):
            raise TransitionError(f"{each.line.label}: {sentence}")
    stored = _stored(period, typed)
    seen = {each.line.pk: each.version for each in typed}
    clashes = {pk: row for pk, row in stored.items() if row.version != seen[pk]}
    if clashes:
        raise SpendingConflict(clashes)
    before = {pk: described(row) for pk, row in stored.items()}
    versions = [(row.pk, row.version) for row in stored.values()]
    rows = {each.line.pk: _row(period, each, stored, who, invented) for each in typed}
    if stored:
        changed = BudgetRealisation.objects.at_versions(versions).bulk_update(list(stored.values()), WRITTEN)
        if changed != len(stored):
            raise TransitionError(CHANGED_MEANWHILE)
    BudgetRealisation.objects.bulk_create([row for row in rows.values() if not row.pk])
    history.record_all(who.actor, _acts(period, typed, rows, before))
    return rows


def _refuse(period: Period, units: Mapping[int, Unit], who: Who) -> None:
    """Raise where the account may not type for a unit, or its month is not open."""
    windows = Windows.on(who.day, [period])
    for pk, unit in units.items():
        if not permissions.may_enter_money(who.scope, pk, period.year):
            raise Refused(Act(RECORDED, period, unit=unit, refused=True))
        closed = windows.obstacle(period, pk)
        if closed:
            raise TransitionError(closed)


def _stored(period: Period, typed: Sequence[Spent]) -> Rows:
    """The rows of the month as they stand, locked, by the key of their line, on whichever version typed."""
    line_of = {pk: each.line.pk for each in typed for pk in each.line.budgets}
    rows = BudgetRealisation.objects.locked_in(list(line_of), period.number)
    return {line_of[row.budget_id]: row for row in rows.order_by("budget_id")}


def _row(period: Period, each: Spent, stored: Rows, who: Who, invented: bool) -> BudgetRealisation:
    row = stored.get(each.line.pk)
    if row is None:
        row = BudgetRealisation(budget=each.line.budget, month=period.number)
    else:
        row.version += 1
    row.spent, row.physical, row.note = each.figures.spent, each.figures.physical, each.figures.note
    row.invented = invented
    row.changed_by_id, row.changed_at = who.scope.account_id, who.now
    return row


# --- history ----------------------------------------------------------------------------------


def described(row: BudgetRealisation) -> dict[str, str]:
    """What a row says, by the names people know, without what is empty."""
    physical = "" if row.physical is None else format_number(row.physical)
    texts = {"realisasi": format_number(row.spent, 2), "fisik": physical, "keterangan": row.note}
    return {name: text for name, text in texts.items() if text}


def _acts(
    period: Period, typed: Sequence[Spent], rows: Rows, before: Mapping[int, dict[str, str]]
) -> list[Act]:
    """One event for each unit, with what each line said before and says now, by the key of its budget."""
    of_unit: dict[Unit, list[Spent]] = defaultdict(list)
    for each in typed:
        of_unit[each.line.budget.unit].append(each)
    acts = []
    for unit, lines in of_unit.items():
        old, new = {}, {}
        for each in lines:
            row = rows[each.line.pk]
            new[str(row.budget_id)] = {"program": each.line.label} | described(row)
            if each.line.pk in before:
                old[str(row.budget_id)] = before[each.line.pk]
        acts.append(Act(RECORDED, period, unit=unit, before=old, after=new))
    return acts


@dataclass(frozen=True)
class Recording:
    """One event as it touched one line: `before` is empty where the month was empty."""

    at: datetime
    who: str
    capacity: str
    period: Period
    before: Mapping[str, str]
    after: Mapping[str, str]


def recordings_of(line: SpendingLine, periods: Collection[Period]) -> list[Recording]:
    """Who typed what of a line in these months, newest first, in one query."""
    by_pk = {str(period.pk): period for period in periods}
    events = history.history_of_all(periods).filter(
        action=RECORDED, unit_id_text=str(line.budget.unit_id), refused=False
    )
    return [found for event in events for found in _touching(event, line, by_pk[event.subject_id])]


def _touching(event: Event, line: SpendingLine, period: Period) -> Iterable[Recording]:
    before, after = _values(event.before), _values(event.after)
    for pk in map(str, line.budgets):
        if pk in after:
            yield Recording(event.at, event.actor_name, event.capacity, period, before.get(pk, {}), after[pk])


def _values(text: str) -> dict[str, Any]:
    return json.loads(text) if text else {}
