"""Takes the action plan of Dinas Kesehatan through its states, step by step."""

from decimal import Decimal

from agreements import action_plans, plan_workflow
from agreements.models import ActionPlan, ActionStep, Agreement, AgreementIndicator
from agreements.scope import scope_of
from tests.agreements.steps import actor, complete_draft
from tests.factories import put_into

HEAD = "kepala_kesehatan"
BUREAU = "bagian_organisasi"


def agreement_in_force(g, year: int = 2026) -> Agreement:
    return put_into(complete_draft(g, year), "in_force")


def promise_of(plan: ActionPlan) -> AgreementIndicator:
    return AgreementIndicator.objects.filter(objective__agreement=plan.agreement_id)[0]


def begun(g, agreement: Agreement | None = None, reason: str = "") -> ActionPlan:
    """A draft of the agreement in force, empty unless there is a version to copy."""
    agreement = agreement or agreement_in_force(g)
    return action_plans.begin(agreement, reason, actor(g.users.operator_kesehatan))


def add_step(plan: ActionPlan, g, text: str = "Kunjungan rumah balita", **said) -> ActionStep:
    said = {"promise": promise_of(plan), "text": text, "first_month": 2, "last_month": 5} | said
    return action_plans.add_step(plan, said, actor(g.users.operator_kesehatan))


def complete(g, agreement: Agreement | None = None) -> ActionPlan:
    """A draft that can be submitted: the state at the end of the year, and one step."""
    plan = begun(g, agreement)
    targets = {promise_of(plan).pk: {4: {"value": Decimal("10")}}}
    action_plans.set_targets(plan, targets, actor(g.users.operator_kesehatan))
    add_step(plan, g)
    return plan


def take(action: str, plan: ActionPlan, user, reason: str = "") -> ActionPlan:
    fresh = ActionPlan.objects.select_related("agreement__unit").get(pk=plan.pk)
    return plan_workflow.perform(action, fresh, scope_of(user), actor(user), reason=reason)


def submitted(g, agreement: Agreement | None = None) -> ActionPlan:
    return take("submit", complete(g, agreement), getattr(g.users, HEAD))


def in_force(g, agreement: Agreement | None = None) -> ActionPlan:
    return take("approve", submitted(g, agreement), getattr(g.users, BUREAU))


def amendment_of(agreement: Agreement) -> Agreement:
    """An amendment that continues every promise of an agreement, still a draft."""
    new = Agreement.objects.create(
        position=agreement.position,
        unit=agreement.unit,
        year=agreement.year,
        second_position=agreement.second_position,
        amends=agreement,
        ground="strategy",
        ground_reason="Pergeseran anggaran.",
    )
    for objective in agreement.objectives.all():
        promises = list(objective.indicators.all())
        objective.pk, objective.agreement = None, new
        objective._state.adding = True
        objective.save()
        for promise in promises:
            promise.continues_id, promise.pk, promise.objective = promise.pk, None, objective
            promise._state.adding = True
            promise.save()
    for line in agreement.budgets.all():
        line.pk, line.agreement = None, new
        line._state.adding = True
        line.save()
    return new
