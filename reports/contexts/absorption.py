"""Money of units beside their work and their achievement: one unit through a year, and all units side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.safestring import SafeString

from accounts.permissions import Capability, Scope
from agreements.models import Unit, YearPolicy
from agreements.rhythms import months_of
from agreements.scope import UnitTree
from evaluations.efficiency import UnitEfficiency, results_of_units
from evaluations.money import (
    BudgetAccount,
    BudgetLine,
    account_from,
    accounts_of,
    budget_line,
    is_within,
    places_of,
)
from evaluations.money_rows import MonthRow
from evaluations.spending import DECEMBER, SpendingLine, spending_lines
from evaluations.spending_checks import sums_that_differ
from perjanjian.numerals import MONTHS
from reports.charts import Month, money_and_work

# --- one unit -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ProgrammeOfUnit:
    """One line through the months, and where it stands now. `differs`: its parts do not add up to it."""

    line: SpendingLine
    now: BudgetLine
    months: tuple[MonthRow, ...]
    within: bool
    differs: str


@dataclass(frozen=True)
class MonthTotal:
    """All lines up to the end of a month; `complete`: each of them was recorded for that very month."""

    number: int
    name: str
    account: BudgetAccount
    recorded: bool
    complete: bool


@dataclass(frozen=True)
class MoneyOfUnit:
    """A unit's year of money with what is below it; `mixed`: lines of more than one unit stand in it."""

    unit: Unit
    year: int
    lines: tuple[ProgrammeOfUnit, ...]
    totals: tuple[MonthTotal, ...]
    efficiency: UnitEfficiency
    chart: SafeString
    mixed: bool

    @property
    def account(self) -> BudgetAccount:
        return self.efficiency.account


def money_of_unit(scope: Scope, unit: Unit, policy: YearPolicy, day: date, tree: UnitTree) -> MoneyOfUnit:
    """The budgets of a unit and of what is below it in a year, as far as the account reads them, in the
    months the policy of the year asks for."""
    year, months = policy.year, months_of(policy.budget_rhythm)
    seen = scope.units(Capability.VIEW, year)
    below = tree.below([unit.pk])
    of_unit = spending_lines(below if seen is None else below & seen, year)
    # The unit's own lines first.
    lines = [line for pk in sorted(of_unit, key=lambda pk: (pk != unit.pk, pk)) for line in of_unit[pk]]
    totals = tuple(_total(lines, number) for number in months)
    result = results_of_units([unit], year, day).get(unit.pk)
    return MoneyOfUnit(
        unit=unit,
        year=year,
        lines=tuple(programme for own in of_unit.values() for programme in _programmes(own, months)),
        totals=totals,
        efficiency=UnitEfficiency(account_from(lines), result),
        chart=_chart(unit, totals),
        mixed=any(line.budget.unit_id != unit.pk for line in lines),
    )


def _programmes(lines: Sequence[SpendingLine], months: Sequence[int]) -> list[ProgrammeOfUnit]:
    listed = places_of(lines)
    differing = sums_that_differ(lines, DECEMBER)
    return [
        ProgrammeOfUnit(
            line=line,
            now=budget_line([line]),
            months=tuple(MonthRow(line, number) for number in months),
            within=is_within(line, listed),
            differs=differing.get(line.pk, ""),
        )
        for line in lines
    ]


def _total(lines: Sequence[SpendingLine], number: int) -> MonthTotal:
    due = [line for line in lines if not line.dropped]
    rows = [line.at(number) for line in due]
    return MonthTotal(
        number, MONTHS[number - 1], account_from(lines, number), any(rows), bool(due) and all(rows)
    )


def _chart(unit: Unit, totals: Sequence[MonthTotal]) -> SafeString:
    months = [
        Month(
            label=total.name[:3],
            money=total.account.absorption if total.recorded else None,
            work=total.account.physical if total.recorded else None,
            complete=total.complete,
        )
        for total in totals
    ]
    return money_and_work(months, "serapan", f"Serapan dan realisasi fisik {unit} sampai tiap bulan")


# --- all units ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitRow:
    unit: Unit
    efficiency: UnitEfficiency

    @property
    def account(self) -> BudgetAccount:
        return self.efficiency.account


@dataclass(frozen=True)
class MoneyOfRegion:
    """The units side by side; `total` counts what stands in several of them once."""

    rows: tuple[UnitRow, ...]
    total: BudgetAccount


# What the list may be sorted by, as it stands in the address.
SORTS: Mapping[str, Callable[[UnitRow], Decimal | None]] = {
    "pagu": lambda row: row.account.ceiling,
    "realisasi": lambda row: row.account.spent,
    "serapan": lambda row: row.account.absorption,
    "fisik": lambda row: row.account.physical,
    "capaian": lambda row: row.efficiency.percent,
    "efisiensi": lambda row: row.efficiency.points,
}


def money_of_region(
    units: Sequence[Unit], year: int, day: date, tree: UnitTree, month: int = DECEMBER
) -> MoneyOfRegion:
    """Units that have budgets, each with what is below it, up to a month; in six queries."""
    groups = {unit.pk: tree.below([unit.pk]) for unit in units}
    # No unit has the key 0.
    accounts = accounts_of(groups | {0: frozenset().union(*groups.values())}, year, month)
    shown = [unit for unit in units if accounts[unit.pk].lines]
    results = results_of_units(shown, year, day, month)
    rows = (UnitRow(unit, UnitEfficiency(accounts[unit.pk], results.get(unit.pk))) for unit in shown)
    return MoneyOfRegion(tuple(rows), accounts[0])


def ordered(rows: Sequence[UnitRow], by: str) -> list[UnitRow]:
    """Rows by one of SORTS, with a - in front from the highest; unknown ones last, other words change nothing."""
    key = SORTS.get(by.removeprefix("-"))
    if key is None:
        return list(rows)
    known = [row for row in rows if key(row) is not None]
    unknown = [row for row in rows if key(row) is None]
    return [*sorted(known, key=lambda row: key(row) or Decimal(0), reverse=by.startswith("-")), *unknown]
