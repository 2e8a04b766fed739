"""Bab III.A of a performance report as data: each sasaran with its figures, charts, factors and text.

Follows the points of PermenPAN-RB 53/2014, Lampiran II: target and realisation, earlier years, the medium
term, causes and follow-up. Figures come from `evaluations.results`; nothing here divides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import dropwhile

from django.utils.safestring import SafeString

from agreements.enums import Accumulation, Kind
from agreements.models import AgreementIndicator, IndicatorTarget
from evaluations import achievement, readings
from evaluations.enums import CellState, Section
from evaluations.models import Period, Realisation, SourceRevision
from evaluations.results import NOT_DUE, AgreementResult, Cell, ObjectiveResult, RowResult
from perjanjian.numerals import format_date, roman
from reports import charts
from reports.contexts import lkjip_points

UNKNOWN = "–"
UNRATED = "Belum dapat dinilai"
EARLIER_YEARS = 4
SHORT_NAME = 90
# Why there is no figure, in a word or two for a cell of a table.
ABSENT = {
    "missing": lkjip_points.NO_DATA,
    "not_published": "Data belum rilis",
    "not_applicable": "Tidak relevan",
    "not_due": "Belum waktunya diukur",
}
UNFILLED = {
    CellState.MISSING: "belum diisi",
    CellState.DRAFT: "masih draf",
    CellState.RETURNED: "perlu perbaikan",
}
# Each quarter is such a figure as the annual target; other quarters are laid beside it as their sum so far.
COMPARABLE = (
    Accumulation.LAST,
    Accumulation.RUNNING_TOTAL,
    Accumulation.AVERAGE,
    Accumulation.RATIO_OF_SUMS,
    Accumulation.ANNUAL,
)
FACTOR_WORDS = {
    "supporting": "faktor pendorong",
    "inhibiting": "faktor penghambat",
    "follow_up": "tindak lanjut",
}
DRAWN = (Kind.NUMBER, Kind.RATIO, Kind.RANGE)


@dataclass(frozen=True)
class Caption:
    """The number and title of a table or figure, and the id its entry in the contents leads to."""

    anchor: str
    label: str
    text: str


class Captions:
    """Numbers tables and figures in the order of the document, by chapter."""

    def __init__(self) -> None:
        self._tables: list[Caption] = []
        self._figures: list[Caption] = []
        self._next: dict[tuple[str, int], int] = {}

    def table(self, chapter: int, text: str) -> Caption:
        return self._numbered(self._tables, "Tabel", chapter, text)

    def figure(self, chapter: int, text: str) -> Caption:
        return self._numbered(self._figures, "Gambar", chapter, text)

    def _numbered(self, kept: list[Caption], word: str, chapter: int, text: str) -> Caption:
        number = self._next[word, chapter] = self._next.get((word, chapter), 0) + 1
        caption = Caption(f"{word.lower()}-{chapter}-{number}", f"{word} {chapter}.{number}", text)
        kept.append(caption)
        return caption

    @property
    def tables(self) -> tuple[Caption, ...]:
        return tuple(self._tables)

    @property
    def figures(self) -> tuple[Caption, ...]:
        return tuple(self._figures)


@dataclass(frozen=True)
class Quarter:
    label: str
    text: str
    measured: bool
    provisional: bool


@dataclass(frozen=True)
class EarlierYear:
    """The figure of a year before; `text` “–” where the application has none."""

    year: int
    text: str
    value: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True)
class Horizon:
    """The plan's last target and how far this year's figure has come towards it (percent, unrounded)."""

    year: int
    target: str
    percent: Decimal | None


@dataclass(frozen=True)
class Factor:
    """What a unit wrote beside its figure of the period `number`."""

    number: int
    supporting: str
    inhibiting: str
    follow_up: str


@dataclass(frozen=True)
class Trend:
    caption: Caption
    picture: SafeString


@dataclass(frozen=True)
class IndicatorRow:
    """One promised indicator. `value` and `target` are without their unit, which is `unit`;
    `figure` is the value to draw and compare.

    `absent` says why there is no figure (empty when there is one); `missing` which periods lack theirs;
    `note` what a reader should know of the percentage.
    """

    indicator_id: int
    number: str
    name: str
    unit: str
    target: str
    value: str
    figure: Decimal | None
    absent: str
    state: str
    percent: Decimal | None
    rating: str
    reached: bool | None
    provisional: bool
    missing: str
    note: str
    sentence: str
    owner: str
    source: str
    baseline: str
    quarters: tuple[Quarter, ...]
    earlier: tuple[EarlierYear, ...]
    horizon: Horizon | None
    factors: tuple[Factor, ...]
    trend: Trend | None

    @property
    def short_name(self) -> str:
        """The name where it stands again beside its number: cut after a word, with an ellipsis."""
        if len(self.name) <= SHORT_NAME:
            return self.name
        return self.name[: SHORT_NAME - 1].rsplit(" ", 1)[0] + " …"

    @property
    def factor_lines(self) -> tuple[tuple[str, str], ...]:
        """Each thing written once, with the quarters in a row that say it: (“TW I–III, …”, text)."""
        lines: list[tuple[str, str]] = []
        for name, label in FACTOR_WORDS.items():
            stretches: list[tuple[int, int, str]] = []
            for factor in self.factors:
                text = getattr(factor, name)
                if not text:
                    continue
                if stretches and stretches[-1][1:] == (factor.number - 1, text):
                    stretches[-1] = (stretches[-1][0], factor.number, text)
                else:
                    stretches.append((factor.number, factor.number, text))
            lines += [(f"{_quarters(first, last)}, {label}", text) for first, last, text in stretches]
        return tuple(lines)

    @property
    def change(self) -> str:
        """Against the year before: Naik, Turun or Tetap; empty when there is nothing to compare."""
        before = self.earlier[-1].value if self.earlier else None
        if before is None or self.figure is None:
            return ""
        return "Tetap" if self.figure == before else "Naik" if self.figure > before else "Turun"


@dataclass(frozen=True)
class ObjectiveChapter:
    """A sasaran with all that is said about it. `mean` is a percentage, unrounded."""

    number: int
    objective_id: int
    text: str
    rows: tuple[IndicatorRow, ...]
    headline: achievement.Headline
    mean: Decimal | None
    rating: str
    narrative: str
    table: Caption
    bars: Trend | None
    quarters_table: Caption
    years_table: Caption | None
    horizon_table: Caption | None

    @property
    def anchor(self) -> str:
        return f"sasaran-{self.number}"

    @property
    def provisional(self) -> bool:
        return any(row.provisional for row in self.rows)

    @property
    def factor_rows(self) -> tuple[IndicatorRow, ...]:
        return tuple(row for row in self.rows if row.factors)

    @property
    def trends(self) -> tuple[Trend, ...]:
        return tuple(row.trend for row in self.rows if row.trend)


class Source:
    """What the sections need beside the results; empty until `read`, for pages that show the year alone."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.factors: dict[int, list[Factor]] = {}
        self.periods: dict[int, list[Period]] = {}
        self.facts: dict[tuple[int, int], Realisation] = {}
        self.reasons: dict[int, str] = {}
        self.horizons: dict[int, IndicatorTarget] = {}
        self.percents_before: dict[int, Decimal | None] = {}

    def read(self, result: AgreementResult, previous: AgreementResult | None) -> None:
        """Factors, earlier years and the plan's targets, in five queries."""
        indicators = {row.promise.indicator_id for row in result.rows}
        self._read_texts(result)
        years = range(self.year - EARLIER_YEARS, self.year)
        for period in Period.objects.of_indicator_years(years):
            self.periods.setdefault(period.year, []).append(period)
        earlier = [period.pk for periods in self.periods.values() for period in periods]
        for fact in Realisation.objects.measuring(indicators, earlier).reported():
            self.facts[fact.indicator_id, fact.period_id] = fact
        SourceRevision.objects.attach(self.facts.values())
        targets = IndicatorTarget.objects.filter(indicator__in=indicators, year__gt=self.year)
        self.horizons = {target.indicator_id: target for target in targets.order_by("year")}
        rows = previous.rows if previous else ()
        self.percents_before = {row.promise.indicator_id: row.result.raw for row in rows}

    def _read_texts(self, result: AgreementResult) -> None:
        """What the units wrote beside their reported figures, in the order of the year."""
        facts = [
            cell.realisation for row in result.rows for cell in row.cells if cell.realisation is not None
        ]
        rows = Realisation.objects.filter(pk__in=[fact.pk for fact in facts]).reported()
        for row in rows.select_related("period").order_by("indicator_id", "period__number"):
            self.reasons[row.pk] = row.state_reason
            words = (row.supporting.strip(), row.inhibiting.strip(), row.follow_up.strip())
            if any(words):
                self.factors.setdefault(row.indicator_id, []).append(Factor(row.period.number, *words))

    def earlier_years(self, promise: AgreementIndicator, rule: achievement.Rule) -> tuple[EarlierYear, ...]:
        """The years before of an indicator, oldest first; empty when none has a figure."""
        found = tuple(self._year(promise, rule, year) for year in range(self.year - EARLIER_YEARS, self.year))
        return found if any(each.text != UNKNOWN for each in found) else ()

    def _year(self, promise: AgreementIndicator, rule: achievement.Rule, year: int) -> EarlierYear:
        read = []
        for period in self.periods.get(year, ()):
            fact = self.facts.get((promise.indicator_id, period.pk))
            due = fact is not None or readings.is_due_in(promise.indicator, period.number)
            read.append((readings.counted_reading(fact) if fact else None) if due else NOT_DUE)
        if not any(each and each is not NOT_DUE for each in read):
            return EarlierYear(year, UNKNOWN)
        whole = achievement.year_reading(read, promise.accumulation, rule, words=False)
        text = readings.reading_text(whole.reading, rule, ABSENT.get(whole.reading.state, UNKNOWN))
        marks = [word for word, holds in _marks(whole) if holds]
        return EarlierYear(
            year,
            f"{text} ({', '.join(marks)})" if marks else text,
            None if whole.partial else lkjip_points.number(whole.reading, rule),
            self.percents_before.get(promise.indicator_id) if year == self.year - 1 else None,
        )


