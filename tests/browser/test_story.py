"""The main job, once, in a real browser: from an empty draft to the bytes of both PDFs."""

import re

import pytest

from agreements.enums import Status
from agreements.models import Agreement
from records import history
from tests.agreements.steps import small_pdf
from tests.browser.conftest import on, text_of
from tests.factories import make_budget


@pytest.fixture
def april():
    with on("2026-04-06"):
        yield


def drafts(person) -> None:
    person.signs_in("operator_kesehatan")
    person.follows("Daftar PK").follows("Susun PK baru")
    person.page.get_by_label("Jabatan").select_option(label="Kepala Dinas Kesehatan – Dinas Kesehatan")
    person.presses("Mulai menyusun")
    person.follows("Tambah sasaran").fills("Sasaran baru", "Menurunnya stunting").presses("Tambahkan")
    person.follows("Pilih dari Kamus Indikator")
    person.page.get_by_label("Prevalensi stunting").check()
    person.presses("Tambahkan yang dicentang")
    person.fills("Target Prevalensi stunting", "15,8").presses("Simpan target")
    person.follows("Susun isi").follows("Program dan anggaran", exact=False)
    person.page.get_by_label("1.02.02", exact=False).check()
    person.presses("Simpan").sees("Anggaran PK disimpan.")


def agrees(person, tmp_path) -> bytes:
    person.signs_in("kepala_kesehatan").follows("Kepala Dinas Kesehatan", exact=False)
    person.presses("Ajukan").sees("Diajukan")
    person.signs_in("bagian_organisasi").follows("PK menunggu diperiksa", exact=False)
    person.follows("Kepala Dinas Kesehatan").presses("Nyatakan lengkap")
    person.follows("Terbitkan untuk ditandatangani")
    person.fills("Tempat", "Contoh Kota").fills("Tanggal dokumen", "2026-01-20")
    person.presses("Terbitkan").sees("Kode dokumen")
    paper = person.downloads("Cetak PK (PDF)")
    scan = tmp_path / "pk-bertanda-tangan.pdf"
    scan.write_bytes(small_pdf())
    person.follows("Catat tanda tangan basah").fills("Tanggal ditandatangani", "2026-01-21")
    person.page.get_by_label("Pindaian PK", exact=False).set_input_files(scan)
    person.page.get_by_label("Saya sudah memeriksa", exact=False).check()
    person.presses("Catat dan berlakukan").sees("Berlaku")
    return paper


def measures(person) -> None:
    person.signs_in("kepala_kesehatan").goes_to("/2026/").follows("Isi Realisasi")
    person.page.get_by_role("link", name=re.compile("TW I$|Triwulan I$|terisi")).first.click()
    person.page.get_by_label("Nilai Prevalensi stunting", exact=False).first.fill("17,38")
    person.presses("Ajukan").sees("Diajukan")
    person.signs_in("bagian_organisasi").follows("Verifikasi")
    person.page.get_by_role("link", name=re.compile("menunggu|TW I$|Triwulan I$")).first.click()
    person.presses("Terima Prevalensi stunting").sees("Terverifikasi")


def steers(person) -> bytes:
    """The regent: from the Beranda to the agreement, why it is so, and the paper."""
    person.signs_in("bupati").follows("Capaian").follows("Kepala Dinas Kesehatan")
    person.sees("0 dari 1 indikator tercapai").sees("90,00")
    return person.downloads("Cetak PK (PDF)")


def reports(person, worker) -> bytes:
    """The head writes a text of the LKjIP, orders the PDF, and takes what the worker made."""
    person.signs_in("kepala_kesehatan").follows("LKjIP").follows("Dinas Kesehatan")
    person.page.get_by_role("link", name=re.compile("Tulis.*Menurunnya stunting")).first.click()
    person.page.get_by_role("textbox").first.fill("Stunting turun karena posyandu aktif di semua desa.")
    person.presses("Simpan").presses("Buat PDF")
    worker()
    person.page.reload()
    return person.downloads("Unduh")


def test_from_an_empty_draft_to_both_documents(april, government, person, worker, tmp_path):
    make_budget(government.kesehatan, amount="1234567890.50")
    drafts(person)
    paper = text_of(agrees(person, tmp_path))
    agreement = Agreement.objects.get()
    assert agreement.status == Status.IN_FORCE
    for words in (
        "PERJANJIAN KINERJA TAHUN 2026",
        "dr. Ratna Dewi, M.Kes.",
        "selanjutnya disebut pihak pertama",
        "H. Arif Santosa, S.E.",
        "Contoh Kota, 20 Januari 2026",
        "Menurunnya stunting",
        "15,80 %",
        "Rp1.234.567.890,50",
    ):
        assert words in paper
    # Kerning of some pairs of letters is read back as a space.
    assert agreement.issues.get().code in paper.replace(" ", "")
    assert "DRAF" not in paper
    measures(person)
    assert text_of(steers(person)) == paper
    report = text_of(reports(person, worker))
    for words in (
        "LAPORAN KINERJA INSTANSI PEMERINTAH",
        "Dinas Kesehatan",
        "Prevalensi stunting",
        "17,38",
        "90,00 %",
        "Stunting turun karena posyandu aktif di semua desa.",
        "Rp1.234.567.890,50",
        "selanjutnya disebut pihak pertama",
    ):
        assert words in report
    assert history.first_broken_link() is None
