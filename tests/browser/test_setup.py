"""Setting up two governments in a browser, from an empty database to the drafts, out of published figures.

Kabupaten Bengkulu Utara has a plan (330 indicators with the faults they were published with) and the Renja of
one office; Kota Padang has the budgets of all its offices in the shape of SIPD. Their offices are different ones, so
each is set up as the government it is. What is expected on the screen is reckoned from the published rows.
"""

import io
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from perjanjian.numerals import format_number, format_rupiah
from records import history
from tests import published
from tests.browser.conftest import PASSWORD, Person, on
from tests.browser.figures import plain
from tests.published import BENGKULU, PADANG, RENJA_OFFICE

UNITS, PEOPLE = "Perangkat Daerah & Unit Kerja", "Jabatan & Pejabat"
PLAN, MONEY = "Tujuan, Sasaran & Indikator", "Program & Anggaran"
NOTHING_PLANNED, NO_MONEY = "Belum ada sasaran di rencana", "Belum ada anggaran"
# One published target and what it might be corrected to.
MENDED, MENDED_TARGET = "Angka kemiskinan", "10,80–10,89"
# Its points may be decimal ones or those of thousands; three digits behind each are read as thousands.
A_RANGE = re.compile(r"[1-9][0-9]*\.[0-9]{1,2}-[1-9][0-9]*\.[0-9]{1,2}")


@dataclass
class Newcomer:
    """Someone of the Bagian Organisasi at a browser, with a folder of workbooks."""

    person: Person
    folder: Path

    def uploads(self, subject: str, content: bytes, name: str) -> Person:
        path = self.folder / name
        path.write_bytes(content)
        self.person.follows("Impor Data").chooses("Isi", subject).attaches("Berkas", path)
        return self.person.presses("Unggah dan periksa")

    def brings_in(self, subject: str, content: bytes, name: str, rows: int) -> None:
        """A file that is new in all its rows, applied."""
        self.uploads(subject, content, name)
        assert found(self.person) == counted(new=rows)
        self.person.presses(f"Terapkan {format_number(rows, 0)} baris").sees("Impor sudah diterapkan.")


def counted(new: int = 0, changed: int = 0, refused: int = 0, same: int = 0) -> dict[str, int]:
    return {"baru": new, "berubah": changed, "ditolak": refused, "sama dengan yang tersimpan": same}


def found(person) -> dict[str, int]:
    """What the page of an import counts, but for remarks."""
    person.page.locator(".figures").wait_for()
    figures = plain(person.page.locator(".figure").all_inner_texts())
    pairs = (text.partition(" ") for text in figures)
    counts = {word: int(number.replace(".", "")) for number, _, word in pairs}
    counts.pop("perlu dilihat", None)
    return counts


@pytest.fixture
def newcomer(live_server, page, quick_passwords, tmp_path):
    someone = Newcomer(Person(page, live_server.url), tmp_path)
    yield someone
    assert someone.person.faults == []
    assert history.first_broken_link() is None


# --- accounts ---------------------------------------------------------------------------------


def comes_in(person, link: str, username: str) -> None:
    """By the one-time link to a password of one's own, and with that into the application."""
    person.page.context.clear_cookies()
    person.goes_to(re.search(r"/akun/tautan/\S+", link)[0])
    for field in person.page.get_by_label("Kata sandi baru").all():
        field.fill(PASSWORD)
    person.presses("Simpan kata sandi").sees("Kata sandi sudah disimpan.")
    person.fills("Nama pengguna atau NIP", username).fills("Kata sandi", PASSWORD).presses("Masuk")


def is_installed(person) -> None:
    """The one command of the installation; the rest is done in the browser."""
    said = io.StringIO()
    call_command("first_account", "siti.admin", "Siti Admin", stdout=said)
    comes_in(person, said.getvalue(), "siti.admin")
    person.page.get_by_role("heading", name="Penyiapan", level=1).wait_for()


def gets_an_account(person) -> tuple[str, str]:
    """From the page of an account: its user name and a one-time link."""
    username = plain(person.page.locator("main dd").all_inner_texts())[0]
    person.presses("Buat tautan kata sandi")
    return person.page.get_by_label("Tautan").first.input_value(), username


