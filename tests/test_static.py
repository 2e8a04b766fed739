"""What a first visit loads: unmodified libraries, little of it, and nothing from elsewhere."""

import gzip
import hashlib
import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

# SHA-256 of the files in the official releases (Bootstrap 5.3.8, htmx 2.0.10).
OFFICIAL = {
    "bootstrap/css/bootstrap.min.css": "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede",
    "django_htmx/htmx-2.min.js": "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de",
}
BUDGET_BYTES = 150_000


@pytest.mark.parametrize("name", OFFICIAL)
def test_library_files_are_those_of_the_release(name):
    with open(finders.find(name), "rb") as handle:
        assert hashlib.sha256(handle.read()).hexdigest() == OFFICIAL[name]


def assets(html: str) -> set[str]:
    found = re.findall(r'(?:src|href)="(/static/[^"]+)"', html)
    return {address.removeprefix("/static/") for address in found}


@pytest.mark.parametrize("route", ["account_login", "reports:year_home"])
def test_a_first_visit_is_small(route, client, government, bagian_organisasi):
    if route != "account_login":
        client.force_login(bagian_organisasi)
    address = reverse(route, args=(2026,) if "year" in route else ())
    html = client.get(address).content
    size = len(gzip.compress(html))
    for name in assets(html.decode()):
        with open(finders.find(name), "rb") as handle:
            size += len(gzip.compress(handle.read()))
    assert 40_000 < size < BUDGET_BYTES


def test_nothing_is_loaded_from_elsewhere(client, government, bagian_organisasi):
    client.force_login(bagian_organisasi)
    html = client.get(reverse("reports:year_home", args=(2026,))).content.decode()
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', html) == []


def test_the_policy_allows_no_inline_script_or_style(client, government):
    policy = client.get(reverse("account_login")).headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
