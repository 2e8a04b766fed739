"""What others reached of an indicator, on a page of its own: any number of benchmarks, saved together."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.permissions import Capability
from agreements import benchmarks
from agreements.forms.benchmarks import BenchmarkForm, refuse_twins
from agreements.middleware import actor_of
from agreements.naming import step_names
from agreements.views.indicators import visible_indicator
from agreements.views.planning import planner

# Empty forms below those that are filled.
BLANK = 2


def indicator_benchmarks(request, year: int, pk: int):
    indicator = visible_indicator(request, year, pk)
    planner(request, year)
    steps = step_names(indicator.scale)
    stored = list(indicator.benchmarks.all())
    rows = [*stored, *(None for _ in range(BLANK))]
    forms = [
        BenchmarkForm(
            request.POST or None,
            prefix=str(row.pk) if row else f"baru-{at}",
            indicator=indicator,
            steps=steps,
            year=year,
            row=row,
        )
        for at, row in enumerate(rows)
    ]
    clash: dict[str, str] = {}
    if request.method == "POST" and all(form.is_valid() for form in forms):
        refuse_twins(forms)
        if all(form.is_valid() for form in forms):
            try:
                kept = [form.benchmark for form in forms if form.benchmark is not None]
                actor = actor_of(request, request.scope.capacity(Capability.PLAN))
                benchmarks.save(indicator, kept, request.POST.get("seen", ""), actor, steps)
            except benchmarks.Changed as changed:
                clash = dict(changed.stored)
            else:
                messages.success(request, "Pembanding sudah disimpan.")
                return redirect("agreements:indicator_detail", year=year, pk=pk)
    context = {
        "year": year,
        "indicator": indicator,
        "forms": forms,
        "clash": clash,
        "seen": benchmarks.mark_of(indicator, list(indicator.benchmarks.all()), steps),
    }
    return render(request, "agreements/planning/indicator_benchmarks.html", context)
