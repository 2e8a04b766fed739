"""Drafts for all heads in one action, from the plan, the catalogue and the budgets; and what each still lacks.

A loop of the single act: each draft in its own transaction, with its own events and its own answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import prefetch_related_objects

from agreements import drafting
from agreements.budgets import BudgetLine, YearBudgets
from agreements.copying import TARGET_COLUMNS, copied, fitting
from agreements.enums import Level, ObjectiveKind
from agreements.lineage import family_of
from agreements.models import (
    Agreement,
    AgreementIndicator,
    Assignment,
    Indicator,
    IndicatorTarget,
    Objective,
    Position,
    YearPolicy,
)
from agreements.parties import form_for
from agreements.scope import UnitTree
from records.history import Actor


@dataclass(frozen=True)
class Counted:
    """What a draft holds or would hold. `bare`: objectives without an indicator; `people` are sentences
    about who cannot sign; `elsewhere`: indicators of its objectives that another office is responsible for."""

    objectives: int = 0
    bare: int = 0
    indicators: int = 0
    untargeted: int = 0
    lines: int = 0
    waived: bool = False
    people: tuple[str, ...] = ()
    elsewhere: int = 0

    def gaps(self, year: int) -> tuple[str, ...]:
        """What is lacking before it can be submitted, each in words with its count."""
        found = list(self.people)
        if not self.objectives:
            found.append("belum ada sasaran di rencana")
        elif self.bare:
            found.append(f"{self.bare} sasaran belum punya indikator")
        if self.elsewhere:
            found.append(f"{self.elsewhere} indikator sasarannya diampu perangkat daerah lain")
        if self.untargeted:
            found.append(f"{self.untargeted} indikator belum bertarget {year}")
        if not self.lines and not self.waived:
            found.append("belum ada anggaran")
        return tuple(found)


@dataclass(frozen=True)
class Row:
    """One post that must sign: its agreement of the year, or what a draft for it would hold."""

    position: Position
    agreement: Agreement | None
    counted: Counted
    gaps: tuple[str, ...]
    content: tuple[tuple[Objective, tuple[Indicator, ...]], ...] = ()
    lines: tuple[BudgetLine, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether its content can still be written: gaps of what is frozen are nobody's to mend."""
        return self.agreement is None or self.agreement.is_draft


@dataclass(frozen=True)
class Outcome:
    """How it went for one post; `said` is the sentence where no draft was made."""

    position: Position
    agreement: Agreement | None
    said: str = ""


def rows_of(
    positions: Sequence[Position], policy: YearPolicy, day: date, tree: UnitTree | None = None
) -> list[Row]:
    """Each post with its agreement or what a draft would hold; in fifteen queries at most, however many posts.

    Args:
        positions: with their `unit`.
        tree: saves the query of it where the caller has one.
    """
    existing = _existing(positions, policy.year)
    waiting = [position for position in positions if position.pk not in existing]
    source = _Source.read(waiting, policy, tree)
    people = _People.read(positions, day)
    rows = []
    for position in positions:
        agreement = existing.get(position.pk)
        if agreement is None:
            rows.append(_proposed(position, source, people))
        else:
            rows.append(_written(position, agreement, people))
    return rows


def draft_each(rows: Iterable[Row], policy: YearPolicy, day: date, actor: Actor) -> list[Outcome]:
    """A draft for each post that has none; what stands in the way of one stops none of the others."""
    outcomes = []
    for row in rows:
        if row.agreement is not None:
            outcomes.append(Outcome(row.position, row.agreement, "sudah ada"))
            continue
        try:
            outcomes.append(Outcome(row.position, _draft(row, policy, day, actor)))
        except drafting.DraftError as error:
            outcomes.append(Outcome(row.position, None, str(error)))
    return outcomes


@transaction.atomic
def _draft(row: Row, policy: YearPolicy, day: date, actor: Actor) -> Agreement:
    """One draft with its objectives, indicators and budgets, or nothing."""
    agreement = drafting.create_draft(row.position, policy.year, day, actor)
    if row.content:
        drafting.add_objectives(agreement, [objective for objective, _ in row.content], "", actor)
    indicators = {objective.pk: chosen for objective, chosen in row.content}
    for promised in agreement.objectives.all():
        promised.agreement = agreement
        if chosen := indicators.get(promised.objective_id):
            drafting.add_indicators(promised, chosen, actor)
    if row.lines:
        drafting.set_budgets(agreement, row.lines, actor)
    return agreement


# --- reading ------------------------------------------------------------------------------------


def _existing(positions: Collection[Position], year: int) -> dict[int, Agreement]:
    """By position: the agreement of the year, of several the first one."""
    rows = Agreement.objects.for_year(year).current().filter(position__in=positions)
    found: dict[int, Agreement] = {}
    for agreement in rows.select_related("unit", "position").order_by("pk"):
        found.setdefault(agreement.position_id, agreement)
    drafts = [agreement for agreement in found.values() if agreement.is_draft]
    prefetch_related_objects(drafts, "objectives__indicators", "budgets")
    return found


