"""Accounts: made by the bureau or an administrator, with roles nobody gives themselves."""

from datetime import date

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import locks
from accounts.models import User
from accounts.permissions import Role
from agreements.forms.people import proposed_username
from agreements.models import Membership, Official
from agreements.scope import scope_of
from records.models import Event
from tests.factories import make_membership, make_official, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
LIST = "/pengaturan/akun/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=False):
        yield


@pytest.fixture
def bureau(client, bagian_organisasi):
    client.force_login(bagian_organisasi)
    return client


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def page(name, *args) -> str:
    return reverse(f"agreements:{name}", args=args)


def errors_of(response) -> dict[str, str]:
    return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


def role_data(role, *units, **fields):
    reach = "some" if units else "all"
    return {
        "role": role,
        "reach": reach,
        "units": [unit.pk for unit in units],
        "starts": "2026-07-20",
    } | fields


# --- accounts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("dr. Ratna Dewi, M.Kes.", "ratna.dewi"),
        ("H. Arif Santosa, S.E.", "arif.santosa"),
        ("Drs. Ir. Joko, M.Pd.", "joko"),
        ("...", "akun"),
    ],
)
def test_a_user_name_is_proposed_from_the_name_without_titles(name, username):
    assert proposed_username(name) == username


def test_a_proposed_user_name_is_nobodys(government):
    make_user("ratna.dewi")
    make_user("ratna.dewi2")
    assert proposed_username("Ratna Dewi") == "ratna.dewi3"


def test_the_bureau_makes_an_account_without_a_password(bureau, bagian_organisasi):
    response = bureau.post(
        page("account_create"), {"name": "Dewi Sartika, S.E.", "nip": "19800101 200501 1 001"}
    )
    account = User.objects.get(username="dewi.sartika")
    assert response.url == page("account_detail", account.pk)
    assert not account.has_usable_password()
    assert account.nip == "198001012005011001"
    event = Event.objects.get()
    assert (event.actor, event.action, event.subject_id) == (
        bagian_organisasi,
        "membuat akun",
        str(account.pk),
    )


def test_an_account_made_for_an_official_acts_for_them(bureau):
    official = make_official("Dewi Sartika, S.E.")
    address = page("account_create") + f"?pejabat={official.pk}"
    assert bureau.get(address).context["form"].initial["nip"] == official.nip
    bureau.post(address, {"name": official.name, "username": "dewi", "nip": official.nip})
    official.refresh_from_db()
    assert official.account.username == "dewi"
    assert list(Event.objects.order_by("number").values_list("action", flat=True)) == [
        "menautkan akun dengan pejabat",
        "membuat akun",
    ]


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"username": "bupati"}, "username", "sudah dipakai"),
        ({"username": "9 huruf"}, "username", "diawali huruf kecil"),
        ({"nip": "123"}, "nip", "18 angka"),
        ({"name": ""}, "name", "tidak boleh kosong"),
    ],
)
def test_a_faulty_account_is_refused_beside_the_field(bureau, fields, name, sentence):
    response = bureau.post(page("account_create"), {"name": "Dewi", "username": "dewi"} | fields)
    assert sentence in errors_of(response)[name]
    assert Event.objects.count() == 0


def test_a_capital_letter_of_a_phone_is_no_fault(bureau):
    bureau.post(page("account_create"), {"name": "Dewi", "username": "Dewi.S"})
    assert User.objects.filter(username="dewi.s").exists()


def test_the_list_finds_by_name_user_name_and_number_and_shows_what_one_is(bureau, kepala_kesehatan):
    User.objects.filter(pk=kepala_kesehatan.pk).update(nip="197501012000031234")
    for typed in ("kepala kes", "kepala_kes", "19750101 200003"):
        assert kepala_kesehatan in bureau.get(LIST, {"cari": typed}).context["page"].object_list
    content = bureau.get(LIST, {"cari": "kesehatan"}).content.decode()
    assert "Kepala Dinas Kesehatan" in content
    assert "Operator PD" in content


def test_closed_accounts_are_listed_apart(bureau, orang_luar):
    User.objects.filter(pk=orang_luar.pk).update(is_active=False)
    assert orang_luar not in bureau.get(LIST).context["page"].object_list
    assert list(bureau.get(LIST, {"keadaan": "tutup"}).context["page"]) == [orang_luar]


