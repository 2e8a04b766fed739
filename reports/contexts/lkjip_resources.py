"""Points 6 and 7 of a sasaran: the money of the programmes that serve it, and what may be said of it.

A line of table B belongs to the agreement as a whole. Which sasaran it serves is known only from the steps
of the action plan in force, which name a programme; where none does, that is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agreements.enums import BudgetVersion
from agreements.models import AgreementBudget, Budget
from evaluations import achievement
from evaluations.models import BudgetRealisation
from evaluations.money import BudgetAccount, BudgetLine
from evaluations.results import AgreementResult, ObjectiveResult
from reports.contexts.lkjip_source import Source

HUNDRED = Decimal(100)
EFFICIENT, FULLY_SPENT = "Efisien", "Target tercapai dengan seluruh pagu"
NOT_ALL_REACHED, NOT_COMPUTABLE = "Belum semua target tercapai", "Belum dapat dihitung"

NO_ACCOUNT = BudgetAccount(())

# Code (or name, where there is none) and fund source: how a budget line is found again.
Key = tuple[str, str]


def key_of(code: str, name: str, fund_source: str) -> Key:
    return code or name, fund_source


@dataclass(frozen=True)
class ProgrammeLine:
    """A programme with its money. `physical` is the percentage of the work done, None where not recorded;
    `serves` the numbers of the sasaran whose steps name it."""

    line: BudgetLine
    original: Decimal | None
    physical: Decimal | None
    serves: tuple[int, ...]


@dataclass(frozen=True)
class ObjectiveResources:
    """The programmes that serve a sasaran. `shared`: some of them serve another one too, with one budget."""

    lines: tuple[ProgrammeLine, ...] = ()
    account: BudgetAccount = NO_ACCOUNT
    mean: Decimal | None = None
    reached: bool = False
    unmeasured: int = 0
    provisional: bool = False
    shared: bool = False

    @property
    def efficiency(self) -> Decimal | None:
        """Percentage points; None while an indicator of the sasaran is not measured or money is not known."""
        return None if self.unmeasured else self.account.efficiency(self.mean)

    @property
    def verdict(self) -> str:
        """What the difference means; efficient is said only where every target was met."""
        absorption = self.account.absorption
        if self.efficiency is None or absorption is None:
            return NOT_COMPUTABLE
        if not self.reached:
            return NOT_ALL_REACHED
        return EFFICIENT if absorption < HUNDRED else FULLY_SPENT


@dataclass(frozen=True)
class Resources:
    """The money of the whole report, programme by programme."""

    lines: tuple[ProgrammeLine, ...]
    linked: Mapping[int, frozenset[Key]]

    def of_objective(self, found: ObjectiveResult) -> ObjectiveResources:
        keys = self.linked.get(found.objective.pk, frozenset())
        lines = tuple(
            each
            for each in self.lines
            if key_of(each.line.code, each.line.name, each.line.fund_source) in keys
        )
        headline = achievement.headline(row.result for row in found.rows)
        return ObjectiveResources(
            lines=lines,
            account=BudgetAccount(tuple(each.line for each in lines)),
            mean=found.mean,
            reached=headline.reached == headline.total > 0,
            unmeasured=headline.unmeasured,
            provisional=any(row.provisional for row in found.rows),
            shared=any(len(each.serves) > 1 for each in lines),
        )

    @property
    def original(self) -> Decimal | None:
        """The first ceiling of all lines that do not stand within others."""
        known = [each.original for each in self.lines if not each.line.within and each.original is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def revised(self) -> bool:
        """Whether some ceiling is another than at first."""
        return any(each.original != each.line.ceiling for each in self.lines)

    @property
    def links(self) -> bool:
        return any(each.serves for each in self.lines)


NO_RESOURCES = Resources((), {})


@dataclass(frozen=True)
class Ceilings:
    """What an account does not say of its lines: the first ceiling (rupiah), and the work done (percent)."""

    original: Mapping[Key, Decimal]
    physical: Mapping[Key, Decimal | None]


def resources_of(
    account: BudgetAccount, money: Ceilings, result: AgreementResult | None, source: Source
) -> Resources:
    """The account with what is known beside it. No queries."""
    linked: dict[int, frozenset[Key]] = {}
    serves: dict[Key, list[int]] = {}
    for number, objective in enumerate(result.objectives if result else (), start=1):
        keys = frozenset(_named(objective, source))
        linked[objective.objective.pk] = keys
        for key in keys:
            serves.setdefault(key, []).append(number)
    lines = []
    for line in account.lines:
        key = key_of(line.code, line.name, line.fund_source)
        lines.append(
            ProgrammeLine(
                line, money.original.get(key), money.physical.get(key), tuple(sorted(serves.get(key, ())))
            )
        )
    return Resources(tuple(lines), linked)


def _named(objective: ObjectiveResult, source: Source) -> Iterable[Key]:
    """The budget lines that steps for the sasaran's indicators name."""
    for row in objective.rows:
        for step in source.steps.get(row.promise.pk, ()):
            if step.budget_line is not None:
                yield _key(step.budget_line)


def _key(line: AgreementBudget) -> Key:
    return key_of(line.code, line.name, line.fund_source)


def ceilings_of(units: Sequence[int] | frozenset[int], year: int) -> Ceilings:
    """First ceilings and latest physical progress of the units' programmes, in two queries.

    The progress of a programme of several units is their mean, weighted by budget.
    """
    original: dict[Key, Decimal] = {}
    for budget in Budget.objects.filter(
        unit__in=units, year=year, version=BudgetVersion.ORIGINAL
    ).select_related("programme"):
        key = key_of(budget.programme.code, budget.programme.name, budget.fund_source)
        original[key] = original.get(key, Decimal(0)) + budget.amount
    latest: dict[tuple[Key, int], tuple[Decimal, Decimal]] = {}
    rows = BudgetRealisation.objects.filter(
        budget__unit__in=units, budget__year=year, physical__isnull=False
    ).select_related("budget__programme")
    for row in rows.order_by("month", "budget_id"):
        programme = row.budget.programme
        key = key_of(programme.code, programme.name, row.budget.fund_source)
        latest[key, row.budget.unit_id] = row.physical, row.budget.amount
    physical = {
        key: achievement.weighted_mean(pair for (own, _), pair in latest.items() if own == key)
        for key, _ in latest
    }
    return Ceilings(original, physical)
