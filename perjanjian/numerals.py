"""Indonesian numbers, amounts and dates: read what people type, print what they expect. Pure.

``perjanjian.numerals`` is the one place that rounds or prints a figure and the one place that reads one.
Figures are ``Decimal``; a float is refused, because its last digits are not what anyone promised.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import MAX_PREC, ROUND_HALF_UP, Context, Decimal

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
# SQLite keeps decimals as binary numbers of 15 reliable digits; a sixteenth would come back changed.
MAX_DIGITS = 15
# A reading this many times away from the target or the last value is worth a question.
FAR = 20
FIRST_YEAR, LAST_YEAR = 1945, 2100

NBSP = "\u00a0"
_EXACT = Context(prec=MAX_PREC)
_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


class NumeralError(ValueError):
    """The text is no number we read; ``message`` is an Indonesian sentence that names the remedy."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class AmbiguousNumeral(NumeralError):
    """The text can be read in more than one way; ``readings`` holds each, the likelier first."""

    def __init__(self, message: str, readings: tuple[Decimal, ...]):
        super().__init__(message)
        self.readings = readings


# --- printing ---------------------------------------------------------------------------------


def round_half_up(value: Decimal, places: int) -> Decimal:
    """``value`` at ``places`` decimals, halves away from zero (2.345 → 2.35); zero carries no sign."""
    _require_exact(value)
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_EXACT)
    return rounded if rounded else abs(rounded)


def format_number(value: Decimal | int, decimals: int | None = None, *, grouping: bool = True) -> str:
    """``value`` in Indonesian writing: ``1.234,5``.

    ``decimals`` rounds half up to that many places and keeps them all; ``None`` prints the value as it
    is, without trailing zeros. ``grouping=False`` leaves the thousands points out. Raises ``TypeError``
    for a float and ``ValueError`` for NaN and infinity.
    """
    _require_exact(value)
    number = Decimal(value) if decimals is None else round_half_up(Decimal(value), decimals)
    whole, _, fraction = f"{number.copy_abs():f}".partition(".")
    if decimals is None:
        fraction = fraction.rstrip("0")
    if grouping:
        whole = _grouped(whole)
    sign = "-" if number < 0 else ""
    return f"{sign}{whole},{fraction}" if fraction else f"{sign}{whole}"


def format_percent(value: Decimal | int, decimals: int = 2) -> str:
    """A percentage (80 means 80 %) as ``80,00 %``, the sign tied by a non-breaking space."""
    return f"{format_number(value, decimals)}{NBSP}%"


def format_rupiah(value: Decimal | int, sen: bool = True) -> str:
    """An amount in rupiah as ``Rp1.234.567,00``; ``sen=False`` rounds half up to whole rupiah."""
    text = format_number(value, 2 if sen else 0)
    return f"-Rp{text[1:]}" if text.startswith("-") else f"Rp{text}"


def format_nip(nip: str) -> str:
    """A civil servant's number in its usual groups (``19800101 200501 1 001``); other text unchanged."""
    if not re.fullmatch(r"[0-9]{18}", nip):
        return nip
    return f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}"


def format_date(day: date) -> str:
    """``17 Agustus 2026``, whatever the locale of machine or thread."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def roman(number: int) -> str:
    """``number`` (1–3999) in Roman numerals, as in Triwulan IV; raises ``ValueError`` outside."""
    if not 1 <= number <= 3999:
        raise ValueError("Roman numerals run from 1 to 3999")
    letters = []
    for worth, letter in _ROMAN:
        count, number = divmod(number, worth)
        letters.append(letter * count)
    return "".join(letters)


def _require_exact(value: Decimal | int) -> None:
    if not isinstance(value, Decimal | int) or isinstance(value, bool):
        raise TypeError(f"a figure is a Decimal or an int, not {type(value).__name__}")
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError("a figure is finite")


def _grouped(whole: str) -> str:
    return f"{int(whole):,}".replace(",", ".")
