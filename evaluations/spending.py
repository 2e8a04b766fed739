"""What units spent of each of their budgets, month by month, as it stands in the rows. Rupiah, running totals."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Max

from agreements.budgets import latest_of, version_rank
from agreements.models import Budget, BudgetPlan
from agreements.nomenclature import related
from evaluations.models import BudgetRealisation

ZERO = Decimal(0)
DECEMBER = 12


@dataclass(frozen=True)
class SpendingLine:
    """One programme and fund source of one unit through a year.

    `budget` is what a new month is written on: that of the unit's latest version; where that version
    dropped the programme (`dropped`), the one of the version before, with a `ceiling` of 0. `rows` are
    what was recorded, by month, on whichever version; `budgets` the keys of all versions. `replaced_from`:
    the month from which the running totals of what took the dropped one's place (its kegiatan, or the program
    above it) hold its money too. `plans`: the cash and physical plan by month, where it was asked for.
    """

    budget: Budget
    ceiling: Decimal
    dropped: bool = False
    budgets: tuple[int, ...] = ()
    rows: Mapping[int, BudgetRealisation] = field(default_factory=dict)
    replaced_from: int | None = None
    plans: Mapping[int, BudgetPlan] = field(default_factory=dict)

    @property
    def pk(self) -> int:
        return self.budget.pk

    @property
    def label(self) -> str:
        """“1.02.02 Program … (DAK)”: the fund source tells two lines of one programme apart."""
        return f"{self.budget.programme} ({self.budget.fund_source})"

    @property
    def is_expected(self) -> bool:
        """Whether somebody has to say what was spent: not of what was dropped, nor of what never had any money."""
        return not self.dropped and bool(self.ceiling or self.rows)

    def at(self, month: int) -> BudgetRealisation | None:
        return self.rows.get(month)

    def up_to(self, month: int) -> BudgetRealisation | None:
        """The latest row of the month or one before it; None once others hold its money."""
        if self.replaced_from is not None and month >= self.replaced_from:
            return None
        known = [number for number in self.rows if number <= month]
        return self.rows[max(known)] if known else None

    def after(self, month: int) -> BudgetRealisation | None:
        """The first row after the month."""
        known = [number for number in self.rows if number > month]
        return self.rows[min(known)] if known else None

    def planned_cash(self, month: int) -> Decimal | None:
        """Rupiah that are to be spent by the end of a month; None where nothing is planned of the year."""
        return self._planned({number: plan.cash for number, plan in self.plans.items()}, month)

    def planned_physical(self, month: int) -> Decimal | None:
        """Percent of the work that is to be done by the end of a month; None where nothing is planned."""
        return self._planned({number: plan.physical for number, plan in self.plans.items()}, month)

    def _planned(self, of_month: Mapping[int, Decimal | None], month: int) -> Decimal | None:
        if self.dropped or not self.ceiling:
            return ZERO
        known = {number: value for number, value in of_month.items() if value is not None}
        if not known:
            return None
        until = [number for number in known if number <= month]
        return known[max(until)] if until else ZERO


def spending_lines(
    units: Collection[int], year: int, month: int = DECEMBER, plans: bool = False
) -> dict[int, list[SpendingLine]]:
    """The lines of each unit by its key, with what was recorded up to a month, in two queries.

    A unit's latest version counts as a whole. A programme it dropped stays a line while money is
    recorded on it in some month. With `plans`, in three queries, each line has its cash and physical plan.
    """
    budgets = list(Budget.objects.of_units(units, year).select_related("programme", "unit"))
    by_pk = {budget.pk: budget for budget in budgets}
    rows: dict[_Key, dict[int, BudgetRealisation]] = defaultdict(dict)
    recorded = list(_recorded(units, year, month))
    for row in recorded:
        row.budget = by_pk[row.budget_id]
    for row in sorted(recorded, key=lambda row: _rank(row.budget)):
        # Where both versions were typed for one month, the later budget speaks.
        rows[_key(row.budget)][row.month] = row
    versions: dict[_Key, list[int]] = defaultdict(list)
    for budget in budgets:
        versions[_key(budget)].append(budget.pk)
    current = {_key(budget): budget for budget in latest_of(budgets)}
    planned = _plans(units, year) if plans else {}
    found: dict[int, list[SpendingLine]] = defaultdict(list)
    for key, pks in versions.items():
        dropped = key not in current
        if dropped and not any(row.spent for row in rows[key].values()):
            continue
        budget = max((by_pk[pk] for pk in pks), key=_rank) if dropped else current[key]
        ceiling = ZERO if dropped else budget.amount
        line = SpendingLine(
            budget,
            ceiling,
            dropped,
            tuple(pks),
            dict(rows[key]),
            _replaced_from(budget, current, rows) if dropped else None,
            planned.get(budget.pk, {}),
        )
        found[key[0]].append(line)
    return {unit: sorted(lines, key=_order) for unit, lines in found.items()}


def last_months(units: Collection[int] | None, year: int) -> dict[int, list[int]]:
    """Of each line of the units (None: of all) the last month recorded, 0 where none is; by unit, in one query.

    The lines are those of the latest version that have money or had some (`SpendingLine.is_expected`); a month
    counts on whichever version it was typed.
    """
    rows = Budget.objects.of_units(units, year).order_by(
        "unit__order", "unit_id", "programme_id", "fund_source"
    )
    of_version: dict[int, dict[int, set[_Key]]] = defaultdict(lambda: defaultdict(set))
    last: dict[_Key, int] = defaultdict(int)
    ceilings: dict[tuple[_Key, int], Decimal] = {}
    columns = rows.values_list("unit_id", "programme_id", "fund_source", "version", "amount")
    for *key, version, amount, month in columns.annotate(last=Max("realisations__month")):
        line, rank = (key[0], key[1], key[2]), version_rank(version)
        of_version[line[0]][rank].add(line)
        ceilings[line, rank] = amount
        last[line] = max(last[line], month or 0)
    found = {}
    for unit, versions in of_version.items():
        rank = max(versions)
        found[unit] = [last[line] for line in versions[rank] if ceilings[line, rank] or last[line]]
    return found


_Key = tuple[int, int, str]


def _replaced_from(
    dropped: Budget, current: Mapping["_Key", Budget], rows: Mapping["_Key", Mapping[int, BudgetRealisation]]
) -> int | None:
    """The first month recorded on what the latest version has instead: running totals since January."""
    places = [
        key
        for key, budget in current.items()
        if (budget.unit_id, budget.fund_source) == (dropped.unit_id, dropped.fund_source)
        and related(budget.programme.code, dropped.programme.code)
    ]
    return min((month for key in places for month in rows.get(key, ())), default=None)


def _plans(units: Collection[int], year: int) -> dict[int, dict[int, BudgetPlan]]:
    found: dict[int, dict[int, BudgetPlan]] = defaultdict(dict)
    for plan in BudgetPlan.objects.filter(budget__year=year, budget__unit__in=units).order_by():
        found[plan.budget_id][plan.month] = plan
    return found


def _key(budget: Budget) -> _Key:
    return budget.unit_id, budget.programme_id, budget.fund_source


def _rank(budget: Budget) -> int:
    """Which version is later does not follow from which was stored later."""
    return version_rank(budget.version)


def _order(line: SpendingLine) -> tuple[str, str, str]:
    programme = line.budget.programme
    return programme.code, programme.name, line.budget.fund_source


def _recorded(units: Collection[int], year: int, month: int) -> Iterable[BudgetRealisation]:
    rows = BudgetRealisation.objects.of_units(units, year).up_to(month).select_related("changed_by")
    return rows.order_by("month", "budget_id")
