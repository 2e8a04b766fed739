"""The states of an action plan: who takes which step, what a version in force keeps, what a revision copies."""

import json
import threading
import time
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from agreements import action_plans, drafting, plan_workflow
from agreements.action_plans import PlanConflict, period_targets
from agreements.budgets import lines_for
from agreements.drafting import DraftError
from agreements.enums import ActionPlanStatus as S
from agreements.models import ActionPlan, ActionPlanTarget, ActionStep, Agreement, Position, YearPolicy
from agreements.models.action_plan import NEXT
from agreements.plan_workflow import TRANSITIONS, Refused, TransitionError
from agreements.scope import UnitTree, scope_of
from records.history import history_of, latest
from tests.agreements.plans import (
    add_step,
    amendment_of,
    begun,
    complete,
    in_force,
    promise_of,
    submitted,
    take,
)
from tests.agreements.steps import actor, complete_draft
from tests.agreements.steps import take as take_agreement
from tests.conftest import PEOPLE
from tests.factories import make_position, put_into

ALLOWED = {
    ("draft", "submit"): {"kepala_kesehatan"},
    ("submitted", "withdraw"): {"kepala_kesehatan"},
    ("submitted", "return"): {"bagian_organisasi"},
    ("submitted", "approve"): {"bagian_organisasi"},
}


# --- who may take which step ------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(S))
def test_each_person_is_offered_exactly_their_steps(government, state):
    makers = {S.DRAFT: complete, S.SUBMITTED: submitted, S.IN_FORCE: in_force, S.SUPERSEDED: in_force}
    plan = makers[state](government)
    if state == S.SUPERSEDED:
        ActionPlan.objects.filter(pk=plan.pk).update(status=state)
        plan.status = state
    for person in PEOPLE:
        offered = set(plan_workflow.available(plan, scope_of(getattr(government.users, person))))
        assert offered == {step for (at, step), people in ALLOWED.items() if at == state and person in people}


@pytest.mark.parametrize("action", TRANSITIONS)
def test_who_may_not_is_refused_and_the_attempt_is_written(government, action):
    plan = complete(government) if action == "submit" else submitted(government)
    with pytest.raises(Refused):
        take(action, plan, government.users.kepala_pendidikan, "Alasan yang cukup panjang.")
    event = history_of(plan)[0]
    assert (event.action, event.refused) == (TRANSITIONS[action].label, True)
    plan.refresh_from_db()
    assert plan.status == (S.DRAFT if action == "submit" else S.SUBMITTED)


def test_nobody_approves_what_they_submitted_except_in_a_tiny_office(government):
    bureau = government.users.bagian_organisasi
    plan = submitted(government)
    ActionPlan.objects.filter(pk=plan.pk).update(submitted_by=bureau)
    with pytest.raises(Refused):
        take("approve", plan, bureau)
    YearPolicy.objects.filter(year=2026).update(tiny_office=True)
    assert take("approve", plan, bureau).status == S.IN_FORCE
    assert '"oleh_pengaju":true' in latest(plan, "Sahkan").after


@pytest.mark.parametrize("action", TRANSITIONS)
def test_a_step_out_of_its_state_is_a_sentence(government, action):
    plan = in_force(government)
    person = "kepala_kesehatan" if action in ("submit", "withdraw") else "bagian_organisasi"
    with pytest.raises(TransitionError, match="sekarang berstatus “Berlaku”"):
        take(action, plan, getattr(government.users, person), "Alasan yang cukup panjang.")


def test_steps_and_triggers_agree_on_what_follows_what():
    reached = {(source, step.target) for step in TRANSITIONS.values() for source in step.sources}
    follows = {(state, later) for state, following in NEXT.items() for later in following}
    assert follows == reached | {(S.IN_FORCE, S.SUPERSEDED)}


# --- submitting -------------------------------------------------------------------------------------


def test_quarters_that_do_not_add_up_stand_in_the_way_of_the_plan(government):
    plan = complete(government)
    wrong = {promise_of(plan).pk: {4: {"value": Decimal("9.5")}}}
    plan.refresh_from_db()
    action_plans.set_targets(plan, wrong, actor(government.users.operator_kesehatan))
    with pytest.raises(TransitionError, match="“Prevalensi stunting”: TW IV 9,50"):
        take("submit", plan, government.users.kepala_kesehatan)


