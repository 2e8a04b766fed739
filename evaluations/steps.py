"""Progress of the steps of action plans: typed by the unit for a quarter, with its evidence.

Progress is recorded on the first step of a line of versions (`ActionStep.recorded_on`), so that a revised
plan goes on from where it was. It counts as it is typed; nobody verifies it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from accounts import permissions
from agreements.models import ActionPlan, ActionStep, AgreementIndicator
from evaluations import evidence, readings
from evaluations.calendar import Windows
from evaluations.checks import SHORTEST_REASON
from evaluations.enums import SETTLED
from evaluations.evidence import Proof
from evaluations.models import EvidenceUse, Period, Realisation, StepProgress
from evaluations.workflow import Refused, TransitionError, Who
from perjanjian.numerals import format_percent
from records import history
from records.history import Act

SAVED = "menyimpan kemajuan langkah"
MONTHS_A_QUARTER = 3
DONE = Decimal(100)


class Conflict(Exception):
    """Somebody else wrote the progress of the same steps meanwhile; by `recorded_on`, as it stands now."""

    def __init__(self, rows: Mapping[int, StepProgress]) -> None:
        super().__init__("Ada kemajuan yang baru saja diubah orang lain.")
        self.rows = rows


# --- the rows of a page -----------------------------------------------------------------------------


@dataclass
class StepLine:
    """One step in one quarter, with what was said of it before."""

    step: ActionStep
    row: StepProgress | None
    before: StepProgress | None
    uses: Sequence[EvidenceUse] = ()

    @property
    def begun(self) -> int:
        """The quarter in which the step was to begin."""
        return quarter_of(self.step.first_month)

    @property
    def known(self) -> StepProgress | None:
        """The progress a lower one would fall below: of this quarter, else of the one before."""
        return self.row or self.before


@dataclass(frozen=True)
class Typed:
    """What a person typed about one step over the `version` they saw; 0: they saw no row yet."""

    line: StepLine
    version: int
    percent: Decimal
    note: str
    proof: Proof = field(default_factory=Proof)
    detached: frozenset[int] = frozenset()


def quarter_of(month: int) -> int:
    return (month - 1) // MONTHS_A_QUARTER + 1


def lines_of(plan: ActionPlan, period: Period) -> list[StepLine]:
    """The steps of a plan in a quarter, in the plan's order, in three queries."""
    steps = list(
        ActionStep.objects.filter(plan=plan)
        .with_people()
        .select_related("promise__objective")
        .order_by(
            "promise__objective__order",
            "promise__objective_id",
            "promise__order",
            "promise_id",
            "order",
            "pk",
        )
    )
    recorded = StepProgress.objects.up_to(period).filter(step__in=[step.recorded_on for step in steps])
    now: dict[int, StepProgress] = {}
    before: dict[int, StepProgress] = {}
    for row in recorded.select_related("period", "changed_by"):
        (now if row.period_id == period.pk else before)[row.step_id] = row
    uses = evidence.by_progress(now.values())
    lines = []
    for step in steps:
        step.plan = plan
        row = now.get(step.recorded_on)
        lines.append(StepLine(step, row, before.get(step.recorded_on), uses[row.pk] if row else ()))
    return lines


# --- saving -----------------------------------------------------------------------------------------


def save(plan: ActionPlan, period: Period, typed: Sequence[Typed], who: Who, reason: str = "") -> int:
    """Save what was typed for a quarter with its evidence and its events, or nothing of it.

    Args:
        plan: the version in force, with its agreement and unit.
        typed: the steps that were changed.
        reason: why somebody from outside the unit fills in for it; required then.

    Returns how many steps were written.

    Raises:
        Refused: the account may not type for that unit; written into the history.
        Conflict: somebody wrote the progress of one of the steps meanwhile.
        TransitionError: a bad moment or something missing, as a sentence.
    """
    try:
        with transaction.atomic():
            return _saved(plan, period, typed, who, reason.strip())
    except Refused as refusal:
        history.record(who.actor, refusal.act)
        raise
    except IntegrityError as error:
        # Another person made the same row in the same moment.
        rows = _stored(period, typed)
        if not rows:
            raise
        raise Conflict(rows) from error


def _stored(period: Period, typed: Sequence[Typed]) -> dict[int, StepProgress]:
    recorded = [each.line.step.recorded_on for each in typed]
    rows = StepProgress.objects.filter(period=period, step__in=recorded).select_related("changed_by")
    return {row.step_id: row for row in rows}


