"""Realisasi Anggaran: who is how far in which month, what waits, and one line with who typed what."""

from decimal import Decimal

import pytest
from django.urls import reverse

from agreements.enums import BudgetVersion
from agreements.scope import scope_of
from evaluations import calendar
from evaluations.models import Extension
from evaluations.money import account_of
from evaluations.money_board import money_waiting_for
from tests.evaluations.money_pages import address, opened, queries, text_of, typed
from tests.factories import make_budget, make_month, make_unit, spend

WHY = "Pengembalian belanja ke kas daerah"


@pytest.fixture(autouse=True)
def _in_april(time_machine):
    """March is being filled: it opened on 25 March and is due on 10 April."""
    time_machine.move_to("2026-04-05 05:00Z", tick=False)


@pytest.fixture
def budget(government):
    return make_budget(government.kesehatan, amount="1000")


# --- one line -----------------------------------------------------------------------------------


def test_the_page_of_a_line_says_who_typed_what_and_when(
    client, government, operator_kesehatan, anggaran, budget
):
    data = opened(client, operator_kesehatan, government.kesehatan)
    client.post(address(government.kesehatan), data | typed(budget, "40"))
    data = opened(client, anggaran, government.kesehatan)
    client.post(address(government.kesehatan), data | typed(budget, "45", "10", "Koreksi BPKAD"))
    make_budget(government.pendidikan)
    response = client.get(reverse("evaluations:money_line", args=(2026, budget.pk)))
    found = response.context["recordings"]
    assert [(each.who, each.after["realisasi"], each.before.get("realisasi")) for each in found] == [
        (anggaran.name, "45,00", "40,00"),
        (operator_kesehatan.name, "40,00", None),
    ]
    page = text_of(response)
    assert "realisasi s.d. Maret Rp45,00, fisik 10 %, “Koreksi BPKAD”" in page
    assert "Sebelumnya Rp40,00" in page


def test_the_line_of_an_older_version_is_the_same_page(client, government, pimpinan, budget):
    spend(budget, "100", month=2)
    revised = make_budget(government.kesehatan, amount="300", version=BudgetVersion.REVISED)
    client.force_login(pimpinan)
    for pk in (budget.pk, revised.pk):
        context = client.get(reverse("evaluations:money_line", args=(2026, pk))).context
        assert (context["line"].budget, context["total"].spent) == (revised, Decimal(100))


def test_a_line_that_came_to_nothing_is_not_there(client, government, pimpinan):
    gone = make_budget(government.kesehatan, code="1.02.09")
    make_budget(government.kesehatan, version=BudgetVersion.REVISED)
    client.force_login(pimpinan)
    assert client.get(reverse("evaluations:money_line", args=(2026, gone.pk))).status_code == 404


def test_a_dropped_line_whose_money_came_back_is_still_shown(client, government, pimpinan, budget):
    spend(budget, "100", month=1)
    spend(budget, "0", month=2, note=WHY)
    make_budget(government.kesehatan, code="1.02.09", version=BudgetVersion.REVISED)
    client.force_login(pimpinan)
    context = client.get(reverse("evaluations:money_line", args=(2026, budget.pk))).context
    assert (context["total"].spent, context["total"].absorption) == (0, None)
    assert [line.code for line in account_of([government.kesehatan.pk], 2026).lines] == ["1.02.09"]


# --- the list and what waits ----------------------------------------------------------------------


def listed(client, account, **query):
    client.force_login(account)
    response = client.get(reverse("evaluations:money_list", args=(2026,)), query)
    return {row.unit: row for row in response.context["page"].object_list}, text_of(response)


def test_the_list_says_how_far_each_month_is_and_who_is_late(
    client, government, pimpinan, budget, time_machine
):
    time_machine.move_to("2026-04-12 05:00Z", tick=False)
    make_budget(government.kesehatan, code="1.02.03")
    spend(budget, "100", month=3)
    done = make_budget(government.pendidikan, amount="10")
    spend(done, "4", month=3)
    rows, page = listed(client, pimpinan)
    march = rows[government.kesehatan].cells[2]
    assert (march.filled, march.due, march.is_late) == (1, 2, True)
    assert rows[government.pendidikan].cells[1].is_passed_over
    assert not rows[government.pendidikan].is_late
    assert "1 perangkat daerah terlambat mengisi" in page
    assert "40,00\xa0%" in page
    late, _ = listed(client, pimpinan, terlambat="1")
    assert list(late) == [government.kesehatan]
    assert list(listed(client, pimpinan, cari="didik")[0]) == [government.pendidikan]


