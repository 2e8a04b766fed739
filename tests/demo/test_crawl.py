"""As every role of the demo, over every link its pages offer: no dead end, no error, no English word."""

import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import time_machine
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from accounts.models import User
from tests.demo.conftest import TODAY

# A hundred words an interface in English shows; none of them is Indonesian too.
ENGLISH = set(
    """
about account accounts achievement action actions active add agreement all apply approve approved back between
browse budget cancel change changed check choose clear close comment comments confirm contact continue copy create
created dashboard date delete deleted description details disabled done download draft edit email empty enabled
attach error evidence false feedback file files filter first forgot found hello help hide home inactive incorrect
indicator invalid last load loading log login logout message missing more name new next none not objective official
open optional page password performance please position previous print profile quarter read realisation
remove report required reset results return save search select send settings show sign sort start
submit submitted success the this title true unknown update upload user username value verified verify
view warning welcome yes your
""".split()  # noqa: SIM905
)
# Whole words only: a hash may well hold the letters of one.
WORD = re.compile(r"(?<!\w)[A-Za-z]+(?!\w)")
pytestmark = pytest.mark.slow
MOST_PER_ROUTE = 2
DOCUMENTS = {"agreements:pdf", "agreements:scan", "evaluations:evidence", "reports:job_file"}
ONE_OF_EACH = (
    "bupati",
    "wakil",
    "sekda",
    "organisasi",
    "perencana",
    "anggaran",
    "kepegawaian",
    "inspektorat",
    "evaluator",
    "admin",
    "kepala.kesehatan",
    "kabid.kesmas",
    "operator.teknis",
)
# Twenty a page (docs: budgets); the first page of a session writes down when it began.
MOST_QUERIES = 23


class Page(HTMLParser):
    """Links and visible words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if tag in ("script", "style"):
            self.hidden += 1
        for name in ("placeholder", "title", "aria-label", "alt"):
            self.words += WORD.findall(values.get(name) or "")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.hidden -= 1

    def handle_data(self, data):
        if not self.hidden:
            self.words += WORD.findall(data)


@pytest.fixture
def demo(answer, stored):
    with time_machine.travel(f"{TODAY} 03:00+00:00", tick=True):
        yield


def crawl(client, start: str, printed: Counter) -> tuple[list[str], Counter]:
    """What was wrong on the way from a page over all its links, and how often each route was seen.

    `printed` counts documents over all accounts: one of each kind is enough, they take the time.
    """
    wrong: list[str] = []
    seen, waiting, routes = set(), [start], Counter()
    while waiting:
        address = waiting.pop()
        parts = urlsplit(address)
        if address in seen or parts.netloc or parts.scheme not in ("", "http"):
            continue
        seen.add(address)
        route = resolve(parts.path).view_name
        routes[route] += 1
        printed[route] += route in DOCUMENTS
        if routes[route] > MOST_PER_ROUTE or printed[route] > MOST_PER_ROUTE:
            continue
        reset_queries()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        # A report read on the screen is a whole document, with a budget of its own.
        if len(queries) > MOST_QUERIES and not address.endswith("?html"):
            wrong.append(f"{len(queries)} queries {address}")
        if answer.status_code in (301, 302):
            waiting.append(answer.headers["Location"])
            continue
        if answer.status_code != 200:
            wrong.append(f"{answer.status_code} {address}")
            continue
        if "html" not in answer.headers["Content-Type"]:
            continue
        page = Page()
        page.feed(answer.content.decode())
        english = {word for word in page.words if word.lower() in ENGLISH}
        if english:
            wrong.append(f"{address}: {sorted(english)}")
        waiting += [urldefrag(urljoin(parts.path, link)).url for link in page.links]
    return wrong, routes


def test_the_list_has_a_hundred_words():
    assert len(ENGLISH) >= 100


def test_every_link_of_every_role(demo, client):
    wrong, routes, printed = {}, Counter(), Counter()
    for user in User.objects.filter(username__in=ONE_OF_EACH):
        client.force_login(user)
        found, visited = crawl(client, "/", printed)
        routes += visited
        if found:
            wrong[user.username] = found
    assert wrong == {}
    assert User.objects.filter(username__in=ONE_OF_EACH).count() == len(ONE_OF_EACH)
    assert {"reports:year_home", "agreements:detail", "evaluations:realisation_detail"} <= set(routes)
