"""Delegates: submit a.n. the holder of a post, while the holder holds it, and nothing more."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import permissions
from accounts.permissions import Capability, Role
from agreements import workflow
from agreements.enums import Holding, Level
from agreements.models import Agreement, Assignment, Delegation
from agreements.scope import scope_of
from evaluations.models import Realisation
from records.models import Event
from tests.agreements.steps import complete_draft, take
from tests.evaluations.test_entry import address, opened
from tests.factories import (
    make_agreement,
    make_assignment,
    make_membership,
    make_official,
    make_position,
    make_user,
)

DAY = date(2026, 7, 10)
TITLE = "a.n. Kepala Dinas Kesehatan"
LIST = "/delegasi/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-10 09:00+07:00", tick=False):
        yield


@pytest.fixture
def sekretaris(government):
    """Somebody of Dinas Kesehatan without a role: what they may do, they may as a delegate."""
    account = make_user("sekretaris_dinas", "Sri Lestari, S.K.M.")
    post = make_position(
        government.kesehatan, "Sekretaris Dinas Kesehatan", Level.III, government.kadinkes, heads=False
    )
    make_assignment(make_official("Sri Lestari, S.K.M.", account), post)
    return account


def delegate(g, account, **fields) -> Delegation:
    given = {
        "position": g.kadinkes,
        "account": account,
        "named_by": g.users.kepala_kesehatan,
        "starts": date(2026, 7, 1),
        "ends": date(2026, 7, 31),
        "reason": "Dinas luar",
    } | fields
    return Delegation.objects.create(**given)


def may_submit(account, g, day=DAY) -> bool:
    return permissions.may_submit(scope_of(account, day), g.kesehatan.pk, g.kadinkes.pk, 2026)


def naming(account, **fields) -> dict:
    return {
        "account": account.pk,
        "starts": "2026-07-10",
        "ends": "2026-07-31",
        "reason": "Dinas luar",
    } | fields


def step(agreement, action) -> str:
    return reverse("agreements:action", args=(agreement.year, agreement.pk, action))


# --- what a delegate may, and when ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        (date(2026, 6, 30), False),
        (date(2026, 7, 1), True),
        (date(2026, 7, 31), True),
        (date(2026, 8, 1), False),
    ],
)
def test_a_delegation_counts_from_its_first_to_its_last_day(day, allowed, government, sekretaris):
    delegate(government, sekretaris)
    assert may_submit(sekretaris, government, day) is allowed


def test_it_ends_with_the_mutation_of_who_named(government, sekretaris):
    delegate(government, sekretaris)
    Assignment.objects.filter(position=government.kadinkes).update(ends=date(2026, 7, 14))
    successor = make_official("dr. Budi Hartono", government.users.orang_luar)
    make_assignment(successor, government.kadinkes, date(2026, 7, 15))
    assert may_submit(sekretaris, government, date(2026, 7, 14))
    assert not may_submit(sekretaris, government, date(2026, 7, 15))


@pytest.mark.parametrize(
    ("holding", "allowed"),
    [(Holding.PLT, True), (Holding.PJ, True), (Holding.PJS, True), (Holding.PLH, False)],
)
def test_who_named_must_hold_the_post_as_a_party(holding, allowed, government, sekretaris):
    delegate(government, sekretaris)
    Assignment.objects.filter(position=government.kadinkes).update(holding=holding)
    assert may_submit(sekretaris, government) is allowed


def test_it_ends_with_the_position_and_with_the_account_of_who_named(government, sekretaris):
    delegate(government, sekretaris)
    government.kadinkes.valid_to = date(2026, 7, 9)
    government.kadinkes.save()
    assert not may_submit(sekretaris, government)
    government.kadinkes.valid_to = None
    government.kadinkes.save()
    assert may_submit(sekretaris, government)
    government.users.kepala_kesehatan.is_active = False
    government.users.kepala_kesehatan.save()
    assert not may_submit(sekretaris, government)


def test_a_delegate_reads_submits_and_enters_and_nothing_else(government, sekretaris):
    delegate(government, sekretaris)
    scope = scope_of(sekretaris, DAY)
    for unit in (government.kesehatan, government.bidang):
        assert {c for c in Capability if scope.may(c, unit.pk, 2026)} == {
            Capability.VIEW,
            Capability.SUBMIT,
            Capability.ENTER,
        }
    assert not scope.may(Capability.VIEW, government.pendidikan.pk)
    assert not permissions.enters_for_another(scope, government.kesehatan.pk, 2026)
    assert scope.capacity(Capability.SUBMIT, government.kesehatan.pk) == TITLE
    assert [grant.role for grant in scope.grants] == [None, None]


def test_a_delegate_is_no_party(government, sekretaris):
    delegate(government, sekretaris)
    scope = scope_of(sekretaris, DAY)
    assert government.kadinkes.pk not in scope.posts
    assert scope.delegated == {government.kadinkes.pk: TITLE}
    assert Assignment.objects.party_of(government.kadinkes.pk, DAY).official == government.official_kadinkes


def test_nobody_gives_more_than_the_holder_has(government, orang_luar):
    """The regent submits the regent's own only; a post that heads nothing, its own only."""
    delegate(government, orang_luar, position=government.regent, named_by=government.users.bupati)
    scope = scope_of(orang_luar, DAY)
    assert scope.delegated == {government.regent.pk: "a.n. Bupati Contoh"}
    assert permissions.may_submit(scope, government.root.pk, government.regent.pk, 2026)
    assert not permissions.may_submit(scope, government.kesehatan.pk, government.kadinkes.pk, 2026)
    assert not permissions.may_enter(scope, government.kesehatan.pk, 2026)


