"""What is typed of years before and of others, for one indicator of the page that asks for all of a unit's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict

from agreements.benchmarks import Changed
from agreements.benchmarks import mark_of as benchmark_mark
from agreements.enums import BenchmarkKind
from agreements.forms.benchmarks import NEEDS_SOURCE, BenchmarkForm, reached_field
from agreements.forms.planning import TargetForm
from agreements.models import Benchmark, Indicator
from evaluations import years_before
from evaluations.models import EarlierYear

# Those asked for on the page of a unit; others have the indicator's own page.
USUAL = (BenchmarkKind.NATIONAL, BenchmarkKind.PROVINCE)


class ReachedForm(forms.Form):
    """What an indicator reached in one year; empty means nobody knows."""

    def __init__(self, *args, indicator: Indicator, steps, year: int, row: EarlierYear | None, **kwargs):
        self.column, field = reached_field(indicator, steps, f"Realisasi {year}", _reference(indicator))
        initial = {self.column: getattr(row, f"reached_{self.column}")} if row else {}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.fields[self.column] = field

    @property
    def reached(self) -> Decimal | int | date | None:
        return self.cleaned_data[self.column]


def _reference(indicator: Indicator) -> Decimal | None:
    """What a doubtful thousands point is judged by: a target of the plan."""
    known = [target.value or target.high for target in indicator.targets.all()]
    return next((value for value in known if value is not None), None)


class SourceForm(forms.Form):
    """Where the figures of the years before stand; `seen` is the mark of what was opened."""

    source = forms.CharField(
        label="Sumber realisasi tahun sebelumnya",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    seen_others = forms.CharField(required=False, widget=forms.HiddenInput)


@dataclass(frozen=True)
class YearForms:
    """One year: its forms, or `measured`, the year of which the application has a figure."""

    year: int
    measured: bool
    reached: ReachedForm | None
    target: TargetForm | None


class IndicatorEntry:
    """All forms of one indicator. `may_years` and `may_others`: what this account may write here."""

    def __init__(
        self,
        data: Any,
        indicator: Indicator,
        steps: Sequence[str],
        year: int,
        rows: Mapping[int, EarlierYear],
        measured: set[int],
        others: Sequence[Benchmark] | None = None,
        may_years: bool = True,
    ) -> None:
        self.indicator, self.steps, self.rows, self.may_years = indicator, list(steps), rows, may_years
        self.faults: list[str] = []
        self.others = list(others or ())
        self.may_others = others is not None
        prefix = f"i{indicator.pk}"
        self.years = [
            self._year(data, f"{prefix}-{each}", each, each in measured)
            for each in years_before.years_before(year)
        ]
        sources = sorted({row.source for row in rows.values()})
        first = {"source": sources[0] if len(sources) == 1 else "", **self.marks()}
        self.source = SourceForm(data, prefix=prefix, initial=first)
        self.mixed = sources if len(sources) > 1 else []
        self.benchmarks = [
            self._benchmark(data, f"{prefix}-{kind}", kind, year) for kind in USUAL if self.may_others
        ]

    def _year(self, data: Any, prefix: str, year: int, measured: bool) -> YearForms:
        if measured or not self.may_years:
            return YearForms(year, measured, None, None)
        row = self.rows.get(year)
        around: dict[str, Any] = {"indicator": self.indicator, "steps": self.steps}
        target = TargetForm(data, prefix=f"{prefix}-target", target=row, **around)
        for field in target.fields.values():
            bound = "" if field.label == "Target" else f", {str(field.label).lower()}"
            field.label = f"Target {year}{bound}"
        return YearForms(year, False, ReachedForm(data, prefix=prefix, year=year, row=row, **around), target)

    def _benchmark(self, data: Any, prefix: str, kind: BenchmarkKind, year: int) -> BenchmarkForm:
        known = [row for row in self.others if row.kind == kind]
        latest = max(known, key=lambda row: row.year, default=None)
        form = BenchmarkForm(
            data, prefix=prefix, indicator=self.indicator, steps=self.steps, year=year, row=latest, fixed=kind
        )
        if latest is None:
            form.initial["name"] = "Indonesia" if kind == BenchmarkKind.NATIONAL else ""
        return form

    @property
    def opened(self) -> bool:
        """Whether the benchmarks are shown at once: something is typed there, or wrong."""
        return any(form.row is not None or form.errors for form in self.benchmarks)

    @property
    def forms(self) -> list[forms.Form]:
        pairs = [form for each in self.years for form in (each.reached, each.target) if form is not None]
        return [*pairs, self.source, *self.benchmarks]

    def marks(self) -> dict[str, str]:
        """What stands in the database now, to be sent back with what was typed."""
        return {
            "seen": years_before.mark_of(self.indicator, self._own_rows(), self.steps),
            "seen_others": benchmark_mark(self.indicator, self.others, self.steps),
        }

    def _own_rows(self) -> list[EarlierYear]:
        """The rows of the years that may be written here."""
        years = [each.year for each in self.years if each.reached is not None]
        return [self.rows[year] for year in years if year in self.rows]

    def is_valid(self) -> bool:
        checked = [form.is_valid() for form in self.forms]
        valid = all(checked)
        if valid and self._lacks_source():
            self.source.add_error("source", NEEDS_SOURCE)
            return False
        return valid

    def _lacks_source(self) -> bool:
        return any(row is not None and not row.source for row in self.typed.values())

    @property
    def typed(self) -> dict[int, EarlierYear | None]:
        """The years as typed. The source goes with every year; where there were several, with what changed."""
        source = self.source.cleaned_data["source"]
        sources = {row.source for row in self.rows.values()}
        found: dict[int, EarlierYear | None] = {}
        for each in self.years:
            if each.reached is None or each.target is None:
                continue
            old = self.rows.get(each.year)
            if each.reached.reached is None:
                found[each.year] = None
                continue
            row = EarlierYear(indicator=self.indicator, year=each.year, **each.target.cleaned_data)
            setattr(row, f"reached_{each.reached.column}", each.reached.reached)
            touched = each.reached.has_changed() or each.target.has_changed()
            keeps = old is not None and not touched and len(sources) > 1
            row.source = old.source if old is not None and keeps else source
            found[each.year] = row
        return found

    @property
    def kept_benchmarks(self) -> list[Benchmark]:
        """Those that are not asked for here as they are, and those that were typed."""
        asked = {form.row.pk for form in self.benchmarks if form.row is not None}
        typed = [form.benchmark for form in self.benchmarks]
        return [
            *(row for row in self.others if row.pk not in asked),
            *(row for row in typed if row is not None),
        ]

    def clash(self, changed: Changed) -> None:
        """Say what stands there now; sending the same once more takes the place of it."""
        stored = "; ".join(f"{name}: {text}" for name, text in changed.stored.items() if text) or "kosong"
        self.faults.append(
            f"Sementara Bapak/Ibu mengisi, orang lain menyimpan data ini. Yang tersimpan sekarang – {stored}. "
            "Isian Bapak/Ibu tetap ada di bawah; simpan sekali lagi untuk memakainya."
        )
        data = cast(QueryDict, self.source.data).copy()
        data.update({f"{self.source.prefix}-{name}": mark for name, mark in self.marks().items()})
        self.source.data = data
