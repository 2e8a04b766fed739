"""What the sections of a performance report need beside the results of its year, read once.

Earlier years are those the application measured, and where it did not, what was typed from the documents
of those years. Nothing here divides.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Subquery
from django.db.models.functions import Coalesce

from agreements.enums import ActionPlanStatus
from agreements.models import (
    ActionPlanTarget,
    ActionStep,
    AgreementIndicator,
    Benchmark,
    Indicator,
    IndicatorTarget,
    PlanningPeriod,
)
from evaluations import achievement, readings
from evaluations.achievement import Reading
from evaluations.enums import REPORTED
from evaluations.models import EarlierYear, EvidenceUse, Period, Realisation, SourceRevision, StepProgress
from evaluations.results import NOT_DUE, AgreementResult, RowResult
from evaluations.years_before import years_before
from perjanjian.numerals import LAST_YEAR
from reports.contexts import lkjip_points

UNKNOWN = "–"
# Why there is no figure, in a word or two for a cell of a table.
ABSENT = {
    "missing": lkjip_points.NO_DATA,
    "not_published": "Data belum rilis",
    "not_applicable": "Tidak relevan",
    "not_due": "Belum waktunya diukur",
}


@dataclass(frozen=True)
class YearFigure:
    """The figure of a year before; `text` “–” where nobody knows one. `percent` unrounded, against the
    target of that year; `source` names the document of a figure that was typed from one."""

    year: int
    text: str
    value: Decimal | None = None
    day: date | None = None
    percent: Decimal | None = None
    source: str = ""


@dataclass(frozen=True)
class Factor:
    """What a unit wrote beside its figure of the period `number`."""

    number: int
    supporting: str
    inhibiting: str
    follow_up: str


@dataclass
class Source:
    """Empty until `read`, for pages that show the year alone."""

    year: int
    factors: dict[int, list[Factor]] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    periods: dict[int, list[Period]] = field(default_factory=dict)
    facts: dict[tuple[int, int], Realisation] = field(default_factory=dict)
    horizons: dict[int, IndicatorTarget] = field(default_factory=dict)
    percents: dict[tuple[int, int], Decimal | None] = field(default_factory=dict)
    typed: dict[tuple[int, int], EarlierYear] = field(default_factory=dict)
    benchmarks: dict[int, list[Benchmark]] = field(default_factory=dict)
    steps: dict[int, list[ActionStep]] = field(default_factory=dict)
    progress: dict[int, StepProgress] = field(default_factory=dict)
    period_targets: dict[tuple[int, int], ActionPlanTarget] = field(default_factory=dict)
    revisions: list[SourceRevision] = field(default_factory=list)
    evidence: dict[int, list[EvidenceUse]] = field(default_factory=dict)
    catalogue: dict[int, Indicator] = field(default_factory=dict)

    def read(
        self, result: AgreementResult, earlier: Mapping[int, AgreementResult], units: Collection[int]
    ) -> None:
        """All of it, in fourteen queries however many indicators there are.

        Args:
            units: the unit reported on with those below it, whose evidence may be listed.
            earlier: the results of the agreements of the years before, by year.
        """
        self._read_texts(result)
        self._read_comparisons({row.promise.indicator_id for row in result.rows}, earlier)
        self._read_plan(result)
        self._read_appendices(result, units)

    def _read_texts(self, result: AgreementResult) -> None:
        """What the units wrote beside their reported figures, in the order of the year."""
        rows = Realisation.objects.filter(pk__in=_fact_keys(result.rows)).reported()
        for row in rows.select_related("period").order_by("indicator_id", "period__number"):
            self.reasons[row.pk] = row.state_reason
            words = (row.supporting.strip(), row.inhibiting.strip(), row.follow_up.strip())
            if any(words):
                self.factors.setdefault(row.indicator_id, []).append(Factor(row.period.number, *words))

    def _read_comparisons(self, indicators: set[int], earlier: Mapping[int, AgreementResult]) -> None:
        """Years before, the plan's last target, and what others reached."""
        years = years_before(self.year)
        for period in Period.objects.of_indicator_years(years):
            self.periods.setdefault(period.year, []).append(period)
        before = [period.pk for periods in self.periods.values() for period in periods]
        for fact in Realisation.objects.measuring(indicators, before).reported():
            self.facts[fact.indicator_id, fact.period_id] = fact
        SourceRevision.objects.attach(self.facts.values())
        for year, result in earlier.items():
            self.percents |= {(row.promise.indicator_id, year): row.result.raw for row in result.rows}
        for typed in EarlierYear.objects.filter(indicator__in=indicators, year__in=years):
            self.typed[typed.indicator_id, typed.year] = typed
        period = PlanningPeriod.objects.filter(first_year__lte=self.year, last_year__gte=self.year)
        ends = Subquery(period.order_by("-last_year").values("last_year")[:1])
        targets = IndicatorTarget.objects.filter(
            indicator__in=indicators, year__gte=self.year, year__lte=Coalesce(ends, LAST_YEAR)
        )
        self.horizons = {target.indicator_id: target for target in targets.order_by("year")}
        rows = Benchmark.objects.filter(indicator__in=indicators, year__lte=self.year)
        for row in rows.order_by("indicator_id", "kind", "name", "-year"):
            known = self.benchmarks.setdefault(row.indicator_id, [])
            if not known or (known[-1].kind, known[-1].name) != (row.kind, row.name):
                known.append(row)

    def _read_plan(self, result: AgreementResult) -> None:
        """Steps and period targets of the action plan in force, with how far each step came."""
        plan = {"plan__agreement": result.agreement, "plan__status": ActionPlanStatus.IN_FORCE}
        rows = ActionStep.objects.filter(**plan).select_related("person_in_charge", "budget_line")
        for step in rows.order_by("promise_id", "order", "pk"):
            self.steps.setdefault(step.promise_id, []).append(step)
        for target in ActionPlanTarget.objects.filter(**plan):
            self.period_targets[target.promise_id, target.quarter] = target
        recorded = [step.recorded_on for steps in self.steps.values() for step in steps]
        progress = StepProgress.objects.filter(step__in=recorded, period__year=self.year)
        for row in progress.select_related("period").order_by("period__number"):
            self.progress[row.step_id] = row

    def _read_appendices(self, result: AgreementResult, units: Collection[int]) -> None:
        """Revisions by the source, evidence, and the catalogue's own words of each indicator.

        Evidence of what was reported; that of other units, whose figures are promised here too, is theirs to
        show.
        """
        keys = _fact_keys(result.rows)
        revised = SourceRevision.objects.verified().filter(realisation__in=keys)
        self.revisions = list(
            revised.select_related("realisation__period").order_by("announced_on", "realisation_id", "pk")
        )
        uses = EvidenceUse.objects.filter(
            realisation__in=keys, realisation__status__in=REPORTED, evidence__unit__in=units
        ).select_related("evidence__file", "realisation__period")
        for use in uses.order_by("realisation__period__number", "pk"):
            if use.realisation is not None:
                self.evidence.setdefault(use.realisation.indicator_id, []).append(use)
        rows = Indicator.objects.filter(pk__in=[row.promise.indicator_id for row in result.rows])
        related = rows.select_related("person_in_charge", "unit").prefetch_related("labels")
        self.catalogue = {row.pk: row for row in related}

    # --- years before -----------------------------------------------------------------------------

    def earlier_years(self, promise: AgreementIndicator, rule: achievement.Rule) -> tuple[YearFigure, ...]:
        """The years before of an indicator, oldest first; empty when none has a figure."""
        years = years_before(self.year)
        found = tuple(
            self._measured(promise, rule, year) or self._typed(promise, rule, year) for year in years
        )
        return found if any(each.text != UNKNOWN for each in found) else ()

    def _measured(self, promise: AgreementIndicator, rule: achievement.Rule, year: int) -> YearFigure | None:
        """What the application measured itself; None where it has no fact of the year."""
        read = []
        for period in self.periods.get(year, ()):
            fact = self.facts.get((promise.indicator_id, period.pk))
            due = fact is not None or readings.is_due_in(promise.indicator, period.number)
            read.append((readings.counted_reading(fact) if fact else None) if due else NOT_DUE)
        if not any(each and each is not NOT_DUE for each in read):
            return None
        whole = achievement.year_reading(read, promise.accumulation, rule, words=False)
        text = readings.reading_text(whole.reading, rule, ABSENT.get(whole.reading.state, UNKNOWN))
        marks = [word for word, holds in _marks(whole) if holds]
        return YearFigure(
            year,
            f"{text} ({', '.join(marks)})" if marks else text,
            None if whole.partial else lkjip_points.number(whole.reading, rule),
            None if whole.partial else lkjip_points.day(whole.reading, rule),
            self.percents.get((promise.indicator_id, year)),
        )

    def _typed(self, promise: AgreementIndicator, rule: achievement.Rule, year: int) -> YearFigure:
        row = self.typed.get((promise.indicator_id, year))
        if row is None:
            return YearFigure(year, UNKNOWN)
        reading = Reading(value=row.reached_value, step=row.reached_step, date=row.reached_date)
        judged = achievement.achievement(readings.target_of(row), reading, rule, words=False)
        return YearFigure(
            year,
            readings.reading_text(reading, rule, UNKNOWN),
            lkjip_points.number(reading, rule),
            lkjip_points.day(reading, rule),
            judged.raw,
            row.source,
        )


def _fact_keys(rows: Sequence[RowResult]) -> list[int]:
    return [cell.realisation.pk for row in rows for cell in row.cells if cell.realisation is not None]


def _marks(whole: achievement.YearReading) -> Iterable[tuple[str, bool]]:
    return ("belum lengkap", whole.partial), ("sementara", whole.reading.provisional)
