"""Draf untuk semua: who must sign, who has an agreement, and drafts for the others in one action."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import permissions
from accounts.permissions import Capability
from agreements import lateness, mass_drafting, tables
from agreements.middleware import actor_of
from agreements.models import Position
from agreements.views.common import numbers_in
from agreements.years import policy_or_404
from perjanjian.exporting import show
from perjanjian.paging import page_of

# Posts of a page: the heads of a large government; ticking does not reach beyond a page.
MOST = 100


@require_http_methods(["GET", "HEAD", "POST"])
def draft_all(request, year: int):
    """Shown first, with what each draft would lack; made for those that are ticked."""
    policy = policy_or_404(request, year)
    if not permissions.may_draft_for_all(request.scope, year):
        raise PermissionDenied("Draf untuk semua dibuat oleh Bagian Organisasi.")
    day = timezone.localdate()
    positions = Position.objects.obliged(lateness.day_within(year, day)).select_related("superior")
    page = page_of(request, positions.order_by("unit__order", "unit_id", "pk"), MOST)
    rows = mass_drafting.rows_of(list(page), policy, day, request.tree)
    if request.method == "POST":
        ticked = numbers_in(request.POST.getlist("jabatan"))
        chosen = [row for row in rows if row.position.pk in ticked]
        actor = actor_of(request, request.scope.capacity(Capability.DRAFT, year=year))
        _say(request, mass_drafting.draft_each(chosen, policy, day, actor))
        return redirect(request.get_full_path())
    context = {
        "year": year,
        "page": page,
        "rows": rows,
        "without": sum(row.agreement is None for row in rows),
        "lacking": sum(bool(row.gaps) for row in rows),
    }
    return show(request, "agreements/draft_all.html", context, tables.drafts_for_all)


def _say(request, outcomes: list[mass_drafting.Outcome]) -> None:
    made = [outcome for outcome in outcomes if not outcome.said]
    if not outcomes:
        messages.error(request, "Belum ada jabatan yang dicentang. Centang paling sedikit satu.")
    if made:
        messages.success(request, f"{len(made)} draf dibuat. Yang masih kurang disebut pada barisnya.")
    for outcome in outcomes:
        if outcome.said:
            messages.warning(request, f"{outcome.position}: {outcome.said}")
