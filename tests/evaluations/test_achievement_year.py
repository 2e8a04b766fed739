"""A year out of its periods: what is added up, what is lacking, and how that is said."""

from datetime import date
from decimal import Decimal as D
from decimal import localcontext
from itertools import permutations

import pytest

from evaluations.achievement import ACCUMULATIONS, Reading, Rule, Target, year_achievement, year_reading
from perjanjian.numerals import NBSP

NOT_DUE, NOT_RELEVANT, NOT_OUT = (Reading(state=s) for s in ("not_due", "not_applicable", "not_published"))
ADDED_UP, LAST_KNOWN = ("sum", "average", "ratio_of_sums"), ("last", "annual", "running_total")


def readings(*periods):
    """Numbers as values, pairs as numerator and denominator, the rest as it is."""
    made = []
    for period in periods:
        if isinstance(period, tuple):
            made.append(Reading(numerator=D(period[0]), denominator=D(period[1])))
        else:
            made.append(period if period is None or isinstance(period, Reading) else Reading(value=D(period)))
    return made


def facts(found):
    return found.partial, found.to_date, found.earlier_period, found.periods_used, found.missing


@pytest.mark.parametrize(
    ("accumulation", "value", "used"),
    [
        ("sum", "22", (1, 2, 3, 4)),
        ("average", "5.5", (1, 2, 3, 4)),
        ("last", "4", (4,)),
        ("annual", "4", (4,)),
        ("running_total", "4", (4,)),
    ],
)
def test_full_year(accumulation, value, used):
    found = year_reading(readings(10, 5, 3, 4), accumulation, Rule())
    assert found.reading == Reading(value=D(value))
    assert facts(found) == (False, False, False, used, ())


def test_ratio_of_sums_recomputes_at_the_level_of_the_year():
    quarters = readings((1, 2), (90, 100), (0, 0), (5, 10))
    found = year_reading(quarters, "ratio_of_sums", Rule(kind="ratio"))
    assert found.reading == Reading(numerator=D(96), denominator=D(112))
    assert facts(found) == (False, False, False, (1, 2, 3, 4), ())
    result = year_achievement(
        Target(value=D(75)), quarters, "ratio_of_sums", Rule(kind="ratio", factor=D(100))
    )
    assert result.raw.quantize(D("0.0001")) == D("114.2857")


def test_ratio_values_are_added_and_averaged_as_percentages():
    quarters = readings((1, 2), (3, 4))
    assert year_reading(quarters, "sum", Rule(kind="ratio")).reading == Reading(value=D(125))
    assert year_reading(quarters, "average", Rule(kind="ratio")).reading == Reading(value=D("62.5"))


@pytest.mark.parametrize("gap", [None, NOT_OUT, Reading(state="missing"), Reading()])
@pytest.mark.parametrize(("accumulation", "value"), [("sum", "15"), ("average", "5")])
def test_sum_with_a_gap_is_partial_and_unrated(gap, accumulation, value):
    quarters = readings(4, gap, 6, 5)
    found = year_reading(quarters, accumulation, Rule())
    assert found.reading == Reading(value=D(value))
    assert facts(found) == (True, False, False, (1, 3, 4), (2,))
    result = year_achievement(Target(value=D(value) / 2), quarters, accumulation, Rule(cap=D(120)))
    assert (result.raw, result.used, result.reached, result.marks) == (200, None, None, {"partial"})


def test_ratio_of_sums_with_a_gap_is_partial():
    found = year_reading(readings((1, 2), None), "ratio_of_sums", Rule(kind="ratio"))
    assert found.reading == Reading(numerator=D(1), denominator=D(2))
    assert facts(found) == (True, False, False, (1,), (2,))


@pytest.mark.parametrize("accumulation", ["last", "running_total"])
def test_last_known_skips_gaps_and_says_when_it_is_old(accumulation):
    rule = Rule()
    found = year_reading(readings(4, None, 6, NOT_OUT), accumulation, rule)
    assert found.reading == Reading(value=D(6))
    assert facts(found) == (False, False, True, (3,), (2, 4))
    result = year_achievement(Target(value=D(6)), readings(4, None, 6, NOT_OUT), accumulation, rule)
    assert (result.raw, result.used, result.reached, result.marks) == (100, 100, True, {"earlier_period"})
    fresh = year_reading(readings(4, None, 6, NOT_DUE), accumulation, rule)
    assert facts(fresh) == (False, True, False, (3,), (2,))
    left_out = year_reading(readings(4, 5, 6, NOT_RELEVANT), accumulation, rule)
    assert facts(left_out) == (False, False, False, (3,), ())


