"""The rows of the pages where a unit's values of one period are typed or verified, in few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet

from accounts.permissions import Scope
from agreements.action_plans import period_targets
from agreements.enums import Accumulation, Status
from agreements.models import Agreement, AgreementIndicator, Indicator, IndicatorTarget, Unit
from agreements.models.planning import TargetColumns
from evaluations import achievement, evidence, lateness, readings
from evaluations.achievement import Reading, Rule
from evaluations.calendar import Windows
from evaluations.enums import REPORTED, SETTLED, CellState, ValueState
from evaluations.measures import ADDED_UP
from evaluations.models import EvidenceUse, Period, Realisation, SourceRevision
from evaluations.readings import NOT_DUE
from evaluations.workflow import EDITABLE, Step, is_not_published, stays_open
from perjanjian.numerals import format_date

# As many file inputs as one request may carry, with room to spare.
PAGE_SIZE = 30
# What a person should type, by the way the year is made of its periods.
WHAT_TO_TYPE = {
    Accumulation.SUM: "Isi angka triwulan ini saja; setahun dijumlahkan.",
    Accumulation.LAST: "Isi keadaan pada akhir triwulan; nilai terakhir menjadi nilai setahun.",
    Accumulation.AVERAGE: "Isi angka triwulan ini saja; setahun dirata-ratakan.",
    Accumulation.RATIO_OF_SUMS: "Isi pembilang dan penyebut triwulan ini saja; setahun masing-masing dijumlahkan.",
    Accumulation.ANNUAL: "Isi angka setahun; diukur sekali.",
    Accumulation.RUNNING_TOTAL: "Isi angka kumulatif sejak 1 Januari sampai akhir triwulan ini.",
}
SEMESTER = "semester"

# Who promises an indicator, by indicator.
Promises = dict[int, list[AgreementIndicator]]
# The facts of two years, by indicator and (year, number of the period).
Facts = Mapping[int, Mapping[tuple[int, int], Realisation]]


@dataclass(frozen=True)
class Known:
    """What is stored around some indicators: their facts of a year and the one before, who promises them in
    it, and what action plans say of its quarters, by (promise, quarter)."""

    facts: Facts
    promises: Promises
    quarters: Mapping[tuple[int, int], TargetColumns]

    @classmethod
    def of(cls, indicators: Collection[int], period: Period) -> "Known":
        """In four queries at most."""
        promises = promises_in(indicators, period.year)
        quarters = period_targets([row.pk for rows in promises.values() for row in rows])
        return cls(_facts(indicators, period), promises, quarters)

    def facts_of(self, year: int) -> list[Realisation]:
        """Those of one of the two years."""
        return [row for rows in self.facts.values() for at, row in rows.items() if at[0] == year]


@dataclass(frozen=True)
class Promised:
    """A target and who promised it; `quarter_text` is the action plan's for the period, empty without one."""

    target_text: str
    who: str
    quarter_text: str = ""


