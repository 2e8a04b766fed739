"""Pages on which a version of an action plan is written."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST

from accounts import permissions
from accounts.permissions import Capability
from agreements import action_plans
from agreements.drafting import DraftError
from agreements.enums import Split
from agreements.forms.action_plan import ALL, PeriodTargetsForm, PlanStepForm, RevisionForm
from agreements.forms.agreement import DraftForm
from agreements.middleware import actor_of
from agreements.models import ActionPlan, ActionStep, Agreement, Position
from agreements.plan_outline import PlanObjective, outline, rows_of
from agreements.querysets import PLANNABLE
from agreements.views.action_plan import reason_page
from agreements.views.agreement import agreement_or_404, posted
from agreements.views.common import number_of
from agreements.years import policy_or_404
from records.history import Actor

MAY_NOT = "Anda tidak berwenang menyusun Rencana Aksi ini."


def _agreement_or_refusal(request, year: int, pk: int) -> Agreement:
    """The agreement when the account may write its plan; 403 when it may not."""
    agreement = agreement_or_404(request, year, pk)
    if not permissions.may_draft(request.scope, agreement.unit_id, year):
        raise PermissionDenied(MAY_NOT)
    return agreement


def _draft_of(agreement: Agreement) -> ActionPlan:
    """The version in preparation; 404 when there is none."""
    plan = agreement.action_plans.in_preparation().first()
    if plan is None:
        raise Http404("Tidak ada versi Rencana Aksi yang sedang disusun.")
    plan.agreement = agreement
    return plan


def _actor(request, agreement: Agreement) -> Actor:
    return actor_of(request, request.scope.capacity(Capability.DRAFT, agreement.unit_id, agreement.year))


def _moved_on(request, plan: ActionPlan):
    """Back to the plan with a sentence when it cannot be written now; else None."""
    if plan.is_draft and plan.agreement.status in PLANNABLE:
        return None
    if plan.is_draft:
        said = f"PK-nya berstatus “{plan.agreement.get_status_display()}”"
    else:
        said = f"Rencana Aksi ini berstatus “{plan.get_status_display()}”"
    messages.error(request, f"{said}, jadi tidak dapat disusun sekarang.")
    return redirect(plan)


# --- versions ---------------------------------------------------------------------------------------


@require_POST
def begin(request, year: int, pk: int):
    """Begin the first version, or the next one with a reason."""
    agreement = _agreement_or_refusal(request, year, pk)
    reason = ""
    if agreement.action_plans.in_force().exists():
        form = RevisionForm(
            request.POST if "reason" in request.POST else None, initial={"version": agreement.version}
        )
        if not form.is_valid():
            return reason_page(
                request, agreement, "Ubah Rencana Aksi", form, reverse("agreements:plan", args=(year, pk))
            )
        reason = form.cleaned_data["reason"]
    try:
        action_plans.begin(agreement, reason, _actor(request, agreement))
    except DraftError as error:
        messages.error(request, str(error))
        return redirect("agreements:plan", year, pk)
    return redirect("agreements:plan_targets", year, pk)


@require_POST
def delete(request, year: int, pk: int):
    """Give up the version in preparation."""
    agreement = _agreement_or_refusal(request, year, pk)
    plan = _draft_of(agreement)
    form = DraftForm(request.POST)
    plan.version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        action_plans.delete_draft(plan, _actor(request, agreement))
    except DraftError as error:
        messages.error(request, str(error))
        return redirect(plan)
    messages.success(request, "Draf Rencana Aksi dihapus.")
    return redirect("agreements:plan", year, pk)


# --- targets ----------------------------------------------------------------------------------------


def targets(request, year: int, pk: int):
    """The targets of all indicators in one form.

    A button that splits the year fills in the fields of the same form and shows it again, unsaved.
    """
    plan = _draft_of(_agreement_or_refusal(request, year, pk))
    if moved := _moved_on(request, plan):
        return moved
    rhythm = policy_or_404(request, year).indicator_rhythm
    objectives = outline(plan, plan.agreement, rhythm)
    form = PeriodTargetsForm(posted(request), plan=plan, rows=rows_of(objectives))
    if "bagi" in request.POST:
        _propose(request, form, objectives)
        return _targets_page(request, plan, form, objectives, status=200)
    if request.method == "POST" and form.is_valid():
        plan.version = form.cleaned_data["version"]
        try:
            count = action_plans.set_targets(plan, form.targets(), _actor(request, plan.agreement))
        except action_plans.PlanConflict as conflict:
            current = _draft_of(plan.agreement)
            form.show_stored(str(conflict), current, outline(current, plan.agreement, rhythm))
        except DraftError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, f"{count} target triwulan disimpan." if count else "Tidak ada target yang berubah."
            )
            return redirect("agreements:plan_targets", year, pk) if "lagi" in request.POST else redirect(plan)
    return _targets_page(request, plan, form, objectives, status=422 if request.method == "POST" else 200)


def _targets_page(request, plan: ActionPlan, form: PeriodTargetsForm, objectives, status: int):
    rows = [
        (each.objective, [(row, form.bound(row), form.problem(row), form.saved(row)) for row in each.rows])
        for each in objectives
    ]
    context = {
        "year": plan.agreement.year,
        "agreement": plan.agreement,
        "plan": plan,
        "form": form,
        "rows": rows,
        "ways": Split.choices,
        "all": ALL,
    }
    return render(request, "agreements/plan/targets.html", context, status=status)


def _propose(request, form: PeriodTargetsForm, objectives: tuple[PlanObjective, ...]) -> None:
    """Fill in what the pressed button asks for: “12:even”, or “semua:last_year”."""
    of, _, way = request.POST["bagi"].partition(":")
    if way not in Split.values:
        return
    promises = [row.promise for row in rows_of(objectives)]
    shapes = {}
    if way == Split.LAST_YEAR:
        shapes = import_string(settings.ACTION_PLAN_SHAPES)(promises)
    filled, refused = form.propose(of, Split(way), shapes)
    if filled:
        messages.info(request, "Usulan target sudah diisikan di bawah, belum disimpan. Periksa, lalu simpan.")
    elif not refused:
        messages.info(request, "Semua indikator sudah berisi target; tidak ada yang diisikan.")
    for sentence in refused[:5]:
        messages.warning(request, sentence)


# --- steps ------------------------------------------------------------------------------------------


def step(request, year: int, pk: int, row: int | None = None):
    """Add a step, or change or remove one."""
    plan = _draft_of(_agreement_or_refusal(request, year, pk))
    found = (
        get_object_or_404(ActionStep.objects.select_related("promise"), pk=row, plan=plan) if row else None
    )
    if moved := _moved_on(request, plan):
        return moved
    form = PlanStepForm(
        posted(request),
        plan=plan,
        positions=_people(request, plan.agreement, found),
        step=found,
        promise=number_of(request, "indikator"),
    )
    removing = found is not None and "hapus" in request.POST
    valid = request.method == "POST" and (_removes(form) if removing else form.is_valid())
    if valid and _written(request, plan, form, found, removing):
        messages.success(request, "Langkah dihapus." if removing else "Langkah disimpan.")
        return redirect(plan)
    context = {"year": year, "agreement": plan.agreement, "plan": plan, "form": form, "step": found}
    return render(
        request, "agreements/plan/step.html", context, status=422 if request.method == "POST" else 200
    )


def _removes(form: PlanStepForm) -> bool:
    """Whether the page came along whole; what was typed into a step that goes is not asked to be right."""
    form.full_clean()
    for name in [name for name in form.errors if name != "version"]:
        del form.errors[name]
    return not form.errors


def _written(request, plan: ActionPlan, form: PlanStepForm, found: ActionStep | None, removing: bool) -> bool:
    actor = _actor(request, plan.agreement)
    plan.version = form.cleaned_data["version"]
    try:
        with transaction.atomic():
            if found is None:
                action_plans.add_step(plan, form.said(), actor)
                return True
            found.plan = plan
            if removing:
                action_plans.remove_step(found, actor)
            else:
                action_plans.change_step(found, form.said(), actor)
    except action_plans.PlanConflict as conflict:
        form.show_conflict(str(conflict), _draft_of(plan.agreement))
    except DraftError as error:
        form.add_error(None, str(error))
    else:
        return True
    return False


def _people(request, agreement: Agreement, found: ActionStep | None):
    """Who may answer for a step."""
    day = timezone.localdate()
    below = request.tree.below([agreement.unit_id])
    also = found.person_in_charge_id if found else None
    return Position.objects.answering_for(agreement.unit, below, day, also)
