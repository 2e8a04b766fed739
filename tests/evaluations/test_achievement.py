"""One figure against its target: the published examples, the special cases and the sentences."""

from dataclasses import FrozenInstanceError, fields, replace
from datetime import date
from decimal import Decimal as D
from decimal import localcontext

import pytest

from evaluations.achievement import Reading, Rule, Target, YearReading, achievement, year_reading
from evaluations.measures import Outcome, settled
from perjanjian.numerals import NBSP, round_half_up

NAMES = ("D", "C", "CC", "B", "BB", "A", "AA")


def judged(target, actual, **rule):
    return achievement(Target(value=D(target)), Reading(value=D(actual)), Rule(**rule))


def said(result):
    return result.sentence.replace(NBSP, " ")


# Where the example comes from; polarity, method, target, realisation, percent.
NUMBERS = [
    ("3.2 selisih R=8", "lower", "selisih", "10", "8", "120"),
    ("3.2 selisih R=12", "lower", "selisih", "10", "12", "80"),
    ("3.2 selisih R=25", "lower", "selisih", "10", "25", "-50"),
    ("3.2 invers R=8", "lower", "invers", "10", "8", "125"),
    ("3.2 invers R=12", "lower", "invers", "10", "12", "83.33"),
    ("3.2 invers R=25", "lower", "invers", "10", "25", "40"),
    ("3.3 target nol, nol", "lower", "selisih", "0", "0", "100"),
    ("3.3 target nol, lebih", "lower", "selisih", "0", "3", "0"),
    ("3.6 Klungkung 20,83/22", "higher", "selisih", "22", "20.83", "94.68"),
    ("3.6 Klungkung 95/90", "higher", "selisih", "90", "95", "105.56"),
    ("fact higher 80/80", "higher", "selisih", "80", "80", "100"),
    ("fact lower 14/14", "lower", "selisih", "14", "14", "100"),
    ("fact lower T10 R0", "lower", "selisih", "10", "0", "200"),
    ("fact lower T10 R25", "lower", "selisih", "10", "25", "-50"),
    ("fact lower 0/0", "lower", "selisih", "0", "0", "100"),
    ("fact higher T50 R600", "higher", "selisih", "50", "600", "1200"),
    ("stabil below", "exact", "selisih", "10", "9", "90"),
    ("stabil above", "exact", "selisih", "10", "11.5", "85"),
    ("stabil far", "exact", "selisih", "10", "25", "-50"),
    ("stabil 0/0", "exact", "selisih", "0", "0", "100"),
    ("lower 0 and a fall", "lower", "selisih", "0", "-1", "100"),
    ("invers 0/0", "lower", "invers", "0", "0", "100"),
    ("invers target nol", "lower", "invers", "0", "4", "0"),
    ("negative higher, better", "higher", "selisih", "-2", "-1", "150"),
    ("negative higher, on target", "higher", "selisih", "-2", "-2", "100"),
    ("negative higher, worse", "higher", "selisih", "-2", "-3", "50"),
    ("negative lower, better", "lower", "selisih", "-0.2", "-0.3", "150"),
    ("negative lower, worse", "lower", "selisih", "-0.2", "-0.1", "50"),
    ("negative lower, invers", "lower", "invers", "-0.2", "-0.1", "50"),
    ("negative exact", "exact", "selisih", "-4", "-5", "75"),
    ("negative realisation higher", "higher", "selisih", "10", "-5", "-50"),
    ("negative realisation lower", "lower", "selisih", "10", "-5", "250"),
]


@pytest.mark.parametrize(
    ("polarity", "method", "target", "actual", "percent"),
    [n[1:] for n in NUMBERS],
    ids=[n[0] for n in NUMBERS],
)
def test_number_reaches_percent(polarity, method, target, actual, percent):
    result = judged(target, actual, polarity=polarity, method=method)
    assert round_half_up(result.raw, 2) == D(percent)
    assert result.used == max(D(0), result.raw)
    assert result.reached is (result.raw >= 100)


