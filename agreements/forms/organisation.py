"""Forms of units, positions, officials and who held what."""

from datetime import date

from django import forms

from agreements.enums import UnitKind
from agreements.forms.base import MasterForm
from agreements.models import Assignment, Official, Position, Unit
from perjanjian.forms import NipField

ENDS_BEFORE = "Tanggal akhir lebih awal daripada tanggal mulai. Periksa keduanya."


def refuse_early_end(form: forms.ModelForm, start: str, end: str) -> None:
    starts, ends = form.cleaned_data.get(start), form.cleaned_data.get(end)
    if starts and ends and ends < starts:
        form.add_error(end, ENDS_BEFORE)


class UnitForm(MasterForm):
    class Meta(MasterForm.Meta):
        model = Unit
        fields = (
            "parent", "kind", "name", "short_name", "code", "order",
            "signs_with_head", "on_map", "writes_report", "valid_from", "valid_to", "predecessors",
        )  # fmt: skip
        help_texts = {
            "short_name": "Dipakai di tabel dan peta, misalnya Dinkes.",
            "order": "Urutan di daftar; angka kecil lebih dahulu.",
            "valid_to": "Kosongkan bila masih berlaku. Unit yang berganti nama atau digabung diakhiri di sini.",
            "predecessors": "Unit lama yang tugasnya dilanjutkan unit ini; boleh lebih dari satu bila digabung.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A section has nothing below it.
        above = Unit.objects.exclude(kind=UnitKind.SECTION)
        self.offer("parent", above)
        self.offer("predecessors", Unit.objects.offices().exclude(pk=self.instance.pk))

    def clean(self):
        cleaned = super().clean()
        refuse_early_end(self, "valid_from", "valid_to")
        is_region = cleaned.get("kind") == UnitKind.REGION
        if is_region and Unit.objects.filter(kind=UnitKind.REGION).exclude(pk=self.instance.pk).exists():
            self.add_error("kind", "Pemerintah daerah sudah ada dan hanya satu. Pilih jenis lain.")
        if not is_region and "kind" in cleaned and not cleaned.get("parent") and "parent" not in self.errors:
            self.add_error(
                "parent", "Pilih unit yang membawahinya; perangkat daerah berada di bawah pemerintah daerah."
            )
        return cleaned


class PositionForm(MasterForm):
    class Meta(MasterForm.Meta):
        model = Position
        fields = ("title", "level", "superior", "heads_unit", "valid_from", "valid_to")
        help_texts = {
            "title": "Seperti tercetak di PK, misalnya Kepala Dinas Kesehatan.",
            "superior": "Menjadi Pihak Kedua pada PK jabatan ini.",
            "heads_unit": "Centang bila jabatan ini memimpin unitnya. Satu unit punya satu pemimpin.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        unit = self.instance.unit
        superiors = Position.objects.superiors_for(unit).exclude(pk=self.instance.pk)
        if self.instance.superior_id:
            superiors |= Position.objects.filter(pk=self.instance.superior_id)
        self.offer("superior", superiors.select_related("unit"))

    def clean(self):
        cleaned = super().clean()
        refuse_early_end(self, "valid_from", "valid_to")
        self._refuse_end_before_holders(cleaned.get("valid_to"))
        if cleaned.get("heads_unit") and not cleaned.get("valid_to"):
            head = self.instance.unit.positions.filter(heads_unit=True, valid_to__isnull=True)
            other = head.exclude(pk=self.instance.pk).first()
            if other:
                self.add_error("heads_unit", f"Unit ini sudah dipimpin {other}. Akhiri jabatan itu dahulu.")
        return cleaned

    def _refuse_end_before_holders(self, last: date | None) -> None:
        """A position ends with its holders: one who held it longer would hold what is not there."""
        if last is None or not self.instance.pk:
            return
        holder = self.instance.assignments.beyond(last).select_related("official").first()
        if holder:
            self.add_error(
                "valid_to",
                f"{holder.official} memegang jabatan ini melewati tanggal itu. "
                "Akhiri dulu masa tugasnya di riwayat jabatan.",
            )


class OfficialForm(MasterForm):
    class Meta(MasterForm.Meta):
        model = Official
        fields = ("name", "nip", "rank")
        field_classes = {"nip": NipField}
        help_texts = {
            "name": "Seperti tercetak di PK, misalnya dr. Ratna Dewi, M.Kes.",
            "nip": "Kosongkan untuk kepala daerah, wakilnya, dan pejabat lain tanpa NIP.",
            "rank": "Misalnya Pembina Utama Muda (IV/c). Kosongkan bila tanpa pangkat.",
        }
        error_messages = {
            "nip": {"unique": "NIP ini sudah dipakai pejabat lain. Cari namanya di daftar pejabat."}
        }

    def clean_nip(self) -> str | None:
        # Several without a number are not several with the same one.
        return self.cleaned_data["nip"] or None


class AssignmentForm(MasterForm):
    """Position and official are chosen before; here is how and how long."""

    class Meta(MasterForm.Meta):
        model = Assignment
        fields = ("holding", "starts", "ends", "decree")
        help_texts = {
            "holding": "Plt., Pj., dan Pjs. menandatangani PK dengan sebutan itu. Plh. tidak menjadi pihak dalam PK.",
            "ends": "Hari terakhir menjabat. Kosongkan bila masih menjabat.",
            "decree": "Misalnya 821.2/15/2026.",
        }

    def clean(self):
        cleaned = super().clean()
        refuse_early_end(self, "starts", "ends")
        return cleaned
