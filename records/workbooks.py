"""Reads spreadsheets people upload (XLSX, ODS, CSV): hostile until proven harmless, and read in a process of its own.

``read`` looks at the outside of the file here (bytes, entries, macros, locks, DOCTYPE), hands the inside to a child
with limits on memory and time (``records.workbook_child``, ADR 0014), and gives back plain cells or one sentence.
"""

import contextlib
import csv
import io
import json
import re
import signal
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Any, BinaryIO

from django.conf import settings

from perjanjian import sheets
from records import uploads, workbook_child
from records.workbook_child import MAX_CELLS, MAX_ROWS, Refused

Cell = str | int | Decimal | bool | date | None

SECONDS = 30
MAX_RATIO = 500
RATIO_COUNTS_FROM = 20 * 1024 * 1024
PROLOG_BYTES = 64 * 1024
MANIFEST_BYTES = 1024 * 1024

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
MACRO_FOLDERS = ("basic/", "scripts/", "xl/macrosheets/")
# Pictures are not read; an SVG among them may well have a document type.
PICTURES = ("xl/media/", "pictures/", "thumbnails/")
XML_ENDINGS = (".xml", ".rels", ".rdf")
DELIMITERS = ";\t,"
SEP_LINE = re.compile(r"sep=[;,\t]\r?\n")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
TIME_IS_UP = {-signal.SIGXCPU, -signal.SIGKILL}
# What may stand before the first element of an XML part: blanks, instructions, comments.
PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
BROKEN_ZIP = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    EOFError,
    zlib.error,
)

MB = 1024 * 1024
SENTENCES = {
    "empty": "Berkas “{name}” kosong. Pilih berkas yang berisi.",
    "bytes": "Berkas “{name}” terlalu besar. Paling besar {most} MB; bagi menjadi beberapa berkas.",
    "kind": "Berkas “{name}” bukan buku kerja. Unggah berkas XLSX, ODS atau CSV.",
    "ending": (
        "Isi berkas “{name}” adalah {kind}, tetapi namanya mengatakan lain. Simpan ulang dengan akhiran {ending}."
    ),
    "old": (
        "Berkas “{name}” berformat Excel lama (.xls). Buka di Excel atau LibreOffice, "
        "lalu simpan sebagai XLSX dan unggah lagi."
    ),
    "encrypted": "Berkas “{name}” dikunci dengan kata sandi. Hapus kata sandinya, simpan, lalu unggah lagi.",
    "macro": "Berkas “{name}” berisi makro. Simpan sebagai “Excel Workbook (*.xlsx)” tanpa makro, lalu unggah lagi.",
    "binary": "Berkas “{name}” berformat biner (.xlsb). Simpan sebagai XLSX, lalu unggah lagi.",
    "bomb": (
        "Isi berkas “{name}” terlalu besar setelah dibuka: paling besar {most} MB. "
        "Hapus lembar, gambar, dan baris kosong yang tidak perlu, lalu simpan lagi."
    ),
    "entries": "Berkas “{name}” berisi terlalu banyak bagian. Salin isinya ke buku kerja baru, lalu unggah lagi.",
    "doctype": (
        "Berkas “{name}” memuat deklarasi dokumen (DOCTYPE) yang tidak pernah ditulis Excel atau LibreOffice. "
        "Salin isinya ke buku kerja baru, lalu unggah lagi."
    ),
    "unreadable": "Berkas “{name}” rusak dan tidak terbaca. Buka di Excel atau LibreOffice, simpan ulang, lalu unggah lagi.",
    "unreadable_sheet": (
        "Lembar “{sheet}” pada berkas “{name}” rusak dan tidak terbaca. "
        "Buka di Excel atau LibreOffice, simpan ulang, lalu unggah lagi."
    ),
    "no_sheet": "Berkas “{name}” tidak berisi lembar kerja. Pilih berkas yang berisi data.",
    "sheets": "Berkas “{name}” berisi {count} lembar; paling banyak {most}. Hapus lembar yang tidak diimpor.",
    "same_name": (
        "Berkas “{name}” berisi lebih dari satu lembar bernama “{sheet}”. Ganti nama salah satunya, lalu unggah lagi."
    ),
    "rows": (
        "Lembar “{sheet}” berisi sampai baris {row}; paling banyak {most} baris. "
        "Hapus baris yang tidak perlu atau bagi menjadi beberapa berkas."
    ),
    "columns": (
        "Lembar “{sheet}” baris {row} terisi sampai kolom ke-{count}; paling banyak {most} kolom. "
        "Hapus kolom yang tidak diimpor."
    ),
    "text": (
        "Sel pada lembar “{sheet}” baris {row} kolom ke-{column} memuat lebih dari {most} huruf. Ringkas isinya."
    ),
    "cells": "Berkas “{name}” berisi lebih dari {most} sel. Bagi menjadi beberapa berkas.",
    "merges": "Berkas “{name}” berisi lebih dari {most} sel gabungan. Pisahkan sel gabungannya, lalu unggah lagi.",
    "too_much": (
        "Berkas “{name}” terlalu besar untuk dibaca. Bila datanya sedikit, ada isian yang jauh di bawah atau jauh di "
        "kanan data: salin datanya saja ke buku kerja baru, lalu unggah lagi."
    ),
    "too_slow": (
        "Berkas “{name}” terlalu lama dibaca. Hapus lembar yang tidak diimpor atau bagi menjadi beberapa berkas."
    ),
    "quotes": (
        "Baris {row} berkas CSV “{name}” memuat tanda kutip yang tidak ditutup atau isi yang terlalu panjang. "
        "Perbaiki baris itu atau simpan sebagai XLSX."
    ),
}