@dataclass(frozen=True)
class _People:
    """Who holds the posts on the day, and who heads the region."""

    holders: Mapping[int, Assignment]
    head: Position | None

    @classmethod
    def read(cls, positions: Collection[Position], day: date) -> "_People":
        heads = [position for position in positions if position.level == Level.REGIONAL_HEAD]
        above = Position.objects.filter(level=Level.REGIONAL_HEAD, valid_to__isnull=True)
        head = heads[0] if heads else above.first()
        wanted = {position.pk for position in positions} | ({head.pk} if head else set())
        return cls(Assignment.objects.parties_of(wanted, day), head)

    def lacking(self, position: Position) -> tuple[str, ...]:
        """Who is missing before the post can sign."""
        found = [] if position.pk in self.holders else ["belum ada pejabatnya"]
        if position.level == Level.REGIONAL_HEAD:
            return tuple(found)
        second = self.head or position.superior
        if second is None:
            found.append("belum ada atasannya")
        elif self.head is not None and self.head.pk not in self.holders:
            found.append(f"{self.head} belum ada pejabatnya")
        return tuple(found)


@dataclass(frozen=True)
class _Source:
    """The plan, the catalogue and the budgets that drafts of a year are made of."""

    policy: YearPolicy
    tree: UnitTree
    objectives: Mapping[int, list[Objective]]
    indicators: Mapping[int, list[Indicator]]
    targeted: frozenset[int]
    budgets: YearBudgets | None = field(default=None)

    @classmethod
    def read(cls, positions: Collection[Position], policy: YearPolicy, tree: UnitTree | None) -> "_Source":
        tree = tree or UnitTree()
        if not positions:
            return cls(policy, tree, {}, {}, frozenset())
        drafts = [Agreement(position=each, unit=each.unit, year=policy.year) for each in positions]
        budgets = YearBudgets(policy.year, drafts, tree, policy)
        objectives: dict[int, list[Objective]] = defaultdict(list)
        rows = Objective.objects.in_year(policy.year).filter(
            unit__in={position.unit_id for position in positions}, kind=ObjectiveKind.OBJECTIVE
        )
        for objective in rows.order_by("order", "pk"):
            objectives[objective.unit_id].append(objective)
        indicators: dict[int, list[Indicator]] = defaultdict(list)
        family = family_of([each for group in objectives.values() for each in group], policy.year)
        found = Indicator.objects.in_use().filter(objective__in=family).select_related("scale")
        for indicator in found.prefetch_related("scale__steps").order_by("name", "pk"):
            if indicator.objective_id:
                indicators[family[indicator.objective_id]].append(indicator)
        targets = _targeted(indicators.values(), policy)
        return cls(policy, budgets.tree, objectives, indicators, targets, budgets)

    def content_of(self, position: Position) -> list[tuple[Objective, tuple[Indicator, ...]]]:
        """The sasaran of its unit, each with the indicators the unit itself is responsible for; for the regional
        head, whose indicators offices measure, with all of them."""
        own = self.tree.below([position.unit_id])
        everything = position.level == Level.REGIONAL_HEAD
        return [
            (
                objective,
                tuple(
                    each
                    for each in self.indicators.get(objective.pk, ())
                    if everything or each.unit_id in own
                ),
            )
            for objective in self.objectives.get(position.unit_id, ())
        ]


def _targeted(groups: Iterable[Sequence[Indicator]], policy: YearPolicy) -> frozenset[int]:
    """The indicators whose target of the year in the plan fits what they measure."""
    indicators = {indicator.pk: indicator for group in groups for indicator in group}
    rows = IndicatorTarget.objects.filter(indicator__in=indicators, year=policy.year)
    found = set()
    for row in rows:
        said = copied(indicators[row.indicator_id], policy)
        figures = fitting({column: getattr(row, column) for column in TARGET_COLUMNS}, said)
        if AgreementIndicator(**said, **figures).has_target:
            found.add(row.indicator_id)
    return frozenset(found)


def _proposed(position: Position, source: _Source, people: _People) -> Row:
    content = source.content_of(position)
    chosen = [indicator for _, group in content for indicator in group]
    known = sum(len(source.indicators.get(objective.pk, ())) for objective, _ in content)
    form = Agreement(position=position, unit=position.unit, year=source.policy.year, form=form_for(position))
    lines = tuple(source.budgets.lines_for(form)) if source.budgets else ()
    counted = Counted(
        objectives=len(content),
        bare=sum(not group for _, group in content),
        indicators=len(chosen),
        untargeted=sum(indicator.pk not in source.targeted for indicator in chosen),
        lines=len(lines),
        people=people.lacking(position),
        elsewhere=known - len(chosen),
    )
    return Row(position, None, counted, counted.gaps(source.policy.year), tuple(content), lines)


def _written(position: Position, agreement: Agreement, people: _People) -> Row:
    if not agreement.is_draft:
        return Row(position, agreement, Counted(), ())
    objectives = list(agreement.objectives.all())
    promises = [promise for objective in objectives for promise in objective.indicators.all()]
    counted = Counted(
        objectives=len(objectives),
        bare=sum(not objective.indicators.all() for objective in objectives),
        indicators=len(promises),
        untargeted=sum(not promise.has_target for promise in promises),
        lines=len(agreement.budgets.all()),
        waived=bool(agreement.budget_waiver.strip()),
        people=people.lacking(position),
    )
    return Row(position, agreement, counted, counted.gaps(agreement.year))
