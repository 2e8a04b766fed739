"""The sentence beside every percentage, word for word."""

import re
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evaluations.achievement import Reading, Rule, Target, achievement, year_reading
from perjanjian.numerals import NBSP, round_half_up

NAMES = ("D", "C", "CC", "B", "BB", "A", "AA")


def judged(target, actual, **rule):
    return achievement(Target(value=D(target)), Reading(value=D(actual)), Rule(**rule))


def said(result):
    return result.sentence.replace(NBSP, " ")


def test_without_words_only_the_sentence_is_lacking():
    told = judged(10, 12)
    bare = achievement(Target(value=D(10)), Reading(value=D(12)), Rule(), words=False)
    assert (bare.raw, bare.used, bare.formula, bare.marks, bare.reached) == (
        told.raw,
        told.used,
        told.formula,
        told.marks,
        told.reached,
    )
    assert bare.sentence == ""
    assert achievement(Target(), None, Rule(), words=False).sentence == ""


HIGHER, LOWER = "makin tinggi makin baik", "makin rendah makin baik"
EXACT = "makin dekat dengan target makin baik"
NOT_COMPUTED = "jadi capaian tidak dapat dihitung"


@pytest.mark.parametrize(
    ("target", "actual", "rule", "sentence"),
    [
        (
            "10",
            "12",
            {"polarity": "lower"},
            f"Realisasi 12 dari target 10, {LOWER}, rumus selisih (2 × 10 − 12) ÷ 10 = 80,00 %",
        ),
        (
            "10",
            "12",
            {"polarity": "lower", "method": "invers", "unit": "bulan"},
            f"Realisasi 12 bulan dari target 10 bulan, {LOWER}, rumus invers 10 ÷ 12 = 83,33 %",
        ),
        ("2.5", "2.5", {}, f"Realisasi 2,5 dari target 2,5, {HIGHER}, rumus 2,5 ÷ 2,5 = 100,00 %"),
        (
            "50",
            "600",
            {"cap": D(120)},
            f"Realisasi 600 dari target 50, {HIGHER}, rumus 600 ÷ 50 = 1.200,00 %; dipakai 120,00 % (batas)",
        ),
        (
            "10",
            "25",
            {"polarity": "lower"},
            f"Realisasi 25 dari target 10, {LOWER}, rumus selisih (2 × 10 − 25) ÷ 10 = -50,00 %; "
            "dipakai 0,00 % (tidak kurang dari nol)",
        ),
        (
            "-2",
            "-1",
            {},
            f"Realisasi -1 dari target -2, {HIGHER}, rumus selisih dengan nilai mutlak target "
            "1 + ((-1) − (-2)) ÷ |(-2)| = 150,00 %",
        ),
        (
            "-2",
            "0",
            {"polarity": "lower"},
            f"Realisasi 0 dari target -2, {LOWER}, rumus selisih dengan nilai mutlak target "
            "1 − (0 − (-2)) ÷ |(-2)| = 0,00 %",
        ),
        (
            "10",
            "9",
            {"polarity": "exact"},
            f"Realisasi 9 dari target 10, {EXACT}, rumus 1 − |9 − 10| ÷ 10 = 90,00 %",
        ),
        (
            "-4",
            "-5",
            {"polarity": "exact"},
            f"Realisasi -5 dari target -4, {EXACT}, rumus 1 − |(-5) − (-4)| ÷ |(-4)| = 75,00 %",
        ),
        (
            "0",
            "0",
            {"polarity": "lower"},
            f"Realisasi 0 dari target 0, {LOWER}, realisasi tidak lebih dari nol, capaian 100,00 %",
        ),
        (
            "0",
            "3",
            {"polarity": "lower", "unit": "kasus"},
            f"Realisasi 3 kasus dari target 0 kasus, {LOWER}, realisasi lebih dari nol, capaian 0,00 %",
        ),
        (
            "0",
            "0",
            {"polarity": "exact"},
            f"Realisasi 0 dari target 0, {EXACT}, realisasi tepat nol, capaian 100,00 %",
        ),
        (
            "0",
            "1",
            {"polarity": "exact"},
            f"Realisasi 1 dari target 0, {EXACT}: target nol tidak dapat menjadi pembanding, {NOT_COMPUTED}",
        ),
        (
            "0",
            "5",
            {"unit": "%"},
            f"Realisasi 5 % dari target 0 %, {HIGHER}: target nol tidak dapat menjadi pembanding, {NOT_COMPUTED}",
        ),
        (
            "10",
            "0",
            {"polarity": "lower", "method": "invers", "cap": D(120)},
            f"Realisasi 0 dari target 10, {LOWER}, rumus invers tidak dapat dipakai untuk realisasi nol atau "
            "kurang, dipakai batas 120,00 %",
        ),
        (
            "10",
            "0",
            {"polarity": "lower", "method": "invers"},
            f"Realisasi 0 dari target 10, {LOWER}: rumus invers tidak dapat dipakai untuk realisasi nol atau "
            f"kurang tanpa batas capaian, {NOT_COMPUTED}",
        ),
        (
            "1500000",
            "750000.25",
            {"unit": "Rp", "decimals": 0},
            f"Realisasi Rp750.000,25 dari target Rp1.500.000, {HIGHER}, rumus 750.000,25 ÷ 1.500.000 = 50,00 %",
        ),
        (
            "10",
            "-5",
            {"unit": "Rp"},
            f"Realisasi -Rp5 dari target Rp10, {HIGHER}, rumus (-5) ÷ 10 = -50,00 %; "
            "dipakai 0,00 % (tidak kurang dari nol)",
        ),
        (
            "80",
            "75.5",
            {"decimals": 2},
            f"Realisasi 75,50 dari target 80,00, {HIGHER}, rumus 75,50 ÷ 80,00 = 94,38 %",
        ),
        (
            "100",
            "99.996",
            {},
            f"Realisasi 99,996 dari target 100, {HIGHER}, rumus 99,996 ÷ 100 = 100,00 % "
            "(dibulatkan, belum mencapai target)",
        ),
        ("100", "99.96", {}, f"Realisasi 99,96 dari target 100, {HIGHER}, rumus 99,96 ÷ 100 = 99,96 %"),
        ("0.5", "0", {"unit": "Rp"}, f"Realisasi Rp0 dari target Rp0,5, {HIGHER}, rumus 0 ÷ 0,5 = 0,00 %"),
        (
            "1",
            "-0.5",
            {"unit": "Rp"},
            f"Realisasi -Rp0,5 dari target Rp1, {HIGHER}, rumus (-0,5) ÷ 1 = -50,00 %; "
            "dipakai 0,00 % (tidak kurang dari nol)",
        ),
        ("1000", "999", {}, f"Realisasi 999 dari target 1.000, {HIGHER}, rumus 999 ÷ 1.000 = 99,90 %"),
        (
            "10000",
            "10000.1",
            {},
            f"Realisasi 10.000,1 dari target 10.000, {HIGHER}, rumus 10.000,1 ÷ 10.000 = 100,00 %",
        ),
    ],
)
def test_sentence_of_a_number(target, actual, rule, sentence):
    assert said(judged(target, actual, **rule)) == sentence


