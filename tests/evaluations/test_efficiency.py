"""Money beside achievement: what may be called efficient, and what must not."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from agreements.enums import Status
from evaluations.efficiency import UnitEfficiency, efficiency_sentence, results_of_units, verdict
from evaluations.enums import Efficiency
from evaluations.money import absorption_of, account_of
from evaluations.summary import Headline
from tests.factories import (
    add_promise,
    make_agreement,
    make_budget,
    make_indicator,
    make_period,
    make_position,
    make_realisation,
    make_unit,
    put_into,
    spend,
)

pytestmark = pytest.mark.django_db
E = Efficiency


def result(mean, reached=4, total=4, unmeasured=0, provisional=False, unfinished=False):
    mean = None if mean is None else Decimal(mean)
    return SimpleNamespace(
        mean=mean,
        provisional=provisional,
        unfinished=unfinished,
        headline=Headline(reached, total, unmeasured=unmeasured),
    )


@pytest.fixture
def money(government):
    """The account of a budget of 100 with so much spent and done by a month."""

    def account(spent, physical=None, month=12):
        spend(make_budget(government.kesehatan, amount="100"), spent, month, physical=physical)
        return account_of([government.kesehatan.pk], 2026)

    return account


@pytest.mark.parametrize(
    ("mean", "reached", "spent", "found", "words"),
    [
        ("104", 4, "90", E.EFFICIENT, "jadi penggunaan anggaran efisien."),
        ("104", 4, "58", E.EFFICIENT, "Serapan di bawah 75\xa0% tetap perlu dijelaskan"),
        ("104", 3, "58", E.LEFT_OVER, "sisa anggaran belum dapat disebut efisiensi"),
        ("100", 4, "100", E.EXHAUSTED, "Target tercapai dengan seluruh pagu."),
        ("61", 1, "96", E.OVERTAKEN, "jadi penggunaan anggaran tidak efisien."),
        ("61", 1, "40", E.LEFT_OVER, "sisa anggaran belum dapat disebut efisiensi"),
        ("61", 1, "100", E.OVERTAKEN, "Pagu terserap seluruhnya, tetapi belum semua target tercapai."),
    ],
)
def test_each_quarter_of_the_square_has_an_honest_sentence(money, mean, reached, spent, found, words):
    account, achieved = money(spent), result(mean, reached)
    assert verdict(achieved, account) == found
    sentence = efficiency_sentence(achieved, account)
    assert words in sentence
    assert ("jadi penggunaan anggaran efisien" in sentence) is (found == E.EFFICIENT)


def test_the_sentence_names_both_figures_and_their_difference(money):
    assert efficiency_sentence(result("61"), money("96")).startswith(
        "Rata-rata capaian 61,00\xa0% dan serapan anggaran 96,00\xa0%, selisih -35,00\xa0poin persen."
    )


def test_a_low_absorption_is_asked_about_only_below_its_bound(money):
    assert "tetap perlu dijelaskan" not in efficiency_sentence(result("104"), money("75"))


def test_work_done_without_money_is_no_efficiency(money):
    account = money("0", physical="100")
    assert verdict(result("104"), account) == E.UNPAID
    assert "Serapan nol itu bukan efisiensi" in efficiency_sentence(result("104"), account)
    assert verdict(None, account) == E.UNPAID


def test_work_nearly_done_without_money_is_judged_as_any_other(money):
    assert verdict(result("104"), money("0", physical="99.99")) == E.EFFICIENT


@pytest.mark.parametrize("month", [1, 6, 11])
def test_nothing_is_called_efficient_before_the_money_of_december(money, month):
    account = money("40", month=month)
    assert verdict(result("104"), account) == E.RUNNING
    assert "sesudah realisasi Desember" in efficiency_sentence(result("104"), account)


def test_nothing_is_called_efficient_before_the_last_quarter_is_measured(money):
    account, so_far = money("40"), result("104", unfinished=True)
    assert verdict(so_far, account) == E.RUNNING
    assert "sesudah realisasi triwulan IV" in efficiency_sentence(so_far, account)
    assert "Anggaran baru tercatat" not in efficiency_sentence(so_far, account)


def test_one_programme_behind_keeps_the_year_running(government, money):
    money("40")
    spend(make_budget(government.kesehatan, amount="100", code="1.02.03"), "40", 9)
    account = account_of([government.kesehatan.pk], 2026)
    assert verdict(result("104"), account) == E.RUNNING
    assert "Anggaran baru tercatat s.d. September" in efficiency_sentence(result("104"), account)


def test_unknown_money_or_achievement_is_said(government, money):
    account = money("40")
    assert efficiency_sentence(None, account) == (
        "Efisiensi belum dapat dihitung karena rata-rata capaian belum lengkap."
    )
    assert "2 dari 4 indikator belum dapat dinilai" in efficiency_sentence(
        result("104", 2, unmeasured=2), account
    )
    make_budget(government.kesehatan, code="1.02.03")
    unknown = account_of([government.kesehatan.pk], 2026)
    assert verdict(result("104"), unknown) == E.UNKNOWN
    assert efficiency_sentence(result("104"), unknown) == (
        "Efisiensi belum dapat dihitung karena realisasi anggaran belum lengkap."
    )


def test_no_points_are_shown_where_the_sentence_says_there_are_none(money):
    partly = UnitEfficiency(money("40"), result("104", 2, unmeasured=2))
    assert partly.points is None
    assert UnitEfficiency(partly.account, result("104")).points == 64


def test_unverified_figures_are_called_so(money):
    assert "Angka ini sementara." in efficiency_sentence(result("104", provisional=True), money("90"))


# --- units ----------------------------------------------------------------------------------------


def promised(unit, superior, value="10", actual="12"):
    """A unit whose head promised one indicator, with what was measured of it in the fourth quarter."""
    position = make_position(unit, f"Kepala {unit}", superior=superior)
    agreement = make_agreement(position)
    indicator = make_indicator(unit, f"Indikator {unit}")
    add_promise(agreement, indicator, value=Decimal(value))
    put_into(agreement, Status.IN_FORCE)
    make_realisation(indicator, make_period(number=4), actual, status="submitted")
    return agreement


def test_a_unit_is_judged_by_the_agreement_of_its_head_in_force(government, time_machine):
    time_machine.move_to("2027-02-01 05:00Z", tick=False)
    unit = make_unit("Dinas Sosial", government.root)
    agreement = promised(unit, government.regent)
    below = make_unit("Bidang Sosial", unit, "division")
    spend(make_budget(below, amount="100"), "90")
    day = make_period(number=4).locks
    results = results_of_units([unit, government.pendidikan], 2026, day)
    assert {pk: found.agreement for pk, found in results.items()} == {unit.pk: agreement}
    found = UnitEfficiency(absorption_of([unit.pk], 2026)[unit.pk], results[unit.pk])
    assert (found.percent, found.account.absorption, found.points) == (120, 90, 30)
    assert UnitEfficiency(found.account, None).points is None
    put_into(agreement, Status.SUPERSEDED)
    assert results_of_units([unit], 2026, day) == {}


@pytest.mark.parametrize(
    ("month", "percent"), [(2, None), (3, 80), (5, 80), (6, 90), (9, 100), (11, 100), (12, 120)]
)
def test_up_to_a_month_the_last_quarter_that_ended_by_then_counts(government, time_machine, month, percent):
    time_machine.move_to("2027-02-01 05:00Z", tick=False)
    unit = make_unit("Dinas Sosial", government.root)
    agreement = promised(unit, government.regent)
    indicator = agreement.objectives.get().indicators.get().indicator
    for number, value in ((1, "8"), (2, "9"), (3, "10")):
        make_realisation(indicator, make_period(number=number), value, status="submitted")
    found = results_of_units([unit], 2026, make_period(number=4).locks, month)
    assert (found[unit.pk].mean if found else None) == percent


def test_as_many_queries_for_thirty_units_as_for_three(government, django_assert_max_num_queries):
    units = [make_unit(f"Dinas {number}", government.root) for number in range(30)]
    for unit in units:
        promised(unit, government.regent)
        spend(make_budget(unit), "1")
    day = make_period(number=4).locks
    counts = []
    for few in (units[:3], units):
        with django_assert_max_num_queries(5) as captured:
            results_of_units(few, 2026, day)
        counts.append(len(captured))
    assert counts[0] == counts[1]
