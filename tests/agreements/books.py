"""Workbooks as the reader gives them, made of rows in a test, and what the machinery says of them."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from accounts.permissions import NOBODY
from agreements.imports import examining, reading, spec
from agreements.imports.examining import Examination
from agreements.imports.spec import Context

DAY = date(2026, 7, 20)


def book(*sheets: tuple[str, list[list[Any]]]) -> SimpleNamespace:
    return SimpleNamespace(sheets=tuple(SimpleNamespace(name=name, rows=rows) for name, rows in sheets))


def examined(subject: str, workbook: Any, year: int | None = None, day: date = DAY) -> Examination:
    known = spec.subject(subject)
    assert known
    plans = reading.plan_of(known, workbook, year)
    return examining.examine(known, Context(NOBODY, day, year), workbook, plans)


def exported(subject: str, year: int | None = None, day: date = DAY) -> SimpleNamespace:
    """What an export of the subject says now, as a workbook to be read again."""
    known = spec.subject(subject)
    assert known
    context, sheets = Context(NOBODY, day, year), []
    for sheet in known.sheets:
        columns = sheet.columns(year)
        rows = list(sheet.resource(context, columns).exported())
        sheets.append((sheet.title, [[column.label for column in columns], *rows]))
    return book(*sheets)


def remarks_of(examination: Examination) -> list[tuple[int, str, str]]:
    """Every remark as (row, letter of the column, sentence)."""
    return [
        (finding.row, remark.column, remark.sentence)
        for finding in examination.findings()
        for remark in finding.remarks
    ]


def said_of(examination: Examination) -> list[tuple[int, str, str]]:
    """Every fault as (row, letter of the column, sentence)."""
    return [
        (finding.row, fault.column, fault.sentence)
        for finding in examination.findings()
        for fault in finding.faults
    ]