@pytest.mark.parametrize(
    ("target", "actual", "polarity", "sentence"),
    [
        (
            Target(low=D(7), high=D(8)),
            "7.5",
            "lower",
            "7,5 bulan memenuhi rentang target 7 sampai 8 bulan, capaian 100,00 %",
        ),
        (
            Target(low=D(7), high=D(8)),
            "9",
            "lower",
            f"9 bulan di atas rentang target 7 sampai 8 bulan, {LOWER}, terhadap batas 8 "
            "rumus selisih (2 × 8 − 9) ÷ 8 = 87,50 %",
        ),
        (
            Target(low=D(7), high=D(8)),
            "6.5",
            "exact",
            "6,5 bulan di bawah rentang target 7 sampai 8 bulan, dalam rentang makin baik, terhadap batas 7 "
            "rumus 1 − |6,5 − 7| ÷ 7 = 92,86 %",
        ),
        (
            Target(low=D(8)),
            "6",
            "higher",
            f"6 bulan di bawah target paling sedikit 8 bulan, {HIGHER}, terhadap batas 8 rumus 6 ÷ 8 = 75,00 %",
        ),
        (Target(high=D(0)), "0", "higher", "0 bulan memenuhi target paling banyak 0 bulan, capaian 100,00 %"),
        (Target(high=D(8)), "6", "higher", "6 bulan memenuhi target paling banyak 8 bulan, capaian 100,00 %"),
        (
            Target(low=D(-1), high=D(0)),
            "2",
            "higher",
            f"2 bulan di atas rentang target -1 sampai 0 bulan, {HIGHER}: "
            f"target nol tidak dapat menjadi pembanding, {NOT_COMPUTED}",
        ),
    ],
)
def test_sentence_of_a_range(target, actual, polarity, sentence):
    rule = Rule(kind="range", polarity=polarity, unit="bulan")
    assert said(achievement(target, Reading(value=D(actual)), rule)) == f"Realisasi {sentence}"


