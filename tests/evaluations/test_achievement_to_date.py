"""A year that is not over: which target its figure is compared with, and what is left unjudged."""

from datetime import date
from decimal import Decimal as D

import pytest

from evaluations.achievement import (
    ACCUMULATIONS,
    KINDS,
    POLARITIES,
    Reading,
    Rule,
    Target,
    aggregate,
    headline,
    running_target,
    year_achievement,
    year_reading,
)
from perjanjian.numerals import NBSP
from tests.evaluations.test_achievement_year import NOT_DUE, NOT_RELEVANT, readings

GROWING = ("sum", "running_total")


def planned(*values):
    return [None if value is None else Target(value=D(value)) for value in values]


def running(plan, periods, accumulation, rule=None):
    rule = rule or Rule()
    return running_target(plan, year_reading(periods, accumulation, rule), accumulation, rule)


def judged(target, periods, accumulation, plan=(), rule=None):
    rule = rule or Rule()
    goal = running(plan, periods, accumulation, rule)
    return year_achievement(Target(value=D(target)), periods, accumulation, rule, running=goal)


# --- without a plan ---------------------------------------------------------------------------


@pytest.mark.parametrize("polarity", POLARITIES)
@pytest.mark.parametrize("accumulation", ACCUMULATIONS)
def test_a_figure_that_grows_is_shown_beside_the_years_target_and_not_judged(accumulation, polarity):
    rule = Rule(polarity=polarity, kind="ratio")
    periods = readings((1, 4), (1, 4), NOT_DUE, NOT_DUE)
    result = year_achievement(Target(value=D(100)), periods, accumulation, rule)
    assert result.raw is not None
    if accumulation in GROWING:
        assert (result.used, result.reached) == (None, None)
        assert "too_early" in result.marks
        assert result.sentence.endswith("; dibanding target setahun, belum dinilai")
    else:
        assert result.used == result.raw if result.raw >= 0 else result.used == 0
        assert "too_early" not in result.marks
        assert "belum dinilai" not in result.sentence


@pytest.mark.parametrize("kind", ["scale", "date"])
@pytest.mark.parametrize("accumulation", GROWING)
def test_steps_and_dates_do_not_grow(accumulation, kind):
    periods = [Reading(step=2, date=date(2026, 2, 1)), NOT_DUE]
    target = Target(step=2, date=date(2026, 2, 1))
    result = year_achievement(target, periods, accumulation, Rule(kind=kind))
    assert (result.used, result.reached, result.marks) == (100, True, {"to_date"})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("accumulation", ACCUMULATIONS)
def test_once_the_last_period_is_due_the_year_is_judged(accumulation, kind):
    one = Reading(value=D(5), numerator=D(1), denominator=D(2), step=2, date=date(2026, 2, 1))
    target = Target(D(5), D(1), D(9), 2, date(2026, 2, 1))
    result = year_achievement(target, [one] * 4, accumulation, Rule(kind=kind))
    assert not result.marks & {"to_date", "too_early", "period_target"}
    assert result.used is not None


def test_a_year_measured_twice_is_over_with_its_second_figure():
    """A semester indicator: the first and third quarter are never due, which is no unfinished year."""
    early = judged(100, readings(NOT_DUE, 40, NOT_DUE, NOT_DUE), "sum")
    assert (early.used, "too_early" in early.marks) == (None, True)
    over = judged(100, readings(NOT_DUE, 40, NOT_DUE, 50), "sum")
    assert (over.used, over.marks) == (90, set())
    assert "belum waktunya" not in over.sentence


def test_what_was_already_passed_is_not_judged_either():
    """The sum may fall again by a negative quarter; a mean of the early ones alone would flatter."""
    result = judged(100, readings(120, NOT_DUE), "sum")
    assert (result.raw, result.used, result.reached) == (120, None, None)


def test_an_unjudged_year_counts_in_no_mean_and_leaves_the_headline_open():
    results = [judged(100, readings(25, NOT_DUE), each) for each in ("sum", "last")]
    assert aggregate([results]) == 25
    found = headline(results)
    assert (found.reached, found.total, found.unmeasured) == (0, 2, 1)


def test_a_gap_in_an_unfinished_sum_is_both():
    result = judged(100, readings(25, None, NOT_DUE), "sum")
    assert result.marks == {"partial", "to_date", "too_early"}
    assert result.used is None


