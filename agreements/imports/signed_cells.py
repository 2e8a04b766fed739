"""What the sheets of signed papers name: posts, their agreements of the year, programmes; and their columns."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from import_export.widgets import Widget

from agreements.enums import Status
from agreements.imports.budgets import Nomenclature
from agreements.imports.lookups import unit_choices, unit_reference, units_of
from agreements.imports.positions import (
    position_named,
    posts_at_hand,
    quietly,
    stored_positions,
)
from agreements.imports.resources import Row
from agreements.imports.spec import Column, Context
from agreements.imports.widgets import is_empty, text_of
from agreements.models import Agreement, Assignment, Position, Programme
from agreements.parties import Known
from agreements.superiors import AtHand


class PostWidget(Widget):
    """A position by title, and by the unit in the column beside it where that is written."""

    def __init__(self, beside: str, near: "PostWidget | None" = None):
        super().__init__()
        self.beside, self.near = beside, near

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> Position | None:
        if is_empty(value):
            return None
        context, row = kwargs["context"], row or {}
        beside = row.get(self.beside)
        unit = None if is_empty(beside) else units_of(context).find(text_of(beside))
        own = quietly(self.near, row.get("title"), context, row) if self.near else None
        return position_named(context, text_of(value), unit, own.unit if own else None)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return f"{value.title} / {unit_reference(kwargs['context'], value.unit)}" if value else ""


POST = PostWidget("unit")
SECOND = PostWidget("second_unit", POST)


def year_of(context: Context) -> int:
    """The year the papers are of; without one chosen, that of the day."""
    return context.year or context.day.year


def agreements_of(context: Context) -> dict[int, Agreement]:
    """The agreement of the year by the identity of its position, stored and new; one past draft comes first."""

    def read() -> dict[int, Agreement]:
        positions = stored_positions(context)
        found: dict[int, Agreement] = {}
        rows = Agreement.objects.for_year(year_of(context)).current().order_by("pk")
        for agreement in sorted(rows, key=lambda row: row.status == Status.DRAFT):
            position = agreement.position = positions[agreement.position_id]
            agreement.unit = position.unit
            if agreement.second_position_id is not None:
                agreement.second_position = positions[agreement.second_position_id]
            found.setdefault(id(position), agreement)
        return found

    return context.once("signed.agreements", read)


def why_closed(agreement: Agreement) -> str:
    """Why a workbook may not write the agreement; empty for a first draft."""
    if agreement.status != Status.DRAFT:
        status = Status(agreement.status).label
        return (
            f"{agreement} sudah berstatus “{status}”; impor tidak mengubahnya. Hapus baris ini dari berkas."
        )
    if agreement.amends_id is not None:
        return f"{agreement} adalah draf perubahan; impor tidak mengubahnya. Hapus baris ini dari berkas."
    return ""


def versions_of(context: Context) -> dict[int, int]:
    """The version of every stored agreement before this pass, by number: one further when something is written."""
    return context.once(
        "signed.versions",
        lambda: {each.pk: each.version for each in agreements_of(context).values() if not each._state.adding},
    )


def known_on(context: Context, day: date) -> Known:
    """What the rule of the second party looks at, with who held the posts on the day: one query for each day."""

    def at_hand() -> AtHand:
        by_unit: dict[int, list[Position]] = defaultdict(list)
        for position in stored_positions(context).values():
            by_unit[id(position.unit)].append(position)
        return posts_at_hand(context, by_unit)

    holders = context.once(
        f"signed.holders.{day}",
        lambda: Assignment.objects.parties_of(Position.objects.values("pk"), day),
    )
    return Known(context.once("signed.at_hand", at_hand), holders)


def programmes_of(context: Context) -> Nomenclature:
    return context.once(
        "signed.programmes",
        lambda: Nomenclature(year_of(context), Programme.objects.all()),
    )


def handed_down(rows: Iterable[tuple[int, Row]], names: tuple[str, ...]) -> Iterable[tuple[int, Row]]:
    """Rows of a table as it is printed: post and sasaran stand in the first row of a group only."""
    above: Row = {}
    for number, row in rows:
        row = dict(row)
        if is_empty(row.get("title")):
            row |= {name: above.get(name) for name in ("title", "unit")}
            for name in names:
                if is_empty(row.get(name)):
                    row[name] = above.get(name)
        above = row
        yield number, row


# --- columns ----------------------------------------------------------------------------------


def _post() -> tuple[Column, Column]:
    return (
        Column("title", "Jabatan", ("pihak pertama", "nama jabatan", "jabatan pihak pertama"), True,
               "Seperti di daftar jabatan.", "Kepala Dinas Kesehatan", (), 40),
        Column("unit", "Unit", ("opd", "skpd", "perangkat daerah", "unit kerja", "kode unit", "kode skpd"), False,
               "Kode atau nama unit; perlu bila beberapa unit punya jabatan dengan nama yang sama.", "Dinas Kesehatan",
               unit_choices, 30),
    )  # fmt: skip


def paper_columns(year: int | None = None) -> tuple[Column, ...]:
    return (
        *_post(),
        Column("year", "Tahun", ("tahun pk",), False, "Bila diisi, harus tahun yang dipilih ketika mengunggah.",
               str(year or ""), (), 10),
        Column("date", "Tanggal PK", ("tanggal dokumen", "tanggal ditandatangani", "tanggal", "tanggal tanda tangan"), True,
               "Tanggal yang tercetak di PK.", f"5 Januari {year or 2026}", (), 18),
        Column("number", "Nomor PK", ("nomor", "nomor dokumen", "no. pk"), False, "Boleh kosong.", "050/12/PK", (), 18),
        Column("second", "Pihak Kedua", ("jabatan pihak kedua", "atasan"), False,
               "Kosong: atasan menurut aturan.", "Bupati Contoh", (), 40),
        Column("second_unit", "Unit Pihak Kedua", (), False,
               "Perlu bila beberapa unit punya jabatan dengan nama yang sama.", "", unit_choices, 30),
        Column("second_reason", "Alasan Pihak Kedua lain", ("alasan pihak kedua",), False,
               "Wajib bila Pihak Kedua bukan atasan menurut aturan.", "", (), 30),
        Column("waiver", "Alasan tanpa anggaran", (), False, "Bila jabatan ini tidak mengelola anggaran.", "", (), 30),
    )  # fmt: skip


def content_columns(year: int | None = None) -> tuple[Column, ...]:
    return (
        *_post(),
        Column("objective", "Sasaran", ("sasaran strategis", "tujuan/sasaran", "kode sasaran"), True,
               "Kode atau rumusan di Tujuan & Sasaran.", "Meningkatnya derajat kesehatan masyarakat", (), 50),
        Column("indicator", "Indikator", ("indikator kinerja", "nama indikator", "iku"), True,
               "Kode atau nama di Kamus Indikator.", "Prevalensi stunting", (), 50),
        Column("measure", "Satuan", ("satuan ukuran",), False, "Kosong: seperti di Kamus Indikator.", "%", (), 14),
        Column("target", "Target", ("target kinerja", *((f"target {year}", str(year)) if year else ())), True,
               "Seperti tercetak: angka, rentang, predikat, atau tanggal.", "14", (), 14, figures=True),
    )  # fmt: skip


def money_columns(year: int | None = None) -> tuple[Column, ...]:
    return (
        *_post(),
        Column("code", "Kode", ("kode program", "kode rekening", "kode kegiatan"), False, "Boleh kosong.", "1.02.02", (), 16),
        Column("name", "Program", ("nama program", "program/kegiatan", "uraian", "kegiatan"), False,
               "Seperti di Anggaran; wajib bila kodenya kosong.",
               "Program Pemenuhan Upaya Kesehatan", (), 50),
        Column("amount", "Anggaran (Rp)", ("anggaran", "pagu", "jumlah", "pagu anggaran"), True, "Seperti tercetak.",
               "1.250.000.000", (), 22, figures=True),
        Column("fund", "Sumber dana", ("keterangan", "ket"), False, "Kosong: APBD.", "APBD", (), 16),
    )  # fmt: skip
