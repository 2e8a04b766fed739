"""What is typed about facts: one small form per row of the entry page, and the forms around it."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef

from agreements.enums import Accumulation, Kind, Method, Polarity
from agreements.models import Budget, Indicator, Unit, YearPolicy
from agreements.models.planning import MEASURE_PLACES
from evaluations import calendar, checks
from evaluations.achievement import Reading, Rule, Target
from evaluations.changes import CLAIMED, TYPED
from evaluations.enums import SourceStatus, ValueState
from evaluations.grid import Line
from evaluations.models import Evidence, Period, Realisation
from evaluations.proof_form import PROOF, ProofForm
from perjanjian.forms import IndonesianDateField, NumeralField
from perjanjian.numerals import format_date, format_number, roman

DETAILS = ("state", "state_reason", "expected_on", "source_status", "supporting", "inhibiting", "follow_up")
UNCHOSEN = ("", "– pilih –")


def mark_of(values: Mapping[str, Any]) -> str:
    """Short mark of what a row holds, to notice whether its typed fields were touched at all."""
    texts = (_as_text(values[name]) for name in sorted(values))
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:16]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return format_number(value) if isinstance(value, Decimal) else str(value).replace("\r\n", "\n").strip()


def value_fields(line: Line, which: str = "claimed") -> dict[str, forms.Field]:
    """The fields of a value, by the kind of its indicator."""
    indicator, reference, last = line.indicator, line.reference, line.previous or line.last_year
    name = indicator.name
    if indicator.kind == Kind.SCALE:
        choices = [UNCHOSEN, *((rank, f"{step}") for rank, step in line.steps)]
        field = forms.TypedChoiceField(label=f"Tingkat {name}", choices=choices, coerce=int, empty_value=None)
        field.widget.attrs["class"] = "form-select"
        return {"step": field}
    if indicator.kind == Kind.DATE:
        return {"date": IndonesianDateField(label=f"Tanggal {name}")}
    if indicator.kind == Kind.RATIO:
        before = (last.claimed_numerator, last.claimed_denominator) if last else (None, None)
        return {
            "numerator": _figure(f"Pembilang {name}", before[0]),
            "denominator": _figure(f"Penyebut {name}", before[1]),
        }
    known = (reference.value or reference.high) if reference else None
    return {"value": _figure(f"Nilai {name}", known or (last.claimed_value if last else None))}


def _figure(label: str, reference: Decimal | None) -> NumeralField:
    return NumeralField(label=label, reference=reference, decimal_places=MEASURE_PLACES)


def faults_of(form: forms.BaseForm) -> list[tuple[str, str]]:
    """(id of the field, sentence) for the list at the top of the page."""
    return [
        (form[name].id_for_label, str(text)) for name in form.fields for text in form.errors.get(name, ())
    ]


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

    filled_in_reason = forms.CharField(label="Alasan mengisikan untuk perangkat daerah ini", max_length=300)

    def clean_filled_in_reason(self) -> str:
        text = self.cleaned_data["filled_in_reason"].strip()
        if len(text) < checks.SHORTEST_REASON:
            raise ValidationError(f"Isi alasan paling sedikit {checks.SHORTEST_REASON} huruf.")
        return text


class VerdictForm(forms.Form):
    """What a verifier says of one submitted value: another value and why, or what to mend."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    correction_reason = forms.CharField(
        label="Alasan koreksi", required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    return_reason = forms.CharField(
        label="Yang perlu diperbaiki", required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
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
        for name in self.fields:
            select = isinstance(self.fields[name].widget, forms.Select)
            self.fields[name].widget.attrs["class"] = "form-select" if select else "form-control"
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
        wanted = {"correct": (*self.value_names, "correction_reason"), "return": ("return_reason",)}
        for name in [name for name in self.errors if name not in (*wanted.get(action, ()), "version")]:
            del self.errors[name]
        reason = {"correct": "correction_reason", "return": "return_reason"}.get(action)
        if reason and len(self.cleaned_data.get(reason, "").strip()) < checks.SHORTEST_REASON:
            self.add_error(reason, f"Isi alasan paling sedikit {checks.SHORTEST_REASON} huruf.")
        return not self.errors

    def given(self, action: str) -> dict[str, Any]:
        """What the step takes besides the row."""
        if action == "correct":
            values = {name: self.cleaned_data.get(name) for name in self.value_names}
            return {"values": values, "reason": self.cleaned_data["correction_reason"]}
        return {"reason": self.cleaned_data["return_reason"]} if action == "return" else {}

    def seen_row(self) -> Realisation:
        """The row at the version the verifier saw."""
        self.row.version = self.cleaned_data["version"]
        return self.row


# --- calendar ---------------------------------------------------------------------------------


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


# --- simulation -------------------------------------------------------------------------------

SIMULATED_KINDS = {"number": "Angka", "range": "Rentang", "scale": "Predikat / tingkat", "date": "Tanggal"}
SIMULATED_PERIODS = ("tw1", "tw2", "tw3", "tw4")


class SimulationForm(forms.Form):
    """A target and a realisation to try out; its fields follow the kind of value."""

    polarity = forms.ChoiceField(label="Arah", choices=Polarity.choices, initial=Polarity.HIGHER)
    method = forms.ChoiceField(
        label="Rumus makin rendah", choices=Method.choices, initial=Method.SELISIH, required=False
    )
    cap = NumeralField(
        label="Batas capaian (%)", required=False, min_value=100, help_text="Kosong: tidak dibatasi."
    )
    accumulation = forms.ChoiceField(
        label="Cara hitung setahun",
        choices=[choice for choice in Accumulation.choices if choice[0] != Accumulation.RATIO_OF_SUMS],
        initial=Accumulation.LAST,
        required=False,
        help_text="Hanya dipakai bila triwulan diisi.",
    )

    def __init__(self, kind: str, policies: Sequence[YearPolicy], data: Any = None):
        super().__init__(data)
        self.kind = kind
        self.policies = {str(policy.year): policy for policy in policies}
        years = [(year, year) for year in self.policies]
        self.fields["policy"] = forms.ChoiceField(
            label="Predikat menurut kebijakan tahun",
            choices=years or [("", "Permendagri 86/2017")],
            required=False,
        )
        made = {**self._target_fields(), "actual": self._field("Realisasi", required=False)}
        made |= {
            name: self._field(f"TW {roman(n)}", required=False) for n, name in enumerate(SIMULATED_PERIODS, 1)
        }
        self.fields = made | self.fields
        if kind in ("scale", "date"):
            for name in ("polarity", "method"):
                del self.fields[name]
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs.setdefault("class", "form-select" if select else "form-control")

    def _field(self, label: str, required: bool = True) -> forms.Field:
        if self.kind == "date":
            return IndonesianDateField(label=label, required=required)
        if self.kind == "scale":
            help_text = "Urutan tingkat, 1 yang terendah." if required else ""
            return forms.IntegerField(
                label=label, required=required, min_value=1, max_value=99, help_text=help_text
            )
        return NumeralField(label=label, required=required)

    def _target_fields(self) -> dict[str, forms.Field]:
        if self.kind == "range":
            return {"low": self._field("Batas bawah"), "high": self._field("Batas atas")}
        return {"target": self._field("Target")}

    @property
    def mains(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in ("target", "low", "high", "actual")]

    @property
    def has_quarters(self) -> bool:
        return any(self.data.get(name) for name in SIMULATED_PERIODS)

    @property
    def quarters(self) -> list[forms.BoundField]:
        return [self[name] for name in SIMULATED_PERIODS]

    @property
    def rules(self) -> list[forms.BoundField]:
        names = ("polarity", "method", "cap", "accumulation", "policy")
        return [self[name] for name in names if name in self.fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["accumulation"] = cleaned.get("accumulation") or Accumulation.LAST
        figures = [cleaned.get(name) for name in ("actual", *SIMULATED_PERIODS)]
        if not self.errors and all(figure is None for figure in figures):
            self.add_error("actual", "Isi realisasinya, atau nilai tiap triwulan.")
        return cleaned

    @property
    def chosen_policy(self) -> YearPolicy | None:
        return self.policies.get(self.cleaned_data["policy"])

    def rule(self) -> Rule:
        cleaned = self.cleaned_data
        return Rule(
            kind=self.kind,
            polarity=cleaned.get("polarity") or Polarity.HIGHER,
            method=cleaned.get("method") or Method.SELISIH,
            cap=cleaned["cap"],
            scale_above=self.chosen_policy.scale_above if self.chosen_policy else "hundred",
        )

    def target(self) -> Target:
        cleaned = self.cleaned_data
        if self.kind == "range":
            return Target(low=cleaned["low"], high=cleaned["high"])
        return Target(**{COLUMN_OF[self.kind]: cleaned["target"]})

    def readings(self) -> list[Reading | None]:
        """One reading; or four, one a quarter, where quarters were typed."""
        cleaned, column = self.cleaned_data, COLUMN_OF[self.kind]
        typed = [cleaned[name] for name in SIMULATED_PERIODS]
        figures = typed if any(figure is not None for figure in typed) else [cleaned["actual"]]
        return [None if figure is None else Reading(**{column: figure}) for figure in figures]


COLUMN_OF = {"number": "value", "range": "value", "scale": "step", "date": "date"}
