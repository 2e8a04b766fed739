"""What the pages of facts share: the year, its periods, the unit, and who acts."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.permissions import Capability
from agreements.middleware import actor_of
from agreements.models import Unit
from evaluations.models import Period
from evaluations.workflow import Who
from records import history
from records.history import Act


def periods_or_404(year: int, number: int) -> tuple[Period, list[Period]]:
    """A quarter of an open year, and all of that year."""
    periods = list(Period.objects.of_indicators(year))
    for period in periods:
        if period.number == number:
            return period, periods
    raise Http404("Jadwal pengukuran tahun ini belum dibuat.")


def unit_or_404(request, unit: int, year: int) -> Unit:
    """A unit this account may see; any other is not there."""
    return get_object_or_404(Unit.objects.visible_to(request.scope, year=year), pk=unit)


def who_of(request, capability: Capability, unit_id: int | None = None) -> Who:
    """Who acts in this request, in what capacity, now."""
    capacity = request.scope.capacity(capability, unit_id)
    return Who(request.scope, actor_of(request, capacity), timezone.now())


def refused(request, deed: str, subject, sentence: str, unit: Unit | None = None) -> PermissionDenied:
    """The 403 to raise; an attempt to change something is written into the history."""
    if request.method == "POST":
        history.record(actor_of(request), Act(deed, subject, unit=unit, refused=True))
    return PermissionDenied(sentence)
