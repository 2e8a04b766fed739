"""The plan: periods, objectives, the catalogue of indicators, their yearly targets."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Exists, Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes, tables
from agreements.enums import Status, UnitKind
from agreements.filters import IndicatorFilter, ObjectiveFilter
from agreements.forms.planning import (
    MEASURE,
    IndicatorForm,
    ObjectiveForm,
    PeriodForm,
    ScaleForm,
    TargetForm,
    step_names,
)
from agreements.middleware import actor_of
from agreements.models import (
    Agreement,
    AgreementIndicator,
    Indicator,
    IndicatorTarget,
    Objective,
    PlanningPeriod,
    Scale,
    Unit,
    YearPolicy,
)
from agreements.naming import measured_text, plan_target
from agreements.outline import path_of
from agreements.views.common import Found, Question, choose, demand, named_in, query_of
from agreements.years import policy_or_404
from perjanjian.exporting import show
from perjanjian.numerals import MONTHS
from perjanjian.paging import page_of
from records.history import Act, record

MAY_NOT = "Rencana dan Kamus Indikator diubah oleh Perencana atau Bagian Organisasi."
MAY_NOT_READ = "Peran akun Anda tidak mencakup melihat rencana."
FORM = "agreements/form.html"


def reader(request, year: int) -> None:
    """404 for a year nobody opened, 403 for who reads nothing."""
    policy_or_404(request, year)
    demand(request.scope.may_somewhere(Capability.VIEW), MAY_NOT_READ)


def planner(request, year: int) -> None:
    policy_or_404(request, year)
    demand(permissions.may_plan(request.scope, year), MAY_NOT)


def ask_unit(request, title: str, lead: str):
    """The page on which one of the perangkat daerah is chosen first."""
    query = query_of(request)
    units = Unit.objects.visible_to(request.scope).offices().filter(valid_to=None)
    rows = [Found(unit.name, unit.get_kind_display(), unit.pk) for unit in units.matching(query)[:100]]
    return choose(request, Question(title, lead, "unit", "Nama perangkat daerah"), rows)


def chosen_unit(request) -> Unit | None:
    return named_in(request, "unit", Unit.objects.visible_to(request.scope).with_ancestors())


# --- objectives -----------------------------------------------------------------------------


def objective_list(request, year: int):
    reader(request, year)
    scope = request.scope
    rows = Objective.objects.visible_to(scope, year).in_year(year).select_related("unit", "parent", "period")
    rows = rows.annotate(indicator_count=Count("indicators", filter=Q(indicators__archived=False)))
    # A count forgets the model's own order.
    rows = rows.order_by("unit__order", "unit_id", "order", "pk")
    units = Unit.objects.filter(Q(kind=UnitKind.REGION) | Q(pk__in=Unit.objects.visible_to(scope, year=year)))
    narrowed = ObjectiveFilter(request.GET, queryset=rows, units=units.offices())
    context = {
        "year": year,
        "filter": narrowed,
        "page": page_of(request, narrowed.qs),
        "periods": PlanningPeriod.objects.filter(first_year__lte=year, last_year__gte=year),
        "may_plan": permissions.may_plan(scope, year),
    }
    return show(request, "agreements/planning/objective_list.html", context, tables.objectives)


def objective_create(request, year: int):
    planner(request, year)
    period = PlanningPeriod.objects.filter(first_year__lte=year, last_year__gte=year).first()
    if period is None:
        messages.error(
            request, f"Belum ada periode perencanaan (RPJMD atau RPD) yang memuat {year}. Tambahkan dahulu."
        )
        return redirect("agreements:period_create", year=year)
    unit = chosen_unit(request)
    if unit is None:
        return ask_unit(request, "Tambah tujuan atau sasaran", "Milik siapa tujuan atau sasaran ini?")
    form = ObjectiveForm(
        request.POST or None,
        instance=Objective(unit=unit),
        above=_and_above(unit),
        initial={"period": period.pk},
    )
    return _objective_form(
        request, year, form, f"Tambah tujuan atau sasaran {unit}", "menambah tujuan/sasaran"
    )


def objective_edit(request, year: int, pk: int):
    policy_or_404(request, year)
    rows = Objective.objects.visible_to(request.scope, year).select_related(
        "unit__parent__parent__parent__parent"
    )
    objective = get_object_or_404(rows, pk=pk)
    planner(request, year)
    form = ObjectiveForm(request.POST or None, instance=objective, above=_and_above(objective.unit))
    return _objective_form(
        request, year, form, f"Ubah {objective.get_kind_display().lower()}", "mengubah tujuan/sasaran"
    )


def _and_above(unit: Unit) -> list[int]:
    return [unit.pk, *(above.pk for above in path_of(unit))]


def _objective_form(request, year: int, form, title: str, action: str):
    unit = form.instance.unit
    back = reverse("agreements:objective_list", args=(year,)) + f"?unit={unit.pk}"
    if request.method == "POST" and form.is_valid():
        saved = changes.save(request, form, action, capability=Capability.PLAN, unit=lambda row: unit)
        if saved:
            messages.success(request, f"{saved.get_kind_display()} sudah disimpan.")
            return redirect(back)
    lead = f"{unit}. PK yang sudah lengkap tetap memuat rumusan seperti saat disusun."
    return render(request, FORM, {"form": form, "title": title, "lead": lead, "back": back})


def period_create(request, year: int):
    planner(request, year)
    form = PeriodForm(request.POST or None)
    return _period_form(request, year, form, "Tambah periode perencanaan", "menambah periode perencanaan")


def period_edit(request, year: int, pk: int):
    planner(request, year)
    form = PeriodForm(request.POST or None, instance=get_object_or_404(PlanningPeriod, pk=pk))
    return _period_form(request, year, form, "Ubah periode perencanaan", "mengubah periode perencanaan")


def _period_form(request, year: int, form, title: str, action: str):
    if request.method == "POST" and form.is_valid():
        period = changes.save(request, form, action, capability=Capability.PLAN)
        if period:
            messages.success(request, f"{period} sudah disimpan.")
            return redirect("agreements:objective_list", year=year)
    back = reverse("agreements:objective_list", args=(year,))
    return render(request, FORM, {"form": form, "title": title, "back": back})


# --- the catalogue --------------------------------------------------------------------------


def indicator_list(request, year: int):
    reader(request, year)
    scope = request.scope
    targets = IndicatorTarget.objects.filter(year=year)
    rows = Indicator.objects.visible_to(scope, year).select_related("unit", "scale").prefetch_related(
        "labels", "scale__steps", Prefetch("targets", targets, to_attr="targets_now")
    )  # fmt: skip
    data = request.GET.copy()
    data.setdefault("arsip", "false")
    units = Unit.objects.visible_to(scope, year=year).offices_and_those_of(rows)
    narrowed = IndicatorFilter(data, queryset=rows, units=units)
    page = page_of(request, narrowed.qs)
    context = {
        "year": year,
        "filter": narrowed,
        "page": page,
        "rows": [
            (row, plan_target(row, next(iter(row.targets_now), None), step_names(row.scale))) for row in page
        ],
        "may_plan": permissions.may_plan(scope, year),
    }
    return show(request, "agreements/planning/indicator_list.html", context, tables.indicators)


def visible_indicator(request, year: int, pk: int) -> Indicator:
    """The indicator with `promised`, or 404: not seen, or in a year nobody opened."""
    rows = (
        Indicator.objects.visible_to(request.scope, year)
        .with_promised()
        .select_related(
            "unit__parent__parent__parent__parent", "objective", "scale", "person_in_charge", "successor_of"
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
        "labels": indicator.labels.all(),
        "steps": steps,
        "release_month": MONTHS[indicator.release_month - 1] if indicator.release_month else "",
        "targets": [(each.year, plan_target(indicator, each, steps)) for each in indicator.targets.all()],
        "benchmarks": [
            (each, measured_text(indicator, each.value, each.step, each.date, steps))
            for each in indicator.benchmarks.all()
        ],
        "may_record_years": permissions.may_record_years_before(scope, indicator.unit_id, year),
        "promises": page_of(request, promises),
        "successors": indicator.successors.all(),
        "may_plan": permissions.may_plan(scope, year),
        "timeline": changes.timeline(indicator) if _reads_changes(scope, year) else (),
    }
    return render(request, "agreements/planning/indicator_detail.html", context)


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
        initial=_as_successor(old),
        **_around(request, unit),
    )
    return _indicator_form(request, year, form, f"Tambah indikator {unit}", "menambah indikator")


def _as_successor(old: Indicator | None) -> dict:
    """What a successor begins with: all of the old one but its measure's freedom to differ."""
    if old is None:
        return {}
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
    return {"unit": unit, "below": below, "above": _and_above(unit)}


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


