"""The performance tree of the demo: of the region and some offices, and what they asked each other for."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from accounts import permissions
from accounts.permissions import Capability
from agreements import tree_links, tree_rules
from agreements.models import PlanningPeriod, TreeLink, TreeNode
from agreements.tree_links import Word
from evaluations.demo import source
from evaluations.demo.world import Scene, World
from records import history
from records.history import SYSTEM, Act


def load(world: World) -> None:
    """All nodes; one line of the history tells of them."""
    period = PlanningPeriod.objects.get()
    for order, row in enumerate(source.rows("tree"), start=1):
        node = TreeNode.objects.create(
            period=period,
            unit=world.units[row["unit"]],
            parent=world.nodes.get(row["parent"]),
            level=row["level"],
            text=row["text"],
            critical=bool(row["critical"]),
            owner=world.positions.get(row["owner"]),
            objective=world.objectives.get(row["objective"]),
            order=order,
        )
        tree_rules.check_place(node)
        node.indicators.set(world.indicators[key] for key in source.words(row["indicators"]))
        node.programmes.set(world.programmes[code] for code in source.words(row["programmes"]))
        world.nodes[row["key"]] = node
    said = {"simpul": str(len(world.nodes))}
    history.record(SYSTEM, Act("memuat pohon kinerja", period, after=said))


def scenes(world: World, year: int) -> Iterator[Scene]:
    """The requests between offices and their answers."""
    for row in source.rows("tree_links"):
        day = world.years.day(row["asked"])
        if day.year == year:
            yield Scene(day, partial(_ask, world, row, day), hour=10)


def _ask(world: World, row: dict[str, str], day: date) -> Iterator[Scene]:
    node = world.nodes[row["node"]]
    who = world.person(row["by"], day, Capability.DRAFT, node.unit)
    link = tree_links.ask(node, world.units[row["unit"]], row["role"], who.actor)
    if row["outcome"]:
        answered = world.years.day(row["answered"])
        yield Scene(answered, partial(_answer, world, row, link, answered), hour=11)


def _answer(world: World, row: dict[str, str], link: TreeLink, day: date) -> None:
    username = world.operator_of(link.unit, day)
    who = world.person(username, day, Capability.DRAFT, link.unit)
    if not permissions.may_shape_tree(who.scope, link.unit_id, day.year):
        raise LookupError(f"{username} may not answer for {link.unit}")
    word = Word(row["note"], world.nodes.get(row["answering"]))
    tree_links.perform(row["outcome"], link, who.scope, day.year, who.actor, word)
