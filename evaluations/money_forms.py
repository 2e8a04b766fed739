"""What is typed about money: one small form for each line of a month."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agreements.models.planning import MONEY_DIGITS
from evaluations.forms import faults_of, mark_of
from evaluations.models import BudgetRealisation
from evaluations.recording import Spent
from evaluations.spending import SpendingLine
from evaluations.spending_checks import Figures, unexplained
from perjanjian.forms import MoneyField, NumeralField
from perjanjian.numerals import MONTHS

FIGURES = ("spent", "physical", "note")
NO_AMOUNT = "Isi realisasi s.d. bulan ini; 0 bila belum ada yang dibelanjakan."


class SpendingForm(forms.Form):
    """What was spent of one line up to the end of a month, and how far the work is."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    mark = forms.CharField(widget=forms.HiddenInput, max_length=16)
    spent = MoneyField(required=False, max_digits=MONEY_DIGITS, min_value=0)
    physical = NumeralField(
        label="Realisasi fisik (%)",
        required=False,
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
    )
    note = forms.CharField(label="Keterangan", required=False, max_length=300)

    def __init__(self, line: SpendingLine, month: int, data: Any = None):
        self.line, self.month = line, month
        row = line.at(month)
        stored: dict[str, Any] = {name: getattr(row, name) if row else None for name in FIGURES}
        stored["note"] = stored["note"] or ""
        seen = {"version": row.version if row else 0, "mark": mark_of(stored)}
        super().__init__(data, prefix=f"b{line.pk}", initial=stored | seen)
        self.fields["spent"].label = f"Realisasi s.d. {MONTHS[month - 1]} (Rp)"
        for name in FIGURES:
            self.fields[name].widget.attrs["class"] = "form-control"
        self.clash: BudgetRealisation | None = None

    # --- what is shown ---

    @property
    def figures(self) -> list[forms.BoundField]:
        return [self[name] for name in FIGURES]

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Each with the line it speaks of."""
        return [(field, f"{self.line.label}: {text}") for field, text in faults_of(self)]

    @property
    def typed_text(self) -> str:
        """What was typed, for choosing between two."""
        texts = [str(self[name].value() or "").strip() for name in FIGURES]
        words = [texts[0] and f"Rp{texts[0]}", texts[1] and f"fisik {texts[1]} %", texts[2]]
        return " · ".join(filter(None, words))

    # --- what was typed ---

    def clean(self) -> dict[str, Any]:
        """Only what was changed is asked about: the rest was accepted when it was typed."""
        cleaned = super().clean() or {}
        if self.errors or not self.touched:
            return cleaned
        if cleaned["spent"] is None:
            self.add_error("spent", ValidationError(NO_AMOUNT))
            return cleaned
        for sentence in unexplained(self.line, self.month, self.typed):
            self.add_error("note", sentence)
        return cleaned

    @property
    def _values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIGURES}

    @property
    def touched(self) -> bool:
        """Whether anything differs from what the page was shown with."""
        return mark_of(self._values) != self.cleaned_data["mark"]

    @property
    def says_what_is_stored(self) -> bool:
        """Whether what was typed is what the database holds already, so that nobody loses anything."""
        return mark_of(self._values) == self.initial["mark"]

    @property
    def typed(self) -> Figures:
        cleaned = self.cleaned_data
        spent: Decimal = cleaned["spent"]
        return Figures(spent, cleaned["physical"], cleaned["note"].strip())

    @property
    def as_spent(self) -> Spent:
        return Spent(self.line, self.cleaned_data["version"], self.typed)
