"""What was promised, in a performance report: the plan behind it, the agreement, and what an amendment changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import prefetch_related_objects

from agreements.content import target_text
from agreements.enums import ObjectiveKind
from agreements.models import Agreement, AgreementBudget, AgreementIndicator, Issue, Objective
from reports.contexts.lkjip_captions import Caption, Captions

NEW, DROPPED, RETARGETED, SAME = "Baru", "Tidak dilanjutkan", "Target berubah", "Tetap"


@dataclass(frozen=True)
class PlanRow:
    """A sasaran of the agreement with its indicators and targets, as the signed annex has them."""

    number: int
    text: str
    indicators: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TargetChange:
    """A promised indicator before and after an amendment."""

    name: str
    before: str
    after: str

    @property
    def word(self) -> str:
        if not self.before:
            return NEW
        if not self.after:
            return DROPPED
        return SAME if self.before == self.after else RETARGETED


@dataclass(frozen=True)
class BudgetChange:
    """A programme's amount (rupiah) before and after an amendment; None where it has none."""

    code: str
    name: str
    before: Decimal | None
    after: Decimal | None

    @property
    def difference(self) -> Decimal:
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True)
class Amendment:
    """What the agreement in force changed of the one before it, and on what ground."""

    ground: str
    reason: str
    before: Agreement
    signed_before: date | None
    targets: tuple[TargetChange, ...]
    budgets: tuple[BudgetChange, ...]
    caption: Caption
    budget_caption: Caption | None

    @property
    def changed(self) -> int:
        return sum(change.word != SAME for change in self.targets)


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
    """The agreement with its content, in two queries; four more for one that amends another."""
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
        amendment=_amendment(agreement, agreement.amends, latest, captions) if agreement.amends else None,
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
    agreement: Agreement, before: Agreement, issues: dict[int, Issue], captions: Captions
) -> Amendment:
    prefetch_related_objects([before], "objectives__indicators", "budgets")
    budgets = _budget_changes(before.budgets.all(), agreement.budgets.all())
    paper = issues.get(before.pk)
    return Amendment(
        ground=agreement.get_ground_display(),
        reason=agreement.ground_reason,
        before=before,
        signed_before=paper.document_date if paper else None,
        targets=tuple(_target_changes(_promises(before), _promises(agreement))),
        budgets=budgets,
        caption=captions.table(2, "Indikator dan target sebelum dan sesudah perubahan"),
        budget_caption=captions.table_if(budgets, 2, "Anggaran sebelum dan sesudah perubahan"),
    )


def _promises(agreement: Agreement) -> list[AgreementIndicator]:
    return [row for objective in agreement.objectives.all() for row in objective.indicators.all()]


def _target_changes(
    before: list[AgreementIndicator], after: list[AgreementIndicator]
) -> Iterable[TargetChange]:
    """Those of the amended agreement in its order, then those it no longer has."""
    old = {row.pk: row for row in before}
    by_indicator = {row.indicator_id: row for row in before}
    followed = set()
    for row in after:
        was = old.get(row.continues_id or 0) or by_indicator.get(row.indicator_id)
        if was is not None:
            followed.add(was.pk)
        yield TargetChange(row.name, target_text(was) if was else "", target_text(row))
    for row in before:
        if row.pk not in followed:
            yield TargetChange(row.name, target_text(row), "")


def _budget_changes(
    before: Iterable[AgreementBudget], after: Iterable[AgreementBudget]
) -> tuple[BudgetChange, ...]:
    old = {(row.programme_id, row.fund_source): row for row in before}
    new = {(row.programme_id, row.fund_source): row for row in after}
    return tuple(
        BudgetChange(
            (new.get(key) or old[key]).code,
            (new.get(key) or old[key]).name,
            old[key].amount if key in old else None,
            new[key].amount if key in new else None,
        )
        for key in {**new, **old}
    )
