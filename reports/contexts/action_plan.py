"""What the paper of an action plan says, as data; the template only places it.

There is no prescribed form; the columns are those in common use (Rencana Aksi atas Perjanjian Kinerja).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from agreements.enums import ActionPlanStatus, Level
from agreements.models import ActionPlan, ActionStep, Agreement, Assignment, Region
from agreements.plan_outline import PlanObjective, figure_text, outline
from agreements.querysets import PLANS_IN_PREPARATION
from agreements.years import rhythm_of
from perjanjian.numerals import MONTHS, NBSP, format_date, format_rupiah
from reports.documents import DOTTED, DOTTED_DATE, SignatureBlock
from reports.signatories import signature_block

# Rows of one indicator stay on one page while they take no more lines than this.
KEPT_LINES = 18
LINES_A_PAGE = 30
# About how many letters a line of a column holds.
LETTERS = {"objective": 19, "name": 19, "text": 31, "programme": 21, "person": 18}
NOT_MEASURED = "×"


@dataclass(frozen=True)
class StepRow:
    """A step as printed; all empty: the indicator has none."""

    text: str = ""
    schedule: str = ""
    programme: str = ""
    amount: str = ""
    person: str = ""

    @property
    def lines(self) -> int:
        paid = _lines(self.programme, "programme") + (1 if self.amount else 0)
        return max(_lines(self.text, "text"), paid, _lines(self.person, "person"))


@dataclass(frozen=True)
class IndicatorRows:
    """Rows that share the cells of one indicator; all on one page.

    `named`: the cells of number and sasaran are filled. `continued`: as words for a reader who turned
    the page in the middle of a sasaran or an indicator.
    """

    anchor: str
    number: int
    objective: str
    name: str
    unit: str
    annual: str
    quarters: tuple[str, ...]
    steps: tuple[StepRow, ...]
    named: bool
    continued: bool = False
    same_indicator: bool = False

    @property
    def lines(self) -> int:
        own = _lines(self.name, "name"), _lines(self.objective, "objective") if self.named else 0
        return max(*own, sum(step.lines for step in self.steps))


@dataclass(frozen=True)
class ActionPlanPaper:
    """Everything the template places."""

    title: str
    subject: tuple[str, ...]
    government: str
    version: str
    draft: bool
    rows: tuple[IndicatorRows, ...]
    amount_total: str
    place_and_date: str
    signature: SignatureBlock
    dotted: str
    created: date | None

    @property
    def file_title(self) -> str:
        return " – ".join((self.title, *self.subject))

    @property
    def pages(self) -> int:
        """About how many pages it takes; what decides whether it is printed in the request."""
        return 1 + sum(rows.lines for rows in self.rows) // LINES_A_PAGE


def action_plan_paper(plan: ActionPlan, day: date) -> ActionPlanPaper:
    """The only queries of a print.

    Args:
        plan: any version.
        day: whose holder of the post is printed on a version not yet approved.
    """
    agreement = Agreement.objects.with_content().get(pk=plan.agreement_id)
    region = Region.objects.get()
    objectives = outline(plan, agreement, rhythm_of(agreement.year))
    approved = _approved_on(plan)
    holder = Assignment.objects.party_of(agreement.position_id, approved or day)
    amounts = [
        step.amount
        for each in objectives
        for row in each.rows
        for step in row.steps
        if step.amount is not None
    ]
    return ActionPlanPaper(
        title=f"Rencana Aksi Perjanjian Kinerja Tahun {agreement.year}",
        subject=_subject(agreement, region),
        government=region.government,
        version=_version(plan),
        draft=plan.status in PLANS_IN_PREPARATION,
        rows=tuple(_rows(objectives)),
        amount_total=format_rupiah(sum(amounts), sen=False) if amounts else "",
        place_and_date=f"{region.seat}, {_day(approved, agreement.year)}",
        signature=signature_block(agreement.position.title, holder),
        dotted=DOTTED,
        created=approved,
    )


def _subject(agreement: Agreement, region: Region) -> tuple[str, ...]:
    """Whose plan it is, in capitals: an office by its name, anybody else by the post; the region never twice."""
    position = agreement.position
    if position.level == Level.REGIONAL_HEAD:
        return (str(region).upper(),)
    office = position.level == Level.II and position.heads_unit
    name = agreement.unit.name if office else position.title
    return (name.upper(),) if str(region).lower() in name.lower() else (name.upper(), str(region).upper())


def _approved_on(plan: ActionPlan) -> date | None:
    return timezone.localdate(plan.approved_at) if plan.approved_at else None


def _version(plan: ActionPlan) -> str:
    approved = _approved_on(plan)
    if plan.status == ActionPlanStatus.IN_FORCE and approved:
        return f"Versi {plan.number}, berlaku sejak {format_date(approved)}"
    if plan.status == ActionPlanStatus.SUPERSEDED:
        return f"Versi {plan.number}, sudah digantikan versi baru"
    return f"Versi {plan.number}, draf, belum disahkan"


def _day(day: date | None, year: int) -> str:
    return format_date(day).replace(" ", NBSP) if day else f"{DOTTED_DATE} {year}"


# --- the table --------------------------------------------------------------------------------------


def _rows(objectives: Sequence[PlanObjective]) -> Iterable[IndicatorRows]:
    """The table in pieces a page can hold; a longer indicator is named again in each of its pieces."""
    for number, each in enumerate(objectives, start=1):
        for order, row in enumerate(each.rows, start=1):
            for piece, steps in enumerate(_pieces([_step(step) for step in row.steps])):
                yield IndicatorRows(
                    anchor=f"rencana-{number}-{order}-{piece + 1}",
                    number=number,
                    objective=each.objective.text,
                    name=row.promise.name,
                    unit=row.promise.unit_of_measure,
                    annual=figure_text(row.promise, row.promise),
                    quarters=tuple(cell.text if cell.due else NOT_MEASURED for cell in row.cells),
                    steps=steps,
                    named=order == 1 and piece == 0,
                    same_indicator=piece > 0,
                )


def _pieces(steps: Sequence[StepRow]) -> list[tuple[StepRow, ...]]:
    pieces: list[list[StepRow]] = [[]]
    used = 0
    for step in steps or [StepRow()]:
        if pieces[-1] and used + step.lines > KEPT_LINES:
            pieces.append([])
            used = 0
        pieces[-1].append(step)
        used += step.lines
    return [tuple(piece) for piece in pieces]


def _step(step: ActionStep) -> StepRow:
    first, last = MONTHS[step.first_month - 1][:3], MONTHS[step.last_month - 1][:3]
    return StepRow(
        text=step.text,
        schedule=first if first == last else f"{first}–{last}",
        programme=str(step.budget_line or ""),
        amount="" if step.amount is None else format_rupiah(step.amount, sen=False),
        person=str(step.person_in_charge or ""),
    )


def _lines(text: str, column: str) -> int:
    return 1 + len(text) // LETTERS[column]
