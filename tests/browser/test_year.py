"""One year of Dinas Kesehatan in a browser: from the promise in January to the LKjIP of the next February."""

import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command

from agreements.enums import Accumulation, Kind
from records import history
from tests.agreements.steps import small_pdf
from tests.browser.conftest import PASSWORD, Person, on, text_of
from tests.browser.figures import Promised, in_the_tables, measured, plain
from tests.factories import make_budget, make_indicator

OLD_HEAD, NEW_HEAD = "dr. Ratna Dewi, M.Kes.", "dr. Budi Hartono, M.P.H."
NEW_ACCOUNT = "budi.hartono"
POST = "Kepala Dinas Kesehatan"
HEALTH, GOVERNANCE = "Meningkatnya derajat kesehatan masyarakat", "Meningkatnya tata kelola"
STUNTING = "Prevalensi stunting"
VISITS = "Kunjungan posyandu"
IMMUNISED = "Cakupan imunisasi dasar"
OUTBREAKS = "Kejadian luar biasa yang tidak ditangani"
SAKIP = "Nilai SAKIP dinas"
# The button of the page of a quarter that submits it.
SUBMITS = b'name="action" value="submit"'
CARE, PEOPLE = "Program Upaya Kesehatan", "Program Sumber Daya Kesehatan"


@dataclass
class Office:
    """The people of the office at their one browser, and a paper to scan."""

    person: Person
    paper: Path


@pytest.fixture
def office(government, person, tmp_path) -> Office:
    unit = government.kesehatan
    counted = {"accumulation": Accumulation.SUM, "decimals": 0}
    make_indicator(unit, VISITS, unit_of_measure="kunjungan", **counted)
    make_indicator(unit, OUTBREAKS, unit_of_measure="kejadian", polarity="lower", **counted)
    make_indicator(unit, IMMUNISED, kind=Kind.RATIO, accumulation=Accumulation.RATIO_OF_SUMS)
    make_budget(unit, amount="2500000000", code="1.02.02", name=CARE)
    make_budget(unit, amount="750000000.50", code="1.02.03", name=PEOPLE)
    paper = tmp_path / "bukti.pdf"
    paper.write_bytes(small_pdf())
    return Office(person, paper)


# --- January: the promise ---------------------------------------------------------------------


def completes_the_catalogue(person) -> None:
    """The planner adds the scale of SAKIP and the indicator that is measured on it once a year."""
    person.signs_in("perencana").follows("Kamus Indikator").follows("Skala predikat").follows("Tambah skala")
    person.fills("Nama", "Predikat SAKIP").fills("Sebutan tingkat", "CC\nB\nBB\nA\nAA").presses("Simpan")
    person.follows("Kamus Indikator").follows("Tambah indikator")
    person.presses("Pilih Dinas Kesehatan")
    person.fills("Indikator", SAKIP).fills("Satuan", "Predikat")
    person.chooses("Jenis nilai", "Predikat / tingkat").chooses("Skala predikat", "Predikat SAKIP")
    person.chooses("Cara hitung setahun", "Diukur sekali setahun").chooses("Diukur", "Sekali setahun")
    person.presses("Simpan").sees("Indikator sudah disimpan.")


def drafts(person) -> None:
    person.signs_in("operator_kesehatan").follows("Daftar PK").follows("Susun PK baru")
    person.chooses("Jabatan", f"{POST} – Dinas Kesehatan").presses("Mulai menyusun")
    person.follows("Tambah sasaran").ticks(HEALTH).fills("Sasaran baru", GOVERNANCE).presses("Tambahkan")
    picks(person, HEALTH, STUNTING, VISITS, IMMUNISED, OUTBREAKS)
    picks(person, GOVERNANCE, SAKIP)
    person.fills(f"Target {STUNTING}", "15,8").fills(f"Target {VISITS}", "12.000")
    person.fills(f"Target {IMMUNISED}", "95").fills(f"Target {OUTBREAKS}", "0")
    person.chooses(f"Target {SAKIP}", "BB").presses("Simpan target")
    person.follows("Susun isi").follows("Program dan anggaran", exact=False)
    person.ticks("1.02.02").ticks("1.02.03").presses("Simpan").sees("Anggaran PK disimpan.")


