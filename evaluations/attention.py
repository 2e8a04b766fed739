"""Where to look first: promises from the lowest achievement, each with why, what follows, and who acts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agreements.enums import UnitKind
from agreements.models import Agreement, Assignment, Unit
from evaluations.enums import CellState
from evaluations.mapping import Standing, is_missing
from evaluations.models import Period
from evaluations.results import AgreementResult, Cell, RowResult


@dataclass(frozen=True)
class Actor:
    """Who acts: a post and who holds it on the day; an empty `name` is a post nobody holds."""

    title: str
    name: str


@dataclass(frozen=True)
class Words:
    """What the unit said of a figure, and in which quarter; empty where it said nothing."""

    inhibiting: str = ""
    follow_up: str = ""
    period: Period | None = None


NOTHING_SAID = Words()


@dataclass(frozen=True)
class Attention:
    """A promise with what a leader asks of it."""

    unit: Unit
    agreement: Agreement
    row: RowResult
    until: Period
    words: Words = NOTHING_SAID
    actor: Actor | None = None

    @property
    def order(self) -> tuple[Decimal, Decimal, int]:
        """By what averages take, then by the raw percentage; equal ones keep one order."""
        used, raw = self.row.result.used, self.row.result.raw
        return used or Decimal(0), raw or Decimal(0), self.row.promise.pk

    @property
    def reached(self) -> bool:
        """Whether the figure is at the target it is judged by; not while it cannot be judged yet."""
        return bool(self.row.result.reached)

    @property
    def cell(self) -> Cell | None:
        """The fact its figure rests on, else the last one of the time asked for."""
        known = [cell for cell in _due(self.row) if cell.realisation is not None]
        return self.row.latest or (known[-1] if known else None)


@dataclass(frozen=True)
class Ranking:
    """Promises that were judged, the lowest first, and those that owe a figure: they are no zero."""

    judged: tuple[Attention, ...]
    missing: tuple[Attention, ...]


def ranking(standings: Iterable[Standing], period: Period | None = None) -> Ranking:
    """All promises of the units up to a quarter (None: each as far as it has come).

    What the regional head promises too is listed once, as the unit promised it.
    """
    rows = [row for standing in standings for row in _rows(standing, period)]
    promised = {row.row.promise.indicator_id for row in rows if row.unit.kind != UnitKind.REGION}
    own = [
        row
        for row in rows
        if row.unit.kind != UnitKind.REGION or row.row.promise.indicator_id not in promised
    ]
    judged = [row for row in own if row.row.result.used is not None]
    missing = [row for row in own if row.row.result.used is None and is_missing(row.row, row.until.number)]
    return Ranking(tuple(sorted(judged, key=lambda row: row.order)), tuple(missing))


def of_result(unit: Unit, result: AgreementResult) -> list[Attention]:
    """The promises of one agreement as it lists them."""
    if result.until is None:
        return []
    return [Attention(unit, result.agreement, row, result.until) for row in result.rows]


def _rows(standing: Standing, period: Period | None) -> list[Attention]:
    result = standing.at(period) if period else standing.latest
    return of_result(standing.unit, result) if result else []


def explained(rows: Sequence[Attention], day: date) -> list[Attention]:
    """The rows with the unit's words and who acts on the day, in one query however many rows.

    Who acts is the person in charge of the indicator, else the head of the unit that measures it.
    """
    holders = _holders(rows, day)
    return [
        Attention(
            row.unit,
            row.agreement,
            row.row,
            row.until,
            _words_of(row),
            _actor_of(row, holders),
        )
        for row in rows
    ]


def _due(row: RowResult) -> list[Cell]:
    return [cell for cell in row.cells if cell.state != CellState.NOT_DUE]


def _words_of(row: Attention) -> Words:
    """The latest words there are: an earlier quarter speaks where the last one is silent."""
    for cell in reversed(_due(row.row)):
        fact = cell.realisation
        # Others read the words of what has a reading; those of a draft stay inside.
        if fact is not None and cell.reading is not None and (fact.inhibiting or fact.follow_up):
            return Words(fact.inhibiting, fact.follow_up, cell.period)
    return NOTHING_SAID


def _holders(rows: Sequence[Attention], day: date) -> Mapping[tuple[str, int], Assignment]:
    """Who holds the posts in charge (“post”, pk) and who heads the units that measure (“unit”, pk)."""
    indicators = [row.row.promise.indicator for row in rows]
    posts = {each.person_in_charge_id for each in indicators if each.person_in_charge_id}
    units = {each.unit_id for each in indicators if not each.person_in_charge_id}
    found: dict[tuple[str, int], Assignment] = {}
    for holder in Assignment.objects.answering(posts, units, day):
        found.setdefault(("post", holder.position_id), holder)
        if holder.position.heads_unit:
            found.setdefault(("unit", holder.position.unit_id), holder)
    return found


def _actor_of(row: Attention, holders: Mapping[tuple[str, int], Assignment]) -> Actor:
    indicator = row.row.promise.indicator
    post = indicator.person_in_charge
    key = ("post", post.pk) if post else ("unit", indicator.unit_id)
    holder = holders.get(key)
    if holder:
        return Actor(holder.title, holder.official.name)
    return Actor(post.title if post else f"Kepala {indicator.unit}", "")
