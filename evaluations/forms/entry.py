"""What a unit types of one indicator in one period, and why somebody else typed it."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from evaluations import checks
from evaluations.changes import CLAIMED, TYPED
from evaluations.enums import SourceStatus, ValueState
from evaluations.forms.fields import faults_of, value_fields
from evaluations.forms.proof import PROOF, ProofForm
from evaluations.grid import Line
from evaluations.models import Evidence, Realisation
from perjanjian.forms import IndonesianDateField
from perjanjian.numerals import format_number

DETAILS = ("state", "state_reason", "expected_on", "source_status", "supporting", "inhibiting", "follow_up")


def mark_of(values: Mapping[str, Any]) -> str:
    """Short mark of what a row holds, to notice whether its typed fields were touched at all."""
    texts = (_as_text(values[name]) for name in sorted(values))
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:16]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return format_number(value) if isinstance(value, Decimal) else str(value).replace("\r\n", "\n").strip()


class RowForm(ProofForm):
    """One indicator in one period: its value, what is said about it, and its evidence."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    mark = forms.CharField(widget=forms.HiddenInput, max_length=16)
    state = forms.ChoiceField(label="Keadaan nilai", choices=ValueState.choices)
    state_reason = forms.CharField(
        label="Penjelasan",
        max_length=300,
        required=False,
        help_text="Wajib bila tidak relevan, atau bila angka berjalan turun.",
    )
    expected_on = IndonesianDateField(
        label="Perkiraan tanggal rilis", required=False, help_text="Wajib bila data belum rilis."
    )
    source_status = forms.ChoiceField(label="Status sumber data", choices=SourceStatus.choices)
    supporting = forms.CharField(label="Faktor pendorong", required=False, max_length=4000)
    inhibiting = forms.CharField(label="Faktor penghambat", required=False, max_length=4000)
    follow_up = forms.CharField(label="Tindak lanjut", required=False, max_length=4000)

    def __init__(
        self, line: Line, data: Any = None, files: Any = None, evidence: Mapping[int, Evidence] | None = None
    ):
        self.line = line
        row = line.row or Realisation(indicator=line.indicator, period=line.period)
        self.value_names = tuple(value_fields(line))
        stored = {column: getattr(row, f"claimed_{column}") for column in self.value_names}
        stored |= {name: getattr(row, name) for name in DETAILS}
        seen = {"version": row.version if row.pk else 0, "mark": mark_of(stored)}
        super().__init__(
            data, files, prefix=f"i{line.indicator.pk}", initial=stored | seen, evidence=evidence
        )
        for name, field in value_fields(line).items():
            field.required = False
            self.fields[name] = field
        self._dress()
        self.clash: Realisation | None = None

    def _dress(self) -> None:
        for name in ("supporting", "inhibiting", "follow_up"):
            self.fields[name].widget = forms.Textarea({"rows": 2})
        super()._dress()
        for name in self.value_names:
            self.fields[name].widget.attrs["data-value"] = "1"

    # --- what is shown ---

    @property
    def values(self) -> list[forms.BoundField]:
        return [self[name] for name in self.value_names]

    @property
    def details(self) -> list[forms.BoundField]:
        return [self[name] for name in DETAILS]

    @property
    def typed_text(self) -> str:
        """The value as it was typed, for choosing between two."""
        return " ÷ ".join(str(field.value() or "") for field in self.values if field.value())

    @property
    def details_open(self) -> bool:
        """Whether the folded part holds something to mend."""
        return any(name in self.errors for name in (*DETAILS, *PROOF)) if self.is_bound else False

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Each with the indicator it speaks of."""
        return [(field, f"{self.line.indicator}: {text}") for field, text in faults_of(self)]

    # --- what was typed ---

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("state") == ValueState.NOT_APPLICABLE and not cleaned.get("state_reason", "").strip():
            self.add_error("state_reason", checks.WHY_NOT_APPLICABLE)
        return cleaned

    @property
    def touched(self) -> bool:
        """Whether anything differs from what the page was shown with."""
        seen = {name: self.cleaned_data[name] for name in (*self.value_names, *DETAILS)}
        return mark_of(seen) != self.cleaned_data["mark"] or bool(self.proof)

    @property
    def says_what_is_stored(self) -> bool:
        """Whether what was typed is what the database holds already, so that nobody loses anything."""
        seen = {name: self.cleaned_data[name] for name in (*self.value_names, *DETAILS)}
        return mark_of(seen) == self.initial["mark"] and not self.proof

    def typed_values(self, filled_in_reason: str = "") -> dict[str, Any]:
        """What was typed, by TYPED column; a value that is not measured has no figure."""
        cleaned = self.cleaned_data
        values: dict[str, Any] = dict.fromkeys(CLAIMED)
        if cleaned["state"] == ValueState.MEASURED:
            values |= {f"claimed_{name}": cleaned[name] for name in self.value_names}
        values |= {name: cleaned[name] for name in DETAILS}
        if cleaned["state"] != ValueState.NOT_PUBLISHED:
            values["expected_on"] = None
        values["filled_in_reason"] = filled_in_reason
        return {name: values[name] for name in TYPED}

    def as_row(self) -> Realisation:
        """The row as it would be saved, for its checks."""
        return Realisation(indicator=self.line.indicator, period=self.line.period, **self.typed_values())

    def refuse(self, problems: Mapping[str, str]) -> None:
        for name, sentence in problems.items():
            self.add_error(name, sentence)


class ReasonForm(forms.Form):
    """Why the bureau fills in for a unit."""

    filled_in_reason = forms.CharField(
        label="Alasan mengisikan untuk perangkat daerah ini",
        max_length=300,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def clean_filled_in_reason(self) -> str:
        text = self.cleaned_data["filled_in_reason"].strip()
        if len(text) < checks.SHORTEST_REASON:
            raise ValidationError(f"Isi alasan paling sedikit {checks.SHORTEST_REASON} huruf.")
        return text
