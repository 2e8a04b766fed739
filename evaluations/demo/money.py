"""Money spent and physical progress of the demo, month by month as running totals."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from accounts.permissions import Capability
from agreements.periodic import apportioned
from evaluations.demo import source
from evaluations.demo.budgets import EVEN, LATE, OWN_COSTS, details_of
from evaluations.demo.world import BUDGET, Scene, World
from evaluations.models import Period
from evaluations.recording import Spent, record
from evaluations.spending import SpendingLine, spending_lines
from evaluations.spending_checks import Figures
from evaluations.workflow import Who
from perjanjian.numerals import round_half_up

MONTHS = range(1, 13)
# Money of the centre comes in with the contracts: 4 percent of the ceiling at mid-year is no rarity.
OF_THE_CENTRE = (0, 0, 0, 1, 3, 7, 16, 28, 44, 62, 83, 100)
PACES = {"dak": OF_THE_CENTRE}
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
        spent
        for row in source.rows("budgets")
        for spent in _spent([lines[place] for place in _places(world, row, year)], row, month)
    ]
    person = world.person(BUDGET, day, Capability.BUDGET)
    period = Period.objects.of_budget(year).get(number=month)
    record(period, typed, Who(person.scope, person.actor), invented=True)


def _places(world: World, row: dict[str, str], year: int) -> list[tuple[int, str, str]]:
    """Where the money of a row is recorded: on the programme, or on each of its details."""
    codes = [each["code"] for each in details_of(world, row, year)] or [row["code"]]
    return [(world.units[row["unit"]].pk, code, row["fund"]) for code in codes]


def _spent(lines: Sequence[SpendingLine], row: dict[str, str], month: int) -> Iterator[Spent]:
    """What the programme spent, in proportion to what its details have."""
    pace = PACES.get(row["pace"]) or (EVEN if row["code"].endswith(OWN_COSTS) else LATE)
    share = Decimal(pace[month - 1]) / 100
    amounts = [line.budget.amount for line in lines]
    spent = round_half_up(sum(amounts, Decimal(0)) * Decimal(row["absorbed"]) / 100 * share, 0)
    physical = round_half_up(Decimal(row["physical"]) * share, 2)
    note = row["note"] if month >= TOLD_FROM else ""
    for line, part in zip(lines, apportioned(spent, amounts, 0), strict=True):
        yield Spent(line, 0, Figures(part, physical, note))