def _quarters(first: int, last: int) -> str:
    return f"TW {roman(first)}" if first == last else f"TW {roman(first)}–{roman(last)}"


def _marks(whole: achievement.YearReading) -> Iterable[tuple[str, bool]]:
    return ("belum lengkap", whole.partial), ("sementara", whole.reading.provisional)


# --- chapters -----------------------------------------------------------------------------------


def chapters(
    result: AgreementResult | None,
    source: Source,
    scale: achievement.RatingScale | None,
    texts: Mapping[tuple[str, int | None], str],
    captions: Captions,
) -> tuple[ObjectiveChapter, ...]:
    """The sections of all sasaran, in the agreement's order; none without an agreement. No queries.

    `scale` None leaves everything unrated, for pages that show no rating.
    """
    if result is None:
        return ()
    return tuple(
        _chapter(number, found, source, scale, texts, captions)
        for number, found in enumerate(result.objectives, start=1)
    )


def _chapter(
    number: int,
    found: ObjectiveResult,
    source: Source,
    scale: achievement.RatingScale | None,
    texts: Mapping[tuple[str, int | None], str],
    captions: Captions,
) -> ObjectiveChapter:
    rows = tuple(_row(f"{number}.{at}", row, source, scale) for at, row in enumerate(found.rows, start=1))
    table = captions.table(3, f"Target, realisasi, dan capaian sasaran {number}")
    measured = any(row.percent is not None for row in rows)
    bars = (
        Trend(captions.figure(3, f"Capaian indikator sasaran {number}"), _bars(number, rows))
        if measured
        else None
    )
    quarters_table = captions.table(3, f"Realisasi per triwulan sasaran {number}")
    compared = any(row.earlier for row in rows)
    years_table = (
        captions.table(3, f"Perbandingan sasaran {number} dengan tahun sebelumnya") if compared else None
    )
    planned = any(row.horizon for row in rows)
    horizon_table = (
        captions.table(3, f"Kemajuan sasaran {number} terhadap target akhir periode") if planned else None
    )
    rows = tuple(
        replace(row, trend=_trend(row, promise, source.year, captions))
        for row, promise in zip(rows, found.rows, strict=True)
    )
    objective_id = found.objective.objective_id
    return ObjectiveChapter(
        number=number,
        objective_id=objective_id,
        text=found.objective.text,
        rows=rows,
        headline=achievement.headline(row.result for row in found.rows),
        mean=found.mean,
        rating=_rated(found.mean, scale),
        narrative=texts.get((Section.OBJECTIVE, objective_id), ""),
        table=table,
        bars=bars,
        quarters_table=quarters_table,
        years_table=years_table,
        horizon_table=horizon_table,
    )


