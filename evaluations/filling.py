"""Saves what a unit types for a period: all rows of the page in one act, or none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from accounts import permissions
from agreements.models import Indicator
from evaluations.calendar import Windows
from evaluations.changes import TYPED, act_of, described, snapshot
from evaluations.checks import SHORTEST_REASON, WHY_NOT_APPLICABLE
from evaluations.enums import ValueState
from evaluations.models import Period, Realisation
from evaluations.workflow import (
    EDITABLE,
    TRANSITIONS,
    Refused,
    Taken,
    TransitionError,
    Who,
    is_not_published,
    obstacle,
    previous_of,
    stays_open,
    take,
    touch,
    write,
)
from records import history
from records.history import Act

SAVED = "menyimpan realisasi"


class Conflict(Exception):
    """Somebody else wrote the same rows meanwhile; `rows` are as they stand now, by indicator."""

    def __init__(self, rows: Mapping[int, Realisation]) -> None:
        super().__init__("Ada nilai yang baru saja diubah orang lain.")
        self.rows = rows


@dataclass(frozen=True)
class Typed:
    """What a person typed about one indicator: `values` by TYPED column, over the `version` they saw.

    `version` 0 means they saw no row yet.
    """

    indicator: Indicator
    version: int
    values: Mapping[str, Any]


Rows = dict[int, Realisation]


def _nothing_else(rows: Rows) -> list[Act]:
    return []


def fill(
    period: Period,
    typed: Sequence[Typed],
    who: Who,
    submit: Mapping[int, int] | None = None,
    also: Callable[[Rows], list[Act]] = _nothing_else,
) -> Rows:
    """Save what was typed for a period and submit some of it, with its events, or nothing of it.

    Args:
        period: the quarter the values belong to.
        typed: the rows that were changed; indicators of one or several units.
        who: who types.
        submit: what to submit in the same act: indicator → the version the person saw. Rows that are
            not in `typed` are submitted as stored.
        also: what else belongs to the act, once the rows are written: evidence; returns its events.

    Returns the rows that were written, by indicator.

    Raises:
        Refused: the account may not type for that unit; written into the history.
        Conflict: somebody wrote one of the rows meanwhile, or it can no longer be typed into.
        TransitionError: a bad moment or something missing, as a sentence.
    """
    try:
        with transaction.atomic():
            return _Filling(period, typed, who, submit or {}).written(also)
    except Refused as refusal:
        history.record(who.actor, refusal.act)
        raise
    except IntegrityError as error:
        # Another person made the same row in the same moment.
        now = Realisation.objects.of_indicators([each.indicator.pk for each in typed], period.pk)
        rows = {row.indicator_id: row for row in now}
        if not rows:
            raise
        raise Conflict(rows) from error


class _Filling:
    """One act of typing, under lock."""

    def __init__(self, period: Period, typed: Sequence[Typed], who: Who, submit: Mapping[int, int]) -> None:
        self.period, self.typed, self.who, self.submit = period, typed, who, submit
        indicators = {each.indicator.pk for each in typed} | set(submit)
        locked = Realisation.objects.locked_of_indicators(indicators, period.pk)
        self.stored = {row.indicator_id: row for row in locked}
        self.snapshots = {pk: snapshot(row) for pk, row in self.stored.items()}
        self.told = {pk: described(row) for pk, row in self.stored.items()}
        self.windows = Windows.on(who.day, [period])

    def written(self, also: Callable[[Rows], list[Act]]) -> Rows:
        self._refuse_clashes()
        rows = {each.indicator.pk: self._saved(each) for each in self.typed}
        rows |= {pk: self.stored[pk] for pk in self.submit if pk not in rows}
        self._submit([rows[indicator] for indicator in self.submit])
        known = [(self.snapshots[pk], row) for pk, row in rows.items() if row.pk]
        if known:
            write(known)
        Realisation.objects.bulk_create([row for row in rows.values() if not row.pk])
        acts = [self._act(pk, row) for pk, row in rows.items()]
        history.record_all(self.who.actor, [*acts, *also(rows)])
        return rows

    def _refuse_clashes(self) -> None:
        """Refuse everything when a row is no longer what the person saw, or no longer theirs to change."""
        seen = {each.indicator.pk: each.version for each in self.typed} | dict(self.submit)
        clashes = {pk: row for pk, row in self.stored.items() if row.version != seen[pk] or _is_settled(row)}
        if clashes:
            raise Conflict(clashes)

    def _saved(self, each: Typed) -> Realisation:
        """The row with what was typed, in memory."""
        indicator, scope = each.indicator, self.who.scope
        row = self.stored.get(indicator.pk) or Realisation(indicator=indicator, period=self.period)
        if not permissions.may_enter(scope, indicator.unit_id, self.period.year):
            raise Refused(Act(SAVED, row if row.pk else indicator, unit=indicator.unit, refused=True))
        closed = obstacle(row, self.windows)
        if closed:
            raise TransitionError(closed)
        stays, expected_on = stays_open(row), row.expected_on
        if row.status not in EDITABLE:
            take(TRANSITIONS["release"], Taken(row, self.who), self.windows)
        for name in TYPED:
            setattr(row, name, each.values[name])
        if stays and not self.windows.is_open(self.period, indicator.unit_id):
            # The day it was expected on is what keeps the row open past the lock.
            row.expected_on = row.expected_on or expected_on
        if row.state == ValueState.NOT_APPLICABLE and not row.state_reason.strip():
            raise TransitionError(f"{indicator}: {WHY_NOT_APPLICABLE}")
        self._explain(row)
        touch(row, self.who)
        return row

    def _explain(self, row: Realisation) -> None:
        """Who fills in for another unit says why; the unit's own word needs no such reason."""
        if not permissions.enters_for_another(self.who.scope, row.indicator.unit_id, self.period.year):
            row.filled_in_reason = ""
        elif len(row.filled_in_reason.strip()) < SHORTEST_REASON:
            raise TransitionError(
                f"Tulis alasan mengisikan untuk perangkat daerah ini, paling sedikit {SHORTEST_REASON} huruf."
            )

    def _submit(self, rows: Sequence[Realisation]) -> None:
        previous = previous_of(rows) if rows else {}
        for row in rows:
            take(TRANSITIONS["submit"], Taken(row, self.who, previous=previous), self.windows)

    def _act(self, indicator: int, row: Realisation) -> Act:
        deed = TRANSITIONS["submit"].deed if indicator in self.submit else SAVED
        return act_of(deed, row, self.told.get(indicator, {}))


def _is_settled(row: Realisation) -> bool:
    return row.status not in EDITABLE and not is_not_published(row)
