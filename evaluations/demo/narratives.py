"""The words of the finished year's performance reports: one unit's complete, another's half written."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from accounts.permissions import Capability
from evaluations.demo import source
from evaluations.demo.days import working_day
from evaluations.demo.world import Scene, World
from evaluations.enums import Section
from evaluations.narratives import Part, save

# The reports are due at the end of February.
WRITTEN = (2, 9)


def scenes(world: World, year: int) -> Iterator[Scene]:
    """One scene for each report on the year that somebody has begun; there are such on the finished one."""
    if year != world.years.last:
        return
    day = working_day(date(year + 1, *WRITTEN))
    for key, content in source.document("narratives").items():
        yield Scene(day, partial(_write, world, key, content, day))


def _write(world: World, key: str, content: dict, day: date) -> None:
    unit, year = world.units[key], world.years.last
    words = {"tahun": year, "tahun_berikut": year + 1, "tahun_lalu": year - 1}
    actor = world.person(world.operator_of(unit, day), day, Capability.REPORT, unit).actor
    parts = {Part(unit, year, section): text for section, text in content["sections"].items()}
    parts |= {
        Part(unit, year, Section.OBJECTIVE, world.objectives[objective].pk): text
        for objective, text in content["objectives"].items()
    }
    for part, text in parts.items():
        save(part, text.format(**words), 0, actor)
