"""Penyiapan: how far a government is set up for a year, step by step, and what to do next.

A step is *belum* while nothing of it is there, *lengkap* when nothing is missing. Every count is a door.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from accounts import permissions
from accounts.permissions import Capability, Role, Scope
from agreements.enums import ObjectiveKind, UnitKind
from agreements.lateness import day_within
from agreements.lineage import Lineage
from agreements.models import (
    Assignment,
    Budget,
    Indicator,
    IndicatorTarget,
    Membership,
    Objective,
    PlanningPeriod,
    Position,
    Region,
    Unit,
    YearPolicy,
)
from evaluations.models import Period

NOT_YET, PARTLY, DONE = "belum", "sebagian", "lengkap"
# How a state is drawn: the shape of `includes/status.html`.
SHAPES = {NOT_YET: "missing", PARTLY: "draft", DONE: "verified"}
NAMED = 5
NO_BUREAU = "Belum ada akun Admin Kabupaten (Bagian Organisasi)"
NO_BUREAU_UNIT = "Unit Bagian Organisasi belum dipilih di Identitas Daerah"
BUREAU, ADMINISTRATOR = "Bagian Organisasi", "Administrator Sistem atau Bagian Organisasi"


@dataclass(frozen=True)
class Door:
    """Words with where they lead."""

    text: str
    address: str


@dataclass(frozen=True)
class Missing:
    """Something that is not there yet; `named` are the first of its rows, `more` how many others."""

    text: str
    address: str = ""
    named: tuple[Door, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class Step:
    """One step. `action` None: this account does not do it, `who` does. `note` says what is there already."""

    key: str
    title: str
    state: str
    note: str
    missing: tuple[Missing, ...]
    action: Door | None
    who: str
    import_address: str = ""

    @property
    def shape(self) -> str:
        return SHAPES[self.state]


@dataclass(frozen=True)
class Setup:
    """All steps; `next` is the first one not done that this account may do, or None."""

    year: int | None
    steps: tuple[Step, ...]

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if step.state != DONE and step.action), None)

    @property
    def others(self) -> Step | None:
        """Where this account has nothing left to do: the first step that waits for somebody else."""
        waiting = (step for step in self.steps if step.state != DONE and step.who)
        return None if self.next else next(waiting, None)

    @property
    def done(self) -> int:
        return sum(step.state == DONE for step in self.steps)


def setup_of(scope: Scope, region: Region | None, policy: YearPolicy | None, day: date) -> Setup:
    """The steps in their order, in eleven queries at most; before a year is open only those that need none."""
    year = policy.year if policy else None
    reader = _Reader(scope, policy, day)
    tellers: Sequence[Callable[[], Step]] = (
        lambda: reader.identity(region),
        reader.policies,
        lambda: reader.organisation(region),
        reader.plan,
        reader.budgets,
        reader.calendar,
        reader.accounts,
        reader.drafts,
    )
    return Setup(year, tuple(tell() for tell in tellers))


ESSENTIAL = {
    "region": "identitas daerah",
    "offices": "organisasi",
    "plan": "rencana",
    "money": "anggaran",
    "periods": "jadwal pengukuran",
}


def essentials(year: int) -> dict[str, Exists]:
    """Whether the year has what it cannot do without, for a query of something else to ask with it."""
    return {
        "region": Exists(Region.objects.all()),
        "offices": Exists(Unit.objects.filter(signs_with_head=True)),
        "plan": Exists(Objective.objects.in_year(year)),
        "money": Exists(Budget.objects.filter(year=year)),
        "periods": Exists(Period.objects.filter(year=year)),
    }


def lacking(found: Mapping[str, Any]) -> list[str]:
    """What of it is not there, in words."""
    return [words for key, words in ESSENTIAL.items() if not found[key]]


@dataclass
class _Reader:
    """Reads each step for an account on a day."""

    scope: Scope
    policy: YearPolicy | None
    day: date

    def __post_init__(self) -> None:
        self.year = self.policy.year if self.policy else None
        self.roles = Membership.objects.on(self.day).filter(account__is_active=True)
        self.has_bureau = self.roles.filter(role=Role.BUREAU).exists()
        self.heads = list(self._heads())
        self.offices = [unit for unit in self.heads if unit.kind != UnitKind.REGION]

    def _heads(self) -> QuerySet[Unit]:
        """The region and the units whose heads sign with its head, each with what it has."""
        own = OuterRef("pk")
        head = Position.objects.on(self.day).filter(unit=own, heads_unit=True)
        held = Assignment.objects.conferring(self.day).as_party().of_heads().filter(position__unit=own)
        operators = self.roles.filter(role=Role.OPERATOR)
        year = self.year or self.day.year
        below = Q(unit=own) | Q(unit__parent=own) | Q(unit__parent__parent=own)
        return (
            Unit.objects.on(self.day)
            .filter(Q(signs_with_head=True) | Q(kind=UnitKind.REGION))
            .annotate(
                has_head=Exists(head),
                has_holder=Exists(held),
                has_account=Exists(held.filter(official__account__is_active=True)),
                # The definitive holder, where there is one besides an acting one.
                holder=Subquery(held.order_by("holding", "-starts").values("official_id")[:1]),
                has_operator=Exists(operators.filter(units=own)),
                has_objective=Exists(Objective.objects.in_year(year).filter(unit=own)),
                has_budget=Exists(Budget.objects.filter(below, year=year)),
            )
        )

    def _step(self, key: str, title: str, state: str, note: str, missing: Iterable[Missing], **more) -> Step:
        return Step(key, title, state, note, tuple(missing), **({"action": None, "who": ""} | more))

    def _state(self, nothing: bool, missing: Sequence[Missing]) -> str:
        if nothing:
            return NOT_YET
        return PARTLY if missing else DONE

    def _blocked(self, key: str, title: str) -> Step:
        """A step of a year, before any year is open."""
        return self._step(key, title, NOT_YET, "Menunggu tahun kinerja dibuka.", ())

    def identity(self, region: Region | None) -> Step:
        address = reverse("agreements:region_settings")
        state = DONE if region else NOT_YET
        note = f"{region}, {region.head_of_region}." if region else "Nama daerah dan sebutan kepalanya."
        if region and not region.emblem_id:
            note += " Lambang daerah belum diunggah; boleh menyusul."
        action = Door("Isi identitas daerah" if not region else "Ubah identitas", address)
        return self._step("identitas", "Identitas daerah", state, note, (), action=action)

    def policies(self) -> Step:
        title = "Kebijakan tahun"
        if self.policy is None:
            action = Door("Buka tahun kinerja", reverse("agreements:policy_create"))
            note = "Cara menghitung, batas waktu, dan siapa berbuat apa."
            return self._step("kebijakan", title, NOT_YET, note, (), action=action)
        edit = reverse("evaluations:policy_edit", args=(self.year, "batas-waktu"))
        missing = (
            [] if self.policy.agreement_due else [Missing("Batas penandatanganan PK belum ditetapkan", edit)]
        )
        action = Door("Periksa kebijakan", reverse("evaluations:policy", args=(self.year,)))
        note = f"Tahun {self.year} sudah dibuka; setiap kebijakan dijelaskan dengan angka sendiri."
        return self._step("kebijakan", title, self._state(False, missing), note, missing, action=action)

    def organisation(self, region: Region | None) -> Step:
        units, without = reverse("agreements:unit_list"), []
        if self.heads:
            if all(unit.kind != UnitKind.REGION for unit in self.heads):
                create = reverse("agreements:unit_create")
                without.append(
                    Missing("Unit pemerintah daerah, tempat jabatan kepala daerah, belum ada", create)
                )
            if not self.offices:
                text = "Belum ada unit yang kepalanya menandatangani PK dengan kepala daerah"
                without.append(Missing(text, units))
            without += self._named(self.heads, "has_head", "perangkat daerah belum punya jabatan pimpinan")
            held = [unit for unit in self.heads if _has(unit, "has_head")]
            without += self._named(held, "has_holder", "jabatan pimpinan belum ada pejabatnya")
            if self.offices and region and not region.bureau_id:
                without.append(Missing(NO_BUREAU_UNIT, reverse("agreements:region_settings")))
        note = f"{len(self.offices)} perangkat daerah menandatangani PK dengan kepala daerah." if self.heads else (
            "Unit kerja, jabatan, dan pejabatnya; mulai dari pemerintah daerah sendiri."
        )  # fmt: skip
        may = permissions.may_organise(self.scope)
        action = Door("Catat pemerintah daerah", reverse("agreements:unit_create"))
        if self.heads:
            action = Door("Susun organisasi", units)
        if [each.text for each in without] == [NO_BUREAU_UNIT]:
            action = Door("Pilih unit Bagian Organisasi", reverse("agreements:region_settings"))
        if not may and not self.has_bureau:
            without.append(Missing(NO_BUREAU, reverse("agreements:account_create")))
        all_headed = self.heads and all(_has(unit, "has_head") for unit in self.heads)
        return self._step(
            "organisasi", "Organisasi", self._state(not self.heads, without), note, without,
            action=action if may else None, who=BUREAU,
            import_address=_imports("people" if self.heads and not all_headed else "units"),
        )  # fmt: skip

    def _named(self, units: Iterable[Unit], has: str, text: str) -> list[Missing]:
        """The units that lack something, the first by name, each with where it is mended."""
        lacking = [unit for unit in units if not _has(unit, has)]
        if not lacking:
            return []
        doors = tuple(Door(unit.short_name, _mended_at(unit, has)) for unit in lacking[:NAMED])
        return [Missing(f"{len(lacking)} {text}", "", doors, len(lacking) - len(doors))]

    def plan(self) -> Step:
        title = "Rencana: tujuan, sasaran, indikator, target"
        if self.year is None:
            return self._blocked("rencana", title)
        objectives = reverse("agreements:objective_list", args=(self.year,))
        indicators = reverse("agreements:indicator_list", args=(self.year,))
        period = PlanningPeriod.objects.filter(first_year__lte=self.year, last_year__gte=self.year).first()
        counts = _plan_counts(self.year)
        missing = []
        if period:
            lacking = [
                (not counts["sasaran"], "Belum ada sasaran", objectives),
                (
                    counts["bare"],
                    f"{counts['bare']} sasaran belum punya indikator",
                    f"{objectives}?kurang=indikator",
                ),
                (
                    counts["untargeted"],
                    f"{counts['untargeted']} indikator belum bertarget {self.year}",
                    f"{indicators}?kurang=target",
                ),
            ]
            # An administrator reads no plan.
            reads = self.scope.may_somewhere(Capability.VIEW)
            missing = [Missing(text, address if reads else "") for lacks, text, address in lacking if lacks]
            missing += self._named(
                self.offices, "has_objective", f"perangkat daerah belum punya sasaran {self.year}"
            )
            note = f"{period}: {counts['sasaran']} sasaran, {counts['indicators']} indikator."
            action = Door("Lengkapi rencana", objectives)
        else:
            note = "Periode RPJMD atau RPD yang memuat tahun ini, lalu sasaran dan indikatornya."
            action = Door(
                "Tambah periode perencanaan", reverse("agreements:period_create", args=(self.year,))
            )
        may = permissions.may_plan(self.scope, self.year)
        return self._step(
            "rencana", title, self._state(period is None, missing), note, missing,
            action=action if may else None, who=f"{BUREAU} atau Perencana",
            import_address=_imports("plan", self.year) if period and self.heads else "",
        )  # fmt: skip

    def budgets(self) -> Step:
        if self.year is None:
            return self._blocked("anggaran", "Program dan anggaran")
        lines = Budget.objects.filter(year=self.year).count()
        missing = (
            self._named(self.offices, "has_budget", f"perangkat daerah belum punya anggaran {self.year}")
            if lines
            else []
        )
        may = permissions.may_budget(self.scope, self.year)
        address = reverse("agreements:budget_list", args=(self.year,))
        note = f"{lines} baris anggaran." if lines else "Program dengan kode nasional dan pagunya per unit."
        return self._step(
            "anggaran", "Program dan anggaran", self._state(not lines, missing), note, missing,
            action=Door("Isi anggaran", address) if may else None, who=f"{BUREAU} atau pengelola anggaran",
            import_address=_imports("budgets", self.year) if self.heads else "",
        )  # fmt: skip

    def calendar(self) -> Step:
        if self.year is None:
            return self._blocked("jadwal", "Jadwal pengukuran")
        periods = Period.objects.filter(year=self.year).count()
        note = (
            f"{periods} periode pengisian."
            if periods
            else "Kapan realisasi diisi, diverifikasi, dan dikunci."
        )
        action = Door(
            "Lihat jadwal" if periods else "Buat jadwal pengukuran",
            reverse("evaluations:calendar", args=(self.year,)),
        )
        return self._step(
            "jadwal", "Jadwal pengukuran", DONE if periods else NOT_YET, note, (), action=action
        )

    def accounts(self) -> Step:
        accounts = reverse("agreements:account_list")
        bureau, missing = self.has_bureau, []
        if not bureau:
            missing.append(Missing(NO_BUREAU, accounts))
        if self.offices:
            missing += self._named(self.heads, "has_account", "pimpinan belum punya akun")
            missing += self._named(self.offices, "has_operator", "perangkat daerah belum punya operator")
        note = "Setiap akun mendapat tautan sekali pakai untuk membuat kata sandinya."
        return self._step(
            "akun", "Akun", self._state(not bureau and not self.offices, missing), note, missing,
            action=Door("Buat akun", accounts if bureau else reverse("agreements:account_create")),
            who=ADMINISTRATOR,
        )  # fmt: skip

    def drafts(self) -> Step:
        if self.year is None or self.policy is None:
            return self._blocked("draf", "Draf PK")
        obliged = Position.objects.obliged(day_within(self.year, self.day)).order_by()
        total, without = obliged.count(), obliged.without_agreement(self.year).count()
        address = reverse("agreements:draft_all", args=(self.year,))
        missing = (
            [Missing(f"{without} dari {total} pimpinan belum punya PK {self.year}", address)]
            if without
            else []
        )
        note = f"{total - without} dari {total} pimpinan sudah punya PK." if total else "Menunggu organisasi."
        may = permissions.may_draft_for_all(self.scope, self.year)
        return self._step(
            "draf", "Draf PK", self._state(total == without, missing), note, missing,
            action=Door("Buat draf untuk semua" if without else "Lihat semua draf", address) if may and total else None, who="" if may else BUREAU,
        )  # fmt: skip


def _mended_at(unit: Unit, what: str) -> str:
    """Where it is mended: an account on the page of the official who holds the post, most on that of the unit."""
    holder = getattr(unit, "holder", None)
    if what == "has_account" and holder:
        return reverse("agreements:official_detail", args=(holder,))
    if what == "has_operator":
        return f"{reverse('agreements:account_create')}?unit={unit.pk}"
    return reverse("agreements:unit_detail", args=(unit.pk,))


def _has(unit: Unit, what: str) -> bool:
    """One of the marks the query of `_Reader._heads` gives each unit."""
    return bool(getattr(unit, what))


def _plan_counts(year: int) -> dict[str, int]:
    measured = Indicator.objects.in_use().filter(objective=OuterRef("pk"))
    objectives = Objective.objects.in_year(year).filter(kind=ObjectiveKind.OBJECTIVE)
    in_stead = Lineage(year).named_by(Indicator.objects.in_use(), "objective_id")
    objectives = objectives.annotate(measured=Exists(measured) | Q(pk__in=in_stead)).order_by()
    targets = IndicatorTarget.objects.filter(indicator=OuterRef("pk"), year=year)
    indicators = Indicator.objects.in_use().annotate(targeted=Exists(targets)).order_by()
    return objectives.aggregate(
        sasaran=Count("pk"), bare=Count("pk", filter=Q(measured=False))
    ) | indicators.aggregate(indicators=Count("pk"), untargeted=Count("pk", filter=Q(targeted=False)))


def _imports(subject: str, year: int | None = None) -> str:
    """The page of imports, where workbooks and their templates are, ready for one subject."""
    of_year = f"&tahun={year}" if year else ""
    return f"{reverse('agreements:import_list')}?isi={subject}{of_year}"
