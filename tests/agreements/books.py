"""Workbooks as the reader gives them, made of rows in a test, and what the machinery says of them."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.permissions import NOBODY
from agreements.imports import applying, examining, reading, runs, spec, undoing, workflow
from agreements.imports.examining import Examination
from agreements.imports.spec import Context
from agreements.models import ImportRun
from agreements.scope import scope_of
from perjanjian.sheets import Heading, Page
from perjanjian.sheets import xlsx as write_xlsx
from records import uploads
from records.history import Actor

DAY = date(2026, 7, 20)


def book(*sheets: tuple[str, list[list[Any]]]) -> SimpleNamespace:
    return SimpleNamespace(
        sheets=tuple(SimpleNamespace(name=name, rows=rows, hidden=False) for name, rows in sheets)
    )


def examined(subject: str, workbook: Any, year: int | None = None, day: date = DAY) -> Examination:
    known = spec.subject(subject)
    assert known
    plans = reading.plan_of(known, workbook, year)
    return examining.examine(known, Context(NOBODY, day, year), workbook, plans)


def said_of(examination: Examination) -> list[tuple[int, str, str]]:
    """Every fault as (row, letter of the column, sentence)."""
    return [
        (finding.row, fault.column, fault.sentence)
        for finding in examination.findings()
        for fault in finding.faults
    ]


def upload(content: bytes, name: str = "isi.xlsx") -> uploads.Checked:
    return uploads.checked(SimpleUploadedFile(name, content), uploads.WORKBOOK)


def xlsx(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    """A workbook whose first row of each sheet is its heading."""
    return write_xlsx(
        [Page(title, tuple(Heading(str(text or "")) for text in rows[0]), rows[1:]) for title, rows in sheets]
    )


class Importer:
    """One account importing one subject: takes in, examines, applies and takes back, as the pages do."""

    def __init__(self, subject: str, user: Any, year: int | None = None):
        found = spec.subject(subject)
        assert found
        self.subject, self.user, self.year = found, user, year

    @property
    def scope(self):
        return scope_of(self.user)

    @property
    def actor(self) -> Actor:
        return Actor(self.user.pk, self.user.name)

    def take_in(self, content: bytes, name: str = "isi.xlsx") -> ImportRun:
        return runs.take_in(self.subject, self.year, upload(content, name), self.scope)

    def examine(self, content: bytes, name: str = "isi.xlsx") -> ImportRun:
        run = self.take_in(content, name)
        runs.examine_now(workflow.perform("examine", run, self.scope), self.scope)
        return run

    def apply(self, run: ImportRun, leave_out: bool = False) -> ImportRun:
        return applying.apply(run, self.scope, self.actor, leave_out=leave_out)

    def undo(self, run: ImportRun) -> ImportRun:
        return undoing.undo(run, self.scope, self.actor)


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    """New, changed, same, refused."""
    return run.new, run.changed, run.same, run.refused