class WorkbookRefused(uploads.UploadRefused):
    """A sentence for the person who uploaded, naming the remedy."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: ``rows[0]`` is its row 1; empty rows and cells at the ends are cut, merged cells are filled."""

    name: str
    rows: list[list[Cell]]
    hidden: bool = False


@dataclass(frozen=True)
class Workbook:
    sheets: tuple[Sheet, ...]


def read(content: bytes, name: str) -> Workbook:
    """The sheets of an uploaded spreadsheet; raises ``WorkbookRefused`` with a sentence.

    Text stays text (“1.250,5” too), figures are ``int`` or ``Decimal`` of at most 15 digits (a longer number typed as
    a figure has lost its last digits in Excel already), dates are dates, formulas give the value they had when saved,
    an error gives its name (“#N/A”). A CSV is one sheet, named for the file, all text.

    Args:
        content: the file as uploaded.
        name: its name, with its ending.
    """
    name = PurePath(name).name
    try:
        kind = _kind_of(content, name)
        if kind == uploads.CSV:
            return Workbook((_csv_sheet(content, name),))
        _require_harmless(content)
        return _by_child(content)
    except Refused as refusal:
        raise WorkbookRefused(SENTENCES[refusal.code].format(**{"name": name} | refusal.about)) from None


# --- the outside --------------------------------------------------------------------------------