def picks(person, objective: str, *indicators: str) -> None:
    number = {HEALTH: 1, GOVERNANCE: 2}[objective]
    person.within(f"{number}. {objective}", "region").follows("Pilih dari Kamus Indikator")
    for indicator in indicators:
        person.ticks(indicator)
    person.presses("Tambahkan yang dicentang")


def is_promised(office) -> None:
    person = office.person
    with on("2026-01-12"):
        completes_the_catalogue(person)
        drafts(person)
    with on("2026-01-14"):
        person.signs_in("kepala_kesehatan").follows(POST, exact=False)
        is_found_complete(person)
    is_signed(office, "2026-01-20", "20 Januari 2026")


def is_found_complete(person) -> None:
    """The head, at the page of the draft, submits it; the bureau finds it from its Beranda."""
    person.presses("Ajukan").sees("PK sudah diajukan dan menunggu diperiksa")
    person.signs_in("bagian_organisasi").follows("PK menunggu diperiksa", exact=False)
    person.follows(POST).presses("Nyatakan lengkap").sees("PK dinyatakan lengkap")


def is_signed(office, day: str, words: str) -> None:
    """The signing day: the bureau issues what is ready, and records the scan of the signed paper."""
    person = office.person
    with on(day):
        person.signs_in("bagian_organisasi").follows("Penandatanganan")
        person.fills("Tanggal dokumen", day).presses("Tampilkan")
        person.ticks(f"Pilih {POST}").fills("Tempat", "Contoh Kota").presses("Terbitkan yang dicentang")
        person.sees(words)
        person.follows("Catat tanda tangan (1)").fills("Tanggal ditandatangani", day)
        person.fills("Tempat", "Contoh Kota").ticks("Saya sudah memeriksa")
        person.attaches("Pindaian", office.paper, exact=True).presses("Catat yang pindaiannya dipilih")
        person.sees("Tanda tangan dicatat. PK ini berlaku.")


# --- the action plan --------------------------------------------------------------------------


def is_planned(office) -> None:
    """Quarter targets split by the page and one mended by hand, two steps, approved by the bureau."""
    person = office.person
    with on("2026-01-26"):
        person.signs_in("kepala_kesehatan").follows("Rencana Aksi").follows(POST)
        person.presses("Susun Rencana Aksi").presses("Bagi rata").presses("Simpan dan periksa di sini")
        person.fills(f"TW I {STUNTING}", "17,5", exact=True)
        person.presses("Simpan target").sees("3.000")
        takes_a_step(person, STUNTING, "Pemantauan pertumbuhan balita di semua desa", CARE)
        takes_a_step(person, IMMUNISED, "Imunisasi kejar di sekolah dan posyandu", PEOPLE)
        person.presses("Ajukan").sees("Rencana Aksi sudah diajukan")
        person.signs_in("bagian_organisasi").follows("Rencana Aksi").follows(POST)
        person.presses("Sahkan").sees("disahkan 26 Januari 2026")
        paper = text_of(person.downloads("Cetak Rencana Aksi"))
    for words in ("RENCANA AKSI", STUNTING, "17,50", "3.000", "Imunisasi kejar di sekolah", OLD_HEAD):
        assert words in paper


def takes_a_step(person, indicator: str, text: str, programme: str) -> None:
    person.follows("Tambah langkah").chooses("Indikator", indicator).fills("Langkah", text)
    person.chooses("Penanggung jawab", "Kepala Bidang Kesehatan Masyarakat – Bidang Kesehatan Masyarakat")
    person.chooses("Program", programme).fills("Anggaran (Rp)", "100.000.000").presses("Simpan")
    person.sees(text)


# --- the quarters -----------------------------------------------------------------------------


def types(person, indicator: str, *figures: str) -> None:
    """A figure beside its indicator; the two parts of a ratio."""
    labels = ("Pembilang", "Penyebut") if len(figures) > 1 else ("Nilai",)
    row = person.within(indicator)
    for label, figure in zip(labels, figures, strict=True):
        row.fills(label, figure)


def explains(person, indicator: str) -> Person:
    """The folded part of a row, unfolded."""
    return person.within(indicator).opens("Keterangan, faktor, dan data dukung")


def opens_quarter(person, who: str, page: str, quarter: str) -> Person:
    person.signs_in(who).follows(page).follows(f"Dinas Kesehatan Triwulan {quarter}", exact=False)
    return person