@pytest.mark.parametrize(
    ("target", "actual", "sentence"),
    [
        (5, 3, "CC (tingkat 3) dari target BB (tingkat 5), rumus 3 ÷ 5 = 60,00 %"),
        (5, 5, "BB (tingkat 5) dari target BB (tingkat 5), rumus 5 ÷ 5 = 100,00 %"),
        (5, 6, "A (tingkat 6) di atas target BB (tingkat 5), capaian 100,00 %"),
        (7, 1, "D (tingkat 1) dari target AA (tingkat 7), rumus 1 ÷ 7 = 14,29 %"),
        (5, 8, f"tingkat 8 dari target BB (tingkat 5): tingkat itu tidak ada pada skala, {NOT_COMPUTED}"),
        (0, 5, f"BB (tingkat 5) dari target tingkat 0: tingkat itu tidak ada pada skala, {NOT_COMPUTED}"),
    ],
)
def test_sentence_of_a_scale(target, actual, sentence):
    result = achievement(Target(step=target), Reading(step=actual), Rule(kind="scale", steps=NAMES))
    assert said(result) == f"Realisasi {sentence}"


@pytest.mark.parametrize(
    ("day", "provisional", "sentence"),
    [
        (
            date(2026, 3, 20),
            False,
            "20 Maret 2026 dari target 15 Maret 2026, terlambat 5 hari, rumus selisih hari (2 × 74 − 79) ÷ 74 = 93,24 %",
        ),
        (date(2026, 3, 15), False, "15 Maret 2026 tidak melewati target 15 Maret 2026, capaian 100,00 %"),
        (
            date(2026, 3, 1),
            True,
            "1 Maret 2026 (angka sementara) tidak melewati target 15 Maret 2026, capaian 100,00 %",
        ),
    ],
)
def test_sentence_of_a_date(day, provisional, sentence):
    reading = Reading(date=day, provisional=provisional)
    result = achievement(Target(date=date(2026, 3, 15)), reading, Rule(kind="date"))
    assert said(result) == f"Realisasi {sentence}"


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "sentence"),
    [
        ("45", "60", None, f"45 ÷ 60 × 100 = 75 % dari target 80 %, {HIGHER}, rumus 75 ÷ 80 = 93,75 %"),
        ("1", "3", None, f"1 ÷ 3 × 100 = 33,33 % dari target 80 %, {HIGHER}, rumus 33,3333 ÷ 80 = 41,67 %"),
        ("1", "3", 1, f"1 ÷ 3 × 100 = 33,3 % dari target 80,0 %, {HIGHER}, rumus 33,3333 ÷ 80,0 = 41,67 %"),
        ("2", "3", 0, f"2 ÷ 3 × 100 = 67 % dari target 80 %, {HIGHER}, rumus 66,6667 ÷ 80 = 83,33 %"),
        (
            "-1",
            "8",
            None,
            f"(-1) ÷ 8 × 100 = -12,5 % dari target 80 %, {HIGHER}, rumus (-12,5) ÷ 80 = -15,63 %; "
            "dipakai 0,00 % (tidak kurang dari nol)",
        ),
    ],
)
def test_sentence_of_a_ratio(numerator, denominator, decimals, sentence):
    reading = Reading(numerator=D(numerator), denominator=D(denominator))
    rule = Rule(kind="ratio", unit="%", decimals=decimals)
    assert said(achievement(Target(value=D(80)), reading, rule)) == f"Realisasi {sentence}"


