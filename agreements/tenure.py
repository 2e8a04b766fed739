"""Who held a position through time, with the days nobody did; and the posts one person holds at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agreements.enums import PARTY_HOLDINGS
from agreements.models import Assignment
from perjanjian.numerals import format_date

DAY = timedelta(days=1)


def span(first: date, last: date | None) -> str:
    """Both days in words, without what they share: “14–31 Juli 2026”, “1 Mei – 3 Juni 2026”."""
    if last is None:
        return f"sejak {format_date(first)}"
    said = format_date(last)
    if first == last:
        return said
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{said}"
    begun = format_date(first)
    return f"{begun.rsplit(' ', 1)[0] if first.year == last.year else begun} – {said}"


@dataclass(frozen=True)
class Stretch:
    """Some days of a position: of one holder, or vacant where `assignment` is None."""

    starts: date
    ends: date | None
    assignment: Assignment | None

    @property
    def days(self) -> str:
        return span(self.starts, self.ends)

    @property
    def is_party(self) -> bool:
        """Whether the holder may become a party to an agreement: a Plh. never does."""
        return self.assignment is not None and self.assignment.holding in PARTY_HOLDINGS


def stretches(assignments: Iterable[Assignment], last: date | None) -> list[Stretch]:
    """A position through time, the latest first: its holders, and the gaps in which nobody could sign.

    `last` is the last day of the position, None while it is there. Nothing is said of the days before the
    first holder on record; a Plh. fills no gap.
    """
    rows = sorted(assignments, key=lambda a: (a.starts, a.pk))
    found = [Stretch(row.starts, row.ends, row) for row in rows]
    reached: date | None = None
    for row in rows:
        if row.holding not in PARTY_HOLDINGS:
            continue
        # Of days compared by their difference: nothing lies after the last day of the calendar.
        if reached is not None and (row.starts - reached).days > 1:
            found.append(Stretch(reached + DAY, row.starts - DAY, None))
        reached = max(reached or date.min, row.ends or date.max)
    if reached is not None and reached < (last or date.max):
        found.append(Stretch(reached + DAY, last, None))
    return sorted(found, key=lambda each: each.starts, reverse=True)


@dataclass(frozen=True)
class Double:
    """Days on which one person held two posts."""

    first: Assignment
    second: Assignment
    starts: date
    ends: date | None

    @property
    def days(self) -> str:
        return span(self.starts, self.ends)


def doubles(assignments: Sequence[Assignment]) -> list[Double]:
    """The posts one person held at the same time, the latest first."""
    found = []
    rows = sorted(assignments, key=lambda a: (a.starts, a.pk))
    for number, first in enumerate(rows):
        for second in rows[number + 1 :]:
            both = [day for day in (first.ends, second.ends) if day is not None]
            ends = min(both) if both else None
            if second.position_id != first.position_id and (ends is None or second.starts <= ends):
                found.append(Double(first, second, second.starts, ends))
    return sorted(found, key=lambda each: each.starts, reverse=True)