def test_annual_is_measured_once():
    assert facts(year_reading(readings(None, None, None, 9), "annual", Rule())) == (
        False,
        False,
        False,
        (4,),
        (),
    )
    early = year_reading(readings(None, 9, NOT_DUE, NOT_DUE), "annual", Rule())
    assert (early.reading, facts(early)) == (Reading(value=D(9)), (False, True, False, (2,), ()))
    old = year_reading(readings(9, None, None), "annual", Rule())
    assert (old.reading, facts(old)) == (Reading(value=D(9)), (False, False, True, (1,), (3,)))


@pytest.mark.parametrize(
    ("periods", "state", "missing"),
    [
        ([None, None], "missing", (1, 2)),
        ([None, NOT_OUT], "missing", (1, 2)),
        ([NOT_OUT, NOT_OUT], "not_published", (1, 2)),
        ([NOT_RELEVANT, NOT_OUT], "not_published", (2,)),
        ([NOT_RELEVANT, NOT_RELEVANT], "not_applicable", ()),
        ([NOT_DUE, NOT_DUE], "not_due", ()),
        ([NOT_RELEVANT, NOT_DUE], "not_due", ()),
        ([None, NOT_DUE], "missing", (1,)),
        ([], "missing", ()),
    ],
)
@pytest.mark.parametrize("accumulation", ["sum", "average", "ratio_of_sums", "last", "running_total"])
def test_year_without_a_measurement_says_why(periods, state, missing, accumulation):
    found = year_reading(periods, accumulation, Rule())
    assert found.reading == Reading(state=state)
    assert facts(found) == (False, NOT_DUE in periods, False, (), missing)
    result = year_achievement(Target(value=D(5)), periods, accumulation, Rule())
    assert (result.raw, result.used, result.reached, result.marks) == (None, None, None, {state})
    assert result.sentence == found.sentence


@pytest.mark.parametrize(
    ("periods", "state", "missing"),
    [
        ([None, None], "missing", (2,)),
        ([None, NOT_OUT], "not_published", (2,)),
        ([NOT_OUT, None], "missing", (2,)),
        ([NOT_OUT, NOT_DUE], "not_published", (1,)),
        ([NOT_DUE, NOT_RELEVANT], "not_due", ()),
        ([NOT_RELEVANT], "not_applicable", ()),
        ([], "missing", ()),
    ],
)
def test_annual_without_a_measurement_follows_its_last_period(periods, state, missing):
    found = year_reading(periods, "annual", Rule())
    assert (found.reading.state, found.missing) == (state, missing)


def test_not_applicable_periods_are_left_out():
    found = year_reading(readings(4, NOT_RELEVANT, 8, 6), "average", Rule())
    assert found.reading.value == 6
    assert facts(found) == (False, False, False, (1, 3, 4), ())


def test_periods_not_due_are_no_gap():
    result = year_achievement(Target(value=D(20)), readings(4, 16, NOT_DUE, NOT_DUE), "average", Rule())
    assert (result.raw, result.used, result.marks) == (50, 50, {"to_date"})
    both = year_achievement(Target(value=D(20)), readings(4, None, 6, NOT_DUE), "average", Rule())
    assert both.marks == {"partial", "to_date"}


@pytest.mark.parametrize("accumulation", ACCUMULATIONS)
@pytest.mark.parametrize(
    ("kind", "first", "second", "target"),
    [
        ("scale", Reading(step=2), Reading(step=3), Target(step=3)),
        (
            "date",
            Reading(date=date(2026, 1, 9)),
            Reading(date=date(2026, 2, 1)),
            Target(date=date(2026, 2, 1)),
        ),
    ],
)
def test_steps_and_dates_take_the_last_known(accumulation, kind, first, second, target):
    rule = Rule(kind=kind)
    found = year_reading([first, second], accumulation, rule)
    assert (found.reading, found.periods_used, found.partial) == (second, (2,), False)
    assert year_achievement(target, [first, second], accumulation, rule).raw == 100
    gap = year_reading([first, second, None], accumulation, rule)
    assert facts(gap) == (False, False, True, (2,), (3,))


