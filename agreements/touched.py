"""What a change of the holder of positions touches, shown before it is saved.

Every room adds what it knows: a source is registered with `source` and asked for all positions at once,
so that the number of queries does not grow with them. Rooms above register theirs in `AppConfig.ready`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from agreements.enums import ActionPlanStatus, Status
from agreements.models import ActionPlan, Agreement, Assignment, Delegation, Position
from agreements.querysets import IN_PREPARATION
from perjanjian.numerals import format_date

# As many rows of one kind are named; of more the rest is counted.
MOST_NAMED = 10


@dataclass(frozen=True)
class Leaving:
    """A position whose holder changes on a day; `outgoing` is who held it as a party until then."""

    position: Position
    day: date
    outgoing: Assignment | None


@dataclass(frozen=True)
class Row:
    """One thing that is touched, with its page where there is one."""

    text: str
    address: str = ""


@dataclass(frozen=True)
class Touched:
    """Things of one kind that a change touches, and what it means for them."""

    label: str
    meaning: str
    rows: tuple[Row, ...]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def touched(label: str, meaning: str, rows: Sequence[Row]) -> Touched:
    return Touched(label, meaning, tuple(rows[:MOST_NAMED]), len(rows))


Source = Callable[[Sequence[Leaving]], Iterable[tuple[int, Touched]]]
_sources: list[Source] = []


def source(function: Source) -> Source:
    """Register what gives (number of the position, what is touched) for positions whose holder changes."""
    if function not in _sources:
        _sources.append(function)
    return function


def touched_by(changes: Sequence[Leaving]) -> Mapping[int, list[Touched]]:
    """By position, everything its change touches."""
    found: dict[int, list[Touched]] = defaultdict(list)
    if changes:
        for each in _sources:
            for position_id, part in each(changes):
                found[position_id].append(part)
    return found


_MEANINGS = {
    Status.DRAFT: "Pejabat yang baru menjadi Pihak Pertama bila PK ini diterbitkan sesudah ia menjabat.",
    Status.SUBMITTED: "Yang mengajukan pejabat lama. Bila ditarik atau dikembalikan, pejabat yang baru yang "
    "mengajukan lagi.",
    Status.READY: "Isinya tetap; nama yang dicetak mengikuti tanggal dokumennya.",
    Status.IN_SIGNING: "Sudah dicetak dengan nama pejabat lama dan belum ditandatangani: terbitkan ulang.",
    Status.IN_FORCE: "Yang sudah ditandatangani tidak berubah. Tindak lanjutnya dipilih di bawah.",
}

_PRINTED = (
    "PK bawahan yang belum ditandatangani",
    "Yang sudah dicetak memuat nama pejabat lama sebagai Pihak Kedua: terbitkan ulang.",
)
_OF_SUBORDINATES = {
    Status.READY: _PRINTED,
    Status.IN_SIGNING: _PRINTED,
    Status.IN_FORCE: (
        "PK bawahan yang berlaku",
        "Tetap berlaku; Pihak Kedua-nya tetap seperti saat ditandatangani.",
    ),
}


@source
def papers(changes: Sequence[Leaving]) -> Iterable[tuple[int, Touched]]:
    """Agreements of the positions themselves, and those of others that name one as Pihak Kedua."""
    here = [change.position.pk for change in changes]
    rows = Agreement.objects.filter(
        Q(position__in=here, status__in=IN_PREPARATION)
        | Q(second_position__in=here, status__in=(Status.READY, Status.IN_SIGNING))
        | Q(Q(position__in=here) | Q(second_position__in=here), status=Status.IN_FORCE),
        year__gte=min(change.day.year for change in changes),
    ).select_related("position", "amends")
    found: dict[tuple[int, str, str], list[Row]] = defaultdict(list)
    for row in rows.order_by("year", "pk"):
        named = Row(str(row), row.get_absolute_url())
        status = Status(row.status)
        if row.position_id in here:
            found[row.position_id, f"PK {status.label.lower()}", _MEANINGS[status]].append(named)
        if row.second_position_id in here and status in _OF_SUBORDINATES:
            found[row.second_position_id, *_OF_SUBORDINATES[status]].append(named)
    for (position_id, label, meaning), of_kind in found.items():
        yield position_id, touched(label, meaning, of_kind)


@source
def plans(changes: Sequence[Leaving]) -> Iterable[tuple[int, Touched]]:
    """Versions of action plans under way."""
    rows = ActionPlan.objects.filter(
        agreement__position__in=[change.position.pk for change in changes],
        agreement__year__gte=min(change.day.year for change in changes),
        status__in=(ActionPlanStatus.DRAFT, ActionPlanStatus.SUBMITTED),
    ).select_related("agreement__position")
    found = defaultdict(list)
    for row in rows:
        found[row.agreement.position_id].append(Row(str(row), row.get_absolute_url()))
    for position_id, named in found.items():
        yield (
            position_id,
            touched("Rencana Aksi yang belum disahkan", "Dilanjutkan oleh pejabat yang baru.", named),
        )


@source
def delegations(changes: Sequence[Leaving]) -> Iterable[tuple[int, Touched]]:
    """Delegations that lapse because who named the delegate leaves."""
    leaving = {change.position.pk: change for change in changes if change.outgoing}
    rows = Delegation.objects.filter(position__in=leaving, ended_at=None).select_related("account")
    found = defaultdict(list)
    for row in rows.order_by("starts", "pk"):
        change = leaving[row.position_id]
        if (
            change.outgoing
            and row.ends >= change.day
            and row.named_by_id == change.outgoing.official.account_id
        ):
            found[row.position_id].append(Row(f"{row.account} sampai {format_date(row.ends)}"))
    for position_id, named in found.items():
        yield (
            position_id,
            touched(
                "Pendelegasian yang gugur",
                "Berakhir bersama masa tugas yang menunjuknya; pejabat yang baru menunjuk sendiri.",
                named,
            ),
        )
