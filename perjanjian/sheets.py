"""Writes spreadsheets: XLSX with instructions, drop-downs and notes, and CSV. The only module that writes cells.

Text is never a formula, whatever it begins with (``guarded``); figures stay figures and dates dates. Rows are
streamed to a temporary file, so memory does not grow with them.
"""

import csv as plain_csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from perjanjian.numerals import format_number, in_digits

Cell = str | int | Decimal | bool | date | None

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"

MAX_TEXT = 32_767
MAX_SHEET_ROW = 1_048_576
LONGEST_TITLE = 31
INSTRUCTIONS = "Petunjuk"
CHOICES = "Pilihan"
AUTHOR = "perjanjian"
HEAD = PatternFill("solid", fgColor="DCE6F1")
# A required column is told by its colour and by its note; its label stays the label, so it is found again.
REQUIRED_HEAD, REQUIRED = PatternFill("solid", fgColor="F8CBAD"), "Wajib diisi."
INTEGER_FORMAT, DECIMAL_FORMAT, DATE_FORMAT = "#,##0", "#,##0.00##", "dd/mm/yyyy"

# A spreadsheet takes text beginning like this for a formula; the full-width signs count where the keyboard is East
# Asian, and a tab or an end of line before the sign is passed over.
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
GUARD = "'"
FORBIDDEN_IN_TITLE = re.compile(r"[\\/*?:\[\]]")


@dataclass(frozen=True)
class Heading:
    """A column: its label, what the note on it says, what its drop-down offers, its width in characters."""

    label: str
    note: str = ""
    choices: tuple[str, ...] = ()
    width: int = 18
    required: bool = False


@dataclass(frozen=True)
class Page:
    """A sheet: row 1 holds the labels, the rows follow. ``notes`` by (row of the sheet, column), both from 1."""

    title: str
    headings: tuple[Heading, ...]
    rows: Iterable[Sequence[Cell]] = ()
    notes: Mapping[tuple[int, int], str] = field(default_factory=dict)


def xlsx(pages: Sequence[Page], instructions: Sequence[str] = ()) -> bytes:
    """A workbook of these sheets; instructions, one line each, become a first sheet “Petunjuk”."""
    book = Workbook(write_only=True)
    titles: set[str] = {CHOICES.casefold()}
    if instructions:
        _write_instructions(book.create_sheet(_title(INSTRUCTIONS, titles)), instructions)
    lists: list[tuple[str, ...]] = []
    for page in pages:
        _write_page(book.create_sheet(_title(page.title, titles)), page, lists)
    if lists:
        _write_choices(book.create_sheet(CHOICES), lists)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv(page: Page, delimiter: str = ";") -> bytes:
    """The page as CSV in UTF-8 with its mark, so Excel reads the letters; figures with a decimal comma, dates ISO."""
    stream = io.StringIO(newline="")
    writer = plain_csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([guarded(heading.label) for heading in page.headings])
    for row in page.rows:
        writer.writerow([_csv_text(value) for value in row])
    return stream.getvalue().encode("utf-8-sig")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula."""
    return bool(FORMULA.match(text.lstrip(" ")))


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet could take it for a formula."""
    return GUARD + text if is_formula(text) else text


def unguarded(text: str) -> str:
    """The text without the apostrophe ``guarded`` put before it."""
    return text[1:] if text.startswith(GUARD) and is_formula(text[1:]) else text


# --- cells --------------------------------------------------------------------------------------


def _text(value: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", value)[:MAX_TEXT]


def _csv_text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, Decimal):
        value = in_digits(value)
    if isinstance(value, int | Decimal):
        return format_number(value, grouping=False)
    if isinstance(value, date):
        return value.isoformat()
    return guarded(_text(value))


