"""Officials, and who held what when."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes, tables, tenure
from agreements.enums import Holding
from agreements.forms.organisation import AssignmentForm, OfficialForm
from agreements.models import Assignment, Official, Position, Unit
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
from agreements.views.organisation import FORM, MAY_NOT
from perjanjian.exporting import show
from perjanjian.paging import page_of

NOT_OWN = "Riwayat jabatan Anda sendiri dicatat oleh rekan lain, supaya tidak ada yang mengangkat dirinya."
ADD_OFFICIAL = "Pejabat belum ada di daftar? Tambah pejabat"
# For what an official is added on the way, by the word in the address: the page that then goes on.
WAYS = {"riwayat": "agreements:assignment_create", "serah-terima": "agreements:hand_over"}


def official_list(request):
    demand(permissions.may_organise(request.scope), MAY_NOT)
    query, today = query_of(request), timezone.localdate()
    held = Assignment.objects.on(today).select_related("position")
    officials = found_officials(query).prefetch_related(Prefetch("assignments", held, to_attr="held_today"))
    context = {"query": query, "page": page_of(request, officials), "imports": "people"}
    return show(request, "agreements/organisation/official_list.html", context, tables.officials)


def found_officials(query: str):
    """Officials by name or NIP, typed with or without spaces."""
    digits = query.replace(" ", "")
    by_number = Q(nip__startswith=digits) if digits.isdigit() else Q()
    return Official.objects.filter(by_number | Q(name__icontains=query)) if query else Official.objects.all()


def official_detail(request, pk: int):
    demand(permissions.may_organise(request.scope), MAY_NOT)
    official = get_object_or_404(Official.objects.select_related("account"), pk=pk)
    assignments = list(official.assignments.select_related("position__unit"))
    context = {
        "official": official,
        "assignments": assignments,
        "doubles": tenure.doubles(assignments),
        "today": timezone.localdate(),
        "plh": Holding.PLH,
        "may_manage_accounts": permissions.may_manage_accounts(request.scope),
        "may_assign": permissions.may_assign(request.scope, official.account_id),
        "not_own": NOT_OWN,
        "timeline": changes.timeline(official),
    }
    return render(request, "agreements/organisation/official_detail.html", context)


def official_create(request):
    """A new official; who came from choosing one for a position goes on there with the new one chosen."""
    demand(permissions.may_organise(request.scope), MAY_NOT)
    form = OfficialForm(request.POST or None)
    way, position = request.GET.get("lanjut"), number_of(request, "jabatan")
    onward = _onward(way, position) if way in WAYS and position else None
    back = onward("") if onward else reverse("agreements:official_list")
    return _official_form(request, form, "Tambah pejabat", "menambah pejabat", back, onward)


def _onward(way: str, position: int):
    """Makes the address that goes on with an official chosen for the position, or with none yet."""
    if way == "serah-terima":
        address, first = reverse(WAYS[way], args=(position,)), "?"
    else:
        address, first = f"{reverse(WAYS[way])}?jabatan={position}", "&"
    return lambda official: f"{address}{first}pejabat={official}" if official else address


def official_edit(request, pk: int):
    demand(permissions.may_organise(request.scope), MAY_NOT)
    official = get_object_or_404(Official, pk=pk)
    form = OfficialForm(request.POST or None, instance=official)
    back = reverse("agreements:official_detail", args=(pk,))
    return _official_form(request, form, f"Ubah {official}", "mengubah pejabat", back)


def _official_form(request, form, title: str, action: str, back: str, onward=None):
    if request.method == "POST" and form.is_valid():
        official = changes.save(request, form, action, capability=Capability.ORGANISE)
        if official:
            messages.success(request, f"{official} sudah disimpan.")
            if onward:
                return redirect(onward(official.pk))
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
            return redirect("agreements:position_detail", pk=row.position_id)
    back = reverse("agreements:position_detail", args=(row.position_id,))
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
        new_label=ADD_OFFICIAL,
        new_address=address_of_new_official("riwayat", position),
    )
    return choose(request, question, [Found(o.name, o.rank, o.pk) for o in rows])


def address_of_new_official(way: str, position: Position) -> str:
    """Where an official is added who is then chosen for the position on the page of the `way`."""
    asked = urlencode({"lanjut": way, "jabatan": position.pk})
    return f"{reverse('agreements:official_create')}?{asked}"
