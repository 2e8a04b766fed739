"""Seconds and peak memory of importing: reading a workbook, examining it, applying and taking back.

    .venv/bin/python -m benchmarks.imports [--rows 1000 20000 100000] [--changed]

For each size a process and a database of its own, in a temporary folder: units that exist, and a workbook of positions
that are all new (one relation a row). --changed then measures the same file with every title changed. Memory is the
most the process held so far (the reader's child apart), in MB.
"""

import argparse
import atexit
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ROWS = (1000, 20_000, 100_000)
UNITS = 200


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--changed", action="store_true")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        measure(chosen.one, chosen.changed)
        return
    print(f"{'rows':>8} {'step':<10} {'seconds':>8} {'of CPU':>8} {'MB':>6}")
    for rows in chosen.rows:
        again = ["--changed"] if chosen.changed else []
        subprocess.run([sys.executable, "-m", "benchmarks.imports", "--one", str(rows), *again], check=True)


def prepare() -> None:
    """Django on an empty database in a folder that goes with the process."""
    folder = tempfile.mkdtemp(prefix="perjanjian-benchmark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.update(
        DEMO="1",
        SECRET_KEY="only-for-benchmarks-" + "0123456789" * 4,
        VAR_DIR=folder,
        DATABASE_URL=f"sqlite:///{folder}/db.sqlite3",
        DJANGO_SETTINGS_MODULE="perjanjian.settings",
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def measure(rows: int, changed: bool) -> None:
    prepare()
    from benchmarks import imported_positions as positions

    subject, user = positions.known(UNITS)
    content = positions.workbook(rows, UNITS, "Jabatan")
    walk(rows, subject, user, content, undone=not changed)
    if changed:
        walk(rows, subject, user, positions.workbook(rows, UNITS, "Kepala"), undone=True)


def walk(rows: int, subject, user, content: bytes, *, undone: bool) -> None:
    from agreements.imports import applying, runs, undoing, workflow
    from agreements.models import ImportRun
    from agreements.scope import scope_of
    from records import workbooks
    from records.history import Actor
    from records.uploads import XLSX, Checked

    scope, actor = scope_of(user), Actor(user.pk, user.name)
    timed(rows, "read", lambda: workbooks.read(content, "a.xlsx"))
    run = timed(rows, "take in", lambda: runs.take_in(subject, None, Checked(content, XLSX, "a.xlsx"), scope))
    workflow.perform("examine", run, scope)
    found = timed(rows, "examine", lambda: runs.examine_now(run, scope).counts)
    run = ImportRun.objects.get(pk=run.pk)
    timed(rows, "apply", lambda: applying.apply(run, scope, actor, leave_out=False))
    if undone:
        timed(rows, "undo", lambda: undoing.undo(run, scope, actor))
    assert sum(found.values()) == rows
    assert not run.refused


def timed(rows: int, step: str, work):
    began, spent = time.perf_counter(), time.process_time()
    result = work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - spent
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{rows:>8} {step:<10} {seconds:>8.2f} {cpu:>8.2f} {most:>6.0f}", flush=True)
    return result


if __name__ == "__main__":
    main()
