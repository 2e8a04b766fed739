"""An action plan as its page, its form and its paper read it: by sasaran and indicator, in few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from agreements import periodic
from agreements.content import target_text
from agreements.enums import Kind
from agreements.models import (
    ActionPlan,
    ActionPlanTarget,
    ActionStep,
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
)
from agreements.models.planning import TargetColumns
from agreements.periodic import Figures, YearTarget
from perjanjian.numerals import format_rupiah

QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True)
class QuarterCell:
    """The target of one quarter; `due` False: the indicator is not measured then."""

    quarter: int
    due: bool
    text: str


@dataclass(frozen=True)
class PlanRow:
    """One promised indicator with its targets by quarter and its steps; `problem` is a sentence or empty."""

    promise: AgreementIndicator
    year: YearTarget
    cells: tuple[QuarterCell, ...]
    figures: Mapping[int, Figures]
    steps: tuple[ActionStep, ...]
    problem: str

    @property
    def annual_text(self) -> str:
        return target_text(self.promise)


@dataclass(frozen=True)
class PlanObjective:
    objective: AgreementObjective
    rows: tuple[PlanRow, ...]


def outline(plan: ActionPlan, agreement: Agreement, rhythm: str) -> tuple[PlanObjective, ...]:
    """The plan in the order of the agreement, in two queries.

    Args:
        agreement: the plan's, from `with_content()`.
        rhythm: of the year's indicators (`YearPolicy.indicator_rhythm`).
    """
    targets: dict[int, dict[int, ActionPlanTarget]] = defaultdict(dict)
    for target in plan.targets.all():
        targets[target.promise_id][target.quarter] = target
    steps: dict[int, list[ActionStep]] = defaultdict(list)
    for step in ActionStep.objects.filter(plan=plan).with_people():
        step.plan = plan
        steps[step.promise_id].append(step)
    return tuple(
        PlanObjective(
            objective,
            tuple(_row(p, rhythm, targets[p.pk], steps[p.pk]) for p in objective.indicators.all()),
        )
        for objective in agreement.objectives.all()
    )


def rows_of(objectives: Iterable[PlanObjective]) -> list[PlanRow]:
    return [row for objective in objectives for row in objective.rows]


def gaps(rows: Iterable[PlanRow]) -> list[tuple[str, str]]:
    """What stands in the way of submitting the plan: (of which indicator or programme, the sentence); empty of
    which: of all."""
    rows = list(rows)
    found = [(str(row.promise), row.problem) for row in rows if row.problem]
    if not any(row.steps for row in rows):
        found.append(("", "Belum ada langkah. Tambahkan paling sedikit satu."))
    return found + _overspent(rows)


def _overspent(rows: Iterable[PlanRow]) -> list[tuple[str, str]]:
    """Programmes from which the steps together take more than the agreement has."""
    taken: dict[AgreementBudget, Decimal] = defaultdict(Decimal)
    for step in (step for row in rows for step in row.steps):
        if step.budget_line is not None and step.amount is not None:
            taken[step.budget_line] += step.amount
    return [
        (
            str(line),
            f"Anggaran langkahnya berjumlah {format_rupiah(total)}, melebihi anggarannya di PK, "
            f"{format_rupiah(line.amount)}. Kurangi {format_rupiah(total - line.amount)}.",
        )
        for line, total in taken.items()
        if total > line.amount
    ]


def without_steps(rows: Iterable[PlanRow]) -> list[str]:
    """Indicators that should reach something without anything being done for it: worth a second look."""
    rows = list(rows)
    return [str(row.promise) for row in rows if not row.steps] if any(row.steps for row in rows) else []


def _row(
    promise: AgreementIndicator,
    rhythm: str,
    targets: Mapping[int, ActionPlanTarget],
    steps: list[ActionStep],
) -> PlanRow:
    year = periodic.year_target(promise, rhythm)
    figures = {
        quarter: {column: getattr(target, column) for column in year.columns}
        for quarter, target in targets.items()
        if quarter in year.due
    }
    cells = tuple(
        QuarterCell(quarter, quarter in year.due, figure_text(promise, targets.get(quarter)))
        for quarter in QUARTERS
    )
    return PlanRow(promise, year, cells, figures, tuple(steps), periodic.problem(year, figures))


def figure_text(promise: AgreementIndicator, target: TargetColumns | None) -> str:
    """A target of a promise without its unit of measure, which stands beside it; empty without a target."""
    if target is None:
        return ""
    text = target_text(promise, target)
    measured = promise.kind in (Kind.NUMBER, Kind.RATIO, Kind.RANGE)
    return text.removesuffix(promise.unit_of_measure).rstrip() if measured else text
