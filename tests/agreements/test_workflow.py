"""Who may take which step when, and what it leaves behind."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from accounts.permissions import Role
from agreements import signing, workflow
from agreements.enums import Ground, Holding, Status
from agreements.models import (
    Agreement,
    AgreementIndicator,
    Assignment,
    Issue,
    IssueParty,
    Official,
    Signature,
    YearPolicy,
)
from agreements.scope import scope_of
from records import files, history
from records.models import Event, StoredFile
from tests.agreements.steps import (
    SCAN,
    actor,
    complete_draft,
    in_force,
    in_signing,
    ink,
    ready,
    recorded,
    small_pdf,
    submitted,
    take,
)
from tests.factories import (
    add_budget,
    add_promise,
    make_agreement,
    make_assignment,
    make_budget,
    make_membership,
    make_official,
    make_position,
)

MAKERS = {
    Status.DRAFT: complete_draft,
    Status.SUBMITTED: submitted,
    Status.READY: ready,
    Status.IN_SIGNING: in_signing,
    Status.IN_FORCE: in_force,
}
# step → state it is taken in → who may. What is not here is refused or a bad moment.
ALLOWED = {
    "submit": ({Status.DRAFT}, {"kepala_kesehatan"}),
    "withdraw": ({Status.SUBMITTED}, {"kepala_kesehatan"}),
    "return": ({Status.SUBMITTED}, {"bagian_organisasi"}),
    "declare": ({Status.SUBMITTED}, {"bagian_organisasi"}),
    "issue": ({Status.READY, Status.IN_SIGNING}, {"bagian_organisasi"}),
    "sign": ({Status.IN_SIGNING}, {"bagian_organisasi"}),
    "record": ({Status.DRAFT}, {"bagian_organisasi"}),
    "reopen": ({Status.READY, Status.IN_SIGNING}, {"bagian_organisasi"}),
    "cancel": (
        {Status.DRAFT, Status.SUBMITTED, Status.READY, Status.IN_SIGNING},
        {"bagian_organisasi"},
    ),
}
ACTORS = (
    "bagian_organisasi",
    "operator_kesehatan",
    "kepala_kesehatan",
    "kepala_pendidikan",
    "bupati",
    "inspektorat",
    "administrator",
    "orang_luar",
)


def given(action: str, g) -> dict:
    if action == "issue":
        return {"facts": workflow.IssueFacts("Contoh Kota", date(2026, 1, 20))}
    if action == "sign":
        return {"facts": ink(g)}
    if action == "record":
        return {"facts": recorded(), "reason": "Ditandatangani sebelum aplikasi dipakai."}
    return {"reason": "Alasan yang cukup panjang."} if workflow.TRANSITIONS[action].needs_reason else {}


def test_the_table_below_speaks_of_every_step():
    assert set(ALLOWED) == set(workflow.TRANSITIONS)


@pytest.mark.parametrize("status", list(MAKERS))
def test_every_person_state_and_step(status, government):
    agreement = MAKERS[status](government)
    offered = {}
    for person in ACTORS:
        scope = scope_of(getattr(government.users, person))
        offered[person] = set(workflow.available(Agreement.objects.get(pk=agreement.pk), scope))
    expected = {
        person: {
            action for action, (states, people) in ALLOWED.items() if status in states and person in people
        }
        for person in ACTORS
    }
    assert offered == expected


@pytest.mark.parametrize("action", list(ALLOWED))
@pytest.mark.parametrize("person", ["operator_kesehatan", "kepala_pendidikan", "administrator", "orang_luar"])
def test_a_refused_step_changes_nothing_and_stands_in_the_history(action, person, government):
    agreement = MAKERS[next(iter(ALLOWED[action][0]))](government)
    before = Agreement.objects.values().get(pk=agreement.pk)
    with pytest.raises(workflow.Refused):
        take(action, agreement, getattr(government.users, person), **given(action, government))
    assert Agreement.objects.values().get(pk=agreement.pk) == before
    event = Event.objects.order_by("-number").first()
    assert (event.refused, event.actor_name) == (True, getattr(government.users, person).name)


@pytest.mark.parametrize("action", list(ALLOWED))
def test_a_step_in_another_state_is_a_sentence(action, government):
    agreement = in_force(government)
    person = next(iter(ALLOWED[action][1]))
    with pytest.raises(workflow.TransitionError, match="Berlaku"):
        take(action, agreement, getattr(government.users, person), **given(action, government))


def test_a_whole_path_leaves_one_event_a_step(government):
    agreement = in_force(government)
    steps = [e.action for e in history.history_of(agreement).order_by("number")]
    assert steps == [
        "Ajukan",
        "Nyatakan lengkap",
        "Terbitkan untuk ditandatangani",
        "Catat tanda tangan basah",
    ]
    assert history.first_broken_link() is None


def test_an_empty_draft_is_not_submitted(government):
    agreement = make_agreement(government.kadinkes)
    with pytest.raises(workflow.TransitionError, match="Belum ada sasaran"):
        take("submit", agreement, government.users.kepala_kesehatan)
    assert Agreement.objects.get(pk=agreement.pk).status == Status.DRAFT


def test_a_missing_target_is_named(government):
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, government.stunting, government.sasaran, value=None)
    add_budget(agreement, make_budget(government.kesehatan))
    with pytest.raises(workflow.TransitionError, match=r"Prevalensi stunting.*belum bertarget"):
        take("submit", agreement, government.users.kepala_kesehatan)


def test_who_submitted_does_not_declare_complete(government):
    """The bureau's own submission waits for somebody else of the bureau."""
    agreement = submitted(government)
    Agreement.objects.filter(pk=agreement.pk).update(submitted_by=government.users.bagian_organisasi)
    with pytest.raises(workflow.Refused):
        take("declare", agreement, government.users.bagian_organisasi)