def indicator_targets(request, year: int, pk: int):
    """The plan's targets, one row a year, all saved together."""
    indicator = visible_indicator(request, year, pk)
    planner(request, year)
    known = {target.year: target for target in indicator.targets.all()}
    steps = step_names(indicator.scale)
    forms = [
        (
            each,
            TargetForm(
                request.POST or None,
                prefix=str(each),
                indicator=indicator,
                steps=steps,
                target=known.get(each),
            ),
        )
        for each in _target_years(year, known)
    ]
    if request.method == "POST" and all(form.is_valid() for _, form in forms):
        _save_targets(request, indicator, known, dict(forms), steps)
        messages.success(
            request, "Target tahunan sudah disimpan. PK yang sudah disusun tetap memuat targetnya sendiri."
        )
        return redirect("agreements:indicator_detail", year=year, pk=pk)
    context = {"year": year, "indicator": indicator, "forms": forms}
    return render(request, "agreements/planning/indicator_targets.html", context)


def _target_years(year: int, known: dict) -> list[int]:
    """The years of the period the year lies in, and every year that has a target."""
    period = PlanningPeriod.objects.filter(first_year__lte=year, last_year__gte=year).first()
    years = set(range(period.first_year, period.last_year + 1)) if period else {year}
    return sorted(years | set(known))


