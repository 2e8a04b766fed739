"""Where the boxes of a tree stand: pure geometry, on trees of many shapes."""

import random
from itertools import combinations

import pytest

from reports.tree_layout import BELOW, BESIDE, COLUMN, Item, Layout, lay_out

WIDTH = 200


def tree(*children: Item, height: int = 60, key: str = "") -> Item:
    tree.count += 1
    return Item(key or f"k{tree.count}", WIDTH, height, children)


tree.count = 0


def grown(seed: int, levels: int, most: int) -> Item:
    """A tree of chance, the same for the same seed."""
    chance = random.Random(seed)

    def branch(level: int) -> Item:
        below = chance.randint(0, most) if level < levels else 0
        return tree(*(branch(level + 1) for _ in range(below)), height=chance.randint(40, 180))

    return tree(*(branch(1) for _ in range(most)), key="root")


SHAPES = {
    "alone": tree(),
    "one below one": tree(tree(tree(tree()))),
    "a column": tree(*(tree() for _ in range(4))),
    "several columns": tree(*(tree(height=30 + 11 * n) for n in range(23))),
    "leaf beside branch": tree(tree(), tree(tree(), tree()), tree()),
    "sixty": tree(*(tree() for _ in range(60))),
    **{f"chance {seed}": grown(seed, 4, 4) for seed in range(12)},
    "large": grown(99, 6, 4),
}


def overlap(one, other) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def on_border(box, point) -> bool:
    x, y = point
    inside = box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
    return inside and (x in (box.x, box.x + box.width) or y in (box.y, box.y + box.height))


@pytest.fixture(params=SHAPES.values(), ids=SHAPES.keys())
def shape(request) -> Item:
    return request.param


def items(root: Item) -> dict[str, Item]:
    return {root.key: root} | {key: item for child in root.children for key, item in items(child).items()}


def test_every_box_stands_once_with_its_size_and_inside_the_drawing(shape):
    drawn, wanted = lay_out(shape), items(shape)
    assert sorted(box.key for box in drawn.boxes) == sorted(wanted)
    for box in drawn.boxes:
        assert (box.width, box.height) == (wanted[box.key].width, wanted[box.key].height)
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= drawn.width
        assert box.y + box.height <= drawn.height


def test_no_two_boxes_overlap(shape):
    boxes = lay_out(shape).boxes[:400]
    assert [(a.key, b.key) for a, b in combinations(boxes, 2) if overlap(a, b)] == []


def test_every_line_leads_from_its_parent_to_its_child_in_right_angles(shape):
    drawn = lay_out(shape)
    boxes = {box.key: box for box in drawn.boxes}
    wanted = {(item.key, child.key) for item in items(shape).values() for child in item.children}
    assert {(edge.parent, edge.child) for edge in drawn.edges} == wanted
    for edge in drawn.edges:
        assert on_border(boxes[edge.parent], edge.points[0])
        assert on_border(boxes[edge.child], edge.points[-1])
        for (x, y), (to_x, to_y) in zip(edge.points, edge.points[1:], strict=False):
            assert x == to_x or y == to_y
            assert 0 <= to_x <= drawn.width


def crosses(edge, box) -> bool:
    """Whether a line runs through the inside of a box."""
    for (x, y), (to_x, to_y) in zip(edge.points, edge.points[1:], strict=False):
        low_x, high_x, low_y, high_y = min(x, to_x), max(x, to_x), min(y, to_y), max(y, to_y)
        if low_x < box.x + box.width and high_x > box.x and low_y < box.y + box.height and high_y > box.y:
            return True
    return False


def test_no_line_runs_through_a_box(shape):
    drawn = lay_out(shape)
    boxes, edges = drawn.boxes[:150], drawn.edges[:150]
    assert [(edge.child, box.key) for edge in edges for box in boxes if crosses(edge, box)] == []


def test_a_parent_stands_in_the_middle_above_its_children(shape):
    drawn, wanted = lay_out(shape), items(shape)
    boxes = {box.key: box for box in drawn.boxes}
    for item in wanted.values():
        if not any(child.children for child in item.children):
            continue
        first, last = boxes[item.children[0].key], boxes[item.children[-1].key]
        middle = (first.x + last.x + last.width) / 2
        assert abs(boxes[item.key].x + boxes[item.key].width / 2 - middle) <= 1


def test_children_without_children_hang_in_columns():
    drawn = lay_out(tree(*(tree() for _ in range(COLUMN * 2 + 1)), key="root"))
    columns: dict[int, int] = {}
    for box in drawn.boxes:
        if box.key != "root":
            columns[box.x] = columns.get(box.x, 0) + 1
    assert len(columns) == 3
    assert max(columns.values()) <= COLUMN
    root = drawn.boxes[0]
    assert abs(root.x + root.width / 2 - (drawn.width / 2)) <= WIDTH / 2


def test_boxes_of_a_row_begin_at_the_same_height_below_the_highest_of_the_row_above():
    first = tree(tree(tree()), height=50)
    second = tree(tree(tree()), height=150)
    drawn = {box.key: box for box in lay_out(tree(first, second, key="root")).boxes}
    one, other = (drawn[each.children[0].key] for each in (first, second))
    assert one.y == other.y == drawn[second.key].y + 150 + BELOW
    assert drawn[second.key].x - drawn[first.key].x >= WIDTH + BESIDE


def test_the_same_tree_gives_the_same_drawing(shape):
    assert lay_out(shape) == lay_out(shape)


def test_a_drawing_moves_with_its_lines():
    drawn = lay_out(tree(tree()))
    moved = drawn.moved(10, 20)
    assert isinstance(moved, Layout)
    assert [(box.x - 10, box.y - 20) for box in moved.boxes] == [(box.x, box.y) for box in drawn.boxes]
    assert moved.edges[0].points[0] == (drawn.edges[0].points[0][0] + 10, drawn.edges[0].points[0][1] + 20)
