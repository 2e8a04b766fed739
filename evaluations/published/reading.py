"""Reads published files and the figures in them as printed, under the number style its source declares. Pure.

A style is declared per source, never found out per figure: a figure that does not fit its style is
unreadable, with a sentence that says why.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from perjanjian.numerals import NumeralError, parse

FILES: Mapping[str, tuple[str, ...]] = {
    "indicators.csv": (
        "source_id",
        "region",
        "opd",
        "year",
        "level",
        "sasaran",
        "indicator",
        "unit",
        "direction",
        "target",
        "realisasi",
        "capaian_published",
        "note",
    ),
    "quarterly.csv": (
        "source_id",
        "region",
        "opd",
        "year",
        "indicator",
        "unit",
        *(f"{what}_tw{number}" for what in ("target", "realisasi") for number in range(1, 5)),
        "accumulation_hint",
    ),
    "budgets.csv": (
        "source_id",
        "region",
        "opd",
        "year",
        "program",
        "kegiatan",
        "anggaran",
        "realisasi",
        "persen_published",
    ),
    "opd_lists.csv": ("region", "opd_name", "type"),
}
MOST_BYTES = 50_000_000


# --- files ------------------------------------------------------------------------------------


class FileRefused(Exception):
    """A file that cannot be read as a whole; the message is an Indonesian sentence."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file. `fault` says what is wrong with a line whose cells do not match the heading."""

    file: str
    line: int
    cells: Mapping[str, str]
    fault: str = ""

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def read_rows(folder: Path, name: str) -> list[Row]:
    """Every line of one file of `FILES`, with single spaces in its cells; blank lines are no rows.

    Raises `FileRefused` for a file that is missing, empty, too large, not UTF-8, no CSV or lacks a column.
    """
    path = folder / name
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileRefused(f"{name}: berkas lebih besar dari {MOST_BYTES // 1_000_000} MB.")
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(_rows(name, stream))
    except OSError as error:
        raise FileRefused(f"{name}: berkas tidak dapat dibuka ({error.strerror}).") from error
    except UnicodeDecodeError:
        raise FileRefused(f"{name}: berkas tidak berkode UTF-8. Simpan ulang sebagai CSV UTF-8.") from None


def _rows(name: str, stream: Iterable[str]) -> Iterator[Row]:
    reader = csv.reader(_without_nul(stream), strict=True)
    last = 0
    try:
        heading = [cell.strip() for cell in next(reader, [])]
        if not heading:
            raise FileRefused(f"{name}: berkas kosong.")
        missing = [column for column in FILES[name] if column not in heading]
        if missing:
            raise FileRefused(f"{name}: kolom {', '.join(missing)} tidak ada.")
        last = reader.line_num
        for cells in reader:
            line, last = last + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                yield _row(name, line, heading, cells)
    except csv.Error as error:
        raise FileRefused(
            f"{name}: bukan CSV yang dapat dibaca di sekitar baris {last + 1} ({error})."
        ) from None


def _without_nul(stream: Iterable[str]) -> Iterator[str]:
    # No database keeps this character in a text.
    for line in stream:
        if "\0" in line:
            raise csv.Error("karakter NUL")
        yield line


def _row(name: str, line: int, heading: list[str], cells: list[str]) -> Row:
    fault = ""
    if len(cells) != len(heading):
        fault = f"baris ini punya {len(cells)} kolom, seharusnya {len(heading)}"
    padded = cells + [""] * (len(heading) - len(cells))
    cleaned = (" ".join(cell.split()) for cell in padded)
    return Row(name, line, dict(zip(heading, cleaned, strict=False)), fault)


# --- figures ----------------------------------------------------------------------------------


class Unreadable(ValueError):
    """The text is no figure under its style; the message is an Indonesian clause that says why."""


class NotPublished(Unreadable):
    """The source says that the figure is not released yet."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed: its value, and half a unit of its last printed place.

    `half` is 0 for a whole number: it is taken as counted or set, not as rounded. Half a document or half
    a village either way would excuse almost any percentage.
    """

    value: Decimal
    half: Decimal
    places: int


@dataclass(frozen=True, slots=True)
class Span:
    """Two numbers printed as a range; `low` is the smaller one, whichever stands first."""

    low: Figure
    high: Figure


def _point(text: str) -> Decimal:
    # Databases print .5 for 0.5.
    return parse(re.sub(r"(?<![0-9])\.(?=[0-9])", "0.", text), dialect="plain")


def _either(text: str) -> Decimal:
    return parse(text, dialect="id" if "," in text else "plain")


def _point_never_three(text: str) -> Decimal:
    if re.search(r"\.[0-9]{3}(?![0-9])", text):
        raise NumeralError("titik dengan tiga angka di belakangnya")
    return _point(text)


