"""Penyiapan: from an empty database to drafts, each step with what is missing and where to mend it."""

import io
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.permissions import Role
from agreements.enums import Level, UnitKind
from agreements.models import IndicatorTarget, Position, Region, Unit, YearPolicy
from agreements.scope import scope_of
from reports.contexts.setup import DONE, NOT_YET, PARTLY, setup_of
from tests.factories import (
    make_agreement,
    make_assignment,
    make_budget,
    make_indicator,
    make_membership,
    make_objective,
    make_official,
    make_position,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 12)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-01-12 09:00", tick=False):
        yield


@pytest.fixture
def first_account():
    """The one account of a fresh installation."""
    call_command("first_account", "fajar", "Fajar Setiawan", stdout=io.StringIO())
    return User.objects.get()


def steps_of(account, year: int | None = 2026) -> dict[str, object]:
    policy = YearPolicy.objects.filter(year=year).first()
    found = setup_of(scope_of(account, DAY), Region.objects.first(), policy, DAY)
    return {step.key: step for step in found.steps}


def missing(step) -> dict[str, list[str]]:
    return {each.text: [door.text for door in each.named] for each in step.missing}


def next_of(client) -> str:
    step = client.get("/penyiapan/").context["setup"].next
    return step.key if step else ""


# --- from nothing -----------------------------------------------------------------------------


def test_a_newcomer_is_led_from_an_empty_database(client, first_account):
    client.force_login(first_account)
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/penyiapan/"
    assert next_of(client) == "identitas"
    identity = {"kind": "kabupaten", "name": "Teladan", "head_title": "Bupati", "seat": "Teladan"} | {
        "unit_term": "OPD",
        "report_term": "LKjIP",
        "colour": "#0b5394",
    }
    assert client.post("/pengaturan/identitas/", identity).status_code == 302
    assert next_of(client) == "kebijakan"
    client.post("/pengaturan/kebijakan/baru/", {"year": 2026})
    assert next_of(client) == "jadwal"
    client.post("/2026/jadwal/", {"make": "1"})
    assert next_of(client) == "akun"
    bureau = make_user("organisasi")
    make_membership(bureau, Role.BUREAU, starts=DAY)
    # What is left is not the administrator's.
    assert next_of(client) == ""
    content = client.get("/penyiapan/").content.decode()
    assert "dikerjakan Bagian Organisasi" in content
    client.force_login(bureau)
    assert next_of(client) == "organisasi"
    form = client.get("/organisasi/baru/").context["form"]
    assert (form["kind"].value(), form["name"].value()) == (UnitKind.REGION, "Pemerintah Kabupaten Teladan")
    # Who is there now can sign for the year.
    assert form["valid_from"].value() == date(2026, 1, 1)


def test_every_entry_of_the_menu_opens_in_an_empty_database(client, first_account):
    make_membership(first_account, Role.BUREAU, starts=DAY)
    client.force_login(first_account)
    for _ in range(2):
        groups = client.get("/penyiapan/").context["menu"]
        addresses = [item.address for group in groups for item in group.items]
        assert "/penyiapan/" in addresses
        for address in [*addresses, "/", "/panduan/", "/organisasi/baru/", "/pejabat/baru/"]:
            assert client.get(address, follow=True).status_code == 200, address
        # Once more with a year and nothing else.
        client.post("/pengaturan/kebijakan/baru/", {"year": 2026})
    for address in ("/2026/perjanjian/draf-semua/", "/2026/perjanjian/baru/", "/2026/jadwal/"):
        assert client.get(address).status_code == 200, address
    assert client.get("/pengaturan/kebijakan/2026/perhitungan/").status_code == 200


# --- what is missing --------------------------------------------------------------------------


def test_units_without_a_head_or_a_holder_are_named(government, bagian_organisasi):
    unit = make_unit("Dinas Sosial", government.root, signs_with_head=True)
    make_position(make_unit("Dinas Pangan", government.root, signs_with_head=True), "Kepala Dinas Pangan")
    step = steps_of(bagian_organisasi)["organisasi"]
    assert step.state == PARTLY
    assert missing(step)["1 perangkat daerah belum punya jabatan pimpinan"] == [unit.short_name]
    assert missing(step)["1 jabatan pimpinan belum ada pejabatnya"] == ["Dinas Pangan"]


def test_many_units_are_counted_and_the_first_are_named(government, bagian_organisasi):
    for number in range(7):
        make_unit(f"Dinas {number}", government.root, signs_with_head=True)
    found = next(each for each in steps_of(bagian_organisasi)["organisasi"].missing if each.named)
    assert (len(found.named), found.more) == (5, 2)


def test_counts_of_the_plan_are_doors_to_exactly_their_rows(client, government, bagian_organisasi):
    client.force_login(bagian_organisasi)
    bare = make_objective(government.pendidikan, "Meningkatnya mutu")
    IndicatorTarget.objects.create(indicator=government.stunting, year=2026, value=Decimal(14))
    step = steps_of(bagian_organisasi)["rencana"]
    doors = {each.text: each.address for each in step.missing}
    objectives = client.get(doors["1 sasaran belum punya indikator"]).content.decode()
    assert bare.text in objectives
    assert government.sasaran.text not in objectives
    indicators = client.get(doors["1 indikator belum bertarget 2026"]).context["page"]
    assert list(indicators) == [government.literasi]


