"""Where a unit types its values: the overview of units and periods, and the page of one period."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from accounts.permissions import Capability
from agreements.models import Unit
from agreements.views.common import number_in, numbers_in
from agreements.years import policy_or_404
from evaluations import calendar, checks, evidence, grid, overview, tables, workflow
from evaluations.calendar import Windows
from evaluations.filling import SAVED, Conflict, Rows, Typed, fill
from evaluations.forms import ReasonForm, RowForm, faults_of
from evaluations.grid import Grid, Line
from evaluations.models import Evidence, Period
from evaluations.views.common import periods_or_404, refused, unit_or_404, who_of
from evaluations.workflow import EDITABLE, Refused, TransitionError, Who
from perjanjian.exporting import show
from perjanjian.paging import number_of, page_of, searched, size_of
from records import history
from records.history import Act

LONGEST_TYPED = 100
NOT_HERE = "Akun ini tidak mengisi realisasi."


@require_safe
def entry_list(request, year: int):
    """The units this account types for, by period: how far each is, and what is due."""
    policy_or_404(request, year)
    if not request.scope.may_somewhere(Capability.ENTER, year):
        raise PermissionDenied(NOT_HERE)
    day = timezone.localdate()
    text = searched(request)
    units = overview.units_with_indicators(request.scope, Capability.ENTER, year)
    page = page_of(request, units.matching(text) if text else units)
    board = overview.board(page.object_list, year, day)
    context = {"year": year, "day": day, "board": board, "text": text, "page": page}
    return show(request, "evaluations/entry_list.html", context, tables.entry_board)


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request, year: int, unit: int, number: int):
    """All indicators a unit is responsible for in a period, in one form."""
    period, periods, windows = periods_or_404(year, number)
    found = unit_or_404(request, unit, year)
    if not permissions.may_enter(request.scope, found.pk, year):
        raise refused(request, SAVED, found, f"Akun ini tidak mengisi realisasi {found}.", found)
    page = EntryPage.of(request, found, period, periods, windows)
    if request.method == "POST" and page.saved(request):
        return redirect(page.address)
    return show(request, "evaluations/entry.html", page.context(), tables.entry)


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
    def of(cls, request, unit: Unit, period: Period, periods: list[Period], windows: Windows) -> "EntryPage":
        who = who_of(request, Capability.ENTER, unit.pk)
        shown = grid.load(unit, period, windows, number_of(request), size_of(request, grid.PAGE_SIZE))
        known = {each.pk: each for each in Evidence.objects.of(unit.pk, period.year)}
        address = reverse("evaluations:entry", args=(period.year, unit.pk, period.number))
        if shown.page.number > 1:
            address += f"?hal={shown.page.number}"
        page = cls(shown, who, address, known, periods)
        page.forms = {
            line.indicator.pk: RowForm(line, evidence=known) for line in shown.lines if line.typeable
        }
        for line in shown.lines:
            line.ways = workflow.available(line.row, who, shown.windows) if line.row else {}
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
        if self._withdrawn(request) if "withdraw" in request.POST else self._stored(request):
            return True
        self._name_lost_files()
        return False

    def _withdrawn(self, request) -> bool:
        """Take submitted values back, one or all of the page, after saving what was typed into the others."""
        seen = _versions(request.POST.getlist("seen"))
        wanted = set(seen) if request.POST["withdraw"] == "all" else numbers_in([request.POST["withdraw"]])
        rows = [
            line.row for line in self.grid.lines if line.row and line.row.pk in wanted and line.row.pk in seen
        ]
        if not rows:
            self.faults.append(("isi", "Nilai itu tidak lagi menunggu verifikasi. Periksa yang terbaru."))
            return False
        if any(form.is_bound for form in self.forms.values()) and not self._stored(request):
            return False
        for row in rows:
            row.version = seen[row.pk]
        try:
            workflow.perform_all("withdraw", rows, self.who)
        except Refused:
            raise PermissionDenied(NOT_HERE) from None
        except TransitionError as error:
            messages.error(request, str(error))
            return True
        messages.success(request, f"{len(rows)} nilai ditarik kembali menjadi draf.")
        return True

    def _stored(self, request) -> bool:
        submit = request.POST.get("action") == "submit"
        if not self._is_valid(request, submit):
            return False
        bound = {pk: form for pk, form in self.forms.items() if form.is_bound}
        changed = {pk: form for pk, form in bound.items() if form.touched and not form.says_what_is_stored}
        detached = numbers_in(request.POST.getlist("detach"))
        touched = {pk: form for pk, form in bound.items() if pk in changed or self._loses(form, detached)}
        going = self._going(bound, touched) if submit else {}
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
            if data.get("mine", "").startswith(f"{pk}:"):
                # Over the value that stood beside it, not over what came since.
                data[f"{prefix}-version"] = data["mine"].partition(":")[2]
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
        typed = {name: _legible(data[prefix + name]) for name in names if data.get(prefix + name)}
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

    def _going(self, bound: Mapping[int, RowForm], touched: Mapping[int, RowForm]) -> dict[int, int]:
        """What is submitted: every filled row that is written or not reported yet, with the version agreed to."""
        going = {}
        for pk, form in bound.items():
            row = form.line.row
            if pk in touched:
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
            form.clash = form.line.row = row
            sentence = f"{form.line.indicator}: sudah diubah orang lain. Pilih nilai yang dipakai."
            self.faults.append((form.values[0].id_for_label, sentence))

    def _tell(self, request, rows: Rows, going: Mapping[int, int], shown: Mapping[int, RowForm]) -> None:
        kept = len(rows) - len(going)
        if going:
            messages.success(request, f"{len(going)} nilai diajukan untuk diverifikasi.")
        if kept:
            messages.success(request, f"{kept} nilai disimpan.")
        if not rows and "withdraw" not in request.POST:
            messages.success(request, "Tidak ada yang berubah.")
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
            "first_empty": next(
                (line.indicator.pk for line in lines if line.typeable and not line.row), None
            ),
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
            "withdrawable": any("withdraw" in line.ways for line in lines),
            "known_evidence": self.proofs.values(),
            "others": self.periods,
        }


def _legible(text: str) -> str:
    """Typed text as the history keeps it: bounded, and without NUL, which PostgreSQL refuses."""
    return " ".join(text.replace("\0", " ").split())[:LONGEST_TYPED]


def _versions(texts: list[str]) -> dict[int, int]:
    """Rows with the version they were shown at, from “12:3”."""
    pairs = (text.partition(":") for text in texts)
    found = {number_in(row): number_in(version) for row, _, version in pairs}
    return {row: version for row, version in found.items() if row is not None and version is not None}
