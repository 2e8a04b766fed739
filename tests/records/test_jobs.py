"""The job row is the truth: done once, failed with words, revived when its worker died."""

from datetime import timedelta

import pytest
from django.utils import timezone

from records import files, jobs
from records.enums import JobState
from records.models import Job
from tests.factories import make_user

ran = []


@jobs.kind("uji")
def _make(job, arguments, report):
    ran.append(arguments)
    report(50, "separuh jalan")
    if arguments.get("refuse"):
        raise jobs.JobRefused("Belum ada PK yang berlaku.")
    if arguments.get("break"):
        raise ValueError("rahasia dalam")
    return files.store(b"hasil", "hasil.pdf", "application/pdf", job.owner_id)


@pytest.fixture
def owner(db):
    ran.clear()
    return make_user("pemesan")


def test_a_job_is_done_once(owner):
    job = jobs.enqueue("uji", "Uji", owner.pk, unit=3)
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.progress, files.read(job.result)) == (JobState.DONE, 100, b"hasil")
    assert ran == [{"unit": 3}]


def test_a_refusal_is_shown_as_it_is(owner):
    job = jobs.enqueue("uji", "Uji", owner.pk, refuse=True)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, "Belum ada PK yang berlaku.")


def test_a_bug_is_logged_and_not_shown(owner, caplog):
    job = jobs.enqueue("uji", "Uji", owner.pk, **{"break": True})
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "rahasia" not in job.message
    assert "rahasia dalam" in caplog.text


def test_a_failed_job_may_be_run_again(owner):
    job = jobs.enqueue("uji", "Uji", owner.pk, refuse=True)
    jobs.run(job.pk)
    jobs.run(job.pk)
    assert len(ran) == 2


def test_the_queue_gets_the_job_when_the_transaction_is_done(
    owner, django_capture_on_commit_callbacks, settings
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue("uji", "Uji", owner.pk)
        assert ran == []
    job.refresh_from_db()
    assert job.state == JobState.DONE


def stall(job, attempts=0):
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=attempts, touched_at=timezone.now() - timedelta(hours=1)
    )


def test_a_job_whose_worker_died_is_handed_on(owner):
    job = jobs.enqueue("uji", "Uji", owner.pk)
    stall(job)
    assert jobs.revive_stale() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.WAITING, 1)


def test_after_three_tries_it_is_over(owner):
    job = jobs.enqueue("uji", "Uji", owner.pk)
    stall(job, attempts=2)
    assert jobs.revive_stale() == 0
    job.refresh_from_db()
    assert (job.state, job.message) == (
        JobState.FAILED,
        "Pekerjaan terhenti tiga kali. Hubungi administrator.",
    )


def test_a_job_that_moves_is_left_alone(owner):
    job = jobs.enqueue("uji", "Uji", owner.pk)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    assert jobs.revive_stale() == 0