# --- with a plan ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accumulation", "expected"),
    [
        ("sum", 30),
        ("average", 15),
        ("last", 20),
        ("annual", 20),
        ("running_total", 20),
        ("ratio_of_sums", None),
    ],
)
def test_the_plan_is_read_as_the_figures_are(accumulation, expected):
    periods = [Reading(value=D(8), numerator=D(1), denominator=D(2))] * 2 + [NOT_DUE] * 2
    found = running(planned(10, 20, 30, 40), periods, accumulation)
    assert (found and found.value) == expected


def test_a_sum_is_judged_against_the_sum_of_its_quarters_before_the_year_is_over():
    result = judged(100, readings(12, 15, NOT_DUE, NOT_DUE), "sum", planned(10, 20, 30, 40))
    assert (result.raw, result.used, result.reached) == (90, 90, False)
    assert result.marks == {"to_date", "period_target"}
    assert result.sentence.endswith(
        f"rumus 27 ÷ 30 = 90,00{NBSP}%; yang dipakai target Rencana Aksi sampai dengan Triwulan II"
    )


def test_the_plan_counts_nothing_once_the_year_is_over():
    periods = readings(12, 15, 20, 30)
    result = judged(100, periods, "sum", planned(1, 1, 1, 1))
    assert result == year_achievement(Target(value=D(100)), periods, "sum", Rule())
    assert result.raw == 77


def test_a_quarter_the_plan_leaves_empty_gives_no_target():
    assert running(planned(10, None, 30, 40), readings(1, 2, NOT_DUE, NOT_DUE), "sum") is None
    assert running([Target(), *planned(20)], readings(1, 2, NOT_DUE, NOT_DUE), "sum") is None
    assert running(planned(10), readings(1, 2, NOT_DUE), "last") is None
    assert running(planned(20, None), readings(1, 2, NOT_DUE), "last") is None
    assert running((), readings(1, NOT_DUE), "sum") is None


def test_only_the_quarter_the_figure_rests_on_needs_a_target():
    """The second quarter is not filled in: the first one's figure is compared with the first one's target."""
    found = running(planned(10, 20), readings(8, None, NOT_DUE), "running_total")
    assert found == Target(value=D(10))


def test_what_does_not_apply_was_not_to_be_reached():
    found = running(planned(10, 20, 30), readings(1, NOT_RELEVANT, 3, NOT_DUE), "sum")
    assert found == Target(value=D(40))


def test_an_incomplete_sum_is_compared_with_no_part_of_the_plan():
    assert running(planned(10, 20, 30), readings(1, None, 3, NOT_DUE), "sum") is None


def test_a_planned_zero_is_a_target():
    assert running(planned(0, 0), readings(0, 0, NOT_DUE), "sum") == Target(value=D(0))
    nothing = judged(100, readings(0, NOT_DUE), "sum", planned(0))
    assert (nothing.raw, nothing.used) == (None, None)
    assert "zero_target" in nothing.marks
    kept = judged(100, readings(0, NOT_DUE), "sum", planned(0), Rule(polarity="lower"))
    assert (kept.raw, kept.reached) == (100, True)


def test_bounds_are_added_up_each_for_itself():
    plan = [Target(low=D(1), high=D(2)), Target(low=D(3), high=D(5))]
    periods = readings(2, 3, NOT_DUE)
    assert running(plan, periods, "sum", Rule(kind="range")) == Target(low=D(4), high=D(7))
    half_open = [Target(low=D(1)), Target(low=D(3))]
    assert running(half_open, periods, "sum", Rule(kind="range")) == Target(low=D(4))
    # Once a lower bound, once an upper one: together they bound nothing.
    turned = [Target(low=D(1)), Target(high=D(5))]
    assert running(turned, periods, "sum", Rule(kind="range")) is None


@pytest.mark.parametrize(
    ("kind", "target"), [("scale", Target(step=3)), ("date", Target(date=date(2026, 3, 1)))]
)
def test_steps_and_dates_take_the_last_planned(kind, target):
    periods = [Reading(step=2, date=date(2026, 2, 1)), NOT_DUE]
    assert running([target], periods, "sum", Rule(kind=kind)) == target


def test_thirds_of_a_plan_compare_as_whole_numbers_do():
    found = running(planned(1, 1, 2), readings(1, 1, 1, NOT_DUE), "average")
    assert judged(3, readings("4", "0", "0", NOT_DUE), "average", planned(1, 1, 2)).reached is True
    assert str(found.value).startswith("1.3333333333")
