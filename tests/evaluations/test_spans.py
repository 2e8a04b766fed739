"""This quarter alone beside the year so far, where they are two figures; a running total that falls."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from agreements.enums import Accumulation, Calendar, Kind
from evaluations import checks, grid
from evaluations.calendar import Windows
from evaluations.models import Realisation
from tests.factories import make_indicator, make_period, make_realisation

A = Accumulation


@pytest.fixture(autouse=True)
def _in_july(time_machine):
    time_machine.move_to("2026-07-05 05:00Z", tick=False)


def measured(government, accumulation, *values, status="submitted", **fields):
    """An indicator with a figure in each quarter; None leaves one empty, a pair is a quotient."""
    indicator = make_indicator(
        government.kesehatan,
        "Cakupan",
        accumulation=accumulation,
        unit_of_measure="orang",
        decimals=0,
        **fields,
    )
    for number, value in enumerate(values, start=1):
        if value is None:
            continue
        pair = isinstance(value, tuple)
        parts = dict(
            zip(
                ("claimed_numerator", "claimed_denominator"),
                map(Decimal, value if pair else ()),
                strict=False,
            )
        )
        last = number == len(values)
        make_realisation(
            indicator,
            make_period(number=number),
            None if pair else value,
            status=status if last else "submitted",
            **parts,
        )
    return indicator


def spans(indicator, number):
    period = make_period(number=number)
    (line,) = grid.lines_of([indicator], period, Windows(date(2026, 7, 5)))
    return [f"{label}: {figure}".replace("\xa0", " ") for label, figure in line.spans]


@pytest.mark.parametrize(
    ("accumulation", "values", "said"),
    [
        (A.SUM, ("30", "12"), ["TW II saja: 12 orang", "s.d. TW II: 42 orang"]),
        (A.AVERAGE, ("30", "12"), ["TW II saja: 12 orang", "s.d. TW II: 21 orang"]),
        (A.RUNNING_TOTAL, ("30", "42"), ["Kumulatif s.d. TW II: 42 orang", "Tambahan sejak TW I: 12 orang"]),
        (A.RUNNING_TOTAL, ("30", "25"), ["Kumulatif s.d. TW II: 25 orang", "Tambahan sejak TW I: -5 orang"]),
        (A.SUM, ("30", "0"), ["TW II saja: 0 orang", "s.d. TW II: 30 orang"]),
        (A.LAST, ("30", "12"), []),
        (A.SUM, ("30",), []),
        (A.SUM, (None, "12"), []),
    ],
)
def test_both_figures_are_shown_where_they_differ(government, accumulation, values, said):
    assert spans(measured(government, accumulation, *values), len(values)) == said


def test_a_quotient_of_sums_is_computed_anew(government):
    ratio = measured(government, A.RATIO_OF_SUMS, ("1", "2"), ("9", "10"), kind=Kind.RATIO)
    assert spans(ratio, 2) == ["TW II saja: 90 orang", "s.d. TW II: 83 orang"]


def test_a_gap_before_makes_the_year_so_far_incomplete(government):
    assert spans(measured(government, A.SUM, "30", None, "12"), 3) == [
        "TW III saja: 12 orang",
        "s.d. TW III: 42 orang (belum lengkap)",
    ]


def test_a_quarter_the_calendar_leaves_out_is_no_gap(government):
    semester = measured(government, A.SUM, None, "30", None, "12", calendar=Calendar.SEMESTER)
    assert spans(semester, 4) == ["TW IV saja: 12 orang", "s.d. TW IV: 42 orang"]


def test_a_draft_shows_its_writer_what_it_comes_to(government):
    assert spans(measured(government, A.SUM, "30", "12", status="draft"), 2)[1] == "s.d. TW II: 42 orang"


def test_steps_and_what_has_no_figure_have_no_second_one(government):
    day = make_indicator(government.kesehatan, "Tepat waktu", kind=Kind.DATE, accumulation=A.SUM)
    for number in (1, 2):
        make_realisation(
            day, make_period(number=number), None, claimed_date=date(2026, 3, 1), status="submitted"
        )
    assert spans(day, 2) == []
    silent = measured(government, A.SUM, "30")
    why = {"state": "not_applicable", "state_reason": "Tidak ada"}
    make_realisation(silent, make_period(number=2), None, status="submitted", **why)
    assert spans(silent, 2) == []


def test_both_pages_show_them(client, government, operator_kesehatan, bagian_organisasi):
    measured(government, A.SUM, "30", "12")
    for account, name in ((operator_kesehatan, "entry"), (bagian_organisasi, "verify")):
        client.force_login(account)
        address = reverse(f"evaluations:{name}", args=(2026, government.kesehatan.pk, 2))
        page = client.get(address).content.decode()
        assert "TW II saja: <strong>12\xa0orang</strong>" in page
        assert "s.d. TW II: <strong>42\xa0orang</strong>" in page


@pytest.mark.parametrize(("above", "falls"), [("4", True), ("5", False), ("6", False)])
def test_a_running_quotient_that_falls_is_explained_too(government, above, falls):
    ratio = make_indicator(government.kesehatan, "Selesai", kind=Kind.RATIO, accumulation=A.RUNNING_TOTAL)
    parts = {"claimed_numerator": Decimal(5), "claimed_denominator": Decimal(10)}
    before = make_realisation(ratio, make_period(number=1), None, status="submitted", **parts)
    now = Realisation(indicator=ratio, period=make_period(number=2))
    now.claimed_numerator, now.claimed_denominator = Decimal(above), Decimal(10)
    found = checks.problems(now, before)
    assert ("turun dari 50,00\xa0%" in found.get("state_reason", "")) is falls
    now.state_reason = "Penyebutnya bertambah"
    assert checks.problems(now, before) == {}
