"""Budgets and what was spent of them, for units and a year. Amounts are rupiah, unknown is None.

The division is the engine's (`evaluations.achievement`); here is only what the rows say.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from agreements.budgets import VERSION_ORDER, latest_budgets
from agreements.models import Budget
from evaluations import achievement
from evaluations.models import BudgetRealisation

ZERO = Decimal(0)
DECEMBER = 12


@dataclass(frozen=True)
class BudgetLine:
    """A programme of a fund source.

    `month`: up to which month the spending is known. `partial`: spending of some of its units is not.
    `within`: its amount is already part of a line above (a kegiatan of a program that stands here too).
    """

    code: str
    name: str
    fund_source: str
    version: str
    ceiling: Decimal
    spent: Decimal | None
    month: int | None
    partial: bool = False
    within: bool = False

    @property
    def absorption(self) -> Decimal | None:
        """Percent of the ceiling; None while some of the spending is unknown."""
        return None if self.partial else achievement.absorption(self.ceiling, self.spent)

    @property
    def unspent(self) -> Decimal | None:
        return None if self.partial else achievement.unspent(self.ceiling, self.spent)


@dataclass(frozen=True)
class BudgetAccount:
    """All lines of some units in a year, with their totals; lines within others count once."""

    lines: tuple[BudgetLine, ...]

    @property
    def counted(self) -> tuple[BudgetLine, ...]:
        return tuple(line for line in self.lines if not line.within)

    @property
    def ceiling(self) -> Decimal | None:
        return sum((line.ceiling for line in self.counted), ZERO) if self.lines else None

    @property
    def spent(self) -> Decimal | None:
        """What is known to be spent; None when nothing is known. Incomplete while `missing`."""
        known = [line.spent for line in self.counted if line.spent is not None]
        return sum(known, ZERO) if known else None

    @property
    def missing(self) -> tuple[BudgetLine, ...]:
        """Lines whose spending is unknown, wholly or in part."""
        return tuple(line for line in self.counted if line.spent is None or line.partial)

    @property
    def month(self) -> int | None:
        """The last month that all known lines have reached."""
        return min((line.month for line in self.counted if line.month), default=None)

    @property
    def absorption(self) -> Decimal | None:
        """Percent of the whole ceiling; None while the spending of some line is unknown."""
        return None if self.missing else achievement.absorption(self.ceiling, self.spent)

    @property
    def unspent(self) -> Decimal | None:
        return None if self.missing else achievement.unspent(self.ceiling, self.spent)

    def efficiency(self, percent: Decimal | None) -> Decimal | None:
        """Percentage points by which an achievement exceeds the absorption."""
        return achievement.efficiency(percent, self.absorption)


def account_of(units: Iterable[int], year: int, month: int = DECEMBER) -> BudgetAccount:
    """The budgets of units in a year and what they spent up to a month, in two queries.

    A unit's latest version counts (`agreements.budgets`). Spending is a running total: the latest month
    counts, on whichever version it was typed. What was spent on a programme that the latest version
    dropped stays a line, with a ceiling of 0.
    """
    own = frozenset(units)
    current = {_key(budget): budget for budget in latest_budgets(year, own)}
    spending: dict[_Key, BudgetRealisation] = {}
    rows = BudgetRealisation.objects.filter(budget__unit_id__in=own, budget__year=year).up_to(month)
    for row in rows.select_related("budget__programme").order_by("month", "budget_id"):
        spending[_key(row.budget)] = row
    dropped = {key: row.budget for key, row in spending.items() if key not in current and row.spent}
    lines: dict[tuple[int, str], list[_Part]] = {}
    for key, budget in (current | dropped).items():
        ceiling = budget.amount if key in current else ZERO
        lines.setdefault(key[1:], []).append(_Part(budget, ceiling, spending.get(key)))
    found = sorted((_line(parts) for parts in lines.values()), key=_order)
    return BudgetAccount(tuple(_marked(found)))


_Key = tuple[int, int, str]


@dataclass(frozen=True)
class _Part:
    """What one unit has of a line."""

    budget: Budget
    ceiling: Decimal
    realisation: BudgetRealisation | None


def _key(budget: Budget) -> _Key:
    return budget.unit_id, budget.programme_id, budget.fund_source


def _line(parts: list[_Part]) -> BudgetLine:
    """One programme and fund source, added up over its units."""
    programme = parts[0].budget.programme
    known = [part.realisation for part in parts if part.realisation is not None]
    latest = max((part.budget for part in parts), key=lambda budget: VERSION_ORDER.index(budget.version))
    return BudgetLine(
        code=programme.code,
        name=programme.name,
        fund_source=parts[0].budget.fund_source,
        version=latest.get_version_display(),
        ceiling=sum((part.ceiling for part in parts), ZERO),
        spent=sum((row.spent for row in known), ZERO) if known else None,
        month=min((row.month for row in known), default=None),
        partial=bool(known) and len(known) < len(parts),
    )


def _order(line: BudgetLine) -> tuple[str, str, str]:
    return line.code, line.name, line.fund_source


def _marked(lines: list[BudgetLine]) -> Iterable[BudgetLine]:
    """The lines with those marked that are part of another of the same fund source."""
    codes = {(line.code, line.fund_source) for line in lines if line.code}
    for line in lines:
        parts = line.code.split(".")
        above = (".".join(parts[:length]) for length in range(1, len(parts)))
        if any((code, line.fund_source) in codes for code in above):
            yield replace(line, within=True)
        else:
            yield line
