"""Reorganisation: a unit is replaced, merged into another or split; what it signed stays what it was.

The old unit ends the day before with its positions and their holders; its successors name it as
predecessor. Units below move on or end with it. Positions, and who holds them, are copied if wanted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.permissions import Capability
from agreements.changes import fingerprint, sentence_of
from agreements.enums import Status
from agreements.middleware import actor_of
from agreements.models import (
    ActionPlan,
    Agreement,
    Assignment,
    Budget,
    HandOver,
    Indicator,
    Membership,
    Position,
    Unit,
)
from agreements.querysets import PLANS_IN_PREPARATION
from agreements.scope import UnitTree
from agreements.tenure import DAY
from agreements.touched import Row, Touched, touched
from perjanjian.numerals import format_date
from records.history import Act, record

ACTION = "mengganti, menggabung, atau memecah unit"
CHANGED = "Susunan unit ini baru saja diubah orang lain. Periksa lagi akibatnya, lalu simpan."


@dataclass(frozen=True)
class NewUnit:
    """A successor to be made; the rest is taken from the old unit."""

    name: str
    short_name: str
    code: str = ""


@dataclass(frozen=True)
class Reform:
    """What is to happen to a unit from `day` on.

    `existing` is a successor that is there already; the first successor takes over what moves on.
    `holders`: who holds a copied position goes on in the copy.
    """

    unit: Unit
    day: date
    new: tuple[NewUnit, ...] = ()
    existing: Unit | None = None
    moves_below: bool = True
    copies: bool = True
    holders: bool = True
    reason: str = ""


class Preview:
    """What a reform would do, read before it is saved; nothing is written here."""

    def __init__(self, reform: Reform) -> None:
        self.reform = reform
        self.tree = UnitTree()
        below = self.tree.below([reform.unit.pk]) - {reform.unit.pk}
        ending = {reform.unit.pk} if reform.moves_below else {reform.unit.pk, *below}
        longer = Q(valid_to=None) | Q(valid_to__gte=reform.day)
        self.units = list(Unit.objects.filter(longer, pk__in=ending).order_by("pk"))
        self.below = list(reform.unit.children.filter(longer)) if reform.moves_below else []
        self.positions = list(
            Position.objects.filter(longer, unit__in=ending).select_related("unit").order_by("pk")
        )
        self.assignments = list(
            Assignment.objects.filter(position__in=self.positions)
            .beyond(reform.day - DAY)
            .select_related("official", "position__unit")
            .order_by("pk")
        )

    @property
    def last_day(self) -> date:
        return self.reform.day - DAY

    @cached_property
    def copied(self) -> list[Position]:
        """The positions that go on in the first successor: those of the unit itself.

        A successor that has a head already gets no second one.
        """
        if not self.reform.copies:
            return []
        own = [row for row in self.positions if row.unit_id == self.reform.unit.pk]
        return [row for row in own if not (self.head_there and row.heads_unit)]

    @cached_property
    def head_there(self) -> Position | None:
        """The post that leads the successor already; who answered to the old head answers to it."""
        other = self.reform.existing
        return other.positions.on(self.reform.day).filter(heads_unit=True).first() if other else None

    @property
    def mark(self) -> str:
        reform = self.reform
        said = {
            "wish": repr(
                (
                    reform.unit.pk,
                    reform.day,
                    reform.new,
                    reform.existing and reform.existing.pk,
                    *_ticks(reform),
                )
            ),
            "units": ",".join(f"{row.pk}:{row.valid_to}" for row in (*self.units, *self.below)),
            "positions": ",".join(f"{row.pk}:{row.valid_to}" for row in self.positions),
            "assignments": ",".join(f"{row.pk}:{row.ends}" for row in self.assignments),
        }
        return fingerprint(said)

    @cached_property
    def touched(self) -> list[Touched]:
        """What ends, moves, or needs somebody's hand afterwards."""
        found = [
            touched("Unit yang berakhir", f"Hari terakhirnya {format_date(self.last_day)}.", _rows(self.units)),
            touched("Unit yang pindah ke unit pengganti", "Tetap berlaku di bawahnya.", _rows(self.below)),
            touched("Jabatan yang berakhir", f"Hari terakhirnya {format_date(self.last_day)}.", _rows(self.positions)),
            touched("Pejabat yang masa tugasnya berakhir", self._of_holders, _rows(self.assignments)),
            *self._papers(),
            *self._plan(),
        ]  # fmt: skip
        return [part for part in found if part.count]

    @property
    def _of_holders(self) -> str:
        if self.reform.copies and self.reform.holders:
            return "Yang jabatannya disalin langsung menjabat di unit pengganti."
        return "Isi jabatan di unit pengganti lewat serah terima."

    def _papers(self) -> list[Touched]:
        units = [unit.pk for unit in self.units]
        rows = list(
            Agreement.objects.filter(unit__in=units, year__gte=self.reform.day.year)
            .current()
            .select_related("position", "amends")
        )
        under_way = [row for row in rows if row.status != Status.IN_FORCE]
        tasks = HandOver.objects.filter(position__in=self.positions).open().select_related("position")
        plans = ActionPlan.objects.filter(agreement__unit__in=units, status__in=PLANS_IN_PREPARATION)
        return [
            touched(
                "PK yang berlaku",
                "Tetap seperti saat ditandatangani, atas nama unit lama.",
                _linked(row for row in rows if row.status == Status.IN_FORCE),
            ),
            touched(
                "PK yang belum selesai",
                "Selesaikan atau batalkan; jabatan di unit pengganti menyusun PK-nya sendiri.",
                _linked(under_way),
            ),
            touched(
                "Rencana Aksi yang belum disahkan",
                "Selesaikan bersama PK unit lama.",
                _linked(plans.select_related("agreement__position")),
            ),
            touched(
                "Serah terima yang belum selesai",
                "Selesaikan dengan keterangan; PK jabatan pengganti disusun tersendiri.",
                [Row(str(row), reverse("agreements:hand_over_detail", args=(row.pk,))) for row in tasks],
            ),
        ]

    def _plan(self) -> list[Touched]:
        units, year = [unit.pk for unit in self.units], self.reform.day.year
        indicators = Indicator.objects.in_use().filter(unit__in=units)
        budgets = Budget.objects.filter(unit__in=units, year__gte=year).select_related("programme")
        roles = Membership.objects.on(self.reform.day).filter(units__in=units).select_related("account")
        above = Position.objects.filter(superior__in=self.positions).exclude(
            pk__in=[row.pk for row in self.positions]
        )
        longer = Q(valid_to=None) | Q(valid_to__gte=self.reform.day)
        return [
            touched(
                "Indikator yang diampu unit yang berakhir",
                "Tetap diukur atas nama unit lama sampai pengampunya diganti di Kamus Indikator.",
                _rows(indicators),
            ),
            touched(
                "Pagu unit yang berakhir",
                "Tetap pada unit lama sampai versi APBD berikutnya.",
                _rows(budgets),
            ),
            touched(
                "Akun yang berperan di unit yang berakhir",
                "Hanya dapat membaca unit lama; beri peran di unit pengganti lewat halaman akun.",
                _rows(roles.distinct()),
            ),
            touched(
                "Jabatan yang atasannya berakhir",
                "Yang atasannya disalin, atau digantikan pimpinan unit pengganti, ikut pindah kepadanya; "
                "yang lain perlu atasan baru.",
                _rows(above.filter(longer)),
            ),
        ]


