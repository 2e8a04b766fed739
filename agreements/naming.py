"""Words for what the plan promises."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from agreements.enums import Kind
from agreements.models import Indicator, Scale
from agreements.models.planning import TargetColumns
from perjanjian.numerals import NBSP, format_date, format_number

UNKNOWN = "–"


def plan_target(indicator: Indicator, target: TargetColumns | None, steps: Sequence[str] = ()) -> str:
    """A yearly target as the catalogue shows it: as exact as it was typed, with the unit of measure.

    `steps` are the names of the indicator's scale, rank 1 first.
    """
    if target is None:
        return UNKNOWN
    if indicator.kind == Kind.SCALE:
        return steps[target.step - 1] if target.step and target.step <= len(steps) else UNKNOWN
    if indicator.kind == Kind.DATE:
        return format_date(target.date) if target.date else UNKNOWN
    values = (target.low, target.high) if indicator.kind == Kind.RANGE else (target.value,)
    if None in values:
        return UNKNOWN
    figures = "–".join(format_number(value) for value in values)
    return f"{figures}{NBSP}{indicator.unit_of_measure}".rstrip()


def step_names(scale: Scale | None) -> list[str]:
    """Names of a scale's steps, rank 1 first."""
    return [step.name for step in scale.steps.all()] if scale else []


def measured_text(
    indicator: Indicator, value: Decimal | None, step: int | None, day: date | None, steps: Sequence[str] = ()
) -> str:
    """A figure somebody reached, in the column of the indicator's kind; empty where there is none."""
    if indicator.kind == Kind.SCALE:
        return steps[step - 1] if step and step <= len(steps) else ""
    if indicator.kind == Kind.DATE:
        return format_date(day) if day else ""
    return f"{format_number(value)}{NBSP}{indicator.unit_of_measure}".rstrip() if value is not None else ""