RANGES = [
    # PermenPAN-RB 8/2021 prints 113 % for 92 against 80–90, which its own formula does not give: 92/90 is 102.2.
    ("3.2 PermenPAN-RB 8/2021 80–90, 92", "higher", "80", "90", "92", "102.22"),
    ("3.2 PermenPAN-RB 8/2021 80–90, 72", "higher", "80", "90", "72", "90"),
    ("3.2 PermenPAN-RB 8/2021 7–8 bulan, 6,5", "lower", "7", "8", "6.5", "107.14"),
    ("3.2 PermenPAN-RB 8/2021 7–8 bulan, 9", "lower", "7", "8", "9", "87.5"),
    ("inside", "lower", "7", "8", "7.5", "100"),
    ("on the lower bound", "higher", "7", "8", "7", "100"),
    ("on the upper bound", "exact", "7", "8", "8", "100"),
    ("exact above", "exact", "7", "8", "10", "75"),
    ("exact below", "exact", "8", "9", "6", "75"),
    ("never invers", "lower", "4", "5", "10", "0"),
    ("zero upper bound passed", "lower", "-1", "0", "2", "0"),
    ("zero lower bound kept", "lower", "0", "1", "-2", "100"),
    ("negative bounds above", "higher", "-4", "-2", "-1", "150"),
    ("negative bounds below", "higher", "-4", "-2", "-5", "75"),
]


@pytest.mark.parametrize(
    ("polarity", "low", "high", "actual", "percent"), [r[1:] for r in RANGES], ids=[r[0] for r in RANGES]
)
def test_range_reaches_percent(polarity, low, high, actual, percent):
    rule = Rule(kind="range", polarity=polarity, method="invers")
    result = achievement(Target(low=D(low), high=D(high)), Reading(value=D(actual)), rule)
    assert round_half_up(result.raw, 2) == D(percent)


@pytest.mark.parametrize(
    ("target", "actual", "percent"),
    [
        (Target(low=D(7)), "7", "100"),
        (Target(low=D(8)), "6", "75"),
        (Target(high=D(8)), "8", "100"),
        (Target(high=D(8)), "10", "125"),
        (Target(high=D(8)), "-10", "100"),
        (Target(low=D(8)), "1000", "100"),
        (Target(low=D(7), high=D(7)), "7", "100"),
    ],
)
def test_range_may_be_open_or_a_point(target, actual, percent):
    assert achievement(target, Reading(value=D(actual)), Rule(kind="range")).raw == D(percent)


@pytest.mark.parametrize(
    ("target", "actual", "above", "percent"),
    [
        (5, 5, "hundred", 100),
        (5, 3, "hundred", 60),
        (5, 6, "hundred", 100),
        (5, 6, "rank", 120),
        (5, 5, "rank", 100),
        (5, 3, "rank", 60),
        (7, 1, "hundred", D(100) / 7),
        (1, 7, "rank", 700),
    ],
)
def test_scale_compares_ranks(target, actual, above, percent):
    rule = Rule(kind="scale", steps=NAMES, scale_above=above, polarity="lower")
    result = achievement(Target(step=target), Reading(step=actual), rule)
    assert round_half_up(result.raw, 20) == round_half_up(D(percent), 20)


@pytest.mark.parametrize(("target", "actual"), [(5, 8), (8, 5), (0, 3), (3, 0), (5, -1)])
def test_rank_off_the_scale_is_not_computable(target, actual):
    result = achievement(Target(step=target), Reading(step=actual), Rule(kind="scale", steps=NAMES))
    assert (result.raw, result.used, result.marks) == (None, None, {"not_computable"})


def test_scale_without_names_has_no_highest_step():
    result = achievement(Target(step=2), Reading(step=9), Rule(kind="scale", scale_above="rank"))
    assert result.raw == 450
    assert achievement(Target(step=2), Reading(step=1), Rule(kind="scale")).raw == 50
    assert said(result) == "Realisasi tingkat 9 dari target tingkat 2, rumus 9 ÷ 2 = 450,00 %"


