"""What we write is read back as it was; no text becomes a formula."""

import io
import tracemalloc
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from perjanjian import sheets
from perjanjian.sheets import Heading, Page

FORMULAS = [
    "=1+1",
    "+62 812",
    "-5 persen",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠a",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1+1",
]
PLAIN = ["1=1", "a-b", "'kutip", "0812", "", "Rp5.000", "(=1)"]


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def page(*rows, **more) -> Page:
    return Page("Data", (Heading("A"), Heading("B"), Heading("C")), rows, **more)


@pytest.mark.parametrize("text", FORMULAS)
def test_text_is_never_a_formula(text):
    content = sheets.xlsx([Page("Data", (Heading(text),), [(text,)], {(2, 1): text})])
    for cell in (opened(content)["Data"]["A1"], opened(content)["Data"]["A2"]):
        assert (cell.data_type, cell.quotePrefix, cell.value) == ("s", True, text)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    written = sheets.csv(Page("Data", (Heading("A"),), [(text,)])).decode("utf-8-sig")
    assert written.removeprefix("A\r\n").lstrip('"').startswith("'")
    assert sheets.unguarded(sheets.guarded(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_is_left_as_it_is(text):
    assert sheets.guarded(text) == text
    assert sheets.unguarded(text) == text
    assert not opened(sheets.xlsx([page((text, "x"))]))["Data"]["A2"].quotePrefix


def test_figures_dates_and_answers_keep_their_kind():
    row = (Decimal("-1250.50"), -3, date(2026, 7, 14))
    exact = (Decimal("0.33333333333333333333"), Decimal("1E+3"), True)
    cells = opened(sheets.xlsx([page(row, exact)]))["Data"]
    assert [(cell.value, cell.number_format) for cell in cells[2]] == [
        (-1250.5, "#,##0.00##"),
        (-3, "General"),
        (openpyxl.utils.datetime.from_ISO8601("2026-07-14T00:00:00"), "dd/mm/yyyy"),
    ]
    assert [(cell.value, cell.number_format) for cell in cells[3]] == [
        (0.333333333333333, "#,##0.00##"),
        (1000, "#,##0"),
        ("Ya", "General"),
    ]
    assert sheets.csv(page(row, exact)).decode("utf-8-sig").splitlines() == [
        "A;B;C",
        "-1250,5;-3;2026-07-14",
        "0,333333333333333;1000;Ya",
    ]


def test_nothing_is_an_empty_cell():
    cells = opened(sheets.xlsx([page((None, "", Decimal(0)))]))["Data"]
    assert [cell.value for cell in cells[2]] == [None, None, 0]
    assert sheets.csv(page((None, "", Decimal(0)))) == b"\xef\xbb\xbfA;B;C\r\n;;0\r\n"


def test_a_template_has_instructions_drop_downs_and_notes():
    kinds = ("Dinas", "Badan")
    headings = (
        Heading("Kode", note="Kode unit.", required=True, width=12),
        Heading("Jenis", choices=kinds),
        Heading("Induk", choices=kinds),
    )
    book = opened(
        sheets.xlsx(
            [Page("Unit", headings, [("1.01", "Dinas", None)], {(2, 3): "Isi induknya."})], ["Judul", "=isi"]
        )
    )
    assert book.sheetnames == ["Petunjuk", "Unit", "Pilihan"]
    unit, choices = book["Unit"], book["Pilihan"]
    assert [cell.value for cell in book["Petunjuk"]["A"]] == ["Judul", "=isi"]
    assert (unit.freeze_panes, unit.auto_filter.ref) == ("A2", "A1:C2")
    assert unit.column_dimensions["A"].width == 12
    assert unit["A1"].comment.text == "Wajib diisi.\nKode unit."
    assert unit["C2"].comment.text == "Isi induknya."
    assert choices.sheet_state == "hidden"
    assert [cell.value for cell in choices["A"]] == list(kinds)
    assert [(str(each.sqref), each.formula1) for each in unit.data_validations.dataValidation] == [
        ("B2:B1048576", "'Pilihan'!$A$1:$A$2"),
        ("C2:C1048576", "'Pilihan'!$A$1:$A$2"),
    ]


def test_titles_are_what_excel_takes():
    titles = ["Unit/Kerja: [satu]?", "Unit/Kerja: [satu]?", "x" * 40, "X" * 40, "", "Pilihan"]
    book = opened(sheets.xlsx([Page(title, (Heading("A"),)) for title in titles]))
    assert book.sheetnames == [
        "Unit Kerja   satu",
        "Unit Kerja   satu (2)",
        "x" * 31,
        "X" * 27 + " (2)",
        "Lembar",
        "Pilihan (2)",
    ]


def test_letters_no_workbook_takes_are_left_out():
    text = "a\x00\x0bb" + "x" * 40_000
    assert len(opened(sheets.xlsx([page((text,))]))["Data"]["A2"].value) == sheets.MAX_TEXT


def test_memory_does_not_grow_with_the_rows():
    def peak(count: int) -> int:
        tracemalloc.start()
        rows = ((f"Baris {n}", n, Decimal("1.5")) for n in range(count))
        sheets.xlsx([Page("Data", (Heading("A"),), rows)])
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(5_000) < peak(500) + 1_000_000
