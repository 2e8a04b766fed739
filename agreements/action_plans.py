"""Writing an action plan: every change of a draft version, each with its event; refused once it is no draft."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from agreements.copying import TARGET_COLUMNS, fitting, target_in_words
from agreements.drafting import DraftError
from agreements.enums import ActionPlanStatus
from agreements.models import (
    ActionPlan,
    ActionPlanTarget,
    ActionStep,
    Agreement,
    AgreementBudget,
    AgreementIndicator,
)
from agreements.models.planning import TargetColumns
from agreements.periodic import Figures, columns_of, is_empty
from agreements.querysets import PLANNABLE, PLANS_IN_PREPARATION
from agreements.table_b import place_of
from agreements.workflow import SHORTEST_REASON
from perjanjian.numerals import roman
from records.history import Act, Actor, record

STEP_COLUMNS = (
    "promise", "text", "first_month", "last_month", "person_in_charge", "budget_line", "amount",
)  # fmt: skip


class PlanConflict(DraftError):
    """Somebody else changed the plan since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            "Rencana Aksi ini baru saja diubah orang lain. Isian Anda masih di halaman ini; bandingkan, lalu simpan lagi."
        )


def period_targets(promises: Collection[int]) -> dict[tuple[int, int], TargetColumns]:
    """The quarters' targets of promises in plans in force, by (promise, quarter), in one query.

    Args:
        promises: numbers of `AgreementIndicator`.
    """
    rows = ActionPlanTarget.objects.in_force_of(promises)
    return {(row.promise_id, row.quarter): row for row in rows}


# --- versions ---------------------------------------------------------------------------------------


@transaction.atomic
def begin(agreement: Agreement, reason: str, actor: Actor) -> ActionPlan:
    """A new version: empty for the first, else a copy of the one in force.

    The first version of an amendment is a copy of the plan of the agreement it amends, as far as its
    promises continue the old ones.

    Args:
        reason: why the version in force is changed; not asked for the first version.

    Raises DraftError while another version is in preparation, or when the agreement has no content that
    stands.
    """
    locked = Agreement.objects.select_for_update(of=("self",)).with_parties().get(pk=agreement.pk)
    if locked.status not in PLANNABLE:
        raise DraftError(
            f"PK ini berstatus “{locked.get_status_display()}”. Rencana Aksi disusun setelah PK dinyatakan lengkap."
        )
    versions = list(ActionPlan.objects.filter(agreement=locked))
    if under_way := next((plan for plan in versions if plan.status in PLANS_IN_PREPARATION), None):
        raise DraftError(
            f"Versi {under_way.number} masih berstatus “{under_way.get_status_display()}”. Lanjutkan versi itu."
        )
    former = next((plan for plan in versions if plan.status == ActionPlanStatus.IN_FORCE), None)
    if former and len(reason.strip()) < SHORTEST_REASON:
        raise DraftError(f"Isi alasan perubahan paling sedikit {SHORTEST_REASON} huruf.")
    number = max((plan.number for plan in versions), default=0) + 1
    plan = ActionPlan(agreement=locked, number=number, reason=reason.strip() if former else "")
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError:
        # The other of two tabs was a moment faster.
        raise DraftError("Versi baru Rencana Aksi ini sudah dibuat. Muat ulang halaman.") from None
    source = former or _of_amended(locked)
    if source:
        _copy(plan, source)
    after = {"versi": number} | ({"disalin_dari": str(source)} if source else {})
    record(
        actor,
        Act("Susun Rencana Aksi", plan, unit=locked.unit, after=after, reason=plan.reason),
    )
    return plan


def _of_amended(agreement: Agreement) -> ActionPlan | None:
    """The plan in force of the agreement this one amends."""
    if agreement.amends_id is None:
        return None
    return (
        ActionPlan.objects.in_force()
        .select_related("agreement")
        .filter(agreement=agreement.amends_id)
        .first()
    )


def _copy(plan: ActionPlan, source: ActionPlan) -> None:
    """Targets and steps of another version, each step pointing at the first of its line."""
    promise_of, line_of = _places(plan, source)
    targets = []
    for old in source.targets.all():
        promise = promise_of.get(old.promise_id)
        if promise is None:
            continue
        said = {column: getattr(old, column) for column in TARGET_COLUMNS}
        said = fitting(said, {"kind": promise.kind, "scale_steps": promise.scale_steps})
        if not is_empty(said):
            targets.append(ActionPlanTarget(plan=plan, promise=promise, quarter=old.quarter, **said))
    ActionPlanTarget.objects.bulk_create(targets)
    ActionStep.objects.bulk_create(
        ActionStep(
            plan=plan,
            promise=promise_of[old.promise_id],
            origin_id=old.recorded_on,
            order=old.order,
            text=old.text,
            first_month=old.first_month,
            last_month=old.last_month,
            person_in_charge_id=old.person_in_charge_id,
            budget_line=line_of.get(old.budget_line_id),
            amount=old.amount,
        )
        for old in source.steps.all()
        if old.promise_id in promise_of
    )


def _places(
    plan: ActionPlan, source: ActionPlan
) -> tuple[dict[int, AgreementIndicator], dict[int | None, AgreementBudget]]:
    """What the source's promises and budget lines are in the plan, by their number there."""
    promises = AgreementIndicator.objects.filter(objective__agreement=plan.agreement_id)
    lines = AgreementBudget.objects.filter(agreement=plan.agreement_id)
    if source.agreement_id == plan.agreement_id:
        return {p.pk: p for p in promises}, {line.pk: line for line in lines}
    before = AgreementBudget.objects.filter(agreement=source.agreement_id)
    return (
        {p.continues_id: p for p in promises if p.continues_id is not None},
        {old.pk: line for old in before if (line := place_of(old, lines))},
    )