def _ticks(reform: Reform) -> tuple[bool, ...]:
    return reform.moves_below, reform.copies, reform.holders


def _rows(rows) -> Sequence[Row]:
    return [Row(str(row)) for row in rows]


def _linked(rows) -> Sequence[Row]:
    return [Row(str(row), row.get_absolute_url()) for row in rows]


def problems(preview: Preview) -> dict[str, str]:
    """Why a reform cannot be done, by the field it is about; empty when it can."""
    reform, unit = preview.reform, preview.reform.unit
    if unit.parent_id is None:
        return {"day": "Pemerintah daerah sendiri tidak dapat diganti, digabung, atau dipecah."}
    if unit.valid_to and unit.valid_to < reform.day:
        return {"day": f"Unit ini sudah berakhir {format_date(unit.valid_to)}."}
    if not (reform.new or reform.existing):
        return {"name_1": "Isi nama unit pengganti, atau pilih unit yang sudah ada."}
    if late := [row for row in (*preview.units, *preview.positions) if row.valid_from >= reform.day]:
        return {
            "day": f"{late[0]} baru berlaku sejak {format_date(late[0].valid_from)}. Pilih hari sesudahnya."
        }
    if begun := [row for row in preview.assignments if row.starts >= reform.day]:
        return {"day": f"{begun[0]} baru mulai {format_date(begun[0].starts)}. Pilih hari sesudahnya."}
    if reform.existing:
        return _problems_of_existing(preview, reform.existing)
    return {}


def _problems_of_existing(preview: Preview, other: Unit) -> dict[str, str]:
    day = preview.reform.day
    if other.pk in preview.tree.below([preview.reform.unit.pk]):
        return {"day": f"{other} berada di bawah unit ini, jadi tidak dapat menggantikannya."}
    if other.valid_from > day:
        return {"day": f"{other} tidak berlaku pada {format_date(day)}. Pilih hari lain atau unit lain."}
    if other.valid_to:
        ends = format_date(other.valid_to)
        return {"day": f"{other} sendiri berakhir {ends}. Pilih unit yang masih berlaku sesudahnya."}
    return {}


