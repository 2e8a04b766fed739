"""The performance tree as its pages and its paper read it: nodes with what hangs below, in few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects

from agreements.models import Indicator, IndicatorTarget, PlanningPeriod, TreeLink, TreeNode
from agreements.naming import plan_target
from agreements.querysets import TreeNodeQuerySet

# What one page shows at once; the rest is read when somebody opens it.
LEVELS_SHOWN = 3
MOST_CHILDREN = 50
MOST_SHOWN = 200


@dataclass(frozen=True)
class Branch:
    """A node, what hangs below it, and how many nodes directly below it were not read.

    `measures` are its indicators with the target of the year as text.
    """

    node: TreeNode
    below: tuple["Branch", ...]
    hidden: int
    measures: tuple[tuple[Indicator, str], ...]
    links: tuple[TreeLink, ...]
    contributes: tuple[TreeLink, ...]


def period_of(year: int) -> PlanningPeriod | None:
    """The planning period whose tree a year shows."""
    return PlanningPeriod.objects.filter(first_year__lte=year, last_year__gte=year).first()


def readable(seen: TreeNodeQuerySet) -> TreeNodeQuerySet:
    """The rows of a tree in order, each with its unit, its owner and its `below_count`."""
    return seen.counting(seen).select_related("unit", "owner").in_order()


def grown(tops: Sequence[TreeNode], rows: TreeNodeQuerySet, year: int) -> tuple[Branch, ...]:
    """The first levels under the tops, however large the tree: at most MOST_SHOWN nodes below them.

    Args:
        tops: from `readable` rows.
        rows: `readable` rows the account sees, of one period.
    """
    children: dict[int, list[TreeNode]] = defaultdict(list)
    level, room, everything = list(tops), MOST_SHOWN, list(tops)
    for _ in range(LEVELS_SHOWN - 1):
        parents = []
        for node in level:
            wanted = min(node.below_count, MOST_CHILDREN)
            if 0 < wanted <= room:
                parents.append(node.pk)
                room -= wanted
        level = list(rows.first_below(parents, MOST_CHILDREN)) if parents else []
        for node in level:
            children[node.parent_id or 0].append(node)
        everything += level
    dress(everything, year)
    return tuple(_branch(node, children) for node in tops)


def whole(tops: Sequence[TreeNode], rows: Iterable[TreeNode], year: int) -> tuple[Branch, ...]:
    """Everything under the tops, for the paper.

    Args:
        rows: all nodes of the period the account sees, in order; read whole.
    """
    children: dict[int, list[TreeNode]] = defaultdict(list)
    for node in rows:
        children[node.parent_id or 0].append(node)
    everything, waiting = [], list(tops)
    while waiting:
        node = waiting.pop()
        everything.append(node)
        waiting += children[node.pk]
    dress(everything, year)
    return tuple(_branch(node, children) for node in tops)


def _branch(node: TreeNode, children: dict[int, list[TreeNode]]) -> Branch:
    own = children.get(node.pk, [])
    return Branch(
        node=node,
        below=tuple(_branch(child, children) for child in own),
        hidden=max(0, node.below_count - len(own)),
        measures=measures_of(node),
        links=tuple(node.links.all()),
        contributes=tuple(node.contributes.all()),
    )


def dress(nodes: Sequence[TreeNode], year: int) -> None:
    """Read what stands beside the nodes: indicators with the year's target, requests to other units."""
    indicators = Indicator.objects.select_related("scale").prefetch_related(
        "scale__steps",
        Prefetch("targets", IndicatorTarget.objects.filter(year=year), to_attr="targets_now"),
    )
    prefetch_related_objects(
        nodes,
        Prefetch("indicators", indicators),
        Prefetch("links", TreeLink.objects.select_related("unit", "answering_node")),
        Prefetch("contributes", TreeLink.objects.select_related("node__unit")),
    )


def measures_of(node: TreeNode) -> tuple[tuple[Indicator, str], ...]:
    """The indicators of a dressed node, each with the target of the year."""
    return tuple((each, target_now(each)) for each in node.indicators.all())


def target_now(indicator: Indicator) -> str:
    steps = [step.name for step in indicator.scale.steps.all()] if indicator.scale else []
    return plan_target(indicator, next(iter(indicator.targets_now), None), steps)


def below(pks: Collection[int]) -> set[int]:
    """The nodes and everything under them; one query a level."""
    found, level = set(pks), set(pks)
    while level:
        level = set(TreeNode.objects.filter(parent_id__in=level).values_list("pk", flat=True)) - found
        found |= level
    return found


def path_of(node: TreeNode, deepest: int) -> list[TreeNode]:
    """The nodes above, the highest first, in one query; `deepest` is the most levels a tree has."""
    steps = ["parent", *("__".join(["parent"] * depth) for depth in range(2, deepest))]
    row = TreeNode.objects.select_related(steps[-1], *(f"{each}__unit" for each in steps)).get(pk=node.pk)
    above, at = [], row.parent
    while at is not None and at not in above:
        above.append(at)
        at = at.parent
    return above[::-1]