@dataclass
class Line:
    """One indicator in one period, with all that helps to type or judge its value.

    `ways` are the steps a page offers beside it, for the account that looks at it.
    """

    indicator: Indicator
    period: Period
    row: Realisation | None
    rule: Rule
    steps: tuple[tuple[int, str], ...]
    targets: tuple[Promised, ...]
    reference: TargetColumns | None
    earlier: dict[int, Realisation] = field(default_factory=dict)
    last_year: Realisation | None = None
    uses: Sequence[EvidenceUse] = ()
    closed: str = ""
    late_days: int = 0
    ways: dict[str, Step] = field(default_factory=dict)

    @property
    def what_to_type(self) -> str:
        said = WHAT_TO_TYPE[Accumulation(self.indicator.accumulation)]
        return said.replace("triwulan", SEMESTER) if self.period.is_semester else said

    @property
    def typeable(self) -> bool:
        if self.closed:
            return False
        return self.row is None or self.row.status in EDITABLE or is_not_published(self.row)

    @property
    def state(self) -> CellState:
        """What the cell says of itself."""
        if self.row is None:
            return CellState.MISSING
        if self.row.status in REPORTED and self.row.state != ValueState.MEASURED:
            return CellState(self.row.state)
        return CellState(self.row.status)

    @property
    def previous(self) -> Realisation | None:
        """The reported fact of the last period before this one, in the same year."""
        return self.earlier[max(self.earlier)] if self.earlier else None

    @property
    def last_text(self) -> str:
        """The last known value and when it was: “TW I: 12,5 %”."""
        row = self.previous or self.last_year
        if row is None:
            return ""
        text = readings.reading_text(readings.counted_reading(row), self.rule, unknown="")
        label = row.period.short_name
        label = label if row.period.year == self.period.year else f"{label} {row.period.year}"
        return f"{label}: {text}" if text else f"{label}: {row.get_state_display().lower()}"

    @property
    def running_text(self) -> str:
        """What the reported periods of the year make together so far; empty where nothing is added up."""
        if not self.earlier or self.indicator.accumulation not in ADDED_UP:
            return ""
        return self._added_up(self._readings_before())

    @property
    def spans(self) -> tuple[tuple[str, str], ...]:
        """(Label, figure) of this period alone and of the year up to it, where they are two figures."""
        row, before = self.row, self.previous
        if row is None or before is None:
            return ()
        # A draft counts nowhere yet, but what it would come to is what its writer wants to see.
        now = readings.counted_reading(row) or readings.reading_of(row, "claimed")
        figure = readings.figure_of(now, self.rule)
        if not isinstance(figure, Decimal):
            return ()
        if self.indicator.accumulation in ADDED_UP:
            whole = self._added_up([*self._readings_before(), now])
            return (f"{self.period.short_name} saja", self._text(figure)), (
                f"s.d. {self.period.short_name}",
                whole,
            )
        known = readings.figure_of(readings.counted_reading(before), self.rule)
        if self.indicator.accumulation != Accumulation.RUNNING_TOTAL or not isinstance(known, Decimal):
            return ()
        own = f"Tambahan sejak {before.period.short_name}"
        return (f"Kumulatif s.d. {self.period.short_name}", self._text(figure)), (
            own,
            self._text(figure - known),
        )

    def _text(self, figure: Decimal) -> str:
        return readings.figure_text(figure, self.rule)

    def _readings_before(self) -> list[Reading | None]:
        """Of the periods of the year before this one; None was due and is not reported."""
        found: list[Reading | None] = []
        for number in range(1, self.period.number):
            row = self.earlier.get(number)
            is_period = not self.period.is_semester or number % 2 == 0
            due = row is not None or (is_period and readings.is_due_in(self.indicator, number))
            found.append((readings.counted_reading(row) if row else None) if due else NOT_DUE)
        return found

    def _added_up(self, found: Sequence[Reading | None]) -> str:
        year = achievement.year_reading(found, self.indicator.accumulation, self.rule, words=False)
        text = readings.reading_text(year.reading, self.rule, unknown="")
        return f"{text} (belum lengkap)" if text and year.partial else text

    def text_of(self, which: str) -> str:
        """One set of values as people read it."""
        if self.row is None:
            return ""
        reading = readings.reading_of(self.row, which)
        text = readings.reading_text(reading, self.rule, unknown="")
        above, below = reading.numerator, reading.denominator
        if not text or above is None or below is None:
            return text
        return f"{readings.number_text(above, Rule())} ÷ {readings.number_text(below, Rule())} = {text}"

    @property
    def claimed_text(self) -> str:
        return self.text_of("claimed")

    @property
    def verified_text(self) -> str:
        settled = self.row is not None and self.row.status in SETTLED
        return self.text_of("verified") if settled else ""

    @property
    def final_text(self) -> str:
        return self.text_of("final") if self.row is not None and self.row.status == CellState.FINAL else ""

    @property
    def counted_text(self) -> str:
        """What others count with now, where the source corrected the fact; else empty."""
        if not self.revision_text or self.row is None:
            return ""
        return readings.reading_text(readings.counted_reading(self.row), self.rule, unknown="")

    @property
    def revision_text(self) -> str:
        return readings.revision_text(self.row, self.rule) if self.row is not None else ""

    @property
    def notes(self) -> str:
        """Why there is no figure, in words."""
        row = self.row
        if row is None or row.state == ValueState.MEASURED:
            return ""
        words = row.get_state_display()
        if row.state == ValueState.NOT_PUBLISHED and row.expected_on:
            words += f", diperkirakan {format_date(row.expected_on)}"
        return f"{words}: {row.state_reason}" if row.state_reason else words


@dataclass
class Grid:
    """One page of a unit's lines of a period."""

    unit: Unit
    period: Period
    lines: list[Line]
    page: Page
    windows: Windows

    @property
    def numbers(self) -> range:
        """The running numbers of the page's lines."""
        start = self.page.start_index()
        return range(start, start + len(self.lines))


def due_in(unit: Unit, period: Period, submitted_first: bool = False) -> list[Indicator]:
    """The indicators a unit is responsible for that are measured in the period, in the catalogue's order."""
    rows = Indicator.objects.in_use().filter(unit=unit).select_related("unit", "scale")
    if submitted_first:
        waiting = Realisation.objects.waiting_for_verification().filter(
            indicator=OuterRef("pk"), period=period
        )
        rows = rows.annotate(waits=Exists(waiting)).order_by("-waits", "name", "pk")
    return [row for row in rows.prefetch_related("scale__steps") if readings.is_due_in(row, period.number)]


def load(
    unit: Unit, period: Period, windows: Windows, page: int | str | None = 1, size: int = PAGE_SIZE
) -> Grid:
    """One page of the unit's indicators that are due in the period."""
    shown = Paginator(due_in(unit, period), size).get_page(page)
    return Grid(unit, period, lines_of(list(shown), period, windows), shown, windows)


