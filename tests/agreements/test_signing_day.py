"""After the ceremony: many signatures are recorded at once, each with its own scan and its own act."""

import hashlib
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from accounts.permissions import NOBODY
from agreements import batches, workflow
from agreements.enums import Status
from agreements.models import Agreement, Signature
from agreements.scope import scope_of
from records import history
from records.models import Event
from tests.agreements.steps import actor, many, many_in_signing, small_pdf, upload

SIGN = "agreements:sign_many"
SHARED = {"signed_on": "2026-01-21", "place": "Contoh Kota", "both": "on"}


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel("2026-03-02 09:00:00+07:00", tick=False):
        yield


def line(agreement: Agreement, scan=None) -> dict:
    sent = {f"pk{agreement.pk}-version": agreement.version}
    return sent | ({f"pk{agreement.pk}-scan": scan} if scan else {})


@pytest.fixture
def send(client, bagian_organisasi):
    def post(*lines: dict, **shared):
        client.force_login(bagian_organisasi)
        data = SHARED | shared
        for each in lines:
            data |= each
        return client.post(reverse(SIGN, args=(2026,)), data, follow=True)

    return post


def statuses(*agreements: Agreement) -> list[str]:
    return [Agreement.objects.get(pk=each.pk).status for each in agreements]


# --- the loop ---------------------------------------------------------------------------------


def test_each_of_many_is_an_act_of_its_own(government, bagian_organisasi):
    """The second was reopened meanwhile: it is told, and the others go on."""
    rows = many(government, 3)
    Agreement.objects.filter(pk=rows[1].pk).update(status=Status.DRAFT, version=5)
    facts = workflow.IssueFacts("Contoh Kota", date(2026, 1, 20))
    scope, who = scope_of(bagian_organisasi), actor(bagian_organisasi)
    outcomes = [batches.attempt("issue", row, scope, who, facts=facts) for row in rows]
    assert [outcome.done for outcome in outcomes] == [True, False, True]
    assert "berstatus “Draf”" in outcomes[1].said
    assert [e.capacity for e in Event.objects.filter(action="Terbitkan untuk ditandatangani")] == [
        "Admin Kabupaten (Bagian Organisasi)"
    ] * 2
    assert history.first_broken_link() is None


def test_who_may_not_is_told_and_it_stands_in_the_history(government, orang_luar):
    (row,) = many(government, 1)
    facts = workflow.IssueFacts("Contoh Kota", date(2026, 1, 20))
    outcome = batches.attempt("issue", row, NOBODY, actor(orang_luar), facts=facts)
    assert (outcome.done, outcome.said) == (
        False,
        "Anda tidak berwenang: Terbitkan untuk ditandatangani.",
    )
    assert history.history_of(row).first().refused


# --- the page -----------------------------------------------------------------------------------


def test_each_signature_has_its_own_scan(government, send):
    first, second = many_in_signing(government, 2)
    scans = {first.pk: small_pdf(), second.pk: small_pdf() + b"\n% lain\n"}
    page = send(*(line(each, upload_of(scans[each.pk])) for each in (first, second)))
    assert page.redirect_chain
    assert statuses(first, second) == [Status.IN_FORCE, Status.IN_FORCE]
    digests = {
        row.issue.agreement_id: row.file.sha256 for row in Signature.objects.select_related("file", "issue")
    }
    assert digests == {pk: hashlib.sha256(scan).hexdigest() for pk, scan in scans.items()}
    assert digests[first.pk] != digests[second.pk]


def upload_of(content: bytes):
    return type(upload())("b.pdf", content)


def test_lines_without_a_scan_are_passed_over(government, send):
    first, second = many_in_signing(government, 2)
    send(line(first, upload()), line(second))
    assert statuses(first, second) == [Status.IN_FORCE, Status.IN_SIGNING]


def test_a_wrong_file_stops_only_its_own_line(government, send):
    first, second = many_in_signing(government, 2)
    page = send(line(first, upload()), line(second, upload_of(b"bukan PDF")))
    assert page.status_code == 422
    assert "bukan jenis yang diterima" in page.text
    assert statuses(first, second) == [Status.IN_FORCE, Status.IN_SIGNING]
    assert [each.agreement for each in page.context["lines"]] == [second]


def test_one_issued_again_meanwhile_is_not_signed_with_the_old_scan(government, send, bagian_organisasi):
    first, second = many_in_signing(government, 2)
    sent = [line(first, upload()), line(second, upload())]
    facts = workflow.IssueFacts("Contoh Kota", date(2026, 1, 21))
    workflow.perform("issue", first, scope_of(bagian_organisasi), actor(bagian_organisasi), facts=facts)
    page = send(*sent)
    assert "baru saja diubah orang lain" in page.text
    assert statuses(first, second) == [Status.IN_SIGNING, Status.IN_FORCE]


def test_sending_twice_signs_once(government, send):
    (agreement,) = many_in_signing(government, 1)
    sent = line(agreement)
    for _ in range(2):
        page = send(sent | {f"pk{agreement.pk}-scan": upload()})
    assert "sekarang berstatus “Berlaku”" in page.text
    assert Signature.objects.count() == 2


def test_nothing_is_recorded_before_somebody_looked_at_the_scans(government, send):
    (agreement,) = many_in_signing(government, 1)
    page = send(line(agreement, upload()), both="")
    assert page.status_code == 422
    assert "Centang setelah memeriksa" in page.text
    assert statuses(agreement) == [Status.IN_SIGNING]


def test_a_day_before_the_documents_is_refused_line_by_line(government, send):
    (agreement,) = many_in_signing(government, 1)
    page = send(line(agreement, upload()), signed_on="2026-01-19")
    assert "tidak boleh sebelum tanggal dokumen" in page.text
    assert not Signature.objects.exists()


def test_the_questions_of_the_page_do_not_grow(
    client, government, bagian_organisasi, django_assert_max_num_queries
):
    client.force_login(bagian_organisasi)
    many(government, 2, Status.IN_SIGNING)
    with django_assert_max_num_queries(20) as few:
        client.get(reverse(SIGN, args=(2026,)))
    many(government, 12, Status.IN_SIGNING)
    with django_assert_max_num_queries(len(few)):
        page = client.get(reverse(SIGN, args=(2026,)))
    assert len(page.context["lines"]) == 10
