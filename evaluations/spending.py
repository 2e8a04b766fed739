"""What units spent of each of their budgets, month by month, as it stands in the rows. Rupiah, running totals."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Max

from agreements.budgets import VERSION_ORDER, latest_of
from agreements.models import Budget
from evaluations.models import BudgetRealisation

ZERO = Decimal(0)
DECEMBER = 12


@dataclass(frozen=True)
class SpendingLine:
    """One programme and fund source of one unit through a year.

    `budget` is what a new month is written on: that of the unit's latest version; where that version
    dropped the programme (`dropped`), the one of the version before, with a `ceiling` of 0. `rows` are
    what was recorded, by month, on whichever version; `budgets` the keys of all versions.
    """

    budget: Budget
    ceiling: Decimal
    dropped: bool = False
    budgets: tuple[int, ...] = ()
    rows: Mapping[int, BudgetRealisation] = field(default_factory=dict)

    @property
    def pk(self) -> int:
        return self.budget.pk

    @property
    def label(self) -> str:
        """“1.02.02 Program … (DAK)”: the fund source tells two lines of one programme apart."""
        return f"{self.budget.programme} ({self.budget.fund_source})"

    def at(self, month: int) -> BudgetRealisation | None:
        return self.rows.get(month)

    def up_to(self, month: int) -> BudgetRealisation | None:
        """The latest row of the month or one before it."""
        known = [number for number in self.rows if number <= month]
        return self.rows[max(known)] if known else None

    def after(self, month: int) -> BudgetRealisation | None:
        """The first row after the month."""
        known = [number for number in self.rows if number > month]
        return self.rows[min(known)] if known else None


def spending_lines(units: Collection[int], year: int, month: int = DECEMBER) -> dict[int, list[SpendingLine]]:
    """The lines of each unit by its key, with what was recorded up to a month, in two queries.

    A unit's latest version counts as a whole. A programme it dropped stays a line while money is
    recorded on it in some month.
    """
    budgets = list(Budget.objects.of_units(units, year).select_related("programme", "unit"))
    by_pk = {budget.pk: budget for budget in budgets}
    rows: dict[_Key, dict[int, BudgetRealisation]] = defaultdict(dict)
    for row in _recorded(units, year, month):
        row.budget = by_pk[row.budget_id]
        # Where both versions were typed for one month, the later budget speaks.
        rows[_key(row.budget)][row.month] = row
    versions: dict[_Key, list[int]] = defaultdict(list)
    for budget in budgets:
        versions[_key(budget)].append(budget.pk)
    current = {_key(budget): budget for budget in latest_of(budgets)}
    found: dict[int, list[SpendingLine]] = defaultdict(list)
    for key, pks in versions.items():
        dropped = key not in current
        if dropped and not any(row.spent for row in rows[key].values()):
            continue
        budget = by_pk[max(pks)] if dropped else current[key]
        ceiling = ZERO if dropped else budget.amount
        found[key[0]].append(SpendingLine(budget, ceiling, dropped, tuple(pks), dict(rows[key])))
    return {unit: sorted(lines, key=_order) for unit, lines in found.items()}


def last_months(units: Collection[int] | None, year: int) -> dict[int, list[int]]:
    """Of each line of the units (None: of all) the last month recorded, 0 where none is; by unit, in one query.

    The lines are those of the latest version; a month counts on whichever version it was typed.
    """
    rows = Budget.objects.of_units(units, year).order_by(
        "unit__order", "unit_id", "programme_id", "fund_source"
    )
    of_version: dict[int, dict[int, set[_Key]]] = defaultdict(lambda: defaultdict(set))
    last: dict[_Key, int] = defaultdict(int)
    columns = rows.values_list("unit_id", "programme_id", "fund_source", "version")
    for unit, programme, fund_source, version, month in columns.annotate(last=Max("realisations__month")):
        line = unit, programme, fund_source
        of_version[unit][VERSION_ORDER.index(version)].add(line)
        last[line] = max(last[line], month or 0)
    return {unit: [last[line] for line in versions[max(versions)]] for unit, versions in of_version.items()}


_Key = tuple[int, int, str]


def _key(budget: Budget) -> _Key:
    return budget.unit_id, budget.programme_id, budget.fund_source


def _order(line: SpendingLine) -> tuple[str, str, str]:
    programme = line.budget.programme
    return programme.code, programme.name, line.budget.fund_source


def _recorded(units: Collection[int], year: int, month: int) -> Iterable[BudgetRealisation]:
    rows = BudgetRealisation.objects.of_units(units, year).up_to(month).select_related("changed_by")
    return rows.order_by("month", "budget_id")
