"""Pages of the performance tree: the region's, a unit's, a branch of either, one node."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes, plan_tables, tree_rules
from agreements import tree as trees
from agreements.enums import LinkState, UnitKind
from agreements.middleware import actor_of
from agreements.models import PlanningPeriod, TreeLink, TreeNode, Unit
from agreements.querysets import GAPS, TreeNodeQuerySet
from agreements.tree import Branch
from agreements.tree_links import shaped_unit
from agreements.views.common import demand, query_of
from agreements.views.planning import reader
from agreements.years import policy_or_404
from perjanjian.exporting import show
from perjanjian.paging import page_of
from records.history import Actor

MAY_NOT = (
    "Pohon kinerja daerah disusun oleh Perencana atau Bagian Organisasi; pohon perangkat daerah juga oleh "
    "operator dan kepala perangkat daerahnya."
)


@dataclass(frozen=True)
class Ground:
    """Whose tree a page shows: the unit (of the region: the region itself) and the units whose nodes count."""

    year: int
    period: PlanningPeriod
    unit: Unit
    units: frozenset[int]
    # Requests of others that wait for an answer of the unit.
    asked: int

    @property
    def is_region(self) -> bool:
        return self.unit.kind == UnitKind.REGION

    @property
    def address(self) -> str:
        return address_of(self.unit, self.year)


def address_of(unit: Unit, year: int, name: str = "agreements:tree") -> str:
    """The page of a unit's tree, or of the region's."""
    own = () if unit.kind == UnitKind.REGION else (unit.pk,)
    return reverse(f"{name}_of" if own else name, args=(year, *own))


def unit_or_404(request, year: int, pk: int | None) -> Unit | None:
    """The unit whose tree is asked for, where the account sees it; without a number the region, None before
    it is recorded.

    With `asked_count`: the requests of others that wait for its answer.
    """
    rows = Unit.objects.annotate(asked_count=_asked())
    if pk is None:
        return rows.filter(kind=UnitKind.REGION).first()
    visible = rows.visible_to(request.scope, year=year).exclude(kind=UnitKind.REGION)
    return get_object_or_404(visible.with_ancestors(), pk=pk)


def _asked() -> Coalesce:
    """How many requests of others wait for an answer of the unit."""
    waiting = TreeLink.objects.order_by().filter(unit=OuterRef("pk"), state=LinkState.PROPOSED)
    return Coalesce(Subquery(waiting.values("unit").annotate(n=Count("pk")).values("n")), 0)


def ground_of(request, year: int, pk: int | None) -> Ground | None:
    """What the page is about; None while no planning period covers the year or the region has no unit."""
    reader(request, year)
    unit: Any = unit_or_404(request, year, pk)
    period = trees.period_of(year)
    if period is None or unit is None:
        return None
    units = frozenset({unit.pk}) if pk is None else request.tree.below([unit.pk])
    return Ground(year, period, unit, units, unit.asked_count)


def may_shape(request, unit: Unit, year: int) -> bool:
    return permissions.may_shape_tree(request.scope, shaped_unit(unit), year)


def shaper(request, unit: Unit, year: int) -> Actor:
    """Who writes the tree of the unit, for the history; 403 when the account may not."""
    demand(may_shape(request, unit, year), MAY_NOT)
    return actor_of(request, permissions.shapes_tree_as(request.scope, shaped_unit(unit), year))


def capability_of(request, unit: Unit, year: int) -> Capability:
    """By which capability the tree of the unit is written."""
    own = unit.kind != UnitKind.REGION and permissions.may_draft(request.scope, unit.pk, year)
    return Capability.DRAFT if own else Capability.PLAN


def node_or_404(request, year: int, pk: int) -> TreeNode:
    """The node if the account sees it; a year outside its period has no such page."""
    policy_or_404(request, year)
    rows = TreeNode.objects.visible_to(request.scope, year).in_year(year)
    return get_object_or_404(
        rows.select_related(
            "unit__parent__parent__parent__parent", "parent__unit", "owner__unit", "objective", "period"
        ),
        pk=pk,
    )


def seen_nodes(request, ground: Ground) -> TreeNodeQuerySet:
    """The nodes of the period this account sees."""
    return TreeNode.objects.visible_to(request.scope, ground.year).filter(period=ground.period)


# --- the tree ---------------------------------------------------------------------------------------


@require_safe
def tree(request, year: int, unit: int | None = None):
    """Three levels of the tree of the region or a unit, or the nodes in which something is missing."""
    ground = ground_of(request, year, unit)
    if ground is None:
        return _no_ground(request, year)
    gap = request.GET.get("kurang", "")
    seen = seen_nodes(request, ground)
    context = {
        "year": year,
        "ground": ground,
        "may_shape": may_shape(request, ground.unit, year),
        "tabs": tabs(ground),
        "gaps": _gaps(ground, seen),
        "gap": gap if gap in GAPS else "",
        "requests": ground.asked,
    }
    if gap in GAPS:
        rows = seen.filter(unit_id__in=ground.units).in_gap(gap).select_related("unit", "owner").in_order()
        context |= {"page": page_of(request, rows), "gap_label": GAPS[gap][0], "remedy": GAPS[gap][2]}
        return show(request, "agreements/tree/gaps.html", context, plan_tables.tree_gaps)
    page, branches = first_levels(request, ground)
    context |= {
        "page": page,
        "branches": branches,
        "of": ground.unit.short_name,
        "nodes": trees.readable(seen),
    }
    return show(request, "agreements/tree/tree.html", context, plan_tables.tree)


def _no_ground(request, year: int):
    """What must be there before a tree can be, with the way to it."""
    context = {
        "year": year,
        "no_period": trees.period_of(year) is None,
        "may_plan": permissions.may_plan(request.scope, year),
        "may_organise": permissions.may_organise(request.scope),
    }
    return render(request, "agreements/tree/no_ground.html", context)


def first_levels(request, ground: Ground) -> tuple[Page, tuple[Branch, ...]]:
    """The tops of a tree, paged, and what a page shows below them."""
    rows = trees.readable(TreeNode.objects.visible_to(request.scope, ground.year))
    tops = rows.filter(period=ground.period).tops_of(ground.units)
    first = list(tops[: trees.MOST_CHILDREN + 1])
    # Hardly any tree has more tops than a page: then they need not be counted.
    page = page_of(request, tops if len(first) > trees.MOST_CHILDREN else first, trees.MOST_CHILDREN)
    return page, trees.grown(list(page), rows, ground.year)


def tabs(ground: Ground) -> list[tuple[str, str]]:
    """The ways to look at a tree: label and address."""
    return [
        ("Susunan", ground.address),
        ("Bagan", address_of(ground.unit, ground.year, "reports:tree_chart")),
        ("Cetak", address_of(ground.unit, ground.year, "reports:tree_print")),
    ]


def _gaps(ground: Ground, seen: TreeNodeQuerySet) -> list[tuple[str, str, int]]:
    """What the tree lacks, each a door: key, label, how many nodes."""
    counts = seen.filter(unit_id__in=ground.units).by_gap()
    return [(key, label, counts[key]) for key, (label, _, _) in GAPS.items() if counts[key]]


@require_safe
def branch(request, year: int, pk: int):
    """What hangs below a node: a page of its own, or the piece of the outline that is opened in place."""
    node = node_or_404(request, year, pk)
    rows = trees.readable(TreeNode.objects.visible_to(request.scope, year))
    page = page_of(request, rows.filter(parent=node), trees.MOST_CHILDREN)
    branches = trees.grown(list(page), rows, year)
    context = {"year": year, "node": node, "page": page, "branches": branches}
    if request.htmx:
        return render(request, "agreements/tree/_below.html", context)
    context |= {
        "above": _above(request, node, year),
        "of": node.text[:60],
        "nodes": rows.filter(period=node.period_id),
    }
    return show(request, "agreements/tree/branch.html", context, plan_tables.tree)


def _above(request, node: TreeNode, year: int) -> list[TreeNode]:
    """The nodes above that the account sees."""
    scope = request.scope
    return [
        each
        for each in trees.path_of(node, tree_rules.DEEPEST)
        if each.unit.kind == UnitKind.REGION or permissions.may_view(scope, each.unit_id, year)
    ]


@require_safe
def tree_units(request, year: int):
    """The units whose trees the account may read, with how large each is; searched by name."""
    reader(request, year)
    query = query_of(request)
    units = Unit.objects.visible_to(request.scope, year=year).in_year(year).exclude(kind=UnitKind.REGION)
    own = Unit.objects.filter(tree_nodes__isnull=False)
    offices = units.filter(pk__in=units.offices().values("pk")) | units.filter(pk__in=own.values("pk"))
    page = page_of(
        request, (offices.matching(query) if query else offices).distinct().select_related("parent")
    )
    period = trees.period_of(year)
    nodes = TreeNode.objects.filter(period=period, unit_id__in=[unit.pk for unit in page])
    counts = dict(nodes.order_by().values_list("unit_id").annotate(Count("pk")))
    rows = [(unit, counts.get(unit.pk, 0), address_of(unit, year)) for unit in page]
    context = {"year": year, "query": query, "page": page, "rows": rows}
    return show(request, "agreements/tree/units.html", context, plan_tables.tree_units)


# --- one node ---------------------------------------------------------------------------------------


@require_safe
def node(request, year: int, pk: int):
    """Everything about a node, and what may be done with it."""
    found = node_or_404(request, year, pk)
    scope = request.scope
    trees.dress([found], year)
    children = page_of(request, trees.readable(TreeNode.objects.visible_to(scope, year)).filter(parent=found))
    shapes = may_shape(request, found.unit, year)
    context = {
        "year": year,
        "node": found,
        "home": address_of(found.unit, year),
        "above": _above(request, found, year),
        "measures": found.measured,
        "programmes": found.programmes.all(),
        "links": found.asked,
        "contributes": found.contributed,
        "page": children,
        "may_shape": shapes,
        "may_add": shapes or permissions.may_draft_somewhere(scope, year),
        "reads_as_programme": tree_rules.names_a_programme(found.text),
        "timeline": changes.timeline(found) if shapes or permissions.may_read_history(scope) else (),
    }
    return render(request, "agreements/tree/node.html", context)


# --- the first tree ---------------------------------------------------------------------------------


def tree_start(request, year: int, unit: int | None = None):
    """What the tujuan and sasaran would make of an empty tree; a button makes it."""
    ground = ground_of(request, year, unit)
    if ground is None:
        return redirect("agreements:tree", year=year)
    actor = shaper(request, ground.unit, year)
    if request.method == "POST":
        try:
            day = timezone.localdate()
            made = tree_rules.begin(ground.unit, ground.period, year, actor, day)
        except tree_rules.TreeError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{made} simpul dibuat dari tujuan dan sasaran. Lengkapi di bawahnya.")
        return redirect(ground.address)
    proposed = tree_rules.proposals(ground.unit, year)
    context = {"year": year, "ground": ground, "proposed": proposed}
    return render(request, "agreements/tree/start.html", context)
