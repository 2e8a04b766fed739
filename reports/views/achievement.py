"""Capaian: how every agreement of a year fares, those of perangkat daerah first, each line a door to its rows."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.models import Agreement
from agreements.years import policy_or_404
from evaluations.results import AgreementResult, results_of
from perjanjian.exporting import show
from perjanjian.paging import page_of
from reports import tables

# Values of `jabatan` in the address: who leads a perangkat daerah, and everyone below.
LEADERS, BELOW = "kepala", "bawah"


@require_safe
def achievement(request, year: int):
    """Agreements in force of a year with headline, mean and rating; ?jabatan= chooses whose.

    Those of perangkat daerah, whose number is that of the map, are sorted over all pages: those with figures
    by their mean, lowest first, then those without. Those of the posts below are as many as the region has:
    they stand in the order of their units, and only the page shown is judged.
    """
    policy_or_404(request, year)
    scope = request.scope
    if not scope.reads_something():
        raise PermissionDenied("Capaian hanya untuk yang membaca data kinerja.")
    rows = Agreement.objects.visible_to(scope, year).for_year(year).in_force()
    leading, below = rows.by_leading()
    asked = request.GET.get("jabatan", "")
    # Who reads no agreement of a perangkat daerah finds the others without asking.
    shown = asked if asked in (LEADERS, BELOW) else LEADERS if leading or not below else BELOW
    if shown == LEADERS:
        results = _judged(request, rows.of_leaders().with_parties())
        lines = sorted(results, key=lambda line: (line.mean is None, line.mean or 0))
        page, without = page_of(request, lines), sum(line.mean is None for line in lines)
    else:
        page, without = page_of(request, rows.of_others_than_leaders().with_parties().in_order_of_units()), 0
        page.object_list = _judged(request, page)
    counts = {"leading": leading, "below": below, "without": without}
    context = {"year": year, "page": page, "shown": shown} | counts
    return show(request, "reports/achievement.html", context, tables.achievements)


def _judged(request, agreements) -> list[AgreementResult]:
    """The results in the order of the agreements."""
    found = results_of(list(agreements), timezone.localdate(), words=False, policies=request.policies)
    return list(found.values())
