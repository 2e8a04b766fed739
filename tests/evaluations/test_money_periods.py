"""The months of money: made with the calendar, moved, locked in local time, extended; apart from the quarters."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agreements.models import YearPolicy
from evaluations import calendar, results
from evaluations.enums import Subject
from evaluations.models import Extension, Period, Realisation
from evaluations.overview import board
from evaluations.workflow import finalise_locked
from evaluations.years import make_periods
from records.models import Event
from tests.factories import make_budget, make_month, make_period, make_realisation, make_unit

REASON = "Rekonsiliasi dengan kas daerah belum selesai"


@pytest.fixture(autouse=True)
def _in_april(time_machine):
    time_machine.move_to("2026-04-05 05:00Z", tick=False)


def url(year=2026):
    return reverse("evaluations:calendar", args=(year,))


def test_twelve_months_follow_the_policy(government):
    months = list(Period.objects.of_budget(2026))
    assert [month.name for month in months][:2] == ["Januari", "Februari"]
    february = months[1]
    assert (february.starts, february.ends) == (date(2026, 2, 1), date(2026, 2, 28))
    assert (february.opens, february.fill_by, february.locks) == (
        date(2026, 2, 22),
        date(2026, 3, 10),
        date(2026, 3, 21),
    )
    assert february.verify_by == february.fix_by == february.fill_by
    assert months[11].locks == date(2027, 1, 21)


def test_a_month_without_days_to_spare_locks_the_day_after_it_is_due(government):
    policy = YearPolicy(year=2028, budget_fill_days=0, budget_lock_days=0)
    policy.save()
    make_periods(policy)
    february = make_month(2028, 2)
    assert (february.fill_by, february.locks) == (date(2028, 2, 29), date(2028, 3, 1))


def test_a_year_with_quarters_alone_gets_the_months_and_keeps_its_days(client, government, bagian_organisasi):
    Period.objects.filter(year=2026, subject=Subject.BUDGET).delete()
    Period.objects.filter(pk=make_period(number=1).pk).update(fill_by=date(2026, 4, 15))
    client.force_login(bagian_organisasi)
    assert "Buat jadwal realisasi anggaran" in client.get(url()).content.decode()
    client.post(url(), {"make": "1"})
    assert Period.objects.of_budget(2026).count() == 12
    assert make_period(number=1).fill_by == date(2026, 4, 15)
    assert '"Des":"2026-12-25 s.d. 2027-01-21"' in Event.objects.get().after
    assert "Buat jadwal" not in client.get(url()).content.decode()


def test_the_page_shows_the_months_apart_from_the_quarters(client, government, operator_kesehatan):
    client.force_login(operator_kesehatan)
    response = client.get(url())
    assert [period.number for period, _, _ in response.context["periods"]] == [1, 2, 3, 4]
    assert [period.number for period, _, _ in response.context["months"]] == list(range(1, 13))
    phases = [phase for _, phase, _ in response.context["months"]]
    assert phases[:4] == ["locked", "locked", "filling", "upcoming"]
    assert "<form" not in response.content.decode().split('<main id="isi"')[1]


def test_the_days_of_a_month_are_moved_and_those_nobody_uses_follow(client, government, bagian_organisasi):
    month = make_month(number=3)
    client.force_login(bagian_organisasi)
    data = {
        f"p{month.pk}-opens": "2026-03-25",
        f"p{month.pk}-fill_by": "15/04/2026",
        f"p{month.pk}-locks": "2026-04-21",
        "change": month.pk,
    }
    client.post(url(), data)
    month.refresh_from_db()
    assert month.fill_by == month.verify_by == month.fix_by == date(2026, 4, 15)
    page = client.post(url(), data | {f"p{month.pk}-locks": "2026-04-01"}).content.decode()
    assert "Tidak boleh lebih awal daripada" in page


def test_a_month_locks_at_midnight_of_the_regions_time(government, time_machine, settings):
    month = make_month(number=3)
    # 20 April 23.59 and 21 April 00.00 in Jakarta.
    for moment, is_open in (("2026-04-20 16:59Z", True), ("2026-04-20 17:00Z", False)):
        time_machine.move_to(moment, tick=False)
        windows = calendar.Windows.on(timezone.localdate(), [month])
        assert windows.is_open(month, government.kesehatan.pk) is is_open


def test_time_is_given_past_the_lock_of_a_month_to_a_unit_with_budgets_alone(
    client, government, bagian_organisasi
):
    unit = make_unit("Badan Keuangan", government.root)
    make_budget(unit)
    month = make_month(number=2)
    client.force_login(bagian_organisasi)
    given = {
        "x-period": month.pk,
        "x-unit": unit.pk,
        "x-expires": "2026-04-12",
        "x-reason": REASON,
        "extend": "1",
    }
    assert client.post(url(), given).status_code == 302
    extension = Extension.objects.get()
    assert (extension.period, extension.unit) == (month, unit)
    windows = calendar.Windows.on(date(2026, 4, 12), [month])
    assert windows.is_open(month, unit.pk)
    assert not windows.is_open(month, government.kesehatan.pk)
    assert not calendar.Windows.on(date(2026, 4, 13), [month]).is_open(month, unit.pk)
    assert "Februari" in client.get(url()).content.decode()


def test_the_page_takes_as_many_queries_with_months_as_without(client, government, bagian_organisasi):
    client.force_login(bagian_organisasi)
    client.get(url())
    counts = []
    for year in (2026, 2025):
        if year == 2025:
            Period.objects.filter(year=2025, subject=Subject.BUDGET, number__gt=1).delete()
        with CaptureQueriesContext(connection) as captured:
            client.get(url(year))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20


# --- the quarters are what they were ------------------------------------------------------------


def test_months_are_no_periods_of_indicators(government):
    assert [period.name for period in board([government.kesehatan], 2026, date(2026, 4, 5)).periods] == [
        "Triwulan I",
        "Triwulan II",
        "Triwulan III",
        "Triwulan IV",
    ]
    source = results._Source([], {2026}, date(2026, 4, 5))
    assert {period.subject for period in source.periods[2026]} == {Subject.INDICATORS}


def test_what_was_reported_before_a_quarter_is_of_quarters(government, operator_kesehatan):
    make_realisation(government.stunting, make_period(number=1), "9", status="submitted")
    second = make_realisation(government.stunting, make_period(number=2), "8")
    assert [row.claimed_value for row in Realisation.objects.reported_before([second])] == [9]


def test_the_lock_of_a_month_makes_no_fact_final(government, bagian_organisasi):
    row = make_realisation(
        government.stunting,
        make_period(number=1),
        status="verified",
        verified_value=8,
        verified_by=bagian_organisasi,
        verified_at="2026-04-05T05:00Z",
        submitted_at="2026-04-05T05:00Z",
    )
    assert make_month(number=2).is_locked(date(2026, 4, 5))
    assert finalise_locked() == 0
    row.refresh_from_db()
    assert row.status == "verified"