def test_the_delegate_of_a_post_that_heads_no_unit(government, sekretaris, orang_luar):
    post = sekretaris.official.assignments.get().position
    delegate(government, orang_luar, position=post, named_by=sekretaris)
    scope = scope_of(orang_luar, DAY)
    assert permissions.may_submit(scope, government.kesehatan.pk, post.pk, 2026)
    assert not permissions.may_submit(scope, government.kesehatan.pk, government.kadinkes.pk, 2026)
    assert not permissions.may_enter(scope, government.kesehatan.pk, 2026)
    assert not permissions.may_view(scope, government.bidang.pk, 2026)
    assert permissions.submits_as(scope, government.kesehatan.pk, post.pk, 2026) == (
        "a.n. Sekretaris Dinas Kesehatan"
    )


def test_the_own_post_comes_before_the_delegation(government, sekretaris):
    delegate(government, sekretaris)
    post = sekretaris.official.assignments.get().position
    scope = scope_of(sekretaris, DAY)
    assert permissions.submits_as(scope, government.kesehatan.pk, post.pk, 2026) == post.title
    assert permissions.submits_as(scope, government.kesehatan.pk, government.kadinkes.pk, 2026) == TITLE


def test_a_scope_asks_one_question_more_however_many_delegations(government, sekretaris):
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            scope_of(sekretaris, DAY)
        return len(found)

    without = asked()
    delegate(government, sekretaris)
    delegate(
        government, sekretaris, position=government.kadikbud, named_by=government.users.kepala_pendidikan
    )
    assert asked() == without == 5


# --- steps ----------------------------------------------------------------------------------------


def test_a_delegate_submits_and_takes_back_in_the_name_of_the_post(government, sekretaris, client):
    delegate(government, sekretaris)
    agreement = complete_draft(government)
    client.force_login(sekretaris)
    assert client.post(step(agreement, "submit"), {"version": agreement.version}).status_code == 302
    agreement.refresh_from_db()
    assert (agreement.status, agreement.submitted_by) == ("submitted", sekretaris)
    event = Event.objects.get(action="Ajukan")
    assert (event.actor_name, event.capacity, event.refused) == ("Sri Lestari, S.K.M.", TITLE, False)
    said = f"Diajukan 10 Juli 2026 oleh Sri Lestari, S.K.M. {TITLE}"
    assert said in client.get(agreement.get_absolute_url()).content.decode()
    client.post(step(agreement, "withdraw"), {"version": agreement.version})
    agreement.refresh_from_db()
    assert agreement.status == "draft"
    assert "Diajukan 10 Juli" not in client.get(agreement.get_absolute_url()).content.decode()


def test_the_holder_submits_without_an_an(government, kepala_kesehatan, client):
    agreement = complete_draft(government)
    client.force_login(kepala_kesehatan)
    client.post(step(agreement, "submit"), {"version": agreement.version})
    page = client.get(agreement.get_absolute_url()).content.decode()
    assert "Diajukan 10 Juli 2026 oleh Kepala Kesehatan</p>" in page
    assert Event.objects.get(action="Ajukan").capacity == "Kepala Dinas Kesehatan"


@pytest.mark.parametrize("action", ["declare", "return", "cancel", "reopen"])
def test_a_delegate_takes_no_step_of_the_bureau(action, government, sekretaris, client):
    delegate(government, sekretaris)
    agreement = take("submit", complete_draft(government), sekretaris)
    client.force_login(sekretaris)
    answer = client.post(
        step(agreement, action), {"version": agreement.version, "reason": "Alasan yang cukup panjang"}
    )
    assert answer.status_code == 403
    assert set(workflow.available(agreement, scope_of(sekretaris))) == {"withdraw"}


