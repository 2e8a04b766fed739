"""Budgets and what was spent of them, for units and a year. Amounts are rupiah, unknown is None.

The division is the engine's (`evaluations.achievement`); here is only what the rows say.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from agreements.budgets import VERSION_ORDER, parents_of
from agreements.enums import BudgetDetail
from agreements.models import Programme, YearPolicy
from agreements.nomenclature import at_detail
from agreements.scope import UnitTree
from agreements.table_b import LineKey, key_of
from evaluations import achievement
from evaluations.spending import DECEMBER, SpendingLine, spending_lines
from perjanjian.numerals import MONTHS, NBSP, format_number, format_percent, format_rupiah

ZERO = Decimal(0)


class AgainstPlan:
    """What was to be spent and done by the time the figures speak of, beside what was."""

    if TYPE_CHECKING:

        @property
        def ceiling(self) -> Decimal | None: ...
        @property
        def planned(self) -> Decimal | None: ...
        @property
        def planned_physical(self) -> Decimal | None: ...
        @property
        def physical(self) -> Decimal | None: ...
        @property
        def absorption(self) -> Decimal | None: ...
        @property
        def until(self) -> str: ...

    @property
    def planned_percent(self) -> Decimal | None:
        """Percent of the ceiling that was to be spent by then."""
        return achievement.absorption(self.ceiling, self.planned) if self.ceiling is not None else None

    @property
    def cash_deviation(self) -> Decimal | None:
        """Percent of the ceiling by which the money is ahead of its plan; negative: behind it."""
        return achievement.efficiency(self.absorption, self.planned_percent)

    @property
    def physical_deviation(self) -> Decimal | None:
        """Percent by which the work is ahead of its plan; negative: behind it."""
        return achievement.efficiency(self.physical, self.planned_physical)

    @property
    def plan_sentence(self) -> str:
        """“rencana s.d. Juli Rp…, deviasi −12,50 %”; empty where there is no plan, or nothing beside it yet."""
        if self.planned is None or self.cash_deviation is None:
            return ""
        return f"rencana {self.until} {format_rupiah(self.planned)}, deviasi {signed_percent(self.cash_deviation)}"

    @property
    def physical_plan_sentence(self) -> str:
        """“rencana fisik s.d. Juli 40,00 %, deviasi …”, as `plan_sentence`."""
        if self.planned_physical is None or self.physical_deviation is None:
            return ""
        planned = format_percent(self.planned_physical)
        return f"rencana fisik {self.until} {planned}, deviasi {signed_percent(self.physical_deviation)}"


def signed_percent(points: Decimal) -> str:
    """“−12,50 %”, “+3,00 %”: how far something is from its plan."""
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return f"{sign}{format_number(abs(points), 2)}{NBSP}%"


@dataclass(frozen=True)
class BudgetLine(AgainstPlan):
    """A programme of a fund source.

    `month`: up to which month the spending is known; of several units the earliest, `latest` the last.
    `physical`: percent of the work done, weighed by the ceilings; None while some of it is unknown.
    `note`: what was last said of it, by one unit or several. `partial`: spending of some of its units is
    unknown. `dropped`: the latest version has it no more, but money was spent. `planned` and
    `planned_physical`: what the plan said for the months the spending is known up to; None without one.
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
    dropped: bool = False
    planned: Decimal | None = None
    planned_physical: Decimal | None = None

    @property
    def month_name(self) -> str:
        return MONTHS[self.month - 1] if self.month else ""

    @property
    def until(self) -> str:
        return _until(self.month, self.latest)

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
class BudgetAccount(AgainstPlan):
    """All lines of some units in a year, with their totals: budgets never lie within each other (ADR 0018)."""

    lines: tuple[BudgetLine, ...]

    @property
    def ceiling(self) -> Decimal | None:
        return sum((line.ceiling for line in self.lines), ZERO) if self.lines else None

    @property
    def spent(self) -> Decimal | None:
        """What is known to be spent; None when nothing is known. Incomplete while `missing`."""
        known = [line.spent for line in self.lines if line.spent is not None]
        return sum(known, ZERO) if known else None

    @property
    def missing(self) -> tuple[BudgetLine, ...]:
        """Lines whose spending is unknown, wholly or in part; where there is no money nothing is to be known."""
        return tuple(line for line in self.lines if (line.spent is None and line.ceiling) or line.partial)

    @property
    def month(self) -> int | None:
        """The last month that all known lines have reached."""
        return min((line.month for line in self.lines if line.month), default=None)

    @property
    def until(self) -> str:
        """“s.d. Maret”: the earliest month of its lines, and how far others are; empty when nothing is known."""
        return _until(self.month, max((line.latest or 0 for line in self.lines), default=0))

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
        return _weighed((line.physical, line.ceiling) for line in self.lines)

    @property
    def planned(self) -> Decimal | None:
        """What was to be spent by the months the spending is known up to; None where some line has no plan."""
        amounts = [line.planned for line in self.lines]
        return None if not amounts or None in amounts else sum(filter(None, amounts), ZERO)

    @property
    def planned_physical(self) -> Decimal | None:
        return _weighed((line.planned_physical, line.ceiling) for line in self.lines)

    @property
    def deviation(self) -> Decimal | None:
        """Percentage points by which the work is ahead of the money; negative: behind it."""
        return achievement.efficiency(self.physical, self.absorption)

    def efficiency(self, percent: Decimal | None) -> Decimal | None:
        """Percentage points by which an achievement exceeds the absorption."""
        return achievement.efficiency(percent, self.absorption)


