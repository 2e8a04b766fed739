"""What several results add up to: means, headline, rating, budget."""

from dataclasses import FrozenInstanceError, fields
from decimal import Decimal as D
from decimal import localcontext

import pytest

from evaluations.achievement import (
    PERMENDAGRI_86_2017,
    Headline,
    RatingScale,
    Reading,
    Result,
    Rule,
    Target,
    absorption,
    achievement,
    aggregate,
    efficiency,
    headline,
    mean,
    pmk_efficiency,
    pmk_score,
    rating,
    rule_sentence,
    unspent,
    weighted_mean,
)
from perjanjian.numerals import NBSP, round_half_up


def result(used, *marks, reached=None):
    return Result(used, used, "", "", frozenset(marks), reached)


def results(*figures):
    return [result(None if figure is None else D(figure)) for figure in figures]


# --- means ------------------------------------------------------------------------------------


def test_klungkung_2017_has_a_mean_of_100_12_and_is_very_high():
    """LKj Klungkung 2017: 20,83/22 and 95/90, a simple mean without a cap."""
    judged = [
        achievement(Target(value=D(target)), Reading(value=D(actual)), Rule())
        for target, actual in (("22", "20.83"), ("90", "95"))
    ]
    assert [round_half_up(one.raw, 2) for one in judged] == [D("94.68"), D("105.56")]
    percent = aggregate([judged])
    assert round_half_up(percent, 2) == D("100.12")
    assert rating(percent, PERMENDAGRI_86_2017) == "Sangat Tinggi"


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], None), ([None, None], None), ([D(4)], D(4)), ([D(0), None, D(5)], D("2.5")), ([D(0)], D(0))],
)
def test_mean_takes_known_values_only(values, expected):
    assert mean(values) == expected
    assert mean(iter(values)) == expected


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], None),
        ([(D(50), D(3)), (D(90), D(1))], D(60)),
        ([(D(50), D(3)), (None, D(7))], D(50)),
        ([(D(50), D(3)), (D(90), None)], D(50)),
        ([(D(50), D(0))], None),
        ([(D(50), D(0)), (D(90), D("0.5"))], D(90)),
    ],
)
def test_weighted_mean_leaves_out_what_is_unknown(pairs, expected):
    assert weighted_mean(pairs) == expected


def test_mean_of_thirds_is_exact_and_independent_of_the_caller():
    with localcontext(prec=50):
        thirds = [D(200) / 3, D(200) / 3, D(275) / 3]
    with localcontext(prec=3):
        percent = mean(thirds)
    assert percent == 75
    assert rating(percent, PERMENDAGRI_86_2017) == "Sedang"


def test_aggregate_by_objective_or_by_indicator():
    objectives = [results(100), results(40, 60, None), results(None), []]
    assert aggregate(objectives) == 75
    assert aggregate(objectives, "mean_of_objectives") == 75
    assert round_half_up(aggregate(objectives, "mean_of_indicators"), 2) == D("66.67")
    assert aggregate([]) is None
    assert aggregate([results(None)], "mean_of_indicators") is None


def test_aggregate_with_weights():
    objectives = [results(100, 50), results(40)]
    weights = [[D(3), D(1)], [D(6)]]
    assert aggregate(objectives, weights=weights) == D("63.75")
    assert aggregate(objectives, weights=weights, objective_weights=[D(1), D(3)]) == D("51.875")
    assert aggregate(objectives, objective_weights=[D(3), D(1)]) == D("66.25")
    assert aggregate(objectives, "mean_of_indicators", weights=weights) == 59
    assert (
        aggregate([results(100, None), results(40)], weights=weights, objective_weights=[D(1), None]) == 100
    )


@pytest.mark.parametrize("method", ["mean_of_objectives", "mean_of_indicators"])
def test_weights_of_another_shape_are_refused(method):
    with pytest.raises(ValueError, match="zip"):
        aggregate([results(1, 2)], method, weights=[[D(1)]])
    with pytest.raises(ValueError, match="zip"):
        aggregate([results(1, 2)], method, weights=[[D(1), D(1)], []])
    with pytest.raises(ValueError, match="zip"):
        aggregate([results(1, 2)], objective_weights=[])


