"""Where the boxes of a tree stand: a tidy drawing as pure geometry, whole numbers in, whole numbers out.

Children that have children of their own stand side by side below their parent. Children that have none hang in
columns below it, so that a branch stays narrow. Every parent stands in the middle above its own branch; branches
beside each other never overlap. The same tree always gives the same drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

# Between boxes side by side, between a parent and what stands below it, between boxes of a column.
BESIDE, BELOW, STACKED = 18, 34, 12
# How far a box of a column stands to the right of the line that leads to it.
INDENT = 18
COLUMN = 5


@dataclass(frozen=True)
class Item:
    """A box to place: its size, and what hangs below it."""

    key: str
    width: int
    height: int
    children: tuple["Item", ...] = ()


@dataclass(frozen=True)
class Placed:
    """A box in its place; x and y are its upper left corner."""

    key: str
    x: int
    y: int
    width: int
    height: int


Point = tuple[int, int]


@dataclass(frozen=True)
class Edge:
    """A line from a parent to a child, corner by corner: it begins on one box and ends on the other."""

    parent: str
    child: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Layout:
    """A drawing whose upper left corner is 0, 0."""

    width: int
    height: int
    boxes: tuple[Placed, ...] = ()
    edges: tuple[Edge, ...] = ()

    def moved(self, right: int, down: int) -> "Layout":
        """The same drawing elsewhere on a larger sheet."""
        boxes = tuple(replace(box, x=box.x + right, y=box.y + down) for box in self.boxes)
        edges = tuple(
            replace(edge, points=tuple((x + right, y + down) for x, y in edge.points)) for edge in self.edges
        )
        return replace(self, boxes=boxes, edges=edges)


@dataclass
class _Draft:
    """The boxes and lines of a branch while it is put together, in coordinates of its own."""

    left: int
    right: int
    bottom: int
    boxes: list[Placed] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    def shift(self, right: int) -> None:
        self.left, self.right = self.left + right, self.right + right
        self.boxes = [replace(box, x=box.x + right) for box in self.boxes]
        self.edges = [
            replace(edge, points=tuple((x + right, y) for x, y in edge.points)) for edge in self.edges
        ]


def lay_out(root: Item, column: int = COLUMN) -> Layout:
    """The drawing of a tree. Keys must differ; a column holds at most so many boxes."""
    rows = _row_tops(root)
    draft = _branch(root, 0, rows, column)
    draft.shift(-draft.left)
    return Layout(draft.right, draft.bottom, tuple(draft.boxes), tuple(draft.edges))


def _hangs(item: Item) -> bool:
    """Whether the children stand in columns: none has anything below it."""
    return bool(item.children) and not any(child.children for child in item.children)


def _row_tops(root: Item) -> list[int]:
    """Where each row of boxes begins that stand side by side: below the highest box of the row above."""
    tops, level = [0], [root]
    while level:
        beside = [child for item in level if not _hangs(item) for child in item.children]
        tops.append(tops[-1] + max(item.height for item in level) + BELOW)
        level = beside
    return tops


def _branch(item: Item, depth: int, rows: Sequence[int], column: int) -> _Draft:
    """A branch whose top row is known; its left edge may be anywhere."""
    top = rows[depth]
    if not item.children:
        return _alone(item, 0, top)
    return _columns(item, top, column) if _hangs(item) else _side_by_side(item, depth, rows, column)


def _alone(item: Item, x: int, y: int) -> _Draft:
    box = Placed(item.key, x, y, item.width, item.height)
    return _Draft(x, x + item.width, y + item.height, [box])


def _side_by_side(item: Item, depth: int, rows: Sequence[int], column: int) -> _Draft:
    drafts = []
    edge = 0
    for child in item.children:
        draft = _branch(child, depth + 1, rows, column)
        draft.shift(edge - draft.left)
        edge = draft.right + BESIDE
        drafts.append(draft)
    heads = [draft.boxes[0] for draft in drafts]
    middle = (heads[0].x + heads[-1].x + heads[-1].width) // 2
    own = _alone(item, middle - item.width // 2, rows[depth])
    box = own.boxes[0]
    start = (box.x + box.width // 2, box.y + box.height)
    turn = rows[depth + 1] - BELOW // 2
    lines = []
    for head in heads:
        end = (head.x + head.width // 2, head.y)
        lines.append(Edge(item.key, head.key, (start, (start[0], turn), (end[0], turn), end)))
    return _joined(own, drafts, lines)


def _columns(item: Item, top: int, column: int) -> _Draft:
    """The children in columns of at most so many boxes, as even as can be."""
    count = len(item.children)
    columns = -(-count // column)
    size = -(-count // columns)
    first, turn = top + item.height + BELOW, top + item.height + BELOW // 2
    drafts: list[_Draft] = []
    stems: list[tuple[int, Placed]] = []
    edge = 0
    for begin in range(0, count, size):
        y, right = first, edge + INDENT
        for child in item.children[begin : begin + size]:
            draft = _alone(child, edge + INDENT, y)
            drafts.append(draft)
            stems.append((edge + INDENT // 3, draft.boxes[0]))
            y, right = draft.bottom + STACKED, max(right, draft.right)
        edge = right + BESIDE
    own = _alone(item, (edge - BESIDE) // 2 - item.width // 2, top)
    box = own.boxes[0]
    start = (box.x + box.width // 2, box.y + box.height)
    lines = [
        Edge(
            item.key,
            head.key,
            (
                start,
                (start[0], turn),
                (stem, turn),
                (stem, head.y + head.height // 2),
                (head.x, head.y + head.height // 2),
            ),
        )
        for stem, head in stems
    ]
    joined = _joined(own, drafts, lines)
    # The lines to the columns stand left of the boxes and belong to the branch.
    joined.left = min(joined.left, *(stem for stem, _ in stems))
    return joined


def _joined(own: _Draft, drafts: Sequence[_Draft], lines: Sequence[Edge]) -> _Draft:
    return _Draft(
        min([own.left, *(draft.left for draft in drafts)]),
        max([own.right, *(draft.right for draft in drafts)]),
        max([own.bottom, *(draft.bottom for draft in drafts)]),
        own.boxes + [box for draft in drafts for box in draft.boxes],
        [*lines, *(edge for draft in drafts for edge in draft.edges)],
    )
