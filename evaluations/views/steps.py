"""Where a unit types how far the steps of an action plan are in a quarter, with their evidence."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import permissions
from accounts.permissions import Capability
from agreements.models import ActionPlan, Agreement
from agreements.views.common import numbers_in
from evaluations import calendar, steps
from evaluations.calendar import Windows
from evaluations.forms import ReasonForm, faults_of
from evaluations.forms.progress import ProgressForm
from evaluations.grid import PAGE_SIZE
from evaluations.models import Evidence, Period
from evaluations.steps import SAVED, Conflict, StepLine
from evaluations.views.common import periods_or_404, refused, who_of
from evaluations.workflow import Refused, TransitionError, Who

NOT_HERE = "Akun ini tidak mengisi kemajuan langkah."


@require_http_methods(["GET", "HEAD", "POST"])
def step_progress(request, year: int, pk: int, number: int):
    """The steps of the plan in force in a quarter, in one form; read only for who does not type."""
    period, periods = periods_or_404(year, number)
    agreements = Agreement.objects.visible_to(request.scope, year).for_year(year).with_parties()
    agreement = get_object_or_404(agreements, pk=pk)
    plan = agreement.action_plans.in_force().first()
    if plan is None:
        raise Http404("Rencana Aksi PK ini belum berlaku.")
    plan.agreement = agreement
    may_enter = permissions.may_enter(request.scope, agreement.unit_id, year)
    if request.method == "POST" and not may_enter:
        raise refused(request, SAVED, plan, NOT_HERE, agreement.unit)
    page = ProgressPage.of(request, plan, period, may_enter)
    if request.method == "POST" and page.saved(request):
        return redirect(page.address)
    context = page.context() | {"others": periods, "may_enter": may_enter}
    status = 422 if request.method == "POST" else 200
    return render(request, "evaluations/steps.html", context, status=status)


@dataclass
class ProgressPage:
    """One showing of the page: the steps, their forms, and what stands in the way of saving."""

    plan: ActionPlan
    period: Period
    who: Who
    windows: Windows
    page: Page
    lines: list[StepLine]
    proofs: dict[int, Evidence]
    address: str
    forms: dict[int, ProgressForm] = field(default_factory=dict)
    reason: ReasonForm | None = None
    faults: list[tuple[str, str]] = field(default_factory=list)
    lost_files: bool = False

    @classmethod
    def of(cls, request, plan: ActionPlan, period: Period, may_enter: bool) -> "ProgressPage":
        agreement = plan.agreement
        who = who_of(request, Capability.ENTER, agreement.unit_id)
        # As many file inputs as one request may carry.
        shown = Paginator(steps.lines_of(plan, period), PAGE_SIZE).get_page(request.GET.get("hal"))
        address = reverse("evaluations:step_progress", args=(period.year, agreement.pk, period.number))
        page = cls(
            plan=plan,
            period=period,
            who=who,
            windows=Windows.on(who.day, [period]),
            page=shown,
            lines=list(shown),
            proofs={each.pk: each for each in Evidence.objects.of(agreement.unit_id, period.year)},
            address=address + (f"?hal={shown.number}" if shown.number > 1 else ""),
        )
        if may_enter and not page.closed:
            page.forms = {
                line.step.recorded_on: ProgressForm(line, evidence=page.proofs) for line in page.lines
            }
            if permissions.enters_for_another(request.scope, agreement.unit_id, period.year):
                page.reason = ReasonForm()
        return page

    @property
    def closed(self) -> str:
        return self.windows.obstacle(self.period, self.plan.agreement.unit_id)

    # --- saving ---

    def saved(self, request) -> bool:
        """Save what was typed; False, with all but the files still in the forms, when something is in the way."""
        if self.closed:
            self.faults.append(("isi", self.closed))
            return False
        self._bind(request)
        if self._stored(request):
            return True
        for form in self.forms.values():
            if sentence := form.lose_files():
                self.faults.append((form["uploads"].id_for_label, f"{form.line.step}: {sentence}"))
                self.lost_files = True
        return False

    def _bind(self, request) -> None:
        detached = frozenset(numbers_in(request.POST.getlist("detach")))
        for line in self.lines:
            prefix = f"s{line.step.recorded_on}"
            if f"{prefix}-version" in request.POST:
                uploads = {f"{prefix}-uploads": request.FILES.getlist(f"{prefix}-uploads")}
                form = ProgressForm(line, request.POST, uploads, self.proofs, detached)
                self.forms[line.step.recorded_on] = form
        if self.reason:
            self.reason = ReasonForm(request.POST)

    def _stored(self, request) -> bool:
        bound = [form for form in self.forms.values() if form.is_bound]
        for form in bound:
            if not form.is_valid():
                self.faults += [(at, f"{form.line.step}: {text}") for at, text in faults_of(form)]
        touched = [form for form in bound if form.is_valid() and form.touched]
        if self.reason and (touched or self.faults) and not self.reason.is_valid():
            self.faults += faults_of(self.reason)
        if self.faults:
            return False
        reason = self.reason.cleaned_data["filled_in_reason"] if self.reason and touched else ""
        try:
            count = steps.save(self.plan, self.period, [form.typed() for form in touched], self.who, reason)
        except Refused:
            raise PermissionDenied(NOT_HERE) from None
        except Conflict as conflict:
            self._show(conflict)
            return False
        except TransitionError as error:
            self.faults.append(("isi", str(error)))
            return False
        messages.success(
            request, f"Kemajuan {count} langkah disimpan." if count else "Tidak ada yang berubah."
        )
        return True

    def _show(self, conflict: Conflict) -> None:
        for pk, row in conflict.rows.items():
            form = self.forms[pk]
            self.faults.append((form["percent"].id_for_label, form.show_clash(row)))

    # --- showing ---

    def context(self) -> dict:
        unit, day = self.plan.agreement.unit, self.who.day
        due = self.windows.fill_by(self.period, unit.pk)
        start = self.page.start_index()
        return {
            "year": self.period.year,
            "agreement": self.plan.agreement,
            "plan": self.plan,
            "period": self.period,
            "rows": [
                (start + index, line, self.forms.get(line.step.recorded_on))
                for index, line in enumerate(self.lines)
            ],
            "page": self.page,
            "faults": self.faults,
            "lost_files": self.lost_files,
            "reason": self.reason,
            "closed": self.closed,
            "extended_to": self.windows.extended_to(self.period, unit.pk),
            "due": due,
            "left": calendar.days_left(due, day),
            "known_evidence": self.proofs.values(),
        }