def test_unknown_method_is_refused():
    with pytest.raises(ValueError, match="median"):
        aggregate([], "median")


def test_partial_and_capped_results_enter_as_used():
    capped = achievement(Target(value=D(50)), Reading(value=D(600)), Rule(cap=D(120)))
    assert aggregate([[capped, result(D(80))]]) == 100


# --- headline ---------------------------------------------------------------------------------


def test_headline_counts_reached_out_of_all_that_apply():
    counted = headline(
        [
            *[result(D(100), reached=True)] * 12,
            result(D(99), reached=False),
            result(None, "missing"),
            result(None, "not_computable"),
            result(None, "not_applicable"),
        ]
    )
    assert counted == Headline(reached=12, total=15, unmeasured=2)
    assert counted.sentence == "12 dari 15 indikator tercapai"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("missing", Headline(0, 1, 1)),
        ("not_published", Headline(0, 1, 1)),
        ("not_due", Headline(0, 1, 1)),
        ("not_applicable", Headline(0, 0, 0)),
    ],
)
def test_headline_of_what_is_not_measured(state, expected):
    assert headline([achievement(Target(value=D(1)), Reading(state=state), Rule())]) == expected


def test_headline_of_nothing_is_a_sentence_too():
    assert headline([]).sentence == "Belum ada indikator yang diukur"
    assert Headline(0, 1, 1).sentence == "0 dari 1 indikator tercapai"


@pytest.mark.parametrize("value", [Headline(1, 2, 0), PERMENDAGRI_86_2017])
def test_values_are_frozen_and_hold_nothing_else(value):
    with pytest.raises(FrozenInstanceError):
        setattr(value, fields(value)[0].name, None)
    assert not hasattr(value, "__dict__")


# --- rating -----------------------------------------------------------------------------------

ABOVE_91 = RatingScale(((D(76), "Baik"), (D(91), "Sangat Baik")), "Kurang", inclusive=True)


@pytest.mark.parametrize(
    ("percent", "word"),
    [
        ("100.12", "Sangat Tinggi"),
        ("90.01", "Sangat Tinggi"),
        ("90.0000001", "Sangat Tinggi"),
        ("90", "Tinggi"),
        ("90.00", "Tinggi"),
        ("89.999", "Tinggi"),
        ("75.5", "Tinggi"),
        ("75", "Sedang"),
        ("65.001", "Sedang"),
        ("65", "Rendah"),
        ("50.5", "Rendah"),
        ("50", "Sangat Rendah"),
        ("0", "Sangat Rendah"),
        ("-40", "Sangat Rendah"),
        ("1200", "Sangat Tinggi"),
    ],
)
def test_permendagri_86_2017_read_as_lower_bounds(percent, word):
    assert rating(D(percent), PERMENDAGRI_86_2017) == word


@pytest.mark.parametrize(
    ("percent", "word"),
    [("91", "Sangat Baik"), ("90.99", "Baik"), ("76", "Baik"), ("75.99", "Kurang"), ("120", "Sangat Baik")],
)
def test_inclusive_bounds_belong_to_their_band_in_any_order(percent, word):
    assert rating(D(percent), ABOVE_91) == word


def test_unknown_has_no_rating():
    assert rating(None, PERMENDAGRI_86_2017) is None


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        (
            PERMENDAGRI_86_2017,
            "Sangat Tinggi di atas 90 %; Tinggi di atas 75 %; Sedang di atas 65 %; Rendah di atas 50 %; "
            "Sangat Rendah sampai dengan 50 %",
        ),
        (ABOVE_91, "Sangat Baik mulai 91 %; Baik mulai 76 %; Kurang di bawah 76 %"),
        (RatingScale(((D("87.5"), "A"),), "B"), "A di atas 87,5 %; B sampai dengan 87,5 %"),
        (RatingScale((), "Cukup"), "Cukup untuk semua nilai"),
    ],
)
def test_rule_is_printed(scale, words):
    assert rule_sentence(scale).replace(NBSP, " ") == (
        f"Predikat menurut nilai yang belum dibulatkan: {words}"
    )


