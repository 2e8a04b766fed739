"""What the reports compare with: years the application did not measure, and what others reached."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import groupby

from accounts.permissions import Capability
from agreements import benchmarks
from agreements.models import Benchmark, Indicator
from evaluations import years_before
from evaluations.demo import source
from evaluations.demo.days import working_day
from evaluations.demo.world import PLANNER, Scene, World
from evaluations.models import EarlierYear
from records.history import Actor

# Typed when the reports of the finished year are written.
TYPED = (2, 3)


def scenes(world: World, year: int) -> Iterator[Scene]:
    """The planners type both, indicator by indicator, for the reports on the finished year."""
    if year != world.years.last:
        return
    day = working_day(date(year + 1, *TYPED))
    yield Scene(day, partial(_earlier_years, world, day), 9)
    yield Scene(day, partial(_benchmarks, world, day), 10)


def _by_indicator(world: World, name: str) -> Iterator[tuple[Indicator, list[dict[str, str]]]]:
    for key, rows in groupby(source.rows(name), key=lambda row: row["indicator"]):
        yield world.indicators[key], list(rows)


def _planner(world: World, day: date, indicator: Indicator) -> Actor:
    return world.person(PLANNER, day, Capability.PLAN, indicator.unit).actor


def _earlier_years(world: World, day: date) -> None:
    for indicator, rows in _by_indicator(world, "earlier_years"):
        typed = {}
        for row in rows:
            year = world.years.last - int(row["before"])
            typed[year] = EarlierYear(
                indicator=indicator,
                year=year,
                reached_value=Decimal(row["reached"]),
                source=row["source"].format(tahun=year),
                invented=True,
                **source.target(indicator, row["target"], year),
            )
        seen = years_before.mark_of(indicator, [])
        years_before.save(indicator, typed, seen, _planner(world, day, indicator))


def _benchmarks(world: World, day: date) -> None:
    """Figures others published keep the year they were published for."""
    for indicator, rows in _by_indicator(world, "benchmarks"):
        made = [
            Benchmark(
                year=int(row["year"]),
                kind=row["kind"],
                name=row["name"],
                source=row["source"],
                **source.target(indicator, row["value"], int(row["year"])),
            )
            for row in rows
        ]
        seen = benchmarks.mark_of(indicator, [])
        benchmarks.save(indicator, made, seen, _planner(world, day, indicator))