def _saved(plan: ActionPlan, period: Period, typed: Sequence[Typed], who: Who, reason: str) -> int:
    agreement = plan.agreement
    if not permissions.may_enter(who.scope, agreement.unit_id, agreement.year):
        raise Refused(Act(SAVED, plan, unit=agreement.unit, refused=True))
    if closed := Windows.on(who.day, [period]).obstacle(period, agreement.unit_id):
        raise TransitionError(closed)
    if permissions.enters_for_another(who.scope, agreement.unit_id, agreement.year):
        if len(reason) < SHORTEST_REASON:
            raise TransitionError(
                f"Tulis alasan mengisikan untuk perangkat daerah ini, paling sedikit {SHORTEST_REASON} huruf."
            )
    else:
        reason = ""
    stored = _stored(period, typed)
    seen = {each.line.step.recorded_on: each.version for each in typed}
    clashes = {pk: row for pk, row in stored.items() if row.version != seen[pk]}
    if clashes or any(version and pk not in stored for pk, version in seen.items()):
        raise Conflict(clashes)
    acts: list[Act] = []
    for each in typed:
        acts += _written(each, stored.get(each.line.step.recorded_on), period, who, reason)
    history.record_all(who.actor, acts)
    return len(typed)


def _written(each: Typed, row: StepProgress | None, period: Period, who: Who, reason: str) -> list[Act]:
    """One row with its evidence, and the lines it leaves in the history."""
    line = each.line
    if sentence := fallen(line, each.percent, each.note):
        raise TransitionError(f"{line.step}: {sentence}")
    before = {} if row is None else _described(row.percent, row.note)
    says = {"percent": each.percent, "note": each.note.strip(), "changed_at": who.now}
    if row is None:
        row = StepProgress(step_id=line.step.recorded_on, period=period, **says)
        row.changed_by_id = who.scope.account_id
        row.save()
    else:
        written = StepProgress.objects.filter(pk=row.pk, version=each.version).update(
            **says, changed_by_id=who.scope.account_id, version=each.version + 1
        )
        if not written:
            raise Conflict({line.step.recorded_on: StepProgress.objects.get(pk=row.pk)})
        row.version = each.version + 1
    # Events and evidence belong to the unit whose plan is followed now.
    row.step, row.period = line.step, period
    after = _described(each.percent, each.note.strip())
    said = (
        []
        if before == after
        else [Act(SAVED, row, unit=line.step.plan.agreement.unit, before=before, after=after, reason=reason)]
    )
    proofs = evidence.detach(row, each.detached) + evidence.attach(row, each.proof, who.scope.account_id)
    return [*said, *proofs]


def _described(percent: Decimal, note: str) -> dict[str, Any]:
    return {"kemajuan": format_percent(percent)} | ({"keterangan": note} if note else {})


def fallen(line: StepLine, percent: Decimal, note: str) -> str:
    """What to say of progress that is lower than known without a word why; empty otherwise."""
    known = line.known
    if known is None or percent >= known.percent or len(note.strip()) >= SHORTEST_REASON:
        return ""
    when = known.period.short_name if known is line.before else "yang tersimpan"
    return (
        f"Kemajuan {format_percent(percent)} lebih rendah daripada {when} ({format_percent(known.percent)}). "
        f"Tulis sebabnya di keterangan, paling sedikit {SHORTEST_REASON} huruf."
    )


def latest_progress(steps: Iterable[int]) -> dict[int, StepProgress]:
    """The latest progress of steps by the number it is recorded on, for the page of a plan; one query."""
    rows = StepProgress.objects.filter(step__in=list(steps)).select_related("period")
    return {row.step_id: row for row in rows.order_by("period__year", "period__number")}


# --- last year's shape --------------------------------------------------------------------------------


def shapes_of(promises: Sequence[AgreementIndicator]) -> dict[int, dict[int, Decimal]]:
    """Last year's verified figures of promises, by promise and quarter: what a split may follow.

    Args:
        promises: with their indicators; of one year.
    """
    if not promises:
        return {}
    years = {promise.objective.agreement.year for promise in promises}
    rows = Realisation.objects.of_two_years({p.indicator_id for p in promises}, max(years))
    figures: dict[int, dict[int, Decimal]] = defaultdict(dict)
    by_indicator = {promise.indicator_id: promise for promise in promises}
    for row in rows.filter(period__year=max(years) - 1, status__in=SETTLED):
        promise = by_indicator[row.indicator_id]
        figure = readings.figure_of(readings.counted_reading(row), readings.rule_of(promise, row.period.year))
        if isinstance(figure, Decimal):
            figures[row.indicator_id][row.period.number] = figure
    return {
        promise.pk: figures[promise.indicator_id] for promise in promises if promise.indicator_id in figures
    }
