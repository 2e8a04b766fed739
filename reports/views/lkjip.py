"""LKjIP: the list of reports, the page of one with what it lacks, its written parts, the order of its PDF."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from accounts.permissions import Capability
from agreements.middleware import actor_of
from agreements.models import Unit
from agreements.years import policy_or_404, usual_report_due
from evaluations import narratives
from evaluations.enums import OBJECTIVE_SECTIONS
from evaluations.narratives import Part
from perjanjian.exporting import show
from perjanjian.paging import page_of
from records.history import history_of
from reports import jobs, tables
from reports.contexts import lkjip_list as list_context
from reports.contexts.lkjip import Standing, gaps_of, standing
from reports.contexts.lkjip import lkjip as full_report
from reports.contexts.lkjip_gaps import sections
from reports.contexts.lkjip_proposals import proposal
from reports.forms import NarrativeForm
from reports.lkjip import report_html
from reports.views.lkjip_places import SLUGS, Place, part_address

STATES = ("selesai", "belum")


@require_safe
def lkjip_list(request, year: int):
    """Units that write a report, with what stands in the way of finishing it; ?keadaan= narrows them."""
    day = timezone.localdate()
    units = list(list_context.reporting_units(request.scope, year, day))
    if not units:
        policy_or_404(request, year)
    if not request.scope.may_somewhere(Capability.VIEW):
        raise PermissionDenied("LKjIP hanya untuk yang membaca data kinerja.")
    due = list_context.due_of(units[0], year) if units else usual_report_due(year)
    lines = list_context.lines(units, year, day, request.user.pk, request.policies, request.tree)
    wanted = request.GET.get("keadaan", "")
    shown = [line for line in lines if wanted not in STATES or line.finished == (wanted == "selesai")]
    page = page_of(request, shown)
    finished = sum(line.finished for line in lines)
    context = {
        "year": year,
        "lines": page.object_list,
        "page": page,
        "wanted": wanted if wanted in STATES else "",
        "total": len(lines),
        "finished": finished,
        "unfinished": len(lines) - finished,
        "due": due,
        "late": day > due,
    }
    return show(request, "reports/lkjip_list.html", context, tables.lkjip_list)


@require_safe
def lkjip(request, year: int, unit: int):
    """One report: what it lacks, its parts; with ?html the document itself, for reading on screen."""
    found = _unit_or_404(request, year, unit)
    day = timezone.localdate()
    if "html" in request.GET:
        report = full_report(found, year, day)
        emblem = reverse("agreements:emblem") if report.emblem else ""
        return HttpResponse(report_html(report, emblem=emblem, preview=True))
    state = standing(found, year, day, request.policies)
    place = Place(request.scope, found.pk, year)
    remedied = [
        (gap, place.of_gap(gap), place.of_items(gap))
        for gap in gaps_of(state, list_context.head_of(found), request.tree, request.policies)
    ]
    due = list_context.due_of(found, year)
    context = {
        "year": year,
        "unit": found,
        "state": state,
        "parts": _parts(found, year, state),
        "blocking": [each for each in remedied if each[0].blocking],
        "hints": [each for each in remedied if not each[0].blocking],
        "due": due,
        "late": day > due,
        "may_write": permissions.may_write_report(request.scope, found.pk, year),
        "may_compare": permissions.may_record_years_before(request.scope, found.pk, year),
    }
    return render(request, "reports/lkjip.html", context)


@require_POST
def lkjip_print(request, year: int, unit: int):
    """Order the PDF and go to the page of the job."""
    found = _unit_or_404(request, year, unit)
    job = jobs.order_lkjip(found, year, timezone.localdate(), request.user.pk)
    return redirect("reports:job", job.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def lkjip_text(request, year: int, unit: int, part: str, objective: int | None = None):
    """Write one part: with its figures beside it, a proposal on request, never over another's text."""
    found = _unit_or_404(request, year, unit)
    if not permissions.may_write_report(request.scope, found.pk, year):
        raise PermissionDenied(
            "Narasi LKjIP ditulis oleh perangkat daerah itu sendiri atau Bagian Organisasi."
        )
    if part not in SLUGS or (SLUGS[part] in OBJECTIVE_SECTIONS) != (objective is not None):
        raise Http404("Bagian laporan tidak dikenal.")
    where = Part(found, year, SLUGS[part], objective)
    if request.method == "POST":
        return _written(request, where)
    stored = where.stored()
    initial = {"text": stored.text if stored else "", "version": stored.version if stored else 0}
    return _text_page(request, where, NarrativeForm(initial=initial))


def _written(request, where: Part):
    state = standing(where.unit, where.year, timezone.localdate(), request.policies)
    _label_or_404(where, state)
    form = NarrativeForm(request.POST)
    if not form.is_valid():
        return _text_page(request, where, form, status=422)
    if "propose" in request.POST:
        return _text_page(request, where, _proposed(where, form))
    capacity = request.scope.capacity(Capability.REPORT, where.unit.pk)
    try:
        narratives.save(
            where, form.cleaned_data["text"], form.cleaned_data["version"], actor_of(request, capacity)
        )
    except narratives.Conflict as conflict:
        mine = {"text": form.cleaned_data["text"], "version": conflict.stored.version}
        return _text_page(request, where, NarrativeForm(initial=mine), conflict, status=409)
    messages.success(request, "Tulisan tersimpan.")
    following = _following(where, state) if "next" in request.POST else None
    return redirect(following or reverse("reports:lkjip", args=(where.year, where.unit.pk)) + "#narasi")


def _proposed(where: Part, form: NarrativeForm) -> NarrativeForm:
    """What was typed, with the proposal below it; nothing is saved."""
    report = full_report(where.unit, where.year, timezone.localdate())
    typed = form.cleaned_data["text"]
    text = "\n\n".join(each for each in (typed, proposal(report, where.section, where.objective_id)) if each)
    return NarrativeForm(initial={"text": text, "version": form.cleaned_data["version"]})


def _text_page(request, where: Part, form: NarrativeForm, conflict=None, status: int = 200):
    state = standing(where.unit, where.year, timezone.localdate(), request.policies)
    context = {
        "year": where.year,
        "unit": where.unit,
        "label": _label_or_404(where, state),
        "form": form,
        "chapter": next((c for c in state.objectives() if c.objective_id == where.objective_id), None),
        "conflict": conflict,
        "by": history_of(conflict.stored).first() if conflict else None,
        "has_next": _following(where, state) is not None,
    }
    return render(request, "reports/lkjip_text.html", context, status=status)


# --- pieces --------------------------------------------------------------------------------------


def _unit_or_404(request, year: int, pk: int) -> Unit:
    units = list_context.reporting_units(request.scope, year, timezone.localdate())
    return get_object_or_404(units, pk=pk)


def _label_or_404(where: Part, state: Standing) -> str:
    """The name of a part; a sasaran that the agreement in force does not have is no part."""
    for label, key in sections(state.result):
        if key == (where.section, where.objective_id):
            return label
    raise Http404("Sasaran ini tidak ada dalam PK yang berlaku.")


def _parts(unit: Unit, year: int, state: Standing) -> list[dict]:
    """The written parts with their beginning and the address to write them at."""
    return [
        {"label": label, "text": state.written.get(key, ""), "address": part_address(unit.pk, year, *key)}
        for label, key in sections(state.result)
    ]


def _following(where: Part, state: Standing) -> str | None:
    """The address of the part after this one."""
    keys = [key for _, key in sections(state.result)]
    here = keys.index((where.section, where.objective_id))
    return part_address(where.unit.pk, where.year, *keys[here + 1]) if here + 1 < len(keys) else None
