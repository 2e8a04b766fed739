"""The first administrator comes from the server's command line, and sets the password through a link."""

from datetime import date
from io import StringIO
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.permissions import Role, may_manage_accounts
from agreements.models import Membership
from agreements.scope import scope_of
from records.models import Event
from tests.factories import make_membership, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "bukit biru dan awan"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("first_account", *arguments, stdout=out)
    return out.getvalue()


def use(client, printed: str):
    page = client.get(urlsplit(printed.splitlines()[-1]).path, follow=True)
    return client.post(page.request["PATH_INFO"], {"new_password1": PASSWORD, "new_password2": PASSWORD})


def test_the_owner_sets_the_password_and_manages_accounts(client):
    printed = run("fajar.setiawan", "Fajar Setiawan, S.Kom.")
    account = User.objects.get()
    assert not account.has_usable_password()
    assert use(client, printed).status_code == 302
    answer = client.post("/akun/masuk/", {"login": "fajar.setiawan", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/pengaturan/akun/").status_code == 200
    assert may_manage_accounts(scope_of(User.objects.get()))


def test_the_link_leads_to_the_public_address(settings):
    settings.PUBLIC_ADDRESS = "https://kinerja.contoh.go.id"
    with time_machine.travel("2026-07-20 01:05", tick=False):
        lines = run("fajar.setiawan", "Fajar Setiawan").splitlines()
    assert lines[1] == "Tautan sekali pakai, berlaku sampai 23 Juli 2026 pukul 01.05:"
    assert lines[2].startswith("https://kinerja.contoh.go.id/akun/tautan/")


def test_both_acts_are_in_the_history_and_the_token_is_not():
    printed = run("fajar.setiawan", "Fajar Setiawan")
    assert [(each.actor_name, each.action) for each in Event.objects.all()] == [
        ("Sistem", "membuat akun administrator pertama"),
        ("Sistem", "membuat tautan sekali pakai dari server"),
    ]
    token = printed.strip().split("/")[-2]
    assert all(token not in each.after for each in Event.objects.all())


def test_there_is_no_second_first_account():
    run("fajar.setiawan", "Fajar Setiawan")
    with pytest.raises(CommandError, match=r"Administrator sudah ada: fajar\.setiawan\."):
        run("orang.lain", "Orang Lain")
    assert User.objects.count() == 1


def test_who_lost_the_password_gets_a_new_link_that_ends_the_old(client):
    old = run("fajar.setiawan", "Fajar Setiawan")
    new = run("fajar.setiawan")
    assert User.objects.count() == Membership.objects.count() == 1
    assert "tidak berlaku lagi" in use(type(client)(), old).content.decode()
    assert use(client, new).status_code == 302


@pytest.mark.parametrize(
    ("account", "membership"),
    [({"is_active": False}, {}), ({}, {"ends": date(2026, 7, 19)})],
    ids=["closed account", "ended role"],
)
def test_an_administrator_of_the_past_does_not_stand_in_the_way(account, membership):
    before = make_user("mantan.admin")
    User.objects.filter(pk=before.pk).update(**account)
    make_membership(before, Role.ADMINISTRATOR, **membership)
    with time_machine.travel("2026-07-20 09:00", tick=False):
        run("fajar.setiawan", "Fajar Setiawan")
    assert Membership.objects.get(account__username="fajar.setiawan").starts == date(2026, 7, 20)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("fajar.setiawan",), "Tulis juga nama pemilik akun"),
        (("Fajar Setiawan", "Fajar Setiawan"), "Nama pengguna diawali huruf kecil"),
        (("bagian.organisasi", "Fajar Setiawan"), "telah ada"),
    ],
)
def test_what_cannot_be_an_account_is_refused_with_a_sentence(arguments, sentence):
    make_user("bagian.organisasi")
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)
    assert User.objects.count() == 1
    assert not Event.objects.exists()