# --- budget -----------------------------------------------------------------------------------


def test_absorption_is_spent_of_the_ceiling():
    assert absorption(D(1000), D(950)) == 95
    assert absorption(D(1000), D(0)) == 0
    assert absorption(D(1000), None) is None
    assert absorption(None, D(950)) is None
    assert absorption(D(0), D(950)) is None
    with localcontext(prec=2):
        assert absorption(D(800), D("333.33")) == D("41.66625")


def test_unspent_is_what_is_left_of_the_ceiling():
    assert unspent(D(1000), D(950)) == 50
    assert unspent(D(1000), D(1100)) == -100
    assert unspent(D(0), D(0)) == 0
    assert unspent(D(1000), None) is None
    assert unspent(None, D(950)) is None
    with localcontext(prec=2):
        assert unspent(D("1234.56"), D("0.01")) == D("1234.55")


def test_efficiency_is_achievement_minus_absorption():
    assert efficiency(D(100), D(95)) == 5
    assert efficiency(D(80), D(95)) == -15
    assert efficiency(None, D(95)) is None
    assert efficiency(D(80), None) is None
    with localcontext(prec=2):
        assert efficiency(D("100.123"), D("0.001")) == D("100.122")


@pytest.mark.parametrize(
    ("e", "ne", "clamped"),
    [
        ("0", "50", False),
        ("8", "70", False),
        ("20", "100", False),
        ("20.01", "100", True),
        ("74.03", "100", True),
        ("-20", "0", False),
        ("-20.01", "0", True),
        ("-25", "0", True),
    ],
)
def test_pmk_214_score_is_clamped(e, ne, clamped):
    """The examples of PMK 214/PMK.02/2017, and a published report that did not clamp 74,03."""
    assert pmk_score(D(e)) == (D(ne), clamped)
    with localcontext(prec=2):
        assert pmk_score(D("1.234")) == (D("53.085"), False)


def output(*figures):
    return tuple(None if figure is None else D(figure) for figure in figures)


ONE = output(1000, 950, 100, 110)


@pytest.mark.parametrize(
    ("outputs", "e", "ne", "clamped"),
    [
        ([ONE], "13.64", "84.09", False),
        ([ONE, output(1000, 1000, 100, 100)], "6.82", "67.05", False),
        ([output(1000, 100, 100, 100)], "90", "100", True),
        ([output(1000, 2000, 100, 100)], "-100", "0", True),
        ([output(1000, 0, 100, 100)], "100", "100", True),
        ([ONE, output(None, 5, 5, 5)], "13.64", "84.09", False),
        ([ONE, output(5, None, 5, 5)], "13.64", "84.09", False),
        ([ONE, output(5, 5, None, 5)], "13.64", "84.09", False),
        ([ONE, output(5, 5, 5, None)], "13.64", "84.09", False),
        ([ONE, output(0, 5, 5, 5)], "13.64", "84.09", False),
        ([ONE, output(5, 5, 0, 5)], "13.64", "84.09", False),
        ([ONE, output(5, 0, 5, 0)], "13.64", "84.09", False),
    ],
)
def test_pmk_214_efficiency(outputs, e, ne, clamped):
    found_e, found_ne, found_clamped = pmk_efficiency(outputs)
    assert (round_half_up(found_e, 2), round_half_up(found_ne, 2), found_clamped) == (D(e), D(ne), clamped)


@pytest.mark.parametrize("outputs", [[], [output(None, None, None, None)], [ONE, output(5, 5, 5, 0)]])
def test_pmk_214_efficiency_is_unknown(outputs):
    assert pmk_efficiency(outputs) == (None, None, False)


def test_pmk_214_keeps_to_its_own_precision():
    with localcontext(prec=2):
        found = pmk_efficiency([output("1000", "987.65", "100", "100")])
    assert found == (D("1.235"), D("53.0875"), False)
