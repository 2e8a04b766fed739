"""Units as an outline: each under what it belongs to, as far as an account may see."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from agreements.enums import Holding
from agreements.models import Assignment, Unit
from agreements.querysets import UnitQuerySet

# On one page of the outline: rows in all, and children shown of one unit; the rest is asked for.
MOST_ROWS, MOST_CHILDREN = 60, 12
LEVELS = 3


@dataclass(frozen=True)
class Branch:
    """A unit, who heads it on the day, and what is below it: `count` units, of which `below` are shown.

    What the page says of it is text already: a page has many of them.
    """

    unit: Unit
    name: str
    key: str
    address: str
    headed_by: str
    below: tuple["Branch", ...]
    count: int

    @property
    def more(self) -> int:
        """How many units below it are not shown."""
        return self.count - len(self.below)


def _headed_by(head: Assignment | None) -> str:
    """Who heads a unit on the day, in words."""
    if head is None:
        return "Pimpinan belum dicatat"
    acting = head.holding != Holding.DEFINITIVE
    return f"{head.official.name} ({head.get_holding_display()})" if acting else head.official.name


def branches(roots: Sequence[Unit], units: UnitQuerySet, day: date) -> tuple[Branch, ...]:
    """The outline of `units` under the roots, three levels with them, in five queries however many there are.

    A page holds a bounded number of rows: of what it leaves out it says how many.
    """
    levels, shown = [list(roots)], len(roots)
    while len(levels) < LEVELS and shown < MOST_ROWS:
        below = units.below([unit.pk for unit in levels[-1]], MOST_CHILDREN)
        levels.append(list(below.order_by("order", "name", "pk")[: MOST_ROWS - shown]))
        shown += len(levels[-1])
    all_units = [unit for level in levels for unit in level]
    numbers = [unit.pk for unit in all_units]
    counts = units.counted_by_parent(numbers)
    held = Assignment.objects.on(day).of_heads().filter(position__unit__in=numbers)
    heads = heads_of(
        held.select_related("official", "position").only("holding", "official__name", "position__unit")
    )
    children: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in (unit for level in levels[1:] for unit in level):
        children[unit.parent_id].append(unit)

    def grown(unit: Unit) -> Branch:
        below = tuple(grown(child) for child in children[unit.pk])
        return Branch(
            unit=unit,
            name=unit.name,
            key=str(unit.pk),
            address=reverse("agreements:unit_detail", args=(unit.pk,)),
            headed_by=_headed_by(heads.get(unit.pk)),
            below=below,
            count=counts.get(unit.pk, 0),
        )

    return tuple(grown(root) for root in roots)


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
