"""Pages of requests to other units: asking, the list, one request with its answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes, plan_tables, tree_links
from agreements.enums import LinkState, UnitKind
from agreements.forms.tree import AnswerForm, AskForm
from agreements.middleware import actor_of
from agreements.models import TreeLink, TreeNode, Unit
from agreements.outline import path_of
from agreements.tree_links import Word, shaped_unit
from agreements.views.common import (
    FOUND_AT_MOST,
    Found,
    Question,
    choose,
    named_in,
    number_in,
    query_of,
)
from agreements.views.planning import FORM, reader
from agreements.views.tree import address_of, may_shape, node_or_404, shaper
from agreements.workflow import Refused, TransitionError
from agreements.years import policy_or_404
from perjanjian.exporting import show
from perjanjian.paging import page_of

MAY_NOT_ANSWER = (
    "Permintaan ini dijawab oleh perangkat daerah yang diminta, atau oleh Perencana atas namanya."
)


def link_or_404(request, year: int, pk: int) -> TreeLink:
    policy_or_404(request, year)
    return get_object_or_404(TreeLink.objects.concerning(request.scope, year).with_all(), pk=pk)


def link_address(link: TreeLink, year: int) -> str:
    return reverse("agreements:tree_link", args=(year, link.pk))


@require_safe
def link_list(request, year: int):
    """Requests by and to the units one sees; narrowed by answer, or to those this account answers."""
    reader(request, year)
    rows = TreeLink.objects.concerning(request.scope, year).with_all()
    state = request.GET.get("jawaban", "")
    if state in LinkState.values:
        rows = rows.filter(state=state)
    own = request.GET.get("untuk") == "saya"
    if own:
        rows = rows.filter(unit_id__in=request.scope.own_units(Capability.DRAFT, year))
    context = {
        "year": year,
        "page": page_of(request, rows.order_by("-asked_at", "-pk")),
        "states": LinkState.choices,
        "state": state if state in LinkState.values else "",
        "own": own,
    }
    return show(request, "agreements/tree/link_list.html", context, plan_tables.tree_links)


def link_ask(request, year: int, pk: int):
    """Ask another office to contribute to a node; the office is searched for first."""
    node = node_or_404(request, year, pk)
    actor = shaper(request, node.unit, year)
    units = _askable(node)
    unit = named_in(request, "unit", units)
    if unit is None:
        return _ask_unit(request, node, units)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            tree_links.ask(node, unit, form.cleaned_data["role"], actor)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Permintaan sudah disampaikan dan muncul di Beranda {unit}.")
            return redirect("agreements:tree_node", year=year, pk=node.pk)
    context = {
        "form": form,
        "title": f"Minta dukungan {unit}",
        "lead": f"Untuk: {node}",
        "back": reverse("agreements:tree_node", args=(year, node.pk)),
        "submit": "Minta dukungan",
    }
    return render(request, FORM, context)


def _askable(node: TreeNode):
    """Offices of today other than the node's own, whether one sees them or not: they are asked, not read."""
    own = {node.unit_id, *(unit.pk for unit in path_of(node.unit))}
    rows = Unit.objects.on(timezone.localdate()).offices().exclude(kind=UnitKind.REGION)
    return rows.exclude(pk__in=own)


def _ask_unit(request, node: TreeNode, units):
    query = query_of(request)
    asked = set(node.links.values_list("unit_id", flat=True))
    rows = units.exclude(pk__in=asked)
    found = [
        Found(unit.name, unit.get_kind_display(), unit.pk) for unit in rows.matching(query)[:FOUND_AT_MOST]
    ]
    question = Question(
        "Minta dukungan lintas perangkat daerah",
        f"Perangkat daerah mana yang diminta mendukung “{node}”?",
        "unit",
        "Nama perangkat daerah",
    )
    return choose(request, question, found)


