"""Forms of the signing: issuing, signatures in ink, papers signed before; for one agreement and for many."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from agreements.enums import Paper
from agreements.signing import date_problem
from agreements.workflow import SHORTEST_REASON
from perjanjian.forms import IndonesianDateField
from records import uploads

LONGEST_PLACE = LONGEST_NUMBER = 80
NO_SCAN = "Pilih pindaian PK ini."
NOT_YET = "Tanggal tanda tangan belum terjadi. Periksa tanggalnya."


class ScanField(forms.FileField):
    """A scanned paper whose content was looked at; cleaned it is a `records.uploads.Checked`."""

    def __init__(self, *args, allowed: tuple[str, ...] = uploads.SCAN, **kwargs):
        super().__init__(*args, **kwargs)
        self.allowed = allowed

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return uploads.checked(upload, allowed=self.allowed)
        except uploads.UploadRefused as refusal:
            raise ValidationError(str(refusal)) from None


class IssueForm(forms.Form):
    """Place, date and number of the document, and its paper."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    place = forms.CharField(label="Tempat", max_length=LONGEST_PLACE)
    document_date = IndonesianDateField(label="Tanggal dokumen", help_text="Tanggal yang tercetak di PK.")
    document_number = forms.CharField(
        label="Nomor dokumen",
        max_length=LONGEST_NUMBER,
        required=False,
        help_text="Kosongkan bila PK di daerah ini tidak bernomor.",
    )
    paper = forms.ChoiceField(label="Kertas", choices=Paper.choices)


class SignForm(forms.Form):
    """A signing in ink: day, place, and the scanned paper."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    signed_on = IndonesianDateField(label="Tanggal ditandatangani")
    place = forms.CharField(label="Tempat", max_length=LONGEST_PLACE)
    scan = ScanField(
        label="Pindaian PK yang sudah ditandatangani", help_text="PDF, JPG, atau PNG, paling besar 25 MB."
    )
    both = forms.BooleanField(
        label="Saya sudah memeriksa: semua tanda tangan ada pada pindaian ini.",
        error_messages={"required": "Centang setelah memeriksa bahwa semua pihak sudah menandatangani."},
    )

    def clean_signed_on(self):
        return _happened(self.cleaned_data["signed_on"])


def _happened(day: date) -> date:
    if day > timezone.localdate():
        raise ValidationError(NOT_YET)
    return day


# --- a signing day -----------------------------------------------------------------------------


class DayForm(forms.Form):
    """For which document date the parties are shown."""

    tanggal = IndonesianDateField(label="Tanggal dokumen", required=False)


class IssueManyForm(forms.Form):
    """What all documents of a signing day share; the date is the one whose parties the page showed."""

    document_date = IndonesianDateField(widget=forms.HiddenInput)
    place = forms.CharField(label="Tempat", max_length=LONGEST_PLACE)
    paper = forms.ChoiceField(label="Kertas", choices=Paper.choices)

    def __init__(self, *args, year: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_document_date(self):
        day = self.cleaned_data["document_date"]
        if problem := date_problem(day, self.year):
            raise ValidationError(problem)
        return day


class SignManyForm(forms.Form):
    """Day and place of the ceremony; each paper has its scan in a `ScanRow`."""

    signed_on = IndonesianDateField(label="Tanggal ditandatangani")
    place = forms.CharField(label="Tempat", max_length=LONGEST_PLACE)
    both = forms.BooleanField(
        label="Saya sudah memeriksa: semua tanda tangan ada pada setiap pindaian.",
        error_messages={"required": "Centang setelah memeriksa bahwa semua pihak sudah menandatangani."},
    )

    def clean_signed_on(self):
        return _happened(self.cleaned_data["signed_on"])


class Row(forms.Form):
    """One line of a page over many agreements; a line nobody touched is passed over."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, empty_permitted=True, use_required_attribute=False, **kwargs)

    def has_changed(self) -> bool:
        """Whether anything was typed or chosen; a version that moved on is nothing of that."""
        return any(name != "version" for name in self.changed_data)


class ScanRow(Row):
    """The scan of one agreement that was issued."""

    scan = ScanField(
        label="Pindaian",
        widget=forms.FileInput(attrs={"class": "form-control"}),
        error_messages={"required": NO_SCAN},
    )


# --- papers signed before ----------------------------------------------------------------------

SCAN_HELP = (
    "PDF seluruh halaman yang sudah ditandatangani, paling besar 25 MB. Berkas ini menjadi PK yang dicetak."
)


def _reason() -> forms.CharField:
    return forms.CharField(
        label="Alasan",
        min_length=SHORTEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Misalnya: ditandatangani sebelum aplikasi ini dipakai.",
        error_messages={"min_length": f"Isi alasan paling sedikit {SHORTEST_REASON} huruf."},
    )


class RecordForm(forms.Form):
    """A paper signed before the application was used."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    document_date = IndonesianDateField(label="Tanggal dokumen", help_text="Tanggal yang tercetak di PK.")
    signed_on = IndonesianDateField(
        label="Tanggal ditandatangani",
        required=False,
        help_text="Kosongkan bila sama dengan tanggal dokumen.",
    )
    place = forms.CharField(label="Tempat", max_length=LONGEST_PLACE)
    document_number = forms.CharField(label="Nomor dokumen", max_length=LONGEST_NUMBER, required=False)
    scan = ScanField(label="Pindaian PK", help_text=SCAN_HELP, allowed=(uploads.PDF,))
    reason = _reason()

    def clean_document_date(self):
        return _happened(self.cleaned_data["document_date"])

    def clean_signed_on(self):
        day = self.cleaned_data["signed_on"]
        return _happened(day) if day else None


class RecordManyForm(forms.Form):
    """Place and reason that many papers share; each has its date, number and scan in a `RecordRow`."""

    place = forms.CharField(label="Tempat", max_length=LONGEST_PLACE)
    reason = _reason()


class RecordRow(Row):
    """Date, number and scan of one paper; it is taken as signed on the date it carries."""

    document_date = IndonesianDateField(
        label="Tanggal dokumen", error_messages={"required": "Isi tanggal yang tercetak di PK."}
    )
    document_number = forms.CharField(
        label="Nomor dokumen",
        max_length=LONGEST_NUMBER,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    scan = ScanField(
        label="Pindaian (PDF)",
        widget=forms.FileInput(attrs={"class": "form-control", "accept": "application/pdf"}),
        error_messages={"required": NO_SCAN},
        allowed=(uploads.PDF,),
    )

    def clean_document_date(self):
        return _happened(self.cleaned_data["document_date"])
