"""Papers signed before the application was used: recorded with their scan, marked for good."""

import hashlib
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from agreements import signing, workflow
from agreements.enums import Ground, Holding, Status
from agreements.models import Agreement, Issue, Signature
from records import files, history
from records.models import StoredFile
from records.uploads import JPEG, Checked
from tests.agreements.steps import (
    SCAN,
    complete_draft,
    in_force,
    in_signing,
    many,
    recorded,
    take,
    upload,
)
from tests.agreements.test_frozen import refused
from tests.factories import (
    add_budget,
    add_promise,
    make_agreement,
    make_assignment,
    make_budget,
    make_official,
)

REASON = "Ditandatangani sebelum aplikasi dipakai."


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel("2026-03-02 09:00:00+07:00", tick=False):
        yield


def record(agreement: Agreement, user, facts=None) -> Agreement:
    return take("record", agreement, user, facts=facts or recorded(), reason=REASON)


# --- the step ---------------------------------------------------------------------------------


def test_a_recorded_agreement_is_in_force_and_marked(government, bagian_organisasi):
    agreement = record(complete_draft(government), bagian_organisasi)
    agreement.refresh_from_db()
    assert (agreement.status, agreement.recorded_later) == (Status.IN_FORCE, True)
    event = history.history_of(agreement).first()
    assert (event.action, event.reason) == ("Catat sebagai sudah ditandatangani", REASON)
    assert '"dicatat_kemudian":true' in event.after


def test_the_paper_of_a_recorded_agreement_is_the_scan_itself(client, government, bagian_organisasi):
    agreement = record(complete_draft(government), bagian_organisasi)
    issue = agreement.issues.get()
    assert issue.pdf.sha256 == hashlib.sha256(SCAN.content).hexdigest()
    assert files.read(issue.pdf) == SCAN.content
    client.force_login(bagian_organisasi)
    assert client.get(reverse("agreements:pdf", args=(2026, agreement.pk))).content == SCAN.content


def test_both_parties_signed_and_one_scan_proves_it(government, bagian_organisasi):
    facts = workflow.RecordFacts(date(2026, 1, 22), date(2026, 1, 20), "Contoh Kota", SCAN, "7/PK/2026")
    agreement = record(complete_draft(government), bagian_organisasi, facts)
    issue = agreement.issues.get()
    assert (issue.document_date, issue.document_number, len(issue.code)) == (
        date(2026, 1, 20),
        "7/PK/2026",
        17,
    )
    rows = list(Signature.objects.filter(issue=issue).order_by("party__party"))
    assert [(row.party.party, row.signed_on) for row in rows] == [
        ("first", date(2026, 1, 22)),
        ("second", date(2026, 1, 22)),
    ]
    assert {row.file_id for row in rows} == {issue.pdf_id}


def test_the_parties_are_those_of_the_documents_date(government, bagian_organisasi):
    """A Plt. signed in January; the definitive head came in February and did not."""
    held = government.official_kadinkes.assignments.get()
    held.ends = date(2025, 12, 31)
    held.save()
    make_assignment(
        government.official_sekda, government.kadinkes, date(2026, 1, 1), date(2026, 1, 31), Holding.PLT
    )
    make_assignment(make_official("dr. Baru, M.Kes."), government.kadinkes, date(2026, 2, 1))
    agreement = record(complete_draft(government), bagian_organisasi)
    first = agreement.issues.get().parties.get(party="first")
    assert (first.name, first.title) == ("Ir. Bambang Wibowo, M.Si.", "Plt. Kepala Dinas Kesehatan")


def test_a_post_nobody_held_on_that_date_has_no_paper_of_it(government, bagian_organisasi):
    government.official_kadinkes.assignments.update(starts=date(2026, 2, 1))
    with pytest.raises(workflow.TransitionError, match="tidak ada pejabatnya"):
        record(complete_draft(government), bagian_organisasi)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (recorded(date(2026, 3, 3)), "sesudah hari ini"),
        (workflow.RecordFacts(date(2026, 1, 19), date(2026, 1, 20), "X", SCAN), "sebelum tanggal dokumen"),
        (recorded(date(2024, 12, 31)), "harus di tahun 2025 atau 2026"),
        (
            workflow.RecordFacts(date(2026, 1, 20), date(2026, 1, 20), "X", Checked(b"x", JPEG, "x.jpg")),
            "harus PDF",
        ),
    ],
)
def test_what_cannot_be_is_a_sentence_and_leaves_nothing(facts, sentence, government, bagian_organisasi):
    agreement = complete_draft(government)
    with pytest.raises(workflow.TransitionError, match=sentence):
        record(agreement, bagian_organisasi, facts)
    assert not Issue.objects.exists()
    assert not StoredFile.objects.exists()
    agreement.refresh_from_db()
    assert (agreement.status, agreement.recorded_later) == (Status.DRAFT, False)


