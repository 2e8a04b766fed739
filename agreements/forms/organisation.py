"""Forms of units, positions, officials and who held what."""

from datetime import date

from django import forms

from agreements.endings import open_in_position, open_in_unit, refusal
from agreements.enums import UnitKind
from agreements.forms.base import MasterForm
from agreements.models import Assignment, Official, Position, Unit
from agreements.superiors import by_rule
from agreements.workflow import SHORTEST_REASON
from perjanjian.forms import NipField
from perjanjian.numerals import format_date

OWN_POST = "Jabatan ini Anda pegang sendiri. Unit, tingkat, dan kepemimpinannya diubah oleh rekan lain."
BEGUN = "{} sudah berlaku sejak {}. Majukan tanggalnya."
BEGUN_HOLDING = "{} sudah memegang jabatan ini sejak {}. Majukan tanggalnya."
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
            "valid_to": "Kosongkan bila masih berlaku. Yang berganti nama atau digabung: pakai “Ganti, gabung, atau pecah” di halamannya.",
            "predecessors": "Yang lama dan tugasnya dilanjutkan di sini; boleh lebih dari satu bila digabung.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A section has nothing below it.
        above = Unit.objects.exclude(kind=UnitKind.SECTION)
        self.offer_few("parent", above, Unit.objects.to_choose())
        others = Unit.objects.exclude(pk=self.instance.pk)
        self.offer_few("predecessors", others, others.offices().exclude(valid_to=None).order_by("-valid_to"))

    def clean(self):
        cleaned = super().clean()
        refuse_early_end(self, "valid_from", "valid_to")
        first = cleaned.get("valid_from")
        early = first and self.instance.pk and self.instance.positions.filter(valid_from__lt=first).first()
        if early:
            self.add_error("valid_from", BEGUN.format(early, format_date(early.valid_from)))
        last = cleaned.get("valid_to")
        ends = last if self.instance.pk and "valid_to" in self.changed_data else None
        if ends and (found := open_in_unit(self.instance, ends)):
            self.add_error("valid_to", refusal("Unit ini", ends, found))
        is_region = cleaned.get("kind") == UnitKind.REGION
        if is_region and Unit.objects.filter(kind=UnitKind.REGION).exclude(pk=self.instance.pk).exists():
            self.add_error("kind", "Pemerintah daerah sudah ada dan hanya satu. Pilih jenis lain.")
        if not is_region and "kind" in cleaned and not cleaned.get("parent") and "parent" not in self.errors:
            self.add_error(
                "parent", "Pilih yang membawahinya; perangkat daerah berada di bawah pemerintah daerah."
            )
        return cleaned


class PositionForm(MasterForm):
    """A position; left without a superior it gets the one by rule, another one needs a reason."""

    class Meta(MasterForm.Meta):
        model = Position
        fields = ("title", "level", "heads_unit", "superior", "superior_reason", "valid_from", "valid_to")
        help_texts = {
            "title": "Seperti tercetak di PK, misalnya Kepala Dinas Kesehatan.",
            "superior": "Menjadi Pihak Kedua pada PK jabatan ini. Kosongkan untuk memakai atasan menurut aturan.",
            "heads_unit": "Centang bila jabatan ini memimpin unitnya. Satu unit punya satu pemimpin.",
        }

    def __init__(self, *args, also: int | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        unit = self.instance.unit
        others = Position.objects.exclude(pk=self.instance.pk).select_related("unit")
        above = others.superiors_for(unit).leading().filter(valid_to=None).order_by("-heads_unit", "pk")
        rule = by_rule(self.instance)
        ruled = [each.pk for each in (rule.proposed, *rule.others) if each]
        self.offer_few("superior", others, above, [*ruled, also])
        if also:
            self.initial["superior"] = also

    def clean(self):
        cleaned = super().clean()
        refuse_early_end(self, "valid_from", "valid_to")
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        early = first and self.instance.pk and self.instance.assignments.filter(starts__lt=first)
        if early and (held := early.select_related("official").order_by("starts").first()):
            self.add_error("valid_from", BEGUN_HOLDING.format(held.official, format_date(held.starts)))
        if last and self.instance.pk:
            self._refuse_end(last)
        if cleaned.get("heads_unit") and not last:
            head = self.instance.unit.positions.filter(heads_unit=True, valid_to__isnull=True)
            other = head.exclude(pk=self.instance.pk).first()
            if other:
                self.add_error("heads_unit", f"Unit ini sudah dipimpin {other}. Akhiri jabatan itu dahulu.")
        if not {"title", "level", "superior"} & set(self.errors):
            self._judge_superior(cleaned)
        return cleaned

    def _judge_superior(self, cleaned: dict) -> None:
        """The superior by rule where none is chosen; a reason where another one is."""
        typed = Position(
            pk=self.instance.pk,
            unit=self.instance.unit,
            title=cleaned["title"],
            level=cleaned["level"],
            heads_unit=cleaned.get("heads_unit", False),
        )
        rule, chosen = by_rule(typed), cleaned.get("superior")
        if chosen is None and rule.others and not rule.proposed:
            named = " atau ".join(str(each) for each in rule.others)
            self.add_error("superior", f"{rule.sentence} Pilih salah satu: {named}.")
        elif chosen is None or rule.allows(chosen):
            cleaned["superior"], cleaned["superior_reason"] = chosen or rule.proposed, ""
        elif len(cleaned.get("superior_reason", "").strip()) < SHORTEST_REASON:
            named = " atau ".join(str(each) for each in (rule.proposed, *rule.others) if each)
            by = f"Menurut aturan atasannya {named}." if named else "Menurut aturan jabatan ini tanpa atasan."
            self.add_error(
                "superior_reason",
                f"{by} Isi alasan memilih {chosen}, paling sedikit {SHORTEST_REASON} huruf.",
            )

    def _refuse_end(self, last: date) -> None:
        """A position ends with its holders and its work: one who held it longer would hold what is not there."""
        holder = self.instance.assignments.beyond(last).select_related("official").first()
        if holder:
            self.add_error(
                "valid_to",
                f"{holder.official} memegang jabatan ini melewati tanggal itu. "
                "Akhiri dulu masa tugasnya di riwayat jabatan.",
            )
        elif "valid_to" in self.changed_data and (found := open_in_position(self.instance, last)):
            self.add_error("valid_to", refusal("Jabatan ini", last, found))


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
