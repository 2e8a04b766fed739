"""The pages of importing: from the file to what it did, for who may."""

import io
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.permissions import Capability
from agreements.enums import ImportState
from agreements.imports import runs, spec, work
from agreements.imports.spec import Column, SheetSpec, Subject
from agreements.imports.units import UnitResource
from agreements.models import ImportMapping, ImportRow, ImportRun, PlanningPeriod, Unit
from records import jobs
from records.enums import JobState
from records.models import Event, Job, StoredFile
from tests.agreements.books import Importer, counts, xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
HEAD = ["Kode SKPD", "Nama unit", "Jenis"]
GOOD = ["2.15", "Dinas Perhubungan", "Dinas"]
BAD = ["2/16", "Dinas Pangan", "Dinass"]


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=True):
        yield


@pytest.fixture
def bureau(client, bagian_organisasi):
    client.force_login(bagian_organisasi)
    return client


def units(*rows, head=HEAD, sheet="Unit Kerja"):
    return xlsx((sheet, [head, *rows]))


def send(client, content, name="opd.xlsx", subject="units"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("agreements:import_list"), {"subject": subject, "file": file}, follow=True)


def address(run, route="import_run"):
    return reverse(f"agreements:{route}", args=(run.pk,))


def step(client, run, action, **data):
    run = ImportRun.objects.get(pk=run.pk)
    return client.post(
        reverse("agreements:import_step", args=(run.pk, action)), {"version": run.version} | data, follow=True
    )


def text(response) -> str:
    return " ".join(response.content.decode().split())


def only_run() -> ImportRun:
    return ImportRun.objects.get()


# --- from the file to what it did -------------------------------------------------------------------


def test_a_file_whose_columns_are_known_goes_straight_to_the_preview_and_is_applied(bureau):
    page = send(bureau, units(GOOD))
    run = only_run()
    assert page.redirect_chain[-1][0] == address(run)
    assert counts(run) == (1, 0, 0, 0)
    assert "Terapkan 1 baris" in text(page)
    done = step(bureau, run, "terapkan")
    assert "Impor sudah diterapkan." in text(done)
    assert Unit.objects.filter(code="2.15").exists()
    assert only_run().file.stored_by_id == run.owner_id
    assert "data kembali seperti sebelumnya" in text(step(bureau, run, "batalkan"))
    assert not Unit.objects.filter(code="2.15").exists()


def test_refused_rows_are_left_out_only_when_the_person_says_so(bureau):
    send(bureau, units(GOOD, BAD))
    page = step(bureau, only_run(), "terapkan")
    assert "Ada 1 baris yang ditolak" in text(page)
    assert not Unit.objects.filter(code="2.15").exists()
    step(bureau, only_run(), "terapkan", leave_out="on")
    assert Unit.objects.filter(code="2.15").exists()
    assert only_run().left_out == 1


def test_the_doors_narrow_the_rows_and_each_fault_says_where_it_is(bureau):
    send(bureau, units(GOOD, BAD))
    refused = bureau.get(address(only_run()), {"hasil": "refused"})
    assert [each["row"].row for each in refused.context["rows"]] == [3]
    assert 'Kolom A</strong> <span class="soft">Kode SKPD</span>: Kode SKPD hanya berisi' in text(refused)
    new = bureau.get(address(only_run()), {"hasil": "new"})
    assert [each["row"].row for each in new.context["rows"]] == [2]


def test_what_is_refused_is_shown_first_and_all_on_request(bureau):
    page = send(bureau, units(GOOD, BAD))
    assert [each["row"].row for each in page.context["rows"]] == [3]
    every = bureau.get(address(only_run()), {"hasil": "semua"})
    assert [each["row"].row for each in every.context["rows"]] == [2, 3]


def test_a_file_that_changes_nothing_waits_for_nobody_and_an_applied_one_leads_on(bureau):
    send(bureau, units(GOOD))
    applied = step(bureau, only_run(), "terapkan")
    assert ("/impor/?isi=people", "Impor Jabatan & Pejabat") in applied.context["onward"]
    assert ("/organisasi/", "Lihat organisasi") in applied.context["onward"]
    again = send(bureau, units(GOOD))
    assert "Sudah diperiksa" in text(again)
    assert "Menunggu diterapkan" not in text(again)
    assert again.context["onward"]


