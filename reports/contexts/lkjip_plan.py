"""What was promised, in a performance report: the plan behind it, the agreement, and what an amendment changed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agreements.content import target_text
from agreements.differences import Comparison, compare
from agreements.enums import Change, ObjectiveKind
from agreements.models import Agreement, AgreementBudget, Issue, Objective
from reports.contexts.lkjip_captions import Caption, Captions
from reports.contexts.lkjip_words import sentence


@dataclass(frozen=True)
class PlanRow:
    """A sasaran of the agreement with its indicators and targets, as the signed annex has them."""

    number: int
    text: str
    indicators: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Amendment:
    """What the agreement in force changed of the one before it, and on what ground."""

    ground: str
    reason: str
    signed_before: date | None
    comparison: Comparison
    caption: Caption
    budget_caption: Caption | None

    @property
    def changed(self) -> int:
        """How many indicators are new, dropped, replaced or promised otherwise."""
        return sum(row.change != Change.SAME for row in self.comparison.rows)


@dataclass(frozen=True)
class Plan:
    """The agreement the report is about. `issue` None: the application has no printed paper of it."""

    agreement: Agreement
    goals: tuple[tuple[str, str], ...]
    rows: tuple[PlanRow, ...]
    budgets: tuple[AgreementBudget, ...]
    budget_total: Decimal
    issue: Issue | None
    amendment: Amendment | None
    goals_caption: Caption | None
    caption: Caption
    budget_caption: Caption | None

    @property
    def name(self) -> str:
        return "Perjanjian Kinerja Perubahan" if self.agreement.amends_id else "Perjanjian Kinerja"


def plan_of(agreement: Agreement, captions: Captions) -> Plan:
    """The agreement with its content, in two queries; a few more for one that amends another."""
    objectives = list(agreement.objectives.all())
    goals = _goals([objective.objective_id for objective in objectives])
    rows = tuple(
        PlanRow(
            number,
            objective.text,
            tuple((row.name, target_text(row)) for row in objective.indicators.all()),
        )
        for number, objective in enumerate(objectives, start=1)
    )
    budgets = tuple(agreement.budgets.all())
    issues = Issue.objects.filter(agreement__in=[agreement.pk, agreement.amends_id or agreement.pk])
    latest = {issue.agreement_id: issue for issue in issues.select_related("pdf").order_by("sequence")}
    return Plan(
        agreement=agreement,
        goals=goals,
        rows=rows,
        budgets=budgets,
        budget_total=sum((row.amount for row in budgets), Decimal(0)),
        issue=latest.get(agreement.pk),
        goals_caption=captions.table_if(goals, 2, "Tujuan dan sasaran menurut rencana strategis"),
        caption=captions.table(2, f"Sasaran, indikator, dan target {agreement.year}"),
        budget_caption=captions.table_if(budgets, 2, "Program dan anggaran dalam Perjanjian Kinerja"),
        amendment=_amendment(agreement, compare(agreement), latest, captions),
    )


def _goals(objectives: list[int]) -> tuple[tuple[str, str], ...]:
    """Each sasaran after the tujuan of the plan that it serves; empty where the plan has no tujuan."""
    rows = list(Objective.objects.filter(pk__in=objectives).select_related("parent"))
    rows.sort(key=lambda row: objectives.index(row.pk))
    found = [
        (row.parent.text if row.parent and row.parent.kind == ObjectiveKind.GOAL else "", row.text)
        for row in rows
    ]
    return tuple(found) if any(goal for goal, _ in found) else ()


def _amendment(
    agreement: Agreement, comparison: Comparison | None, issues: dict[int, Issue], captions: Captions
) -> Amendment | None:
    if comparison is None:
        return None
    paper = issues.get(agreement.amends_id or 0)
    return Amendment(
        ground=agreement.get_ground_display(),
        reason=sentence(agreement.ground_reason),
        signed_before=paper.document_date if paper else None,
        comparison=comparison,
        caption=captions.table(2, "Indikator dan target sebelum dan sesudah perubahan"),
        budget_caption=captions.table_if(comparison.budgets, 2, "Anggaran sebelum dan sesudah perubahan"),
    )
