"""Every page a few people reach from the Beranda, at a desk and on a telephone: usable by everyone, as wide as it is."""

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

from tests.demo.walk import pages
from tests.reports.full_year import full_year

DESK, TELEPHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
# Who opens a page first checks it: later people see the Beranda and what nobody before them saw.
PEOPLE = ("bagian_organisasi", "operator_kesehatan", "bupati", "administrator")
FOR_EVERYONE = "reports:year_home"
ONLY_FAULTS = {"resultTypes": ["violations"]}
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def next_february():
    with time_machine.travel("2027-02-10 03:00+00:00", tick=True):
        yield


def enters(page, client, address: str, user) -> None:
    """Signed in without typing, which the story does."""
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])


def faults_of(page, address: str) -> list[str]:
    """What hinders somebody on the page at either width."""
    found = []
    page.goto(address)
    for size in (DESK, TELEPHONE):
        page.set_viewport_size(size)
        violations = Axe().run(page, options=ONLY_FAULTS).response["violations"]
        found += [f"{size['width']} {each['id']} {each['nodes'][0]['target']}" for each in violations]
        if page.evaluate(TOO_WIDE):
            found.append(f"{size['width']} wider than the screen")
    return found


def test_nothing_hinders_anyone_on_any_page(next_february, government, live_server, page, client):
    full_year(government)
    wrong, seen = {}, set()
    for name in PEOPLE:
        enters(page, client, live_server.url, getattr(government.users, name))
        for route, path in pages(client).items():
            if route in seen and route != FOR_EVERYONE:
                continue
            seen.add(route)
            if found := faults_of(page, live_server.url + path):
                wrong[f"{name} {path}"] = found
    assert wrong == {}
    assert {"reports:map", "agreements:plan", "evaluations:entry", "agreements:account_list"} <= seen
    assert {"agreements:tree", "agreements:plan_checks", "agreements:import_list", "reports:setup"} <= seen
    assert {"agreements:position_detail", "agreements:hand_over", "agreements:library"} <= seen


@pytest.mark.parametrize("path", ["/akun/masuk/", "/cek/", "/cek/TIDAK-ADA/"])
def test_nothing_hinders_anyone_who_is_not_signed_in(government, live_server, page, path):
    assert faults_of(page, live_server.url + path) == []
