"""Tujuan and sasaran of the region and of units, as an outline, and the form of each."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes, plan_tables
from agreements.enums import UnitKind
from agreements.filters import ObjectiveFilter
from agreements.forms.objectives import ObjectiveForm
from agreements.models import Indicator, Objective, PlanningPeriod, PlanRevision, Unit
from agreements.objective_tree import LEVELS, Outline
from agreements.views.common import named_in
from agreements.views.planning import FORM, and_above, ask_unit, chosen_unit, planner, reader
from agreements.years import policy_or_404
from perjanjian.exporting import show
from perjanjian.paging import page_of

ROOTS_A_PAGE = 10


def objective_list(request, year: int):
    """The outline; with ?dari= what supports one objective."""
    reader(request, year)
    scope = request.scope
    rows = Objective.objects.visible_to(scope, year).in_year(year)
    units = Unit.objects.filter(Q(kind=UnitKind.REGION) | Q(pk__in=Unit.objects.visible_to(scope, year=year)))
    narrowed = ObjectiveFilter(request.GET, queryset=rows, units=units.offices(), year=year)
    top = named_in(request, "dari", rows.select_related("unit"))
    outline = Outline(rows if top else narrowed.qs, year)
    page = page_of(request, outline.under(top.pk) if top else outline.roots, ROOTS_A_PAGE)
    in_use = Indicator.objects.in_use().visible_to(scope, year)
    context = {
        "year": year,
        "filter": narrowed,
        "top": top,
        "page": page,
        "branches": outline.grown(list(page), in_use, LEVELS if top or request.GET else 1),
        "periods": PlanningPeriod.objects.covering(year).prefetch_related("revisions"),
        "may_plan": (may := permissions.may_plan(scope, year)),
        "imports": "plan" if may else "",
    }
    return show(request, "agreements/planning/objective_list.html", context, plan_tables.objectives)


def objective_create(request, year: int):
    planner(request, year)
    period = PlanningPeriod.objects.covering(year).first()
    if period is None:
        messages.error(
            request, f"Belum ada periode perencanaan (RPJMD atau RPD) yang memuat {year}. Tambahkan dahulu."
        )
        return redirect("agreements:period_create", year=year)
    unit = chosen_unit(request)
    if unit is None:
        return ask_unit(request, "Tambah tujuan atau sasaran", "Milik siapa tujuan atau sasaran ini?")
    row = Objective(unit=unit)
    revision = named_in(request, "perubahan", PlanRevision.objects.select_related("period"))
    if revision:
        row.period, row.revision, row.first_year = revision.period, revision, revision.first_year
    form = ObjectiveForm(
        request.POST or None, instance=row, above=and_above(unit), initial={"period": period.pk}
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
    form = ObjectiveForm(request.POST or None, instance=objective, above=and_above(objective.unit))
    return _objective_form(
        request, year, form, f"Ubah {objective.get_kind_display().lower()}", "mengubah tujuan/sasaran"
    )


def _objective_form(request, year: int, form, title: str, action: str):
    row = form.instance
    unit, revision = row.unit, row.revision
    back = reverse("agreements:objective_list", args=(year,)) + f"?unit={unit.pk}"
    if revision and row.pk is None:
        back = reverse("agreements:revision_detail", args=(year, revision.pk))
    if request.method == "POST" and form.is_valid():
        saved = changes.save(request, form, action, capability=Capability.PLAN, unit=lambda row: unit)
        if saved:
            messages.success(request, f"{saved.get_kind_display()} sudah disimpan.")
            return redirect(back)
    lead = f"{unit}. PK yang sudah lengkap tetap memuat rumusan seperti saat disusun."
    if revision:
        lead = f"{unit}, berlaku mulai {row.first_year} menurut {revision}. Tahun sebelumnya tidak berubah."
    elif row.pk and row.period.revisions.exists():
        lead += " Untuk rumusan baru menurut perubahan rencana, buka halaman perubahan itu."
    return render(request, FORM, {"form": form, "title": title, "lead": lead, "back": back})
