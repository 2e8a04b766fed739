"""Figures their source revised after they were final: recorded by the unit, decided by the verifier."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from accounts.permissions import Capability
from evaluations import revisions
from evaluations.demo import paper, source
from evaluations.demo.days import moment, working_day
from evaluations.demo.world import VERIFIER, Scene, World
from evaluations.evidence import Proof, attach
from evaluations.models import VALUE_COLUMNS, Realisation, SourceRevision
from evaluations.workflow import Who
from records.history import Act
from records.uploads import PDF, Checked

C = Capability
# Days after the source announced it.
RECORDED, DECIDED = 4, 7


def scenes(world: World, year: int) -> Iterator[Scene]:
    """Every revision of a figure of the year, on the days that followed its announcement."""
    for row in source.rows_of("revisions", year, world.years):
        told = _Revised(world, row, year)
        yield told.scene(RECORDED, told.record)
        if row["outcome"] == "accepted":
            yield told.scene(DECIDED, told.accept)


class _Revised:
    """One figure that its source changed."""

    def __init__(self, world: World, row: dict[str, str], year: int) -> None:
        self.world, self.row, self.year = world, row, year
        self.announced = world.years.day(row["announced_on"])
        self.indicator = world.indicators[row["indicator"]]

    def scene(self, days: int, do) -> Scene:
        day = working_day(self.announced + timedelta(days=days))
        return Scene(day, partial(do, day), 10)

    @property
    def fact(self) -> Realisation:
        facts = Realisation.objects.select_related("indicator__unit", "indicator__scale", "period")
        quarter = int(self.row["quarter"])
        return facts.get(indicator=self.indicator, period__year=self.year, period__number=quarter)

    def record(self, day: date) -> None:
        """With the announcement as its proof; marked as invented before anybody decides on it."""
        unit = self.indicator.unit
        person = self.world.person(self.world.operator_of(unit, day), day, C.ENTER, unit)
        who = Who(person.scope, person.actor, moment(day, 10))
        values = dict.fromkeys(VALUE_COLUMNS) | source.reading(self.indicator, self.row["value"], self.year)
        values |= {"announced_on": self.announced, "source": self.row["source"], "reason": self.row["reason"]}
        revision = revisions.record(self.fact, values, who, partial(self._prove, who))
        SourceRevision.objects.filter(pk=revision.pk).update(invented=True)

    def _prove(self, who: Who, fact: Realisation) -> list[Act]:
        title = f"Rilis revisi {self.indicator.name} {self.year}"
        page = paper.note([title, "Pemerintah contoh: angka dan berkas ini rekaan."])
        proof = Proof((Checked(page, PDF, f"{title}.pdf"),), title=title, page="1")
        return attach(fact, proof, who.actor.account_id)

    def accept(self, day: date) -> None:
        person = self.world.person(VERIFIER, day, C.VERIFY, self.indicator.unit)
        waiting = SourceRevision.objects.get(realisation=self.fact)
        revisions.decide("accept", waiting, Who(person.scope, person.actor, moment(day, 10)))
