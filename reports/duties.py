"""What every unit owes in a year and by when: the table of compliance and the list of who is late.

Each duty is judged by the rows that fulfil it; nothing here is stored. Reports and figures of units count
against the unit, an unverified figure against its verifier.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from urllib.parse import urlencode

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts import permissions
from accounts.permissions import Capability, Scope
from agreements.enums import SIGNED, ActionPlanStatus, BureauVerifier, Status, UnitKind
from agreements.models import (
    ActionPlan,
    Agreement,
    AgreementObjective,
    Assignment,
    Indicator,
    Unit,
    YearPolicy,
)
from agreements.querysets import HANDED_IN
from agreements.years import usual_report_due
from evaluations import overview
from evaluations.calendar import Windows
from evaluations.enums import OBJECTIVE_SECTIONS, Section
from evaluations.models import Narrative, Period
from evaluations.overview import Board, Progress
from evaluations.spending import last_months
from perjanjian.numerals import format_date

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
# The same in the head of a narrow column.
SHORT = {
    AMENDMENT: "Perubahan",
    MONEY: "Anggaran",
    **{FACT.format(n): f"TW {r}" for n, r in zip(QUARTERS, ROMAN, strict=True)},
}
# What the table shows of a unit; verification is not the unit's own duty.
OF_UNITS = tuple(kind for kind in KINDS if not kind.startswith("verifikasi"))
BUREAU = "Bagian Organisasi"
VERIFIER = "Verifikator (Bagian Organisasi)"
VERIFIER_OF_BUREAU = {
    BureauVerifier.PLANNER: "Verifikator Bagian Organisasi sendiri (Perencana)",
    BureauVerifier.INSPECTORATE: "Verifikator Bagian Organisasi sendiri (Inspektorat)",
}
# With whom an agreement lies that was handed in.
WITH_THE_BUREAU = (Status.SUBMITTED, Status.READY, Status.IN_SIGNING)
# The written parts that a report has once, however many sasaran it is about.
ONCE_A_REPORT = len(Section) - len(OBJECTIVE_SECTIONS)


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

    @property
    def short_label(self) -> str:
        return SHORT.get(self.kind, self.label)


@dataclass(frozen=True)
class Papers:
    """What a unit holds in a year, as `_units` reads it: its first agreement and the latest amendment of it,
    the action plan, the sasaran in force with how many parts of the report are written, and who heads it."""

    first_pk: int | None
    first_status: str | None
    first_signed_on: date | None
    later_pk: int | None
    later_status: str | None
    later_signed_on: date | None
    plan_status: str | None
    sasaran: int
    written: int
    head_name: str | None
    head_title: str | None

    @classmethod
    def of(cls, unit: Unit) -> "Papers":
        return cls(**{field.name: getattr(unit, field.name) for field in fields(cls)})

    def head(self, unit: Unit) -> str:
        """Who answers for the unit: its head's post with the name."""
        title = self.head_title or f"Kepala {unit.name}"
        return f"{self.head_name}, {title}" if self.head_name else f"{title} (belum ada pejabatnya)"


@dataclass(frozen=True)
class Stage:
    """A kind of duty over all units: how many owe it, have done it, are late with it; each with its rows."""

    year: int
    kind: str
    owed: int
    done: int
    late: int

    @property
    def label(self) -> str:
        return KINDS[self.kind]

    @property
    def address(self) -> str:
        """Of those that owe it."""
        return listed(self.year, self.kind, "semua")

    @property
    def address_done(self) -> str:
        return listed(self.year, self.kind, "selesai")

    @property
    def address_late(self) -> str:
        return listed(self.year, self.kind)


def listed(year: int, kind: str, state: str = "") -> str:
    """The list of exactly the units counted: those late with a kind of duty, or in the `state` of the address."""
    asked = {"jenis": kind} | ({"keadaan": state} if state else {})
    return f"{reverse('reports:late', args=(year,))}?{urlencode(asked)}"


@dataclass(frozen=True)
class Duties:
    """The duties of units in a year, and what they were read from: the board of their facts, and of the lines
    of each budget the account sees the last month recorded."""

    year: int
    rows: tuple[tuple[Unit, tuple[Duty, ...]], ...]
    board: Board
    recorded: Mapping[int, Sequence[int]]
    vacant: tuple[Unit, ...]  # on the map, and headed by nobody on the day

    def of(self, states: Collection[str], kind: str = "") -> list[Duty]:
        """Those in one of the states, of one kind or of all, the longest late first."""
        found = [
            duty
            for _, duties in self.rows
            for duty in duties
            if duty.state in states and (not kind or duty.kind == kind)
        ]
        return sorted(found, key=lambda duty: -duty.days_late)

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
                stages.append(Stage(self.year, kind, len(owed), done, sum(duty.is_late for duty in owed)))
        return stages


