"""The calendar: made once, moved while open, time given past the lock, all in the history."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.calendar import Windows, days_left, phase, windows_of
from evaluations.models import Extension, Period, Realisation
from records.models import Event
from tests.evaluations.test_entry import address, opened
from tests.factories import make_indicator, make_period, make_realisation

REASON = "Data dari pusat baru terbit"


@pytest.fixture(autouse=True)
def _in_april(time_machine):
    time_machine.move_to("2026-04-05 05:00Z", tick=False)


def url(year=2026):
    return reverse("evaluations:calendar", args=(year,))


def days(period, **changed):
    names = ("opens", "fill_by", "verify_by", "fix_by", "locks")
    return {f"p{period.pk}-{name}": changed.get(name, getattr(period, name).isoformat()) for name in names}


@pytest.mark.parametrize(
    ("day", "expected", "is_open"),
    [
        (date(2026, 3, 16), "upcoming", False),
        (date(2026, 3, 17), "filling", True),
        (date(2026, 4, 10), "filling", True),
        (date(2026, 4, 11), "late", True),
        (date(2026, 4, 30), "late", True),
        (date(2026, 5, 1), "locked", False),
    ],
)
def test_a_period_has_its_phases(government, day, expected, is_open):
    period = make_period(number=1)
    assert phase(period, day) == expected
    assert Windows.on(day, [period]).is_open(period, government.kesehatan.pk) is is_open


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 4, 8), "3 hari lagi"),
        (date(2026, 4, 5), "hari ini"),
        (date(2026, 4, 3), "terlambat 2 hari"),
    ],
)
def test_days_left_in_words(due, words):
    assert days_left(due, date(2026, 4, 5)) == words


def test_the_windows_stand_in_plain_words(client, government, operator_kesehatan):
    client.force_login(operator_kesehatan)
    page = client.get(url()).content.decode()
    for window in ("17 Maret 2026 – 10 April 2026", "11 April 2026 – 20 April 2026", "mulai 1 Mei 2026"):
        assert window in page
    assert page.count("hari ini di sini") == 1
    assert "<form" not in page.split('<main id="isi"')[1]


@pytest.mark.parametrize(
    ("day", "stands"),
    [
        (date(2026, 3, 16), ["ahead", "ahead", "ahead", "ahead"]),
        (date(2026, 3, 17), ["now", "ahead", "ahead", "ahead"]),
        (date(2026, 4, 10), ["now", "ahead", "ahead", "ahead"]),
        (date(2026, 4, 11), ["past", "now", "ahead", "ahead"]),
        (date(2026, 4, 20), ["past", "now", "ahead", "ahead"]),
        (date(2026, 4, 21), ["past", "past", "now", "ahead"]),
        (date(2026, 4, 26), ["past", "past", "past", "ahead"]),
        (date(2026, 5, 1), ["past", "past", "past", "now"]),
    ],
)
def test_each_window_names_who_acts_and_where_the_day_stands(government, day, stands):
    windows = windows_of(make_period(number=1), day)
    assert [window.stands for window in windows] == stands
    assert [window.who for window in windows] == [
        "Perangkat Daerah",
        "Verifikator",
        "Perangkat Daerah",
        "sistem",
    ]


def test_a_window_without_days_of_its_own_has_only_an_end(government):
    period = make_period(number=1)
    period.verify_by = period.fill_by
    window = windows_of(period, period.fill_by)[1]
    assert (window.starts, window.ends, window.stands) == (None, period.fill_by, "ahead")


def test_the_calendar_is_made_once_from_the_policy(client, government, bagian_organisasi):
    Period.objects.filter(year=2026).delete()
    client.force_login(bagian_organisasi)
    assert "Buat jadwal pengukuran" in client.get(url()).content.decode()
    client.post(url(), {"make": "1"})
    assert [period.fill_by for period in Period.objects.of_indicators(2026)] == [
        date(2026, 4, 10),
        date(2026, 7, 10),
        date(2026, 10, 10),
        date(2027, 1, 10),
    ]
    assert Event.objects.get().action == "membuat jadwal pengukuran"


def test_the_days_of_an_open_period_are_moved(client, government, bagian_organisasi):
    period = make_period(number=1)
    client.force_login(bagian_organisasi)
    client.post(url(), days(period, fill_by="15/04/2026") | {"change": period.pk})
    period.refresh_from_db()
    assert period.fill_by == date(2026, 4, 15)
    event = Event.objects.get()
    assert (event.before, event.after) == ('{"batas isi":"2026-04-10"}', '{"batas isi":"2026-04-15"}')


def test_days_come_in_their_order(client, government, bagian_organisasi):
    period = make_period(number=1)
    client.force_login(bagian_organisasi)
    response = client.post(url(), days(period, fill_by="2026-04-28") | {"change": period.pk})
    assert "Tidak boleh lebih awal daripada" in response.content.decode()
    period.refresh_from_db()
    assert period.fill_by == date(2026, 4, 10)
    assert not Event.objects.exists()


def test_a_locked_period_stays_as_it_is(client, government, bagian_organisasi, time_machine):
    time_machine.move_to("2026-05-01 05:00Z", tick=False)
    period = make_period(number=1)
    client.force_login(bagian_organisasi)
    response = client.post(url(), days(period, locks="2026-06-30") | {"change": period.pk}, follow=True)
    assert "sudah dikunci" in response.content.decode()
    period.refresh_from_db()
    assert period.locks == date(2026, 5, 1)


def test_time_is_given_to_one_unit_and_opens_its_page(
    client, government, bagian_organisasi, operator_kesehatan, time_machine
):
    time_machine.move_to("2026-05-10 05:00Z", tick=False)
    client.force_login(bagian_organisasi)
    given = {"x-unit": government.kesehatan.pk, "x-expires": "2026-05-20", "x-reason": REASON}
    response = client.post(url(), given | {"x-period": make_period(number=1).pk, "extend": "1"}, follow=True)
    assert "diperpanjang sampai 20 Mei 2026" in response.content.decode()
    event = Event.objects.get()
    assert (event.reason, event.unit_name) == (REASON, "Dinas Kesehatan")
    data = opened(client, operator_kesehatan, government.kesehatan)
    client.post(address(government.kesehatan), data | {f"i{government.stunting.pk}-value": "9"})
    assert Realisation.objects.get().claimed_value == 9


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"x-expires": "2026-05-09"}, "Isi 10 Mei 2026 atau sesudahnya"),
        ({"x-reason": "pendek"}, "paling sedikit 10 huruf"),
        ({"x-unit": ""}, "tidak boleh kosong"),
    ],
)
def test_time_is_given_with_a_reason_and_an_end(
    client, government, bagian_organisasi, time_machine, changed, sentence
):
    time_machine.move_to("2026-05-10 05:00Z", tick=False)
    client.force_login(bagian_organisasi)
    given = {
        "x-period": make_period(number=1).pk,
        "x-unit": government.kesehatan.pk,
        "x-expires": "2026-05-20",
        "x-reason": REASON,
        "extend": "1",
    }
    page = client.post(url(), given | changed).content.decode()
    assert sentence in page
    assert not Extension.objects.exists()


def test_time_given_can_be_ended_early_and_closes_both_ways(
    client, government, bagian_organisasi, time_machine
):
    time_machine.move_to("2026-05-10 05:00Z", tick=False)
    period = make_period(number=1)
    given = Extension.objects.create(
        period=period,
        unit=government.kesehatan,
        reason=REASON,
        expires=date(2026, 5, 20),
        granted_by=bagian_organisasi,
    )
    client.force_login(bagian_organisasi)
    assert "Akhiri sekarang" in client.get(url()).content.decode()
    client.post(url(), {"end": given.pk})
    assert not Windows.on(date(2026, 5, 10), [period]).is_open(period, government.kesehatan.pk)
    event = Event.objects.get()
    assert (event.action, "2026-05-09" in event.after) == ("mengakhiri perpanjangan waktu", True)
    page = client.post(url(), {"end": given.pk}, follow=True).content.decode()
    assert "sudah berakhir" in page
    assert "Akhiri sekarang" not in page
    assert client.post(url(), {"end": "9" * 30}).status_code == 404
    assert Event.objects.count() == 1


def test_who_may_only_read_ends_no_extension(client, government, bagian_organisasi, operator_kesehatan):
    given = Extension.objects.create(
        period=make_period(number=1),
        unit=government.kesehatan,
        reason=REASON,
        expires=date(2026, 5, 20),
        granted_by=bagian_organisasi,
    )
    client.force_login(operator_kesehatan)
    assert client.post(url(), {"end": given.pk}).status_code == 403
    given.refresh_from_db()
    assert given.expires == date(2026, 5, 20)


def test_extensions_of_other_units_are_not_shown(client, government, bagian_organisasi, operator_pendidikan):
    Extension.objects.create(
        period=make_period(number=1),
        unit=government.kesehatan,
        reason=REASON,
        expires=date(2026, 5, 20),
        granted_by=bagian_organisasi,
    )
    client.force_login(operator_pendidikan)
    assert REASON not in client.get(url()).content.decode()
    client.force_login(bagian_organisasi)
    assert REASON in client.get(url()).content.decode()


def test_who_may_only_read_changes_nothing(client, government, pimpinan):
    client.force_login(pimpinan)
    period = make_period(number=1)
    assert client.post(url(), days(period) | {"change": period.pk}).status_code == 403
    assert Event.objects.get().refused


def test_the_page_takes_as_many_queries_for_thirty_extensions_as_for_one(
    client, government, bagian_organisasi
):
    def give(count):
        for _ in range(count):
            Extension.objects.create(
                period=make_period(number=1),
                unit=government.kesehatan,
                reason=REASON,
                expires=date(2026, 5, 20),
                granted_by=bagian_organisasi,
            )

    client.force_login(bagian_organisasi)
    counts = []
    for more in (1, 29):
        give(more)
        client.get(url())
        with CaptureQueriesContext(connection) as captured:
            client.get(url())
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20


def test_a_row_that_stays_open_past_the_lock_may_be_typed_into(
    client, government, operator_kesehatan, time_machine
):
    make_indicator(government.kesehatan, "Lain")
    make_realisation(
        government.stunting,
        make_period(number=1),
        None,
        status="submitted",
        state="not_published",
        expected_on=date(2026, 6, 1),
        submitted_by=operator_kesehatan,
        submitted_at="2026-04-05T05:00Z",
    )
    time_machine.move_to("2026-08-03 05:00Z", tick=False)
    data = opened(client, operator_kesehatan, government.kesehatan)
    prefix = f"i{government.stunting.pk}"
    assert [name for name in data if name.endswith("-value")] == []
    data |= {f"{prefix}-value": "9", f"{prefix}-state": "measured", "action": "submit"}
    client.post(address(government.kesehatan), data)
    row = Realisation.objects.get()
    assert (row.claimed_value, row.state, row.status) == (9, "measured", "submitted")
