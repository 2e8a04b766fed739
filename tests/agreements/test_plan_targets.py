"""Yearly targets: corrected with a reason, or changed under a revision that keeps what was there."""

from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from agreements import plan_targets
from agreements.enums import Status
from agreements.models import IndicatorTarget, RevisedTarget
from agreements.plan_targets import Changed, Ground
from records.history import SYSTEM
from records.models import Event
from tests.factories import add_promise, make_agreement, make_revision, put_into

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-09-20 09:00", tick=False):
        yield


@pytest.fixture
def planner(client, perencana, government):
    client.force_login(perencana)
    for year, value in ((2025, "18"), (2026, "16"), (2027, "72.5"), (2028, "12")):
        government.stunting.targets.create(year=year, value=Decimal(value))
    return client


@pytest.fixture
def address(government) -> str:
    return reverse("agreements:indicator_targets", args=(2026, government.stunting.pk))


def typed(**changed) -> dict:
    said = {"2025-value": "18", "2026-value": "16", "2027-value": "72,5", "2028-value": "12"}
    return said | {name.replace("_", "-", 1).removeprefix("t"): value for name, value in changed.items()}


def targets(government) -> dict[int, Decimal]:
    return dict(government.stunting.targets.values_list("year", "value"))


def promised(government, year=2026):
    agreement = make_agreement(government.kadinkes, year)
    add_promise(agreement, government.stunting, government.sasaran, value=Decimal(16))
    put_into(agreement, Status.READY)


def test_a_revision_keeps_what_was_and_says_so_everywhere(planner, government, address):
    revision = make_revision(2027)
    assert (
        planner.get(address + f"?perubahan={revision.pk}").context["ground"]["revision"].value()
        == revision.pk
    )
    planner.post(address, typed(t2027_value="70", revision=revision.pk))
    assert targets(government)[2027] == Decimal(70)
    kept = RevisedTarget.objects.get()
    assert (kept.revision, kept.year, kept.value) == (revision, 2027, Decimal("72.5"))
    said = "semula 72,5\u00a0% → 70\u00a0% (Perubahan 1 RPJMD 2025–2029, berlaku 2027)"
    assert said in planner.get(address).content.decode()
    card = planner.get(reverse("agreements:indicator_detail", args=(2026, government.stunting.pk)))
    assert [str(each) for row in card.context["targets"] for each in row.revised] == [said]
    listed = planner.get(
        reverse("agreements:revision_detail", args=(2026, revision.pk)), {"bagian": "target"}
    )
    assert [(row.pk, year, str(each)) for row, year, each in listed.context["targets"]] == [
        (government.stunting.pk, 2027, said)
    ]
    event = Event.objects.get()
    assert event.action == "mengubah target tahunan dengan perubahan rencana"
    assert "Perubahan 1" in event.after


def test_years_before_the_revision_are_not_changed_by_it(planner, government, address):
    revision = make_revision(2027)
    response = planner.post(address, typed(t2026_value="15", t2027_value="70", revision=revision.pk))
    assert "target 2026 tidak diubah" in response.context["ground"].errors["revision"][0]
    assert 'value="15"' in response.content.decode()
    assert targets(government)[2027] == Decimal("72.5")
    assert not RevisedTarget.objects.exists()


def test_a_target_back_at_what_it_was_is_no_revised_one(planner, government, address):
    revision = make_revision(2027)
    planner.post(address, typed(t2027_value="70", revision=revision.pk))
    planner.post(address, typed(t2027_value="71", revision=revision.pk))
    assert RevisedTarget.objects.get().value == Decimal("72.5")
    planner.post(address, typed(t2027_value="72,5", revision=revision.pk))
    assert not RevisedTarget.objects.exists()


def test_a_year_without_target_gets_one_by_a_revision(planner, government, address):
    planner.post(address, typed(t2029_value="60", revision=make_revision(2027).pk))
    (row,) = [
        each
        for each in plan_targets.by_year(
            government.stunting,
            {row.year: row for row in government.stunting.targets.all()},
            (),
            (),
            plan_targets.revisions_of([government.stunting])[government.stunting.pk],
        )
        if each.revised
    ]
    assert (row.year, row.revised[0].before, row.revised[0].after) == (2029, "–", "60\u00a0%")


def test_two_revisions_of_one_year_read_as_a_chain(planner, government, address):
    first, second = make_revision(2027), make_revision(2028, 2)
    planner.post(address, typed(t2028_value="11", revision=first.pk))
    planner.post(address, typed(t2028_value="9", revision=second.pk))
    late = planner.post(address, typed(t2028_value="8", revision=first.pk))
    assert "sudah diubah oleh Perubahan 2" in late.context["ground"].errors["revision"][0]
    for revision, said in ((first, ("12\u00a0%", "11\u00a0%")), (second, ("11\u00a0%", "9\u00a0%"))):
        rows = list(revision.revised_targets.select_related("indicator__scale"))
        ((_, year, each),) = plan_targets.changed_by(revision, rows)
        assert (year, each.before, each.after) == (2028, *said)


def test_a_correction_of_a_promised_year_asks_for_a_reason(planner, government, address):
    promised(government)
    response = planner.post(address, typed(t2026_value="15"))
    assert "2026 sudah diperjanjikan" in response.context["ground"].errors["reason"][0]
    assert targets(government)[2026] == Decimal(16)
    planner.post(address, typed(t2026_value="15", reason="Salah ketik dari dokumen Renstra"))
    assert targets(government)[2026] == Decimal(15)
    assert Event.objects.get().reason == "Salah ketik dari dokumen Renstra"


def test_a_year_nobody_promised_is_corrected_without_one(planner, government, address):
    promised(government)
    assert planner.post(address, typed(t2028_value="13")).status_code == 302
    assert targets(government)[2028] == Decimal(13)


def test_a_draft_promises_nothing_yet(planner, government, address):
    add_promise(make_agreement(government.kadinkes), government.stunting, government.sasaran)
    assert planner.post(address, typed(t2026_value="15")).status_code == 302


def test_what_somebody_saved_meanwhile_is_shown_and_not_overwritten(planner, government, address):
    seen = planner.get(address).context["seen"]
    IndicatorTarget.objects.filter(indicator=government.stunting, year=2027).update(value=Decimal(71))
    response = planner.post(address, typed(t2028_value="13", seen=seen))
    assert response.context["clash"]["target 2027"] == "71\u00a0%"
    assert targets(government)[2028] == Decimal(12)
    again = typed(t2028_value="13", t2027_value="71", seen=response.context["seen"])
    assert planner.post(address, again).status_code == 302
    assert targets(government) == {2025: 18, 2026: 16, 2027: 71, 2028: 13}


def test_saving_at_another_mark_is_refused(government):
    with pytest.raises(Changed):
        plan_targets.save(government.stunting, {2026: None}, "0" * 16, Ground(), SYSTEM)
