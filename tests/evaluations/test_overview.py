"""What waits among the facts, for whom, by when; in as many queries however many units there are."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agreements.scope import scope_of
from evaluations.overview import waiting_for
from tests.factories import make_indicator, make_period, make_realisation, make_unit

OPEN = date(2026, 4, 5)


def waiting(account, day=OPEN):
    found = waiting_for(scope_of(account, day), 2026, day)
    return [(item.count, item.text, item.due) for item in found]


def entry(unit, number=1):
    return reverse("evaluations:entry", args=(2026, unit.pk, number))


def test_an_operator_has_what_is_not_submitted_and_what_came_back(government, operator_kesehatan):
    make_realisation(make_indicator(government.kesehatan, "A"), make_period(number=1))
    returned = make_indicator(government.kesehatan, "B")
    make_realisation(returned, make_period(number=1), status="returned")
    make_realisation(make_indicator(government.kesehatan, "C"), make_period(number=1), status="submitted")
    assert waiting(operator_kesehatan) == [
        (2, "Realisasi Triwulan I Dinas Kesehatan belum diajukan", date(2026, 4, 10)),
        (1, "Realisasi Triwulan I Dinas Kesehatan perlu perbaikan", date(2026, 4, 25)),
    ]
    found = waiting_for(scope_of(operator_kesehatan, OPEN), 2026, OPEN)
    # What was never typed leads to its first empty field.
    address = entry(government.kesehatan)
    assert {item.address for item in found} == {f"{address}#belum", address}


def test_the_first_empty_field_is_where_the_beranda_leads(client, government, operator_kesehatan):
    make_realisation(make_indicator(government.kesehatan, "A"), make_period(number=1), status="submitted")
    empty = make_indicator(government.kesehatan, "B")
    make_indicator(government.kesehatan, "C")
    with time_machine.travel("2026-04-05 09:00", tick=False):
        client.force_login(operator_kesehatan)
        page = client.get(entry(government.kesehatan)).content.decode()
    assert page.count('id="belum"') == 1
    after = page.split('id="belum"')[1]
    assert f'id="n{empty.pk}"' in after.split('class="entry-name"')[1]


@pytest.mark.parametrize("day", [date(2026, 2, 1), date(2026, 5, 2)])
def test_nothing_waits_while_no_period_is_open(government, operator_kesehatan, day):
    assert waiting(operator_kesehatan, day) == []


def test_the_bureau_has_what_waits_for_verification(government, bagian_organisasi):
    make_realisation(government.stunting, make_period(number=1), status="submitted")
    make_realisation(government.literasi, make_period(number=1), status="submitted")
    assert waiting(bagian_organisasi) == [
        (2, "Realisasi Triwulan I menunggu verifikasi", date(2026, 4, 20)),
    ]


def test_the_bureaus_own_unit_waits_for_the_planner(government, bagian_organisasi, perencana):
    own = make_indicator(government.bureau, "Nilai SAKIP")
    for indicator in (own, government.stunting, government.literasi):
        make_realisation(indicator, make_period(number=1), status="submitted")
    assert waiting(perencana) == [(1, "Realisasi Triwulan I menunggu verifikasi", date(2026, 4, 20))]
    assert waiting(bagian_organisasi)[0][0] == 2


def test_many_late_units_are_one_line_for_the_bureau(government, bagian_organisasi):
    for number in range(10):
        make_indicator(make_unit(f"Dinas {number}", government.root), "I")
    text = "Perangkat daerah belum selesai mengisi realisasi Triwulan I"
    assert waiting(bagian_organisasi) == [(12, text, date(2026, 4, 10))]


def test_data_that_should_be_out_by_now_wait_to_be_typed(government, operator_kesehatan):
    make_realisation(
        government.stunting,
        make_period(number=1),
        None,
        status="verified",
        verified_by=government.users.bagian_organisasi,
        state="not_published",
        expected_on=date(2026, 7, 1),
        submitted_at=timezone.now(),
    )
    assert waiting(operator_kesehatan, date(2026, 6, 1)) == []
    assert waiting(operator_kesehatan, date(2026, 7, 1))[-1] == (
        1,
        "Data Triwulan I Dinas Kesehatan sudah diperkirakan rilis, tinggal diisi",
        None,
    )


@pytest.mark.parametrize("person", ["pimpinan", "inspektorat", "tamu", "orang_luar", "administrator"])
def test_who_only_reads_has_nothing_to_do_here(government, person):
    make_realisation(government.stunting, make_period(number=1), status="submitted")
    assert waiting(getattr(government.users, person)) == []


def test_thirty_units_take_as_many_queries_as_two(government, bagian_organisasi):
    scope = scope_of(bagian_organisasi, OPEN)

    def count():
        with CaptureQueriesContext(connection) as captured:
            waiting_for(scope, 2026, OPEN)
        return len(captured)

    few = count()
    for number in range(30):
        indicator = make_indicator(make_unit(f"Dinas {number}", government.root), "I")
        make_realisation(indicator, make_period(number=1), status="submitted")
    assert count() == few <= 10