@pytest.mark.parametrize(
    ("target", "actual", "percent"),
    [
        (date(2026, 3, 15), date(2026, 3, 15), "100"),
        (date(2026, 3, 15), date(2025, 12, 1), "100"),
        (date(2026, 3, 15), date(2026, 3, 20), "93.24"),  # (2 × 74 − 79) ÷ 74
        (date(2026, 12, 31), date(2027, 1, 1), "99.73"),  # day 366 of 365: counted on from the target's year
        (date(2024, 3, 1), date(2024, 3, 2), "98.36"),  # a leap year: (2 × 61 − 62) ÷ 61
        (date(2026, 1, 1), date(2026, 1, 2), "0"),
        (date(2026, 1, 1), date(2026, 1, 3), "-100"),
    ],
)
def test_date_counts_days_of_the_targets_year(target, actual, percent):
    result = achievement(Target(date=target), Reading(date=actual), Rule(kind="date"))
    assert round_half_up(result.raw, 2) == D(percent)


def test_ratio_divides_and_multiplies_by_its_factor():
    target, rule = Target(value=D(80)), Rule(kind="ratio", factor=D(1000))
    assert achievement(target, Reading(numerator=D(3), denominator=D(50)), rule).raw == 75
    assert achievement(target, Reading(value=D(40)), rule).raw == 50
    both = Reading(value=D(40), numerator=D(3), denominator=D(50))
    assert achievement(target, both, rule).raw == 75
    assert achievement(target, both, Rule()).raw == 50
    assert achievement(target, Reading(numerator=D(3), denominator=D(5)), Rule()).raw == 75


@pytest.mark.parametrize("numerator", [0, 5])
def test_denominator_of_zero_is_not_computable(numerator):
    reading = Reading(value=D(7), numerator=D(numerator), denominator=D(0))
    result = achievement(Target(value=D(80)), reading, Rule(kind="ratio"))
    assert (result.raw, result.used, result.formula, result.reached) == (None, None, "", None)
    assert result.marks == {"not_computable"}
    assert (
        said(result) == f"Realisasi {numerator} ÷ 0 × 100: penyebutnya nol, jadi capaian tidak dapat dihitung"
    )


# --- used, cap, marks -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "actual", "cap", "used", "marks"),
    [
        ("10", "12", None, "120", set()),
        ("10", "12", "120", "120", set()),
        ("10", "12.1", "120", "120", {"capped"}),
        ("50", "600", "120", "120", {"capped"}),
        ("50", "600", None, "1200", set()),
        ("10", "0", "120", "0", set()),
        ("10", "-1", "120", "0", {"floored"}),
        ("10", "-1", None, "0", {"floored"}),
        ("10", "11", "100", "100", {"capped"}),
    ],
)
def test_averages_take_at_least_zero_and_at_most_the_cap(target, actual, cap, used, marks):
    result = judged(target, actual, cap=cap and D(cap))
    assert result.raw == D(actual) * 100 / D(target)
    assert (result.used, result.marks) == (D(used), marks)


def test_reached_looks_at_the_raw_percentage():
    assert judged(10, 10, cap=D(90)).reached is True
    assert judged("1000000", "999999.999").reached is False


