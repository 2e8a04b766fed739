"""One uploaded workbook on its way: taken in, its columns matched, examined; here or by the worker."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.permissions import Scope
from agreements.enums import RowOutcome
from agreements.imports import reading, spec, workflow
from agreements.imports.examining import Examination, Fault, Report, examine
from agreements.imports.reading import SheetPlan
from agreements.imports.spec import Context, Subject
from agreements.models import ImportMapping, ImportRow, ImportRun, Region
from records import files, uploads, workbooks
from records.uploads import Checked
from records.workbooks import Workbook

# More rows than these are examined and applied by the worker.
IN_REQUEST = 2000
BATCH = 1000
# What a person chose or should know of the whole file, by name in `ImportRun.options`.
DECIMAL_POINT, POINTED, DOUBT, EXAMINED_ON = "decimal_point", "pointed", "doubt", "examined_on"
# The dialect of figures whose decimal sign is the point.
POINT = "en"
# So many figures with a decimal point are no slip of the finger: the person is asked.
MANY_POINTS = 3
COPY_INSTEAD = "Periksa berkasnya, atau salin datanya ke templat."


class NotOurs(Exception):
    """The workbook has none of the subject's sheets; the sentence says what was expected."""


class TooEarly(Exception):
    """The subject rests on something that is not there yet; the sentence says on what."""


def subject_of(run: ImportRun) -> Subject:
    """The subject of a run; a run of one that is known no more cannot be seen at all."""
    found = spec.subject(run.subject)
    if found is None:
        raise LookupError(run.subject)
    return found


def context_of(run: ImportRun, scope: Scope) -> Context:
    dialect = POINT if options_of(run).get(DECIMAL_POINT) else "id"
    return Context(scope, timezone.localdate(), run.year, Region.objects.first(), dialect)


def workbook_of(run: ImportRun) -> Workbook:
    """The file again. Raises FileDamaged, or WorkbookRefused when its reader has become stricter."""
    return workbooks.read(files.read(run.file), run.file.original_name)


# --- taking in --------------------------------------------------------------------------------


def take_in(subject: Subject, year: int | None, upload: Checked, scope: Scope) -> ImportRun:
    """Keep the file and propose how it is read, as its source was read before.

    Raises:
        WorkbookRefused: it is no workbook we read.
        NotOurs: no sheet of it has the subject's headings, nor a table whose columns a person could match.
        TooEarly: something else has to be there first.
    """
    if sentence := subject.waits_for(year):
        raise TooEarly(sentence)
    workbook = workbooks.read(upload.content, upload.name)
    plans = reading.plan_of(subject, workbook, year)
    options: dict[str, Any] = {"sheets": _sheets_in(workbook)}
    if other := _likelier(subject, workbook, year, scope):
        raise NotOurs(f"Berkas ini tampaknya berisi {other.title}, bukan {subject.title}; pilih isi itu.")
    if not reading.is_ours(plans, subject, year):
        plans = _by_hand(subject, workbook, year)
        if not any(is_remembered(subject, plan) for plan in plans if plan.is_read):
            options[DOUBT] = _not_ours(subject, year)
    recalled = [_recall(subject, plan, year) for plan in plans]
    options[DECIMAL_POINT] = any(recalled)
    options[POINTED] = reading.decimal_points(subject, workbook, plans, year)
    media_type = uploads.type_of(upload.content) or uploads.CSV
    stored = files.store(upload.content, upload.name, media_type, scope.account_id)
    try:
        return ImportRun.objects.create(
            subject=subject.key,
            year=year,
            file=stored,
            owner_id=_signed_in(scope),
            plan=written_plans(plans),
            options=json.dumps(options),
            rows=rows_planned(workbook, plans),
        )
    except BaseException:
        files.discard(stored)
        raise


def _by_hand(subject: Subject, workbook: Workbook, year: int | None) -> list[SheetPlan]:
    plans = reading.plans_by_hand(subject, workbook, year)
    if plans is None:
        raise NotOurs(f"{_not_ours(subject, year)} {COPY_INSTEAD}")
    return plans


