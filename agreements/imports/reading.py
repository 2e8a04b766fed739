"""Sheets into rows: which sheet is ours, which row is the heading, which column is which of ours."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agreements.imports.spec import Column, SheetSpec, Subject
from agreements.imports.widgets import is_empty, text_of
from perjanjian.numerals import has_decimal_point
from records.workbooks import Cell, Sheet, Workbook

# A heading stands below titles and remarks, but not further down than this.
DEEPEST_HEADING = 40
# So many words side by side may be a heading, so many cells below it a row of data.
WORDS_OF_HEADING = 2
# How far down figures are looked at for their decimal sign.
ROWS_LOOKED_AT = 2000
# Headings of a column that only counts the rows: nobody misses it.
COUNTERS = frozenset({"no", "nomor", "nourut", "nomorurut"})
NOT_WORDS = re.compile(r"[\W_]+", re.UNICODE)


def plain(text: Any) -> str:
    """A heading as it is compared: without case, spaces and punctuation."""
    return NOT_WORDS.sub("", text_of(text).casefold())


@dataclass(frozen=True)
class Headings:
    """The heading found in a sheet: its rows (from 1), the texts by place, and what we know of them."""

    first: int
    last: int
    texts: tuple[str, ...]
    columns: dict[str, int]

    @property
    def fingerprint(self) -> str:
        """The same for every file of one source."""
        words = json.dumps([plain(text) for text in self.texts], ensure_ascii=False)
        return hashlib.sha256(words.encode()).hexdigest()


@dataclass
class SheetPlan:
    """How one sheet of a file is read: where it stands, which place is which column, what is fixed.

    `columns` gives the place (from 0) of our columns, `fixed` the text of those the file lacks. An
    empty `sheet` leaves the sheet of the subject out.
    """

    key: str
    sheet: str = ""
    first: int = 1
    last: int = 1
    texts: list[str] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)

    @property
    def is_read(self) -> bool:
        return bool(self.sheet)

    @property
    def fingerprint(self) -> str:
        return Headings(self.first, self.last, tuple(self.texts), {}).fingerprint

    def missing(self, columns: Sequence[Column]) -> list[Column]:
        """What cannot be done without and is neither in the file nor fixed."""
        return [
            c for c in columns if c.required and c.name not in self.columns and not self.fixed.get(c.name)
        ]

    @property
    def unused(self) -> list[str]:
        """Headings of the file nobody asked for, but for running numbers."""
        used = set(self.columns.values())
        return [
            text
            for place, text in enumerate(self.texts)
            if text and place not in used and plain(text) not in COUNTERS
        ]


def matched(texts: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Our columns by their place: those called by their label first, then by another name."""
    places: dict[str, int] = {}
    for at, text in enumerate(texts):
        places.setdefault(plain(text), at)
    places.pop("", None)
    found: dict[str, int] = {}
    for names in (lambda c: (c.label,), lambda c: c.aliases):
        for column in columns:
            if column.name in found:
                continue
            place = next((places[plain(n)] for n in names(column) if plain(n) in places), None)
            if place is not None and place not in found.values():
                found[column.name] = place
    return found


def find_headings(sheet: Sheet, columns: Sequence[Column]) -> Headings | None:
    """The row, or the two rows, where most of our columns are named; None when it is not our sheet."""
    best: Headings | None = None
    for number, row in enumerate(sheet.rows[:DEEPEST_HEADING], start=1):
        for headings in _readings(sheet, number, row, columns):
            if best is None or _certainty(headings, columns) > _certainty(best, columns):
                best = headings
    if best is None or len(best.columns) < min(2, len(columns)):
        return None
    return best


def _certainty(headings: Headings, columns: Sequence[Column]) -> tuple[int, int, bool]:
    """The more of our columns, the more of them by their own label, and one row rather than two."""
    labels = {column.name: plain(column.label) for column in columns}
    own = sum(plain(headings.texts[place]) == labels[name] for name, place in headings.columns.items())
    return len(headings.columns), own, headings.first == headings.last


def _readings(
    sheet: Sheet, number: int, row: Sequence[Cell], columns: Sequence[Column]
) -> Iterator[Headings]:
    """One row as the heading, and together with the one below it."""
    top = _texts(row)
    if not any(top):
        return
    yield Headings(number, number, top, matched(top, columns))
    if number >= len(sheet.rows):
        return
    below = _texts(sheet.rows[number])
    width = max(len(top), len(below))
    upper, lower = (texts + ("",) * (width - len(texts)) for texts in (top, below))
    both = tuple(" ".join(dict.fromkeys(t for t in pair if t)) for pair in zip(upper, lower, strict=True))
    found = matched(both, columns)
    # Where the two together are no name, the lower one alone may be: “Target” over “2025”, “2026”.
    single = {name: place for name, place in matched(lower, columns).items() if name not in found}
    taken = set(found.values())
    found |= {name: place for name, place in single.items() if place not in taken}
    yield Headings(number, number + 1, both, found)


