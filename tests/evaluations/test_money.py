"""Budgets and spending of units: which version counts, what is unknown, what adds up."""

from decimal import Decimal

import pytest

from agreements.enums import BudgetVersion
from agreements.models import Programme
from evaluations.money import absorption_of, account_of, accounts_of
from evaluations.spending import last_months
from tests.factories import make_budget, make_plan, make_unit, spend

pytestmark = pytest.mark.django_db


def test_a_line_has_ceiling_spent_absorption_and_rest(government):
    spend(make_budget(government.kesehatan, amount="200"), "150")
    account = account_of([government.kesehatan.pk], 2026)
    line = account.lines[0]
    assert (line.code, line.ceiling, line.spent) == ("1.02.02", Decimal(200), Decimal(150))
    assert (line.absorption, line.unspent) == (Decimal(75), Decimal(50))
    assert (account.absorption, account.unspent) == (Decimal(75), Decimal(50))
    assert account.efficiency(Decimal(90)) == Decimal(15)


def test_the_latest_version_and_the_latest_month_count(government):
    original = make_budget(government.kesehatan, amount="100")
    revised = make_budget(government.kesehatan, amount="300", version=BudgetVersion.REVISED)
    spend(original, "20", month=6)
    spend(original, "90", month=8)
    spend(revised, "240", month=11)
    account = account_of([government.kesehatan.pk], 2026)
    assert [(line.ceiling, line.spent, line.month) for line in account.lines] == [
        (Decimal(300), Decimal(240), 11)
    ]
    assert account.lines[0].version == "APBD perubahan"
    assert account_of([government.kesehatan.pk], 2026, month=9).spent == Decimal(90)


def test_what_the_latest_version_dropped_counts_only_where_money_was_spent(government):
    make_budget(government.kesehatan, amount="100", code="1.02.03")
    spend(make_budget(government.kesehatan, amount="70", code="1.02.04"), "9")
    make_budget(government.kesehatan, amount="300", version=BudgetVersion.REVISED)
    account = account_of([government.kesehatan.pk], 2026)
    assert [(line.code, line.ceiling, line.spent) for line in account.lines] == [
        ("1.02.02", Decimal(300), None),
        ("1.02.04", Decimal(0), Decimal(9)),
    ]


def test_unknown_spending_is_not_nothing_spent(government):
    spend(make_budget(government.kesehatan, amount="100"), "40")
    make_budget(government.kesehatan, amount="50", code="1.02.03")
    account = account_of([government.kesehatan.pk], 2026)
    assert [line.spent for line in account.lines] == [Decimal(40), None]
    assert account.spent == Decimal(40)
    assert [line.code for line in account.missing] == ["1.02.03"]
    assert (account.absorption, account.unspent, account.efficiency(Decimal(100))) == (None, None, None)


def test_units_below_add_up_and_a_gap_in_one_is_partial(government):
    spend(make_budget(government.kesehatan, amount="100"), "40", month=12)
    below = make_budget(government.bidang, amount="60")
    account = account_of([government.kesehatan.pk, government.bidang.pk], 2026)
    line = account.lines[0]
    assert (line.ceiling, line.spent, line.partial, line.absorption) == (
        Decimal(160),
        Decimal(40),
        True,
        None,
    )
    spend(below, "60", month=11)
    line = account_of([government.kesehatan.pk, government.bidang.pk], 2026).lines[0]
    assert (line.spent, line.partial, line.month) == (Decimal(100), False, 11)


def test_a_program_of_one_unit_and_a_kegiatan_of_another_are_both_counted(government):
    """Two units of one urusan, one recorded by program and one by kegiatan: neither may be lost in the total."""
    spend(make_budget(government.kesehatan, amount="100"), "40")
    spend(make_budget(government.kesehatan, amount="7", code="1.02.02.2.01", fund_source="DAK"), "7")
    spend(make_budget(government.pendidikan, amount="50", code="1.02.02.2.01"), "20")
    account = account_of([government.kesehatan.pk, government.pendidikan.pk], 2026)
    assert [(line.code, line.fund_source, line.ceiling) for line in account.lines] == [
        ("1.02.02", "APBD", 100),
        ("1.02.02.2.01", "APBD", 50),
        ("1.02.02.2.01", "DAK", 7),
    ]
    assert (account.ceiling, account.spent) == (157, 67)


