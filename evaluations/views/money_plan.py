"""Rencana kas dan fisik: all budgets of one unit through the months, in one form."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.paginator import Page
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import permissions
from agreements.budgets import latest_of
from agreements.enums import Split
from agreements.middleware import actor_of
from agreements.models import Budget, Unit
from agreements.years import policy_or_404
from evaluations import tables
from evaluations.forms.money_plan import PlanForm, as_typed
from evaluations.money_plans import EVENLY, PLANNED, Plan, PlanConflict, Shapes, plans_of, save_plans, split
from evaluations.views.common import refused, unit_or_404
from perjanjian.exporting import show
from perjanjian.paging import page_of

NOT_HERE = "Rencana kas dan fisik diisi oleh perangkat daerah itu sendiri atau pengelola anggaran."
# Twenty-four fields a budget: a page stays below what a request may hold.
PAGE_SIZE = 20
NO_SHAPE = "Tahun lalu belum ada realisasi yang dapat dijadikan pola. Bagi rata, atau isi sendiri."
MEANWHILE = (
    "Rencana ini diubah orang lain sementara Anda mengisi. Isian Anda masih di bawah; simpan sekali lagi untuk "
    "memakainya, atau muat ulang halaman untuk melihat yang tersimpan."
)


@require_http_methods(["GET", "HEAD", "POST"])
def money_plan(request, year: int, unit: int):
    """The budgets of a unit's latest version with their plan: a form for who types money, figures for who reads."""
    policy_or_404(request, year)
    found = unit_or_404(request, unit, year)
    may_enter = permissions.may_enter_money(request.scope, found.pk, year)
    if request.method == "POST" and not may_enter:
        raise refused(request, PLANNED, found, NOT_HERE, found)
    page = PlanPage.of(request, found, year, may_enter)
    if request.method == "POST" and page.saved(request):
        return redirect(page.address)
    return show(request, "evaluations/money_plan.html", page.context(), tables.money_plan)


@dataclass
class PlanPage:
    """One showing of the page: its budgets, their forms, and what stands in the way of saving."""

    unit: Unit
    year: int
    shown: Page
    plans: dict[int, Plan]
    may_enter: bool
    forms: list[PlanForm] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    filled: int = 0

    @classmethod
    def of(cls, request, unit: Unit, year: int, may_enter: bool) -> "PlanPage":
        budgets = latest_of(Budget.objects.of_units([unit.pk], year).select_related("programme"))
        budgets.sort(key=lambda row: (row.programme.code, row.programme.name, row.fund_source))
        shown = page_of(request, budgets, PAGE_SIZE)
        page = cls(unit, year, shown, plans_of([budget.pk for budget in shown]), may_enter)
        page.forms = page.bound(None)
        return page

    @property
    def budgets(self) -> Sequence[Budget]:
        return list(self.shown.object_list)

    @property
    def address(self) -> str:
        address = reverse("evaluations:money_plan", args=(self.year, self.unit.pk))
        return f"{address}?hal={self.shown.number}" if self.shown.number > 1 else address

    def bound(self, data: QueryDict | None) -> list[PlanForm]:
        """The forms; of a budget the page did not show when it was opened, as it is stored."""
        return [
            PlanForm(
                budget,
                self.plans[budget.pk],
                data if data is not None and f"p{budget.pk}-seen" in data else None,
            )
            for budget in self.budgets
        ]

    # --- saving ---

    def saved(self, request) -> bool:
        """Save what was typed; False, with all of it still in the forms, when there is something to look at."""
        data = request.POST.copy()
        way = data.get("bagi", "")
        if way in (Split.EVEN, Split.LAST_YEAR):
            self._fill(data, way)
        self.forms = self.bound(data)
        typed = [form for form in self.forms if form.is_bound]
        self.faults += [fault for form in typed if not form.is_valid() for fault in form.faults]
        if way or self.faults:
            return False
        capacity = permissions.enters_money_as(request.scope, self.unit.pk, self.year)
        try:
            count = save_plans(self.unit, [form.planned for form in typed], actor_of(request, capacity))
        except PlanConflict as conflict:
            self._show(conflict, data)
            return False
        messages.success(request, f"Rencana {count} baris disimpan." if count else "Tidak ada yang berubah.")
        return True

    def _fill(self, data: QueryDict, way: str) -> None:
        """Propose a plan for each budget without one; nothing is saved yet."""
        shapes = Shapes(self.unit.pk, self.year) if way == Split.LAST_YEAR else None
        for budget in self.budgets:
            prefix = f"p{budget.pk}"
            typed = any(data.get(name, "").strip() for name in as_typed(Plan({}, {}), prefix))
            shares = shapes.of(budget) if shapes else EVENLY
            if typed or shares is None or not budget.amount:
                continue
            for name, text in as_typed(split(budget.amount, shares), prefix).items():
                data[name] = text
            self.filled += 1
        if shapes and not shapes.shapes:
            self.faults.append(("isi", NO_SHAPE))

    def _show(self, conflict: PlanConflict, data: QueryDict) -> None:
        """Keep what was typed; the next save counts over what is stored now."""
        for pk, stored in conflict.stored.items():
            data[f"p{pk}-seen"] = stored.mark
        self.forms = self.bound(data)
        for form in self.forms:
            if form.budget.pk in conflict.stored:
                form.clash = True
                self.faults.append((form["c1"].id_for_label, f"{form.label}: {MEANWHILE}"))

    # --- showing ---

    def context(self) -> dict:
        return {
            "year": self.year,
            "unit": self.unit,
            "page": self.shown,
            "forms": list(enumerate(self.forms, self.shown.start_index())),
            "faults": self.faults,
            "filled": self.filled,
            "may_enter": self.may_enter,
            "ways": [(way.value, way.label) for way in (Split.EVEN, Split.LAST_YEAR)],
        }
