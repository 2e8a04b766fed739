"""Forms of the plan: the catalogue, scales, yearly targets."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from agreements.changes import described
from agreements.enums import Kind, Method
from agreements.forms.base import UNCHOSEN, MasterForm
from agreements.frozen import is_promised
from agreements.models import (
    Indicator,
    IndicatorTarget,
    Label,
    Objective,
    Position,
    Scale,
    ScaleStep,
    Unit,
)
from agreements.models.planning import MEASURE_PLACES, TargetColumns
from agreements.naming import step_names
from agreements.plan_targets import Revised
from perjanjian.forms import IndonesianDateField, NumeralField
from perjanjian.numerals import MONTHS

# The measure of an indicator: what agreements and facts rest on once it is promised.
MEASURE = ("unit_of_measure", "kind", "polarity", "accumulation", "factor", "scale")
PROMISED = "Sudah diperjanjikan, jadi tidak dapat diubah lagi."


class IndicatorForm(MasterForm):
    """The whole card of an indicator; what agreements already rest on is shown, not changed."""

    new_labels = forms.CharField(
        label="Label baru",
        required=False,
        max_length=200,
        help_text="Label yang belum ada di atas, dipisahkan koma.",
    )
    release_month = forms.TypedChoiceField(
        label="Bulan rilis data",
        choices=[("", "Segera tersedia"), *enumerate(MONTHS, start=1)],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Untuk data yang diterbitkan pihak lain, misalnya BPS. Sebelum bulan itu: data belum rilis.",
    )

    class Meta(MasterForm.Meta):
        model = Indicator
        fields = (
            "unit", "objective", "code", "name", "unit_of_measure", "kind", "polarity", "lower_method", "accumulation",
            "decimals", "factor", "scale", "calendar", "release_month", "reference_lag", "part_of_whole",
            "labels", "new_labels", "definition", "formula_words", "purpose", "source", "person_in_charge",
            "baseline", "baseline_year", "successor_of", "archived",
        )  # fmt: skip
        widgets = {
            "labels": forms.CheckboxSelectMultiple,
            "definition": forms.Textarea(attrs={"rows": 3}),
            "formula_words": forms.Textarea(attrs={"rows": 3}),
            "purpose": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "unit": "Perangkat daerah yang mengisi realisasinya, satu untuk setiap indikator.",
            "objective": "Tujuan atau sasaran yang diukurnya, dari perangkat daerah ini atau dari yang membawahinya.",
            "code": "Kode menurut Renstra atau daftar IKU, misalnya IKU-1.02-03. Boleh kosong; sekali dalam satu unit.",
            "name": "Nama seperti di RPJMD atau Renstra. PK dan laporan memakainya apa adanya.",
            "unit_of_measure": "Misalnya %, Indeks, Nilai, Dokumen, Opini.",
            "kind": "Bagaimana realisasinya diisi: satu angka, pembilang dan penyebut, rentang, predikat, atau tanggal.",
            "polarity": "Untuk rentang: dipakai bila realisasi di luar batasnya.",
            "lower_method": "Hanya dipakai bila makin rendah makin baik.",
            "accumulation": "Bagaimana realisasi triwulan menjadi realisasi setahun.",
            "factor": "Untuk pembilang dan penyebut: 100 bagi persen, 1.000 bagi per seribu.",
            "decimals": "Banyaknya angka di belakang koma pada PK dan laporan.",
            "scale": "Hanya untuk predikat: urutan sebutannya dari yang terendah, misalnya opini BPK.",
            "calendar": "Triwulan mana yang diminta mengisi realisasi. Yang lain tertulis belum waktunya diukur.",
            "reference_lag": "0: data tahun berjalan. 1: data tahun sebelumnya, dan seterusnya.",
            "part_of_whole": "Pembilang tidak boleh lebih besar daripada penyebutnya.",
            "labels": "Kelompok untuk dicari dan dicetak; yang berawalan IKU masuk tabel Indikator Kinerja Utama.",
            "definition": "Apa yang dihitung dan apa yang tidak, sehingga dua orang mengukurnya sama.",
            "formula_words": "Dengan kata-kata, misalnya jumlah balita stunting ÷ jumlah balita diukur × 100.",
            "purpose": "Mengapa indikator ini menggambarkan keberhasilan sasarannya.",
            "source": "Dokumen, survei, atau aplikasi asal angkanya, dengan lembaga penerbitnya.",
            "person_in_charge": "Jabatan yang menjawab bila angkanya ditanyakan.",
            "baseline": "Angka atau predikat sebelum periode dimulai.",
            "baseline_year": "Tahun data kondisi awal itu.",
            "successor_of": "Indikator lama yang cara ukurnya digantikan indikator ini.",
            "archived": "Tidak ditawarkan lagi saat menyusun PK; yang sudah diperjanjikan tetap dihitung.",
        }

    def __init__(self, *args, unit: Unit, below: frozenset[int], above: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.offer("unit", Unit.objects.offices() | Unit.objects.filter(pk=unit.pk))
        self.offer("objective", Objective.objects.filter(unit_id__in=[*below, *above]))
        self.offer("person_in_charge", Position.objects.filter(unit_id__in=below))
        self.offer("successor_of", Indicator.objects.filter(unit=unit).exclude(pk=self.instance.pk))
        cast(forms.ChoiceField, self.fields["lower_method"]).choices = [
            ("", "Mengikuti kebijakan tahun"),
            *Method.choices,
        ]
        self.promised = self.instance.pk is not None and is_promised(self.instance)
        if self.promised:
            for name in MEASURE:
                self.fields[name].disabled = True
                self.fields[name].help_text = PROMISED

    def clean_successor_of(self) -> Indicator | None:
        """A circle of successors would have no beginning."""
        old = at = self.cleaned_data["successor_of"]
        seen: set[int] = set()
        while at is not None and self.instance.pk and at.pk not in seen:
            if at.successor_of_id == self.instance.pk:
                raise forms.ValidationError(
                    f"“{at}” sendiri menggantikan indikator ini, sehingga keduanya saling menggantikan. "
                    "Pilih indikator yang lebih lama."
                )
            seen.add(at.pk)
            at = at.successor_of
        return old

    def clean(self):
        cleaned = super().clean()
        self._refuse_kind_against_targets(cleaned)
        self._refuse_code_of_another(cleaned)
        return cleaned

    def _refuse_code_of_another(self, cleaned: dict) -> None:
        code, unit = cleaned.get("code"), cleaned.get("unit")
        same = Indicator.objects.filter(unit=unit, code=code).exclude(pk=self.instance.pk)
        if code and unit and (other := same.first()):
            self.add_error("code", f"Kode ini sudah dipakai “{other}”. Pakai kode lain.")

    def _refuse_kind_against_targets(self, cleaned: dict) -> None:
        if not self.instance.pk or self.promised:
            return
        stored = self.stored()
        changed = [name for name in ("kind", "scale") if cleaned.get(name) != getattr(stored, name)]
        if changed and stored.targets.exists():
            kind = stored.get_kind_display().lower()
            self.add_error(
                changed[0], f"Target tahunan sudah diisi sebagai {kind}. Kosongkan target dahulu, lalu ganti."
            )

    def _save_m2m(self):
        super()._save_m2m()
        names = {" ".join(name.split())[:60] for name in self.cleaned_data["new_labels"].split(",")} - {""}
        for name in sorted(names):
            self.instance.labels.add(Label.objects.get_or_create(name=name)[0])


class ScaleForm(MasterForm):
    """A scale and its steps, one a line."""

    steps = forms.CharField(
        label="Sebutan tingkat",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Satu sebutan per baris, dari yang terendah. Misalnya D, C, CC, B, BB, A, AA.",
    )

    class Meta(MasterForm.Meta):
        model = Scale
        fields = ("name",)
        error_messages = {"name": {"unique": "Skala dengan nama ini sudah ada. Pakai nama lain."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["steps"] = "\n".join(step_names(self.instance))
        users = (
            Indicator.objects.filter(scale=self.instance) if self.instance.pk else Indicator.objects.none()
        )
        if users.with_promised().filter(promised=True).exists():
            self.fields["steps"].disabled = True
            self.fields["steps"].help_text = f"{PROMISED} Buat skala baru untuk sebutan lain."

    def describe(self, row) -> dict[str, str]:
        return described(row, ["name"]) | {"sebutan tingkat": ", ".join(step_names(row))}

    def clean_steps(self) -> list[str]:
        names = [" ".join(line.split()) for line in self.cleaned_data["steps"].splitlines()]
        names = [name for name in names if name]
        if len(names) < 2:
            raise forms.ValidationError("Tulis paling sedikit dua sebutan, masing-masing satu baris.")
        if len({name.lower() for name in names}) < len(names):
            raise forms.ValidationError("Ada sebutan yang ditulis dua kali. Hapus salah satunya.")
        if any(len(name) > 60 for name in names):
            raise forms.ValidationError("Sebutan paling panjang 60 huruf. Singkatkan.")
        highest = IndicatorTarget.objects.filter(indicator__scale_id=self.instance.pk, step__gt=len(names))
        if self.instance.pk and highest.exists():
            raise forms.ValidationError(
                "Ada target tahunan yang memakai tingkat lebih tinggi. Ubah target itu dahulu."
            )
        return names

    def save(self, commit: bool = True):
        scale = super().save(commit)
        scale.steps.all().delete()
        ScaleStep.objects.bulk_create(
            ScaleStep(scale=scale, rank=rank, name=name)
            for rank, name in enumerate(self.cleaned_data["steps"], start=1)
        )
        return scale


class TargetForm(forms.Form):
    """The target of one year, in the columns of the indicator's kind; empty means no target.

    `revised` says what revisions of the plan made of the year, for the page.
    """

    def __init__(
        self,
        *args,
        indicator: Indicator,
        steps: list[str],
        target: TargetColumns | None,
        revised: Sequence[Revised] = (),
        **kwargs,
    ):
        self.revised = revised
        self.columns = self._columns(indicator, steps)
        initial = {name: getattr(target, name) for name in self.columns} if target else {}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.fields.update(self.columns)

    @staticmethod
    def _columns(indicator: Indicator, steps: list[str]) -> dict[str, forms.Field]:
        figure: dict[str, Any] = {"required": False, "decimal_places": MEASURE_PLACES}
        if indicator.kind == Kind.RANGE:
            return {
                "low": NumeralField(label="Batas bawah", **figure),
                "high": NumeralField(label="Batas atas", **figure),
            }
        if indicator.kind == Kind.SCALE:
            choices = [("", UNCHOSEN), *enumerate(steps, start=1)]
            step = forms.TypedChoiceField(
                label="Predikat", choices=choices, coerce=int, empty_value=None, required=False
            )
            return {"step": step}
        if indicator.kind == Kind.DATE:
            return {"date": IndonesianDateField(label="Tanggal", required=False)}
        return {"value": NumeralField(label="Target", **figure)}

    def clean(self):
        cleaned = super().clean()
        low, high = cleaned.get("low"), cleaned.get("high")
        if "low" in self.columns and not self.errors and (low is None) != (high is None):
            self.add_error("high" if high is None else "low", "Isi kedua batas, atau kosongkan keduanya.")
        if low is not None and high is not None and high < low:
            self.add_error("high", "Batas atas tidak boleh di bawah batas bawah.")
        return cleaned

    @property
    def is_empty(self) -> bool:
        return all(self.cleaned_data[name] is None for name in self.columns)

    @property
    def columns_typed(self) -> dict[str, Any] | None:
        """The columns as typed; None for no target. Asked once the form is valid."""
        return None if self.is_empty else {name: self.cleaned_data[name] for name in self.columns}
