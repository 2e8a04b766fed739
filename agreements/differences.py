"""Old beside new: what an amendment makes of the agreement it amends, computed from `continues`, never stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import prefetch_related_objects

from agreements.content import target_text
from agreements.copying import TARGET_COLUMNS
from agreements.enums import Change, Kind, Party, Polarity
from agreements.lineage import Lineage
from agreements.models import (
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
    Assignment,
    IssueParty,
)
from agreements.parties import Parties, signatories
from agreements.querysets import content_lookups
from agreements.table_b import LineKey, is_part, same_line


@dataclass(frozen=True)
class PartyChange:
    """A signatory then and now, as name and title; empty where there is none."""

    party: Party
    old: str
    new: str
    changed: bool


@dataclass(frozen=True)
class IndicatorChange:
    """A promise before and after; `old` None: new, `new` None: dropped. `moved`: now under another objective."""

    change: Change
    old: AgreementIndicator | None
    new: AgreementIndicator | None
    moved: bool = False

    @property
    def name(self) -> str:
        return str(self.new or self.old)

    @property
    def old_target(self) -> str:
        return target_text(self.old) if self.old else ""

    @property
    def new_target(self) -> str:
        return target_text(self.new) if self.new else ""

    @property
    def eased(self) -> bool:
        """Whether the same indicator is now promised with a target that is easier to reach."""
        if self.change != Change.RETARGETED or self.old is None or self.new is None:
            return False
        return _eased(self.old, self.new)


@dataclass(frozen=True)
class ObjectiveChange:
    """An objective with its indicators, those it lost included; `old_text` where the wording changed."""

    change: Change
    text: str
    old_text: str
    rows: tuple[IndicatorChange, ...]


@dataclass(frozen=True)
class BudgetChange:
    """A line of table B before and after, in rupiah; None where the line did not or does not stand there."""

    change: Change
    code: str
    name: str
    fund_source: str
    old: Decimal | None
    new: Decimal | None


@dataclass(frozen=True)
class Comparison:
    """Everything an amendment changes and everything it keeps."""

    parties: tuple[PartyChange, ...]
    objectives: tuple[ObjectiveChange, ...]
    budgets: tuple[BudgetChange, ...]
    waiver_changed: bool

    @property
    def rows(self) -> tuple[IndicatorChange, ...]:
        return tuple(row for objective in self.objectives for row in objective.rows)

    @property
    def dropped(self) -> tuple[IndicatorChange, ...]:
        return tuple(row for row in self.rows if row.change == Change.DROPPED)

    @property
    def old_total(self) -> Decimal:
        return sum((line.old for line in self.budgets if line.old is not None), Decimal(0))

    @property
    def new_total(self) -> Decimal:
        return sum((line.new for line in self.budgets if line.new is not None), Decimal(0))

    @property
    def nothing(self) -> bool:
        """Whether the two agreements say the same and are signed by the same people."""
        parts: list[ObjectiveChange | IndicatorChange | BudgetChange] = [*self.objectives, *self.rows]
        parts += self.budgets
        changed = any(part.change != Change.SAME for part in parts)
        moved = any(row.moved for row in self.rows)
        return not (changed or moved or self.waiver_changed or any(party.changed for party in self.parties))


def fetch(agreement: Agreement) -> None:
    """Fetch what the agreement says, and in the same few queries what the one it amends says."""
    both = [agreement, *([agreement.amends] if agreement.amends else [])]
    prefetch_related_objects(both, *content_lookups())


def compare(agreement: Agreement, parties: Parties | None = None) -> Comparison | None:
    """What the agreement changes of the one it amends; None when it amends none.

    Args:
        agreement: its content and the amended one's are fetched here, unless they are already.
        parties: who would sign now; None for what was issued, whose signatories stand on the issue.
    """
    amended = agreement.amends
    if amended is None:
        return None
    fetch(agreement)
    signed = {pk: _signed(on_paper) for pk, on_paper in signatories([agreement, amended]).items()}
    return Comparison(
        parties=_parties(signed[amended.pk], _now(parties) if parties else signed[agreement.pk]),
        objectives=_objectives(amended, agreement),
        budgets=_budgets(amended.budgets.all(), agreement.budgets.all()),
        waiver_changed=amended.budget_waiver != agreement.budget_waiver,
    )


# --- the parties ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Signatory:
    assignment_id: int
    text: str


def _signed(on_paper: Mapping[str, IssueParty]) -> dict[str, _Signatory]:
    return {
        party: _Signatory(row.assignment_id, f"{row.name}, {row.title}") for party, row in on_paper.items()
    }


def _now(parties: Parties) -> dict[str, _Signatory]:
    holders: dict[str, Assignment | None] = {Party.FIRST: parties.first, Party.SECOND: parties.second}
    return {
        party: _Signatory(holder.pk, f"{holder.official.name}, {holder.title}")
        for party, holder in holders.items()
        if holder
    }


def _parties(before: dict[str, _Signatory], now: dict[str, _Signatory]) -> tuple[PartyChange, ...]:
    """Unknown on either side is no change: nothing can be said of it."""
    return tuple(
        PartyChange(party, before[party].text, now[party].text, before[party] != now[party])
        for party in Party
        if party in before and party in now
    )


# --- objectives and indicators --------------------------------------------------------------------


def _objectives(amended: Agreement, agreement: Agreement) -> tuple[ObjectiveChange, ...]:
    """In the order of the new agreement; what it dropped stands under its objective, or last."""
    before = _by_place(amended, agreement)
    places = {row.pk: place for place, each in before.items() for row in each.indicators.all()}
    old_rows = {row.pk: row for each in before.values() for row in each.indicators.all()}
    now = list(agreement.objectives.all())
    continued = {row.continues_id for each in now for row in each.indicators.all()}
    lost: dict[int, list[IndicatorChange]] = defaultdict(list)
    for place, each in before.items():
        lost[place] = [
            IndicatorChange(Change.DROPPED, row, None)
            for row in each.indicators.all()
            if row.pk not in continued
        ]
    found = []
    for each in now:
        rows = [
            _indicator(row, old_rows.get(row.continues_id), places.get(row.continues_id) != each.objective_id)
            for row in each.indicators.all()
        ]
        found.append(_objective(before.get(each.objective_id), each, (*rows, *lost[each.objective_id])))
    kept = {each.objective_id for each in now}
    found += [
        ObjectiveChange(Change.DROPPED, each.text, "", tuple(lost[objective]))
        for objective, each in before.items()
        if objective not in kept
    ]
    return tuple(found)


def _by_place(amended: Agreement, agreement: Agreement) -> dict[int, AgreementObjective]:
    """The old rows by the objective of the plan whose place they have in the new agreement: their own, or what
    a revision put there; of several that became one the others keep their own."""
    kept = {row.objective_id for row in agreement.objectives.all()}
    found = {row.objective_id: row for row in amended.objectives.all() if row.objective_id in kept}
    gone = [row for row in amended.objectives.all() if row.objective_id not in kept]
    lineage = Lineage(agreement.year) if gone else None
    for row in gone:
        place = lineage.standing(row.objective_id) if lineage else row.objective_id
        found[place if place in kept and place not in found else row.objective_id] = row
    return found


def _objective(
    old: AgreementObjective | None, new: AgreementObjective, rows: tuple[IndicatorChange, ...]
) -> ObjectiveChange:
    if old is None:
        return ObjectiveChange(Change.NEW, new.text, "", rows)
    if old.text != new.text:
        return ObjectiveChange(Change.REWORDED, new.text, old.text, rows)
    return ObjectiveChange(Change.SAME, new.text, "", rows)


def _indicator(new: AgreementIndicator, old: AgreementIndicator | None, moved: bool) -> IndicatorChange:
    if old is None:
        return IndicatorChange(Change.NEW, None, new)
    if old.indicator_id != new.indicator_id:
        return IndicatorChange(Change.REPLACED, old, new, moved)
    same = all(getattr(old, column) == getattr(new, column) for column in TARGET_COLUMNS)
    return IndicatorChange(Change.SAME if same else Change.RETARGETED, old, new, moved)


def _eased(old: AgreementIndicator, new: AgreementIndicator) -> bool:
    """Less is promised: a lower figure (by the polarity) or step, a wider range, a later day."""
    if new.kind == Kind.RANGE:
        return _less(new.low, old.low) or _less(old.high, new.high)
    if new.kind == Kind.DATE:
        return old.date is not None and new.date is not None and old.date < new.date
    if new.kind == Kind.SCALE:
        return _less(new.step, old.step)
    if new.polarity == Polarity.EXACT:
        return False
    return _less(old.value, new.value) if new.polarity == Polarity.LOWER else _less(new.value, old.value)


def _less(one: Decimal | int | None, other: Decimal | int | None) -> bool:
    """Whether one is below the other; never where either is unknown."""
    return one is not None and other is not None and one < other


# --- table B --------------------------------------------------------------------------------------


def _budgets(before: Iterable[AgreementBudget], now: Iterable[AgreementBudget]) -> tuple[BudgetChange, ...]:
    """A line that the other table details, or has within a wider one, is compared as a whole."""
    old, new = list(before), list(now)
    # In the order of the new table; what it dropped comes last.
    rows: dict[LineKey, AgreementBudget] = {}
    amounts: dict[LineKey, dict[str, Decimal]] = defaultdict(dict)
    for side, lines, others in (("new", new, old), ("old", old, new)):
        for line in lines:
            same = same_line(line, rows.values())
            row = same or next((each for each in others if is_part(line, each)), line)
            rows.setdefault(row.line_key, row)
            sums = amounts[row.line_key]
            sums[side] = sums.get(side, Decimal(0)) + line.amount
    return tuple(_budget(row, amounts[key].get("old"), amounts[key].get("new")) for key, row in rows.items())


def _budget(row: AgreementBudget, old: Decimal | None, new: Decimal | None) -> BudgetChange:
    if old is not None and new is not None:
        change = Change.SAME if old == new else Change.REALLOCATED
    else:
        change = Change.NEW if old is None else Change.DROPPED
    return BudgetChange(change, row.code, row.name, row.fund_source, old, new)
