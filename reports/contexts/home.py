"""The Beranda as data: what waits for an account, where the year stands, what is lowest, who is late."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from accounts import permissions
from accounts.models import User
from accounts.permissions import Capability, Scope
from agreements.enums import UnitKind
from agreements.models import Agreement, Unit, YearPolicy
from evaluations import attention, mapping
from evaluations.attention import Attention
from evaluations.mapping import Standing
from reports import duties, waiting
from reports.contexts.beside import beside
from reports.duties import Duties, Stage
from reports.forms import UNRATED
from reports.waiting import Figure, Task

LOWEST_SHOWN = 3
# Up to this many units each show their quarters; more are counted by their word and shown on the map.
UNITS_SHOWN = 3
VACANT_SHOWN = 8
# What follows from the plan: who keeps it sees how far the units are with it.
OF_PLAN = (duties.AGREEMENT, duties.AMENDMENT, duties.PLAN)


@dataclass(frozen=True)
class Overview:
    """How the units an account sees fare. `region` is the regional head's own agreement, where it sees it.

    `lowest` are indicators below their target; `rated` and `missing` count those judged and those owed.
    """

    region: Standing | None
    units: tuple[Standing, ...]
    words: tuple[Figure, ...]
    lowest: tuple[Attention, ...]
    rated: int
    missing: int

    @property
    def judged(self) -> bool:
        """Whether there is any figure to show."""
        return any(standing.latest for standing in (*self.units, self.region) if standing)

    @property
    def shown(self) -> tuple[Standing, ...]:
        return self.units if len(self.units) <= UNITS_SHOWN else ()


@dataclass(frozen=True)
class Home:
    """Everything the Beranda says.

    `leads`: who reads the region and writes nothing sees the overview first. `vacant` None: posts are not
    this account's to fill. `unfinished`: what the year cannot do without and does not have, for who sets it up.
    """

    tasks: tuple[Task, ...]
    own: tuple[Agreement, ...]
    standing: tuple[Figure, ...]
    overview: Overview | None
    stages: tuple[Stage, ...]
    late: tuple[Figure, ...]
    vacant: tuple[Unit, ...] | None
    administration: tuple[Figure, ...]
    leads: bool
    unfinished: Sequence[str]

    @property
    def is_empty(self) -> bool:
        return not (self.tasks or self.own or self.standing or self.overview or self.administration)


def home(scope: Scope, policy: YearPolicy, day: date) -> Home:
    """What the account's Beranda says, in twelve queries at most beside what every page asks."""
    year = policy.year
    counts = waiting.counted(scope, year)
    reads = scope.may_somewhere(Capability.VIEW, year)
    found = duties.duties_of(scope, policy, day) if reads else None
    others = beside(scope, policy, day, submitted=waiting.are_submitted(counts))
    tasks = waiting.waiting(scope, policy, counts, others, day, found)
    return Home(
        tasks=tuple(tasks),
        own=tuple(waiting.own_agreements(scope, year)),
        standing=tuple(waiting.standing(year, counts)),
        overview=_overview(found, policy, day) if found else None,
        stages=_stages(found, scope) if found else (),
        late=_late(found, year) if found else (),
        vacant=found.vacant[:VACANT_SHOWN] if found and permissions.may_organise(scope) else None,
        administration=_administration(scope, year),
        leads=permissions.only_reads_all(scope, year),
        unfinished=others.lacking,
    )


def _overview(found: Duties, policy: YearPolicy, day: date) -> Overview | None:
    units = [unit for unit, _ in found.rows if unit.on_map or unit.kind == UnitKind.REGION]
    periods = found.board.periods
    if not units or not periods:
        return None
    standings = mapping.standings(units, policy, periods, day)
    region = next((each for each in standings if each.unit.kind == UnitKind.REGION), None)
    own = tuple(each for each in standings if each is not region)
    ranked = attention.ranking(standings)
    missed = [row for row in ranked.judged if not row.reached]
    return Overview(
        region=region if region and region.agreement else None,
        units=own,
        words=_by_word(own, policy),
        lowest=tuple(attention.explained(missed[:LOWEST_SHOWN], day)),
        rated=len(ranked.judged),
        missing=len(ranked.missing),
    )


def _by_word(standings: Sequence[Standing], policy: YearPolicy) -> tuple[Figure, ...]:
    """How many units have each word up to now, the lowest word first; a door to their rows of the map."""
    counts = Counter(each.latest.rating if each.latest else None for each in standings)
    address = reverse("reports:map", args=(policy.year,))
    words = [(word, word, word) for word in reversed(mapping.words_of(policy))]
    return tuple(
        Figure(counts[key], label, f"{address}?{urlencode({'predikat': asked})}")
        for key, label, asked in [*words, (None, "Belum ada capaian", UNRATED)]
        if counts[key]
    )


def _late(found: Duties, year: int) -> tuple[Figure, ...]:
    return tuple(
        Figure(stage.late, stage.label, duties.listed(year, stage.kind))
        for stage in found.stages
        if stage.late
    )


def _stages(found: Duties, scope: Scope) -> tuple[Stage, ...]:
    """The stages this account keeps going: all of them, or those of the plan or of the money."""
    year = found.year
    if permissions.may_declare_somewhere(scope, year):
        return tuple(found.stages)
    wanted = set(OF_PLAN) if permissions.may_plan(scope, year) else set()
    wanted |= {duties.MONEY} if permissions.may_budget(scope, year) else set()
    return tuple(stage for stage in found.stages if stage.kind in wanted)


def _administration(scope: Scope, year: int) -> tuple[Figure, ...]:
    """What an administrator looks after; the bureau has its own work to show."""
    if not permissions.is_administrator(scope):
        return ()
    accounts = User.objects.filter(is_active=True).count()
    return (
        Figure(accounts, "akun aktif", reverse("agreements:account_list")),
        Figure(
            User.objects.count() - accounts,
            "akun ditutup",
            f"{reverse('agreements:account_list')}?keadaan=tutup",
        ),
    )
