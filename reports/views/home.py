"""Beranda, the guide, the history: where everyone starts."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.permissions import Capability
from agreements.years import policy_or_404
from perjanjian.exporting import show
from perjanjian.paging import page_of, searched
from records.models import Event
from reports import tables
from reports.contexts import home as home_context
from reports.navigation import year_of


@require_safe
def home(request):
    """To the Beranda of the running year; before any year is open, a page that says what to do."""
    years = [policy.year for policy in request.policies]
    if not years:
        if permissions.may_change_settings(request.scope):
            return redirect("reports:setup")
        return render(request, "reports/empty.html")
    # A guest may read some years only: the latest of those is where the work is.
    readable = [year for year in years if request.scope.may_somewhere(Capability.VIEW, year)]
    return redirect("reports:year_home", year_of(request, readable or years))


@require_safe
def year_home(request, year: int):
    """What waits for this account, first; then where the year stands."""
    policy = policy_or_404(request, year)
    today = timezone.localdate()
    scope = request.scope
    context = {
        "year": year,
        "today": today,
        "posts": [*sorted(scope.post_titles.values()), *sorted(scope.delegated.values())],
        "home": home_context.home(scope, policy, today),
        # The list stands first of many parts: its links stand with it.
        "exports": "",
    }
    return show(request, "reports/home.html", context, tables.tasks)


@require_safe
def guide(request):
    return render(request, "reports/guide.html")


@require_safe
def history(request):
    """The whole event chain, newest first, with its hashes; for who may read it."""
    if not permissions.may_read_history(request.scope):
        raise PermissionDenied(
            "Riwayat seluruh sistem hanya untuk Bagian Organisasi, Inspektorat, dan administrator."
        )
    events = Event.objects.order_by("-number")
    text = searched(request)
    if text:
        events = events.filter(subject__icontains=text) | events.filter(actor_name__icontains=text)
    context = {"text": text, "page": page_of(request, events)}
    return show(request, "reports/history.html", context, tables.history)
