"""Money of units beside their work and their achievement: one unit through a year, and all units side by side."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.safestring import SafeString

from accounts.permissions import Capability, Scope
from agreements.enums import BudgetDetail
from agreements.models import Programme, Unit, YearPolicy
from agreements.nomenclature import lies_within
from agreements.rhythms import months_of
from agreements.scope import UnitTree
from agreements.table_b import key_of
from evaluations.efficiency import UnitEfficiency, results_of_units
from evaluations.money import (
    BudgetAccount,
    BudgetLine,
    account_from,
    accounts_of,
    added_up_to,
    budget_line,
)
from evaluations.spending import DECEMBER, SpendingLine, spending_lines
from perjanjian.numerals import MONTHS
from reports.charts import Month, money_and_work

# --- one unit -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class MonthOfProgramme:
    """What was spent up to the end of a month, in rupiah; None where nobody recorded it."""

    number: int
    name: str
    spent: Decimal | None


@dataclass(frozen=True)
class ProgrammeOfUnit:
    """One line through the months, and where it stands now; or a program with the `lines` it is made of."""

    lines: tuple[SpendingLine, ...]
    now: BudgetLine
    months: tuple[MonthOfProgramme, ...]

    @property
    def line(self) -> SpendingLine | None:
        """The budget itself; None for a program that is the sum of several."""
        return self.lines[0] if len(self.lines) == 1 else None

    @property
    def unit(self) -> Unit:
        return self.lines[0].budget.unit


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
    """A unit's year of money with what is below it; `mixed`: lines of more than one unit stand in it.

    `detailed`: the code of the program whose budgets are listed one by one; else each program is one line.
    """

    unit: Unit
    year: int
    lines: tuple[ProgrammeOfUnit, ...]
    totals: tuple[MonthTotal, ...]
    efficiency: UnitEfficiency
    chart: SafeString
    mixed: bool
    detailed: str = ""

    @property
    def account(self) -> BudgetAccount:
        return self.efficiency.account


def money_of_unit(
    scope: Scope, unit: Unit, policy: YearPolicy, day: date, tree: UnitTree, detailed: str = ""
) -> MoneyOfUnit:
    """The budgets of a unit and of what is below it in a year, as far as the account reads them, in the
    months the policy of the year asks for.

    Args:
        detailed: the code of a program whose kegiatan or sub kegiatan are to be listed; else each program is.
    """
    year, months = policy.year, months_of(policy.budget_rhythm)
    seen = scope.units(Capability.VIEW, year)
    below = tree.below([unit.pk])
    of_unit = spending_lines(below if seen is None else below & seen, year, plans=True)
    # The unit's own lines first.
    lines = [line for pk in sorted(of_unit, key=lambda pk: (pk != unit.pk, pk)) for line in of_unit[pk]]
    totals = tuple(_total(lines, number) for number in months)
    result = results_of_units([unit], year, day).get(unit.pk)
    return MoneyOfUnit(
        unit=unit,
        year=year,
        lines=tuple(_detailed(lines, detailed, months) if detailed else _programmes(lines, months)),
        totals=totals,
        efficiency=UnitEfficiency(account_from(lines), result),
        chart=_chart(unit, totals),
        mixed=any(line.budget.unit_id != unit.pk for line in lines),
        detailed=detailed,
    )


def _programmes(lines: Sequence[SpendingLine], months: Sequence[int]) -> list[ProgrammeOfUnit]:
    """Each program of each unit with what its kegiatan and sub kegiatan have together."""
    listed = added_up_to(BudgetDetail.PROGRAMME, lines)
    groups: dict[tuple[int, str, str], list[SpendingLine]] = defaultdict(list)
    names: dict[tuple[int, str, str], Programme] = {}
    for line in lines:
        programme = listed(line.budget.programme)
        key = line.budget.unit_id, key_of(programme.code, programme.pk), line.budget.fund_source
        groups[key].append(line)
        names[key] = programme
    return [_programme(group, names[key], months) for key, group in groups.items()]


def _detailed(lines: Sequence[SpendingLine], code: str, months: Sequence[int]) -> list[ProgrammeOfUnit]:
    return [
        _programme([line], line.budget.programme, months)
        for line in lines
        if lies_within(line.budget.programme.code, code)
    ]


def _programme(lines: Sequence[SpendingLine], programme: Programme, months: Sequence[int]) -> ProgrammeOfUnit:
    now = [line for line in lines if line.up_to(DECEMBER) or not line.dropped] or lines
    return ProgrammeOfUnit(
        lines=tuple(lines),
        now=replace(budget_line(now), code=programme.code, name=programme.name),
        months=tuple(_month(lines, number) for number in months),
    )


def _month(lines: Sequence[SpendingLine], number: int) -> MonthOfProgramme:
    """The running totals recorded for that very month, added up."""
    rows = [row for line in lines if (row := line.at(number)) and line.up_to(number)]
    spent = sum((row.spent for row in rows), Decimal(0)) if rows else None
    return MonthOfProgramme(number, MONTHS[number - 1], spent)


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
    """Units that have budgets, each with what is below it, up to a month; in seven queries."""
    groups = {unit.pk: tree.below([unit.pk]) for unit in units}
    # No unit has the key 0.
    accounts = accounts_of(groups | {0: frozenset().union(*groups.values())}, year, month, plans=True)
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
