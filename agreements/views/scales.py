"""Named scales: their steps, and which indicators are measured with them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes, plan_tables
from agreements.forms.planning import ScaleForm
from agreements.models import Scale
from agreements.views.common import demand
from agreements.views.planning import FORM, MAY_NOT
from perjanjian.exporting import show
from perjanjian.paging import page_of


def scale_list(request):
    demand(permissions.may_plan(request.scope), MAY_NOT)
    page = page_of(request, Scale.objects.prefetch_related("steps").with_use())
    return show(request, "agreements/planning/scale_list.html", {"page": page}, plan_tables.scales)


def scale_create(request):
    demand(permissions.may_plan(request.scope), MAY_NOT)
    return _scale_form(
        request, ScaleForm(request.POST or None), "Tambah skala predikat", "menambah skala predikat"
    )


def scale_edit(request, pk: int):
    demand(permissions.may_plan(request.scope), MAY_NOT)
    scale = get_object_or_404(Scale.objects.prefetch_related("steps"), pk=pk)
    form = ScaleForm(request.POST or None, instance=scale)
    return _scale_form(request, form, f"Ubah skala {scale}", "mengubah skala predikat")


def _scale_form(request, form, title: str, action: str):
    if request.method == "POST" and form.is_valid():
        scale = changes.save(request, form, action, capability=Capability.PLAN)
        if scale:
            messages.success(request, f"Skala {scale} sudah disimpan.")
            return redirect("agreements:scale_list")
    lead = "Untuk indikator yang hasilnya predikat, seperti opini BPK atau nilai SAKIP."
    back = reverse("agreements:scale_list")
    return render(request, FORM, {"form": form, "title": title, "lead": lead, "back": back})
