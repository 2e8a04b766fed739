"""Seconds and peak memory of importing: reading a workbook, examining it, applying and taking back.

    .venv/bin/python -m benchmarks.imports [--subject positions budgets plans] [--rows 1000 20000 100000] [--changed]

For each size a process and a database of its own, in a temporary folder: units that exist, and a workbook whose rows
are all new: positions (one relation a row), budgets, or budgets with their plan of twelve months in 24 columns.
--changed then measures the same file with every row changed. Memory is the most this process held so far, and the most
the child held that reads the file, in MB.
"""

import argparse
import atexit
import itertools
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

SUBJECTS = ("positions", "budgets", "plans")
ROWS = (1000, 20_000, 100_000)
UNITS = 200


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--subject", nargs="+", choices=SUBJECTS, default=SUBJECTS[:2])
    parser.add_argument("--changed", action="store_true")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        measure(chosen.subject[0], chosen.one, chosen.changed)
        return
    print(f"{'subject':<10}{'rows':>8} {'step':<10} {'seconds':>8} {'of CPU':>8} {'MB':>6} {'child':>6}")
    for subject, rows in itertools.product(chosen.subject, chosen.rows):
        one = ["--subject", subject, "--one", str(rows), *(["--changed"] if chosen.changed else [])]
        subprocess.run([sys.executable, "-m", "benchmarks.imports", *one], check=True)


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


def measure(kind: str, rows: int, changed: bool) -> None:
    prepare()
    from benchmarks import imported_budgets as budgets
    from benchmarks import imported_positions as positions

    if kind == "positions":
        subject, user = positions.known(UNITS)
        year, books = None, [positions.workbook(rows, UNITS, word) for word in ("Jabatan", "Kepala")]
    else:
        subject, user, year = budgets.known(UNITS)
        books = [budgets.workbook(rows, UNITS, step, plan=kind == "plans") for step in (0, 1)]
    timed = Clock(kind, rows)
    walk(timed, (subject, year), user, books[0], undone=not changed)
    if changed:
        walk(timed, (subject, year), user, books[1], undone=True)


def walk(timed: "Clock", about: tuple, user, content: bytes, *, undone: bool) -> None:
    from agreements.imports import applying, runs, undoing, workflow
    from agreements.models import ImportRun
    from agreements.scope import scope_of
    from records import workbooks
    from records.history import Actor
    from records.uploads import XLSX, Checked

    scope, actor = scope_of(user), Actor(user.pk, user.name)
    timed("read", lambda: workbooks.read(content, "a.xlsx"))
    run = timed("take in", lambda: runs.take_in(*about, Checked(content, XLSX, "a.xlsx"), scope))
    workflow.perform("examine", run, scope)
    found = timed("examine", lambda: runs.examine_now(run, scope).counts)
    run = ImportRun.objects.get(pk=run.pk)
    timed("apply", lambda: applying.apply(run, scope, actor, leave_out=False))
    if undone:
        timed("undo", lambda: undoing.undo(run, scope, actor))
    assert sum(found.values()) == timed.rows
    assert not run.refused


@dataclass(frozen=True)
class Clock:
    """Does a step and prints what it took."""

    kind: str
    rows: int

    def __call__(self, step: str, work):
        began, spent = time.perf_counter(), time.process_time()
        result = work()
        seconds, cpu = time.perf_counter() - began, time.process_time() - spent
        most, child = (
            resource.getrusage(who).ru_maxrss / 1024
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        print(
            f"{self.kind:<10}{self.rows:>8} {step:<10} {seconds:>8.2f} {cpu:>8.2f} {most:>6.0f} {child:>6.0f}",
            flush=True,
        )
        return result


if __name__ == "__main__":
    main()
