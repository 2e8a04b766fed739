"""How far units are with their values, and what waits for an account among the facts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, Value
from django.urls import reverse

from accounts import permissions
from accounts.permissions import Capability, Scope
from agreements.models import Indicator, Unit
from agreements.periodic import PERIODS_OF
from evaluations import calendar
from evaluations.calendar import InPeriod, Windows
from evaluations.enums import REPORTED, RealisationStatus, Subject, ValueState
from evaluations.models import Period, Realisation, SourceRevision

S = RealisationStatus
# A unit and the number of a period; of what holds for the whole year, 0.
Key = tuple[int, int]
ALL_YEAR = 0
# Up to this many units each have a line of their own on the Beranda.
NAMED_UNITS = 8


@dataclass(frozen=True)
class Waiting:
    """Something to do: how many, what, where, and by when."""

    count: int
    text: str
    address: str
    due: date | None


@dataclass(frozen=True)
class Progress(InPeriod):
    """One unit in one period: how many values are due, and how many stand in each status."""

    due: int
    by_status: Counter
    published: int = 0  # reported as not yet published, and the day they were expected on has come
    submitted_late: int = 0  # filled past the lock, once they were published

    @property
    def filled(self) -> int:
        """Values typed, reported or not; returned ones wait to be mended."""
        return min(self.due, self.by_status.total())

    @property
    def reported(self) -> int:
        return sum(self.by_status[status] for status in REPORTED)

    @property
    def to_submit(self) -> int:
        """Values nobody may count with yet: empty, draft, or returned."""
        return max(0, self.due - self.reported)

    @property
    def submitted(self) -> int:
        return self.by_status[S.SUBMITTED]

    @property
    def to_verify(self) -> int:
        """Submitted values that may be verified now."""
        return self.submitted if self.is_open else self.submitted_late

    @property
    def passed(self) -> int:
        """Submitted values the lock overtook: nobody can verify them without more time."""
        locked = self.phase == "locked" and not self.is_open
        return self.submitted - self.submitted_late if locked else 0

    @property
    def returned(self) -> int:
        return self.by_status[S.RETURNED]

    @property
    def words(self) -> list[tuple[str, str, int]]:
        """(status, label, count) of what there is, in the order of the way."""
        return [
            (status.value, status.label, self.by_status[status]) for status in S if self.by_status[status]
        ]

    @property
    def phase(self) -> str:
        return calendar.phase(self.period, self.windows.day)

    @property
    def address(self) -> str:
        return reverse("evaluations:entry", args=(self.period.year, self.unit.pk, self.period.number))

    @property
    def verify_address(self) -> str:
        return reverse("evaluations:verify", args=(self.period.year, self.unit.pk, self.period.number))


@dataclass(frozen=True)
class Board:
    """Units by periods. `months` are those of the money of the year; `windows` know both."""

    periods: Sequence[Period]
    rows: Sequence[tuple[Unit, Sequence[Progress]]]
    months: Sequence[Period]
    windows: Windows

    def only(self, wanted: Callable[[int], bool]) -> "Board":
        """The rows of the units whose number is wanted."""
        return replace(self, rows=[row for row in self.rows if wanted(row[0].pk)])

    @property
    def cells(self) -> list[Progress]:
        return [cell for _, cells in self.rows for cell in cells]


def units_with_indicators(scope: Scope, capability: Capability, year: int):
    """The units a capability reaches that are responsible for indicators."""
    own = Indicator.objects.in_use().filter(unit=OuterRef("pk"))
    return Unit.objects.visible_to(scope, capability, year).filter(Exists(own))


def board(units: Iterable[Unit], year: int, day: date) -> Board:
    """How far each unit is in each period of the year, in two queries however many units there are."""
    units = list(units)
    calendar_of_year, windows = Windows.with_periods(day, Period.objects.of_year(year))
    periods = [period for period in calendar_of_year if period.subject == Subject.INDICATORS]
    months = [period for period in calendar_of_year if period.subject == Subject.BUDGET]
    pks = [unit.pk for unit in units]
    due, found = _by_cell(pks, periods, day)
    rows = []
    for unit in units:
        cells = []
        for period in periods:
            counts, extra = found[unit.pk, period.number]
            cells.append(Progress(unit, period, windows, due[unit.pk, period.number], counts, **extra))
        rows.append((unit, cells))
    return Board(periods, rows, months, windows)


def _by_cell(
    units: Sequence[int], periods: Sequence[Period], day: date
) -> tuple[Counter[Key], Mapping[Key, tuple[Counter, Counter]]]:
    """By unit and number of the period, in one query: how many indicators are due, and counts of their facts
    by status, and of those open past the lock."""
    indicators = Indicator.objects.in_use().filter(unit__in=units).order_by()
    # Both are counts by unit, number and a word: the calendar of indicators, the status of facts.
    by_calendar = indicators.annotate(number=Value(ALL_YEAR)).values_list("unit_id", "number", "calendar")
    by_calendar = by_calendar.annotate(count=Count("pk"), published=Value(0), submitted_late=Value(0))
    facts = Realisation.objects.filter(
        period__in=[period.pk for period in periods], indicator__unit__in=units
    )
    awaited = Q(state=ValueState.NOT_PUBLISHED, expected_on__lte=day, status__in=REPORTED)
    late = Q(status=S.SUBMITTED, expected_on__isnull=False)
    grouped = facts.filter(indicator__archived=False).order_by()
    by_status = grouped.values_list("indicator__unit_id", "period__number", "status").annotate(
        count=Count("pk"), published=Count("pk", filter=awaited), submitted_late=Count("pk", filter=late)
    )
    due: Counter[Key] = Counter()
    cells: dict[Key, tuple[Counter, Counter]] = defaultdict(lambda: (Counter(), Counter()))
    for unit, number, word, count, published, submitted_late in by_calendar.union(by_status, all=True):
        if number == ALL_YEAR:
            due.update({(unit, each): count for each in PERIODS_OF[word]})
            continue
        counts, extra = cells[unit, number]
        counts[word] += count
        extra.update(published=published, submitted_late=submitted_late)
    return due, cells


# --- what waits -------------------------------------------------------------------------------


def waiting_for(
    scope: Scope, year: int, day: date, tiny_office: bool = False, whole: Board | None = None
) -> list[Waiting]:
    """What waits for this account among the facts of a year: to type, to mend, to verify; earliest first. Revisions
    by sources are apart (`revisions_to_decide`).

    `tiny_office` is the year's policy; `whole` is the board of all units the account sees, where it is at
    hand. The number of queries does not grow with the units.
    """
    if not (scope.may_somewhere(Capability.ENTER, year) or permissions.may_verify_somewhere(scope, year)):
        return []
    if whole is None:
        typed = units_with_indicators(scope, Capability.ENTER, year)
        # Who does both gets both from one board: each costs two queries.
        units = Unit.objects.filter(pk__in=typed.values("pk")) | units_to_verify(scope, year, tiny_office)
        whole = board(units, year, day)
    to_type = whole.only(lambda unit: permissions.may_enter(scope, unit, year))
    to_verify = whole.only(lambda unit: permissions.may_verify(scope, unit, year, tiny_office=tiny_office))
    found = [*_to_type(to_type, year), *_to_verify(to_verify, year)]
    return sorted(found, key=lambda item: (item.due is None, item.due or date.max))


def units_to_verify(scope: Scope, year: int, tiny_office: bool = False):
    """The units whose values this account verifies: the bureau's own by others than it, or also by itself
    where the policy for tiny offices says so."""
    verified = units_with_indicators(scope, Capability.VERIFY, year)
    if not tiny_office:
        verified = verified.exclude(pk__in=scope.bureau_units)
    of_bureau = units_with_indicators(scope, Capability.VERIFY_BUREAU, year).filter(pk__in=scope.bureau_units)
    return Unit.objects.filter(pk__in=verified.values("pk")) | Unit.objects.filter(
        pk__in=of_bureau.values("pk")
    )


def _to_type(found: Board, year: int) -> list[Waiting]:
    waiting = [item for cell in found.cells if cell.published for item in _published(cell)]
    for period in found.periods:
        cells = [cell for cell in found.cells if cell.period == period and cell.is_open]
        late = [cell for cell in cells if cell.to_submit]
        if len(late) <= NAMED_UNITS:
            waiting += [item for cell in late for item in _of_unit(cell)]
        else:
            text = f"Perangkat daerah belum selesai mengisi realisasi {period.name}"
            listed = urlencode({"jenis": f"tw-{period.number}", "keadaan": "kurang"})
            address = f"{reverse('reports:late', args=(year,))}?{listed}"
            waiting.append(Waiting(len(late), text, address, period.fill_by))
    return waiting


def _of_unit(cell: Progress) -> list[Waiting]:
    waiting = []
    rest = cell.to_submit - cell.returned
    if cell.returned:
        text = f"Realisasi {cell.period.name} {cell.unit} perlu perbaikan"
        waiting.append(Waiting(cell.returned, text, cell.address, max(cell.period.fix_by, cell.fill_by)))
    if rest:
        text = f"Realisasi {cell.period.name} {cell.unit} belum diajukan"
        waiting.append(Waiting(rest, text, f"{cell.address}#belum", cell.fill_by))
    return waiting


def _published(cell: Progress) -> list[Waiting]:
    text = f"Data {cell.period.name} {cell.unit} sudah diperkirakan rilis, tinggal diisi"
    return [Waiting(cell.published, text, cell.address, None)]


def _to_verify(found: Board, year: int) -> list[Waiting]:
    waiting = []
    for period in found.periods:
        cells = [cell for cell in found.cells if cell.period == period and cell.to_verify]
        if not cells:
            continue
        address = (
            cells[0].verify_address if len(cells) == 1 else reverse("evaluations:verify_list", args=(year,))
        )
        text = f"Realisasi {period.name} menunggu verifikasi"
        waiting.append(Waiting(sum(cell.to_verify for cell in cells), text, address, period.verify_by))
    return waiting


def revisions_to_decide(scope: Scope, year: int, tiny_office: bool = False):
    """The corrections by sources this account may decide on; those it recorded itself by that policy alone."""
    waiting = SourceRevision.objects.waiting(year)
    if not tiny_office:
        waiting = waiting.exclude(submitted_by=scope.account_id)
    units = units_to_verify(scope, year, tiny_office)
    return waiting.filter(realisation__indicator__unit__in=units.values("pk"))


def revised(count: int, year: int) -> list[Waiting]:
    """The corrections by sources that wait for a decision, as something to do."""
    address = reverse("evaluations:verify_list", args=(year,)) + "#revisi"
    return [Waiting(count, "Revisi oleh sumber menunggu putusan", address, None)] if count else []