@require_safe
def link(request, year: int, pk: int):
    """One request: what is asked, what was answered, and the buttons of who may answer or ask again."""
    found = link_or_404(request, year, pk)
    return _link_page(request, year, found, AnswerForm())


def _link_page(request, year: int, found: TreeLink, form: AnswerForm):
    scope = request.scope
    chosen = named_in(request, "simpul", _contributing(year, found)) or found.answering_node
    visible = TreeNode.objects.visible_to(scope, year).filter(pk=found.node_id)
    steps = tree_links.available(found, scope, year)
    context = {
        "year": year,
        "link": found,
        "form": form,
        "chosen": chosen,
        "steps": steps,
        "first_step": next(iter(steps), ""),
        "answers": any(step.answers for step in steps.values()),
        "on_behalf": permissions.answers_tree_for_another(scope, found.unit_id, year),
        "may_withdraw": permissions.may_shape_tree(scope, shaped_unit(found.node.unit), year),
        "sees_node": visible.exists(),
        "sees_answering": permissions.may_view(scope, found.unit_id, year),
        "asked_tree": address_of(found.unit, year),
        "timeline": changes.timeline(found),
    }
    return render(request, "agreements/tree/link.html", context)


def _contributing(year: int, found: TreeLink):
    """The nodes of the asked unit, in the period of the node it is asked for."""
    return (
        TreeNode.objects.filter(period=found.node.period_id, unit=found.unit)
        .select_related("unit")
        .in_order()
    )


@require_safe
def link_node(request, year: int, pk: int):
    """Choose which node of the asked unit contributes; the answer is given on the page of the request."""
    found = link_or_404(request, year, pk)
    if not may_shape(request, found.unit, year):
        raise PermissionDenied(MAY_NOT_ANSWER)
    rows = _contributing(year, found)
    chosen = named_in(request, "simpul", rows)
    if chosen is not None:
        return redirect(f"{link_address(found, year)}?simpul={chosen.pk}")
    listed = [
        Found(each.text, each.get_level_display(), each.pk)
        for each in rows.matching(query_of(request))[:FOUND_AT_MOST]
    ]
    question = Question(
        "Simpul yang menyumbang",
        f"Simpul {found.unit} mana yang menyumbang ke “{found.node}”?",
        "simpul",
        "Kata dalam simpul",
        none_found="Tidak ada simpul yang cocok. Pohon kinerja perangkat daerah ini mungkin belum disusun.",
    )
    return choose(request, question, listed)


@require_POST
def link_action(request, year: int, pk: int, action: str):
    """Take a step; what was typed stays when it is refused."""
    if action not in tree_links.TRANSITIONS:
        raise Http404
    found = link_or_404(request, year, pk)
    step = tree_links.TRANSITIONS[action]
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _link_page(request, year, found, form)
    about = found.unit if step.answers else found.node.unit
    actor = actor_of(request, permissions.shapes_tree_as(request.scope, shaped_unit(about), year))
    number = number_in(request.POST.get("simpul", ""))
    node = _contributing(year, found).filter(pk=number).first() if number else None
    seen = request.POST.get("dari", "")
    try:
        if seen and seen != found.state:
            raise TransitionError(tree_links.CHANGED_MEANWHILE)
        word = Word(form.cleaned_data["note"], node)
        tree_links.perform(action, found, request.scope, year, actor, word)
    except Refused as refused:
        raise PermissionDenied(MAY_NOT_ANSWER) from refused
    except TransitionError as error:
        form.add_error("note", str(error))
        return _link_page(request, year, link_or_404(request, year, pk), form)
    messages.success(request, step.done)
    return redirect(link_address(found, year))


@require_POST
def link_withdraw(request, year: int, pk: int):
    found = link_or_404(request, year, pk)
    node = found.node
    tree_links.withdraw(found, shaper(request, node.unit, year))
    messages.success(request, f"Permintaan kepada {found.unit} sudah ditarik.")
    return redirect("agreements:tree_node", year=year, pk=node.pk)
