"""Indonesian numbers, amounts and dates: read what people type, print what they expect. Pure.

``perjanjian.numerals`` is the one place that rounds or prints a figure and the one place that reads one.
Figures are ``Decimal``; a float is refused, because its last digits are not what anyone promised.
"""

import re
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
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
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


def in_digits(value: Decimal) -> Decimal:
    """``value`` in at most 15 digits, halves away from zero: as many as any spreadsheet keeps."""
    _require_exact(value)
    return Context(prec=MAX_DIGITS, rounding=ROUND_HALF_UP).plus(value)


def format_number(value: Decimal | int, decimals: int | None = None, *, grouping: bool = True) -> str:
    """``value`` in Indonesian writing: ``1.234,5``.

    ``decimals`` rounds half up to that many places and keeps them all; ``None`` prints the value as it
    is, without trailing zeros. ``grouping=False`` leaves the thousands points out. Raises ``TypeError``
    for a float and ``ValueError`` for NaN and infinity.
    """
    _require_exact(value)
    number = Decimal(value) if decimals is None else round_half_up(Decimal(value), decimals)
    whole, _, fraction = f"{number.copy_abs():,f}".partition(".")
    whole = whole.replace(",", "." if grouping else "")
    if decimals is None:
        fraction = fraction.rstrip("0")
    sign = "-" if number < 0 else ""
    return f"{sign}{whole},{fraction}" if fraction else f"{sign}{whole}"


def format_percent(value: Decimal | int, decimals: int = 2) -> str:
    """A percentage (80 means 80 %) as ``80,00 %``, the sign tied by a non-breaking space."""
    return f"{format_number(value, decimals)}{NBSP}%"


def format_rupiah(value: Decimal | int, sen: bool = True) -> str:
    """An amount in rupiah as ``Rp1.234.567,00``; ``sen=False`` shows sen only where there are any.

    No amount is ever rounded to whole rupiah: what is left over must be the difference of what is shown.
    """
    text = format_number(value, 2)
    text = text if sen else text.removesuffix(",00")
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


# --- reading ----------------------------------------------------------------------------------

