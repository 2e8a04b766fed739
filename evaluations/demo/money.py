"""Money spent and physical progress of the demo, month by month as running totals."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from accounts.permissions import Capability
from agreements.budgets import latest_budgets
from agreements.models import Budget
from evaluations.demo import source
from evaluations.demo.world import BUDGET, Scene, World
from evaluations.models import BudgetRealisation
from perjanjian.numerals import round_half_up
from records import history

MONTHS = range(1, 13)
# Running share of a year's spending, January to December: wages run evenly, works wait for their tenders.
EVEN = (6, 13, 20, 28, 36, 47, 55, 63, 71, 80, 89, 100)
LATE = (0, 2, 5, 11, 18, 27, 36, 47, 58, 71, 85, 100)
# Money of the centre comes in with the contracts: 4 percent of the ceiling at mid-year is no rarity.
OF_THE_CENTRE = (0, 0, 0, 1, 3, 7, 16, 28, 44, 62, 83, 100)
PACES = {"dak": OF_THE_CENTRE}
# The programme every unit has for its own wages and running costs ends in .01.
OWN_COSTS = ".01"
# From this month on the story of a line stands beside its figures.
TOLD_FROM = 6


def scenes(world: World, year: int) -> Iterator[Scene]:
    """One record a month, on the tenth of the month after."""
    for month in MONTHS:
        day = date(year + month // 12, month % 12 + 1, 10)
        yield Scene(day, partial(_record, world, year, month, day), hour=15)


def _record(world: World, year: int, month: int, day: date) -> None:
    budgets = {
        (b.unit_id, b.programme.code, b.fund_source): b
        for b in latest_budgets(year, frozenset(unit.pk for unit in world.units.values()))
    }
    made = [
        _realisation(budgets[world.units[row["unit"]].pk, row["code"], row["fund"]], row, month)
        for row in source.rows("budgets")
    ]
    BudgetRealisation.objects.bulk_create(made)
    person = world.person(BUDGET, day, Capability.BUDGET)
    total = sum((row.spent for row in made), Decimal(0))
    act = history.Act(
        "mencatat realisasi anggaran",
        world.policies[year],
        after={"sampai bulan": month, "realisasi": total, "baris": len(made)},
    )
    history.record(person.actor, act)


def _realisation(budget: Budget, row: dict[str, str], month: int) -> BudgetRealisation:
    pace = PACES.get(row["pace"]) or (EVEN if row["code"].endswith(OWN_COSTS) else LATE)
    share = Decimal(pace[month - 1]) / 100
    spent = budget.amount * Decimal(row["absorbed"]) / 100 * share
    return BudgetRealisation(
        budget=budget,
        month=month,
        spent=round_half_up(spent, 0),
        physical=round_half_up(Decimal(row["physical"]) * share, 2),
        note=row["note"] if month >= TOLD_FROM else "",
        invented=True,
    )
