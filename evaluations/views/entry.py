"""Where a unit types its values: the overview of units and periods, and the page of one period."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from accounts.permissions import Capability
from agreements.models import Unit
from agreements.years import policy_or_404
from evaluations import calendar, checks, evidence, grid, overview
from evaluations.filling import SAVED, Conflict, Rows, Typed, fill
from evaluations.forms import ReasonForm, RowForm, faults_of
from evaluations.grid import Grid, Line
from evaluations.models import Evidence, Period
from evaluations.views.common import numbers_in, periods_or_404, refused, unit_or_404, who_of
from evaluations.workflow import EDITABLE, Refused, TransitionError, Who
from perjanjian.paging import page_of, searched
from records import history
from records.history import Act

NOT_HERE = "Akun ini tidak mengisi realisasi."


@require_safe
def entry_list(request, year: int):
    """The units this account types for, by period: how far each is, and what is due."""
    policy_or_404(year)
    if not request.scope.may_somewhere(Capability.ENTER, year):
        raise PermissionDenied(NOT_HERE)
    day = timezone.localdate()
    text = searched(request)
    units = overview.units_with_indicators(request.scope, Capability.ENTER, year)
    page = page_of(request, units.matching(text) if text else units)
    board = overview.board(page.object_list, year, day)
    context = {"year": year, "day": day, "board": board, "text": text, "page": page}
    return render(request, "evaluations/entry_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request, year: int, unit: int, number: int):
    """All indicators a unit is responsible for in a period, in one form."""
    period, periods = periods_or_404(year, number)
    found = unit_or_404(request, unit, year)
    if not permissions.may_enter(request.scope, found.pk, year):
        raise refused(request, SAVED, found, f"Akun ini tidak mengisi realisasi {found}.", found)
    page = EntryPage.of(request, found, period, periods)
    if request.method == "POST" and page.saved(request):
        return redirect(page.address)
    return render(request, "evaluations/entry.html", page.context())


@dataclass
class EntryPage:
    """One showing of the page: the lines, their forms, and what stands in the way of saving."""

    grid: Grid
    who: Who
    address: str
    proofs: Mapping[int, Evidence]
    periods: list[Period]
    forms: dict[int, RowForm] = field(default_factory=dict)
    reason: ReasonForm | None = None
    faults: list[tuple[str, str]] = field(default_factory=list)
    lost_files: bool = False

    @classmethod
    def of(cls, request, unit: Unit, period: Period, periods: list[Period]) -> "EntryPage":
        who = who_of(request, Capability.ENTER, unit.pk)
        shown = grid.load(unit, period, who.day, request.GET.get("hal"))
        known = {each.pk: each for each in Evidence.objects.of(unit.pk, period.year)}
        address = reverse("evaluations:entry", args=(period.year, unit.pk, period.number))
        if shown.page.number > 1:
            address += f"?hal={shown.page.number}"
        page = cls(shown, who, address, known, periods)
        page.forms = {
            line.indicator.pk: RowForm(line, evidence=known) for line in shown.lines if line.typeable
        }
        if permissions.enters_for_another(request.scope, unit.pk, period.year):
            page.reason = ReasonForm(initial={"filled_in_reason": page.last_reason()})
        return page

    def last_reason(self) -> str:
        """The reason given for these rows last time."""
        given = (line.row.filled_in_reason for line in self.grid.lines if line.row)
        return next((text for text in given if text), "")

    # --- saving ---

    def saved(self, request) -> bool:
        """Save what was typed; False, with all but the files still in the forms, when something is in the way."""
        self._bind(request)
        if self._stored(request):
            return True
        self._name_lost_files()
        return False

    def _stored(self, request) -> bool:
        submit = request.POST.get("action") == "submit"
        if not self._is_valid(request, submit):
            return False
        bound = {pk: form for pk, form in self.forms.items() if form.is_bound}
        changed = {pk: form for pk, form in bound.items() if form.touched and not form.says_what_is_stored}
        going = self._going(bound, changed) if submit else {}
        detached = numbers_in(request.POST.getlist("detach"))
        touched = {pk: form for pk, form in bound.items() if pk in changed or self._loses(form, detached)}
        reason = self.reason.cleaned_data["filled_in_reason"] if self.reason else ""
        typed = [
            Typed(form.line.indicator, form.cleaned_data["version"], form.typed_values(reason))
            for form in touched.values()
        ]

        def with_evidence(rows: Rows) -> list[Act]:
            return self._evidence(rows, touched, detached)

        try:
            rows = fill(self.grid.period, typed, self.who, going, with_evidence)
        except Refused:
            raise PermissionDenied(NOT_HERE) from None
        except Conflict as conflict:
            self._show(conflict)
            return False
        except TransitionError as error:
            self.faults.append(("isi", str(error)))
            return False
        self._tell(request, rows, going, bound if submit else {})
        return True

    def _bind(self, request) -> None:
        """Take what was typed; a row where the stored value was chosen is shown as it is stored."""
        data = request.POST.copy()
        for line in self.grid.lines:
            pk, prefix = line.indicator.pk, f"i{line.indicator.pk}"
            if f"{prefix}-version" not in data:
                continue
            if "theirs" in data and data["theirs"] == str(pk):
                self._record_choice(line, data)
                continue
            if data.get("mine") == str(pk) and line.row is not None:
                data[f"{prefix}-version"] = str(line.row.version)
            uploads = {f"{prefix}-uploads": request.FILES.getlist(f"{prefix}-uploads")}
            self.forms[pk] = RowForm(line, data, uploads, self.proofs)
        if self.reason:
            self.reason = ReasonForm(data)

    def _record_choice(self, line: Line, data) -> None:
        """Both values stand in the history, also where the other person's was kept."""
        if line.row is None:
            return
        prefix = f"i{line.indicator.pk}-"
        names = RowForm(line).value_names
        typed = {name: data[prefix + name] for name in names if data.get(prefix + name)}
        after = {"dipakai": line.claimed_text or line.notes}
        act = Act(
            "memilih nilai yang sudah tersimpan", line.row, line.indicator.unit, {"diketik": typed}, after
        )
        history.record(self.who.actor, act)

    def _is_valid(self, request, submit: bool) -> bool:
        bound = [form for form in self.forms.values() if form.is_bound]
        refused = [form for form in bound if not form.is_valid()]
        if submit and not refused:
            for form in bound:
                row = form.as_row()
                if checks.is_filled(row):
                    form.refuse(checks.problems(row, form.line.previous))
        if self.reason and not self.reason.is_valid():
            self.faults += faults_of(self.reason)
        self.faults += [fault for form in bound for fault in form.faults]
        return not self.faults

    def _going(self, bound: Mapping[int, RowForm], changed: Mapping[int, RowForm]) -> dict[int, int]:
        """What is submitted: every filled row that was not reported already, with the version agreed to."""
        going = {}
        for pk, form in bound.items():
            row = form.line.row
            if pk in changed:
                going[pk] = form.cleaned_data["version"]
            elif row is not None and row.status in EDITABLE:
                # What somebody else saved since the page was opened is not submitted unseen.
                going[pk] = row.version if form.says_what_is_stored else form.cleaned_data["version"]
        return {pk: version for pk, version in going.items() if checks.is_filled(bound[pk].as_row())}

    def _loses(self, form: RowForm, detached: set[int]) -> bool:
        return any(use.pk in detached for use in form.line.uses)

    def _evidence(self, rows: Rows, touched: Mapping[int, RowForm], detached: set[int]) -> list[Act]:
        acts: list[Act] = []
        for pk, form in touched.items():
            acts += evidence.detach(rows[pk], [use.pk for use in form.line.uses if use.pk in detached])
            acts += evidence.attach(rows[pk], form.proof, self.who.scope.account_id)
        return acts

    def _name_lost_files(self) -> None:
        """A browser does not send files back by itself: say which to choose again, beside their field."""
        for form in self.forms.values():
            sentence = form.lose_files()
            if sentence:
                self.faults.append((form["uploads"].id_for_label, f"{form.line.indicator}: {sentence}"))
                self.lost_files = True

    def _show(self, conflict: Conflict) -> None:
        """Both values of each row, the stored one and the typed one, to choose from."""
        for pk, row in conflict.rows.items():
            form = self.forms[pk]
            form.clash = row
            sentence = f"{form.line.indicator}: sudah diubah orang lain. Pilih nilai yang dipakai."
            self.faults.append((form.values[0].id_for_label, sentence))

    def _tell(self, request, rows: Rows, going: Mapping[int, int], shown: Mapping[int, RowForm]) -> None:
        kept = len(rows) - len(going)
        if going:
            messages.success(request, f"{len(going)} nilai diajukan untuk diverifikasi.")
        if kept or not going:
            messages.success(request, f"{kept} nilai disimpan." if rows else "Tidak ada yang berubah.")
        empty = [form.line.indicator.name for form in shown.values() if not checks.is_filled(form.as_row())]
        if empty:
            names = "; ".join(empty[:5]) + (f"; dan {len(empty) - 5} lainnya" if len(empty) > 5 else "")
            messages.warning(request, f"Belum diisi, jadi belum diajukan: {names}.")

    # --- showing ---

    def context(self) -> dict:
        period, day = self.grid.period, self.who.day
        due = self.grid.windows.fill_by(period, self.grid.unit.pk)
        lines = self.grid.lines
        return {
            "year": period.year,
            "unit": self.grid.unit,
            "period": period,
            "rows": [
                (number, line, self.forms.get(line.indicator.pk))
                for number, line in zip(self.grid.numbers, lines, strict=True)
            ],
            "page": self.grid.page,
            "query": "",
            "faults": self.faults,
            "lost_files": self.lost_files,
            "reason": self.reason,
            "closed": self.grid.windows.obstacle(period, self.grid.unit.pk),
            "extended_to": self.grid.windows.extended_to(period, self.grid.unit.pk),
            "due": due,
            "left": calendar.days_left(due, day),
            "is_late": day > due,
            "typeable": bool(self.forms),
            "known_evidence": self.proofs.values(),
            "others": self.periods,
        }