def begins(person, kind: str, name: str, head: str, seat: str, year: int) -> None:
    """The administrator: who we are, the year, when it is measured, and an account for the bureau."""
    is_installed(person)
    person.follows("Isi identitas daerah").chooses("Jenis", kind).fills("Nama tanpa jenis", name)
    person.chooses("Sebutan kepala daerah", head).fills("Tempat penandatanganan", seat).presses("Simpan")
    person.sees("Identitas daerah sudah disimpan.").follows("Buka tahun kinerja")
    assert person.page.get_by_label("Tahun kinerja").input_value() == str(year)
    person.presses("Buka tahun").follows("Penyiapan").follows("Buat jadwal pengukuran")
    person.presses("Buat jadwal pengukuran").follows("Penyiapan")
    person.sees("Dikerjakan Bagian Organisasi.").follows("Buat akun")
    person.fills("Nama lengkap", "Rina Organisasi").presses("Simpan").follows("Tambah peran")
    person.ticks("Admin Kabupaten").ticks("Semua unit").presses("Simpan")
    link, username = gets_an_account(person)
    comes_in(person, link, username)
    person.follows("Lanjutkan penyiapan").sees("Catat pemerintah daerah")


def heads_get_accounts(person) -> tuple[str, str]:
    """The inspector and one more; gives the inspector's link and user name."""
    person.follows("Penyiapan")
    missing = signing(BENGKULU) + 1
    person.sees(f"{missing} pimpinan belum punya akun")
    person.page.locator("#akun li").first.get_by_role("link").first.click()
    person.follows("Buat akun").presses("Simpan")
    comes_later = gets_an_account(person)
    person.follows("Pejabat").fills("Nama atau NIP", head_of(RENJA_OFFICE).name).presses("Cari")
    person.follows(head_of(RENJA_OFFICE).name).follows("Buat akun").presses("Simpan")
    inspector = gets_an_account(person)
    assert inspector[1] != comes_later[1]
    person.follows("Penyiapan").sees(f"{missing - 2} pimpinan belum punya akun")
    return inspector


def head_of(office: str) -> published.Head:
    return next(head for head in published.heads(BENGKULU) if head.office == office)


def signing(region: str) -> int:
    """How many heads of offices sign with the regional head."""
    return sum(place.signs_with_head for place in published.offices(region))


# --- Kabupaten Bengkulu Utara -----------------------------------------------------------------


def planned() -> dict[str, list[published.PlanLine]]:
    """The published indicators by office, as the list of offices names it."""
    by_office = defaultdict(list)
    for line in published.plan_lines():
        by_office[published.office_name(line.office, BENGKULU)].append(line)
    return by_office


def rows_of_plan(corrected: bool) -> int:
    """Objectives and indicators, a row each."""
    lines = published.plan_lines()
    names = [published.office_name(line.office, BENGKULU) if corrected else line.office for line in lines]
    return len({(name, line.objective) for name, line in zip(names, lines, strict=True)}) + len(lines)


def brings_in_the_organisation(newcomer, region: str) -> None:
    heads = published.heads(region)
    person = newcomer.person
    person.follows("Impor dari berkas, dengan templatnya")
    newcomer.uploads(PEOPLE, published.people_workbook(region), "pejabat.xlsx").sees(
        "Belum ada satu pun unit kerja."
    )
    newcomer.brings_in(UNITS, published.units_workbook(region), "unit.xlsx", len(heads))
    person.follows(f"Impor {PEOPLE}")
    newcomer.brings_in(PEOPLE, published.people_workbook(region), "pejabat.xlsx", 2 * len(heads))
    newcomer.uploads(PEOPLE, published.people_workbook(region), "pejabat.xlsx")
    assert found(person) == counted(same=2 * len(heads))


def adds_the_planning_period(newcomer) -> None:
    person = newcomer.person
    newcomer.uploads(PLAN, published.plan_workbook(), "rencana.xlsx")
    person.sees("Belum ada periode perencanaan yang memuat tahun 2026.")
    name, first, last = published.PERIOD
    person.follows("Penyiapan").follows("Tambah periode perencanaan").fills("Nama", name)
    person.fills("Tahun pertama", str(first)).fills("Tahun terakhir", str(last)).presses("Simpan")


