"""What the Beranda says: what waits for an account, and where the year stands, in few queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from accounts.permissions import Capability, Scope
from agreements.enums import Status
from agreements.models import Agreement, YearPolicy
from evaluations import overview
from evaluations.money_board import money_waiting_for

# Values of `milik` in the address of the list of agreements.
MINE, OTHERS = "saya", "lain"
FOR_THE_BUREAU = (
    (Status.SUBMITTED, "PK menunggu diperiksa"),
    (Status.READY, "PK siap diterbitkan untuk ditandatangani"),
    (Status.IN_SIGNING, "PK menunggu tanda tangan dicatat"),
)


@dataclass(frozen=True)
class Task:
    """Something to do: how many, what, where, and by when."""

    count: int
    text: str
    address: str
    due: date | None = None


@dataclass(frozen=True)
class Figure:
    """A count with the address of exactly its rows."""

    count: int
    label: str
    address: str


def waiting(scope: Scope, policy: YearPolicy, counts: Mapping[str, int], day: date) -> list[Task]:
    """Agreements and realisations that wait for this account, the earliest due first.

    `counts` are the account's agreements of the year by status (`counted`).
    """
    tasks = [*_agreements(scope, policy, counts)]
    found = (*overview.waiting_for(scope, policy.year, day), *money_waiting_for(scope, policy.year, day))
    tasks += [Task(item.count, item.text, item.address, item.due) for item in found]
    return sorted(tasks, key=lambda task: (task.due is None, task.due or date.max))


def counted(scope: Scope, year: int) -> dict[str, int]:
    """How many agreements of the year the account may read in each status."""
    return Agreement.objects.visible_to(scope, year).for_year(year).by_status()


def _agreements(scope: Scope, policy: YearPolicy, counts: Mapping[str, int]) -> list[Task]:
    year = policy.year
    found: list[tuple[int, str, str]] = []
    drafts = counts.get(Status.DRAFT, 0)
    mine = _own_drafts(scope, year) if drafts else 0
    found.append((mine, "PK masih draf: lengkapi lalu ajukan", _listed(year, Status.DRAFT, MINE)))
    if scope.may_somewhere(Capability.DECLARE, year) or scope.may_somewhere(Capability.ISSUE, year):
        others = _listed(year, Status.DRAFT, OTHERS)
        found.append((drafts - mine, "PK belum diajukan perangkat daerah", others))
        found += [(counts.get(status, 0), text, _listed(year, status)) for status, text in FOR_THE_BUREAU]
    return [Task(count, text, address, policy.agreement_due) for count, text, address in found if count]


def _own_drafts(scope: Scope, year: int) -> int:
    if not (scope.own_units(Capability.DRAFT, year) or scope.posts):
        return 0
    rows = Agreement.objects.visible_to(scope, year).for_year(year)
    return rows.filter(status=Status.DRAFT).mine(scope, year).count()


def _listed(year: int, status: Status, whose: str = "") -> str:
    """The list of exactly the rows counted; `whose` narrows it to one's own or to others' (`milik`)."""
    parameters = {"status": status.value} | ({"milik": whose} if whose else {})
    return f"{reverse('agreements:list', args=(year,))}?{urlencode(parameters)}"


def standing(year: int, counts: Mapping[str, int]) -> list[Figure]:
    """How many agreements stand where, each count a door to its rows."""
    return [
        Figure(counts[status], Status(status).label, _listed(year, Status(status)))
        for status in Status.values
        if counts.get(status)
    ]


def own_agreements(scope: Scope, year: int) -> list[Agreement]:
    """The agreements of the positions this person holds, for the page and for printing."""
    return list(
        Agreement.objects.for_year(year)
        .filter(position_id__in=scope.posts)
        .exclude(status=Status.CANCELLED)
        .with_parties()
        .order_by("-status", "pk")
    )
