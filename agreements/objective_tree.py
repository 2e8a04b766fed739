"""Tujuan and sasaran as an outline: what the region wants, and under it what the units answer with."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from agreements.lineage import Lineage
from agreements.models import Indicator, Objective

# Tujuan and sasaran of the region, tujuan and sasaran of a unit; what is deeper has a page of its own.
LEVELS = 4
# Under one objective; what is more has a page of its own too.
BELOW_SHOWN = 40
ORDER = ("unit__order", "unit_id", "order", "code", "pk")


@dataclass(frozen=True)
class Branch:
    """An objective with what supports it. `hidden`: how many of those are not shown here."""

    objective: Objective
    indicators: int
    below: tuple["Branch", ...]
    hidden: int
    is_open: bool
    # What it supports itself, where that is not shown above it.
    supports: Objective | None = None


class Outline:
    """The outline of the objectives of a year that `rows` holds: seen by the account, and not narrowed away.

    Only their numbers are read of all of them; what a page shows is read for the page.
    """

    def __init__(self, rows: QuerySet[Objective], year: int) -> None:
        self.rows, self.lineage = rows, Lineage(year)
        found = list(rows.order_by(*ORDER).values_list("pk", "parent_id"))
        inside = {pk for pk, _ in found}
        self.roots: list[int] = []
        self._below: dict[int, list[int]] = defaultdict(list)
        for pk, parent in found:
            above = None if parent is None else self.lineage.standing(parent)
            if above is None or above not in inside:
                self.roots.append(pk)
            else:
                self._below[above].append(pk)

    def under(self, pk: int) -> list[int]:
        """What supports an objective directly."""
        return self._below[pk]

    def grown(
        self, tops: Sequence[int], indicators: QuerySet[Indicator], levels_open: int = 1
    ) -> tuple[Branch, ...]:
        """The branches of a page, in two queries: the objectives it shows, and how many indicators they have.

        `levels_open`: down to which level what is below is unfolded.
        """
        shown = self._shown(tops)
        rows = Objective.objects.select_related("unit", "parent").in_bulk(shown)
        family = self.lineage.family(shown)
        counted: Counter[int] = Counter()
        measured = indicators.order_by().filter(objective__in=family)
        for pk, number in measured.values_list("objective_id").annotate(number=Count("pk")):
            counted[family[pk]] += number

        def branch(pk: int, level: int) -> Branch:
            below = self._below[pk]
            kept = below[:BELOW_SHOWN] if level < LEVELS else []
            children = tuple(branch(child, level + 1) for child in kept)
            top = rows[pk].parent if level == 1 else None
            hidden = len(below) - len(children)
            return Branch(rows[pk], counted[pk], children, hidden, level <= levels_open, top)

        return tuple(branch(pk, 1) for pk in tops)

    def _shown(self, tops: Sequence[int]) -> list[int]:
        shown, level = list(tops), list(tops)
        for _ in range(LEVELS - 1):
            level = [child for pk in level for child in self._below[pk][:BELOW_SHOWN]]
            shown += level
        return shown
