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


def phase(period: Period, day: date) -> str:
    """Where a period stands on a day: upcoming, filling, late, or locked."""
    if day < period.opens:
        return "upcoming"
    if day >= period.locks:
        return "locked"
    return "filling" if day <= period.fill_by else "late"


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
