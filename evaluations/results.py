"""Results of agreements: their promises, the facts, and what the engine makes of both.

Everything shown of an achievement, on screen and on paper, is read from here. A fact hangs on its
indicator, so every agreement that promises it, amendments included, reads the same one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, partial

from django.db.models import Prefetch, prefetch_related_objects

from agreements.action_plans import period_targets
from agreements.enums import SIGNED, Status
from agreements.models import (
    Agreement,
    AgreementIndicator,
    AgreementObjective,
    Issue,
    YearPolicy,
)
from agreements.models.planning import TargetColumns
from evaluations import achievement, readings
from evaluations.achievement import Headline, Reading, Result, Rule, Target, YearReading
from evaluations.enums import REPORTED, CellState, RealisationStatus, ValueState
from evaluations.models import Period, Realisation, SourceRevision
from evaluations.readings import NOT_DUE

# What is planned for a promise and a quarter; a quarter that is not there has no target of its own.
Planned = Mapping[tuple[int, int], TargetColumns]
# What a cell says of a reported fact that holds no figure.
WITHOUT_FIGURE = {
    ValueState.NOT_PUBLISHED: CellState.NOT_PUBLISHED,
    ValueState.NOT_APPLICABLE: CellState.NOT_APPLICABLE,
}


# What an agreement promises: its objectives, each with its indicators.
Content = Sequence[tuple[AgreementObjective, Sequence[AgreementIndicator]]]


@dataclass(frozen=True)
class Cell:
    """One indicator in one period. `provisional`: not yet verified, or so called by its source."""

    period: Period
    state: CellState
    reading: Reading | None
    provisional: bool
    realisation: Realisation | None
    rule: Rule

    @property
    def value_text(self) -> str:
        """The figure with its unit of measure; empty where there is none."""
        return readings.reading_text(self.reading, self.rule, unknown="")

    @property
    def revision(self) -> str:
        """“direvisi BPS 15 Juli 2026, semula 9,85 %”; empty where the source corrected nothing."""
        if self.realisation is None or self.reading is None:
            return ""
        return readings.revision_text(self.realisation, self.rule)


@dataclass(frozen=True)
class RowResult:
    """One promise with its periods and what the year makes of them.

    `result` is what counts: against the annual target, or before the year is over against `running`, the
    action plan's target up to now, where there is one. `of_year` is always against the annual target.
    """

    promise: AgreementIndicator
    cells: tuple[Cell, ...]
    year: YearReading
    result: Result
    of_year: Result
    running: Target | None
    provisional: bool
    rule: Rule

    @property
    def is_too_early(self) -> bool:
        """Whether the percentage says nothing yet: a growing figure beside the whole year's target."""
        return "too_early" in self.result.marks

    @property
    def running_text(self) -> str:
        """The action plan's target up to now, where it counts: “s.d. TW II 50 orang”; else empty."""
        if self.running is None:
            return ""
        latest = self.latest
        upto = latest.period.short_name if latest else ""
        return f"s.d. {upto} {readings.target_text(self.running, self.rule)}"

    @property
    def used_value_text(self) -> str:
        """The year's figure with its unit of measure; – without one."""
        return readings.reading_text(self.year.reading, self.rule)

    @property
    def target_text(self) -> str:
        return readings.target_text(readings.target_of(self.promise), self.rule)

    @property
    def revisions(self) -> tuple[Cell, ...]:
        """The cells the year's figure rests on that their source has corrected."""
        return tuple(
            cell for number in self.year.periods_used if (cell := self.cell(number)) and cell.revision
        )

    @property
    def latest(self) -> Cell | None:
        """The last cell the year's figure rests on, for the way to its source; None without a figure."""
        numbers = self.year.periods_used
        return self.cell(numbers[-1]) if numbers else None

    def cell(self, number: int) -> Cell | None:
        """That of the quarter of this number; None where the year's rhythm has no such period."""
        return next((cell for cell in self.cells if cell.period.number == number), None)


@dataclass(frozen=True)
class ObjectiveResult:
    objective: AgreementObjective
    rows: tuple[RowResult, ...]
    mean: Decimal | None


@dataclass(frozen=True)
class AgreementResult:
    """`mean` is a percentage, unrounded; `until` None: nothing is measured yet."""

    agreement: Agreement
    objectives: tuple[ObjectiveResult, ...]
    headline: Headline
    mean: Decimal | None
    rating: str | None
    provisional: bool
    until: Period | None
    rating_rule: str

    @property
    def revised(self) -> int:
        """How many figures it rests on were corrected by their source."""
        return sum(len(row.revisions) for row in self.rows)

    @property
    def unfinished(self) -> bool:
        """Whether it does not reach to the end of the year."""
        return any(row.year.to_date for row in self.rows)

    @property
    def rows(self) -> tuple[RowResult, ...]:
        return tuple(row for objective in self.objectives for row in objective.rows)


