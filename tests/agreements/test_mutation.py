"""A mutation on 14 July: the head leaves, a Plt. for three weeks, then a new definitive head on 4 August.

Who may submit, withdraw and declare on each day, what each paper prints, what the accounts reach, and the
tasks that open and settle. Who submits realisation: tests/evaluations/test_mutation.py.
"""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from accounts.permissions import Capability
from agreements import amending, workflow
from agreements.amending import Basis
from agreements.enums import FollowUp, Ground, Status
from agreements.models import Agreement, Assignment, HandOver, IssueParty
from agreements.scope import scope_of
from agreements.workflow import InkFacts, IssueFacts
from tests.agreements.hand_overs import handed_over
from tests.agreements.steps import SCAN, actor, complete_draft, in_force, in_signing, take
from tests.factories import make_agreement, make_official, make_user

pytestmark = pytest.mark.django_db

OLD, PLT, NEW = "dr. Ratna Dewi, M.Kes.", "dr. Made Wirawan, M.P.H.", "drg. Rina Marlina, M.Kes."
# The last and the first day of each, and days between.
DAYS = {
    "2026-07-13": OLD,
    "2026-07-14": PLT,
    "2026-07-25": PLT,
    "2026-08-03": PLT,
    "2026-08-04": NEW,
    "2026-09-01": NEW,
}
PEOPLE = {OLD: "old", PLT: "plt", NEW: "new"}


def at(day: str):
    """Ten in the morning in Jakarta."""
    return time_machine.travel(f"{day} 03:00+00:00", tick=False)


@pytest.fixture
def head(government):
    """The accounts of the three who head Dinas Kesehatan one after another, by name."""
    accounts = {OLD: government.users.kepala_kesehatan}
    for name in (PLT, NEW):
        accounts[name] = make_user(PEOPLE[name], name)
        rank = "Pembina Tingkat I (IV/b)" if name == PLT else "Pembina Utama Madya (IV/d)"
        make_official(name, accounts[name], rank=rank)
    return accounts


@pytest.fixture
def bureau(client):
    return client


def written(bureau, government, written_on: str, account, *given) -> HandOver:
    """A hand-over that Bagian Organisasi writes on a day, before the day it is about."""
    with at(written_on):
        bureau.force_login(government.users.bagian_organisasi)
        return handed_over(bureau, government.kadinkes, account.official, *given)


def mutate(bureau, government, head) -> tuple[HandOver, HandOver]:
    """Both hand-overs, written on the days they are decided: 10 July and 31 July."""
    first = written(bureau, government, "2026-07-10", head[PLT], "2026-07-14", "plt")
    second = written(bureau, government, "2026-07-31", head[NEW], "2026-08-04")
    first.refresh_from_db()
    return first, second


# --- who may, on each day -----------------------------------------------------------------------


@pytest.mark.parametrize(("day", "holder"), DAYS.items())
def test_only_who_holds_the_post_on_the_day_submits(bureau, government, head, day, holder):
    agreement = complete_draft(government)
    mutate(bureau, government, head)
    with at(day):
        for name in set(PEOPLE) - {holder}:
            with pytest.raises(workflow.Refused):
                take("submit", agreement, head[name])
        agreement = take("submit", agreement, head[holder])
        assert agreement.status == Status.SUBMITTED
        others = {
            name for name in PEOPLE if "withdraw" in workflow.available(agreement, scope_of(head[name]))
        }
        assert others == {holder}


@pytest.mark.parametrize(("day", "holder"), DAYS.items())
def test_each_account_reaches_the_office_on_its_own_days_only(bureau, government, head, day, holder):
    mutate(bureau, government, head)
    title = "Plt. Kepala Dinas Kesehatan" if holder == PLT else "Kepala Dinas Kesehatan"
    with at(day):
        for name, account in head.items():
            scope, own = scope_of(account), name == holder
            assert (government.kadinkes.pk in scope.posts) == own
            assert scope.post_titles == ({government.kadinkes.pk: title} if own else {})
            for capability in (Capability.DRAFT, Capability.SUBMIT, Capability.ENTER, Capability.REPORT):
                for unit in (government.kesehatan, government.bidang):
                    assert scope.may(capability, unit.pk, 2026) == own, (name, capability)


@pytest.mark.parametrize(("day", "holder"), DAYS.items())
def test_the_page_of_the_agreement_is_there_for_the_holder_only(
    client, bureau, government, head, day, holder
):
    agreement = in_force(government)
    mutate(bureau, government, head)
    with at(day):
        for name, account in head.items():
            client.force_login(account)
            expected = 200 if name == holder else 404
            assert client.get(agreement.get_absolute_url()).status_code == expected


# --- what each paper prints ---------------------------------------------------------------------


@pytest.mark.parametrize(("day", "holder"), DAYS.items())
def test_a_paper_prints_who_holds_the_post_on_its_date(bureau, government, head, day, holder):
    agreement = complete_draft(government)
    mutate(bureau, government, head)
    with at("2026-09-02"):
        take("submit", agreement, head[NEW])
        take("declare", agreement, government.users.bagian_organisasi)
        facts = IssueFacts("Contoh Kota", date.fromisoformat(day))
        take("issue", agreement, government.users.bagian_organisasi, facts=facts)
    party = IssueParty.objects.get(party="first")
    prefix = "Plt. " if holder == PLT else ""
    assert (party.name, party.title, party.rank, party.nip) == (
        holder,
        f"{prefix}Kepala Dinas Kesehatan",
        head[holder].official.rank,
        head[holder].official.nip,
    )


