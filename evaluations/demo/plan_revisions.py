"""A revision of the plan on its way: an objective worded anew and other targets, from the year after on."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from accounts.permissions import Capability
from agreements import changes, plan_revisions, plan_targets
from agreements.forms.objectives import ReplacementForm, RevisionForm
from agreements.models import Objective, PlanningPeriod, PlanRevision
from agreements.plan_targets import Ground
from evaluations.demo import source
from evaluations.demo.acting import Acting
from evaluations.demo.world import PLANNER, Scene, World


def scenes(world: World, year: int) -> Iterator[Scene]:
    """Every revision decided in the year, with all it changes."""
    for row in source.rows("plan_revisions"):
        day = world.years.day(row["decided_on"])
        if day.year == year:
            yield Scene(day, partial(_revise, world, row, day), hour=10)


def _revise(world: World, row: dict[str, str], day: date) -> None:
    """What was measured and promised stays: it counts from the next year on."""
    request = Acting(world, PLANNER, day, Capability.PLAN)
    said = {
        "number": row["number"],
        "regulation": row["regulation"].format(year=day.year),
        "decided_on": day.isoformat(),
        "first_year": day.year + 1,
        "reason": row["reason"],
    }
    period = PlanningPeriod.objects.get()
    form = RevisionForm(said, instance=PlanRevision(period=period))
    revision = _saved(request, form, "mencatat perubahan rencana")
    for change in source.rows("plan_changes"):
        if change["revision"] != row["number"]:
            continue
        if change["objective"]:
            _reword(request, revision, world.objectives[change["objective"]], change["said"])
        else:
            _retarget(world, request, revision, change)


def _reword(request: Acting, revision: PlanRevision, old: Objective, text: str) -> None:
    row = Objective(
        period=revision.period,
        unit=old.unit,
        successor_of=old,
        revision=revision,
        first_year=revision.first_year,
    )
    said = {"kind": old.kind, "code": old.code, "parent": old.parent_id, "text": text, "order": old.order}
    above = [old.unit_id, *([old.parent.unit_id] if old.parent else [])]
    _saved(request, ReplacementForm(said, instance=row, above=above), plan_revisions.REPLACED)


def _saved(request: Acting, form: Any, action: str) -> Any:
    if not form.is_valid():
        raise ValueError(form.errors.as_text())
    return changes.save(
        request, form, action, capability=Capability.PLAN, unit=lambda row: getattr(row, "unit", None)
    )


def _retarget(world: World, request: Acting, revision: PlanRevision, change: dict[str, str]) -> None:
    """Another target of the plan's last year."""
    indicator = world.indicators[change["indicator"]]
    year = revision.period.last_year
    columns: dict[str, Any] = dict.fromkeys(plan_targets.COLUMNS)
    columns |= source.target(indicator, change["said"], year)
    actor = changes.actor_of(request, request.scope.capacity(Capability.PLAN))
    plan_targets.save(indicator, {year: columns}, "", Ground(revision), actor)
