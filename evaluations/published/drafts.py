"""What the rows of one government allow to be built, and what they do not, with the reason. Pure.

Nothing is guessed: a row whose direction, year or target cannot be read is left over, by name.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from evaluations.published.declarations import BUDGET, Declaration, Declarations
from evaluations.published.places import listed_name, squashed
from evaluations.published.reading import (
    Figure,
    NotPublished,
    Row,
    Span,
    Unreadable,
    read_figure,
    read_number,
    read_step,
)
from perjanjian.numerals import FIRST_YEAR, LAST_YEAR, MAX_DIGITS

NO_OBJECTIVE = "(Sasaran tidak tertulis dalam sumber)"
TARGET_PLACES, MONEY_PLACES = 4, 2
MOST_LETTERS = {"name": 400, "unit_of_measure": 60}
BREAK = " > "


@dataclass(frozen=True, slots=True)
class Leftover:
    """A row, or a part of it, that was not built."""

    file: str
    line: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndicatorDraft:
    """An indicator of a unit in a year. `unit` is "" for the government itself.

    `target` and `claimed` hold the columns by kind; `claimed` None is nothing realised, and with `state`
    not_published a figure its source has not released.
    """

    row: Row
    unit: str
    year: int
    objective: str
    name: str
    unit_of_measure: str
    kind: str
    polarity: str
    method: str
    scale: str
    decimals: int
    target: Mapping[str, Any]
    claimed: Mapping[str, Any] | None
    state: str


@dataclass(frozen=True, slots=True)
class BudgetDraft:
    """A ceiling in rupiah, and what was spent of it up to the end of `month`."""

    row: Row
    unit: str
    year: int
    month: int
    name: str
    amount: Decimal
    spent: Decimal | None


@dataclass
class Drafts:
    indicators: list[IndicatorDraft] = field(default_factory=list)
    budgets: list[BudgetDraft] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)

    @property
    def all(self) -> list[IndicatorDraft | BudgetDraft]:
        return [*self.indicators, *self.budgets]

    def leave(self, row: Row, name: str, reason: str) -> None:
        self.leftovers.append(Leftover(row.file, row.line, name, reason))


class NotBuilt(Exception):
    """A row that cannot be built; the message is the reason in Indonesian."""


def draft(rows: Mapping[str, Sequence[Row]], declared: Declarations) -> Drafts:
    """The drafts of one government out of its rows by file."""
    found = Drafts()
    rows = _with_listed_names(rows)
    _draft_indicators(rows["indicators.csv"], declared, found)
    _draft_budgets(rows["budgets.csv"], declared, found)
    for row in rows["quarterly.csv"]:
        found.leave(row, row["indicator"], _quarterly_reason(row))
    return found


def _with_listed_names(rows: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """The rows with each unit named as the list of units writes it."""
    listed = [row["opd_name"] for row in rows["opd_lists.csv"] if row["opd_name"]]
    return {
        file: [
            replace(row, cells={**row.cells, "opd": listed_name(row["opd"], listed)})
            if "opd" in row.cells and row["opd"]
            else row
            for row in lines
        ]
        for file, lines in rows.items()
    }


def _quarterly_reason(row: Row) -> str:
    if any(row[f"realisasi_tw{number}"] for number in range(1, 5)):
        return "realisasi per triwulan tidak dibuat: sumber tidak menyatakan cara hitung setahunnya"
    return "target per triwulan tidak dibuat: target PK hanya setahun"


# --- indicators -------------------------------------------------------------------------------


def _draft_indicators(rows: Iterable[Row], declared: Declarations, found: Drafts) -> None:
    first: dict[tuple[str, str], IndicatorDraft] = {}
    years: set[tuple[str, str, int]] = set()
    for row in rows:
        try:
            drafted = _indicator(row, declared.get((row["source_id"], row["direction"])), found)
            key = (squashed(drafted.unit), drafted.name.casefold())
            if (*key, drafted.year) in years:
                raise NotBuilt("indikator ini sudah punya baris lain untuk tahun yang sama")
            if not _alike(first.setdefault(key, drafted), drafted):
                raise NotBuilt("satuan, jenis, atau arahnya berbeda dari baris lain indikator ini")
        except (NotBuilt, Unreadable) as error:
            found.leave(row, row["indicator"], str(error))
            continue
        years.add((*key, drafted.year))
        found.indicators.append(drafted)


def _alike(one: IndicatorDraft, other: IndicatorDraft) -> bool:
    fields = ("unit_of_measure", "kind", "polarity", "scale")
    return all(getattr(one, name) == getattr(other, name) for name in fields)


def _indicator(row: Row, declared: Declaration | None, found: Drafts) -> IndicatorDraft:
    if row.fault:
        raise NotBuilt(row.fault)
    if row["direction"] == "?":
        raise NotBuilt("arah indikator tidak disebut sumber")
    if declared is None or not declared.polarity:
        raise NotBuilt("gaya angka sumber ini untuk arah ini belum dinyatakan")
    if not row["target"] and not row["realisasi"]:
        raise NotBuilt("tanpa target dan realisasi")
    _require_room(row)
    kind, target, places = _target(row, declared)
    claimed, state, more_places = _claimed(row, declared, kind, found)
    if not row["target"]:
        found.leave(row, row["indicator"], "tanpa target: realisasinya dibuat, tetapi tidak masuk PK")
    return IndicatorDraft(
        row=row,
        unit=_unit(row),
        year=_year(row),
        objective=row["sasaran"] or NO_OBJECTIVE,
        name=row["indicator"],
        unit_of_measure=row["unit"],
        kind=kind,
        polarity=declared.polarity,
        method=declared.method,
        scale=declared.scale,
        decimals=min(TARGET_PLACES, max(places, more_places)),
        target=target,
        claimed=claimed,
        state=state,
    )


def _require_room(row: Row) -> None:
    if not row["indicator"]:
        raise NotBuilt("nama indikator kosong")
    if len(row["indicator"]) > MOST_LETTERS["name"] or len(row["unit"]) > MOST_LETTERS["unit_of_measure"]:
        raise NotBuilt("nama indikator atau satuannya terlalu panjang")


def _unit(row: Row) -> str:
    if row["level"] == "pemda":
        return ""
    if not row["opd"]:
        raise NotBuilt("perangkat daerahnya tidak disebut")
    return row["opd"]


def _year(row: Row) -> int:
    found = re.match(r"[0-9]{4}(?![0-9])", row["year"])
    if not found or not FIRST_YEAR <= int(found[0]) <= LAST_YEAR:
        raise NotBuilt(f"tahun “{row['year'][:20]}” tidak terbaca")
    return int(found[0])


def _target(row: Row, declared: Declaration) -> tuple[str, dict[str, Any], int]:
    """Kind, target columns and printed decimals; no columns where no target is printed."""
    if row["direction"] == "predikat":
        return "scale", {"step": read_step(row["target"], declared.steps)} if row["target"] else {}, 0
    if not row["target"]:
        return "number", {}, 0
    figure = read_figure(row["target"], declared.style, row["unit"])
    if isinstance(figure, Span):
        columns = {"low": _stored(figure.low, TARGET_PLACES), "high": _stored(figure.high, TARGET_PLACES)}
        return "range", columns, max(figure.low.places, figure.high.places)
    return "number", {"value": _stored(figure, TARGET_PLACES)}, figure.places


def _claimed(
    row: Row, declared: Declaration, kind: str, found: Drafts
) -> tuple[dict[str, Any] | None, str, int]:
    """Realised columns, the state of the value and its printed decimals.

    A realisation that cannot be read leaves the target standing.
    """
    if not row["realisasi"]:
        return None, "", 0
    try:
        if kind == "scale":
            return {"step": read_step(row["realisasi"], declared.steps)}, "measured", 0
        figure = read_number(row["realisasi"], declared.style, row["unit"])
        return {"value": _stored(figure, TARGET_PLACES)}, "measured", figure.places
    except NotPublished:
        return None, "not_published", 0
    except (NotBuilt, Unreadable) as error:
        found.leave(row, row["indicator"], f"realisasi tidak dibuat: {error}")
        return None, "", 0


def _stored(figure: Figure, places: int) -> Decimal:
    """The value, when a column of 15 digits with `places` decimals can keep it unchanged."""
    _, _, exponent = figure.value.as_tuple()
    if -int(exponent) > places or figure.value.adjusted() >= MAX_DIGITS - places:
        raise NotBuilt(
            f"angkanya tidak muat: paling banyak {MAX_DIGITS - places} angka di depan koma dan "
            f"{places} di belakangnya"
        )
    return figure.value


# --- budgets ----------------------------------------------------------------------------------


def _draft_budgets(rows: Iterable[Row], declared: Declarations, found: Drafts) -> None:
    rows = list(rows)
    paths = {(row["opd"], row["year"], _path(row)) for row in rows}
    seen: set[tuple[str, int, str]] = set()
    for row in rows:
        name = _budget_name(_path(row))
        try:
            drafted = _budget(row, name, declared.get((row["source_id"], BUDGET)), paths, found)
            key = (squashed(drafted.unit), drafted.year, name)
            if key in seen:
                raise NotBuilt("pagu ini sudah punya baris lain untuk tahun yang sama")
        except (NotBuilt, Unreadable) as error:
            found.leave(row, name, str(error))
            continue
        seen.add(key)
        found.budgets.append(drafted)


def _path(row: Row) -> tuple[str, ...]:
    return tuple(part for part in (row["program"], *row["kegiatan"].split(BREAK)) if part)


def _budget_name(path: tuple[str, ...]) -> str:
    """The whole path; where that is too long for a name, without its uppermost parts."""
    tails = [BREAK.join(path[depth:]) for depth in range(len(path))]
    return next((tail for tail in tails if len(tail) <= MOST_LETTERS["name"]), "")


def _budget(
    row: Row,
    name: str,
    declared: Declaration | None,
    paths: set[tuple[str, str, tuple[str, ...]]],
    found: Drafts,
) -> BudgetDraft:
    if row.fault:
        raise NotBuilt(row.fault)
    if declared is None:
        raise NotBuilt("gaya angka anggaran sumber ini belum dinyatakan")
    path = _path(row)
    if not name:
        raise NotBuilt("nama program kosong atau terlalu panjang")
    if path[0].casefold().startswith(("total", "jumlah")):
        raise NotBuilt("baris jumlah, bukan pagu tersendiri")
    if any((row["opd"], row["year"], path[:depth]) in paths for depth in range(1, len(path))):
        raise NotBuilt("rincian dari baris di atasnya; tidak dibuat agar pagu tidak terhitung dua kali")
    amount = _money(row["anggaran"], declared)
    spent = None
    if row["realisasi"]:
        try:
            spent = _money(row["realisasi"], declared)
        except (NotBuilt, Unreadable) as error:
            found.leave(row, name, f"realisasi anggaran tidak dibuat: {error}")
    return BudgetDraft(row, row["opd"], _year(row), _month(row), name, amount, spent)


def _money(text: str, declared: Declaration) -> Decimal:
    figure = read_number(text, declared.style)
    if figure.value < 0:
        raise NotBuilt("jumlahnya negatif")
    return _stored(figure, MONEY_PLACES)


def _month(row: Row) -> int:
    """The month of the position a year names, such as 2025 (posisi 2025-08-02); otherwise the whole year."""
    position = re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", row["year"])
    try:
        return date.fromisoformat(position[0]).month if position else 12
    except ValueError:
        raise NotBuilt(f"posisi “{row['year'][:40]}” tidak terbaca") from None
