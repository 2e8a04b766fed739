"""Queries of every page: few, and as many for more rows."""

import pytest
import time_machine
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from agreements.budgets import YearBudgets
from agreements.enums import Status
from agreements.models import Agreement, AgreementIndicator, Budget, Issue
from agreements.scope import scope_of
from evaluations.demo.scale import AGREEMENTS, PROMISES, Size, enlarge
from evaluations.models import Realisation
from records.history import first_broken_link
from records.models import Event
from tests.demo.conftest import TODAY
from tests.demo.walk import pages

pytestmark = pytest.mark.slow
MOST_QUERIES = 20


@pytest.fixture
def now(answer, stored):
    with time_machine.travel(f"{TODAY} 03:00+00:00", tick=True):
        yield


def queries(client, address: str) -> int:
    reset_queries()
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(asked)


@pytest.mark.parametrize("username", ["organisasi", "bupati"])
def test_no_page_asks_more_for_more_rows(now, client, username):
    client.force_login(User.objects.get(username=username))
    found = pages(client)
    # Of more indicators than it prints at once it leads back to the list.
    found.pop("reports:indicator_cards", None)
    small = {address: queries(client, address) for address in found.values()}
    enlarge(TODAY, 2)
    large = {address: queries(client, address) for address in found.values()}
    assert len(found) > 15
    # Of more units than a page shows the outline folds away what it would have to ask about.
    assert {address: n for address, n in large.items() if n > small[address]} == {}
    # A report read on the screen is a whole document, with a budget of its own.
    assert {a: n for a, n in small.items() if n > MOST_QUERIES and not a.endswith("?html")} == {}


def test_no_agreement_and_no_quarter_of_a_unit_asks_more_than_any_other_page(now, client):
    client.force_login(User.objects.get(username="organisasi"))
    units = set(Realisation.objects.values_list("indicator__unit", "period__year", "period__number"))
    bureau = scope_of(User.objects.get(username="organisasi")).bureau_units
    addresses = [agreement.get_absolute_url() for agreement in Agreement.objects.all()]
    for unit, year, number in units:
        addresses.append(reverse("evaluations:entry", args=(year, unit, number)))
        if unit not in bureau:
            addresses.append(reverse("evaluations:verify", args=(year, unit, number)))
    # The first request of a session writes it.
    client.get("/")
    counts = {address: queries(client, address) for address in addresses}
    assert {address: count for address, count in counts.items() if count > MOST_QUERIES} == {}


def test_rows_in_bulk_keep_every_rule(now):
    before = Size.now()
    size = enlarge(TODAY, 2)
    assert size.agreements == pytest.approx(2 * AGREEMENTS, abs=5)
    assert size.promises == pytest.approx(2 * PROMISES, abs=5)
    assert size.units > before.units
    assert size == Size.now()
    added = Agreement.objects.filter(unit__name__contains="Uji")
    assert set(added.values_list("status", flat=True)) == {Status.IN_FORCE}
    assert not added.filter(issues=None).exists()
    assert not Issue.objects.filter(agreement__in=added, signatures=None).exists()
    assert not added.filter(budgets=None).exists()
    assert (
        not AgreementIndicator.objects.filter(indicator__realisations=None)
        .exclude(indicator__unit__short_name="Kec. Muara Sumping")
        .exists()
    )
    assert not Realisation.objects.filter(invented=False).exists()
    assert not Budget.objects.filter(amount=0).exists()


def test_table_b_of_rows_in_bulk_is_what_the_application_offers(now):
    enlarge(TODAY, 2)
    added = Agreement.objects.filter(unit__name__contains="Uji", year=TODAY.year)
    agreements = list(added.select_related("position", "unit").prefetch_related("budgets"))
    budgets = YearBudgets(TODAY.year, agreements)
    for agreement in agreements:
        offered = {(line.code, line.fund_source): line.amount for line in budgets.lines_for(agreement)}
        listed = {(row.code, row.fund_source): row.amount for row in agreement.budgets.all()}
        assert listed.items() <= offered.items(), agreement
        assert not agreement.unit.on_map or listed == offered, agreement


def test_one_event_tells_of_all_rows_in_bulk(now):
    before = Event.objects.count()
    enlarge(TODAY, 2)
    assert Event.objects.count() == before + 1
    assert "rekaan" in Event.objects.latest("number").after
    assert first_broken_link() is None


def test_the_demo_itself_is_the_first_size(now):
    before = Size.now()
    assert enlarge(TODAY, 1) == before == Size.now()
