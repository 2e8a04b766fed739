"""Where the Beranda leads, and what it says of time."""

import time_machine
from django.urls import reverse

from tests.factories import make_agreement


def test_a_guest_starts_in_a_year_they_may_read(client, tamu, government):
    client.force_login(tamu)
    with time_machine.travel("2026-06-01 03:00+00:00", tick=False):
        assert client.get(reverse("reports:home")).headers["Location"] == "/2025/"


def test_others_start_in_the_running_year(client, kepala_kesehatan, government):
    client.force_login(kepala_kesehatan)
    with time_machine.travel("2026-06-01 03:00+00:00", tick=False):
        assert client.get(reverse("reports:home")).headers["Location"] == "/2026/"


def test_what_is_overdue_says_so(client, kepala_kesehatan, government):
    make_agreement(government.kadinkes)
    for day, words in (
        ("2026-01-15 03:00+00:00", "batas 31 Januari 2026"),
        ("2026-02-15 03:00+00:00", "lewat batas 31 Januari 2026"),
    ):
        with time_machine.travel(day, tick=False):
            client.force_login(kepala_kesehatan)
            page = client.get(reverse("reports:year_home", args=(2026,))).content.decode()
        assert f">{words}<" in page
