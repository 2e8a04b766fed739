"""Where the money of a month is typed: all budget lines of one unit, in one form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import permissions
from agreements.middleware import actor_of
from agreements.models import Unit
from agreements.years import policy_or_404
from evaluations import calendar
from evaluations.calendar import Windows
from evaluations.forms.money import FIGURES, SpendingForm
from evaluations.models import Period
from evaluations.money import account_from
from evaluations.money_rows import MonthRow
from evaluations.recording import RECORDED, SpendingConflict, described, record
from evaluations.spending import SpendingLine, spending_lines
from evaluations.views.common import refused, unit_or_404
from evaluations.workflow import Refused, TransitionError, Who
from perjanjian.forms import MoneyField, NumeralField
from perjanjian.paging import page_of
from records import history
from records.history import Act

NOT_HERE = "Akun ini tidak mengisi realisasi anggaran perangkat daerah ini."
# Lines on one page, as on the page of indicators.
PAGE_SIZE = 30
ALL_EMPTY = "semua"


@require_http_methods(["GET", "HEAD", "POST"])
def money_entry(request, year: int, unit: int, number: int):
    """The lines of a unit in a month: a form for who types them, figures for who reads them."""
    policy_or_404(request, year)
    periods = list(Period.objects.of_budget(year))
    period = next((each for each in periods if each.number == number), None)
    if period is None:
        raise Http404("Jadwal realisasi anggaran tahun ini belum dibuat.")
    found = unit_or_404(request, unit, year)
    may_enter = permissions.may_enter_money(request.scope, found.pk, year)
    if request.method == "POST" and not may_enter:
        raise refused(request, RECORDED, period, NOT_HERE, found)
    page = MoneyPage.of(request, found, period, may_enter)
    if request.method == "POST" and page.saved(request):
        return redirect(page.address)
    return render(request, "evaluations/money_entry.html", page.context() | {"periods": periods})


@dataclass
class MoneyPage:
    """One showing of the page: its lines, their forms, and what stands in the way of saving."""

    unit: Unit
    period: Period
    who: Who
    lines: Sequence[SpendingLine]
    shown: Page
    windows: Windows
    may_enter: bool
    forms: dict[int, SpendingForm] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    copied: int = 0

    @classmethod
    def of(cls, request, unit: Unit, period: Period, may_enter: bool) -> "MoneyPage":
        capacity = permissions.enters_money_as(request.scope, unit.pk, period.year)
        who = Who(request.scope, actor_of(request, capacity), timezone.now())
        lines = spending_lines([unit.pk], period.year, plans=True).get(unit.pk, [])
        shown = page_of(request, lines, PAGE_SIZE)
        page = cls(unit, period, who, lines, shown, Windows.on(who.day, [period]), may_enter)
        if page.typeable:
            page.forms = {line.pk: SpendingForm(line, period.number) for line in shown}
        return page

    @property
    def typeable(self) -> bool:
        return self.may_enter and self.windows.is_open(self.period, self.unit.pk)

    @property
    def address(self) -> str:
        address = reverse(
            "evaluations:money_entry", args=(self.period.year, self.unit.pk, self.period.number)
        )
        return f"{address}?hal={self.shown.number}" if self.shown.number > 1 else address

    # --- saving ---

    def saved(self, request) -> bool:
        """Save what was typed; False, with all of it still in the forms, when there is something to look at."""
        data = request.POST.copy()
        if not self.typeable:
            # It locked while the page was open: what was typed is shown once more, for copying.
            self._bind(data)
            self.faults.append(("isi", self.windows.obstacle(self.period, self.unit.pk)))
            return False
        if "same" in data:
            self._copy_last_month(data)
        self._bind(data)
        if "same" in data or not self._is_valid():
            return False
        changed = [form for form in self.forms.values() if _is_changed(form)]
        try:
            record(self.period, [form.as_spent for form in changed], self.who)
        except Refused:
            raise PermissionDenied(NOT_HERE) from None
        except SpendingConflict as conflict:
            self._show(conflict)
            return False
        except TransitionError as error:
            self.faults.append(("isi", str(error)))
            return False
        messages.success(request, f"{len(changed)} baris disimpan." if changed else "Tidak ada yang berubah.")
        return True

    def _copy_last_month(self, data: QueryDict) -> None:
        """Put what stood before into rows that are empty, or into the one asked for; nothing is saved yet."""
        wanted = data["same"]
        for line in self.shown:
            prefix, before = f"b{line.pk}-", line.up_to(self.period.number - 1)
            empty = not any(data.get(prefix + name, "").strip() for name in FIGURES)
            if before is None or not (wanted == str(line.pk) or (wanted == ALL_EMPTY and empty)):
                continue
            data[f"{prefix}spent"] = MoneyField().prepare_value(before.spent)
            if before.physical is not None:
                data[f"{prefix}physical"] = NumeralField().prepare_value(before.physical)
            self.copied += 1

    def _bind(self, data: QueryDict) -> None:
        """Take what was typed; a line where the stored figures were chosen is shown as it is stored."""
        for line in self.shown:
            prefix, row = f"b{line.pk}", line.at(self.period.number)
            if f"{prefix}-version" not in data:
                continue
            if data.get("theirs") == str(line.pk) and row is not None:
                self._record_choice(line, data)
                continue
            if data.get("mine") == str(line.pk) and row is not None:
                data[f"{prefix}-version"] = str(row.version)
            self.forms[line.pk] = SpendingForm(line, self.period.number, data)

    def _record_choice(self, line: SpendingLine, data: Mapping[str, str]) -> None:
        """Both sets of figures stand in the history, also where the other person's were kept."""
        row = line.at(self.period.number)
        typed = {name: data[key] for name in FIGURES if data.get(key := f"b{line.pk}-{name}")}
        before, after = {"diketik": typed}, {"dipakai": described(row) if row else {}}
        act = Act("memilih realisasi anggaran yang sudah tersimpan", self.period, self.unit, before, after)
        history.record(self.who.actor, act)

    def _is_valid(self) -> bool:
        bound = [form for form in self.forms.values() if form.is_bound]
        self.faults += [fault for form in bound if not form.is_valid() for fault in form.faults]
        return not self.faults

    def _show(self, conflict: SpendingConflict) -> None:
        """Both sets of figures of each line, to choose from."""
        for pk, row in conflict.rows.items():
            form = self.forms[pk]
            form.clash = row
            sentence = f"{form.line.label}: sudah diubah orang lain. Pilih angka yang dipakai."
            self.faults.append((form["spent"].id_for_label, sentence))

    # --- showing ---

    def context(self) -> dict:
        period, unit = self.period, self.unit
        due = self.windows.fill_by(period, unit.pk)
        start = self.shown.start_index()
        return {
            "year": period.year,
            "unit": unit,
            "period": period,
            "rows": [
                (at, MonthRow(line, period.number), self.forms.get(line.pk))
                for at, line in enumerate(self.shown, start)
            ],
            "page": self.shown,
            "faults": self.faults,
            "copied": self.copied,
            "account": account_from(self.lines, period.number),
            "typeable": self.typeable,
            "may_copy": any(line.up_to(period.number - 1) for line in self.shown),
            "closed": self.windows.obstacle(period, unit.pk) if self.may_enter else "",
            "extended_to": self.windows.extended_to(period, unit.pk),
            "due": due,
            "left": calendar.days_left(due, self.who.day),
        }


def _is_changed(form: SpendingForm) -> bool:
    return form.is_bound and form.touched and not form.says_what_is_stored
