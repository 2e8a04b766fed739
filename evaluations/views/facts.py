"""One fact alone, where every printed figure leads; and the files that prove it."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.permissions import Capability
from agreements.years import policy_or_404
from evaluations import grid, results
from evaluations.calendar import Windows
from evaluations.models import Evidence, Realisation
from evaluations.views.common import who_of
from evaluations.views.revisions import Corrections
from evaluations.workflow import TRANSITIONS
from records import files
from records.history import history_of, latest
from records.models import Event

SHOWN_EVENTS = 100


@require_safe
def realisation_detail(request, year: int, pk: int):
    """What was claimed, verified and final, by whom and when, with proof, history and every promise."""
    policy = policy_or_404(request, year)
    rows = Realisation.objects.visible_to(request.scope, year).filter(period__year=year)
    row = get_object_or_404(rows.whole(), pk=pk)
    day = timezone.localdate()
    windows = Windows.on(day, [row.period])
    who = who_of(request, Capability.ENTER, row.indicator.unit_id)
    corrections = Corrections.of(row, who, windows, policy.tiny_office)
    line = grid.line_of(row, windows)
    promises = grid.signed_promises_of(row.indicator_id, request.scope, year)
    found = results.rows_of(promises, day, row.period)
    unit, events = row.indicator.unit_id, list(history_of(row)[:SHOWN_EVENTS])
    return render(
        request,
        "evaluations/realisation_detail.html",
        {
            "year": year,
            "line": line,
            "row": row,
            "corrections": corrections,
            "told": corrections.told(line.rule),
            "extended_to": _extended_to(row, day),
            "results": [(promise.objective.agreement, found[promise.pk]) for promise in promises],
            "submission": _submission(row, events),
            "events": events,
            "may_enter": permissions.may_enter(request.scope, unit, year),
            "sealed": not permissions.may_view(request.scope, unit, year),
        },
    )


def _submission(row: Realisation, events: Sequence[Event]) -> Event | None:
    """The latest act of submitting it; looked up where it is older than the events shown."""
    if row.submitted_at is None:
        return None
    deed = TRANSITIONS["submit"].deed
    shown = (event for event in events if event.action == deed and not event.refused)
    return next(shown, None) or (latest(row, deed) if len(events) == SHOWN_EVENTS else None)


def _extended_to(row: Realisation, day: date) -> date | None:
    """The end of the time given past the lock, when the value was, or can still be, verified in it."""
    if row.verified_at is not None:
        day = timezone.localdate(row.verified_at)
    if not row.period.is_locked(day):
        return None
    return Windows.on(day, [row.period]).extended_to(row.period, row.indicator.unit_id)


@require_safe
def evidence(request, pk: int):
    """A stored file, as a download, to who may read its unit in its year."""
    found = get_object_or_404(
        Evidence.objects.visible_to(request.scope).select_related("file").filter(file__isnull=False), pk=pk
    )
    if not permissions.may_view(request.scope, found.unit_id, found.year):
        raise Http404
    try:
        return files.response(found.file)
    except files.FileDamaged as error:
        messages.error(request, f"{error} Beri tahu administrator.")
        return redirect("reports:home")
