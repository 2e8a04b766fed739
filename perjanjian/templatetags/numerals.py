"""Template filters that print figures, amounts, dates and numbers of office; what is unknown prints as –."""

from datetime import date
from decimal import Decimal

from django import template

from perjanjian import numerals

register = template.Library()
UNKNOWN = "–"


@register.filter
def numeral(value: Decimal | int | None, decimals: int | None = None) -> str:
    """``1.250,5``; with an argument, rounded half up to that many decimals."""
    return UNKNOWN if value is None else numerals.format_number(value, decimals)


@register.filter
def percent(value: Decimal | int | None, decimals: int = 2) -> str:
    """``80,00 %`` for 80."""
    return UNKNOWN if value is None else numerals.format_percent(value, decimals)


@register.filter
def rupiah(value: Decimal | int | None, sen: bool = True) -> str:
    """``Rp1.250.000,00``; with ``:False`` with sen only where there are any."""
    return UNKNOWN if value is None else numerals.format_rupiah(value, sen)


@register.filter
def nip(value: str | None) -> str:
    """``19800101 200501 1 001``."""
    return numerals.format_nip(value) if value else UNKNOWN


@register.filter(expects_localtime=True)
def tanggal(value: date | None) -> str:
    """``17 Agustus 2026``, in the zone of the government."""
    return UNKNOWN if value is None else numerals.format_date(value)


@register.filter
def roman(value: int | None) -> str:
    """``IV`` for 4, as in Triwulan IV."""
    return UNKNOWN if value is None else numerals.roman(value)
