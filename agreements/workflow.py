"""States of an agreement and the one function that changes them.

Pages ask `TRANSITIONS` for their buttons, so what is shown and what is allowed cannot drift;
docs/states.md is checked against it.
"""

from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.permissions import BUREAU_CHECKS, Checkers, Scope
from agreements import signing
from agreements.checking import checkers_now, is_of_head
from agreements.enums import Status
from agreements.models import Agreement, Delegation, Signature, YearPolicy
from agreements.parties import parties_on
from agreements.readiness import gaps
from agreements.steps import (
    Context,
    Facts,
    InkFacts,
    IssueFacts,
    Print,
    RecordFacts,
    Refused,
    Step,
    TransitionError,
)
from records import files, history
from records.history import Act, Actor

SHORTEST_REASON = 10


# --- who may ----------------------------------------------------------------------------------


def _may_submit(scope: Scope, agreement: Agreement) -> bool:
    return permissions.may_submit(scope, agreement.unit_id, agreement.position_id, agreement.year)


def _may_withdraw(scope: Scope, agreement: Agreement) -> bool:
    """The submitter, as long as they may still submit: not who left the post since."""
    own = agreement.submitted_by_id is not None and agreement.submitted_by_id == scope.account_id
    return own and _may_submit(scope, agreement)


def _may_declare(scope: Scope, agreement: Agreement) -> bool:
    checkers = BUREAU_CHECKS if is_of_head(agreement) else checkers_now(agreement, _day_of(scope))
    return may_check(scope, agreement, agreement.submitted_by_id, agreement.submitted_at, checkers)


def _may_return(scope: Scope, agreement: Agreement) -> bool:
    """Who may declare it complete, and by policy the planner."""
    unit, year = agreement.unit_id, agreement.year
    if not permissions.plans_for(scope, unit, year):
        return _may_declare(scope, agreement)
    checkers = checkers_now(agreement, _day_of(scope))
    return permissions.may_return_as_planner(
        scope, unit, year, agreement.submitted_by_id, checkers
    ) or _may_declare(scope, agreement)


def _day_of(scope: Scope) -> date:
    return scope.day or timezone.localdate()


def may_check(
    scope: Scope,
    agreement: Agreement,
    submitted_by: int | None,
    submitted_at: datetime | None,
    checkers: Checkers = BUREAU_CHECKS,
) -> bool:
    """Whether the account may decide on what was submitted of an agreement: never on its own submission."""
    if scope.posts and _by_own_delegate(scope, agreement, submitted_by, submitted_at):
        submitted_by = scope.account_id
    unit, year = agreement.unit_id, agreement.year
    if permissions.may_declare_complete(scope, unit, year, submitted_by, checkers=checkers):
        return True
    tiny = YearPolicy.objects.filter(year=year, tiny_office=True).exists()
    return tiny and permissions.may_declare_complete(scope, unit, year, submitted_by, tiny, checkers)


def _by_own_delegate(
    scope: Scope, agreement: Agreement, submitted_by: int | None, submitted_at: datetime | None
) -> bool:
    """Whether one's own delegate submitted: that is one's own submission. Asked once for all buttons of a page."""
    known = agreement.__dict__.setdefault("own_submissions", {})
    asked = scope.account_id, submitted_by, submitted_at
    if asked not in known:
        known[asked] = Delegation.objects.named_by(scope).behind(submitted_by, submitted_at).exists()
    return known[asked]


def _may_issue(scope: Scope, agreement: Agreement) -> bool:
    return permissions.may_issue(scope, agreement.unit_id, agreement.year)


# --- what a step does ---------------------------------------------------------------------------


def _submit(context: Context) -> dict[str, Any]:
    agreement = Agreement.objects.with_content().get(pk=context.agreement.pk)
    missing = gaps(agreement, parties_on(agreement, context.today))
    if missing:
        raise TransitionError("Belum dapat diajukan. " + " ".join(gap.text for gap in missing[:3]))
    context.agreement.submitted_by_id = context.scope.account_id
    context.agreement.submitted_at = context.now
    context.agreement.return_reason = ""
    return {}


def _clear_submission(context: Context) -> dict[str, Any]:
    context.agreement.submitted_by_id = None
    context.agreement.submitted_at = None
    context.agreement.return_reason = context.reason
    return {}


