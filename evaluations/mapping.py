"""Achievements of units by period: what the map, the page of a unit and the list from the lowest are made of.

A unit is judged by the agreement of its head. What was amended counts for the quarters that ended while
it was in force (`evaluations.results`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Avg, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from agreements.enums import SIGNED, Status
from agreements.models import (
    ActionPlan,
    ActionStep,
    Agreement,
    AgreementIndicator,
    AgreementObjective,
    Issue,
    Unit,
    YearPolicy,
)
from evaluations.enums import CellState
from evaluations.models import Period, StepProgress
from evaluations.results import AgreementResult, RowResult, YearResults, results_by_period

# A promise in one of these was due in the period and nobody may count with it yet.
UNREPORTED = (CellState.MISSING, CellState.DRAFT, CellState.RETURNED)
# The upper two words of the five would say that all is well.
GOOD_BANDS = (1, 2)


def is_missing(row: RowResult, number: int) -> bool:
    """Whether a promise lacks a figure it owes: of the quarter of this number, or of all before it."""
    never = row.result.raw is None and any(cell.state in UNREPORTED for cell in row.cells)
    cell = row.cell(number)
    return (cell is not None and cell.state in UNREPORTED) or row.year.partial or never


@dataclass(frozen=True)
class MapCell:
    """A unit up to the end of one quarter.

    `result` None: no agreement was in force, or the quarter has not opened. `band`: 1 for the highest word
    of the year's rating to 5 for the lowest. `progress`: percent of the action plan, None where unknown.
    """

    unit: Unit
    period: Period
    result: AgreementResult | None
    band: int | None
    opened: bool
    promised: bool
    progress: Decimal | None

    @cached_property
    def missing(self) -> int:
        """How many indicators lack a figure that is due."""
        rows = self.result.rows if self.result else ()
        return sum(is_missing(row, self.period.number) for row in rows)

    @property
    def kind(self) -> str:
        """What the cell says: none, not_due, missing, incomplete, rated."""
        if not self.promised:
            return "none"
        if self.result is None or (self.result.mean is None and not self.missing):
            return "not_due"
        if self.result.mean is None:
            return "missing"
        return "incomplete" if self.missing and self.band in GOOD_BANDS else "rated"

    @property
    def provisional(self) -> bool:
        return self.result is not None and self.result.mean is not None and self.result.provisional


@dataclass(frozen=True)
class Standing:
    """A unit in a year, judged when it is asked for. `agreement` is the one in force, None without one.

    `in_turn` are the results of its head's agreements, the superseded ones first as they were replaced.
    """

    unit: Unit
    agreement: Agreement | None
    in_turn: tuple[YearResults, ...]
    policy: YearPolicy
    periods: tuple[Period, ...]
    day: date

    @property
    def latest(self) -> AgreementResult | None:
        """The year so far under the agreement in force."""
        return self.in_turn[-1].latest if self.agreement else None

    @property
    def order(self) -> tuple[bool, Decimal]:
        """The lowest first, those without a figure last."""
        mean = self.latest.mean if self.latest else None
        return mean is None, mean if mean is not None else Decimal(0)

    def at(self, period: Period) -> AgreementResult | None:
        """Up to a quarter, under the agreement that was in force on its last day."""
        judged = (results.at(period.number) for results in self.in_turn)
        return next((result for result in judged if result), None)

    @cached_property
    def cells(self) -> tuple[MapCell, ...]:
        """One cell for each quarter of the year."""
        return tuple(self._cell(period) for period in self.periods)

    def _cell(self, period: Period) -> MapCell:
        result = self.at(period)
        return MapCell(
            unit=self.unit,
            period=period,
            result=result,
            band=band_of(result, self.policy),
            opened=period.opens <= self.day,
            promised=bool(self.in_turn),
            progress=getattr(self.unit, _progress_in(period), None),
        )


def with_progress(units: QuerySet[Unit], periods: Sequence[Period]) -> QuerySet[Unit]:
    """The units, each with how far the action plan of its head is at the end of every quarter.

    Percent: the mean over the steps that begin by then and have been reported on; None where none has been.
    What was reported of an earlier quarter holds until there is newer.
    """
    plans = ActionPlan.objects.standing().filter(agreement__position__heads_unit=True)
    own = ActionStep.objects.filter(plan__in=plans, plan__agreement__unit=OuterRef("pk")).order_by()
    recorded = StepProgress.objects.filter(step=Coalesce(OuterRef("origin_id"), OuterRef("pk")))
    means = {}
    for period in periods:
        latest = recorded.filter(period__year=period.year, period__number__lte=period.number)
        percent = Subquery(latest.order_by("-period__number").values("percent")[:1])
        begun = own.filter(plan__agreement__year=period.year, first_month__lte=period.ends.month)
        by_unit = begun.annotate(reached=percent).values("plan__agreement__unit")
        means[_progress_in(period)] = Subquery(by_unit.annotate(mean=Avg("reached")).values("mean"))
    return units.annotate(**means)


def _progress_in(period: Period) -> str:
    return f"progress_{period.number}"


def standings(
    units: Iterable[Unit],
    policy: YearPolicy,
    periods: Sequence[Period],
    day: date,
    words: bool = False,
) -> list[Standing]:
    """How each unit fares in the year of the policy, in the order given, in two queries however many units.

    Args:
        units: the progress of their action plans is known of those from `with_progress`.
        periods: the quarters of the year.
        day: today in the region's time.
        words: whether the results carry their sentences.
    """
    units = list(units)
    heads = _agreements_of(units, policy.year)
    contents = {agreement: content for each in heads.values() for agreement, content in each.contents.items()}
    replaced = {pk: day for each in heads.values() for pk, day in each.replaced.items()}
    results = results_by_period(contents, policy, periods, day, replaced, words)
    return [
        Standing(
            unit=unit,
            agreement=heads[unit.pk].in_force,
            in_turn=tuple(results[agreement.pk] for agreement in heads[unit.pk].in_turn()),
            policy=policy,
            periods=tuple(periods),
            day=day,
        )
        for unit in units
    ]


@dataclass
class _Heads:
    """The signed agreements of a unit's head with what they promise, and when each was replaced."""

    contents: dict[Agreement, list[tuple[AgreementObjective, list[AgreementIndicator]]]] = field(
        default_factory=dict
    )
    replaced: dict[int, date] = field(default_factory=dict)

    @property
    def in_force(self) -> Agreement | None:
        found = [agreement for agreement in self.contents if agreement.status == Status.IN_FORCE]
        return max(found, key=lambda agreement: agreement.pk, default=None)

    def in_turn(self) -> list[Agreement]:
        """The superseded ones in the order they were replaced, then the one in force."""
        past = [agreement for agreement in self.contents if agreement.pk in self.replaced]
        past.sort(key=lambda agreement: self.replaced[agreement.pk])
        return [*past, self.in_force] if self.in_force else past


