"""Bab III.A of a performance report as data: each sasaran with its seven points, charts and texts.

The points are those of PermenPAN-RB 53/2014, Lampiran II: target and realisation, earlier years, the medium
term, benchmarks, causes and follow-up, efficiency, programmes. Nothing here divides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import dropwhile

from django.utils.safestring import SafeString

from agreements.enums import Accumulation, Kind
from evaluations import achievement, readings
from evaluations.enums import Section
from evaluations.results import AgreementResult, ObjectiveResult, RowResult
from reports import charts
from reports.contexts import lkjip_points
from reports.contexts.lkjip_captions import Caption, Captions, Figure
from reports.contexts.lkjip_resources import NO_RESOURCES, ObjectiveResources, Resources
from reports.contexts.lkjip_rows import IndicatorRow, indicator_row, rated
from reports.contexts.lkjip_source import Source

# Each quarter is such a figure as the annual target; other quarters are laid beside it as their sum so far.
COMPARABLE = (
    Accumulation.LAST,
    Accumulation.RUNNING_TOTAL,
    Accumulation.AVERAGE,
    Accumulation.RATIO_OF_SUMS,
    Accumulation.ANNUAL,
)
DRAWN = (Kind.NUMBER, Kind.RATIO, Kind.RANGE)


@dataclass(frozen=True)
class Tables:
    """The captions of a sasaran's tables; None where the table has no row."""

    target: Caption
    quarters: Caption
    years: Caption | None
    horizon: Caption | None
    benchmarks: Caption | None
    resources: Caption | None
    programmes: Caption | None
    steps: Caption | None


@dataclass(frozen=True)
class ObjectiveChapter:
    """A sasaran with all that is said about it. `mean` is a percentage, unrounded; `texts` by section."""

    number: int
    objective_id: int
    text: str
    rows: tuple[IndicatorRow, ...]
    headline: achievement.Headline
    mean: Decimal | None
    rating: str
    texts: Mapping[str, str]
    resources: ObjectiveResources
    tables: Tables
    bars: Figure | None

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
    def step_rows(self) -> tuple[IndicatorRow, ...]:
        return tuple(row for row in self.rows if row.steps)

    @property
    def documents(self) -> tuple[tuple[str, str], ...]:
        """The documents that figures of years before come from, each with the indicators and years."""
        found: dict[str, list[str]] = {}
        for row in self.rows:
            for each in row.years_typed:
                found.setdefault(each.source, []).append(f"{row.number} ({each.year})")
        return tuple((source, ", ".join(places)) for source, places in found.items())

    @property
    def trends(self) -> tuple[Figure, ...]:
        return tuple(row.trend for row in self.rows if row.trend)


# --- chapters -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Around:
    """What every chapter is made with. `scale` None leaves all unrated, for pages that show no rating."""

    source: Source
    texts: Mapping[tuple[str, int | None], str]
    captions: Captions
    scale: achievement.RatingScale | None = None
    resources: Resources = NO_RESOURCES


def chapters(result: AgreementResult | None, around: Around) -> tuple[ObjectiveChapter, ...]:
    """The sections of all sasaran, in the agreement's order; none without an agreement. No queries."""
    if result is None:
        return ()
    return tuple(_chapter(number, found, around) for number, found in enumerate(result.objectives, start=1))


def _chapter(number: int, found: ObjectiveResult, around: Around) -> ObjectiveChapter:
    rows = tuple(
        indicator_row(f"{number}.{at}", row, around.source, around.scale)
        for at, row in enumerate(found.rows, start=1)
    )
    captions = around.captions
    target = captions.table(3, f"Target, realisasi, dan capaian sasaran {number}")
    bars = None
    if any(row.percent is not None for row in rows):
        bars = Figure(captions.figure(3, f"Capaian indikator sasaran {number}"), _bars(number, rows))
    resources = around.resources.of_objective(found)
    tables = _tables(number, rows, resources, target, captions)
    rows = tuple(
        replace(row, trend=_trend(row, promise, around.source.year, captions))
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
        rating=rated(found.mean, around.scale),
        texts={section.value: around.texts.get((section, objective_id), "") for section in Section},
        resources=resources,
        tables=tables,
        bars=bars,
    )


def _tables(
    number: int,
    rows: tuple[IndicatorRow, ...],
    resources: ObjectiveResources,
    target: Caption,
    captions: Captions,
) -> Tables:
    """The captions, numbered in the order in which the tables stand."""

    def table(holds: object, text: str) -> Caption | None:
        return captions.table_if(holds, 3, text)

    return Tables(
        target=target,
        quarters=captions.table(3, f"Realisasi per triwulan sasaran {number}"),
        years=table(
            any(row.earlier for row in rows), f"Perbandingan sasaran {number} dengan tahun sebelumnya"
        ),
        horizon=table(
            any(row.horizon for row in rows), f"Kemajuan sasaran {number} terhadap target akhir periode"
        ),
        benchmarks=table(
            any(row.comparisons for row in rows), f"Perbandingan sasaran {number} dengan pembanding"
        ),
        resources=table(resources.lines, f"Efisiensi penggunaan anggaran sasaran {number}"),
        programmes=table(resources.lines, f"Program yang menunjang sasaran {number}"),
        steps=table(any(row.steps for row in rows), f"Pelaksanaan Rencana Aksi sasaran {number}"),
    )


# --- charts -------------------------------------------------------------------------------------


def _bars(number: int, rows: tuple[IndicatorRow, ...]) -> SafeString:
    bars = [
        charts.Bar(f"{row.number} {row.name}", row.percent, _why(row), row.provisional, row.reached is None)
        for row in rows
    ]
    return charts.achievement_bars(bars, f"capaian-{number}", f"Capaian indikator sasaran {number} (%)")


def _why(row: IndicatorRow) -> str:
    return "Belum dapat dihitung" if row.value else row.absent.partition(":")[0]


def _trend(row: IndicatorRow, found: RowResult, year: int, captions: Captions) -> Figure | None:
    """Several years where the application knows them, else the quarters; None when there is no line."""
    if found.promise.kind not in DRAWN:
        return None
    target = found.promise.value
    rule = replace(readings.rule_of(found.promise, year), unit="")
    name = f"Indikator {row.number} {row.short_name}" + (f" ({row.unit})" if row.unit else "")
    before = tuple(dropwhile(lambda each: each.value is None, row.earlier))
    if len(before) >= 2 and row.figure is not None:
        points = [charts.Point(str(e.year), e.value, e.text) for e in before]
        points.append(charts.Point(str(year), row.figure, row.value, row.provisional))
        title = f"{name}, {before[0].year}–{year}"
    else:
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
        bounds=lkjip_points.drawn_bounds(found.promise, rule),
    )
    return Figure(captions.figure(3, title), picture)
