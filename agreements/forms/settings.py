"""Forms of the region's identity and of opening a year."""

from decimal import Decimal

from django import forms

from agreements.changes import described
from agreements.forms.base import MasterForm
from agreements.models import Region, Unit, YearPolicy
from perjanjian.colours import LEAST_CONTRAST, contrast_with_white, readable
from perjanjian.numerals import FIRST_YEAR, LAST_YEAR, format_number
from records import files, uploads
from records.models import StoredFile

EMBLEM_BYTES = 2 * 1024 * 1024
EMBLEM_HELP = "Gambar PNG atau JPG, paling besar 2 MB."
KEPT = "Kosongkan untuk tetap memakai yang ada."


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
        fields = (
            "kind", "name", "head_title", "seat", "bureau", "unit_term", "report_term", "colour", "note",
        )  # fmt: skip
        widgets = {
            "note": forms.Textarea(attrs={"rows": 3}),
            "colour": forms.TextInput(attrs={"type": "color", "class": "form-control-color"}),
        }
        help_texts = {
            "name": "Misalnya Contoh untuk Kabupaten Contoh.",
            "seat": "Tercetak di depan tanggal PK.",
            "unit_term": "Dipakai di judul kolom dan pencarian. Teks baku PK tidak berubah.",
            "report_term": "Dipakai di menu, judul halaman, dan sampul laporan.",
            "colour": "Warna kepala halaman, tombol, dan tautan; tulisan putih di atasnya harus terbaca.",
            "bureau": "Realisasi unit ini diverifikasi oleh Perencana atau Inspektorat menurut kebijakan tahun, bukan oleh Bagian Organisasi sendiri. Pilih Sekretariat Daerah bila bagian tidak dicatat sebagai unit tersendiri.",
        }

    def __init__(self, *args, account_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.account_id = account_id
        offices = Unit.objects.offices()
        self.offer_few("bureau", offices, offices.to_choose(), [self.instance.bureau_id])
        for name in ("emblem", "state_emblem"):
            if getattr(self.instance, f"{name}_id") is None:
                del self.fields[f"{name}_off"]
            else:
                self.fields[f"{name}_file"].help_text += f" {KEPT}"
        if not self.instance.bureau_id and not offices.exists():
            # Before there is any unit there is nothing to choose.
            del self.fields["bureau"]

    def clean_colour(self) -> str:
        colour = self.cleaned_data["colour"].lower()
        contrast = Decimal(str(round(contrast_with_white(colour), 2)))
        if contrast_with_white(colour) < LEAST_CONTRAST:
            raise forms.ValidationError(
                f"Warna ini terlalu terang: kontrasnya terhadap putih {format_number(contrast, 2)} : 1, paling "
                f"sedikit 4,5 : 1 supaya tulisan terbaca. Yang lebih gelap dan cukup: {readable(colour)}."
            )
        return colour

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