def test_a_paper_issued_before_and_not_signed_keeps_its_name_until_issued_again(bureau, government, head):
    agreement = in_signing(government)
    mutate(bureau, government, head)
    assert IssueParty.objects.get(party="first").name == OLD
    with at("2026-08-05"):
        facts = IssueFacts("Contoh Kota", date(2026, 8, 5))
        take("issue", agreement, government.users.bagian_organisasi, facts=facts)
    names = (
        IssueParty.objects.filter(party="first").order_by("issue__sequence").values_list("name", flat=True)
    )
    assert list(names) == [OLD, NEW]


def test_the_agreement_in_force_stays_what_was_signed(bureau, government, head):
    agreement = in_force(government)
    before = agreement.issues.get().content_sha256
    mutate(bureau, government, head)
    agreement.refresh_from_db()
    assert (agreement.status, agreement.issues.get().content_sha256) == (Status.IN_FORCE, before)
    assert agreement.issues.get().parties.get(party="first").name == OLD


# --- the tasks ----------------------------------------------------------------------------------


def test_the_tasks_wait_turn_into_a_new_agreement_and_settle_by_it(bureau, government, head):
    agreement = in_force(government)
    waiting = written(bureau, government, "2026-07-10", head[PLT], "2026-07-14", "plt")
    assert (waiting.follow_up, waiting.agreement) == (FollowUp.WAIT, agreement)
    assert list(HandOver.objects.open()) == [waiting]
    new = written(bureau, government, "2026-07-31", head[NEW], "2026-08-04")
    waiting.refresh_from_db()
    assert waiting.settled_note == "Dilanjutkan dengan serah terima 4 Agustus 2026."
    assert (new.follow_up, list(HandOver.objects.open())) == (FollowUp.NEW, [new])
    with at("2026-08-10"):
        signed = amended(government, head[NEW], agreement)
    agreement.refresh_from_db()
    assert (signed.status, agreement.status) == (Status.IN_FORCE, Status.SUPERSEDED)
    assert list(HandOver.objects.open()) == []
    assert set(HandOver.objects.settled()) == {waiting, new}


def amended(government, account, agreement: Agreement) -> Agreement:
    """A PK Perubahan of the new holder, from the draft to the signatures."""
    bureau = government.users.bagian_organisasi
    basis = Basis(Ground.OFFICIAL, "Pergantian pejabat sejak 4 Agustus 2026.")
    draft = amending.start(agreement, basis, scope_of(account), actor(account), date(2026, 8, 10))
    take("submit", draft, account)
    take("declare", draft, bureau)
    take("issue", draft, bureau, facts=IssueFacts("Contoh Kota", date(2026, 8, 10)))
    return take("sign", draft, bureau, facts=InkFacts(date(2026, 8, 10), "Contoh Kota", SCAN))


def test_a_new_agreement_of_somebody_else_settles_nothing(bureau, government, head):
    """A paper dated on a day of the Plt. is not the new head's."""
    agreement = in_force(government)
    _, new = mutate(bureau, government, head)
    with at("2026-08-10"):
        admin = government.users.bagian_organisasi
        basis = Basis(Ground.OFFICIAL, "Pergantian pejabat sejak 14 Juli 2026.")
        draft = amending.start(agreement, basis, scope_of(admin), actor(admin), date(2026, 8, 10))
        take("submit", draft, head[NEW])
        take("declare", draft, admin)
        take("issue", draft, admin, facts=IssueFacts("Contoh Kota", date(2026, 7, 20)))
        take("sign", draft, admin, facts=InkFacts(date(2026, 7, 20), "Contoh Kota", SCAN))
    assert list(HandOver.objects.open()) == [new]


def test_the_agreement_of_who_answers_to_the_post_is_signed_with_its_holder(bureau, government, head):
    """Kepala Bidang signs with the Plt. in July and with the new head in August."""
    mutate(bureau, government, head)
    below = make_agreement(government.kabid)
    for day, name in (("2026-07-20", PLT), ("2026-08-04", NEW)):
        holders = Assignment.objects.parties_of([below.second_position_id], date.fromisoformat(day))
        assert holders[below.second_position_id].official.name == name


def test_the_position_shows_the_three_one_after_another(bureau, government, head):
    mutate(bureau, government, head)
    with at("2026-09-01"):
        bureau.force_login(government.users.bagian_organisasi)
        page = bureau.get(reverse("agreements:position_detail", args=(government.kadinkes.pk,)))
    shown = [(each.days, str(each.assignment.official)) for each in page.context["stretches"]]
    assert shown == [
        ("sejak 4 Agustus 2026", NEW),
        ("14 Juli – 3 Agustus 2026", PLT),
        ("3 Januari 2022 – 13 Juli 2026", OLD),
    ]