@pytest.mark.parametrize(
    ("target", "actual", "rule", "formula", "marks"),
    [
        ("10", "9", {}, "higher", set()),
        ("-1", "9", {}, "higher_absolute", {"negative_target"}),
        ("0", "9", {}, "", {"zero_target", "not_computable"}),
        ("0", "0", {}, "", {"zero_target", "not_computable"}),
        ("10", "9", {"polarity": "lower"}, "selisih", set()),
        ("-10", "-9", {"polarity": "lower"}, "selisih_absolute", {"negative_target"}),
        ("0", "0", {"polarity": "lower"}, "zero_met", {"zero_target"}),
        ("0", "1", {"polarity": "lower"}, "zero_exceeded", {"zero_target"}),
        ("10", "9", {"polarity": "lower", "method": "invers"}, "invers", set()),
        ("-10", "-9", {"polarity": "lower", "method": "invers"}, "selisih_absolute", {"negative_target"}),
        ("10", "0", {"polarity": "lower", "method": "invers"}, "", {"invers_zero", "not_computable"}),
        ("10", "-1", {"polarity": "lower", "method": "invers"}, "", {"invers_zero", "not_computable"}),
        ("10", "0", {"polarity": "lower", "method": "invers", "cap": D(120)}, "invers_zero", {"invers_zero"}),
        (
            "10",
            "-1",
            {"polarity": "lower", "method": "invers", "cap": D(120)},
            "invers_zero",
            {"invers_zero"},
        ),
        ("10", "9", {"polarity": "exact"}, "exact", set()),
        ("0.5", "0.4", {"polarity": "exact"}, "exact", set()),
        ("-0.5", "-0.4", {"polarity": "exact"}, "exact_absolute", {"negative_target"}),
        ("-10", "-9", {"polarity": "exact"}, "exact_absolute", {"negative_target"}),
        ("0", "0", {"polarity": "exact"}, "zero_exact", {"zero_target"}),
        ("0", "1", {"polarity": "exact"}, "", {"zero_target", "not_computable"}),
    ],
)
def test_result_names_its_formula_and_special_rules(target, actual, rule, formula, marks):
    result = judged(target, actual, **rule)
    assert (result.formula, result.marks) == (formula, marks)
    assert (result.raw is None) is (formula == "")


def test_invers_of_nothing_is_the_cap():
    result = judged(10, 0, polarity="lower", method="invers", cap=D(120))
    assert (result.raw, result.used, result.reached) == (120, 120, True)


@pytest.mark.parametrize(
    ("kind", "low", "high", "actual", "formula"),
    [
        ("higher", 7, 8, 9, "range_higher"),
        ("lower", 7, 8, 9, "range_selisih"),
        ("exact", 7, 8, 9, "range_exact"),
        ("higher", 7, 8, 8, "range"),
        ("higher", 7, 8, 7, "range"),
        ("higher", -1, 0, 2, ""),
    ],
)
def test_range_names_the_formula_at_its_bound(kind, low, high, actual, formula):
    rule = Rule(kind="range", polarity=kind)
    assert achievement(Target(low=D(low), high=D(high)), Reading(value=D(actual)), rule).formula == formula


def test_provisional_figure_is_marked():
    result = achievement(Target(value=D(10)), Reading(value=D(5), provisional=True), Rule())
    assert result.marks == {"provisional"}
    assert said(result).startswith("Realisasi 5 (angka sementara) dari target 10")
    unknown = achievement(Target(value=D(0)), Reading(value=D(5), provisional=True), Rule())
    assert unknown.marks == {"provisional", "zero_target", "not_computable"}


# --- nothing to compare -----------------------------------------------------------------------

UNMEASURED = {
    "missing": "Realisasi belum diisi, jadi capaian belum dihitung",
    "not_published": "Data belum rilis, jadi capaian belum dihitung",
    "not_applicable": "Tidak relevan, jadi tidak ikut dihitung",
    "not_due": "Belum waktunya diukur, jadi capaian belum dihitung",
}


@pytest.mark.parametrize("state", UNMEASURED)
@pytest.mark.parametrize("target", [Target(), Target(value=D(10)), Target(value=D(0))])
def test_unmeasured_is_unknown_with_its_own_sentence(state, target):
    result = achievement(target, Reading(state=state, value=D(5), provisional=True), Rule())
    assert (result.raw, result.used, result.reached, result.formula) == (None, None, None, "")
    assert (result.marks, result.sentence) == ({state}, UNMEASURED[state])


@pytest.mark.parametrize(
    ("kind", "reading"),
    [
        ("number", None),
        ("number", Reading()),
        ("number", Reading(step=3, date=date(2026, 1, 1))),
        ("ratio", Reading(numerator=D(4))),
        ("ratio", Reading(denominator=D(4))),
        ("range", Reading(step=4)),
        ("scale", Reading(value=D(4), date=date(2026, 1, 1))),
        ("date", Reading(value=D(4), step=4)),
    ],
)
def test_reading_without_its_figure_is_missing(kind, reading):
    target = Target(D(1), D(1), D(2), 3, date(2026, 1, 1))
    result = achievement(target, reading, Rule(kind=kind))
    assert (result.raw, result.used, result.reached, result.formula) == (None, None, None, "")
    assert (result.marks, result.sentence) == ({"missing"}, UNMEASURED["missing"])


