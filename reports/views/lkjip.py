"""LKjIP: the list of reports, the page of one with what it lacks, its written parts, the order of its PDF."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions
from accounts.permissions import Capability, Scope
from agreements.middleware import actor_of
from agreements.models import Unit
from agreements.years import policy_or_404
from evaluations import narratives
from evaluations.enums import Section
from evaluations.narratives import Part
from perjanjian.paging import page_of
from records.history import history_of
from reports import jobs
from reports.contexts import lkjip_list as list_context
from reports.contexts.lkjip import Standing, gaps_of, sections, standing
from reports.contexts.lkjip import lkjip as full_report
from reports.contexts.lkjip_proposals import proposal
from reports.forms import NarrativeForm
from reports.lkjip import report_html

# The parts as they stand in addresses.
SLUGS = {
    "kata-pengantar": Section.FOREWORD,
    "gambaran-umum": Section.INTRODUCTION,
    "perencanaan": Section.PLANNING,
    "sasaran": Section.OBJECTIVE,
    "anggaran": Section.BUDGET,
    "penutup": Section.CLOSING,
}
SLUG_OF = {section: slug for slug, section in SLUGS.items()}


@require_safe
def lkjip_list(request, year: int):
    """Units that write a report, with agreement, headline, written parts and the last PDF."""
    policy_or_404(year)
    if not request.scope.may_somewhere(Capability.VIEW):
        raise PermissionDenied("LKjIP hanya untuk yang membaca data kinerja.")
    day = timezone.localdate()
    page = page_of(request, list_context.reporting_units(request.scope, year, day))
    units = list(page.object_list)
    lines = list_context.lines(units, year, day, request.user.pk)
    return render(request, "reports/lkjip_list.html", {"year": year, "lines": lines, "page": page})


@require_safe
def lkjip(request, year: int, unit: int):
    """One report: what it lacks, its parts; with ?html the document itself, for reading on screen."""
    found = _unit_or_404(request, year, unit)
    day = timezone.localdate()
    if "html" in request.GET:
        report = full_report(found, year, day)
        emblem = reverse("agreements:emblem") if report.emblem else ""
        return HttpResponse(report_html(report, emblem=emblem, preview=True))
    state = standing(found, year, day)
    context = {
        "year": year,
        "unit": found,
        "state": state,
        "parts": _parts(found, year, state),
        "gaps": [
            (gap, _remedy(request.scope, gap.key, found.pk, year))
            for gap in gaps_of(state, list_context.head_of(found))
            if gap.key != "narratives"
        ],
        "may_write": permissions.may_write_report(request.scope, found.pk, year),
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
    if part not in SLUGS or (SLUGS[part] == Section.OBJECTIVE) != (objective is not None):
        raise Http404("Bagian laporan tidak dikenal.")
    where = Part(found, year, SLUGS[part], objective)
    if request.method == "POST":
        return _written(request, where)
    stored = where.stored()
    initial = {"text": stored.text if stored else "", "version": stored.version if stored else 0}
    return _text_page(request, where, NarrativeForm(initial=initial))


def _written(request, where: Part):
    state = standing(where.unit, where.year, timezone.localdate())
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
    state = standing(where.unit, where.year, timezone.localdate())
    context = {
        "year": where.year,
        "unit": where.unit,
        "label": _label_or_404(where, state),
        "form": form,
        "chapter": next((c for c in state.objectives if c.objective_id == where.objective_id), None),
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
    for label, key in sections(state.objectives):
        if key == (where.section, where.objective_id):
            return label
    raise Http404("Sasaran ini tidak ada dalam PK yang berlaku.")


def _address(unit_id: int, year: int, key: tuple[str, int | None]) -> str:
    section, objective = key
    if objective is None:
        return reverse("reports:lkjip_text", args=(year, unit_id, SLUG_OF[Section(section)]))
    return reverse("reports:lkjip_objective", args=(year, unit_id, objective))


def _parts(unit: Unit, year: int, state: Standing) -> list[dict]:
    """The written parts with their beginning and the address to write them at."""
    return [
        {"label": label, "text": state.written.get(key, ""), "address": _address(unit.pk, year, key)}
        for label, key in sections(state.objectives)
    ]


def _following(where: Part, state: Standing) -> str | None:
    """The address of the part after this one."""
    keys = [key for _, key in sections(state.objectives)]
    here = keys.index((where.section, where.objective_id))
    return _address(where.unit.pk, where.year, keys[here + 1]) if here + 1 < len(keys) else None


def _remedy(scope: Scope, gap: str, unit_id: int, year: int) -> tuple[str, str] | None:
    """Where this account can close a gap: the words of the link and its address."""
    if gap in ("missing", "not_published") and permissions.may_enter(scope, unit_id, year):
        return "Isi Realisasi", reverse("evaluations:entry_list", args=(year,))
    if gap == "provisional" and permissions.may_verify(scope, unit_id, year):
        return "Verifikasi", reverse("evaluations:verify_list", args=(year,))
    if gap in ("budget", "spending") and permissions.may_budget(scope, year):
        return "Program & Anggaran", reverse("agreements:budget_list", args=(year,))
    if gap == "agreement":
        return "Daftar PK", reverse("agreements:list", args=(year,))
    return None
