"""All papers of a year in one file: every stored page, in the order of the register, nothing mixed in."""

import io
from dataclasses import replace
from datetime import date

import pikepdf
import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from agreements.enums import Status
from agreements.models import Agreement, Issue
from records import files, jobs
from records.enums import JobState
from records.models import Job
from reports import collection, signing_jobs
from tests.agreements.steps import SCAN, complete_draft, many, many_in_signing, recorded, take
from tests.factories import put_into
from tests.reports.papers import pages, printed, two_party

# Many documents are printed.
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel("2026-03-02 09:00:00+07:00", tick=True):
        yield


@pytest.fixture
def order(client, bagian_organisasi):
    """Orders, runs the job, and returns it; by default the bureau's."""

    def post(user=bagian_organisasi, **data) -> Job:
        client.force_login(user)
        client.post(reverse("reports:print_all", args=(2026,)), data)
        job = Job.objects.order_by("-created_at").first()
        jobs.run(job.pk)
        job.refresh_from_db()
        return job

    return post


def words(job: Job) -> list[str]:
    return pages(files.read(job.result))


def test_every_stored_page_is_there_with_its_words_in_order(government, order):
    many_in_signing(government, 3)
    job = order()
    assert (job.state, job.title) == (JobState.DONE, "Semua PK Tahun 2026")
    found = words(job)
    expected = []
    for issue in Issue.objects.order_by("agreement__position"):
        expected += pages(files.read(issue.pdf))
    assert len(expected) >= 6
    assert found[1:] == expected


def test_the_contents_say_code_post_official_and_page(government, order):
    rows = many_in_signing(government, 2)
    found = words(order())
    issues = {issue.agreement_id: issue for issue in Issue.objects.all()}
    page = 2
    for number, row in enumerate(rows, start=1):
        issue = issues[row.pk]
        line = f"{number} {issue.code} {row.position} {issue.parties.get(party='first').name} Dalam penandatanganan {page}"
        # Kerning of some pairs of letters is read back as a space.
        assert line.replace(" ", "") in found[0].replace(" ", "")
        assert issue.code in found[page - 1].replace(" ", "")
        page += len(pages(files.read(issue.pdf)))
    assert "Berkas ini salinan gabungan. Yang asli adalah berkas setiap PK" in found[0]
    assert "Digabung 2 Maret 2026" in found[0]


def test_bookmarks_lead_to_the_first_page_of_each(government, order):
    rows = many_in_signing(government, 2)
    reader = PdfReader(io.BytesIO(files.read(order().result)))
    marks = {mark.title: reader.get_destination_page_number(mark) for mark in reader.outline}
    codes = dict(Issue.objects.values_list("agreement_id", "code"))
    assert list(marks) == ["Daftar isi", *(f"{row.position} – {codes[row.pk]}" for row in rows)]
    for row in rows:
        first = reader.pages[marks[f"{row.position} – {codes[row.pk]}"]].extract_text()
        assert str(row.position).upper() in " ".join(first.split())


def test_drafts_are_not_mixed_in_and_are_counted(government, order):
    many_in_signing(government, 1)
    complete_draft(government)
    many(government, 2, Status.SUBMITTED)
    found = words(order())
    assert "1 PK berstatus “Draf”" in found[0]
    assert "2 PK berstatus “Diajukan”" in found[0]
    assert not any("DRAF" in page.split() for page in found)


def test_a_void_issue_is_not_printed(government, order, bagian_organisasi):
    (row,) = many_in_signing(government, 1)
    void = row.issues.get()
    take("reopen", row, bagian_organisasi, reason="Salah ketik pada sasaran.")
    job = order()
    assert (job.state, job.result) == (JobState.FAILED, None)
    assert "Tidak ada PK terbit" in job.message
    assert Issue.objects.get() == void


def test_only_the_status_asked_for(government, order, bagian_organisasi):
    first, second = many_in_signing(government, 2)
    take("cancel", first, bagian_organisasi, reason="Jabatan ini dihapus bulan ini.")
    codes = dict(Issue.objects.values_list("agreement_id", "code"))
    everything, cancelled = words(order())[0], order(status="cancelled")
    assert codes[first.pk] not in everything
    assert "1 PK berstatus “Dibatalkan”" in everything
    assert cancelled.title == "Semua PK Tahun 2026 berstatus Dibatalkan"
    assert codes[first.pk] in words(cancelled)[0]
    assert codes[second.pk] not in words(cancelled)[0]


