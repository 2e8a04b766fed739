"""Planning periods with their revisions: what each changed, and changing objectives under one."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes, plan_revisions, plan_tables, plan_targets
from agreements.forms.objectives import PeriodForm, ReplacementForm, RevisionForm
from agreements.middleware import actor_of
from agreements.models import Indicator, Objective, PlanningPeriod, PlanRevision, RevisedTarget
from agreements.plan_revisions import RevisionError
from agreements.views.common import query_of
from agreements.views.planning import FORM, and_above, planner, reader
from perjanjian.exporting import show
from perjanjian.paging import page_of

FOUND = 30


def period_detail(request, year: int, pk: int):
    """A period with the decrees that changed it."""
    reader(request, year)
    period = get_object_or_404(PlanningPeriod, pk=pk)
    context = {
        "year": year,
        "period": period,
        "revisions": period.revisions.order_by("number"),
        "may_plan": permissions.may_plan(request.scope, year),
        "timeline": changes.timeline(period) if permissions.may_plan(request.scope, year) else (),
    }
    return render(request, "agreements/planning/period_detail.html", context)


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
            return redirect("agreements:period_detail", year=year, pk=period.pk)
    back = reverse("agreements:objective_list", args=(year,))
    return render(request, FORM, {"form": form, "title": title, "back": back})


# --- revisions ------------------------------------------------------------------------------


def revision_create(request, year: int, pk: int):
    planner(request, year)
    period = get_object_or_404(PlanningPeriod, pk=pk)
    latest = period.revisions.order_by("number").last()
    row = PlanRevision(period=period)
    form = RevisionForm(
        request.POST or None, instance=row, initial={"number": latest.number + 1 if latest else 1}
    )
    return _revision_form(request, year, form, "Catat perubahan rencana", "mencatat perubahan rencana")


def revision_edit(request, year: int, pk: int):
    planner(request, year)
    form = RevisionForm(request.POST or None, instance=_revision(pk))
    return _revision_form(request, year, form, "Ubah perubahan rencana", "mengubah perubahan rencana")


def _revision(pk: int) -> PlanRevision:
    return get_object_or_404(PlanRevision.objects.select_related("period"), pk=pk)


def _revision_form(request, year: int, form, title: str, action: str):
    period = form.instance.period
    back = reverse("agreements:period_detail", args=(year, period.pk))
    if request.method == "POST" and form.is_valid():
        saved = changes.save(request, form, action, capability=Capability.PLAN)
        if saved:
            messages.success(request, f"{saved} sudah disimpan.")
            return redirect("agreements:revision_detail", year=year, pk=saved.pk)
    lead = f"{period}, {period.first_year}–{period.last_year}. PK yang sudah lengkap tidak berubah."
    return render(request, FORM, {"form": form, "title": title, "lead": lead, "back": back})


def revision_detail(request, year: int, pk: int):
    """What a revision changed: objectives, or with ?bagian=target targets; and what it may still change."""
    reader(request, year)
    revision, scope, query = _revision(pk), request.scope, query_of(request)
    may_plan = permissions.may_plan(scope, year)
    seen = Objective.objects.visible_to(scope, year)
    targets = RevisedTarget.objects.filter(
        revision=revision, indicator__in=Indicator.objects.visible_to(scope, year)
    )
    context = {"year": year, "revision": revision, "may_plan": may_plan, "query": query}
    if request.GET.get("bagian") == "target":
        related = targets.select_related("indicator__unit", "indicator__scale")
        ordered = related.order_by("indicator__unit__order", "indicator_id", "year")
        page = page_of(request, ordered.prefetch_related("indicator__scale__steps"))
        context |= {"part": "target", "page": page, "targets": plan_targets.changed_by(revision, list(page))}
    else:
        changed = seen.filter(Q(revision=revision) | Q(ended_by=revision, successors=None))
        context |= {
            "part": "sasaran",
            "page": page_of(request, changed.select_related("unit", "successor_of")),
            "target_count": targets.count(),
            "found": _to_change(revision, seen, query) if may_plan and query else (),
        }
    return show(request, "agreements/planning/revision_detail.html", context, plan_tables.revision)


def _to_change(revision: PlanRevision, seen, words: str):
    """Objectives the revision may end, by their words, their code or their unit."""
    stands = seen.filter(period=revision.period_id, last_year=None).select_related("unit")
    stands = stands.filter(Q(first_year=None) | Q(first_year__lt=revision.first_year))
    unit = Q(unit__name__icontains=words) | Q(unit__short_name__icontains=words)
    return stands.filter(Q(text__icontains=words) | Q(code=words) | unit)[:FOUND]


def revision_replace(request, year: int, pk: int, objective: int):
    """The new wording of an objective, from the revision's first year on."""
    planner(request, year)
    revision = _revision(pk)
    rows = Objective.objects.select_related("unit__parent__parent__parent__parent", "period")
    old = get_object_or_404(rows, pk=objective)
    back = reverse("agreements:revision_detail", args=(year, pk))
    try:
        plan_revisions.refuse_unless_open(revision, old)
    except RevisionError as error:
        messages.error(request, str(error))
        return redirect(back)
    row = Objective(
        period=revision.period,
        unit=old.unit,
        successor_of=old,
        revision=revision,
        first_year=revision.first_year,
    )
    initial = {name: getattr(old, name) for name in ("kind", "code", "text", "order")}
    form = ReplacementForm(
        request.POST or None,
        instance=row,
        above=and_above(old.unit),
        initial=initial | {"parent": old.parent_id},
    )
    if request.method == "POST" and form.is_valid():
        action = plan_revisions.REPLACED
        saved = changes.save(request, form, action, capability=Capability.PLAN, unit=lambda row: row.unit)
        if saved:
            messages.success(request, f"Berlaku mulai {saved.first_year}: {saved}")
            return redirect(back)
    lead = f"{old.unit}, berlaku mulai {revision.first_year} menurut {revision}. Semula: “{old}”"
    title = f"Ganti {old.get_kind_display().lower()}"
    return render(request, FORM, {"form": form, "title": title, "lead": lead, "back": back})


@require_POST
def revision_end(request, year: int, pk: int, objective: int):
    return _perform(request, year, pk, objective, plan_revisions.end, "tidak berlaku lagi mulai")


@require_POST
def revision_restore(request, year: int, pk: int, objective: int):
    return _perform(request, year, pk, objective, plan_revisions.restore, "tetap berlaku juga mulai")


def _perform(request, year: int, pk: int, objective: int, step, words: str):
    planner(request, year)
    revision = _revision(pk)
    get_object_or_404(Objective, pk=objective)
    try:
        row = step(revision, objective, actor_of(request, request.scope.capacity(Capability.PLAN)))
    except RevisionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{row}” {words} {revision.first_year}.")
    return redirect("agreements:revision_detail", year=year, pk=pk)
