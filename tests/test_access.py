"""Every address × every person: complete by construction, a page without a row fails."""

import importlib
import logging
import pkgutil
from copy import deepcopy

import pytest
from django.conf import settings
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import tests.access_rows
from tests.access import Row
from tests.conftest import PEOPLE, make_government


def all_rows() -> list[Row]:
    rows: list[Row] = []
    for module in sorted(m.name for m in pkgutil.iter_modules(tests.access_rows.__path__)):
        rows += importlib.import_module(f"tests.access_rows.{module}").ROWS
    return rows


def all_routes(resolver=None, prefix: str = "") -> set[str]:
    found = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            found |= all_routes(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            found.add(f"{prefix}{entry.name}")
    return found


ROWS = all_rows()


def test_every_route_has_a_row():
    assert all_routes() - {row.route for row in ROWS} == set()


def test_no_row_speaks_of_a_route_that_is_gone():
    assert {row.route for row in ROWS} - all_routes() == set()


def test_no_row_names_a_person_twice():
    assert [row.route for row in ROWS if row.ok & row.forbidden] == []


def last_who_may(row: Row) -> str | None:
    allowed = [person for person in PEOPLE if row.expected(person) == "ok"]
    return allowed[-1] if allowed else None


def _answer(client, row: Row, address: str) -> str:
    with transaction.atomic():
        response = getattr(client, row.method)(address, row.data)
        transaction.set_rollback(True)
    if response.status_code == 302 and "/akun/masuk/" in response.headers["Location"]:
        return "sign-in"
    if response.status_code in (200, 302, 422):
        return "ok"
    return {403: "forbidden", 404: "hidden"}.get(response.status_code, str(response.status_code))


DRAW = Template.render
# Their answer is made from a template too, and an empty one is no document.
DOCUMENTS = {"agreements:pdf", "agreements:issue", "reports:plan_pdf"}


@pytest.fixture
def drawing(monkeypatch):
    """Switches the drawing of pages off and on: deciding who gets a page needs none, and it takes the time."""
    return lambda on: monkeypatch.setattr(Template, "render", DRAW if on else lambda *args, **kwargs: "")


@pytest.fixture(scope="module")
def signed_in(django_db_setup, django_db_blocker):
    """The government, and by person the session of an account that came in: one for all rows, each of which takes
    back what it changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        government, sessions = make_government(), {}
        for person in PEOPLE:
            client = Client()
            client.force_login(getattr(government.users, person))
            # The first page of a session writes down when it began.
            client.get("/panduan/")
            sessions[person] = client.cookies[settings.SESSION_COOKIE_NAME].value
        yield government, sessions
        transaction.set_rollback(True)


@pytest.fixture
def quiet():
    """Every refusal of the table would be logged with its traceback."""
    logger = logging.getLogger("django.request")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(before)


def client_of(session: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.route}-{row.method}-{row.note}".rstrip("-"))
def test_everyone_gets_what_the_table_says(row, signed_in, drawing, quiet):
    government, sessions = signed_in
    address = reverse(row.route, kwargs=dict(row.prepare(deepcopy(government))))
    drawing(row.route in DOCUMENTS)
    got = {"": _answer(Client(), row, address)}
    wanted = {"": "ok" if row.public else "sign-in"}
    # Who may comes last, so that one page of each row is drawn.
    for person in sorted(PEOPLE, key=lambda person: row.expected(person) == "ok"):
        if person == last_who_may(row):
            drawing(True)
        got[person] = _answer(client_of(sessions[person]), row, address)
        wanted[person] = row.expected(person)
    assert got == wanted
