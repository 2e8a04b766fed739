"""How late a value was submitted: by the day of its first submission, in the region's own time.

What was sent back and mended in the days for mending is not late for that: the history knows when it came
first. What was taken back and submitted again came when it came again.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils import timezone

from evaluations.enums import REPORTED, ValueState
from evaluations.models import Realisation
from evaluations.workflow import TRANSITIONS
from records import history

SUBMITTED = TRANSITIONS["submit"].deed
TAKEN_BACK = {TRANSITIONS[step].deed for step in ("withdraw", "release")}


def late_days(rows: Collection[Realisation]) -> dict[int, int]:
    """Days after the filling day by pk, for the late ones alone; the rows come with their period.

    One query, and none where nothing looks late. A figure that had to wait for its release is not late.
    """
    suspects = {row.pk: row for row in rows if _days(row, row.submitted_at) and not _waited(row)}
    first = _first_submissions(suspects) if suspects else {}
    found = {pk: _days(row, first.get(pk, row.submitted_at)) for pk, row in suspects.items()}
    return {pk: days for pk, days in found.items() if days}


def _days(row: Realisation, submitted: datetime | None) -> int:
    if submitted is None or row.status not in REPORTED:
        return 0
    return max(0, (timezone.localdate(submitted) - row.period.fill_by).days)


def _waited(row: Realisation) -> bool:
    return row.state == ValueState.MEASURED and row.expected_on is not None


def _first_submissions(rows: Mapping[int, Realisation]) -> dict[int, datetime]:
    """When each value that stands now was first submitted."""
    found: dict[int, datetime] = {}
    for event in history.acts_on(Realisation, rows, {SUBMITTED, *TAKEN_BACK}):
        pk = int(event.subject_id)
        if event.action in TAKEN_BACK:
            found.pop(pk, None)
        else:
            found.setdefault(pk, event.at)
    return found
