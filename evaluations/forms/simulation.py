"""A target and a realisation to try out."""

from collections.abc import Sequence
from typing import Any

from django import forms

from agreements.enums import Accumulation, Method, Polarity
from agreements.models import YearPolicy
from evaluations.achievement import Reading, Rule, Target
from perjanjian.forms import IndonesianDateField, NumeralField
from perjanjian.numerals import roman

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
