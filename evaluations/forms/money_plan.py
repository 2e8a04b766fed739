"""What is typed of the cash and physical plan: one small form for each budget."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from agreements.models import Budget
from agreements.models.planning import MONEY_DIGITS
from evaluations.forms import faults_of
from evaluations.money_plans import MONTH_NUMBERS, Plan, Planned
from perjanjian.forms import MoneyField, NumeralField
from perjanjian.numerals import MONTHS, format_rupiah


class PlanForm(forms.Form):
    """The year of one budget: what each month is to pay, and how far the work is to be by its end."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def __init__(self, budget: Budget, plan: Plan, data: Any = None):
        self.budget, self.stored = budget, plan
        super().__init__(data, prefix=f"p{budget.pk}", initial={"seen": plan.mark})
        for month in MONTH_NUMBERS:
            name = MONTHS[month - 1]
            self.fields[f"c{month}"] = MoneyField(
                label=f"Kas {name} (Rp)",
                required=False,
                max_digits=MONEY_DIGITS,
                min_value=0,
                initial=plan.cash.get(month),
            )
            self.fields[f"f{month}"] = NumeralField(
                label=f"Fisik s.d. {name} (%)",
                required=False,
                max_digits=5,
                decimal_places=2,
                min_value=0,
                max_value=100,
                initial=plan.physical.get(month),
            )
        self.clash = False

    # --- what is shown ---

    @property
    def months(self) -> list[tuple[str, forms.BoundField, forms.BoundField, Decimal | None, Decimal | None]]:
        """Each month with its two fields, and what is stored for who only reads."""
        cash, physical = self.stored.cash, self.stored.physical
        return [
            (MONTHS[n - 1], self[f"c{n}"], self[f"f{n}"], cash.get(n), physical.get(n)) for n in MONTH_NUMBERS
        ]

    @property
    def label(self) -> str:
        return f"{self.budget.programme} ({self.budget.fund_source})"

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Each with the budget it speaks of."""
        return [(field, f"{self.label}: {text}") for field, text in faults_of(self)]

    @property
    def sentence(self) -> str:
        """How much of the budget is planned, as it is stored."""
        return planned_sentence(self.stored.total, self.budget.amount)

    # --- what was typed ---

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        total = self.plan.total
        if total is not None and total > self.budget.amount:
            more = format_rupiah(total - self.budget.amount)
            self.add_error(
                "c12", f"Jumlah rencana melebihi pagu {format_rupiah(self.budget.amount)}. Kurangi {more}."
            )
        highest = Decimal(0)
        for month in MONTH_NUMBERS:
            percent = cleaned.get(f"f{month}")
            if percent is not None and percent < highest:
                self.add_error(
                    f"f{month}", "Fisik dihitung sejak Januari, jadi tidak boleh turun dari bulan sebelumnya."
                )
                break
            highest = percent if percent is not None else highest
        return cleaned

    @property
    def plan(self) -> Plan:
        """As typed; a month left empty beside others that pay something pays nothing."""
        cash = {month: self.cleaned_data.get(f"c{month}") for month in MONTH_NUMBERS}
        if any(amount is not None for amount in cash.values()):
            cash = {month: amount or Decimal(0) for month, amount in cash.items()}
        return Plan(cash, {month: self.cleaned_data.get(f"f{month}") for month in MONTH_NUMBERS})

    @property
    def planned(self) -> Planned:
        return Planned(self.budget, self.cleaned_data["seen"], self.plan)


def planned_sentence(total: Decimal | None, amount: Decimal) -> str:
    """“Jumlah rencana Rp…; Rp… dari pagu belum direncanakan.”"""
    if total is None:
        return "Belum ada rencana kas."
    if total == amount:
        return "Jumlah rencana kas sama dengan pagu."
    if total < amount:
        return f"Jumlah rencana kas {format_rupiah(total)}; {format_rupiah(amount - total)} dari pagu belum direncanakan."
    return f"Jumlah rencana kas {format_rupiah(total)}, lebih {format_rupiah(total - amount)} dari pagu."


def as_typed(plan: Plan, prefix: str) -> Mapping[str, str]:
    """A plan as the fields of a form would hold it."""
    money, percent = MoneyField(), NumeralField()
    found = {}
    for month in MONTH_NUMBERS:
        cash, physical = plan.cash.get(month), plan.physical.get(month)
        found[f"{prefix}-c{month}"] = "" if cash is None else str(money.prepare_value(cash))
        found[f"{prefix}-f{month}"] = "" if physical is None else str(percent.prepare_value(physical))
    return found