def test_a_return_needs_a_reason_and_shows_it(government):
    agreement = submitted(government)
    with pytest.raises(workflow.TransitionError, match="Isi alasan"):
        take("return", agreement, government.users.bagian_organisasi, reason="kurang")
    take(
        "return",
        agreement,
        government.users.bagian_organisasi,
        reason="Target stunting belum sesuai Renstra.",
    )
    agreement.refresh_from_db()
    assert agreement.status == Status.DRAFT
    assert agreement.return_reason == "Target stunting belum sesuai Renstra."
    assert agreement.submitted_by is None


def test_two_who_act_on_the_same_page_do_not_both_succeed(government):
    agreement = submitted(government)
    seen = Agreement.objects.get(pk=agreement.pk)
    take("return", agreement, government.users.bagian_organisasi, reason="Target belum sesuai Renstra.")
    take("submit", agreement, government.users.kepala_kesehatan)
    with pytest.raises(workflow.TransitionError, match="baru saja diubah"):
        workflow.perform(
            "declare",
            seen,
            scope_of(government.users.bagian_organisasi),
            actor(government.users.bagian_organisasi),
        )


def test_an_issue_fixes_bytes_hash_and_parties(government):
    agreement = in_signing(government)
    issue = Issue.objects.get(agreement=agreement)
    assert files.read(issue.pdf).startswith(b"%PDF-")
    assert [(p.party, p.name, p.title, bool(p.nip)) for p in issue.parties.order_by("party")] == [
        ("first", "dr. Ratna Dewi, M.Kes.", "Kepala Dinas Kesehatan", True),
        ("second", "H. Arif Santosa, S.E.", "Bupati Contoh", False),
    ]
    assert len(issue.content_sha256) == 64


def test_a_later_issue_keeps_the_earlier_one(government):
    agreement = in_signing(government)
    take(
        "issue",
        agreement,
        government.users.bagian_organisasi,
        facts=workflow.IssueFacts("Contoh Kota", date(2026, 1, 22)),
    )
    issues = list(Issue.objects.filter(agreement=agreement).order_by("sequence"))
    assert [issue.sequence for issue in issues] == [1, 2]
    assert issues[0].code != issues[1].code
    assert files.read(issues[0].pdf) != files.read(issues[1].pdf)


