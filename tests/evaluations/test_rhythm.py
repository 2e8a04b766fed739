"""How often a year is filled in: which periods it has, what they mean, and when the rhythm may change."""

from datetime import date
from decimal import Decimal

import pytest

from agreements.enums import Accumulation, BudgetRhythm, Calendar, Rhythm
from agreements.models import ActionPlan, ActionPlanTarget, YearPolicy
from evaluations.calendar import Windows
from evaluations.enums import RealisationStatus, Subject
from evaluations.grid import lines_of
from evaluations.models import Period
from evaluations.results import result_of
from evaluations.rhythm import follow, obstacles
from evaluations.years import make_periods
from reports.contexts.lkjip import lkjip
from tests.factories import (
    add_promise,
    make_agreement,
    make_budget,
    make_indicator,
    make_period,
    make_realisation,
    put_into,
    spend,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 20)


def policy(**fields) -> YearPolicy:
    YearPolicy.objects.filter(year=2026).update(**fields)
    return YearPolicy.objects.get(year=2026)


def spans(subject) -> list[tuple]:
    rows = Period.objects.filter(year=2026, subject=subject).order_by("number")
    return [(period.number, period.starts, period.ends) for period in rows]


@pytest.fixture
def half_years(government):
    found = policy(indicator_rhythm=Rhythm.SEMESTER, budget_rhythm=BudgetRhythm.QUARTER)
    follow(found)
    return found


def test_a_year_of_half_years_has_two_periods_and_four_of_money(half_years):
    assert spans(Subject.INDICATORS) == [
        (2, date(2026, 1, 1), date(2026, 6, 30)),
        (4, date(2026, 7, 1), date(2026, 12, 31)),
    ]
    assert [row[0] for row in spans(Subject.BUDGET)] == [3, 6, 9, 12]
    assert spans(Subject.BUDGET)[1][1] == date(2026, 4, 1)
    assert Period.objects.filter(year=2025).count() == 16


def test_a_new_year_is_made_at_its_rhythm(half_years):
    Period.objects.filter(year=2026).delete()
    assert [period.number for period in make_periods(half_years)] == [2, 4]


def test_the_rhythm_goes_back_with_the_days_of_the_quarters(half_years):
    follow(policy(indicator_rhythm=Rhythm.QUARTER, budget_rhythm=BudgetRhythm.MONTH))
    assert [row[1] for row in spans(Subject.INDICATORS)] == [date(2026, m, 1) for m in (1, 4, 7, 10)]
    assert len(spans(Subject.BUDGET)) == 12


def test_days_somebody_moved_stay(government):
    Period.objects.filter(year=2026, number=2, subject=Subject.INDICATORS).update(locks=date(2026, 9, 9))
    follow(policy(indicator_rhythm=Rhythm.SEMESTER))
    assert make_period(number=2).locks == date(2026, 9, 9)


@pytest.fixture
def visits(government):
    indicator = make_indicator(government.kesehatan, "Kunjungan", accumulation=Accumulation.SUM)
    agreement = make_agreement(government.kadinkes)
    promise = add_promise(agreement, indicator, value=Decimal(100))
    return indicator, put_into(agreement, "in_force"), promise


def test_results_name_the_half_years_and_add_them_up(half_years, visits):
    indicator, agreement, _ = visits
    for number, value in ((2, "30"), (4, "60")):
        make_realisation(indicator, make_period(number=number), value, status=RealisationStatus.SUBMITTED)
    row = result_of(agreement, date(2027, 1, 20)).rows[0]
    assert [cell.period.number for cell in row.cells] == [2, 4]
    assert (row.result.raw, row.year.partial, row.year.to_date) == (Decimal(90), False, False)
    assert row.year.periods_used == (2, 4)
    assert row.latest == row.cell(4)
    assert row.result.sentence.startswith("Jumlah Triwulan II dan IV tahun 2026.")


