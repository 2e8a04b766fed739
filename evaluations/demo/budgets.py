"""What units may spend in the demo: in a few of them by kegiatan and sub kegiatan, with what the DPA says in all,
and with the plan of cash and work of the running year."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from agreements.enums import BudgetVersion
from agreements.models import Budget, BudgetPlan, BudgetTotal
from agreements.periodic import apportioned
from evaluations.demo import source
from evaluations.demo.world import World
from evaluations.money_plans import Plan

# Running share of a year's spending, January to December: wages run evenly, works wait for their tenders.
EVEN = (6, 13, 20, 28, 36, 47, 55, 63, 71, 80, 89, 100)
LATE = (0, 2, 5, 11, 18, 27, 36, 47, 58, 71, 85, 100)
PACES = {"even": EVEN, "late": LATE}
# The programme every unit has for its own wages and running costs ends in .01.
OWN_COSTS = ".01"
Row = Mapping[str, str]


def load(world: World) -> None:
    """The original budget of both years, and of the running one what stands beside it."""
    for row in source.rows("budget_details"):
        place = row["unit"], row["program"], row["fund"]
        world.budget_details.setdefault(place, []).append(row)
    for column, year in (("last", world.years.last), ("this", world.years.this)):
        rows = source.rows("budgets")
        made = [budget for row in rows for budget in budgets_of(world, row, year, Decimal(row[column]))]
        Budget.objects.bulk_create(made)
        plan(world, made)
    BudgetTotal.objects.bulk_create(
        BudgetTotal(
            unit=world.units[row["unit"]],
            programme=world.programmes[row["code"]] if row["code"] else None,
            year=world.years.this,
            amount=Decimal(row["amount"]),
        )
        for row in source.rows("budget_totals")
    )


def budgets_of(
    world: World, row: Row, year: int, amount: Decimal, version: BudgetVersion = BudgetVersion.ORIGINAL
) -> Iterator[Budget]:
    """What a unit has for a programme, unsaved: as a whole, or by the details it has in the year."""
    details = details_of(world, row, year)
    codes = [each["code"] for each in details] or [row["code"]]
    shares = [Decimal(each["share"]) for each in details] or [Decimal(1)]
    for code, part in zip(codes, apportioned(amount, shares, 0), strict=True):
        yield Budget(
            unit=world.units[row["unit"]],
            programme=world.programmes[code],
            year=year,
            version=version,
            fund_source=row["fund"],
            amount=part,
        )


def details_of(world: World, row: Row, year: int) -> list[dict[str, str]]:
    """The kegiatan or sub kegiatan of a row of budgets.csv; the finished year has none."""
    if year != world.years.this:
        return []
    return world.budget_details.get((row["unit"], row["code"], row["fund"]), [])


def plan(world: World, budgets: Iterable[Budget]) -> None:
    """The plan of cash and work of those units that made one for the running year."""
    paces = {world.units[row["unit"]].pk: PACES[row["pace"]] for row in source.rows("budget_plans")}
    made: list[BudgetPlan] = []
    for budget in budgets:
        pace = paces.get(budget.unit_id)
        if pace is None or budget.year != world.years.this:
            continue
        made += _planned(budget, EVEN if budget.programme.code.endswith(OWN_COSTS) else pace)
    BudgetPlan.objects.bulk_create(made)


def _planned(budget: Budget, pace: Sequence[int]) -> list[BudgetPlan]:
    shares = [Decimal(after - before) for before, after in zip((0, *pace), pace, strict=False)]
    cash = dict(enumerate(apportioned(budget.amount, shares, 0), start=1))
    return Plan(cash, {month: Decimal(share) for month, share in enumerate(pace, start=1)}).rows(budget)