def accepts(person, *indicators: str) -> None:
    for indicator in indicators:
        person.within(indicator, "article").presses(f"Terima {indicator}")
        # It moves to the table of those that wait no more.
        person.within(indicator, "article").place.wait_for(state="detached")


def submits(person, count: int) -> None:
    person.presses("Ajukan").sees(f"{count} nilai diajukan untuk diverifikasi.")


def accepts_at_once(person, quarter: str, *indicators: str) -> None:
    opens_quarter(person, "bagian_organisasi", "Verifikasi", quarter)
    for indicator in indicators:
        person.ticks(f"Tandai {indicator}")
    person.presses("Terima semua yang ditandai").sees(f"{len(indicators)} nilai diterima.")


def first_quarter(office) -> None:
    """Typed with evidence by the operator, submitted by the head; one is sent back and mended."""
    person = office.person
    with on("2026-04-02"):
        opens_quarter(person, "operator_kesehatan", "Isi Realisasi", "I")
        types(person, STUNTING, "17,2")
        types(person, VISITS, "2.900")
        types(person, IMMUNISED, "230", "250")
        types(person, OUTBREAKS, "0")
        said = explains(person, STUNTING).fills("Faktor penghambat", "Cuaca menutup jalan ke tiga desa")
        said.attaches("Unggah berkas", office.paper).fills("Nama data dukung", "Laporan EPPGBM")
        explains(person, IMMUNISED).fills("atau tautan", "https://contoh.go.id/imunisasi")
        person.presses("Simpan").sees("(1 terlampir)")
        submits(opens_quarter(person, "kepala_kesehatan", "Isi Realisasi", "I"), 4)
    with on("2026-04-08"):
        opens_quarter(person, "bagian_organisasi", "Verifikasi", "I")
        row = person.within(IMMUNISED, "article").opens("Minta perbaikan")
        row.fills("Yang perlu diperbaiki", "Penyebut belum memuat bayi di puskesmas utara")
        row.presses("Kembalikan untuk diperbaiki")
        person.sees("Nilai dikembalikan untuk diperbaiki.")
        accepts(person, STUNTING, VISITS, OUTBREAKS)
    with on("2026-04-09"):
        opens_quarter(person, "kepala_kesehatan", "Isi Realisasi", "I")
        person.sees("Penyebut belum memuat bayi di puskesmas utara")
        types(person, IMMUNISED, "238", "260")
        submits(person, 1)
        follows_the_steps(person, "I", "30", "25")
        opens_quarter(person, "bagian_organisasi", "Verifikasi", "I")
        accepts(person, IMMUNISED)
    locks("2026-05-01", final=4)


def follows_the_steps(person, quarter: str, *percents: str) -> None:
    """Whoever is signed in says how far the two steps of the plan are."""
    person.follows("Rencana Aksi").follows(POST).follows(f"Isi kemajuan TW {quarter}")
    for field, percent in zip(person.page.get_by_label("Kemajuan dalam persen").all(), percents, strict=True):
        field.fill(percent)
    person.presses("Simpan").sees("Kemajuan 2 langkah disimpan.")


def locks(day: str, final: int) -> None:
    """The night's work makes verified figures final."""
    told = io.StringIO()
    with on(day):
        call_command("lock_periods", stdout=told)
    assert f"{final} realisasi ditetapkan final." in told.getvalue()


def spends(office, day: str, month: str, physical: str, **spent: str) -> None:
    """The operator types what was spent since January and how far the work is, of both programmes."""
    person = office.person
    with on(day):
        person.signs_in("operator_kesehatan").follows("Realisasi Anggaran")
        person.follows(f"baris Dinas Kesehatan {month}", exact=False)
        for programme, figure in ((CARE, spent["care"]), (PEOPLE, spent["people"])):
            row = person.within(programme, exact=False)
            row.fills("Realisasi s.d.", figure).fills("Realisasi fisik", physical)
        person.presses("Simpan").sees("2 baris disimpan.")


