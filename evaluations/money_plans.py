"""The cash and physical plan of budgets through the months: how it is typed, split, and saved.

Cash is typed as what each month is to pay and stored as running totals, like the money it is compared with; the
work is typed as percent up to the end of the month. Amounts are rupiah.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from agreements.enums import BudgetDetail
from agreements.models import Budget, BudgetPlan, Unit
from agreements.nomenclature import at_detail
from agreements.periodic import apportioned
from evaluations.forms import mark_of
from evaluations.spending import DECEMBER, SpendingLine, spending_lines
from perjanjian.numerals import MONTHS, format_number
from records import history
from records.history import Act, Actor

MONTH_NUMBERS = range(1, DECEMBER + 1)
EVENLY = (Decimal(1),) * DECEMBER
PLANNED = "mengubah rencana kas dan fisik"
HUNDRED = Decimal(100)
# By month 1–12: what it is to pay, and percent of the work by its end; None is unknown.
Months = Mapping[int, Decimal | None]


class PlanConflict(Exception):
    """Somebody else wrote the plan of these budgets meanwhile; `stored` as it stands now, by the budget's key."""

    def __init__(self, stored: Mapping[int, "Plan"]) -> None:
        super().__init__("Ada rencana yang baru saja diubah orang lain.")
        self.stored = stored


@dataclass(frozen=True)
class Plan:
    """The year of one budget. `cash`: what each month is to pay; `physical`: percent by the end of the month."""

    cash: Months
    physical: Months

    @property
    def mark(self) -> str:
        """Short mark of what it says, to notice that it was changed meanwhile."""
        parts = {"c": self.cash, "f": self.physical}
        return mark_of(
            {f"{name}{month}": row.get(month) for name, row in parts.items() for month in MONTH_NUMBERS}
        )

    @property
    def total(self) -> Decimal | None:
        """Rupiah of the whole year; None where no month is planned."""
        known = [amount for amount in self.cash.values() if amount is not None]
        return sum(known, Decimal(0)) if known else None

    def described(self) -> dict[str, str]:
        """For the history: both rows, without what is empty."""
        rows = {"kas": (self.cash, 2), "fisik s.d.": (self.physical, 2)}
        said = {
            name: "; ".join(
                f"{MONTHS[month - 1][:3]} {format_number(value, places)}"
                for month in MONTH_NUMBERS
                if (value := row.get(month)) is not None
            )
            for name, (row, places) in rows.items()
        }
        return {name: text for name, text in said.items() if text}

    def rows(self, budget: Budget) -> list[BudgetPlan]:
        """As stored: running totals, unsaved."""
        found, running, planned = [], Decimal(0), self.total is not None
        for month in MONTH_NUMBERS:
            running += self.cash.get(month) or Decimal(0)
            physical = self.physical.get(month)
            if planned or physical is not None:
                cash = running if planned else None
                found.append(BudgetPlan(budget=budget, month=month, cash=cash, physical=physical))
        return found


def plan_from(rows: Iterable[BudgetPlan]) -> Plan:
    """The plan that stored running totals say; a month nobody planned pays nothing of its own."""
    by_month = {row.month: row for row in rows}
    cash: dict[int, Decimal | None] = {}
    before = Decimal(0)
    planned = any(row.cash is not None for row in by_month.values())
    for month in MONTH_NUMBERS:
        row = by_month.get(month)
        running = before if row is None or row.cash is None else row.cash
        cash[month] = running - before if planned else None
        before = running
    return Plan(cash, {month: row.physical for month, row in by_month.items()})


def plans_of(budgets: Collection[int]) -> dict[int, Plan]:
    """The plans of budgets by their key, in one query; of one without any it is empty."""
    rows: dict[int, list[BudgetPlan]] = {pk: [] for pk in budgets}
    for row in BudgetPlan.objects.filter(budget__in=budgets).order_by("budget_id", "month"):
        rows[row.budget_id].append(row)
    return {pk: plan_from(own) for pk, own in rows.items()}


# --- splitting the year ---------------------------------------------------------------------------


def split(amount: Decimal, shares: Sequence[Decimal]) -> Plan:
    """A year's amount in months by shares, to the rupiah and exactly; the work in the same proportion."""
    parts = apportioned(amount, shares, 0)
    work, done = apportioned(HUNDRED, shares, 2), Decimal(0)
    physical: dict[int, Decimal | None] = {}
    for month, part in enumerate(work, start=1):
        done += part
        physical[month] = done
    return Plan(dict(enumerate(parts, start=1)), physical)


class Shapes:
    """How the unit spent the year before: month by month, of each budget or of what comes nearest to it."""

    def __init__(self, unit: int, year: int) -> None:
        self.shapes: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * DECEMBER)
        for line in spending_lines([unit], year - 1).get(unit, ()):
            code, source = line.budget.programme.code, line.budget.fund_source
            own = {(code, source), (at_detail(code, BudgetDetail.PROGRAMME), ""), ("", "")}
            for key in own:
                for month, part in _own_parts(line):
                    self.shapes[key][month - 1] += part

    def of(self, budget: Budget) -> list[Decimal] | None:
        """The same budget's, else its program's, else the unit's; None where nothing was spent."""
        code = budget.programme.code
        for key in ((code, budget.fund_source), (at_detail(code, BudgetDetail.PROGRAMME), ""), ("", "")):
            if key in self.shapes and any(self.shapes[key]):
                return self.shapes[key]
        return None


def _own_parts(line: SpendingLine) -> Iterable[tuple[int, Decimal]]:
    """What was spent from one recorded month to the next; money paid back counts as none."""
    before = Decimal(0)
    for month in sorted(line.rows):
        spent = line.rows[month].spent
        yield month, max(spent - before, Decimal(0))
        before = spent


# --- saving ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Planned:
    """What a person typed of one budget, over the plan they saw (its `mark`)."""

    budget: Budget
    seen: str
    plan: Plan


@transaction.atomic
def save_plans(unit: Unit, typed: Sequence[Planned], actor: Actor) -> int:
    """Write the plans of a unit's budgets with one event; returns how many changed.

    Raises PlanConflict when somebody else wrote one of them since it was shown: nothing is written.
    """
    pks = [each.budget.pk for each in typed]
    # Whoever writes a plan waits here for who is writing another of the same budget.
    list(Budget.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk"))
    stored = plans_of(pks)
    clashes = {pk: stored[pk] for each in typed if stored[pk := each.budget.pk].mark != each.seen}
    if clashes:
        raise PlanConflict(clashes)
    changed = [each for each in typed if each.plan.mark != stored[each.budget.pk].mark]
    if not changed:
        return 0
    BudgetPlan.objects.filter(budget__in=[each.budget.pk for each in changed]).delete()
    BudgetPlan.objects.bulk_create([row for each in changed for row in each.plan.rows(each.budget)])
    before = {str(each.budget.pk): stored[each.budget.pk].described() for each in changed}
    after = {
        str(each.budget.pk): {"program": f"{each.budget.programme} ({each.budget.fund_source})"}
        | each.plan.described()
        for each in changed
    }
    history.record(actor, Act(PLANNED, unit, unit=unit, before=before, after=after))
    return len(changed)
