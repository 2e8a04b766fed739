"""Agreements in force beside what changed around them since: who needs a PK Perubahan, who has one under way."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from agreements.budgets import YearBudgets
from agreements.enums import BudgetVersion, Party
from agreements.models import Agreement, AgreementBudget, Assignment
from agreements.parties import signatories


class Need(StrEnum):
    """Which rows a list of agreements in force is narrowed to; the value stands in its address."""

    WANTED = "perlu"  # something differs, and no amendment is under way
    UNDER_WAY = "proses"  # an amendment is being prepared
    LATE = "terlambat"  # something still differs after the due day


@dataclass(frozen=True)
class BudgetDifference:
    """What table B was made with and what its programmes have now, in rupiah, by which version."""

    version: BudgetVersion
    signed: Decimal
    now: Decimal

    @property
    def same_total(self) -> bool:
        return self.signed == self.now


@dataclass(frozen=True)
class HeadChange:
    """Who signed as Pihak Pertama, and who holds the position now; `now` empty: nobody does."""

    signed: str
    now: str


@dataclass(frozen=True)
class Amendable:
    """An agreement in force and all that speaks for amending it."""

    agreement: Agreement
    budget: BudgetDifference | None
    head: HeadChange | None
    amendment: Agreement | None
    late: bool

    @property
    def differs(self) -> bool:
        return self.budget is not None or self.head is not None

    def is_one_of(self, need: Need | None) -> bool:
        if need == Need.WANTED:
            return self.differs and self.amendment is None
        if need == Need.UNDER_WAY:
            return self.amendment is not None
        return self.late if need == Need.LATE else True


def amendable(
    agreements: Sequence[Agreement],
    year: int,
    day: date,
    due: date | None,
    budgets: YearBudgets | None = None,
) -> list[Amendable]:
    """Each agreement in force with what differs on the day, in nine queries at most however many there are.

    Args:
        agreements: in force, of the year, with their position and unit.
        due: the last day for a signed amendment, if the year has one.
        budgets: those of the agreements, where policy or units are at hand.
    """
    budgets = budgets or YearBudgets(year, agreements)
    tables = _tables(agreements)
    heads = _heads(agreements, day)
    under_way = {
        row.amends_id: row
        for row in Agreement.objects.filter(amends__in=agreements).in_preparation().select_related("position")
    }
    found = []
    for agreement in agreements:
        budget = _budget_difference(agreement, tables[agreement.pk], budgets)
        head = heads.get(agreement.pk)
        late = due is not None and day > due and (budget is not None or head is not None)
        found.append(Amendable(agreement, budget, head, under_way.get(agreement.pk), late))
    return found


def counted(rows: Iterable[Amendable]) -> dict[Need, int]:
    """How many rows each narrowing shows."""
    rows = list(rows)
    return {need: sum(row.is_one_of(need) for row in rows) for need in Need}


# --- what differs ---------------------------------------------------------------------------------

Table = Sequence[AgreementBudget]


def _tables(agreements: Sequence[Agreement]) -> Mapping[int, Table]:
    """Table B of each agreement."""
    found: dict[int, list[AgreementBudget]] = defaultdict(list)
    for row in AgreementBudget.objects.filter(agreement__in=agreements).order_by():
        found[row.agreement_id].append(row)
    return found


def _budget_difference(agreement: Agreement, table: Table, budgets: YearBudgets) -> BudgetDifference | None:
    """Only where a later version of the APBD is there: what the original says differently is no ground.

    A programme the budget has no more counts with nothing; one whose budget is known by a wider step only
    counts as it was signed: nothing can be said of it.
    """
    version = budgets.version_for(agreement)
    if version == BudgetVersion.ORIGINAL or not table:
        return None
    pairs = [(row.amount, budgets.amount_of(agreement, row)) for row in table]
    amounts = [(signed, signed if now is None else now) for signed, now in pairs]
    if all(signed == now for signed, now in amounts):
        return None
    return BudgetDifference(
        version,
        sum((signed for signed, _ in amounts), Decimal(0)),
        sum((now for _, now in amounts), Decimal(0)),
    )


def _heads(agreements: Sequence[Agreement], day: date) -> dict[int, HeadChange]:
    """By agreement: where another person holds the position now, or the same one otherwise."""
    signed = signatories(agreements)
    holders = Assignment.objects.parties_of([agreement.position_id for agreement in agreements], day)
    found = {}
    for agreement in agreements:
        party, holder = signed[agreement.pk].get(Party.FIRST), holders.get(agreement.position_id)
        if party and (holder is None or holder.pk != party.assignment_id):
            now = f"{holder.official.name}, {holder.title}" if holder else ""
            found[agreement.pk] = HeadChange(f"{party.name}, {party.title}", now)
    return found
