"""Objectives through the revisions of a plan: which of those that succeed each other stands in a year.

What supports an objective, and the indicators under it, keep pointing at the row they were given. In
each year they belong to whichever of its line stands then, so that a revision rewrites no year before it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from agreements.models import Objective


class Lineage:
    """The lines of succession, read once in one query: only objectives a revision touched are in it."""

    def __init__(self, year: int) -> None:
        self.year = year
        self._before: dict[int, int] = {}
        self._after: dict[int, list[int]] = defaultdict(list)
        self._stands: set[int] = set()
        for pk, before, stands in Objective.objects.succession(year):
            if stands:
                self._stands.add(pk)
            if before is not None:
                self._before[pk] = before
                self._after[before].append(pk)

    @property
    def members(self) -> frozenset[int]:
        """Every objective that succeeds another or is succeeded."""
        return frozenset(self._before) | frozenset(self._after)

    def standing(self, pk: int) -> int:
        """The objective that stands in the year in the place of this one; itself where none does.

        Of several that succeed one, the first: what was under it stays together.
        """
        if pk in self._stands or pk not in self.members:
            return pk
        for found in (*self._later(pk), *self._earlier(pk)):
            if found in self._stands:
                return found
        return pk

    def family(self, pks: Collection[int]) -> dict[int, int]:
        """All objectives whose place the given ones have in the year, themselves included: pk → the given one."""
        wanted = set(pks)
        found = {pk: pk for pk in wanted}
        for pk in self.members:
            if (stands := self.standing(pk)) in wanted:
                found[pk] = stands
        return found

    def named_by(self, rows: QuerySet, column: str) -> set[int]:
        """The objectives in whose stead rows still name one that a revision ended, or brings later; one query.

        Args:
            column: of the rows, with the number of an objective.
        """
        members = self.members
        if not members:
            return set()
        named = rows.order_by().filter(**{f"{column}__in": members}).values_list(column, flat=True)
        return {self.standing(pk) for pk in named.distinct()}

    def _later(self, pk: int) -> list[int]:
        found, waiting = [], [pk]
        while waiting:
            following = [each for each in sorted(self._after.get(waiting.pop(0), ())) if each not in found]
            found += following
            waiting += following
        return found

    def _earlier(self, pk: int) -> list[int]:
        found: list[int] = []
        at = self._before.get(pk)
        while at is not None and at not in found:
            found.append(at)
            at = self._before.get(at)
        return found


def family_of(standing: Iterable[Objective], year: int) -> dict[int, int]:
    """`Lineage.family` of objectives that stand in the year; asks nothing where no revision touched them."""
    standing = list(standing)
    touched = [row.pk for row in standing if row.successor_of_id or row.last_year]
    found = {row.pk: row.pk for row in standing}
    return found | Lineage(year).family(touched) if touched else found
