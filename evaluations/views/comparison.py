"""Data pembanding: what indicators reached in years before, and what others reached, typed on one page."""

from collections.abc import Sequence

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import permissions
from accounts.permissions import Capability
from agreements import benchmarks
from agreements.middleware import actor_of
from agreements.models import Agreement, AgreementIndicator, Benchmark, Indicator
from agreements.naming import step_names
from agreements.years import policy_or_404
from evaluations import years_before
from evaluations.forms.comparison import IndicatorEntry
from evaluations.models import EarlierYear
from evaluations.views.common import refused, unit_or_404
from evaluations.years_before import Measured

MAY_NOT = (
    "Realisasi tahun sebelumnya diisi oleh perangkat daerah pengampunya, Perencana, atau Bagian Organisasi."
)
DEED = "mengubah data pembanding"


@require_http_methods(["GET", "HEAD", "POST"])
def comparison(request, year: int, unit: int):
    """All indicators that a unit's head promised: four years before, and the usual benchmarks."""
    policy_or_404(request, year)
    office = unit_or_404(request, unit, year)
    if not permissions.may_record_years_before(request.scope, office.pk, year):
        raise refused(request, DEED, office, MAY_NOT, office)
    agreements = Agreement.objects.for_year(year).current().filter(unit=office, position__heads_unit=True)
    promises = AgreementIndicator.objects.filter(objective__agreement__in=agreements)
    rows = Indicator.objects.filter(promises__in=promises).distinct()
    entries = _entries(request, year, _read(rows))
    if request.method == "POST" and _saved(request, entries):
        messages.success(request, "Data pembanding sudah disimpan.")
        return redirect("evaluations:comparison", year=year, unit=unit)
    context = {
        "year": year,
        "unit": office,
        "entries": entries,
        "may_plan": permissions.may_plan(request.scope, year),
        "back": reverse("reports:lkjip", args=(year, office.pk)) if office.writes_report else "",
    }
    return render(request, "evaluations/comparison.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_years(request, year: int, pk: int):
    """The years before of one indicator."""
    policy_or_404(request, year)
    found = _read(Indicator.objects.visible_to(request.scope, year).filter(pk=pk))
    if not found:
        raise Http404("Indikator tidak ditemukan.")
    indicator = found[0]
    if not permissions.may_record_years_before(request.scope, indicator.unit_id, year):
        raise refused(request, DEED, indicator, MAY_NOT, indicator.unit)
    entries = _entries(request, year, found, with_others=False)
    back = reverse("agreements:indicator_detail", args=(year, pk))
    if request.method == "POST" and _saved(request, entries):
        messages.success(request, "Realisasi tahun sebelumnya sudah disimpan.")
        return redirect(back)
    context = {
        "year": year,
        "unit": indicator.unit,
        "indicator": indicator,
        "entries": entries,
        "back": back,
    }
    return render(request, "evaluations/comparison.html", context)


def _read(rows) -> list[Indicator]:
    return list(rows.select_related("unit", "scale").prefetch_related("scale__steps", "targets"))


def _entries(
    request, year: int, indicators: Sequence[Indicator], with_others: bool = True
) -> list[IndicatorEntry]:
    """The forms of all indicators, in three queries."""
    keys = [indicator.pk for indicator in indicators]
    years = years_before.years_before(year)
    rows: dict[int, dict[int, EarlierYear]] = {}
    for row in EarlierYear.objects.filter(indicator__in=keys, year__in=years):
        rows.setdefault(row.indicator_id, {})[row.year] = row
    measured = years_before.measured_years(keys, years)
    scope = request.scope
    others: dict[int, list[Benchmark]] = {}
    planning = with_others and permissions.may_plan(scope, year)
    for benchmark in Benchmark.objects.filter(indicator__in=keys) if planning else ():
        others.setdefault(benchmark.indicator_id, []).append(benchmark)
    return [
        IndicatorEntry(
            request.POST or None,
            indicator,
            step_names(indicator.scale),
            year,
            rows.get(indicator.pk, {}),
            {each for pk, each in measured if pk == indicator.pk},
            others.get(indicator.pk, []) if planning else None,
            permissions.may_record_years_before(scope, indicator.unit_id, year),
        )
        for indicator in indicators
    ]


def _saved(request, entries: Sequence[IndicatorEntry]) -> bool:
    """Keep all that was typed, or nothing; what another saved meanwhile is said beside its indicator."""
    checked = [entry.is_valid() for entry in entries]
    if not all(checked):
        return False
    with transaction.atomic():
        for entry in entries:
            _keep(request, entry)
        if any(entry.faults for entry in entries):
            transaction.set_rollback(True)
            return False
    return True


def _keep(request, entry: IndicatorEntry) -> None:
    indicator, steps = entry.indicator, entry.steps
    said = entry.source.cleaned_data
    try:
        if entry.may_years:
            capability = Capability.PLAN if request.scope.may(Capability.PLAN) else Capability.REPORT
            actor = actor_of(request, request.scope.capacity(capability, indicator.unit_id))
            years_before.save(indicator, entry.typed, said["seen"], actor, steps)
        if entry.may_others:
            actor = actor_of(request, request.scope.capacity(Capability.PLAN))
            benchmarks.save(indicator, entry.kept_benchmarks, said["seen_others"], actor, steps)
    except benchmarks.Changed as changed:
        entry.clash(changed)
    except Measured as measured:
        entry.faults.append(str(measured))
