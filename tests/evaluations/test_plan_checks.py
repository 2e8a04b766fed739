"""Targets below what was verified of the year before."""

from decimal import Decimal

import pytest

from agreements.enums import Accumulation, Calendar, Kind, Polarity
from agreements.models import Indicator, Scale
from evaluations.enums import RealisationStatus
from evaluations.models import EarlierYear
from evaluations.plan_checks import below_results
from tests.factories import make_indicator, make_period, make_realisation

pytestmark = pytest.mark.django_db


def measured(g, *values, status=RealisationStatus.VERIFIED, **fields) -> Indicator:
    """An indicator with a value in each quarter of 2025, None for none."""
    indicator = make_indicator(g.kesehatan, fields.pop("name", "Cakupan"), **fields)
    for number, value in enumerate(values, start=1):
        if value is not None:
            who = g.users.bagian_organisasi if status != RealisationStatus.SUBMITTED else None
            make_realisation(
                indicator,
                make_period(2025, number),
                value,
                verified_value=Decimal(value),
                status=status,
                verified_by=who,
            )
    return indicator


def found(units=None) -> list[str]:
    return [fault.text for fault in below_results(2026, units)]


@pytest.mark.parametrize(
    ("fields", "values", "target", "worse"),
    [
        ({}, ("70", "72", "74", "80"), "79", True),
        ({}, ("70", "72", "74", "80"), "80", False),
        ({"polarity": Polarity.LOWER}, ("20", "19", "18", "17"), "18", True),
        ({"polarity": Polarity.LOWER}, ("20", "19", "18", "17"), "16", False),
        ({"accumulation": Accumulation.SUM}, ("10", "10", "10", "10"), "39", True),
        ({"accumulation": Accumulation.SUM}, ("10", "10", "10", None), "25", False),
        ({"polarity": Polarity.EXACT}, ("1", "1", "1", "3"), "2", False),
        (
            {"calendar": Calendar.ANNUAL, "accumulation": Accumulation.ANNUAL},
            (None, None, None, "5"),
            "4",
            True,
        ),
    ],
    ids=["below", "as reached", "eased", "tightened", "sum", "partial sum", "exact", "annual"],
)
def test_a_target_is_compared_with_the_years_figure(government, fields, values, target, worse):
    indicator = measured(government, *values, **fields)
    indicator.targets.create(year=2026, value=Decimal(target))
    assert bool(found()) == worse


def test_the_line_names_both_figures_and_leads_to_the_indicator(government):
    indicator = measured(government, "70", "72", "74", "80")
    indicator.targets.create(year=2026, value=Decimal("75.5"))
    (fault,) = below_results(2026, None)
    assert fault.text == "Cakupan: target 75,5\u00a0%, hasil 2025 80,00\u00a0%"
    assert fault.address == f"/2026/kamus-indikator/{indicator.pk}/"


def test_what_nobody_verified_does_not_count(government):
    indicator = measured(government, "70", "72", "74", "80", status=RealisationStatus.SUBMITTED)
    indicator.targets.create(year=2026, value=Decimal(60))
    assert found() == []


def test_a_year_recorded_from_a_document_counts_where_none_was_measured(government):
    indicator = make_indicator(government.kesehatan, "Cakupan")
    EarlierYear.objects.create(indicator=indicator, year=2025, reached_value=Decimal(0), source="LKjIP")
    indicator.targets.create(year=2026, value=Decimal(-1))
    assert len(found()) == 1


def test_steps_and_dates_are_compared_too(government):
    scale = Scale.objects.create(name="Opini")
    for rank, name in enumerate(("WDP", "WTP"), start=1):
        scale.steps.create(rank=rank, name=name)
    opinion = make_indicator(government.kesehatan, "Opini", kind=Kind.SCALE, scale=scale)
    EarlierYear.objects.create(indicator=opinion, year=2025, reached_step=2, source="LHP")
    opinion.targets.create(year=2026, step=1)
    report = make_indicator(government.kesehatan, "Laporan", kind=Kind.DATE)
    EarlierYear.objects.create(indicator=report, year=2025, reached_date="2025-02-10", source="LKjIP")
    report.targets.create(year=2026, date="2026-02-28")
    assert found() == [
        "Laporan: target 28 Februari 2026, hasil 2025 10 Februari 2025",
        "Opini: target WDP, hasil 2025 WTP",
    ]


def test_only_the_units_asked_for_are_looked_at(government):
    for unit in (government.kesehatan, government.pendidikan):
        row = make_indicator(unit, f"Cakupan {unit}")
        EarlierYear.objects.create(indicator=row, year=2025, reached_value=Decimal(9), source="LKjIP")
        row.targets.create(year=2026, value=Decimal(5))
    assert [fault.unit for fault in below_results(2026, frozenset({government.kesehatan.pk}))] == [
        "Dinas Kesehatan"
    ]
