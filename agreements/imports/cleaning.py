"""Forgets what examining found of files nobody went on with; the file stays and can be examined again."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from agreements.enums import ImportState
from agreements.imports import runs, workflow
from agreements.models import ImportRow, ImportRun

KEPT_DAYS = 30
FORGOTTEN = f"Hasil pemeriksaan berkas ini dihapus karena {KEPT_DAYS} hari tidak diterapkan. Periksa lagi untuk melihatnya."


def forget_old(day: date | None = None) -> int:
    """Delete the findings of files examined more than KEPT_DAYS before the day and not applied; how many files.

    A file somebody takes further at that moment is left alone.
    """
    last = (day or timezone.localdate()) - timedelta(days=KEPT_DAYS)
    states = (ImportState.UPLOADED, ImportState.EXAMINED)
    waiting = ImportRun.objects.filter(state__in=states, created_at__date__lt=last)
    waiting = waiting.filter(Exists(ImportRow.objects.filter(run=OuterRef("pk"))))
    count = 0
    for run in waiting.iterator(chunk_size=runs.BATCH):
        if runs.options_of(run).get(runs.EXAMINED_ON, "") >= last.isoformat():
            continue
        try:
            with transaction.atomic():
                workflow.move("forget", run, message=FORGOTTEN)
                ImportRow.objects.filter(run=run).delete()
        except workflow.TransitionError:
            continue
        count += 1
    return count