def test_the_list_takes_as_many_queries_for_thirty_accounts_as_for_three(bureau):
    def filled(number):
        for n in range(number):
            account = make_user(f"orang{number}x{n}")
            make_membership(account, Role.LEADER)
            make_official(f"Pejabat {number}-{n}", account)
        session = bureau.session
        session.pop("signed_in_at", None)
        session.save()
        with CaptureQueriesContext(connection) as queries:
            assert bureau.get(LIST).status_code == 200
        return len(queries)

    few, many = filled(3), filled(30)
    assert few == many <= 20


def test_an_edit_is_one_line_with_before_and_after(bureau, orang_luar):
    bureau.post(page("account_edit", orang_luar.pk), {"name": "Orang Baru", "username": "orang_luar"})
    event = Event.objects.get()
    assert (event.before, event.after) == ('{"nama lengkap":"Orang Luar"}', '{"nama lengkap":"Orang Baru"}')
    assert "Orang Luar" in bureau.get(page("account_detail", orang_luar.pk)).content.decode()


def test_closing_an_account_ends_its_sessions_and_reopening_restores_it(
    bureau, operator_kesehatan, client_class
):
    theirs = client_class()
    theirs.force_login(operator_kesehatan)
    bureau.post(page("account_close", operator_kesehatan.pk))
    assert theirs.get(page("unit_list")).status_code == 302
    assert not theirs.get("/akun/masuk/").wsgi_request.user.is_authenticated
    bureau.post(page("account_close", operator_kesehatan.pk), {"buka": "1"})
    operator_kesehatan.refresh_from_db()
    assert operator_kesehatan.is_active
    assert list(Event.objects.order_by("number").values_list("action", flat=True)) == [
        "menutup akun",
        "membuka kembali akun",
    ]


@pytest.fixture
def client_class(client):
    return type(client)


# --- one-time links and locks ---------------------------------------------------------------


def test_a_link_is_shown_once_with_its_end_and_kept_nowhere(bureau, orang_luar):
    response = bureau.post(page("account_link", orang_luar.pk))
    address = response.context["address"]
    content = response.content.decode()
    assert address.startswith("http://testserver/akun/tautan/")
    assert f'readonly value="{address}"' in content
    assert "23 Juli 2026" in content
    assert "no-store" in response.headers["Cache-Control"]
    assert address not in bureau.get(page("account_detail", orang_luar.pk)).content.decode()
    event = Event.objects.get()
    assert event.action == "membuat tautan sekali pakai"
    token = address.rstrip("/").rsplit("/", 1)[1]
    assert token not in event.after + event.before + event.subject


def test_the_whole_way_from_a_new_account_to_the_first_sign_in(bureau, client_class):
    bureau.post(page("account_create"), {"name": "Dewi Sartika", "username": "dewi"})
    account = User.objects.get(username="dewi")
    address = bureau.post(page("account_link", account.pk)).context["address"]
    dewi = client_class()
    form = dewi.get(address.removeprefix("http://testserver"), follow=True)
    password = "bukit biru dan awan"
    dewi.post(form.request["PATH_INFO"], {"new_password1": password, "new_password2": password})
    dewi.post("/akun/masuk/", {"login": "dewi", "password": password})
    assert dewi.session[SESSION_KEY] == str(account.pk)
    assert [e.action for e in Event.objects.filter(subject_id=str(account.pk)).order_by("number")] == [
        "membuat akun",
        "membuat tautan sekali pakai",
        "membuat kata sandi lewat tautan sekali pakai",
        "masuk",
    ]


def test_a_closed_account_gets_no_link(bureau, orang_luar):
    User.objects.filter(pk=orang_luar.pk).update(is_active=False)
    response = bureau.post(page("account_link", orang_luar.pk), follow=True)
    assert "Buka kembali dahulu" in response.content.decode()
    assert Event.objects.count() == 0


def test_a_link_is_made_by_sending_a_form_only(bureau, orang_luar):
    assert bureau.get(page("account_link", orang_luar.pk)).status_code == 405
    assert bureau.get(page("account_release", orang_luar.pk)).status_code == 405
    assert bureau.get(page("account_close", orang_luar.pk)).status_code == 405