@pytest.mark.parametrize("name", ["issue", "sign"])
def test_a_delegate_neither_issues_nor_signs(name, government, sekretaris, client):
    delegate(government, sekretaris)
    agreement = take("submit", complete_draft(government), sekretaris)
    client.force_login(sekretaris)
    assert client.get(reverse(f"agreements:{name}", args=(2026, agreement.pk))).status_code == 403


def test_a_delegate_of_the_bureau_does_not_declare_what_they_submitted(government, sekretaris):
    make_membership(sekretaris, Role.BUREAU)
    delegate(government, sekretaris)
    agreement = take("submit", complete_draft(government), sekretaris)
    with pytest.raises(workflow.Refused):
        take("declare", agreement, sekretaris)
    assert take("declare", agreement, government.users.bagian_organisasi).status == "ready"


def test_the_holder_does_not_declare_what_the_own_delegate_submitted(government, sekretaris):
    holder = government.users.kepala_kesehatan
    make_membership(holder, Role.BUREAU)
    delegate(government, sekretaris)
    agreement = take("submit", complete_draft(government), sekretaris)
    with pytest.raises(workflow.Refused):
        take("declare", agreement, holder)
    with time_machine.travel("2026-08-03 09:00+07:00"), pytest.raises(workflow.Refused):
        take("declare", agreement, holder)


def test_what_the_delegate_submitted_outside_the_delegation_is_not_the_holders(government, sekretaris):
    holder = government.users.kepala_kesehatan
    make_membership(holder, Role.BUREAU)
    delegate(government, sekretaris, starts=date(2026, 7, 20))
    post = sekretaris.official.assignments.get().position
    agreement = make_agreement(post)
    Agreement.objects.filter(pk=agreement.pk).update(
        submitted_by=sekretaris, submitted_at="2026-07-10T02:00Z", status="submitted"
    )
    agreement.refresh_from_db()
    assert "declare" in workflow.available(agreement, scope_of(holder))


def test_a_delegate_submits_realisations_and_does_not_verify_them(government, sekretaris, client):
    delegate(government, sekretaris)
    data = opened(client, sekretaris, government.kesehatan, 2)
    data |= {f"i{government.stunting.pk}-value": "8", "action": "submit"}
    client.post(address(government.kesehatan, 2), data)
    row = Realisation.objects.get()
    assert (row.status, row.submitted_by) == ("submitted", sekretaris)
    assert Event.objects.get(action="mengajukan realisasi").capacity == TITLE
    page = client.get(reverse("evaluations:realisation_detail", args=(2026, row.pk))).content.decode()
    assert f"Diajukan oleh {sekretaris.name} {TITLE}, 10 Juli 2026" in page
    verify = reverse("evaluations:verify", args=(2026, government.kesehatan.pk, 2))
    assert client.get(verify).status_code == 403
    assert not permissions.may_verify(scope_of(sekretaris), government.kesehatan.pk, 2026)


# --- the page -------------------------------------------------------------------------------------