def sees_the_published_faults(newcomer) -> None:
    """All in one pass, first what is refused; and the file again with a note on each cell that is at fault."""
    person = newcomer.person
    newcomer.uploads(PLAN, published.plan_workbook(), "rencana.xlsx")
    # Asked about the points in its figures, the newcomer leaves open what they are.
    point = person.page.get_by_label("Angka di berkas ini memakai titik", exact=False)
    point.uncheck()
    person.presses("Simpan dan periksa")
    counts = found(person)
    assert counts["baru"] + counts["ditolak"] == rows_of_plan(corrected=False)
    assert counts["ditolak"] > 0 == counts["sama dengan yang tersimpan"]
    outcomes = set(plain(person.page.locator("td[data-label=Hasil]").all_inner_texts()))
    assert outcomes == {"Ditolak"}
    has_notes_where_they_belong(person.downloads("Unduh berkas dengan catatan"))
    person.presses(f"Terapkan {counts['baru']} baris").sees(f"Ada {counts['ditolak']} baris yang ditolak.")
    person.presses("Buang berkas ini").sees("Tidak ada data yang berubah.")


def has_notes_where_they_belong(content: bytes) -> None:
    sheet = load_workbook(io.BytesIO(content))["Indikator"]
    known = {place.name for place in published.offices(BENGKULU)} | {""}
    ranges = whole = strangers = 0
    for number, line in enumerate(published.plan_lines(), start=2):
        if line.office not in known:
            strangers += 1
            assert f"“{line.office}” tidak ada di daftar unit" in noted(sheet, f"A{number}")
        for column, text in zip("HIJ", line.targets, strict=True):
            if A_RANGE.fullmatch(text):
                ranges += 1
                assert f"“{text}”" in noted(sheet, f"{column}{number}")
            elif re.fullmatch("[0-9]{1,2}", text):
                whole += 1
                assert noted(sheet, f"{column}{number}") == ""
    assert min(ranges, whole, strangers) > 0


def noted(sheet, cell: str) -> str:
    comment = sheet[cell].comment
    return comment.text if comment else ""


def brings_in_the_plan(newcomer) -> None:
    """Corrected; the same file changes nothing more, and one target that differs is all that changes."""
    person, rows = newcomer.person, rows_of_plan(corrected=True)
    newcomer.brings_in(PLAN, published.plan_workbook("corrected"), "rencana-benar.xlsx", rows)
    newcomer.uploads(PLAN, published.plan_workbook("corrected"), "rencana-benar.xlsx")
    assert found(person) == counted(same=rows)
    person.sees("tidak ada yang perlu diterapkan")
    mended = published.plan_workbook("corrected", targets={MENDED: MENDED_TARGET})
    newcomer.uploads(PLAN, mended, "rencana-ralat.xlsx")
    assert found(person) == counted(changed=1, same=rows - 1)
    before = next(line for line in published.plan_lines() if line.name == MENDED).targets[1]
    low, high = sorted(Decimal(end) for end in before.split("-"))
    (was,) = plain(person.page.locator(".import-said del").all_inner_texts())
    assert was.startswith(f"{format_number(low)}–{format_number(high)}")
    person.presses("Terapkan 1 baris").presses("Batalkan impor ini").sees("Impor sudah dibatalkan")


def brings_in_the_renja(newcomer) -> None:
    newcomer.uploads(MONEY, published.people_workbook(BENGKULU), "pejabat.xlsx")
    newcomer.person.sees(f"Berkas ini tampaknya berisi {PEOPLE}")
    lines = published.rows("budgets", BENGKULU)
    newcomer.brings_in(MONEY, published.renja_workbook(), "renja.xlsx", len(lines))
    total = sum(Decimal(line["anggaran"]) for line in lines if not line["kegiatan"])
    newcomer.person.follows("Lihat Program & Anggaran").sees(format_number(total, 0))


def drafts_for_all(person, offices: int, unplanned: int, unpaid: int) -> None:
    """One action for the regional head and all heads, with what each of them lacks."""
    person.follows("Penyiapan").follows("Buat draf untuk semua").presses("Buat draf untuk yang dicentang")
    person.sees(f"{offices + 1} draf dibuat.")
    rows = plain(person.page.locator("main tbody tr").all_inner_texts())
    assert len(rows) == offices + 1
    assert sum(NOTHING_PLANNED in row for row in rows) == unplanned
    assert sum(NO_MONEY in row for row in rows) == unpaid


