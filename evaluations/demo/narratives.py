"""The words of the finished year's performance reports: one unit's complete, another's half written."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from accounts.permissions import Capability
from evaluations.demo import source
from evaluations.demo.days import working_day
from evaluations.demo.world import Scene, World
from evaluations.enums import Section
from evaluations.models import Narrative, Report
from records import history

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
    facts = {"tahun": year, "tahun_berikut": year + 1, "tahun_lalu": year - 1}
    report = Report.objects.create(unit=unit, year=year)
    made = [
        Narrative(report=report, section=section, text=text.format(**facts))
        for section, text in content["sections"].items()
    ]
    made += [
        Narrative(
            report=report,
            section=Section.OBJECTIVE,
            objective=world.objectives[objective],
            text=text.format(**facts),
        )
        for objective, text in content["objectives"].items()
    ]
    Narrative.objects.bulk_create(made)
    person = world.person(world.operator_of(unit), day, Capability.REPORT, unit)
    history.record(
        person.actor, history.Act("menulis narasi LKjIP", report, unit=unit, after={"bagian": len(made)})
    )
