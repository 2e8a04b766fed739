"""Beranda, menu and Capaian: counts are doors to their rows, and nobody's page asks too much."""

from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.permissions import Role
from agreements.enums import Status
from agreements.models import Agreement
from agreements.scope import scope_of
from evaluations.results import results_of
from tests.conftest import PEOPLE
from tests.factories import (
    add_promise,
    make_agreement,
    make_budget,
    make_indicator,
    make_membership,
    make_period,
    make_position,
    make_realisation,
    make_unit,
    put_into,
)

DRAFTS = "PK masih draf: lengkapi lalu ajukan"
OF_OTHERS = "PK belum diajukan perangkat daerah"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=False):
        yield


def tasks_of(client, person) -> dict[str, tuple[int, str]]:
    client.force_login(person)
    tasks = client.get("/2026/").context["home"].tasks
    return {task.text: (task.count, task.address) for task in tasks}


def behind(person, address) -> set[int]:
    """The rows the address of a count asks for."""
    asked = QueryDict(urlsplit(address).query)
    scope = scope_of(person)
    rows = Agreement.objects.visible_to(scope, 2026).for_year(2026).filter(status=asked["status"])
    narrowed = {"saya": rows.mine, "lain": rows.of_others}[asked["milik"]](scope, 2026)
    return {agreement.pk for agreement in narrowed}


@pytest.fixture
def drafts(government):
    bureau_post = make_position(government.bureau, "Kepala Bagian Organisasi", superior=government.sekda)
    return {
        "kesehatan": make_agreement(government.kadinkes),
        "pendidikan": make_agreement(government.kadikbud),
        "bureau": make_agreement(bureau_post),
    }


def test_every_count_of_drafts_leads_to_exactly_its_rows(client, government, drafts):
    users = government.users
    # A leader of everything besides a unit of one's own: what one reads is more than what one drafts.
    make_membership(users.operator_kesehatan, Role.LEADER)
    for person, text, names in (
        (users.operator_kesehatan, DRAFTS, {"kesehatan"}),
        (users.kepala_pendidikan, DRAFTS, {"pendidikan"}),
        (users.bagian_organisasi, DRAFTS, {"bureau"}),
        (users.bagian_organisasi, OF_OTHERS, {"kesehatan", "pendidikan"}),
    ):
        count, address = tasks_of(client, person)[text]
        assert count == len(names)
        assert behind(person, address) == {drafts[name].pk for name in names}


def test_only_the_bureau_is_told_of_the_drafts_of_others(client, government, drafts):
    assert OF_OTHERS not in tasks_of(client, government.users.operator_kesehatan)
    assert tasks_of(client, government.users.pimpinan) == {}


@pytest.mark.parametrize("person", PEOPLE)
def test_the_beranda_asks_at_most_twenty_questions(person, client, government, drafts):
    for name in ("kesehatan", "pendidikan"):
        add_promise(drafts[name], make_indicator(drafts[name].unit, "Lain"))
        make_budget(drafts[name].unit)
    client.force_login(getattr(government.users, person))
    # The first request of a session, which writes it, is left out.
    client.get("/2026/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/2026/").status_code == 200
    assert len(queries) <= 20


def fared(government, number: int, value: str | None, on_map: bool = True) -> Agreement:
    """An agreement in force whose one indicator came to `value` of a target of 100."""
    unit = make_unit(f"Dinas {number:03}", government.root, on_map=on_map)
    agreement = make_agreement(make_position(unit, f"Kepala Dinas {number:03}", superior=government.regent))
    indicator = make_indicator(unit, f"Indikator {number}", polarity="higher")
    add_promise(agreement, indicator, value=Decimal(100))
    if value:
        make_realisation(indicator, make_period(), value, status="submitted")
    return put_into(agreement, Status.IN_FORCE)


def test_the_worst_stands_first_over_all_pages(client, government, pimpinan):
    for number in range(55):
        fared(government, number, str(90 - number))
    unmeasured = fared(government, 99, None)
    client.force_login(pimpinan)
    pages = [client.get(f"/2026/capaian/?hal={number}").context["page"] for number in (1, 2)]
    means = [line.mean for page in pages for line in page if line.mean is not None]
    assert len(means) >= 55
    assert means == sorted(means)
    assert unmeasured in [line.agreement for line in pages[1]]


def test_results_of_many_agreements_take_no_more_questions(client, government, pimpinan):
    client.force_login(pimpinan)
    counts = []
    for start, end in ((0, 3), (3, 60)):
        for number in range(start, end):
            fared(government, number, "50")
        client.get("/2026/capaian/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/2026/capaian/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_the_posts_below_are_a_second_list_of_which_only_the_page_shown_is_judged(
    client, government, pimpinan, monkeypatch
):
    led = fared(government, 0, "50")
    below = [fared(government, number, str(number), on_map=False) for number in range(1, 56)]
    judged = []

    def counting(agreements, *args, **kwargs):
        judged.append(len(agreements))
        return results_of(agreements, *args, **kwargs)

    monkeypatch.setattr("reports.views.achievement.results_of", counting)
    client.force_login(pimpinan)
    first = client.get("/2026/capaian/")
    assert [line.agreement for line in first.context["page"]] == [led]
    assert "Kepala perangkat daerah: 1<" in first.content.decode()
    assert "Jabatan di bawahnya: 55<" in first.content.decode()
    pages = [client.get(f"/2026/capaian/?jabatan=bawah&hal={number}").context["page"] for number in (1, 2)]
    assert [line.agreement for page in pages for line in page] == below
    assert judged == [1, 50, 5]
    assert client.get("/2026/capaian/?jabatan=unit__name").context["shown"] == "kepala"


def test_who_reads_no_agreement_of_a_perangkat_daerah_finds_the_posts_below_at_once(client, government):
    agreement = put_into(make_agreement(government.kabid), Status.IN_FORCE)
    reader = make_membership(government.users.tamu, Role.LEADER, government.bidang).account
    client.force_login(reader)
    page = client.get("/2026/capaian/")
    assert [line.agreement for line in page.context["page"]] == [agreement]


@pytest.mark.parametrize("address", ["/2026/", "/2026/perjanjian/", "/2026/capaian/"])
def test_a_guest_of_one_year_is_told_which_year_the_account_reads(client, tamu, address):
    client.force_login(tamu)
    page = client.get(address).content.decode()
    assert "Akun ini membaca data kinerja tahun 2025, bukan tahun 2026." in page
    assert "Belum ada PK" not in page
    assert "Akun ini membaca" not in client.get(address.replace("2026", "2025")).content.decode()


def test_the_menu_of_a_page_in_no_open_year_leads_to_an_open_one(client, bupati):
    client.force_login(bupati)
    page = client.get("/3000/perjanjian/")
    assert page.status_code == 404
    assert reverse("agreements:list", args=(2026,)) in page.content.decode()
    assert "/3000/" not in page.content.decode()
