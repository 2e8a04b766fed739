"""Revisions of the plan: what they end, replace and add, and that no year before them changes."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.enums import Status
from agreements.last_year import create_copy
from agreements.lineage import Lineage
from agreements.models import Objective, PlanningPeriod, PlanRevision
from agreements.plan_revisions import RevisionError, end, restore
from agreements.years import open_year
from records.history import SYSTEM
from records.models import Event
from tests.factories import (
    add_promise,
    make_agreement,
    make_indicator,
    make_objective,
    make_planning_period,
    make_revision,
    put_into,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]

NEW = "Meningkatnya derajat kesehatan ibu, anak, dan remaja"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-09-20 09:00", tick=False):
        yield


@pytest.fixture
def planner(client, perencana):
    client.force_login(perencana)
    return client


def page(name, *args, year=2026) -> str:
    return reverse(f"agreements:{name}", args=(year, *args))


def errors_of(response) -> dict[str, str]:
    return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


def typed(**fields) -> dict:
    said = {
        "number": 1, "regulation": "Perda Nomor 5 Tahun 2026", "decided_on": "1 September 2026",
        "first_year": 2027, "reason": "Penyesuaian dengan RPJMN",
    }  # fmt: skip
    return said | fields


def replace(planner, revision, old, **fields):
    data = {"kind": "objective", "code": old.code, "text": NEW, "order": 1, "parent": old.parent_id or ""}
    return planner.post(page("revision_replace", revision.pk, old.pk), data | fields)


# --- recording a revision -------------------------------------------------------------------------


def test_a_revision_is_recorded_with_its_decree(planner, perencana):
    period = make_planning_period()
    asked = planner.get(page("revision_create", period.pk))
    assert asked.context["form"].initial["number"] == 1
    planner.post(page("revision_create", period.pk), typed())
    made = PlanRevision.objects.get()
    assert (made.period, made.first_year, made.decided_on) == (period, 2027, date(2026, 9, 1))
    assert Event.objects.get().actor == perencana
    text = planner.get(page("period_detail", period.pk)).content.decode()
    assert "Perda Nomor 5 Tahun 2026" in text
    assert "1 September 2026" in text
    assert planner.get(page("revision_create", period.pk)).context["form"].initial["number"] == 2


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"first_year": 2025}, "first_year", "2026 sampai 2029"),
        ({"first_year": 2030}, "first_year", "2026 sampai 2029"),
        ({"number": 0}, "number", "mulai dari 1"),
        ({"number": 2, "first_year": 2026}, "first_year", "tidak berlaku lebih dahulu"),
        ({"number": 1}, "number", "sudah dicatat"),
        ({"reason": ""}, "reason", "kosong"),
    ],
)
def test_what_a_revision_cannot_be_is_said_beside_its_field(planner, fields, name, sentence):
    make_revision(2027)
    said = typed(**({"number": 2} | fields))
    response = planner.post(page("revision_create", make_planning_period().pk), said)
    assert sentence in errors_of(response)[name]
    assert PlanRevision.objects.count() == 1


def test_a_revision_that_changed_something_keeps_its_year(planner, government):
    revision = make_revision(2027)
    end(revision, government.sasaran.pk, SYSTEM)
    planner.post(page("revision_edit", revision.pk), typed(first_year=2028, reason="Ralat nomor"))
    revision.refresh_from_db()
    assert (revision.first_year, revision.reason) == (2027, "Ralat nomor")


def test_the_years_of_a_period_stay_around_its_revisions(planner):
    make_revision(2028)
    period = make_planning_period()
    data = {"name": period.name, "first_year": 2025, "last_year": 2027}
    response = planner.post(page("period_edit", period.pk), data)
    assert "berlaku mulai 2028" in errors_of(response)["last_year"]
    planner.post(page("period_edit", period.pk), data | {"last_year": 2029, "regulation": "Perda 3/2025"})
    assert PlanningPeriod.objects.get().regulation == "Perda 3/2025"


# --- objectives -----------------------------------------------------------------------------------


def test_a_new_wording_counts_from_its_year_and_keeps_the_code(planner, government):
    revision, old = make_revision(2027), government.sasaran
    Objective.objects.filter(pk=old.pk).update(code="1.2")
    old.refresh_from_db()
    assert replace(planner, revision, old).status_code == 302
    new = Objective.objects.get(text=NEW)
    old.refresh_from_db()
    assert (old.last_year, old.ended_by, old.code) == (2026, revision, "1.2")
    assert (new.first_year, new.successor_of, new.revision, new.code) == (2027, old, revision, "1.2")
    assert list(Objective.objects.in_year(2026).filter(unit=government.kesehatan)) == [old]
    assert list(Objective.objects.in_year(2027).filter(unit=government.kesehatan)) == [new]
    event = Event.objects.order_by("-number").first()
    assert old.text in event.after
    assert str(revision) in event.after


def test_of_two_who_replace_at_once_the_second_is_told(planner, government, monkeypatch):
    revision, old = make_revision(2027), government.sasaran
    Objective.objects.filter(pk=old.pk).update(last_year=2026, ended_by=revision)
    monkeypatch.setattr("agreements.plan_revisions.refuse_unless_open", lambda *args: None)
    response = replace(planner, revision, old)
    assert "bertabrakan" in errors_of(response)["__all__"]
    assert not Objective.objects.filter(text=NEW).exists()


def test_the_same_wording_is_no_revision(planner, government):
    response = replace(planner, make_revision(2027), government.sasaran, text=government.sasaran.text)
    assert "masih sama" in errors_of(response)["text"]
    government.sasaran.refresh_from_db()
    assert government.sasaran.last_year is None


def test_what_is_under_an_objective_follows_it_through_the_years(planner, government):
    revision, old = make_revision(2027), government.sasaran
    child = make_objective(government.bidang, "Meningkatnya cakupan posyandu", parent=old)
    replace(planner, revision, old)
    new = Objective.objects.get(text=NEW)
    for year, above in ((2026, old), (2027, new)):
        if year == 2027:
            open_year(2027)
        answer = planner.get(page("objective_list", year=year))
        (branch,) = [b for b in answer.context["branches"] if b.objective == above]
        assert [below.objective for below in branch.below] == [child], year
        assert branch.indicators == 1, year
        listed = planner.get(page("indicator_list", year=year), {"sasaran": above.pk})
        assert [row for row, _ in listed.context["rows"]] == [government.stunting], year
    shown = planner.get(page("indicator_detail", government.stunting.pk, year=2027))
    assert shown.context["objective"] == new


def test_an_objective_is_dropped_and_that_is_taken_back(planner, government):
    revision = make_revision(2027)
    planner.post(page("revision_end", revision.pk, government.sasaran.pk))
    assert not Objective.objects.in_year(2027).exists()
    assert Objective.objects.in_year(2026).get() == government.sasaran
    shown = planner.get(page("revision_detail", revision.pk))
    assert list(shown.context["page"]) == [government.sasaran]
    assert "tidak berlaku lagi" in shown.content.decode()
    planner.post(page("revision_restore", revision.pk, government.sasaran.pk))
    assert Objective.objects.in_year(2027).get() == government.sasaran
    assert [e.action for e in Event.objects.order_by("number")] == [
        "mengakhiri tujuan/sasaran dengan perubahan rencana",
        "membatalkan pengakhiran tujuan/sasaran",
    ]


def test_a_replacement_is_taken_back_while_nothing_rests_on_it(planner, government):
    revision = make_revision(2027)
    replace(planner, revision, government.sasaran)
    new = Objective.objects.get(text=NEW)
    indicator = make_indicator(government.kesehatan, "Angka kematian ibu", objective=new)
    with pytest.raises(RevisionError, match="sudah punya indikator"):
        restore(revision, government.sasaran.pk, SYSTEM)
    indicator.objective = None
    indicator.save()
    planner.post(page("revision_restore", revision.pk, government.sasaran.pk))
    assert Objective.objects.in_year(2027).get() == government.sasaran
    assert not Objective.objects.filter(text=NEW).exists()


def test_what_began_with_a_revision_or_ended_is_not_ended_by_it(government):
    revision = make_revision(2027)
    late = make_objective(government.kesehatan, "Baru", first_year=2027)
    gone = make_objective(government.kesehatan, "Lama", last_year=2025)
    other = PlanningPeriod.objects.create(name="RPD", first_year=2023, last_year=2024)
    before = Objective.objects.create(period=other, unit=government.kesehatan, text="RPD")
    for row, words in ((late, "baru berlaku"), (gone, "sudah berakhir"), (before, "bukan bagian")):
        with pytest.raises(RevisionError, match=words):
            end(revision, row.pk, SYSTEM)


def test_a_revision_adds_an_objective(planner, government):
    revision = make_revision(2027)
    address = page("objective_create") + f"?unit={government.kesehatan.pk}&perubahan={revision.pk}"
    planner.post(address, {"kind": "objective", "text": NEW, "order": 3})
    new = Objective.objects.get(text=NEW)
    assert (new.period, new.revision, new.first_year) == (revision.period, revision, 2027)
    assert new not in Objective.objects.in_year(2026)
    shown = planner.get(page("revision_detail", revision.pk))
    assert list(shown.context["page"]) == [new]
    assert "(baru)" in shown.content.decode()


def test_who_sees_one_unit_reads_of_a_revision_only_that(client, operator_pendidikan, government):
    revision = make_revision(2027)
    end(revision, government.sasaran.pk, SYSTEM)
    client.force_login(operator_pendidikan)
    text = client.get(page("revision_detail", revision.pk)).content.decode()
    assert "Perda Nomor 1 Tahun 2026" in text
    assert government.sasaran.text not in text


def test_signed_agreements_keep_their_words_and_the_next_year_takes_the_new(planner, government):
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, government.stunting, government.sasaran, value=Decimal("14"))
    put_into(agreement, Status.IN_FORCE)
    replace(planner, make_revision(2027), government.sasaran)
    assert agreement.objectives.get().text == government.sasaran.text
    open_year(2027)
    draft, copied = create_copy(government.kadinkes, 2027, agreement, date(2027, 1, 5), SYSTEM)
    assert draft.objectives.get().text == NEW
    assert copied.left_out == ()


# --- who stands when ------------------------------------------------------------------------------


def test_of_three_in_a_row_each_year_has_its_own(government):
    first = government.sasaran
    second = make_objective(government.kesehatan, "Dua", first_year=2027, last_year=2027, successor_of=first)
    third = make_objective(government.kesehatan, "Tiga", first_year=2028, successor_of=second)
    Objective.objects.filter(pk=first.pk).update(last_year=2026)
    for year, stands in ((2025, first), (2027, second), (2029, third)):
        lineage = Lineage(year)
        assert {lineage.standing(row.pk) for row in (first, second, third)} == {stands.pk}, year
        assert lineage.family([stands.pk]) == dict.fromkeys((first.pk, second.pk, third.pk), stands.pk)


def test_an_objective_split_in_two_leaves_what_was_under_it_together(government):
    first = government.sasaran
    Objective.objects.filter(pk=first.pk).update(last_year=2026)
    one = make_objective(government.kesehatan, "Satu", first_year=2027, successor_of=first)
    two = make_objective(government.kesehatan, "Dua", first_year=2027, successor_of=first)
    lineage = Lineage(2027)
    assert (lineage.standing(first.pk), lineage.standing(two.pk)) == (one.pk, two.pk)
    assert Lineage(2026).standing(two.pk) == first.pk


def test_a_revision_takes_as_many_queries_for_thirty_objectives_as_for_three(planner, government):
    revision = make_revision(2027)

    def filled(number):
        for n in range(number):
            old = make_objective(government.kesehatan, f"Lama {number} {n}")
            replace(planner, revision, old, text=f"Baru {number} {n}", code="")
            government.stunting.revised_targets.get_or_create(revision=revision, year=2027)
        found = []
        for asked in ({"cari": "Dinas"}, {"bagian": "target"}):
            with CaptureQueriesContext(connection) as queries:
                assert planner.get(page("revision_detail", revision.pk), asked).status_code == 200
            found.append(len(queries))
        return found

    few, many = filled(3), filled(30)
    assert few == many
    assert max(many) <= 17  # who just came in has three more
