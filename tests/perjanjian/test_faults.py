"""What goes wrong on the machine is a page with a sentence, wherever it was raised."""

import errno
import os
import subprocess
import sys

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.urls import reverse

from perjanjian import views
from records import files
from reports import waiting


@pytest.fixture
def visitor(client, bupati):
    client.force_login(bupati)
    client.raise_request_exception = False
    return client


def raising(error):
    def view(*args, **kwargs):
        raise error

    return view


@pytest.mark.parametrize("error", [OperationalError("server closed"), InterfaceError("closed")])
def test_a_database_that_goes_away_in_a_view_is_503(visitor, monkeypatch, error):
    monkeypatch.setattr(waiting, "waiting", raising(error))
    answer = visitor.get("/2026/")
    assert answer.status_code == 503
    assert "Basis data sedang tidak dapat dihubungi" in answer.content.decode()


def test_a_database_that_is_away_already_for_the_session_is_503(visitor, monkeypatch):
    monkeypatch.setattr(SessionStore, "load", raising(OperationalError("no route to host")))
    assert visitor.get("/2026/").status_code == 503


def test_a_database_that_goes_away_while_an_error_page_is_written_is_503(visitor, monkeypatch):
    monkeypatch.setattr("agreements.middleware.scope_of", raising(OperationalError("gone")))
    assert visitor.get("/tidak-ada/").status_code == 503


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_507(visitor, monkeypatch, number):
    monkeypatch.setattr(waiting, "waiting", raising(OSError(number, "full")))
    answer = visitor.get("/2026/")
    assert answer.status_code == 507
    assert "penyimpanan server penuh" in answer.content.decode()


def test_a_damaged_file_is_a_page_that_names_it(visitor, monkeypatch):
    damage = files.FileDamaged("Berkas “a.pdf” tidak dapat dibaca dari penyimpanan.")
    monkeypatch.setattr(waiting, "waiting", raising(damage))
    answer = visitor.get("/2026/")
    assert answer.status_code == 500
    assert "Berkas “a.pdf” tidak dapat dibaca" in answer.content.decode()


@pytest.mark.parametrize("error", [ValueError("x"), OSError(errno.EACCES, "no")])
def test_anything_else_is_500(visitor, monkeypatch, error):
    monkeypatch.setattr(waiting, "waiting", raising(error))
    assert visitor.get("/2026/").status_code == 500


def test_a_request_that_cannot_be_read_is_400_in_indonesian(visitor, monkeypatch):
    monkeypatch.setattr(waiting, "waiting", raising(SuspiciousOperation("x")))
    answer = visitor.get("/2026/")
    assert answer.status_code == 400
    assert "Permintaan tidak terbaca" in answer.content.decode()
    assert views.bad_request(None).status_code == 400


@pytest.mark.parametrize(
    ("name", "args"),
    [("reports:year_home", (2026,)), ("reports:achievement", (2026,)), ("agreements:list", (2026,))],
)
def test_a_page_answers_a_question_for_its_head(visitor, name, args):
    assert visitor.head(reverse(name, args=args)).status_code == 200


def start(**variables) -> subprocess.CompletedProcess:
    settings = {
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "kinerja.contohkab.go.id",
        "DATABASE_URL": "sqlite:////tmp/unused.sqlite3",
    }
    return subprocess.run(
        [sys.executable, "-c", "import perjanjian.settings"],
        env={"PATH": os.environ["PATH"]} | settings | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("hosts", ["*", ".contohkab.go.id", "kinerja.contohkab.go.id, *"])
def test_hosts_that_stand_for_others_keep_the_application_from_starting(hosts):
    assert "Tulis setiap nama host di ALLOWED_HOSTS selengkapnya" in start(ALLOWED_HOSTS=hosts).stderr


def test_named_hosts_let_it_start():
    assert start().returncode == 0
