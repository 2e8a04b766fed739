"""What must hold for any figures: direction, bounds, continuity, and that nothing ever raises."""

from datetime import date
from decimal import Decimal as D
from decimal import localcontext
from fractions import Fraction

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from evaluations.achievement import (
    ACCUMULATIONS,
    KINDS,
    METHODS,
    PERMENDAGRI_86_2017,
    POLARITIES,
    SCALE_ABOVE,
    STATES,
    RatingScale,
    Reading,
    Rule,
    Target,
    achievement,
    mean,
    rating,
    running_target,
    year_achievement,
    year_reading,
)
from tests.evaluations import oracle

# How long one example takes says something about the machine, not about the engine.
patient = settings(deadline=None)

typed = st.decimals(min_value=-(10**9), max_value=10**9, places=6)
positive = st.decimals(min_value="0.000001", max_value=10**9, places=6)
percents = st.decimals(min_value=-1000, max_value=10000, places=10)
anything = st.decimals(allow_nan=False, allow_infinity=False)
caps = st.none() | st.sampled_from([D(100), D(110), D(120), D(150)])
dates = st.dates(date(1, 1, 1), date(9999, 12, 31))
rules = st.builds(
    Rule,
    kind=st.sampled_from(KINDS),
    polarity=st.sampled_from(POLARITIES),
    method=st.sampled_from(METHODS),
    cap=caps,
    scale_above=st.sampled_from(SCALE_ABOVE),
    unit=st.sampled_from(["", "%", "Rp", "orang"]),
    decimals=st.none() | st.integers(0, 6),
    steps=st.sampled_from([(), ("C", "B", "A")]),
    year=st.none() | st.just(2026),
)


def targets(figures):
    optional = st.none() | figures
    return st.builds(Target, optional, optional, optional, st.none() | st.integers(-1, 5), st.none() | dates)


def readings(figures):
    optional = st.none() | figures
    return st.builds(
        Reading,
        st.sampled_from(STATES),
        optional,
        optional,
        optional,
        st.none() | st.integers(-1, 5),
        st.none() | dates,
        st.booleans(),
    )


def percent(target, actual, **rule):
    return achievement(target, Reading(value=actual), Rule(**rule)).raw


@patient
@given(typed, typed, typed)
@example(D(0), D(0), D(1))
def test_higher_never_falls_when_the_realisation_rises(target, one, other):
    assume(target)
    less, more = sorted((one, other))
    assert percent(Target(value=target), less) <= percent(Target(value=target), more) or target == 0


@patient
@given(typed, typed, typed, st.sampled_from(METHODS), caps)
def test_lower_never_rises_with_the_realisation(target, one, other, method, cap):
    less, more = (
        achievement(Target(value=target), Reading(value=actual), Rule("number", "lower", method, cap))
        for actual in sorted((one, other))
    )
    if less.used is not None and more.used is not None:
        assert less.used >= more.used
    if method == "selisih":
        assert less.raw >= more.raw


@patient
@given(typed, typed, typed)
def test_exact_falls_with_the_distance(target, one, other):
    assume(target)
    near, far = sorted((one, other), key=lambda actual: abs(actual - target))
    raw = [percent(Target(value=target), actual, polarity="exact") for actual in (near, far)]
    assert raw[0] >= raw[1]
    assert raw[0] <= 100


@patient
@given(st.lists(positive, min_size=2, max_size=2), typed, typed)
def test_range_moves_in_the_good_direction(bounds, one, other):
    low, high = sorted(bounds)
    target = Target(low=low, high=high)
    less, more = sorted((one, other))
    for polarity, worse, better in (("higher", less, more), ("lower", more, less)):
        rule = {"kind": "range", "polarity": polarity}
        assert percent(target, worse, **rule) <= percent(target, better, **rule)


@patient
@given(typed, st.sampled_from(POLARITIES), st.sampled_from(METHODS))
def test_on_target_is_one_hundred(target, polarity, method):
    assume(target or polarity != "higher")
    assert percent(Target(value=target), target, polarity=polarity, method=method) == 100


@patient
@given(st.lists(typed, min_size=2, max_size=2), st.sampled_from(POLARITIES), st.booleans())
def test_range_is_continuous_at_its_bounds(bounds, polarity, upper):
    low, high = sorted(bounds)
    bound, step = (high, D("1E-12")) if upper else (low, D("-1E-12"))
    assume(abs(bound) >= D("0.001"))
    rule = {"kind": "range", "polarity": polarity}
    assert percent(Target(low=low, high=high), bound, **rule) == 100
    assert abs(percent(Target(low=low, high=high), bound + step, **rule) - 100) < D("1E-6")


