"""Workbooks as offices have them, built out of the published figures in data/published.

Published are: names of perangkat daerah, indicators with satuan, direction, baseline and targets (Kabupaten
Bengkulu Utara), names of program and kegiatan, the last parts of the codes of sub kegiatan, and amounts (Kota
Padang); all as printed, misprints included. Made up are, and marked so where they are made: codes of perangkat
daerah (`office_code`), the first parts of programme codes (they begin with 9, which no urusan has), names of sub
kegiatan (`Sub kegiatan 2.06.0001`), and officials with their names, NIP and dates.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

from openpyxl import Workbook

from agreements.enums import Holding, Kind, Level, ObjectiveKind, UnitKind
from evaluations.published.places import Place, listed_name, places_of
from perjanjian.numerals import format_number

DATA = Path(__file__).parents[1] / "data" / "published"
BENGKULU, PADANG = "Kabupaten Bengkulu Utara", "Kota Padang"
FILES = {
    "indicators": ("indicators.csv", "renstra_targets.csv"),
    "budgets": ("budgets.csv", "padang_budgets.csv"),
    "offices": ("opd_lists.csv",),
}


@cache
def rows(what: str, region: str) -> tuple[dict[str, str], ...]:
    """Every published line about a region, of one of FILES."""
    found = []
    for name in FILES[what]:
        with (DATA / name).open(encoding="utf-8", newline="") as stream:
            found += [line for line in csv.DictReader(stream) if line["region"] == region]
    return tuple(found)


def content(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# --- organisation -----------------------------------------------------------------------------


@cache
def offices(region: str) -> tuple[Place, ...]:
    """The perangkat daerah of the published list, and the Bagian that indicators are published of."""
    names = [line["opd_name"] for line in rows("offices", region)]
    names += [line["opd"] for line in rows("indicators", region) if line["opd"].startswith("Bagian ")]
    found: dict[str, Place] = {}
    for name in names:
        found |= {place.name: place for place in places_of(name)}
    return tuple(found.values())


def office_code(region: str, name: str) -> str:
    """Made up: the shape of an SKPD code, numbered in the order of the list."""
    number = [place.name for place in offices(region)].index(name) + 1
    return f"9.{number:02}.0.00.0.00.{number:02}.0000"


def office_name(printed: str, region: str) -> str:
    """How the list writes the office that a document names; "" for the region itself."""
    if not printed:
        return ""
    return listed_name(places_of(printed)[-1].name, [place.name for place in offices(region)])


def region_name(region: str) -> str:
    return f"Pemerintah {region}"


def table(book: Workbook, title: str, headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> None:
    """One more sheet with its headings in row 1."""
    sheet = book.create_sheet(title)
    sheet.append(list(headings))
    for line in lines:
        sheet.append(list(line))


def workbook(*sheets: tuple[str, Sequence[str], Iterable[Sequence[Any]]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, headings, lines in sheets:
        table(book, title, headings, lines)
    return content(book)


UNIT_HEADINGS = (
    "Kode SKPD", "Nama", "Nama Pendek", "Jenis", "Bagian dari", "Menandatangani PK dengan Kepala Daerah", "Tampil di Peta Capaian",
    "Menyusun LKjIP", "Berlaku Sejak",
)  # fmt: skip
POSITION_HEADINGS = ("Unit", "Jabatan", "Tingkat", "Memimpin Unit", "Atasan Langsung", "Berlaku Sejak")
OFFICIAL_HEADINGS = (
    "Nama", "NIP", "Pangkat/Golongan", "Jabatan", "Unit", "Sebagai", "Mulai", "Sampai Dengan", "Nomor Keputusan",
)  # fmt: skip
SINCE = date(2021, 1, 4)


def units_workbook(region: str) -> bytes:
    """Sheet “Unit”: the region and its offices, as an office would keep the list; codes and start are made up."""
    top = region_name(region)
    lines: list[Sequence[Any]] = [
        (None, top, region, UnitKind.REGION.label, None, "tidak", "tidak", "ya", SINCE)
    ]
    for place in offices(region):
        signs = "ya" if place.signs_with_head else "tidak"
        lines.append(
            (office_code(region, place.name), place.name, place.name[:60], place.kind.label, place.parent or top,
             signs, signs, signs, SINCE)
        )  # fmt: skip
    return workbook(("Unit", UNIT_HEADINGS, lines))


_GIVEN = (
    "Andi",
    "Budi",
    "Citra",
    "Dewi",
    "Eko",
    "Fitri",
    "Gunawan",
    "Hesti",
    "Indra",
    "Joko",
    "Kartika",
    "Lestari",
)
_FAMILY = ("Rekaan", "Contoh", "Karangan", "Ibarat", "Andaian")


@dataclass(frozen=True)
class Head:
    """A head of an office: the title as the name of the office tells it, all else made up."""

    office: str
    title: str
    level: Level
    name: str
    nip: str
    holding: Holding


def heads(region: str) -> tuple[Head, ...]:
    """The regional head and the heads of all offices; every ninth is acting."""
    kind, _, rest = region.partition(" ")
    regent = f"{'Wali Kota' if kind == 'Kota' else 'Bupati'} {rest}"
    found = [Head(region_name(region), regent, Level.REGIONAL_HEAD, "Wira Rekaan", "", Holding.DEFINITIVE)]
    for number, place in enumerate(offices(region)):
        name = f"{_GIVEN[number % len(_GIVEN)]} {_FAMILY[number % len(_FAMILY)]}, S.E."
        nip = f"{1966 + number % 15}{number % 12 + 1:02}{number % 28 + 1:02}{1992 + number % 15}03{number % 2 + 1}{number + 1:03}"
        holding = Holding.PLT if number % 9 == 8 else Holding.DEFINITIVE
        found.append(Head(place.name, place.head, place.level, name, nip, holding))
    return tuple(found)


def people_workbook(region: str) -> bytes:
    """Sheets “Jabatan” and “Pejabat” of all heads; a Bagian answers to the Sekretaris Daerah, others to the regional head."""
    everyone = heads(region)
    above = {place.name: place.parent for place in offices(region)}
    titles = {head.office: head.title for head in everyone}
    top = everyone[0]
    positions = [
        (head.office, head.title, head.level.label, "ya",
         None if head is top else titles[above[head.office] or top.office], SINCE)
        for head in everyone
    ]  # fmt: skip
    officials = [
        (head.name, head.nip or None, "Pembina Utama Muda (IV/c)" if head.nip else None, head.title, head.office,
         head.holding.label, "4 Januari 2021" if head.nip else "26/02/2021", None, None)
        for head in everyone
    ]  # fmt: skip
    return workbook(("Jabatan", POSITION_HEADINGS, positions), ("Pejabat", OFFICIAL_HEADINGS, officials))


# --- the plan ---------------------------------------------------------------------------------

TARGET_YEARS = (2025, 2026, 2030)
PERIOD = ("RPJMD 2025–2030", 2025, 2030)
OBJECTIVE_HEADINGS = ("OPD", "Jenis", "Tujuan/Sasaran")
INDICATOR_HEADINGS = (
    "OPD", "Sasaran", "Indikator Kinerja", "Satuan", "Jenis Nilai", "Arah", "Kondisi Awal",
    *(f"Target {year}" for year in TARGET_YEARS),
)  # fmt: skip
_SERIES = re.compile(r"baseline (?P<baseline>.*?); 2025: (?P<first>.*?); 2030: (?P<last>.*?)(?:;|$)")
_ENDS = re.compile(r"(?P<low>[0-9.]+)%?[-:](?P<high>[0-9.]+)%?")
# Both written by hand from what the row's other figures say; nothing else is known of these two.
_REPAIRED = {"1.528.85": "1.528,85", "1.520.64": "1.520,64", "1.562.14": "1.562,14"}


@dataclass(frozen=True)
class PlanLine:
    """One published indicator; `targets` as printed, by year, empty where none is."""

    office: str
    objective: str
    name: str
    unit_of_measure: str
    direction: str
    baseline: str
    targets: tuple[str, ...]


@cache
def plan_lines() -> tuple[PlanLine, ...]:
    """The 330 published indicators of Kabupaten Bengkulu Utara, by office as printed."""
    found = []
    for line in rows("indicators", BENGKULU):
        series = _SERIES.search(line["note"])
        first, last = (series["first"], series["last"]) if series else ("", "")
        found.append(
            PlanLine(
                office=line["opd"],
                objective=line["sasaran"],
                name=line["indicator"],
                unit_of_measure=line["unit"],
                direction=line["direction"],
                baseline=series["baseline"] if series else "",
                targets=(first, line["target"], last),
            )
        )
    return tuple(sorted(found, key=lambda each: each.office))


def as_number(text: str) -> str | Decimal:
    """A target as a spreadsheet keeps it: a number where it is one with a decimal point, else as printed."""
    return Decimal(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else text


def as_corrected(text: str, unit_of_measure: str) -> str | Decimal | None:
    """A target as it should have been written; None where nothing tells what it should be.

    Ranges get comma and order, groups of three behind a point are thousands unless it is a percentage, and what is
    no figure (Ada, A, Tepat, 1 : 31:1 : 31) is left empty.
    """
    text = _REPAIRED.get(text, text)
    if ends := _ENDS.fullmatch(text):
        low, high = sorted(Decimal(ends[name]) for name in ("low", "high"))
        return f"{format_number(low)}–{format_number(high)}"
    if re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", text):
        return Decimal(text) if "%" in unit_of_measure else Decimal(text.replace(".", ""))
    number = as_number(text)
    return number if isinstance(number, Decimal) or re.match(r"[0-9]+ [A-Za-z]|1\.5", text) else None


def plan_workbook(figures: str = "printed", targets: Mapping[str, Any] = MappingProxyType({})) -> bytes:
    """Sheets “Tujuan & Sasaran” and “Indikator” of Bengkulu Utara.

    `figures`: "printed" (all as text, `4.47-4.51`, `1 Dokumen`, `1.528.85`), "numbers" (as a spreadsheet would keep
    them: numbers are numbers), or "corrected": besides, offices are named as the list names them, targets are written
    right (`as_corrected`), and a name that stands twice gets (2). `targets` puts another target of 2026 for a name.
    """
    corrected = figures == "corrected"
    seen: dict[tuple[str, str], int] = {}
    objectives: dict[tuple[str, str], None] = {}
    indicators = []
    for line in plan_lines():
        office = office_name(line.office, BENGKULU) if corrected else line.office
        office = office or region_name(BENGKULU)
        key = office, " ".join(line.name.casefold().split())
        seen[key] = seen.get(key, 0) + 1
        name = f"{line.name} ({seen[key]})" if corrected and seen[key] > 1 else line.name
        objectives[office, line.objective] = None
        span = line.direction == "rentang" or (corrected and bool(_ENDS.fullmatch(line.targets[1])))
        first, second, last = (_written(text, line, figures) for text in line.targets)
        indicators.append(
            (office, line.objective, name, line.unit_of_measure, Kind.RANGE.label if span else None,
             line.direction if line.direction in ("naik", "turun") else None, line.baseline or None,
             first, targets.get(line.name, second), last)
        )  # fmt: skip
    lines = [(office, ObjectiveKind.OBJECTIVE.label, text) for office, text in objectives]
    return workbook(
        ("Tujuan & Sasaran", OBJECTIVE_HEADINGS, lines), ("Indikator", INDICATOR_HEADINGS, indicators)
    )


def _written(text: str, line: PlanLine, figures: str) -> str | Decimal | None:
    if figures == "corrected":
        return as_corrected(text, line.unit_of_measure)
    return (as_number(text) if figures == "numbers" else text) or None


# --- budgets in SIPD shape --------------------------------------------------------------------

_SUB_ACTIVITY = re.compile(r"(?P<kegiatan>.*) > sub kegiatan (?P<code>\d\.\d\d\.\d{4})\.")
# In another order than anyone expects, the amount first.
SIPD_HEADINGS = ("Pagu Murni", "Kode", "Uraian", "SKPD", "No.")
SIPD_PAGE = 45


@dataclass(frozen=True)
class BudgetLine:
    """One published sub kegiatan; `code` begins with made-up parts."""

    office: str
    printed_office: str
    programme: str
    activity: str
    code: str
    name: str
    amount: Decimal

    @property
    def programme_code(self) -> str:
        return ".".join(self.code.split(".")[:3])

    @property
    def activity_code(self) -> str:
        return ".".join(self.code.split(".")[:5])


@cache
def budget_lines() -> tuple[BudgetLine, ...]:
    """All 2,068 published sub kegiatan of Kota Padang, by office and code."""
    found = []
    programmes: dict[str, dict[str, int]] = {}
    for line in rows("budgets", PADANG):
        match = _SUB_ACTIVITY.fullmatch(line["kegiatan"])
        assert match, line["kegiatan"]
        office = office_name(line["opd"], PADANG)
        of_office = programmes.setdefault(office, {})
        number = of_office.setdefault(line["program"], len(of_office) + 1)
        begins = f"{office_code(PADANG, office)[:4]}.{number:02}"
        found.append(
            BudgetLine(
                office=office,
                printed_office=line["opd"],
                programme=line["program"],
                activity=match["kegiatan"],
                code=f"{begins}.{match['code']}",
                name=f"Sub kegiatan {match['code']}",
                amount=Decimal(f"0{line['anggaran']}"),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.office, each.code)))


def money_text(amount: Decimal) -> str:
    """As SIPD exports an amount: text, 1.234.567,00."""
    return format_number(amount, 2)


def _sipd_rows(lines: Iterable[BudgetLine]) -> Iterator[tuple[str, str, str, Decimal]]:
    """Office, code, name and amount of every step: perangkat daerah, program, kegiatan, sub kegiatan."""

    def summed(group: Sequence[BudgetLine], code: str, name: str) -> tuple[str, str, str, Decimal]:
        return group[0].printed_office, code, name, sum((line.amount for line in group), Decimal(0))

    for office, of_office in groupby(lines, key=lambda line: line.office):
        all_of_office = list(of_office)
        printed = all_of_office[0].printed_office
        yield summed(all_of_office, office_code(PADANG, office), printed)
        for code, of_programme in groupby(all_of_office, key=lambda line: line.programme_code):
            programme = list(of_programme)
            yield summed(programme, code, programme[0].programme)
            for activity_code, of_activity in groupby(programme, key=lambda line: line.activity_code):
                activity = list(of_activity)
                yield summed(activity, activity_code, activity[0].activity)
                for line in activity:
                    yield printed, line.code, line.name, line.amount
        yield summed(all_of_office, "", f"JUMLAH {printed}")


class _SipdSheet:
    """Writes pages with titles, headings and the office in a cell merged over its rows."""

    def __init__(self, book: Workbook):
        self.sheet = book.active
        self.sheet.title = "Rekap Pagu"
        self.began, self.office, self.on_page = 0, "", 0
        self.heading()

    def heading(self) -> None:
        self.close()
        for title in ("PEMERINTAH KOTA PADANG", "REKAPITULASI PAGU SUB KEGIATAN TAHUN ANGGARAN 2025"):
            self.sheet.append([title])
            row = self.sheet.max_row
            self.sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(SIPD_HEADINGS))
        self.sheet.append(SIPD_HEADINGS)
        self.on_page = 0

    def close(self) -> None:
        """Merge the cell of the office over the rows it had so far."""
        last = self.sheet.max_row
        if self.began and last > self.began:
            self.sheet.merge_cells(start_row=self.began, end_row=last, start_column=4, end_column=4)
        self.began, self.office = 0, ""

    def add(self, office: str, code: str, name: str, amount: str | Decimal, number: int) -> None:
        if office != self.office:
            self.close()
            self.began, self.office = self.sheet.max_row + 1, office
        first = self.began == self.sheet.max_row + 1
        self.sheet.append([amount, code or None, name, office if first else None, number])
        self.on_page += 1


def budgets_workbook(
    lines: Sequence[BudgetLine] | None = None, *, text: bool = True, paged: bool = True
) -> bytes:
    """Budgets as SIPD exports them, of all offices unless `lines` says which.

    Columns in another order (`SIPD_HEADINGS`), a title in merged cells, the office in a cell merged over its rows,
    a row for every program and kegiatan with the sum of what is below it, sums of each office and of the region.
    `text`: amounts are text (1.234.567,00). `paged`: title and headings are repeated every SIPD_PAGE rows.
    """
    lines = budget_lines() if lines is None else lines
    book = Workbook()
    page = _SipdSheet(book)
    for number, (office, code, name, amount) in enumerate(_sipd_rows(lines), start=1):
        if paged and page.on_page == SIPD_PAGE:
            page.heading()
        page.add(office, code, name, money_text(amount) if text else amount, number)
    page.close()
    total = sum((line.amount for line in lines), Decimal(0))
    page.sheet.append([money_text(total) if text else total, None, "TOTAL", None, None])
    return content(book)


def budgets_plain_workbook(lines: Sequence[BudgetLine] | None = None) -> bytes:
    """The same budgets as an orderly table: one row a sub kegiatan, all its steps beside it, amounts as numbers."""
    lines = budget_lines() if lines is None else lines
    book = Workbook()
    book.active.title = "Anggaran"
    book.active.append(
        ["Kode SKPD", "SKPD", "Kode Program", "Program", "Kode Kegiatan", "Kegiatan", "Kode Sub Kegiatan",
         "Sub Kegiatan", "Pagu"]
    )  # fmt: skip
    for line in lines:
        book.active.append(
            [office_code(PADANG, line.office), line.printed_office, line.programme_code, line.programme,
             line.activity_code, line.activity, line.code, line.name, line.amount]
        )  # fmt: skip
    return content(book)


# --- the Renja of one office ------------------------------------------------------------------

RENJA_OFFICE = "Inspektorat"
RENJA_HEADINGS = ("Perangkat daerah", "Kode", "Uraian", "Pagu (Rp)")


@dataclass(frozen=True)
class RenjaLine:
    """One published row of the Renja 2026; rows above others are their sums. The code is made up."""

    code: str
    name: str
    amount: Decimal


@cache
def renja_lines() -> tuple[RenjaLine, ...]:
    """The 57 rows of the Inspektorat of Kabupaten Bengkulu Utara: program, kegiatan, sub kegiatan."""
    begins = office_code(BENGKULU, RENJA_OFFICE)[:4]
    numbers: dict[str, int] = {}
    codes: dict[str, str] = {}
    found = []
    for line in rows("budgets", BENGKULU):
        steps = [line["program"], *filter(None, line["kegiatan"].split(" > "))]
        path, above = " > ".join(steps), " > ".join(steps[:-1])
        numbers[above] = numbers.get(above, 0) + 1
        number = (f"{numbers[above]:02}", f"2.{numbers[above]:02}", f"{numbers[above]:04}")[len(steps) - 1]
        codes[path] = f"{codes.get(above, begins)}.{number}"
        found.append(RenjaLine(codes[path], steps[-1], Decimal(line["anggaran"])))
    return tuple(found)


def renja_leaves() -> tuple[RenjaLine, ...]:
    """The rows that are no sums of others."""
    codes = [line.code for line in renja_lines()]
    return tuple(
        line for line in renja_lines() if not any(code.startswith(f"{line.code}.") for code in codes)
    )


def renja_workbook() -> bytes:
    lines = [(RENJA_OFFICE, line.code, line.name, line.amount) for line in renja_lines()]
    return workbook(("Program & Anggaran", RENJA_HEADINGS, lines))
