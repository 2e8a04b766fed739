"""The fields that rows of facts are made of, and what forms say when something is to be mended."""

from decimal import Decimal

from django import forms

from agreements.enums import Kind
from agreements.models.planning import MEASURE_PLACES
from evaluations.grid import Line
from perjanjian.forms import IndonesianDateField, NumeralField

UNCHOSEN = ("", "– pilih –")


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
    promised = (reference.value or reference.high or reference.low) if reference else None
    # A quarter's figure is nearer to the last one's than to the target of the whole year.
    return {"value": _figure(f"Nilai {name}", (last.claimed_value if last else None) or promised)}


def _figure(label: str, reference: Decimal | None) -> NumeralField:
    return NumeralField(label=label, reference=reference, decimal_places=MEASURE_PLACES)


def faults_of(form: forms.BaseForm) -> list[tuple[str, str]]:
    """(id of the field, sentence) for the list at the top of the page."""
    return [
        (form[name].id_for_label, str(text)) for name in form.fields for text in form.errors.get(name, ())
    ]


def dressed(form: forms.Form) -> None:
    """Give every field the look of its kind."""
    for field in form.fields.values():
        select = isinstance(field.widget, forms.Select)
        field.widget.attrs["class"] = "form-select" if select else "form-control"
