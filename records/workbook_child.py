"""The child process of ``records.workbooks``: reads one spreadsheet under hard limits, and nothing else.

Started as ``python -m records.workbook_child`` with the file as standard input; writes lines of JSON to standard
output: one object for each sheet, one array for each of its rows, one object at the end. It imports no Django, so it
starts in some 50 ms, and it knows neither settings nor database, so a file that takes it over finds nothing.
"""

import io
import json
import math
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import BinaryIO
from xml.parsers.expat import ExpatError

from records import workbook_marks
from records.workbook_marks import WIDTH, Marks, Merge, key

MEMORY_BYTES = 300 * 1024 * 1024
CPU_SECONDS = 20
OUTPUT_BYTES = 192 * 1024 * 1024

MAX_SHEETS = 50
MAX_ROWS = 200_000
MAX_COLUMNS = 60
MAX_CELLS = 2_500_000
MAX_MERGES = 100_000
MAX_TEXT = 32_767
# Excel keeps and shows 15 digits of a number; what a formula leaves behind them is noise of the binary figure.
DIGITS = ".15g"
# Zero-width letters, soft hyphens and marks of direction come along from web pages and make two names of one.
UNSEEN = re.compile("[\0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

Value = str | int | float | bool | list | None


class Refused(Exception):
    """A fault by its code (a key of ``workbooks.SENTENCES``), with what its sentence names."""

    def __init__(self, code: str, **about: str | int):
        super().__init__(code)
        self.code, self.about = code, about


def limit() -> None:
    """Takes from this process what a hostile file would use: memory, time, disk, core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def messages(stream: BinaryIO) -> Iterator[dict | list[Value]]:
    """The sheets of the file and their rows, in order; raises ``Refused``."""
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    try:
        book = CalamineWorkbook.from_filelike(stream)
    except PasswordError:
        raise Refused("encrypted") from None
    except CalamineError:
        raise Refused("unreadable") from None
    sheets = [
        (index, each.name, each.visible != SheetVisibleEnum.Visible)
        for index, each in enumerate(book.sheets_metadata)
        if each.typ == SheetTypeEnum.WorkSheet
    ]
    if not sheets:
        raise Refused("no_sheet")
    if len(sheets) > MAX_SHEETS:
        raise Refused("sheets", count=len(sheets), most=MAX_SHEETS)
    _require_distinct([name for _, name, _ in sheets])
    marks = _marks_of(stream)
    cells = 0
    for index, name, hidden in sheets:
        yield {"sheet": name, "hidden": hidden}
        try:
            sheet = book.get_sheet_by_index(index)
        except CalamineError:
            raise Refused("unreadable_sheet", sheet=name) from None
        for row in _rows(sheet, name, marks.get(name) or Marks()):
            cells += len(row)
            if cells > MAX_CELLS:
                raise Refused("cells", most=MAX_CELLS)
            yield row
    yield {"end": True}


def _require_distinct(names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        folded = " ".join(name.casefold().split())
        if folded in seen:
            raise Refused("same_name", sheet=name)
        seen.add(folded)


def _marks_of(stream: BinaryIO) -> dict[str, Marks]:
    try:
        with zipfile.ZipFile(stream) as archive:
            return workbook_marks.marks_of(archive)
    except workbook_marks.TooManyMarks:
        raise Refused("cells", most=workbook_marks.MAX_MARKS) from None
    except (zipfile.BadZipFile, zlib.error, ExpatError, ValueError, NotImplementedError, EOFError, OSError):
        raise Refused("unreadable") from None


def _rows(sheet, name: str, marks: Marks) -> Iterator[list[Value]]:
    """The rows from row 1 on, without the empty ones at the end and the empty cells at the end of each."""
    merges = _Merges(sheet.merged_cell_ranges or marks.merges, sheet.total_width)
    errors = _by_row(marks.errors)
    empty = 0
    for index, row in enumerate(_grid(sheet, max(errors, default=-1) + 1)):
        if marks.percents:
            row = [_percent(value, key(index, column) in marks.percents) for column, value in enumerate(row)]
        for column, text in errors.get(index, ()):
            row += [None] * (column + 1 - len(row))
            row[column] = text
        merges.fill(index, row)
        while row and row[-1] is None:
            row.pop()
        if not row:
            empty += 1
            continue
        require_room(name, index, row)
        yield from ([] for _ in range(empty))
        empty = 0
        yield row


def _grid(sheet, height: int) -> Iterator[list[Value]]:
    """The cells the reader gives, from row 1 and column A on, and empty rows up to ``height``."""
    count = 0
    if sheet.start is not None:
        left = sheet.start[1]
        for cells in sheet.iter_rows():
            count += 1
            yield [None] * left + [plain(cell) for cell in cells]
    for _ in range(count, height):
        yield []


def _by_row(errors: dict[int, str]) -> dict[int, list[tuple[int, str]]]:
    rows: dict[int, list[tuple[int, str]]] = {}
    for place, text in errors.items():
        row, column = divmod(place, WIDTH)
        rows.setdefault(row, []).append((column, text))
    return rows


def _percent(value: Value, marked: bool) -> Value:
    """The text a person sees, “80%”, for a figure shown as percent: the file holds 0.8, which nobody typed."""
    if not marked or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    hundredfold = (Decimal(repr(value)) * 100).normalize()
    return f"{hundredfold:f}%".replace(".", ",")


def require_room(name: str, index: int, row: Sequence[Value]) -> None:
    """Raises ``Refused`` when row ``index`` (from 0) is too far down, too wide, or holds a text too long."""
    if index >= MAX_ROWS:
        raise Refused("rows", sheet=name, row=index + 1, most=MAX_ROWS)
    if len(row) > MAX_COLUMNS:
        raise Refused("columns", sheet=name, row=index + 1, count=len(row), most=MAX_COLUMNS)
    for column, value in enumerate(row, start=1):
        if isinstance(value, str) and len(value) > MAX_TEXT:
            raise Refused("text", sheet=name, row=index + 1, column=column, most=MAX_TEXT)


class _Merges:
    """Fills merged cells with the value of their first cell, row after row."""

    def __init__(self, ranges: list[Merge], width: int):
        if len(ranges) > MAX_MERGES:
            raise Refused("merges", most=MAX_MERGES)
        self.waiting = sorted(ranges, reverse=True)
        self.active: list[tuple[int, int, int, Value]] = []
        self.width = width

    def fill(self, index: int, row: list[Value]) -> None:
        self.active = [each for each in self.active if each[0] >= index]
        while self.waiting and self.waiting[-1][0][0] <= index:
            (top, left), (bottom, right) = self.waiting.pop()
            value = row[left] if top == index and left < len(row) else None
            if value is not None and left < self.width:
                self.active.append((bottom, left, min(right, self.width - 1), value))
        for _, left, right, value in self.active:
            row += [None] * (right + 1 - len(row))
            row[left : right + 1] = [value] * (right + 1 - left)


def plain(cell: object) -> Value:
    """A cell as JSON has it: a date is a list of year, month and day, a whole number an int, emptiness None."""
    if isinstance(cell, str):
        return text_of(cell)
    if isinstance(cell, bool) or cell is None:
        return cell
    if isinstance(cell, int | float):
        return _number(float(cell))
    if isinstance(cell, date):  # a datetime is one too; the time of day is not what a plan is about
        return [cell.year, cell.month, cell.day]
    if isinstance(cell, time):
        return cell.strftime("%H:%M:%S" if cell.second else "%H:%M")
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    return str(cell)


def text_of(text: str) -> str | None:
    """The text without NUL, which no database keeps, and what nobody sees; None where there is nothing to read."""
    text = UNSEEN.sub("", text)
    return text if text.strip() else None


def _number(value: float) -> Value:
    if not math.isfinite(value):
        return "#NUM!"
    shown = Decimal(format(value, DIGITS))
    return int(shown) if shown == shown.to_integral_value() else float(shown)


def main() -> None:
    limit()
    out = sys.stdout.buffer
    try:
        for message in messages(io.BytesIO(sys.stdin.buffer.read())):
            out.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
    except Refused as refusal:
        out.write(json.dumps({"refused": refusal.code, **refusal.about}).encode() + b"\n")
    except MemoryError:
        sys.exit(3)
    out.flush()


if __name__ == "__main__":
    main()
