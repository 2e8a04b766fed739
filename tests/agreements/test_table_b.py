"""Table B over budgets by sub kegiatan: added up to the step the policy asks, and found again by code."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse

from agreements import amending, drafting
from agreements.amendable import amendable
from agreements.budgets import YearBudgets, lines_for, offered_to
from agreements.differences import compare
from agreements.enums import BudgetDetail, BudgetVersion, Level, Status
from agreements.last_year import create_copy
from agreements.models import Agreement, AgreementBudget, Budget, Programme, YearPolicy
from agreements.scope import scope_of
from agreements.table_b import place_of
from evaluations.money import account_of
from reports.contexts.lkjip import lkjip
from tests.agreements import plans
from tests.agreements.plans import add_step, begun
from tests.agreements.steps import actor
from tests.factories import (
    add_promise,
    make_agreement,
    make_budget,
    make_position,
    make_unit,
    put_into,
    spend,
)

DAY = date(2026, 10, 5)
P, K1, K2 = "1.02.02", "1.02.02.2.01", "1.02.02.2.02"
LEAVES = {f"{K1}.0001": "100", f"{K1}.0002": "50", f"{K2}.0001": "30", "1.02.03.2.01.0001": "20"}
NAMED = (P, K1, K2, "1.02.03")


@pytest.fixture
def detailed(government) -> SimpleNamespace:
    """The Dinas Kesehatan by sub kegiatan; the nomenclature has the programs and most kegiatan."""
    for code in NAMED:
        Programme.objects.create(code=code, name=f"Program {code}", nomenclature_year=2025)
    for code, amount in LEAVES.items():
        make_budget(government.kesehatan, code=code, amount=amount)
    return government


def line(budget_line) -> tuple[str, int]:
    return budget_line.code, budget_line.amount


def lines_of(position) -> list[tuple[str, int]]:
    return [line(each) for each in lines_for(make_agreement(position))]


def signed(government, codes=(P, "1.02.03")) -> Agreement:
    """The head's agreement in force with some of the lines it was offered."""
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, government.stunting)
    chosen = [each for each in lines_for(agreement) if each.code in codes]
    drafting.set_budgets(agreement, chosen, actor(government.users.operator_kesehatan))
    return put_into(agreement, Status.IN_FORCE)


def revise(government, **amounts: str) -> None:
    """A later version by sub kegiatan: what is not named keeps its amount."""
    for code, amount in (LEAVES | amounts).items():
        make_budget(government.kesehatan, code=code, amount=amount, version=BudgetVersion.REVISED)


def needing(agreement):
    fresh = Agreement.objects.select_related("position__unit", "unit").get(pk=agreement.pk)
    return amendable([fresh], 2026, DAY, None)[0].budget


# --- which lines ------------------------------------------------------------------------------------


def test_each_level_lists_the_step_its_policy_asks(detailed):
    g = detailed
    section = make_position(make_unit("Seksi Gizi", g.bidang), "Kepala Seksi Gizi", Level.IV, g.kabid)
    assert lines_of(g.kadinkes) == [(P, 180), ("1.02.03", 20)]
    # The kegiatan of the second program is not in the nomenclature: its sub kegiatan stands by itself.
    assert lines_of(g.kabid) == [(K1, 150), (K2, 30), ("1.02.03.2.01.0001", 20)]
    assert lines_of(section) == [(code, int(amount)) for code, amount in LEAVES.items()]
    assert lines_of(g.regent) == [(P, 180), ("1.02.03", 20)]


@pytest.mark.parametrize("detail", BudgetDetail)
def test_by_any_step_the_lines_make_the_units_total(detailed, detail):
    make_budget(detailed.bidang, code=f"{K1}.0003", amount="7")
    make_budget(detailed.kesehatan, code=f"{K1}.0001", amount="5", fund_source="DAK")
    make_budget(detailed.kesehatan, code="", name="Tanpa kode", amount="3")
    YearPolicy.objects.filter(year=2026).update(budget_detail_ii=detail)
    lines = lines_for(make_agreement(detailed.kadinkes))
    assert sum(each.amount for each in lines) == sum(budget.amount for budget in Budget.objects.all()) == 215
    assert len({each.line_key for each in lines}) == len(lines)


def test_a_head_of_a_lower_level_lists_as_heads_do(detailed):
    district = make_unit("Kecamatan Contoh", detailed.root, signs_with_head=True)
    make_budget(district, code=f"{K1}.0009", amount="9")
    assert lines_of(make_position(district, "Camat", Level.III, detailed.regent)) == [(P, 9)]


def test_the_newest_nomenclature_names_the_program(detailed):
    Programme.objects.create(code=P, name="Nama baru", nomenclature_year=2026)
    assert lines_for(make_agreement(detailed.kadinkes))[0].programme.name == "Nama baru"


