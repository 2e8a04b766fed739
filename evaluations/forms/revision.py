"""What a source announced after a fact was final, and what a verifier says of it."""

from typing import Any

from django import forms

from evaluations import checks
from evaluations.evidence import Proof
from evaluations.forms.fields import dressed, faults_of, value_fields
from evaluations.forms.proof import LinkField, ManyFilesField
from evaluations.grid import Line
from evaluations.models import VALUE_COLUMNS
from perjanjian.forms import IndonesianDateField


class RevisionForm(forms.Form):
    """The corrected figure, when and by whom it was announced, why, and the proof of it."""

    announced_on = IndonesianDateField(label="Tanggal diumumkan sumber")
    source = forms.CharField(
        label="Sumber", max_length=200, help_text="Yang mengumumkan, misalnya BPS atau Kementerian Kesehatan."
    )
    reason = forms.CharField(
        label="Penjelasan",
        max_length=300,
        min_length=checks.SHORTEST_REASON,
        widget=forms.Textarea({"rows": 2}),
    )
    uploads = ManyFilesField(
        label="Unggah berkas", required=False, help_text="PDF, JPG, PNG, XLSX, atau DOCX; paling besar 25 MB."
    )
    link = LinkField(label="atau tautan", required=False, max_length=500)

    def __init__(self, line: Line, data: Any = None, files: Any = None):
        super().__init__(data, files, prefix="r")
        made = value_fields(line)
        self.value_names = tuple(made)
        self.fields = made | self.fields
        dressed(self)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Each with the field it speaks of."""
        labels = {field.id_for_label: field.label for field in self}
        return [(field, f"{labels[field]}: {text}") for field, text in faults_of(self)]

    @property
    def proof(self) -> Proof:
        return Proof(uploads=self.cleaned_data["uploads"], link=self.cleaned_data["link"])

    def values_given(self) -> dict[str, Any]:
        """What was typed, by column; figures of other kinds are empty."""
        figures = {column: self.cleaned_data.get(column) for column in VALUE_COLUMNS}
        return figures | {name: self.cleaned_data[name] for name in ("announced_on", "source", "reason")}

    def refuse(self, problems: dict[str, str]) -> None:
        for name, sentence in problems.items():
            self.add_error(name, sentence)


class DecisionForm(forms.Form):
    """Why a revision is not accepted."""

    decision_reason = forms.CharField(
        label="Alasan tidak diterima", required=False, max_length=300, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, data: Any = None):
        super().__init__(data, prefix="d")
        dressed(self)

    @property
    def faults(self) -> list[tuple[str, str]]:
        return faults_of(self)

    def is_valid_for(self, action: str) -> bool:
        """Whether what this button needs was typed; accepting needs no reason."""
        self.full_clean()
        if action == "accept":
            self.errors.clear()
            self.cleaned_data.setdefault("decision_reason", "")
        elif not self.errors and len(self.cleaned_data["decision_reason"].strip()) < checks.SHORTEST_REASON:
            self.add_error("decision_reason", f"Isi alasan paling sedikit {checks.SHORTEST_REASON} huruf.")
        return not self.errors
