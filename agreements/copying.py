"""Copies what an agreement promises, so that a later edit of the catalogue never reaches it."""

import json

from agreements.budgets import BudgetLine
from agreements.enums import Kind
from agreements.models import (
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
    Indicator,
    YearPolicy,
)

TARGET_COLUMNS = ("value", "low", "high", "step", "date")


def promise(
    objective: AgreementObjective, indicator: Indicator, policy: YearPolicy, **target
) -> AgreementIndicator:
    """An unsaved promise of an indicator: the catalogue row and the year's policy, copied.

    Args:
        target: columns by kind: `value`, or `low` and `high`, or `step` (rank), or `date`.
    """
    return AgreementIndicator(objective=objective, indicator=indicator, **copied(indicator, policy), **target)


def copied(indicator: Indicator, policy: YearPolicy) -> dict:
    """What a promise takes over from the catalogue and the policy, by column."""
    steps = ""
    if indicator.kind == Kind.SCALE and indicator.scale:
        steps = json.dumps([step.name for step in indicator.scale.steps.all()], ensure_ascii=False)
    return {
        "name": indicator.name,
        "unit_of_measure": indicator.unit_of_measure,
        "kind": indicator.kind,
        "polarity": indicator.polarity,
        "lower_method": indicator.lower_method or policy.lower_method,
        "accumulation": indicator.accumulation,
        "decimals": indicator.decimals,
        "factor": indicator.factor,
        "scale_steps": steps,
        "scale_above": policy.scale_above,
        "cap": policy.cap,
    }


def promised_budget(agreement, line: BudgetLine, order: int) -> AgreementBudget:
    """An unsaved line of table B with the amount the budget has now."""
    return AgreementBudget(
        agreement=agreement,
        programme=line.programme,
        order=order,
        code=line.programme.code,
        name=line.programme.name,
        amount=line.amount,
        fund_source=line.fund_source,
    )
