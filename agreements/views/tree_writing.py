"""Pages on which a performance tree is written: adding, changing, moving and deleting nodes, what is attached."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import permissions
from agreements import changes, tree_rules
from agreements import tree as trees
from agreements.enums import UnitKind
from agreements.forms.tree import MoveForm, NodeForm, OwnerForm
from agreements.models import Indicator, Position, Programme, TreeNode, Unit
from agreements.tree_rules import TreeError
from agreements.views.common import (
    FOUND_AT_MOST,
    Found,
    Question,
    choose,
    demand,
    named_in,
    numbers_in,
    query_of,
)
from agreements.views.planning import FORM, ask_unit, reader
from agreements.views.tree import MAY_NOT, address_of, capability_of, may_shape, node_or_404, shaper
from perjanjian.paging import page_of

PROGRAMME_HINT = (
    "Rumusannya terbaca sebagai nama program atau kegiatan. Simpul pohon kinerja adalah hasil atau kondisi: "
    "tulis apa yang berubah, lalu lekatkan programnya."
)


def node_address(node: TreeNode, year: int) -> str:
    return reverse("agreements:tree_node", args=(year, node.pk))


def _saved(request, form, year: int, action: str):
    """Save a form over a node under the lock of its tree; None with a sentence on the form when refused."""
    node = form.instance
    capability = capability_of(request, node.unit, year)
    try:
        with transaction.atomic():
            tree_rules.locked(node.period_id)
            return changes.save(
                request,
                form,
                action,
                capability=capability,
                unit=lambda row: row.unit,
                and_then=tree_rules.check_place,
            )
    except TreeError as error:
        form.add_error(None, str(error))
        return None


# --- adding and changing ------------------------------------------------------------------------------


def node_create(request, year: int):
    """A node below another (`induk`), or a top of a unit's tree (`unit`, asked for when it is not named)."""
    reader(request, year)
    demand(
        permissions.may_plan(request.scope, year) or permissions.may_draft_somewhere(request.scope, year),
        MAY_NOT,
    )
    period = trees.period_of(year)
    if period is None:
        return redirect("agreements:tree", year=year)
    parents = TreeNode.objects.visible_to(request.scope, year).filter(period=period).select_related("unit")
    parent = named_in(request, "induk", parents)
    unit = _unit_of_new(request, year, parent)
    if unit is None:
        return ask_unit(request, "Tambah simpul pohon kinerja", "Milik perangkat daerah mana simpul ini?")
    shaper(request, unit, year)
    node = TreeNode(period=period, unit=unit, parent=parent, level=tree_rules.usual_level(unit, parent))
    lead = f"{unit}. Mendukung: {parent}" if parent else f"{unit}. Puncak pohon, tanpa yang didukung."
    back = node_address(parent, year) if parent else address_of(unit, year)
    return _node_form(request, year, node, "Tambah simpul", "menambah simpul pohon kinerja", lead, back)


def _unit_of_new(request, year: int, parent: TreeNode | None) -> Unit | None:
    """Whose the new node is: the unit named, else that of the node above where the account may write it,
    else the only unit it drafts for; None: to be asked."""
    rows = Unit.objects.with_ancestors()
    visible = rows.visible_to(request.scope, year=year) | rows.filter(kind=UnitKind.REGION)
    named = named_in(request, "unit", visible)
    if named is not None:
        return named
    if parent is not None and may_shape(request, parent.unit, year):
        return rows.get(pk=parent.unit_id)
    own = request.scope.own_units(permissions.Capability.DRAFT, year)
    tops = [pk for pk in own if request.tree.parent.get(pk) not in own]
    return rows.get(pk=tops[0]) if len(tops) == 1 else None


def node_edit(request, year: int, pk: int):
    node = node_or_404(request, year, pk)
    shaper(request, node.unit, year)
    lead, back = str(node.unit), node_address(node, year)
    return _node_form(request, year, node, "Ubah simpul", "mengubah simpul pohon kinerja", lead, back)


