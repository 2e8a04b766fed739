"""What the rows of a budget workbook are: a budget, what a document says in all, or a heading; asks no database.

Written for exports of SIPD shape: rows of program and kegiatan with the sum of what follows, sums of an office and of
the region, the office once as a title above a block or in a cell merged over its rows, titles repeated on each page,
accounts (rekening) below a sub kegiatan.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agreements.enums import BudgetVersion
from agreements.imports.lookups import fold
from agreements.imports.resources import Row
from agreements.imports.widgets import is_empty, text_of
from agreements.nomenclature import ACTIVITY_LENGTH, CODE, PROGRAMME_LENGTH, codes_above

# In a row of ours: what `sorted_rows` made of it.
FACT = "#fact"
# The amount by the version its column speaks of; the first one's is told by the column “Versi”.
AMOUNTS = {
    "amount": "",
    "amount_original": BudgetVersion.ORIGINAL,
    "amount_shift": BudgetVersion.SHIFT,
    "amount_revised": BudgetVersion.REVISED,
}
# Code and name from the finest step to the widest: the first that is filled is what the row is about.
STEPS = (("code", "name"), ("activity_code", "activity_name"), ("programme_code", "programme_name"))
UNIT_TITLE = re.compile(
    r"^(?:sub\s+)?(?:unit(?:\s+(?:organisasi|skpd|kerja))?|skpd|opd|perangkat\s+daerah|organisasi)\s*:\s*(.+)$",
    re.IGNORECASE,
)
UNIT_CODE = re.compile(r"^\d\.\d{2}\.\d\.\d{2}\.\d\.\d{2}\.\d{2}(?:\.\d{1,4})?$")
TITLE_PARTS = re.compile(r"^([\d.]{5,})?\s*[-–:]?\s*(.*)$")
ACCOUNT = re.compile(r"^[4-6](?:\.\d){1,2}(?:\.\d{2})*(?:\.\d{2,5})?$")
TOTAL = re.compile(r"^(?:sub\s*|grand\s*)?(?:total|jumlah)\b", re.IGNORECASE)
SOMETHING_ELSE = re.compile(r"^(?:program|kegiatan|sub|urusan|bidang|belanja)\b")
OF_THE_REGION = re.compile(r"^(?:grand\s*)?total\b", re.IGNORECASE)


class What:
    """A budget; what a document says a program or kegiatan has in all; or what it says an office has."""

    BUDGET, TOTAL, UNIT_TOTAL = "budget", "total", "unit_total"


@dataclass(slots=True)
class Place:
    """Whose budget: the code and the name of the office as they stand in the file."""

    code: str = ""
    name: str = ""

    def __bool__(self) -> bool:
        return bool(self.code or self.name)


@dataclass(slots=True)
class Fact:
    """One amount of one row. `parents`: code and name of the program and kegiatan around it, as far as told.

    `source_told`: the file names the fund source itself.
    """

    what: str
    place: Place
    code: str
    name: str
    version: str
    source: str
    amount_column: str
    parents: tuple[tuple[str, str], ...] = ()
    source_told: bool = False
    faults: list[tuple[str, str]] = field(default_factory=list)
    # Filled in by the resource.
    unit: Any = None
    programme: Any = None

    @property
    def spot(self) -> tuple[str, str, str]:
        """Office and version, for telling which rows lie within which."""
        return fold(self.place.code), fold(self.place.name), self.version


@dataclass
class Reading:
    """The rows of a sheet as facts; `aliases` are names of offices by the code that stands beside them."""

    rows: list[tuple[int, Row]] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def reading_of(
    rows: Iterable[tuple[int, Row]], above: Sequence[Sequence[Any]], version_of: Mapping[str, str]
) -> Reading:
    """All amounts of a sheet.

    Args:
        above: the rows over the heading, where the office may stand as a title.
        version_of: versions of the APBD by how people write them, folded.
    """
    found = Reading()
    place = next((each for row in reversed(above) if (each := _title_of(row))), Place())
    offices: set[tuple[str, str]] = set()
    waiting: list[tuple[int, Row, Fact]] = []
    for number, row in rows:
        texts = _texts(row.values())
        if title := _title_of(texts):
            place = title
            continue
        if _is_furniture(row, texts):
            continue
        place = _place_of(row) or place
        for fact in _facts_of(row, place, version_of, found):
            if fact.what == What.UNIT_TOTAL and fact.code:
                place = Place(fact.code, place.name or fact.name)
                fact.place = place
            offices.add((fold(fact.place.code), fold(fact.place.name)))
            waiting.append((number, row, fact))
    _tell_totals(waiting)
    many = len({name or code for code, name in offices}) > 1
    codes = {fold(name): code for code, name in found.names.items()}
    for number, row, fact in waiting:
        if not _is_kept(fact, many, codes):
            continue
        amount = row.get(fact.amount_column) if fact.amount_column else None
        found.rows.append((number, row | {FACT: fact, "amount": amount}))
    return found


def _is_kept(fact: Fact, many: bool, codes: Mapping[str, str]) -> bool:
    """Whether a row says something of its own; tells of which program a row “Jumlah …” is the sum.

    Args:
        many: several offices stand in the file, so that its last total is the region's.
        codes: codes by the folded names that stand beside them.
    """
    if fact.what == What.UNIT_TOTAL and not fact.code:
        rest = fold(TOTAL.sub("", fact.name).strip(" :"))
        if code := codes.get(rest):
            fact.what, fact.code = What.TOTAL, code
        elif SOMETHING_ELSE.match(rest) or (many and OF_THE_REGION.match(fact.name)):
            return False
    if fact.what == What.BUDGET:
        return True
    return bool(fact.amount_column) and not (fact.what == What.TOTAL and len(fact.code) < PROGRAMME_LENGTH)


def _texts(cells: Iterable[Any]) -> list[str]:
    """What the cells say, each text once: a merged cell stands in all the cells it covers."""
    return list(dict.fromkeys(text for cell in cells if (text := " ".join(text_of(cell).split()))))


def _title_of(cells: Iterable[Any]) -> Place | None:
    """“Unit Organisasi : 1.02.0.00.0.00.01.0000 Dinas Kesehatan”, in one cell or in several."""
    texts = _texts(cells)
    if not texts or len(texts) > 4:
        return None
    match = UNIT_TITLE.match(" ".join(text for text in texts).replace(" : : ", " : "))
    if match is None:
        return None
    code, name = TITLE_PARTS.match(match[1].strip()).groups()  # type: ignore[union-attr]
    return Place((code or "").strip("."), name.strip())


def _is_furniture(row: Row, texts: Sequence[str]) -> bool:
    """A title over all columns, or the numbers of the columns below their heading."""
    if len(texts) == 1 and not CODE.match(texts[0]):
        return True
    numbers = [text.strip("()") for text in texts]
    return len(numbers) > 1 and all(text.isdigit() and int(text) <= len(row) + 9 for text in numbers)


def _place_of(row: Row) -> Place:
    return Place(_cell(row, "unit_code"), _cell(row, "unit"))


def _cell(row: Row, name: str) -> str:
    return " ".join(text_of(row.get(name)).split())


def _facts_of(row: Row, place: Place, version_of: Mapping[str, str], found: Reading) -> Iterator[Fact]:
    """One fact for each amount of the row; one without an amount, where it should have one."""
    code, name = next(
        ((c, n) for c, n in ((_cell(row, a), _cell(row, b)) for a, b in STEPS) if c or n), ("", "")
    )
    code = code.rstrip(".")
    what = What.BUDGET
    if UNIT_CODE.match(code):
        what = What.UNIT_TOTAL
        found.aliases[fold(name)] = code
    elif not code and TOTAL.match(name or place.name):
        what = What.UNIT_TOTAL
    elif ACCOUNT.match(code) and not CODE.match(code):
        return
    parents = tuple(_parents(row, code))
    for above, its in (*parents, *([(code, name)] if what == What.BUDGET else ())):
        if above and its:
            found.names.setdefault(above, its)
    source = _cell(row, "fund_source")
    amounts = [(column, version) for column, version in AMOUNTS.items() if not is_empty(row.get(column))]
    for column, version in amounts or [("", "")]:
        fact = Fact(what, place, code, name, version, source, column, parents, bool(source))
        if not version:
            _read_version(fact, _cell(row, "version"), version_of)
        yield fact


def _read_version(fact: Fact, text: str, version_of: Mapping[str, str]) -> None:
    fact.version = version_of.get(fold(text), "") if text else BudgetVersion.ORIGINAL
    if not fact.version:
        fact.version = BudgetVersion.ORIGINAL
        labels = ", ".join(BudgetVersion.labels)
        fact.faults.append(("version", f"“{text}” bukan versi anggaran. Pilih salah satu: {labels}."))


def _parents(row: Row, code: str) -> Iterator[tuple[str, str]]:
    """The program and kegiatan the row names in columns of their own; their codes follow from its own."""
    for (of_code, of_name), length in zip(STEPS[1:], (ACTIVITY_LENGTH, PROGRAMME_LENGTH), strict=True):
        name = _cell(row, of_name)
        above = _cell(row, of_code).rstrip(".") or (code[:length] if len(code) > length else "")
        if name and above != code:
            yield above, name


def _tell_totals(waiting: Sequence[tuple[int, Row, Fact]]) -> None:
    """A row that others of its office and version lie within is their sum, not a budget of its own."""
    below: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    of_source: dict[tuple[tuple[str, str, str], str], set[str]] = defaultdict(set)
    for _, _, fact in waiting:
        if fact.what == What.BUDGET and fact.code:
            above = codes_above(fact.code)
            below[fact.spot].update(above)
            of_source[fact.spot, fact.source].update(above)
    for _, _, fact in waiting:
        if fact.what != What.BUDGET or fact.code not in below[fact.spot]:
            continue
        if not fact.source or fact.code in of_source[fact.spot, fact.source]:
            fact.what = What.TOTAL