def test_what_a_subject_rests_on_is_asked_for_before_anything_is_kept(bureau):
    PlanningPeriod.objects.update(first_year=2031, last_year=2035)
    file = SimpleUploadedFile("rencana.xlsx", xlsx(("Indikator", [["Unit", "Indikator"], ["Setda", "IKM"]])))
    page = bureau.post(reverse("agreements:import_list"), {"subject": "plan", "year": 2026, "file": file})
    assert "Belum ada periode perencanaan yang memuat tahun 2026." in text(page)
    assert not ImportRun.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_file_of_another_subject_is_named_though_some_columns_are_known(bureau):
    head = ["Unit", "Jabatan", "Tingkat", "Atasan Langsung"]
    file = SimpleUploadedFile("jabatan.xlsx", xlsx(("Jabatan", [head, ["Setda", "Staf", "Pelaksana", ""]])))
    page = bureau.post(reverse("agreements:import_list"), {"subject": "budgets", "year": 2026, "file": file})
    assert "Berkas ini tampaknya berisi Jabatan" in text(page)
    assert not ImportRun.objects.exists()


def test_rows_that_are_accepted_but_doubtful_have_a_door_of_their_own(bureau):
    send(bureau, units(GOOD, [Decimal("2.1"), "Dinas Pangan", "Dinas"]))
    page = bureau.get(address(only_run()), {"hasil": "catatan"})
    assert [each["row"].row for each in page.context["rows"]] == [3]
    assert "Periksa kolom A:" in text(page)
    assert counts(only_run()) == (2, 0, 0, 0)


def test_changed_rows_show_before_and_after(bureau):
    head = ["Nama unit", "Jenis", "Nama pendek"]
    page = send(bureau, units(["Dinas Kesehatan", "Dinas", "Dinkes"], head=head))
    assert "<del>Dinas Kesehatan</del> → <ins>Dinkes</ins>" in text(page)


def test_unknown_columns_are_matched_by_the_person_and_remembered_for_the_source(bureau):
    head = ["Kode", "Nama OPD", "Rumpun", "Catatan"]
    content = units(["1", "Dinas Pangan", "x", "y"], head=head)
    page = send(bureau, content)
    run = only_run()
    assert page.redirect_chain[-1][0] == address(run, "import_columns")
    assert "Belum ditemukan di berkas:</strong> Jenis" in text(page)
    assert "Belum dikenal:</strong> kolom" in text(page)
    assert "Catatan" in text(page)
    data = {
        "units-sheet": "Unit Kerja",
        "units-first": "1",
        "units-seen": "1|Unit Kerja",
        "units-c_name": "1",
    }
    missing = bureau.post(address(run, "import_columns"), data)
    assert "Wajib ada. Pilih kolomnya, atau isi nilai tetap." in text(missing)
    twice = bureau.post(address(run, "import_columns"), data | {"units-c_kind": "1"})
    assert "sudah dipakai untuk" in text(twice)
    bureau.post(address(run, "import_columns"), data | {"units-f_kind": "Dinas"}, follow=True)
    assert counts(only_run()) == (1, 0, 0, 0)
    assert ImportMapping.objects.count() == 1
    again = send(bureau, units(["2", "Dinas Pangan", "x", "z"], ["3", "Dinas Sosial", "x", ""], head=head))
    second = ImportRun.objects.exclude(pk=run.pk).get()
    assert again.redirect_chain[-1][0] == address(second)
    assert counts(second) == (2, 0, 0, 0)
    assert address(second, "import_columns") in text(again)


def test_another_sheet_or_row_can_be_chosen(bureau):
    rows = [["Data 2026"], [None, "Nama", "Jenis"], [None, "Dinas Pangan", "Dinas"]]
    send(bureau, xlsx(("Lama", [HEAD, GOOD]), ("Baru", rows)))
    run = only_run()
    form = {"units-sheet": "Baru", "units-first": "1", "units-seen": "1|Lama"}
    page = bureau.post(address(run, "import_columns"), form, follow=True)
    assert "Judul kolom dibaca dari tempat yang dipilih" in text(page)
    (plan,) = runs.plans_of(only_run())
    assert (plan.sheet, plan.first, plan.columns) == ("Baru", 2, {"name": 1, "kind": 2})


def test_a_discarded_file_leaves_nothing_behind(bureau):
    send(bureau, units(GOOD))
    page = step(bureau, only_run(), "buang")
    assert "Tidak ada data yang berubah" in text(page)
    assert only_run().state == ImportState.DISCARDED
    assert not ImportRow.objects.exists()
    assert "tidak dipakai" in text(bureau.get(address(only_run())))


# --- files that are not ours ------------------------------------------------------------------------


