"""Penyiapan: what is set up for a year, what is missing, and what to do next."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import permissions
from perjanjian.exporting import show
from reports import tables
from reports.contexts.setup import setup_of

YEARS_SHOWN = 5


@require_safe
def setup(request):
    """The steps for the year asked for (`?tahun=`), by default the latest one that is open."""
    if not permissions.may_change_settings(request.scope):
        raise PermissionDenied("Penyiapan diisi Bagian Organisasi atau Administrator Sistem.")
    policies = list(request.policies)
    asked = request.GET.get("tahun", "")
    policy = next((each for each in policies if str(each.year) == asked), policies[0] if policies else None)
    # A lazy region may stand for none: only its truth tells.
    region = request.region if request.region else None
    found = setup_of(request.scope, region, policy, timezone.localdate())
    context = {"setup": found, "open_years": [each.year for each in policies[:YEARS_SHOWN]]}
    return show(request, "reports/setup.html", context, tables.setup)
