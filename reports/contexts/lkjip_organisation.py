"""The organisation in a performance report: its head, the posts at the end of the year, how many are held."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from agreements.enums import Holding, Level
from agreements.models import Assignment, Position, Unit
from agreements.querysets import valid_on
from reports.contexts.lkjip_captions import Caption, Captions

# Posts printed one by one; what lies below is only counted.
PRINTED_LEVELS = (Level.REGIONAL_HEAD, Level.II, Level.III)
MOST_POSTS = 60


@dataclass(frozen=True)
class Person:
    """Who holds a post; an empty `name` is a post nobody holds on the day."""

    title: str
    name: str = ""
    rank: str = ""
    nip: str = ""


@dataclass(frozen=True)
class Headship:
    """Who headed the unit in the year, from and to which day of it."""

    person: Person
    starts: date
    ends: date


@dataclass(frozen=True)
class LevelCount:
    """Posts of a level, and how many of them were held on the day."""

    label: str
    posts: int
    held: int

    @property
    def vacant(self) -> int:
        return self.posts - self.held


@dataclass(frozen=True)
class Structure:
    """The posts of the unit on `day`, its own first, and how many of each level there are and are held.

    `heads` are those of the year, where there was more than one.
    """

    day: date
    posts: tuple[Person, ...]
    counts: tuple[LevelCount, ...]
    heads: tuple[Headship, ...]
    left_out: int
    caption: Caption | None
    counts_caption: Caption | None


def organisation(
    unit: Unit, below: frozenset[int], year: int, day: date, captions: Captions
) -> tuple[Person, Structure]:
    """The head on the day, who signs, and the posts as they were at the end of the year reported on."""
    first, until = date(year, 1, 1), min(day, date(year, 12, 31))
    known = list(
        Position.objects.filter(valid_on(day) | valid_on(until), unit_id__in=below).order_by(
            "unit__order", "unit_id", "-heads_unit", "pk"
        )
    )
    known.sort(key=lambda position: position.unit_id != unit.pk)
    in_the_year = Q(starts__lte=until) & (Q(ends__isnull=True) | Q(ends__gte=first))
    held = list(
        Assignment.objects.filter(
            valid_on(day, "starts", "ends") | in_the_year,
            position__in=[position.pk for position in known],
        )
        .select_related("official", "position")
        .order_by("-holding", "starts")
    )
    own = [p for p in known if p.unit_id == unit.pk and p.heads_unit]
    heads = [p for p in own if _lasts(p, day)]
    head = _person(heads[0], _holders(held, day)) if heads else Person(f"Kepala {unit.name}")
    positions = [position for position in known if _lasts(position, until)]
    printed = [p for p in positions if p.level in PRINTED_LEVELS]
    holders = _holders(held, until)
    counts = tuple(_counted(level, positions, holders) for level in Level)
    structure = Structure(
        day=until,
        posts=tuple(_person(p, holders) for p in printed[:MOST_POSTS]),
        counts=tuple(count for count in counts if count.posts),
        heads=_headships({p.pk for p in own}, held, first, until),
        left_out=max(0, len(printed) - MOST_POSTS),
        caption=captions.table_if(printed, 1, "Jabatan dan pejabat"),
        counts_caption=captions.table_if(positions, 1, "Jabatan menurut jenjang"),
    )
    return head, structure


def _counted(level: Level, positions: list[Position], holders: Mapping[int, Assignment]) -> LevelCount:
    own = [position for position in positions if position.level == level]
    return LevelCount(str(level.label), len(own), sum(position.pk in holders for position in own))


def _headships(posts: set[int], held: list[Assignment], first: date, until: date) -> tuple[Headship, ...]:
    """Those who headed the unit as a party would, in their order; empty when it was one and the same."""
    rows = [each for each in held if each.position_id in posts and each.holding != Holding.PLH]
    rows = [each for each in rows if each.starts <= until and (each.ends is None or each.ends >= first)]
    if len(rows) < 2:
        return ()
    return tuple(
        Headship(
            Person(row.title, row.official.name, row.official.rank, row.official.nip or ""),
            max(first, row.starts),
            until if row.ends is None else min(until, row.ends),
        )
        for row in sorted(rows, key=lambda row: row.starts)
    )


def _lasts(position: Position, day: date) -> bool:
    return position.valid_from <= day and (position.valid_to is None or position.valid_to >= day)


def _holders(held: list[Assignment], day: date) -> dict[int, Assignment]:
    """Who holds each post on the day; a definitive holder before any other."""
    holders: dict[int, Assignment] = {}
    for assignment in held:
        if assignment.starts > day or (assignment.ends is not None and assignment.ends < day):
            continue
        known = holders.get(assignment.position_id)
        if known is None or known.holding != "definitive":
            holders[assignment.position_id] = assignment
    return holders


def _person(position: Position, holders: Mapping[int, Assignment]) -> Person:
    holder = holders.get(position.pk)
    if holder is None:
        return Person(position.title)
    official = holder.official
    return Person(holder.title, official.name, official.rank, official.nip or "")