def test_up_to_the_half_year_it_is_compared_with_the_plan_of_the_half_year(half_years, visits):
    indicator, agreement, promise = visits
    plan = ActionPlan.objects.create(agreement=agreement, number=1)
    for quarter, value in ((2, 40), (4, 60)):
        ActionPlanTarget.objects.create(plan=plan, promise=promise, quarter=quarter, value=value)
    ActionPlan.objects.filter(pk=plan.pk).update(status="submitted")
    ActionPlan.objects.filter(pk=plan.pk).update(status="in_force")
    make_realisation(indicator, make_period(number=2), "30", status=RealisationStatus.SUBMITTED)
    row = result_of(agreement, DAY).rows[0]
    assert row.result.raw == Decimal(75)
    assert row.running_text.startswith("s.d. TW II 40")


def test_what_to_type_says_half_year(half_years, visits):
    indicator, _, _ = visits
    period = make_period(number=4)
    make_realisation(indicator, make_period(number=2), "30", status=RealisationStatus.SUBMITTED)
    line = lines_of([indicator], period, Windows(DAY))[0]
    assert line.what_to_type == "Isi angka semester ini saja; setahun dijumlahkan."
    assert line.running_text.startswith("30")
    assert "belum lengkap" not in line.running_text


@pytest.mark.parametrize(
    "page", ["/2026/peta/", "/2026/jadwal/", "/2026/kepatuhan/", "/2026/capaian/", "/2026/"]
)
def test_pages_show_the_periods_there_are(client, half_years, visits, bagian_organisasi, page):
    client.force_login(bagian_organisasi)
    answer = client.get(page)
    assert answer.status_code == 200
    assert "Triwulan III" not in answer.content.decode()


# --- changing it ----------------------------------------------------------------------------


def changed(**fields) -> dict[str, str]:
    before, after = YearPolicy.objects.get(year=2026), YearPolicy.objects.get(year=2026)
    for name, value in fields.items():
        setattr(after, name, value)
    return obstacles(before, after)


def test_an_empty_year_may_change(government):
    assert changed(indicator_rhythm=Rhythm.SEMESTER, budget_rhythm=BudgetRhythm.QUARTER) == {}


def test_facts_in_a_quarter_that_would_go_keep_the_rhythm(visits):
    make_realisation(visits[0], make_period(number=2))
    assert changed(indicator_rhythm=Rhythm.SEMESTER) == {}
    make_realisation(visits[0], make_period(number=3))
    sentence = changed(indicator_rhythm=Rhythm.SEMESTER)["indicator_rhythm"]
    assert "1 realisasi sudah ada pada TW I dan TW III, yang akan hilang" in sentence
    assert "tahun berikutnya" in sentence


def test_targets_of_a_plan_in_a_quarter_that_would_go_keep_it_too(visits):
    plan = ActionPlan.objects.create(agreement=visits[1], number=1)
    ActionPlanTarget.objects.create(plan=plan, promise=visits[2], quarter=1, value=25)
    assert "1 target Rencana Aksi" in changed(indicator_rhythm=Rhythm.SEMESTER)["indicator_rhythm"]


def test_figures_of_half_years_are_not_made_into_quarters(half_years, visits):
    yearly = make_indicator(visits[0].unit, "IPM", calendar=Calendar.ANNUAL)
    make_realisation(yearly, make_period(number=4))
    assert changed(indicator_rhythm=Rhythm.QUARTER) == {}
    make_realisation(visits[0], make_period(number=2))
    assert "diisi per semester" in changed(indicator_rhythm=Rhythm.QUARTER)["indicator_rhythm"]


def test_money_of_a_month_that_would_go_keeps_the_months(government):
    budget = make_budget(government.kesehatan)
    spend(budget, "5", month=3)
    assert changed(budget_rhythm=BudgetRhythm.QUARTER) == {}
    spend(budget, "6", month=4)
    sentence = changed(budget_rhythm=BudgetRhythm.QUARTER)["budget_rhythm"]
    assert "1 realisasi anggaran sudah ada pada bulan yang akan hilang (April)" in sentence


def test_another_year_is_asked_nothing(visits):
    make_realisation(visits[0], make_period(year=2025, number=1))
    assert changed(indicator_rhythm=Rhythm.SEMESTER) == {}


def test_the_report_has_a_column_for_each_half_year(half_years, visits):
    found = lkjip(visits[0].unit, 2026, date(2027, 1, 20))
    assert found.quarter_labels == ("TW II", "TW IV")
    assert found.measured_columns == 9
