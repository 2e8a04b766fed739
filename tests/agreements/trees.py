"""Nodes of a performance tree, and requests between units, for tests."""

from itertools import count

from agreements import tree_links
from agreements.enums import TreeLevel
from agreements.models import TreeLink, TreeNode, Unit
from tests.agreements.steps import actor
from tests.factories import make_planning_period

_orders = count(1)


def make_node(unit: Unit, text: str = "Ibu hamil diperiksa enam kali", parent=None, **fields) -> TreeNode:
    fields.setdefault("level", parent.level if parent else TreeLevel.INTERMEDIATE)
    fields.setdefault("order", next(_orders))
    return TreeNode.objects.create(
        period=make_planning_period(), unit=unit, text=text, parent=parent, **fields
    )


def ask(g, node: TreeNode, unit: Unit, role: str = "Menyediakan air minum layak") -> TreeLink:
    """A request made by the planner."""
    return tree_links.ask(node, unit, role, actor(g.users.perencana))
