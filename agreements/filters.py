"""What lists of the plan can be narrowed by: explicit names only, never columns from the address."""

import django_filters
from django import forms

from agreements.enums import BudgetVersion, Kind, ObjectiveKind
from agreements.lineage import Lineage
from agreements.models import Budget, Indicator, Label, Objective, Unit

ALL = "Semua"


class _Narrowed(django_filters.FilterSet):
    """Fields in one row; the units offered are those the account sees."""

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.form.fields["unit"].queryset = units


def _lacking(word: str):
    """Rows that lack something: a door from where it was counted, kept while the list is narrowed further."""
    return django_filters.ChoiceFilter(method="by_lack", choices=[(word, word)], widget=forms.HiddenInput)


def _unit_filter():
    return django_filters.ModelChoiceFilter(
        label="Perangkat daerah", queryset=Unit.objects.none(), empty_label=ALL
    )


class IndicatorFilter(_Narrowed):
    def __init__(self, *args, year: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.year = year

    cari = django_filters.CharFilter(label="Cari indikator", method="by_words", max_length=100)
    unit = _unit_filter()
    label = django_filters.ModelChoiceFilter(
        label="Label", field_name="labels", queryset=Label.objects.all(), empty_label=ALL
    )
    jenis = django_filters.ChoiceFilter(
        label="Jenis nilai", field_name="kind", choices=Kind.choices, empty_label=ALL
    )
    kurang = _lacking("target")
    sasaran = django_filters.NumberFilter(method="by_objective", widget=forms.HiddenInput)
    skala = django_filters.NumberFilter(field_name="scale_id", widget=forms.HiddenInput)
    arsip = django_filters.BooleanFilter(
        label="Yang tidak dipakai lagi",
        field_name="archived",
        method="by_archive",
        widget=forms.CheckboxInput,
    )

    class Meta:
        model = Indicator
        fields: tuple[str, ...] = ()

    def by_words(self, rows, name, words):
        return rows.matching(words)

    def by_lack(self, rows, name, word):
        """Those without a target in the year of the page."""
        return rows.without_target(self.year)

    def by_objective(self, rows, name, pk):
        """Those of the objective, and of the ones in whose place it stands in the year."""
        return rows.filter(objective__in=Lineage(self.year).family([int(pk)]))

    def by_archive(self, rows, name, archived):
        return rows.filter(archived=bool(archived))


class ObjectiveFilter(_Narrowed):
    def __init__(self, *args, year: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.year = year

    cari = django_filters.CharFilter(
        label="Cari rumusan", field_name="text", lookup_expr="icontains", max_length=100
    )
    unit = _unit_filter()
    jenis = django_filters.ChoiceFilter(
        label="Jenis", field_name="kind", choices=ObjectiveKind.choices, empty_label=ALL
    )
    kurang = _lacking("indikator")

    class Meta:
        model = Objective
        fields: tuple[str, ...] = ()

    def by_lack(self, rows, name, word):
        """Sasaran without an indicator in use."""
        measured = Lineage(self.year).named_by(Indicator.objects.in_use(), "objective_id")
        return rows.unmeasured().exclude(pk__in=measured)


class BudgetFilter(_Narrowed):
    cari = django_filters.CharFilter(label="Cari program", method="by_words", max_length=100)
    unit = _unit_filter()
    versi = django_filters.ChoiceFilter(
        label="Versi", field_name="version", choices=BudgetVersion.choices, empty_label=ALL
    )

    class Meta:
        model = Budget
        fields: tuple[str, ...] = ()

    def by_words(self, rows, name, words):
        return rows.matching(words)
