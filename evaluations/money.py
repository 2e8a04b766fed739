"""Budgets and what was spent of them, for units and a year. Amounts are rupiah, unknown is None.

The division is the engine's (`evaluations.achievement`); here is only what the rows say.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from agreements.budgets import VERSION_ORDER
from agreements.models import Budget
from agreements.scope import UnitTree
from evaluations import achievement
from evaluations.spending import DECEMBER, SpendingLine, spending_lines
from perjanjian.numerals import MONTHS

ZERO = Decimal(0)
# Where an amount stands: unit, code and fund source.
Place = tuple[int, str, str]


@dataclass(frozen=True)
class BudgetLine:
    """A programme of a fund source.

    `month`: up to which month the spending is known; of several units the earliest, `latest` the last.
    `physical`: percent of the work done, weighed by the ceilings; None while some of it is unknown.
    `note`: what was last said of it, by one unit or several. `partial`: spending of some of its units is
    unknown. `within`: its amount is already part of a line above (a kegiatan of a program that stands
    here too). `dropped`: the latest version has it no more, but money was spent.
    """

    code: str
    name: str
    fund_source: str
    version: str
    ceiling: Decimal
    spent: Decimal | None
    month: int | None
    latest: int | None = None
    physical: Decimal | None = None
    note: str = ""
    partial: bool = False
    within: bool = False
    dropped: bool = False

    @property
    def month_name(self) -> str:
        return MONTHS[self.month - 1] if self.month else ""

    @property
    def absorption(self) -> Decimal | None:
        """Percent of the ceiling; None while some of the spending is unknown."""
        return None if self.partial else achievement.absorption(self.ceiling, self.spent)

    @property
    def unspent(self) -> Decimal | None:
        return None if self.partial else achievement.unspent(self.ceiling, self.spent)

    @property
    def deviation(self) -> Decimal | None:
        """Percentage points by which the work is ahead of the money; negative: behind it."""
        return achievement.efficiency(self.physical, self.absorption)


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
    def until(self) -> str:
        """“s.d. Maret”: the earliest month of its lines, and how far others are; empty when nothing is known."""
        if self.month is None:
            return ""
        latest = max(line.latest or 0 for line in self.counted)
        words = f"s.d. {MONTHS[self.month - 1]}"
        return words if latest <= self.month else f"{words}, sebagian s.d. {MONTHS[latest - 1]}"

    @property
    def absorption(self) -> Decimal | None:
        """Percent of the whole ceiling; None while the spending of some line is unknown."""
        return None if self.missing else achievement.absorption(self.ceiling, self.spent)

    @property
    def unspent(self) -> Decimal | None:
        return None if self.missing else achievement.unspent(self.ceiling, self.spent)

    @property
    def physical(self) -> Decimal | None:
        """Percent of the work done, weighed by the ceilings; None while that of some line is unknown."""
        return _weighed((line.physical, line.ceiling) for line in self.counted)

    @property
    def deviation(self) -> Decimal | None:
        """Percentage points by which the work is ahead of the money; negative: behind it."""
        return achievement.efficiency(self.physical, self.absorption)

    def efficiency(self, percent: Decimal | None) -> Decimal | None:
        """Percentage points by which an achievement exceeds the absorption."""
        return achievement.efficiency(percent, self.absorption)


def account_of(units: Iterable[int], year: int, month: int = DECEMBER) -> BudgetAccount:
    """The budgets of units in a year as one account, and what they spent up to a month, in two queries.

    A unit's latest version counts (`agreements.budgets`). Spending is a running total: the latest month
    counts, on whichever version it was typed. What was spent on a programme that the latest version
    dropped stays a line, with a ceiling of 0.
    """
    return accounts_of({0: units}, year, month)[0]


def absorption_of(
    units: Iterable[int], year: int, month: int = DECEMBER, tree: UnitTree | None = None
) -> dict[int, BudgetAccount]:
    """The account of each unit together with what is below it, in three queries however many there are.

    `tree` saves the query of it where the caller has one. A unit without budgets has an account without lines.
    """
    tree = tree or UnitTree()
    return accounts_of({unit: tree.below([unit]) for unit in units}, year, month)


def accounts_of(
    groups: Mapping[int, Iterable[int]], year: int, month: int = DECEMBER
) -> dict[int, BudgetAccount]:
    """One account for each group of units, by the group's key, in two queries; see `account_of`."""
    members = {key: frozenset(units) for key, units in groups.items()}
    lines = spending_lines(frozenset().union(*members.values()), year, month)
    return {
        key: account_from([line for unit in units for line in lines.get(unit, ())], month)
        for key, units in members.items()
    }


