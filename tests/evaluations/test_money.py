"""Budgets and spending of units: which version counts, what is unknown, what adds up."""

from decimal import Decimal

import pytest

from agreements.enums import BudgetVersion
from evaluations.money import absorption_of, account_of
from tests.factories import make_budget, make_unit, spend

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


def test_a_kegiatan_beside_its_program_counts_once(government):
    spend(make_budget(government.kesehatan, amount="100"), "40")
    spend(make_budget(government.kesehatan, amount="60", code="1.02.02.2.01"), "30")
    spend(make_budget(government.kesehatan, amount="7", code="1.02.02.2.01", fund_source="DAK"), "7")
    account = account_of([government.kesehatan.pk], 2026)
    assert [(line.fund_source, line.within) for line in account.lines] == [
        ("APBD", False),
        ("APBD", True),
        ("DAK", False),
    ]
    assert (account.ceiling, account.spent) == (Decimal(107), Decimal(47))


def test_a_kegiatan_of_another_unit_is_no_part_of_this_units_program(government):
    """Two units of one urusan, one recorded by program and one by kegiatan: neither may be lost in the total."""
    spend(make_budget(government.kesehatan, amount="100"), "40")
    spend(make_budget(government.kesehatan, amount="60", code="1.02.02.2.01"), "30")
    spend(make_budget(government.pendidikan, amount="50", code="1.02.02.2.01"), "20")
    account = account_of([government.kesehatan.pk, government.pendidikan.pk], 2026)
    assert [(line.code, line.ceiling, line.within) for line in account.lines] == [
        ("1.02.02", 100, False),
        ("1.02.02.2.01", 50, False),
        ("1.02.02.2.01", 60, True),
    ]
    assert (account.ceiling, account.spent) == (150, 60)


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