def test_a_unit_with_more_time_is_not_late(
    client, government, pimpinan, bagian_organisasi, budget, time_machine
):
    time_machine.move_to("2026-04-25 05:00Z", tick=False)
    spend(budget, "1", month=2)
    Extension.objects.create(
        period=make_month(number=3),
        unit=government.kesehatan,
        reason=WHY,
        expires="2026-04-30",
        granted_by=bagian_organisasi,
    )
    rows, _ = listed(client, pimpinan)
    assert not rows[government.kesehatan].is_late


def test_the_list_shows_only_units_one_reads(client, government, operator_kesehatan, budget):
    make_budget(government.pendidikan)
    make_budget(government.bidang)
    rows, _ = listed(client, operator_kesehatan)
    assert set(rows) == {government.kesehatan, government.bidang}


def waiting(account):
    scope = scope_of(account)
    return [(item.count, item.text, item.address) for item in money_waiting_for(scope, 2026, scope.day)]


def test_the_open_month_waits_for_who_types_it(government, operator_kesehatan, pimpinan, anggaran, budget):
    make_budget(government.kesehatan, code="1.02.03")
    text = "Realisasi anggaran Maret Dinas Kesehatan belum diisi"
    assert waiting(operator_kesehatan) == [(2, text, address(government.kesehatan))]
    assert waiting(anggaran) == waiting(operator_kesehatan)
    assert waiting(pimpinan) == []
    spend(budget, "1", month=3)
    assert [count for count, _, _ in waiting(operator_kesehatan)] == [1]


def test_a_later_month_makes_good_for_the_one_before(government, operator_kesehatan, budget, time_machine):
    time_machine.move_to("2026-04-29 05:00Z", tick=False)
    assert [text for _, text, _ in waiting(operator_kesehatan)] == [
        "Realisasi anggaran April Dinas Kesehatan belum diisi"
    ]
    spend(budget, "1", month=4)
    assert waiting(operator_kesehatan) == []


def test_many_units_wait_as_one_line_with_the_way_to_exactly_those(client, government, anggaran):
    for number in range(10):
        make_budget(make_unit(f"Dinas {number}", government.root))
    done = make_budget(government.kesehatan)
    spend(done, "1", month=3)
    ((count, text, where),) = waiting(anggaran)
    assert (count, text) == (10, "Perangkat daerah belum mengisi realisasi anggaran Maret")
    client.force_login(anggaran)
    rows = client.get(where).context["page"].object_list
    assert len(rows) == 10
    assert government.kesehatan not in {row.unit for row in rows}


def test_nothing_waits_before_a_month_opens_or_after_it_locks(
    government, operator_kesehatan, budget, time_machine
):
    time_machine.move_to("2026-04-22 05:00Z", tick=False)
    assert waiting(operator_kesehatan) == []
    assert calendar.phase(make_month(number=3), scope_of(operator_kesehatan).day) == "locked"


# --- queries ------------------------------------------------------------------------------------


def test_the_list_takes_as_many_queries_for_thirty_units_as_for_three(client, government, anggaran, budget):
    make_budget(government.pendidikan)
    make_budget(government.bidang)
    client.force_login(anggaran)
    url = reverse("evaluations:money_list", args=(2026,))
    few = len(queries(client, url))
    for number in range(30):
        spend(make_budget(make_unit(f"Dinas {number}", government.root)), "1", month=3)
    assert len(queries(client, url)) == few <= 20
    assert len(queries(client, f"{url}?terlambat=1")) == few


@pytest.mark.slow
def test_the_line_takes_as_many_queries_for_many_recordings_as_for_one(client, government, anggaran, budget):
    url = reverse("evaluations:money_line", args=(2026, budget.pk))
    counts = []
    for amounts in (("1",), ("2", "3", "4", "5")):
        for amount in amounts:
            data = opened(client, anggaran, government.kesehatan)
            client.post(address(government.kesehatan), data | typed(budget, amount))
        counts.append(len(queries(client, url)))
    assert counts[0] == counts[1] <= 20