@patient
@given(typed, typed)
def test_selisih_is_continuous(target, actual):
    assume(abs(target) >= D("0.001"))
    near = [percent(Target(value=target), actual + step, polarity="lower") for step in (D(0), D("1E-12"))]
    assert abs(near[0] - near[1]) < D("1E-6")


@patient
@given(typed, typed, rules)
def test_used_stays_between_zero_and_the_cap(target, actual, rule):
    result = achievement(Target(target, target, target), Reading(value=actual), rule)
    if result.used is not None:
        assert result.used >= 0
        assert rule.cap is None or result.used <= rule.cap
        assert result.used == result.raw or result.marks & {"capped", "floored"}


@patient
@given(typed, typed, st.sampled_from(POLARITIES), st.sampled_from(METHODS), caps)
def test_any_number_agrees_with_the_oracle(target, actual, polarity, method, cap):
    rule = Rule("number", polarity, method, cap)
    result = achievement(Target(value=target), Reading(value=actual), rule)
    expected = oracle.percent(Target(value=target), Fraction(actual), rule)
    assert (result.raw is None) is (expected is None)
    if expected is not None:
        assert abs(Fraction(result.raw) - expected) <= abs(expected) / 10**40 + Fraction(1, 10**40)
        assert result.reached is (expected >= 100)


@patient
@given(targets(anything), st.none() | readings(anything), rules)
def test_one_figure_never_raises(target, reading, rule):
    result = achievement(target, reading, rule)
    assert (result.raw is None) is (result.used is None) is (result.reached is None)
    assert result.sentence
    assert (result.formula == "") is (result.raw is None)


@patient
@given(
    targets(anything),
    st.lists(st.none() | readings(anything), max_size=6),
    st.sampled_from(ACCUMULATIONS),
    rules,
)
def test_a_year_never_raises(target, periods, accumulation, rule):
    result = year_achievement(target, periods, accumulation, rule)
    assert result.sentence
    assert result.raw is not None or result.used is None
    found = year_reading(periods, accumulation, rule)
    assert set(found.periods_used) <= set(range(1, len(periods) + 1))
    assert not set(found.periods_used) & set(found.missing)


@patient
@given(
    st.lists(st.none() | st.builds(Reading, st.sampled_from(STATES), typed, typed, positive), max_size=6),
    st.sampled_from(["sum", "average", "ratio_of_sums"]),
    st.sampled_from(["number", "ratio"]),
    st.data(),
)
def test_order_of_entry_is_irrelevant_to_what_is_added_up(periods, accumulation, kind, data):
    shuffled = data.draw(st.permutations(periods))
    one, other = (year_reading(order, accumulation, Rule(kind=kind)) for order in (periods, shuffled))
    assert one.reading == other.reading
    assert (one.partial, len(one.missing)) == (other.partial, len(other.missing))


@patient
@given(
    targets(anything),
    st.lists(st.none() | targets(anything), max_size=6),
    st.lists(st.none() | readings(anything), max_size=6),
    st.sampled_from(ACCUMULATIONS),
    rules,
)
def test_a_plan_never_raises_and_changes_nothing_once_the_year_is_over(
    target, planned, periods, accumulation, rule
):
    running = running_target(planned, year_reading(periods, accumulation, rule), accumulation, rule)
    result = year_achievement(target, periods, accumulation, rule, running=running)
    assert ("period_target" in result.marks) <= (running is not None)
    if not year_reading(periods, accumulation, rule).to_date:
        assert result == year_achievement(target, periods, accumulation, rule)


@patient
@given(targets(typed), readings(typed), rules, st.integers(1, 60))
def test_callers_decimal_context_is_irrelevant(target, reading, rule, precision):
    with localcontext(prec=precision):
        result = achievement(target, reading, rule)
    assert result == achievement(target, reading, rule)


@patient
@given(percents)
@example(D(90))
@example(D("90.0000001"))
def test_rating_has_no_gaps(value):
    words = [word for _, word in PERMENDAGRI_86_2017.bands] + [PERMENDAGRI_86_2017.lowest]
    assert rating(value, PERMENDAGRI_86_2017) == words[sum(value <= bound for bound in (90, 75, 65, 50))]


@patient
@given(percents, st.lists(percents, max_size=6, unique=True), st.booleans())
def test_any_scale_rates_any_percentage(value, bounds, inclusive):
    scale = RatingScale(tuple((bound, str(bound)) for bound in bounds), "lowest", inclusive)
    passed = [bound for bound in bounds if value > bound or (inclusive and value == bound)]
    assert rating(value, scale) == (str(max(passed)) if passed else "lowest")


@patient
@given(st.lists(st.none() | percents, max_size=10))
def test_mean_lies_between_its_values(values):
    known = [value for value in values if value is not None]
    if known:
        assert min(known) <= mean(values) <= max(known)
    else:
        assert mean(values) is None
