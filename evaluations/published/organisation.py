"""The government itself out of published names: region, units, and the posts that head them."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from agreements.enums import Level, UnitKind
from agreements.models import Position, Region, Unit
from evaluations.published.drafts import Drafts, Leftover
from evaluations.published.places import Place, places_of, squashed
from evaluations.published.reading import Row
from evaluations.published.tally import BuildRefused, Built

ROOT = ""
HEAD_TITLES = {"kabupaten": "Bupati", "kota": "Wali Kota"}
UnitKey = tuple[int | None, str]


def make_region(own: Mapping[str, Sequence[Row]], built: Built) -> Region:
    """The one region, as the rows name it. Raises `BuildRefused` for a province or where another one lives."""
    printed = next(row["region"] for lines in own.values() for row in lines)
    kind, _, name = printed.partition(" ")
    kind = kind.casefold()
    if kind not in HEAD_TITLES or not name:
        raise BuildRefused(
            f"{printed} bukan kabupaten atau kota; aplikasi ini untuk pemerintah kabupaten/kota."
        )
    region = Region.objects.first()
    if region and (region.kind, squashed(region.name)) != (kind, squashed(name)):
        raise BuildRefused(
            f"Basis data ini sudah berisi {region}. Pakai basis data kosong untuk membangun {printed}."
        )
    # The seat is not published; people add it before the first document is issued.
    fresh = Region(kind=kind, name=name[:80], head_title=HEAD_TITLES[kind], seat="")
    region = built.ensure("Identitas daerah", Region, {1: region} if region else {}, {1: fresh})[1]
    if not region.seat:
        built.remarks.append(
            "Tempat penandatanganan tidak ada dalam sumber. Isi di Pengaturan, Identitas Daerah."
        )
    return region


def told_places(own: Mapping[str, Sequence[Row]], drafts: Drafts, built: Built) -> dict[str, list[Place]]:
    """The units each printed name tells; a name that tells none is left over where it stands."""
    listed = [row["opd_name"] for row in own["opd_lists.csv"] if row["opd_name"]]
    told = {name: places_of(name) for name in listed}
    for row in own["opd_lists.csv"]:
        if not told.get(row["opd_name"]):
            built.leftovers.append(Leftover(row.file, row.line, row["opd_name"], untold(row["opd_name"])))
    for drafted in drafts.all:
        if drafted.unit != ROOT and drafted.unit not in told:
            told[drafted.unit] = places_of(drafted.unit)
    return told


def untold(name: str) -> str:
    return f"jenis atau unit di atas “{name[:60]}” tidak tersebut, jadi tidak dibuat"


def make_units(
    region: Region, told: Mapping[str, Sequence[Place]], started: date, built: Built
) -> dict[str, Unit]:
    """Units by the printed name, and under "" the government itself."""
    root = Unit.objects.filter(kind=UnitKind.REGION).first()
    fresh = Unit(
        kind=UnitKind.REGION, name=region.government, short_name=str(region)[:60], valid_from=started
    )
    units = built.ensure("Perangkat Daerah", Unit, {ROOT: root} if root else {}, {ROOT: fresh})
    for depth in range(_deepest(told)):
        names = {name: places for name, places in told.items() if len(places) > depth}
        made = _level(depth, names, units, started, built)
        units |= {squashed(places[depth].name): made[name] for name, places in names.items()}
        units |= {name: made[name] for name, places in names.items() if len(places) == depth + 1}
    return units


def _deepest(told: Mapping[str, Sequence[Place]]) -> int:
    return max(map(len, told.values()), default=0)


def _level(
    depth: int,
    names: Mapping[str, Sequence[Place]],
    above: Mapping[str, Unit],
    started: date,
    built: Built,
) -> dict[str, Unit]:
    """The units at one depth, by printed name. Only below another unit does a name need its parent."""
    current = Unit.objects.filter(valid_to__isnull=True).exclude(kind=UnitKind.REGION)
    existing = {(unit.parent_id if depth else None, squashed(unit.name)): unit for unit in current}
    keys: dict[str, UnitKey] = {}
    wanted: dict[UnitKey, Unit] = {}
    for name, places in names.items():
        place = places[depth]
        parent = above[squashed(place.parent)]
        keys[name] = parent.pk if depth else None, squashed(place.name)
        wanted.setdefault(keys[name], _unit(place, parent, len(current) + len(wanted) + 1, started))
    made = built.ensure("Perangkat Daerah", Unit, existing, wanted)
    return {name: made[key] for name, key in keys.items()}


def _unit(place: Place, parent: Unit, order: int, started: date) -> Unit:
    return Unit(
        parent=parent,
        kind=place.kind,
        name=place.name[:255],
        short_name=textwrap.shorten(place.name, 60, placeholder="…"),
        order=order,
        signs_with_head=place.signs_with_head,
        on_map=place.signs_with_head,
        writes_report=place.signs_with_head,
        valid_from=started,
    )


def make_heads(
    region: Region,
    told: Mapping[str, Sequence[Place]],
    units: Mapping[str, Unit],
    started: date,
    built: Built,
) -> dict[int, Position]:
    """The post that heads each unit, by unit; those above before those below, their superiors."""
    posts = Position.objects.filter(heads_unit=True, valid_to__isnull=True)
    root = units[ROOT]
    regent = Position(
        unit=root, title=region.head_of_region, level=Level.REGIONAL_HEAD, heads_unit=True, valid_from=started
    )
    heads = built.ensure("Jabatan", Position, {post.unit_id: post for post in posts}, {root.pk: regent})
    for depth in range(_deepest(told)):
        places = [places[depth] for places in told.values() if len(places) > depth]
        heads = built.ensure("Jabatan", Position, heads, _posts(places, units, heads, started))
    return heads


def _posts(
    places: Iterable[Place], units: Mapping[str, Unit], heads: Mapping[int, Position], started: date
) -> dict[int, Position]:
    posts = {}
    for place in places:
        unit = units[squashed(place.name)]
        posts[unit.pk] = Position(
            unit=unit,
            title=place.head,
            level=place.level,
            superior=heads.get(unit.parent_id or 0),
            heads_unit=True,
            valid_from=started,
        )
    return posts
