"""The budgets of a unit as a tree: program, kegiatan, sub kegiatan, with sums by version of the APBD.

What a document says of a program, a kegiatan or the whole unit (`BudgetTotal`) stands beside the sum of what lies
below it; it is compared and never counted. Amounts are rupiah.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from agreements.budgets import VERSION_ORDER, parents_of
from agreements.enums import BudgetDetail, BudgetVersion
from agreements.models import Budget, BudgetTotal, Programme
from agreements.nomenclature import at_detail, step_of
from agreements.table_b import key_of

ZERO = Decimal(0)
DEPTH = {BudgetDetail.PROGRAMME: 0, BudgetDetail.ACTIVITY: 1, BudgetDetail.SUB_ACTIVITY: 2}


@dataclass(frozen=True)
class SumCheck:
    """What a document says something has in all beside the sum of its details."""

    total: BudgetTotal
    details: Decimal

    @property
    def difference(self) -> Decimal:
        """Rupiah by which the document says more than the details; negative: less."""
        return self.total.amount - self.details


@dataclass
class Node:
    """A program, kegiatan or sub kegiatan of a unit; a programme without a code stands by itself.

    `amounts`: the sum of the budgets at it and below it, by version; a version without any is left out.
    `budgets`: those stored at this very step, one a fund source and version.
    """

    code: str
    name: str
    depth: int
    programme: Programme | None
    amounts: dict[str, Decimal] = field(default_factory=dict)
    budgets: list[Budget] = field(default_factory=list)
    totals: dict[str, BudgetTotal] = field(default_factory=dict)

    @property
    def is_leaf(self) -> bool:
        return bool(self.budgets)

    def of_version(self, version: str) -> list[Budget]:
        return [budget for budget in self.budgets if budget.version == version]

    def check(self, version: str) -> SumCheck | None:
        total = self.totals.get(version)
        return SumCheck(total, self.amounts.get(version, ZERO)) if total else None


@dataclass(frozen=True)
class BudgetTree:
    """All budgets of one unit in a year. `versions`: those it has, the earliest first."""

    nodes: tuple[Node, ...]
    versions: tuple[BudgetVersion, ...]
    sums: Mapping[str, Decimal]
    totals: Mapping[str, BudgetTotal]

    @property
    def latest(self) -> BudgetVersion:
        return self.versions[-1] if self.versions else BudgetVersion.ORIGINAL

    def of_version(self, version: str) -> list[Node]:
        """The nodes that have an amount, or a document's total, in the version."""
        return [node for node in self.nodes if version in node.amounts or version in node.totals]

    def check(self, version: str) -> SumCheck | None:
        """The unit as a whole."""
        total = self.totals.get(version)
        return SumCheck(total, self.sums.get(version, ZERO)) if total else None

    def differences(self, version: str) -> list[SumCheck]:
        """The checks that do not add up, the unit's own first."""
        checks = [self.check(version), *(node.check(version) for node in self.nodes)]
        return [check for check in checks if check and check.difference]


def tree_of(unit: int, year: int) -> BudgetTree:
    """The tree of a unit, in three queries."""
    budgets = list(Budget.objects.of_units([unit], year).select_related("programme").order_by("pk"))
    totals = list(BudgetTotal.objects.filter(unit=unit, year=year).select_related("programme"))
    versions = {row.version for row in (*budgets, *totals)}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for budget in budgets:
        sums[budget.version] += budget.amount
    return BudgetTree(
        nodes=tuple(_nodes(budgets, [total for total in totals if total.programme_id])),
        versions=tuple(version for version in VERSION_ORDER if version in versions),
        sums=dict(sums),
        totals={total.version: total for total in totals if total.programme_id is None},
    )


def _nodes(budgets: Sequence[Budget], totals: Sequence[BudgetTotal]) -> list[Node]:
    found: dict[str, Node] = {}
    own_rows = [budget.programme for budget in budgets]
    named = _named(own_rows + [total.programme for total in totals if total.programme])
    for budget in budgets:
        own = budget.programme
        for code in _path(own.code) or [""]:
            node = _node(found, code, own, named)
            node.amounts[budget.version] = node.amounts.get(budget.version, ZERO) + budget.amount
        _node(found, own.code, own, named).budgets.append(budget)
    for total in totals:
        if total.programme:
            for code in _path(total.programme.code) or [""]:
                _node(found, code, total.programme, named)
            _node(found, total.programme.code, total.programme, named).totals[total.version] = total
    # Where there is no code, the names come last.
    return sorted(found.values(), key=lambda node: (not node.code, node.code, node.name))


def _path(code: str) -> list[str]:
    """The code with the program and kegiatan it lies within, the program first."""
    return sorted({at_detail(code, detail) for detail in BudgetDetail} - {""}, key=len)


def _named(programmes: Iterable[Programme]) -> dict[str, Programme]:
    """The rows of the nomenclature by code: those that stand in the budget, and those around them."""
    own = {programme.code: programme for programme in programmes if programme.code}
    return parents_of(own, (BudgetDetail.PROGRAMME, BudgetDetail.ACTIVITY)) | own


def _node(found: dict[str, Node], code: str, own: Programme, named: Mapping[str, Programme]) -> Node:
    key = key_of(code, own.pk)
    if key not in found:
        programme = named.get(code) if code else own
        name = programme.name if programme else ""
        found[key] = Node(code, name, DEPTH[step_of(code)], programme)
    return found[key]
