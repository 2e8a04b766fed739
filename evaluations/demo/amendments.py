"""The changed budget of October, and the agreements that follow it; a new head's own agreement before that."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from accounts.permissions import Capability
from agreements import amending, drafting
from agreements.amending import Basis
from agreements.enums import BudgetVersion, Ground
from agreements.models import AgreementIndicator, Budget
from evaluations.demo import budgets, source
from evaluations.demo.days import working_day
from evaluations.demo.promises import Making, Story
from evaluations.demo.world import BUDGET, Scene, World
from records import history

# The regional regulation on the changed APBD is made at the end of September; the DPPA follow.
REVISED_ON = (10, 9)


def scenes(world: World, year: int) -> Iterator[Scene]:
    """The changed budget of a year and every step of its amendments."""
    day = working_day(date(year, *REVISED_ON))
    yield Scene(day, partial(_revise, world, year, day), hour=8)
    for number, row in enumerate(source.rows_of("amendments", year, world.years), start=1):
        yield from _Amending(world, row, year, number).scenes()


def _revise(world: World, year: int, day: date) -> None:
    """A new version of the whole budget of each unit for which something changes."""
    column = "last" if year == world.years.last else "this"
    changed = {
        (world.units[row["unit"]].pk, row["code"], row["fund"]): Decimal(row[column])
        for row in source.rows("revised")
        if row[column]
    }
    units = {unit for unit, _, _ in changed}
    made = [
        budget
        for row in source.rows("budgets")
        if (unit := world.units[row["unit"]].pk) in units
        for amount in [changed.get((unit, row["code"], row["fund"]), Decimal(row[column]))]
        for budget in budgets.budgets_of(world, row, year, amount, BudgetVersion.REVISED)
    ]
    Budget.objects.bulk_create(made)
    budgets.plan(world, made)
    person = world.person(BUDGET, day, Capability.BUDGET)
    act = history.Act(
        "mencatat pagu perubahan",
        world.policies[year],
        after={"versi": BudgetVersion.REVISED.label, "baris": len(made), "berubah": len(changed)},
    )
    history.record(person.actor, act)


class _Amending(Making):
    """One amendment from its draft to its signature; it begins as a copy of what it amends."""

    DOCUMENT_NUMBER = "{number:03d}/PK-P/ORG/{year}"

    def __init__(self, world: World, row: dict[str, str], year: int, number: int) -> None:
        day = working_day(world.years.day(row["document_date"]))
        super().__init__(world, row["position"], year, number, [], Story(row["outcome"], day, ""))
        self.basis = Basis(Ground(row["ground"]), row["reason"].format(tahun=year))

    def _draft(self, day: date) -> None:
        person = self._drafter(day)
        draft = amending.start(self.agreement, self.basis, person.scope, person.actor, day)
        self.agreement = draft
        rows = AgreementIndicator.objects.filter(objective__agreement=draft).select_related("indicator")
        targets = {row.pk: said for row in rows if (said := self._retargeted(row))}
        if targets:
            drafting.set_targets(draft, targets, person.actor)

    def _retargeted(self, promise: AgreementIndicator) -> dict:
        """The other target an amendment sets; empty for most."""
        for row in source.rows_of("retargets", self.year, self.world.years):
            indicator = self.world.indicators[row["indicator"]]
            if row["position"] == self.key and indicator.pk == promise.indicator_id:
                return source.target(indicator, row["target"], self.year)
        return {}
