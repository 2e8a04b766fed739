"""Who types and submits realisation when the head changes on 14 July and again on 4 August."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from agreements.enums import Holding
from evaluations.enums import RealisationStatus
from evaluations.models import Realisation
from records.models import Event
from tests.evaluations.test_entry import sent
from tests.factories import make_assignment, make_official, make_period, make_realisation, make_user

pytestmark = pytest.mark.django_db

OLD, PLT, NEW = "kepala_kesehatan", "plt", "new"
DAYS = {
    "2026-07-13": OLD,
    "2026-07-14": PLT,
    "2026-07-25": PLT,
    "2026-08-03": PLT,
    "2026-08-04": NEW,
    "2026-08-20": NEW,
}


@pytest.fixture
def accounts(government):
    """The three heads of Dinas Kesehatan, one after another; the second quarter stays open until September."""
    held = government.official_kadinkes.assignments.get()
    held.ends = date(2026, 7, 13)
    held.save()
    plt, new = make_user(PLT), make_user(NEW)
    make_assignment(
        make_official("Made", plt), government.kadinkes, date(2026, 7, 14), date(2026, 8, 3), Holding.PLT
    )
    make_assignment(make_official("Rina", new), government.kadinkes, date(2026, 8, 4))
    period = make_period(number=2)
    period.fill_by = period.verify_by = period.fix_by = date(2026, 8, 31)
    period.locks = date(2026, 9, 1)
    period.save()
    return {OLD: government.users.kepala_kesehatan, PLT: plt, NEW: new}


@pytest.mark.parametrize(("day", "holder"), DAYS.items())
def test_only_who_heads_the_unit_on_the_day_submits_its_figures(client, government, accounts, day, holder):
    make_realisation(government.stunting, make_period(number=2))
    page = reverse("evaluations:entry", args=(2026, government.kesehatan.pk, 2))
    with time_machine.travel(f"{day} 03:00+00:00", tick=False):
        for name in set(accounts) - {holder}:
            client.force_login(accounts[name])
            assert client.get(page).status_code == 404
            assert client.post(page, {"action": "submit"}).status_code == 404
        client.force_login(accounts[holder])
        data = sent(client.get(page)) | {"action": "submit"}
        assert client.post(page, data).status_code == 302
    row = Realisation.objects.get()
    assert (row.status, row.submitted_by) == (RealisationStatus.SUBMITTED, accounts[holder])
    title = "Plt. Kepala Dinas Kesehatan" if holder == PLT else "Kepala Dinas Kesehatan"
    assert Event.objects.latest("number").capacity == title