def _nothing(context: Context) -> dict[str, Any]:
    return {}


def _declare(context: Context) -> dict[str, Any]:
    # Only the policy for tiny offices lets the submitter come here; it is marked for good.
    own = context.agreement.submitted_by_id == context.scope.account_id
    return {"oleh_pengaju": True} if own else {}


def _reopen(context: Context) -> dict[str, Any]:
    """Back to the draft while nobody has signed; what was issued stays in the archive and is void."""
    if Signature.objects.filter(issue__agreement=context.agreement).exists():
        raise TransitionError("PK ini sudah ditandatangani dan tidak dapat dibuka kembali.")
    return _clear_submission(context)


TRANSITIONS: dict[str, Step] = {
    "submit": Step(
        "Ajukan",
        "PK sudah diajukan dan menunggu diperiksa.",
        (Status.DRAFT,),
        Status.SUBMITTED,
        _may_submit,
        _submit,
        explanation="Setelah diajukan, isi PK diperiksa sebelum dinyatakan lengkap.",
    ),
    "withdraw": Step(
        "Tarik kembali",
        "PK ditarik kembali menjadi draf.",
        (Status.SUBMITTED,),
        Status.DRAFT,
        _may_withdraw,
        _clear_submission,
        state_first=True,
    ),
    "return": Step(
        "Minta perbaikan",
        "PK dikembalikan untuk diperbaiki.",
        (Status.SUBMITTED,),
        Status.DRAFT,
        _may_return,
        _clear_submission,
        needs_reason=True,
    ),
    "declare": Step(
        "Nyatakan lengkap",
        "PK dinyatakan lengkap; isinya dibekukan.",
        (Status.SUBMITTED,),
        Status.READY,
        _may_declare,
        _declare,
        explanation="Setelah dinyatakan lengkap, isi PK dibekukan.",
    ),
    "reopen": Step(
        "Buka kembali",
        "PK dibuka kembali menjadi draf. Yang pernah diterbitkan, bila ada, tidak berlaku.",
        (Status.READY, Status.IN_SIGNING),
        Status.DRAFT,
        _may_issue,
        _reopen,
        needs_reason=True,
    ),
    "issue": Step(
        "Terbitkan untuk ditandatangani",
        "PK diterbitkan. Cetak, lalu tandatangani.",
        (Status.READY, Status.IN_SIGNING),
        Status.IN_SIGNING,
        _may_issue,
        signing.issue,
        facts=IssueFacts,
    ),
    "sign": Step(
        "Catat tanda tangan basah",
        "Tanda tangan dicatat. PK ini berlaku.",
        (Status.IN_SIGNING,),
        Status.IN_FORCE,
        _may_issue,
        signing.sign_in_ink,
        facts=InkFacts,
    ),
    "record": Step(
        "Catat sebagai sudah ditandatangani",
        "PK dicatat dan berlaku, bertanda “dicatat kemudian”.",
        (Status.DRAFT,),
        Status.IN_FORCE,
        _may_issue,
        signing.record_signed,
        needs_reason=True,
        facts=RecordFacts,
    ),
    "cancel": Step(
        "Batalkan PK ini",
        "PK dibatalkan.",
        (Status.DRAFT, Status.SUBMITTED, Status.READY, Status.IN_SIGNING),
        Status.CANCELLED,
        _may_issue,
        _nothing,
        needs_reason=True,
    ),
}


def available(agreement: Agreement, scope: Scope) -> dict[str, Step]:
    """The steps this account may take now: exactly the buttons of the page."""
    # Several steps ask the same permission.
    permitted = cache(lambda permission: permission(scope, agreement))
    return {
        name: step
        for name, step in TRANSITIONS.items()
        if agreement.status in step.sources and permitted(step.permitted)
    }