def _cell(sheet, value: Cell) -> SheetCell | None:
    """The value as a cell of its kind; text is text by its type and by the mark Excel itself sets for it."""
    if value is None or value == "":
        return None
    cell = WriteOnlyCell(sheet)
    if isinstance(value, bool):
        value = "Ya" if value else "Tidak"
    if isinstance(value, str):
        cell.value = _text(value)
        cell.data_type = "s"
        cell.quotePrefix = is_formula(value)
        return cell
    if isinstance(value, Decimal):
        value = in_digits(value)
        cell.number_format = INTEGER_FORMAT if value == value.to_integral_value() else DECIMAL_FORMAT
    elif isinstance(value, date):
        cell.number_format = DATE_FORMAT
    cell.value = value
    return cell


def _noted(sheet, value: Cell, note: str) -> SheetCell | None:
    cell = _cell(sheet, value)
    if note:
        cell = cell or WriteOnlyCell(sheet)
        cell.comment = Comment(
            _text(note), AUTHOR, width=320, height=min(40 + 18 * (len(note) // 40 + 1), 400)
        )
    return cell


# --- sheets -------------------------------------------------------------------------------------


def _title(title: str, taken: set[str]) -> str:
    """A name Excel takes: at most 31 letters, none of \\ / * ? : [ ], told apart from the others by a number."""
    plain = FORBIDDEN_IN_TITLE.sub(" ", _text(title)).strip(" '")[:LONGEST_TITLE] or "Lembar"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        ending = f" ({number})"
        name = plain[: LONGEST_TITLE - len(ending)] + ending
    taken.add(name.casefold())
    return name


def _write_instructions(sheet, lines: Sequence[str]) -> None:
    sheet.column_dimensions["A"].width = 110
    for number, line in enumerate(lines):
        cell = _cell(sheet, line)
        if cell is not None:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 0)
        sheet.append([cell])


def _write_page(sheet, page: Page, lists: list[tuple[str, ...]]) -> None:
    last = get_column_letter(max(len(page.headings), 1))
    sheet.freeze_panes = "A2"
    for number, heading in enumerate(page.headings, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = heading.width
    sheet.append([_head(sheet, page, number, each) for number, each in enumerate(page.headings, start=1)])
    rows = 1
    for row in page.rows:
        rows += 1
        sheet.append(
            [_noted(sheet, value, page.notes.get((rows, number), "")) for number, value in enumerate(row, 1)]
        )
    for below in sorted({row for row, _ in page.notes if row > rows}):
        sheet.append(
            [_noted(sheet, None, page.notes.get((below, n), "")) for n in range(1, len(page.headings) + 1)]
        )
    sheet.auto_filter.ref = f"A1:{last}{rows}"
    for number, heading in enumerate(page.headings, start=1):
        if heading.choices:
            _offer(sheet, get_column_letter(number), _list_of(heading.choices, lists))


def _head(sheet, page: Page, number: int, heading: Heading) -> SheetCell:
    must = REQUIRED if heading.required else ""
    note = "\n".join(part for part in (must, heading.note, page.notes.get((1, number), "")) if part)
    cell = _noted(sheet, heading.label, note) or WriteOnlyCell(sheet)
    cell.font = Font(bold=True)
    cell.fill = REQUIRED_HEAD if heading.required else HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _list_of(choices: tuple[str, ...], lists: list[tuple[str, ...]]) -> str:
    """Where the hidden sheet holds these choices: the same ones twice are held once."""
    if choices not in lists:
        lists.append(choices)
    letter = get_column_letter(lists.index(choices) + 1)
    return f"{quote_sheetname(CHOICES)}!${letter}$1:${letter}${len(choices)}"


def _offer(sheet, letter: str, place: str) -> None:
    offer = DataValidation(type="list", formula1=place, allow_blank=True, showErrorMessage=True)
    offer.errorTitle = "Bukan pilihan"
    offer.error = "Pilih salah satu isian dari daftar."
    offer.add(f"{letter}2:{letter}{MAX_SHEET_ROW}")
    sheet.data_validations.append(offer)


def _write_choices(sheet, lists: list[tuple[str, ...]]) -> None:
    sheet.sheet_state = "hidden"
    for row in range(max(len(choices) for choices in lists)):
        sheet.append([_cell(sheet, choices[row]) if row < len(choices) else None for choices in lists])