@dataclass(frozen=True, slots=True)
class Style:
    """How a source writes numbers."""

    words: str
    number: Callable[[str], Decimal]


STYLES: Mapping[str, Style] = {
    "koma": Style("koma desimal, titik ribuan (1.234,56)", parse),
    "titik": Style("titik desimal, tanpa pemisah ribuan (1234.56)", _point),
    "inggris": Style("koma ribuan, titik desimal (1,234.56)", lambda text: parse(text, dialect="en")),
    "campuran": Style(
        "koma atau titik desimal; titik ribuan hanya bila ada koma desimal (1.234,56; 12,5; 12.5)", _either
    ),
    "titik_ragu": Style(
        "titik desimal; titik dengan tiga angka di belakangnya tidak dibaca karena sumber memakainya "
        "untuk ribuan dan desimal",
        _point_never_three,
    ),
}

MAGNITUDES = {"ribu": 3, "juta": 6, "miliar": 9, "milyar": 9, "triliun": 12, "trilyun": 12}
_MAGNITUDE = re.compile(r"(.*?[0-9]) *(" + "|".join(MAGNITUDES) + r")", re.IGNORECASE)
_PERCENT = re.compile(r"(.*[0-9]) *(?:persen|percent)", re.IGNORECASE)
_SPAN = re.compile(r"(.*?[0-9]%?) *(?:-|–|—|s\.?d\.?|sampai(?: dengan)?) *([0-9].*)", re.IGNORECASE)
_NOT_FILLED = {"-", "–", "—", "n/a", "na", "n.a.", "nihil"}
_NOT_PUBLISHED = {"belum rilis", "belum dirilis", "belum terbit", "data belum rilis"}


def read_number(text: str, style: str, unit: str = "") -> Figure:
    """The number printed in `text`; the unit of measure and a magnitude (juta, triliun) may follow it.

    Raises `Unreadable` (`NotPublished` where the source says so), `KeyError` for an undeclared style.
    """
    bare = _bare(text, unit)
    magnitude = 0
    if found := _MAGNITUDE.fullmatch(bare):
        bare, magnitude = found[1], MAGNITUDES[found[2].lower()]
    try:
        value = STYLES[style].number(bare)
    except NumeralError:
        raise Unreadable(f"“{_short(text)}” tidak terbaca dengan gaya angka {STYLES[style].words}") from None
    places = _printed_places(bare, value)
    rounded = places or magnitude
    half = Decimal(5).scaleb(magnitude - places - 1) if rounded else Decimal(0)
    return Figure(value.scaleb(magnitude) + 0, half, places)


def read_figure(text: str, style: str, unit: str = "") -> Figure | Span:
    """The number or range (`80-90`) printed in `text`. Raises as `read_number` does."""
    try:
        return read_number(text, style, unit)
    except NotPublished:
        raise
    except Unreadable:
        found = _SPAN.fullmatch(_bare(text, unit))
        if not found:
            raise
        ends = [read_number(found[1], style), read_number(found[2], style)]
        return Span(*sorted(ends, key=lambda figure: figure.value))


def read_step(text: str, steps: tuple[str, ...]) -> int:
    """The rank (from 1) of a scale's step printed in `text`, whatever its capitals."""
    bare = _bare(text, "")
    for rank, step in enumerate(steps, start=1):
        if step.casefold() == bare.casefold():
            return rank
    if not steps:
        raise Unreadable(f"“{_short(text)}” adalah predikat dan skalanya tidak dinyatakan")
    raise Unreadable(f"“{_short(text)}” tidak ada pada skala {' < '.join(steps)}")


def _bare(text: str, unit: str) -> str:
    """The figure without its unit of measure; raises for texts that hold none."""
    typed = " ".join(text.split())
    if not typed:
        raise Unreadable("kosong")
    if typed.startswith("#"):
        raise Unreadable(f"“{_short(typed)}” adalah galat lembar kerja")
    if typed.casefold() in _NOT_PUBLISHED:
        raise NotPublished(f"“{_short(typed)}”: datanya belum rilis")
    if typed.casefold() in _NOT_FILLED:
        raise Unreadable(f"“{_short(typed)}” bukan angka")
    if unit and typed.casefold().endswith(f" {unit.casefold()}"):
        typed = typed[: -len(unit)].rstrip()
    percent = _PERCENT.fullmatch(typed)
    return percent[1] if percent else typed


def _printed_places(text: str, value: Decimal) -> int:
    """How many decimals `text` prints: the digits behind its last separator, when that is a decimal sign."""
    digits = re.sub(r"[^0-9]", "", text)
    behind = re.search(r"[.,]([0-9]+)[^0-9]*$", text)
    if not behind:
        return 0
    places = len(behind[1])
    return places if Decimal(digits).scaleb(-places) == abs(value) else 0


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