@pytest.mark.parametrize(
    ("kind", "reading", "words"),
    [
        ("number", Reading(value=D(4)), "Realisasi 4"),
        ("ratio", Reading(numerator=D(1), denominator=D(4)), "Realisasi 1 ÷ 4 × 100 = 25"),
        ("range", Reading(value=D(4)), "Realisasi 4"),
        ("scale", Reading(step=4), "Realisasi B (tingkat 4)"),
        ("date", Reading(date=date(2026, 8, 17)), "Realisasi 17 Agustus 2026"),
    ],
)
def test_missing_target_is_not_computable(kind, reading, words):
    result = achievement(Target(), reading, Rule(kind=kind, steps=NAMES))
    assert (result.raw, result.used, result.reached, result.marks) == (None, None, None, {"not_computable"})
    assert result.sentence == f"{words}: target belum ditetapkan, jadi capaian tidak dapat dihitung"


def test_reversed_range_is_not_computable():
    result = achievement(Target(low=D(8), high=D(7)), Reading(value=D(5)), Rule(kind="range"))
    assert (result.raw, result.marks) == (None, {"not_computable"})
    assert said(result) == (
        "Realisasi 5 dari rentang target 8 sampai 7, makin tinggi makin baik: batas bawah rentang target "
        "lebih besar daripada batas atasnya, jadi capaian tidak dapat dihitung"
    )


OUT_OF_RANGE = "Angka realisasi atau target di luar jangkauan hitungan, jadi capaian tidak dapat dihitung"


@pytest.mark.parametrize(
    ("target", "actual"),
    [
        ("1E+41", "1"),
        ("1", "1E+41"),
        ("1", "-1E+41"),
        ("1", "1E-41"),
        ("1E+999999", "1E-999999"),
        ("1E-20", "1E+20"),
        ("NaN", "1"),
        ("1", "sNaN"),
        ("1", "Infinity"),
    ],
)
def test_absurd_figure_is_a_sentence_and_no_error(target, actual):
    result = judged(target, actual)
    assert (result.raw, result.used, result.reached) == (None, None, None)
    assert (result.marks, result.sentence) == ({"not_computable"}, OUT_OF_RANGE)


@pytest.mark.parametrize(("target", "actual"), [("1E+40", "1E+40"), ("1E-40", "1E-40"), ("1", "1E+38")])
def test_large_and_small_figures_still_count(target, actual):
    assert judged(target, actual).raw == D(actual) / D(target) * 100


def test_zero_of_any_writing_is_zero():
    assert said(judged("10", "-0.000")).startswith("Realisasi 0 dari target 10")
    assert judged("10", "0E+99").raw == 0
    assert judged("0E+99", "5").marks == {"zero_target", "not_computable"}


def test_float_is_refused():
    with pytest.raises(TypeError):
        achievement(Target(value=D(10)), Reading(value=0.5), Rule())


def test_callers_decimal_context_does_not_matter():
    with localcontext(prec=2):
        result = judged("3", "1.23456789")
    assert result.raw == D("41.152263")
    assert judged("3", "1", polarity="lower").raw == D("166." + "6" * 46 + "7")


# --- the values themselves --------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [Rule(), Target(), Reading(), judged(1, 1), year_reading([], "sum", Rule()), Outcome(None)],
    ids=lambda value: type(value).__name__,
)
def test_values_are_frozen_and_hold_nothing_else(value):
    with pytest.raises(FrozenInstanceError):
        setattr(value, fields(value)[0].name, None)
    assert not hasattr(value, "__dict__")
    assert hash(value) == hash(replace(value))


def test_year_reading_is_of_the_last_period_unless_said():
    assert YearReading(Reading(), False, False, (1,), (), "").earlier_period is False


def test_settled_keeps_forty_digits():
    with localcontext(prec=50):
        third = D(1) / 3
    assert settled(third) == D("0." + "3" * 40)