def test_a_document_date_of_another_year_is_refused(government):
    agreement = ready(government)
    with pytest.raises(workflow.TransitionError, match="Tanggal dokumen"):
        take(
            "issue",
            agreement,
            government.users.bagian_organisasi,
            facts=workflow.IssueFacts("Contoh Kota", date(2024, 1, 20)),
        )


def test_signing_before_the_document_date_or_tomorrow_is_refused(government):
    agreement = in_signing(government)
    for day in (date(2026, 1, 19), date(2026, 3, 2)):
        with (
            time_machine.travel("2026-03-01 03:00+00:00", tick=False),
            pytest.raises(workflow.TransitionError),
        ):
            take(
                "sign",
                agreement,
                government.users.bagian_organisasi,
                facts=workflow.InkFacts(day, "Contoh Kota", SCAN),
            )
    assert Signature.objects.count() == 0


def test_both_parties_are_recorded_in_ink(government):
    agreement = in_force(government)
    rows = Signature.objects.filter(issue__agreement=agreement)
    assert sorted(row.party.party for row in rows) == ["first", "second"]
    assert len({row.file_id for row in rows}) == 1


def test_an_amendment_in_force_supersedes_the_one_it_amends(government):
    first = in_force(government)
    second = make_agreement(
        government.kadinkes, amends=first, ground=Ground.STRATEGY, ground_reason="DPPA disahkan"
    )
    add_promise(second, government.stunting, government.sasaran)
    add_budget(second, make_budget(government.kesehatan, code="1.02.03"))
    for action, person, more in (
        ("submit", "kepala_kesehatan", {}),
        ("declare", "bagian_organisasi", {}),
        ("issue", "bagian_organisasi", {"facts": workflow.IssueFacts("Contoh Kota", date(2026, 10, 1))}),
    ):
        second = take(action, second, getattr(government.users, person), **more)
    with time_machine.travel("2026-10-05 03:00+00:00", tick=False):
        take(
            "sign",
            second,
            government.users.bagian_organisasi,
            facts=workflow.InkFacts(date(2026, 10, 2), "Contoh Kota", SCAN),
        )
    states = dict(Agreement.objects.values_list("pk", "status"))
    assert states == {first.pk: Status.SUPERSEDED, second.pk: Status.IN_FORCE}


def test_a_step_on_what_nobody_has_read_is_refused(client, government, bagian_organisasi):
    """The page was opened, the head changed a target, and then the old button was pressed."""
    agreement = submitted(government)
    shown = agreement.version
    take("withdraw", agreement, government.users.kepala_kesehatan)
    AgreementIndicator.objects.update(value=99)
    take("submit", agreement, government.users.kepala_kesehatan)
    client.force_login(bagian_organisasi)
    address = reverse("agreements:action", args=(2026, agreement.pk, "declare"))
    answer = client.post(address, {"version": shown}, follow=True)
    assert "baru saja diubah" in answer.content.decode()
    agreement.refresh_from_db()
    assert agreement.status == Status.SUBMITTED


def test_the_scan_of_a_void_issue_is_not_recorded_on_the_new_one(client, government, bagian_organisasi):
    agreement = in_signing(government)
    shown = agreement.version
    take("issue", agreement, bagian_organisasi, facts=given("issue", government)["facts"])
    client.force_login(bagian_organisasi)
    data = {
        "version": shown,
        "signed_on": "2026-01-21",
        "place": "Contoh Kota",
        "both": "on",
        "scan": SimpleUploadedFile("pk.pdf", small_pdf()),
    }
    answer = client.post(reverse("agreements:sign", args=(2026, agreement.pk)), data)
    assert answer.status_code == 422
    assert not Signature.objects.exists()


def test_a_refused_signing_leaves_no_file(government):
    agreement = in_signing(government)
    before = StoredFile.objects.count()
    late = workflow.InkFacts(date(2026, 1, 2), "Contoh Kota", SCAN)
    with pytest.raises(workflow.TransitionError):
        take("sign", agreement, government.users.bagian_organisasi, facts=late)
    assert StoredFile.objects.count() == before


def test_a_failed_issue_leaves_no_bytes_on_the_disk(government, settings, monkeypatch):
    agreement = ready(government)

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(IssueParty.objects, "create", broken)
    with pytest.raises(RuntimeError):
        take("issue", agreement, government.users.bagian_organisasi, **given("issue", government))
    assert [path for path in settings.FILES_DIR.rglob("*") if path.is_file()] == []


