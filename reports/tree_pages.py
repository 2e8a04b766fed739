"""Cuts a tree into pages: pure, by subtrees, with marks that lead from one page to the next.

A page begins with a node and holds as many levels below it as fit. A child whose branch does not fit is drawn
with a mark, and its branch is continued on a later page; branches that are small share one. A node with more
children than a page holds is drawn again with the rest of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from reports.tree_layout import BESIDE, Item, Layout, lay_out

# Between branches that share a page.
APART = 2 * BESIDE
# How many boxes a column may hold: lower columns are tried where the page is not high enough.
COLUMNS = (5, 3, 2, 1)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Node:
    """A node to print; what its box shows besides is known by its key."""

    key: str
    children: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Mark:
    """Where a cut leads: the letter of the cut, and the number of the page there."""

    letter: str
    page: int


@dataclass(frozen=True)
class Piece:
    """A branch on a page: `key` is the node it begins with; `came_from` None on the first page.

    `onward` are the nodes of this piece whose branch goes on elsewhere, by key; `rest` where the further
    children of its first node are.
    """

    key: str
    layout: Layout
    came_from: Mark | None
    onward: dict[str, Mark]
    rest: Mark | None


@dataclass(frozen=True)
class Sheet:
    """One page of the paper."""

    number: int
    pieces: tuple[Piece, ...]


# (key, whether the box carries a mark onward, whether it carries one back) → width and height of the box.
Size = Callable[[str, bool, bool], tuple[int, int]]


@dataclass
class _Start:
    """A branch to be printed: from which child on, and of which cut it is the continuation."""

    node: Node
    offset: int = 0
    letter: str = ""
    cut_on: int = 0


@dataclass
class _Draft:
    start: _Start
    layout: Layout
    cuts: dict[str, str] = field(default_factory=dict)
    rest: str = ""


def letter_of(number: int) -> str:
    """A, B … Z, AA, AB …: the letter of the cut with this number, counted from 0."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, len(LETTERS))
        text = LETTERS[rest] + text
    return text


def sheets(root: Node, width: int, height: int, size: Size) -> tuple[Sheet, ...]:
    """The pages of a tree for paper that is so wide and high, in the units of the boxes."""
    return _Cutter(width, height, size).cut(root)


class _Cutter:
    def __init__(self, width: int, height: int, size: Size):
        self.width, self.height, self.size = width, height, size
        self.letters = map(letter_of, count())
        self.nodes: dict[str, Node] = {}
        self.pages: list[list[_Draft]] = []

    def cut(self, root: Node) -> tuple[Sheet, ...]:
        self.nodes = _by_key(root)
        waiting = [_Start(root)]
        while waiting:
            number = len(self.pages) + 1
            drafts = [self._first(waiting.pop(0))]
            drafts += self._more(drafts[0].layout, waiting)
            self.pages.append(drafts)
            # The branches of this page come next, before those of pages before it.
            waiting[:0] = [start for draft in drafts for start in self._continued(draft, number)]
        return self._with_marks()

    def _first(self, start: _Start) -> _Draft:
        """The branch with as many children, and then as many levels, as fit."""
        children = start.node.children[start.offset :]
        kept = len(children)
        shut = {child.key for child in children if child.children}
        while kept > 1 and not self._fits(self._laid(start, kept, shut)):
            kept -= 1
        rest = next(self.letters) if kept < len(children) else ""
        shut = {child.key for child in children[:kept] if child.children}
        waiting = [child for child in children[:kept] if child.children]
        while waiting:
            opened = waiting.pop(0)
            tried = (shut - {opened.key}) | {child.key for child in opened.children if child.children}
            if self._fits(self._laid(start, kept, tried)):
                shut = tried
                waiting += [child for child in opened.children if child.children]
        layout = self._laid(start, kept, shut)
        cuts = {box.key: next(self.letters) for box in layout.boxes if box.key in shut}
        return _Draft(start, layout, cuts, rest)

    def _laid(self, start: _Start, kept: int, shut: set[str]) -> Layout:
        """The branch with its first children; those in `shut` without what is below them."""
        children = start.node.children[start.offset : start.offset + kept]
        goes_on = start.offset + kept < len(start.node.children)

        def item(node: Node) -> Item:
            closed = node.key in shut
            below = () if closed else tuple(map(item, node.children))
            return Item(node.key, *self.size(node.key, closed, False), below)

        size = self.size(start.node.key, goes_on, bool(start.letter))
        root = Item(start.node.key, *size, tuple(map(item, children)))
        laid = [lay_out(root, COLUMNS[0])]
        for column in COLUMNS[1:]:
            if self._fits(laid[-1]):
                return laid[-1]
            laid.append(lay_out(root, column))
        return laid[-1] if self._fits(laid[-1]) else laid[0]

    def _fits(self, layout: Layout) -> bool:
        return layout.width <= self.width and layout.height <= self.height

    def _more(self, first: Layout, waiting: list[_Start]) -> Iterator[_Draft]:
        """Whole branches that still find room beside or below what is on the page."""
        x, y, row = first.width + APART, 0, first.height
        while waiting:
            start = waiting[0]
            layout = self._laid(start, len(start.node.children), set())
            if x + layout.width > self.width:
                x, y, row = 0, y + row + APART, 0
            if x + layout.width > self.width or y + layout.height > self.height:
                return
            yield _Draft(waiting.pop(0), layout.moved(x, y))
            x, row = x + layout.width + APART, max(row, layout.height)

    def _continued(self, draft: _Draft, number: int) -> list[_Start]:
        found = [_Start(self.nodes[key], 0, letter, number) for key, letter in draft.cuts.items()]
        if draft.rest:
            own = draft.start
            shown = sum(edge.parent == own.node.key for edge in draft.layout.edges)
            found.append(_Start(own.node, own.offset + shown, draft.rest, number))
        return found

    def _with_marks(self) -> tuple[Sheet, ...]:
        page_of = {
            draft.start.letter: number for number, drafts in enumerate(self.pages, 1) for draft in drafts
        }
        made = []
        for number, drafts in enumerate(self.pages, 1):
            pieces = tuple(
                Piece(
                    draft.start.node.key,
                    draft.layout,
                    Mark(draft.start.letter, draft.start.cut_on) if draft.start.letter else None,
                    {key: Mark(letter, page_of[letter]) for key, letter in draft.cuts.items()},
                    Mark(draft.rest, page_of[draft.rest]) if draft.rest else None,
                )
                for draft in drafts
            )
            made.append(Sheet(number, pieces))
        return tuple(made)


def _by_key(root: Node) -> dict[str, Node]:
    found, waiting = {}, [root]
    while waiting:
        node = waiting.pop()
        found[node.key] = node
        waiting += node.children
    return found
