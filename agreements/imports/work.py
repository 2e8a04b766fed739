"""Examining and applying large workbooks by the worker. Registered with the queue when this module is read."""

from agreements.enums import ImportState
from agreements.imports import applying, runs, templates, workflow
from agreements.imports.workflow import TransitionError
from agreements.models import ImportRun
from agreements.scope import scope_of
from perjanjian.faults import Damaged
from records import files, jobs
from records.history import Actor
from records.models import Job, StoredFile
from records.uploads import XLSX
from records.workbooks import WorkbookRefused

EXAMINE, APPLY = "import_examine", "import_apply"
GONE = "Impor ini tidak lagi menunggu dikerjakan."


def order_examination(run: ImportRun, owner_id: int) -> Job:
    """Hand the examination to the worker, in the transaction that puts the run into EXAMINING."""
    return jobs.enqueue(EXAMINE, f"Memeriksa {run.file}", owner_id, run=str(run.pk))


def order_applying(run: ImportRun, owner_id: int, leave_out: bool, actor: Actor) -> Job:
    return jobs.enqueue(
        APPLY,
        f"Menerapkan {run.file}",
        owner_id,
        run=str(run.pk),
        leave_out=leave_out,
        capacity=actor.capacity,
        address=actor.address,
    )


def _run_of(job: Job, arguments: dict) -> ImportRun:
    return ImportRun.objects.select_related("file").get(pk=arguments["run"])


@jobs.kind(EXAMINE)
def examine(job: Job, arguments: dict, report: jobs.Report) -> StoredFile:
    """Examine the run; the result is the file with its faults as notes, or the file itself without any."""
    run, scope = _run_of(job, arguments), scope_of(job.owner)
    if run.state == ImportState.EXAMINED and run.job_id == job.pk:
        return run.file
    if run.state != ImportState.EXAMINING or run.job_id != job.pk:
        raise jobs.JobRefused(GONE)
    try:
        runs.examine_now(run, scope, report)
        if not run.refused:
            return run.file
        report(90, "Menulis catatan ke berkas")
        return noted_file(run, runs.context_of(run, scope), job.owner_id)
    except (WorkbookRefused, TransitionError, Damaged) as error:
        _give_up(run, str(error))
        raise jobs.JobRefused(str(error)) from error


def noted_file(run: ImportRun, context: runs.Context, account_id: int) -> StoredFile:
    name = f"Catatan {run.file.original_name.rsplit('.', 1)[0]}.xlsx"
    return files.store(templates.annotated(run, context), name, XLSX, account_id)


@jobs.kind(APPLY)
def apply(job: Job, arguments: dict, report: jobs.Report) -> StoredFile:
    """Apply the run once, however often the worker is asked to; the result is the file that was applied."""
    run, scope = _run_of(job, arguments), scope_of(job.owner)
    if run.state == ImportState.APPLIED and run.job_id == job.pk:
        return run.file
    if run.state != ImportState.APPLYING or run.job_id != job.pk:
        raise jobs.JobRefused(GONE)
    actor = Actor(job.owner_id, job.owner.name, arguments["capacity"], arguments["address"])
    try:
        if not workflow.may_import(scope, run):
            raise TransitionError("Akun ini tidak lagi boleh mengimpor isi ini.")
        applying.apply(run, scope, actor, leave_out=arguments["leave_out"], report=report)
    except (WorkbookRefused, TransitionError, Damaged) as error:
        _give_up(ImportRun.objects.get(pk=run.pk), str(error))
        raise jobs.JobRefused(str(error)) from error
    return run.file


def _give_up(run: ImportRun, sentence: str) -> None:
    """Back to where the person can try again, with the reason."""
    if run.state in (ImportState.EXAMINING, ImportState.APPLYING):
        workflow.move("give_up", run, message=sentence)
