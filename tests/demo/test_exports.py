"""Files of lists over the example government: as few queries as a page, as many for more rows."""

import csv
import io

import pytest
import time_machine

from accounts.models import User
from evaluations.demo.scale import enlarge
from tests.demo.conftest import TODAY
from tests.demo.test_pages import MOST_QUERIES, queries
from tests.demo.walk import pages
from tests.test_exports import NO_LIST, shown_page

pytestmark = pytest.mark.slow
LINK = 'href="?unduh=csv"'


@pytest.fixture
def now(answer, stored):
    with time_machine.travel(f"{TODAY} 03:00+00:00", tick=False):
        yield


@pytest.mark.parametrize("username", ["organisasi", "bupati"])
def test_no_file_asks_more_for_more_rows(now, client, username):
    client.force_login(User.objects.get(username=username))
    lists = {address for address in pages(client).values() if "?" not in address}
    lists = {address for address in lists if LINK in client.get(address).content.decode()}
    # The clock stands still, so no request among them writes the session.
    small = {address: queries(client, f"{address}?unduh=csv") for address in lists}
    enlarge(TODAY, 2)
    large = {address: queries(client, f"{address}?unduh=csv") for address in lists}
    assert len(lists) > 12
    assert large == small
    assert {address: count for address, count in small.items() if count > MOST_QUERIES} == {}


def test_a_file_has_a_row_for_each_of_the_list(now, client):
    client.force_login(User.objects.get(username="organisasi"))
    # Where a row of the page is several of the file, or its list has no pages.
    several = {"agreements:unit_list", "agreements:unit_detail", "agreements:scale_list"}
    several |= {"evaluations:entry_list", "evaluations:verify_list"}
    # Outlines: a page is of tops, the file has what they keep folded.
    several |= {
        "agreements:objective_list",
        "agreements:tree",
        "agreements:tree_of",
        "agreements:tree_branch",
    }
    wrong = {}
    for route, address in pages(client).items():
        page = shown_page(client.get(address))
        if page is None or route in several or route in NO_LIST:
            continue
        asked = f"{address}{'&' if '?' in address else '?'}unduh=csv"
        content = client.get(asked).content.decode("utf-8-sig")
        rows = len(list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))) - 1
        if rows != page.paginator.count:
            wrong[route] = (rows, page.paginator.count)
    assert wrong == {}