def _kind_of(content: bytes, name: str) -> str:
    """XLSX, ODS or CSV, by content; raises ``Refused`` for all else and for a name that says otherwise."""
    if not content:
        raise Refused("empty")
    if len(content) > settings.UPLOAD_LIMIT_BYTES:
        raise Refused("bytes", most=settings.UPLOAD_LIMIT_BYTES // MB)
    kind = uploads.type_of(content)
    if kind not in uploads.WORKBOOK:
        raise _why_not(content)
    if not name.lower().endswith(uploads.ENDINGS[kind]):
        if kind == uploads.CSV or name.lower().endswith(uploads.ENDINGS[uploads.CSV]):
            raise Refused("kind")
        ending = uploads.ENDINGS[kind][0]
        raise Refused("ending", kind=ending[1:].upper(), ending=ending)
    return kind


def _why_not(content: bytes) -> Refused:
    """What keeps these bytes from being a workbook we read."""
    if content.startswith(OLE):
        return Refused("encrypted" if ENCRYPTED_PACKAGE in content else "old")
    if not content.startswith(b"PK\x03\x04"):
        return Refused("kind")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except BROKEN_ZIP:
        return Refused("unreadable")
    if len(entries) > uploads.MAX_ENTRIES:
        return Refused("entries")
    if sum(entry.file_size for entry in entries) > uploads.MAX_UNZIPPED:
        return Refused("bomb", most=uploads.MAX_UNZIPPED // MB)
    names = {entry.filename.lower() for entry in entries}
    if any(name.endswith("vbaproject.bin") for name in names):
        return Refused("macro")
    return Refused("binary" if "xl/workbook.bin" in names else "kind")


def _require_harmless(content: bytes) -> None:
    """Raises ``Refused`` for locked archives, macros, bombs and XML with a document type."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                _require_entry(archive, entry)
    except BROKEN_ZIP:
        raise Refused("unreadable") from None


def _require_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 1:
        raise Refused("encrypted")
    if entry.file_size > RATIO_COUNTS_FROM and entry.file_size > MAX_RATIO * entry.compress_size:
        raise Refused("bomb", most=uploads.MAX_UNZIPPED // MB)
    path = entry.filename.lower()
    if path.startswith(MACRO_FOLDERS):
        raise Refused("macro")
    if path.startswith(PICTURES):
        return
    with archive.open(entry) as part:
        head = part.read(PROLOG_BYTES).removeprefix(b"\xef\xbb\xbf")
    # A part is XML by what refers to it, whatever its name; by name it has to be.
    if path.endswith(XML_ENDINGS) or head.lstrip().startswith(b"<"):
        _require_no_doctype(head)
    if path == "meta-inf/manifest.xml":
        with archive.open(entry) as part:
            if b"encryption-data" in part.read(MANIFEST_BYTES):
                raise Refused("encrypted")
    if path == "[content_types].xml":
        with archive.open(entry) as part:
            if b"macroEnabled" in part.read(MANIFEST_BYTES):
                raise Refused("macro")


def _require_no_doctype(head: bytes) -> None:
    """Raises ``Refused`` unless an element opens the part, in an encoding the check can see through."""
    if not head:
        return
    start = PROLOG.sub(b"", head, count=1)[:2]
    if start[:1] == b"<" and (start[1:].isalpha() or start[1:] == b"_"):
        return
    raise Refused("doctype" if start[:1] in (b"<", b"") else "unreadable")


# --- the inside ---------------------------------------------------------------------------------


def _by_child(content: bytes) -> Workbook:
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
        given.write(content)
        given.seek(0)
        _run(given, answer)
        answer.seek(0)
        return _collected(answer)


def _run(given: BinaryIO, answer: BinaryIO) -> None:
    """Runs the child on the file; raises ``Refused`` when it exceeds its limits."""
    child = subprocess.Popen(  # noqa: S603 our own interpreter and module, no shell
        [sys.executable, "-E", "-s", "-m", workbook_child.__name__],
        stdin=given,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        cwd=settings.BASE_DIR,
        env={},
        close_fds=True,
    )
    try:
        status = child.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise Refused("too_slow") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        child.wait()
    if status:
        raise Refused("too_slow" if status in TIME_IS_UP else "too_much")


def _collected(answer: BinaryIO) -> Workbook:
    found: list[Sheet] = []
    texts: dict[str, str] = {}
    for line in answer:
        message = json.loads(line, parse_float=Decimal)
        if isinstance(message, list):
            found[-1].rows.append([_cell(value, texts) for value in message])
        elif "refused" in message:
            raise Refused(message.pop("refused"), **message)
        elif "sheet" in message:
            found.append(Sheet(message["sheet"], [], message["hidden"]))
        else:
            return Workbook(tuple(found))
    raise Refused("too_much")


def _cell(value: workbook_child.Value, texts: dict[str, str]) -> Cell:
    if isinstance(value, str):
        return texts.setdefault(value, value)  # the same text a thousand times is kept once
    return date(*value) if isinstance(value, list) else value  # type: ignore[return-value]  # parse_float=Decimal


# --- CSV ----------------------------------------------------------------------------------------


def _csv_sheet(content: bytes, name: str) -> Sheet:
    text = uploads.text_of(content) or ""
    named, delimiter = _delimiter(text)
    lines = (line.group() for line in LINE.finditer(text))
    if named:
        next(lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    title = PurePath(name).stem
    rows: list[list[Cell]] = []
    texts: dict[str, str] = {}
    cells, filled = 0, 0
    for number, row in enumerate(_lines(reader), start=1):
        values = [workbook_child.text_of(sheets.unguarded(value)) for value in row]
        while values and values[-1] is None:
            values.pop()
        workbook_child.require_room(title, number - 1, values)
        cells += len(values)
        if cells > MAX_CELLS:
            raise Refused("cells", most=MAX_CELLS)
        if len(rows) < MAX_ROWS:
            rows.append([value and texts.setdefault(value, value) for value in values])
        filled = number if values else filled
    return Sheet(title, rows[:filled])


def _lines(reader: Any) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error:
        raise Refused("quotes", row=reader.line_num) from None


def _delimiter(text: str) -> tuple[bool, str]:
    """Whether the file names its delimiter in a first line “sep=;”, and which one it is.

    A figure has a comma in it, hardly ever a semicolon: the first that parts half of the lines is taken.
    """
    if SEP_LINE.match(text):
        return True, text[4]
    head = text[:20_000].splitlines()[:20]
    for sign in DELIMITERS:
        rows = [row for row in csv.reader(head, delimiter=sign) if row]
        if 2 * sum(len(row) > 1 for row in rows) >= len(rows):
            return False, sign
    return False, DELIMITERS[0]