@pytest.mark.parametrize(
    ("accumulation", "periods", "marked"),
    [
        ("sum", (Reading(value=D(1), provisional=True), Reading(value=D(1))), True),
        ("average", (Reading(value=D(1)), Reading(value=D(1), provisional=True)), True),
        ("sum", (Reading(value=D(1)), Reading(value=D(1))), False),
        ("last", (Reading(value=D(1), provisional=True), Reading(value=D(1))), False),
        ("last", (Reading(value=D(1)), Reading(value=D(1), provisional=True)), True),
        ("ratio_of_sums", (Reading(numerator=D(1), denominator=D(1), provisional=True),), True),
        ("ratio_of_sums", (Reading(numerator=D(1), denominator=D(1)),), False),
    ],
)
def test_provisional_periods_make_the_year_provisional(accumulation, periods, marked):
    found = year_reading(periods, accumulation, Rule())
    assert found.reading.provisional is marked
    result = year_achievement(Target(value=D(5)), periods, accumulation, Rule())
    assert ("provisional" in result.marks) is marked


# --- periods that are measured and cannot be added --------------------------------------------


def test_period_with_denominator_zero_leaves_an_average_partial():
    found = year_reading(readings((1, 2), (0, 0), (3, 4)), "average", Rule(kind="ratio"))
    assert found.reading == Reading(value=D("62.5"))
    assert facts(found) == (True, False, False, (1, 3), (2,))


def test_absurd_period_leaves_a_sum_partial():
    found = year_reading(readings("1E+99", 7), "sum", Rule())
    assert (found.reading, facts(found)) == (Reading(value=D(7)), (True, False, False, (2,), (1,)))
    assert year_reading(readings((7, "1E+99"), (1, 4)), "ratio_of_sums", Rule()).missing == (1,)


def test_ratio_of_sums_leaves_out_a_period_without_numerator():
    found = year_reading(readings(50, (3, 4)), "ratio_of_sums", Rule(kind="ratio"))
    assert found.reading == Reading(numerator=D(3), denominator=D(4))
    assert facts(found) == (True, False, False, (2,), (1,))


def test_one_value_without_numerator_stands_for_itself():
    found = year_reading(readings(50, NOT_RELEVANT), "ratio_of_sums", Rule(kind="ratio"))
    assert (found.reading, facts(found)) == (Reading(value=D(50)), (False, False, False, (1,), ()))
    assert found.sentence == "Nilai terakhir dari periode 1; periode 2 tidak relevan"


def test_year_of_denominators_zero_is_not_computable():
    for accumulation in ADDED_UP:
        result = year_achievement(
            Target(value=D(5)), readings((0, 0), (0, 0)), accumulation, Rule(kind="ratio")
        )
        assert (result.raw, result.used) == (None, None)
        assert result.marks >= {"not_computable"}
        assert result.sentence.endswith(
            "Realisasi 0 ÷ 0 × 100: penyebutnya nol, jadi capaian tidak dapat dihitung"
        )


# --- arithmetic -------------------------------------------------------------------------------


def test_thirds_add_up_to_whole_figures():
    thirds = readings((100, 3), (100, 3), (70, 3))
    result = year_achievement(Target(value=D(30)), thirds, "average", Rule(kind="ratio", factor=D(1)))
    assert (result.raw, result.reached) == (100, True)
    result = year_achievement(Target(value=D(90)), thirds, "sum", Rule(kind="ratio", factor=D(1)))
    assert (result.raw, result.reached) == (100, True)


def test_callers_decimal_context_does_not_matter():
    with localcontext(prec=2):
        assert year_reading(readings("1.2345", "2.3456"), "sum", Rule()).reading.value == D("3.5801")
        assert year_reading(readings("1.2345", "2.3456"), "average", Rule()).reading.value == D("1.79005")
        year = year_reading(readings(("1.2345", "100.01"), ("2.3456", 1)), "ratio_of_sums", Rule())
    assert year.reading == Reading(numerator=D("3.5801"), denominator=D("101.01"))