def perform(request, reform: Reform, mark: str) -> Unit:
    """Do it: all of it with one line in the history, or nothing; returns the first successor.

    `mark` is that of the preview the person saw. ValidationError, with a sentence, when something changed
    since, when a rule forbids it, or when the database refuses.
    """
    try:
        with transaction.atomic():
            return _perform(request, reform, mark)
    except IntegrityError as error:
        raise ValidationError(sentence_of(error)) from error


def _perform(request, reform: Reform, mark: str) -> Unit:
    waiting = [reform.unit.pk, *([reform.existing.pk] if reform.existing else [])]
    list(Unit.objects.select_for_update().filter(pk__in=waiting).order_by("pk"))
    reform = replace(reform, unit=Unit.objects.get(pk=reform.unit.pk))
    ending = [row.pk for row in Preview(reform).positions]
    # Who gives one of them another holder at the same moment waits here, or was waited for and is seen below.
    list(Position.objects.select_for_update().filter(pk__in=ending).order_by("pk"))
    preview = Preview(reform)
    if preview.mark != mark:
        raise ValidationError(CHANGED)
    if found := problems(preview):
        raise ValidationError(list(found.values()))
    last, copied = preview.last_day, preview.copied
    # Holders end before their positions, positions before their units: each stands within the other.
    _end(Assignment, preview.assignments, "ends", last)
    _end(Position, preview.positions, "valid_to", last)
    _end(Unit, preview.units, "valid_to", last)
    successors = [
        *([reform.existing] if reform.existing else []),
        *(_made(reform, new) for new in reform.new),
    ]
    for successor in successors:
        successor.predecessors.add(reform.unit)
    _move(preview.below, successors[0])
    copies = _copy(preview, copied, successors[0])
    record(
        actor_of(request, request.scope.capacity(Capability.ORGANISE)),
        _act(preview, successors, len(copies)),
    )
    return successors[0]


def _end(model: type[models.Model], rows: Sequence[models.Model], column: str, last: date) -> None:
    model._default_manager.filter(pk__in=[row.pk for row in rows]).update(**{column: last})


def _made(reform: Reform, new: NewUnit) -> Unit:
    old = reform.unit
    unit = Unit(
        parent_id=old.parent_id,
        kind=old.kind,
        name=new.name,
        short_name=new.short_name,
        code=new.code,
        order=old.order,
        signs_with_head=old.signs_with_head,
        on_map=old.on_map,
        writes_report=old.writes_report,
        valid_from=reform.day,
    )
    unit.full_clean()
    unit.save()
    return unit


def _move(units: Sequence[Unit], successor: Unit) -> None:
    Unit.objects.filter(pk__in=[unit.pk for unit in units]).update(parent=successor)


def _copy(preview: Preview, originals: Sequence[Position], successor: Unit) -> dict[int, Position]:
    """The copies, by the number of the original; superiors inside point at the copies."""
    reform = preview.reform
    copies: dict[int, Position] = {}
    for old in originals:
        copy = Position(
            unit=successor,
            title=old.title.replace(reform.unit.name, successor.name),
            level=old.level,
            superior_id=old.superior_id,
            superior_reason=old.superior_reason,
            heads_unit=old.heads_unit,
            valid_from=reform.day,
            valid_to=old.valid_to,
        )
        # A longer name of the unit may make the title too long.
        copy.clean_fields()
        copy.save()
        copies[old.pk] = copy
    longer = Position.objects.filter(Q(valid_to=None) | Q(valid_to__gte=reform.day))
    for number, above in _in_their_place(preview, copies).items():
        longer.filter(superior=number).exclude(pk=above.pk).update(superior=above)
    if reform.holders:
        Assignment.objects.bulk_create(
            Assignment(
                official_id=row.official_id,
                position=copies[row.position_id],
                holding=row.holding,
                starts=reform.day,
                ends=row.ends,
                decree=row.decree,
            )
            for row in preview.assignments
            if row.position_id in copies
        )
    return copies


def _in_their_place(preview: Preview, copies: dict[int, Position]) -> dict[int, Position]:
    """Who stands above those that answered to a post that ended, by its number."""
    unit, head = preview.reform.unit.pk, preview.head_there
    led = [row.pk for row in preview.positions if row.heads_unit and row.unit_id == unit] if head else []
    return {**copies, **{number: head for number in led if head}}


def _act(preview: Preview, successors: Sequence[Unit], copies: int) -> Act:
    reform = preview.reform
    after = {
        "berakhir": preview.last_day.isoformat(),
        "digantikan": "; ".join(str(unit) for unit in successors),
        "unit yang pindah": "; ".join(str(unit) for unit in preview.below),
        "jabatan yang berakhir": len(preview.positions),
        "jabatan yang disalin": copies,
        "masa tugas yang berakhir": len(preview.assignments),
    }
    return Act(ACTION, reform.unit, reform.unit, after=after, reason=reform.reason)
