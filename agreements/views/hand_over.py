"""Serah terima jabatan: who comes, what it touches, saving it; and the tasks that follow."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from agreements import handing_over, tables
from agreements.enums import FollowUp, Ground
from agreements.forms.hand_over import FollowUpForm, HandOverForm, NoteForm, OtherFollowUpForm
from agreements.handing_over import Preview
from agreements.models import Assignment, HandOver, Official, Position, Unit
from agreements.querysets.organisation import ANCESTORS
from agreements.views.common import FOUND_AT_MOST, Found, Question, choose, demand, number_of, query_of
from agreements.views.officials import ADD_OFFICIAL, NOT_OWN, address_of_new_official, found_officials
from agreements.views.organisation import MAY_NOT
from perjanjian.exporting import show
from perjanjian.numerals import format_date
from perjanjian.paging import page_of, searched

# In the address: nobody comes, the position is left vacant.
NOBODY = 0
OPEN, SETTLED = "terbuka", "selesai"


def hand_over(request, pk: int):
    """Ask who comes, then when and how; show what it touches; save once that was seen."""
    visible = Unit.objects.visible_to(request.scope)
    rows = Position.objects.filter(unit__in=visible).select_related(f"unit__{ANCESTORS}")
    position = get_object_or_404(rows, pk=pk)
    demand(permissions.may_organise(request.scope), MAY_NOT)
    number = number_of(request, "pejabat")
    if number is None:
        return _ask_incoming(request, position)
    incoming = get_object_or_404(Official, pk=number) if number != NOBODY else None
    if incoming:
        demand(permissions.may_assign(request.scope, incoming.account_id), NOT_OWN)
    initial = {"day": timezone.localdate()}
    form = HandOverForm(request.POST or None, position=position, incoming=incoming, initial=initial)
    preview = _preview_of(form) if request.method == "POST" and form.is_valid() else None
    follow_up = None
    if preview:
        for row in preview.ending:
            demand(permissions.may_assign(request.scope, row.official.account_id), NOT_OWN)
        sent = request.POST if "simpan" in request.POST else None
        follow_up = FollowUpForm(sent, proposed=preview.proposed)
        if sent and request.POST.get("mark") != preview.mark:
            form.add_error(None, handing_over.CHANGED)
        elif sent and follow_up.is_valid() and _saved(request, form, preview, follow_up):
            return redirect("agreements:position_detail", pk=pk)
    context = {
        "position": position,
        "incoming": incoming,
        "form": form,
        "preview": preview,
        "follow_up": follow_up,
    }
    status = 422 if request.method == "POST" and (form.errors or not preview) else 200
    return render(request, "agreements/organisation/hand_over.html", context, status=status)


def _preview_of(form: HandOverForm) -> Preview | None:
    """What the typed wish would do; None, with a sentence beside the field, where it cannot be."""
    preview = Preview(form.wish())
    found = handing_over.problems(preview)
    for name, sentence in found.items():
        form.add_error(name if name in form.fields else None, sentence)
    return None if found else preview


def _saved(request, form: HandOverForm, preview: Preview, follow_up: FollowUpForm) -> bool:
    try:
        done = handing_over.perform(request, preview.wish, follow_up.choice(), request.POST["mark"])
    except ValidationError as error:
        form.add_error(None, " ".join(error.messages))
        return False
    whom = f"kepada {preview.wish.incoming}" if preview.wish.incoming else "tanpa pengganti"
    messages.success(
        request,
        f"Serah terima {done.position} {whom} mulai {format_date(done.day)} sudah disimpan. "
        f"Tindak lanjut PK: {done.get_follow_up_display()}.",
    )
    return True


def _ask_incoming(request, position: Position):
    query = query_of(request)
    held = Assignment.objects.on(timezone.localdate()).select_related("position")
    posts = Prefetch("assignments", held, to_attr="held_today")
    rows = found_officials(query).prefetch_related(posts)[: FOUND_AT_MOST - 1]
    nobody = Found("Jabatan dikosongkan", "Pejabat sekarang berakhir, belum ada yang menggantikan.", NOBODY)
    question = Question(
        f"Serah terima {position}",
        "Pilih siapa yang menggantikan. Yang tersentuh ditampilkan sebelum disimpan.",
        "pejabat",
        "Nama atau NIP",
        new_label=ADD_OFFICIAL,
        new_address=address_of_new_official("serah-terima", position),
        back=reverse("agreements:position_detail", args=(position.pk,)),
        back_label=str(position),
    )
    return choose(
        request,
        question,
        [*([] if query else [nobody]), *(Found(o.name, _standing_of(o), o.pk) for o in rows)],
    )


def _standing_of(official: Any) -> str:
    """What tells officials of one name apart: what they hold today (`held_today`), and their rank."""
    posts = [row.title for row in official.held_today]
    return " · ".join(filter(None, [", ".join(posts) or "Tidak memegang jabatan", official.rank]))


# --- the tasks ----------------------------------------------------------------------------------


def hand_over_list(request):
    """All hand-overs, those that still ask something first; for who keeps the organisation."""
    demand(permissions.may_organise(request.scope), MAY_NOT)
    state, text = request.GET.get("keadaan", OPEN), searched(request)
    rows = HandOver.objects.settled() if state == SETTLED else HandOver.objects.open()
    if text:
        rows = rows.matching(text)
    page = page_of(request, rows.whole().order_by("-day", "-pk"))
    for row in page:
        row.amend_address = _amend_address(request, row) if row.follow_up == FollowUp.NEW else ""
    context = {
        "state": state,
        "text": text,
        "states": ((OPEN, "Perlu tindakan"), (SETTLED, "Selesai")),
        "page": page,
    }
    return show(request, "agreements/organisation/hand_over_list.html", context, tables.hand_overs)


def hand_over_detail(request, pk: int):
    """What a hand-over asks, with what settles it: a new agreement, a note, another follow-up."""
    demand(permissions.may_organise(request.scope), MAY_NOT)
    row = get_object_or_404(HandOver.objects.whole().with_outcome(), pk=pk)
    deciding = "ubah" in request.POST
    note = NoteForm(request.POST if request.method == "POST" and not deciding else None)
    other = OtherFollowUpForm(
        request.POST if deciding else None, prefix="lain", initial={"follow_up": row.follow_up}
    )
    form = other if deciding else note
    if request.method == "POST" and form.is_valid():
        try:
            if deciding:
                handing_over.decide(request, row, other.choice())
            else:
                handing_over.settle(request, row, note.cleaned_data["note"])
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            messages.success(request, "Tindak lanjut serah terima sudah disimpan.")
            return redirect("agreements:hand_over_list")
    open_now = row.settled_at is None and not row.signed
    context = {
        "row": row,
        "note": note,
        "other": other,
        "is_open": open_now,
        "amend": _amend_address(request, row),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "agreements/organisation/hand_over_detail.html", context, status=status)


def _amend_address(request, row: HandOver) -> str:
    """Where the PK Perubahan of the new holder is started, for who may; empty otherwise."""
    agreement = row.agreement
    if agreement is None or row.incoming is None:
        return ""
    if not permissions.may_draft(request.scope, agreement.unit_id, agreement.year):
        return ""
    reason = f"{row.incoming.official} menjabat {row.incoming.title} sejak {format_date(row.day)}."
    asked = urlencode({"dasar": Ground.OFFICIAL.value, "alasan": reason})
    return f"{reverse('agreements:amend', args=(agreement.year, agreement.pk))}?{asked}"