def result_of(
    agreement: Agreement,
    day: date,
    until: Period | None = None,
    words: bool = True,
    policies: Iterable[YearPolicy] | None = None,
    replaced: Mapping[int, date] | None = None,
) -> AgreementResult:
    """The results of one agreement; see `results_of`."""
    found = results_of([agreement], day, until, words, policies=policies, replaced=replaced)
    return found[agreement.pk]


def results_of(
    agreements: Sequence[Agreement],
    day: date,
    until: Period | None = None,
    words: bool = True,
    planned: Planned | None = None,
    policies: Iterable[YearPolicy] | None = None,
    replaced: Mapping[int, date] | None = None,
) -> dict[int, AgreementResult]:
    """The results of agreements by their pk, in at most eight queries however many there are.

    Args:
        agreements: of any years; their content is fetched here.
        day: today in the region's time: a period that opens later is not due yet.
        until: count only up to this period (for agreements of its year). By default each agreement is
            read up to the latest period that has a reported value for one of its indicators, or whose
            filling day has passed. An agreement that was superseded is read up to the last period that
            ended while it was in force (PermenPAN-RB 53/2014: the amendment is what is reported on).
        words: False leaves the sentences empty, for maps and lists that print none.
        planned: what action plans say of quarters, by (promise, quarter); read here when not given.
        policies: those of the years, where they are at hand.
        replaced: the document day of the amendment that took the place of a superseded agreement, by pk,
            where it is at hand.
    """
    fetched = AgreementIndicator.objects.select_related("indicator__unit")
    prefetch_related_objects(
        list(agreements), "objectives", Prefetch("objectives__indicators", queryset=fetched)
    )
    years = {agreement.year for agreement in agreements}
    promises = [promise for agreement in agreements for promise in promises_of(agreement)]
    source = _Source(promises, years, day, planned=planned)
    if replaced is None:
        replaced = _replaced_on(agreements)
    if policies is None:
        policies = YearPolicy.objects.filter(year__in=years)
    of_year = {policy.year: policy for policy in policies}
    found = {}
    for agreement in agreements:
        asked = until if until is not None and until.year == agreement.year else None
        latest = asked or source.latest(promises_of(agreement), agreement.year)
        counted = _limited(source.periods[agreement.year], latest, replaced.get(agreement.pk))
        policy = of_year.get(agreement.year) or YearPolicy(year=agreement.year)
        found[agreement.pk] = _result(source, agreement, content_of(agreement), policy, counted, words=words)
    return found


@dataclass(frozen=True)
class YearResults:
    """One agreement, judged up to a quarter when it is asked for.

    `covered` are the quarters it can be judged up to, by number: those that have opened, of a superseded
    agreement those that ended while it was in force.
    """

    judge: Callable[[Period | None], AgreementResult]
    covered: Mapping[int, Period]
    until: Period | None

    @cached_property
    def _judged(self) -> dict[Period | None, AgreementResult]:
        return {}

    def at(self, number: int) -> AgreementResult | None:
        """Up to the quarter of this number; None where it covers none."""
        period = self.covered.get(number)
        return self._up_to(period) if period else None

    @property
    def latest(self) -> AgreementResult:
        """As far as the year has come, as `results_of` judges it."""
        return self._up_to(self.until)

    def _up_to(self, period: Period | None) -> AgreementResult:
        if period not in self._judged:
            self._judged[period] = self.judge(period)
        return self._judged[period]


def results_by_period(
    contents: Mapping[Agreement, Content],
    policy: YearPolicy,
    periods: Sequence[Period],
    day: date,
    replaced: Mapping[int, date],
    words: bool = False,
) -> dict[int, YearResults]:
    """The results of agreements of one year up to any of its quarters, by their pk, in one query.

    Args:
        contents: what each agreement promises, with the `indicator` of each promise.
        periods: the quarters of the year.
        replaced: the document day of the amendment that took the place of a superseded agreement, by pk.
    """
    promises = [promise for content in contents.values() for _, group in content for promise in group]
    source = _Source(promises, {policy.year}, day, periods)
    own = source.periods[policy.year]
    found = {}
    for agreement, content in contents.items():
        end = replaced.get(agreement.pk)
        covered = {p.number: p for p in own if p.opens <= day and _limited(own, p, end) == p}
        until = source.latest((promise for _, group in content for promise in group), policy.year)
        judge = partial(_result, source, agreement, content, policy, words=words)
        found[agreement.pk] = YearResults(judge, covered, _limited(own, until, end))
    return found


