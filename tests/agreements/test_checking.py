"""Who checks what was submitted, who verifies, and who signs at all: by the policy of the year."""

from datetime import date

import pytest
import time_machine

from accounts import permissions
from accounts.permissions import Role
from agreements import workflow
from agreements.checking import checkers_of, to_check
from agreements.enums import BureauVerifier, DeclaredBy, Level, Status, UnitKind
from agreements.models import Agreement, Position, YearPolicy
from agreements.scope import scope_of
from records.models import Event
from tests.agreements.steps import actor
from tests.factories import (
    make_agreement,
    make_assignment,
    make_membership,
    make_official,
    make_position,
    make_unit,
    make_user,
    put_into,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 20)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-01-20 09:00", tick=False):
        yield


@pytest.fixture
def cast(government):
    """The division's own secretary, and the section head's agreement with the head of the division."""
    g = government
    g.secretariat = make_unit("Sekretariat Dinas", g.kesehatan, UnitKind.DIVISION)
    g.sekretaris = make_position(g.secretariat, "Sekretaris Dinas Kesehatan", Level.III, g.kadinkes)
    g.users.sekretaris = make_user("sekretaris")
    make_assignment(make_official("Rina, S.E.", g.users.sekretaris), g.sekretaris)
    g.users.lain = make_user("bagian_organisasi_lain")
    make_membership(g.users.lain, Role.BUREAU)
    return g


def submitted(position: Position, by) -> Agreement:
    agreement = put_into(make_agreement(position), "submitted")
    Agreement.objects.filter(pk=agreement.pk).update(submitted_by=by)
    agreement.refresh_from_db()
    return agreement


def policy(**fields) -> YearPolicy:
    YearPolicy.objects.filter(year=2026).update(**fields)
    return YearPolicy.objects.get(year=2026)


def offered(agreement: Agreement, account) -> set[str]:
    return set(workflow.available(agreement, scope_of(account, DAY))) & {"declare", "return"}


def waits_for(account, found: YearPolicy) -> set[int]:
    rows = Agreement.objects.visible_to(scope_of(account, DAY), 2026).for_year(2026)
    return {row.pk for row in to_check(rows, scope_of(account, DAY), found, DAY)}


BOTH = {"declare", "return"}


@pytest.mark.parametrize(
    ("by", "who", "below", "head"),
    [
        (DeclaredBy.BUREAU, "lain", BOTH, BOTH),
        (DeclaredBy.BUREAU, "kepala_kesehatan", set(), set()),
        (DeclaredBy.SUPERIOR, "kepala_kesehatan", BOTH, set()),
        (DeclaredBy.SUPERIOR, "kepala_pendidikan", set(), set()),
        (DeclaredBy.SUPERIOR, "lain", set(), BOTH),
        (DeclaredBy.SUPERIOR, "sekretaris", set(), set()),
        (DeclaredBy.SECRETARIAT, "sekretaris", BOTH, set()),
        (DeclaredBy.SECRETARIAT, "kepala_kesehatan", set(), set()),
        (DeclaredBy.SECRETARIAT, "lain", set(), BOTH),
        (DeclaredBy.SUPERIOR, "bupati", set(), set()),
    ],
)
def test_below_the_heads_the_policy_says_who_declares_complete(cast, by, who, below, head):
    found, account = policy(declared_below_by=by), getattr(cast.users, who)
    agreements = {
        "below": submitted(cast.kabid, cast.users.operator_kesehatan),
        "head": submitted(cast.kadinkes, cast.users.operator_kesehatan),
    }
    assert offered(agreements["below"], account) == below
    assert offered(agreements["head"], account) == head
    wanted = {agreements[name].pk for name, steps in (("below", below), ("head", head)) if steps}
    assert waits_for(account, found) == wanted


@pytest.mark.parametrize("by", [DeclaredBy.SUPERIOR, DeclaredBy.SECRETARIAT])
def test_nobody_declares_what_they_submitted_themselves(cast, by):
    found = policy(declared_below_by=by)
    account = cast.users.kepala_kesehatan if by == DeclaredBy.SUPERIOR else cast.users.sekretaris
    agreement = submitted(cast.kabid, account)
    assert offered(agreement, account) == set()
    assert waits_for(account, found) == set()


@pytest.mark.parametrize("by", [DeclaredBy.SUPERIOR, DeclaredBy.SECRETARIAT])
def test_without_an_account_in_the_post_the_bureau_declares(cast, by):
    found = policy(declared_below_by=by)
    agreement = submitted(cast.kabid, cast.users.operator_kesehatan)
    cast.users.kepala_kesehatan.is_active = cast.users.sekretaris.is_active = False
    cast.users.kepala_kesehatan.save()
    cast.users.sekretaris.save()
    assert offered(agreement, cast.users.lain) == BOTH
    assert waits_for(cast.users.lain, found) == {agreement.pk}


