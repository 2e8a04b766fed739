"""Quarters and the year: every split adds up exactly, and what does not is said with its remedy."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agreements.enums import Accumulation, Calendar, Kind, Split
from agreements.periodic import (
    MEANING,
    PERIODS_OF,
    NotSplit,
    YearTarget,
    apportioned,
    problem,
    split,
)

# A busy machine is no fault of the arithmetic.
patient = settings(deadline=None)
D = Decimal
A = Accumulation
ALL_FOUR = (1, 2, 3, 4)
MEASURED = [a for a in A if a != A.ANNUAL]


def year(accumulation=A.SUM, value="100", decimals=0, due=ALL_FOUR, **fields) -> YearTarget:
    figures = fields.pop("figures", {"value": D(value)})
    fields = {"kind": Kind.NUMBER, "unit": "orang"} | fields
    return YearTarget(accumulation=accumulation, decimals=decimals, due=due, figures=figures, **fields)


def quarters(*values):
    return {q: {"value": D(v)} for q, v in zip(ALL_FOUR, values, strict=False) if v is not None}


def values(found) -> list[Decimal]:
    return [found[quarter]["value"] for quarter in sorted(found)]


# --- splitting ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accumulation", "way", "wanted"),
    [
        (A.SUM, Split.EVEN, {1: "2", 2: "2", 3: "3", 4: "3"}),
        (A.SUM, Split.AT_END, {1: "0", 2: "0", 3: "0", 4: "10"}),
        (A.SUM, Split.LAST_YEAR, {1: "1", 2: "2", 3: "3", 4: "4"}),
        (A.RUNNING_TOTAL, Split.EVEN, {1: "2", 2: "4", 3: "7", 4: "10"}),
        (A.RUNNING_TOTAL, Split.AT_END, {1: "0", 2: "0", 3: "0", 4: "10"}),
        (A.RUNNING_TOTAL, Split.LAST_YEAR, {1: "3", 2: "5", 3: "8", 4: "10"}),
        (A.LAST, Split.EVEN, {1: "10", 2: "10", 3: "10", 4: "10"}),
        (A.LAST, Split.AT_END, {4: "10"}),
        (A.LAST, Split.LAST_YEAR, {1: "3", 2: "5", 3: "8", 4: "10"}),
        (A.AVERAGE, Split.EVEN, {1: "10", 2: "10", 3: "10", 4: "10"}),
        (A.AVERAGE, Split.LAST_YEAR, {1: "4", 2: "8", 3: "12", 4: "16"}),
        (A.RATIO_OF_SUMS, Split.EVEN, {1: "10", 2: "10", 3: "10", 4: "10"}),
        (A.RATIO_OF_SUMS, Split.LAST_YEAR, {1: "4", 2: "8", 3: "12", 4: "16"}),
        (A.ANNUAL, Split.EVEN, {4: "10"}),
    ],
)
def test_ten_is_split_as_the_accumulation_means_it(accumulation, way, wanted):
    shape = {1: D(20), 2: D(40), 3: D(60), 4: D(80)}
    found = split(year(accumulation, "10"), way, shape)
    assert found == {quarter: {"value": D(value)} for quarter, value in wanted.items()}


def decimals_up_to(highest: int, lowest: int = 0) -> st.SearchStrategy[Decimal]:
    """Figures with four decimals, quicker made of whole numbers."""
    return st.integers(lowest * 10_000, highest * 10_000).map(lambda whole: D(whole).scaleb(-4))


figures = decimals_up_to(99_999_999_999, -99_999_999_999)
shares = st.lists(decimals_up_to(999_999), min_size=1, max_size=4)


@patient
@given(total=figures, shares=shares, places=st.integers(0, 4))
def test_parts_always_add_up_to_the_total(total, shares, places):
    assume(sum(shares) > 0)
    assert sum(apportioned(total, shares, places), D(0)) == total


@patient
@given(total=st.integers(0, 10**9), shares=shares, places=st.integers(0, 4))
def test_no_part_is_a_whole_unit_from_its_exact_share(total, shares, places):
    assume(sum(shares) > 0)
    unit = D(1).scaleb(-places)
    for part, share in zip(apportioned(D(total), shares, places), shares, strict=True):
        assert abs(part * sum(shares) - total * share) < unit * sum(shares)


@patient
@given(
    accumulation=st.sampled_from(list(A)),
    calendar=st.sampled_from(list(Calendar)),
    total=figures,
    decimals=st.integers(0, 4),
    way=st.sampled_from([Split.EVEN, Split.AT_END]),
)
def test_what_is_proposed_passes_the_check(accumulation, calendar, total, decimals, way):
    # A total that runs through the year never falls, so it is promised from 0 upwards.
    total = abs(total) if accumulation == A.RUNNING_TOTAL else total
    asked = year(accumulation, total, decimals, PERIODS_OF[calendar])
    found = split(asked, way)
    assert set(found) <= set(asked.due)
    assert problem(asked, found) == ""


@patient
@given(
    accumulation=st.sampled_from(MEASURED),
    total=decimals_up_to(99_999_999_999),
    decimals=st.integers(0, 4),
    shape=st.lists(decimals_up_to(99_999, 1), min_size=4, max_size=4),
)
def test_last_years_shape_passes_the_check_too(accumulation, total, decimals, shape):
    shape = sorted(shape) if accumulation == A.RUNNING_TOTAL else shape
    asked = year(accumulation, total, decimals)
    found = split(asked, Split.LAST_YEAR, dict(zip(ALL_FOUR, shape, strict=True)))
    assert problem(asked, found) == ""


@patient
@given(low=st.integers(0, 10**6), width=st.integers(0, 10**6), decimals=st.integers(0, 2))
def test_a_range_that_is_split_stays_a_range(low, width, decimals):
    bounds = {"low": D(low), "high": D(low + width)}
    asked = year(A.SUM, decimals=decimals, kind=Kind.RANGE, figures=bounds)
    found = split(asked, Split.EVEN)
    assert all(each["low"] <= each["high"] for each in found.values())
    assert problem(asked, found) == ""


@pytest.mark.parametrize(
    "shape",
    [
        None,
        {},
        {1: D(1), 2: D(2), 3: D(3)},
        {1: D(-1), 2: D(2), 3: D(3), 4: D(4)},
        dict.fromkeys(ALL_FOUR, D(0)),
    ],
)
def test_without_a_whole_shape_of_last_year_nothing_is_proposed(shape):
    with pytest.raises(NotSplit, match="Pola tahun lalu belum ada"):
        split(year(), Split.LAST_YEAR, shape)


def test_a_target_that_is_not_set_is_not_split():
    with pytest.raises(NotSplit, match="belum lengkap"):
        split(year(figures={"value": None}), Split.EVEN)


def test_a_step_of_a_scale_holds_all_year_and_a_date_stands_at_its_end():
    scale = year(A.LAST, kind=Kind.SCALE, figures={"step": 3}, steps=("C", "B", "A"))
    assert split(scale, Split.EVEN) == {quarter: {"step": 3} for quarter in ALL_FOUR}
    assert split(scale, Split.AT_END) == {4: {"step": 3}}
    day = year(A.LAST, kind=Kind.DATE, figures={"date": date(2026, 3, 31)})
    assert split(day, Split.EVEN) == {4: {"date": date(2026, 3, 31)}}


def test_only_quarters_in_which_it_is_measured_get_a_target():
    assert set(split(year(due=PERIODS_OF[Calendar.SEMESTER]), Split.EVEN)) == {2, 4}
    assert set(split(year(due=PERIODS_OF[Calendar.ANNUAL]), Split.EVEN)) == {4}


# --- whether they add up --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "typed", "sentence"),
    [
        (year(), quarters(20, 20, 20, 40), ""),
        (
            year(),
            quarters(20, 20, 20, 30),
            "Jumlah TW I–IV 90\xa0orang, target setahun 100\xa0orang: kurang 10\xa0orang. "
            "Tambah salah satu triwulan 10\xa0orang.",
        ),
        (
            year(),
            quarters(20, 20, 40, 30),
            "Jumlah TW I–IV 110\xa0orang, target setahun 100\xa0orang: lebih 10\xa0orang. "
            "Kurangi salah satu triwulan 10\xa0orang.",
        ),
        (
            year(),
            quarters(20, None, 20, 60),
            "Target TW II belum diisi. Isi (0 bila memang tidak ada) atau pilih salah satu cara membagi.",
        ),
        (year(), quarters(0, 0, 0, 100), ""),
        (year(A.LAST), quarters(None, None, None, 100), ""),
        (
            year(A.LAST),
            quarters(10, 20, 30, 90),
            "TW IV 90\xa0orang, target setahun 100\xa0orang: kurang 10\xa0orang. Samakan TW IV dengan target setahun.",
        ),
        (
            year(A.LAST),
            quarters(100, 100, 100, None),
            "Target TW IV belum diisi. Isi atau pilih salah satu cara membagi.",
        ),
        (year(A.AVERAGE, "12.5", 2), quarters("12.5", "12", "13", "12.5"), ""),
        (
            year(A.AVERAGE, "12.5", 2),
            quarters("12.5", "12", "13", "12.49"),
            "Rata-rata TW I–IV tidak sama dengan target setahun 12,50\xa0orang. "
            "Tambah salah satu triwulan 0,01\xa0orang.",
        ),
        (year(A.RATIO_OF_SUMS), quarters(90, 95, 105, 110), ""),
        (
            year(A.RATIO_OF_SUMS),
            quarters(80, 85, 90, 95),
            "Target TW I–IV berkisar 80\xa0orang sampai 95\xa0orang, target setahun 100\xa0orang di luarnya. "
            "Naikkan atau turunkan salah satunya.",
        ),
        (year(A.RUNNING_TOTAL), quarters(10, None, 50, 100), ""),
        (
            year(A.RUNNING_TOTAL),
            quarters(10, 60, 50, 100),
            "TW III lebih rendah daripada TW II, padahal angkanya kumulatif. Isi paling sedikit 60\xa0orang.",
        ),
        (year(A.ANNUAL), quarters(None, None, None, 100), ""),
    ],
)
def test_the_check_says_what_differs_and_what_to_do(asked, typed, sentence):
    assert problem(asked, typed) == sentence


def test_empty_is_not_zero():
    asked = year(value="0")
    assert problem(asked, quarters(0, 0, 0, 0)) == ""
    assert "TW I, TW II, TW III, TW IV belum diisi" in problem(asked, {})


def test_thirds_are_compared_exactly():
    asked = year(value="100", decimals=2, due=(1, 2, 4))
    found = {1: {"value": D("33.33")}, 2: {"value": D("33.33")}, 4: {"value": D("33.33")}}
    assert "kurang 0,01" in problem(asked, found)
    assert problem(asked, found | {4: {"value": D("33.34")}}) == ""


def test_steps_and_dates_are_compared_with_the_years():
    scale = year(A.LAST, kind=Kind.SCALE, figures={"step": 3}, steps=("C", "B", "A"))
    assert (
        problem(scale, {4: {"step": 2}}) == "TW IV B, target setahun A. Samakan TW IV dengan target setahun."
    )
    day = year(A.LAST, kind=Kind.DATE, figures={"date": date(2026, 3, 31)})
    assert "TW IV 1 April 2026, target setahun 31 Maret 2026." in problem(
        day, {4: {"date": date(2026, 4, 1)}}
    )


def test_both_ends_of_a_range_are_checked():
    asked = year(A.LAST, kind=Kind.RANGE, figures={"low": D(60), "high": D(85)})
    assert problem(asked, {4: {"low": D(60), "high": D(85)}}) == ""
    assert "target setahun 85" in problem(asked, {4: {"low": D(60), "high": D(80)}})
    assert "belum diisi" in problem(asked, {4: {"low": D(60), "high": None}})


def test_every_accumulation_says_what_to_type():
    assert set(MEANING) == set(Accumulation)
    assert len(set(MEANING.values())) == len(MEANING)
    assert replace(year(), accumulation=A.LAST).meaning == MEANING[A.LAST]