def _agreements_of(units: Sequence[Unit], year: int) -> Mapping[int, _Heads]:
    """By unit; agreements, objectives and promises come in one query."""
    known = {unit.pk: unit for unit in units}
    found: dict[int, _Heads] = defaultdict(_Heads)
    agreements: dict[int, Agreement] = {}
    groups: dict[int, list[AgreementIndicator]] = {}
    for promise in _promises(list(known), year):
        objective = promise.objective
        agreement = agreements.setdefault(objective.agreement_id, objective.agreement)
        heads = found[agreement.unit_id]
        if agreement not in heads.contents:
            agreement.unit = known[agreement.unit_id]
            heads.contents[agreement] = []
            if promise.replaced_on:
                heads.replaced[agreement.pk] = promise.replaced_on
        if objective.pk not in groups:
            groups[objective.pk] = []
            heads.contents[agreement].append((objective, groups[objective.pk]))
        groups[objective.pk].append(promise)
    return found


def _promises(units: Sequence[int], year: int):
    """What the heads of the units signed for the year, each with the day an amendment replaced it, if one did."""
    amendment = Issue.objects.filter(agreement__amends=OuterRef("objective__agreement"))
    # Of several issues the last one was signed.
    replaced = amendment.filter(agreement__status__in=SIGNED).order_by("-sequence")
    return (
        AgreementIndicator.objects.filter(
            objective__agreement__in=Agreement.objects.for_year(year).signed().of_heads(units)
        )
        .select_related("objective__agreement__position", "indicator__unit", "indicator__person_in_charge")
        .annotate(replaced_on=Subquery(replaced.values("document_date")[:1]))
        .order_by("objective__agreement_id", "objective__order", "objective_id", "order", "pk")
    )


def band_of(result: AgreementResult | None, policy: YearPolicy) -> int | None:
    """Which of the five words of the year the result has, 1 the highest; None without a rating."""
    return band(result.rating, policy) if result else None


def band(word: str | None, policy: YearPolicy) -> int | None:
    return words_of(policy).index(word) + 1 if word else None


def words_of(policy: YearPolicy) -> list[str]:
    """The five words of the year, the highest first."""
    return [policy.word_1, policy.word_2, policy.word_3, policy.word_4, policy.word_5]