class YearJudge:
    """Agreements of one year, in force, to be judged under several policies; read once, in eight queries."""

    def __init__(self, agreements: Sequence[Agreement], year: int, day: date) -> None:
        fetched = AgreementIndicator.objects.select_related("indicator__unit")
        lookups = "objectives", Prefetch("objectives__indicators", queryset=fetched)
        prefetch_related_objects(list(agreements), *lookups)
        self.agreements, self.year = agreements, year
        self.promises = [promise for agreement in agreements for promise in promises_of(agreement)]
        self._source = _Source(self.promises, {year}, day)

    def under(self, policy: YearPolicy) -> dict[int, AgreementResult]:
        """Their results as far as the year has come, by their pk; without sentences."""
        found = {}
        for agreement in self.agreements:
            until = self._source.latest(promises_of(agreement), self.year)
            found[agreement.pk] = _result(
                self._source, agreement, content_of(agreement), policy, until, words=False
            )
        return found


def rows_of(
    promises: Sequence[AgreementIndicator],
    day: date,
    until: Period,
    periods: Sequence[Period] | None = None,
    planned: Planned | None = None,
    facts: Iterable[Realisation] | None = None,
) -> dict[int, RowResult]:
    """Single promises of the year of `until`, judged up to it, by their pk; in four queries at most.

    Args:
        promises: with their `indicator`.
        periods: those of the year, where they are at hand.
        planned: as for `results_of`.
        facts: those of the promised indicators in the year, with their corrections, where they are at hand.
    """
    source = _Source(promises, {until.year}, day, periods, planned, facts)
    return {promise.pk: _row(source, promise, until.year, until, words=True) for promise in promises}


def content_of(agreement: Agreement) -> Content:
    """The objectives of an agreement whose content was fetched, each with its promised indicators."""
    return [(objective, list(objective.indicators.all())) for objective in agreement.objectives.all()]


def promises_of(agreement: Agreement) -> Iterable[AgreementIndicator]:
    """The promised indicators of an agreement whose content was fetched."""
    for objective in agreement.objectives.all():
        yield from objective.indicators.all()


class _Source:
    """The periods of the years and all facts the promises need, read once."""

    def __init__(
        self,
        promises: Sequence[AgreementIndicator],
        years: Iterable[int],
        day: date,
        periods: Iterable[Period] | None = None,
        planned: Planned | None = None,
        facts: Iterable[Realisation] | None = None,
    ) -> None:
        self.day = day
        self.promises, self.given = promises, planned
        self.periods: dict[int, list[Period]] = {year: [] for year in years}
        for period in periods or Period.objects.of_indicator_years(self.periods):
            self.periods[period.year].append(period)
        by_pk = {period.pk: period for periods in self.periods.values() for period in periods}
        if facts is None:
            indicators = {promise.indicator_id for promise in promises}
            facts = list(Realisation.objects.measuring(indicators, list(by_pk)))
            SourceRevision.objects.attach(facts)
        self.facts: dict[tuple[int, int], Realisation] = {}
        for fact in facts:
            fact.period = by_pk[fact.period_id]
            self.facts[fact.indicator_id, fact.period_id] = fact
        self.readings = {key: readings.counted_reading(fact) for key, fact in self.facts.items()}

    @cached_property
    def planned(self) -> Planned:
        """Asked for once a year is found that is not over."""
        return period_targets([promise.pk for promise in self.promises]) if self.given is None else self.given

    def running(
        self, promise: AgreementIndicator, cells: Sequence[Cell], found: YearReading, rule: Rule
    ) -> Target | None:
        """What the action plan wanted of a promise up to where its figure is."""
        rows = [self.planned.get((promise.pk, number)) for number in _numbers(cells)]
        goals = [None if row is None else readings.target_of(row) for row in rows]
        return achievement.running_target(goals, found, promise.accumulation, rule)

    def latest(self, promises: Iterable[AgreementIndicator], year: int) -> Period | None:
        """The latest period with a reported value, or whose filling day has passed."""
        indicators = [promise.indicator_id for promise in promises]
        for period in reversed(self.periods[year]):
            facts = (self.facts.get((indicator, period.pk)) for indicator in indicators)
            if period.fill_by < self.day or any(fact and fact.status in REPORTED for fact in facts):
                return period
        return None