def test_a_program_of_one_source_and_details_of_another_are_each_one_line(detailed):
    make_budget(detailed.kesehatan, code=P, name=f"Program {P}", amount="25", fund_source="DAK")
    lines = lines_for(make_agreement(detailed.kadinkes))
    assert [(each.code, each.fund_source, each.amount) for each in lines] == [
        (P, "APBD", 180),
        (P, "DAK", 25),
        ("1.02.03", "APBD", 20),
    ]
    account = account_of([detailed.kesehatan.pk], 2026, detail=BudgetDetail.PROGRAMME)
    assert [(each.code, each.fund_source, each.ceiling) for each in account.lines] == [
        (P, "APBD", 180),
        (P, "DAK", 25),
        ("1.02.03", "APBD", 20),
    ]


def test_one_agreement_reads_no_budgets_but_its_own(detailed, django_assert_num_queries):
    for number in range(3):
        make_budget(make_unit(f"Dinas {number}", detailed.root), code="1.03.02")
    agreement = make_agreement(detailed.kadinkes)
    with django_assert_num_queries(4):
        budgets = YearBudgets(2026, [agreement])
        assert len(budgets.lines_for(agreement)) == 2
    assert set(budgets.of_unit) == {detailed.kesehatan.pk}


# --- drafting ---------------------------------------------------------------------------------------


def test_a_program_and_its_kegiatan_are_not_both_chosen(client, detailed, operator_kesehatan):
    agreement = make_agreement(detailed.kadinkes)
    kept = AgreementBudget.objects.create(
        agreement=agreement, programme=Programme.objects.get(code=K1), code=K1, name="Kegiatan", amount=1
    )
    client.force_login(operator_kesehatan)
    address = reverse("agreements:budgets", args=(2026, agreement.pk))
    keys = [each.key for each in client.get(address).context["offered"]]
    answer = client.post(address, {"lines": keys, "version": agreement.version})
    assert "sudah termasuk dalam 1.02.02 Program 1.02.02" in answer.content.decode()
    assert agreement.budgets.get() == kept


def test_a_line_that_was_detailed_since_is_no_line_the_budget_lost(detailed):
    agreement = make_agreement(detailed.kadinkes)
    for code in (K1, "1.02.09"):
        programme = Programme.objects.get_or_create(
            code=code, nomenclature_year=2025, defaults={"name": code}
        )[0]
        AgreementBudget.objects.create(
            agreement=agreement, programme=programme, code=code, name=code, amount=Decimal(1)
        )
    held = [(each.code, each.amount, each.in_budget) for each in offered_to(agreement)[2:]]
    assert held == [(K1, 150, True), ("1.02.09", 1, False)]


def test_steps_keep_their_program_when_table_b_is_written_by_another_step(detailed):
    g = detailed
    agreement = signed(g)
    plan = begun(g, agreement)
    add_step(plan, g, budget_line=agreement.budgets.get(code=P))
    amended = amending.start(
        agreement,
        amending.Basis("strategy", "DPPA disahkan 30 September."),
        scope_of(g.users.operator_kesehatan),
        actor(g.users.operator_kesehatan),
        DAY,
    )
    assert [line(each) for each in amended.budgets.all()] == [(P, 180), ("1.02.03", 20)]
    YearPolicy.objects.filter(year=2026).update(budget_detail_ii=BudgetDetail.ACTIVITY)
    amended.refresh_from_db()
    drafting.set_budgets(amended, lines_for(amended), actor(g.users.operator_kesehatan))
    assert [each.code for each in amended.budgets.all()] == [K1, K2, "1.02.03.2.01.0001"]


def test_a_step_of_a_kegiatan_goes_over_to_the_program_it_lies_within(detailed):
    g = detailed
    agreement = signed(g)
    program, other = agreement.budgets.all()
    activity = AgreementBudget(code=K1, programme_id=0, fund_source="APBD")
    elsewhere = AgreementBudget(code=K1, programme_id=0, fund_source="DAK")
    assert place_of(activity, [other, program]) == program
    assert place_of(elsewhere, [other, program]) is None
    assert place_of(program, [activity]) is None


# --- what changed since -------------------------------------------------------------------------------


def test_a_program_signed_before_it_was_detailed_is_compared_with_the_sum_of_its_parts(government):
    g = government
    make_budget(g.kesehatan, code=P, amount="180")
    agreement = signed(g)
    revise(g)
    assert needing(agreement) is None
    Budget.objects.filter(programme__code=f"{K2}.0001").update(amount=40)
    difference = needing(agreement)
    assert (difference.version, difference.signed, difference.now) == (BudgetVersion.REVISED, 180, 190)


def test_of_a_kegiatan_nothing_is_said_where_only_its_program_is_known_now(detailed):
    YearPolicy.objects.filter(year=2026).update(budget_detail_ii=BudgetDetail.ACTIVITY)
    agreement = signed(detailed, (K1, K2))
    make_budget(detailed.kesehatan, code=P, amount="999", version=BudgetVersion.REVISED)
    assert needing(agreement) is None


def test_a_program_the_revision_left_out_counts_with_nothing(detailed):
    agreement = signed(detailed)
    make_budget(detailed.kesehatan, code=f"{K1}.0001", amount="180", version=BudgetVersion.REVISED)
    assert (needing(agreement).signed, needing(agreement).now) == (200, 180)


