"""Work for the worker. Our own row is the truth; the queue only carries its number.

A kind is a function that makes a file. It may run twice (a worker killed half-way), so it only
computes and stores; the row points at the last result.
"""

import json
import logging
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from records.enums import JobState
from records.models import Job, StoredFile

log = logging.getLogger(__name__)
Report = Callable[[int, str], None]
Maker = Callable[[Job, dict, Report], StoredFile]
_kinds: dict[str, Maker] = {}
STALE = timedelta(minutes=10)
MOST_ATTEMPTS = 3


class JobRefused(Exception):
    """The work cannot be done; the sentence is shown to who asked for it."""


def kind(name: str) -> Callable[[Maker], Maker]:
    """Registers the function that does one kind of job."""

    def register(function: Maker) -> Maker:
        _kinds[name] = function
        return function

    return register


def written(arguments: dict) -> str:
    """What a job is to do, as its row keeps it: the same work is the same text."""
    return json.dumps(arguments, sort_keys=True)


def enqueue(name: str, title: str, owner_id: int, **arguments) -> Job:
    """A new job, handed to the worker when the present transaction is done."""
    job = Job.objects.create(kind=name, title=title[:200], owner_id=owner_id, arguments=written(arguments))
    transaction.on_commit(lambda: run_job.enqueue(str(job.pk)))
    return job


@task()
def run_job(job_id: str) -> None:
    run(uuid.UUID(job_id))


def run(job_id: uuid.UUID) -> None:
    """Do the work of one job now and write down how it ended; never raises for the work itself."""
    claimed = (
        Job.objects.filter(pk=job_id)
        .exclude(state__in=(JobState.DONE, JobState.RUNNING))
        .update(state=JobState.RUNNING, progress=0, message="", touched_at=timezone.now())
    )
    if not claimed:
        return
    job = Job.objects.get(pk=job_id)

    def report(percent: int, message: str) -> None:
        Job.objects.filter(pk=job_id).update(
            progress=max(0, min(percent, 100)), message=message[:300], touched_at=timezone.now()
        )

    try:
        result = _kinds[job.kind](job, json.loads(job.arguments), report)
    except JobRefused as refusal:
        _end(job, JobState.FAILED, str(refusal))
    except Exception:
        log.exception("Pekerjaan %s gagal", job_id)
        _end(
            job,
            JobState.FAILED,
            "Terjadi kesalahan saat membuat dokumen. Coba sekali lagi atau hubungi administrator.",
        )
    else:
        Job.objects.filter(pk=job_id).update(
            state=JobState.DONE, progress=100, message="", result=result, touched_at=timezone.now()
        )


def _end(job: Job, state: JobState, message: str) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, message=message[:300], touched_at=timezone.now())


def revive_stale() -> int:
    """Hand jobs whose worker died to the worker again; after three tries they count as failed."""
    stale = Job.objects.filter(
        state__in=(JobState.RUNNING, JobState.WAITING), touched_at__lt=timezone.now() - STALE
    )
    revived = 0
    for job in stale:
        # One that still waits was never begun: it is handed on, and no attempt is counted.
        begun = job.state == JobState.RUNNING
        if begun and job.attempts + 1 >= MOST_ATTEMPTS:
            _end(job, JobState.FAILED, "Pekerjaan terhenti tiga kali. Hubungi administrator.")
            continue
        Job.objects.filter(pk=job.pk).update(
            state=JobState.WAITING, attempts=job.attempts + begun, touched_at=timezone.now()
        )
        run_job.enqueue(str(job.pk))
        revived += 1
    return revived