def _signed_in(scope: Scope) -> int:
    """Nobody takes a file in without being signed in."""
    if scope.account_id is None:
        raise workflow.Refused
    return scope.account_id


def _not_ours(subject: Subject, year: int | None) -> str:
    wanted = ", ".join(f"“{c.label}”" for c in subject.sheets[0].columns(year) if c.required)
    return (
        f"Tidak ada lembar dengan judul kolom yang dikenal. Untuk {subject.title} diperlukan paling sedikit kolom "
        f"{wanted}."
    )


def _likelier(subject: Subject, workbook: Workbook, year: int | None, scope: Scope) -> Subject | None:
    """Another subject the account may import that the file tells of rather than of this one.

    It must have all that the other wants, and more of it than of this one. Where this one lacks nothing, that is not
    enough (a budget needs few columns): twice as much, or no heading strange to the other and some to this one.
    """
    own = reading.plan_of(subject, workbook, year)
    known, lacking, strange = _known(own), bool(lacks(subject, own, year)), _strange(own)
    best: tuple[int, Subject | None] = (0, None)
    for other in spec.subjects():
        if other is subject or not other.permitted(scope, year):
            continue
        plans = reading.plan_of(other, workbook, year)
        if not reading.is_ours(plans, other, year) or lacks(other, plans, year) or _known(plans) <= known:
            continue
        if lacking or _known(plans) >= 2 * known or (strange and not _strange(plans)):
            best = max(best, (_known(plans), other), key=lambda pair: pair[0])
    return best[1]


def _strange(plans: Sequence[SheetPlan]) -> bool:
    """Whether a sheet that is read has headings nobody knows."""
    return any(plan.unused for plan in plans if plan.is_read)


def _known(plans: Sequence[SheetPlan]) -> int:
    """How many columns of a file were recognised."""
    return sum(len(plan.columns) for plan in plans)


def _sheets_in(workbook: Workbook) -> list[str]:
    return [sheet.name for sheet in workbook.sheets if sheet.rows and not sheet.hidden]


def rows_planned(workbook: Workbook, plans: Sequence[SheetPlan]) -> int:
    """How many rows stand below the headings, blank ones too."""
    lengths = {sheet.name: len(sheet.rows) for sheet in workbook.sheets}
    return sum(max(0, lengths.get(plan.sheet, 0) - plan.last) for plan in plans if plan.is_read)


# --- how it is read ---------------------------------------------------------------------------


def written_plans(plans: Sequence[SheetPlan]) -> str:
    return json.dumps([asdict(plan) for plan in plans], ensure_ascii=False)


def plans_of(run: ImportRun) -> list[SheetPlan]:
    return [SheetPlan(**each) for each in json.loads(run.plan)]


def options_of(run: ImportRun) -> dict[str, Any]:
    return json.loads(run.options)


def asks_for_point(run: ImportRun) -> bool:
    """Whether the page of the columns offers the point as decimal sign: it was chosen, or the figures look so."""
    options = options_of(run)
    return bool(options.get(DECIMAL_POINT)) or options.get(POINTED, 0) >= MANY_POINTS


def _recall(subject: Subject, plan: SheetPlan, year: int | None) -> bool:
    """Take over what was chosen for the same headings before; whether the point was the decimal sign there."""
    if not plan.is_read:
        return False
    known = ImportMapping.objects.filter(
        subject=subject.key, sheet=plan.key, headings=plan.fingerprint
    ).first()
    if known is None:
        return False
    names = {column.name for column in subject.sheet(plan.key).columns(year)}
    chosen = json.loads(known.columns)
    plan.columns = {name: at for name, at in chosen["columns"].items() if name in names}
    plan.fixed = {name: text for name, text in chosen["fixed"].items() if name in names}
    ImportMapping.objects.filter(pk=known.pk).update(used_at=timezone.now())
    return bool(chosen.get(DECIMAL_POINT))


