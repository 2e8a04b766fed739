"""Who holds a post changes: a Plt. stands in, a new head follows, and what the agreement needs is a task."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from accounts.permissions import Capability
from agreements import handing_over
from agreements.handing_over import Choice, Preview, Wish
from evaluations.demo import source
from evaluations.demo.acting import Acting
from evaluations.demo.days import Years
from evaluations.demo.world import PERSONNEL, Scene, World


def days(years: Years) -> list[date]:
    """When posts change hands by the act, whether or not those days have come."""
    return [years.day(row["day"]) for row in source.rows("hand_overs")]


def scenes(world: World, year: int) -> Iterator[Scene]:
    """Every hand-over of the year, in the morning of its day."""
    for row in source.rows("hand_overs"):
        day = world.years.day(row["day"])
        if day.year == year:
            yield Scene(day, partial(_hand_over, world, row, day), hour=7)


def _hand_over(world: World, row: dict[str, str], day: date) -> None:
    """The policy of the year says what becomes of the agreement."""
    wish = Wish(
        world.positions[row["position"]],
        day,
        world.officials[row["incoming"]],
        row["holding"],
        row["decree"],
    )
    preview = Preview(wish)
    request = Acting(world, PERSONNEL, day, Capability.ORGANISE)
    handing_over.perform(request, wish, Choice(preview.proposed), preview.mark)
