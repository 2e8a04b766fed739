"""Pustaka Indikator: common indicators, searched, ticked and copied into the catalogue of a unit."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.permissions import Capability
from agreements import library as shelf
from agreements import plan_tables
from agreements.forms.library import CopyForm, SearchForm
from agreements.middleware import actor_of
from agreements.models import Objective, Unit
from agreements.views.common import named_in, numbers_in, query_of
from agreements.views.planning import and_above, planner
from perjanjian.exporting import show
from perjanjian.paging import page_of


def library(request, year: int):
    """The shelf; what is ticked goes on to `library_copy` with the unit."""
    planner(request, year)
    form = SearchForm(request.GET, fields=shelf.fields())
    field = form.cleaned_data["urusan"] if form.is_valid() else ""
    found = shelf.matching(query_of(request), field)
    context = {
        "year": year,
        "form": form,
        "page": page_of(request, found, 100),
        "units": Unit.objects.visible_to(request.scope).offices().filter(valid_to=None),
    }
    return show(request, "agreements/planning/library.html", context, plan_tables.templates)


def library_copy(request, year: int):
    """What would be copied to which unit; sent, it is copied."""
    planner(request, year)
    numbers = numbers_in(request.GET.getlist("pilih"))
    chosen = [template for template in shelf.templates() if template.number in numbers]
    units = Unit.objects.visible_to(request.scope).filter(valid_to=None).with_ancestors()
    unit = named_in(request, "unit", units)
    back = reverse("agreements:library", args=(year,))
    if not chosen or unit is None:
        messages.error(request, "Tandai paling sedikit satu indikator dan pilih perangkat daerahnya.")
        return redirect(back)
    objectives = Objective.objects.in_year(year).filter(unit__in=and_above(unit)).select_related("unit")
    form = CopyForm(request.POST or None, objectives=objectives.order_by("-unit__order", "order", "pk"))
    if request.method == "POST" and form.is_valid():
        actor = actor_of(request, request.scope.capacity(Capability.PLAN))
        copied = shelf.copy(chosen, unit, form.cleaned_data["objective"], actor)
        _say(request, copied, unit)
        return redirect(reverse("agreements:indicator_list", args=(year,)) + f"?unit={unit.pk}")
    known = shelf.known_names(unit, [template.name for template in chosen])
    context = {
        "year": year,
        "unit": unit,
        "form": form,
        "chosen": [(template, template.name in known) for template in chosen],
        "all_known": len(known) == len(chosen),
        "back": back,
    }
    return render(request, "agreements/planning/library_copy.html", context)


def _say(request, copied: shelf.Copied, unit: Unit) -> None:
    if copied.made:
        messages.success(
            request,
            f"{len(copied.made)} indikator disalin ke {unit}. Lengkapi penanggung jawab, kondisi awal, dan targetnya.",
        )
    if copied.skipped:
        messages.info(request, f"Tidak disalin karena sudah ada di {unit}: {', '.join(copied.skipped)}.")
