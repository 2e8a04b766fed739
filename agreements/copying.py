"""Copies what an agreement promises, so that a later edit of the catalogue never reaches it."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import prefetch_related_objects

from agreements.budgets import BudgetLine
from agreements.enums import Kind
from agreements.models import (
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
    Indicator,
    YearPolicy,
)
from agreements.models.planning import TargetColumns

TARGET_COLUMNS = ("value", "low", "high", "step", "date")
# The columns as the history names them.
TARGET_WORDS = {column.name: str(column.verbose_name) for column in TargetColumns._meta.concrete_fields}


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


def fitting(target: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """A target by column as far as it fits what is promised; a part that does not fit is None.

    Args:
        said: columns of the promise, as `copied` gives them.
    """
    columns = {Kind.RANGE: ("low", "high"), Kind.SCALE: ("step",), Kind.DATE: ("date",)}
    found: dict[str, Any] = dict.fromkeys(TARGET_COLUMNS)
    found |= {column: target.get(column) for column in columns.get(said["kind"], ("value",))}
    if found["step"] and found["step"] > len(json.loads(said["scale_steps"] or "[]")):
        found["step"] = None
    return found


def continued(
    objective: AgreementObjective, before: AgreementIndicator, indicator: Indicator, said: Mapping[str, Any]
) -> AgreementIndicator:
    """An unsaved promise that continues an earlier one: its place and weight, and its target where that fits.

    Args:
        indicator: the same as before, or the one that took its place.
        said: columns of the new promise, as `copied` gives them.
    """
    target = fitting({column: getattr(before, column) for column in TARGET_COLUMNS}, said)
    return AgreementIndicator(
        objective=objective,
        indicator=indicator,
        continues=before,
        order=before.order,
        weight=before.weight,
        **(dict(said) | target),
    )


def outdated(agreement: Agreement, policy: YearPolicy | None = None) -> dict[int, list[str]]:
    """By promise: what the catalogue or the year's policy says otherwise by now, in words.

    `policy` is that of the year, where it is at hand. The wording of the name is left out: nothing is computed from it.
    """
    promises = [promise for o in agreement.objectives.all() for promise in o.indicators.all()]
    scaled = [promise.indicator for promise in promises if promise.indicator.scale_id]
    prefetch_related_objects(scaled, "scale__steps")
    policy = policy or YearPolicy.objects.get(year=agreement.year)
    words = {field.name: str(field.verbose_name) for field in AgreementIndicator._meta.concrete_fields}
    found = {}
    for row in promises:
        now = copied(row.indicator, policy)
        names = [
            words[column]
            for column, value in now.items()
            if column != "name" and getattr(row, column) != value
        ]
        if names:
            found[row.pk] = names
    return found


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


def target_in_words(figures: Mapping[str, Any]) -> dict[str, Any]:
    """A target by the words of its columns, for the history."""
    return {TARGET_WORDS[column]: figure for column, figure in figures.items()}
