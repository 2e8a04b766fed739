"""What table B may list: the budgets of the year by step of the nomenclature, and what its lines have now.

Stored budgets are leaves (`agreements.models.leaves`); a program's amount is the sum of those its code begins.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from agreements.enums import BudgetVersion, Level
from agreements.models import Agreement, AgreementBudget, Budget, Programme, YearPolicy
from agreements.nomenclature import at_detail, codes_above
from agreements.scope import UnitTree
from agreements.table_b import LineKey, key_of, same_line

ZERO = Decimal(0)
Row = TypeVar("Row", "Budget", "Leaf")
# The later version of a unit's budget replaces the earlier one as a whole.
VERSION_ORDER = (BudgetVersion.ORIGINAL, BudgetVersion.SHIFT, BudgetVersion.REVISED)


@dataclass(frozen=True)
class BudgetLine:
    """A program, kegiatan or sub kegiatan with its amount (rupiah) from one source of funds.

    `in_budget` is False for what a draft still holds though the budget has it no more.
    """

    programme: Programme
    fund_source: str
    amount: Decimal

    in_budget: bool = True

    @property
    def programme_id(self) -> int:
        return self.programme.pk

    @property
    def code(self) -> str:
        return self.programme.code

    @property
    def key(self) -> str:
        return "|".join(self.line_key)

    @property
    def line_key(self) -> LineKey:
        """The same as `AgreementBudget.line_key`: which line of table B this is or would be."""
        return key_of(self.code, self.programme_id), self.fund_source


@dataclass(frozen=True)
class Leaf:
    """One stored budget of a unit, in rupiah."""

    unit_id: int
    version: str
    programme: Programme
    fund_source: str
    amount: Decimal


class YearBudgets:
    """The budgets of a year in the version each unit has now, read once for some agreements.

    Args:
        agreements: for whom; no budgets but theirs are read. Each with its position and unit.
        tree: that of the units, where it is at hand.
        policy: that of the year, where it is at hand.
    """

    def __init__(
        self,
        year: int,
        agreements: Iterable[Agreement],
        tree: UnitTree | None = None,
        policy: YearPolicy | None = None,
    ) -> None:
        self.year = year
        self.policy = policy or YearPolicy.objects.filter(year=year).first() or YearPolicy(year=year)
        self.tree = tree or UnitTree()
        agreements = list(agreements)
        self._details = {self._detail_of(agreement) for agreement in agreements}
        self.of_unit: dict[int, list[Leaf]] = defaultdict(list)
        for leaf in _leaves(year, self._wanted(agreements)):
            self.of_unit[leaf.unit_id].append(leaf)
        self._sums: dict[frozenset[int], _Sums] = {}
        self._lines: dict[tuple[frozenset[int], str], dict[LineKey, BudgetLine]] = {}

    def lines_for(self, agreement: Agreement) -> list[BudgetLine]:
        """What the agreement may list: the region's for the regional head, the unit's and those below it
        for who heads one, otherwise those of the nearest unit above that has a budget; added up to the
        step that the year's policy asks of such a post. What lies within a program that the nomenclature here
        does not have stands on its own."""
        lines = self._added_up(self._units_of(agreement), self._detail_of(agreement)).values()
        return sorted(lines, key=lambda line: (line.code, line.programme.name, line.fund_source))

    def _added_up(self, units: frozenset[int], detail: str) -> dict[LineKey, BudgetLine]:
        """The lines of these units' budgets by a step; kept, for each agreement asks for every line of its own."""
        if (units, detail) in self._lines:
            return self._lines[units, detail]
        found: dict[LineKey, BudgetLine] = {}
        for leaf in self._leaves_of(units):
            code = at_detail(leaf.programme.code, detail)
            programme = leaf.programme if code == leaf.programme.code else self._parents.get(code)
            line = BudgetLine(programme or leaf.programme, leaf.fund_source, leaf.amount)
            before = found.get(line.line_key)
            if before:
                line = BudgetLine(before.programme, line.fund_source, before.amount + line.amount)
            found[line.line_key] = line
        self._lines[units, detail] = found
        return found

    def amount_of(self, agreement: Agreement, line: "BudgetLine | AgreementBudget") -> Decimal | None:
        """What a line of the agreement's table B has now: as it would be listed now, else the sum of all budgets
        its code begins, 0 where the budget has it no more; None where the budget is known by a wider step only."""
        units = self._units_of(agreement)
        if listed := self._added_up(units, self._detail_of(agreement)).get(line.line_key):
            return listed.amount
        if units not in self._sums:
            self._sums[units] = _Sums(self._leaves_of(units))
        return self._sums[units].of(line.code, line.programme_id, line.fund_source)

    def version_for(self, agreement: Agreement) -> BudgetVersion:
        """The latest version among the budgets the agreement rests on; the original where there is none."""
        leaves = self._leaves_of(self._units_of(agreement))
        return VERSION_ORDER[max((version_rank(leaf.version) for leaf in leaves), default=0)]

    # --- which units, which step ---

    def _detail_of(self, agreement: Agreement) -> str:
        position = agreement.position
        leads = position.heads_unit and agreement.unit.signs_with_head
        if leads or position.level in (Level.REGIONAL_HEAD, Level.DEPUTY_HEAD, Level.II):
            return self.policy.budget_detail_ii
        if position.level == Level.III:
            return self.policy.budget_detail_iii
        return self.policy.budget_detail_iv

    def _wanted(self, agreements: Sequence[Agreement]) -> frozenset[int] | None:
        if any(agreement.position.level == Level.REGIONAL_HEAD for agreement in agreements):
            return None
        units = set(self.tree.below({agreement.unit_id for agreement in agreements}))
        for agreement in agreements:
            above = self.tree.parent.get(agreement.unit_id)
            while above is not None and above not in units:
                units.add(above)
                above = self.tree.parent.get(above)
        return frozenset(units)

    def _units_of(self, agreement: Agreement) -> frozenset[int]:
        if agreement.position.level == Level.REGIONAL_HEAD:
            return frozenset(self.tree.parent)
        units = self.tree.below([agreement.unit_id])
        above = self.tree.parent.get(agreement.unit_id)
        while above is not None and not any(unit in self.of_unit for unit in units):
            units = frozenset({above})
            above = self.tree.parent.get(above)
        return units

    def _leaves_of(self, units: Collection[int]) -> list[Leaf]:
        return [leaf for unit in units for leaf in self.of_unit.get(unit, ())]

    @cached_property
    def _parents(self) -> dict[str, Programme]:
        """The programs and kegiatan that lines may be added up to, by code."""
        codes = {leaf.programme.code for leaves in self.of_unit.values() for leaf in leaves}
        return parents_of(codes, self._details)


