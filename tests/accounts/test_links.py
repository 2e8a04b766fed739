"""One-time links: the person sets the password, once, within three days."""

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from accounts import locks
from accounts.models import User
from accounts.tokens import new_link
from records.models import Event

pytestmark = pytest.mark.django_db
NEW = "bukit biru dan awan"
GONE = "Tautan ini tidak berlaku lagi"


@pytest.fixture
def siti() -> User:
    return User.objects.create_user("siti.aminah", "Siti Aminah")


def address(link) -> str:
    return reverse("agreements:set_password", args=(link.uidb64, link.token))


def opened(client, link):
    return client.get(address(link), follow=True)


def use(client, link, password=NEW):
    page = opened(client, link)
    return client.post(page.request["PATH_INFO"], {"new_password1": password, "new_password2": password})


def test_the_address_that_stays_in_the_browser_does_not_hold_the_token(client, siti):
    link = new_link(siti)
    page = opened(client, link)
    assert link.token not in page.request["PATH_INFO"]
    assert link.token not in page.content.decode()
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "siti.aminah" in page.content.decode()


def test_the_person_sets_the_password_and_goes_to_sign_in(client, siti):
    assert use(client, new_link(siti)).url == reverse("account_login")
    siti.refresh_from_db()
    assert siti.check_password(NEW)
    assert SESSION_KEY not in client.session
    assert Event.objects.get().action == "membuat kata sandi lewat tautan sekali pakai"
    assert "nama pengguna siti.aminah" in client.get(reverse("account_login")).content.decode()


def test_a_link_works_once(client, siti):
    link = new_link(siti)
    use(client, link)
    assert GONE in opened(type(client)(), link).content.decode()


def test_a_new_link_ends_the_old(client, siti):
    old, new = new_link(siti), new_link(siti)
    assert GONE in opened(client, old).content.decode()
    assert "Simpan kata sandi" in opened(type(client)(), new).content.decode()


def test_a_link_lasts_three_days(client, siti):
    with time_machine.travel("2026-07-20 08:00", tick=False) as clock:
        link = new_link(siti)
        assert (link.expires.day, link.expires.month) == (23, 7)
        clock.shift(3 * 24 * 3600 - 60)
        assert "Simpan kata sandi" in opened(client, link).content.decode()
        clock.shift(120)
        assert GONE in opened(type(client)(), link).content.decode()


def test_a_closed_account_has_no_working_link(client, siti):
    link = new_link(siti)
    User.objects.filter(pk=siti.pk).update(is_active=False)
    assert GONE in opened(client, link).content.decode()


@pytest.mark.parametrize(("uidb64", "token"), [("MQ", "abc-def"), ("!!", "x"), ("OTk5", "set")])
def test_an_invented_link_opens_nothing(client, siti, uidb64, token):
    page = client.get(reverse("agreements:set_password", args=(uidb64, token)), follow=True)
    assert GONE in page.content.decode()


def test_a_weak_password_keeps_the_link_alive(client, siti):
    link = new_link(siti)
    page = use(client, link, "kinerja12345678")
    assert "mudah ditebak" in page.context["form"].errors["new_password1"][0]
    assert use(client, link).status_code == 302


def test_setting_a_password_releases_the_lock(client, siti):
    for _ in range(5):
        client.post("/akun/masuk/", {"login": "siti.aminah", "password": "salah"})
    assert locks.is_locked(siti)
    use(client, new_link(siti))
    assert not locks.is_locked(siti)
