"""Simulasi perhitungan: what a target and a realisation would come to, for everyone who is signed in."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from agreements.models import YearPolicy
from evaluations import achievement, readings
from evaluations.forms import SIMULATED_KINDS, SimulationForm
from evaluations.simulation import simulate


@require_safe
def simulation(request):
    """The form and, once it is filled, the answer; its address can be shared."""
    kind = request.GET.get("jenis", "number")
    if kind not in SIMULATED_KINDS:
        kind = "number"
    years = list(YearPolicy.objects.order_by("-year"))
    asked = "hitung" in request.GET
    form = SimulationForm(kind, years, request.GET if asked else None)
    context = {"form": form, "kind": kind, "kinds": SIMULATED_KINDS.items()}
    if asked and form.is_valid():
        cleaned = form.cleaned_data
        found = simulate(form.target(), form.readings(), form.rule(), cleaned["accumulation"])
        scale = (
            readings.scale_of(form.chosen_policy) if form.chosen_policy else achievement.PERMENDAGRI_86_2017
        )
        context |= {
            "found": found,
            "rating": achievement.rating(found.result.used, scale),
            "rating_rule": achievement.rule_sentence(scale),
        }
    return render(request, "evaluations/simulation.html", context)
