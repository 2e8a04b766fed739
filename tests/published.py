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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook

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
