"""Pages of action plans: which agreements have one, one plan, its steps through its states."""

from decimal import Decimal

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.permissions import Capability
from agreements import plan_workflow, tables
from agreements.enums import ActionPlanStatus, Status
from agreements.forms.agreement import ReasonForm
from agreements.middleware import actor_of
from agreements.models import ActionPlan, Agreement
from agreements.plan_outline import PlanObjective, gaps, outline, rows_of, without_steps
from agreements.querysets import PLAN_STATES, PLANNABLE, PLANS_IN_PREPARATION
from agreements.rhythms import quarters_of
from agreements.views.agreement import agreement_or_404
from agreements.views.common import number_in
from agreements.years import policy_or_404
from perjanjian.exporting import show
from perjanjian.paging import page_of, searched
from records import history
from records.history import Actor

SHOWN_EVENTS = 30


@require_safe
def plan_list(request, year: int):
    """The agreements a plan can be written for, with how far each plan is; who has none, who is late."""
    policy = policy_or_404(request, year)
    if not request.scope.reads_something():
        raise PermissionDenied("Rencana Aksi hanya untuk yang membaca data kinerja.")
    day, due = timezone.localdate(), policy.action_plan_due
    rows = Agreement.objects.visible_to(request.scope, year).for_year(year).plannable()
    rows = rows.with_parties().with_plans()
    counts = rows.by_plan_state(due, day)
    state, text = request.GET.get("keadaan", ""), searched(request)
    shown = rows.in_plan_state(state, due, day) if state in PLAN_STATES else rows
    page = page_of(request, shown.matching(text) if text else shown)
    late = set(
        rows.filter(pk__in=[row.pk for row in page])
        .in_plan_state("late", due, day)
        .values_list("pk", flat=True)
    )
    context = {
        "year": year,
        "due": due,
        "page": page,
        "late": late,
        "counts": [(key, label, counts[key]) for key, label in PLAN_STATES.items() if counts[key]],
        "state": state if state in PLAN_STATES else "",
        "text": text,
    }
    return show(request, "agreements/plan/list.html", context, tables.plans)


@require_safe
def plan(request, year: int, pk: int, number: int | None = None):
    """One version of a plan: the one asked for, else the one in force, else the one in preparation."""
    agreement = agreement_or_404(request, year, pk)
    versions = list(agreement.action_plans.select_related("submitted_by", "approved_by"))
    shown = _shown(versions, number)
    scope = request.scope
    next_version = next((each for each in versions if each.status in PLANS_IN_PREPARATION), None)
    may_draft = permissions.may_draft(scope, agreement.unit_id, year)
    context = {
        "year": year,
        "agreement": agreement,
        "plan": shown,
        "versions": versions,
        "next_version": next_version,
        "may_begin": may_draft and agreement.status in PLANNABLE and next_version is None,
    }
    if shown is not None:
        shown.agreement = agreement
        objectives = outline(shown, agreement, policy_or_404(request, year).indicator_rhythm)
        context |= _plan_context(request, shown, objectives)
        context["may_draft"] = may_draft and shown.is_draft and agreement.status in PLANNABLE
    return render(request, "agreements/plan/detail.html", context)


def _shown(versions: list[ActionPlan], number: int | None) -> ActionPlan | None:
    if number is not None:
        found = next((each for each in versions if each.number == number), None)
        if found is None:
            raise Http404("Versi Rencana Aksi ini tidak ada.")
        return found
    in_force = next((each for each in versions if each.status == ActionPlanStatus.IN_FORCE), None)
    return in_force or (versions[0] if versions else None)


def _plan_context(request, plan: ActionPlan, objectives: tuple[PlanObjective, ...]) -> dict:
    rows = rows_of(objectives)
    recorded = [step.recorded_on for row in rows for step in row.steps]
    latest = import_string(settings.ACTION_PLAN_PROGRESS)(recorded)
    in_preparation = plan.status in PLANS_IN_PREPARATION
    missing = gaps(rows) if in_preparation else []
    amounts = [step.amount for row in rows for step in row.steps if step.amount is not None]
    return {
        "objectives": objectives,
        "step_groups": [
            (row.promise, [(step, latest.get(step.recorded_on)) for step in row.steps])
            for row in rows
            if row.steps
        ],
        "missing": missing,
        "hints": without_steps(rows) if in_preparation else [],
        "waits_for_agreement": plan.is_draft and plan.agreement.status != Status.IN_FORCE,
        "copied": plan.is_draft and plan.number == 1 and plan.agreement.amends_id is not None,
        "step_count": len(recorded),
        "amount_total": sum(amounts, Decimal(0)) if amounts else None,
        "actions": plan_workflow.available(plan, request.scope),
        "quarters": (1, 2, 3, 4),
        "filled_in": quarters_of(policy_or_404(request, plan.agreement.year).indicator_rhythm),
        "followed": plan.status == ActionPlanStatus.IN_FORCE,
        "may_enter": permissions.may_enter(request.scope, plan.agreement.unit_id, plan.agreement.year),
        "events": history.history_of(plan)[:SHOWN_EVENTS],
    }


def plan_action(request, year: int, pk: int, number: int, action: str):
    """Take a step, after asking for a reason where it needs one."""
    step = plan_workflow.TRANSITIONS.get(action)
    if step is None:
        raise Http404
    agreement = agreement_or_404(request, year, pk)
    found = agreement.action_plans.filter(number=number).first()
    if found is None:
        raise Http404("Versi Rencana Aksi ini tidak ada.")
    found.agreement = agreement
    if request.method != "POST":
        # An address of a step that was reloaded or returned to: back to the plan.
        return redirect(found)
    found.version = number_in(request.POST.get("version", "")) or 0
    actor = _actor(request, action, agreement)
    reason = ""
    if step.needs_reason:
        if not step.permitted(request.scope, found):
            plan_workflow.refuse(action, found, actor)
            raise PermissionDenied(f"Anda tidak berwenang: {step.label}.")
        form = ReasonForm(
            request.POST if "reason" in request.POST else None, initial={"version": found.version}
        )
        if not form.is_valid():
            return reason_page(request, agreement, step.label, form, found.get_absolute_url())
        reason = form.cleaned_data["reason"]
    _take(request, action, found, actor, reason)
    return redirect(found)


def reason_page(request, agreement: Agreement, title: str, form: ReasonForm, back: str):
    """The page that asks why; sent and not accepted it is 422."""
    context = {"year": agreement.year, "agreement": agreement, "title": title, "form": form, "back": back}
    return render(request, "agreements/plan/reason.html", context, status=422 if form.is_bound else 200)


def _actor(request, action: str, agreement: Agreement) -> Actor:
    """Who takes the step, in the capacity that allows it."""
    scope = request.scope
    if action in ("submit", "withdraw"):
        capacity = permissions.submits_as(scope, agreement.unit_id, agreement.position_id, agreement.year)
    else:
        capacity = scope.capacity(Capability.DECLARE, agreement.unit_id, agreement.year)
    return actor_of(request, capacity)


def _take(request, action: str, plan: ActionPlan, actor: Actor, reason: str) -> None:
    """Perform a step and say how it went; a refusal is 403 and stands in the history."""
    step = plan_workflow.TRANSITIONS[action]
    try:
        plan_workflow.perform(action, plan, request.scope, actor, reason=reason)
    except plan_workflow.Refused as refusal:
        raise PermissionDenied(f"Anda tidak berwenang: {step.label}.") from refusal
    except plan_workflow.TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, step.done)
