"""Tujuan and sasaran as an outline: what the region wants, and under it what the units answer with."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from agreements.lineage import Lineage
from agreements.models import Indicator, Objective

# Tujuan and sasaran of the region, tujuan and sasaran of a unit; what is deeper has a page of its own.
LEVELS = 4
# Under one objective; what is more has a page of its own too.
BELOW_SHOWN = 40


@dataclass(frozen=True)
class Branch:
    """An objective with what supports it. `hidden`: how many of those are not shown here."""

    objective: Objective
    indicators: int
    below: tuple["Branch", ...]
    hidden: int
    # What it supports itself, where that is not shown above it.
    supports: Objective | None = None


ORDER = ("unit__order", "unit_id", "order", "code", "pk")


class Outline:
    """The outline of the objectives of a year that `rows` holds: seen by the account, and not narrowed away."""

    def __init__(self, rows: QuerySet[Objective], year: int) -> None:
        self.rows, self.lineage = rows, Lineage(year)
        # Those that point at an objective which ended, while its successor is among the rows.
        members = {pk: self.lineage.standing(pk) for pk in self.lineage.members}
        moved = {pk for pk, stands in members.items() if pk != stands}
        seen = set(rows.filter(pk__in={members[pk] for pk in moved}).values_list("pk", flat=True))
        self._moved = {pk for pk in moved if members[pk] in seen}

    def roots(self) -> QuerySet[Objective]:
        """Those whose own superior objective is not among the rows."""
        inside = self.rows.order_by().values("pk")
        top = self.rows.exclude(parent__in=inside).exclude(parent__in=self._moved)
        return top.select_related("unit", "parent__unit").order_by(*ORDER)

    def under(self, pk: int) -> QuerySet[Objective]:
        """What supports an objective directly."""
        below = self.rows.filter(parent__in=self.lineage.family([pk]))
        return below.select_related("unit").order_by(*ORDER)

    def grown(self, tops: Iterable[Objective], indicators: QuerySet[Indicator]) -> tuple[Branch, ...]:
        """The branches of a page: a query a level, and two for the counts."""
        levels = [list(tops)]
        below: dict[int, list[Objective]] = defaultdict(list)
        for _ in range(LEVELS - 1):
            above = self.lineage.family([row.pk for row in levels[-1]])
            found = self._below(above) if above else []
            for row in found:
                below[above[cast(int, row.parent_id)]].append(row)
            levels.append(found)
        shown = [row.pk for level in levels for row in level]
        family = self.lineage.family(shown)
        carried = _summed(self.rows.order_by().filter(parent__in=family), "parent_id", family)
        counted = _summed(indicators.order_by().filter(objective__in=family), "objective_id", family)

        def branch(row: Objective, is_top: bool = False) -> Branch:
            children = tuple(branch(child) for child in below[row.pk])
            hidden = carried[row.pk] - len(children)
            return Branch(row, counted[row.pk], children, hidden, row.parent if is_top else None)

        return tuple(branch(row, is_top=True) for row in levels[0])

    def _below(self, parents: Collection[int]) -> list[Objective]:
        place = Window(RowNumber(), partition_by=F("parent_id"), order_by=[F(name) for name in ORDER])
        rows = self.rows.filter(parent__in=parents).annotate(place=place).filter(place__lte=BELOW_SHOWN)
        return list(rows.select_related("unit").order_by(*ORDER))


def _summed(rows: QuerySet, column: str, family: Mapping[int, int]) -> Counter[int]:
    """How many rows each objective has, those of the ones it stands for included."""
    found: Counter[int] = Counter()
    counts: Iterable[tuple[int, int]] = rows.values_list(column).annotate(number=Count("pk"))
    for pk, number in counts:
        found[family[pk]] += number
    return found
