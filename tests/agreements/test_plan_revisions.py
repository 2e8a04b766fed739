"""Revisions of the plan: what they end, replace and add, and that no year before them changes."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import mass_drafting, plan_checks, tree_rules
from agreements.amending import Basis, start
from agreements.differences import compare
from agreements.enums import Change, Ground, Status
from agreements.last_year import create_copy
from agreements.lineage import Lineage
from agreements.models import (
    Agreement,
    AgreementIndicator,
    Objective,
    PlanningPeriod,
    PlanRevision,
    TreeNode,
    YearPolicy,
)
from agreements.parties import parties_on
from agreements.plan_revisions import RevisionError, end, restore
from agreements.readiness import checks
from agreements.scope import scope_of
from agreements.years import open_year
from records.history import SYSTEM
from records.models import Event
from reports.contexts import setup
from tests.agreements.steps import actor
from tests.agreements.trees import make_node
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


def test_taking_back_what_cannot_come_back_is_said_in_a_sentence(planner, government):
    """Its code is another's by now; its successor is a node of the tree, or was succeeded itself."""
    revision, later, old = make_revision(2027), make_revision(2028, 2), government.sasaran
    Objective.objects.filter(pk=old.pk).update(code="1.2")
    end(revision, old.pk, SYSTEM)
    taken = make_objective(government.kesehatan, "Lain sama sekali", code="1.2", first_year=2027)
    with pytest.raises(RevisionError, match="sudah dipakai “Lain sama sekali”"):
        restore(revision, old.pk, SYSTEM)
    taken.delete()
    restore(revision, old.pk, SYSTEM)
    old.refresh_from_db()
    replace(planner, revision, old)
    new = Objective.objects.get(text=NEW)
    node = make_node(government.kesehatan, objective=new)
    with pytest.raises(RevisionError, match="Pindahkan dahulu"):
        restore(revision, old.pk, SYSTEM)
    node.delete()
    replace(planner, later, new, text="Ketiga")
    with pytest.raises(RevisionError, match="diganti oleh “Ketiga”"):
        restore(revision, old.pk, SYSTEM)
    assert Objective.objects.get(pk=old.pk).last_year == 2026


def test_an_objective_of_a_revision_keeps_its_period(planner, government):
    old = government.sasaran
    other = PlanningPeriod.objects.create(name="RPD", first_year=2023, last_year=2024)
    end(make_revision(2027), old.pk, SYSTEM)
    data = {"period": other.pk, "kind": "objective", "text": old.text, "order": 1}
    planner.post(page("objective_edit", old.pk), data)
    old.refresh_from_db()
    assert old.period == make_planning_period()


# --- PK Perubahan ---------------------------------------------------------------------------------


def in_force_with_target(government, value="14"):
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, government.stunting, government.sasaran, value=Decimal(value))
    return put_into(agreement, Status.IN_FORCE)


def amend(government, agreement, day=date(2026, 9, 20)):
    user = government.users.operator_kesehatan
    basis = Basis(Ground.STRATEGY, "RPJMD diubah dengan Perda Nomor 5 Tahun 2026.")
    return start(agreement, basis, scope_of(user), actor(user), day)


def test_an_amendment_after_a_revision_of_its_year_takes_the_new_words(planner, government):
    agreement = in_force_with_target(government)
    before = amend(government, agreement)
    assert (before.objectives.get().objective, compare(before).nothing) == (government.sasaran, True)
    Agreement.objects.filter(pk=before.pk).update(status=Status.CANCELLED)
    replace(planner, make_revision(2026), government.sasaran)
    new = Objective.objects.get(text=NEW)
    draft = amend(government, agreement)
    (row,) = draft.objectives.all()
    assert (row.objective, row.text) == (new, NEW)
    (change,) = compare(draft).objectives
    assert (change.change, change.old_text) == (Change.REWORDED, government.sasaran.text)
    assert [(each.change, each.moved) for each in change.rows] == [(Change.SAME, False)]
    assert agreement.objectives.get().text == government.sasaran.text


