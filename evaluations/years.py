"""The periods of a year, made from its policy."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from agreements.models import YearPolicy
from agreements.rhythms import first_month, months_of, quarters_of
from evaluations.enums import Subject
from evaluations.models import Period


def make_periods(policy: YearPolicy) -> list[Period]:
    """The quarters of indicators and the months of money with their windows, as many as the rhythm of the
    year asks for; returns the quarters.

    Those that exist are left as they are.
    """
    Period.objects.bulk_create([*_quarters(policy), *_months(policy)], ignore_conflicts=True)
    return list(Period.objects.of_indicators(policy.year))


def _quarters(policy: YearPolicy) -> Iterator[Period]:
    numbers = quarters_of(policy.indicator_rhythm)
    for number in numbers:
        ends = _last_day(policy.year, number * 3)
        yield Period(
            year=policy.year,
            subject=Subject.INDICATORS,
            number=number,
            starts=date(policy.year, first_month(number, numbers, 3), 1),
            ends=ends,
            # Values may be typed from the last fortnight of the quarter on.
            opens=ends - timedelta(days=14),
            fill_by=ends + timedelta(days=policy.fill_days),
            verify_by=ends + timedelta(days=policy.verify_days),
            fix_by=ends + timedelta(days=policy.fix_days),
            locks=ends + timedelta(days=policy.lock_days + 1),
        )


def _months(policy: YearPolicy) -> Iterator[Period]:
    months = months_of(policy.budget_rhythm)
    for month in months:
        ends = _last_day(policy.year, month)
        # Nobody verifies money here: the treasury's books do, so those days are the day it is filled.
        filled = ends + timedelta(days=policy.budget_fill_days)
        yield Period(
            year=policy.year,
            subject=Subject.BUDGET,
            number=month,
            starts=date(policy.year, first_month(month, months, 1), 1),
            ends=ends,
            # The last seven days of the month: by then most payments are known.
            opens=ends - timedelta(days=6),
            fill_by=filled,
            verify_by=filled,
            fix_by=filled,
            locks=ends + timedelta(days=policy.budget_lock_days + 1),
        )


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
