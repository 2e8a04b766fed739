"""Anybody may check a printed document: little is said, nothing is guessed, old papers are told apart."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from agreements import workflow
from agreements.enums import Ground, Status
from agreements.models import Agreement, Budget, Issue
from tests.agreements.steps import in_force, in_signing, ink, take
from tests.factories import add_budget, add_promise, make_agreement, make_indicator, make_objective

pytestmark = pytest.mark.usefixtures("_in_july")
FORM = "/cek/"


@pytest.fixture
def _in_july():
    with time_machine.travel("2026-07-20 09:00:00+07:00", tick=False):
        yield


def issue_of(agreement) -> Issue:
    return Issue.objects.filter(agreement=agreement).first()


def answer(client, code: str):
    return client.get(reverse("reports:check_code", args=(code,)))


# --- what is said --------------------------------------------------------------------------------


def test_page_shows_what_the_holder_of_the_paper_can_compare(government, client):
    issue = issue_of(in_signing(government))
    response = answer(client, issue.code)
    assert response.status_code == 200
    for words in (
        issue.code,
        "Perjanjian Kinerja",
        "2026",
        "Dinas Kesehatan",
        "dr. Ratna Dewi, M.Kes.",
        "Kepala Dinas Kesehatan",
        "H. Arif Santosa, S.E.",
        "Bupati Contoh",
        "20 Januari 2026",
        issue.content_sha256[:16],
        issue.content_sha256[-8:],
        "Dalam penandatanganan.",
    ):
        assert words in response.text, words


def test_page_says_nothing_more(government, client):
    issue = issue_of(in_signing(government))
    page = answer(client, issue.code).text
    assert government.official_kadinkes.nip not in page.replace(" ", "")
    for secret in ("NIP", "Prevalensi stunting", "Rp1.000.000.000", "Pembina", issue.content_sha256):
        assert secret not in page, secret


def test_page_is_kept_by_nobody(government, client):
    response = answer(client, issue_of(in_signing(government)).code)
    assert (response["X-Robots-Tag"], response["Cache-Control"]) == ("noindex", "no-store")


def test_few_queries(government, client, django_assert_max_num_queries):
    code = issue_of(in_signing(government)).code
    with django_assert_max_num_queries(8):
        answer(client, code)


def test_regional_head_is_no_first_party(government, client):
    agreement = make_agreement(government.regent)
    objective = make_objective(government.root)
    add_promise(agreement, make_indicator(government.root, objective=objective), objective)
    Agreement.objects.filter(pk=agreement.pk).update(budget_waiver="Tidak mengelola anggaran")
    bureau = government.users.bagian_organisasi
    take("submit", agreement, government.users.bupati)
    take("declare", agreement, bureau)
    take("issue", agreement, bureau, facts=workflow.IssueFacts("Contoh Kota", date(2026, 1, 20), paper="a4"))
    page = answer(client, issue_of(agreement).code).text
    assert "Penanda tangan" in page
    assert "Pihak Pertama" not in page


# --- what it is now ------------------------------------------------------------------------------


def test_signed_agreement_is_in_force(government, client):
    assert "Berlaku." in answer(client, issue_of(in_force(government)).code).text


def test_issued_again_the_first_paper_no_longer_counts(government, client):
    agreement = in_signing(government)
    first = issue_of(agreement)
    facts = workflow.IssueFacts("Pendopo", date(2026, 1, 22), paper="a4")
    take("issue", agreement, government.users.bagian_organisasi, facts=facts)
    latest = issue_of(agreement)
    assert latest.code != first.code
    assert "Tidak berlaku, sudah diterbitkan ulang." in answer(client, first.code).text
    assert "Dalam penandatanganan." in answer(client, latest.code).text


def test_reopened_before_signing_the_paper_no_longer_counts(government, client):
    agreement = in_signing(government)
    code = issue_of(agreement).code
    Agreement.objects.filter(pk=agreement.pk).update(status=Status.DRAFT)
    assert "Tidak berlaku, penerbitannya ditarik untuk diperbaiki." in answer(client, code).text


def test_cancelled_agreement_says_so(government, client):
    agreement = in_signing(government)
    code = issue_of(agreement).code
    Agreement.objects.filter(pk=agreement.pk).update(status=Status.CANCELLED)
    assert "Tidak berlaku, perjanjian ini dibatalkan." in answer(client, code).text


def test_amended_agreement_names_the_date_of_its_amendment(government, client):
    first = in_force(government)
    code = issue_of(first).code
    amendment = make_agreement(
        government.kadinkes, amends=first, ground=Ground.STRATEGY, ground_reason="APBD perubahan"
    )
    _promise_like_before(government, amendment)
    users = government.users
    take("submit", amendment, users.kepala_kesehatan)
    take("declare", amendment, users.bagian_organisasi)
    facts = workflow.IssueFacts("Contoh Kota", date(2026, 7, 1), paper="a4")
    take("issue", amendment, users.bagian_organisasi, facts=facts)
    signed = ink(government)
    take(
        "sign",
        amendment,
        users.bagian_organisasi,
        facts=type(signed)(date(2026, 7, 2), "Contoh Kota", signed.scan),
    )
    page = answer(client, code).text
    assert "Sudah digantikan PK Perubahan tanggal 1 Juli 2026." in page
    assert "Perjanjian Kinerja Perubahan" in answer(client, issue_of(amendment).code).text


def _promise_like_before(government, agreement) -> None:
    add_promise(agreement, government.stunting, government.sasaran)
    add_budget(agreement, Budget.objects.first())


# --- typing a code -------------------------------------------------------------------------------


def test_form_asks_for_a_code(government, client):
    response = client.get(FORM)
    assert response.status_code == 200
    assert 'name="kode"' in response.text


def test_typed_code_leads_to_its_page(government, client):
    response = client.get(FORM, {"kode": " pk 2026 7f3k 9q2m "})
    assert response.headers["Location"] == reverse("reports:check_code", args=("PK-2026-7F3K-9Q2M",))


@pytest.mark.parametrize("typed", ["", "PK-2026", "<script>alert(1)</script>", "x" * 41])
def test_incomplete_code_is_explained_and_kept(government, client, typed):
    response = client.get(FORM, {"kode": typed})
    assert response.status_code == 422
    assert "<script>alert" not in response.text
    assert "is-invalid" in response.text


def test_unknown_code_is_a_sentence_with_404(government, client):
    response = answer(client, "PK-2026-7F3K-9Q2M")
    assert response.status_code == 404
    assert "Tidak ada dokumen dengan kode “PK-2026-7F3K-9Q2M”." in response.text


@pytest.mark.parametrize("code", ["PK-2026-7F3K", "1", "%3Cscript%3E", "PK-2026-7F3K-9Q2M'--"])
def test_what_is_no_code_is_never_looked_up(government, client, code, monkeypatch):
    def refuse(found):
        raise AssertionError(f"looked up {found}")

    monkeypatch.setattr("reports.views.checking._issue_of", refuse)
    response = client.get(f"/cek/{code}/")
    assert response.status_code == 404
    assert "Tidak ada dokumen dengan kode" in response.text


def test_code_in_small_letters_leads_to_the_code(government, client):
    response = client.get("/cek/pk-2026-7f3k-9q2m/")
    assert response.headers["Location"] == "/cek/PK-2026-7F3K-9Q2M/"


def test_page_looks_the_same_signed_in(government, client, kepala_pendidikan):
    issue = issue_of(in_signing(government))
    client.force_login(kepala_pendidikan)
    response = answer(client, issue.code)
    assert response.status_code == 200
    assert "dr. Ratna Dewi, M.Kes." in response.text


def test_check_takes_no_posts(government, client):
    assert client.post(FORM).status_code == 405
