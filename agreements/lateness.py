"""Who signs too late: against the year's last days for it and the circular that set them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from agreements.models import Agreement, Position, YearPolicy
from agreements.querysets import IN_PREPARATION


@dataclass(frozen=True)
class Standing:
    """How one agreement stands towards its last day for signing.

    `days` is how many days after it was or still is to be signed: 0 in time, None where no last day is set
    or nothing is to be signed any more.
    """

    agreement: Any
    due: date | None
    days: int | None

    @property
    def late(self) -> bool:
        return bool(self.days)


def standing_of(agreement: Any, policy: YearPolicy, day: date) -> Standing:
    """The standing of an agreement read with `with_dates`, on a day."""
    due = policy.signing_due(agreement.amends_id is not None)
    signed_on = agreement.signed_on
    if signed_on is None and agreement.status not in IN_PREPARATION:
        return Standing(agreement, due, None)
    return Standing(agreement, due, days_after(due, signed_on or day))


def days_after(due: date | None, day: date) -> int | None:
    """Days from the last day to the day, never below 0; None without a last day."""
    return None if due is None else max((day - due).days, 0)


def day_of_duty(policy: YearPolicy, day: date) -> date:
    """On which day the posts count that must sign in the year: its last day for it, else the day within it."""
    return policy.agreement_due or day_within(policy.year, day)


def day_within(year: int, day: date) -> date:
    """The day itself, or the nearest one of the year."""
    return min(max(day, date(year, 1, 1)), date(year, 12, 31))


@dataclass(frozen=True)
class Duties:
    """What one post has to sign in a year: its agreement, and the one that amends it where there is one."""

    position: Position
    agreement: Standing | None
    amendment: Standing | None
    days_without: int | None


def duties_of(positions: list[Position], policy: YearPolicy, day: date) -> list[Duties]:
    """The duties of these posts, in one query.

    An agreement that was replaced still counts for its own last day; one that was cancelled does not.
    """
    rows = Agreement.objects.for_year(policy.year).filter(position__in=positions).not_cancelled().with_dates()
    found: dict[tuple[int, bool], Standing] = {}
    for agreement in rows.order_by("pk"):
        key = agreement.position_id, agreement.amends_id is not None
        found[key] = standing_of(agreement, policy, day)
    return [
        Duties(
            position,
            found.get((position.pk, False)),
            found.get((position.pk, True)),
            days_after(policy.agreement_due, day),
        )
        for position in positions
    ]
