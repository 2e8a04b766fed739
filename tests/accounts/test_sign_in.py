"""Signing in and out, the lock of an account, and changing one's password."""

from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from django.contrib.auth import SESSION_KEY
from django.urls import NoReverseMatch, reverse

from accounts import locks
from accounts.models import User
from records.models import Event

pytestmark = pytest.mark.django_db
PASSWORD = "sawah hijau di pagi hari"
NIP = "198001012005011001"
SIGN_IN = "/akun/masuk/"
WRONG = "Nama pengguna (atau NIP) atau kata sandi salah"
LOCKED = "Terlalu banyak percobaan masuk yang gagal"


@pytest.fixture
def siti() -> User:
    return User.objects.create_user("siti.aminah", "Siti Aminah", PASSWORD, nip=NIP)


@pytest.fixture(autouse=True)
def _fast_hashing(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def sign_in(client, login, password=PASSWORD, **extra):
    return client.post(SIGN_IN, {"login": login, "password": password}, **extra)


def error_of(response) -> str:
    return str(response.context["form"].non_field_errors()[0])


@pytest.mark.parametrize(
    "typed", ["siti.aminah", "SITI.Aminah", "  siti.aminah ", NIP, "19800101 200501 1 001"]
)
def test_signs_in_with_user_name_or_nip_however_typed(client, siti, typed):
    response = sign_in(client, typed)
    assert response.status_code == 302
    assert response.url == reverse("reports:home")
    assert client.session[SESSION_KEY] == str(siti.pk)


def test_a_sign_in_is_one_line_of_the_history(client, siti):
    sign_in(client, "siti.aminah")
    event = Event.objects.get()
    assert (event.actor_id, event.action, event.subject_id) == (siti.pk, "masuk", str(siti.pk))


def test_nobody_signs_up(client):
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    page = client.get(SIGN_IN)
    assert not page.context.get("signup_url")
    assert not get_adapter().is_open_for_signup(page.wsgi_request)


def test_sign_in_leads_back_only_to_our_own_pages(client, siti):
    assert sign_in(client, "siti.aminah", QUERY_STRING="next=/panduan/").url == "/panduan/"
    client.logout()
    assert sign_in(client, "siti.aminah", QUERY_STRING="next=https://lain.example/").url == "/"


def test_unknown_name_and_wrong_password_get_the_same_answer(client, siti):
    wrong, unknown = sign_in(client, "siti.aminah", "salah"), sign_in(client, "tidak.ada", "salah")
    assert error_of(wrong) == error_of(unknown)
    assert error_of(wrong).startswith(WRONG)
    assert wrong.status_code == unknown.status_code == 200
    assert 'value="siti.aminah"' in wrong.content.decode()


def test_the_fifth_failure_locks_the_account_under_all_its_names(client, siti):
    for typed in ("siti.aminah", "SITI.AMINAH", " siti.aminah", NIP, "19800101 200501 1 001"):
        assert error_of(sign_in(client, typed, "salah")).startswith(WRONG)
    assert locks.is_locked(siti)
    for typed in ("siti.aminah", NIP):
        assert error_of(sign_in(client, typed)).startswith(LOCKED)
    assert SESSION_KEY not in client.session


def test_an_unknown_name_is_locked_in_the_same_way(client):
    for typed in ("tidak.ada", "TIDAK.ADA", " tidak.ada ", "tidak.ada", "tidak.ada"):
        assert error_of(sign_in(client, typed, "salah")).startswith(WRONG)
    assert error_of(sign_in(client, "tidak.ada", "salah")).startswith(LOCKED)
    assert error_of(sign_in(client, "lain.lagi", "salah")).startswith(WRONG)


def test_another_host_name_is_no_way_around_the_lock(client, siti):
    for _ in range(5):
        sign_in(client, "siti.aminah", "salah")
    assert error_of(sign_in(client, "siti.aminah", headers={"host": "localhost"})).startswith(LOCKED)


def test_the_lock_is_one_line_of_the_history_and_not_one_for_each_failure(client, siti):
    for _ in range(8):
        sign_in(client, "siti.aminah", "salah")
    event = Event.objects.get()
    assert (event.actor_id, event.refused) == (None, True)
    assert event.action == "mengunci akun setelah salah kata sandi berulang"
    assert event.subject_id == str(siti.pk)


def test_a_lock_ends_after_a_quarter_of_an_hour(client, siti):
    with time_machine.travel("2026-07-20 08:00", tick=False) as clock:
        for _ in range(5):
            sign_in(client, "siti.aminah", "salah")
        clock.shift(14 * 60)
        assert error_of(sign_in(client, "siti.aminah")).startswith(LOCKED)
        clock.shift(2 * 60)
        assert sign_in(client, "siti.aminah").status_code == 302


def test_a_released_lock_lets_the_person_in(client, siti):
    for _ in range(5):
        sign_in(client, "siti.aminah", "salah")
    locks.release(siti)
    assert not locks.is_locked(siti)
    assert sign_in(client, "siti.aminah").status_code == 302


def test_a_lock_touches_no_other_account(client, siti):
    User.objects.create_user("joko", "Joko", PASSWORD)
    for _ in range(6):
        sign_in(client, "siti.aminah", "salah")
    assert sign_in(client, "joko").status_code == 302


def test_a_closed_account_is_told_so_only_with_the_right_password(client, siti):
    User.objects.filter(pk=siti.pk).update(is_active=False)
    assert error_of(sign_in(client, "siti.aminah", "salah")).startswith(WRONG)
    assert sign_in(client, "siti.aminah").url == reverse("account_inactive")
    assert "Akun ini sudah ditutup" in client.get(reverse("account_inactive")).content.decode()
    assert SESSION_KEY not in client.session


def test_closing_an_account_ends_its_sessions(client, siti):
    sign_in(client, "siti.aminah")
    assert client.get(reverse("account_change_password")).status_code == 200
    User.objects.filter(pk=siti.pk).update(is_active=False)
    response = client.get(reverse("account_change_password"))
    assert response.status_code == 302
    assert response.url.startswith(SIGN_IN)


def test_signing_out_asks_first_and_then_ends_the_session(client, siti):
    sign_in(client, "siti.aminah")
    page = client.get(reverse("account_logout"))
    assert "Ya, keluar" in page.content.decode()
    assert SESSION_KEY in client.session
    assert client.post(reverse("account_logout")).url == SIGN_IN
    assert SESSION_KEY not in client.session
    assert "Anda sudah keluar." in client.get(SIGN_IN).content.decode()


def test_signing_out_twice_is_no_fault(client):
    assert client.post(reverse("account_logout")).url == SIGN_IN


def test_an_expired_session_is_explained(client):
    assert "Sesi Anda sudah berakhir" in client.get(SIGN_IN, {"habis": 1}).content.decode()


def change_password(client, old=PASSWORD, new="bukit biru dan awan", again=None):
    data = {"oldpassword": old, "password1": new, "password2": again or new}
    return client.post(reverse("account_change_password"), data)


def test_a_changed_password_keeps_this_session_under_a_new_key_and_ends_the_others(client, siti):
    sign_in(client, "siti.aminah")
    elsewhere = type(client)()
    sign_in(elsewhere, "siti.aminah")
    key = client.session.session_key
    assert change_password(client).url == reverse("reports:home")
    assert client.session.session_key != key
    assert client.get(reverse("account_change_password")).status_code == 200
    assert elsewhere.get(reverse("account_change_password")).url.startswith(SIGN_IN)
    assert Event.objects.order_by("-number").first().action == "mengganti kata sandi sendiri"
    siti.refresh_from_db()
    assert siti.check_password("bukit biru dan awan")


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"old": "bukan ini"}, "oldpassword", "Kata sandi sekarang tidak cocok"),
        ({"again": "bukit biru dan hujan"}, "password2", "harus mengetikkan kata sandi yang sama"),
        ({"new": "pendek"}, "password1", "12"),
        ({"new": "bupati202620262026"}, "password1", "mudah ditebak"),
    ],
)
def test_a_password_is_not_changed_and_the_field_says_why(client, siti, given, field, sentence):
    sign_in(client, "siti.aminah")
    errors = change_password(client, **given).context["form"].errors[field]
    assert sentence in " ".join(errors)
    siti.refresh_from_db()
    assert siti.check_password(PASSWORD)