def _node_form(request, year: int, node: TreeNode, title: str, action: str, lead: str, back: str):
    form = NodeForm(
        request.POST or None,
        instance=node,
        below=request.tree.below([node.unit_id]),
        day=timezone.localdate(),
        year=year,
    )
    if request.method == "POST" and form.is_valid():
        saved = _saved(request, form, year, action)
        if saved:
            messages.success(request, "Simpul sudah disimpan.")
            if tree_rules.names_a_programme(saved.text):
                messages.warning(request, PROGRAMME_HINT)
            return redirect(node_address(saved, year))
    return render(request, FORM, {"form": form, "title": title, "lead": lead, "back": back})


# --- where it hangs -----------------------------------------------------------------------------------


def node_move(request, year: int, pk: int):
    """Hang a node below another one of its perangkat daerah or of the region; or below none."""
    node = node_or_404(request, year, pk)
    shaper(request, node.unit, year)
    parents = _possible_parents(request, year, node)
    chosen = named_in(request, "induk", parents)
    if chosen is None and "puncak" not in request.GET:
        return _ask_parent(request, node, parents)
    form = MoveForm(request.POST or None, instance=node, chosen=chosen)
    valid = request.method == "POST" and form.is_valid()
    if valid and _saved(request, form, year, "memindahkan simpul pohon kinerja"):
        messages.success(request, "Simpul sudah dipindahkan bersama semua yang di bawahnya.")
        return redirect(node_address(node, year))
    context = {
        "form": form,
        "title": "Pindahkan simpul",
        "lead": f"“{node}” akan mendukung “{chosen}”." if chosen else f"“{node}” akan menjadi puncak pohon.",
        "back": node_address(node, year),
        "submit": "Pindahkan",
    }
    return render(request, FORM, context)


def _possible_parents(request, year: int, node: TreeNode):
    units = request.tree.regions
    if node.unit.kind != UnitKind.REGION:
        units |= request.tree.below([tree_rules.office_of(node.unit).pk])
    rows = TreeNode.objects.visible_to(request.scope, year).filter(period=node.period_id, unit_id__in=units)
    return rows.exclude(pk=node.pk).select_related("unit").in_order()


def _ask_parent(request, node: TreeNode, parents):
    query = query_of(request)
    # What hangs below it cannot be above it; the rows shown are few.
    shut = trees.below([node.pk])
    rows = parents.exclude(pk=node.parent_id).matching(query)[: FOUND_AT_MOST + len(shut)]
    found = [
        Found(each.text, f"{each.get_level_display()} · {each.unit}", each.pk)
        for each in rows
        if each.pk not in shut
    ][:FOUND_AT_MOST]
    question = Question(
        "Pindahkan simpul",
        f"“{node}” akan mendukung simpul yang mana?",
        "induk",
        "Kata dalam simpul yang didukung",
        new_label="Jadikan puncak pohon, tanpa simpul yang didukung" if node.parent_id else "",
        new_address="?puncak=1" if node.parent_id else "",
    )
    return choose(request, question, found)


@require_POST
def node_shift(request, year: int, pk: int):
    """One place up or down among its siblings."""
    node = node_or_404(request, year, pk)
    actor = shaper(request, node.unit, year)
    if not tree_rules.shift(node, request.POST.get("arah") == "naik", actor):
        messages.info(request, "Simpul ini sudah di ujung.")
    return redirect(node_address(node, year))


def node_delete(request, year: int, pk: int):
    node = node_or_404(request, year, pk)
    actor = shaper(request, node.unit, year)
    if request.method == "POST":
        back = node_address(node.parent, year) if node.parent else address_of(node.unit, year)
        try:
            tree_rules.delete(node, actor)
        except TreeError as error:
            messages.error(request, str(error))
            return redirect(node_address(node, year))
        messages.success(request, "Simpul sudah dihapus. Riwayatnya tetap ada.")
        return redirect(back)
    return render(request, "agreements/tree/delete.html", {"year": year, "node": node})


# --- owner, indicators, programmes ----------------------------------------------------------------------