def _replaced_on(agreements: Sequence[Agreement]) -> dict[int, date]:
    """The document day of the amendment that took the place of each superseded agreement."""
    superseded = [agreement.pk for agreement in agreements if agreement.status == Status.SUPERSEDED]
    if not superseded:
        return {}
    issued = Issue.objects.filter(agreement__amends_id__in=superseded, agreement__status__in=SIGNED)
    # Of several issues the last one was signed.
    rows = issued.order_by("sequence").values_list("agreement__amends_id", "document_date")
    return {amended: day for amended, day in rows if amended is not None}


def _limited(periods: Sequence[Period], until: Period | None, replaced: date | None) -> Period | None:
    """`until`, but not past the day before an amendment took the agreement's place."""
    if until is None or replaced is None:
        return until
    last_day = replaced - timedelta(days=1)
    return next((p for p in reversed(periods) if p.number <= until.number and p.ends <= last_day), None)


def _result(
    source: _Source,
    agreement: Agreement,
    content: Content,
    policy: YearPolicy,
    until: Period | None,
    *,
    words: bool,
) -> AgreementResult:
    objectives = []
    for objective, promises in content:
        rows = tuple(_row(source, promise, agreement.year, until, words) for promise in promises)
        mean = achievement.weighted_mean((row.result.used, row.promise.weight) for row in rows)
        objectives.append(ObjectiveResult(objective, rows, mean))
    results = [[row.result for row in objective.rows] for objective in objectives]
    weights = [[row.promise.weight for row in objective.rows] for objective in objectives]
    mean = achievement.aggregate(results, policy.unit_mean, weights)
    scale = readings.scale_of(policy)
    return AgreementResult(
        agreement=agreement,
        objectives=tuple(objectives),
        headline=achievement.headline(result for group in results for result in group),
        mean=mean,
        rating=achievement.rating(mean, scale),
        provisional=any(row.provisional for objective in objectives for row in objective.rows),
        until=until,
        rating_rule=achievement.rule_sentence(scale),
    )


def _row(
    source: _Source, promise: AgreementIndicator, year: int, until: Period | None, words: bool
) -> RowResult:
    rule = readings.rule_of(promise, year)
    target = readings.target_of(promise)
    cells = tuple(_cell(source, promise, period, until, rule) for period in source.periods[year])
    by_number = {cell.period.number: cell for cell in cells}
    # The engine names quarters by their place: one that the year's rhythm leaves out is not due.
    read = [by_number[n].reading if n in by_number else NOT_DUE for n in _numbers(cells)]
    # Without words: the result's sentence begins with the year's.
    found = achievement.year_reading(read, promise.accumulation, rule, words=False)
    used = [by_number[number] for number in found.periods_used] or cells
    of_year = result = achievement.year_achievement(target, read, promise.accumulation, rule, words)
    running = source.running(promise, cells, found, rule) if found.to_date and found.periods_used else None
    if running is not None:
        result = achievement.year_achievement(target, read, promise.accumulation, rule, words, running)
    return RowResult(
        promise=promise,
        cells=cells,
        year=found,
        result=result,
        of_year=of_year,
        running=running,
        provisional=any(cell.provisional for cell in used),
        rule=rule,
    )


def _numbers(cells: Sequence[Cell]) -> range:
    """The numbers of all quarters up to the last of the year."""
    return range(1, max((cell.period.number for cell in cells), default=0) + 1)


def _cell(
    source: _Source, promise: AgreementIndicator, period: Period, until: Period | None, rule: Rule
) -> Cell:
    """A fact outside the calendar, before its period opens or past the last period asked is not due."""
    key = promise.indicator_id, period.pk
    fact = source.facts.get(key)
    due = readings.is_due_in(promise.indicator, period.number) and period.opens <= source.day
    if not due or until is None or period.number > until.number:
        return Cell(period, CellState.NOT_DUE, NOT_DUE, False, fact, rule)
    if fact is None:
        return Cell(period, CellState.MISSING, None, False, None, rule)
    reading = source.readings[key]
    if reading is None:
        return Cell(period, _unreported(fact), None, False, fact, rule)
    state = WITHOUT_FIGURE.get(ValueState(fact.state)) or CellState(fact.status)
    return Cell(period, state, reading, reading.provisional, fact, rule)


def _unreported(fact: Realisation) -> CellState:
    """A draft, or what was returned: others do not count with it."""
    return CellState.RETURNED if fact.status == RealisationStatus.RETURNED else CellState.DRAFT
