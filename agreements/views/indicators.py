"""The catalogue of indicators: the list, the card of each, and its form."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes, plan_tables, plan_targets
from agreements.enums import Status, UnitKind
from agreements.filters import IndicatorFilter
from agreements.forms.planning import MEASURE, IndicatorForm
from agreements.lineage import Lineage
from agreements.models import (
    Agreement,
    AgreementIndicator,
    Indicator,
    IndicatorTarget,
    Objective,
    Unit,
    YearPolicy,
)
from agreements.naming import measured_text, plan_target, step_names
from agreements.views.common import named_in, number_of
from agreements.views.planning import and_above, ask_unit, chosen_unit, planner, reader
from perjanjian.exporting import show
from perjanjian.numerals import MONTHS
from perjanjian.paging import page_of


def indicator_list(request, year: int):
    reader(request, year)
    scope = request.scope
    targets = IndicatorTarget.objects.filter(year=year)
    rows = Indicator.objects.visible_to(scope, year).select_related("unit", "scale").prefetch_related(
        "labels", "scale__steps", Prefetch("targets", targets, to_attr="targets_now")
    )  # fmt: skip
    narrowed = narrowed_indicators(request, year, rows)
    page = page_of(request, narrowed.qs)
    unit = narrowed.form.cleaned_data.get("unit") if narrowed.form.is_valid() else None
    context = {
        "year": year,
        "filter": narrowed,
        "iku_unit": unit.pk if unit else None,
        "page": page,
        "rows": [
            (row, plan_target(row, next(iter(row.targets_now), None), step_names(row.scale))) for row in page
        ],
        "may_plan": (may := permissions.may_plan(scope, year)),
        "imports": "plan" if may else "",
    }
    return show(request, "agreements/planning/indicator_list.html", context, plan_tables.indicators)


def narrowed_indicators(request, year: int, rows) -> IndicatorFilter:
    """The filter of the list over the rows an account sees; what is no longer used only when asked for."""
    data = request.GET.copy()
    data.setdefault("arsip", "false")
    units = Unit.objects.visible_to(request.scope, year=year).offices_and_those_of(rows)
    return IndicatorFilter(data, queryset=rows, units=units, year=year)


def visible_indicator(request, year: int, pk: int) -> Any:
    """The indicator with `promised`, `revised`, `succeeded`, or 404: not seen, or in a year nobody opened."""
    rows = (
        Indicator.objects.visible_to(request.scope, year)
        .with_promised()
        .with_story()
        .select_related(
            "unit__parent__parent__parent__parent",
            "objective__period",
            "scale",
            "person_in_charge",
            "successor_of",
        )
    )
    return get_object_or_404(rows.filter(Exists(YearPolicy.objects.filter(year=year))), pk=pk)


def indicator_detail(request, year: int, pk: int):
    indicator = visible_indicator(request, year, pk)
    scope = request.scope
    steps = step_names(indicator.scale)
    promises = (
        AgreementIndicator.objects.filter(indicator=indicator)
        .filter(objective__agreement__in=Agreement.objects.readable_by(scope))
        .exclude(objective__agreement__status=Status.CANCELLED)
        .select_related("objective__agreement__position", "objective__agreement__unit")
        .order_by("-objective__agreement__year", "objective__agreement__unit__order", "pk")
    )
    context = {
        "year": year,
        "indicator": indicator,
        "objective": standing_objective(indicator, year),
        "labels": indicator.labels.all(),
        "steps": steps,
        "release_month": MONTHS[indicator.release_month - 1] if indicator.release_month else "",
        "targets": _targets(indicator, steps),
        "last_year": indicator.last_planned,
        "benchmarks": [
            (each, measured_text(indicator, each.value, each.step, each.date, steps))
            for each in indicator.benchmarks.all()
        ],
        "may_record_years": permissions.may_record_years_before(scope, indicator.unit_id, year),
        "promises": page_of(request, promises),
        "exports": "daftar PK ini",
        "successors": indicator.successors.all() if indicator.succeeded else (),
        "may_plan": permissions.may_plan(scope, year),
        "timeline": changes.timeline(indicator) if _reads_changes(scope, year) else (),
    }
    return show(request, "agreements/planning/indicator_detail.html", context, plan_tables.promises)


def _targets(indicator: Any, steps: list[str]) -> tuple[plan_targets.YearTarget, ...]:
    known = {row.year: row for row in indicator.targets.all()}
    revised = plan_targets.revisions_of([indicator])[indicator.pk] if indicator.revised else ()
    return plan_targets.by_year(indicator, known, (), steps, revised)


def standing_objective(indicator: Indicator, year: int) -> Objective | None:
    """The objective the indicator measures as the plan words it in the year."""
    own = indicator.objective
    if own is None or (own.first_year is None and own.last_year is None):
        return own
    return Objective.objects.get(pk=Lineage(year).standing(own.pk))


def _reads_changes(scope, year: int) -> bool:
    return permissions.may_plan(scope, year) or permissions.may_read_history(scope)


def indicator_create(request, year: int):
    planner(request, year)
    unit = chosen_unit(request)
    if unit is None:
        return ask_unit(request, "Tambah indikator", "Siapa PD pengampunya, yang mengisi realisasinya?")
    old = named_in(request, "menggantikan", Indicator.objects.visible_to(request.scope).filter(unit=unit))
    form = IndicatorForm(
        request.POST or None,
        instance=Indicator(unit=unit),
        initial=_as_successor(old) if old else {"objective": number_of(request, "sasaran")},
        **_around(request, unit),
    )
    return _indicator_form(request, year, form, f"Tambah indikator {unit}", "menambah indikator")


def _as_successor(old: Indicator) -> dict:
    """What a successor begins with: all of the old one but its measure's freedom to differ."""
    names = (
        *MEASURE,
        "objective",
        "name",
        "decimals",
        "calendar",
        "definition",
        "formula_words",
        "purpose",
        "source",
    )
    return {name: getattr(old, changes.column(old, name).attname) for name in names} | {
        "successor_of": old.pk
    }


def indicator_edit(request, year: int, pk: int):
    indicator = visible_indicator(request, year, pk)
    planner(request, year)
    form = IndicatorForm(request.POST or None, instance=indicator, **_around(request, indicator.unit))
    return _indicator_form(request, year, form, "Ubah indikator", "mengubah indikator")


def _around(request, unit: Unit) -> dict:
    """The unit with what is below and above it; the region's own indicators stay with the region."""
    is_region = unit.kind == UnitKind.REGION
    below = frozenset({unit.pk}) if is_region else request.tree.below([unit.pk])
    return {"unit": unit, "below": below, "above": and_above(unit)}


def _indicator_form(request, year: int, form, title: str, action: str):
    row = form.instance
    if request.method == "POST" and form.is_valid():
        saved = changes.save(request, form, action, capability=Capability.PLAN, unit=lambda row: row.unit)
        if saved:
            messages.success(request, "Indikator sudah disimpan.")
            return redirect("agreements:indicator_detail", year=year, pk=saved.pk)
    back = reverse("agreements:indicator_list", args=(year,))
    if row.pk:
        back = reverse("agreements:indicator_detail", args=(year, row.pk))
    context = {"form": form, "title": title, "back": back, "year": year, "indicator": row}
    return render(request, "agreements/planning/indicator_form.html", context)
