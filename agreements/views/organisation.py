"""Units, positions, officials, and who held what when."""

from datetime import date

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes, outline, tables
from agreements.enums import PARTY_HOLDINGS, Holding, UnitKind
from agreements.forms.organisation import AssignmentForm, OfficialForm, PositionForm, UnitForm
from agreements.models import Agreement, Assignment, Official, Position, Unit
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
NOT_OWN = "Riwayat jabatan Anda sendiri dicatat oleh rekan lain, supaya tidak ada yang mengangkat dirinya."
FORM = "agreements/form.html"


def unit_list(request):
    scope, query = request.scope, query_of(request)
    demand(scope.may_somewhere(Capability.VIEW), "Peran akun Anda tidak mencakup melihat organisasi.")
    today = timezone.localdate()
    visible = Unit.objects.visible_to(scope)
    context = {"query": query, "may_organise": permissions.may_organise(scope)}
    if query:
        page = page_of(request, visible.matching(query).with_ancestors())
        found = [(unit, outline.path_of(unit)) for unit in page]
        context |= {"page": page, "found": found}
        return show(request, "agreements/organisation/unit_search.html", context, tables.units)
    units = list(visible.on(today))
    page = page_of(request, outline.tops(units))
    heads = Assignment.objects.on(today).of_heads().select_related("official", "position")
    context |= {
        "page": page,
        "branches": outline.branches(page, units, outline.heads_of(heads)),
        "region_unit": next((unit for unit in units if unit.parent_id is None), None),
        "ended": visible.filter(valid_to__lt=today).count(),
    }
    return show(request, "agreements/organisation/unit_list.html", context, tables.units)


def unit_ended(request):
    demand(request.scope.may_somewhere(Capability.VIEW), "Peran akun Anda tidak mencakup melihat organisasi.")
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
    past = Assignment.objects.filter(position__unit=unit).select_related("official", "position")
    below = visible.filter(parent=unit)
    may_organise = permissions.may_organise(scope)
    context = {
        "unit": unit,
        "path": outline.path_of(unit),
        "positions": [position for position in positions if not over(position, today)],
        "ended_positions": [position for position in positions if over(position, today)],
        "below": [each for each in below if not over(each, today)],
        "predecessors": unit.predecessors.all(),
        "successors": unit.successors.all(),
        "assignments": page_of(request, past),
        "exports": "jabatan",
        "party_holdings": PARTY_HOLDINGS,
        "may_organise": may_organise,
        "timeline": changes.timeline(unit) if may_organise or permissions.may_read_history(scope) else (),
    }
    return show(request, "agreements/organisation/unit_detail.html", context, tables.positions)


def over(row: Unit | Position, today: date) -> bool:
    return row.valid_to is not None and row.valid_to < today


def _usual_start(request) -> date:
    """Since when a new unit or post is offered to have been there: today; while a government is being set up
    and no agreement exists, since the first day of its first year, so that whom it has can sign for it."""
    today = timezone.localdate()
    if Agreement.objects.exists():
        return today
    return date(min([today.year, *(policy.year for policy in request.policies)]), 1, 1)


def unit_create(request):
    demand(permissions.may_organise(request.scope), MAY_NOT)
    initial = {"parent": number_of(request, "induk"), "valid_from": _usual_start(request)}
    if request.region and not Unit.objects.exists():
        # The first unit of all is the government itself, above every other.
        named = {"name": request.region.government, "short_name": str(request.region)}
        initial |= {"kind": UnitKind.REGION} | named
    form = UnitForm(request.POST or None, initial=initial)
    return _unit_form(request, form, "Tambah unit", "menambah unit", reverse("agreements:unit_list"))


def unit_edit(request, pk: int):
    unit = get_object_or_404(Unit.objects.visible_to(request.scope), pk=pk)
    demand(permissions.may_organise(request.scope), MAY_NOT)
    form = UnitForm(request.POST or None, instance=unit)
    back = reverse("agreements:unit_detail", args=(pk,))
    return _unit_form(request, form, f"Ubah {unit}", "mengubah unit", back)


def _unit_form(request, form, title: str, action: str, back: str):
    if request.method == "POST" and form.is_valid():
        unit = changes.save(request, form, action, capability=Capability.ORGANISE, unit=lambda unit: unit)
        if unit:
            messages.success(request, f"{unit} sudah disimpan.")
            return redirect("agreements:unit_detail", pk=unit.pk)
    lead = "Tiga penanda (menandatangani dengan kepala daerah, peta capaian, LKjIP sendiri) berdiri sendiri-sendiri."
    return render(request, FORM, {"form": form, "title": title, "lead": lead, "back": back})


def position_create(request, pk: int):
    unit = get_object_or_404(Unit.objects.visible_to(request.scope).with_ancestors(), pk=pk)
    demand(permissions.may_organise(request.scope), MAY_NOT)
    form = PositionForm(
        request.POST or None, instance=Position(unit=unit), initial={"valid_from": _usual_start(request)}
    )
    return _position_form(request, form, f"Tambah jabatan di {unit}", "menambah jabatan")


def position_edit(request, pk: int):
    visible = Unit.objects.visible_to(request.scope)
    position = get_object_or_404(Position.objects.filter(unit__in=visible).select_related("unit"), pk=pk)
    demand(permissions.may_organise(request.scope), MAY_NOT)
    form = PositionForm(request.POST or None, instance=position)
    return _position_form(request, form, f"Ubah jabatan {position}", "mengubah jabatan")