def test_steps_take_no_more_from_a_programme_than_the_agreement_has(government):
    plan = complete(government)
    line = plan.agreement.budgets.get()
    for text in ("Bulan pertama", "Bulan kedua"):
        plan.refresh_from_db()
        add_step(plan, government, text, budget_line=line, amount=line.amount / 2)
    take("submit", plan, government.users.kepala_kesehatan)
    take("withdraw", plan, government.users.kepala_kesehatan)
    plan.refresh_from_db()
    add_step(plan, government, "Satu rupiah lagi", budget_line=line, amount=Decimal(1))
    with pytest.raises(TransitionError, match=r"Kurangi Rp1,00\."):
        take("submit", plan, government.users.kepala_kesehatan)


def test_a_plan_without_a_step_is_not_submitted(government):
    plan = complete(government)
    action_plans.remove_step(_step(plan), actor(government.users.operator_kesehatan))
    with pytest.raises(TransitionError, match="Belum ada langkah"):
        take("submit", plan, government.users.kepala_kesehatan)


def _step(plan: ActionPlan) -> ActionStep:
    plan.refresh_from_db()
    step = plan.steps.get()
    step.plan = plan
    return step


def test_a_draft_may_be_begun_before_the_signing_and_is_submitted_after_it(government):
    agreement = put_into(complete_draft(government), "ready")
    plan = complete(government, agreement)
    with pytest.raises(TransitionError, match="masih berstatus “Siap ditandatangani”"):
        take("submit", plan, government.users.kepala_kesehatan)
    put_into(agreement, "in_force")
    assert take("submit", plan, government.users.kepala_kesehatan).status == S.SUBMITTED


def test_no_plan_is_begun_while_the_content_may_change(government):
    with pytest.raises(DraftError, match="“Draf”"):
        begun(government, complete_draft(government))


def test_a_returned_plan_shows_the_reason_and_the_next_submission_clears_it(government):
    plan = submitted(government)
    with pytest.raises(TransitionError, match="paling sedikit 10 huruf"):
        take("return", plan, government.users.bagian_organisasi, "kurang")
    plan = take("return", plan, government.users.bagian_organisasi, "Langkah belum berpenanggung jawab.")
    assert (plan.status, plan.submitted_by_id) == (S.DRAFT, None)
    assert plan.return_reason == "Langkah belum berpenanggung jawab."
    assert take("submit", plan, government.users.kepala_kesehatan).return_reason == ""


def test_what_somebody_else_changed_meanwhile_is_not_approved_unseen(government):
    plan = submitted(government)
    seen = ActionPlan.objects.select_related("agreement__unit").get(pk=plan.pk)
    take("withdraw", plan, government.users.kepala_kesehatan)
    take("submit", plan, government.users.kepala_kesehatan)
    bureau = government.users.bagian_organisasi
    with pytest.raises(TransitionError, match="baru saja diubah orang lain"):
        plan_workflow.perform("approve", seen, scope_of(bureau), actor(bureau))


# --- versions ---------------------------------------------------------------------------------------


def test_the_approved_version_takes_the_place_of_the_former_one(government):
    first = in_force(government)
    second = begun(government, first.agreement, "Anggaran bergeser.")
    take("submit", second, government.users.kepala_kesehatan)
    take("approve", second, government.users.bagian_organisasi)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (S.SUPERSEDED, S.IN_FORCE)
    assert second.approved_by == government.users.bagian_organisasi
    assert '"menggantikan_versi":1' in latest(second, "Sahkan").after
    assert "versi 2" in latest(first, "Digantikan versi baru").after


def test_a_new_version_wants_a_reason_and_copies_targets_and_steps(government):
    first = in_force(government)
    with pytest.raises(DraftError, match="paling sedikit 10 huruf"):
        begun(government, first.agreement, "pendek")
    second = begun(government, first.agreement, "Anggaran bergeser.")
    assert (second.number, second.reason) == (2, "Anggaran bergeser.")
    assert list(second.targets.values_list("quarter", "value")) == [(4, Decimal("10"))]
    assert second.steps.get().recorded_on == first.steps.get().pk
    third = _approved(government, second)
    assert begun(government, third.agreement, "Sekali lagi.").steps.get().recorded_on == first.steps.get().pk