@transaction.atomic
def _save_targets(request, indicator: Indicator, known: dict, forms: dict, steps: list[str]) -> None:
    before, after = {}, {}
    for year, form in forms.items():
        old = known.get(year)
        before[f"target {year}"] = plan_target(indicator, old, steps) if old else ""
        new = None if form.is_empty else IndicatorTarget(indicator=indicator, year=year, **form.cleaned_data)
        if old:
            old.delete()
        if new:
            new.save()
        after[f"target {year}"] = plan_target(indicator, new, steps) if new else ""
    was, now = changes.differences(before, after)
    if now:
        actor = actor_of(request, request.scope.capacity(Capability.PLAN))
        record(actor, Act("mengubah target tahunan", indicator, indicator.unit, before=was, after=now))


# --- scales ---------------------------------------------------------------------------------


def scale_list(request):
    demand(permissions.may_plan(request.scope), MAY_NOT)
    page = page_of(request, Scale.objects.prefetch_related("steps"))
    return show(request, "agreements/planning/scale_list.html", {"page": page}, tables.scales)


def scale_create(request):
    demand(permissions.may_plan(request.scope), MAY_NOT)
    return _scale_form(
        request, ScaleForm(request.POST or None), "Tambah skala predikat", "menambah skala predikat"
    )


def scale_edit(request, pk: int):
    demand(permissions.may_plan(request.scope), MAY_NOT)
    scale = get_object_or_404(Scale.objects.prefetch_related("steps"), pk=pk)
    form = ScaleForm(request.POST or None, instance=scale)
    return _scale_form(request, form, f"Ubah skala {scale}", "mengubah skala predikat")


def _scale_form(request, form, title: str, action: str):
    if request.method == "POST" and form.is_valid():
        scale = changes.save(request, form, action, capability=Capability.PLAN)
        if scale:
            messages.success(request, f"Skala {scale} sudah disimpan.")
            return redirect("agreements:scale_list")
    lead = "Untuk indikator yang hasilnya predikat, seperti opini BPK atau nilai SAKIP."
    back = reverse("agreements:scale_list")
    return render(request, FORM, {"form": form, "title": title, "lead": lead, "back": back})