def amendment_of(government, agreement) -> Agreement:
    user = government.users.operator_kesehatan
    basis = amending.Basis("strategy", "DPPA disahkan 30 September.")
    return amending.start(agreement, basis, scope_of(user), actor(user), DAY)


def test_an_amendment_begins_with_the_sum_its_program_has_now(government):
    g = government
    make_budget(g.kesehatan, code=P, amount="150")
    agreement = signed(g)
    # No row says what program these lie within but the one table B holds itself.
    revise(g)
    draft = amendment_of(g, agreement)
    assert [line(each) for each in draft.budgets.all()] == [(P, 180)]


def test_old_and_new_by_other_steps_are_compared_as_a_whole(detailed):
    agreement = signed(detailed)
    revise(detailed, **{f"{K1}.0001": "110"})
    draft = amendment_of(detailed, agreement)
    YearPolicy.objects.filter(year=2026).update(budget_detail_ii=BudgetDetail.ACTIVITY)
    drafting.set_budgets(draft, lines_for(draft), actor(detailed.users.operator_kesehatan))
    comparison = compare(Agreement.objects.get(pk=draft.pk))
    assert [(each.code, each.change, each.old, each.new) for each in comparison.budgets] == [
        (P, "reallocated", 180, 190),
        ("1.02.03", "same", 20, 20),
    ]
    assert (comparison.old_total, comparison.new_total) == (200, 210)


def test_last_years_programs_bring_this_years_lines_by_any_step(government):
    g = government
    make_budget(g.kesehatan, 2025, code=P, amount="1")
    before = make_agreement(g.kadinkes, 2025)
    add_promise(before, g.stunting)
    drafting.set_budgets(before, lines_for(before), actor(g.users.operator_kesehatan))
    put_into(before, Status.IN_FORCE)
    # Without a row for the program of these its sub kegiatan stand by themselves.
    Programme.objects.filter(code=P).update(code="9.02.02")
    for code, amount in LEAVES.items():
        make_budget(g.kesehatan, code=code, amount=amount)
    draft, said = create_copy(g.kadinkes, 2026, before, DAY, actor(g.users.operator_kesehatan))
    assert [each.code for each in draft.budgets.all()] == [f"{K1}.0001", f"{K1}.0002", f"{K2}.0001"]
    assert said.budgets == 3


# --- money and reports --------------------------------------------------------------------------------


def test_a_heads_pk_by_program_stands_beside_money_recorded_on_sub_kegiatan(detailed, time_machine):
    """One promise by program, four budgets by sub kegiatan, one table of the report: the same rupiah."""
    time_machine.move_to("2027-01-20 05:00Z", tick=False)
    g = detailed
    agreement = signed(g)
    spent = dict(zip(LEAVES, ("90", "45", "27", "18"), strict=True))
    for budget in Budget.objects.select_related("programme"):
        spend(budget, spent[budget.programme.code], physical="100")
    plan = plans.complete(g, agreement)
    add_step(plan, g, budget_line=agreement.budgets.get(code=P))
    plans.take("approve", plans.take("submit", plan, g.users.kepala_kesehatan), g.users.bagian_organisasi)
    account = account_of([g.kesehatan.pk], 2026, detail=BudgetDetail.PROGRAMME)
    promised = {each.code: each.amount for each in agreement.budgets.all()}
    assert {each.code: each.ceiling for each in account.lines} == promised
    assert (account.ceiling, account.spent, account.absorption) == (200, 180, 90)
    report = lkjip(g.kesehatan, 2026, date(2027, 1, 20))
    assert [
        (each.line.code, each.original, each.line.spent, each.serves) for each in report.money.resources.lines
    ] == [
        (P, 180, 162, (1,)),
        ("1.02.03", 20, 18, ()),
    ]
    assert report.objectives[0].resources.account.spent == 162
    assert report.money.account.ceiling == sum(promised.values())


def test_the_regional_head_promises_the_sum_of_all_offices(detailed):
    make_budget(detailed.pendidikan, code="1.01.02.2.01.0001", amount="11")
    lines = lines_for(make_agreement(detailed.regent))
    assert sum(each.amount for each in lines) == 211


def test_a_unit_by_program_beside_a_division_by_sub_kegiatan_are_two_lines_with_their_own_money(government):
    YearPolicy.objects.filter(year=2026).update(budget_detail_ii=BudgetDetail.SUB_ACTIVITY)
    make_budget(government.kesehatan, code=P, amount="100")
    make_budget(government.bidang, code=f"{K1}.0001", amount="30")
    agreement = make_agreement(government.kadinkes)
    budgets = YearBudgets(2026, [agreement])
    assert [
        (each.code, each.amount, budgets.amount_of(agreement, each)) for each in budgets.lines_for(agreement)
    ] == [
        (P, 100, 100),
        (f"{K1}.0001", 30, 30),
    ]
