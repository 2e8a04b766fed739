"""Units with an agreement of their head in force, as the overviews read them."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from agreements.enums import Ground, Status
from agreements.models import ActionPlan, Agreement, Unit
from tests.factories import (
    add_promise,
    make_agreement,
    make_assignment,
    make_indicator,
    make_issue,
    make_objective,
    make_official,
    make_period,
    make_position,
    make_realisation,
    make_unit,
    put_into,
)

TARGET = Decimal(100)


def office(g, name: str, **fields) -> Unit:
    """A perangkat daerah on the map whose head somebody is."""
    flags = {"on_map": True, "signs_with_head": True, "writes_report": True}
    unit = make_unit(name, g.root, **flags | fields)
    head = make_position(unit, f"Kepala {name}", superior=g.regent)
    make_assignment(make_official(f"Pejabat {name}"), head)
    return unit


def promised(g, unit: Unit, *names: str, year: int = 2026, target: Decimal = TARGET, **fields) -> Agreement:
    """The agreement in force of the unit's head, with an indicator of the unit for each name."""
    agreement = make_agreement(unit.positions.get(heads_unit=True), year)
    objective = make_objective(unit, f"Sasaran {unit}")
    for name in names:
        indicator = make_indicator(unit, name, polarity="higher", **fields)
        add_promise(agreement, indicator, objective, value=target)
    return put_into(agreement, Status.IN_FORCE)


def reported(agreement: Agreement, number: int, value: str | None, verified_by=None, **fields):
    """The figure of the agreement's first indicator in a quarter."""
    indicator = agreement.objectives.first().indicators.first().indicator
    status = "verified" if verified_by else "submitted"
    if verified_by:
        fields |= {"verified_by": verified_by, "verified_at": timezone.now()}
        fields |= {"verified_value": Decimal(value)} if value else {}
    period = make_period(agreement.year, number)
    return make_realisation(indicator, period, value, **{"status": status} | fields)


def fared(g, name: str, value: str | None = None, number: int = 1, **fields) -> Agreement:
    """An office whose one indicator came to `value` of a target of 100 in a quarter."""
    agreement = promised(g, office(g, name), f"Indikator {name}")
    if value:
        reported(agreement, number, value, **fields)
    return agreement


def amended(g, agreement: Agreement, day: date, target: Decimal) -> Agreement:
    """The amendment in force that took the place of the agreement on the day, with the same indicators."""
    put_into(agreement, Status.SUPERSEDED)
    amendment = make_agreement(
        agreement.position, amends=agreement, ground=Ground.PRIORITY, ground_reason="Prioritas berubah"
    )
    for objective in agreement.objectives.all():
        for promise in objective.indicators.all():
            add_promise(amendment, promise.indicator, value=target)
    put_into(amendment, Status.IN_FORCE)
    make_issue(amendment, day, g.users.bagian_organisasi)
    return amendment


def put_plan_into(plan: ActionPlan, status: str) -> None:
    """Walk an action plan on to a state as the database allows, without what the steps would write."""
    way = ["draft", "submitted", "in_force"]
    for state in way[1 : way.index(status) + 1]:
        ActionPlan.objects.filter(pk=plan.pk).update(status=state)
