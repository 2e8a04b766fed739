"""The sheet “PK” of signed papers: one row for each, and what its sheets share."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import ClassVar

from django.db.models import Model
from import_export.fields import Field

from agreements.enums import Form
from agreements.imports.lookups import short
from agreements.imports.positions import quietly
from agreements.imports.resources import Row, Said, SheetResource, Work
from agreements.imports.signed_cells import (
    POST,
    SECOND,
    agreements_of,
    handed_down,
    known_on,
    versions_of,
    why_closed,
    year_of,
)
from agreements.imports.widgets import (
    DateWidget,
    TextWidget,
    WholeNumberWidget,
    text_of,
)
from agreements.models import (
    Agreement,
    Position,
    YearPolicy,
)
from agreements.parties import (
    form_for,
    next_superior,
    parties_among,
    proposed_superior,
    reason_by_rule,
)
from agreements.signing import date_problem

NO_PAPER = "PK jabatan ini tidak ada di lembar PK dan belum ada drafnya. Tambahkan barisnya di lembar PK."
MOST_NAMED = 3


class PaperSheet(SheetResource):
    """What the three sheets share: whose agreement a row is about."""

    # What stands in the first row of a group only, besides the post.
    grouped: tuple[str, ...] = ()
    key_columns: ClassVar[tuple[str, ...]] = ("title", "unit")

    def preload(self) -> None:
        agreements_of(self.context)
        versions_of(self.context)
        self.policy = self.context.once(
            "signed.policy", lambda: YearPolicy.objects.filter(year=year_of(self.context)).first()
        )

    def prepared(self, rows: Iterable[tuple[int, Row]]) -> Iterable[tuple[int, Row]]:
        return handed_down(rows, self.grouped) if self.grouped else rows

    def position(self, row: Row) -> Position | None:
        return quietly(POST, row.get("title"), self.context, row)

    def agreement(self, row: Row) -> Agreement | None:
        position = self.position(row)
        return agreements_of(self.context).get(id(position)) if position else None

    def drafted(self, row: Row) -> Agreement | None:
        """The draft the row is about; None with the fault said where there is none."""
        position = self.read(row, "title", POST)
        if position is None:
            return None
        agreement = agreements_of(self.context).get(id(position))
        if agreement is None:
            self.fault("title", NO_PAPER)
        elif closed := why_closed(agreement):
            self.fault("title", closed)
        else:
            return agreement
        return None

    def touch(self, agreement: Agreement) -> None:
        """A draft whose content this row changes is another version: nobody's open page writes over it."""
        is_changed = any(write.changed for write in self._at.writes)
        if not agreement._state.adding and is_changed and not self._at.faults:
            if all(write.instance is not agreement for write in self._at.writes):
                self.take(agreement)
            agreement.version = versions_of(self.context)[agreement.pk] + 1


# --- the paper --------------------------------------------------------------------------------


class PaperResource(PaperSheet):
    """One row for each paper, found by its post."""

    number = Field("paper_number", "number", widget=TextWidget())
    second = Field("second_position", "second", widget=SECOND, saves_null_values=False)
    second_reason = Field(
        "second_reason", "second_reason", widget=TextWidget(keeps=True), saves_null_values=False
    )
    waiver = Field("budget_waiver", "waiver", widget=TextWidget(keeps=True), saves_null_values=False)
    date = Field("paper_date", "date", widget=DateWidget(), saves_null_values=False)

    class Meta(SheetResource.Meta):
        model = Agreement
        fields = ("date", "number", "second", "second_reason", "waiver")

    def label(self, row: Row) -> str:
        return f"PK {text_of(row.get('title'))} {self.context.year}"

    def natural_key(self, row: Row) -> Hashable | None:
        position = self.position(row)
        return id(position) if position else None

    def find(self, row: Row) -> Model | None:
        agreement = self.agreement(row)
        return agreement if agreement is not None and not agreement._state.adding else None

    def begin(self, row: Row) -> Agreement:
        agreement, position = Agreement(year=self.context.year or 0), self.position(row)
        if position is not None:
            agreement.position, agreement.unit = position, position.unit
            agreement.form = form_for(position)
            agreements_of(self.context)[id(position)] = agreement
        return agreement

    def check(self, instance: Agreement, row: Row) -> None:
        self.read(row, "title", POST)
        if self.policy is None:
            self.fault("", f"Kebijakan tahun {self.context.year} belum ada. Buat dahulu di Kebijakan.")
        if not instance.position_id:
            return
        if not instance._state.adding and (closed := why_closed(instance)):
            self.fault("title", closed)
            return
        self._check_year(row)
        self._check_date(instance)
        if not self.is_faulty("second", "second_unit", "date"):
            self._choose_second(instance)
        self.touch(instance)

    def _check_year(self, row: Row) -> None:
        year = self.read(row, "year", WholeNumberWidget(1945, 2100))
        if year is not None and year != self.context.year:
            self.fault(
                "year",
                f"Berkas ini diunggah untuk tahun {self.context.year}. Unggah PK tahun {year} tersendiri.",
            )

    def _check_date(self, agreement: Agreement) -> None:
        day = agreement.paper_date
        if day is None or self.is_faulty("date"):
            return
        if problem := date_problem(day, agreement.year):
            self.fault("date", problem)
        elif day > self.context.day:
            self.fault("date", "Tanggal itu belum tiba. Yang diimpor di sini PK yang sudah ditandatangani.")

    def _choose_second(self, agreement: Agreement) -> None:
        """The second party as printed, else by rule; another one with its reason, as on the page."""
        position, day = agreement.position, agreement.paper_date or self.context.day
        if agreement.form == Form.SINGLE_PARTY:
            if agreement.second_position is not None:
                self.fault("second", "Kepala daerah menandatangani sendiri. Kosongkan Pihak Kedua.")
            return
        known = known_on(self.context, day)
        if agreement.second_position is None:
            agreement.second_position = next_superior(position, day, known)
        second = agreement.second_position
        if second is None:
            self.fault("second", "Menurut aturan belum ada Pihak Kedua yang dapat diusulkan. Isi kolom ini.")
            return
        if second is position:
            self.fault("second", "Pihak Kedua sama dengan Pihak Pertama. Isi atasannya.")
            return
        proposed = proposed_superior(position, known)
        if not agreement.second_reason.strip():
            agreement.second_reason = reason_by_rule(position, second, day, known)
        if proposed is not None and proposed.pk != second.pk and not agreement.second_reason.strip():
            self.fault(
                "second_reason",
                f"Menurut aturan Pihak Kedua adalah {proposed}, bukan {second}. Isi alasannya.",
            )
        elif problem := parties_among(agreement, known.holders).problem:
            self.remark("date", problem)

    def check_together(self, works: Sequence[Work]) -> None:
        """Say what a draft holds that the file does not: an import takes nothing away."""
        named = self.context.once("signed.named", lambda: defaultdict(set))
        for work in works:
            agreement = work.instance
            if work.faults or agreement._state.adding or id(agreement) not in named:
                continue
            promises = self.context.once("signed.promises", dict)
            left = [
                row.name
                for row in promises.values()
                if row.objective.agreement is agreement and id(row) not in named[id(agreement)]
            ]
            if left:
                some = ", ".join(f"“{short(name)}”" for name in left[:MOST_NAMED])
                work.remarks.append(
                    Said(
                        "",
                        f"Draf ini juga memuat {len(left)} indikator lain ({some}). Hapus bila tidak ada di kertas.",
                    )
                )
