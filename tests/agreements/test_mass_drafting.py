"""Drafts for all heads: what each would hold and lack, made once, and what they lack then."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import mass_drafting
from agreements.enums import Form, Kind, ObjectiveKind, Status
from agreements.models import Agreement, Assignment, IndicatorTarget, Position, YearPolicy
from records.models import Event
from tests.agreements.steps import actor
from tests.factories import (
    add_promise,
    make_agreement,
    make_assignment,
    make_budget,
    make_indicator,
    make_objective,
    make_official,
    make_position,
    make_unit,
    put_into,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 12)
PAGE = "/2026/perjanjian/draf-semua/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-01-12 09:00", tick=False):
        yield


@pytest.fixture
def planned(government):
    """Dinas Kesehatan has all it needs; Setda and Dinas Pendidikan lack something."""
    g = government
    IndicatorTarget.objects.create(indicator=g.stunting, year=2026, value=Decimal("14.5"))
    g.budget = make_budget(g.kesehatan)
    g.literacy = make_objective(g.pendidikan, "Meningkatnya mutu pendidikan")
    g.literasi.objective = g.literacy
    g.literasi.save()
    make_objective(g.pendidikan, "Meningkatnya tata kelola")
    make_objective(g.kesehatan, "Terwujudnya kesehatan", kind=ObjectiveKind.GOAL)
    g.region_objective = make_objective(g.root, "Meningkatnya kualitas manusia")
    make_indicator(g.kesehatan, "IPM", objective=g.region_objective)
    return g


def rows() -> dict[str, mass_drafting.Row]:
    policy = YearPolicy.objects.get(year=2026)
    found = mass_drafting.rows_of(list(Position.objects.obliged(DAY).order_by("pk")), policy, DAY)
    return {row.position.title: row for row in found}


def drafted(client, *positions) -> str:
    answer = client.post(PAGE, {"jabatan": [position.pk for position in positions]}, follow=True)
    return answer.content.decode()


def test_gaps_are_named_before_anything_is_made(planned):
    found = {title: row.gaps for title, row in rows().items()}
    assert found == {
        "Bupati Contoh": ("1 indikator belum bertarget 2026",),
        "Sekretaris Daerah": ("belum ada sasaran di rencana", "belum ada anggaran"),
        "Kepala Dinas Kesehatan": (),
        "Kepala Dinas Pendidikan dan Kebudayaan": (
            "1 sasaran belum punya indikator",
            "1 indikator belum bertarget 2026",
            "belum ada anggaran",
        ),
    }
    assert Agreement.objects.count() == 0


def test_who_is_missing_is_a_gap(planned):
    Assignment.objects.filter(position=planned.regent).delete()
    Assignment.objects.filter(position=planned.kadinkes).delete()
    assert rows()["Kepala Dinas Kesehatan"].gaps == (
        "belum ada pejabatnya",
        "Bupati Contoh belum ada pejabatnya",
    )
    assert rows()["Bupati Contoh"].gaps[0] == "belum ada pejabatnya"


def test_a_target_of_another_kind_is_no_target(planned):
    planned.stunting.kind = Kind.RANGE
    planned.stunting.save()
    assert "1 indikator belum bertarget 2026" in rows()["Kepala Dinas Kesehatan"].gaps


def test_indicators_another_office_is_responsible_for_are_not_promised(planned):
    make_indicator(planned.pendidikan, "Stunting di sekolah", objective=planned.sasaran)
    make_indicator(planned.bidang, "Imunisasi", objective=planned.sasaran)
    make_indicator(planned.kesehatan, "Lama", objective=planned.sasaran, archived=True)
    row = rows()["Kepala Dinas Kesehatan"]
    assert row.counted.indicators == 2
    assert "1 indikator sasarannya diampu perangkat daerah lain" in row.gaps


def test_drafts_hold_what_plan_catalogue_and_budgets_say(client, planned, bagian_organisasi):
    client.force_login(bagian_organisasi)
    content = drafted(client, planned.kadinkes, planned.kadikbud, planned.regent, planned.sekda)
    assert "4 draf dibuat" in content
    draft = Agreement.objects.get(position=planned.kadinkes)
    assert (draft.status, draft.second_position) == (Status.DRAFT, planned.regent)
    assert [objective.text for objective in draft.objectives.all()] == [planned.sasaran.text]
    promise = draft.objectives.get().indicators.get()
    assert (promise.indicator, promise.value) == (planned.stunting, Decimal("14.5"))
    assert draft.budgets.get().amount == planned.budget.amount
    region = Agreement.objects.get(position=planned.regent)
    assert region.form == Form.SINGLE_PARTY
    assert region.objectives.get().indicators.get().name == "IPM"
    assert region.budgets.count() == 1
    actions = Event.objects.filter(subject_id=str(draft.pk)).order_by("number")
    assert [event.action for event in actions] == [
        "Buat draf",
        "Tambah sasaran",
        "Tambah indikator",
        "Susun anggaran",
    ]


def test_the_same_list_then_leads_to_each_draft_with_what_it_still_lacks(client, planned, bagian_organisasi):
    client.force_login(bagian_organisasi)
    before = {title: row.gaps for title, row in rows().items()}
    content = drafted(client, *(row.position for row in rows().values()))
    after = rows()
    assert {title: row.gaps for title, row in after.items()} == before
    for row in after.values():
        assert row.agreement is not None
        assert f'href="{row.agreement.get_absolute_url()}"' in content


def test_running_twice_makes_none_twice(client, planned, bagian_organisasi):
    client.force_login(bagian_organisasi)
    drafted(client, planned.kadinkes)
    content = drafted(client, planned.kadinkes, planned.kadikbud)
    assert Agreement.objects.filter(position=planned.kadinkes).count() == 1
    assert Agreement.objects.count() == 2
    assert "Kepala Dinas Kesehatan: sudah ada" in content


def test_one_that_is_refused_stops_none_of_the_others(planned, bagian_organisasi):
    waiting = list(rows().values())
    # Somebody else was a moment faster.
    other = make_agreement(planned.kadinkes)
    policy = YearPolicy.objects.get(year=2026)
    outcomes = mass_drafting.draft_each(waiting, policy, DAY, actor(bagian_organisasi))
    refused = [outcome for outcome in outcomes if outcome.said]
    assert [outcome.position for outcome in refused] == [planned.kadinkes]
    assert f"{other} sudah ada" in refused[0].said
    assert Agreement.objects.count() == 4


def test_only_what_is_ticked_is_made_and_only_of_who_must_sign(client, planned, bagian_organisasi):
    client.force_login(bagian_organisasi)
    drafted(client, planned.kadinkes, planned.kabid)
    assert [agreement.position for agreement in Agreement.objects.all()] == [planned.kadinkes]
    assert "Centang paling sedikit satu" in drafted(client)


def test_an_agreement_under_way_has_no_gaps_of_its_own_here(planned):
    agreement = make_agreement(planned.kadinkes)
    add_promise(agreement, planned.stunting)
    put_into(agreement, "ready")
    row = rows()["Kepala Dinas Kesehatan"]
    assert (row.agreement, row.gaps, row.is_open) == (agreement, (), False)


def test_another_year_is_not_touched(client, planned, bagian_organisasi):
    client.force_login(bagian_organisasi)
    make_agreement(planned.kadinkes, 2025)
    drafted(client, planned.kadinkes)
    assert {agreement.year for agreement in Agreement.objects.all()} == {2025, 2026}


def offices(g, count: int) -> None:
    for number in range(count):
        unit = make_unit(f"Dinas {number}", g.root, signs_with_head=True, order=10 + number)
        post = make_position(unit, f"Kepala Dinas {number}", superior=g.regent)
        make_assignment(make_official(f"Pejabat {number}"), post)
        for each in range(3):
            objective = make_objective(unit, f"Sasaran {number}.{each}")
            indicator = make_indicator(unit, f"Indikator {number}.{each}", objective=objective)
            IndicatorTarget.objects.create(indicator=indicator, year=2026, value=Decimal(5))
        make_budget(unit, code=f"1.{number:02d}.01")


def test_questions_do_not_grow_with_the_heads(client, planned, bagian_organisasi):
    client.force_login(bagian_organisasi)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    offices(planned, 1)
    drafted(client, planned.kadinkes)
    few = count()
    offices_before = Position.objects.obliged(DAY).count()
    for number in range(3):
        unit = make_unit(f"Badan {number}", planned.root, signs_with_head=True)
        post = make_position(unit, f"Kepala Badan {number}", superior=planned.regent)
        objective = make_objective(unit, f"Sasaran badan {number}")
        make_indicator(unit, f"Indikator badan {number}", objective=objective)
        if number:
            drafted(client, post)
    assert Position.objects.obliged(DAY).count() == offices_before + 3
    assert count() == few <= 20