def account_from(lines: Iterable[SpendingLine], month: int = DECEMBER) -> BudgetAccount:
    """The account of lines that are at hand, up to a month."""
    lines = [line for line in lines if not line.dropped or _spent_by(line, month)]
    listed = places_of(lines)
    parts: dict[tuple[int, str, bool], list[SpendingLine]] = defaultdict(list)
    for line in lines:
        inside = is_within(line, listed)
        parts[line.budget.programme_id, line.budget.fund_source, inside].append(line)
    found = (replace(budget_line(group, month), within=key[-1]) for key, group in parts.items())
    return BudgetAccount(tuple(sorted(found, key=_order)))


def is_within(line: SpendingLine, listed: Collection[Place]) -> bool:
    """Whether the amount is already part of another: of a line that its code lies within, of the same unit and
    fund source. What another unit has is money of its own."""
    above = codes_above(line.budget.programme.code)
    return any(_place(line.budget, code) in listed for code in above)


def places_of(lines: Iterable[SpendingLine]) -> set[Place]:
    return {_place(line.budget, line.budget.programme.code) for line in lines}


def _place(budget: Budget, code: str) -> Place:
    return budget.unit_id, code, budget.fund_source


def _spent_by(line: SpendingLine, month: int) -> bool:
    latest = line.up_to(month)
    return latest is not None and bool(latest.spent)


def budget_line(parts: Sequence[SpendingLine], month: int = DECEMBER) -> BudgetLine:
    """One programme and fund source, added up over its units: at least one line."""
    programme = parts[0].budget.programme
    latest_rows = [(part.up_to(month), part.ceiling) for part in parts]
    known = [row for row, _ in latest_rows if row is not None]
    latest = max((part.budget for part in parts), key=lambda budget: VERSION_ORDER.index(budget.version))
    works = [(row.physical if row else None, ceiling) for row, ceiling in latest_rows]
    return BudgetLine(
        code=programme.code,
        name=programme.name,
        fund_source=parts[0].budget.fund_source,
        version=latest.get_version_display(),
        ceiling=sum((part.ceiling for part in parts), ZERO),
        spent=sum((row.spent for row in known), ZERO) if known else None,
        month=min((row.month for row in known), default=None),
        latest=max((row.month for row in known), default=None),
        physical=works[0][0] if len(works) == 1 else _weighed(works),
        note="; ".join(dict.fromkeys(row.note for row in known if row.note)),
        partial=bool(known) and len(known) < len(parts),
        dropped=all(part.dropped for part in parts),
    )


def _weighed(works: Iterable[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    """The mean of percentages weighed by ceilings; None while one that weighs something is unknown."""
    counted = [(percent, ceiling) for percent, ceiling in works if ceiling]
    if any(percent is None for percent, _ in counted):
        return None
    return achievement.weighted_mean(counted)


def _order(line: BudgetLine) -> tuple[str, str, str, bool]:
    return line.code, line.name, line.fund_source, line.within


def codes_above(code: str) -> list[str]:
    """The codes a programme's code lies within, the nearest last: 1, 1.02 of 1.02.02."""
    parts = code.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]