@pytest.mark.parametrize("status", ["draft", "ready", "apa"])
def test_what_has_no_paper_is_no_status_to_print(status, client, government, bagian_organisasi):
    client.force_login(bagian_organisasi)
    answer = client.post(reverse("reports:print_all", args=(2026,)), {"status": status})
    assert answer.status_code == 404
    assert not Job.objects.exists()


def test_an_office_gets_its_own_papers_only(government, order):
    many_in_signing(government, 1)
    assert order(government.users.kepala_kesehatan).state == JobState.DONE
    assert order(government.users.kepala_pendidikan).state == JobState.FAILED


def test_a_recorded_paper_is_its_scan_and_is_marked(government, order, bagian_organisasi):
    agreement = complete_draft(government)
    take(
        "record",
        agreement,
        bagian_organisasi,
        facts=recorded(),
        reason="Ditandatangani sebelum ada aplikasi.",
    )
    job = order()
    assert "Berlaku, dicatat kemudian" in words(job)[0]
    with pikepdf.open(io.BytesIO(SCAN.content)) as scan:
        assert len(words(job)) == 1 + len(scan.pages)


def test_a_damaged_paper_is_a_sentence(government, order):
    (row,) = many_in_signing(government, 1)
    files.path_of(row.issues.get().pdf_id).write_bytes(b"lain")
    job = order()
    assert job.state == JobState.FAILED
    assert "tidak lagi sama dengan yang disimpan" in job.message


def test_a_file_too_large_to_be_joined_is_a_sentence(government, order, monkeypatch):
    many_in_signing(government, 1)
    monkeypatch.setattr(signing_jobs, "MOST_BYTES", 1000)
    job = order()
    assert (job.state, job.result) == (JobState.FAILED, None)
    assert "Persempit dengan status" in job.message


def test_the_register_offers_it_only_where_something_was_issued(client, government, bagian_organisasi):
    put_into(complete_draft(government), Status.READY)
    client.force_login(bagian_organisasi)
    address = reverse("agreements:list", args=(2026,))
    assert "Cetak semua PK" not in client.get(address).text
    many(government, 2, Status.IN_SIGNING)
    assert "Cetak semua PK tahun ini (2)" in " ".join(client.get(address).text.split())
    assert "Cetak semua PK" not in client.get(address, {"status": "ready"}).text
    assert Agreement.objects.count() == 3


# --- the file itself -----------------------------------------------------------------------------


def papers(count: int) -> tuple[collection.Paper, ...]:
    content = printed(two_party())
    return tuple(
        collection.Paper(f"PK-2026-AAAA-{n:04d}", f"Kepala Dinas Nomor {n}", "Nama, S.E.", "Berlaku", content)
        for n in range(1, count + 1)
    )


def test_contents_longer_than_a_page_still_name_the_right_pages(government):
    said = collection.Collection("Semua PK", "Pemerintah Kabupaten Contoh", date(2026, 3, 2), papers(60))
    found = pages(collection.collection_pdf(said))
    length = next(number for number, page in enumerate(found) if page.startswith("PERJANJIAN KINERJA"))
    assert length > 1
    each = (len(found) - length) // 60
    for number, paper in enumerate(said.papers):
        line = f"{paper.code} {paper.position} Nama, S.E. Berlaku {length + 1 + number * each}"
        assert any(line in page for page in found[:length]), line


def test_the_same_papers_give_the_same_bytes(government):
    said = collection.Collection("Semua PK", "Pemerintah Kabupaten Contoh", date(2026, 3, 2), papers(2))
    assert collection.collection_pdf(said) == collection.collection_pdf(replace(said))


def test_more_papers_than_are_open_at_a_time_keep_their_order(government, monkeypatch):
    monkeypatch.setattr(collection, "AT_A_TIME", 2)
    content = [printed(two_party(unit_name=f"Dinas {name}")) for name in ("A", "B", "C", "D", "E")]
    said = collection.Collection(
        "Semua PK",
        "Pemerintah Kabupaten Contoh",
        date(2026, 3, 2),
        tuple(replace(paper, content=each) for paper, each in zip(papers(5), content, strict=True)),
    )
    found = pages(collection.collection_pdf(said))
    assert found[1:] == [page for each in content for page in pages(each)]