def second_quarter(office) -> None:
    """A figure its source has not published yet, and one the verifier corrects."""
    person = office.person
    with on("2026-07-06"):
        opens_quarter(person, "kepala_kesehatan", "Isi Realisasi", "II")
        types(person, VISITS, "3.500")
        types(person, OUTBREAKS, "1")
        late = explains(person, STUNTING).chooses("Keadaan nilai", "Data belum rilis")
        late.fills("Perkiraan tanggal rilis", "2026-08-20")
        submits(person, 3)
    with on("2026-07-10"):
        opens_quarter(person, "bagian_organisasi", "Verifikasi", "II")
        row = person.within(VISITS, "article").opens("Koreksi nilai").fills("Nilai", "3.050")
        row.fills("Alasan koreksi", "Daftar hadir yang dilampirkan berjumlah 3.050").presses("Simpan koreksi")
        person.sees("Nilai dikoreksi.")
        accepts(person, OUTBREAKS, STUNTING)


# --- July: another head -----------------------------------------------------------------------


def hands_over(office, unit: int) -> None:
    """Who leads changes on 14 July: from that morning the other submits, and no day before."""
    person, entry = office.person, f"/2026/realisasi/{unit}/2/"
    with on("2026-07-13"):
        person.signs_in("kepegawaian").follows("Unit Kerja & Jabatan").follows("Dinas Kesehatan")
        person.follows(POST).follows("Serah terima jabatan")
        person.follows("Pejabat belum ada di daftar? Tambah pejabat")
        person.fills("Nama lengkap", NEW_HEAD).fills("NIP", "197803042005011003")
        person.fills("Pangkat", "Pembina Tingkat I (IV/b)").presses("Simpan")
        person.fills("Mulai tanggal", "2026-07-14").fills("Nomor keputusan", "821.2/15/2026")
        person.ticks("Definitif").ticks("Mengakhiri masa tugasnya")
        person.presses("Lihat akibatnya").sees(f"{OLD_HEAD} (Definitif) berakhir 13 Juli 2026.")
        person.presses("Simpan serah terima").sees(NEW_HEAD)
        gets_an_account(person)
        person.signs_in(NEW_ACCOUNT).misses(entry)
        assert SUBMITS in person.signs_in("kepala_kesehatan").fetches(entry)
    with on("2026-07-14"):
        person.signs_in("kepala_kesehatan").misses(entry)
        opens_quarter(person, NEW_ACCOUNT, "Isi Realisasi", "II")
        types(person, IMMUNISED, "241", "258")
        submits(person, 1)
        person.sees("diajukan terlambat 4 hari")
    with on("2026-07-17"):
        opens_quarter(person, "bagian_organisasi", "Verifikasi", "II")
        accepts(person, IMMUNISED)
    locks("2026-07-31", final=3)


def gets_an_account(person) -> None:
    """The bureau makes the account; its owner alone makes the password."""
    person.signs_in("bagian_organisasi").follows("Pejabat").follows(NEW_HEAD).follows("Buat akun")
    person.presses("Simpan").presses("Buat tautan kata sandi")
    link = person.page.get_by_label("Tautan", exact=True).input_value()
    person.page.context.clear_cookies()
    person.page.goto(link)
    for field in person.page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    person.presses("Simpan kata sandi").sees("Kata sandi sudah disimpan.")


def comes_late(office) -> None:
    """The announced figure is typed past the lock, verified, and final the next night."""
    person = office.person
    with on("2026-08-24"):
        opens_quarter(person, NEW_ACCOUNT, "Isi Realisasi", "II")
        types(person, STUNTING, "16,9")
        explains(person, STUNTING).chooses("Keadaan nilai", "Terukur")
        submits(person, 1)
    with on("2026-08-25"):
        opens_quarter(person, "bagian_organisasi", "Verifikasi", "II")
        accepts(person, STUNTING)
    locks("2026-08-26", final=1)


def third_quarter(office) -> None:
    person = office.person
    with on("2026-10-05"):
        opens_quarter(person, NEW_ACCOUNT, "Isi Realisasi", "III")
        types(person, STUNTING, "16,4")
        types(person, VISITS, "3.200")
        types(person, IMMUNISED, "245", "255")
        types(person, OUTBREAKS, "0")
        submits(person, 4)
    with on("2026-10-12"):
        accepts_at_once(person, "III", STUNTING, VISITS, IMMUNISED, OUTBREAKS)
    locks("2026-10-31", final=4)


# --- October: the promise is amended ----------------------------------------------------------


