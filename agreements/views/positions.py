"""The page of a position: what it is, who held it, what it promised; and its form."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes, outline, superiors, tenure
from agreements.forms.organisation import OWN_POST, PositionForm
from agreements.models import Agreement, Assignment, HandOver, Position, Unit
from agreements.querysets.organisation import ANCESTORS
from agreements.views.common import FOUND_AT_MOST, Found, Question, choose, demand, named_in, query_of
from agreements.views.organisation import FORM, MAY_NOT, usual_start

# A post that was held by more, or that has more below it, shows the latest of them.
MOST_SHOWN = 50


def position_detail(request, pk: int):
    scope, today = request.scope, timezone.localdate()
    rows = Position.objects.visible_to(scope).select_related(f"unit__{ANCESTORS}")
    position = get_object_or_404(rows.select_related("superior__unit"), pk=pk)
    held = position.assignments.select_related("official", "position")
    may_organise = permissions.may_organise(scope)
    history = may_organise or permissions.may_read_history(scope)
    context = {
        "position": position,
        "path": (*outline.path_of(position.unit), position.unit),
        "explanation": superiors.explanation(position),
        "stretches": tenure.stretches(held, position.valid_to),
        "today": today,
        "agreements": _papers(scope, position),
        "hand_overs": HandOver.objects.filter(position=position).whole().with_outcome()[:MOST_SHOWN],
        "subordinates": position.subordinates.on(today).select_related("unit")[:MOST_SHOWN],
        # What lies above may be out of sight: then it is a name and no door.
        "units_seen": scope.units(Capability.VIEW),
        "may_organise": may_organise,
        "timeline": changes.timeline(position) if history else (),
    }
    return render(request, "agreements/organisation/position_detail.html", context)


def _papers(scope, position: Position):
    """Agreements of the position the account may read, the latest year first."""
    papers = Agreement.objects.readable_by(scope).filter(position=position).not_cancelled()
    return papers.with_dates().select_related("position", "amends").order_by("-year", "-pk")[:MOST_SHOWN]


def position_create(request, pk: int):
    unit = get_object_or_404(Unit.objects.visible_to(request.scope).with_ancestors(), pk=pk)
    demand(permissions.may_organise(request.scope), MAY_NOT)
    return _position_form(request, Position(unit=unit), f"Tambah jabatan di {unit}", "menambah jabatan")


def position_edit(request, pk: int):
    visible = Unit.objects.visible_to(request.scope)
    position = get_object_or_404(Position.objects.filter(unit__in=visible).select_related("unit"), pk=pk)
    demand(permissions.may_organise(request.scope), MAY_NOT)
    return _position_form(request, position, f"Ubah jabatan {position}", "mengubah jabatan")


def _position_form(request, position: Position, title: str, action: str):
    unit = position.unit
    chosen = named_in(request, "atasan", Position.objects.all())
    if "pilih" in request.GET and chosen is None:
        return _ask_superior(request, position)
    rule = superiors.by_rule(position).sentence if position.pk else ""
    form = PositionForm(
        request.POST or None,
        instance=position,
        initial={} if position.pk else {"valid_from": max(usual_start(request), unit.valid_from)},
        also=chosen and chosen.pk,
    )
    if request.method == "POST" and form.is_valid() and not _raises_own(request, form):
        position = changes.save(
            request, form, action, capability=Capability.ORGANISE, unit=lambda position: unit
        )
        if position:
            messages.success(request, f"Jabatan {position} sudah disimpan.")
            return redirect("agreements:position_detail", pk=position.pk)
    back = reverse("agreements:unit_detail", args=(unit.pk,))
    context = {
        "form": form,
        "title": title,
        "lead": rule,
        "back": back,
        "search_label": "Cari atasan lain di semua jabatan",
        "search_address": "?pilih=atasan",
    }
    return render(request, FORM, context)


def _raises_own(request, form: PositionForm) -> bool:
    """Whether who holds the post gives it more rights, as nobody may (`permissions.may_assign`): told on the form."""
    raising = [name for name in ("level", "heads_unit") if name in form.changed_data]
    if not (raising and form.instance.pk):
        return False
    yesterday = timezone.localdate() - tenure.DAY
    own = Assignment.objects.filter(position=form.instance.pk).beyond(yesterday)
    if not own.filter(official__account=request.user).exists():
        return False
    for name in raising:
        form.add_error(name, OWN_POST)
    return True


def _ask_superior(request, position: Position):
    query = query_of(request)
    rows = Position.objects.on(timezone.localdate()).exclude(pk=position.pk).matching(query)
    question = Question(
        "Pilih atasan langsung",
        "Atasan yang bukan menurut aturan memerlukan alasan.",
        "atasan",
        "Nama jabatan atau unit kerja",
    )
    return choose(
        request,
        question,
        [Found(p.title, p.unit.name, p.pk) for p in rows.select_related("unit")[:FOUND_AT_MOST]],
    )
