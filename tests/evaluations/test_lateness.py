"""Late by the day of the first submission: what was mended in time is not late, what was taken back is."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluations.enums import ValueState
from evaluations.filling import fill
from evaluations.lateness import late_days
from evaluations.models import Realisation
from evaluations.workflow import Who, perform
from tests.evaluations.test_workflow import REASON, fact, typed, who
from tests.factories import make_indicator, make_period

FILL_BY = date(2026, 4, 10)


def acting(account, moment):
    """Somebody at a moment, with the clock of the history at it too."""
    actor = who(account, timezone.localdate(moment))
    return Who(actor.scope, actor.actor, moment)


@pytest.fixture
def at_hour(time_machine):
    """Move the clock to an hour of UTC and return that moment."""

    def move(month, day, hour=3, minute=0):
        moment = datetime(2026, month, day, hour, minute, tzinfo=UTC)
        time_machine.move_to(moment, tick=False)
        return moment

    return move


def late():
    row = Realisation.objects.select_related("period").get()
    return late_days([row]).get(row.pk, 0)


@pytest.mark.parametrize(
    ("hour", "minute", "days"),
    [(16, 59, 0), (17, 0, 1)],
)
def test_the_filling_day_ends_at_midnight_of_the_region(government, at_hour, hour, minute, days):
    """17.00 UTC of the 10th is the 11th in Jakarta."""
    perform(
        "submit", fact(government), acting(government.users.operator_kesehatan, at_hour(4, 10, hour, minute))
    )
    assert late() == days


def test_what_was_sent_back_and_mended_in_time_is_not_late(government, at_hour):
    users = government.users
    row = perform("submit", fact(government), acting(users.operator_kesehatan, at_hour(4, 9)))
    row = perform("return", row, acting(users.bagian_organisasi, at_hour(4, 18)), reason=REASON)
    assert late() == 0
    row = perform("submit", row, acting(users.operator_kesehatan, at_hour(4, 22)))
    assert late() == 0


def test_what_was_taken_back_came_when_it_came_again(government, at_hour):
    operator = government.users.operator_kesehatan
    row = perform("submit", fact(government), acting(operator, at_hour(4, 9)))
    row = perform("withdraw", row, acting(operator, at_hour(4, 10)))
    perform("submit", row, acting(operator, at_hour(4, 13)))
    assert late() == 3


def test_a_figure_that_waited_for_its_release_is_not_late_but_its_announcement_may_be(government, at_hour):
    operator, period = government.users.operator_kesehatan, make_period(number=1)
    pk = government.stunting.pk
    waiting = typed(government.stunting, None, state=ValueState.NOT_PUBLISHED, expected_on=date(2026, 6, 1))
    row = fill(period, [waiting], acting(operator, at_hour(4, 12)), {pk: 0})[pk]
    assert late() == 2
    row.refresh_from_db()
    out = typed(government.stunting, "9", row.version)
    fill(period, [out], acting(operator, at_hour(6, 3)), {pk: row.version})
    assert late() == 0


def test_a_row_without_history_is_judged_by_what_it_says_itself(government):
    fact(government, "verified", submitted_at=datetime(2026, 4, 15, 3, tzinfo=UTC))
    assert late() == 5


@pytest.mark.parametrize("status", ["draft", "returned"])
def test_what_counts_nowhere_is_not_late(government, status):
    fact(government, status, submitted_at=datetime(2026, 4, 15, 3, tzinfo=UTC))
    assert late() == 0


def test_in_time_asks_nothing_and_thirty_late_ones_ask_once(government):
    moment = datetime(2026, 4, 15, 3, tzinfo=UTC)
    rows = [
        fact(
            government,
            "submitted",
            submitted_at=moment,
            indicator=make_indicator(government.kesehatan, f"A{n}"),
        )
        for n in range(30)
    ]
    with CaptureQueriesContext(connection) as captured:
        assert set(late_days(rows).values()) == {5}
    assert len(captured) == 1
    in_time = fact(government, "submitted")
    with CaptureQueriesContext(connection) as captured:
        assert late_days([in_time]) == {}
    assert len(captured) == 0


def test_all_three_pages_say_how_late(client, government, at_hour):
    users = government.users
    row = perform("submit", fact(government), acting(users.operator_kesehatan, at_hour(4, 13)))
    pages = {
        users.operator_kesehatan: reverse("evaluations:entry", args=(2026, government.kesehatan.pk, 1)),
        users.bagian_organisasi: reverse("evaluations:verify", args=(2026, government.kesehatan.pk, 1)),
        users.inspektorat: reverse("evaluations:realisation_detail", args=(2026, row.pk)),
    }
    for account, address in pages.items():
        client.force_login(account)
        assert "diajukan terlambat 3 hari" in client.get(address).content.decode()
