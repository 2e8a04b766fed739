"""When values may be typed and verified: the windows of the periods, and time given past the lock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction

from agreements.models import Unit, YearPolicy
from evaluations.models import Extension, Period
from evaluations.querysets import PeriodQuerySet
from evaluations.years import make_periods
from perjanjian.numerals import format_date
from records import history
from records.history import Act, Actor

DAYS = ("opens", "fill_by", "verify_by", "fix_by", "locks")


@dataclass(frozen=True)
class Windows:
    """The periods as they stand on a day; `extensions` holds the last day given, by (period, unit)."""

    day: date
    extensions: Mapping[tuple[int, int], date] = field(default_factory=dict)

    @classmethod
    def on(cls, day: date, periods: Iterable[Period]) -> "Windows":
        """The windows of these periods, with the extensions that still run, in one query."""
        given = Extension.objects.on(day).filter(period__in=[period.pk for period in periods])
        latest: dict[tuple[int, int], date] = {}
        for period, unit, expires in given.order_by("expires").values_list("period_id", "unit_id", "expires"):
            latest[period, unit] = expires
        return cls(day, latest)

    @classmethod
    def with_periods(cls, day: date, periods: PeriodQuerySet) -> tuple[list[Period], "Windows"]:
        """Periods of one year and subject with their windows, both in one query."""
        found: dict[int, Period] = {}
        latest: dict[tuple[int, int], date] = {}
        for period in periods.with_extensions(day):
            found.setdefault(period.pk, period)
            if period.given_to is not None:
                latest[period.pk, period.given_to] = period.given_until
        return list(found.values()), cls(day, latest)

    def extended_to(self, period: Period, unit_id: int) -> date | None:
        return self.extensions.get((period.pk, unit_id))

    def is_open(self, period: Period, unit_id: int) -> bool:
        """Whether the unit may type values: in the window, or in the time given past its lock."""
        return period.is_open(self.day) or (
            period.is_locked(self.day) and self.extended_to(period, unit_id) is not None
        )

    def fill_by(self, period: Period, unit_id: int) -> date:
        """The day by which the unit is expected to have filled the period."""
        return self.extended_to(period, unit_id) or period.fill_by

    def obstacle(self, period: Period, unit_id: int) -> str:
        """Why nothing can be typed or verified now, with the way out; empty when the period is open."""
        if self.is_open(period, unit_id):
            return ""
        if self.day < period.opens:
            return f"{period.name} baru dibuka pada {format_date(period.opens)}."
        return (
            f"{period.name} sudah dikunci sejak {format_date(period.locks)}. "
            "Minta perpanjangan waktu kepada Bagian Organisasi bila masih perlu diubah."
        )


@dataclass(frozen=True)
class InPeriod:
    """A unit in a period: when it may type, by when it should have."""

    unit: Unit
    period: Period
    windows: Windows

    @property
    def is_open(self) -> bool:
        return self.windows.is_open(self.period, self.unit.pk)

    @property
    def fill_by(self) -> date:
        return self.windows.fill_by(self.period, self.unit.pk)

    @property
    def left(self) -> str:
        return days_left(self.fill_by, self.windows.day)


def phase(period: Period, day: date) -> str:
    """Where a period stands on a day: upcoming, filling, late, or locked."""
    if day < period.opens:
        return "upcoming"
    if day >= period.locks:
        return "locked"
    return "filling" if day <= period.fill_by else "late"


@dataclass(frozen=True)
class Window:
    """A span of a period with who acts in it; `starts` None: it has no days of its own before its end."""

    name: str
    who: str
    starts: date | None
    ends: date | None
    stands: str  # past, now or ahead


def windows_of(period: Period, day: date) -> list[Window]:
    """The four windows of a period in their order, and where the day stands in them.

    A value may be typed and verified on any day before the lock; a window says what is expected when.
    """
    one = timedelta(days=1)
    spans = (
        ("Isi", "Perangkat Daerah", period.opens, period.fill_by),
        ("Verifikasi", "Verifikator", period.fill_by + one, period.verify_by),
        ("Perbaikan", "Perangkat Daerah", period.verify_by + one, period.fix_by),
    )
    found = [
        Window(name, who, starts if starts <= ends else None, ends, _stands(day, starts, ends))
        for name, who, starts, ends in spans
    ]
    locked = "now" if period.is_locked(day) else "ahead"
    return [*found, Window("Kunci", "sistem", period.locks, None, locked)]


def _stands(day: date, starts: date, ends: date) -> str:
    if day > ends:
        return "past"
    return "now" if day >= starts else "ahead"


def days_left(due: date, day: date) -> str:
    """“3 hari lagi”, “hari ini”, “terlambat 2 hari”."""
    left = (due - day).days
    if left < 0:
        return f"terlambat {-left} hari"
    return "hari ini" if left == 0 else f"{left} hari lagi"


# --- changes ----------------------------------------------------------------------------------


@transaction.atomic
def open_calendar(policy: YearPolicy, actor: Actor) -> list[Period]:
    """Make the quarters and the months of the year; those that exist stay as they are."""
    periods = [*make_periods(policy), *Period.objects.of_budget(policy.year)]
    windows = {period.short_name: f"{period.opens} s.d. {period.locks}" for period in periods}
    history.record(actor, Act("membuat jadwal pengukuran", policy, after=windows))
    return periods


@transaction.atomic
def change_days(period: Period, days: Mapping[str, date], actor: Actor) -> Period:
    """Write new days of a period that has not locked; the caller has checked who and when."""
    stored = Period.objects.select_for_update().get(pk=period.pk)
    before = {name: getattr(stored, name) for name in DAYS}
    for name, day in days.items():
        setattr(stored, name, day)
    after = {name: getattr(stored, name) for name in DAYS}
    if before != after:
        stored.save(update_fields=list(DAYS))
        changed = [name for name in DAYS if before[name] != after[name]]
        columns = {column.name: str(column.verbose_name) for column in Period._meta.concrete_fields}
        labels = {name: columns[name] for name in changed}
        history.record(
            actor,
            Act(
                "mengubah jadwal pengukuran",
                stored,
                before={labels[name]: before[name] for name in changed},
                after={labels[name]: after[name] for name in changed},
            ),
        )
    return stored


@transaction.atomic
def give_time(period: Period, unit: Unit, reason: str, expires: date, actor: Actor) -> Extension:
    """Let one unit type values past the lock of a period, with a reason, until a day."""
    if actor.account_id is None:
        raise ValueError("time is given by a person")
    extension = Extension.objects.create(
        period=period, unit=unit, reason=reason, expires=expires, granted_by_id=actor.account_id
    )
    after = {"periode": str(period), "berlaku sampai": expires}
    history.record(actor, Act("memberi perpanjangan waktu", extension, unit=unit, after=after, reason=reason))
    return extension


def earliest_expiry(period: Period, day: date) -> date:
    """The first day an extension may end on: today, and never before the lock itself."""
    return max(day, period.locks - timedelta(days=1))


@transaction.atomic
def end_time(extension: Extension, day: date, actor: Actor) -> bool:
    """End time given past the lock before its last day: from `day` on it opens nothing; False when it ended."""
    last = day - timedelta(days=1)
    if not Extension.objects.on(day).filter(pk=extension.pk, expires=extension.expires).update(expires=last):
        return False
    before, after = {"berlaku sampai": extension.expires}, {"berlaku sampai": last}
    history.record(
        actor, Act("mengakhiri perpanjangan waktu", extension, extension.unit, before=before, after=after)
    )
    return True
