"""Capaian: how every agreement of a year fares, the worst first, each line a door to its rows."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.models import Agreement
from agreements.years import policy_or_404
from evaluations.results import results_of
from perjanjian.paging import page_of


@require_safe
def achievement(request, year: int):
    """Agreements in force of a year with headline, mean and rating.

    Sorted over all pages: those with figures by their mean, lowest first, then those without.
    """
    policy_or_404(request, year)
    scope = request.scope
    if not scope.reads_something():
        raise PermissionDenied("Capaian hanya untuk yang membaca data kinerja.")
    rows = Agreement.objects.visible_to(scope, year).for_year(year).in_force().with_parties()
    results = results_of(list(rows), timezone.localdate(), words=False)
    lines = sorted(results.values(), key=lambda r: (r.mean is None, r.mean if r.mean is not None else 0))
    return render(
        request,
        "reports/achievement.html",
        {"year": year, "page": page_of(request, lines), "without": sum(r.mean is None for r in lines)},
    )
