"""The agreements of the demo, through the real workflow: drafted, submitted, declared, issued, signed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from accounts.permissions import Capability
from agreements import drafting, workflow
from agreements.budgets import lines_for
from agreements.enums import Level
from agreements.models import Agreement, Assignment, Position
from agreements.nomenclature import related
from agreements.steps import InkFacts, IssueFacts, RecordFacts
from evaluations.demo import paper, plans, source
from evaluations.demo.days import working_day
from evaluations.demo.world import VERIFIER, Person, Scene, World
from records import files
from records.uploads import PDF, Checked

C = Capability
# The regional head's goes first; the heads sign together on the signing day.
HEAD_OF_REGION_DAY, SIGNING_DAY = (1, 12), (1, 20)
# Days from the document's date to each step before it, and to the day the scan comes in.
DRAFTED, SUBMITTED, DECLARED, ISSUED, SCANNED = -12, -7, -5, -1, 1
RECORDED = 84
ISSUED_IN_THE_END = ("in_signing", "in_force")


@dataclass(frozen=True)
class Story:
    """How one agreement goes: where it ends, when its paper is dated, why it came back.

    `outcome`: draft, submitted, returned (a draft again), in_signing, in_force or recorded (signed on
    paper, and taken over months later).
    """

    outcome: str
    document_date: date
    reason: str


def scenes(world: World, year: int) -> Iterator[Scene]:
    """All steps of all agreements of a year."""
    for number, (key, content) in enumerate(_promised(world).items(), start=1):
        yield from Making(world, key, year, number, content, _story(world, key, year)).scenes()


def _promised(world: World) -> dict[str, list[tuple[str, list[str]]]]:
    """By position: its objectives, each with its indicators, as promises.csv lists them."""
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for row in source.rows("promises"):
        found.setdefault(row["position"], []).append((row["objective"], source.words(row["indicators"])))
    return found


def _story(world: World, key: str, year: int) -> Story:
    usual = HEAD_OF_REGION_DAY if world.positions[key].level == Level.REGIONAL_HEAD else SIGNING_DAY
    for row in source.rows_of("agreements", year, world.years):
        if row["position"] == key:
            day = world.years.end(row["document_date"]) or date(year, *usual)
            return Story(row["outcome"], working_day(day), row["reason"])
    return Story("in_force", working_day(date(year, *usual)), "")


class Making:
    """One agreement from its draft to its signature."""

    DOCUMENT_NUMBER = "{number:03d}/PK/ORG/{year}"

    def __init__(
        self,
        world: World,
        key: str,
        year: int,
        number: int,
        content: list[tuple[str, list[str]]],
        story: Story,
    ) -> None:
        self.world, self.key, self.year, self.number = world, key, year, number
        self.content, self.story = content, story
        self.position: Position = world.positions[key]

    def scenes(self) -> Iterator[Scene]:
        for days, hour, step in self._steps():
            day = working_day(self.story.document_date + timedelta(days=days))
            yield Scene(day, partial(step, day), hour)

    def _steps(self) -> Iterator[tuple[int, int, Callable[[date], "Iterable[Scene] | None"]]]:
        outcome = self.story.outcome
        if outcome == "recorded":
            yield RECORDED, 9, self._draft
            yield RECORDED, 10, self._record
            return
        yield DRAFTED, 9, self._draft
        if outcome == "draft":
            return
        yield SUBMITTED, 10, self._submit
        if outcome == "returned":
            yield DECLARED, 11, self._return
        if outcome in ("returned", "submitted"):
            return
        yield DECLARED, 11, self._declare
        yield ISSUED, 13, self._issue
        if outcome == "in_force":
            yield SCANNED, 14, self._sign

    @property
    def agreement(self) -> Agreement:
        return self.world.agreements[self.key, self.year]

    @agreement.setter
    def agreement(self, agreement: Agreement) -> None:
        self.world.agreements[self.key, self.year] = agreement

    def _perform(self, action: str, person: Person, **given) -> None:
        self.agreement = workflow.perform(action, self.agreement, person.scope, person.actor, **given)

    def _bureau(self, day: date, capability: Capability) -> Person:
        return self.world.person(VERIFIER, day, capability, self.position.unit)

    def _drafter(self, day: date) -> Person:
        username = self.world.operator_of(self.position.unit, day)
        return self.world.person(username, day, C.DRAFT, self.position.unit)

    def _draft(self, day: date) -> None:
        actor = self._drafter(day).actor
        self.agreement = agreement = drafting.create_draft(self.position, self.year, day, actor)
        objectives = [self.world.objectives[key] for key, _ in self.content]
        drafting.add_objectives(agreement, objectives, "", actor)
        for row, (_, indicators) in zip(agreement.objectives.order_by("order"), self.content, strict=True):
            row.agreement = agreement
            drafting.add_indicators(row, [self.world.indicators[key] for key in indicators], actor)
        if waiver := self.world.without_budget.get(self.key):
            drafting.set_parties(agreement, agreement.second_position, agreement.second_reason, waiver, actor)
        else:
            drafting.set_budgets(agreement, self._budget_lines(), actor)

    def _budget_lines(self):
        """All the unit's; below a head only the programmes the position carries out."""
        lines = lines_for(self.agreement)
        own = {row["code"] for row in source.rows("carried") if row["position"] == self.key}
        return [line for line in lines if any(related(line.code, code) for code in own)] if own else lines

    def _submit(self, day: date) -> None:
        """By who holds the post or, without an account, by who heads the unit above."""
        holder = Assignment.objects.party_of(self.position.pk, day).official.account
        username = holder.username if holder else self.world.head_of(self.position.unit, day)
        self._perform("submit", self.world.person(username, day, C.SUBMIT, self.position.unit))
        if self.story.outcome in ISSUED_IN_THE_END:
            self.world.press.send(self.agreement, self._issue_facts())

    def _return(self, day: date) -> None:
        self._perform("return", self._bureau(day, C.DECLARE), reason=self.story.reason)

    def _declare(self, day: date) -> None:
        self._perform("declare", self._bureau(day, C.DECLARE))

    def _issue_facts(self) -> IssueFacts:
        return IssueFacts(
            place=self.world.region.seat,
            document_date=self.story.document_date,
            document_number=self.DOCUMENT_NUMBER.format(number=self.number, year=self.year),
        )

    def _issue(self, day: date) -> None:
        printed = self.world.press.fetch(self.agreement)
        self._perform("issue", self._bureau(day, C.ISSUE), facts=self._issue_facts(), printed=printed)

    def _sign(self, day: date) -> Iterable[Scene]:
        """In ink: the scan of the demo is the issued paper itself. An action plan follows."""
        person = self._bureau(day, C.ISSUE)
        issue = self.agreement.issues.select_related("pdf").get()
        scan = Checked(files.read(issue.pdf), PDF, f"Pindaian {issue.code}.pdf")
        facts = InkFacts(self.story.document_date, self.world.region.seat, scan)
        self._perform("sign", person, facts=facts)
        return plans.scenes(self.world, self.agreement, day)

    def _record(self, day: date) -> Iterable[Scene]:
        """A paper signed without the application; its scan is a page that says so."""
        lines = [f"Perjanjian Kinerja {self.position} {self.year}", "Pemerintah contoh: pindaian ini rekaan."]
        scan = Checked(paper.note(lines), PDF, f"Pindaian PK {self.position} {self.year}.pdf")
        facts = RecordFacts(self.story.document_date, self.story.document_date, self.world.region.seat, scan)
        self._perform("record", self._bureau(day, C.ISSUE), facts=facts, reason=self.story.reason)
        return plans.scenes(self.world, self.agreement, day)
