"""Capaian: how every agreement of a year fares, the worst first, each line a door to its rows."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.permissions import Capability
from agreements.models import Agreement
from agreements.years import policy_or_404
from evaluations.results import results_of
from perjanjian.paging import page_of


@require_GET
def achievement(request, year: int):
    """Agreements in force of a year with headline, mean and rating.

    Sorted by the page's own rows: those with figures by their mean, lowest first, then those without.
    """
    policy_or_404(year)
    scope = request.scope
    if not (scope.may_somewhere(Capability.VIEW) or scope.posts):
        raise PermissionDenied("Capaian hanya untuk yang membaca data kinerja.")
    rows = Agreement.objects.visible_to(scope, year).for_year(year).in_force().with_parties()
    paged = page_of(request, rows)
    results = results_of(list(paged["page"].object_list), timezone.localdate(), words=False)
    lines = sorted(
        (results[agreement.pk] for agreement in paged["page"].object_list),
        key=lambda r: (r.mean is None, r.mean if r.mean is not None else 0),
    )
    return render(request, "reports/achievement.html", {"year": year, "lines": lines, **paged})
