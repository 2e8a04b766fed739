"""Forms of the region's identity and of a year's policies."""

import itertools
import re
from collections.abc import Iterable

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms

from agreements import texts
from agreements.changes import described
from agreements.forms.base import MasterForm
from agreements.models import DocumentText, Region, Unit, YearPolicy
from perjanjian.numerals import FIRST_YEAR, LAST_YEAR
from records import files, uploads
from records.models import StoredFile

EMBLEM_BYTES = 2 * 1024 * 1024
EMBLEM_HELP = "Gambar PNG atau JPG, paling besar 2 MB. Kosongkan untuk tetap memakai yang ada."
# What is replaced when a paper is made, and by what; the same words as in `agreements.texts`.
PLACEHOLDERS = {
    "tahun": "tahun perjanjian",
    "kepala_daerah": "sebutan dan nama daerah, misalnya Bupati Contoh",
    "daerah": "nama daerah, misalnya Kabupaten Contoh",
}
ORDINAL = {"urutan": "KEDUA, KETIGA, dan seterusnya, hanya di judul PK Perubahan kedua dan seterusnya"}
PLACEHOLDER_HELP = "; ".join(
    f"{{{name}}} menjadi {meaning}" for name, meaning in (PLACEHOLDERS | ORDINAL).items()
)


class PictureField(forms.FileField):
    """A picture whose content was looked at; cleaned it is a `records.uploads.Checked`."""

    widget = forms.FileInput(attrs={"accept": "image/png,image/jpeg"})

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return uploads.checked(upload, allowed=uploads.PICTURE, limit=EMBLEM_BYTES)
        except uploads.UploadRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None