def lines_of(
    indicators: Sequence[Indicator], period: Period, windows: Windows, known: Known | None = None
) -> list[Line]:
    """The lines of these indicators in at most seven queries: facts, their corrections, evidence, lateness,
    and three of targets.

    What is `known` of them is not read again, where it is at hand; else it is read here, and the targets of
    the plan, which say what to expect where nobody promised anything yet.
    """
    pks = [indicator.pk for indicator in indicators]
    plan = {}
    if known is None:
        known = Known.of(pks, period)
        unpromised = [pk for pk in pks if pk not in known.promises]
        planned = IndicatorTarget.objects.filter(indicator__in=unpromised, year=period.year)
        plan = {row.indicator_id: row for row in planned}
    now = {
        pk: rows[period.year, period.number]
        for pk, rows in known.facts.items()
        if (period.year, period.number) in rows
    }
    uses = evidence.by_realisation(now.values())
    late = lateness.late_days(now.values())
    lines = []
    for indicator in indicators:
        row = now.get(indicator.pk)
        if row is not None:
            row.indicator, row.period = indicator, period
        promises = known.promises.get(indicator.pk, ())
        line = _line(indicator, period, row, promises, plan.get(indicator.pk), known.quarters)
        _with_history(line, known.facts.get(indicator.pk, {}))
        line.uses = uses.get(row.pk, ()) if row else ()
        line.late_days = late.get(row.pk, 0) if row else 0
        closed = windows.obstacle(period, indicator.unit_id)
        line.closed = "" if row is not None and stays_open(row) else closed
        lines.append(line)
    return lines


def line_of(row: Realisation, windows: Windows) -> Line:
    """The line of one fact alone, with its evidence, in two queries: without targets and what was before it.

    The row comes with its `indicator` (and the `scale` of it), `period` and the people it names.
    """
    line = _line(row.indicator, row.period, row, (), None, {})
    line.uses = evidence.by_realisation([row])[row.pk]
    line.late_days = lateness.late_days([row]).get(row.pk, 0)
    line.closed = "" if stays_open(row) else windows.obstacle(row.period, row.indicator.unit_id)
    return line


def _line(
    indicator: Indicator,
    period: Period,
    row: Realisation | None,
    promises: Iterable[AgreementIndicator],
    plan: IndicatorTarget | None,
    quarters: Mapping[tuple[int, int], TargetColumns],
) -> Line:
    steps = tuple((step.rank, step.name) for step in indicator.scale.steps.all()) if indicator.scale else ()
    rule = readings.rule_of_indicator(indicator, tuple(name for _, name in steps))
    promises = list(promises)
    targets = [
        Promised(
            readings.target_text(readings.target_of(promise), readings.rule_of(promise, period.year)),
            promise.objective.agreement.position.title,
            _quarter_text(promise, quarters.get((promise.pk, period.number)), period.year),
        )
        for promise in promises
    ]
    if plan is not None and not targets:
        targets.append(Promised(readings.target_text(readings.target_of(plan), rule), "rencana"))
    reference = promises[0] if promises else plan
    return Line(indicator, period, row, rule, steps, tuple(targets), reference)


def _quarter_text(promise: AgreementIndicator, target: TargetColumns | None, year: int) -> str:
    if target is None:
        return ""
    return readings.target_text(readings.target_of(target), readings.rule_of(promise, year))


def _with_history(line: Line, facts: Mapping[tuple[int, int], Realisation]) -> None:
    """What was reported before: earlier this year, and last year's last."""
    period = line.period
    reported = {at: row for at, row in facts.items() if row.status in REPORTED}
    line.earlier = {
        number: row
        for (year, number), row in reported.items()
        if year == period.year and number < period.number
    }
    before = [at for at in reported if at[0] < period.year]
    line.last_year = reported[max(before)] if before else None


def _facts(indicators: Collection[int], period: Period) -> Facts:
    """The facts of this year and the last, by indicator and (year, number)."""
    rows = list(Realisation.objects.of_two_years(indicators, period.year))
    SourceRevision.objects.attach(rows)
    found: dict[int, dict[tuple[int, int], Realisation]] = defaultdict(dict)
    for row in rows:
        found[row.indicator_id][row.period.year, row.period.number] = row
    return found


PROMISED = (Status.READY, Status.IN_SIGNING, Status.IN_FORCE)


def promises_in(indicators: Collection[int], year: int) -> Promises:
    """Who promises these indicators in a year, by indicator; drafts promise nothing yet."""
    rows = _promises(AgreementIndicator.objects.filter(indicator__in=indicators), year)
    found: dict[int, list[AgreementIndicator]] = defaultdict(list)
    for row in rows.filter(objective__agreement__status__in=PROMISED):
        found[row.indicator_id].append(row)
    return found


def signed_promises_of(indicator_id: int, scope: Scope, year: int) -> list[AgreementIndicator]:
    """The promises of one indicator in signed agreements the account may read, replaced ones included."""
    agreements = Agreement.objects.visible_to(scope, year).signed()
    rows = AgreementIndicator.objects.filter(indicator=indicator_id, objective__agreement__in=agreements)
    return list(_promises(rows, year))


def _promises(rows: QuerySet[AgreementIndicator], year: int) -> QuerySet[AgreementIndicator]:
    found = rows.filter(objective__agreement__year=year)
    related = found.select_related("indicator", "objective__agreement__position")
    return related.order_by("objective__agreement__unit__order", "objective__agreement_id", "pk")