def test_kegiatan_and_sub_kegiatan_are_added_up_to_their_program(government, django_assert_num_queries):
    Programme.objects.create(code="1.02.02", name="Program UKP", nomenclature_year=2025)
    for code, amount, spent in (("1.02.02.2.01.0001", "60", "30"), ("1.02.02.2.02", "40", "5")):
        spend(make_budget(government.kesehatan, amount=amount, code=code), spent, physical="50")
    # No row of the nomenclature says what program this one lies within.
    spend(make_budget(government.kesehatan, amount="9", code="1.03.09.2.01"), "9", physical="100")
    with django_assert_num_queries(3):
        account = account_of([government.kesehatan.pk], 2026, detail="programme")
    assert [(line.code, line.name, line.ceiling, line.spent, line.physical) for line in account.lines] == [
        ("1.02.02", "Program UKP", 100, 35, 50),
        ("1.03.09.2.01", "Program 1.03.09.2.01", 9, 9, 100),
    ]
    assert (account.ceiling, account.spent) == (109, 44)


@pytest.mark.parametrize(
    ("before", "after"),
    [("1.02.02", ("1.02.02.2.01", "1.02.02.2.02")), ("1.02.02.2.01", ("1.02.02", "1.02.03"))],
)
def test_money_of_a_program_that_was_detailed_or_added_up_since_counts_once(government, before, after):
    """Running totals since January: what the kegiatan say from July on holds what the program said until June."""
    spend(make_budget(government.kesehatan, amount="100", code=before), "40", month=6)
    one, other = (
        make_budget(government.kesehatan, amount="60", code=code, version=BudgetVersion.REVISED)
        for code in after
    )
    account = account_of([government.kesehatan.pk], 2026)
    assert (account.ceiling, account.spent, account.absorption) == (120, 40, None)
    spend(one, "30", month=7)
    spend(other, "25", month=7)
    account = account_of([government.kesehatan.pk], 2026)
    assert (account.ceiling, account.spent, len(account.lines)) == (120, 55, 2)
    assert account_of([government.kesehatan.pk], 2026, month=6).spent == 40


# --- beside the plan ------------------------------------------------------------------------------


def account_with_plans(government, month=12):
    return accounts_of({1: [government.kesehatan.pk]}, 2026, month, plans=True)[1]


def test_money_stands_beside_its_plan_of_the_same_month(government):
    first = make_budget(government.kesehatan, amount="1000")
    other = make_budget(government.kesehatan, amount="1000", code="1.02.03")
    for budget, planned in ((first, "400"), (other, "500")):
        make_plan(budget, {3: ("100", "10"), 7: (planned, "60"), 12: ("1000", "100")})
    spend(first, "300", month=7, physical="50")
    spend(other, "350", month=8, physical="55")
    account = account_with_plans(government)
    assert (account.planned, account.planned_percent, account.cash_deviation) == (900, 45, Decimal("-12.5"))
    assert account.plan_sentence == "rencana s.d. Juli, sebagian s.d. Agustus Rp900,00, deviasi −12,50\xa0%"
    assert account.physical_plan_sentence.endswith("60,00\xa0%, deviasi −7,50\xa0%")
    assert account_with_plans(government, month=2).plan_sentence == ""


def test_before_the_first_planned_month_nothing_was_to_be_spent(government):
    budget = make_budget(government.kesehatan, amount="1000")
    make_plan(budget, {6: ("500", None)})
    spend(budget, "30", month=2, physical="5")
    account = account_with_plans(government)
    assert account.plan_sentence == "rencana s.d. Februari Rp0,00, deviasi +3,00\xa0%"
    assert account.physical_plan_sentence == ""


def test_without_a_plan_of_every_line_nothing_is_said_of_the_sum(government):
    first = make_budget(government.kesehatan, amount="1000")
    spend(first, "1", month=1)
    spend(make_budget(government.kesehatan, amount="1000", code="1.02.03"), "1", month=1)
    make_plan(first, {1: ("100", "5")})
    account = account_with_plans(government)
    assert [line.plan_sentence != "" for line in account.lines] == [True, False]
    assert (account.planned, account.plan_sentence, account.planned_physical) == (None, "", None)


def test_a_unit_without_budgets_has_nothing_rather_than_zero(government):
    account = account_of([government.pendidikan.pk], 2026)
    assert (account.lines, account.ceiling, account.spent, account.absorption) == ((), None, None, None)


def test_two_queries_however_many_lines(government, django_assert_num_queries):
    for number in range(10, 22):
        spend(make_budget(government.kesehatan, code=f"1.02.{number}"), "1")
    with django_assert_num_queries(2):
        assert len(account_of([government.kesehatan.pk], 2026).lines) == 12


# --- how far the money is known -------------------------------------------------------------------


