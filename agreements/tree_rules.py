"""What must hold in a performance tree whoever writes it, and what is done to its nodes."""

import re
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from agreements import changes
from agreements.enums import TreeLevel, UnitKind
from agreements.lineage import Lineage, family_of
from agreements.models import (
    Indicator,
    Objective,
    PlanningPeriod,
    Position,
    Programme,
    TreeLink,
    TreeNode,
    Unit,
)
from agreements.outline import path_of
from records.history import Act, Actor, record

RANK = {level: rank for rank, level in enumerate(TreeLevel)}
# Deeper than any organisation; it bounds what is drawn and walked.
DEEPEST = 10
_PLANNED = re.compile(r"^(sub\s*kegiatan|kegiatan|program)\b", re.IGNORECASE)


class TreeError(Exception):
    """A rule of the tree refuses; the sentence is for who tried."""


def locked(period_id: int) -> PlanningPeriod:
    """Whoever changes where nodes hang waits here for who is changing it; call it in a transaction."""
    return PlanningPeriod.objects.select_for_update().get(pk=period_id)


def check_place(node: TreeNode) -> None:
    """Refuse a circle, a level above that of the node it supports, a foreign unit, and a bottomless tree.

    Call it under `locked`, after the row was saved. Raises TreeError.
    """
    depth = _depth_of(node) if node.parent_id else 1
    parent = node.parent
    if parent is not None:
        _check_parent(node, parent)
    lowest = min((RANK[TreeLevel(level)] for level in _levels_below(node)), default=None)
    if lowest is not None and lowest < RANK[TreeLevel(node.level)]:
        raise TreeError(
            f"Di bawah simpul ini ada {list(TreeLevel)[lowest].label.lower()}, jadi tingkatnya tidak dapat "
            "diturunkan sejauh itu. Ubah dahulu yang di bawahnya."
        )
    if depth + _height_of(node) > DEEPEST:
        raise TreeError(f"Pohon paling banyak {DEEPEST} tingkat. Gantungkan lebih tinggi.")


def _check_parent(node: TreeNode, parent: TreeNode) -> None:
    if parent.period_id != node.period_id:
        raise TreeError("Simpul yang didukung berasal dari periode perencanaan lain. Pilih dari periode ini.")
    if RANK[TreeLevel(node.level)] < RANK[TreeLevel(parent.level)]:
        raise TreeError(
            f"{node.get_level_display()} tidak dapat berada di bawah {parent.get_level_display().lower()}. "
            f"Pilih tingkat {parent.get_level_display().lower()} atau di bawahnya."
        )
    units = Unit.objects.with_ancestors().in_bulk({node.unit_id, parent.unit_id})
    own, other = units[node.unit_id], units[parent.unit_id]
    if other.kind != UnitKind.REGION and office_of(own).pk != office_of(other).pk:
        raise TreeError(
            "Simpul hanya mendukung simpul perangkat daerahnya sendiri atau daerah. "
            "Untuk perangkat daerah lain, mintalah dukungan lintas perangkat daerah."
        )


def office_of(unit: Unit) -> Unit:
    """The perangkat daerah a unit is part of: the one directly below the region. Read it with `with_ancestors`."""
    return next((each for each in path_of(unit) if each.kind != UnitKind.REGION), unit)


def _depth_of(node: TreeNode) -> int:
    """On which level the node hangs, the top being 1; refuses a circle."""
    depth, at = 1, node.parent_id
    while at is not None:
        if at == node.pk or depth > DEEPEST:
            raise TreeError("Simpul tidak dapat mendukung dirinya sendiri atau yang ada di bawahnya.")
        depth += 1
        at = TreeNode.objects.values_list("parent_id", flat=True).get(pk=at)
    return depth


def _levels_below(node: TreeNode) -> list[str]:
    return list(node.children.order_by().values_list("level", flat=True).distinct())


def _height_of(node: TreeNode) -> int:
    """How many levels hang below the node."""
    height, level = 0, [node.pk]
    while height <= DEEPEST:
        level = list(TreeNode.objects.filter(parent_id__in=level).order_by().values_list("pk", flat=True))
        if not level:
            break
        height += 1
    return height


def usual_level(unit: Unit, parent: TreeNode | None) -> str:
    """What a new node most probably is: one level below what it supports, else by the kind of its unit."""
    if parent is not None:
        return list(TreeLevel)[min(RANK[TreeLevel(parent.level)] + 1, len(RANK) - 1)].value
    if unit.kind == UnitKind.REGION:
        return TreeLevel.FINAL
    is_part = unit.kind in (UnitKind.DIVISION, UnitKind.SECTION, UnitKind.TECHNICAL)
    return TreeLevel.IMMEDIATE if is_part else TreeLevel.INTERMEDIATE


def next_order(node: TreeNode) -> int:
    """The place after the last of its siblings."""
    last = TreeNode.objects.siblings_of(node).aggregate(last=Max("order"))["last"]
    return (last or 0) + 1


def names_a_programme(text: str) -> bool:
    """Whether a text is the name of a programme or an activity: nodes are results or conditions."""
    words = " ".join(text.split())
    return bool(_PLANNED.match(words)) or Programme.objects.filter(name__iexact=words).exists()


# --- acts -----------------------------------------------------------------------------------------