_AS_TYPED = str.maketrans({NBSP: " ", "\u202f": " ", "\u2009": " ", "\u2212": "-"})
# A sign and "Rp" in either order, the number, then "%" or the ",-" that closes a round amount.
_AFFIXES = re.compile(r"([+-]?) *(?:Rp\.?)? *([+-]?)([^ ]*?)(?:,-| *%)?", re.IGNORECASE)
_WITH_COMMA = re.compile(r"[0-9]+(?:,[0-9]+)?")
_WITH_POINT = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_BELOW_ONE = re.compile(r"0\.[0-9]+")
_POINT_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_COMMA_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_ONE_POINT_GROUP = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_ONE_COMMA_GROUP_THEN_POINT = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}\.[0-9]+")
_POINT_AS_DECIMAL_SIGN = re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)\.[0-9]+")
_REMEDIES = {
    "id": "Tulis hanya angka 0–9, titik untuk ribuan dan koma untuk desimal, misalnya 1.250,5.",
    "en": "Berkas ini memakai koma untuk ribuan dan titik untuk desimal, misalnya 1,250.5.",
    "plain": "Berkas ini memakai titik untuk desimal tanpa pemisah ribuan, misalnya 1250.5.",
}
_DATE_FORMS = (
    re.compile(r"(?P<day>[0-9]{1,2})([/-])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    re.compile(r"(?P<day>[0-9]{1,2}) +(?P<name>[a-z]+) +(?P<year>[0-9]{4})", re.IGNORECASE),
)


def parse(
    text: str,
    *,
    reference: Decimal | None = None,
    decimals: int | None = None,
    dialect: str = "id",
) -> Decimal:
    """The number written in ``text``, without trailing zeros behind the decimal sign.

    In the Indonesian dialect the comma is the decimal sign and points are exact thousands groups, so
    ``1.250`` is 1250; ``0.338`` can only be 0,338. ``reference`` is the target or the last value: a
    thousands reading more than 20 times away from it, where the decimal reading is not, is asked about.
    ``decimals`` is the most decimals the figure may have. ``dialect="en"`` (``1,250.5``) and ``"plain"``
    (``1250.5``) read published files strictly and never ask. Spaces around, ``Rp``, ``%`` and a closing
    ``,-`` are passed over.

    Raises ``AmbiguousNumeral`` where a person has to choose, ``NumeralError`` for anything unreadable,
    for more than 15 digits and for more decimals than allowed. Empty text is the caller's to handle.
    """
    sign, body = _split(text, dialect)
    if dialect == "en":
        readings = _english(body)
    elif dialect == "plain":
        readings = (body,) if _WITH_POINT.fullmatch(body) else ()
    else:
        readings = _indonesian(body, reference, decimals)
    if not readings:
        raise NumeralError(_unreadable(text, body, dialect))
    numbers = tuple(dict.fromkeys(_trimmed(sign + reading) for reading in readings))
    for number in numbers:
        _require_room(text, number, decimals)
    if len(numbers) > 1:
        raise AmbiguousNumeral(
            f"Angka “{_quoted(text)}” bisa dibaca dua cara. Pilih yang dimaksud.", readings=numbers
        )
    return numbers[0]


def has_decimal_point(text: str) -> bool:
    """Whether the point in ``text`` looks like the decimal sign: read at once in English, not so in Indonesian."""
    try:
        parse(text, dialect="en")
    except NumeralError:
        return False
    try:
        parse(text)
    except NumeralError:
        return True
    return False


def parse_date(text: str) -> date:
    """The date in ``17/08/2026``, ``17-08-2026``, ``17 Agustus 2026`` or ``2026-08-17``.

    Raises ``NumeralError`` with an Indonesian sentence for other forms, days no calendar has and years
    outside 1945–2100.
    """
    typed = text.translate(_AS_TYPED).strip()
    match = next((match for form in _DATE_FORMS if (match := form.fullmatch(typed))), None)
    parts = match.groupdict() if match else {}
    month = _MONTH_NUMBERS.get(parts["name"].lower()) if "name" in parts else parts.get("month")
    if month is None:
        raise NumeralError(
            f"Tanggal “{_quoted(text)}” tidak terbaca. Tulis misalnya 17/08/2026 atau 17 Agustus 2026."
        )
    if not FIRST_YEAR <= int(parts["year"]) <= LAST_YEAR:
        raise NumeralError(
            f"Tahun pada tanggal “{_quoted(text)}” harus antara {FIRST_YEAR} dan {LAST_YEAR}. Periksa tahunnya."
        )
    try:
        return date(int(parts["year"]), int(month), int(parts["day"]))
    except ValueError:
        raise NumeralError(
            f"Tanggal “{_quoted(text)}” tidak ada di kalender. Periksa tanggal dan bulannya."
        ) from None


def _split(text: str, dialect: str) -> tuple[str, str]:
    """Sign and bare number of what was typed."""
    typed = text.translate(_AS_TYPED).strip()
    match = _AFFIXES.fullmatch(typed)
    if not match or (match[1] and match[2]):
        raise NumeralError(_unreadable(text, typed, dialect))
    return match[1] or match[2], match[3]


def _english(body: str) -> tuple[str, ...]:
    if _WITH_POINT.fullmatch(body) or _COMMA_GROUPS.fullmatch(body):
        return (body.replace(",", ""),)
    return ()


def _indonesian(body: str, reference: Decimal | None, decimals: int | None) -> tuple[str, ...]:
    """Every sensible reading of ``body`` with a point as decimal sign, the likelier first."""
    if _WITH_COMMA.fullmatch(body) or _BELOW_ONE.fullmatch(body):
        return (body.replace(",", "."),)
    if _POINT_GROUPS.fullmatch(body):
        grouped = body.replace(".", "").replace(",", ".")
        decimal_is_nearer = (
            _ONE_POINT_GROUP.fullmatch(body)
            and (decimals is None or _places(_trimmed(body)) <= decimals)
            and _is_far(Decimal(grouped), reference)
            and not _is_far(Decimal(body), reference)
        )
        return (body, grouped) if decimal_is_nearer else (grouped,)
    if _POINT_AS_DECIMAL_SIGN.fullmatch(body):
        whole, _, fraction = body.rpartition(".")
        whole = whole.replace(".", "")
        return f"{whole}.{fraction}", whole + fraction
    if _ONE_COMMA_GROUP_THEN_POINT.fullmatch(body):
        return body.replace(",", ""), body.replace(".", "").replace(",", ".")
    return ()


def _is_far(value: Decimal, reference: Decimal | None) -> bool:
    if not reference:
        return False
    size, usual = abs(value), abs(reference)
    return size > FAR * usual or size * FAR < usual


def _trimmed(plain: str) -> Decimal:
    number = Decimal(plain.rstrip("0").rstrip(".") if "." in plain else plain)
    return number if number else Decimal(0)


def _places(number: Decimal) -> int:
    return -int(number.as_tuple().exponent)


def _require_room(text: str, number: Decimal, decimals: int | None) -> None:
    places = _places(number)
    if max(len(number.as_tuple().digits), places) > MAX_DIGITS:
        raise NumeralError(
            f"Angka “{_quoted(text)}” terlalu panjang: paling banyak {MAX_DIGITS} angka seluruhnya. "
            "Bulatkan atau pakai satuan yang lebih besar."
        )
    if decimals is None or places <= decimals:
        return
    if decimals == 0:
        raise NumeralError(f"“{_quoted(text)}” bukan bilangan bulat. Tulis tanpa angka di belakang koma.")
    raise NumeralError(
        f"Angka “{_quoted(text)}” terlalu rinci: paling banyak {decimals} angka di belakang koma. Bulatkan dulu."
    )


def _unreadable(text: str, body: str, dialect: str) -> str:
    if dialect == "id" and _COMMA_GROUPS.fullmatch(body):
        meant = body.translate(str.maketrans(",.", ".,"))
        return f"Angka “{_quoted(text)}” memakai koma untuk ribuan. Tulis {meant} bila itu yang dimaksud."
    return f"Angka “{_quoted(text)}” tidak terbaca. {_REMEDIES[dialect]}"


def _quoted(text: str) -> str:
    typed = " ".join(text.split())
    return typed if len(typed) <= 40 else f"{typed[:39]}…"
