"""What the drawn performance tree and its paper say: boxes made of the nodes an account sees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.safestring import SafeString

from agreements import tree as trees
from agreements.enums import LinkState, UnitKind
from agreements.models import PlanningPeriod, Region, TreeLink, TreeNode, Unit
from agreements.querysets import TreeNodeQuerySet
from agreements.tree import Branch
from perjanjian.numerals import format_date
from reports import tree_drawing
from reports.tree_drawing import LINK, ROOT, Box, Frame
from reports.tree_pages import Mark, Node, Piece, Sheet, sheets

A4, A3 = "a4", "a3"
SIZES = {A4: "A4 mendatar", A3: "A3 mendatar"}
# Room for the drawing of a page, in millimetres: the paper less its margins, its head and its legend.
ROOM = {A4: (270, 155), A3: (393, 242)}
# At this many millimetres a pixel the smallest letters are set in 6.5 points.
SCALE = 0.24
# More nodes than this are many pages: a job prints them.
MOST_AT_ONCE = 120
MOST_PAGES = 20
# Nobody hangs up a paper of a thousand pages: such a tree is printed unit by unit.
MOST_PRINTED = 6000


@dataclass(frozen=True)
class TreeSheet:
    """A page of the paper."""

    number: int
    heading: str
    drawing: SafeString
    legend: SafeString


@dataclass(frozen=True)
class TreePaper:
    """Everything the template places. `pages`: how many sheets the whole has; a part of it says so too."""

    size: str
    title: str
    unit: str
    government: str
    period: str
    targets: str
    printed: str
    sheets: tuple[TreeSheet, ...]
    pages: int
    created: date

    @property
    def file_title(self) -> str:
        return f"{self.title} – {self.unit}"


# --- boxes ------------------------------------------------------------------------------------------


def box_of(branch: Branch, unit_id: int, year: int | None) -> Box:
    """A node with its branch; `unit_id` is whose tree it is, `year` None for paper, which has no addresses."""
    node = branch.node
    return Box(
        key=f"s{node.pk}",
        kind=node.level,
        text=node.text,
        critical=node.critical,
        unit="" if node.unit_id == unit_id else branch.unit_beside,
        owner=node.owner.title if node.owner else "",
        measures=tuple(f"{indicator.name}: {target}" for indicator, target in branch.measures),
        hidden=branch.hidden,
        address="" if year is None else branch.address,
        children=(
            *(box_of(child, unit_id, year) for child in branch.below),
            *(_asked(link, year) for link in branch.links),
            *(_supports(link, year) for link in branch.contributes if link.state == LinkState.ACCEPTED),
        ),
    )


def _asked(link: TreeLink, year: int | None) -> Box:
    text = f"{link.unit.name}: {link.role} ({LinkState(link.state).label.lower()})"
    more = (link.answering_node.text,) if link.answering_node else ()
    return Box(f"d{link.pk}", LINK, text, measures=more, address=_link_address(link, year))


def _supports(link: TreeLink, year: int | None) -> Box:
    """On the tree of the unit that was asked: what its node contributes to."""
    text = f"Menyumbang ke {link.node.unit.name}: {link.node.text}"
    return Box(f"m{link.pk}", LINK, text, address=_link_address(link, year))


def _link_address(link: TreeLink, year: int | None) -> str:
    return "" if year is None else reverse("agreements:tree_link", args=(year, link.pk))


def root_of(branches: Sequence[Branch], unit: Unit, year: int | None) -> Box:
    """One box for the whole: the only top, or the owner of the tree above its several tops."""
    boxes = tuple(box_of(branch, unit.pk, year) for branch in branches)
    return boxes[0] if len(boxes) == 1 else Box("akar", ROOT, unit.name, children=boxes)


def chart(branches: Sequence[Branch], unit: Unit, year: int) -> SafeString:
    """The drawing on a page."""
    return tree_drawing.whole(root_of(branches, unit, year), "bagan", f"Pohon kinerja {unit.name}")


# --- the paper --------------------------------------------------------------------------------------


def nodes_on_paper(seen: TreeNodeQuerySet, units: Iterable[int], region: bool) -> int:
    """About how many nodes the paper would show; what decides whether it is printed in the request."""
    return (seen if region else seen.filter(unit_id__in=units)).count()


def tree_paper(
    seen: TreeNodeQuerySet,
    unit: Unit,
    units: frozenset[int],
    period: PlanningPeriod,
    year: int,
    size: str,
    day: date,
) -> TreePaper:
    """The only queries of a print.

    Args:
        seen: the nodes of the period that who prints may read.
        units: whose nodes begin the tree.
        day: of the print.
    """
    is_region = unit.kind == UnitKind.REGION
    region = Region.objects.get()
    rows = list(trees.readable(seen))
    tops = [row for row in rows if row.unit_id in units and not _hangs_in(row, units)]
    branches = trees.whole(tops, rows, year)
    drawn = tuple(cut(root_of(branches, unit, None), size)) if branches else ()
    return TreePaper(
        size=size,
        title="Pohon Kinerja",
        unit=str(region) if is_region else unit.name,
        government=region.government,
        period=str(period),
        targets=f"Target indikator tahun {year}",
        printed=f"Dicetak {format_date(day)}",
        sheets=drawn,
        pages=len(drawn),
        created=day,
    )


def _hangs_in(row: TreeNode, units: frozenset[int]) -> bool:
    return row.parent is not None and row.parent.unit_id in units


def cut(root: Box, size: str) -> Iterable[TreeSheet]:
    """The pages of a tree on paper of that size; asks nothing of the database."""
    boxes = tree_drawing.everything(root)
    heights: dict[tuple[str, bool, bool], int] = {}

    def measured(key: str, onward: bool, back: bool) -> tuple[int, int]:
        asked = (key, onward, back)
        if asked not in heights:
            # What the marks say is known only when all pages are; any words of one line are as high.
            heights[asked] = tree_drawing.face(boxes[key], "x" if onward else "", "x" if back else "").height
        return tree_drawing.BOX, heights[asked]

    wide, high = (int(room / SCALE) for room in ROOM[size])
    for sheet in sheets(_node_of(root), wide, high, measured):
        yield _sheet(sheet, boxes)


def _node_of(box: Box) -> Node:
    return Node(box.key, tuple(map(_node_of, box.children)))


def _sheet(sheet: Sheet, boxes: dict[str, Box]) -> TreeSheet:
    body: list[SafeString] = []
    said: list[str] = []
    wide = high = 0
    for piece in sheet.pieces:
        faces = _faces(piece, boxes)
        body += tree_drawing.drawn(piece.layout, boxes, faces)
        said += [boxes[place.key].said for place in piece.layout.boxes]
        wide = max(wide, *(place.x + place.width for place in piece.layout.boxes))
        high = max(high, *(place.y + place.height for place in piece.layout.boxes))
    heading = _origins([piece.came_from for piece in sheet.pieces if piece.came_from])
    title = f"Pohon kinerja, halaman {sheet.number}"
    frame = Frame(f"hal-{sheet.number}", wide, high, title, ". ".join(said), scale=SCALE)
    legend = tree_drawing.legend(f"keterangan-{sheet.number}", SCALE)
    return TreeSheet(sheet.number, heading, tree_drawing.svg(frame, body), legend)


def _faces(piece: Piece, boxes: dict[str, Box]) -> dict[str, tree_drawing.Face]:
    """What is written in each box of a piece, with the marks of where its branch comes from and goes on."""
    made = {}
    for place in piece.layout.boxes:
        first = place.key == piece.key
        mark = piece.rest if first else piece.onward.get(place.key)
        back = back_words(piece.came_from) if first and piece.came_from else ""
        made[place.key] = tree_drawing.face(boxes[place.key], onward_words(mark) if mark else "", back)
    return made


def _origins(marks: Sequence[Mark]) -> str:
    """Where the pieces of a page come from, the letters of one page together."""
    letters: dict[int, list[str]] = {}
    for mark in marks:
        letters.setdefault(mark.page, []).append(mark.letter)
    said = [f"hal. {page} ({', '.join(found)})" for page, found in letters.items()]
    return f"lanjutan dari {'; '.join(said)}" if said else ""


def onward_words(mark: Mark) -> str:
    return f"lanjut hal. {mark.page} ({mark.letter})"


def back_words(mark: Mark) -> str:
    return f"lanjutan dari hal. {mark.page} ({mark.letter})"
