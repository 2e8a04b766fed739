"""A government set up from workbooks made of published figures: with their faults, then put right."""

from datetime import date

import pytest
import time_machine

from accounts.permissions import Role
from agreements.enums import Holding, Kind, Level
from agreements.imports import spec, templates
from agreements.imports.spec import Context
from agreements.models import (
    Assignment,
    Indicator,
    IndicatorTarget,
    Membership,
    Objective,
    Official,
    PlanningPeriod,
    Position,
    Region,
    Unit,
)
from records import workbooks
from tests import published
from tests.agreements.books import Importer, counts, examined, said_of
from tests.factories import make_user
from tests.published import BENGKULU

pytestmark = pytest.mark.django_db
YEAR = 2026


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=True):
        yield


@pytest.fixture
def bureau(db):
    """An installation of which only identity, planning period and one account are there."""
    Region.objects.create(name="Bengkulu Utara", seat="Arga Makmur")
    name, first, last = published.PERIOD
    PlanningPeriod.objects.create(name=name, first_year=first, last_year=last)
    user = make_user("bagian_organisasi")
    Membership.objects.create(account=user, role=Role.BUREAU, starts=date(2021, 1, 1))
    return user


def stored():
    tables = (Unit, Position, Official, Assignment, Objective, Indicator, IndicatorTarget)
    return {table.__name__: table.objects.count() for table in tables}


def export(subject, user):
    context = Context(Importer(subject, user, YEAR).scope, date(2026, 7, 20), YEAR)
    return templates.export(spec.subject(subject), context)


def applied(subject, content, user):
    importer = Importer(subject, user, YEAR)
    run = importer.examine(content)
    assert run.refused == 0
    importer.apply(run)
    return importer, run


def brought_in(subject, content, user):
    """Applied, and neither the same file nor an export of what is stored now would change anything."""
    importer, run = applied(subject, content, user)
    again = importer.examine(content)
    assert counts(again) == (0, 0, run.rows, 0)
    back = importer.examine(export(subject, user))
    assert counts(back) == (0, 0, run.rows, 0)
    return importer, run


def test_a_government_is_set_up_and_the_same_files_change_nothing_more(bureau):
    brought_in("units", published.units_workbook(BENGKULU), bureau)
    importer, people = brought_in("people", published.people_workbook(BENGKULU), bureau)
    assert stored() == {
        "Unit": 56, "Position": 56, "Official": 56, "Assignment": 56, "Objective": 0, "Indicator": 0,
        "IndicatorTarget": 0,
    }  # fmt: skip
    regent = Position.objects.get(level=Level.REGIONAL_HEAD)
    assert Position.objects.filter(superior=regent).count() == 54
    assert Assignment.objects.filter(holding=Holding.PLT).count() == 6

    plans, plan = brought_in("plan", published.plan_workbook("corrected"), bureau)
    assert counts(plan) == (493, 0, 0, 0)
    assert stored() | {"Objective": 163, "Indicator": 330} == stored()
    gini = Indicator.objects.get(name="Rasio Gini Indeks").targets.get(year=2026)
    assert (gini.indicator.kind, str(gini.low), str(gini.high)) == (Kind.RANGE, "0.2710", "0.2755")

    plans.undo(plan)
    importer.undo(people)
    assert stored() == dict.fromkeys(stored(), 0) | {"Unit": 56}


def test_a_corrected_file_changes_only_what_differs(bureau):
    applied("units", published.units_workbook(BENGKULU), bureau)
    importer, _ = applied("plan", published.plan_workbook("corrected"), bureau)
    before = {row["id"]: row for row in IndicatorTarget.objects.values()}
    run = importer.examine(published.plan_workbook("corrected", targets={"Angka kemiskinan": "10,80–10,89"}))
    assert counts(run) == (0, 1, 492, 0)
    importer.apply(run)
    differing = [(row["year"], key) for row in IndicatorTarget.objects.values() for key in row if row != before[row["id"]]
                 and row[key] != before[row["id"]][key]]  # fmt: skip
    assert differing == [(2026, "low")]
    importer.undo(run)
    assert list(IndicatorTarget.objects.values()) == list(before.values())


def test_all_published_faults_are_said_in_one_pass_and_nothing_is_written(bureau):
    applied("units", published.units_workbook(BENGKULU), bureau)
    before = stored()
    read = workbooks.read(published.plan_workbook("printed"), "rencana.xlsx")
    said = said_of(examined("plan", read, YEAR))
    rows = {row: text for row, _, text in said}
    assert stored() == before
    texts = [text for _, _, text in said]
    for sentence in (
        "Rentang “4.43-4.47” dapat dibaca 4,43–4,47 atau 443–447. Tulis salah satunya, dengan koma desimal.",
        "Angka “74.94” dapat dibaca 74,94 atau 7494. Tulis 74,94 atau 7494, tanpa titik.",
        "Batas bawah 0,2755 lebih besar daripada batas atas 0,271. Tulis yang kecil lebih dahulu: 0,271–0,2755.",
        "Angka “1.528.85” dapat dibaca 1528,85 atau 152885. Tulis 1528,85 atau 152885, tanpa titik.",
    ):
        assert texts.count(sentence) == 1
    assert any(
        "“Timbulan Sampah terolah di Fasilitasi Pengolahan Sampah” juga ada di baris" in text
        for text in texts
    )
    assert any(
        "“Dinas Pekerjaan Umum dan Penataan” tidak ada di daftar unit. Maksudnya" in text for text in texts
    )
    assert any(text.startswith("Angka “1 : 31:1 : 31” tidak terbaca.") for text in texts)
    assert len(rows) > 100