def node_owner(request, year: int, pk: int):
    """Any post the account sees, searched for; or nobody."""
    node = node_or_404(request, year, pk)
    shaper(request, node.unit, year)
    today = timezone.localdate()
    posts = Position.objects.on(today).visible_to(request.scope, year).select_related("unit")
    chosen = named_in(request, "jabatan", posts)
    if chosen is None and "kosong" not in request.GET:
        return _ask_owner(request, node, posts)
    form = OwnerForm(request.POST or None, instance=node, chosen=chosen)
    valid = request.method == "POST" and form.is_valid()
    if valid and _saved(request, form, year, "menetapkan pemilik simpul pohon kinerja"):
        messages.success(request, "Pemilik simpul sudah disimpan.")
        return redirect(node_address(node, year))
    context = {
        "form": form,
        "title": "Pemilik simpul",
        "lead": f"“{node}” menjadi milik {chosen}, {chosen.unit}." if chosen else f"“{node}” tanpa pemilik.",
        "back": node_address(node, year),
    }
    return render(request, FORM, context)


def _ask_owner(request, node: TreeNode, posts):
    query = query_of(request)
    near = Q(unit_id__in=request.tree.below([node.unit_id]))
    if node.unit.kind == UnitKind.REGION:
        near = Q(heads_unit=True, unit__signs_with_head=True) | Q(unit=node.unit)
    rows = posts.matching(query) if query else posts.filter(near)
    found = [Found(each.title, each.unit.name, each.pk) for each in rows[:FOUND_AT_MOST]]
    question = Question(
        "Pemilik simpul",
        f"Jabatan mana yang memikul “{node}”? Tanpa kata dicari, yang tampil jabatan di unitnya.",
        "jabatan",
        "Nama jabatan atau unit",
        new_label="Kosongkan pemiliknya" if node.owner_id else "",
        new_address="?kosong=1" if node.owner_id else "",
    )
    return choose(request, question, found)


# What may be attached: the column, as its page calls it.
ATTACHED = {"indikator": "indicators", "program": "programmes"}


def node_attach(request, year: int, pk: int, what: str):
    """Search the catalogue, or the programmes, and attach what is ticked."""
    if what not in ATTACHED:
        raise Http404
    node = node_or_404(request, year, pk)
    actor = shaper(request, node.unit, year)
    rows = _attachable(request, year, node, what)
    if request.method == "POST":
        ticked = rows.filter(pk__in=numbers_in(request.POST.getlist("pilihan")))
        tree_rules.attach(node, ATTACHED[what], list(ticked), actor)
        return redirect(node_address(node, year))
    query = query_of(request)
    if query:
        rows = rows.matching(query) if what == "indikator" else rows.filter(_of_programme(query))
    elif what == "indikator" and "semua" not in request.GET:
        rows = _near(request, node, rows)
    page = page_of(request, rows)
    found = [_as_choice(each) for each in page]
    context = {"year": year, "node": node, "what": what, "page": page, "found": found, "query": query}
    return render(request, "agreements/tree/attach.html", context)


def _attachable(request, year: int, node: TreeNode, what: str):
    """What may still be attached, the nearest first."""
    if what == "program":
        return Programme.objects.exclude(tree_nodes=node).order_by("code", "name", "pk")
    rows = Indicator.objects.in_use().visible_to(request.scope, year).exclude(tree_nodes=node)
    return rows.select_related("unit")


def _near(request, node: TreeNode, rows):
    """Without words to search for: indicators of the unit and below it; for the region all."""
    if node.unit.kind == UnitKind.REGION:
        return rows
    return rows.filter(unit_id__in=request.tree.below([node.unit_id]))


def _of_programme(query: str) -> Q:
    return Q(name__icontains=query) | Q(code__startswith=query)


def _as_choice(row: Indicator | Programme) -> Found:
    if isinstance(row, Programme):
        return Found(str(row), f"Nomenklatur {row.nomenclature_year}", row.pk)
    return Found(row.name, f"{row.unit_of_measure} · {row.unit}", row.pk)


@require_POST
def node_detach(request, year: int, pk: int, what: str):
    if what not in ATTACHED:
        raise Http404
    node = node_or_404(request, year, pk)
    actor = shaper(request, node.unit, year)
    for number in numbers_in([request.POST.get("baris", "")]):
        get_object_or_404(getattr(node, ATTACHED[what]), pk=number)
        tree_rules.detach(node, ATTACHED[what], number, actor)
    return redirect(node_address(node, year))