def _row(number: str, row: RowResult, source: Source, scale: achievement.RatingScale | None) -> IndicatorRow:
    promise, state = row.promise, row.year.reading.state
    rule = replace(readings.rule_of(promise, source.year), unit="")
    value = readings.reading_text(row.year.reading, rule, "")
    used = row.result.used
    indicator = promise.indicator
    return IndicatorRow(
        indicator_id=promise.indicator_id,
        number=number,
        name=promise.name,
        unit=promise.unit_of_measure,
        target=readings.target_text(readings.target_of(promise), rule),
        value=value,
        figure=lkjip_points.number(row.year.reading, rule),
        absent="" if value else _absent(row, source),
        state=state,
        percent=row.result.raw,
        rating=_rated(used, scale),
        reached=row.result.reached,
        provisional=row.provisional,
        missing=", ".join(
            f"{cell.period.short_name} {UNFILLED[cell.state]}" for cell in row.cells if cell.state in UNFILLED
        ),
        note=_note(row),
        sentence=row.result.sentence,
        owner=indicator.unit.name,
        source=indicator.source,
        baseline=indicator.baseline,
        quarters=tuple(_quarter(cell, rule) for cell in row.cells),
        earlier=source.earlier_years(promise, rule),
        horizon=_horizon(row, source, rule),
        factors=tuple(source.factors.get(promise.indicator_id, ())),
        trend=None,
    )


