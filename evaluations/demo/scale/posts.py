"""Units, posts and who holds them, added in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from agreements.enums import Level, ObjectiveKind, UnitKind
from agreements.models import Assignment, Objective, Official, PlanningPeriod, Position, Unit
from evaluations.demo.organisation import FOUNDED

GIVEN = (
    "Adi",
    "Bunga",
    "Citra",
    "Dwi",
    "Eka",
    "Fajar",
    "Gita",
    "Hari",
    "Indah",
    "Jaya",
    "Kiki",
    "Lestari",
    "Mega",
)
FAMILY = ("Prasetya", "Siregar", "Wulandari", "Nugraha", "Tampubolon", "Rahayu", "Saputro", "Manalu", "Utami")
RANKS = {Level.II: "Pembina Tingkat I (IV/b)", Level.III: "Pembina (IV/a)"}


@dataclass(frozen=True)
class Post:
    """A post with an agreement each year: `office` is the perangkat daerah that measures its indicators."""

    position: Position
    assignment: Assignment
    objective: Objective
    office: Unit


def make(offices: int, count: int) -> list[Post]:
    """So many perangkat daerah more, and posts in all that are on the map; their heads are among the posts."""
    region = Unit.objects.get(kind=UnitKind.REGION)
    heads = _heads(_offices(region, offices))
    own = [head.unit for head in heads]
    others = list(Unit.objects.filter(on_map=True).exclude(pk__in=[unit.pk for unit in own]))
    shared = list(islice(cycle([*own, *others]), count - len(heads)))
    positions = [*heads, *_divisions(shared)]
    assignments = _assignments(positions, _officials(positions))
    objectives = _objectives(positions)
    return [Post(*parts) for parts in zip(positions, assignments, objectives, [*own, *shared], strict=True)]


def _offices(region: Unit, count: int) -> list[Unit]:
    first = Unit.objects.order_by("-order").values_list("order", flat=True)[0] + 1
    return Unit.objects.bulk_create(
        Unit(
            parent=region,
            kind=UnitKind.OFFICE,
            name=f"Dinas Uji Skala {number}",
            short_name=f"Dinas Uji {number}",
            code=f"9.01.0.00.0.00.{number:02d}.0000",
            order=first + number,
            signs_with_head=True,
            on_map=True,
            writes_report=True,
            valid_from=FOUNDED,
        )
        for number in range(1, count + 1)
    )


def _heads(offices: Sequence[Unit]) -> list[Position]:
    regent = Position.objects.get(level=Level.REGIONAL_HEAD)
    return Position.objects.bulk_create(
        Position(
            unit=unit,
            title=f"Kepala {unit.name}",
            level=Level.II,
            superior=regent,
            heads_unit=True,
            valid_from=FOUNDED,
        )
        for unit in offices
    )


def _divisions(offices: Sequence[Unit]) -> list[Position]:
    """Posts of echelon III, each with a unit of its own, one for every office listed."""
    superiors = {head.unit_id: head for head in Position.objects.filter(unit__in=offices, heads_unit=True)}
    units = Unit.objects.bulk_create(
        Unit(
            parent=office,
            kind=UnitKind.DIVISION,
            name=f"Bidang Uji {number} {office.short_name}",
            short_name=f"Bidang Uji {number}",
            order=office.order,
            valid_from=FOUNDED,
        )
        for number, office in enumerate(offices, start=1)
    )
    return Position.objects.bulk_create(
        Position(
            unit=unit,
            title=f"Kepala {unit.name}",
            level=Level.III,
            superior=superiors[office.pk],
            heads_unit=True,
            valid_from=FOUNDED,
        )
        for unit, office in zip(units, offices, strict=True)
    )


def _officials(positions: Sequence[Position]) -> list[Official]:
    """Names and NIP of people who never were: born in 1985, in service since 2010."""
    return Official.objects.bulk_create(
        Official(
            name=f"{GIVEN[number % len(GIVEN)]} {FAMILY[number % len(FAMILY)]}, S.E.",
            nip=f"19850101{2010 + number // 1000}011{number % 1000:03d}",
            rank=RANKS[Level(position.level)],
        )
        for number, position in enumerate(positions)
    )


def _assignments(positions: Sequence[Position], officials: Sequence[Official]) -> list[Assignment]:
    return Assignment.objects.bulk_create(
        Assignment(official=official, position=position, starts=FOUNDED, decree=f"821.2/UJI-{number}/BKPSDM")
        for number, (position, official) in enumerate(zip(positions, officials, strict=True), start=1)
    )


def _objectives(positions: Sequence[Position]) -> list[Objective]:
    period = PlanningPeriod.objects.latest("first_year")
    return Objective.objects.bulk_create(
        Objective(
            period=period,
            unit=position.unit,
            kind=ObjectiveKind.OBJECTIVE,
            text=f"Meningkatnya kinerja {position.unit.name}",
        )
        for position in positions
    )
