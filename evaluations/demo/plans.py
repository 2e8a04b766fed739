"""The action plans (Rencana Aksi) of heads: quarters split evenly, steps, approval, and progress by quarter.

What a head said in the finished year would be done about an indicator is a step of the running year.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from accounts.permissions import Capability
from agreements import action_plans, periodic, plan_workflow
from agreements.enums import Split, Status
from agreements.models import ActionPlan, Agreement, AgreementIndicator
from agreements.years import rhythm_of
from evaluations import steps
from evaluations.demo import source
from evaluations.demo.days import moment, working_day
from evaluations.demo.world import VERIFIER, Scene, World
from evaluations.models import Period, StepProgress
from evaluations.workflow import Who
from perjanjian.numerals import round_half_up

C = Capability
# Days from the day the scan of the agreement comes in to each step of its plan.
BEGUN, SUBMITTED, APPROVED = 9, 14, 20
# The day after a quarter on which its progress is typed.
RECORDED = 7
MONTHS_A_QUARTER = 3
# Steps without months of their own run through one of these, by turns.
SPANS = ((1, 6), (2, 9), (4, 11), (3, 12))
CHANGED = "Menyesuaikan Rencana Aksi dengan PK Perubahan."


@dataclass(frozen=True)
class Planned:
    """A step before it has its promise: what is to be done for an indicator, between two months."""

    indicator: int
    text: str
    first_month: int
    last_month: int


def scenes(world: World, agreement: Agreement, signed: date) -> Iterator[Scene]:
    """The plan of an agreement that has come into force; of heads alone, and only where steps are known."""
    planned = _planned(world, agreement.year)
    promises = list(
        AgreementIndicator.objects.filter(objective__agreement=agreement).select_related("indicator")
    )
    known = [promise for promise in promises if promise.indicator_id in planned]
    if not (agreement.position.heads_unit and agreement.unit.signs_with_head and known):
        return
    writing = _Planning(world, agreement, {promise: planned[promise.indicator_id] for promise in known})
    for days, hour, step in (
        (BEGUN, 9, writing.write),
        (SUBMITTED, 10, writing.submit),
        (APPROVED, 11, writing.approve),
    ):
        day = working_day(signed + timedelta(days=days))
        yield Scene(day, partial(step, day), hour)
    for period in Period.objects.of_indicators(agreement.year):
        day = working_day(period.ends + timedelta(days=RECORDED))
        if period.ends > signed:
            yield Scene(day, partial(writing.record, period, day), 16)


def _planned(world: World, year: int) -> dict[int, list[Planned]]:
    """By indicator: the steps of steps.csv, and in the running year what follows up on the finished one."""
    found: dict[int, list[Planned]] = {}
    for row in source.rows_of("steps", year, world.years):
        indicator = world.indicators[row["indicator"]].pk
        step = Planned(indicator, row["text"], int(row["first_month"]), int(row["last_month"]))
        found.setdefault(indicator, []).append(step)
    if year == world.years.this:
        for number, row in enumerate(source.rows_of("realisations", world.years.last, world.years)):
            indicator = world.indicators[row["indicator"]].pk
            if row["follow_up"]:
                step = Planned(indicator, row["follow_up"].rstrip("."), *SPANS[number % len(SPANS)])
                found.setdefault(indicator, []).append(step)
    return found


class _Planning:
    """One plan from its first line to its last progress."""

    def __init__(
        self, world: World, agreement: Agreement, planned: dict[AgreementIndicator, list[Planned]]
    ) -> None:
        self.world, self.agreement, self.planned = world, agreement, planned
        self.unit = agreement.unit

    @property
    def plan(self) -> ActionPlan:
        return ActionPlan.objects.filter(agreement=self.agreement).latest("number")

    def write(self, day: date) -> None:
        """Quarters for every indicator, and the steps; an amendment's plan brings those of the plan before."""
        person = self.world.person(self.world.operator_of(self.unit, day), day, C.DRAFT, self.unit)
        plan = action_plans.begin(self.agreement, CHANGED, person.actor)
        promises = AgreementIndicator.objects.filter(objective__agreement=self.agreement)
        rhythm = rhythm_of(self.agreement.year)
        targets = {
            promise.pk: periodic.split(periodic.year_target(promise, rhythm), Split.EVEN)
            for promise in promises.select_related("indicator")
        }
        plan.refresh_from_db()
        action_plans.set_targets(plan, targets, person.actor)
        if plan.steps.exists():
            return
        for promise, steps_planned in self.planned.items():
            for step in steps_planned:
                said = {
                    "promise": promise,
                    "text": step.text,
                    "first_month": step.first_month,
                    "last_month": step.last_month,
                    "person_in_charge": self.agreement.position,
                }
                action_plans.add_step(plan, said, person.actor)

    def submit(self, day: date) -> None:
        head = self.world.person(self.world.head_of(self.unit, day), day, C.SUBMIT, self.unit)
        plan_workflow.perform("submit", self.plan, head.scope, head.actor)

    def approve(self, day: date) -> None:
        bureau = self.world.person(VERIFIER, day, C.DECLARE, self.unit)
        plan_workflow.perform("approve", self.plan, bureau.scope, bureau.actor)

    def record(self, period: Period, day: date) -> None:
        """How far the steps are: as far as their months have gone. What an amendment replaced is silent."""
        self.agreement.refresh_from_db(fields=["status"])
        if self.agreement.status != Status.IN_FORCE:
            return
        plan = ActionPlan.objects.in_force().select_related("agreement__unit").get(agreement=self.agreement)
        person = self.world.person(self.world.operator_of(self.unit, day), day, C.ENTER, self.unit)
        month = period.number * MONTHS_A_QUARTER
        typed = [
            steps.Typed(line, 0, _done(line.step.first_month, line.step.last_month, month), "")
            for line in steps.lines_of(plan, period)
            if line.step.first_month <= month
        ]
        steps.save(plan, period, typed, Who(person.scope, person.actor, moment(day, 16)))
        own = StepProgress.objects.filter(period=period, step__in=[e.line.step.recorded_on for e in typed])
        own.update(invented=True)


def _done(first: int, last: int, month: int) -> Decimal:
    """Percent of the months of a step that are over."""
    gone = Decimal(month - first + 1) / (last - first + 1)
    return min(Decimal(100), round_half_up(gone * 100, 0))