class RegionForm(MasterForm):
    """Who we are, on every page and paper."""

    emblem_file = PictureField(label="Lambang daerah", required=False, help_text=EMBLEM_HELP)
    emblem_off = forms.BooleanField(label="Hapus lambang daerah", required=False)
    state_emblem_file = PictureField(
        label="Lambang negara",
        required=False,
        help_text=f"Untuk PK kepala daerah. {EMBLEM_HELP}",
    )
    state_emblem_off = forms.BooleanField(label="Hapus lambang negara", required=False)

    class Meta(MasterForm.Meta):
        model = Region
        fields = ("kind", "name", "head_title", "seat", "bureau", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "name": "Misalnya Contoh untuk Kabupaten Contoh.",
            "seat": "Tercetak di depan tanggal PK.",
            "bureau": "Realisasi unit ini diverifikasi oleh Perencana, bukan oleh Bagian Organisasi sendiri.",
        }

    def __init__(self, *args, account_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.account_id = account_id
        offices = Unit.objects.offices()
        self.offer_few("bureau", offices, offices.to_choose(), [self.instance.bureau_id])
        for name in ("emblem", "state_emblem"):
            if getattr(self.instance, f"{name}_id") is None:
                del self.fields[f"{name}_off"]

    def describe(self, row: Region) -> dict[str, str]:
        emblems = {"lambang daerah": row.emblem, "lambang negara": row.state_emblem}
        return described(row, self.described_names) | {
            name: _file_text(each) for name, each in emblems.items()
        }

    def save(self, commit: bool = True):
        for name in ("emblem", "state_emblem"):
            picture = self.cleaned_data[f"{name}_file"]
            if picture:
                stored = files.store(picture.content, picture.name, picture.media_type, self.account_id)
                setattr(self.instance, name, stored)
            elif self.cleaned_data.get(f"{name}_off"):
                setattr(self.instance, name, None)
        return super().save(commit)


def _file_text(stored: StoredFile | None) -> str:
    return f"{stored} (SHA-256 {stored.sha256[:12]}…)" if stored else ""


class OpenYearForm(forms.Form):
    year = forms.IntegerField(
        label="Tahun kinerja",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text="Kebijakan dan teks dokumen disalin dari tahun terdekat sebelumnya, lalu dapat diubah.",
    )

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if YearPolicy.objects.filter(year=year).exists():
            raise forms.ValidationError(f"Tahun {year} sudah dibuka. Ubah kebijakannya dari daftar.")
        return year


class PolicyForm(MasterForm):
    """A year's policies and the wording of its documents."""

    class Meta(MasterForm.Meta):
        model = YearPolicy
        fields = (
            "lower_method", "cap", "scale_above", "unit_mean",
            "word_1", "bound_1", "word_2", "bound_2", "word_3", "bound_3", "word_4", "bound_4", "word_5",
            "bounds_inclusive", "agreement_due", "action_plan_due", "amendment_due", "report_due", "circular",
            "fill_days", "verify_days", "fix_days", "lock_days",
            "budget_fill_days", "budget_lock_days", "tiny_office", "experts_under_secretary", "paper", "superior_left",
        )  # fmt: skip
        help_texts = {"report_due": "Kosong berarti 28 Februari tahun berikutnya."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        written = dict(self.instance.texts.values_list("key", "text"))
        self.text_names = {}
        for key, (label, default) in texts.DEFAULTS.items():
            name = self.text_names[key] = f"text_{key}"
            self.fields[name] = forms.CharField(
                label=label, widget=forms.Textarea(attrs={"rows": 2 if len(default) < 90 else 5})
            )
            self.initial[name] = written.get(key, default)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "seen",
            Fieldset("Perhitungan capaian", "lower_method", "cap", "scale_above", "unit_mean"),
            Fieldset(
                "Predikat",
                *(name for n in range(1, 5) for name in (f"word_{n}", f"bound_{n}")),
                "word_5",
                "bounds_inclusive",
                css_class="pairs",
            ),
            Fieldset(
                "Batas waktu",
                "agreement_due",
                "action_plan_due",
                "amendment_due",
                "report_due",
                "circular",
                "fill_days",
                "verify_days",
                "fix_days",
                "lock_days",
                "tiny_office",
            ),
            Fieldset("Batas waktu realisasi anggaran", "budget_fill_days", "budget_lock_days"),
            Fieldset("Pejabat", "experts_under_secretary"),
            Fieldset("Dokumen PK", "paper", "superior_left", *self.text_names.values()),
        )

    def describe(self, row: YearPolicy) -> dict[str, str]:
        written = dict(row.texts.values_list("key", "text"))
        wording = {
            f"teks {label}": written.get(key, default) for key, (label, default) in texts.DEFAULTS.items()
        }
        return described(row, self.described_names) | wording

    def clean(self):
        cleaned = super().clean()
        self._require_order(
            "bound", (1, 2, 3, 4), "Batas ini harus lebih rendah daripada batas predikat di atasnya."
        )
        days = ("fill_days", "verify_days", "fix_days", "lock_days")
        of_money = ("budget_fill_days", "budget_lock_days")
        for earlier, later in (*itertools.pairwise(days), of_money):
            if None not in (cleaned.get(earlier), cleaned.get(later)) and cleaned[later] < cleaned[earlier]:
                self.add_error(later, "Batas waktu ini tidak boleh lebih awal daripada yang sebelumnya.")
        for key, name in self.text_names.items():
            known = PLACEHOLDERS | (ORDINAL if key == "title_amended_again" else {})
            self._check_placeholders(name, cleaned.get(name) or "", known)
        return cleaned

    def _require_order(self, stem: str, numbers: tuple[int, ...], sentence: str) -> None:
        for higher, lower in itertools.pairwise(numbers):
            above, below = self.cleaned_data.get(f"{stem}_{higher}"), self.cleaned_data.get(f"{stem}_{lower}")
            if above is not None and below is not None and below >= above:
                self.add_error(f"{stem}_{lower}", sentence)

    def _check_placeholders(self, name: str, text: str, known: Iterable[str]) -> None:
        rest = text
        for placeholder in known:
            rest = rest.replace(f"{{{placeholder}}}", "")
        found = re.search(r"\{[^{}]*\}?|\}", rest)
        if found:
            self.add_error(
                name, f"Tanda “{found.group()}” tidak dikenal. Yang dapat dipakai: {PLACEHOLDER_HELP}."
            )

    def save(self, commit: bool = True):
        policy = super().save(commit)
        for key, name in self.text_names.items():
            DocumentText.objects.update_or_create(
                policy=policy, key=key, defaults={"text": self.cleaned_data[name].replace("\r\n", "\n")}
            )
        return policy
