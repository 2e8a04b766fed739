"""The words of the finished year's performance reports: all are complete but one, which is half written."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from accounts.permissions import Capability
from agreements.models import Unit
from evaluations.demo import source
from evaluations.demo.days import working_day
from evaluations.demo.world import Scene, World
from evaluations.enums import Section
from evaluations.narratives import Part, save

# The reports are due at the end of February.
WRITTEN = (2, 9)
# What narratives.json has for every report it does not name.
OTHERS = "others"


def scenes(world: World, year: int) -> Iterator[Scene]:
    """One scene for each report on the finished year."""
    if year != world.years.last:
        return
    day = working_day(date(year + 1, *WRITTEN))
    told = source.document("narratives")
    for key, unit in world.units.items():
        if unit.writes_report:
            yield Scene(day, partial(_write, world, unit, told.get(key), day))


def _write(world: World, unit: Unit, told: dict | None, day: date) -> None:
    """The words of narratives.json; without any those of all others, and the words beside the figures."""
    year = world.years.last
    words = {"tahun": year, "tahun_berikut": year + 1, "tahun_lalu": year - 1, "unit": unit.name}
    actor = world.person(world.operator_of(unit, day), day, Capability.REPORT, unit).actor
    others = source.document("narratives")[OTHERS]
    sections = (told or others)["sections"]
    objectives = told["objectives"] if told else _of_others(world, unit, others["each_objective"])
    parts = {Part(unit, year, section): text for section, text in sections.items()}
    parts |= {
        Part(unit, year, section, world.objectives[objective].pk): text
        for objective, texts in objectives.items()
        for section, text in texts.items()
    }
    for part, text in parts.items():
        save(part, text.format(**words), 0, actor)


def _of_others(world: World, unit: Unit, each: dict[str, str]) -> dict[str, dict[str, str]]:
    """By objective of the unit its sections: the words beside the figures, and what is said of each."""
    return {
        key: {Section.OBJECTIVE.value: text} | each for key, text in _beside_the_figures(world, unit).items()
    }


def _beside_the_figures(world: World, unit: Unit) -> dict[str, str]:
    """By objective of the unit: for each of its indicators what helped, what hindered, what follows."""
    keys = {world.objectives[row["key"]].pk: row["key"] for row in source.rows("objectives")}
    found: dict[str, list[str]] = {}
    for row in source.rows_of("realisations", world.years.last, world.years):
        indicator = world.indicators[row["indicator"]]
        objective = indicator.objective
        if indicator.unit_id == unit.pk and objective and objective.unit_id == unit.pk:
            said = (row["supporting"], row["inhibiting"], row["follow_up"])
            text = f"{indicator.name}: " + " ".join(part for part in said if part)
            found.setdefault(keys[objective.pk], []).append(text)
    return {key: "\n\n".join(texts) for key, texts in found.items()}