def _rated(percent: Decimal | None, scale: achievement.RatingScale | None) -> str:
    return (achievement.rating(percent, scale) if scale else None) or UNRATED


def _absent(row: RowResult, source: Source) -> str:
    """Why there is no figure: a word, and the reason that was given for it."""
    state = row.year.reading.state
    if state == "measured":
        return "Belum dapat dihitung"
    said = next(
        (
            c.realisation
            for c in reversed(row.cells)
            if c.realisation and c.reading and c.reading.state == state
        ),
        None,
    )
    details = []
    if said is not None:
        details.append(source.reasons.get(said.pk, ""))
        if state == "not_published" and said.expected_on:
            details.append(f"perkiraan rilis {format_date(said.expected_on)}")
    reason = ", ".join(each for each in details if each)
    return f"{ABSENT[state]}: {reason}" if reason else ABSENT[state]


def _note(row: RowResult) -> str:
    """What a reader of the percentage should know, beside that it is provisional."""
    notes = []
    if row.year.partial:
        notes.append("belum lengkap")
    if row.year.earlier_period and row.latest:
        notes.append(f"angka {row.latest.period.short_name}")
    return ", ".join(notes)


def _quarter(cell: Cell, rule: achievement.Rule) -> Quarter:
    text = readings.reading_text(cell.reading, rule, "")
    return Quarter(cell.period.short_name, text or cell.state.label, bool(text), cell.provisional)


def _horizon(row: RowResult, source: Source, rule: achievement.Rule) -> Horizon | None:
    planned = source.horizons.get(row.promise.indicator_id)
    if planned is None:
        return None
    target = readings.target_of(planned)
    reading = achievement.Reading(state="missing") if row.year.partial else row.year.reading
    progress = achievement.achievement(target, reading, rule, words=False)
    return Horizon(planned.year, readings.target_text(target, rule), progress.raw)


# --- charts -------------------------------------------------------------------------------------


def _bars(number: int, rows: tuple[IndicatorRow, ...]) -> SafeString:
    bars = [
        charts.Bar(f"{row.number} {row.name}", row.percent, _why(row), row.provisional, row.reached is None)
        for row in rows
    ]
    return charts.achievement_bars(bars, f"capaian-{number}", f"Capaian indikator sasaran {number} (%)")


def _why(row: IndicatorRow) -> str:
    return "Belum dapat dihitung" if row.value else row.absent.partition(":")[0]


def _trend(row: IndicatorRow, found: RowResult, year: int, captions: Captions) -> Trend | None:
    """Several years where the application knows them, else the quarters; None when there is no line."""
    if found.promise.kind not in DRAWN:
        return None
    target = lkjip_points.drawn_target(found.promise)
    name = row.short_name + (f" ({row.unit})" if row.unit else "")
    before = tuple(dropwhile(lambda each: each.value is None, row.earlier))
    if len(before) >= 2 and row.figure is not None:
        points = [charts.Point(str(e.year), e.value, e.text) for e in before]
        points.append(charts.Point(str(year), row.figure, row.value, row.provisional))
        title = f"{name}, {before[0].year}–{year}"
    else:
        rule = replace(readings.rule_of(found.promise, year), unit="")
        if found.promise.accumulation in COMPARABLE:
            points = [lkjip_points.quarter_point(cell, rule) for cell in found.cells]
            title = f"{name}, per triwulan {year}"
        else:
            points = lkjip_points.sums(found.cells, rule)
            title = f"{name}, jumlah sampai dengan tiap triwulan {year}"
    if sum(point.value is not None for point in points) < 2:
        return None
    picture = charts.line_over_time(
        points,
        f"tren-{row.number.replace('.', '-')}",
        title,
        target=target,
        target_text=row.target if target is not None else "",
    )
    return Trend(captions.figure(3, title), picture)