def test_a_revision_of_a_later_year_changes_nothing_in_an_amendment_of_this_one(planner, government):
    agreement = in_force_with_target(government)
    replace(planner, make_revision(2027), government.sasaran)
    draft = amend(government, agreement)
    assert draft.objectives.get().objective == government.sasaran
    assert compare(draft).nothing


def test_an_amendment_keeps_what_a_revision_dropped_without_another_and_says_so(planner, government):
    agreement = in_force_with_target(government)
    end(make_revision(2026), government.sasaran.pk, SYSTEM)
    draft = amend(government, agreement)
    assert draft.objectives.get().objective == government.sasaran
    said = [check.text for check in checks(draft, parties_on(draft, date(2026, 9, 20)))]
    assert any("tidak ada lagi dalam rencana 2026" in text for text in said)


def test_two_objectives_with_one_successor_are_one_in_an_amendment(planner, government):
    """Rows that a revision merged: what was promised under both stands under the one that is left."""
    other = make_objective(government.kesehatan, "Meningkatnya mutu layanan", order=2)
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, government.stunting, government.sasaran, value=Decimal("14"))
    add_promise(agreement, make_indicator(government.kesehatan, "IKM"), other, value=Decimal("90"))
    put_into(agreement, Status.IN_FORCE)
    revision = make_revision(2026)
    replace(planner, revision, government.sasaran)
    new = Objective.objects.get(text=NEW)
    Objective.objects.filter(pk=other.pk).update(last_year=2025, ended_by=revision, successor_of=new)
    draft = amend(government, agreement)
    assert [row.objective for row in draft.objectives.all()] == [new]
    assert AgreementIndicator.objects.filter(objective__agreement=draft).count() == 2


def test_an_amendment_says_where_the_plan_wants_another_target(planner, government):
    agreement = in_force_with_target(government)
    government.stunting.targets.update_or_create(year=2026, defaults={"value": Decimal("16")})
    government.stunting.revised_targets.create(revision=make_revision(2026), year=2026, value=Decimal("14"))
    draft = amend(government, agreement)
    assert draft.objectives.get().indicators.get().value == Decimal("14")
    said = [check.text for check in checks(draft, parties_on(draft, date(2026, 9, 20)))]
    assert any("16" in text and "rencana" in text.lower() for text in said), said


# --- who reads the plan of a year -----------------------------------------------------------------


def test_drafts_for_all_and_the_first_tree_take_what_is_under_the_old_wording(planner, government):
    child = make_objective(
        government.kesehatan, "Meningkatnya gizi balita", parent=government.sasaran, order=2
    )
    replace(planner, make_revision(2027), government.sasaran)
    new = Objective.objects.get(text=NEW)
    open_year(2027)
    policy = YearPolicy.objects.get(year=2027)
    (row,) = mass_drafting.rows_of([government.kadinkes], policy, date(2027, 1, 5))
    assert (new, (government.stunting,)) in row.content
    day = date(2027, 1, 5)
    tree_rules.begin(government.kesehatan, new.period, 2027, actor(government.users.perencana), day)
    top = TreeNode.objects.get(objective=new)
    assert list(top.indicators.all()) == [government.stunting]
    assert TreeNode.objects.get(objective=child).parent == top


def test_a_new_wording_has_the_indicators_and_the_bearers_of_the_old(planner, government):
    """No list, no check and no step of the set-up calls it bare."""
    goal = make_objective(government.root, "Masyarakat sehat")
    agreement = make_agreement(government.kadinkes, year=2026)
    add_promise(agreement, government.stunting, goal)
    for old, text in ((government.sasaran, NEW), (goal, "Masyarakat sehat dan sejahtera")):
        replace(planner, make_revision(2026, Objective.objects.count()), old, text=text)
    new = Objective.objects.get(text=NEW)
    listed = planner.get(page("objective_list"), {"kurang": "indikator"}).context["branches"]
    assert new not in [branch.objective for branch in listed]
    asked = plan_checks.Asked(scope_of(government.users.perencana), 2026, date(2026, 9, 20))
    assert new not in plan_checks.of_the_plan("tanpa-indikator").rows(asked)
    assert not plan_checks.of_the_plan("tidak-didukung").rows(asked).filter(text__startswith="Masyarakat")
    assert setup._plan_counts(2026)["bare"] == 1