def test_printing_happens_before_the_transaction(government, settings, monkeypatch):
    """A print takes a third of a second; on SQLite every other writer would wait for it."""
    inside = []

    def printer(content, **more):
        inside.append(len(connection.savepoint_ids))
        return small_pdf()

    monkeypatch.setattr(signing, "import_string", lambda name: printer)
    agreement = ready(government)
    outside = len(connection.savepoint_ids)
    take("issue", agreement, government.users.bagian_organisasi, **given("issue", government))
    assert inside == [outside]


@pytest.mark.parametrize("make", [ready, in_signing])
def test_an_agreement_is_reopened_while_nobody_signed(make, government):
    agreement = make(government)
    codes = list(agreement.issues.values_list("code", flat=True))
    agreement = take(
        "reopen", agreement, government.users.bagian_organisasi, reason="Salah ketik pada sasaran pertama."
    )
    assert (agreement.status, agreement.return_reason) == (
        Status.DRAFT,
        "Salah ketik pada sasaran pertama.",
    )
    assert list(agreement.issues.values_list("code", flat=True)) == codes


def test_a_second_click_on_withdraw_is_late_not_forbidden(government):
    agreement = submitted(government)
    take("withdraw", agreement, government.users.kepala_kesehatan)
    with pytest.raises(workflow.TransitionError, match="Draf"):
        take("withdraw", agreement, government.users.kepala_kesehatan)


def test_who_left_the_post_withdraws_nothing(government, kepala_kesehatan):
    agreement = submitted(government)
    make_membership(kepala_kesehatan, Role.LEADER)
    Assignment.objects.filter(official=government.official_kadinkes).update(ends=date(2026, 1, 31))
    with pytest.raises(workflow.Refused):
        take("withdraw", agreement, kepala_kesehatan)


def test_a_self_declaration_by_policy_is_marked(government, bagian_organisasi):
    YearPolicy.objects.filter(year=2026).update(tiny_office=True)
    agreement = submitted(government)
    Agreement.objects.filter(pk=agreement.pk).update(submitted_by=bagian_organisasi)
    take("declare", agreement, bagian_organisasi)
    assert '"oleh_pengaju":true' in history.history_of(agreement).first().after


def test_a_pj_regent_who_is_a_civil_servant_stands_without_nip_on_page_and_paper(government):
    Official.objects.filter(pk=government.official_regent.pk).update(nip="197001011995031001", rank="IV/e")
    issue = in_signing(government).issues.get()
    second = issue.parties.get(party="second")
    assert (second.nip, second.rank) == ("", "")


@pytest.mark.parametrize("action", ["issue", "sign"])
def test_a_refused_attempt_to_issue_or_sign_stands_in_the_history(
    action, client, government, kepala_kesehatan
):
    agreement = {"issue": ready, "sign": in_signing}[action](government)
    client.force_login(kepala_kesehatan)
    assert client.post(reverse(f"agreements:{action}", args=(2026, agreement.pk))).status_code == 403
    assert Event.objects.order_by("-number").first().refused


def test_the_first_click_on_a_step_with_a_reason_shows_no_fault(client, government, bagian_organisasi):
    agreement = submitted(government)
    client.force_login(bagian_organisasi)
    address = reverse("agreements:action", args=(2026, agreement.pk, "return"))
    page = client.post(address, {"version": agreement.version})
    assert page.status_code == 200
    assert "is-invalid" not in page.content.decode()


def test_an_official_submits_in_the_capacity_of_the_post(client, government, orang_luar):
    post = make_position(
        government.kesehatan, "Administrator Kesehatan", "functional", government.kadinkes, heads=False
    )
    make_assignment(make_official("Rina", orang_luar), post)
    agreement = make_agreement(post)
    add_promise(agreement, government.stunting, government.sasaran)
    add_budget(agreement, make_budget(government.kesehatan))
    client.force_login(orang_luar)
    address = reverse("agreements:action", args=(2026, agreement.pk, "submit"))
    client.post(address, {"version": agreement.version})
    assert history.history_of(agreement).first().capacity == "Administrator Kesehatan"