def test_a_step_that_fails_half_way_leaves_no_scan_on_the_disk(
    government, bagian_organisasi, settings, monkeypatch
):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(signing.Signature.objects, "create", broken)
    with pytest.raises(RuntimeError):
        record(complete_draft(government), bagian_organisasi)
    assert [path for path in settings.FILES_DIR.rglob("*") if path.is_file()] == []


def test_an_incomplete_draft_is_not_recorded(government, bagian_organisasi):
    agreement = make_agreement(government.kadinkes)
    with pytest.raises(workflow.TransitionError, match="Belum ada sasaran"):
        record(agreement, bagian_organisasi)


def test_the_note_of_an_earlier_return_is_gone(government, bagian_organisasi):
    agreement = complete_draft(government)
    take("submit", agreement, government.users.kepala_kesehatan)
    take("return", agreement, bagian_organisasi, reason="Target belum sesuai Renstra.")
    agreement = record(agreement, bagian_organisasi)
    agreement.refresh_from_db()
    assert agreement.return_reason == ""


def test_a_reason_is_needed(government, bagian_organisasi):
    with pytest.raises(workflow.TransitionError, match="Isi alasan"):
        take("record", complete_draft(government), bagian_organisasi, facts=recorded(), reason="lama")


@pytest.mark.parametrize("person", ["kepala_kesehatan", "operator_kesehatan", "bupati"])
def test_only_the_bureau_records(person, government):
    agreement = complete_draft(government)
    with pytest.raises(workflow.Refused):
        record(agreement, getattr(government.users, person))
    assert history.history_of(agreement).first().refused


def test_a_recorded_amendment_supersedes_the_agreement_it_amends(government, bagian_organisasi):
    with time_machine.travel("2026-02-01 09:00:00+07:00", tick=False):
        first = in_force(government)
    second = make_agreement(
        government.kadinkes, amends=first, ground=Ground.STRATEGY, ground_reason="DPPA disahkan"
    )
    add_promise(second, government.stunting, government.sasaran)
    add_budget(second, make_budget(government.kesehatan, code="1.02.03"))
    record(second, bagian_organisasi, recorded(date(2026, 2, 20)))
    states = dict(Agreement.objects.values_list("pk", "status"))
    assert states == {first.pk: Status.SUPERSEDED, second.pk: Status.IN_FORCE}


def test_one_that_was_issued_and_reopened_keeps_its_void_issue(government, bagian_organisasi):
    agreement = in_signing(government)
    take("reopen", agreement, bagian_organisasi, reason="Ternyata sudah ditandatangani di kertas lain.")
    agreement = record(agreement, bagian_organisasi)
    assert list(agreement.issues.order_by("sequence").values_list("sequence", flat=True)) == [1, 2]
    assert agreement.issues.first().pdf.sha256 == hashlib.sha256(SCAN.content).hexdigest()


# --- the database --------------------------------------------------------------------------------

STRAIGHT = "UPDATE agreements_agreement SET status = 'in_force'"


@pytest.mark.parametrize(
    "sql",
    [
        STRAIGHT,
        f"{STRAIGHT}, recorded_later = (1 = 0)",
        # The mark alone is no signature.
        f"{STRAIGHT}, recorded_later = (1 = 1)",
    ],
)
def test_sql_takes_no_draft_straight_into_force(sql, government):
    complete_draft(government)
    assert refused(sql)


def test_the_mark_never_comes_off(government, bagian_organisasi):
    record(complete_draft(government), bagian_organisasi)
    assert refused("UPDATE agreements_agreement SET recorded_later = (1 = 0)")


# --- the page of one -----------------------------------------------------------------------------


def typed(agreement: Agreement, **more) -> dict:
    return {
        "version": agreement.version,
        "document_date": "20 Januari 2026",
        "place": "Contoh Kota",
        "scan": upload(),
        "reason": REASON,
    } | more


def test_one_is_recorded_from_its_page_and_marked_everywhere(client, government, bagian_organisasi):
    agreement = complete_draft(government)
    client.force_login(bagian_organisasi)
    assert "Catat sebagai sudah ditandatangani" in client.get(agreement.get_absolute_url()).text
    page = client.post(reverse("agreements:record", args=(2026, agreement.pk)), typed(agreement), follow=True)
    assert page.redirect_chain
    assert "dicatat kemudian" in page.text
    assert "dicatat kemudian" in client.get(reverse("agreements:list", args=(2026,))).text
    client.logout()
    check = client.get(reverse("reports:check_code", args=(agreement.issues.get().code,))).text
    assert "Berlaku." in check
    assert "Dicatat kemudian." in check
    assert "lembar aslinya tidak memuat kode ini" in check


def test_what_is_wrong_is_said_beside_the_field_and_the_rest_is_kept(client, government, bagian_organisasi):
    agreement = complete_draft(government)
    client.force_login(bagian_organisasi)
    page = client.post(
        reverse("agreements:record", args=(2026, agreement.pk)),
        typed(agreement, document_date="3 Maret 2026", document_number="7/PK"),
    )
    assert page.status_code == 422
    assert "Tanggal tanda tangan belum terjadi" in page.text
    assert "7/PK" in page.text
    assert not Issue.objects.exists()


