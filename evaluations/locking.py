"""What the lock of a period does, night by night: verified becomes final, the rest stays sementara.

A value that was not verified in time is the verifier's delay, not the unit's: it is counted by who should
have verified it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils import timezone

from accounts.permissions import NOBODY, ROLE_LABELS, Role
from evaluations.models import Realisation
from evaluations.querysets import RealisationQuerySet
from evaluations.workflow import TransitionError, Who, perform_all
from records.history import SYSTEM

# How many rows the lock makes final in one transaction.
BATCH = 200
# Who verifies, as an address names it: the bureau, and the planners for the bureau's own unit.
BUREAU_SIDE, PLANNER_SIDE = "bagian-organisasi", "perencana"
SIDES = {BUREAU_SIDE: ROLE_LABELS[Role.BUREAU], PLANNER_SIDE: ROLE_LABELS[Role.PLANNER]}


@dataclass(frozen=True)
class Locked:
    """How many rows became final, and which were left for the next night because somebody changed them."""

    final: int
    skipped: tuple[str, ...]


def finalise_locked(now: datetime | None = None) -> Locked:
    """Make final what is verified in periods that have locked; one changed row holds up no other."""
    who = Who(NOBODY, SYSTEM, now or timezone.now())
    rows = list(Realisation.objects.verified_and_locked(who.day).select_related("indicator", "period"))
    final, skipped = 0, []
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        if _made_final(batch, who):
            final += len(batch)
            continue
        left = [row for row in batch if not _made_final([row], who)]
        final += len(batch) - len(left)
        skipped += [f"{row.indicator} ({row.period})" for row in left]
    return Locked(final, tuple(skipped))


def _made_final(rows: list[Realisation], who: Who) -> bool:
    try:
        perform_all("finalise", rows, who)
    except TransitionError:
        return False
    return True


@dataclass(frozen=True)
class Passed:
    """How many values of one verifying side passed the lock unverified; `key` names the side in addresses."""

    key: str
    label: str
    count: int


def of_side(facts: RealisationQuerySet, side: str, bureau_units: Collection[int]) -> RealisationQuerySet:
    """Those of the facts that one side should have verified."""
    own = Q(indicator__unit__in=bureau_units)
    return facts.filter(own if side == PLANNER_SIDE else ~own)


def passed_by_side(facts: RealisationQuerySet, day: date, bureau_units: Collection[int]) -> list[Passed]:
    """How many of the facts passed the lock unverified, in one query; a side without any is left out."""
    own = Count("pk", filter=Q(indicator__unit__in=bureau_units))
    counts = facts.passed_unverified(day).aggregate(total=Count("pk"), own=own)
    by_side = {BUREAU_SIDE: counts["total"] - counts["own"], PLANNER_SIDE: counts["own"]}
    return [Passed(side, SIDES[side], count) for side, count in by_side.items() if count]
