"""What the Beranda says: what waits for an account, and where the year stands, in few queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from accounts.permissions import Capability, Scope
from agreements.checking import by_bureau
from agreements.enums import LinkState, Status
from agreements.models import Agreement, YearPolicy
from evaluations import overview
from evaluations.money_board import money_waiting_for
from reports.contexts.beside import Beside
from reports.duties import Duties

# Values of `milik` in the address of the list of agreements.
MINE, OTHERS, CHECKED = "saya", "lain", "periksa"
# By status: how many, and how many of them are the account's own.
Counts = Mapping[str, tuple[int, int]]
NONE = (0, 0)
TO_CHECK = "PK menunggu diperiksa"
FOR_THE_BUREAU = (
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


def waiting(
    scope: Scope, policy: YearPolicy, counts: Counts, beside: Beside, day: date, duties: Duties | None = None
) -> list[Task]:
    """Agreements and realisations that wait for this account, the earliest due first.

    `counts` are the account's agreements of the year by status (`counted`), `beside` what is counted apart, and
    `duties` those of all units it sees, where they are at hand.
    """
    year = policy.year
    board, recorded = (duties.board, duties.recorded) if duties else (None, None)
    tasks = [*_agreements(scope, policy, counts), *_to_check(scope, policy, counts, beside)]
    if beside.hand_overs:
        text = "serah terima jabatan perlu tindak lanjut"
        tasks.append(Task(beside.hand_overs, text, reverse("agreements:hand_over_list")))
    found = (
        *overview.waiting_for(scope, year, day, policy.tiny_office, board),
        *overview.revised(beside.revisions, year),
        *money_waiting_for(scope, year, day, board, recorded),
    )
    tasks += [Task(item.count, item.text, item.address, item.due) for item in found]
    tasks += _asked_for_support(beside, year)
    return sorted(tasks, key=lambda task: (task.due is None, task.due or date.max))


def are_submitted(counts: Counts) -> bool:
    """Whether any agreement of the year waits to be checked."""
    return bool(counts.get(Status.SUBMITTED, NONE)[0])


def counted(scope: Scope, year: int) -> Counts:
    """How many agreements of the year the account may read in each status, and how many of them are its own."""
    return Agreement.objects.visible_to(scope, year).for_year(year).by_status_and_mine(scope, year)


def _agreements(scope: Scope, policy: YearPolicy, counts: Counts) -> list[Task]:
    year = policy.year
    found: list[tuple[int, str, str]] = []
    drafts, mine = counts.get(Status.DRAFT, NONE)
    found.append((mine, "PK masih draf: lengkapi lalu ajukan", _listed(year, Status.DRAFT, MINE)))
    if scope.may_somewhere(Capability.DECLARE, year) or scope.may_somewhere(Capability.ISSUE, year):
        others = _listed(year, Status.DRAFT, OTHERS)
        found.append((drafts - mine, "PK belum diajukan perangkat daerah", others))
        found += [
            (counts.get(status, NONE)[0], text, _listed(year, status)) for status, text in FOR_THE_BUREAU
        ]
    return [Task(count, text, address, policy.agreement_due) for count, text, address in found if count]


def _asked_for_support(beside: Beside, year: int) -> list[Task]:
    """Requests of other units to contribute to their performance tree that wait for a unit of this account."""
    if not beside.supports:
        return []
    if beside.supports == 1:
        address = reverse("agreements:tree_link", args=(year, beside.first_support))
    else:
        listed = urlencode({"jawaban": LinkState.PROPOSED, "untuk": "saya"})
        address = f"{reverse('agreements:tree_links', args=(year,))}?{listed}"
    return [Task(beside.supports, "permintaan dukungan pohon kinerja menunggu jawaban", address)]


def _to_check(scope: Scope, policy: YearPolicy, counts: Counts, beside: Beside) -> list[Task]:
    """What was submitted and waits for this account."""
    year = policy.year
    count, whose = beside.to_check, CHECKED
    if by_bureau(policy):
        declares = scope.may_somewhere(Capability.DECLARE, year)
        count, whose = (counts.get(Status.SUBMITTED, NONE)[0] if declares else 0), ""
    address = _listed(year, Status.SUBMITTED, whose)
    return [Task(count, TO_CHECK, address, policy.agreement_due)] if count else []


def _listed(year: int, status: Status, whose: str = "") -> str:
    """The list of exactly the rows counted; `whose` narrows it to one's own or to others' (`milik`)."""
    parameters = {"status": status.value} | ({"milik": whose} if whose else {})
    return f"{reverse('agreements:list', args=(year,))}?{urlencode(parameters)}"


def standing(year: int, counts: Counts) -> list[Figure]:
    """How many agreements stand where, each count a door to its rows."""
    return [
        Figure(counts[status][0], Status(status).label, _listed(year, Status(status)))
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
