"""Questions to the database about the government and its promises, by name."""

from agreements.querysets.action_plan import (
    HANDED_IN,
    PLANNABLE,
    PLANS_IN_PREPARATION,
    ActionPlanQuerySet,
    ActionPlanTargetQuerySet,
    ActionStepQuerySet,
)
from agreements.querysets.agreement import (
    IN_PREPARATION,
    PLAN_STATES,
    AgreementQuerySet,
    content_lookups,
)
from agreements.querysets.organisation import (
    AssignmentQuerySet,
    DelegationQuerySet,
    HandOverQuerySet,
    MembershipQuerySet,
    PositionQuerySet,
    UnitQuerySet,
    valid_on,
)
from agreements.querysets.planning import (
    BudgetQuerySet,
    IndicatorQuerySet,
    ObjectiveQuerySet,
    PlanningPeriodQuerySet,
    PlanRevisionQuerySet,
    ScaleQuerySet,
)
from agreements.querysets.tree import GAPS, TreeLinkQuerySet, TreeNodeQuerySet

__all__ = [
    "GAPS",
    "HANDED_IN",
    "IN_PREPARATION",
    "PLANNABLE",
    "PLANS_IN_PREPARATION",
    "PLAN_STATES",
    "ActionPlanQuerySet",
    "ActionPlanTargetQuerySet",
    "ActionStepQuerySet",
    "AgreementQuerySet",
    "AssignmentQuerySet",
    "BudgetQuerySet",
    "DelegationQuerySet",
    "HandOverQuerySet",
    "IndicatorQuerySet",
    "MembershipQuerySet",
    "ObjectiveQuerySet",
    "PlanRevisionQuerySet",
    "PlanningPeriodQuerySet",
    "PositionQuerySet",
    "ScaleQuerySet",
    "TreeLinkQuerySet",
    "TreeNodeQuerySet",
    "UnitQuerySet",
    "content_lookups",
    "valid_on",
]
