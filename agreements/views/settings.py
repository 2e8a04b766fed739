"""The region's identity, its emblems, and the policies of each year."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import condition, require_safe

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes
from agreements.forms.settings import OpenYearForm, RegionForm
from agreements.middleware import actor_of
from agreements.models import Region, YearPolicy
from agreements.views.common import demand
from agreements.years import open_year
from perjanjian.colours import stylesheet
from records import files
from records.history import Act, record

MAY_NOT = "Pengaturan diubah oleh Bagian Organisasi atau Administrator Sistem."


def region_settings(request):
    demand(permissions.may_change_settings(request.scope), MAY_NOT)
    # Without a number the row is a new one; its default makes it the only one.
    region = Region.objects.select_related("emblem", "state_emblem").first() or Region(pk=None)
    is_first = region.pk is None
    form = RegionForm(
        request.POST or None, request.FILES or None, instance=region, account_id=request.user.pk
    )
    valid = request.method == "POST" and form.is_valid()
    if valid and changes.save(request, form, "mengubah identitas daerah", capability=Capability.SETTINGS):
        messages.success(request, "Identitas daerah sudah disimpan.")
        return redirect("reports:setup" if is_first else "agreements:region_settings")
    stored = Region.objects.select_related("emblem", "state_emblem").first()
    context = {"form": form, "stored": stored, "timeline": changes.timeline(stored) if stored else ()}
    return render(request, "agreements/settings/region.html", context)


def _emblem_of(name: str):
    region = Region.objects.select_related(name).first()
    return getattr(region, name) if region else None


def _tag_of(name: str):
    def tag(request, *args, **kwargs) -> str | None:
        stored = _emblem_of(name)
        return f'"{stored.sha256}"' if stored else None

    return tag


def _emblem(name: str):
    stored = _emblem_of(name)
    if stored is None:
        raise Http404
    try:
        answer = files.response(stored, inline=True)
    except files.FileDamaged as damage:
        raise Http404(str(damage)) from damage
    # A browser asks again each time and is answered without the picture while it is the same.
    answer["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_safe
@condition(etag_func=_tag_of("emblem"))
def emblem(request):
    """The region's emblem; public, since the sign-in page shows it."""
    return _emblem("emblem")


@require_safe
@condition(etag_func=_tag_of("state_emblem"))
def state_emblem(request):
    return _emblem("state_emblem")


def colours_of(region: Region | None) -> str:
    """The address of the stylesheet with the region's colour; empty where it is the one app.css has.

    It names the colour, so that a browser keeps it for good and asks anew once the colour is another.
    """
    if not region or region.colour.lower() == Region._meta.get_field("colour").default:
        return ""
    return f"{reverse('agreements:colours')}?{region.colour.lower().removeprefix('#')}"


@login_not_required
@require_safe
def colours(request):
    """The region's colour as variables; public, since the sign-in page wears it too."""
    colour = request.region.colour if request.region else Region().colour
    answer = HttpResponse(stylesheet(colour.lower()), content_type="text/css; charset=utf-8")
    asked_for = request.META.get("QUERY_STRING", "") == colour.lower().removeprefix("#")
    answer["Cache-Control"] = "public, max-age=31536000, immutable" if asked_for else "no-cache"
    return answer


# --- policies of a year ---------------------------------------------------------------------


def policy_list(request):
    demand(permissions.may_change_settings(request.scope), MAY_NOT)
    return render(request, "agreements/settings/policy_list.html", {"policies": YearPolicy.objects.all()})


def policy_create(request):
    demand(permissions.may_change_settings(request.scope), MAY_NOT)
    latest = YearPolicy.objects.values_list("year", flat=True).first()
    form = OpenYearForm(
        request.POST or None, initial={"year": latest + 1 if latest else timezone.localdate().year}
    )
    if request.method == "POST" and form.is_valid():
        policy = _open(request, form.cleaned_data["year"])
        messages.success(
            request,
            f"Tahun {policy.year} sudah dibuka. Periksa kebijakannya, lalu buat jadwal pengukurannya.",
        )
        return redirect("evaluations:policy", year=policy.year)
    context = {"form": form, "title": "Buka tahun kinerja", "back": reverse("agreements:policy_list")}
    return render(request, "agreements/form.html", context | {"submit": "Buka tahun"})


@transaction.atomic
def _open(request, year: int) -> YearPolicy:
    policy = open_year(year)
    actor = actor_of(request, request.scope.capacity(Capability.SETTINGS))
    record(actor, Act("membuka tahun", policy, after={"tahun": str(year)}))
    return policy
