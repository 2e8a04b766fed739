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


def said_of(examination: Examination) -> list[tuple[int, str, str]]:
    """Every fault as (row, letter of the column, sentence)."""
    return [
        (finding.row, fault.column, fault.sentence)
        for finding in examination.findings()
        for fault in finding.faults
    ]
