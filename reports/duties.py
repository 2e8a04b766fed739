"""What every unit owes in a year and by when: the table of compliance and the list of who is late.

Each duty is judged by the rows that fulfil it; nothing here is stored. Reports and figures of units count
against the unit, an unverified figure against its verifier.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts import permissions
from accounts.permissions import Scope
from agreements.enums import SIGNED, ActionPlanStatus, Status, UnitKind
from agreements.models import ActionPlan, Agreement, Assignment, Budget, Indicator, Signature, Unit, YearPolicy
from evaluations import overview
from evaluations.enums import ReportStatus
from evaluations.models import BudgetRealisation, Period, Report
from evaluations.overview import Board, Progress
from perjanjian.numerals import MONTHS, format_date

AGREEMENT, AMENDMENT, PLAN, MONEY, REPORT = "pk", "perubahan", "rencana-aksi", "anggaran", "lkjip"
FACT, CHECK = "tw-{}", "verifikasi-{}"
QUARTERS = (1, 2, 3, 4)
ROMAN = ("I", "II", "III", "IV")
# Every duty in the order of the year: its key, as it stands in addresses, and its words.
KINDS: dict[str, str] = {
    AGREEMENT: "PK",
    AMENDMENT: "PK Perubahan",
    PLAN: "Rencana Aksi",
    **{
        form.format(number): f"{label} TW {roman}"
        for number, roman in zip(QUARTERS, ROMAN, strict=True)
        for form, label in ((FACT, "Realisasi"), (CHECK, "Verifikasi"))
    },
    MONEY: "Realisasi anggaran",
    REPORT: "LKjIP",
}
# What the table shows of a unit; verification is not the unit's own duty.
OF_UNITS = tuple(kind for kind in KINDS if not kind.startswith("verifikasi"))
BUREAU = "Bagian Organisasi"
VERIFIER = "Verifikator (Bagian Organisasi)"
VERIFIER_OF_BUREAU = "Verifikator unit Bagian Organisasi (Perencana)"
# With whom an agreement lies that was handed in.
WITH_THE_BUREAU = (Status.SUBMITTED, Status.READY, Status.IN_SIGNING)
HANDED_IN = (ActionPlanStatus.SUBMITTED, ActionPlanStatus.IN_FORCE)


@dataclass(frozen=True)
class Duty:
    """One thing a unit owes in a year. `count` is how much of it is not there yet.

    `state`: none (not owed), upcoming, open (due later), late, done. `fulfilled_on` is known of papers.
    """

    kind: str
    unit: Unit
    state: str
    text: str
    address: str
    day: date
    actor: str
    due: date | None = None
    count: int = 0
    fulfilled_on: date | None = None

    @property
    def is_late(self) -> bool:
        return self.state == "late"

    @property
    def days_late(self) -> int:
        """Days past the due day: until today, or until it was fulfilled."""
        until = self.fulfilled_on or (self.day if self.is_late else None)
        return max(0, (until - self.due).days) if until and self.due else 0

    @property
    def label(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True)
class Stage:
    """A kind of duty over all units: how many owe it, have done it, are late with it."""

    kind: str
    owed: int
    done: int
    late: int

    @property
    def label(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True)
class Duties:
    """The duties of units in a year, and the board of their facts they were read from."""

    rows: tuple[tuple[Unit, tuple[Duty, ...]], ...]
    board: Board

    @property
    def late(self) -> list[Duty]:
        """The latest first."""
        found = [duty for _, duties in self.rows for duty in duties if duty.is_late]
        return sorted(found, key=lambda duty: (-duty.days_late, duty.unit.order, duty.unit.name, duty.kind))

    @property
    def stages(self) -> list[Stage]:
        """One for each kind that some unit owes."""
        stages = []
        for kind in KINDS:
            owed = [
                duty for _, each in self.rows for duty in each if duty.kind == kind and duty.state != "none"
            ]
            if owed:
                done = sum(duty.state == "done" for duty in owed)
                stages.append(Stage(kind, len(owed), done, sum(duty.is_late for duty in owed)))
        return stages


def duties_of(scope: Scope, policy: YearPolicy, day: date, periods: Sequence[Period] | None = None) -> Duties:
    """The duties of the units the account sees, in five queries however many units; four with the periods."""
    units = list(_units(scope, policy, day))
    found = overview.board(units, policy.year, day, periods)
    cells = {unit.pk: own for unit, own in found.rows}
    reader = _Reader(scope, policy, day)
    rows = tuple((unit, tuple(reader.duties(unit, cells[unit.pk]))) for unit in units)
    return Duties(rows, found)


# --- the rows ---------------------------------------------------------------------------------


def money_month(policy: YearPolicy, day: date) -> int:
    """The last month of the year whose spending should have been typed before this day; 0: none yet."""
    return max((month for month in range(1, 13) if _money_due(policy, month) < day), default=0)


def _money_due(policy: YearPolicy, month: int) -> date:
    last = date(policy.year, month, monthrange(policy.year, month)[1])
    return last + timedelta(days=policy.budget_fill_days)


def _units(scope: Scope, policy: YearPolicy, day: date) -> QuerySet[Unit]:
    """The units that owe something, each with the papers of its head and what is behind, in one query."""
    year = policy.year
    own = OuterRef("pk")
    papers = Agreement.objects.for_year(year).filter(unit=own, position__heads_unit=True)
    papers = papers.exclude(status=Status.CANCELLED).order_by("-pk")
    first, later = papers.filter(amends=None), papers.exclude(amends=None)
    in_order = Case(When(status__in=HANDED_IN, then=Value(0)), default=Value(1))
    plans = ActionPlan.objects.filter(agreement__in=Agreement.objects.for_year(year).in_force())
    plans = plans.filter(agreement__unit=own, agreement__position__heads_unit=True)
    signed = Signature.objects.filter(issue__agreement=OuterRef("first_pk")).order_by()
    signed = signed.values("issue__agreement").annotate(last=Max("signed_on"))
    heads = Assignment.objects.on(day).as_party().of_heads().filter(position__unit=own)
    heads = heads.order_by("holding", "-starts")
    measured = Indicator.objects.in_use().filter(unit=own)
    behind = Budget.objects.latest().filter(~Exists(_spent(money_month(policy, day))), unit=own, year=year)
    lines = Budget.objects.latest().filter(unit=own, year=year)
    return (
        Unit.objects.visible_to(scope, year=year)
        .in_year(year)
        .filter(
            Q(signs_with_head=True)
            | Q(on_map=True)
            | Q(writes_report=True)
            | Q(kind=UnitKind.REGION)
            | Exists(measured)
        )
        .annotate(
            first_pk=Subquery(first.values("pk")[:1]),
            first_status=Subquery(first.values("status")[:1]),
            later_pk=Subquery(later.values("pk")[:1]),
            later_status=Subquery(later.values("status")[:1]),
            plan_status=Subquery(plans.order_by(in_order, "-number").values("status")[:1]),
            report_status=Subquery(Report.objects.filter(unit=own, year=year).values("status")[:1]),
            head_name=Subquery(heads.values("official__name")[:1]),
            head_title=Subquery(heads.values("position__title")[:1]),
            lines=Coalesce(Subquery(_counted(lines)), 0),
            lines_behind=Coalesce(Subquery(_counted(behind)), 0),
        )
        .annotate(signed_on=Subquery(signed.values("last")))
    )


def _spent(month: int) -> QuerySet[BudgetRealisation]:
    """What was typed of a budget for this month or a later one, on whichever version; a running total."""
    same = {name: OuterRef(name) for name in ("unit", "programme", "fund_source", "year")}
    return BudgetRealisation.objects.filter(
        month__gte=month, **{f"budget__{name}": outer for name, outer in same.items()}
    )


def _counted(rows: QuerySet) -> QuerySet:
    return rows.order_by().values("unit").annotate(count=Count("pk")).values("count")


# --- judging them -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reader:
    """Judges the duties of units on a day, for an account."""

    scope: Scope
    policy: YearPolicy
    day: date

    def duties(self, unit: Unit, cells: Sequence[Progress]) -> Iterable[Duty]:
        yield self._agreement(unit)
        yield self._amendment(unit)
        yield self._plan(unit)
        for cell in cells:
            yield self._fact(cell)
            yield self._check(cell)
        yield self._money(unit)
        yield self._report(unit)

    def _duty(self, kind: str, unit: Unit, state: str, text: str, address: str, **more) -> Duty:
        more.setdefault("actor", _head(unit))
        return Duty(kind, unit, state, text, address, self.day, **more)

    def _state(self, due: date | None) -> str:
        """Of what is not done: without a due day nobody is late."""
        return "late" if due is not None and self.day > due else "open"

    def _agreement(self, unit: Unit) -> Duty:
        address = self._paper(unit, unit.first_pk)
        if not (unit.signs_with_head or unit.kind == UnitKind.REGION):
            return self._duty(AGREEMENT, unit, "none", "Tidak diwajibkan", address)
        due = self.policy.agreement_due
        text = Status(unit.first_status).label if unit.first_status else "Belum disusun"
        if unit.first_status in SIGNED:
            given = {"due": due, "fulfilled_on": unit.signed_on}
            return self._duty(AGREEMENT, unit, "done", text, address, **given)
        return self._duty(
            AGREEMENT, unit, self._state(due), text, address, due=due, count=1, **_with(unit.first_status)
        )

    def _amendment(self, unit: Unit) -> Duty:
        address = self._paper(unit, unit.later_pk)
        due = self.policy.amendment_due
        if not unit.later_status:
            return self._duty(AMENDMENT, unit, "none", "Tidak ada", address)
        text = Status(unit.later_status).label
        if unit.later_status in SIGNED:
            return self._duty(AMENDMENT, unit, "done", text, address, due=due)
        return self._duty(
            AMENDMENT, unit, self._state(due), text, address, due=due, count=1, **_with(unit.later_status)
        )

    def _plan(self, unit: Unit) -> Duty:
        address = self._paper(unit, unit.later_pk if unit.later_status in SIGNED else unit.first_pk)
        due = self.policy.action_plan_due
        if unit.first_status not in SIGNED:
            return self._duty(PLAN, unit, "none", "Menunggu PK", address)
        text = ActionPlanStatus(unit.plan_status).label if unit.plan_status else "Belum disusun"
        if unit.plan_status in HANDED_IN:
            return self._duty(PLAN, unit, "done", text, address, due=due)
        return self._duty(PLAN, unit, self._state(due), text, address, due=due, count=1)

    def _fact(self, cell: Progress) -> Duty:
        kind, unit = FACT.format(cell.period.number), cell.unit
        address = self._entry(cell)
        if not cell.due:
            return self._duty(kind, unit, "none", "Tidak ada yang diukur", address)
        # What came back may be mended until its own day.
        returned = cell.to_submit == cell.returned
        due = max(cell.period.fix_by, cell.fill_by) if cell.returned and returned else cell.fill_by
        if not cell.to_submit:
            return self._duty(kind, unit, "done", "Lengkap", address, due=due)
        if cell.phase == "upcoming":
            return self._duty(kind, unit, "upcoming", f"Dibuka {format_date(cell.period.opens)}", address)
        text = f"{cell.to_submit} dari {cell.due} belum diajukan"
        return self._duty(kind, unit, self._state(due), text, address, due=due, count=cell.to_submit)

    def _check(self, cell: Progress) -> Duty:
        kind, unit = CHECK.format(cell.period.number), cell.unit
        actor = VERIFIER_OF_BUREAU if unit.pk in self.scope.bureau_units else VERIFIER
        address = self._entry(cell)
        if permissions.may_verify(self.scope, unit.pk, self.policy.year):
            address = cell.verify_address
        given = {"due": cell.period.verify_by, "actor": actor}
        if cell.submitted:
            text = f"{cell.submitted} belum diverifikasi"
            state = self._state(cell.period.verify_by)
            return self._duty(kind, unit, state, text, address, count=cell.submitted, **given)
        state = "done" if cell.reported else "none"
        return self._duty(kind, unit, state, "Tidak ada yang menunggu", address, **given)

    def _money(self, unit: Unit) -> Duty:
        month = money_month(self.policy, self.day)
        address = f"{reverse('agreements:budget_list', args=(self.policy.year,))}?unit={unit.pk}"
        if not unit.lines:
            return self._duty(MONEY, unit, "none", "Tidak ada pagu", address)
        if not month:
            return self._duty(MONEY, unit, "upcoming", "Belum waktunya", address)
        due = _money_due(self.policy, month)
        name = MONTHS[month - 1]
        if unit.lines_behind:
            text = f"s.d. {name}: {unit.lines_behind} dari {unit.lines} program belum diisi"
            return self._duty(MONEY, unit, "late", text, address, due=due, count=unit.lines_behind)
        return self._duty(MONEY, unit, "done", f"Lengkap s.d. {name}", address, due=due)

    def _report(self, unit: Unit) -> Duty:
        if not unit.writes_report:
            address = self._paper(unit, unit.first_pk)
            return self._duty(REPORT, unit, "none", "Tidak diwajibkan", address)
        address = reverse("reports:lkjip", args=(self.policy.year, unit.pk))
        due = self.policy.report_due
        status = unit.report_status
        if status and status != ReportStatus.DRAFT:
            return self._duty(REPORT, unit, "done", ReportStatus(status).label, address, due=due)
        text = "Draf" if status else "Belum disusun"
        if self.day <= date(self.policy.year, 12, 31):
            return self._duty(REPORT, unit, "upcoming", "Setelah tahun berakhir", address, due=due)
        return self._duty(REPORT, unit, self._state(due), text, address, due=due, count=1)

    def _paper(self, unit: Unit, pk: int | None) -> str:
        """The agreement, or what the unit has of agreements where there is none."""
        if pk:
            return reverse("agreements:detail", args=(self.policy.year, pk))
        return reverse("reports:unit", args=(self.policy.year, unit.pk))

    def _entry(self, cell: Progress) -> str:
        """Where the figures are typed for who types them, where they are read for others."""
        if permissions.may_enter(self.scope, cell.unit.pk, self.policy.year):
            return cell.address
        return reverse("reports:unit", args=(cell.period.year, cell.unit.pk, cell.period.number))


def _with(status: str | None) -> dict[str, str]:
    """Who acts on an agreement that is no longer with the unit; nothing where it is."""
    return {"actor": BUREAU} if status in WITH_THE_BUREAU else {}


def _head(unit: Unit) -> str:
    """Who answers for the unit: its head's post with the name, as annotated by `_units`."""
    title = unit.head_title or f"Kepala {unit.name}"
    return f"{unit.head_name}, {title}" if unit.head_name else f"{title} (belum ada pejabatnya)"
