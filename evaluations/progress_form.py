"""What is typed about one step of an action plan in a quarter."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict

from evaluations.models import Evidence, StepProgress
from evaluations.proof_form import PROOF, ProofForm
from evaluations.steps import StepLine, Typed, fallen
from perjanjian.forms import NumeralField
from perjanjian.numerals import format_percent

PERCENT_PLACES = 2


class ProgressForm(ProofForm):
    """How far a step is in percent, a word about it, and what proves it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    percent = NumeralField(
        label="Kemajuan", required=False, min_value=0, max_value=100, decimal_places=PERCENT_PLACES
    )
    note = forms.CharField(label="Keterangan", required=False, max_length=500)

    def __init__(
        self,
        line: StepLine,
        data: Any = None,
        files: Any = None,
        evidence: Mapping[int, Evidence] | None = None,
        detached: frozenset[int] = frozenset(),
    ):
        self.line = line
        self.detached = detached & {use.pk for use in line.uses}
        row = line.row
        initial: dict[str, Any] = {"version": row.version if row else 0}
        if row is not None:
            initial |= {"percent": row.percent, "note": row.note}
        super().__init__(data, files, prefix=f"s{line.step.recorded_on}", initial=initial, evidence=evidence)
        self._dress()
        self.clash: StepProgress | None = None

    @property
    def details_open(self) -> bool:
        """Whether the folded part holds something to mend."""
        return self.is_bound and any(name in self.errors for name in PROOF)

    @property
    def touched(self) -> bool:
        """Whether anything differs from what the page was shown with."""
        cleaned, row = self.cleaned_data, self.line.row
        seen = (row.percent, row.note) if row else (None, "")
        typed = (cleaned.get("percent"), cleaned.get("note", "").strip())
        return typed != seen or bool(self.proof) or bool(self.detached)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors or not self.touched:
            return cleaned
        percent: Decimal | None = cleaned.get("percent")
        if percent is None:
            self.add_error("percent", "Isi kemajuannya dalam persen; 0 bila langkah ini belum berjalan.")
        elif sentence := fallen(self.line, percent, cleaned["note"]):
            self.add_error("note", sentence)
        return cleaned

    def typed(self) -> Typed:
        cleaned = self.cleaned_data
        return Typed(
            self.line, cleaned["version"], cleaned["percent"], cleaned["note"], self.proof, self.detached
        )

    def show_clash(self, row: StepProgress) -> str:
        """Keep what was typed, say what is stored now, and let the next save count."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("version")] = str(row.version)
        self.data = data
        self.clash = row
        by = f" oleh {row.changed_by.name}" if row.changed_by else ""
        return (
            f"{self.line.step}: sudah diubah{by} menjadi {format_percent(row.percent)}. "
            "Simpan sekali lagi untuk memakai isian Anda."
        )