def gets_a_revised_budget(office) -> None:
    """The DPPA: both programmes again, as the APBD perubahan has them."""
    person = office.person
    with on("2026-10-14"):
        person.signs_in("anggaran")
        for programme, amount in ((CARE, "2.650.000.000"), (PEOPLE, "700.000.000,25")):
            person.follows("Program & Anggaran").follows("Tambah anggaran").presses("Pilih Dinas Kesehatan")
            person.presses(programme, exact=False).chooses("Versi", "APBD perubahan")
            person.fills("Pagu (Rp)", amount).presses("Simpan").sees("sudah disimpan")


def is_amended(office) -> bytes:
    """A PK Perubahan with another target, signed by the new head; returns the old paper."""
    person = office.person
    with on("2026-10-15"):
        person.signs_in("operator_kesehatan").follows("PK Perubahan")
        person.ticks(f"Pilih {POST}").ticks("Perubahan strategi")
        person.fills("Alasan perubahan", "DPPA menambah kegiatan posyandu").presses("Buat draf PK Perubahan")
        person.follows("Draf dibuat").follows("Susun isi")
        person.fills(f"Target {VISITS}", "12.500").presses("Simpan target").sees("Target berubah")
    with on("2026-10-16"):
        person.signs_in(NEW_ACCOUNT).follows("Daftar PK").follows(POST)
        old = person.downloads("Cetak PK (PDF)")
        is_found_complete(person.follows(f"PK Perubahan {POST} 2026"))
    is_signed(office, "2026-10-20", "20 Oktober 2026")
    return old


def is_replaced(office, old: bytes) -> None:
    """The amended agreement is handed out as the bytes it was signed as; its plan goes on in the new one."""
    person = office.person
    with on("2026-10-21"):
        person.signs_in(NEW_ACCOUNT).follows("Daftar PK").follows(POST).sees("Digantikan oleh")
        assert person.downloads("Cetak PK (PDF)") == old
        person.follows("Rencana Aksi").follows(POST).presses("Susun Rencana Aksi")
        person.fills(f"TW IV {VISITS}", "3.500").presses("Simpan target").presses("Ajukan")
        person.sees("Rencana Aksi sudah diajukan")
        person.signs_in("bagian_organisasi").follows("Rencana Aksi").follows(POST)
        person.presses("Sahkan").sees("disahkan 21 Oktober 2026")


# --- January: the year is closed --------------------------------------------------------------


def fourth_quarter(office) -> None:
    person = office.person
    with on("2027-01-05"):
        opens_quarter(person, NEW_ACCOUNT, "Isi Realisasi", "IV")
        types(person, STUNTING, "15,9")
        types(person, VISITS, "3.395")
        types(person, IMMUNISED, "262", "265")
        types(person, OUTBREAKS, "0")
        person.within(SAKIP).chooses("Tingkat", "BB")
        said = explains(person, STUNTING).fills("Faktor penghambat", "Tiga desa belum terjangkau")
        said.fills("Faktor pendorong", "Kader posyandu aktif").fills("Tindak lanjut", "Posyandu keliling")
        submits(person, 5)
        follows_the_steps(person, "IV", "100", "90")
    with on("2027-01-12"):
        accepts_at_once(person, "IV", STUNTING, VISITS, IMMUNISED, OUTBREAKS, SAKIP)


def is_revised_by_its_source(office) -> None:
    """After the lock the source corrects a final figure of the third quarter; the bureau accepts it."""
    person = office.person
    with on("2027-01-20"):
        opens_quarter(person, NEW_ACCOUNT, "Isi Realisasi", "III").follows(f"Rincian {IMMUNISED}")
        person.follows("Catat revisi sumber").fills("Pembilang", "249").fills("Penyebut", "255")
        person.fills("Tanggal diumumkan", "2027-01-18").fills("Sumber", "Kementerian Kesehatan", exact=True)
        person.fills("Penjelasan", "Hasil pencocokan data imunisasi nasional")
        person.fills("atau tautan", "https://contoh.go.id/revisi").presses("Ajukan revisi")
        person.sees("Revisi sumber dicatat")
    with on("2027-01-22"):
        person.signs_in("bagian_organisasi").follows("Verifikasi").follows(IMMUNISED)
        person.presses("Terima revisi").sees("Yang dihitung sekarang")
    locks("2027-01-31", final=5)


