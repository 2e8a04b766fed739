"""The data dictionary: organisation, plan, policies, agreements, signing."""

from agreements.models import organisation_rules  # noqa: F401  registers triggers
from agreements.models.action_plan import ActionPlan, ActionPlanTarget, ActionStep
from agreements.models.agreement import (
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
)
from agreements.models.imports import ImportChange, ImportMapping, ImportRow, ImportRun
from agreements.models.leaves import TWO_LEVELS
from agreements.models.organisation import (
    Assignment,
    Delegation,
    HandOver,
    Membership,
    Official,
    Position,
    Region,
    Unit,
)
from agreements.models.planning import (
    Benchmark,
    Budget,
    BudgetPlan,
    BudgetTotal,
    Indicator,
    IndicatorTarget,
    Label,
    Objective,
    PlanningPeriod,
    PlanRevision,
    Programme,
    RevisedTarget,
    Scale,
    ScaleStep,
)
from agreements.models.policy import DocumentText, YearPolicy
from agreements.models.signing import Issue, IssueParty, Signature
from agreements.models.tree import TreeLink, TreeNode

__all__ = [
    "TWO_LEVELS",
    "ActionPlan",
    "ActionPlanTarget",
    "ActionStep",
    "Agreement",
    "AgreementBudget",
    "AgreementIndicator",
    "AgreementObjective",
    "Assignment",
    "Benchmark",
    "Budget",
    "BudgetPlan",
    "BudgetTotal",
    "Delegation",
    "DocumentText",
    "HandOver",
    "ImportChange",
    "ImportMapping",
    "ImportRow",
    "ImportRun",
    "Indicator",
    "IndicatorTarget",
    "Issue",
    "IssueParty",
    "Label",
    "Membership",
    "Objective",
    "Official",
    "PlanRevision",
    "PlanningPeriod",
    "Position",
    "Programme",
    "Region",
    "RevisedTarget",
    "Scale",
    "ScaleStep",
    "Signature",
    "TreeLink",
    "TreeNode",
    "Unit",
    "YearPolicy",
]