def duties_of(scope: Scope, policy: YearPolicy, day: date) -> Duties:
    """The duties of the units the account sees, in four queries however many units."""
    units = list(_units(scope, policy, day))
    found = overview.board(units, policy.year, day)
    recorded = last_months(scope.units(Capability.VIEW, policy.year), policy.year)
    rows, vacant = [], []
    for unit, cells in found.rows:
        papers, spent = Papers.of(unit), recorded.get(unit.pk, ())
        reader = _Reader(scope, policy, day, unit, papers, found.months, found.windows, spent)
        rows.append((unit, tuple(reader.duties(cells))))
        if unit.on_map and not papers.head_name:
            vacant.append(unit)
    return Duties(policy.year, tuple(rows), found, recorded, tuple(vacant))


# --- the rows ---------------------------------------------------------------------------------


def _units(scope: Scope, policy: YearPolicy, day: date) -> QuerySet[Unit]:
    """The units that owe something, each with the papers of its head and what is behind, in one query."""
    year = policy.year
    own = OuterRef("pk")
    papers = Agreement.objects.for_year(year).filter(unit=own, position__heads_unit=True)
    papers = papers.exclude(status=Status.CANCELLED).order_by("-pk")
    # Nearly all amend none: a plain question for those would be looked up by that, not by the unit.
    first = papers.alias(amended=Coalesce("amends", 0)).filter(amended=0)
    later = papers.exclude(amends=None)
    in_order = Case(When(status__in=HANDED_IN, then=Value(0)), default=Value(1))
    plans = ActionPlan.objects.filter(agreement__in=Agreement.objects.for_year(year).signed())
    plans = plans.filter(agreement__unit=own, agreement__position__heads_unit=True)
    heads = Assignment.objects.on(day).as_party().of_heads().filter(position__unit=own)
    heads = heads.order_by("holding", "-starts")
    measured = Indicator.objects.in_use().filter(unit=own)
    promised = AgreementObjective.objects.filter(
        agreement__in=Agreement.objects.for_year(year).in_force(), agreement__position__heads_unit=True
    )
    of_unit = promised.filter(agreement__unit=OuterRef(OuterRef("pk")))
    written = Narrative.objects.filter(report__unit=own, report__year=year).exclude(text="")
    written = written.filter(Q(objective=None) | Q(objective__in=of_unit.values("objective")))
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
            first_signed_on=Subquery(first.with_dates().values("signed_on")[:1]),
            later_pk=Subquery(later.values("pk")[:1]),
            later_status=Subquery(later.values("status")[:1]),
            later_signed_on=Subquery(later.with_dates().values("signed_on")[:1]),
            plan_status=Subquery(plans.order_by(in_order, "-number").values("status")[:1]),
            sasaran=_counted(promised.filter(agreement__unit=own), "agreement__unit"),
            written=_counted(written, "report__unit"),
            head_name=Subquery(heads.values("official__name")[:1]),
            head_title=Subquery(heads.values("position__title")[:1]),
        )
    )


def _counted(rows: QuerySet, unit: str) -> Coalesce:
    """How many of the rows the unit has; `unit` is the way to it."""
    return Coalesce(Subquery(rows.order_by().values(unit).annotate(count=Count("pk")).values("count")), 0)


