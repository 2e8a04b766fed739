"""Points 6 and 7 of a sasaran: the money of the programmes that serve it, and what may be said of it.

A line of table B belongs to the agreement as a whole. Which sasaran it serves is known only from the steps
of the action plan in force, which name a programme; where none does, that is said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from agreements.enums import BudgetVersion
from agreements.models import AgreementBudget, Budget
from agreements.nomenclature import at_detail, related
from evaluations import achievement
from evaluations.efficiency import efficiency_sentence, verdict
from evaluations.enums import Efficiency
from evaluations.money import BudgetAccount, BudgetLine
from evaluations.results import AgreementResult, ObjectiveResult
from reports.contexts.lkjip_source import Source

NO_ACCOUNT = BudgetAccount(())

# Code (or name, where there is none) and fund source: how a budget line is found again.
Key = tuple[str, str]


def key_of(code: str, name: str, fund_source: str) -> Key:
    return code or name, fund_source


@dataclass(frozen=True)
class ProgrammeLine:
    """A programme with its money; `original` is its first ceiling, `serves` the numbers of the sasaran whose
    steps name it."""

    line: BudgetLine
    original: Decimal | None
    serves: tuple[int, ...]


@dataclass(frozen=True)
class ObjectiveResources:
    """A sasaran beside the programmes that serve it. `shared`: some of them serve another one too, with one
    budget."""

    mean: Decimal | None
    headline: achievement.Headline
    provisional: bool
    unfinished: bool
    lines: tuple[ProgrammeLine, ...] = ()
    account: BudgetAccount = NO_ACCOUNT
    shared: bool = False

    @property
    def points(self) -> Decimal | None:
        """Percentage points by which achievement exceeds absorption; None while one of them is not whole."""
        return None if self.headline.unmeasured else self.account.efficiency(self.mean)

    @property
    def verdict(self) -> Efficiency:
        return verdict(self, self.account)

    @property
    def sentence(self) -> str:
        """What may be said of the money; "" where no programme is known to serve the sasaran."""
        return efficiency_sentence(self, self.account) if self.lines else ""


@dataclass(frozen=True)
class Resources:
    """The money of the whole report, programme by programme."""

    lines: tuple[ProgrammeLine, ...]
    linked: Mapping[int, frozenset[Key]]

    def of_objective(self, found: ObjectiveResult) -> ObjectiveResources:
        named = self.linked.get(found.objective.pk, frozenset())
        lines = tuple(each for each in self.lines if _is_named(_key(each.line), named))
        return ObjectiveResources(
            mean=found.mean,
            headline=achievement.headline(row.result for row in found.rows),
            provisional=any(row.provisional for row in found.rows),
            unfinished=any(row.year.to_date for row in found.rows),
            lines=lines,
            account=BudgetAccount(tuple(each.line for each in lines)),
            shared=any(len(each.serves) > 1 for each in lines),
        )

    @property
    def original(self) -> Decimal | None:
        """The first ceiling of all lines."""
        known = [each.original for each in self.lines if each.original is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def revised(self) -> bool:
        """Whether some ceiling is another than at first."""
        return any(each.original != each.line.ceiling for each in self.lines)

    @property
    def links(self) -> bool:
        return any(each.serves for each in self.lines)


NO_RESOURCES = Resources((), {})


def resources_of(
    account: BudgetAccount, first: Mapping[Key, Decimal], result: AgreementResult | None, source: Source
) -> Resources:
    """The account with what is known beside it. No queries."""
    linked = {
        objective.objective.pk: frozenset(_named(objective, source))
        for objective in (result.objectives if result else ())
    }
    lines = []
    for line in account.lines:
        key = _key(line)
        serves = (number for number, named in enumerate(linked.values(), start=1) if _is_named(key, named))
        lines.append(ProgrammeLine(line, first.get(key), tuple(serves)))
    return Resources(tuple(lines), linked)


def _is_named(key: Key, named: Iterable[Key]) -> bool:
    """Whether a line is one of those named, lies within one, or has one within it."""
    return any(key == each or (key[1] == each[1] and related(key[0], each[0])) for each in named)


def _named(objective: ObjectiveResult, source: Source) -> Iterable[Key]:
    """The budget lines that steps for the sasaran's indicators name."""
    for row in objective.rows:
        for step in source.steps.get(row.promise.pk, ()):
            if step.budget_line is not None:
                yield _key(step.budget_line)


def _key(line: AgreementBudget | BudgetLine) -> Key:
    return key_of(line.code, line.name, line.fund_source)


def first_ceilings(units: frozenset[int], year: int, detail: str) -> dict[Key, Decimal]:
    """What the units' programmes had in the first version of the APBD, in rupiah; in one query.

    Added up to the same step as the account they stand beside; what lies within none stands by itself too.
    """
    found: dict[Key, Decimal] = {}
    budgets = Budget.objects.filter(unit__in=units, year=year, version=BudgetVersion.ORIGINAL)
    for budget in budgets.select_related("programme"):
        code, name = budget.programme.code, budget.programme.name
        for each in {code, at_detail(code, detail)}:
            key = key_of(each, name, budget.fund_source)
            found[key] = found.get(key, Decimal(0)) + budget.amount
    return found