def _position_form(request, form, title: str, action: str):
    unit = form.instance.unit
    if request.method == "POST" and form.is_valid():
        position = changes.save(
            request, form, action, capability=Capability.ORGANISE, unit=lambda position: unit
        )
        if position:
            messages.success(request, f"Jabatan {position} sudah disimpan.")
            return redirect("agreements:unit_detail", pk=unit.pk)
    back = reverse("agreements:unit_detail", args=(unit.pk,))
    return render(request, FORM, {"form": form, "title": title, "back": back})


# --- officials ------------------------------------------------------------------------------


def official_list(request):
    demand(permissions.may_organise(request.scope), MAY_NOT)
    query, today = query_of(request), timezone.localdate()
    held = Assignment.objects.on(today).select_related("position")
    officials = found_officials(query).prefetch_related(Prefetch("assignments", held, to_attr="held_today"))
    context = {"query": query, "page": page_of(request, officials)}
    return show(request, "agreements/organisation/official_list.html", context, tables.officials)


def found_officials(query: str):
    """Officials by name or NIP, typed with or without spaces."""
    digits = query.replace(" ", "")
    by_number = Q(nip__startswith=digits) if digits.isdigit() else Q()
    return Official.objects.filter(by_number | Q(name__icontains=query)) if query else Official.objects.all()


def official_detail(request, pk: int):
    demand(permissions.may_organise(request.scope), MAY_NOT)
    official = get_object_or_404(Official.objects.select_related("account"), pk=pk)
    context = {
        "official": official,
        "assignments": official.assignments.select_related("position__unit"),
        "today": timezone.localdate(),
        "plh": Holding.PLH,
        "may_manage_accounts": permissions.may_manage_accounts(request.scope),
        "may_assign": permissions.may_assign(request.scope, official.account_id),
        "not_own": NOT_OWN,
        "timeline": changes.timeline(official),
    }
    return render(request, "agreements/organisation/official_detail.html", context)


def official_create(request):
    demand(permissions.may_organise(request.scope), MAY_NOT)
    form = OfficialForm(request.POST or None)
    return _official_form(
        request, form, "Tambah pejabat", "menambah pejabat", reverse("agreements:official_list")
    )


def official_edit(request, pk: int):
    demand(permissions.may_organise(request.scope), MAY_NOT)
    official = get_object_or_404(Official, pk=pk)
    form = OfficialForm(request.POST or None, instance=official)
    back = reverse("agreements:official_detail", args=(pk,))
    return _official_form(request, form, f"Ubah {official}", "mengubah pejabat", back)


def _official_form(request, form, title: str, action: str, back: str):
    if request.method == "POST" and form.is_valid():
        official = changes.save(request, form, action, capability=Capability.ORGANISE)
        if official:
            messages.success(request, f"{official} sudah disimpan.")
            return redirect("agreements:official_detail", pk=official.pk)
    lead = "PK yang sudah diterbitkan tetap memuat nama, pangkat, dan NIP seperti saat diterbitkan."
    return render(request, FORM, {"form": form, "title": title, "lead": lead, "back": back})


# --- who held what --------------------------------------------------------------------------


def assignment_create(request):
    demand(permissions.may_organise(request.scope), MAY_NOT)
    position = named_in(request, "jabatan", Position.objects.select_related("unit"))
    official = named_in(request, "pejabat", Official.objects.all())
    if position is None:
        return _ask_position(request, official)
    if official is None:
        return _ask_official(request, position)
    demand(permissions.may_assign(request.scope, official.account_id), NOT_OWN)
    form = AssignmentForm(request.POST or None, instance=Assignment(position=position, official=official))
    return _assignment_form(request, form, "Tambah riwayat jabatan", "mencatat pejabat pada jabatan")


def assignment_edit(request, pk: int):
    visible = Unit.objects.visible_to(request.scope)
    rows = Assignment.objects.filter(position__unit__in=visible).select_related("official", "position__unit")
    assignment = get_object_or_404(rows, pk=pk)
    demand(permissions.may_organise(request.scope), MAY_NOT)
    demand(permissions.may_assign(request.scope, assignment.official.account_id), NOT_OWN)
    form = AssignmentForm(request.POST or None, instance=assignment)
    return _assignment_form(request, form, "Ubah riwayat jabatan", "mengubah riwayat jabatan")


def _assignment_form(request, form, title: str, action: str):
    row = form.instance
    unit = row.position.unit
    if request.method == "POST" and form.is_valid():
        saved = changes.save(request, form, action, capability=Capability.ORGANISE, unit=lambda row: unit)
        if saved:
            messages.success(request, f"{saved} sudah disimpan.")
            return redirect("agreements:unit_detail", pk=unit.pk)
    back = reverse("agreements:unit_detail", args=(unit.pk,))
    lead = f"{row.official} sebagai {row.position}, {unit}."
    return render(request, FORM, {"form": form, "title": title, "lead": lead, "back": back})


def _ask_position(request, official: Official | None):
    query = query_of(request)
    rows = Position.objects.on(timezone.localdate()).matching(query).select_related("unit")[:FOUND_AT_MOST]
    whom = f" untuk {official}" if official else ""
    question = Question(
        f"Pilih jabatan{whom}", "Cari jabatan yang dipegang, lalu pilih.", "jabatan", "Nama jabatan atau unit"
    )
    return choose(request, question, [Found(p.title, p.unit.name, p.pk) for p in rows])


def _ask_official(request, position: Position):
    rows = found_officials(query_of(request))[:FOUND_AT_MOST]
    question = Question(
        f"Pilih pejabat untuk {position}",
        "Cari pejabat yang memegang jabatan ini, lalu pilih.",
        "pejabat",
        "Nama atau NIP",
        new_label="Pejabat belum ada di daftar? Tambah pejabat",
        new_address=reverse("agreements:official_create"),
    )
    return choose(request, question, [Found(o.name, o.rank, o.pk) for o in rows])
