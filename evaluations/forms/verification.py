"""What a verifier says of one submitted value."""

from typing import Any

from django import forms

from evaluations import checks
from evaluations.forms.fields import dressed, faults_of, value_fields
from evaluations.grid import Line
from evaluations.models import Realisation

# The field that holds the reason of a step.
REASON_OF = {"correct": "correction_reason", "return": "return_reason", "unverify": "unverify_reason"}


class VerdictForm(forms.Form):
    """What a verifier says of one value: another one and why, what to mend, or why not accepted after all."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    correction_reason = forms.CharField(
        label="Alasan koreksi", required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    return_reason = forms.CharField(
        label="Yang perlu diperbaiki", required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )

    unverify_reason = forms.CharField(
        label="Alasan pembatalan", required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, line: Line, row: Realisation, data: Any = None):
        self.line, self.row = line, row
        self.marked = data is not None and str(row.pk) in data.getlist("marked")
        self.value_names = tuple(value_fields(line))
        # A correction mends what was submitted, mostly one digit of it.
        submitted = {name: getattr(row, f"claimed_{name}") for name in self.value_names}
        super().__init__(data, prefix=f"v{row.pk}", initial={"version": row.version} | submitted)
        for name, field in value_fields(line).items():
            field.required = False
            self.fields[name] = field
        dressed(self)
        self.opened = ""

    @property
    def values(self) -> list[forms.BoundField]:
        return [self[name] for name in self.value_names]

    @property
    def anchor(self) -> str:
        return f"baris-{self.row.pk}"

    @property
    def faults(self) -> list[tuple[str, str]]:
        return faults_of(self)

    def is_valid_for(self, action: str) -> bool:
        """Whether what this button needs was typed; what belongs to the others is not looked at."""
        self.opened = action
        self.full_clean()
        reason = REASON_OF.get(action)
        wanted = {"version", reason, *(self.value_names if action == "correct" else ())}
        for name in [name for name in self.errors if name not in wanted]:
            del self.errors[name]
        if reason and len(self.cleaned_data.get(reason, "").strip()) < checks.SHORTEST_REASON:
            self.add_error(reason, f"Isi alasan paling sedikit {checks.SHORTEST_REASON} huruf.")
        return not self.errors

    def given(self, action: str) -> dict[str, Any]:
        """What the step takes besides the row."""
        given = {"reason": self.cleaned_data[REASON_OF[action]]} if action in REASON_OF else {}
        if action == "correct":
            given["values"] = {name: self.cleaned_data.get(name) for name in self.value_names}
        return given

    def seen_row(self) -> Realisation:
        """The row at the version the verifier saw."""
        self.row.version = self.cleaned_data["version"]
        return self.row