def test_an_account_without_a_password_is_told_the_remedy(client, siti):
    client.force_login(siti)
    siti.set_unusable_password()
    siti.save()
    client.force_login(siti)
    response = client.get(reverse("account_change_password"))
    assert response.url == reverse("reports:home")


def test_too_many_requests_are_a_page_in_our_words(client, siti, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    sign_in(client, "siti.aminah", "salah")
    response = sign_in(client, "siti.aminah", "salah")
    assert response.status_code == 429
    assert "Terlalu banyak permintaan" in response.content.decode()


# --- locked out by somebody else ------------------------------------------------------------


def fail(client, times, login="siti.aminah", address="203.0.113.9"):
    for _ in range(times):
        last = sign_in(client, login, "salah", REMOTE_ADDR=address)
    return last


def test_wrong_passwords_from_afar_do_not_lock_the_owner_out(client, siti):
    fail(client, 6)
    assert error_of(sign_in(client, "siti.aminah", REMOTE_ADDR="203.0.113.9")).startswith(LOCKED)
    assert sign_in(client, "siti.aminah", REMOTE_ADDR="10.1.1.1").status_code == 302


@pytest.mark.parametrize("login", ["siti.aminah", "tidak.ada"])
def test_thirty_failures_from_many_addresses_lock_the_name_everywhere(client, siti, login):
    for number in range(6):
        assert error_of(fail(client, 5, login, f"203.0.113.{number}")).startswith(WRONG)
    assert error_of(fail(client, 1, login, "10.1.1.1")).startswith(LOCKED)
    assert error_of(sign_in(client, login, REMOTE_ADDR="10.1.1.1")).startswith(LOCKED)


def test_a_release_opens_the_account_from_every_address(client, siti):
    for number in range(7):
        fail(client, 6, address=f"203.0.113.{number}")
    assert locks.is_locked(siti)
    locks.release(siti)
    assert not locks.is_locked(siti)
    assert error_of(fail(client, 1, address="203.0.113.2")).startswith(WRONG)
    assert sign_in(client, "siti.aminah", REMOTE_ADDR="203.0.113.1").status_code == 302


def test_signing_in_is_no_failure_that_counts(client, siti):
    for _ in range(40):
        assert sign_in(client, "siti.aminah").status_code == 302
        client.logout()


# --- a session that ended -------------------------------------------------------------------

IDLE = "2026-07-20 08:31:30"


@pytest.fixture
def idle(client, siti):
    """Signed in, and then away for longer than a session lasts without a page."""
    with time_machine.travel("2026-07-20 08:00", tick=False):
        client.force_login(siti)
        client.get("/panduan/")
    with time_machine.travel(IDLE, tick=False):
        yield client


def where_to(response) -> dict[str, str]:
    assert response.url.startswith(SIGN_IN)
    return dict(parse_qsl(urlsplit(response.url).query))


def test_an_ended_session_leads_back_to_the_same_question(idle):
    back = where_to(idle.get("/2026/perjanjian/?cari=abc&hal=2"))
    assert back == {"next": "/2026/perjanjian/?cari=abc&hal=2", "habis": "1"}


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://testserver/akun/kata-sandi/?a=1", "/akun/kata-sandi/?a=1"),
        ("http://lain.example/akun/kata-sandi/", "/"),
        ("http://testserver/tidak-ada/", "/"),
        ("", "/"),
    ],
)
def test_an_ended_session_leads_from_a_form_to_the_page_behind_it(idle, referrer, back):
    headers = {"referer": referrer} if referrer else {}
    address = reverse("account_change_password")
    referrer_of_form = {k: v.replace("/akun/kata-sandi/", address) for k, v in headers.items()}
    answer = idle.post(address, {}, headers=referrer_of_form)
    assert where_to(answer) == {
        "next": back.replace("/akun/kata-sandi/", address),
        "habis": "1",
        "isian": "1",
    }
    assert "Isian terakhir belum terkirim" in idle.get(answer.url).content.decode()


def test_an_address_that_only_takes_forms_is_no_place_to_go_back_to(idle):
    only_for_forms = reverse("agreements:account_release", args=(1,))
    headers = {"referer": f"http://testserver{only_for_forms}"}
    assert where_to(idle.post(only_for_forms, {}, headers=headers))["next"] == "/"


def test_a_form_sent_by_nobody_is_not_a_page_to_come_back_to(client):
    form = reverse("agreements:action", args=(2026, 1, "submit"))
    assert where_to(client.post(form))["next"] == "/"
    assert where_to(client.get("/2026/perjanjian/?cari=a"))["next"] == "/2026/perjanjian/?cari=a"
