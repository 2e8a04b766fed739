"""Units as an outline: each under what it belongs to, as far as an account may see."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from agreements.enums import Holding, UnitKind
from agreements.models import Assignment, Unit


@dataclass(frozen=True)
class Branch:
    """A unit, who heads it on the day, and what is below it."""

    unit: Unit
    head: Assignment | None
    below: tuple["Branch", ...]


def tops(units: Iterable[Unit]) -> list[Unit]:
    """The units an outline begins with: those below the region, else those whose parent is not seen."""
    units = list(units)
    seen = {unit.pk for unit in units if unit.kind != UnitKind.REGION}
    return [unit for unit in units if unit.pk in seen and unit.parent_id not in seen]


def branches(
    roots: Iterable[Unit], units: Iterable[Unit], heads: dict[int, Assignment]
) -> tuple[Branch, ...]:
    """The outline under the roots; `heads` is keyed by unit."""
    children: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        children[unit.parent_id].append(unit)

    def grown(unit: Unit, above: frozenset[int]) -> Branch:
        below = [child for child in children[unit.pk] if child.pk not in above]
        return Branch(unit, heads.get(unit.pk), tuple(grown(child, above | {unit.pk}) for child in below))

    return tuple(grown(root, frozenset()) for root in roots)


def heads_of(assignments: Iterable[Assignment]) -> dict[int, Assignment]:
    """Who heads each unit: the definitive holder, else an acting one, else who runs the day."""
    order: dict[str, int] = {Holding.DEFINITIVE: 2, Holding.PLH: 0}
    found: dict[int, Assignment] = {}
    for assignment in assignments:
        unit_id = assignment.position.unit_id
        known = found.get(unit_id)
        if known is None or order.get(assignment.holding, 1) > order.get(known.holding, 1):
            found[unit_id] = assignment
    return found


def path_of(unit: Unit) -> tuple[Unit, ...]:
    """The units this one belongs to, the region first; read them with `with_ancestors`."""
    above, at = [], unit.parent
    while at is not None and at not in above:
        above.append(at)
        at = at.parent
    return tuple(reversed(above))