def _approved(g, plan: ActionPlan) -> ActionPlan:
    take("submit", plan, g.users.kepala_kesehatan)
    return take("approve", plan, g.users.bagian_organisasi)


def test_only_one_version_is_in_preparation(government):
    plan = begun(government)
    with pytest.raises(DraftError, match="Versi 1 masih berstatus “Draf”"):
        begun(government, plan.agreement)


def test_an_amendment_begins_with_the_plan_it_continues(government):
    old = in_force(government)
    agreement = old.agreement
    line = agreement.budgets.get()
    new_agreement = amendment_of(agreement)
    put_into(new_agreement, "in_signing")
    Agreement.objects.filter(pk=agreement.pk).update(status="superseded")
    plan = begun(government, put_into(new_agreement, "in_force"))
    assert (plan.number, plan.reason) == (1, "")
    promise = promise_of(plan)
    assert promise.continues == promise_of(old)
    assert list(plan.targets.values_list("promise", "value")) == [(promise.pk, Decimal("10"))]
    step = plan.steps.get()
    assert (step.promise, step.recorded_on) == (promise, old.steps.get().pk)
    assert line.line_key == new_agreement.budgets.get().line_key


def test_of_an_amendment_promises_that_are_new_are_left_empty(government):
    old = in_force(government)
    new_agreement = amendment_of(old.agreement)
    promise = new_agreement.objectives.get().indicators.get()
    promise.continues = None
    promise.save()
    put_into(new_agreement, "ready")
    plan = begun(government, new_agreement)
    assert (plan.targets.count(), plan.steps.count()) == (0, 0)


def test_a_draft_is_given_up_and_what_was_in_force_stays(government):
    first = in_force(government)
    second = begun(government, first.agreement, "Anggaran bergeser.")
    action_plans.delete_draft(second, actor(government.users.operator_kesehatan))
    assert list(ActionPlan.objects.values_list("number", "status")) == [(1, S.IN_FORCE)]


# --- two at once, and the agreement opened again ------------------------------------------------------


def test_of_two_who_write_the_second_is_told(government):
    plan = begun(government)
    seen = ActionPlan.objects.select_related("agreement__unit").get(pk=plan.pk)
    add_step(plan, government)
    with pytest.raises(PlanConflict):
        add_step(seen, government, "Langkah orang kedua")
    assert plan.steps.count() == 1


def test_a_submitted_plan_is_not_written(government):
    plan = submitted(government)
    with pytest.raises(DraftError, match="“Diajukan”"):
        add_step(plan, government)


def test_an_agreement_opened_again_loses_its_promise_and_the_plan_with_it(government):
    agreement = put_into(complete_draft(government), "ready")
    plan = complete(government, agreement)
    Agreement.objects.filter(pk=agreement.pk).update(status="draft")
    with pytest.raises(DraftError, match="PK-nya sekarang berstatus “Draf”"):
        add_step(plan, government)
    row = promise_of(plan)
    row.objective.agreement.refresh_from_db()
    drafting.remove_indicator(row, actor(government.users.operator_kesehatan))
    assert (plan.targets.count(), plan.steps.count()) == (0, 0)
    gone = json.loads(latest(agreement, "Hapus indikator").before)
    assert (gone["target_triwulan"], gone["langkah"]) == (1, ["Kunjungan rumah balita"])


@pytest.mark.django_db(transaction=True)
def test_a_step_written_while_the_agreement_is_opened_again_goes_with_its_indicator(government, monkeypatch):
    agreement = put_into(complete_draft(government), "ready")
    plan = begun(government, agreement)
    row = promise_of(plan)
    written, failed = threading.Event(), []
    described = action_plans._described

    def slowly(step):
        # Who opens the agreement again comes now, before the step is there to be seen.
        written.set()
        time.sleep(1)
        return described(step)

    monkeypatch.setattr(action_plans, "_described", slowly)

    def write():
        try:
            add_step(plan, government)
        finally:
            connection.close()

    def remove():
        try:
            written.wait(10)
            why = {"reason": "Indikator keliru dipilih."}
            take_agreement("reopen", agreement, government.users.bagian_organisasi, **why)
            row.objective.agreement.refresh_from_db()
            drafting.remove_indicator(row, actor(government.users.operator_kesehatan))
        except DatabaseError as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=each) for each in (write, remove)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert not ActionStep.objects.exists()


