"""Figures of a performance report as points of a line, and where the bounds of their target stand."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from agreements.enums import Kind
from agreements.models import AgreementIndicator
from evaluations import achievement, readings
from evaluations.results import Cell
from reports import charts

NO_DATA = "Data belum tersedia"


def number(reading: achievement.Reading, rule: achievement.Rule) -> Decimal | None:
    """The figure as something to draw and compare; None for dates and for what is not measured."""
    figure = readings.figure_of(reading, rule)
    return Decimal(figure) if isinstance(figure, Decimal | int) else None


def day(reading: achievement.Reading, rule: achievement.Rule) -> date | None:
    """The figure of an indicator that is a date; None for others and for what is not measured."""
    figure = readings.figure_of(reading, rule)
    return figure if isinstance(figure, date) else None


def drawn_bounds(promise: AgreementIndicator, rule: achievement.Rule) -> list[tuple[Decimal, str]]:
    """The bounds of a promised range with their words, the lower first; empty for other kinds."""
    if promise.kind != Kind.RANGE:
        return []
    known = [bound for bound in (promise.low, promise.high) if bound is not None]
    return [(bound, readings.figure_text(bound, rule)) for bound in known]


def sums(cells: Iterable[Cell], rule: achievement.Rule) -> list[charts.Point]:
    """Quarters that are added up as their sum so far, which the annual target can be laid beside.

    From the first quarter without a figure on the sum is unknown; one that is not relevant adds nothing.
    """
    points: list[charts.Point] = []
    total: Decimal | None = Decimal(0)
    provisional = False
    for cell in cells:
        value = number(cell.reading, rule) if cell.reading else None
        name = cell.period.short_name
        if value is None:
            points.append(charts.Point(name, None, cell.state.label))
            if not (cell.reading and cell.reading.state == "not_applicable"):
                total = None
            continue
        if total is None:
            points.append(charts.Point(name, None, NO_DATA))
            continue
        total += value
        provisional = provisional or cell.provisional
        points.append(charts.Point(name, total, readings.figure_text(total, rule), provisional))
    return points


def quarter_point(cell: Cell, rule: achievement.Rule) -> charts.Point:
    value = number(cell.reading, rule) if cell.reading else None
    text = cell.state.label if value is None else readings.figure_text(value, rule)
    return charts.Point(cell.period.short_name, value, text, cell.provisional and value is not None)