def test_figure_of_fifteen_digits_is_shown_whole():
    result = judged("12345678.1234567", "12345678.1234567")
    assert "Realisasi 12.345.678,1234567 dari" in result.sentence


def test_value_of_a_number_stands_before_its_quotient():
    reading = Reading(value=D(4), numerator=D(1), denominator=D(2))
    result = achievement(Target(value=D(8)), reading, Rule())
    assert said(result) == f"Realisasi 4 dari target 8, {HIGHER}, rumus 4 ÷ 8 = 50,00 %"
    half = achievement(Target(value=D(8)), Reading(value=D(4), numerator=D(1)), Rule(kind="ratio"))
    assert said(half) == said(result)


def test_sentence_reads_the_column_of_its_kind():
    every = Target(D(8), D(1), D(2), 3, date(2026, 1, 1))
    result = achievement(every, Reading(value=D(4), step=2, date=date(2026, 1, 1)), Rule())
    assert said(result) == f"Realisasi 4 dari target 8, {HIGHER}, rumus 4 ÷ 8 = 50,00 %"


def recomputed(sentence):
    """The printed formula worked out with the printed figures, and the percentage printed behind it."""
    formula, percent = re.search(r"rumus [a-z ]*(.+?) = (-?[0-9.,]+) %", sentence).groups()
    numbers = [
        D(each.replace(".", "").replace(",", ".")) for each in re.findall(r"[0-9.]+(?:,[0-9]+)?", formula)
    ]
    if "2 ×" in formula:
        _, target, actual, again = numbers
        found = (2 * target - actual) / again
    elif "|" in formula:
        _, actual, target, again = numbers
        found = 1 - abs(actual - target) / again
    else:
        found = numbers[0] / numbers[1]
    return found * 100, D(percent.replace(".", "").replace(",", "."))


@given(
    numerator=st.integers(1, 10**6),
    denominator=st.integers(1, 10**6),
    target=st.decimals("0.01", "1000", places=2),
    rule=st.sampled_from(
        [("higher", "selisih"), ("lower", "selisih"), ("lower", "invers"), ("exact", "selisih")]
    ),
    decimals=st.sampled_from([None, 0, 1, 2]),
)
@example(27716, 30000, D("92.00"), ("higher", "selisih"), 2)
@example(1009283, 9999990, D("10.2"), ("lower", "selisih"), 1)
def test_the_printed_figures_give_the_printed_percentage(numerator, denominator, target, rule, decimals):
    polarity, method = rule
    reading = Reading(numerator=D(numerator), denominator=D(denominator))
    found = achievement(
        Target(value=target),
        reading,
        Rule(kind="ratio", polarity=polarity, method=method, unit="%", decimals=decimals),
    )
    calculated, printed = recomputed(said(found))
    assert abs(round_half_up(calculated, 2) - printed) <= D("0.01")


def test_a_computed_average_adds_up_on_a_calculator():
    readings = [Reading(value=D(each)) for each in ("92.30", "92.40", "92.46")]
    rule = Rule(decimals=2)
    average = year_reading(readings, "average", rule).reading
    sentence = said(achievement(Target(value=D(92)), average, rule))
    assert sentence.startswith("Realisasi 92,39 dari target 92,00,")
    assert sentence.endswith("rumus 92,3867 ÷ 92,00 = 100,42 %")


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (4, "Jumlah Triwulan I–III; Triwulan IV belum waktunya diukur"),
        (6, "Jumlah periode 1 sampai 3; periode 4 sampai 6 belum waktunya diukur"),
    ],
)
def test_four_periods_are_quarters(count, sentence):
    readings = [Reading(value=D(1))] * 3 + [Reading(state="not_due")] * (count - 3)
    assert year_reading(readings, "sum", Rule()).sentence == sentence
