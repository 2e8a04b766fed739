"""Pemeriksaan Rencana: what the plan of a year lacks or says twice, kind by kind, each line with its door."""

from django import forms
from django.http import Http404
from django.utils import timezone

from accounts import permissions
from agreements import plan_checks as checks
from agreements import plan_tables
from agreements.models import Unit
from agreements.views.planning import reader
from perjanjian.exporting import show
from perjanjian.paging import download_of, page_of

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
    """The counts of the plan's own kinds, and with ?jenis= the lines of one.

    What compares the plan with figures of other subjects is worked out when it is asked for.
    """
    reader(request, year)
    scope = request.scope
    form = _UnitForm(request.GET, units=Unit.objects.visible_to(scope, year=year).offices())
    unit = form.cleaned_data.get("unit") if form.is_valid() else None
    asked = checks.Asked(scope, year, timezone.localdate(), _chosen(request, unit))
    key = request.GET.get("jenis", "")
    # Without a kind the page counts, and the file says what would be counted.
    whole = not key and download_of(request) is not None
    counted = [] if whole else checks.completeness(asked)
    total = sum(each.count for each in counted)
    context = {
        "year": year,
        "form": form,
        "unit": unit,
        "counted": counted,
        "others": checks.OTHER_CHECKS,
        "total": total,
        "nothing": not total and not asked.objectives.exists() and not asked.indicators.exists(),
    }
    if key:
        context |= _lines(request, asked, key, {each.key: each.count for each in counted})
    elif whole:
        lines = checks.everything(asked, permissions.may_plan(scope, year))
        context["lines"] = context["page"] = page_of(request, lines)
    return show(request, "agreements/planning/plan_checks.html", context, plan_tables.faults)


def _chosen(request, unit: Unit | None) -> frozenset[int] | None:
    """A unit with what is below it; of the region its own alone."""
    if unit is None:
        return None
    return request.tree.below([unit.pk]) if unit.parent_id else frozenset({unit.pk})


def _lines(request, asked: checks.Asked, key: str, counts: dict[str, int]) -> dict:
    """The page of lines of one kind. 404 for a kind there is not."""
    other = next((check for check in checks.OTHER_CHECKS if check.key == key), None)
    if other is not None:
        page = page_of(request, other.find(asked.year, asked.units))
        faults = list(page)
        return {"shown": other, "page": page, "faults": faults, "lines": [(other, each) for each in faults]}
    of_plan = checks.of_the_plan(key)
    if of_plan is None:
        raise Http404
    page = page_of(request, checks.Rows(of_plan.rows(asked), counts[key]))
    may_plan = permissions.may_plan(asked.scope, asked.year)
    faults = [of_plan.fault(row, asked.year, may_plan) for row in page]
    return {"shown": of_plan, "page": page, "faults": faults, "lines": [(of_plan, each) for each in faults]}
