"""The register of agreements and the searches beside it."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from agreements import workflow
from agreements.enums import Ground, Status
from agreements.models import YearPolicy
from tests.agreements.steps import SCAN, many, take
from tests.factories import add_promise, make_agreement, put_into


@pytest.mark.parametrize(("route", "args"), [("agreements:list", (2026,)), ("reports:history", ())])
def test_a_search_with_a_zero_byte_is_an_ordinary_search(route, args, client, bagian_organisasi, government):
    """PostgreSQL refuses such text; the page must not pass it on."""
    client.force_login(bagian_organisasi)
    assert client.get(reverse(route, args=args), {"cari": "dinas\x00 kesehatan"}).status_code == 200


def test_a_count_of_the_beranda_opens_exactly_its_rows(client, kepala_kesehatan, government):
    make_agreement(government.kadinkes)
    make_agreement(government.kabid)
    client.force_login(kepala_kesehatan)
    home = client.get(reverse("reports:year_home", args=(2026,)))
    tasks = [task for task in home.context["home"].tasks if "/perjanjian/" in task.address]
    assert tasks
    for task in tasks:
        assert client.get(task.address).context["page"].paginator.count == task.count


def test_when_every_post_has_its_agreement_the_page_says_so(client, operator_pendidikan, government):
    make_agreement(government.kadikbud)
    client.force_login(operator_pendidikan)
    page = client.get(reverse("agreements:create", args=(2026,))).content.decode()
    assert "sudah punya PK tahun 2026" in page
    assert "Mulai menyusun" not in page


def test_the_register_finds_by_position_and_unit(client, bagian_organisasi, government):
    make_agreement(government.kadinkes)
    make_agreement(government.kadikbud)
    client.force_login(bagian_organisasi)
    page = client.get(reverse("agreements:list", args=(2026,)), {"cari": "kesehatan"})
    assert [a.position for a in page.context["page"]] == [government.kadinkes]


# --- who is late ------------------------------------------------------------------------------

LIST = "agreements:list"


@pytest.fixture
def in_march():
    """The last day for the agreements of 2026 was 31 January."""
    with time_machine.travel("2026-03-02 09:00:00+07:00", tick=False):
        yield


def signed(agreement, day: date, user, document_date: date = date(2026, 1, 20)):
    take("issue", agreement, user, facts=workflow.IssueFacts("Contoh Kota", document_date))
    return take("sign", agreement, user, facts=workflow.InkFacts(day, "Contoh Kota", SCAN))


@pytest.fixture
def january(government, in_march, bagian_organisasi):
    """Signed on the last day, a day after it, not yet, and given up."""
    rows = many(government, 4)
    signed(rows[0], date(2026, 1, 31), bagian_organisasi)
    signed(rows[1], date(2026, 2, 1), bagian_organisasi)
    take("cancel", rows[3], bagian_organisasi, reason="Jabatan ini dihapus bulan ini.")
    return rows


def shown(page) -> list:
    return list(page.context["page"])


def test_every_count_of_the_late_opens_exactly_its_rows(client, january, government, bagian_organisasi):
    client.force_login(bagian_organisasi)
    address = reverse(LIST, args=(2026,))
    counts = {key: count for key, _, count in client.get(address).context["late_counts"]}
    rows = {key: shown(client.get(address, {"batas": key})) for key in counts}
    assert {key: len(found) for key, found in rows.items()} == counts
    assert rows == {
        "sesudah": [january[1]],
        "belum": [january[2]],
        "tanpa": [government.regent, government.sekda, government.kadinkes, government.kadikbud],
    }


def test_the_counts_by_status_are_those_of_the_year(client, january, government, bagian_organisasi):
    make_agreement(government.kadinkes, 2025)
    client.force_login(bagian_organisasi)
    page = client.get(reverse(LIST, args=(2026,)))
    assert [(status, count) for status, _, count in page.context["counts"]] == [
        ("ready", 1),
        ("in_force", 2),
        ("cancelled", 1),
    ]


def test_days_late_are_counted_from_the_last_day(client, january, bagian_organisasi):
    client.force_login(bagian_organisasi)
    page = client.get(reverse(LIST, args=(2026,)))
    days = {standing.agreement.pk: standing.days for standing in page.context["standings"]}
    # On the last day itself nobody is late; the one given up is not asked about.
    assert [days[row.pk] for row in january] == [0, 1, 30, None]
    assert "30 hari lewat batas" in page.text
    assert "1 Februari 2026" in page.text


def test_on_the_last_day_itself_nobody_is_late(client, government, bagian_organisasi):
    many(government, 1)
    for moment, late in (("2026-01-31 23:50:00+07:00", False), ("2026-02-01 00:10:00+07:00", True)):
        with time_machine.travel(moment, tick=False):
            client.force_login(bagian_organisasi)
            page = client.get(reverse(LIST, args=(2026,)))
            assert bool(page.context["late_counts"]) == late


def test_without_a_last_day_nobody_is_late(client, january, bagian_organisasi):
    YearPolicy.objects.filter(year=2026).update(agreement_due=None)
    client.force_login(bagian_organisasi)
    page = client.get(reverse(LIST, args=(2026,)))
    assert page.context["late_counts"] == []
    assert "lewat batas" not in page.text


def test_an_amendment_has_a_last_day_of_its_own(client, government, bagian_organisasi):
    with time_machine.travel("2026-10-20 09:00:00+07:00", tick=False):
        first = many(government, 1, Status.IN_FORCE)[0]
        second = make_agreement(
            first.position, amends=first, ground=Ground.STRATEGY, ground_reason="DPPA disahkan"
        )
        client.force_login(bagian_organisasi)
        address = reverse(LIST, args=(2026,))
        for due, late in ((None, []), (date(2026, 10, 20), []), (date(2026, 10, 19), [second])):
            YearPolicy.objects.filter(year=2026).update(amendment_due=due)
            assert shown(client.get(address, {"batas": "belum"})) == late


def test_a_draft_is_enough_not_to_be_named_as_having_none(client, government, bagian_organisasi, in_march):
    make_agreement(government.kadinkes)
    client.force_login(bagian_organisasi)
    page = client.get(reverse(LIST, args=(2026,)), {"batas": "tanpa"})
    assert shown(page) == [government.regent, government.sekda, government.kadikbud]
    assert "Belum ada PK, 30 hari lewat batas" in page.text


def test_a_post_that_was_not_there_yet_had_nothing_to_sign(client, government, bagian_organisasi, in_march):
    type(government.sekda).objects.filter(pk=government.sekda.pk).update(valid_from=date(2026, 2, 1))
    client.force_login(bagian_organisasi)
    page = client.get(reverse(LIST, args=(2026,)), {"batas": "tanpa"})
    assert government.sekda not in shown(page)


def test_an_operator_sees_only_the_late_of_the_own_office(client, government, operator_pendidikan, in_march):
    client.force_login(operator_pendidikan)
    page = client.get(reverse(LIST, args=(2026,)), {"batas": "tanpa"})
    assert shown(page) == [government.kadikbud]


def test_the_circular_that_set_the_day_is_named(client, government, bagian_organisasi):
    YearPolicy.objects.filter(year=2026).update(circular="SE Bupati Nomor 12/2025")
    client.force_login(bagian_organisasi)
    for route in (LIST, "agreements:deadlines"):
        assert "menurut SE Bupati Nomor 12/2025" in client.get(reverse(route, args=(2026,))).text


def test_the_questions_of_the_register_do_not_grow(
    client, government, bagian_organisasi, in_march, django_assert_max_num_queries
):
    client.force_login(bagian_organisasi)
    for route in (LIST, "agreements:deadlines"):
        many(government, 1)
        with django_assert_max_num_queries(20) as few:
            client.get(reverse(route, args=(2026,)))
        many(government, 20)
        with django_assert_max_num_queries(len(few)):
            client.get(reverse(route, args=(2026,)))


# --- last days by office -----------------------------------------------------------------------


def test_every_post_that_must_sign_has_its_line(client, government, bagian_organisasi, in_march):
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, government.stunting, government.sasaran)
    put_into(agreement, Status.READY)
    signed(agreement, date(2026, 2, 3), bagian_organisasi)
    make_agreement(government.kadinkes, amends=agreement, ground=Ground.STRATEGY, ground_reason="DPPA")
    YearPolicy.objects.filter(year=2026).update(amendment_due=date(2026, 2, 28))
    client.force_login(bagian_organisasi)
    rows = client.get(reverse("agreements:deadlines", args=(2026,))).context["rows"]
    assert [
        (
            row.position,
            row.agreement.days if row.agreement else None,
            row.amendment.days if row.amendment else None,
            row.days_without,
        )
        for row in rows
    ] == [
        (government.regent, None, None, 30),
        (government.sekda, None, None, 30),
        (government.kadinkes, 3, 2, 30),
        (government.kadikbud, None, None, 30),
    ]
