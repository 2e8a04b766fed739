"""An account's scope: memberships and posts, by unit, year and day."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import permissions
from accounts.permissions import NOBODY, Capability, Role
from agreements.enums import Holding, UnitKind
from agreements.models import Agreement, Position, Unit
from agreements.scope import scope_of
from tests.factories import (
    add_promise,
    make_agreement,
    make_assignment,
    make_membership,
    make_official,
    make_position,
    make_unit,
)

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
    assert not permissions.may_submit(scope, government.kesehatan.pk, government.kadinkes.pk, 2026)


def test_who_heads_a_unit_acts_for_it_and_below(government, kepala_kesehatan):
    scope = scope_of(kepala_kesehatan, DAY)
    assert scope.posts == {government.kadinkes.pk}
    assert scope.units(Capability.ENTER) == {government.kesehatan.pk, government.bidang.pk}
    assert permissions.may_submit(scope, government.bidang.pk, government.kabid.pk, 2026)
    assert not permissions.may_verify(scope, government.kesehatan.pk, 2026)


def test_a_post_that_heads_no_unit_only_reads_and_submits_its_own(government, orang_luar):
    post = make_position(government.kesehatan, "Administrator Kesehatan", "functional", heads=False)
    make_assignment(make_official("Rina", orang_luar), post)
    scope = scope_of(orang_luar, DAY)
    assert permissions.may_submit(scope, government.kesehatan.pk, post.pk, 2026)
    assert not permissions.may_submit(scope, government.kesehatan.pk, government.kadinkes.pk, 2026)
    assert not permissions.may_enter(scope, government.kesehatan.pk, 2026)


def test_the_regent_reads_all_and_enters_nothing(government, bupati):
    scope = scope_of(bupati, DAY)
    assert scope.units(Capability.VIEW) is None
    assert scope.units(Capability.ENTER) == frozenset()
    assert permissions.may_submit(scope, government.root.pk, government.regent.pk, 2026)


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
    assert permissions.may_enter(scope, unit.pk, 2026)


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
    assert permissions.may_verify(bureau, government.kesehatan.pk, 2026)
    assert not permissions.may_verify(bureau, government.setda.pk, 2026)
    assert permissions.may_verify(planner, government.setda.pk, 2026)
    assert not permissions.may_verify(planner, government.kesehatan.pk, 2026)


def test_nobody_verifies_what_they_submitted_except_by_policy(government, bagian_organisasi):
    scope = scope_of(bagian_organisasi, DAY)
    own = bagian_organisasi.pk
    assert not permissions.may_verify(scope, government.kesehatan.pk, 2026, own)
    assert permissions.may_verify(scope, government.kesehatan.pk, 2026, own, tiny_office=True)
    assert not permissions.may_declare_complete(scope, government.kesehatan.pk, 2026, own)
    assert permissions.may_declare_complete(scope, government.kesehatan.pk, 2026, own, tiny_office=True)


def test_the_bureau_filling_in_is_visible_as_such(government, bagian_organisasi, operator_kesehatan):
    unit = government.kesehatan.pk
    assert permissions.enters_for_another(scope_of(bagian_organisasi, DAY), unit, 2026)
    assert not permissions.enters_for_another(scope_of(operator_kesehatan, DAY), unit, 2026)


def test_the_scope_takes_few_queries(government, kepala_kesehatan, django_assert_max_num_queries):
    for number in range(20):
        make_unit(f"Unit {number}", government.root)
    with django_assert_max_num_queries(5):
        scope_of(kepala_kesehatan, DAY)


def test_a_position_named_like_a_role_gives_nothing_of_that_role(government, orang_luar):
    make_membership(orang_luar, Role.BUREAU)
    title = permissions.ROLE_LABELS[Role.ADMINISTRATOR]
    post = make_position(government.bureau, title, "functional", heads=False)
    make_assignment(make_official("Rina", orang_luar), post)
    scope = scope_of(orang_luar, DAY)
    assert title in {grant.capacity for grant in scope.grants}
    assert not permissions.is_administrator(scope)
    assert not permissions.may_give_role(scope, government.users.sekda.pk, Role.ADMINISTRATOR)


def test_an_administrator_is_one_by_membership(government, administrator):
    assert permissions.is_administrator(scope_of(administrator, DAY))


@pytest.mark.parametrize("decision", ["may_draft", "may_enter", "may_write_report"])
def test_an_operator_limited_to_a_year_acts_in_that_year_only(decision, government, orang_luar):
    make_membership(orang_luar, Role.OPERATOR, government.kesehatan, first_year=2025, last_year=2025)
    scope, unit = scope_of(orang_luar, DAY), government.kesehatan.pk
    assert getattr(permissions, decision)(scope, unit, 2025)
    assert not getattr(permissions, decision)(scope, unit, 2026)


def test_an_operator_limited_to_a_year_makes_no_agreement_of_another(government, orang_luar, client):
    make_membership(orang_luar, Role.OPERATOR, government.kesehatan, first_year=2025, last_year=2025)
    client.force_login(orang_luar)
    answer = client.post("/2026/perjanjian/baru/", {"position": government.kadinkes.pk})
    assert answer.status_code == 403
    assert not Agreement.objects.exists()


def test_a_guest_of_one_year_sees_no_agreement_of_another_on_an_indicator(government, tamu, client):
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, government.stunting, government.sasaran)
    earlier = make_agreement(government.kadinkes, 2025)
    add_promise(earlier, government.stunting, government.sasaran)
    client.force_login(tamu)
    shown = client.get(f"/2025/kamus-indikator/{government.stunting.pk}/").context["promises"]
    assert [row.objective.agreement for row in shown] == [earlier]


def test_the_bureau_verifies_nothing_below_its_unit(government, bagian_organisasi, perencana):
    section = make_unit("Subbagian Kinerja", government.bureau, UnitKind.SECTION)
    assert not permissions.may_verify(scope_of(bagian_organisasi, DAY), section.pk, 2026)
    assert permissions.may_verify(scope_of(perencana, DAY), section.pk, 2026)


def test_a_bureau_that_belongs_to_nothing_still_does_not_verify_itself(government, bagian_organisasi):
    government.bureau.parent = None
    government.bureau.save()
    assert not permissions.may_verify(scope_of(bagian_organisasi, DAY), government.bureau.pk, 2026)
    assert permissions.may_verify(scope_of(bagian_organisasi, DAY), government.root.pk, 2026)


def test_a_position_that_has_ended_gives_its_holder_nothing(government, kepala_kesehatan):
    Position.objects.filter(pk=government.kadinkes.pk).update(valid_to=date(2025, 6, 30))
    assert may(kepala_kesehatan, Capability.SUBMIT, government.kesehatan, date(2025, 6, 30))
    after = scope_of(kepala_kesehatan, date(2025, 7, 1))
    assert (after.posts, after.grants) == (frozenset(), ())


def test_of_an_ended_unit_only_reading_is_left_to_its_people(government, operator_kesehatan):
    Unit.objects.filter(pk=government.kesehatan.pk).update(valid_to=date(2026, 2, 28))
    assert may(operator_kesehatan, Capability.DRAFT, government.kesehatan, date(2026, 2, 28))
    scope = scope_of(operator_kesehatan, DAY)
    assert scope.units(Capability.DRAFT) == {government.bidang.pk}
    assert scope.units(Capability.VIEW) == {government.kesehatan.pk, government.bidang.pk}


def test_the_bureau_finishes_what_an_ended_unit_left(government, bagian_organisasi):
    Unit.objects.filter(pk=government.kesehatan.pk).update(valid_to=date(2026, 2, 28))
    assert may(bagian_organisasi, Capability.ISSUE, government.kesehatan)
