"""States of an action plan and the one function that changes them; as `agreements.workflow` does for agreements.

A plan never stands in the way of its agreement: a draft may be begun once the agreement's content
stands, and is submitted when the agreement is in force.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.permissions import Scope
from agreements.enums import ActionPlanStatus, Status
from agreements.models import ActionPlan, Agreement
from agreements.plan_outline import gaps, outline, rows_of
from agreements.workflow import SHORTEST_REASON, Refused, TransitionError, may_check
from agreements.years import rhythm_of
from records import history
from records.history import Act, Actor

S = ActionPlanStatus
CHANGED_MEANWHILE = "Rencana Aksi ini baru saja diubah orang lain. Periksa isinya, lalu coba lagi."


@dataclass(frozen=True)
class Step:
    """One transition: who may take it, from where to where, and what it does on the way."""

    label: str
    done: str
    sources: tuple[ActionPlanStatus, ...]
    target: ActionPlanStatus
    permitted: Callable[[Scope, ActionPlan], bool]
    effect: Callable[["Context"], dict[str, Any]]
    needs_reason: bool = False
    explanation: str = ""
    # Whose right to the step ends with the state it leaves: a second click is late, not forbidden.
    state_first: bool = False


@dataclass
class Context:
    """The step under way: the locked plan, who takes it, and why."""

    plan: ActionPlan
    scope: Scope
    actor: Actor
    reason: str
    now: datetime = field(default_factory=timezone.now)


# --- who may ----------------------------------------------------------------------------------


def _may_submit(scope: Scope, plan: ActionPlan) -> bool:
    agreement = plan.agreement
    return permissions.may_submit(scope, agreement.unit_id, agreement.position_id, agreement.year)


def _may_withdraw(scope: Scope, plan: ActionPlan) -> bool:
    """The submitter, as long as they may still submit: not who left the post since."""
    own = plan.submitted_by_id is not None and plan.submitted_by_id == scope.account_id
    return own and _may_submit(scope, plan)


def _may_approve(scope: Scope, plan: ActionPlan) -> bool:
    return may_check(scope, plan.agreement, plan.submitted_by_id, plan.submitted_at)


# --- what a step does ---------------------------------------------------------------------------


def _submit(context: Context) -> dict[str, Any]:
    plan = context.plan
    _must_be_in_force(plan)
    agreement = Agreement.objects.with_content().get(pk=plan.agreement_id)
    missing = gaps(rows_of(outline(plan, agreement, rhythm_of(agreement.year))))
    if missing:
        said = " ".join(f"“{name}”: {text}" if name else text for name, text in missing[:3])
        raise TransitionError(f"Belum dapat diajukan. {said}")
    plan.submitted_by_id = context.scope.account_id
    plan.submitted_at = context.now
    plan.return_reason = ""
    return {}


def _must_be_in_force(plan: ActionPlan) -> None:
    if plan.agreement.status == Status.SUPERSEDED:
        raise TransitionError(
            "PK ini sudah digantikan PK Perubahan. Susun Rencana Aksi pada PK Perubahannya."
        )
    if plan.agreement.status != Status.IN_FORCE:
        raise TransitionError(
            f"PK ini masih berstatus “{plan.agreement.get_status_display()}”. "
            "Rencana Aksi diajukan setelah PK ditandatangani."
        )


def _clear_submission(context: Context) -> dict[str, Any]:
    context.plan.submitted_by_id = None
    context.plan.submitted_at = None
    context.plan.return_reason = context.reason
    return {}


def _approve(context: Context) -> dict[str, Any]:
    """The version comes into force and takes the place of the former one."""
    plan = context.plan
    _must_be_in_force(plan)
    former = ActionPlan.objects.in_force().filter(agreement=plan.agreement_id).first()
    if former:
        _supersede(context, former)
    plan.approved_by_id, plan.approved_at = context.scope.account_id, context.now
    details: dict[str, Any] = {"menggantikan_versi": former.number} if former else {}
    # Only the policy for tiny offices lets the submitter come here; it is marked for good.
    return details | ({"oleh_pengaju": True} if plan.submitted_by_id == context.scope.account_id else {})


def _supersede(context: Context, former: ActionPlan) -> None:
    """End the version in force, with a line in its own history."""
    before, former.agreement = former.status, context.plan.agreement
    _write_status(former, S.SUPERSEDED)
    history.record(
        context.actor,
        Act(
            S.SUPERSEDED.label,
            former,
            unit=former.agreement.unit,
            before={"status": S(before).label},
            after={"status": S.SUPERSEDED.label, "oleh": str(context.plan)},
        ),
    )


TRANSITIONS: dict[str, Step] = {
    "submit": Step(
        "Ajukan",
        "Rencana Aksi sudah diajukan dan menunggu disahkan.",
        (S.DRAFT,),
        S.SUBMITTED,
        _may_submit,
        _submit,
        explanation="Setelah diajukan, Rencana Aksi diperiksa Bagian Organisasi.",
    ),
    "withdraw": Step(
        "Tarik kembali",
        "Rencana Aksi ditarik kembali menjadi draf.",
        (S.SUBMITTED,),
        S.DRAFT,
        _may_withdraw,
        _clear_submission,
        state_first=True,
    ),
    "return": Step(
        "Minta perbaikan",
        "Rencana Aksi dikembalikan untuk diperbaiki.",
        (S.SUBMITTED,),
        S.DRAFT,
        _may_approve,
        _clear_submission,
        needs_reason=True,
    ),
    "approve": Step(
        "Sahkan",
        "Rencana Aksi disahkan dan berlaku.",
        (S.SUBMITTED,),
        S.IN_FORCE,
        _may_approve,
        _approve,
        explanation="Setelah disahkan, isinya hanya berubah lewat versi baru.",
    ),
}


def available(plan: ActionPlan, scope: Scope) -> dict[str, Step]:
    """The steps this account may take now: exactly the buttons of the page."""
    return {
        name: step
        for name, step in TRANSITIONS.items()
        if plan.status in step.sources and step.permitted(scope, plan)
    }


def perform(action: str, plan: ActionPlan, scope: Scope, actor: Actor, *, reason: str = "") -> ActionPlan:
    """Take one step: all of it, with its event, or nothing.

    Args:
        action: a key of TRANSITIONS.
        plan: as the person saw it; its version must still be the one in the database.
        scope: what the person may reach; asked again here.
        actor: who acts, for the history.
        reason: required where the step says so.

    Raises:
        Refused: the account may not; written into the history after the rollback.
        TransitionError: a bad moment or something missing, as a sentence.
    """
    step = TRANSITIONS[action]
    try:
        with transaction.atomic():
            return _perform(step, Context(plan, scope, actor, reason.strip()))
    except Refused:
        refuse(action, plan, actor)
        raise


def refuse(action: str, plan: ActionPlan, actor: Actor) -> None:
    """Write down that somebody tried a step they may not take."""
    history.record(actor, Act(TRANSITIONS[action].label, plan, unit=plan.agreement.unit, refused=True))


def _perform(step: Step, context: Context) -> ActionPlan:
    seen = context.plan.version
    # The agreement first, as everywhere: two versions of one plan wait for each other.
    Agreement.objects.select_for_update().get(pk=context.plan.agreement_id)
    locked = (
        ActionPlan.objects.select_for_update(of=("self",))
        .select_related("agreement__unit", "agreement__position")
        .filter(pk=context.plan.pk)
        .first()
    )
    if locked is None:
        raise TransitionError("Draf Rencana Aksi ini sudah dihapus.")
    if step.state_first:
        _must_be_the_moment(step, locked)
    if not step.permitted(context.scope, locked):
        raise Refused
    _must_be_the_moment(step, locked)
    if locked.version != seen:
        raise TransitionError(CHANGED_MEANWHILE)
    if step.needs_reason and len(context.reason) < SHORTEST_REASON:
        raise TransitionError(f"Isi alasan paling sedikit {SHORTEST_REASON} huruf.")
    before = locked.status
    context.plan = locked
    details = step.effect(context)
    _write_status(locked, step.target)
    act = Act(
        step.label,
        locked,
        unit=locked.agreement.unit,
        before={"status": S(before).label},
        after={"status": step.target.label, **details},
        reason=context.reason,
    )
    history.record(context.actor, act)
    return locked


def _must_be_the_moment(step: Step, plan: ActionPlan) -> None:
    if plan.status not in step.sources:
        raise TransitionError(
            f"Rencana Aksi ini sekarang berstatus “{plan.get_status_display()}”. "
            "Muat ulang halaman untuk melihat yang terbaru."
        )


def _write_status(plan: ActionPlan, status: ActionPlanStatus) -> None:
    """The only writer of ActionPlan.status: by version, so that two never write over each other."""
    changed = ActionPlan.objects.filter(pk=plan.pk, version=plan.version).update(
        status=status,
        submitted_by_id=plan.submitted_by_id,
        submitted_at=plan.submitted_at,
        approved_by_id=plan.approved_by_id,
        approved_at=plan.approved_at,
        return_reason=plan.return_reason,
        version=plan.version + 1,
    )
    if not changed:
        raise TransitionError(CHANGED_MEANWHILE)
    plan.status = status
    plan.version += 1