def test_money_of_programmes_recorded_up_to_different_months_is_labelled_with_the_earliest(government):
    spend(make_budget(government.kesehatan, amount="100"), "40", month=5)
    account = account_of([government.kesehatan.pk], 2026)
    assert (account.month, account.until) == (5, "s.d. Mei")
    spend(make_budget(government.kesehatan, amount="100", code="1.02.03"), "10", month=3)
    account = account_of([government.kesehatan.pk], 2026)
    assert (account.month, account.until) == (3, "s.d. Maret, sebagian s.d. Mei")
    assert account_of([government.kesehatan.pk], 2026, month=4).until == "s.d. Maret"
    assert account_of([government.pendidikan.pk], 2026).until == ""


def test_one_programme_of_two_units_is_labelled_with_the_earlier_of_them(government):
    spend(make_budget(government.kesehatan, amount="100"), "40", month=5)
    spend(make_budget(government.bidang, amount="100"), "40", month=2)
    line = account_of([government.kesehatan.pk, government.bidang.pk], 2026).lines[0]
    assert (line.month, line.latest) == (2, 5)


def test_the_later_version_speaks_where_both_were_typed_for_a_month(government):
    original = make_budget(government.kesehatan, amount="100")
    revised = make_budget(government.kesehatan, amount="300", version=BudgetVersion.REVISED)
    spend(revised, "50", month=6)
    spend(original, "20", month=6)
    assert account_of([government.kesehatan.pk], 2026).spent == 50


def test_the_work_is_weighed_by_the_ceilings(government):
    spend(make_budget(government.kesehatan, amount="300"), "30", physical="100")
    spend(make_budget(government.kesehatan, amount="100", code="1.02.03"), "0", physical="20")
    account = account_of([government.kesehatan.pk], 2026)
    assert (account.physical, account.absorption, account.deviation) == (80, Decimal("7.5"), Decimal("72.5"))
    make_budget(government.kesehatan, amount="1", code="1.02.04")
    assert account_of([government.kesehatan.pk], 2026).physical is None


def test_a_ceiling_of_nothing_has_no_absorption(government):
    spend(make_budget(government.kesehatan, amount="0"), "5")
    account = account_of([government.kesehatan.pk], 2026)
    assert (account.absorption, account.unspent) == (None, Decimal(-5))


def test_sen_add_up_exactly(government):
    for number in range(10, 20):
        spend(make_budget(government.kesehatan, amount="0.30", code=f"1.02.{number}"), "0.10")
    account = account_of([government.kesehatan.pk], 2026)
    assert (account.ceiling, account.spent, account.unspent) == (Decimal(3), Decimal(1), Decimal(2))


# --- many units -----------------------------------------------------------------------------------


def test_each_unit_has_an_account_with_what_is_below_it(government):
    spend(make_budget(government.kesehatan, amount="100"), "40")
    spend(make_budget(government.bidang, amount="60", code="1.02.03"), "30")
    g = government
    found = absorption_of([g.kesehatan.pk, g.bidang.pk, g.pendidikan.pk], 2026)
    assert {pk: account.absorption for pk, account in found.items()} == {
        g.kesehatan.pk: Decimal(7000) / 160,
        g.bidang.pk: Decimal(50),
        g.pendidikan.pk: None,
    }
    assert found[g.pendidikan.pk].lines == ()
    assert found[g.kesehatan.pk] == account_of([g.kesehatan.pk, g.bidang.pk], 2026)


@pytest.mark.parametrize("count", [3, 30])
def test_three_queries_however_many_units(government, count, django_assert_num_queries):
    units = [make_unit(f"Dinas {number}", government.root) for number in range(count)]
    for unit in units:
        spend(make_budget(unit), "1")
    with django_assert_num_queries(3):
        assert len(absorption_of([unit.pk for unit in units], 2026)) == count


def test_of_two_versions_typed_for_one_month_the_later_speaks_whenever_it_was_stored(government):
    revised = make_budget(government.kesehatan, amount="300", version=BudgetVersion.REVISED)
    original = make_budget(government.kesehatan, amount="100")
    spend(original, "20", month=6)
    spend(revised, "30", month=6)
    assert account_of([government.kesehatan.pk], 2026).spent == 30


def test_of_a_line_without_money_nothing_is_to_be_known(government):
    """A zero of the budget is no gap: neither in the account nor in what waits to be typed."""
    spend(make_budget(government.kesehatan, amount="100"), "40", month=6)
    make_budget(government.kesehatan, amount="0", code="1.02.03")
    make_budget(government.bidang, amount="0")
    both = [government.kesehatan.pk, government.bidang.pk]
    account = account_of(both, 2026)
    assert (account.missing, account.absorption, account.lines[0].partial) == ((), Decimal(40), False)
    assert last_months(both, 2026) == {government.kesehatan.pk: [6], government.bidang.pk: []}