def reads_the_draft(person, inspector: tuple[str, str]) -> None:
    """The inspector, by the link just handed over: the draft says what the files say."""
    comes_in(person, *inspector)
    person.follows(head_of(RENJA_OFFICE).title, exact=False)
    lines = planned()[RENJA_OFFICE]
    part = person.within("Sasaran, indikator, dan target", "region").place
    shown = dict(
        zip(indicators_of(part), plain(part.locator("[data-label=Target]").all_inner_texts()), strict=True)
    )
    for line in lines:
        # “2 Dokumen”, or a figure alone.
        figure = Decimal(line.targets[1].split()[0])
        number = shown.pop(line.name).split()[0]
        assert Decimal(number.replace(".", "").replace(",", ".")) == figure
    assert shown == {}
    has_the_money(
        person,
        {
            line["program"]: Decimal(line["anggaran"])
            for line in published.rows("budgets", BENGKULU)
            if not line["kegiatan"]
        },
    )


def indicators_of(part) -> list[str]:
    return plain(part.locator("tr:has([data-label=Target]) [data-label=Indikator]").all_inner_texts())


def has_the_money(person, programmes: dict[str, Decimal]) -> None:
    """Table B of the draft: every programme with its amount, and nothing else."""
    part = person.within("Program dan anggaran", "region").place
    rows = plain(part.locator("tbody tr").all_inner_texts())
    for name, amount in programmes.items():
        (row,) = [each for each in rows if name in each and format_rupiah(amount) in each]
        rows.remove(row)
    assert not any("PROGRAM" in row for row in rows)


def test_a_kabupaten_is_set_up_from_its_plan_and_the_drafts_say_what_the_files_say(newcomer):
    person = newcomer.person
    with on("2026-01-05"):
        begins(person, "Kabupaten", "Bengkulu Utara", "Bupati", "Arga Makmur", 2026)
        brings_in_the_organisation(newcomer, BENGKULU)
        adds_the_planning_period(newcomer)
        sees_the_published_faults(newcomer)
        brings_in_the_plan(newcomer)
        brings_in_the_renja(newcomer)
        inspector = heads_get_accounts(person)
        offices = {place.name for place in published.offices(BENGKULU) if place.signs_with_head}
        drafts_for_all(person, len(offices), len(offices - set(planned())), len(offices) - 1)
        person.follows("Impor Data").follows("renja.xlsx").presses("Batalkan impor ini")
        person.sees("Impor ini tidak dapat dibatalkan")
        reads_the_draft(person, inspector)


# --- Kota Padang ------------------------------------------------------------------------------


def rows_of_budgets(lines) -> int:
    """Sub kegiatan, and a row for the sum of each kegiatan, program and office."""
    keys = {
        (line.office, code)
        for line in lines
        for code in (line.code, line.activity_code, line.programme_code, "")
    }
    return len(keys)


def brings_in_the_budgets(newcomer, worker) -> None:
    """More than 2,000 rows are the worker's; the same file again changes nothing, another amount only its sums."""
    person, lines = newcomer.person, published.budget_lines()
    rows = rows_of_budgets(lines)
    newcomer.uploads(MONEY, published.budgets_workbook(), "sipd.xlsx").sees("dikerjakan di latar belakang")
    assert examined(person, worker) == counted(new=rows)
    person.presses(f"Terapkan {format_number(rows, 0)} baris").sees("Sedang diterapkan")
    worker()
    person.page.reload()
    assert found(person) == counted(new=rows)
    first = lines[0]
    other = [replace(first, amount=first.amount + 1), *lines[1:]]
    newcomer.uploads(MONEY, published.budgets_workbook(other), "sipd-ralat.xlsx")
    assert examined(person, worker) == counted(changed=4, same=rows - 4)
    newcomer.uploads(MONEY, published.budgets_workbook(), "sipd.xlsx")
    assert examined(person, worker) == counted(same=rows)


def examined(person, worker) -> dict[str, int]:
    worker()
    person.page.reload()
    return found(person)


def test_a_kota_is_set_up_from_its_budgets_in_sipd_shape(newcomer, worker):
    person = newcomer.person
    with on("2025-08-04"):
        begins(person, "Kota", "Padang", "Wali Kota", "Padang", 2025)
        brings_in_the_organisation(newcomer, PADANG)
        brings_in_the_budgets(newcomer, worker)
        offices = signing(PADANG)
        drafts_for_all(person, offices, offices + 1, 0)
        person.follows("Daftar PK").follows("Kepala Dinas Kesehatan")
        programmes: dict[str, Decimal] = defaultdict(Decimal)
        for line in published.rows("budgets", PADANG):
            if published.office_name(line["opd"], PADANG) == "Dinas Kesehatan":
                programmes[line["program"]] += Decimal(f"0{line['anggaran']}")
        has_the_money(person, programmes)
