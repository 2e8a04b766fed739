"""What the reader of cells leaves out: errors, figures shown as percent, and merged cells of ODS.

Used by ``records.workbook_child`` alone, under its limits. The parts are read as a stream; a part without any such
mark (most have none) costs a search of its bytes.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

BLOCK = 256 * 1024
MAX_MARKS = 1_000_000
MAX_PART = 4 * 1024 * 1024
WIDTH = 16_384
# Built-in number formats of XLSX that show a percentage: 0% and 0.00%.
PERCENT_FORMATS = {9, 10}
ODS_CONTENT = "content.xml"
ODS_SIGNS = (b'"percentage"', b"-spanned=", b'value-type="error"')
QUOTED = re.compile(r'"[^"]*"|\\.')

Merge = tuple[tuple[int, int], tuple[int, int]]


class TooManyMarks(Exception):
    """More marks than are kept in memory."""


@dataclass
class Marks:
    """Marks of one sheet, by ``key(row, column)``, both from 0."""

    errors: dict[int, str] = field(default_factory=dict)
    percents: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)

    def require_room(self) -> None:
        if len(self.errors) + len(self.percents) + len(self.merges) > MAX_MARKS:
            raise TooManyMarks


def key(row: int, column: int) -> int:
    return row * WIDTH + column


def marks_of(archive: zipfile.ZipFile) -> dict[str, Marks]:
    """The marks of each sheet by its name; raises ``TooManyMarks`` and ``expat.ExpatError``."""
    if ODS_CONTENT in archive.NameToInfo:
        return _OdsScan().run(archive, ODS_CONTENT) if _holds(archive, ODS_CONTENT, ODS_SIGNS) else {}
    styles = _percent_styles(archive)
    signs = (b't="e"', *(f's="{number}"'.encode() for number in styles))
    return {
        name: _XlsxScan(styles).run(archive, part)
        for name, part in _xlsx_sheets(archive)
        if _holds(archive, part, signs)
    }


def _holds(archive: zipfile.ZipFile, part: str, signs: tuple[bytes, ...]) -> bool:
    """Whether any of the signs stands in the part."""
    longest = max(map(len, signs))
    tail = b""
    with archive.open(part) as stream:
        while block := stream.read(BLOCK):
            text = tail + block
            if any(sign in text for sign in signs):
                return True
            tail = text[-longest:]
    return False


def _elements(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The elements of a small part without their namespaces, with their attributes."""
    if part not in archive.NameToInfo:
        return
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser(lambda name, attributes: found.append((_local(name), attributes)))
    with archive.open(part) as stream:
        parser.Parse(stream.read(MAX_PART), True)
    yield from found


