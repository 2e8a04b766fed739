"""The days of the example government: it loads on any of them, and tells nothing of the future."""

from datetime import date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Max
from django.utils import timezone

from agreements.enums import Status
from agreements.models import Agreement, Issue
from evaluations.demo import source
from evaluations.demo.days import Years, working_day
from evaluations.demo.loading import load
from evaluations.enums import RealisationStatus
from evaluations.models import Extension, Period, Realisation
from records.files import read
from records.history import first_broken_link
from records.models import Event
from tests.demo.conftest import TODAY, quick_manuscript

# --- any day ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "last", "this"),
    [
        (date(2026, 1, 5), 2024, 2025),
        (date(2026, 1, 31), 2024, 2025),
        (date(2026, 2, 1), 2025, 2026),
        (date(2026, 11, 22), 2025, 2026),
        (date(2028, 2, 29), 2027, 2028),
    ],
)
def test_a_year_is_finished_when_its_last_quarter_has_locked(today, last, this):
    assert (Years(today).last, Years(today).this) == (last, this)


def test_days_of_the_data_are_counted_from_the_two_years():
    years = Years(TODAY)
    assert years.day("L@07-14") == date(2025, 7, 14)
    assert years.day("L-2@01-09") == date(2023, 1, 9)
    assert years.day("T@12-31") == date(2026, 12, 31)
    assert years.day("2017-01-02") == date(2017, 1, 2)
    assert years.day("H-12") == date(2026, 11, 10)
    assert years.end("") is None


def test_acts_of_a_weekend_wait_for_monday():
    assert [working_day(date(2026, 11, day)).day for day in (20, 21, 22, 23)] == [20, 23, 23, 23]


# A few units are enough to try a day: the regional head's promises rest on many of them.
FEW = {
    "promises": ("position", {"kadis-dinkes", "kabid-kesmas", "kadis-dlh", "kasat-satpol", "camat-selasih"}),
    "budgets": ("unit", {"dinkes", "dlh", "satpol", "kec-selasih"}),
    "budget_totals": ("unit", {"dinkes", "satpol", "kec-selasih"}),
    "revised": ("unit", {"dinkes", "dlh"}),
    "amendments": ("position", {"kadis-dinkes", "kadis-dlh"}),
    "revisions": ("indicator", {"stunting"}),
    "realisations": ("indicator", {"stunting", "maternal", "waste", "bylaw"}),
}


@pytest.fixture
def few(monkeypatch):
    all_rows = source.rows

    def few_rows(name):
        column, kept = FEW.get(name, ("", set()))
        return [row for row in all_rows(name) if not kept or row[column] in kept]

    monkeypatch.setattr(source, "rows", few_rows)


@pytest.fixture
def quickly(settings, tmp_path):
    """Papers are stored, but not printed: the printer has tests of its own."""
    settings.AGREEMENT_MANUSCRIPT = f"{quick_manuscript.__module__}.{quick_manuscript.__name__}"
    settings.FILES_DIR = tmp_path


@pytest.mark.parametrize(
    "today", [date(2026, 1, 2), date(2026, 7, 14), date(2026, 11, 26), date(2028, 2, 29)]
)
def test_it_loads_on_any_day(db, today, few, quickly):
    load(today)
    years = Years(today)
    of_last_year = Realisation.objects.filter(period__year=years.last)
    assert set(of_last_year.values_list("status", flat=True)) == {RealisationStatus.FINAL}
    assert set(Agreement.objects.filter(year=years.last).values_list("status", flat=True)) == {
        Status.IN_FORCE,
        Status.SUPERSEDED,
    }
    closed = [p for p in range(1, 5) if date(years.this, p * 3, 28) < today and p * 3 < 12]
    measured = Realisation.objects.filter(period__year=years.this, indicator__name="Prevalensi stunting")
    assert sorted(measured.values_list("period__number", flat=True)) == [
        number for number in closed if (today - date(years.this, number * 3, 28)).days > 14
    ]
    assert Event.objects.aggregate(last=Max("at"))["last"].date() < today
    assert something_can_be_typed(today)
    assert first_broken_link() is None


def something_can_be_typed(today) -> bool:
    return (
        Period.objects.for_indicators().filter(opens__lte=today, locks__gt=today).exists()
        or Extension.objects.filter(expires__gt=today).exists()
    )


@pytest.mark.slow
def test_agreements_are_printed_by_other_processes(db, few, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    load(date(2026, 3, 2), workers=1)
    issues = list(Issue.objects.select_related("pdf"))
    # Two amended last year, and this year one was not even submitted.
    assert len(issues) == 2 * len(FEW["promises"][1]) + 2 - 1
    for issue in issues:
        paper = read(issue.pdf)
        assert paper.startswith(b"%PDF-1.7")
        assert len(paper) > 10_000


def test_when_loading_fails_nothing_is_left_and_the_clock_runs_again(db, few, quickly, monkeypatch):
    def fails(world, year):
        raise RuntimeError("no money")

    monkeypatch.setattr("evaluations.demo.money.scenes", fails)
    with pytest.raises(RuntimeError):
        load(TODAY)
    assert not Agreement.objects.exists()
    assert timezone.datetime is datetime


def test_without_demo_it_refuses(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")