def test_the_bureau_releases_a_lock(bureau, client_class, orang_luar):
    theirs = client_class()
    for _ in range(5):
        theirs.post("/akun/masuk/", {"login": "orang_luar", "password": "salah"})
    assert "Akun ini terkunci" in bureau.get(page("account_detail", orang_luar.pk)).content.decode()
    bureau.post(page("account_release", orang_luar.pk))
    assert not locks.is_locked(orang_luar)
    assert "Akun ini terkunci" not in bureau.get(page("account_detail", orang_luar.pk)).content.decode()
    assert Event.objects.order_by("-number").first().action == "membuka kunci akun"


# --- roles ----------------------------------------------------------------------------------


def test_a_role_over_a_unit_works_at_once_and_is_in_the_accounts_history(bureau, government, orang_luar):
    response = bureau.post(
        page("membership_create", orang_luar.pk), role_data(Role.OPERATOR, government.kesehatan)
    )
    assert response.status_code == 302
    assert scope_of(orang_luar).may("enter", government.bidang.pk)
    assert not scope_of(orang_luar).may("enter", government.pendidikan.pk)
    event = Event.objects.get()
    assert (event.action, event.subject_id) == ("memberi peran", str(orang_luar.pk))
    assert "Dinas Kesehatan" in event.after
    assert "Operator PD" in event.after


@pytest.mark.parametrize(
    ("role", "fields", "name", "sentence"),
    [
        (Role.OPERATOR, {}, "reach", "berlaku di unit kerja tertentu saja"),
        (Role.GUEST, {"ends": "2026-12-31"}, "reach", "berlaku di unit kerja tertentu saja"),
        (Role.OPERATOR, {"reach": "some"}, "units", "paling sedikit satu unit"),
        (Role.LEADER, {"reach": ""}, "reach", "Pilih: semua, atau unit kerja tertentu."),
        (Role.GUEST, {}, "ends", "sampai kapan"),
        (Role.LEADER, {"ends": "2026-01-01"}, "ends", "lebih awal"),
        (Role.GUEST, {"first_year": 2026, "last_year": 2025}, "last_year", "lebih awal"),
        ("", {}, "role", "tidak boleh kosong"),
    ],
)
def test_an_impossible_role_is_refused_beside_the_field(bureau, orang_luar, role, fields, name, sentence):
    response = bureau.post(page("membership_create", orang_luar.pk), role_data(role, **fields))
    assert sentence in errors_of(response)[name]
    assert not Membership.objects.filter(account=orang_luar).exists()


def test_emptying_the_list_of_units_does_not_widen_a_role(bureau, government, orang_luar):
    membership = make_membership(orang_luar, Role.LEADER, government.kesehatan)
    address = page("membership_edit", membership.pk)
    assert bureau.get(address).context["form"].initial["reach"] == "some"
    response = bureau.post(address, role_data(Role.LEADER, reach="some"))
    assert "paling sedikit satu unit" in errors_of(response)["units"]
    assert list(membership.units.all()) == [government.kesehatan]
    response = bureau.post(address, role_data(Role.LEADER, government.kesehatan, reach="all"))
    assert "Kosongkan pilihan unit" in errors_of(response)["units"]
    assert bureau.post(address, role_data(Role.LEADER)).status_code == 302
    assert scope_of(orang_luar).units("view") is None
    assert bureau.get(address).context["form"].initial["reach"] == "all"


def test_every_role_is_explained_where_it_is_given(admin, orang_luar):
    choices = admin.get(page("membership_create", orang_luar.pk)).context["form"].fields["role"].choices
    assert {value for value, _ in choices} == {role.value for role in Role}
    assert all(len(label.split(" – ")[1]) > 20 for _, label in choices)


def test_a_role_is_ended_by_its_last_day(bureau, government, operator_kesehatan):
    membership = Membership.objects.get(account=operator_kesehatan)
    bureau.post(
        page("membership_edit", membership.pk),
        role_data(Role.OPERATOR, government.kesehatan, starts="2021-01-01", ends="2026-07-19"),
    )
    assert not scope_of(operator_kesehatan).may_somewhere("enter")
    assert "sudah berakhir" in bureau.get(page("account_detail", operator_kesehatan.pk)).content.decode()