def test_the_superior_declares_in_the_capacity_of_the_post(cast, client):
    policy(declared_below_by=DeclaredBy.SUPERIOR)
    agreement = submitted(cast.kabid, cast.users.operator_kesehatan)
    client.force_login(cast.users.kepala_kesehatan)
    address = f"/2026/perjanjian/{agreement.pk}/tindakan/declare/"
    client.post(address, {"version": agreement.version})
    agreement.refresh_from_db()
    assert agreement.status == Status.READY
    assert Event.objects.latest("number").capacity == "Kepala Dinas Kesehatan"


def test_a_superior_in_another_unit_sees_what_waits_for_the_post(cast):
    """An Asisten heads a unit of their own, and is second party to posts elsewhere."""
    found = policy(declared_below_by=DeclaredBy.SUPERIOR)
    staff = make_unit("Asisten Administrasi", cast.setda, UnitKind.STAFF)
    post = make_position(staff, "Asisten Administrasi", Level.II, cast.sekda)
    account = make_user("asisten")
    make_assignment(make_official("Dra. Wati", account), post)
    agreement = put_into(make_agreement(cast.kabid, second=post), "submitted")
    assert waits_for(account, found) == {agreement.pk}


def test_the_planner_returns_by_policy_and_never_declares(cast):
    agreement = submitted(cast.kadinkes, cast.users.operator_kesehatan)
    found = policy(planner_checks=False)
    assert offered(agreement, cast.users.perencana) == set()
    assert waits_for(cast.users.perencana, found) == set()
    found = policy(planner_checks=True)
    assert offered(agreement, cast.users.perencana) == {"return"}
    assert waits_for(cast.users.perencana, found) == {agreement.pk}
    done = workflow.perform(
        "return",
        agreement,
        scope_of(cast.users.perencana, DAY),
        actor(cast.users.perencana),
        reason="Sasaran tidak sesuai Renstra.",
    )
    assert done.status == Status.DRAFT


def test_who_waits_is_told_on_the_beranda_and_the_count_leads_to_its_rows(cast, client):
    policy(declared_below_by=DeclaredBy.SUPERIOR)
    below = submitted(cast.kabid, cast.users.operator_kesehatan)
    submitted(cast.kadinkes, cast.users.operator_kesehatan)
    client.force_login(cast.users.kepala_kesehatan)
    tasks = {task.text: task for task in client.get("/2026/").context["home"].tasks}
    task = tasks["PK menunggu diperiksa"]
    assert task.count == 1
    assert [row.pk for row in client.get(task.address).context["page"]] == [below.pk]


def test_a_head_is_checked_by_the_bureau_whatever_the_policy(cast):
    found = policy(declared_below_by=DeclaredBy.SUPERIOR)
    assert checkers_of(make_agreement(cast.kadinkes), found, DAY).posts is None
    assert checkers_of(make_agreement(cast.regent), found, DAY).posts is None


# --- who verifies ---------------------------------------------------------------------------


def test_who_verifies_is_a_policy_of_each_year(cast):
    policy(planner_verifies=True, bureau_verified_by=BureauVerifier.INSPECTORATE)
    planner = scope_of(cast.users.perencana, DAY)
    inspectorate = scope_of(cast.users.inspektorat, DAY)
    own, other = cast.bureau.pk, cast.kesehatan.pk
    assert permissions.may_verify(planner, other, 2026)
    assert not permissions.may_verify(planner, other, 2025)
    assert not permissions.may_verify(planner, own, 2026)
    assert permissions.may_verify(planner, own, 2025)
    assert permissions.may_verify(inspectorate, own, 2026)
    assert not permissions.may_verify(inspectorate, own, 2025)
    assert not permissions.may_verify(inspectorate, other, 2026)


def test_a_planner_of_some_years_verifies_in_no_other(cast):
    policy(planner_verifies=True)
    account = make_user("perencana_lama")
    make_membership(account, Role.PLANNER, first_year=2024, last_year=2025)
    assert not permissions.may_verify_somewhere(scope_of(account, DAY), 2026)
    assert permissions.may_verify_somewhere(scope_of(account, DAY), 2025)


# --- who signs ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "field", "usual"),
    [
        (Level.III, "signs_iii", True),
        (Level.IV, "signs_iv", True),
        (Level.FUNCTIONAL, "signs_functional", False),
        (Level.TEAM_LEAD, "signs_functional", False),
        (Level.STAFF, "signs_staff", False),
    ],
)
def test_levels_get_an_agreement_by_policy(cast, level, field, usual):
    post = make_position(cast.bidang, f"Jabatan {level}", level, cast.kabid, heads=False)
    year = YearPolicy.objects.get(year=2026)

    def free() -> bool:
        return post in Position.objects.free_for_agreement(year, None, DAY)

    assert free() is usual
    setattr(year, field, not usual)
    assert free() is not usual


def test_heads_sign_whatever_their_echelon_and_existing_agreements_stay(cast):
    camat = make_unit("Kecamatan Satu", cast.root, UnitKind.DISTRICT, signs_with_head=True)
    post = make_position(camat, "Camat Satu", Level.III, cast.regent)
    agreement = make_agreement(cast.kabid)
    year = policy(signs_iii=False)
    free = set(Position.objects.free_for_agreement(year, None, DAY))
    assert post in free
    assert cast.sekretaris not in free
    assert agreement in Agreement.objects.for_year(2026)
