"""Budgets and what was spent of them, for units and a year. Amounts are rupiah, unknown is None.

The division is the engine's (`evaluations.achievement`); here is only what the rows say.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from agreements.enums import BudgetVersion
from agreements.models import Budget
from evaluations import achievement
from evaluations.models import BudgetRealisation

ZERO = Decimal(0)
DECEMBER = 12
# A later version of the APBD takes the place of an earlier one.
RANKS = {BudgetVersion.ORIGINAL: 1, BudgetVersion.SHIFT: 2, BudgetVersion.REVISED: 3}


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

    A programme and fund source counts with its latest version (murni, pergeseran, perubahan) in each
    unit, so one dropped by an amendment is entered there with an amount of 0. Spending is a running
    total: the latest month counts, on whichever version it was typed.
    """
    budgets = list(
        Budget.objects.filter(unit_id__in=list(units), year=year).select_related("programme").order_by("pk")
    )
    spending: dict[int, BudgetRealisation] = {}
    for row in BudgetRealisation.objects.filter(budget__in=budgets).up_to(month).order_by("month"):
        spending[row.budget_id] = row
    own: dict[tuple[int, int, str], list[Budget]] = {}
    for budget in budgets:
        own.setdefault((budget.unit_id, budget.programme_id, budget.fund_source), []).append(budget)
    lines: dict[tuple[int, str], list[tuple[Budget, BudgetRealisation | None]]] = {}
    for (_, programme, fund), versions in own.items():
        current = max(versions, key=lambda budget: RANKS[BudgetVersion(budget.version)])
        known = [spending[budget.pk] for budget in versions if budget.pk in spending]
        lines.setdefault((programme, fund), []).append(
            (current, max(known, key=lambda row: (row.month, row.budget_id), default=None))
        )
    found = sorted((_line(parts) for parts in lines.values()), key=_order)
    return BudgetAccount(tuple(_marked(found)))


def _line(parts: list[tuple[Budget, BudgetRealisation | None]]) -> BudgetLine:
    """One programme and fund source, added up over its units."""
    first = parts[0][0]
    known = [row for _, row in parts if row is not None]
    latest = max((budget for budget, _ in parts), key=lambda budget: RANKS[BudgetVersion(budget.version)])
    return BudgetLine(
        code=first.programme.code,
        name=first.programme.name,
        fund_source=first.fund_source,
        version=latest.get_version_display(),
        ceiling=sum((budget.amount for budget, _ in parts), ZERO),
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
