"""The periods of a year, made from its policy."""

from calendar import monthrange
from datetime import date, timedelta

from agreements.models import YearPolicy
from evaluations.enums import Subject
from evaluations.models import Period


def make_periods(policy: YearPolicy) -> list[Period]:
    """The four quarters of the year with their windows; those that exist are left as they are."""
    for number in range(1, 5):
        last_month = number * 3
        ends = date(policy.year, last_month, monthrange(policy.year, last_month)[1])
        Period.objects.get_or_create(
            year=policy.year,
            subject=Subject.INDICATORS,
            number=number,
            defaults={
                "starts": date(policy.year, last_month - 2, 1),
                "ends": ends,
                # Values may be typed from the last fortnight of the quarter on.
                "opens": ends - timedelta(days=14),
                "fill_by": ends + timedelta(days=policy.fill_days),
                "verify_by": ends + timedelta(days=policy.verify_days),
                "fix_by": ends + timedelta(days=policy.fix_days),
                "locks": ends + timedelta(days=policy.lock_days + 1),
            },
        )
    return list(Period.objects.of_indicators(policy.year))
