"""Replacing, merging or splitting a unit: what comes instead, what it touches, saving it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts import permissions
from agreements import reorganising
from agreements.forms.reorganisation import ReformForm
from agreements.models import Unit
from agreements.reorganising import Preview
from agreements.views.common import FOUND_AT_MOST, Found, Question, choose, demand, named_in, query_of
from agreements.views.officials import NOT_OWN
from agreements.views.organisation import MAY_NOT


def unit_reorganise(request, pk: int):
    """Ask what replaces the unit; show what that touches; save once it was seen."""
    unit = get_object_or_404(Unit.objects.visible_to(request.scope).with_ancestors(), pk=pk)
    demand(permissions.may_organise(request.scope), MAY_NOT)
    existing = named_in(request, "pengganti", Unit.objects.exclude(pk=pk))
    if "pilih" in request.GET and existing is None:
        return _ask_successor(request, unit)
    form = ReformForm(
        request.POST or None, unit=unit, existing=existing, initial={"day": timezone.localdate()}
    )
    preview = _preview_of(form) if request.method == "POST" and form.is_valid() else None
    for row in preview.assignments if preview else ():
        demand(permissions.may_assign(request.scope, row.official.account_id), NOT_OWN)
    if preview and "simpan" in request.POST:
        try:
            successor = reorganising.perform(request, preview.reform, request.POST.get("mark", ""))
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            messages.success(request, f"{unit} sudah digantikan {successor}.")
            return redirect("agreements:unit_detail", pk=successor.pk)
    context = {"unit": unit, "existing": existing, "form": form, "preview": preview}
    status = 422 if request.method == "POST" and (form.errors or not preview) else 200
    return render(request, "agreements/organisation/reorganise.html", context, status=status)


def _preview_of(form: ReformForm) -> Preview | None:
    """What the typed reform would do; None, with a sentence beside the field, where it cannot be."""
    preview = Preview(form.reform())
    found = reorganising.problems(preview)
    for name, sentence in found.items():
        form.add_error(name, sentence)
    return None if found else preview


def _ask_successor(request, unit: Unit):
    rows = Unit.objects.on(timezone.localdate()).exclude(pk=unit.pk).exclude(parent=None)
    rows = rows.matching(query_of(request)).select_related("parent")[:FOUND_AT_MOST]
    question = Question(
        f"Pilih unit kerja yang menggantikan {unit}",
        f"{unit} berakhir; tugasnya dilanjutkan unit kerja yang dipilih.",
        "pengganti",
        "Nama unit kerja atau kode SKPD",
    )
    return choose(request, question, [Found(row.name, str(row.parent), row.pk) for row in rows])
