"""An account's scope: memberships and posts, by unit, year and day."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import permissions
from accounts.permissions import NOBODY, Capability, Role
from agreements.enums import Holding, UnitKind
from agreements.scope import scope_of
from tests.factories import make_assignment, make_membership, make_official, make_position, make_unit

DAY = date(2026, 3, 1)


def may(person, capability, unit, day=DAY, year=None) -> bool:
    return scope_of(person, day).may(capability, unit.pk, year)


def test_nobody_may_nothing(government):
    assert scope_of(AnonymousUser()) is NOBODY
    assert not any(NOBODY.may(c, government.kesehatan.pk) for c in Capability)


def test_a_closed_account_may_nothing(government, bagian_organisasi):
    bagian_organisasi.is_active = False
    assert scope_of(bagian_organisasi) is NOBODY


def test_an_operator_reaches_the_unit_and_what_is_below_only(government, operator_kesehatan):
    assert may(operator_kesehatan, Capability.ENTER, government.kesehatan)
    assert may(operator_kesehatan, Capability.ENTER, government.bidang)
    assert not may(operator_kesehatan, Capability.VIEW, government.pendidikan)
    assert not may(operator_kesehatan, Capability.VIEW, government.root)


def test_an_operator_without_units_reaches_none(government, orang_luar):
    make_membership(orang_luar, Role.OPERATOR)
    assert scope_of(orang_luar, DAY).units(Capability.VIEW) == frozenset()


def test_one_operator_may_serve_two_units(government, operator_kesehatan):
    make_membership(operator_kesehatan, Role.OPERATOR, government.pendidikan)
    assert may(operator_kesehatan, Capability.ENTER, government.pendidikan)
    assert not may(operator_kesehatan, Capability.ENTER, government.setda)


@pytest.mark.parametrize(
    ("day", "allowed"), [(date(2026, 1, 31), True), (date(2026, 2, 1), False), (date(2025, 12, 31), False)]
)
def test_a_membership_counts_from_its_first_to_its_last_day(day, allowed, government, orang_luar):
    make_membership(
        orang_luar, Role.OPERATOR, government.kesehatan, starts=date(2026, 1, 1), ends=date(2026, 1, 31)
    )
    assert may(orang_luar, Capability.ENTER, government.kesehatan, day) is allowed


def test_a_guest_reads_listed_units_in_listed_years(government, tamu):
    assert may(tamu, Capability.VIEW, government.kesehatan, year=2025)
    assert not may(tamu, Capability.VIEW, government.kesehatan, year=2026)
    assert not may(tamu, Capability.VIEW, government.pendidikan, year=2025)
    assert scope_of(tamu, DAY).units(Capability.VIEW, 2026) == frozenset()


def test_the_administrator_reads_no_figures_and_signs_nothing(government, administrator):
    scope = scope_of(administrator, DAY)
    assert permissions.may_manage_accounts(scope)
    assert not scope.may_somewhere(Capability.VIEW)
    assert not permissions.may_submit(scope, government.kesehatan.pk, government.kadinkes.pk)


def test_who_heads_a_unit_acts_for_it_and_below(government, kepala_kesehatan):
    scope = scope_of(kepala_kesehatan, DAY)
    assert scope.posts == {government.kadinkes.pk}
    assert scope.units(Capability.ENTER) == {government.kesehatan.pk, government.bidang.pk}
    assert permissions.may_submit(scope, government.bidang.pk, government.kabid.pk)
    assert not permissions.may_verify(scope, government.kesehatan.pk)


def test_a_post_that_heads_no_unit_only_reads_and_submits_its_own(government, orang_luar):
    post = make_position(government.kesehatan, "Administrator Kesehatan", "functional", heads=False)
    make_assignment(make_official("Rina", orang_luar), post)
    scope = scope_of(orang_luar, DAY)
    assert permissions.may_submit(scope, government.kesehatan.pk, post.pk)
    assert not permissions.may_submit(scope, government.kesehatan.pk, government.kadinkes.pk)
    assert not permissions.may_enter(scope, government.kesehatan.pk)


def test_the_regent_reads_all_and_enters_nothing(government, bupati):
    scope = scope_of(bupati, DAY)
    assert scope.units(Capability.VIEW) is None
    assert scope.units(Capability.ENTER) == frozenset()
    assert permissions.may_submit(scope, government.root.pk, government.regent.pk)


@pytest.mark.parametrize(
    ("holding", "is_party"),
    [(Holding.PLT, True), (Holding.PJ, True), (Holding.PJS, True), (Holding.PLH, False)],
)
def test_acting_holders(holding, is_party, government, orang_luar):
    unit = make_unit("Dinas Sosial", government.root, UnitKind.OFFICE)
    post = make_position(unit, "Kepala Dinas Sosial", superior=government.regent)
    make_assignment(make_official("Rina", orang_luar), post, date(2026, 2, 1), holding=holding)
    scope = scope_of(orang_luar, DAY)
    assert (post.pk in scope.posts) is is_party
    # A Plh. runs the day: may type and read, but is no party.
    assert permissions.may_enter(scope, unit.pk)


def test_one_person_in_two_posts_sees_both(government, sekda):
    make_assignment(government.official_sekda, government.kadinkes, date(2026, 2, 1), holding=Holding.PLT)
    scope = scope_of(sekda, DAY)
    assert scope.posts == {government.sekda.pk, government.kadinkes.pk}
    assert may(sekda, Capability.ENTER, government.kesehatan)
    assert may(sekda, Capability.ENTER, government.setda)


def test_after_the_last_day_the_post_is_gone(government, kepala_kesehatan):
    held = government.official_kadinkes.assignments.get()
    held.ends = date(2026, 7, 13)
    held.save()
    assert may(kepala_kesehatan, Capability.VIEW, government.kesehatan, date(2026, 7, 13))
    assert not may(kepala_kesehatan, Capability.VIEW, government.kesehatan, date(2026, 7, 14))


def test_the_bureau_does_not_verify_its_own_unit(government, bagian_organisasi, perencana):
    bureau, planner = scope_of(bagian_organisasi, DAY), scope_of(perencana, DAY)
    assert bureau.bureau_units == {government.bureau.pk, government.setda.pk}
    assert permissions.may_verify(bureau, government.kesehatan.pk)
    assert not permissions.may_verify(bureau, government.setda.pk)
    assert permissions.may_verify(planner, government.setda.pk)
    assert not permissions.may_verify(planner, government.kesehatan.pk)


def test_nobody_verifies_what_they_submitted_except_by_policy(government, bagian_organisasi):
    scope = scope_of(bagian_organisasi, DAY)
    own = bagian_organisasi.pk
    assert not permissions.may_verify(scope, government.kesehatan.pk, own)
    assert permissions.may_verify(scope, government.kesehatan.pk, own, tiny_office=True)
    assert not permissions.may_declare_complete(scope, government.kesehatan.pk, own)
    assert permissions.may_declare_complete(scope, government.kesehatan.pk, own, tiny_office=True)


def test_the_bureau_filling_in_is_visible_as_such(government, bagian_organisasi, operator_kesehatan):
    unit = government.kesehatan.pk
    assert permissions.enters_for_another(scope_of(bagian_organisasi, DAY), unit)
    assert not permissions.enters_for_another(scope_of(operator_kesehatan, DAY), unit)


def test_the_scope_takes_few_queries(government, kepala_kesehatan, django_assert_max_num_queries):
    for number in range(20):
        make_unit(f"Unit {number}", government.root)
    with django_assert_max_num_queries(5):
        scope_of(kepala_kesehatan, DAY)