def remember(subject: Subject, plans: Sequence[SheetPlan], decimal_point: bool = False) -> None:
    """Keep what was chosen, by the headings of each sheet, for the next file of the same source."""
    for plan in plans:
        if plan.is_read:
            ImportMapping.objects.update_or_create(
                subject=subject.key,
                sheet=plan.key,
                headings=plan.fingerprint,
                defaults={
                    "columns": json.dumps(
                        {"columns": plan.columns, "fixed": plan.fixed, DECIMAL_POINT: decimal_point}
                    ),
                    "used_at": timezone.now(),
                },
            )


def is_remembered(subject: Subject, plan: SheetPlan) -> bool:
    known = ImportMapping.objects.filter(subject=subject.key, sheet=plan.key, headings=plan.fingerprint)
    return known.exists()


def lacks(subject: Subject, plans: Sequence[SheetPlan], year: int | None) -> list[tuple[SheetPlan, list]]:
    """What cannot be done without and was found nowhere, by sheet."""
    found = [(plan, plan.missing(subject.sheet(plan.key).columns(year))) for plan in plans if plan.is_read]
    return [(plan, missing) for plan, missing in found if missing]


def needs_matching(run: ImportRun) -> bool:
    """Whether somebody has to look at the columns: something is missing, or nobody asked for some of them."""
    subject, plans = subject_of(run), plans_of(run)
    options = options_of(run)
    if options.get(DOUBT) or lacks(subject, plans, run.year):
        return True
    if options.get(POINTED, 0) >= MANY_POINTS and not options.get(DECIMAL_POINT):
        return True
    return any(plan.is_read and plan.unused and not is_remembered(subject, plan) for plan in plans)


# --- examining ---------------------------------------------------------------------------------


def examine_now(run: ImportRun, scope: Scope, report: Report = lambda percent, text: None) -> Examination:
    """Examine a run that is in EXAMINING and keep what was found; it ends in EXAMINED.

    Several at once end well: every write asks whether the run is still the one that was read.
    """
    report(2, "Membaca berkas")
    workbook, plans = workbook_of(run), plans_of(run)
    found = examine(subject_of(run), context_of(run, scope), workbook, plans, report)
    with transaction.atomic():
        must_be_current(run)
        ImportRow.objects.filter(run=run).delete()
    report(75, "Menyimpan hasil pemeriksaan")
    _keep(run, found)
    counts = {outcome.value: found.counts[outcome] for outcome in RowOutcome}
    points = reading.decimal_points(subject_of(run), workbook, plans, run.year)
    options = options_of(run) | {
        "digest": found.digest,
        POINTED: points,
        EXAMINED_ON: timezone.localdate().isoformat(),
    }
    workflow.move("examined", run, rows=found.rows, message="", options=json.dumps(options), **counts)
    return found


def must_be_current(run: ImportRun) -> None:
    """Raises TransitionError when somebody took the run further since it was read."""
    if not ImportRun.objects.filter(pk=run.pk, version=run.version).exists():
        raise workflow.TransitionError(workflow.CHANGED_MEANWHILE)


def _keep(run: ImportRun, found: Examination) -> None:
    """In batches of their own: nobody else waits for the whole of a large file."""
    batch: list[ImportRow] = []
    for finding in found.findings():
        batch.append(
            ImportRow(
                run=run,
                sheet=finding.sheet[:60],
                row=finding.row,
                outcome=finding.outcome,
                label=finding.label,
                differences=_text(finding.differences),
                faults=_text([_triple(each) for each in finding.faults]),
                remarks=_text([_triple(each) for each in finding.remarks]),
            )
        )
        if len(batch) == BATCH:
            _store(run, batch)
            batch = []
    _store(run, batch)


def _store(run: ImportRun, batch: list[ImportRow]) -> None:
    with transaction.atomic():
        must_be_current(run)
        ImportRow.objects.bulk_create(batch)


def _triple(fault: Fault) -> tuple[str, str, str]:
    return fault.column, fault.heading, fault.sentence


def _text(values: Sequence[Any]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""
