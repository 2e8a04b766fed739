"""Loads the example government once for this folder."""

import io
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from agreements.models import Agreement
from evaluations.results import results_of

TODAY = date(2026, 11, 22)
LAST, THIS = 2025, 2026


def quick_manuscript(content, *, code, content_sha256, draft, paper):
    """Instead of the real paper, which has tests of its own and takes most of the time."""
    return SimpleNamespace(printed=lambda: f"%PDF-1.7 {code} {content_sha256}".encode())


def pytest_collection_modifyitems(items):
    """Each test sees the database and takes back what it changes; one process of a parallel run takes
    the whole folder, so that the demo is loaded once."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.django_db)
            item.add_marker(pytest.mark.xdist_group("demo"))


@pytest.fixture(scope="package")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo-files")


@pytest.fixture(scope="package")
def answer(django_db_setup, django_db_blocker, folder):
    """The demo as the command loads it; what the command said."""
    quickly = override_settings(
        AGREEMENT_MANUSCRIPT=f"{__name__}.{quick_manuscript.__name__}", FILES_DIR=folder
    )
    with django_db_blocker.unblock(), transaction.atomic():
        said = io.StringIO()
        with quickly:
            call_command("demo", today=TODAY, workers=0, stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def stored(folder):
    """The files of the demo are where it put them."""
    with override_settings(FILES_DIR=folder):
        yield


@pytest.fixture(scope="package")
def results(answer):
    """Result by title of the position, of what was in force at the end of last year."""
    agreements = list(Agreement.objects.in_force().filter(year=LAST).with_parties())
    judged = results_of(agreements, TODAY)
    return {agreement.position.title: judged[agreement.pk] for agreement in agreements}
