"""The days of the periods, and time given past a lock."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef

from agreements.models import Budget, Indicator, Unit
from evaluations import calendar, checks
from evaluations.forms.fields import UNCHOSEN
from evaluations.models import Period
from perjanjian.forms import IndonesianDateField
from perjanjian.numerals import format_date


class PeriodForm(forms.ModelForm):
    """The days of one period, in their order."""

    class Meta:
        model = Period
        fields: tuple[str, ...] = ("opens", "fill_by", "verify_by", "fix_by", "locks")
        field_classes = dict.fromkeys(fields, IndonesianDateField)
        widgets = dict.fromkeys(fields, IndonesianDateField.widget)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        days = [(name, cleaned.get(name)) for name in self.Meta.fields]
        for (earlier, first), (later, second) in pairwise(days):
            if first and second and second < first:
                before = self.fields[earlier].label
                self.add_error(later, f"Tidak boleh lebih awal daripada “{before}” ({format_date(first)}).")
        return cleaned

    def _post_clean(self) -> None:
        """The row itself is written by `evaluations.calendar`, not here."""


class MonthForm(PeriodForm):
    """The days of a month of money. Nobody verifies there: those days follow the one it is filled by."""

    class Meta(PeriodForm.Meta):
        fields = ("opens", "fill_by", "locks")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        return cleaned | dict.fromkeys(("verify_by", "fix_by"), cleaned.get("fill_by"))


class ExtensionForm(forms.Form):
    """Time given to one unit past the lock."""

    expires = IndonesianDateField(label="Berlaku sampai")
    reason = forms.CharField(label="Alasan", max_length=1000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, periods: Sequence[Period], day: date, data: Any = None):
        super().__init__(data, prefix="x")
        self.day = day
        opened = [period.pk for period in periods if period.opens <= day]
        own = Indicator.objects.in_use().filter(unit=OuterRef("pk"))
        money = Budget.objects.filter(unit=OuterRef("pk"), year__in={period.year for period in periods})
        chosen_from = {
            "period": ("Periode", Period.objects.filter(pk__in=opened)),
            "unit": ("Perangkat daerah", Unit.objects.filter(Exists(own) | Exists(money))),
        }
        choices = {
            name: forms.ModelChoiceField(rows, label=label, empty_label=UNCHOSEN[1])
            for name, (label, rows) in chosen_from.items()
        }
        self.fields = choices | self.fields

    def clean_reason(self) -> str:
        text = self.cleaned_data["reason"].strip()
        if len(text) < checks.SHORTEST_REASON:
            raise ValidationError(f"Isi alasan paling sedikit {checks.SHORTEST_REASON} huruf.")
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        period, expires = cleaned.get("period"), cleaned.get("expires")
        if period and expires:
            earliest = calendar.earliest_expiry(period, self.day)
            if expires < earliest:
                self.add_error("expires", f"Isi {format_date(earliest)} atau sesudahnya.")
        return cleaned
