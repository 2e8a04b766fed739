"""Reads the target of a year as people write it in a sheet, by the kind of the indicator, and writes it back. Pure.

A target is the columns of `TargetColumns` that its kind uses. Sentences name the remedy (design: what can be
read in two ways is asked about, never guessed).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from agreements.enums import Kind
from agreements.models.planning import MEASURE_DIGITS, MEASURE_PLACES
from perjanjian import numerals
from perjanjian.numerals import AmbiguousNumeral, NumeralError, format_date, format_number

COLUMNS = ("value", "low", "high", "step", "date")
# What a spreadsheet keeps of a number; digits behind these are noise of its arithmetic.
SHEET_DIGITS = 15
# A percentage of which a point that makes thousands is doubted.
MANY_PERCENT = 1000
PERCENT = frozenset({"%", "persen", "persentase", "(%)", "percent"})
_EMPTY = frozenset({"", "-", "–", "—", "n/a", "n.a.", "na"})
_RANGE = re.compile(
    r"(?P<low>[0-9][0-9.,]*) *%? *(?:-|–|—|s\.?/?d\.?|sampai(?: dengan)?|hingga) *(?P<high>[0-9][0-9.,]*) *%?",
    re.IGNORECASE,
)
_PERCENT_WORD = re.compile(r"(.*[0-9]) *(?:persen|percent)", re.IGNORECASE)


@dataclass(frozen=True)
class Measure:
    """What is known of an indicator when its targets are read. `reference` is what a doubtful point is judged by,
    `dialect` how the file writes figures (`perjanjian.numerals.parse`)."""

    kind: str
    unit_of_measure: str = ""
    steps: Sequence[str] = ()
    reference: Decimal | None = None
    dialect: str = "id"

    @property
    def is_percent(self) -> bool:
        return self.unit_of_measure.strip().casefold() in PERCENT


@dataclass
class Target:
    """The columns of one target, and what a person should look at though it was accepted."""

    columns: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def read_target(cell: Any, measure: Measure) -> Target | None:
    """The target in a cell; None for an empty one. Raises ValueError with a sentence."""
    if is_blank(cell):
        return None
    target = Target()
    target.columns = {
        Kind.RANGE: _range,
        Kind.SCALE: _step,
        Kind.DATE: _date,
    }.get(Kind(measure.kind), _figure)(cell, measure, target.remarks)
    return target


def written(columns: Mapping[str, Any], measure: Measure) -> Any:
    """The cell that `read_target` reads back as these columns; None where there is no target."""
    if measure.kind == Kind.SCALE:
        step = columns.get("step")
        return measure.steps[step - 1] if step and step <= len(measure.steps) else None
    if measure.kind == Kind.DATE:
        return columns.get("date")
    if measure.kind == Kind.RANGE:
        low, high = columns.get("low"), columns.get("high")
        return None if low is None or high is None else spanned(low, high)
    return columns.get("value")


def is_blank(cell: Any) -> bool:
    """Whether a cell holds no target: nothing, or the dash people write for nothing."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in _EMPTY)


def kind_of(cells: Sequence[Any], has_scale: bool) -> Kind:
    """The kind that the targets of a row tell, where the sheet does not say it."""
    filled = [cell for cell in cells if not is_blank(cell)]
    if has_scale:
        return Kind.SCALE
    if filled and all(isinstance(cell, str) and _RANGE.fullmatch(cell.strip()) for cell in filled):
        return Kind.RANGE
    if filled and all(_is_date(cell) for cell in filled):
        return Kind.DATE
    return Kind.NUMBER


def spanned(low: Decimal, high: Decimal) -> str:
    return f"{format_number(low, grouping=False)}–{format_number(high, grouping=False)}"


def figure(cell: Any, reference: Decimal | None = None, dialect: str = "id") -> Decimal:
    """The figure of a cell. Raises ValueError; of an ambiguous one the sentence names both readings."""
    if isinstance(cell, bool | date):
        raise ValueError("Isinya bukan angka. Tulis angkanya, misalnya 1250,5.")
    if isinstance(cell, int | Decimal):
        return Decimal(cell)
    try:
        return numerals.parse(str(cell), reference=reference, dialect=dialect)
    except AmbiguousNumeral as error:
        first, *others = (format_number(each, grouping=False) for each in error.readings)
        raise ValueError(
            f"Angka “{_short(cell)}” dapat dibaca {first} atau {others[0]}. Tulis {first} atau {others[0]}, tanpa titik."
        ) from None
    except NumeralError as error:
        raise ValueError(error.message) from None


def reference_of(text: str) -> Decimal | None:
    """The figure in a text such as the kondisi awal, where it is plainly one."""
    try:
        return figure(text) if text else None
    except ValueError:
        return None


# --- by kind ----------------------------------------------------------------------------------


