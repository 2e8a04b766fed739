"""How far units are with the money of a year, month by month, and what waits for who types it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts import permissions
from accounts.permissions import Scope
from agreements.models import Budget, Unit
from evaluations.calendar import InPeriod, Windows
from evaluations.models import Period
from evaluations.money import BudgetAccount, account_from
from evaluations.overview import NAMED_UNITS, Board, Waiting
from evaluations.spending import SpendingLine, last_months, spending_lines


@dataclass(frozen=True)
class MonthCell(InPeriod):
    """One unit in one month: how many lines it has, how many have that month, and that month or a later one.

    A month that was left out is made good by a later one, since amounts are running totals.
    """

    due: int
    filled: int
    covered: int

    @property
    def to_fill(self) -> int:
        return self.due - self.covered

    @property
    def is_due(self) -> bool:
        """Whether the month may be typed, or could have been."""
        return self.windows.day >= self.period.opens

    @property
    def is_late(self) -> bool:
        return bool(self.to_fill) and self.windows.day > self.fill_by

    @property
    def is_passed_over(self) -> bool:
        return bool(self.due) and not self.filled and not self.to_fill

    @property
    def address(self) -> str:
        return reverse("evaluations:money_entry", args=(self.period.year, self.unit.pk, self.period.number))


@dataclass(frozen=True)
class MoneyRow:
    """One unit through the months of a year."""

    unit: Unit
    cells: Sequence[MonthCell]
    lines: Sequence[SpendingLine]

    @property
    def account(self) -> BudgetAccount:
        """The unit's own budgets, without what is below it."""
        return account_from(self.lines)

    @property
    def is_late(self) -> bool:
        return any(cell.is_late for cell in self.cells)

    def waits_in(self, number: int) -> bool:
        """Whether the month (1–12) is open for the unit and not yet filled."""
        return any(cell.to_fill and cell.is_open and cell.period.number == number for cell in self.cells)


@dataclass(frozen=True)
class MoneyBoard:
    """Units by months."""

    periods: Sequence[Period]
    rows: Sequence[MoneyRow]


def units_with_budgets(scope: Scope, year: int):
    """The units the account reads that have budgets of the year."""
    own = Budget.objects.filter(unit=OuterRef("pk"), year=year)
    return Unit.objects.visible_to(scope, year=year).filter(Exists(own))


def money_board(units: Iterable[Unit], year: int, day: date) -> MoneyBoard:
    """How far each unit is in each month, in three queries however many units there are."""
    units = list(units)
    periods, windows = Windows.with_periods(day, Period.objects.of_budget(year))
    lines = spending_lines([unit.pk for unit in units], year)
    rows = []
    for unit in units:
        own = lines.get(unit.pk, [])
        rows.append(MoneyRow(unit, [_cell(unit, period, own, windows) for period in periods], own))
    return MoneyBoard(periods, rows)


def _cell(unit: Unit, period: Period, lines: Sequence[SpendingLine], windows: Windows) -> MonthCell:
    """Of what the latest budget dropped, or gave nothing, no figure is due."""
    due = [line for line in lines if line.is_expected]
    filled = sum(line.at(period.number) is not None for line in due)
    later = sum(line.at(period.number) is None and line.after(period.number) is not None for line in due)
    return MonthCell(unit, period, windows, len(due), filled, filled + later)


# --- what waits -------------------------------------------------------------------------------


def money_waiting_for(
    scope: Scope,
    year: int,
    day: date,
    whole: Board | None = None,
    recorded: Mapping[int, Sequence[int]] | None = None,
) -> list[Waiting]:
    """The months whose money this account should type now, the earliest first, in three queries at most.

    `whole` is a board of the year, where it is at hand: it knows the months. `recorded` are the
    `last_months` of all units the account sees.
    """
    units = permissions.units_of_money(scope, year)
    if recorded is None:
        recorded = last_months(units, year) if units is None or units else {}
    own = {unit: months for unit, months in recorded.items() if units is None or unit in units}
    if not own:
        return []
    if whole is None:
        periods, windows = Windows.with_periods(day, Period.objects.of_budget(year))
    else:
        periods, windows = list(whole.months), whole.windows
    found = [(period, behind) for period in periods if (behind := _behind(period, windows, own))]
    named = _named({unit for _, behind in found if len(behind) <= NAMED_UNITS for unit in behind}, whole)
    return [item for period, behind in found for item in _waiting_in(period, windows, behind, named)]


def _behind(period: Period, windows: Windows, recorded: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """How many lines of each unit lack the month, where it is open for the unit."""
    counts = {
        unit: sum(last < period.number for last in months)
        for unit, months in recorded.items()
        if windows.is_open(period, unit)
    }
    return {unit: count for unit, count in counts.items() if count}


def _named(wanted: set[int], whole: Board | None) -> dict[int, Unit]:
    """The units themselves; asked for only where the board does not have them."""
    known = {unit.pk: unit for unit, _ in whole.rows if unit.pk in wanted} if whole else {}
    return known if wanted == known.keys() else Unit.objects.in_bulk(wanted)


def _waiting_in(
    period: Period, windows: Windows, behind: Mapping[int, int], named: Mapping[int, Unit]
) -> list[Waiting]:
    """One item a unit, or one for all of them when there are many."""
    if len(behind) > NAMED_UNITS:
        listed = reverse("evaluations:money_list", args=(period.year,))
        address = f"{listed}?{urlencode({'belum': period.number})}"
        text = f"Perangkat daerah belum mengisi realisasi anggaran {period.name}"
        return [Waiting(len(behind), text, address, period.fill_by)]
    return [
        Waiting(
            count,
            f"Realisasi anggaran {period.name} {named[unit]} belum diisi",
            reverse("evaluations:money_entry", args=(period.year, unit, period.number)),
            windows.fill_by(period, unit),
        )
        for unit, count in behind.items()
    ]
