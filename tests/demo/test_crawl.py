"""As every role of the demo, over every link its pages offer: no dead end, no error, no English word."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from accounts.models import User
from tests.demo.conftest import TODAY
from tests.demo.walk import Page, is_ours

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
        path = urlsplit(address).path
        if address in seen or not is_ours(address):
            continue
        seen.add(address)
        # A list and its files are two things to see.
        route = resolve(path).view_name + ("?unduh" if "unduh=" in address else "")
        routes[route] += 1
        printed[route] += route in DOCUMENTS
        if routes[route] > MOST_PER_ROUTE or printed[route] > MOST_PER_ROUTE:
            continue
        reset_queries()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        # A report read on the screen and a filled workbook are whole documents, with a budget of their own.
        whole = address.endswith("?html") or route.startswith("agreements:import_export")
        if len(queries) > (2 * MOST_QUERIES if whole else MOST_QUERIES) and not address.endswith("?html"):
            wrong.append(f"{len(queries)} queries {address}")
        if answer.status_code in (301, 302):
            waiting.append(answer.headers["Location"])
            continue
        if answer.status_code != 200:
            wrong.append(f"{answer.status_code} {address}")
            continue
        if "html" not in answer.headers["Content-Type"]:
            continue
        page = Page(answer.content.decode())
        english = {word for word in page.words if word.lower() in ENGLISH}
        if english:
            wrong.append(f"{address}: {sorted(english)}")
        waiting += page.addresses(path)
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