def test_the_bureau_neither_gives_nor_ends_nor_takes_over_an_administrator(bureau, administrator, orang_luar):
    offered = bureau.get(page("membership_create", orang_luar.pk)).context["form"].fields["role"].choices
    assert Role.ADMINISTRATOR not in {value for value, _ in offered}
    response = bureau.post(page("membership_create", orang_luar.pk), role_data(Role.ADMINISTRATOR))
    assert "role" in errors_of(response)
    membership = Membership.objects.get(account=administrator)
    assert bureau.post(page("membership_edit", membership.pk), {}).status_code == 403
    for name in ("account_link", "account_close", "account_edit", "membership_create", "account_official"):
        assert bureau.post(page(name, administrator.pk), role_data(Role.LEADER)).status_code == 403, name
    assert administrator.memberships.count() == 1
    assert Event.objects.count() == 0


def test_an_administrator_gives_every_role(admin, orang_luar):
    assert (
        admin.post(page("membership_create", orang_luar.pk), role_data(Role.ADMINISTRATOR)).status_code == 302
    )
    assert scope_of(orang_luar).may("settings")


@pytest.mark.parametrize("who", ["bagian_organisasi", "administrator"])
def test_nobody_changes_the_own_roles_account_or_official(client, government, who):
    me = getattr(government.users, who)
    client.force_login(me)
    own = Membership.objects.get(account=me)
    assert client.post(page("membership_edit", own.pk), role_data(Role.BUREAU)).status_code == 403
    for name in ("membership_create", "account_link", "account_close", "account_edit", "account_official"):
        assert client.post(page(name, me.pk), role_data(Role.BUREAU)).status_code == 403, name
    content = client.get(page("account_detail", me.pk)).content.decode()
    assert "Ini akun Anda sendiri" in content
    assert "Buat tautan kata sandi" not in content


# --- officials ------------------------------------------------------------------------------


def test_an_account_is_linked_to_an_official_after_a_question(bureau, orang_luar, government):
    asked = bureau.get(page("account_official", orang_luar.pk), {"cari": "siti"})
    assert [row.value for row in asked.context["rows"]] == [government.official_kabid.pk]
    address = page("account_official", orang_luar.pk) + f"?pejabat={government.official_kabid.pk}"
    assert "Pastikan keduanya orang yang sama" in bureau.get(address).content.decode()
    assert Official.objects.get(pk=government.official_kabid.pk).account is None
    bureau.post(address)
    assert Official.objects.get(pk=government.official_kabid.pk).account == orang_luar
    assert government.kabid.pk in scope_of(orang_luar).posts


def test_an_official_with_an_account_is_not_taken_over(bureau, orang_luar, government):
    address = page("account_official", orang_luar.pk) + f"?pejabat={government.official_kadinkes.pk}"
    assert bureau.post(address).status_code == 404
    government.official_kadinkes.refresh_from_db()
    assert government.official_kadinkes.account == government.users.kepala_kesehatan


def test_an_account_is_released_from_its_official(bureau, kepala_kesehatan, government):
    bureau.post(page("account_official", kepala_kesehatan.pk) + "?pejabat=")
    assert scope_of(User.objects.get(pk=kepala_kesehatan.pk)).posts == frozenset()
    assert Event.objects.get().before == '{"pejabat":"dr. Ratna Dewi, M.Kes."}'


@pytest.mark.parametrize(
    "who", ["bupati", "kepala_kesehatan", "operator_kesehatan", "kepegawaian", "orang_luar"]
)
def test_who_manages_no_accounts_gets_403(client, government, who):
    client.force_login(getattr(government.users, who))
    other = make_user("lain")
    membership = make_membership(other, Role.LEADER, ends=date(2027, 1, 1))
    assert client.get(LIST).status_code == 403
    assert client.get(page("account_create")).status_code == 403
    for name in ("account_detail", "account_edit", "account_official", "membership_create"):
        assert client.get(page(name, other.pk)).status_code == 403, name
    for name in ("account_link", "account_release", "account_close"):
        assert client.post(page(name, other.pk)).status_code == 403, name
    assert client.get(page("membership_edit", membership.pk)).status_code == 403
    assert Event.objects.count() == 0