def test_a_date_after_the_application_was_first_used_is_warned_of(client, government, bagian_organisasi):
    with time_machine.travel("2026-01-05 09:00:00+07:00", tick=False):
        take(
            "cancel",
            make_agreement(government.kadikbud),
            bagian_organisasi,
            reason="Peristiwa pertama di aplikasi ini.",
        )
    agreement = complete_draft(government)
    client.force_login(bagian_organisasi)
    page = client.post(reverse("agreements:record", args=(2026, agreement.pk)), typed(agreement), follow=True)
    assert "sesudah aplikasi mulai dipakai, 5 Januari 2026" in page.text


# --- the page of many ----------------------------------------------------------------------------

MANY = "agreements:record_many"


def line(agreement: Agreement, **fields) -> dict:
    return {
        f"pk{agreement.pk}-{name}": value for name, value in {"version": agreement.version, **fields}.items()
    }


SHARED = {"place": "Contoh Kota", "reason": REASON}


def test_the_list_has_every_post_that_must_sign_and_none_in_force(client, government, bagian_organisasi):
    record(complete_draft(government), bagian_organisasi)
    make_agreement(government.kabid)
    client.force_login(bagian_organisasi)
    page = client.get(reverse(MANY, args=(2026,)))
    assert [entry.position for entry in page.context["lines"]] == [
        government.regent,
        government.sekda,
        government.kadikbud,
        government.kabid,
    ]


def test_several_are_recorded_at_once_and_a_wrong_one_stays_with_its_sentence(
    client, government, bagian_organisasi
):
    good, late, untouched = many(government, 3, "draft")
    client.force_login(bagian_organisasi)
    page = client.post(
        reverse(MANY, args=(2026,)),
        SHARED
        | line(good, document_date="2026-01-20", scan=upload())
        | line(late, document_date="2026-03-09", document_number="8/PK", scan=upload())
        | line(untouched),
    )
    assert page.status_code == 422
    assert f"{good}: PK dicatat" in page.text
    assert "Tanggal tanda tangan belum terjadi" in page.text
    assert "8/PK" in page.text
    statuses = [Agreement.objects.get(pk=a.pk).status for a in (good, late, untouched)]
    assert statuses == [Status.IN_FORCE, Status.DRAFT, Status.DRAFT]


def test_a_line_without_its_scan_is_asked_for_it(client, government, bagian_organisasi):
    (agreement,) = many(government, 1, "draft")
    client.force_login(bagian_organisasi)
    page = client.post(reverse(MANY, args=(2026,)), SHARED | line(agreement, document_date="2026-01-20"))
    assert page.status_code == 422
    assert page.context["lines"][0].form.errors["scan"] == ["Pilih pindaian PK ini."]


def test_a_draft_changed_meanwhile_is_not_recorded(client, government, bagian_organisasi):
    (agreement,) = many(government, 1, "draft")
    sent = line(agreement, document_date="2026-01-20", scan=upload())
    Agreement.objects.filter(pk=agreement.pk).update(version=agreement.version + 1)
    client.force_login(bagian_organisasi)
    page = client.post(reverse(MANY, args=(2026,)), SHARED | sent)
    assert "baru saja diubah orang lain" in page.text
    assert not Issue.objects.exists()


def test_nothing_filled_in_is_said(client, government, bagian_organisasi):
    (agreement,) = many(government, 1, "draft")
    client.force_login(bagian_organisasi)
    page = client.post(reverse(MANY, args=(2026,)), SHARED | line(agreement))
    assert "Belum ada yang diisi" in page.text


def test_a_draft_is_made_from_the_list_once(client, government, bagian_organisasi):
    client.force_login(bagian_organisasi)
    for _ in range(2):
        client.post(reverse(MANY, args=(2026,)), {"draf": government.sekda.pk})
    agreement = Agreement.objects.get(position=government.sekda)
    assert (agreement.status, agreement.second_position) == (Status.DRAFT, government.regent)


def test_a_draft_of_a_post_that_need_not_sign_is_not_made_here(client, government, bagian_organisasi):
    client.force_login(bagian_organisasi)
    client.post(reverse(MANY, args=(2026,)), {"draf": government.kabid.pk})
    assert not Agreement.objects.exists()


def test_the_questions_of_the_list_do_not_grow(
    client, government, bagian_organisasi, django_assert_max_num_queries
):
    client.force_login(bagian_organisasi)
    many(government, 2, "draft")
    with django_assert_max_num_queries(20) as few:
        client.get(reverse(MANY, args=(2026,)))
    for _ in range(10):
        many(government, 1, "draft")
    with django_assert_max_num_queries(len(few)):
        page = client.get(reverse(MANY, args=(2026,)))
    assert len(page.context["lines"]) == 10