def perform(
    action: str,
    agreement: Agreement,
    scope: Scope,
    actor: Actor,
    *,
    reason: str = "",
    facts: Facts = None,
    printed: Print | None = None,
) -> Agreement:
    """Take one step: all of it, with its event, or nothing.

    Args:
        action: a key of TRANSITIONS.
        agreement: as the person saw it; its version must still be the one in the database.
        scope: what the person may reach; asked again here.
        actor: who acts, for the history.
        reason: required where the step says so.
        facts: IssueFacts, InkFacts or RecordFacts where the step says so.
        printed: an issue drawn up before (`signing.drawn_up`) and printed elsewhere.

    Raises:
        Refused: the account may not; written into the history after the rollback.
        TransitionError: a bad moment or something missing, as a sentence.
    """
    step = TRANSITIONS[action]
    context = Context(agreement, scope, actor, facts, reason.strip())
    try:
        if isinstance(facts, IssueFacts) and step.facts is IssueFacts:
            _must_be_permitted(step, agreement, scope)
            context.print = printed or signing.printed(agreement, facts)
        with transaction.atomic():
            return _perform(step, context)
    except Refused:
        refuse(action, agreement, actor)
        raise
    except BaseException:
        for stored in context.kept:
            files.discard(stored)
        raise


def refuse(action: str, agreement: Agreement, actor: Actor) -> None:
    """Write down that somebody tried a step they may not take."""
    history.record(actor, Act(TRANSITIONS[action].label, agreement, unit=agreement.unit, refused=True))


def _must_be_permitted(step: Step, agreement: Agreement, scope: Scope) -> None:
    if not step.permitted(scope, agreement):
        raise Refused


def _must_be_the_moment(step: Step, agreement: Agreement) -> None:
    if agreement.status not in step.sources:
        raise TransitionError(
            f"PK ini sekarang berstatus “{agreement.get_status_display()}”. Muat ulang halaman untuk melihat yang terbaru."
        )


def _perform(step: Step, context: Context) -> Agreement:
    agreement, facts = context.agreement, context.facts
    locked = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("unit", "position__unit", "second_position")
        .get(pk=agreement.pk)
    )
    if step.state_first:
        _must_be_the_moment(step, locked)
    _must_be_permitted(step, locked, context.scope)
    _must_be_the_moment(step, locked)
    if locked.version != agreement.version:
        raise TransitionError("PK ini baru saja diubah orang lain. Periksa isinya, lalu coba lagi.")
    if step.needs_reason and len(context.reason) < SHORTEST_REASON:
        raise TransitionError(f"Isi alasan paling sedikit {SHORTEST_REASON} huruf.")
    if step.facts and not isinstance(facts, step.facts):
        raise TransitionError(f"Langkah “{step.label}” memerlukan isian yang lengkap.")
    before = locked.status
    context.agreement = locked
    details = step.effect(context)
    if step.target == Status.IN_FORCE and locked.amends_id:
        _supersede(context, locked.amends_id)
    _write_status(locked, step.target)
    history.record(
        context.actor,
        Act(
            step.label,
            locked,
            unit=locked.unit,
            before={"status": Status(before).label},
            after={"status": step.target.label, **details},
            reason=context.reason,
        ),
    )
    return locked


def _supersede(context: Context, amended_id: int) -> None:
    """End what the agreement amends, with a line in its own history."""
    amended = Agreement.objects.select_for_update().select_related("unit").get(pk=amended_id)
    before = amended.status
    _write_status(amended, Status.SUPERSEDED)
    history.record(
        context.actor,
        Act(
            Status.SUPERSEDED.label,
            amended,
            unit=amended.unit,
            before={"status": Status(before).label},
            after={
                "status": Status.SUPERSEDED.label,
                "oleh": f"{context.agreement} [{context.agreement.pk}]",
            },
        ),
    )


def _write_status(agreement: Agreement, status: Status) -> None:
    """The only writer of Agreement.status: by version, so that two never write over each other."""
    changed = Agreement.objects.filter(pk=agreement.pk, version=agreement.version).update(
        status=status,
        submitted_by_id=agreement.submitted_by_id,
        submitted_at=agreement.submitted_at,
        return_reason=agreement.return_reason,
        recorded_later=agreement.recorded_later,
        version=agreement.version + 1,
    )
    if not changed:
        raise TransitionError("PK ini baru saja diubah orang lain. Periksa isinya, lalu coba lagi.")
    agreement.status = status
    agreement.version += 1


__all__ = [
    "TRANSITIONS",
    "InkFacts",
    "IssueFacts",
    "RecordFacts",
    "Refused",
    "Step",
    "TransitionError",
    "available",
    "perform",
    "refuse",
]
