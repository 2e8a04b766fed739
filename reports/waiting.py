"""What the Beranda says: what waits for an account, and where the year stands, in few queries."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from accounts.permissions import Capability, Scope
from agreements.enums import Status
from agreements.models import Agreement, YearPolicy
from evaluations import overview


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
    counts: dict[Status, int] = {}
    own = scope.units(Capability.DRAFT)
    if own is None or own or scope.posts:
        mine = rows if own is None else rows.filter(Q(unit_id__in=own) | Q(position_id__in=scope.posts))
        found = mine.by_status()
        counts[Status.DRAFT] = found.get(Status.DRAFT, 0)
    bureau = {}
    if scope.may_somewhere(Capability.DECLARE) or scope.may_somewhere(Capability.ISSUE):
        bureau = rows.by_status()
    words = (
        (Status.DRAFT, counts, "PK masih draf: lengkapi lalu ajukan"),
        (Status.SUBMITTED, bureau, "PK menunggu diperiksa"),
        (Status.READY, bureau, "PK siap diterbitkan untuk ditandatangani"),
        (Status.IN_SIGNING, bureau, "PK menunggu tanda tangan dicatat"),
    )
    return [
        Task(source[status], text, _listed(year, status), due)
        for status, source, text in words
        if source.get(status)
    ]


def _listed(year: int, status: Status) -> str:
    return f"{reverse('agreements:list', args=(year,))}?{urlencode({'status': status.value})}"


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