def test_a_holder_names_a_delegate(government, sekretaris, client):
    client.force_login(government.users.kepala_kesehatan)
    assert client.post(LIST, naming(sekretaris)).status_code == 302
    made = Delegation.objects.get()
    assert (made.position, made.account) == (government.kadinkes, sekretaris)
    assert made.named_by == government.users.kepala_kesehatan
    assert may_submit(sekretaris, government)
    event = Event.objects.get(action="menunjuk penerima delegasi")
    assert event.capacity == "Kepala Dinas Kesehatan"
    assert "Sri Lestari" in event.after
    assert "Dinas luar" in event.after
    page = client.get(LIST).content.decode()
    assert "Berlaku" in page
    assert TITLE in page


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts": "2026-07-09"}, "starts"),
        ({"ends": "2026-07-09"}, "ends"),
        ({"ends": ""}, "ends"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_cannot_be_is_refused_in_its_field(fields, field, government, sekretaris, client):
    client.force_login(government.users.kepala_kesehatan)
    answer = client.post(LIST, naming(sekretaris, **fields))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not Delegation.objects.exists()


@pytest.mark.parametrize("person", ["kepala_kesehatan", "operator_pendidikan", "bagian_organisasi", "tamu"])
def test_only_people_of_the_unit_can_be_named(person, government, client):
    client.force_login(government.users.kepala_kesehatan)
    answer = client.post(LIST, naming(getattr(government.users, person)))
    assert set(answer.context["form"].errors) == {"account"}
    offered = [label for _, label in answer.context["form"].fields["account"].choices]
    assert offered == ["– pilih –", "Operator Kesehatan (operator_kesehatan)"]


def test_a_closed_account_cannot_be_named(government, operator_kesehatan, client):
    operator_kesehatan.is_active = False
    operator_kesehatan.save()
    client.force_login(government.users.kepala_kesehatan)
    assert set(client.post(LIST, naming(operator_kesehatan)).context["form"].errors) == {"account"}


def test_who_holds_two_posts_chooses_one_and_somebody_of_its_unit(government, sekretaris, client):
    make_assignment(government.official_kadinkes, government.kadikbud, date(2026, 1, 2), holding=Holding.PLT)
    client.force_login(government.users.kepala_kesehatan)
    wrong = client.post(LIST, naming(sekretaris, position=government.kadikbud.pk))
    assert set(wrong.context["form"].errors) == {"account"}
    assert set(client.post(LIST, naming(sekretaris)).context["form"].errors) == {"position"}
    foreign = client.post(LIST, naming(sekretaris, position=government.sekda.pk))
    assert set(foreign.context["form"].errors) == {"position"}
    assert client.post(LIST, naming(sekretaris, position=government.kadinkes.pk)).status_code == 302


def test_overlapping_rows_of_one_delegate_are_refused(government, sekretaris, client):
    first = delegate(government, sekretaris)
    client.force_login(government.users.kepala_kesehatan)
    answer = client.post(LIST, naming(sekretaris, starts="2026-07-31", ends="2026-08-10"))
    assert "sampai 31 Juli 2026" in str(answer.context["form"].errors["starts"])
    assert client.post(LIST, naming(sekretaris, starts="2026-08-01", ends="2026-08-10")).status_code == 302
    first.ends = date(2026, 8, 1)
    with pytest.raises(ValidationError):
        first.clean()


def test_ending_early_takes_effect_at_once(government, sekretaris, client):
    made = delegate(government, sekretaris)
    client.force_login(government.users.kepala_kesehatan)
    address = reverse("agreements:delegation_end", args=(made.pk,))
    assert client.get(address).status_code == 405
    client.post(address)
    assert not may_submit(sekretaris, government)
    assert Event.objects.filter(action="mengakhiri pendelegasian").count() == 1
    again = client.post(address, follow=True).content.decode()
    assert "sudah berakhir" in again
    assert "Diakhiri" in again
    assert Event.objects.filter(action="mengakhiri pendelegasian").count() == 1
    assert client.post(LIST, naming(sekretaris)).status_code == 302


def test_nobody_ends_the_delegation_of_another(government, sekretaris, client):
    made = delegate(government, sekretaris)
    client.force_login(government.users.kepala_pendidikan)
    assert client.post(reverse("agreements:delegation_end", args=(made.pk,))).status_code == 404
    made.refresh_from_db()
    assert made.ended_at is None


def test_a_delegate_delegates_nothing(government, operator_kesehatan, client):
    delegate(government, operator_kesehatan)
    client.force_login(operator_kesehatan)
    assert client.get(LIST).status_code == 403
    assert "Pendelegasian" not in client.get("/2026/").content.decode()


def test_a_delegate_with_a_post_of_their_own_delegates_that_one_only(government, sekretaris, client):
    delegate(government, sekretaris)
    client.force_login(sekretaris)
    page = client.get(LIST)
    assert [post.title for post in page.context["form"].posts] == ["Sekretaris Dinas Kesehatan"]
    assert page.context["rows"] == []
    assert client.get("/2026/").content.decode().count(f'href="{LIST}"') == 1


def test_many_people_are_searched_and_the_chosen_one_is_kept(government, client):
    people = [make_user(f"staf_{n}", f"Staf {n:02}") for n in range(55)]
    for person in people:
        make_membership(person, Role.OPERATOR, government.bidang)
    client.force_login(government.users.kepala_kesehatan)
    with CaptureQueriesContext(connection) as found:
        page = client.get(LIST)
    assert len(found) <= 20
    assert len(page.context["form"].fields["account"].choices) == 51
    page = client.get(LIST, {"cari": "Staf 54"})
    assert [label for _, label in page.context["form"].fields["account"].choices][1:] == ["Staf 54 (staf_54)"]
    answer = client.post(LIST, naming(people[54], reason=""))
    assert (str(people[54].pk), "Staf 54 (staf_54)") in answer.context["form"].fields["account"].choices
    assert client.post(LIST, naming(people[54])).status_code == 302