@transaction.atomic
def delete_draft(plan: ActionPlan, actor: Actor) -> None:
    """Give up a version nobody submitted; what was in force stays so."""
    touch(plan)
    record(
        actor,
        Act("Hapus draf Rencana Aksi", plan, unit=plan.agreement.unit, before={"versi": plan.number}),
    )
    plan.delete()


def touch(plan: ActionPlan) -> None:
    """Take the draft for a change: by version, so that nobody's change is lost; refused when no draft."""
    # The agreement first, as everywhere: who opens it again waits until this is written, and takes it along.
    agreement = Agreement.objects.select_for_update().get(pk=plan.agreement_id)
    if agreement.status not in PLANNABLE:
        raise DraftError(
            f"PK-nya sekarang berstatus “{agreement.get_status_display()}”. "
            "Rencana Aksi dilanjutkan setelah PK dinyatakan lengkap."
        )
    mine = ActionPlan.objects.filter(pk=plan.pk, version=plan.version, status=ActionPlanStatus.DRAFT)
    if not mine.update(version=plan.version + 1):
        current = ActionPlan.objects.filter(pk=plan.pk).first()
        if current is None:
            raise DraftError("Draf Rencana Aksi ini sudah dihapus.")
        if not current.is_draft:
            raise DraftError(
                f"Rencana Aksi ini sekarang berstatus “{current.get_status_display()}” dan tidak dapat disusun lagi."
            )
        raise PlanConflict
    plan.version += 1


# --- targets ----------------------------------------------------------------------------------------


@transaction.atomic
def set_targets(plan: ActionPlan, targets: Mapping[int, Mapping[int, Figures]], actor: Actor) -> int:
    """Write the typed targets, by promise and quarter; returns how many changed. Empty leaves no row."""
    touch(plan)
    promises = AgreementIndicator.objects.filter(objective__agreement=plan.agreement_id).in_bulk(
        list(targets)
    )
    stored = {(row.promise_id, row.quarter): row for row in plan.targets.filter(promise__in=targets)}
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    new: list[ActionPlanTarget] = []
    changed: list[ActionPlanTarget] = []
    gone: list[tuple[int, int]] = []
    for pk, quarters in targets.items():
        for quarter, typed in quarters.items():
            row = stored.get((pk, quarter))
            columns = columns_of(promises[pk].kind)
            old = {column: getattr(row, column) if row else None for column in columns}
            said = {column: typed.get(column) for column in columns}
            if old == said:
                continue
            name = f"{promises[pk]} [{pk}] TW {roman(quarter)}"
            before[name], after[name] = target_in_words(old), target_in_words(said)
            if is_empty(said):
                gone.append((pk, quarter))
                continue
            (changed if row else new).append(_written(row, plan, promises[pk], quarter, said))
    ActionPlanTarget.objects.bulk_create(new)
    ActionPlanTarget.objects.bulk_update(changed, list(TARGET_COLUMNS))
    plan.targets.filter(pk__in=[stored[key].pk for key in gone]).delete()
    if before:
        act = Act("Isi target triwulan", plan, unit=plan.agreement.unit, before=before, after=after)
        record(actor, act)
    return len(before)


def _written(
    row: ActionPlanTarget | None, plan: ActionPlan, promise: AgreementIndicator, quarter: int, said: Figures
) -> ActionPlanTarget:
    """The row with the typed columns and no other."""
    row = row or ActionPlanTarget(plan=plan, promise=promise, quarter=quarter)
    for column in TARGET_COLUMNS:
        setattr(row, column, said.get(column))
    return row


# --- steps ------------------------------------------------------------------------------------------


@transaction.atomic
def add_step(plan: ActionPlan, said: Mapping[str, Any], actor: Actor) -> ActionStep:
    touch(plan)
    last = plan.steps.filter(promise=said["promise"]).aggregate(last=Max("order"))["last"] or 0
    step = ActionStep.objects.create(plan=plan, order=last + 1, **said)
    record(actor, Act("Tambah langkah", plan, unit=plan.agreement.unit, after=_described(step)))
    return step


@transaction.atomic
def change_step(step: ActionStep, said: Mapping[str, Any], actor: Actor) -> None:
    """Write what was typed over a step, as far as it differs."""
    touch(step.plan)
    stored = ActionStep.objects.get(pk=step.pk)
    before = _described(stored)
    for column, value in said.items():
        setattr(stored, column, value)
    after = _described(stored)
    if before != after:
        stored.save(update_fields=list(STEP_COLUMNS))
        act = Act("Ubah langkah", step.plan, unit=step.plan.agreement.unit, before=before, after=after)
        record(actor, act)


@transaction.atomic
def remove_step(step: ActionStep, actor: Actor) -> None:
    touch(step.plan)
    act = Act("Hapus langkah", step.plan, unit=step.plan.agreement.unit, before=_described(step))
    step.delete()
    record(actor, act)


def _described(step: ActionStep) -> dict[str, str]:
    """A step as the history says it."""
    said = {
        "langkah": step.text,
        "indikator": str(step.promise),
        "jadwal": step.schedule,
        "penanggung_jawab": str(step.person_in_charge or ""),
        "program": str(step.budget_line or ""),
        "anggaran": "" if step.amount is None else f"{step.amount:.2f}",
    }
    return {name: text for name, text in said.items() if text}