def test_table_b_written_again_leaves_the_steps_their_programme(government):
    agreement = put_into(complete_draft(government), "ready")
    plan = begun(government, agreement)
    line = agreement.budgets.get()
    add_step(plan, government, budget_line=line)
    Agreement.objects.filter(pk=agreement.pk).update(status="draft")
    agreement.refresh_from_db()
    drafting.set_budgets(agreement, lines_for(agreement), actor(government.users.operator_kesehatan))
    kept = plan.steps.get().budget_line
    assert kept == agreement.budgets.get()
    assert kept.pk != line.pk
    drafting.set_budgets(agreement, [], actor(government.users.operator_kesehatan))
    assert plan.steps.get().budget_line is None


# --- what the database refuses ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agreements_actionplantarget SET value = 1",
        "DELETE FROM agreements_actionplantarget",
        "UPDATE agreements_actionstep SET text = 'lain'",
        "DELETE FROM agreements_actionstep",
        "UPDATE agreements_actionplan SET status = 'draft'",
        "UPDATE agreements_actionplan SET status = 'submitted'",
        "UPDATE agreements_actionplan SET number = 9",
        "UPDATE agreements_actionplan SET submitted_by_id = NULL",
        "DELETE FROM agreements_actionplan",
        "INSERT INTO agreements_actionplantarget (plan_id, promise_id, quarter, value) "
        "SELECT plan_id, promise_id, 1, 5 FROM agreements_actionplantarget",
    ],
)
def test_sql_does_not_reach_a_version_in_force(government, statement):
    in_force(government)
    with pytest.raises(DatabaseError, match="Rencana Aksi"), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_plan_begins_as_a_draft(government):
    agreement = begun(government).agreement
    with pytest.raises(DatabaseError, match="selalu dimulai sebagai draf"), transaction.atomic():
        ActionPlan.objects.create(agreement=agreement, number=2, status=S.IN_FORCE)


def test_a_draft_can_be_written_in_sql_too(government):
    complete(government)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agreements_actionplantarget SET value = 9")
    assert ActionPlanTarget.objects.get().value == Decimal("9")


# --- what others read ---------------------------------------------------------------------------------


def test_targets_of_plans_in_force_are_read_in_one_query(government, django_assert_num_queries):
    plan = submitted(government)
    promise = promise_of(plan)
    assert period_targets([promise.pk]) == {}
    take("approve", plan, government.users.bagian_organisasi)
    with django_assert_num_queries(1):
        found = period_targets([promise.pk])
    assert {key: row.value for key, row in found.items()} == {(promise.pk, 4): Decimal("10")}


def test_the_plan_followed_is_the_amendments_once_it_is_in_force(government):
    old = in_force(government)
    assert list(ActionPlan.objects.standing()) == [old]
    new_agreement = put_into(amendment_of(old.agreement), "in_signing")
    Agreement.objects.filter(pk=old.agreement_id).update(status="superseded")
    new = begun(government, put_into(new_agreement, "in_force"))
    assert list(ActionPlan.objects.standing()) == [old]
    _approved(government, new)
    assert list(ActionPlan.objects.standing()) == [ActionPlan.objects.get(pk=new.pk)]


def test_who_may_answer_for_a_step_is_of_the_unit_or_below_it(government):
    day = date(2026, 4, 5)
    staff = make_position(government.bidang, "Pelaksana Gizi", level="staff", heads=False)
    ended = make_position(
        government.bidang, "Kasi Lama", level="iv", heads=False, valid_to=date(2025, 12, 31)
    )
    below = UnitTree(day).below([government.kesehatan.pk])
    rows = Position.objects.answering_for(government.kesehatan, below, day)
    assert list(rows) == [government.kadinkes, government.kabid]
    assert ended in Position.objects.answering_for(government.kesehatan, below, day, ended.pk)
    region = Position.objects.answering_for(government.root, UnitTree(day).below([government.root.pk]), day)
    assert list(region) == [government.sekda, government.kadinkes, government.kadikbud]
    assert staff.pk
