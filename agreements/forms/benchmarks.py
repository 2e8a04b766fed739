"""Forms of what others reached: figures in the columns of an indicator's kind, with their source."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from agreements.enums import BenchmarkKind, Kind
from agreements.forms.base import UNCHOSEN
from agreements.models import Benchmark, Indicator
from agreements.models.planning import MEASURE_PLACES
from perjanjian.forms import IndonesianDateField, NumeralField
from perjanjian.numerals import FIRST_YEAR, LAST_YEAR

NEEDS_SOURCE = "Tulis sumbernya, misalnya nama terbitan dan tanggalnya."


def reached_field(
    indicator: Indicator, steps: Sequence[str], label: str, reference: Decimal | None = None
) -> tuple[str, forms.Field]:
    """The column that holds a reached figure of the indicator, and its field."""
    if indicator.kind == Kind.SCALE:
        choices = [("", UNCHOSEN), *enumerate(steps, start=1)]
        field = forms.TypedChoiceField(
            label=label, choices=choices, coerce=int, empty_value=None, required=False
        )
        field.widget.attrs["class"] = "form-select"
        return "step", field
    if indicator.kind == Kind.DATE:
        return "date", IndonesianDateField(label=label, required=False)
    figure: dict[str, Any] = {"required": False, "decimal_places": MEASURE_PLACES, "reference": reference}
    return "value", NumeralField(label=label, **figure)


class BenchmarkForm(forms.Form):
    """One benchmark; a new one left empty is none, and one without its figure is taken away.

    `fixed` is a kind that is not asked for, with its own name.
    """

    kind = forms.ChoiceField(
        label="Pembanding", choices=[("", UNCHOSEN), *BenchmarkKind.choices], required=False
    )
    name = forms.CharField(
        label="Nama pembanding",
        max_length=120,
        required=False,
        help_text="Misalnya Indonesia, Provinsi Jawa Tengah, atau nama SPM.",
    )
    year = forms.IntegerField(label="Tahun data", min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    source = forms.CharField(label="Sumber", max_length=200, required=False)

    def __init__(
        self,
        *args,
        indicator: Indicator,
        steps: Sequence[str],
        year: int,
        row: Benchmark | None = None,
        fixed: BenchmarkKind | None = None,
        **kwargs,
    ):
        self.row, self.fixed = row, fixed
        self.column, field = reached_field(indicator, steps, "Nilai pembanding")
        first = {"year": year}
        if row is not None:
            first |= {name: getattr(row, name) for name in ("kind", "name", "year", "source", self.column)}
        super().__init__(*args, **{**kwargs, "initial": first})
        self.fields[self.column] = field
        for name in ("kind", "name", "year", "source"):
            css = "form-select" if name == "kind" else "form-control"
            self.fields[name].widget.attrs["class"] = css
        if fixed:
            del self.fields["kind"]
        order = ("kind", "name", "year", self.column, "source")
        self.order_fields([name for name in order if name in self.fields])

    def clean(self):
        cleaned = super().clean()
        if self.errors or cleaned[self.column] is None:
            return cleaned
        needed = {
            "kind": "Pilih jenis pembandingnya.",
            "name": "Tulis siapa pembandingnya, misalnya Indonesia.",
            "year": "Isi tahun datanya.",
            "source": NEEDS_SOURCE,
        }
        for name, sentence in needed.items():
            if name in self.fields and not cleaned[name]:
                self.add_error(name, sentence)
        return cleaned

    @property
    def benchmark(self) -> Benchmark | None:
        """The row to keep; None without a figure. Asked once the form is valid."""
        cleaned = self.cleaned_data
        if cleaned[self.column] is None:
            return None
        row = self.row or Benchmark()
        row.kind = self.fixed or cleaned["kind"]
        row.name, row.year, row.source = cleaned["name"], cleaned["year"], cleaned["source"]
        setattr(row, self.column, cleaned[self.column])
        return row


def refuse_twins(forms_: Sequence[BenchmarkForm]) -> None:
    """The same benchmark twice is refused beside the second one."""
    seen = set()
    for form in forms_:
        row = form.benchmark
        if row is None:
            continue
        key = (row.kind, row.name.casefold(), row.year)
        if key in seen:
            form.add_error(
                "name", "Pembanding ini dengan tahun yang sama sudah ada di atas. Ubah yang di atas."
            )
        seen.add(key)
