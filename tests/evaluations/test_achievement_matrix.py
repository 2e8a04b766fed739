"""Every accumulation, polarity and kind in every condition of a year, against an independent oracle."""

from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction
from itertools import product

import pytest

from evaluations.achievement import (
    ACCUMULATIONS,
    KINDS,
    METHODS,
    POLARITIES,
    SCALE_ABOVE,
    Reading,
    Rule,
    Target,
    year_achievement,
    year_reading,
)
from tests.evaluations import oracle

STEPS = ("D", "C", "CC", "B", "BB", "A", "AA")
NEW_YEAR = date(2026, 1, 1)
STATES = {state: Reading(state=state) for state in ("not_published", "not_applicable", "not_due")} | {
    "missing": None
}
# Where a period's state takes the place of its figure; the figures of the others stay.
GAPS = {
    "one missing": {1: "missing"},
    "last missing": {3: "missing"},
    "last not published": {3: "not_published"},
    "one not applicable": {1: "not_applicable"},
    "last not applicable": {3: "not_applicable"},
    "second half not due": {2: "not_due", 3: "not_due"},
    "missing and not due": {0: "missing", 3: "not_due"},
    "all missing": dict.fromkeys(range(4), "missing"),
    "all not published": dict.fromkeys(range(4), "not_published"),
    "all not applicable": dict.fromkeys(range(4), "not_applicable"),
    "all not due": dict.fromkeys(range(4), "not_due"),
}
# What is measured, and what was promised.
FIGURES = {
    "zero": ("zero", "usual"),
    "negative": ("negative", "usual"),
    "target zero": ("usual", "zero"),
    "zero on target zero": ("zero", "zero"),
    "target negative": ("usual", "negative"),
    "negative on both sides": ("negative", "negative"),
    "on target": ("usual", "reached"),
    "below target": ("usual", "high"),
    "far above": ("far", "usual"),
}
QUARTERS = {
    "usual": (1, 3, 2, 4),
    "zero": (0, 0, 0, 0),
    "negative": (-3, -1, -4, -2),
    "far": (900, 800, 950, 700),
}
RANKS = {"usual": (2, 4, 3, 5), "zero": (0, 0, 0, 0), "negative": (-1, -1, -1, -1), "far": (7, 7, 7, 7)}
DAYS = {
    "usual": (9, 31, 59, 90),
    "zero": (0, 0, 0, 0),
    "negative": (-9, -9, -9, -9),
    "far": (700, 800, 900, 999),
}
PROMISES = {"usual": 2, "zero": 0, "negative": -2, "high": 7}


def readings(kind, accumulation, measured):
    if kind == "scale":
        return [Reading(step=rank) for rank in RANKS[measured]]
    if kind == "date":
        return [Reading(date=NEW_YEAR + timedelta(days=day)) for day in DAYS[measured]]
    if kind == "ratio" or accumulation == "ratio_of_sums":
        return [Reading(numerator=D(figure), denominator=D(4)) for figure in QUARTERS[measured]]
    return [Reading(value=D(figure) / 2) for figure in QUARTERS[measured]]


def promise(kind, promised, reached):
    """The target; `reached` is what the year really came to, for targets that are met exactly."""
    if kind == "scale":
        return Target(step=reached if promised == "reached" else PROMISES[promised])
    if kind == "date":
        return Target(
            date=reached if promised == "reached" else NEW_YEAR + timedelta(20 * PROMISES[promised])
        )
    value = D(reached.numerator) / reached.denominator if promised == "reached" else D(PROMISES[promised])
    return Target(low=value - 1, high=value) if kind == "range" else Target(value=value)


def case(kind, accumulation, condition):
    measured, promised = FIGURES.get(condition, ("usual", "usual"))
    periods = readings(kind, accumulation, measured)
    for at, state in GAPS.get(condition, {}).items():
        periods[at] = STATES[state]
    _, reached, *_ = oracle.year(periods, accumulation, Rule(kind=kind))
    return promise(kind, promised, reached), periods


@pytest.mark.parametrize("condition", [*GAPS, *FIGURES])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("polarity", POLARITIES)
@pytest.mark.parametrize("accumulation", ACCUMULATIONS)
def test_year_agrees_with_the_oracle(accumulation, polarity, kind, condition):
    target, periods = case(kind, accumulation, condition)
    for method, above, cap in product(METHODS, SCALE_ABOVE, (None, D(120))):
        rule = Rule(kind, polarity, method, cap, above, steps=STEPS)
        state, actual, partial, to_date, earlier = oracle.year(periods, accumulation, rule)
        year = year_reading(periods, accumulation, rule)
        assert (year.reading.state, year.partial, year.to_date, year.earlier_period) == (
            state,
            partial,
            to_date,
            earlier,
        )
        result = year_achievement(target, periods, accumulation, rule)
        expected = oracle.percent(target, actual, rule) if state == "measured" else None
        assert same(result.raw, expected)
        early = state == "measured" and oracle.too_early(accumulation, kind, to_date)
        unrated = partial or early
        assert same(result.used, None if unrated else oracle.used(expected, cap))
        assert result.reached is (None if unrated or expected is None else expected >= 100)
        assert ("too_early" in result.marks and state == "measured") is early
        assert ("partial" in result.marks) is partial
        assert (state in result.marks) is (state != "measured")
        assert ("not_computable" in result.marks) is (state == "measured" and expected is None)
        assert result.sentence[0].isupper()


def same(figure, fraction):
    """Equal, as far as 50 digits can hold the fraction."""
    if figure is None or fraction is None:
        return figure is None and fraction is None
    return abs(Fraction(figure) - fraction) <= abs(fraction) / 10**38


def test_oracle_shares_nothing_with_the_engine():
    with open(oracle.__file__, encoding="utf-8") as source:
        assert "evaluations.achievement" not in source.read()
