"""Perangkat daerah and what is below them."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from typing import Any, cast

from import_export.fields import Field

from accounts.permissions import Capability
from agreements import endings
from agreements.enums import UnitKind
from agreements.forms.organisation import BEGUN, ENDS_BEFORE
from agreements.imports import spec
from agreements.imports.lookups import (
    Lookup,
    ended_on,
    fold,
    stored_units,
    unit_choices,
    unit_names,
    unit_path,
    unit_reference,
    units_of,
)
from agreements.imports.resources import Row, SheetResource, Work
from agreements.imports.spec import Column, SheetSpec, Subject
from agreements.imports.widgets import ChoiceWidget, ReferenceWidget, text_of
from agreements.models import Position, Unit
from agreements.querysets.organisation import BELOW_OFFICES
from perjanjian.numerals import format_date

SEPARATOR = ";"
KINDS = {
    "Setda": UnitKind.SECRETARIAT,
    "Setwan": UnitKind.COUNCIL_SECRETARIAT,
    "RSUD": UnitKind.HOSPITAL,
    "Bidang": UnitKind.DIVISION,
    "Sekretariat dinas": UnitKind.DIVISION,
    "Sekretariat badan": UnitKind.DIVISION,
    "Sekretariat": UnitKind.DIVISION,
    "Seksi": UnitKind.SECTION,
    "Subbagian": UnitKind.SECTION,
    "Sub bagian": UnitKind.SECTION,
    "UPTD": UnitKind.TECHNICAL,
    "UPT": UnitKind.TECHNICAL,
    "Puskesmas": UnitKind.TECHNICAL,
    "Staf Ahli": UnitKind.STAFF,
    "Asisten": UnitKind.STAFF,
    "Pemerintah kabupaten": UnitKind.REGION,
    "Pemerintah kota": UnitKind.REGION,
}
YES_NO = ("ya", "tidak")
COLUMNS = (
    Column(
        "code",
        "Kode SKPD",
        ("kode", "kode unit", "kode opd", "kode perangkat daerah", "kode unit skpd"),
        help="Kode menurut SIPD. Boleh kosong untuk unit di bawah perangkat daerah.",
        example="1.02.0.00.0.00.01.0000",
        width=26,
    ),
    Column(
        "name",
        "Nama unit",
        ("nama", "nama opd", "nama skpd", "nama perangkat daerah", "perangkat daerah", "unit kerja", "unit"),
        required=True,
        example="Dinas Kesehatan",
        width=40,
    ),
    Column(
        "short_name",
        "Nama pendek",
        ("singkatan", "nama singkat"),
        help="Dipakai di tabel dan peta. Kosong: sama dengan nama.",
        example="Dinkes",
    ),
    Column(
        "kind",
        "Jenis",
        ("jenis unit", "jenis perangkat daerah"),
        required=True,
        example="Dinas",
        choices=tuple(UnitKind.labels),
    ),
    Column(
        "parent",
        "Bagian dari",
        ("induk", "unit induk", "atasan", "di bawah", "kode induk"),
        help="Kode atau nama unit yang membawahinya. Kosong: langsung di bawah pemerintah daerah.",
        example="Pemerintah Kabupaten Arunika",
        choices=unit_choices,
        width=40,
    ),
    Column("order", "Urutan", ("no urut", "nomor urut"), help="Urutan di daftar; angka kecil lebih dahulu."),
    Column(
        "signs_with_head",
        "PK dengan kepala daerah",
        ("menandatangani pk dengan kepala daerah",),
        help="Apakah kepalanya menandatangani PK dengan kepala daerah.",
        choices=YES_NO,
    ),
    Column("on_map", "Tampil di peta capaian", ("peta capaian",), choices=YES_NO),
    Column("writes_report", "Menyusun LKjIP", ("lkjip", "menyusun lkjip sendiri"), choices=YES_NO),
    Column(
        "valid_from",
        "Berlaku sejak",
        ("mulai berlaku", "sejak"),
        help="Kosong pada unit baru: 1 Januari tahun ini.",
        example="01/01/2026",
    ),
    Column("valid_to", "Berlaku sampai", ("sampai",), help="Kosong bila masih berlaku."),
    Column(
        "predecessors",
        "Menggantikan",
        ("unit lama", "pendahulu"),
        help="Unit lama yang tugasnya dilanjutkan; beberapa dipisahkan titik koma. Impor hanya menambah.",
        width=30,
    ),
)
Succession = Unit.predecessors.through


class UnitResource(SheetResource):
    """Found by code, else by name under the same unit; units that ended are kept apart from those of today."""

    kind = Field("kind", "kind", ChoiceWidget(UnitKind, KINDS), saves_null_values=False)
    parent = Field("parent", "parent", ReferenceWidget(units_of, unit_reference))

    also_writes = (Succession,)
    key_columns = ("code", "name")

    class Meta:
        model = Unit
        exclude = ("id", "predecessors")

    def preload(self) -> None:
        units = stored_units(self.context)
        self.known = units_of(self.context)
        self.root = next((unit for unit in units.values() if unit.kind == UnitKind.REGION), None)
        self.codes = Lookup("unit", units.values(), lambda unit: (unit.code,), self.known.ended)
        self.names = Lookup("unit", units.values(), _name_and_place, self.known.ended)
        offices = [unit for unit in units.values() if unit.kind not in BELOW_OFFICES]
        self.offices = Lookup("unit", offices, lambda unit: (unit.name,), self.known.ended)
        self.pairs = {(pair.from_unit_id, pair.to_unit_id) for pair in Succession._default_manager.all()}

    def natural_key(self, row: Row) -> Hashable | None:
        code, name = text_of(row.get("code")), text_of(row.get("name"))
        if fold(code):
            return ("code", fold(code))
        return (fold(name), self._place(row)) if fold(name) else None

    def _place(self, row: Row) -> str:
        """Under what a row stands, as its name; the region where the cell is empty."""
        text = text_of(row.get("parent"))
        above = self.known.all(text) if text.strip() else [self.root] if self.root else []
        return fold(above[0].name if above and above[0] is not None else text)

    def find(self, row: Row) -> Unit | None:
        name = fold(row.get("name") or "")
        by_code = self.codes.all(text_of(row.get("code")))
        if by_code:
            return next((unit for unit in by_code if fold(unit.name) == name), by_code[0])
        same = self.names.all(f"{name} < {self._place(row)}")
        # Another unit of that name that has a code of its own is another unit.
        code = fold(text_of(row.get("code")))
        found = next((unit for unit in same if not code or not unit.code), None)
        return found or self._moved(name, code)

    def _moved(self, name: str, code: str) -> Unit | None:
        """A perangkat daerah under another unit than before: no two of today have one name, unlike their parts."""
        same = [unit for unit in self.offices.all(name) if not self.known.ended(unit)]
        return same[0] if len(same) == 1 and not (code and same[0].code) else None

    def begin(self, row: Row) -> Unit:
        unit = Unit(name=text_of(row.get("name")).strip(), code=text_of(row.get("code")).strip())
        unit.short_name = text_of(row.get("short_name")).strip()
        self.known.add(unit)
        above = text_of(row.get("parent")).strip()
        self.known.add_as(f"{unit.name} / {above}", unit)
        return unit

    def check(self, instance: Unit, row: Row) -> None:
        unit = instance
        self.doubt_figure(row, "code")
        if not unit.short_name:
            unit.short_name = unit.name[:60]
        if not unit.valid_from:
            unit.valid_from = self.context.day.replace(month=1, day=1)
        if unit.valid_to and unit.valid_to < unit.valid_from and not self.is_faulty("valid_to", "valid_from"):
            self.fault("valid_to", ENDS_BEFORE)
        if unit.kind == UnitKind.REGION:
            self._check_region(unit)
        elif unit.parent is None and not self.is_faulty("parent"):
            unit.parent = self.root
            if self.root is None:
                self.fault(
                    "parent", "Isi unit yang membawahinya; perangkat daerah di bawah pemerintah daerah."
                )
        elif unit.parent is not None and unit.parent.kind == UnitKind.SECTION:
            self.fault("parent", f"“{unit.parent}” adalah seksi atau subbagian; tidak ada unit di bawahnya.")

    def _check_region(self, unit: Unit) -> None:
        others = [each for each in (self.root, self.context.shared.get("units.region")) if each]
        if any(each is not unit for each in others):
            self.fault("kind", "Pemerintah daerah sudah ada dan hanya satu. Pilih jenis lain.")
        elif unit.parent is not None:
            self.fault("parent", "Pemerintah daerah tidak berada di bawah unit lain. Kosongkan.")
        self.context.shared.setdefault("units.region", unit)

    def companions(self, instance: Unit, row: Row) -> None:
        for text in text_of(row.get("predecessors")).split(SEPARATOR):
            if not text.strip():
                continue
            try:
                former = self.known.find(text)
            except ValueError as error:
                self.fault("predecessors", str(error))
                continue
            if former is instance:
                self.fault("predecessors", "Unit tidak dapat menggantikan dirinya sendiri.")
            elif (instance.pk, former.pk) not in self.pairs:
                self.take(Succession(from_unit=instance, to_unit=former), {"to_unit": "Menggantikan"})

    def check_all(self, works: Sequence[Work]) -> None:
        for work in works:
            if circle := circle_from(cast(Unit, work.instance)):
                way = " → ".join(unit.name for unit in circle)
                self.fault_of(
                    work,
                    "parent",
                    f"Unit ini berada di bawah dirinya sendiri: {way}. Perbaiki salah satunya.",
                )

        self._check_days([work for work in works if work.writes and not work.new])

    def _check_days(self, works: Sequence[Work]) -> None:
        """A unit is there as long as what lies in it, and does not end before its work is done."""
        touched = {
            cast(int, work.instance.pk): work
            for work in works
            if work.writes_column("valid_from", "valid_to")
        }
        if not touched:
            return
        positions: dict[int, list[Position]] = defaultdict(list)
        for position in Position.objects.filter(unit__in=touched).order_by("pk"):
            positions[position.unit_id].append(position)
        work_left = endings.work_of_units(touched)
        below: dict[int, list[Unit]] = defaultdict(list)
        for unit in (
            *stored_units(self.context).values(),
            *(cast(Unit, w.instance) for w in self.works if w.new),
        ):
            if unit.parent is not None:
                below[id(unit.parent)].append(unit)
        for number, work in touched.items():
            unit = cast(Unit, work.instance)
            self._check_beginning(work, unit, positions[number])
            if unit.valid_to:
                found = [
                    *endings.named(endings.POSITIONS, _beyond(positions[number], unit.valid_to)),
                    *endings.named(endings.UNITS, _beyond(below[id(unit)], unit.valid_to)),
                    *work_left.get(number, ()),
                ]
                if found:
                    self.fault_of(work, "valid_to", endings.refusal("Unit ini", unit.valid_to, found))

    def _check_beginning(self, work: Work, unit: Unit, positions: Sequence[Position]) -> None:
        if early := next((each for each in positions if each.valid_from < unit.valid_from), None):
            self.fault_of(work, "valid_from", BEGUN.format(early, format_date(early.valid_from)))

    def stored(self) -> Iterable[Unit]:
        units = stored_units(self.context).values()
        self.former: dict[int, list[str]] = {}
        every = stored_units(self.context)
        for above, below in sorted(self.pairs):
            self.former.setdefault(above, []).append(unit_reference(self.context, every[below]))
        return [unit for unit in units if not ended_on(unit, self.context.day)]

    def cell(self, instance: Any, name: str) -> str:
        return f"{SEPARATOR} ".join(self.former.get(instance.pk, ()))


def _name_and_place(unit: Unit) -> tuple[str, ...]:
    return (f"{unit.name} < {unit.parent.name if unit.parent else ''}",)


def _beyond(rows: Sequence[Any], last: date) -> list[Any]:
    return [row for row in rows if row.valid_to is None or row.valid_to > last]


def circle_from(unit: Unit) -> list[Unit]:
    """The way from a unit upwards back to itself; empty when it ends at the top."""
    way, at = [unit], unit.parent
    while at is not None and at is not unit:
        if any(at is each for each in way):
            return []
        way.append(at)
        at = at.parent
    return [*way, unit] if at is unit else []


UNITS = Subject(
    "units",
    "Perangkat Daerah & Unit Kerja",
    "Perangkat daerah, bidang, seksi, dan UPTD beserta induknya.",
    Capability.ORGANISE,
    (SheetSpec("units", "Unit Kerja", lambda year: COLUMNS, UnitResource),),
    shown_at=("agreements:unit_list", "Lihat organisasi"),
)
spec.register(UNITS)
__all__ = ["UNITS", "UnitResource", "unit_names", "unit_path"]
