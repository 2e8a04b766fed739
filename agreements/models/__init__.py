"""The data dictionary: organisation, plan, policies, agreements, signing."""

from agreements.models.action_plan import ActionPlan, ActionPlanTarget, ActionStep
from agreements.models.agreement import (
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
)
from agreements.models.organisation import (
    Assignment,
    Delegation,
    Membership,
    Official,
    Position,
    Region,
    Unit,
)
from agreements.models.planning import (
    Benchmark,
    Budget,
    Indicator,
    IndicatorTarget,
    Label,
    Objective,
    PlanningPeriod,
    Programme,
    Scale,
    ScaleStep,
)
from agreements.models.policy import DocumentText, YearPolicy
from agreements.models.signing import Issue, IssueParty, Signature

__all__ = [
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
    "Delegation",
    "DocumentText",
    "Indicator",
    "IndicatorTarget",
    "Issue",
    "IssueParty",
    "Label",
    "Membership",
    "Objective",
    "Official",
    "PlanningPeriod",
    "Position",
    "Programme",
    "Region",
    "Scale",
    "ScaleStep",
    "Signature",
    "Unit",
    "YearPolicy",
]
