"""What the plan of a year still lacks or says twice, as lists: each line leads to the page that mends it.

Checks of objectives and of indicators are conditions the database counts, all of one table in one query.
Other rooms add checks of what they know (`register`): whether a target is below what was measured, whether
budgets add up.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.permissions import Capability, Scope
from agreements.enums import ObjectiveKind, Status, UnitKind
from agreements.lineage import Lineage
from agreements.models import AgreementIndicator, AgreementObjective, Indicator, IndicatorTarget, Objective
from agreements.readiness import OUTPUT_WORDS

# The units a check looks at; None: all.
Units = frozenset[int] | None


@dataclass(frozen=True)
class Fault:
    """One line: what is wrong, of which unit, and where it is mended."""

    text: str
    unit: str
    address: str


@dataclass(frozen=True)
class Asked:
    """Whose plan is looked at: the units an account sees in the year, or those of them it chose."""

    scope: Scope
    year: int
    day: date
    chosen: Units = None

    @property
    def units(self) -> Units:
        seen = self.scope.units(Capability.VIEW, self.year)
        if self.chosen is None or seen is None:
            return self.chosen if seen is None else seen
        return seen & self.chosen

    @property
    def objectives(self) -> QuerySet[Objective]:
        rows = Objective.objects.in_year(self.year)
        return rows if self.units is None else rows.filter(unit_id__in=self.units)

    @property
    def indicators(self) -> QuerySet[Indicator]:
        rows = Indicator.objects.in_use()
        return rows if self.units is None else rows.filter(unit_id__in=self.units)

    @cached_property
    def lineage(self) -> Lineage:
        return Lineage(self.year)


@dataclass(frozen=True)
class ObjectiveCheck:
    """`condition` holds for the objectives that need mending."""

    key: str
    label: str
    advice: str
    condition: Callable[[Asked], Q]

    def rows(self, asked: Asked) -> QuerySet[Objective]:
        rows = asked.objectives.filter(self.condition(asked)).select_related("unit")
        return rows.order_by("unit__order", "unit_id", "order", "pk")

    def fault(self, row: Objective, year: int, may_plan: bool) -> Fault:
        route, parameters = "agreements:objective_list", {"dari": row.pk}
        if may_plan and self.key == NO_INDICATOR:
            route, parameters = "agreements:indicator_create", {"unit": row.unit_id, "sasaran": row.pk}
        address = f"{reverse(route, args=(year,))}?{urlencode(parameters)}"
        return Fault(f"{row.get_kind_display()}: {row}", row.unit.name, address)


@dataclass(frozen=True)
class IndicatorCheck:
    key: str
    label: str
    advice: str
    condition: Callable[[Asked], Q]
    route: str = "agreements:indicator_edit"

    def rows(self, asked: Asked) -> QuerySet[Indicator]:
        rows = asked.indicators.annotate(lowered=Lower("name")).filter(self.condition(asked))
        rows = rows.select_related("unit")
        # The same name stands together, whoever has it.
        return rows.order_by("lowered", "pk") if self.key == TWICE else rows

    def fault(self, row: Indicator, year: int, may_plan: bool) -> Fault:
        """Who may not change the plan is led to the indicator's card."""
        route = self.route if may_plan else "agreements:indicator_detail"
        return Fault(row.name, row.unit.name, reverse(route, args=(year, row.pk)))


@dataclass(frozen=True)
class OtherCheck:
    """A check of another subject; `find` reads what it needs in a fixed number of queries."""

    key: str
    label: str
    advice: str
    find: Callable[[int, Units], Sequence[Fault]]


Check = ObjectiveCheck | IndicatorCheck | OtherCheck


@dataclass(frozen=True)
class Counted:
    """How often a check found something."""

    key: str
    label: str
    advice: str
    count: int


NO_INDICATOR = "tanpa-indikator"
TWICE = "ganda"

# --- objectives -----------------------------------------------------------------------------------


def _without_indicator(asked: Asked) -> Q:
    own = Indicator.objects.in_use().filter(objective=OuterRef("pk"))
    return ~Exists(own) & ~Q(pk__in=asked.lineage.named_by(Indicator.objects.in_use(), "objective_id"))


