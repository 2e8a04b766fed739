"""Starts a PK Perubahan: a new draft that amends an agreement in force and begins as its copy.

The amended agreement stays in force, and is measured, until the amendment is signed
(`agreements.workflow`). Grounds: PermenPAN-RB 53/2014.
"""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects

from accounts import permissions
from accounts.permissions import Scope
from agreements.budgets import YearBudgets
from agreements.copying import continued, copied, promised_budget
from agreements.drafting import DraftError, touch
from agreements.enums import Ground, Status
from agreements.lineage import Lineage
from agreements.models import (
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
    Objective,
    YearPolicy,
)
from agreements.parties import form_for, next_superior, reason_by_rule
from agreements.table_b import same_line
from agreements.workflow import SHORTEST_REASON, Refused
from records.history import Act, Actor, record

ACTION = "Buat PK Perubahan"


@dataclass(frozen=True)
class Basis:
    """Why an agreement is amended: one of the three legal grounds, and the reason in words."""

    ground: Ground
    reason: str


def may_amend(scope: Scope, agreement: Agreement) -> bool:
    return permissions.may_draft(scope, agreement.unit_id, agreement.year)


def refuse(agreement: Agreement, actor: Actor) -> None:
    """Write down that somebody tried what they may not do."""
    record(actor, Act(ACTION, agreement, unit=agreement.unit, refused=True))


def start(
    agreement: Agreement,
    basis: Basis,
    scope: Scope,
    actor: Actor,
    day: date,
    budgets: YearBudgets | None = None,
) -> Agreement:
    """A new draft that amends the agreement: its content copied, its parties and amounts of the day.

    Args:
        day: today; whose holders decide the second party.
        budgets: what the agreement rests on, where it is at hand.

    Raises:
        Refused: the account may not; written into the history.
        DraftError: a bad moment, as a sentence.
    """
    if not may_amend(scope, agreement):
        refuse(agreement, actor)
        raise Refused
    if len(basis.reason.strip()) < SHORTEST_REASON:
        raise DraftError(f"Isi alasan perubahan paling sedikit {SHORTEST_REASON} huruf.")
    budgets = budgets or YearBudgets(agreement.year, [agreement])
    try:
        with transaction.atomic():
            return _start(agreement, basis, actor, day, budgets)
    except IntegrityError:
        # The other of two people was a moment faster.
        _must_be_free(Agreement.objects.get(pk=agreement.pk), day)
        raise


def _start(agreement: Agreement, basis: Basis, actor: Actor, day: date, budgets: YearBudgets) -> Agreement:
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    amended = Agreement.objects.with_content().get(pk=agreement.pk)
    _must_be_free(amended, day)
    position = amended.position
    second = next_superior(position, day)
    draft = Agreement.objects.create(
        position=position,
        unit=position.unit,
        year=amended.year,
        form=form_for(position),
        second_position=second,
        second_reason=reason_by_rule(position, second, day),
        amends=amended,
        ground=basis.ground,
        ground_reason=basis.reason.strip(),
        budget_waiver=amended.budget_waiver,
    )
    indicators = _copy_promises(amended, draft)
    lines = _copy_budgets(amended, draft, budgets)
    record(
        actor,
        Act(
            ACTION,
            draft,
            unit=draft.unit,
            after={
                "mengubah": f"{amended} [{amended.pk}]",
                "dasar": draft.get_ground_display(),
                "indikator": indicators,
                "program": lines,
            },
            reason=draft.ground_reason,
        ),
    )
    record(
        actor,
        Act("Mulai diubah", amended, unit=amended.unit, after={"oleh": f"{draft} [{draft.pk}]"}),
    )
    return draft


