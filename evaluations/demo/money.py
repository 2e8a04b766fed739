"""Money spent and physical progress of the demo, month by month as running totals."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from accounts.permissions import Capability
from evaluations.demo import source
from evaluations.demo.world import BUDGET, Scene, World
from evaluations.models import Period
from evaluations.recording import Spent, record
from evaluations.spending import SpendingLine, spending_lines
from evaluations.spending_checks import Figures
from evaluations.workflow import Who
from perjanjian.numerals import round_half_up

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
    """What a month brought, of all units in one act, as who keeps the region's budgets records it."""
    units = {world.units[row["unit"]].pk for row in source.rows("budgets")}
    lines = {
        (line.budget.unit_id, line.budget.programme.code, line.budget.fund_source): line
        for own in spending_lines(units, year).values()
        for line in own
    }
    typed = [
        _spent(lines[world.units[row["unit"]].pk, row["code"], row["fund"]], row, month)
        for row in source.rows("budgets")
    ]
    person = world.person(BUDGET, day, Capability.BUDGET)
    period = Period.objects.of_budget(year).get(number=month)
    record(period, typed, Who(person.scope, person.actor), invented=True)


def _spent(line: SpendingLine, row: dict[str, str], month: int) -> Spent:
    pace = PACES.get(row["pace"]) or (EVEN if row["code"].endswith(OWN_COSTS) else LATE)
    share = Decimal(pace[month - 1]) / 100
    spent = round_half_up(line.budget.amount * Decimal(row["absorbed"]) / 100 * share, 0)
    physical = round_half_up(Decimal(row["physical"]) * share, 2)
    return Spent(line, 0, Figures(spent, physical, row["note"] if month >= TOLD_FROM else ""))