# --- people over time -----------------------------------------------------------------------------


def replaced_on_14_july(g):
    old = g.official_kadinkes.assignments.get()
    old.ends = date(2026, 7, 13)
    old.save()
    new = make_official("dr. Made Wirawan, M.P.H.", g.users.operator_pendidikan)
    make_assignment(new, g.kadinkes, date(2026, 7, 14))
    return new


@pytest.mark.parametrize(
    ("day", "person"),
    [("2026-07-13 03:00+00:00", "kepala_kesehatan"), ("2026-07-14 03:00", "operator_pendidikan")],
)
def test_on_the_day_of_a_mutation_only_the_holder_submits(day, person, government):
    agreement = complete_draft(government)
    replaced_on_14_july(government)
    with time_machine.travel(day, tick=False):
        others = {"kepala_kesehatan", "operator_pendidikan"} - {person}
        for other in others:
            with pytest.raises(workflow.Refused):
                take("submit", agreement, getattr(government.users, other))
        assert take("submit", agreement, getattr(government.users, person)).status == Status.SUBMITTED


def test_an_hour_before_midnight_in_jakarta_is_still_the_old_day(government):
    """16.30 UTC on the 13th is 23.30 in WIB: the old head. 17.30 UTC is the 14th: the new one."""
    agreement = complete_draft(government)
    replaced_on_14_july(government)
    with time_machine.travel("2026-07-13 17:30+00:00", tick=False), pytest.raises(workflow.Refused):
        take("submit", agreement, government.users.kepala_kesehatan)
    with time_machine.travel("2026-07-13 16:30+00:00", tick=False):
        assert take("submit", agreement, government.users.kepala_kesehatan).status == Status.SUBMITTED


def test_the_paper_names_who_held_the_post_on_its_date(government):
    replaced_on_14_july(government)
    with time_machine.travel("2026-07-20 03:00+00:00", tick=False):
        agreement = complete_draft(government)
        agreement = take("submit", agreement, government.users.operator_pendidikan)
        agreement = take("declare", agreement, government.users.bagian_organisasi)
        take(
            "issue",
            agreement,
            government.users.bagian_organisasi,
            facts=workflow.IssueFacts("Contoh Kota", date(2026, 7, 10)),
        )
    assert Issue.objects.get().parties.get(party="first").name == "dr. Ratna Dewi, M.Kes."


def acting(g, holding):
    held = g.official_kadinkes.assignments.get()
    held.ends = date(2025, 12, 31)
    held.save()
    return make_assignment(g.official_sekda, g.kadinkes, date(2026, 1, 1), holding=holding)


def test_a_plt_becomes_a_party_with_the_prefix(government):
    acting(government, Holding.PLT)
    agreement = complete_draft(government)
    with time_machine.travel("2026-01-21 03:00+00:00", tick=False):
        agreement = take("submit", agreement, government.users.sekda)
        agreement = take("declare", agreement, government.users.bagian_organisasi)
        take(
            "issue",
            agreement,
            government.users.bagian_organisasi,
            facts=workflow.IssueFacts("Contoh Kota", date(2026, 1, 20)),
        )
    assert Issue.objects.get().parties.get(party="first").title == "Plt. Kepala Dinas Kesehatan"


def test_a_plh_never_becomes_a_party(government):
    acting(government, Holding.PLH)
    agreement = complete_draft(government)
    with (
        time_machine.travel("2026-01-21 03:00+00:00", tick=False),
        pytest.raises(workflow.TransitionError, match="tidak ada pejabatnya"),
    ):
        take("submit", agreement, government.users.sekda)


def test_one_person_is_not_both_parties(government):
    acting(government, Holding.PLT)
    agreement = complete_draft(government)
    agreement.second_position = government.sekda
    agreement.second_reason = "uji"
    agreement.save()
    with (
        time_machine.travel("2026-01-21 03:00+00:00", tick=False),
        pytest.raises(workflow.TransitionError, match="memegang kedua jabatan"),
    ):
        take("submit", agreement, government.users.sekda)