def test_a_workbook_of_something_else_is_told_what_is_expected(bureau):
    page = send(bureau, xlsx(("Gaji", [["Bulan"], ["Januari"]])))
    assert "diperlukan paling sedikit kolom “Nama unit”, “Jenis”" in text(page)
    assert not ImportRun.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_workbook_of_another_subject_is_recognised(bureau, monkeypatch):
    columns = (Column("month", "Bulan", required=True), Column("amount", "Jumlah", required=True))
    pay = Subject(
        "pay", "Gaji", "", Capability.ORGANISE, (SheetSpec("pay", "Gaji", lambda y: columns, UnitResource),)
    )
    monkeypatch.setitem(spec._subjects, "pay", pay)
    page = send(bureau, xlsx(("Gaji", [["Bulan", "Jumlah"], ["Januari", 5]])))
    assert "Berkas ini tampaknya berisi Gaji, bukan" in text(page)


def test_an_empty_template_is_told_that_it_is_empty(bureau):
    template = bureau.get(reverse("agreements:import_template", args=("units",))).content
    page = send(bureau, template)
    assert "Tidak ada baris data di bawah judul kolom" in text(page)
    assert "Terapkan" not in text(page)


FILES = [
    ("kosong.xlsx", b"", "kosong"),
    ("gaji.xlsx", b"PK\x03\x04 bukan zip", "rusak"),
    ("surat.pdf", b"%PDF-1.4", "bukan buku kerja"),
    ("lama.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
]


@pytest.mark.parametrize(("name", "content", "sentence"), FILES)
def test_what_is_no_workbook_is_refused_with_a_sentence(bureau, name, content, sentence):
    page = send(bureau, content, name)
    assert page.status_code == 200
    assert sentence in " ".join(page.context["form"].errors["file"])
    assert not ImportRun.objects.exists()


def test_200_columns_are_refused(bureau):
    page = send(bureau, units(head=[f"Kolom {n}" for n in range(200)]))
    assert "paling banyak 60 kolom" in " ".join(page.context["form"].errors["file"])


def test_csv_is_read_too(bureau):
    content = "Kode SKPD;Nama unit;Jenis\n2.15;Dinas Perhubungan;Dinas\n".encode("utf-8-sig")
    send(bureau, content, "opd.csv")
    assert counts(only_run()) == (1, 0, 0, 0)


# --- workbooks we hand out --------------------------------------------------------------------------


def test_the_template_explains_itself_and_offers_what_is_stored(bureau):
    response = bureau.get(reverse("agreements:import_template", args=("units",)))
    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames[:2] == ["Petunjuk", "Unit Kerja"]
    said = " ".join(str(row[0].value) for row in book["Petunjuk"].iter_rows())
    assert "Nama unit: Wajib. Misalnya: Dinas Kesehatan" in said
    assert book["Unit Kerja"].max_row == 1
    offered = {cell.value for row in book["Pilihan"].iter_rows() for cell in row}
    assert {"Dinas Kesehatan", "ya", "Bidang / Sekretariat dinas"} <= offered


def test_what_is_exported_is_the_same_when_it_is_imported(bureau, bagian_organisasi, government):
    government.kesehatan.predecessors.add(government.pendidikan)
    content = bureau.get(reverse("agreements:import_export", args=("units",))).content
    run = Importer("units", bagian_organisasi).examine(content)
    assert counts(run) == (0, 0, Unit.objects.count(), 0)


def test_the_file_comes_back_with_its_faults_where_they_are(bureau):
    rows = [["DAFTAR OPD"], [], [None, *HEAD], [1, *GOOD], [2, *BAD]]
    send(bureau, xlsx(("Data", rows)))
    run = only_run()
    bureau.post(reverse("agreements:import_step", args=(run.pk, "periksa")))
    book = load_workbook(io.BytesIO(bureau.get(address(run, "import_notes")).content))
    sheet = book["Data"]
    notes = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert set(notes) == {"B5", "D5"}
    assert "angka dan titik" in notes["B5"]
    assert [cell.value for cell in sheet[5]] == [2, *BAD]
    assert sheet["C3"].value == "Nama unit"


def test_a_formula_in_the_upload_is_text_in_the_file_that_comes_back(bureau):
    send(bureau, units(["=1+1", "Dinas Pangan", "Dinas"]))
    sheet = load_workbook(io.BytesIO(bureau.get(address(only_run(), "import_notes")).content))["Unit Kerja"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")


# --- large files --------------------------------------------------------------------------------------


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(runs, "IN_REQUEST", 1)


def run_waiting_jobs():
    for job in Job.objects.filter(state=JobState.WAITING):
        jobs.run(job.pk)


def test_a_large_file_is_examined_and_applied_by_the_worker(bureau, large):
    page = send(bureau, units(GOOD, BAD))
    assert "dikerjakan di latar belakang" in text(page)
    assert 'hx-trigger="every 2s"' in text(page)
    assert "Muat ulang" in text(page)
    run_waiting_jobs()
    run = only_run()
    assert counts(run) == (1, 0, 0, 1)
    noted = load_workbook(io.BytesIO(bureau.get(address(run, "import_notes")).content))
    assert noted["Unit Kerja"]["A3"].comment
    step(bureau, run, "terapkan", leave_out="on")
    assert not Unit.objects.filter(code="2.15").exists()
    run_waiting_jobs()
    assert only_run().state == ImportState.APPLIED
    assert Unit.objects.filter(code="2.15").count() == 1
    event = Event.objects.get(action="menerapkan impor")
    assert (event.actor_name, event.capacity) == ("Bagian Organisasi", "Admin Kabupaten (Bagian Organisasi)")


def test_a_job_that_runs_twice_applies_once(bureau, large):
    send(bureau, units(GOOD, [*GOOD[:1], "Dinas Lain", "Dinas"], ["3.1", "Dinas Pangan", "Dinas"]))
    run_waiting_jobs()
    step(bureau, only_run(), "terapkan", leave_out="on")
    run_waiting_jobs()
    job = Job.objects.get(kind=work.APPLY)
    Job.objects.filter(pk=job.pk).update(state=JobState.WAITING)
    jobs.run(job.pk)
    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    assert Unit.objects.filter(code="3.1").count() == 1
    assert Event.objects.filter(action="menerapkan impor").count() == 1


def test_a_worker_that_finds_other_data_applies_nothing_and_says_so(bureau, large, government):
    send(bureau, units(GOOD, ["3.1", "Dinas Pangan", "Dinas"]))
    run_waiting_jobs()
    step(bureau, only_run(), "terapkan")
    Unit.objects.create(
        name="Dinas Pangan", short_name="Pangan", code="3.1", kind="office", parent=government.root,
        valid_from=date(2026, 1, 1),
    )  # fmt: skip
    run_waiting_jobs()
    run = only_run()
    assert run.state == ImportState.UPLOADED
    assert "berubah sejak berkas ini diperiksa" in text(bureau.get(address(run)))
    assert not Unit.objects.filter(code="2.15").exists()


def test_work_that_died_can_be_taken_up_again(bureau, large):
    send(bureau, units(GOOD, BAD))
    Job.objects.update(state=JobState.FAILED, message="Pekerjaan terhenti tiga kali.")
    page = bureau.get(address(only_run()))
    assert "berhenti sebelum selesai: Pekerjaan terhenti tiga kali." in text(page)
    step(bureau, only_run(), "ulang")
    assert only_run().state == ImportState.UPLOADED


# --- who sees it, and how dear it is --------------------------------------------------------------------


def test_a_run_is_seen_by_who_may_import_its_subject_and_by_no_one_else(
    bureau, client, anggaran, kepegawaian
):
    send(bureau, units(GOOD))
    run = only_run()
    for person, status in ((kepegawaian, 200), (anggaran, 404)):
        client.force_login(person)
        for route in ("import_run", "import_columns", "import_file", "import_notes"):
            assert client.get(address(run, route)).status_code == status
        listed = client.get(reverse("agreements:import_list"))
        assert ("opd.xlsx" in text(listed)) is (status == 200)
    client.force_login(anggaran)
    assert step(client, run, "terapkan").status_code == 404
    assert not Unit.objects.filter(code="2.15").exists()


@pytest.mark.parametrize("route", ["import_run", "import_columns"])
def test_pages_take_as_many_queries_for_a_hundred_rows_as_for_one(bureau, route):
    def queries(number: int) -> int:
        send(bureau, units(*([f"8.{n}", f"Dinas {n}", "Dinas"] for n in range(number))))
        run = ImportRun.objects.order_by("created_at").last()
        with CaptureQueriesContext(connection) as asked:
            assert bureau.get(address(run, route)).status_code == 200
        return len(asked)

    few = queries(1)
    assert queries(100) == few <= 20


def test_the_list_takes_as_many_queries_for_many_runs_as_for_one(bureau):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            bureau.get(reverse("agreements:import_list"))
        return len(asked)

    send(bureau, units(GOOD))
    few = queries()
    for _ in range(3):
        send(bureau, units(GOOD))
    assert queries() == few <= 20
