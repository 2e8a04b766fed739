"""The two years of the demo counted from today, and the staged clock its scenes run by."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

_DAY = re.compile(r"([LT])([+-]\d)?@(\d\d)-(\d\d)")
_AGO = re.compile(r"H-(\d+)")
# A year is finished once its fourth quarter has locked, at the end of January.
FIRST_MONTH_OF_A_NEW_YEAR = 2
SATURDAY = 5


@dataclass(frozen=True)
class Years:
    """The finished year (L in the data), the running one (T) and the day the demo is loaded."""

    today: date

    @property
    def this(self) -> int:
        """Until January is over the year before still runs: its last quarter is being filled in."""
        return self.today.year - (self.today.month < FIRST_MONTH_OF_A_NEW_YEAR)

    @property
    def last(self) -> int:
        return self.this - 1

    def year(self, letter: str) -> int:
        """The year of a letter: L the finished one, T the running one."""
        return {"L": self.last, "T": self.this}[letter]

    def end(self, text: str) -> date | None:
        """The last day of something; empty is one that has no end."""
        return self.day(text) if text else None

    def day(self, text: str) -> date:
        """A day as the data write it: `L@07-14`, `T-2@01-09`, `H-12` (days ago), or a fixed `2017-01-02`."""
        if ago := _AGO.fullmatch(text):
            return self.today - timedelta(days=int(ago[1]))
        match = _DAY.fullmatch(text)
        if not match:
            return date.fromisoformat(text)
        letter, shift, month, day = match.groups()
        return date(self.year(letter) + int(shift or 0), int(month), int(day))


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() >= SATURDAY else 0)


def moment(day: date, hour: int = 9) -> datetime:
    """An hour of a day in the region's time."""
    return datetime.combine(day, time(hour), tzinfo=timezone.get_current_timezone())


class _Real(type):
    # Django asks isinstance of ordinary datetimes while the staged class stands in their place.
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


class Clock:
    """What Django takes for now while the demo is played."""

    def __init__(self) -> None:
        self.now = timezone.now()


@contextmanager
def staged() -> Iterator[Clock]:
    """A clock that stands where it is put, so that acts of last year are dated last year.

    Everything of ours asks `django.utils.timezone.now`, also through the defaults of fields; that
    function looks its datetime up in its own module.
    """
    clock = Clock()

    class Staged(datetime, metaclass=_Real):
        @classmethod
        def now(cls, tz=None):
            return clock.now.astimezone(tz)

    timezone.datetime = Staged  # type: ignore[attr-defined]
    try:
        yield clock
    finally:
        timezone.datetime = datetime  # type: ignore[attr-defined]