def _parser(start) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise expat.ExpatError("a document type")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _xlsx_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of each sheet."""
    targets = {
        each.get("Id", ""): posixpath.normpath(posixpath.join("/xl", each.get("Target", ""))).lstrip("/")
        for name, each in _elements(archive, "xl/_rels/workbook.xml.rels")
        if name == "Relationship"
    }
    for name, each in _elements(archive, "xl/workbook.xml"):
        link = next((value for attribute, value in each.items() if attribute.endswith(":id")), "")
        part = targets.get(link)
        if name == "sheet" and part in archive.NameToInfo:
            yield each.get("name", ""), part


def _percent_styles(archive: zipfile.ZipFile) -> set[str]:
    """The numbers of the cell styles whose number format shows a percentage."""
    formats = set(PERCENT_FORMATS)
    styles: set[str] = set()
    within, number = False, 0
    for name, each in _elements(archive, "xl/styles.xml"):
        if name == "numFmt" and "%" in QUOTED.sub("", each.get("formatCode", "")):
            formats.add(int(each.get("numFmtId", "0")))
        elif name in ("cellXfs", "cellStyles", "cellStyleXfs"):
            within = name == "cellXfs"
        elif name == "xf" and within:
            if int(each.get("numFmtId", "0")) in formats:
                styles.add(str(number))
            number += 1
    return styles


class _XlsxScan:
    """One sheet of XLSX: cells of type error with their text, cells in a percent style."""

    def __init__(self, styles: set[str]):
        self.styles = styles
        self.marks = Marks()
        self.row, self.column = -1, -1
        self.error: list[str] | None = None
        self.value = False

    def run(self, archive: zipfile.ZipFile, part: str) -> Marks:
        parser = _parser(self.start)
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        with archive.open(part) as stream:
            parser.ParseFile(stream)
        return self.marks

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        if name == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
        elif name == "c":
            self.column = _column(attributes["r"]) if "r" in attributes else self.column + 1
            if attributes.get("t") == "e":
                self.error = []
            elif attributes.get("s") in self.styles:
                self.marks.percents.add(key(self.row, self.column))
                self.marks.require_room()
        else:
            self.value = name == "v"

    def text(self, text: str) -> None:
        if self.value and self.error is not None:
            self.error.append(text)

    def end(self, name: str) -> None:
        self.value = False
        if self.error is not None and _local(name) == "c":
            self.marks.errors[key(self.row, self.column)] = "".join(self.error)
            self.marks.require_room()
            self.error = None


def _column(reference: str) -> int:
    """The column of “AB12”, from 0; raises ``ValueError`` for what no sheet has."""
    number = 0
    for letter in reference.rstrip("0123456789").upper():
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= WIDTH:
        raise ValueError(reference)
    return number - 1


class _OdsScan:
    """All sheets of ODS: cells of type error and percentage, and cells that span others."""

    def __init__(self) -> None:
        self.found: dict[str, Marks] = {}
        self.marks = Marks()
        self.row, self.column, self.rows, self.columns = 0, 0, 1, 1
        self.kind = ""
        self.paragraph, self.depth = False, 0
        self.said: list[str] = []

    def run(self, archive: zipfile.ZipFile, part: str) -> dict[str, Marks]:
        parser = _parser(self.start)
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        with archive.open(part) as stream:
            parser.ParseFile(stream)
        return self.found

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        if name == "table":
            self.depth += 1
            if self.depth == 1:
                self.marks = self.found.setdefault(attributes.get("table:name", ""), Marks())
                self.row = 0
        elif self.depth != 1:
            return
        elif name == "table-row":
            self.rows = int(attributes.get("table:number-rows-repeated", "1"))
            self.column = 0
        elif name in ("table-cell", "covered-table-cell"):
            self.cell(attributes)
        elif name == "p":
            self.paragraph = True

    def cell(self, attributes: dict[str, str]) -> None:
        self.columns = int(attributes.get("table:number-columns-repeated", "1"))
        error = attributes.get("calcext:value-type") == "error"
        self.kind = "error" if error else attributes.get("office:value-type", "")
        self.said = []
        down = int(attributes.get("table:number-rows-spanned", "1"))
        right = int(attributes.get("table:number-columns-spanned", "1"))
        if down > 1 or right > 1:
            first = (self.row, self.column)
            self.marks.merges.append((first, (self.row + down - 1, self.column + right - 1)))
            self.marks.require_room()

    def text(self, text: str) -> None:
        if self.paragraph and self.kind == "error":
            self.said.append(text)

    def end(self, name: str) -> None:
        name = _local(name)
        if name == "table":
            self.depth -= 1
        elif self.depth != 1:
            return
        elif name == "table-row":
            self.row += self.rows
        elif name in ("table-cell", "covered-table-cell"):
            self.note()
            self.column += self.columns
        elif name == "p":
            self.paragraph = False

    def note(self) -> None:
        """Keeps the mark of the cell that ends, for each cell it is repeated in."""
        if self.kind not in ("error", "percentage"):
            return
        if self.rows * self.columns > MAX_MARKS:
            raise TooManyMarks
        for row in range(self.row, self.row + self.rows):
            for column in range(self.column, self.column + self.columns):
                if self.kind == "error":
                    self.marks.errors[key(row, column)] = "".join(self.said) or "#ERR"
                else:
                    self.marks.percents.add(key(row, column))
        self.marks.require_room()