def _carried_by_nobody(asked: Asked) -> Q:
    """What stands above others: the region's own, and every tujuan; a unit's sasaran is carried by its own PK."""
    above = Q(unit__kind=UnitKind.REGION) | Q(kind=ObjectiveKind.GOAL)
    standing = Objective.objects.in_year(asked.year)
    others = ~Q(objective__agreement__unit=OuterRef("unit_id"))
    promised = AgreementIndicator.objects.filter(
        others, indicator__objective=OuterRef("pk"), objective__agreement__year=asked.year
    ).exclude(objective__agreement__status=Status.CANCELLED)
    worded = AgreementObjective.objects.filter(
        ~Q(agreement__unit=OuterRef("unit_id")), objective=OuterRef("pk"), agreement__year=asked.year
    ).exclude(agreement__status=Status.CANCELLED)
    carried = Exists(standing.filter(parent=OuterRef("pk"))) | Exists(promised) | Exists(worded)
    return above & ~carried & ~Q(pk__in=_carried_in_stead(asked, standing))


def _carried_in_stead(asked: Asked, standing: QuerySet[Objective]) -> set[int]:
    """What is carried by rows that still name the objective it succeeds."""
    lineage = asked.lineage
    if not lineage.members:
        return set()
    promised = AgreementObjective.objects.filter(agreement__year=asked.year).exclude(
        Q(agreement__status=Status.CANCELLED) | Q(agreement__unit=F("objective__unit"))
    )
    return lineage.named_by(standing, "parent_id") | lineage.named_by(promised, "objective_id")


OBJECTIVE_CHECKS = (
    ObjectiveCheck(
        NO_INDICATOR,
        "Tujuan atau sasaran tanpa indikator",
        "Tambahkan indikator di Kamus Indikator dan pilih sasarannya.",
        _without_indicator,
    ),
    ObjectiveCheck(
        "tidak-didukung",
        "Tujuan atau sasaran yang tidak didukung siapa pun",
        "Belum ada tujuan atau sasaran di bawahnya, dan belum ada PK perangkat daerah yang memuatnya.",
        _carried_by_nobody,
    ),
)


# --- indicators -----------------------------------------------------------------------------------


def _twice(asked: Asked) -> Q:
    """The same name in two units, or twice in one; compared without capitals."""
    names = Indicator.objects.in_use().order_by().annotate(word=Lower("name")).values("word")
    return Q(lowered__in=names.annotate(number=Count("pk")).filter(number__gt=1).values("word"))


def _objective_ended(asked: Asked) -> Q:
    """Its objective does not stand in the year, and nothing has taken its place."""
    lineage = asked.lineage
    moved = [pk for pk in lineage.members if lineage.standing(pk) != pk]
    return Q(objective__in=Objective.objects.ended(asked.year)) & ~Q(objective__in=moved)


def _output_word(asked: Asked) -> Q:
    """An official of echelon II promises outcomes: units whose head signs with the regional head, and the region."""
    words = reduce(or_, (Q(lowered__startswith=word) for word in OUTPUT_WORDS))
    leading = Q(unit__signs_with_head=True) | Q(unit__kind=UnitKind.REGION)
    own = (
        Q(objective=None)
        | Q(objective__unit__signs_with_head=True)
        | Q(objective__unit__kind=UnitKind.REGION)
    )
    return words & leading & own


