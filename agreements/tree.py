"""The performance tree as its pages and its paper read it: nodes with what hangs below, in few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from agreements.models import Indicator, IndicatorTarget, PlanningPeriod, ScaleStep, TreeLink, TreeNode
from agreements.naming import UNKNOWN, plan_target
from agreements.querysets import TreeNodeQuerySet

# What one page shows at once; the rest is read when somebody opens it.
LEVELS_SHOWN = 3
MOST_CHILDREN = 50
MOST_SHOWN = 60
TARGET_COLUMNS = ("value", "low", "high", "step", "date")


@dataclass(frozen=True)
class Branch:
    """A node, what hangs below it, and how many nodes directly below it were not read.

    `measures` are its indicators with the target of the year as text; `address` is the page of the node.
    """

    node: TreeNode
    address: str
    below: tuple["Branch", ...]
    hidden: int
    measures: tuple[tuple[Indicator, str], ...]
    links: tuple[TreeLink, ...]
    contributes: tuple[TreeLink, ...]

    @property
    def unit_beside(self) -> str:
        """Whose node it is, where the title of its owner does not say so."""
        owner, unit = self.node.owner, self.node.unit.name
        return "" if owner and unit in owner.title else unit


def period_of(year: int) -> PlanningPeriod | None:
    """The planning period whose tree a year shows."""
    return PlanningPeriod.objects.filter(first_year__lte=year, last_year__gte=year).first()


def readable(seen: TreeNodeQuerySet) -> TreeNodeQuerySet:
    """The rows of a tree in order, each with its unit, its owner and its `below_count`.

    Args:
        seen: the nodes the account sees; narrow the result to a period where it is not below a node of one.
    """
    return seen.counting(seen).select_related("unit", "owner").in_order()


def grown(tops: Sequence[TreeNode], rows: TreeNodeQuerySet, year: int) -> tuple[Branch, ...]:
    """The first levels under the tops, however large the tree: at most MOST_SHOWN nodes below them.

    Args:
        tops: from `readable` rows.
        rows: `readable` rows the account sees.
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
        crowded = any(node.below_count > MOST_CHILDREN for node in level)
        below = rows.first_below(parents, MOST_CHILDREN) if crowded else rows.filter(parent_id__in=parents)
        level = list(below) if parents else []
        for node in level:
            children[node.parent_id or 0].append(node)
        everything += level
    dress(everything, year)
    return tuple(_branch(node, children, year) for node in tops)


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
    return tuple(_branch(node, children, year) for node in tops)


def _branch(node: TreeNode, children: dict[int, list[TreeNode]], year: int) -> Branch:
    own = children.get(node.pk, [])
    return Branch(
        node=node,
        address=reverse("agreements:tree_node", args=(year, node.pk)),
        below=tuple(_branch(child, children, year) for child in own),
        hidden=max(0, node.below_count - len(own)),
        measures=tuple(node.measured),
        links=tuple(node.asked),
        contributes=tuple(node.contributed),
    )


def dress(nodes: Sequence[TreeNode], year: int) -> None:
    """Read what stands beside the nodes, in two queries: `measured` are their indicators with the target of the
    year as text, `asked` the requests to other units, `contributed` those they contribute to."""
    by_pk = {node.pk: node for node in nodes}
    for node in nodes:
        node.measured, node.asked, node.contributed = [], [], []
    for indicator in _measured(by_pk, year):
        by_pk[indicator.of_node].measured.append((indicator, _target_now(indicator)))
    links = TreeLink.objects.filter(Q(node__in=by_pk) | Q(answering_node__in=by_pk))
    for link in links.select_related("unit", "node__unit", "answering_node"):
        if link.node_id in by_pk:
            by_pk[link.node_id].asked.append(link)
        if link.answering_node_id in by_pk:
            by_pk[link.answering_node_id].contributed.append(link)


def _measured(pks: Collection[int], year: int) -> QuerySet[Any]:
    """The indicators of the nodes, once for each node, with the columns of the year's target."""
    step = ScaleStep.objects.filter(scale=OuterRef("scale"), rank=OuterRef("now__step"))
    columns = {f"now_{name}": F(f"now__{name}") for name in TARGET_COLUMNS}
    return (
        Indicator.objects.filter(tree_nodes__in=pks)
        .annotate(
            of_node=F("tree_nodes__pk"),
            now=FilteredRelation("targets", condition=Q(targets__year=year)),
        )
        .annotate(**columns, step_name=Subquery(step.values("name")[:1]))
        .order_by("unit__order", "unit_id", "name", "pk")
    )


def _target_now(indicator: Any) -> str:
    """The target that `_measured` read beside the indicator, as text."""
    target = IndicatorTarget(**{name: getattr(indicator, f"now_{name}") for name in TARGET_COLUMNS})
    # Of the scale only the name of the step is known, in its place.
    steps = [""] * ((target.step or 1) - 1) + [indicator.step_name or UNKNOWN]
    return plan_target(indicator, target, steps)


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
