"""A tree cut into pages: every node once, every mark leads where it says, nothing wider than the paper."""

from collections import Counter

import pytest

from reports.tree_pages import Mark, Node, Sheet, letter_of, sheets

BOX = (200, 100)
LINE = 12


def size(key: str, onward: bool, back: bool) -> tuple[int, int]:
    return BOX[0], BOX[1] + LINE * (onward + back)


def fan(levels: int, width: int, key: str = "r") -> Node:
    """A tree with so many children everywhere."""
    if levels == 0:
        return Node(key)
    return Node(key, tuple(fan(levels - 1, width, f"{key}.{n}") for n in range(width)))


def keys_of(node: Node) -> list[str]:
    return [node.key, *(key for child in node.children for key in keys_of(child))]


CASES = {
    "six": (fan(1, 5), 1150, 650),
    "sixty": (fan(3, 4), 1150, 650),
    "sixty on A3": (fan(3, 4), 1640, 1000),
    "three hundred": (fan(4, 4), 1640, 1000),
    "wide": (fan(1, 60), 1150, 650),
    "wide and deep": (fan(2, 17), 1150, 650),
    "a chain": (fan(9, 1), 1150, 650),
    "narrow paper": (fan(2, 3), 230, 300),
}


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request):
    return request.param


@pytest.fixture
def pages(case) -> tuple[Sheet, ...]:
    root, width, height = case
    return sheets(root, width, height, size)


def test_every_node_is_printed_and_only_first_nodes_of_a_piece_twice(case, pages):
    root = case[0]
    printed = Counter(box.key for sheet in pages for piece in sheet.pieces for box in piece.layout.boxes)
    again = Counter(piece.key for sheet in pages for piece in sheet.pieces if piece.came_from)
    assert printed - again == Counter(keys_of(root))


def test_no_page_holds_more_than_the_paper(case, pages):
    _, width, height = case
    for sheet in pages:
        for piece in sheet.pieces:
            right = max(box.x + box.width for box in piece.layout.boxes)
            bottom = max(box.y + box.height for box in piece.layout.boxes)
            assert (right <= width, bottom <= height) == (True, True), sheet.number


def test_no_two_boxes_of_a_page_overlap(pages):
    for sheet in pages:
        boxes = [box for piece in sheet.pieces for box in piece.layout.boxes]
        for at, one in enumerate(boxes):
            for other in boxes[at + 1 :]:
                beside = one.x + one.width <= other.x or other.x + other.width <= one.x
                assert beside or one.y + one.height <= other.y or other.y + other.height <= one.y


def test_every_mark_leads_to_the_piece_that_says_where_it_comes_from(pages):
    arrived = {
        (piece.came_from.letter, sheet.number): (piece.key, piece.came_from.page)
        for sheet in pages
        for piece in sheet.pieces
        if piece.came_from
    }
    left = {}
    for sheet in pages:
        for piece in sheet.pieces:
            marks = dict(piece.onward)
            if piece.rest:
                left[piece.rest.letter, piece.rest.page] = (piece.key, sheet.number)
            left |= {(mark.letter, mark.page): (key, sheet.number) for key, mark in marks.items()}
    assert left == arrived
    assert [sheet.number for sheet in pages] == list(range(1, len(pages) + 1))
    assert pages[0].pieces[0].came_from is None


def test_a_branch_without_more_below_it_carries_no_mark(case, pages):
    childless = {key for key in keys_of(case[0]) if not _find(case[0], key).children}
    marked = {key for sheet in pages for piece in sheet.pieces for key in piece.onward}
    assert marked & childless == set()


def _find(node: Node, key: str) -> Node:
    if node.key == key:
        return node
    return _find(
        next(child for child in node.children if key == child.key or key.startswith(f"{child.key}.")), key
    )


def test_a_small_tree_is_one_page_and_small_branches_share_one():
    assert len(sheets(*CASES["six"], size)) == 1
    shared = sheets(*CASES["sixty"], size)
    assert max(len(sheet.pieces) for sheet in shared) > 1


def test_a_branch_follows_the_page_it_was_cut_from():
    pages = sheets(*CASES["three hundred"], size)
    onward = [mark.page for piece in pages[0].pieces for mark in piece.onward.values()]
    assert min(onward) == 2
    assert onward == sorted(onward)


def test_children_for_whom_there_is_no_room_follow_below_the_same_node():
    first, second, *_ = sheets(*CASES["wide"], size)
    assert first.pieces[0].rest == Mark("A", 2)
    assert second.pieces[0].key == "r"
    assert second.pieces[0].came_from == Mark("A", 1)


@pytest.mark.parametrize(
    ("number", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")]
)
def test_cuts_are_lettered(number, letters):
    assert letter_of(number) == letters


def test_the_same_tree_is_cut_the_same(case, pages):
    root, width, height = case
    assert sheets(root, width, height, size) == pages
