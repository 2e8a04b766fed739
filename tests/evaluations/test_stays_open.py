"""Which facts stay open past the lock: those reported as not yet published, and only as accepted."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from evaluations.enums import RealisationStatus as S
from evaluations.enums import ValueState
from evaluations.models import Realisation
from evaluations.workflow import stays_open
from tests.factories import make_period, make_realisation

SENT = datetime(2026, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "state", "sent", "expected", "is_open"),
    [
        (S.SUBMITTED, ValueState.NOT_PUBLISHED, SENT, date(2026, 6, 1), True),
        (S.VERIFIED, ValueState.NOT_PUBLISHED, SENT, date(2026, 6, 1), True),
        (S.DRAFT, ValueState.MEASURED, SENT, date(2026, 6, 1), True),
        (S.DRAFT, ValueState.NOT_PUBLISHED, None, date(2026, 6, 1), False),
        (S.RETURNED, ValueState.NOT_PUBLISHED, SENT, date(2026, 6, 1), False),
        (S.SUBMITTED, ValueState.MEASURED, SENT, None, False),
    ],
)
def test_what_was_not_accepted_opens_nothing(status, state, sent, expected, is_open):
    row = Realisation(status=status, state=state, submitted_at=sent, expected_on=expected)
    assert stays_open(row) is is_open


def test_what_another_saved_meanwhile_is_not_submitted_unseen(
    client, government, operator_kesehatan, time_machine
):
    """A opened the page at 8; B saved 80; A's Ajukan must not send 80 in A's name."""
    time_machine.move_to("2026-04-05 03:00+00:00")
    row = make_realisation(government.stunting, make_period(2026, 1), "8")
    client.force_login(operator_kesehatan)
    address = reverse("evaluations:entry", args=(2026, government.kesehatan.pk, 1))
    fields = {
        field.html_name: field.value() if field.value() is not None else ""
        for _, _, form in client.get(address).context["rows"]
        for field in form
    }
    Realisation.objects.filter(pk=row.pk).update(claimed_value=80, version=row.version + 1)
    client.post(address, {**fields, "action": "submit"})
    row.refresh_from_db()
    assert row.status == S.DRAFT
