"""What all forms over master data share: Indonesian fields, and no silent overwriting."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db import models
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.models import ModelChoiceIterator
from django.http import QueryDict

from agreements.changes import described, differences, fingerprint
from agreements.models.planning import MoneyColumn
from perjanjian.forms import IndonesianDateField, MoneyField, NumeralField

UNCHOSEN = "– pilih –"
# A field offers at most so many rows; others are searched for on a page of their own.
MOST_OFFERED = 60


def indonesian(column: models.Field, **kwargs):
    """The form field of a model's column, with dates and figures typed the Indonesian way."""
    if isinstance(column, models.DateField):
        kwargs["form_class"] = IndonesianDateField
        kwargs.pop("widget", None)
    elif isinstance(column, MoneyColumn):
        kwargs["form_class"] = MoneyField
    elif isinstance(column, models.DecimalField):
        kwargs["form_class"] = NumeralField
    return column.formfield(**kwargs)


def few(rows: models.QuerySet, also: Iterable[int | None] = ()) -> models.QuerySet:
    """The first of the rows in their order, and besides those whose numbers are given."""
    first = list(rows.values_list("pk", flat=True)[:MOST_OFFERED])
    return rows.model._default_manager.filter(pk__in=[*first, *(pk for pk in also if pk)])


class _Few(ModelChoiceIterator):
    """The choices of a field that takes any row and shows some."""

    def __init__(self, field: forms.ModelChoiceField, offered: models.QuerySet) -> None:
        super().__init__(field)
        self.queryset = offered


def _name_empty(field: forms.TypedChoiceField) -> None:
    """What stands for nothing chosen is told in words: Django draws dashes."""
    choices = list(cast(Iterable[tuple[Any, Any]], field.choices))
    if choices and choices[0] == BLANK_CHOICE_DASH[0]:
        field.choices = [("", UNCHOSEN), *choices[1:]]


class MasterForm(forms.ModelForm):
    """A form over one row. What somebody else saved while it was being filled in is shown, not lost."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        formfield_callback = indonesian

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and not isinstance(
                field, forms.ModelMultipleChoiceField
            ):
                field.empty_label = UNCHOSEN
            elif isinstance(field, forms.TypedChoiceField):
                _name_empty(field)
        if self.instance.pk:
            self.initial["seen"] = fingerprint(self.describe(self.instance))

    @property
    def described_names(self) -> list[str]:
        """The columns this form writes."""
        columns = {f.name for f in (*self.instance._meta.fields, *self.instance._meta.many_to_many)}
        return [name for name in self.fields if name in columns]

    def offer(self, name: str, rows: models.QuerySet) -> None:
        """The rows that may be chosen in a field."""
        cast(forms.ModelChoiceField, self.fields[name]).queryset = rows

    def offer_few(self, name: str, rows: models.QuerySet, offered: models.QuerySet, also=()) -> None:
        """Any of the rows may be chosen; shown are the first of `offered`, what is chosen already, was just
        sent, and what was searched for (`also`)."""
        field = cast(forms.ModelChoiceField, self.fields[name])
        sent = self.data.getlist(self.add_prefix(name)) if isinstance(self.data, QueryDict) else ()
        chosen = self.initial.get(name)
        known = chosen if isinstance(chosen, list | tuple) else [chosen]
        numbers = [getattr(each, "pk", each) for each in known]
        also = [*also, *numbers, *(int(each) for each in sent if each.isdecimal() and len(each) < 18)]
        shown = few(offered, also)
        field.iterator = cast(Any, lambda of_field: _Few(of_field, shown))
        field.queryset = rows

    def describe(self, row) -> dict[str, str]:
        """What the history says of a row; a form that writes more than columns adds to it."""
        return described(row, self.described_names)

    def stored(self):
        """The row as the database holds it now."""
        return type(self.instance)._default_manager.get(pk=self.instance.pk)

    def clean(self):
        cleaned = super().clean()
        seen = self.data.get(self.add_prefix("seen"))
        if self.instance.pk and seen:
            self._compare_with(seen)
        return cleaned

    def _compare_with(self, seen: str) -> None:
        now = self.describe(self.stored())
        if fingerprint(now) == seen:
            return
        # Saving once more, with the mark of what is there now, is the person's choice.
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("seen")] = fingerprint(now)
        self.data = data
        typed = described(self._typed(), self.described_names)
        theirs, _ = differences(now, typed)
        listed = "; ".join(f"{name}: “{value or 'kosong'}”" for name, value in theirs.items())
        self.add_error(
            None,
            "Sementara Anda mengisi, orang lain menyimpan data ini. "
            + (f"Yang tersimpan sekarang – {listed}. " if listed else "")
            + "Isian Anda tetap ada di bawah; simpan sekali lagi untuk memakainya.",
        )

    def _typed(self):
        """The row as typed, not saved; what could not be read stays as it was."""
        row = self.stored()
        for name, value in self.cleaned_data.items():
            field = next((f for f in row._meta.fields if f.name == name), None)
            if field is not None:
                setattr(row, name, value)
        return row
