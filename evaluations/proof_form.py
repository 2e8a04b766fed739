"""The part of a form that attaches evidence to what is typed: files, a link, or what the unit has already."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from evaluations.evidence import Proof
from evaluations.models import Evidence
from records import uploads

PROOF = ("uploads", "link", "title", "page", "existing")
EVIDENCE_NUMBER = re.compile(r"\s*#?(\d{1,15})\b")
WEB_ADDRESS = URLValidator(
    schemes=["http", "https"],
    message="Tautan harus diawali http:// atau https://, misalnya https://contoh.go.id.",
)


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files, each checked by content; gives `records.uploads.Checked` ones."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> tuple[uploads.Checked, ...]:
        found, refused = [], []
        for upload in data or []:
            try:
                found.append(uploads.checked(upload))
            except uploads.UploadRefused as error:
                refused.append(str(error))
        if refused:
            raise ValidationError(refused)
        return tuple(found)


class LinkField(forms.CharField):
    """A web address; other schemes are refused."""

    default_validators = [WEB_ADDRESS]

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return f"https://{text}" if text.startswith("www.") else text


class ProofForm(forms.Form):
    """The part of a row's form that attaches evidence: files, a link, or what the unit has already."""

    uploads = ManyFilesField(
        label="Unggah berkas", required=False, help_text="PDF, JPG, PNG, XLSX, atau DOCX; paling besar 25 MB."
    )
    link = LinkField(label="atau tautan", required=False, max_length=500)
    title = forms.CharField(label="Nama data dukung", required=False, max_length=200)
    page = forms.CharField(label="Halaman", required=False, max_length=20)
    existing = forms.CharField(
        label="Pakai yang sudah ada", required=False, help_text="Pilih dari data dukung tahun ini."
    )

    def __init__(self, *args, evidence: Mapping[int, Evidence] | None = None, **kwargs):
        self.evidence = evidence or {}
        super().__init__(*args, **kwargs)

    def _dress(self) -> None:
        """What the fields look like."""
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if select else "form-control"
        self.fields["existing"].widget.attrs |= {"list": "data-dukung", "autocomplete": "off"}

    @property
    def proof_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in PROOF]

    def clean_existing(self) -> Evidence | None:
        text = self.cleaned_data["existing"].strip()
        if not text:
            return None
        match = EVIDENCE_NUMBER.match(text)
        evidence = self.evidence.get(int(match[1])) if match else None
        if evidence is None:
            raise ValidationError("Pilih data dukung dari daftar yang muncul.")
        return evidence

    @property
    def proof(self) -> Proof:
        return Proof(**{name: self.cleaned_data[name] for name in PROOF})

    def lose_files(self) -> str:
        """What to say of files that came with a page that was not saved; also put beside their field."""
        names = [f"“{upload.name}”" for upload in self.files.get(self.add_prefix("uploads"), ())]
        # A single file that was refused itself has its sentence already.
        if not names or (len(names) == 1 and "uploads" in self.errors):
            return ""
        sentence = (
            f"Berkas {', '.join(names)} belum tersimpan karena ada isian yang salah. Pilih berkasnya lagi."
        )
        self.add_error("uploads", sentence)
        return sentence
