"""Budgets as lines of table B: summed by programme over what a position answers for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from agreements.enums import BudgetVersion, Level
from agreements.models import Agreement, Budget, Programme
from agreements.scope import UnitTree

# The later version of a unit's budget replaces the earlier one as a whole.
VERSION_ORDER = (BudgetVersion.ORIGINAL, BudgetVersion.SHIFT, BudgetVersion.REVISED)


@dataclass(frozen=True)
class BudgetLine:
    """A programme with its amount (rupiah) from one source of funds.

    `in_budget` is False for what a draft still holds though the budget has it no more.
    """

    programme: Programme
    fund_source: str
    amount: Decimal

    in_budget: bool = True

    @property
    def key(self) -> str:
        return f"{self.programme.pk}|{self.fund_source}"

    @property
    def line_key(self) -> tuple[int, str]:
        """The same as `AgreementBudget.line_key`: which line of table B this is or would be."""
        return self.programme.pk, self.fund_source


class YearBudgets:
    """The budgets of a year in the version each unit has now, read once for any number of agreements."""

    def __init__(self, year: int, tree: UnitTree | None = None) -> None:
        self.tree = tree or UnitTree()
        self.of_unit: dict[int, list[Budget]] = defaultdict(list)
        for budget in latest_budgets(year, frozenset(self.tree.parent)):
            self.of_unit[budget.unit_id].append(budget)

    def lines_for(self, agreement: Agreement) -> list[BudgetLine]:
        """What the agreement may list: the region's for the regional head, the unit's and those below it
        for who heads one, otherwise those of the nearest unit above that has a budget."""
        return _summed(
            [budget for unit in self._units_of(agreement) for budget in self.of_unit.get(unit, ())]
        )

    def version_for(self, agreement: Agreement) -> BudgetVersion:
        """The latest version among the budgets the agreement rests on; the original where there is none."""
        budgets = (budget for unit in self._units_of(agreement) for budget in self.of_unit.get(unit, ()))
        return VERSION_ORDER[max((VERSION_ORDER.index(budget.version) for budget in budgets), default=0)]

    def _units_of(self, agreement: Agreement) -> frozenset[int]:
        if agreement.position.level == Level.REGIONAL_HEAD:
            return frozenset(self.tree.parent)
        units = self.tree.below([agreement.unit_id])
        above = self.tree.parent.get(agreement.unit_id)
        while above is not None and not any(unit in self.of_unit for unit in units):
            units = frozenset({above})
            above = self.tree.parent.get(above)
        return units


def lines_for(agreement: Agreement) -> list[BudgetLine]:
    """What one agreement may list; see `YearBudgets.lines_for`."""
    return YearBudgets(agreement.year).lines_for(agreement)


def held_lines(agreement: Agreement, offered: list[BudgetLine]) -> list[BudgetLine]:
    """What table B holds already though it is no longer offered, with the amount it was copied with."""
    known = {line.line_key for line in offered}
    return [
        BudgetLine(row.programme, row.fund_source, row.amount, in_budget=False)
        for row in agreement.budgets.select_related("programme")
        if row.line_key not in known
    ]


def latest_budgets(year: int, units: frozenset[int]) -> list[Budget]:
    """Each unit's budgets in the latest version that unit has."""
    return latest_of(Budget.objects.of_units(units, year).select_related("programme"))


def latest_of(budgets: Iterable[Budget]) -> list[Budget]:
    """Of budgets of one year, those in the latest version their unit has."""
    rows = list(budgets)
    newest: dict[int, int] = defaultdict(int)
    for row in rows:
        newest[row.unit_id] = max(newest[row.unit_id], VERSION_ORDER.index(row.version))
    return [row for row in rows if VERSION_ORDER.index(row.version) == newest[row.unit_id]]


def _summed(budgets: list[Budget]) -> list[BudgetLine]:
    amounts: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    programmes: dict[int, Programme] = {}
    for budget in budgets:
        programmes[budget.programme_id] = budget.programme
        amounts[budget.programme_id, budget.fund_source] += budget.amount
    lines = [BudgetLine(programmes[pk], source, amount) for (pk, source), amount in amounts.items()]
    return sorted(lines, key=lambda line: (line.programme.code, line.programme.name, line.fund_source))