@transaction.atomic
def shift(node: TreeNode, up: bool, actor: Actor) -> bool:
    """Change places with the sibling before or after; False where there is none."""
    locked(node.period_id)
    siblings = list(TreeNode.objects.siblings_of(node))
    at = next((place for place, each in enumerate(siblings) if each.pk == node.pk), None)
    there = None if at is None else at + (-1 if up else 1)
    if at is None or there is None or not 0 <= there < len(siblings):
        return False
    siblings[at], siblings[there] = siblings[there], siblings[at]
    for order, each in enumerate(siblings, start=1):
        each.order = order
    TreeNode.objects.bulk_update(siblings, ["order"])
    was, now = {"urutan": str(at + 1)}, {"urutan": str(there + 1)}
    record(actor, Act("menggeser simpul pohon kinerja", node, node.unit, before=was, after=now))
    return True


@transaction.atomic
def delete(node: TreeNode, actor: Actor) -> None:
    """Take the node away. Raises TreeError while something hangs below it or is linked with it."""
    locked(node.period_id)
    below = node.children.count()
    if below:
        raise TreeError(f"Masih ada {below} simpul di bawahnya. Pindahkan atau hapus itu dahulu.")
    if TreeLink.objects.filter(node=node).exists():
        raise TreeError(
            "Simpul ini terhubung dengan permintaan dukungan lintas perangkat daerah. Tarik permintaannya dahulu."
        )
    if node.contributes.exists():
        raise TreeError(
            "Simpul ini ditunjuk menyumbang ke simpul perangkat daerah lain. Ganti simpul itu dahulu."
        )
    said = {"tingkat": node.get_level_display(), "hasil atau kondisi": node.text}
    act = Act("menghapus simpul pohon kinerja", node, node.unit, before=said)
    record(actor, act)
    node.delete()


@transaction.atomic
def attach(node: TreeNode, name: str, rows, actor: Actor) -> None:
    """Add indicators or programmes (`name` is the column) that the node does not have yet."""
    _relate(node, name, actor, lambda column: column.add(*rows), "menambah")


@transaction.atomic
def detach(node: TreeNode, name: str, pk: int, actor: Actor) -> None:
    """Take one of them away; it stays in its own list."""
    _relate(node, name, actor, lambda column: column.remove(pk), "melepas")


def _relate(node: TreeNode, name: str, actor: Actor, change, verb: str) -> None:
    TreeNode.objects.select_for_update().get(pk=node.pk)
    column = getattr(node, name)
    before = sorted(map(str, column.all()))
    change(column)
    after = sorted(map(str, column.all()))
    if before == after:
        return
    label = str(changes.column(node, name).verbose_name)
    was, now = {label: "; ".join(before)}, {label: "; ".join(after)}
    record(actor, Act(f"{verb} {label} simpul pohon kinerja", node, node.unit, before=was, after=now))


# --- the first tree -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """A node that would come of an objective, `depth` levels below the tops of the unit.

    `supports`: the objective it hangs below, as it stands in the year.
    """

    objective: Objective
    level: TreeLevel
    indicators: tuple[Indicator, ...]
    depth: int
    supports: int | None


def proposals(unit: Unit, year: int) -> list[Proposal]:
    """What the tujuan and sasaran of the unit make of an empty tree: what stands above comes first."""
    measured = Indicator.objects.in_use()
    rows = list(Objective.objects.in_year(year).filter(unit=unit).order_by("order", "pk"))
    found: dict[int, list[Indicator]] = {row.pk: [] for row in rows}
    family = family_of(rows, year)
    lineage = Lineage(year)
    for indicator in measured.filter(objective__in=family):
        found[family[indicator.objective_id or 0]].append(indicator)
    above = {row.pk: lineage.standing(row.parent_id) for row in rows if row.parent_id}
    level = TreeLevel(usual_level(unit, None))
    made: list[Proposal] = []

    def add(parent: int | None, depth: int) -> None:
        for row in rows:
            supports = above.get(row.pk)
            if (supports if supports in found else None) == parent:
                made.append(Proposal(row, level, tuple(found[row.pk]), depth, supports))
                add(row.pk, depth + 1)

    add(None, 0)
    return made


@transaction.atomic
def begin(unit: Unit, period: PlanningPeriod, year: int, actor: Actor, day: date) -> int:
    """Make the proposed nodes of a unit without a tree; how many. Raises TreeError where there is one.

    Tops hang below the node of the objective they support, where the region or the unit above has one.
    """
    locked(period.pk)
    if TreeNode.objects.filter(period=period, unit=unit).exists():
        raise TreeError("Pohon kinerja ini sudah berisi. Tambahkan simpul satu per satu.")
    proposed = proposals(unit, year)
    if not proposed:
        raise TreeError("Belum ada tujuan atau sasaran untuk tahun ini. Isi dahulu Tujuan & Sasaran.")
    head = Position.objects.on(day).filter(unit=unit, heads_unit=True).first()
    above = Unit.objects.with_ancestors().get(pk=unit.pk)
    lineage = Lineage(year)
    wanted = lineage.family([each.supports for each in proposed if each.depth == 0 and each.supports])
    hooks = {
        wanted[node.objective_id]: node
        for node in TreeNode.objects.filter(
            period=period, objective_id__in=wanted, unit_id__in=[each.pk for each in path_of(above)]
        )
    }
    made: dict[int, TreeNode] = {}
    for order, each in enumerate(proposed, start=1):
        row = each.objective
        node = TreeNode(period=period, unit=unit, level=each.level, text=row.text, order=order)
        node.owner, node.objective = head, row
        node.parent = made.get(each.supports or 0) or hooks.get(each.supports or 0)
        if node.parent and RANK[TreeLevel(node.parent.level)] > RANK[each.level]:
            node.level = node.parent.level
        node.save()
        node.indicators.set(each.indicators)
        made[row.pk] = node
    said = {"simpul": str(len(made)), "dari": "tujuan & sasaran"}
    record(actor, Act("memulai pohon kinerja", unit, unit, after=said))
    return len(made)
