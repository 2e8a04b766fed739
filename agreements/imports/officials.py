"""The sheet “Pejabat”: officials and the positions they hold. A row is one stretch of time in one position."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from typing import Any, cast

from django.core.exceptions import ValidationError
from import_export.fields import Field
from import_export.widgets import Widget

from agreements.enums import Holding, Level
from agreements.forms.organisation import ENDS_BEFORE
from agreements.imports import words
from agreements.imports.lookups import ended_on, fold, short, unit_choices, unit_reference
from agreements.imports.positions import (
    DAY,
    UNIT,
    assignments_of,
    clashes,
    overlap,
    position_named,
    positions_of,
    quietly,
    span,
    stored_officials,
)
from agreements.imports.resources import Row, SheetResource, Work
from agreements.imports.spec import Column, Context
from agreements.imports.widgets import ChoiceWidget, is_empty, text_of
from agreements.models import Assignment, Official, Position
from agreements.models.organisation import LEADING
from perjanjian.forms import NipField
from perjanjian.numerals import format_date, format_nip

# Who has no number as civil servants have.
WITHOUT_NIP = (Level.REGIONAL_HEAD, Level.DEPUTY_HEAD)
_PREFIX = re.compile(r"(?P<holding>plt|plh|pjs?)\b\.? *(?P<title>.+)", re.IGNORECASE)
# What a term says; an official's own name and rank are nobody's appointment.
OF_A_TERM = ("official", "position", "holding", "starts", "ends", "decree")
OWN_TERM = "Riwayat jabatan Anda sendiri dicatat oleh rekan lain."
HOLDING = ChoiceWidget(Holding, words.HOLDINGS)


class NipWidget(Widget):
    """A NIP with or without spaces; as text, since a sheet keeps only 15 digits of a number."""

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> str | None:
        if is_empty(value):
            return None
        if not isinstance(value, str):
            raise ValueError(
                f"NIP “{text_of(value)}” tersimpan sebagai angka, sehingga angka terakhirnya hilang. "
                "Ubah format kolomnya menjadi teks, lalu ketik ulang."
            )
        try:
            return NipField(required=False).clean(value.strip().lstrip("'’`")) or None
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return format_nip(value) if value else ""


NIP = NipWidget()


class PositionWidget(Widget):
    """A position by its title and the unit beside it; “Plt. ” before the title is passed over."""

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> Position | None:
        if is_empty(value):
            return None
        context = kwargs["context"]
        beside = (row or {}).get("unit")
        unit = None if is_empty(beside) else quietly(UNIT, beside, context)
        title, _ = split_title(text_of(value), context)
        return position_named(context, title, unit)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else value.title


POSITION = PositionWidget()


def split_title(text: str, context: Context) -> tuple[str, str | None]:
    """A title as printed into the title itself and what stands before it (“Plt.”)."""
    match = _PREFIX.fullmatch(" ".join(text.split()))
    if match is None or positions_of(context).all(text):
        return text, None
    return match["title"], words.HOLDINGS[match["holding"].lower()]


def official_columns(year: int | None = None) -> tuple[Column, ...]:
    return (
        Column("name", "Nama", ("nama pejabat", "nama lengkap", "nama lengkap dengan gelar"), True,
               "Lengkap dengan gelar, seperti tercetak di PK.", "dr. Ratna Dewi, M.Kes.", (), 34),
        Column("nip", "NIP", ("nomor induk pegawai", "ni pppk"), False,
               "18 angka, boleh berspasi. Kosong untuk kepala daerah dan wakilnya.", "19800101 200501 1 001", (), 24),
        Column("rank", "Pangkat/golongan", ("pangkat", "golongan", "pangkat golongan", "pangkat/gol"), False,
               "", "Pembina Utama Muda (IV/c)", (), 26),
        Column("position", "Jabatan", ("nama jabatan",), True,
               "Seperti di lembar Jabatan.", "Kepala Dinas Kesehatan", (), 44),
        Column("unit", "Unit", ("perangkat daerah", "opd", "skpd", "unit kerja", "kode unit", "kode skpd"), False,
               "Perlu bila beberapa unit punya jabatan dengan nama yang sama.", "Dinas Kesehatan", unit_choices, 34),
        Column("holding", "Sebagai", ("status", "status jabatan", "kedudukan"), False,
               "Kosong: Definitif.", Holding.DEFINITIVE.label, tuple(Holding.labels), 12),
        Column("starts", "Mulai", ("tmt", "mulai menjabat", "tmt jabatan", "sejak", "dari"), True,
               "Hari pertama menjabat.", "4 Januari 2026", (), 16),
        Column("ends", "Sampai dengan", ("berakhir", "sampai", "selesai"), False,
               "Hari terakhir; kosong bila masih menjabat.", "", (), 16),
        Column("decree", "Nomor keputusan", ("sk", "nomor sk", "keputusan"), False, "", "821.2/15/2026", (), 22),
    )  # fmt: skip


def held(row: Assignment) -> tuple[date, date]:
    return span(row, "starts", "ends")


class AssignmentResource(SheetResource):
    """Who held what: an official is found by NIP, else by the exact name, the row by position and time."""

    also_writes = (Official,)
    key_columns = ("name", "position")

    position = Field("position", "position", widget=POSITION)
    holding = Field("holding", "holding", widget=HOLDING, saves_null_values=False)
    starts = Field("starts", "starts", widget=DAY, saves_null_values=False)

    class Meta(SheetResource.Meta):
        model = Assignment
        fields = ("position", "holding", "starts", "ends", "decree")

    def preload(self) -> None:
        officials = stored_officials(self.context).values()
        self.by_nip = {each.nip: each for each in officials if each.nip}
        self.by_name: dict[str, list[Official]] = defaultdict(list)
        for official in officials:
            self.by_name[fold(official.name)].append(official)
        self.by_position = assignments_of(self.context)
        # What the first row of the sheet says of an official: the others must say the same.
        self.told: dict[int, tuple[int, str, str]] = {}

    def label(self, row: Row) -> str:
        return ", ".join(text_of(row.get(name)) for name in self.key_columns if not is_empty(row.get(name)))

    # --- which official, which row ------------------------------------------------------------

    def _official(self, row: Row) -> Official | None:
        """The official of these cells, stored or new in this sheet; None when the cells do not tell."""
        nip, name = quietly(NIP, row.get("nip"), self.context), fold(text_of(row.get("name")))
        if nip:
            if nip in self.by_nip:
                return self.by_nip[nip]
            # Somebody noted without a number gets it; another with that name has a number of his own.
            return next((each for each in self.by_name.get(name, ()) if not each.nip), None)
        same = self.by_name.get(name, [])
        return same[0] if len(same) == 1 else None

    def _cells(self, row: Row) -> tuple[Position | None, str | None, date | None, date | None]:
        """Position, holding, first and last day, each None where it is not told."""
        position = quietly(POSITION, row.get("position"), self.context, row)
        starts, ends = (quietly(DAY, row.get(name), self.context) for name in ("starts", "ends"))
        _, before = split_title(text_of(row.get("position")), self.context)
        return position, quietly(HOLDING, row.get("holding"), self.context) or before, starts, ends

    def natural_key(self, row: Row) -> Hashable | None:
        position, holding, starts, _ = self._cells(row)
        nip, name = quietly(NIP, row.get("nip"), self.context), fold(text_of(row.get("name")))
        if position is None or starts is None or not (nip or name):
            return None
        return nip or name, id(position), holding or Holding.DEFINITIVE.value, starts

    def find(self, row: Row) -> Assignment | None:
        official = self._official(row)
        position, holding, starts, ends = self._cells(row)
        if official is None or position is None:
            return None
        same = [
            each
            for each in self.by_position[id(position)]
            if each.official is official and each.pk and holding in (None, each.holding)
        ]
        exact = [each for each in same if each.starts == starts]
        meant = exact or [each for each in same if starts and overlap(held(each), (starts, ends or date.max))]
        return meant[0] if meant else None

    def begin(self, row: Row) -> Assignment:
        official = self._official(row) or self._new_official(row)
        position, holding, starts, ends = self._cells(row)
        found = Assignment(official=official, holding=holding or Holding.DEFINITIVE, ends=ends)
        if starts is not None:
            found.starts = starts
        if position is not None:
            found.position = position
            self.by_position[id(position)].append(found)
        return found

    def _new_official(self, row: Row) -> Official:
        name = " ".join(text_of(row.get("name")).split())
        official = Official(name=name, nip=quietly(NIP, row.get("nip"), self.context))
        if official.nip:
            self.by_nip[official.nip] = official
        same = self.by_name[fold(name)]
        # Two of one name, and no number to tell them apart: the row says so when it is examined.
        if official.nip or not same:
            same.append(official)
        return official

    # --- one row ------------------------------------------------------------------------------

    def check(self, instance: Assignment, row: Row) -> None:
        self.read(row, "unit", UNIT)
        self._check_holding(instance, row)
        position = instance.position if _has(instance, "position") else None
        # A new position without a start was refused; that is said of its own row.
        if position is None or not _begins(position) or self.is_faulty("starts", "ends"):
            return
        if instance.ends and instance.ends < instance.starts:
            self.fault("ends", ENDS_BEFORE)
            return
        if instance.starts < position.valid_from:
            since = format_date(position.valid_from)
            self.fault("starts", f"{position} baru berlaku sejak {since}. Isi tanggal itu atau sesudahnya.")
        if position.valid_to and held(instance)[1] > position.valid_to:
            last = format_date(position.valid_to)
            self.fault("ends", f"{position} berakhir pada {last}. Isi tanggal itu atau sebelumnya.")

    def _check_holding(self, instance: Assignment, row: Row) -> None:
        if not is_empty(row.get("holding")):
            return
        if self._at.new:
            self.remark("holding", f"Kosong: dicatat sebagai {Holding(instance.holding).label}")

    def companions(self, instance: Assignment, row: Row) -> None:
        official = self.take(instance.official, {"name": "Nama", "nip": "NIP", "rank": "Pangkat/golongan"})
        nip = self.read(row, "nip", NIP)
        name = " ".join(text_of(row.get("name")).split())
        rank = " ".join(text_of(row.get("rank")).split())
        self._check_name(official, name, nip)
        if not self._agrees(official, name, rank):
            return
        official.name = name or official.name
        official.nip = nip or official.nip
        official.rank = rank or official.rank
        self._check_lengths(official)
        needs_nip = _has(instance, "position") and instance.position.level not in WITHOUT_NIP
        if needs_nip and not official.nip and not self.is_faulty("nip", "name"):
            self.remark("nip", "NIP kosong. Isi bila pejabat ini punya NIP.")

    def _check_lengths(self, official: Official) -> None:
        try:
            official.clean_fields(exclude=["nip", "account", *(each.column for each in self._at.faults)])
        except ValidationError as error:
            for column, sentences in error.message_dict.items():
                for sentence in sentences:
                    self.fault(column, sentence)

    def _check_name(self, official: Official, name: str, nip: str | None) -> None:
        same = self.by_name.get(fold(name), [])
        if not nip and len(same) > 1:
            self.fault("name", f"Ada {len(same)} pejabat bernama “{short(name)}”. Isi NIP-nya.")
        others = [each for each in same if each is not official and each.nip and nip]
        if others and official._state.adding:
            self.remark(
                "name",
                f"Nama yang sama sudah dipakai pejabat ber-NIP {format_nip(others[0].nip or '')}. Periksa NIP-nya.",
            )

    def _agrees(self, official: Official, name: str, rank: str) -> bool:
        """Whether this row says of the official what an earlier row of the sheet says."""
        number, first_name, first_rank = self.told.setdefault(id(official), (self._at.number, name, rank))
        if fold(name) != fold(first_name):
            self.fault(
                "nip",
                f"NIP ini di baris {number} milik “{short(first_name)}”. Satu NIP satu orang: perbaiki salah satunya.",
            )
            return False
        if rank and first_rank and fold(rank) != fold(first_rank):
            self.fault(
                "rank", f"Pangkatnya di baris {number} tertulis “{short(first_rank)}”. Samakan keduanya."
            )
            return False
        return True

    # --- rules over all rows ------------------------------------------------------------------

    def check_all(self, works: Sequence[Work]) -> None:
        alive = {id(work.instance): work for work in works if not work.faults}
        numbers = {id(work.instance): work.number for work in works}
        for rows in self.by_position.values():
            definitive = [each for each in rows if each.holding == Holding.DEFINITIVE and each.starts]
            for row, other in clashes(definitive, alive, held):
                self.fault_of(alive[id(row)], "starts", _two_at_once(row, other, numbers))
        self._one_leading_post(alive)
        self._refuse_own(works)

    def _one_leading_post(self, alive: dict[int, Work]) -> None:
        """Nobody leads by two definitive appointments at once: see `Assignment.clean`."""
        by_official: dict[int, list[Assignment]] = defaultdict(list)
        for row in (each for rows in self.by_position.values() for each in rows):
            if row.holding == Holding.DEFINITIVE and row.starts and row.position.level in LEADING:
                by_official[id(row.official)].append(row)
        for rows in by_official.values():
            for row, other in clashes(rows, alive, held):
                if row.position is not other.position:
                    sentence = (
                        f"{row.official} memegang {other.position} secara definitif pada masa itu. "
                        "Akhiri dulu masa tugasnya di sana, atau catat yang ini sebagai Plt."
                    )
                    self.fault_of(alive[id(row)], "position", sentence)

    def _refuse_own(self, works: Sequence[Work]) -> None:
        """Nobody appoints themselves: see `permissions.may_assign`."""
        me = self.context.scope.account_id
        for work in works:
            official = cast(Assignment, work.instance).official
            if me is not None and official.account_id == me and work.writes_column(*OF_A_TERM):
                self.fault_of(work, "name", f"{OWN_TERM} Hapus baris ini.")

    # --- exporting ----------------------------------------------------------------------------

    def stored(self) -> Iterable[Assignment]:
        rows = [row for several in self.by_position.values() for row in several]
        return [row for row in rows if not ended_on(row.position, self.context.day)]

    def cell(self, instance: Assignment, name: str) -> Any:
        if name == "unit":
            return unit_reference(self.context, instance.position.unit)
        if name == "nip":
            return format_nip(instance.official.nip or "")
        return getattr(instance.official, name)


def _has(instance: Assignment, name: str) -> bool:
    return instance._state.fields_cache.get(name) is not None


def _begins(position: Position) -> bool:
    return cast("date | None", position.valid_from) is not None


def _two_at_once(row: Assignment, other: Assignment, numbers: dict[int, int]) -> str:
    until = f" sampai {format_date(other.ends)}" if other.ends else ""
    where = f" (baris {numbers[id(other)]})" if id(other) in numbers else ""
    return (
        f"{row.position} dipegang {other.official}{where} sejak {format_date(other.starts)}{until}. Isi kolom "
        "“Sampai dengan” pejabat itu sehari sebelumnya, pakai Serah terima jabatan, atau catat yang ini sebagai Plt."
    )