def _texts(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(" ".join(text_of(cell).split()) for cell in row)


def plan_of(subject: Subject, workbook: Workbook, year: int | None) -> list[SheetPlan]:
    """Which sheet of the file is which of the subject: the likeliest pairs first, each sheet once."""
    pairs = [
        (_likeness(sheet, spec, headings), spec.key, sheet, headings)
        for spec in subject.sheets
        for columns in [spec.columns(year)]
        for sheet in workbook.sheets
        if not sheet.hidden and (headings := find_headings(sheet, columns))
    ]
    plans: dict[str, SheetPlan] = {}
    taken: set[str] = set()
    for _, key, sheet, headings in sorted(pairs, key=lambda pair: pair[0], reverse=True):
        if key not in plans and sheet.name not in taken:
            plans[key] = planned(key, sheet, headings)
            taken.add(sheet.name)
    return [plans.get(spec.key) or SheetPlan(spec.key) for spec in subject.sheets]


def plan_at(key: str, sheet: Sheet, columns: Sequence[Column], first: int | None) -> SheetPlan:
    """How a sheet the person chose is read: at the row named, else where its heading is found."""
    if first is not None and first <= len(sheet.rows):
        choices = _readings(sheet, first, sheet.rows[first - 1], columns)
        headings = max(choices, key=lambda found: _certainty(found, columns), default=None)
    else:
        headings = find_headings(sheet, columns)
    if headings is None:
        texts = _texts(sheet.rows[0]) if sheet.rows else ()
        headings = Headings(first or 1, first or 1, texts, {})
    return planned(key, sheet, headings)


def likely_headings(sheet: Sheet) -> Headings | None:
    """The row a person would take for the heading where we know none of it: words side by side, data below."""
    for number, row in enumerate(sheet.rows[:DEEPEST_HEADING], start=1):
        words = {plain(cell) for cell in row if isinstance(cell, str)} - {""}
        if len(words) >= WORDS_OF_HEADING and any(_has_data(below) for below in sheet.rows[number:]):
            return Headings(number, number, _texts(row), {})
    return None


def _has_data(row: Sequence[Cell]) -> bool:
    return sum(not is_empty(cell) for cell in row) >= WORDS_OF_HEADING


def plans_by_hand(subject: Subject, workbook: Workbook, year: int | None) -> list[SheetPlan] | None:
    """What a person starts from who matches an unknown source: what is known of it, else its first table."""
    plans = plan_of(subject, workbook, year)
    if any(plan.is_read for plan in plans):
        return plans
    for sheet in workbook.sheets:
        found = None if sheet.hidden else likely_headings(sheet)
        if found is not None:
            columns = subject.sheets[0].columns(year)
            plans[0] = planned(plans[0].key, sheet, replace(found, columns=matched(found.texts, columns)))
            return plans
    return None


def decimal_points(subject: Subject, workbook: Workbook, plans: Sequence[SheetPlan], year: int | None) -> int:
    """How many figures written as text seem to use the point as decimal sign, in the first rows of each sheet."""
    sheets, count = {sheet.name: sheet for sheet in workbook.sheets}, 0
    for plan in plans:
        columns = subject.sheet(plan.key).columns(year) if plan.sheet in sheets else ()
        places = [plan.columns[c.name] for c in columns if c.figures and c.name in plan.columns]
        rows = sheets[plan.sheet].rows[plan.last : plan.last + ROWS_LOOKED_AT] if places else ()
        cells = (row[place] for row in rows for place in places if place < len(row))
        count += sum(isinstance(cell, str) and "." in cell and has_decimal_point(cell) for cell in cells)
    return count


def planned(key: str, sheet: Sheet, headings: Headings) -> SheetPlan:
    return SheetPlan(
        key, sheet.name, headings.first, headings.last, list(headings.texts), dict(headings.columns)
    )


def _likeness(sheet: Sheet, spec: SheetSpec, headings: Headings) -> tuple[int, bool]:
    return len(headings.columns), plain(sheet.name) == plain(spec.title)


def is_ours(plans: Sequence[SheetPlan], subject: Subject, year: int | None) -> bool:
    """Whether the file has at least one of the subject's sheets with what it cannot do without, or most of it."""
    for plan in plans:
        columns = subject.sheet(plan.key).columns(year)
        wanted = [column for column in columns if column.required]
        if plan.is_read and 2 * len(plan.missing(columns)) <= len(wanted):
            return True
    return False


def rows_of(sheet: Sheet, plan: SheetPlan) -> Callable[[], Iterator[tuple[int, dict[str, Cell]]]]:
    """Gives the rows below the heading, each with its number in the sheet; blank and repeated ones are skipped."""
    headings = {
        name: {plain(plan.texts[place])} | _words_above(sheet, plan, place)
        for name, place in plan.columns.items()
    }

    def is_heading_again(row: dict[str, Cell]) -> bool:
        # Asked of every row: the first cell that says something else ends it.
        filled = 0
        for name, words in headings.items():
            if is_empty(row[name]):
                continue
            if not isinstance(row[name], str) or plain(row[name]) not in words:
                return False
            filled += 1
        return filled > 1

    def rows() -> Iterator[tuple[int, dict[str, Cell]]]:
        for number, cells in enumerate(sheet.rows[plan.last :], start=plan.last + 1):
            width = len(cells)
            row = {name: cells[at] if at < width else None for name, at in plan.columns.items()}
            if all(is_empty(cell) for cell in row.values()) or is_heading_again(row):
                continue
            yield number, {**row, **plan.fixed}

    return rows


def _words_above(sheet: Sheet, plan: SheetPlan, place: int) -> set[str]:
    """What stands in the heading's own rows at a place: a repeated heading repeats each of them."""
    rows = sheet.rows[plan.first - 1 : plan.last]
    return {plain(row[place]) for row in rows if place < len(row)} - {""}


def letter(place: int) -> str:
    """The letter of a column by its place from 0: A, Z, AA."""
    text, rest = "", place + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        text = chr(65 + last) + text
    return text
