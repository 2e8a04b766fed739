"""Finds stored and new rows by what people write for them."""

import difflib
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Generic, TypeVar

from agreements.imports.spec import Context
from agreements.models import Unit

T = TypeVar("T")
# How many names are compared for “did you mean”: each miss goes through all of them.
MOST_COMPARED = 2000
MOST_GUESSES = 100


def fold(text: object) -> str:
    """Text as it is compared: without case and without the number of spaces."""
    return " ".join(str(text).split()).casefold()


class Lookup(Generic[T]):
    """Rows by their names and codes. Of several with one name, those of today count before the ended."""

    def __init__(
        self,
        noun: str,
        rows: Iterable[T],
        names: Callable[[T], Iterable[str]],
        ended: Callable[[T], bool] = lambda row: False,
        remedy: str = "Tambahkan dahulu atau perbaiki tulisannya.",
    ):
        self.noun, self.names, self.ended, self.remedy = noun, names, ended, remedy
        self._by_name: dict[str, list[T]] = {}
        self._written: dict[str, str] = {}
        self._guessed: dict[str, str] = {}
        for row in rows:
            self.add(row)

    def add(self, row: T) -> None:
        """Make a row findable: also one that is new in the workbook."""
        for name in self.names(row):
            self.add_as(name, row)

    def add_as(self, name: str, row: T) -> None:
        folded = fold(name)
        if not folded:
            return
        found = self._by_name.setdefault(folded, [])
        if not any(each is row for each in found):
            found.append(row)
            self._written.setdefault(folded, name)

    def all(self, text: object) -> list[T]:
        """Every row of that name, today's first."""
        found = self._by_name.get(fold(text), [])
        return sorted(found, key=self.ended) if len(found) > 1 else found

    def find(self, text: object) -> T:
        """The one row meant. Raises ValueError with a sentence when there is none or more than one."""
        found = self._by_name.get(fold(text), [])
        if len(found) > 1:
            found = [row for row in found if not self.ended(row)] or found
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(f"Ada {len(found)} {self.noun} bernama “{short(text)}”. Tulis kodenya.")
        raise ValueError(f"“{short(text)}” tidak ada di daftar {self.noun}. {self._meant(fold(text))}")

    def _meant(self, folded: str) -> str:
        if folded not in self._guessed:
            close = []
            if len(self._guessed) < MOST_GUESSES and len(self._by_name) <= MOST_COMPARED:
                # “Bagian Hukum Sekretariat Daerah Kabupaten …” means the one whose whole name it begins with.
                begun = [name for name in self._by_name if " " in name and folded.startswith(f"{name} ")]
                close = (
                    [max(begun, key=len)]
                    if begun
                    else difflib.get_close_matches(folded, self._by_name, 1, 0.75)
                )
            guess = f"Maksudnya “{self._written[close[0]]}”? " if close else ""
            self._guessed[folded] = f"{guess}{self.remedy}"
        return self._guessed[folded]


def short(text: object, most: int = 60) -> str:
    """What was typed, as it is quoted in a sentence."""
    typed = " ".join(str(text).split())
    return typed if len(typed) <= most else f"{typed[: most - 1]}…"


# --- units: every subject names them ----------------------------------------------------------


def no_units() -> str:
    """What to do first while there is no unit at all."""
    if Unit.objects.exists():
        return ""
    return "Belum ada satu pun unit kerja. Impor Perangkat Daerah & Unit Kerja dahulu, lalu unggah berkas ini lagi."


def stored_units(context: Context) -> dict[int, Unit]:
    """All units with what they belong to, in one query a pass."""

    def read() -> dict[int, Unit]:
        units = {unit.pk: unit for unit in Unit.objects.all()}
        for unit in units.values():
            if unit.parent_id is not None:
                unit.parent = units[unit.parent_id]
        return units

    return context.once("units.stored", read)


def units_of(context: Context) -> Lookup[Unit]:
    """Units by code, name, short name, or name and what it belongs to: “Sekretariat / Dinas Kesehatan”."""

    def make() -> Lookup[Unit]:
        return Lookup(
            "unit",
            stored_units(context).values(),
            unit_names,
            lambda unit: ended_on(unit, context.day),
            "Tambahkan dahulu, atau tulis kode atau namanya seperti di Unit Kerja & Jabatan.",
        )

    return context.once("units", make)


def ended_on(row: Any, day: date) -> bool:
    """Whether a row with a stretch of time was over before the day."""
    return row.valid_to is not None and row.valid_to < day


def unit_names(unit: Unit) -> tuple[str, ...]:
    return (unit.code, unit.name, unit.short_name, unit_path(unit))


def unit_path(unit: Unit) -> str:
    """A unit's name with that of what it belongs to, for names that several carry."""
    return f"{unit.name} / {unit.parent.name}" if unit.parent else unit.name


def unit_reference(context: Context, unit: Unit | None) -> str:
    """How people call the unit, where that finds exactly this one; else its code, or its name with what it belongs to."""
    if unit is None:
        return ""
    known = units_of(context)
    for text in (unit.name, unit.code, unit_path(unit)):
        if text and [each for each in known.all(text) if not known.ended(each)] in ([unit], []):
            return text
    return unit_path(unit)


def unit_choices(context: Context) -> tuple[str, ...]:
    """How the units of today are written, for a drop-down."""
    known = (unit for unit in stored_units(context).values() if not ended_on(unit, context.day))
    return tuple(unit_reference(context, unit) for unit in known)