def why_not(agreement: Agreement, day: date) -> str:
    """Why the agreement cannot be amended now, in a sentence; empty where it can."""
    amendment = agreement.amendments.not_cancelled().first()
    if amendment:
        state = amendment.get_status_display()
        return f"PK ini sedang atau sudah diubah oleh {amendment}, yang berstatus “{state}”. Bukalah itu."
    if agreement.status != Status.IN_FORCE:
        state = agreement.get_status_display()
        return f"PK ini berstatus “{state}”. Yang dapat diubah hanya PK yang berlaku."
    of_position = Agreement.objects.filter(position=agreement.position_id, year=agreement.year)
    if other := of_position.in_preparation().first():
        return f"{other} masih berstatus “{other.get_status_display()}”. Selesaikan atau batalkan itu dulu."
    ended = agreement.position.valid_to
    if ended is not None and ended < day:
        return (
            f"Jabatan {agreement.position} tidak ada lagi. Susun PK baru untuk jabatan yang menggantikannya."
        )
    return ""


def _must_be_free(agreement: Agreement, day: date) -> None:
    if problem := why_not(agreement, day):
        raise DraftError(problem)


def _copy_promises(amended: Agreement, draft: Agreement) -> int:
    """Objectives and indicators as they were worded, each indicator continuing the old one; what a revision of
    the plan put in the place of an objective comes with its own words.

    What an achievement depends on follows the catalogue and the policy as they are now: the draft is not
    outdated on its first day.
    """
    policy = YearPolicy.objects.get(year=draft.year)
    scaled = [
        row.indicator for o in amended.objectives.all() for row in o.indicators.all() if row.scale_steps
    ]
    prefetch_related_objects(scaled, "scale__steps")
    objectives = _copy_objectives(amended, draft)
    rows = [
        continued(
            objectives[old.pk],
            before,
            before.indicator,
            copied(before.indicator, policy) | {"name": before.name},
        )
        for old in amended.objectives.all()
        for before in old.indicators.all()
    ]
    AgreementIndicator.objects.bulk_create(rows)
    return len(rows)


def _copy_objectives(amended: Agreement, draft: Agreement) -> dict[int, AgreementObjective]:
    """By the old row; of several that became one in the plan, one row."""
    lineage = Lineage(draft.year)
    standing = {old.pk: lineage.standing(old.objective_id) for old in amended.objectives.all()}
    plan = Objective.objects.in_bulk(set(standing.values()))
    made: dict[int, AgreementObjective] = {}
    for old in amended.objectives.all():
        now = plan[standing[old.pk]]
        text = old.text if now.pk == old.objective_id else now.text
        if now.pk not in made:
            made[now.pk] = AgreementObjective(agreement=draft, objective=now, order=old.order, text=text)
    AgreementObjective.objects.bulk_create(made.values())
    return {old: made[now] for old, now in standing.items()}


def _copy_budgets(amended: Agreement, draft: Agreement, budgets: YearBudgets) -> int:
    """The same lines, with the amounts the budget has now; what it has no more keeps its amount."""
    offered = budgets.lines_for(draft)
    rows = []
    for old in amended.budgets.all():
        line = same_line(old, offered)
        row = (
            promised_budget(draft, line, old.order)
            if line
            else AgreementBudget(
                agreement=draft,
                programme_id=old.programme_id,
                order=old.order,
                code=old.code,
                name=old.name,
                amount=budgets.amount_of(draft, old) or old.amount,
                fund_source=old.fund_source,
            )
        )
        rows.append(row)
    AgreementBudget.objects.bulk_create(rows)
    return len(rows)


@transaction.atomic
def set_basis(draft: Agreement, basis: Basis, actor: Actor) -> None:
    """Another ground or reason for an amendment that is still a draft."""
    if draft.amends_id is None:
        raise DraftError("PK ini tidak mengubah PK lain, jadi tidak memerlukan dasar perubahan.")
    before = {"dasar": draft.get_ground_display(), "alasan": draft.ground_reason}
    touch(draft)
    draft.ground, draft.ground_reason = basis.ground, basis.reason.strip()
    draft.save(update_fields=["ground", "ground_reason"])
    after = {"dasar": draft.get_ground_display(), "alasan": draft.ground_reason}
    record(
        actor,
        Act(
            "Ubah dasar perubahan",
            draft,
            unit=draft.unit,
            before=before,
            after=after,
            reason=draft.ground_reason,
        ),
    )
