"""What the Beranda says: what waits for an account, and where the year stands, in few queries."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from accounts.permissions import Capability, Scope
from agreements.enums import Status
from agreements.models import Agreement, YearPolicy
from evaluations import overview

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


def waiting(scope: Scope, year: int, day: date) -> list[Task]:
    """Agreements and realisations that wait for this account, the earliest due first."""
    tasks = [*_agreements(scope, year)]
    tasks += [
        Task(item.count, item.text, item.address, item.due) for item in overview.waiting_for(scope, year, day)
    ]
    return sorted(tasks, key=lambda task: (task.due is None, task.due or date.max))


def _agreements(scope: Scope, year: int) -> list[Task]:
    rows = Agreement.objects.visible_to(scope, year).for_year(year)
    due = YearPolicy.objects.filter(year=year).values_list("agreement_due", flat=True).first()
    found: list[tuple[int, str, str]] = []
    drafts = rows.filter(status=Status.DRAFT)
    if scope.own_units(Capability.DRAFT, year) or scope.posts:
        mine = drafts.mine(scope, year).count()
        found.append((mine, "PK masih draf: lengkapi lalu ajukan", _listed(year, Status.DRAFT, MINE)))
    if scope.may_somewhere(Capability.DECLARE, year) or scope.may_somewhere(Capability.ISSUE, year):
        others = drafts.of_others(scope, year).count()
        found.append((others, "PK belum diajukan perangkat daerah", _listed(year, Status.DRAFT, OTHERS)))
        counts = rows.by_status()
        found += [(counts.get(status, 0), text, _listed(year, status)) for status, text in FOR_THE_BUREAU]
    return [Task(count, text, address, due) for count, text, address in found if count]


def _listed(year: int, status: Status, whose: str = "") -> str:
    """The list of exactly the rows counted; `whose` narrows it to one's own or to others' (`milik`)."""
    parameters = {"status": status.value} | ({"milik": whose} if whose else {})
    return f"{reverse('agreements:list', args=(year,))}?{urlencode(parameters)}"


def standing(scope: Scope, year: int) -> list[Figure]:
    """How many agreements stand where, each count a door to its rows."""
    counts = Agreement.objects.visible_to(scope, year).for_year(year).by_status()
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