def _until(month: int | None, latest: int | None) -> str:
    if month is None:
        return ""
    words = f"s.d. {MONTHS[month - 1]}"
    return words if latest is None or latest <= month else f"{words}, sebagian s.d. {MONTHS[latest - 1]}"


# Which program, kegiatan or sub kegiatan a budget is listed under.
Listed = Callable[[Programme], Programme]


def itself(programme: Programme) -> Programme:
    return programme


def added_up_to(detail: str, lines: Iterable[SpendingLine]) -> Listed:
    """Lists budgets under the program or kegiatan they lie within, where the nomenclature has it; one query."""
    parents = parents_of({line.budget.programme.code for line in lines}, [detail])
    return lambda programme: parents.get(at_detail(programme.code, detail), programme)


def account_of(
    units: Iterable[int], year: int, month: int = DECEMBER, detail: str | None = None
) -> BudgetAccount:
    """The budgets of units in a year as one account, and what they spent up to a month, in two queries.

    With a `detail`, in three, they are added up to that step of the nomenclature.

    A unit's latest version counts (`agreements.budgets`). Spending is a running total: the latest month
    counts, on whichever version it was typed. What was spent on a programme that the latest version
    dropped stays a line, with a ceiling of 0.
    """
    return accounts_of({0: units}, year, month, detail=detail)[0]


def detail_of_reports(year: int, policies: Iterable[YearPolicy] | None = None) -> str:
    """The step of the nomenclature by which heads list their budgets, and their reports with them.

    `policies` are those of the open years, where they are at hand; else one query.
    """
    rows = YearPolicy.objects.filter(year=year) if policies is None else policies
    known = next((policy for policy in rows if policy.year == year), None)
    return known.budget_detail_ii if known else BudgetDetail.PROGRAMME


def absorption_of(
    units: Iterable[int],
    year: int,
    month: int = DECEMBER,
    tree: UnitTree | None = None,
    detail: str | None = None,
) -> dict[int, BudgetAccount]:
    """The account of each unit together with what is below it, in three queries however many there are.

    `tree` saves the query of it where the caller has one. A unit without budgets has an account without lines.
    """
    tree = tree or UnitTree()
    return accounts_of({unit: tree.below([unit]) for unit in units}, year, month, detail=detail)


def accounts_of(
    groups: Mapping[int, Iterable[int]],
    year: int,
    month: int = DECEMBER,
    plans: bool = False,
    detail: str | None = None,
) -> dict[int, BudgetAccount]:
    """One account for each group of units, by the group's key, in two queries, with `plans` three; see
    `account_of`."""
    members = {key: frozenset(units) for key, units in groups.items()}
    lines = spending_lines(frozenset().union(*members.values()), year, month, plans)
    every = [line for own in lines.values() for line in own]
    listed = added_up_to(detail, every) if detail else itself
    return {
        key: account_from([line for unit in units for line in lines.get(unit, ())], month, listed)
        for key, units in members.items()
    }


def account_from(
    lines: Iterable[SpendingLine], month: int = DECEMBER, listed: Listed = itself
) -> BudgetAccount:
    """The account of lines that are at hand, up to a month."""
    lines = [line for line in lines if not line.dropped or _spent_by(line, month)]
    parts: dict[LineKey, list[SpendingLine]] = defaultdict(list)
    names: dict[LineKey, Programme] = {}
    for line in lines:
        programme = listed(line.budget.programme)
        key = key_of(programme.code, programme.pk), line.budget.fund_source
        parts[key].append(line)
        names.setdefault(key, programme)
    found = (
        replace(budget_line(group, month), code=names[key].code, name=names[key].name)
        for key, group in parts.items()
    )
    return BudgetAccount(tuple(sorted(found, key=_order)))


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
    plans = [
        part.planned_cash(row.month) if (row := part.up_to(month)) else None
        for part in parts
        if part.is_expected or part.dropped
    ]
    to_do = [
        (part.planned_physical(row.month) if (row := part.up_to(month)) else None, part.ceiling)
        for part in parts
    ]
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
        partial=bool(known) and any(row is None and ceiling for row, ceiling in latest_rows),
        dropped=all(part.dropped for part in parts),
        planned=None if None in plans else sum(filter(None, plans), ZERO),
        planned_physical=to_do[0][0] if len(to_do) == 1 else _weighed(to_do),
    )


def _weighed(works: Iterable[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    """The mean of percentages weighed by ceilings; None while one that weighs something is unknown."""
    counted = [(percent, ceiling) for percent, ceiling in works if ceiling]
    if any(percent is None for percent, _ in counted):
        return None
    return achievement.weighted_mean(counted)


def _order(line: BudgetLine) -> tuple[str, str, str]:
    return line.code, line.name, line.fund_source