@pytest.mark.parametrize("accumulation", ADDED_UP)
def test_order_of_the_periods_does_not_change_what_is_added_up(accumulation):
    periods = readings((1, 3), (2, 7), None, (5, 9))
    years = [year_reading(order, accumulation, Rule(kind="ratio")) for order in permutations(periods)]
    assert len({(year.reading, year.partial) for year in years}) == 1


# --- sentences --------------------------------------------------------------------------------

PARTIAL = "jadi angka setahun belum lengkap dan belum diberi predikat"


@pytest.mark.parametrize(
    ("accumulation", "periods", "sentence"),
    [
        ("sum", (1, 2, 3, 4), "Jumlah Triwulan I–IV tahun 2026"),
        ("sum", (1, 2, 3), "Jumlah periode 1 sampai 3 tahun 2026"),
        ("sum", (1, 2), "Jumlah periode 1 dan 2 tahun 2026"),
        ("sum", (1,), "Jumlah periode 1 tahun 2026"),
        ("average", (1, NOT_DUE), "Rata-rata periode 1 tahun 2026; periode 2 belum waktunya diukur"),
        (
            "ratio_of_sums",
            ((1, 2), (3, 4)),
            "Jumlah pembilang dibagi jumlah penyebut periode 1 dan 2 tahun 2026",
        ),
        ("last", (1, 2), "Nilai terakhir dari periode 2 tahun 2026"),
        ("annual", (1, 2), "Pengukuran tahunan dari periode 2 tahun 2026"),
        ("running_total", (1, 2), "Nilai berjalan sampai dengan periode 2 tahun 2026"),
        (
            "sum",
            (1, 2, None, 4),
            f"Jumlah Triwulan I, II, dan IV tahun 2026; Triwulan III belum diisi, {PARTIAL}",
        ),
        (
            "sum",
            (1, None, NOT_OUT, None, NOT_RELEVANT, NOT_DUE),
            "Jumlah periode 1 tahun 2026; periode 2 dan 4 belum diisi, data periode 3 belum rilis, "
            f"{PARTIAL}; periode 5 tidak relevan; periode 6 belum waktunya diukur",
        ),
        (
            "average",
            ((1, 2), (0, 0)),
            f"Rata-rata periode 1 tahun 2026; periode 2 tanpa angka yang dapat dijumlahkan, {PARTIAL}",
        ),
        (
            "last",
            (1, None),
            "Nilai terakhir dari periode 1 tahun 2026; periode 2 belum diisi, jadi dipakai nilai sebelumnya",
        ),
        ("last", (None, 1), "Nilai terakhir dari periode 2 tahun 2026; periode 1 belum diisi"),
    ],
)
def test_year_says_what_it_rests_on(accumulation, periods, sentence):
    found = year_reading(readings(*periods), accumulation, Rule(kind="ratio", year=2026))
    assert found.sentence == sentence


@pytest.mark.parametrize("accumulation", ADDED_UP)
def test_steps_are_never_said_to_be_added_up(accumulation):
    found = year_reading([Reading(step=2), Reading(step=3)], accumulation, Rule(kind="scale"))
    assert found.sentence == "Nilai terakhir dari periode 2"


def test_year_is_told_before_its_percentage():
    result = year_achievement(Target(value=D(40)), readings(10, None, 10), "sum", Rule(cap=D(40)))
    assert result.sentence.replace(NBSP, " ") == (
        f"Jumlah periode 1 dan 3; periode 2 belum diisi, {PARTIAL}. "
        "Realisasi 20 dari target 40, makin tinggi makin baik, rumus 20 ÷ 40 = 50,00 %"
    )


def test_without_words_only_the_sentences_are_lacking():
    periods = readings(10, None, 10)
    told = year_reading(periods, "sum", Rule())
    bare = year_reading(periods, "sum", Rule(), words=False)
    assert (bare.reading, facts(bare), bare.sentence) == (told.reading, facts(told), "")
    result = year_achievement(Target(value=D(40)), periods, "sum", Rule(), words=False)
    assert (result.raw, result.sentence) == (50, "")