# --- judging them -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reader:
    """Judges the duties of one unit on a day, for an account."""

    scope: Scope
    policy: YearPolicy
    day: date
    unit: Unit
    papers: Papers
    months: Sequence[Period]
    windows: Windows
    recorded: Sequence[int]  # the last month of each line of its budget, 0 where none is recorded

    def duties(self, cells: Sequence[Progress]) -> Iterable[Duty]:
        yield self._agreement()
        yield self._amendment()
        yield self._plan()
        for cell in cells:
            yield self._fact(cell)
            yield self._check(cell)
        yield self._money()
        yield self._report()

    def _duty(self, kind: str, state: str, text: str, address: str, **more) -> Duty:
        more.setdefault("actor", self.papers.head(self.unit))
        return Duty(kind, self.unit, state, text, address, self.day, **more)

    def _owed(self, kind: str, text: str, address: str, due: date | None, **more) -> Duty:
        """What is not done: without a due day nobody is late."""
        state = "late" if due is not None and self.day > due else "open"
        return self._duty(kind, state, text, address, due=due, **{"count": 1} | more)

    def _agreement(self) -> Duty:
        held, due = self.papers, self.policy.agreement_due
        address = self._paper(held.first_pk)
        if not (self.unit.signs_with_head or self.unit.kind == UnitKind.REGION):
            return self._duty(AGREEMENT, "none", "Tidak diwajibkan", address)
        text = Status(held.first_status).label if held.first_status else "Belum disusun"
        if held.first_status in SIGNED:
            return self._duty(AGREEMENT, "done", text, address, due=due, fulfilled_on=held.first_signed_on)
        return self._owed(AGREEMENT, text, address, due, **_with(held.first_status))

    def _amendment(self) -> Duty:
        held, due = self.papers, self.policy.amendment_due
        address = self._paper(held.later_pk)
        if not held.later_status:
            return self._duty(AMENDMENT, "none", "Tidak ada", address)
        text = Status(held.later_status).label
        if held.later_status in SIGNED:
            return self._duty(AMENDMENT, "done", text, address, due=due, fulfilled_on=held.later_signed_on)
        return self._owed(AMENDMENT, text, address, due, **_with(held.later_status))

    def _plan(self) -> Duty:
        held, due = self.papers, self.policy.action_plan_due
        if held.first_status not in SIGNED:
            return self._duty(PLAN, "none", "Menunggu PK", self._paper(held.first_pk))
        signed = held.later_pk if held.later_status in SIGNED else held.first_pk
        address = reverse("agreements:plan", args=(self.policy.year, signed))
        text = ActionPlanStatus(held.plan_status).label if held.plan_status else "Belum disusun"
        if held.plan_status in HANDED_IN:
            return self._duty(PLAN, "done", text, address, due=due)
        return self._owed(PLAN, text, address, due)

    def _fact(self, cell: Progress) -> Duty:
        kind, address = FACT.format(cell.period.number), self._entry(cell)
        if not cell.due:
            return self._duty(kind, "none", "Tidak ada yang diukur", address)
        # What came back may be mended until its own day.
        only_returned = bool(cell.returned) and cell.to_submit == cell.returned
        due = max(cell.period.fix_by, cell.fill_by) if only_returned else cell.fill_by
        if not cell.to_submit:
            return self._duty(kind, "done", "Lengkap", address, due=due)
        if cell.phase == "upcoming":
            return self._duty(kind, "upcoming", f"Dibuka {format_date(cell.period.opens)}", address)
        text = f"{cell.to_submit} dari {cell.due} belum diajukan"
        return self._owed(kind, text, address, due, count=cell.to_submit)

    def _check(self, cell: Progress) -> Duty:
        kind, address = CHECK.format(cell.period.number), self._entry(cell)
        if permissions.may_verify(self.scope, self.unit.pk, self.policy.year):
            address = cell.verify_address
        due = cell.period.verify_by
        actor = VERIFIER
        if self.unit.pk in self.scope.bureau_units:
            actor = VERIFIER_OF_BUREAU[BureauVerifier(self.policy.bureau_verified_by)]
        if cell.submitted:
            text = f"{cell.submitted} belum diverifikasi"
            return self._owed(kind, text, address, due, count=cell.submitted, actor=actor)
        state = "done" if cell.reported else "none"
        return self._duty(kind, state, "Tidak ada yang menunggu", address, due=due, actor=actor)

    def _money(self) -> Duty:
        """Judged by the last month whose day has passed; late since the first month that lacks a figure."""
        own = self.policy.year, self.unit.pk
        due = {month: self.windows.fill_by(month, self.unit.pk) for month in self.months}
        passed = [month for month in self.months if due[month] < self.day]
        address = reverse("reports:money_unit", args=own)
        if passed and permissions.may_enter_money(self.scope, self.unit.pk, self.policy.year):
            address = reverse("evaluations:money_entry", args=(*own, passed[-1].number))
        if not self.recorded:
            return self._duty(MONEY, "none", "Tidak ada pagu", address)
        if not passed:
            return self._duty(MONEY, "upcoming", "Belum waktunya", address)
        month = passed[-1]
        behind = sum(last < month.number for last in self.recorded)
        if not behind:
            return self._duty(MONEY, "done", f"Lengkap s.d. {month.name}", address, due=due[month])
        since = next(each for each in passed if each.number > min(self.recorded))
        text = f"s.d. {month.name}: {behind} dari {len(self.recorded)} program belum diisi"
        return self._owed(MONEY, text, address, due[since], count=behind)

    def _report(self) -> Duty:
        """Done once every part is written: figures, verification and money are duties of their own."""
        if not self.unit.writes_report:
            return self._duty(REPORT, "none", "Tidak diwajibkan", self._paper(self.papers.first_pk))
        address = reverse("reports:lkjip", args=(self.policy.year, self.unit.pk))
        held, due = self.papers, self.policy.report_due or usual_report_due(self.policy.year)
        parts = ONCE_A_REPORT + len(OBJECTIVE_SECTIONS) * held.sasaran
        if held.sasaran and held.written == parts:
            return self._duty(REPORT, "done", "Narasi lengkap", address, due=due)
        if self.day <= date(self.policy.year, 12, 31):
            return self._duty(REPORT, "upcoming", "Setelah tahun berakhir", address, due=due)
        text = f"{held.written} dari {parts} bagian ditulis" if held.sasaran else "PK belum berlaku"
        return self._owed(REPORT, text, address, due)

    def _paper(self, pk: int | None) -> str:
        """The agreement, or the page of the unit where there is none."""
        if pk:
            return reverse("agreements:detail", args=(self.policy.year, pk))
        return reverse("reports:unit", args=(self.policy.year, self.unit.pk))

    def _entry(self, cell: Progress) -> str:
        """Where the figures are typed for who types them, where they are read for others."""
        if permissions.may_enter(self.scope, self.unit.pk, self.policy.year):
            return cell.address
        return reverse("reports:unit", args=(self.policy.year, self.unit.pk, cell.period.number))


def _with(status: str | None) -> dict[str, str]:
    """Who acts on an agreement that is no longer with the unit; nothing where it is."""
    return {"actor": BUREAU} if status in WITH_THE_BUREAU else {}