def parents_of(codes: Iterable[str], details: Iterable[str]) -> dict[str, Programme]:
    """The rows of the nomenclature that these codes are added up to, by code; of several years the newest."""
    details = list(details)
    wanted = {
        above for code in set(codes) for detail in details if (above := at_detail(code, detail)) != code
    }
    rows = Programme.objects.filter(code__in=wanted).order_by("nomenclature_year", "-pk") if wanted else ()
    return {row.code: row for row in rows}


class _Sums:
    """Amounts by code and fund source: of each budget and of everything it lies within."""

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        self.amounts: dict[LineKey, Decimal] = defaultdict(Decimal)
        self.stored: set[LineKey] = set()
        for leaf in leaves:
            programme, source = leaf.programme, leaf.fund_source
            for code in {*codes_above(programme.code), programme.code, key_of("", programme.pk)} - {""}:
                self.amounts[code, source] += leaf.amount
            self.stored.add((programme.code, source))

    def of(self, code: str, programme_id: int, source: str) -> Decimal | None:
        for key in (code, key_of("", programme_id)):
            if (key, source) in self.amounts:
                return self.amounts[key, source]
        wider = any((above, source) in self.stored for above in codes_above(code))
        return None if wider else ZERO


def lines_for(agreement: Agreement) -> list[BudgetLine]:
    """What one agreement may list; see `YearBudgets.lines_for`."""
    return YearBudgets(agreement.year, [agreement]).lines_for(agreement)


def offered_to(agreement: Agreement) -> list[BudgetLine]:
    """What a draft may list, and what its table B holds already though it is offered no more.

    The latter has the amount it has now where its budget has merely been detailed or added up since, otherwise
    the one it was copied with.
    """
    budgets = YearBudgets(agreement.year, [agreement])
    offered = budgets.lines_for(agreement)
    held = []
    for row in agreement.budgets.select_related("programme"):
        if same_line(row, offered) is None:
            now = budgets.amount_of(agreement, row)
            in_budget = now is None or now > 0
            held.append(BudgetLine(row.programme, row.fund_source, now or row.amount, in_budget))
    return offered + held


def _leaves(year: int, units: frozenset[int] | None) -> list[Leaf]:
    """The budgets of the units (None: of all), each unit's in the latest version it has, in one query."""
    columns = Budget.objects.of_units(units, year).values_list(
        "unit_id", "version", "fund_source", "amount",
        "programme_id", "programme__code", "programme__name", "programme__nomenclature_year",
    )  # fmt: skip
    programmes: dict[int, Programme] = {}
    found = []
    for unit, version, source, amount, pk, *named in columns.order_by("unit_id", "programme__code", "pk"):
        if pk not in programmes:
            programmes[pk] = Programme(pk, *named)
        found.append(Leaf(unit, version, programmes[pk], source, amount))
    return latest_of(found)


def version_rank(version: str) -> int:
    """0 for the original; the higher, the later."""
    return VERSION_ORDER.index(BudgetVersion(version))


def latest_of(budgets: Iterable[Row]) -> list[Row]:
    """Of budgets of one year, those in the latest version their unit has."""
    rows = list(budgets)
    newest = newest_ranks((row.unit_id, row.version) for row in rows)
    return [row for row in rows if version_rank(row.version) == newest[row.unit_id]]


def newest_ranks(versions: Iterable[tuple[int, str]]) -> dict[int, int]:
    """The rank of the latest version of each unit, from pairs of unit and version."""
    newest: dict[int, int] = defaultdict(int)
    for unit, version in versions:
        newest[unit] = max(newest[unit], version_rank(version))
    return newest