# --- February: the report ---------------------------------------------------------------------


def reports(office, worker) -> str:
    """The head writes a part from the proposal, orders the report and fetches it; its words."""
    person = office.person
    with on("2027-02-10"):
        person.signs_in(NEW_ACCOUNT).follows("LKjIP").follows("Dinas Kesehatan")
        person.sees("selesai setelah 1 hal berikut").sees("12 bagian narasi belum ditulis")
        person.follows(f"Tulis Analisis sasaran 1: {HEALTH}").presses("Tambahkan usulan dari data")
        person.presses("Simpan").sees("11 bagian narasi belum ditulis").presses("Buat PDF")
        worker()
        person.page.reload()
        return text_of(person.downloads("Unduh"))


# --- every printed figure is the one on the screen --------------------------------------------


def figures_agree(office, report: str, old: bytes) -> None:
    """The regent reads the unit, its agreement and its money on the screen, beside the printed report."""
    person = office.person
    with on("2027-02-11"):
        person.signs_in("bupati").follows("Capaian").follows(POST)
        found = measured(person.page)
        assert [row[0] for row in found] == [IMMUNISED, OUTBREAKS, VISITS, STUNTING, SAKIP]
        assert found[2] == [VISITS, "12.500 kunjungan", "12.545 kunjungan", "100,36 %"]
        head = plain(person.page.locator(".result-head .big-number, .result-head strong").all_inner_texts())
        assert head == ["3 dari 5 indikator tercapai", "87,52 %", "Tinggi"]
        sentences = plain(person.page.locator(".attention-table .sentence").all_inner_texts())
        paper = text_of(person.downloads("Cetak PK (PDF)"))
        new = Promised.on_page(person.follows("Lihat PK"))
        first = Promised.on_page(person.follows(f"PK {POST} 2026"))
        person.follows("Realisasi Anggaran").follows("Dinas Kesehatan")
        money = plain(person.page.locator(".figure strong").all_inner_texts())
    for row in found:
        for words in in_the_tables(*row):
            assert words in report
    assert f"{head[0]}. Rata-rata capaian {head[1]} ({head[2]})" in report
    for words in (*sentences, *money[:3], *money[3].split(" · ")):
        assert words in report
    new.stand_in(report)
    new.stand_in(paper)
    first.stand_in(text_of(old))
    assert (new.targets[2], first.targets[2]) == ("12.500 kunjungan", "12.000 kunjungan")
    assert (new.amounts[-1], first.amounts[-1]) == ("Rp3.350.000.000,25", "Rp3.250.000.000,50")
    heads_stand_where_they_signed(report, paper, text_of(old))


def heads_stand_where_they_signed(report: str, paper: str, old: str) -> None:
    assert OLD_HEAD in old
    assert NEW_HEAD not in old
    assert NEW_HEAD in paper
    assert OLD_HEAD not in paper
    for words in (
        f"Pihak Pertama semula {OLD_HEAD}, {POST}, menjadi {NEW_HEAD}, {POST}.",
        f"{POST} Kabupaten Contoh, (belum ditandatangani) {NEW_HEAD} Pembina Tingkat I (IV/b)",
        "TW III direvisi Kementerian Kesehatan 18 Januari 2027, semula 96,08 %",
        "Faktor penghambat: Cuaca menutup jalan ke tiga desa; Tiga desa belum terjangkau.",
    ):
        assert words in report


def test_a_year_from_the_promise_to_the_report(office, government, worker):
    is_promised(office)
    is_planned(office)
    spends(office, "2026-02-04", "Januari", "5", care="150.000.000", people="40.000.000")
    spends(office, "2026-03-04", "Februari", "12", care="320.000.000", people="95.000.000")
    first_quarter(office)
    spends(office, "2026-04-07", "Maret", "25", care="610.000.000", people="180.000.000,25")
    second_quarter(office)
    hands_over(office, government.kesehatan.pk)
    comes_late(office)
    third_quarter(office)
    gets_a_revised_budget(office)
    old = is_amended(office)
    is_replaced(office, old)
    fourth_quarter(office)
    spends(office, "2027-01-06", "Desember", "100", care="2.598.750.000", people="689.500.000,75")
    is_revised_by_its_source(office)
    figures_agree(office, reports(office, worker), old)
    assert history.first_broken_link() is None
