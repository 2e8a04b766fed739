"""What the demo has made so far, by the keys of its data, and who acts on which day."""

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from accounts.models import User
from accounts.permissions import Capability, Scope
from agreements.models import (
    Agreement,
    Assignment,
    Indicator,
    Objective,
    Official,
    Position,
    Programme,
    Region,
    TreeNode,
    Unit,
    YearPolicy,
)
from agreements.scope import scope_of
from evaluations.demo.days import Years
from evaluations.demo.press import Press
from records.history import Actor


@dataclass(frozen=True)
class Person:
    """An account acting on a day."""

    scope: Scope
    actor: Actor


@dataclass(frozen=True)
class Scene:
    """Something that happens at an hour of a day; `play` may return scenes that follow from it."""

    day: date
    play: Callable[[], "Iterable[Scene] | None"]
    hour: int = 9


@dataclass
class World:
    """Rows by the key they have in data/demo."""

    years: Years
    press: Press
    region: Region = field(init=False)
    units: dict[str, Unit] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    officials: dict[str, Official] = field(default_factory=dict)
    accounts: dict[str, User] = field(default_factory=dict)
    operators: dict[int, str] = field(default_factory=dict)
    # Why the agreement of a position lists no budget, by the key of the position.
    without_budget: dict[str, str] = field(default_factory=dict)
    # Rows of budget_details.csv by unit, program and fund source.
    budget_details: dict[tuple[str, str, str], list[dict[str, str]]] = field(default_factory=dict)
    objectives: dict[str, Objective] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    nodes: dict[str, TreeNode] = field(default_factory=dict)
    policies: dict[int, YearPolicy] = field(default_factory=dict)
    agreements: dict[tuple[str, int], Agreement] = field(default_factory=dict)
    # The days on which somebody's posts or roles begin, or are over.
    turns: list[date] = field(default_factory=list)
    scopes: dict[tuple[str, int], Scope] = field(default_factory=dict)

    def person(self, username: str, day: date, capability: Capability, unit: Unit | None = None) -> Person:
        """The account with its Scope of the day, acting by a capability over a unit."""
        account = self.accounts[username]
        scope = replace(self._scope(username, day), day=day)
        capacity = scope.capacity(capability, unit.pk if unit else None)
        return Person(scope, Actor(account.pk, account.name, capacity))

    def _scope(self, username: str, day: date) -> Scope:
        """The Scope of the day, read once for all days between two changes of posts and roles."""
        era = username, bisect(self.turns, day)
        if era not in self.scopes:
            self.scopes[era] = scope_of(self.accounts[username], day)
        return self.scopes[era]

    def operator_of(self, unit: Unit, day: date) -> str:
        """The user name of who types for the unit: the operator of the unit or of one above, else its head;
        for the region itself the bureau."""
        if unit.parent_id is None:
            return VERIFIER
        for above in _upwards(unit):
            if above.pk in self.operators:
                return self.operators[above.pk]
        return self.head_of(unit, day)

    def head_of(self, unit: Unit, day: date) -> str:
        """The user name of who heads the unit, or the nearest one above whose head has an account."""
        for above in _upwards(unit):
            heads = Assignment.objects.filter(position__unit=above, position__heads_unit=True)
            holders = heads.exclude(official__account=None).conferring(day)
            if found := holders.values_list("official__account__username", flat=True).first():
                return found
        raise LookupError(f"nobody with an account heads {unit} or a unit above")


def _upwards(unit: Unit) -> Iterator[Unit]:
    """The unit and all units above it."""
    found: Unit | None = unit
    while found is not None:
        yield found
        found = found.parent


# The accounts that act for the region; they are rows of accounts.csv.
VERIFIER = "verifikator"
PLANNER = "perencana"
BUDGET = "anggaran"
PERSONNEL = "kepegawaian"
