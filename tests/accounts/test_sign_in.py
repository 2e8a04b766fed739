"""Signing in and out, the lock of an account, and changing one's password."""

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
