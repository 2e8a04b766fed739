"""Forms of the action plan: the targets of all indicators by quarter, and one step."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import cast

from django import forms

from agreements import periodic
from agreements.enums import Accumulation, Kind, Split
from agreements.forms.agreement import (
    COLUMN_LABELS,
    DraftForm,
    ReasonForm,
    position_label,
    target_fields,
    typed_figure,
)
from agreements.models import ActionPlan, ActionStep, AgreementBudget, AgreementIndicator, Position
from agreements.periodic import Figures, NotSplit
from agreements.plan_outline import PlanObjective, PlanRow, rows_of
from agreements.querysets import PositionQuerySet
from agreements.workflow import SHORTEST_REASON
from perjanjian.forms import MoneyField, NumeralField
from perjanjian.numerals import MONTHS, roman

# What a split is asked for: of all indicators instead of the number of one.
ALL = "semua"


class RevisionForm(ReasonForm):
    """Why the version in force is changed, short enough to stand beside the version."""

    LONGEST = ActionPlan._meta.get_field("reason").max_length

    reason = forms.CharField(
        label="Alasan perubahan",
        min_length=SHORTEST_REASON,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "min_length": f"Isi alasan perubahan paling sedikit {SHORTEST_REASON} huruf.",
            "max_length": f"Alasan paling panjang {LONGEST} huruf. Persingkat alasannya.",
        },
    )


class PeriodTargetsForm(DraftForm):
    """The targets of a plan by indicator and quarter; empty stays empty, and nothing must add up to be saved."""

    def __init__(self, *args, plan: ActionPlan, rows: list[PlanRow], **kwargs):
        kwargs.setdefault("initial", {})["version"] = plan.version
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.conflicts: dict[int, str] = {}
        for row in rows:
            for quarter in row.year.due:
                stored = row.figures.get(quarter, {})
                for column, field in target_fields(row.promise).items():
                    field.required = False
                    field.initial = stored.get(column)
                    if isinstance(field, NumeralField) and row.year.accumulation == Accumulation.SUM:
                        # A share of the year is what a doubtful thousands point is judged by.
                        field.reference = field.reference and field.reference / len(row.year.due)
                    field.label = f"{COLUMN_LABELS[column]} TW {roman(quarter)} – {row.promise}"
                    self.fields[_name(row, quarter, column)] = field

    def bound(self, row: PlanRow) -> list[tuple[int, list[forms.BoundField]]]:
        """The fields of one indicator by quarter, for the page; none where it is not measured."""
        return [
            (cell.quarter, [self[_name(row, cell.quarter, c)] for c in row.year.columns] if cell.due else [])
            for cell in row.cells
        ]

    def problem(self, row: PlanRow) -> str:
        """Why the quarters do not make the year, as typed; as stored on a page merely opened."""
        return periodic.problem(row.year, self._typed(row)) if self.is_bound else row.problem

    def saved(self, row: PlanRow) -> str:
        """After a conflict: what somebody else saved where it differs from what was typed."""
        return self.conflicts.get(row.promise.pk, "")

    def clean(self):
        cleaned = super().clean()
        for row in self.rows:
            if row.year.kind != Kind.RANGE:
                continue
            for quarter in row.year.due:
                low, high = (cleaned.get(_name(row, quarter, end)) for end in ("low", "high"))
                if low is not None and high is not None and high < low:
                    sentence = "Batas atas tidak boleh di bawah batas bawah. Tukar keduanya."
                    self.add_error(_name(row, quarter, "high"), sentence)
        return cleaned

    def targets(self) -> dict[int, dict[int, Figures]]:
        """What was typed, by promise and quarter; what the page did not ask is left out."""
        return {row.promise.pk: typed for row in self.rows if (typed := self._typed(row))}

    def _typed(self, row: PlanRow) -> dict[int, Figures]:
        found: dict[int, Figures] = {}
        for quarter in row.year.due:
            names = {column: _name(row, quarter, column) for column in row.year.columns}
            if not any(self._is_absent(name) for name in names.values()):
                found[quarter] = {
                    column: typed_figure(column, self.cleaned_data.get(name))
                    for column, name in names.items()
                }
        return found

    def _is_absent(self, name: str) -> bool:
        widget = self.fields[name].widget
        return widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))

    def propose(
        self, of: str, way: Split, shapes: Mapping[int, Mapping[int, Decimal]]
    ) -> tuple[int, list[str]]:
        """Fill in a split of the year's targets; nothing is saved.

        Args:
            of: the number of a promise, or ALL: then what was typed already stays.

        Returns how many indicators were filled in, and why others could not be.
        """
        self.full_clean()
        answers: dict[str, str] = {}
        filled, refused = 0, []
        for row in self.rows:
            typed = self._typed(row)
            if of == ALL and any(not periodic.is_empty(figures) for figures in typed.values()):
                continue
            if of not in (ALL, str(row.promise.pk)):
                continue
            try:
                quarters = periodic.split(row.year, way, shapes.get(row.promise.pk))
            except NotSplit as sentence:
                refused.append(f"{row.promise}: {sentence}")
                continue
            filled += 1
            answers |= self._shown(row, quarters)
        self._answer(**answers)
        self.full_clean()
        return filled, refused

    def _shown(self, row: PlanRow, quarters: Mapping[int, Figures]) -> dict[str, str]:
        """A split as its fields show it."""
        found = {}
        for quarter in row.year.due:
            for column in row.year.columns:
                name = _name(row, quarter, column)
                figure = quarters.get(quarter, {}).get(column)
                shown = self.fields[name].prepare_value(figure)
                found[name] = "" if shown is None else str(shown)
                # A chosen reading of a doubtful number would count before what is filled in now.
                found[f"{name}__reading"] = ""
        return found

    def show_stored(self, sentence: str, plan: ActionPlan, objectives: Iterable[PlanObjective]) -> None:
        """After a conflict: keep what was typed, show what somebody else saved where it differs."""
        typed = self.targets()
        self.show_conflict(sentence, plan)
        for row in rows_of(objectives):
            own = typed.get(row.promise.pk, {})
            differs = [
                f"TW {roman(quarter)}: {row.cells[quarter - 1].text or 'kosong'}"
                for quarter, figures in own.items()
                if dict(row.figures.get(quarter, dict.fromkeys(figures))) != dict(figures)
            ]
            if differs:
                self.conflicts[row.promise.pk] = "; ".join(differs)


def _name(row: PlanRow, quarter: int, column: str) -> str:
    return f"t{row.promise.pk}_{quarter}_{column}"


MONTH_CHOICES = [(number, name) for number, name in enumerate(MONTHS, start=1)]


class PlanStepForm(DraftForm):
    """One step: for which indicator, what, from which month to which, by whom, paid from what."""

    promise = forms.ModelChoiceField(AgreementIndicator.objects.none(), label="Indikator", empty_label=None)
    text = forms.CharField(label="Langkah", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    first_month = forms.TypedChoiceField(label="Mulai", choices=MONTH_CHOICES, coerce=int, initial=1)
    last_month = forms.TypedChoiceField(label="Selesai", choices=MONTH_CHOICES, coerce=int, initial=12)
    person_in_charge = forms.ModelChoiceField(
        Position.objects.none(), label="Penanggung jawab", required=False, empty_label="– pilih –"
    )
    budget_line = forms.ModelChoiceField(
        AgreementBudget.objects.none(), label="Program", required=False, empty_label="– tanpa program –"
    )
    amount = MoneyField(label="Anggaran (Rp)", required=False, min_value=0)

    def __init__(
        self,
        *args,
        plan: ActionPlan,
        positions: PositionQuerySet,
        step: ActionStep | None = None,
        promise: int | None = None,
        **kwargs,
    ):
        initial = kwargs.setdefault("initial", {})
        initial["version"] = plan.version
        if step is not None:
            initial |= {name: getattr(step, f"{name}_id") for name in _CHOSEN}
            initial |= {name: getattr(step, name) for name in ("text", "first_month", "last_month", "amount")}
        elif promise is not None:
            initial["promise"] = promise
        super().__init__(*args, **kwargs)
        agreement = plan.agreement_id
        offered = {
            "promise": AgreementIndicator.objects.filter(objective__agreement=agreement),
            "person_in_charge": positions,
            "budget_line": AgreementBudget.objects.filter(agreement=agreement),
        }
        for name, rows in offered.items():
            cast(forms.ModelChoiceField, self.fields[name]).queryset = rows
        people = cast(forms.ModelChoiceField, self.fields["person_in_charge"])
        people.label_from_instance = position_label  # type: ignore[method-assign, assignment]

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_month"), cleaned.get("last_month")
        if first and last and last < first:
            self.add_error(
                "last_month", "Bulan selesai tidak boleh sebelum bulan mulai. Perbaiki salah satunya."
            )
        line, amount = cleaned.get("budget_line"), cleaned.get("amount")
        if line and amount is not None and amount > line.amount:
            self.add_error(
                "amount", "Anggaran langkah melebihi anggaran programnya di PK. Periksa jumlahnya."
            )
        return cleaned

    def said(self) -> dict:
        """What was typed, by column of the step."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


_CHOSEN = ("promise", "person_in_charge", "budget_line")
