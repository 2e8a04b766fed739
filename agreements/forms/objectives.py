"""Forms of planning periods, their revisions, and the tujuan and sasaran in them."""

from typing import Any

from django import forms
from django.db import IntegrityError
from django.db.models import Q

from agreements.forms.base import MasterForm
from agreements.models import Objective, PlanningPeriod, PlanRevision


class PeriodForm(MasterForm):
    class Meta(MasterForm.Meta):
        model = PlanningPeriod
        fields = ("name", "first_year", "last_year", "regulation")
        help_texts = {
            "name": "Misalnya RPJMD 2025–2029 atau RPD 2024–2026.",
            "first_year": "Tahun pertama yang targetnya ditetapkan.",
            "last_year": "Target tahun ini adalah target akhir periode.",
            "regulation": "Peraturan yang menetapkannya, misalnya Perda Nomor 3 Tahun 2025.",
        }

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and last < first:
            self.add_error("last_year", "Tahun terakhir lebih awal daripada tahun pertama.")
        elif first and last and self.instance.pk:
            self._keep_revisions_inside(first, last)
        return cleaned

    def _keep_revisions_inside(self, first: int, last: int) -> None:
        outside = self.instance.revisions.exclude(first_year__gt=first, first_year__lte=last).first()
        if outside:
            name = "last_year" if outside.first_year > last else "first_year"
            self.add_error(
                name,
                f"{outside} berlaku mulai {outside.first_year}, di luar tahun-tahun ini. Ubah perubahan itu dahulu.",
            )


class RevisionForm(MasterForm):
    """A revision of the period the instance names. Once it has changed something, its year stays."""

    class Meta(MasterForm.Meta):
        model = PlanRevision
        fields = ("number", "regulation", "decided_on", "first_year", "reason")
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "number": "1 untuk perubahan pertama periode ini, dan seterusnya.",
            "regulation": "Misalnya Perda Nomor 5 Tahun 2027.",
            "decided_on": "Tanggal peraturan itu ditetapkan.",
            "first_year": "Tahun pertama yang tujuan, sasaran, atau targetnya berubah. Tahun sebelumnya tetap.",
            "reason": "Mengapa rencana diubah; ikut tertulis di riwayat.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = self.instance
        self.fields["reason"].required = True
        if row.pk and _has_changed_something(row):
            self.fields["first_year"].disabled = True
            self.fields[
                "first_year"
            ].help_text = "Sudah ada sasaran atau target yang diubah dengannya, jadi tahunnya tetap."

    def clean_number(self) -> int:
        number = self.cleaned_data["number"]
        if number < 1:
            raise forms.ValidationError("Perubahan dihitung mulai dari 1.")
        if self._others().filter(number=number).exists():
            raise forms.ValidationError(f"Perubahan {number} periode ini sudah dicatat. Ubah yang sudah ada.")
        return number

    def clean_first_year(self) -> int:
        year, period = self.cleaned_data["first_year"], self.instance.period
        if not period.first_year < year <= period.last_year:
            raise forms.ValidationError(
                f"Isi tahun {period.first_year + 1} sampai {period.last_year}. Yang berlaku sejak tahun pertama "
                "adalah rencana itu sendiri: ubah langsung sasaran dan targetnya."
            )
        return year

    def clean(self):
        cleaned = super().clean()
        number, year = cleaned.get("number"), cleaned.get("first_year")
        if number and year:
            for other in self._others():
                if (other.number < number) == (other.first_year > year) and other.first_year != year:
                    self.add_error(
                        "first_year",
                        f"Perubahan {other.number} berlaku mulai {other.first_year}; perubahan yang lebih kemudian "
                        "tidak berlaku lebih dahulu.",
                    )
        return cleaned

    def _others(self):
        return PlanRevision.objects.filter(period=self.instance.period).exclude(pk=self.instance.pk)


def _has_changed_something(revision: PlanRevision) -> bool:
    changed = (revision.objectives, revision.ended_objectives, revision.revised_targets)
    return any(rows.exists() for rows in changed)


class ObjectiveForm(MasterForm):
    """The unit is chosen before; a revision that brings the objective names its period."""

    class Meta(MasterForm.Meta):
        model = Objective
        fields = ("period", "kind", "code", "parent", "text", "order")
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "kind": "Tujuan adalah keadaan akhir periode; sasaran hasil yang dicapai menuju ke sana.",
            "code": "Nomor di RPJMD atau Renstra, misalnya 1.2. Boleh kosong; sekali dalam satu unit.",
            "parent": "Tujuan atau sasaran yang didukung, dari perangkat daerah ini atau dari yang membawahinya.",
            "text": "Seperti tercantum di RPJMD atau Renstra, misalnya Meningkatnya derajat kesehatan masyarakat.",
            "order": "Urutan di daftar; angka kecil lebih dahulu.",
        }

    def __init__(self, *args, above: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        row = self.instance
        current = Q(last_year__isnull=True) | Q(pk=row.parent_id)
        parents = Objective.objects.filter(current, unit_id__in=above).select_related("unit")
        self.offer("parent", parents.exclude(pk__in=[pk for pk in (row.pk, row.successor_of_id) if pk]))
        if row.revision_id or row.ended_by_id:
            del self.fields["period"]

    def clean_parent(self) -> Objective | None:
        parent = at = self.cleaned_data["parent"]
        while at is not None and self.instance.pk:
            if at.pk == self.instance.pk:
                raise forms.ValidationError("Tidak dapat mendukung dirinya sendiri. Pilih yang lebih tinggi.")
            at = at.parent
        return parent

    def clean(self):
        cleaned = super().clean()
        row, code = self.instance, cleaned.get("code")
        period = cleaned.get("period") or (row.period if row.period_id else None)
        if code and period and row.last_year is None:
            same = Objective.objects.filter(period=period, unit=row.unit, code=code, last_year=None)
            if other := same.exclude(pk__in=[pk for pk in (row.pk, row.successor_of_id) if pk]).first():
                self.add_error("code", f"Kode ini sudah dipakai “{other}”. Pakai kode lain.")
        return cleaned


class ReplacementForm(ObjectiveForm):
    """The objective that takes the place of `instance.successor_of` from the first year of its revision on."""

    class Meta(ObjectiveForm.Meta):
        help_texts = ObjectiveForm.Meta.help_texts | {
            "text": "Rumusan baru. Rumusan lama tetap berlaku sampai tahun sebelumnya dan di PK yang sudah memuatnya."
        }

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if text.strip() == self.instance.successor_of.text.strip() and not self.instance.pk:
            raise forms.ValidationError("Rumusannya masih sama dengan yang lama. Tulis rumusan yang baru.")
        return text

    def describe(self, row) -> dict[str, str]:
        return super().describe(row) | {
            "menggantikan": str(row.successor_of),
            "dibawa oleh perubahan": str(row.revision),
            "berlaku mulai tahun": str(row.first_year),
        }

    def save(self, commit: bool = True) -> Any:
        old = self.instance.successor_of
        # The old one ends first: the new one may keep its code. Who comes second finds it ended already.
        open_still = Objective.objects.filter(pk=old.pk, last_year=None)
        if not open_still.update(last_year=self.instance.first_year - 1, ended_by=self.instance.revision):
            raise IntegrityError("the objective was ended meanwhile")
        return super().save(commit)
