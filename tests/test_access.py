"""Every address × every person: complete by construction, a page without a row fails."""

import importlib
import pkgutil

import pytest
from django.db import transaction
from django.template.backends.django import Template
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import tests.access_rows
from tests.access import Row
from tests.conftest import PEOPLE


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


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.route}-{row.method}-{row.note}".rstrip("-"))
def test_everyone_gets_what_the_table_says(row, government, client, drawing):
    address = reverse(row.route, kwargs=dict(row.prepare(government)))
    drawing(row.route in DOCUMENTS)
    got = {"": _answer(client, row, address)}
    wanted = {"": "ok" if row.public else "sign-in"}
    # Who may comes last, so that one page of each row is drawn.
    for person in sorted(PEOPLE, key=lambda person: row.expected(person) == "ok"):
        if person == last_who_may(row):
            drawing(True)
        client.force_login(getattr(government.users, person))
        got[person] = _answer(client, row, address)
        wanted[person] = row.expected(person)
    assert got == wanted