INDICATOR_CHECKS = (
    IndicatorCheck(
        "tanpa-satuan", "Indikator tanpa satuan", "Isi satuannya.", lambda asked: Q(unit_of_measure="")
    ),
    IndicatorCheck(
        "tanpa-sumber",
        "Indikator tanpa sumber data",
        "Isi dokumen, survei, atau aplikasi asal angkanya.",
        lambda asked: Q(source=""),
    ),
    IndicatorCheck(
        "tanpa-penanggung-jawab",
        "Indikator tanpa penanggung jawab",
        "Pilih jabatan yang masih ada.",
        lambda asked: Q(person_in_charge=None) | Q(person_in_charge__valid_to__lt=asked.day),
    ),
    IndicatorCheck(
        "pd-berakhir",
        "Indikator yang PD pengampunya sudah berakhir",
        "Pilih perangkat daerah yang menggantikannya.",
        lambda asked: Q(unit__valid_to__lt=asked.day),
    ),
    IndicatorCheck(
        "tanpa-target",
        "Indikator tanpa target tahun ini",
        "Isi target rencananya.",
        lambda asked: Q(~Exists(IndicatorTarget.objects.filter(indicator=OuterRef("pk"), year=asked.year))),
        "agreements:indicator_targets",
    ),
    IndicatorCheck(
        "sasaran-berakhir",
        "Indikator yang sasarannya tidak berlaku lagi",
        "Pilih sasaran yang berlaku tahun ini, atau tandai tidak dipakai lagi.",
        _objective_ended,
    ),
    IndicatorCheck(
        TWICE,
        "Indikator dengan nama yang sama",
        "Satu fakta diukur sekali oleh satu PD pengampu; yang lain memperjanjikan indikator itu juga.",
        _twice,
        "agreements:indicator_detail",
    ),
    IndicatorCheck(
        "kata-keluaran",
        "Indikator eselon II yang terbaca sebagai keluaran",
        "Pejabat eselon II menjanjikan hasil; pakai indikator yang mengukur dampak kegiatannya.",
        _output_word,
    ),
)

# Checks of other subjects and rooms, added with `register` when the application starts.
OTHER_CHECKS: list[OtherCheck] = []


def register(check: OtherCheck) -> None:
    """Let a check stand on the page, after those of the plan itself."""
    OTHER_CHECKS.append(check)


@dataclass(frozen=True)
class Rows:
    """Rows whose number is known already, for pages of them."""

    rows: QuerySet
    number: int

    def count(self) -> int:
        return self.number

    def __len__(self) -> int:
        return self.number

    def __getitem__(self, wanted: slice) -> QuerySet:
        return self.rows[wanted]


# --- asking -------------------------------------------------------------------------------------


def completeness(asked: Asked) -> list[Counted]:
    """The checks of objectives and indicators with their counts, in a query a table and three for revisions."""
    objectives = asked.objectives.aggregate(
        **{_name(check.key): Count("pk", filter=check.condition(asked)) for check in OBJECTIVE_CHECKS}
    )
    indicators = asked.indicators.annotate(lowered=Lower("name")).aggregate(
        **{_name(check.key): Count("pk", filter=check.condition(asked)) for check in INDICATOR_CHECKS}
    )
    found = objectives | indicators
    return [
        Counted(check.key, check.label, check.advice, found[_name(check.key)])
        for check in (*OBJECTIVE_CHECKS, *INDICATOR_CHECKS)
    ]


def everything(asked: Asked, may_plan: bool) -> list[tuple[Check, Fault]]:
    """Every line of every kind that is counted, each with its check, in a query a table.

    Args:
        may_plan: whether the account may mend it.
    """
    year = asked.year
    objectives = list(_flagged(asked.objectives, OBJECTIVE_CHECKS, asked).select_related("unit"))
    lowered = asked.indicators.annotate(lowered=Lower("name"))
    indicators = list(_flagged(lowered, INDICATOR_CHECKS, asked).select_related("unit"))
    lines: list[tuple[Check, Fault]] = []
    for of_objectives in OBJECTIVE_CHECKS:
        found = (row for row in objectives if getattr(row, _name(of_objectives.key)))
        lines += [(of_objectives, of_objectives.fault(row, year, may_plan)) for row in found]
    for of_indicators in INDICATOR_CHECKS:
        measured = [row for row in indicators if getattr(row, _name(of_indicators.key))]
        if of_indicators.key == TWICE:
            measured.sort(key=lambda row: (row.lowered, row.pk))
        lines += [(of_indicators, of_indicators.fault(row, year, may_plan)) for row in measured]
    return lines


def _flagged(rows: QuerySet, checks: Sequence[Any], asked: Asked) -> QuerySet:
    """The rows that a check finds, each with what every check says of it."""
    conditions = {_name(check.key): check.condition(asked) for check in checks}
    return rows.annotate(**conditions).filter(reduce(or_, (Q(**{name: True}) for name in conditions)))


def _name(key: str) -> str:
    return key.replace("-", "_")


def of_the_plan(key: str) -> ObjectiveCheck | IndicatorCheck | None:
    checks: Iterable[ObjectiveCheck | IndicatorCheck] = (*OBJECTIVE_CHECKS, *INDICATOR_CHECKS)
    return next((check for check in checks if check.key == key), None)
