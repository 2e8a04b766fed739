"""Units: the outline, searching, the page of one, its form."""

from datetime import date

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes, outline, tables
from agreements.enums import PARTY_HOLDINGS, UnitKind
from agreements.forms.organisation import UnitForm
from agreements.models import Agreement, Assignment, Unit
from agreements.views.common import (
    FOUND_AT_MOST,
    Found,
    Question,
    choose,
    demand,
    named_in,
    number_of,
    query_of,
)
from perjanjian.exporting import show
from perjanjian.paging import page_of

MAY_NOT = "Unit, jabatan, dan pejabat diubah oleh Bagian Organisasi atau pengelola kepegawaian."
FORM = "agreements/form.html"
SEES_NOTHING = "Peran akun Anda tidak mencakup melihat organisasi."
# Units of the first level on a page of the outline; units below shown on the page of one.
TOPS, BELOW = 20, 50


def unit_list(request):
    """The outline: three levels from the region, or from the unit in ?di=, the rest on demand."""
    scope, query = request.scope, query_of(request)
    demand(scope.may_somewhere(Capability.VIEW), SEES_NOTHING)
    today = timezone.localdate()
    visible = Unit.objects.visible_to(scope)
    may = permissions.may_organise(scope)
    context = {"query": query, "may_organise": may, "imports": "units" if may else ""}
    if query:
        page = page_of(request, visible.matching(query).with_ancestors())
        found = [(unit, outline.path_of(unit)) for unit in page]
        context |= {"page": page, "found": found}
        return show(request, "agreements/organisation/unit_search.html", context, tables.units)
    root = named_in(request, "di", visible.with_ancestors())
    there = visible.on(today)
    page = page_of(
        request, there.filter(parent=root) if root else there.tops(today, scope.units(Capability.VIEW)), TOPS
    )
    context |= {"page": page, "root": root, "branches": outline.branches(list(page), there, today)}
    if request.htmx:
        return render(request, "agreements/organisation/unit_below.html", context)
    context |= {
        "path": outline.path_of(root) if root else (),
        # For who downloads the list: all of it, however much of it the page shows.
        "whole": there.filter(pk__in=request.tree.below([root.pk])) if root else there,
        "region_unit": visible.filter(kind=UnitKind.REGION).first(),
        "ended": visible.filter(valid_to__lt=today).count(),
    }
    return show(request, "agreements/organisation/unit_list.html", context, tables.units)


def unit_ended(request):
    demand(request.scope.may_somewhere(Capability.VIEW), SEES_NOTHING)
    ended = Unit.objects.visible_to(request.scope).filter(valid_to__lt=timezone.localdate()).with_ancestors()
    page = page_of(request, ended.order_by("-valid_to", "name"))
    return show(request, "agreements/organisation/unit_ended.html", {"page": page}, tables.ended_units)


def unit_detail(request, pk: int):
    scope, today = request.scope, timezone.localdate()
    visible = Unit.objects.visible_to(scope)
    unit = get_object_or_404(visible.with_ancestors(), pk=pk)
    holders = Assignment.objects.on(today).select_related("official", "position")
    positions = unit.positions.select_related("superior").prefetch_related(
        Prefetch("assignments", holders, to_attr="held_today")
    )
    below = list(visible.on(today).filter(parent=unit)[: BELOW + 1])
    may_organise = permissions.may_organise(scope)
    context = {
        "unit": unit,
        "path": outline.path_of(unit),
        "page": page_of(request, positions.on(today)),
        "ended_positions": unit.positions.filter(valid_to__lt=today).select_related("superior"),
        "below": below[:BELOW],
        "more_below": len(below) > BELOW,
        "predecessors": unit.predecessors.all(),
        "successors": unit.successors.all(),
        "exports": "jabatan",
        "party_holdings": PARTY_HOLDINGS,
        # What lies above may be out of sight: then it is a name and no door.
        "units_seen": scope.units(Capability.VIEW),
        "may_organise": may_organise,
        "timeline": changes.timeline(unit) if may_organise or permissions.may_read_history(scope) else (),
    }
    return show(request, "agreements/organisation/unit_detail.html", context, tables.positions)


def usual_start(request) -> date:
    """Since when a new unit or post is offered to have been there: today; while a government is being set up
    and no agreement exists, since the first day of its first year, so that whom it has can sign for it."""
    today = timezone.localdate()
    if Agreement.objects.exists():
        return today
    return date(min([today.year, *(policy.year for policy in request.policies)]), 1, 1)


def unit_create(request):
    demand(permissions.may_organise(request.scope), MAY_NOT)
    initial = {"parent": number_of(request, "induk"), "valid_from": usual_start(request)}
    if request.region and not Unit.objects.exists():
        # The first unit of all is the government itself, above every other.
        named = {"name": request.region.government, "short_name": str(request.region)}
        initial |= {"kind": UnitKind.REGION} | named
    return _unit_form(
        request, Unit(), initial, "Tambah unit kerja", "menambah unit kerja", reverse("agreements:unit_list")
    )


def unit_edit(request, pk: int):
    unit = get_object_or_404(Unit.objects.visible_to(request.scope), pk=pk)
    demand(permissions.may_organise(request.scope), MAY_NOT)
    chosen = number_of(request, "induk")
    back = reverse("agreements:unit_detail", args=(pk,))
    initial = {"parent": chosen} if chosen else {}
    return _unit_form(request, unit, initial, f"Ubah {unit}", "mengubah unit kerja", back)


def _unit_form(request, unit: Unit, initial: dict, title: str, action: str, back: str):
    if "pilih" in request.GET and not initial.get("parent"):
        return _ask_parent(request, unit)
    form = UnitForm(request.POST or None, instance=unit, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = changes.save(request, form, action, capability=Capability.ORGANISE, unit=lambda unit: unit)
        if saved:
            messages.success(request, f"{saved} sudah disimpan.")
            return redirect("agreements:unit_detail", pk=saved.pk)
    context = {
        "form": form,
        "title": title,
        "lead": "Tiga penanda (menandatangani dengan kepala daerah, peta capaian, LKjIP sendiri) "
        "berdiri sendiri-sendiri.",
        "back": back,
        "search_label": "Cari induk di semua unit kerja",
        "search_address": "?pilih=induk",
    }
    return render(request, FORM, context)


def _ask_parent(request, unit: Unit):
    rows = Unit.objects.matching(query_of(request)).filter(valid_to=None).exclude(kind=UnitKind.SECTION)
    found = [
        Found(row.name, str(row.parent or ""), row.pk)
        for row in rows.exclude(pk=unit.pk).select_related("parent")[:FOUND_AT_MOST]
    ]
    question = Question("Pilih induk", "Yang membawahinya.", "induk", "Nama unit kerja atau kode SKPD")
    return choose(request, question, found)
