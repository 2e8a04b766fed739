"""Pemeriksaan Rencana: what the plan of a year lacks or says twice, kind by kind, each line with its door."""

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from accounts import permissions
from agreements import plan_checks as checks
from agreements.models import Unit
from agreements.views.planning import reader
from perjanjian.paging import page_of

ALL = "Semua"


class _UnitForm(forms.Form):
    unit = forms.ModelChoiceField(
        label="Perangkat daerah", queryset=Unit.objects.none(), required=False, empty_label=ALL
    )
    jenis = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units


def plan_checks(request, year: int):
    """The counts of all kinds, and with ?jenis= the lines of one."""
    reader(request, year)
    scope = request.scope
    form = _UnitForm(request.GET, units=Unit.objects.visible_to(scope, year=year).offices())
    unit = form.cleaned_data.get("unit") if form.is_valid() else None
    chosen = request.tree.below([unit.pk]) if unit and unit.parent_id else None
    if unit and chosen is None:
        # The region's own, not all of its units.
        chosen = frozenset({unit.pk})
    asked = checks.Asked(scope, year, timezone.localdate(), chosen)
    others = [(check, check.find(year, asked.units)) for check in checks.OTHER_CHECKS]
    counted = checks.completeness(asked)
    key = request.GET.get("jenis", "")
    may_plan = permissions.may_plan(scope, year)
    context = {
        "year": year,
        "form": form,
        "unit": unit,
        "counted": counted,
        "others": [
            checks.Counted(check.key, check.label, check.advice, len(found)) for check, found in others
        ],
        "total": sum(each.count for each in counted),
        "may_plan": may_plan,
    }
    if key:
        context |= _lines(request, asked, key, {check.key: (check, found) for check, found in others})
    return render(request, "agreements/planning/plan_checks.html", context)


def _lines(request, asked: checks.Asked, key: str, others: dict) -> dict:
    """The page of lines of one kind. 404 for a kind there is not."""
    if key in others:
        check, found = others[key]
        page = page_of(request, found)
        return {"shown": check, "page": page, "faults": page.object_list}
    of_plan = checks.of_the_plan(key)
    if of_plan is None:
        raise Http404
    page = page_of(request, of_plan.rows(asked))
    may_plan = permissions.may_plan(asked.scope, asked.year)
    return {
        "shown": of_plan,
        "page": page,
        "faults": [of_plan.fault(row, asked.year, may_plan) for row in page],
    }