def _figure(cell: Any, measure: Measure, remarks: list[str]) -> dict[str, Any]:
    if isinstance(cell, str):
        if _RANGE.fullmatch(cell.strip()):
            raise ValueError(
                f"“{_short(cell)}” adalah rentang, padahal jenis nilainya bukan rentang. "
                "Ganti jenis nilainya menjadi Rentang, atau tulis satu angka."
            )
        bare = _without_unit(cell, measure.unit_of_measure)
        found = _fitting(figure(bare, measure.reference, measure.dialect), remarks)
        _doubt_thousands(cell, found, measure, remarks)
        return {"value": found}
    value = _fitting(figure(cell), remarks)
    if 0 < value <= 1 and measure.is_percent and (not measure.reference or abs(measure.reference) > 1):
        remarks.append(
            f"Terbaca {format_number(value)} %. Sel berformat persen menyimpan {format_number(value * 100)} % "
            f"sebagai {format_number(value)}; bila itu maksudnya, tulis {format_number(value * 100)}."
        )
    return {"value": value}


def _range(cell: Any, measure: Measure, remarks: list[str]) -> dict[str, Any]:
    match = _RANGE.fullmatch(_without_unit(cell, measure.unit_of_measure)) if isinstance(cell, str) else None
    if match is None:
        raise ValueError("Target rentang memerlukan dua batas. Tulis misalnya 5,10–5,40.")
    low, high = _ends(match, measure)
    low, high = _fitting(low, remarks), _fitting(high, remarks)
    _doubt_thousands(str(cell), high, measure, remarks)
    if high < low:
        raise ValueError(
            f"Batas bawah {format_number(low)} lebih besar daripada batas atas {format_number(high)}. "
            f"Tulis yang kecil lebih dahulu: {spanned(high, low)}."
        )
    return {"low": low, "high": high}


def _doubt_thousands(cell: str, value: Decimal, measure: Measure, remarks: list[str]) -> None:
    """“46.477” is 46477 as one writes here; of a percentage that is hardly what was meant."""
    if measure.is_percent and "." in cell and value >= MANY_PERCENT:
        remarks.append(
            f"“{_short(cell)}” terbaca sampai {format_number(value)} %, dengan titik sebagai pemisah ribuan. "
            "Bila titik itu desimal, tulis dengan koma."
        )


def _ends(match: re.Match[str], measure: Measure) -> tuple[Decimal, Decimal]:
    readings: list[tuple[Decimal, ...]] = []
    for name in ("low", "high"):
        try:
            readings.append(
                (numerals.parse(match[name], reference=measure.reference, dialect=measure.dialect),)
            )
        except AmbiguousNumeral as error:
            readings.append(error.readings)
        except NumeralError as error:
            raise ValueError(error.message) from None
    if all(len(each) == 1 for each in readings):
        return readings[0][0], readings[1][0]
    first, second = (spanned(*sorted((readings[0][n], readings[1][n]))) for n in (0, -1))
    raise ValueError(
        f"Rentang “{_short(match[0])}” dapat dibaca {first} atau {second}. Tulis salah satunya, dengan koma desimal."
    )


def _step(cell: Any, measure: Measure, remarks: list[str]) -> dict[str, Any]:
    named = {" ".join(name.split()).casefold(): rank for rank, name in enumerate(measure.steps, start=1)}
    rank = named.get(" ".join(str(cell).split()).casefold())
    if rank is None:
        listed = ", ".join(measure.steps)
        raise ValueError(f"“{_short(cell)}” tidak ada pada skala predikatnya. Pilih salah satu: {listed}.")
    return {"step": rank}


def _date(cell: Any, measure: Measure, remarks: list[str]) -> dict[str, Any]:
    if isinstance(cell, date):
        return {"date": cell}
    try:
        return {"date": numerals.parse_date(str(cell))}
    except NumeralError as error:
        raise ValueError(error.message) from None


def _fitting(value: Decimal, remarks: list[str]) -> Decimal:
    """The value as the database keeps it, with a remark where digits were lost."""
    if abs(value) >= Decimal(10) ** (MEASURE_DIGITS - MEASURE_PLACES):
        most = MEASURE_DIGITS - MEASURE_PLACES
        raise ValueError(
            f"Angka terlalu besar: paling banyak {most} angka di depan koma. Pakai satuan yang lebih besar."
        )
    exact = Decimal(f"{value:.{SHEET_DIGITS}g}") if len(value.as_tuple().digits) > SHEET_DIGITS else value
    rounded = numerals.round_half_up(exact, MEASURE_PLACES)
    if rounded != exact:
        remarks.append(
            f"Dibulatkan menjadi {format_number(rounded)}: paling banyak {MEASURE_PLACES} angka di belakang koma."
        )
    return rounded.normalize() + 0 if rounded == rounded.to_integral_value() else rounded.normalize()


def _is_date(cell: Any) -> bool:
    if isinstance(cell, date):
        return True
    try:
        return bool(numerals.parse_date(cell)) if isinstance(cell, str) else False
    except NumeralError:
        return False


def _without_unit(text: str, unit_of_measure: str) -> str:
    """The figure without the unit of measure behind it: “1 Dokumen” with satuan Dokumen is 1."""
    bare = " ".join(text.split())
    unit = " ".join(unit_of_measure.split())
    if unit and bare.casefold().endswith(unit.casefold()) and bare[: -len(unit)].strip():
        bare = bare[: -len(unit)].strip()
    percent = _PERCENT_WORD.fullmatch(bare)
    return percent[1] if percent else bare


def _short(text: Any, most: int = 40) -> str:
    typed = format_date(text) if isinstance(text, date) else " ".join(str(text).split())
    return typed if len(typed) <= most else f"{typed[: most - 1]}…"
