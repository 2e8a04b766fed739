"""The plan's yearly targets of an indicator, all saved together, with why they change."""

from collections.abc import Mapping

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.permissions import Capability
from agreements import plan_targets
from agreements.forms.planning import TargetForm
from agreements.forms.targets import GroundForm
from agreements.middleware import actor_of
from agreements.models import Indicator, IndicatorTarget, PlanningPeriod, PlanRevision
from agreements.naming import step_names
from agreements.views.common import number_of
from agreements.views.indicators import visible_indicator
from agreements.views.planning import planner

SAVED = "Target tahunan sudah disimpan. PK yang sudah disusun tetap memuat targetnya sendiri."


def indicator_targets(request, year: int, pk: int):
    """One row a year; ?perubahan= names the revision of the plan under which they change."""
    indicator = visible_indicator(request, year, pk)
    planner(request, year)
    known = {target.year: target for target in indicator.targets.all()}
    forms = _forms(request, indicator, known, _target_years(year, known))
    ground = GroundForm(
        request.POST or None,
        revisions=PlanRevision.objects.to_change(forms),
        initial={"revision": number_of(request, "perubahan")},
    )
    clash: Mapping[str, str] = {}
    if request.method == "POST" and all([ground.is_valid(), *(form.is_valid() for form in forms.values())]):
        wanted = {each: form.columns_typed for each, form in forms.items()}
        if not ground.refuse(indicator, plan_targets.changed_years(known, wanted)):
            try:
                _save(request, indicator, wanted, ground)
            except plan_targets.Changed as changed:
                clash = changed.stored
            else:
                messages.success(request, SAVED)
                return redirect("agreements:indicator_detail", year=year, pk=pk)
    now = {target.year: target for target in indicator.targets.all()}
    context = {
        "year": year,
        "indicator": indicator,
        "forms": list(forms.items()),
        "ground": ground,
        "clash": clash,
        "seen": plan_targets.mark_of(indicator, now, step_names(indicator.scale)),
    }
    return render(request, "agreements/planning/indicator_targets.html", context)


def _forms(
    request, indicator: Indicator, known: Mapping[int, IndicatorTarget], years
) -> dict[int, TargetForm]:
    """A form a year, with what revisions made of that year."""
    steps = step_names(indicator.scale)
    revised = plan_targets.revisions_of([indicator])[indicator.pk]
    said = {each.year: each.revised for each in plan_targets.by_year(indicator, known, years, steps, revised)}
    return {
        each: TargetForm(
            request.POST or None,
            prefix=str(each),
            indicator=indicator,
            steps=steps,
            target=known.get(each),
            revised=said[each],
        )
        for each in years
    }


def _save(request, indicator: Indicator, wanted: plan_targets.Wanted, ground: GroundForm) -> None:
    actor = actor_of(request, request.scope.capacity(Capability.PLAN))
    plan_targets.save(indicator, wanted, request.POST.get("seen", ""), ground.ground, actor)


def _target_years(year: int, known: Mapping[int, IndicatorTarget]) -> list[int]:
    """The years of the period the year lies in, and every year that has a target."""
    period = PlanningPeriod.objects.covering(year).first()
    years = set(range(period.first_year, period.last_year + 1)) if period else {year}
    return sorted(years | set(known))