def test_offices_without_money_accounts_or_operators_are_named(government, bagian_organisasi):
    make_budget(government.kesehatan)
    steps = steps_of(bagian_organisasi)
    assert missing(steps["anggaran"]) == {
        "2 perangkat daerah belum punya anggaran 2026": ["Setda", "Dikbud"],
    }
    assert missing(steps["akun"])["1 perangkat daerah belum punya operator"] == ["Setda"]
    Position.objects.get(pk=government.kadinkes.pk).assignments.update(official=make_official("Tanpa akun"))
    lacking = missing(steps_of(bagian_organisasi)["akun"])
    assert lacking["1 pimpinan belum punya akun"] == ["Dinas Kesehatan"]


def test_who_lacks_an_account_gets_it_where_the_door_leads(client, government, bagian_organisasi):
    client.force_login(bagian_organisasi)
    nameless = make_official("Tanpa akun")
    Position.objects.get(pk=government.kadinkes.pk).assignments.update(official=nameless)
    (head, operator) = steps_of(bagian_organisasi)["akun"].missing
    assert head.named[0].address == f"/pejabat/{nameless.pk}/"
    assert operator.named[0].address == f"/pengaturan/akun/baru/?unit={government.setda.pk}"
    page = client.post(operator.named[0].address, {"name": "Wati Operator"}, follow=True)
    made = User.objects.get(username="wati.operator")
    assert page.redirect_chain == [
        (f"/pengaturan/akun/{made.pk}/peran/baru/?unit={government.setda.pk}", 302)
    ]
    assert page.context["form"].initial["units"] == [government.setda.pk]


def test_each_import_of_the_guide_is_of_its_own_subject_and_shown_when_it_can_begin(first_account):
    make_membership(first_account, Role.BUREAU, starts=DAY)
    YearPolicy.objects.create(year=2026)
    before = {key: step.import_address for key, step in steps_of(first_account).items()}
    assert (before["organisasi"], before["rencana"], before["anggaran"]) == ("/impor/?isi=units", "", "")
    make_unit("Pemerintah Kabupaten Contoh", None, kind=UnitKind.REGION)
    after = {key: step.import_address for key, step in steps_of(first_account).items()}
    assert (after["organisasi"], after["anggaran"]) == (
        "/impor/?isi=people",
        "/impor/?isi=budgets&tahun=2026",
    )


def test_the_administrator_reads_that_the_bureau_has_no_account_yet(first_account):
    organisation = steps_of(first_account, None)["organisasi"]
    assert (organisation.action, organisation.who) == (None, "Bagian Organisasi")
    assert [(each.text, each.address) for each in organisation.missing] == [
        ("Belum ada akun Admin Kabupaten (Bagian Organisasi)", "/pengaturan/akun/baru/")
    ]


def test_drafts_are_counted_until_everybody_has_one(government, bagian_organisasi):
    step = steps_of(bagian_organisasi)["draf"]
    assert (step.state, step.note) == (NOT_YET, "0 dari 4 pimpinan sudah punya PK.")
    for position in (government.regent, government.kadinkes, government.kadikbud):
        make_agreement(position)
    step = steps_of(bagian_organisasi)["draf"]
    assert (step.state, list(missing(step))) == (PARTLY, ["1 dari 4 pimpinan belum punya PK 2026"])
    make_agreement(government.sekda)
    assert steps_of(bagian_organisasi)["draf"].state == DONE


def test_another_year_is_asked_about_itself(client, government, bagian_organisasi):
    client.force_login(bagian_organisasi)
    make_budget(government.kesehatan, year=2025)
    of_2025 = {step.key: step for step in client.get("/penyiapan/?tahun=2025").context["setup"].steps}
    latest = client.get("/penyiapan/?tahun=lima").context["setup"]
    assert of_2025["anggaran"].state == PARTLY
    assert latest.year == 2026
    assert {step.key: step for step in latest.steps}["anggaran"].state == NOT_YET


def test_the_beranda_says_so_while_something_essential_is_missing(client, government, bagian_organisasi):
    client.force_login(bagian_organisasi)
    page = client.get("/2026/")
    assert page.context["home"].unfinished == ["anggaran"]
    assert "Penyiapan belum selesai" in page.content.decode()
    make_budget(government.kesehatan)
    assert "Penyiapan belum selesai" not in client.get("/2026/").content.decode()
    client.force_login(government.users.kepala_pendidikan)
    assert "Penyiapan" not in client.get("/2025/").content.decode()


def test_questions_do_not_grow_with_the_units(client, government, bagian_organisasi):
    client.force_login(bagian_organisasi)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/penyiapan/").status_code == 200
        return len(queries)

    count()
    few = count()
    for number in range(3):
        unit = make_unit(f"Dinas {number}", government.root, signs_with_head=True)
        post = make_position(unit, f"Kepala Dinas {number}", Level.II, government.regent)
        make_assignment(make_official(f"Pejabat {number}"), post)
        make_indicator(unit, f"Angka {number}", objective=make_objective(unit, f"Sasaran {number}"))
    assert Unit.objects.filter(signs_with_head=True).count() == 6
    assert count() == few <= 20
