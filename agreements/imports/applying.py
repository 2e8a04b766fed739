"""Carries out what examining planned: all of it in one transaction, with what it replaced, or nothing."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from accounts.permissions import Scope
from agreements import changes
from agreements.enums import ImportState, RowOutcome
from agreements.imports import runs, workflow
from agreements.imports.examining import Examination, Report, examine
from agreements.imports.resources import Write
from agreements.imports.spec import Subject
from agreements.imports.tables import at_hand, own_column, own_columns
from agreements.imports.workflow import TransitionError
from agreements.models import ImportChange, ImportRun
from records.history import Act, Actor, latest_number, record
from records.workbooks import Workbook

BATCH = 500
# A write with what its columns held and hold, with numbers for relations.
Written = tuple[Write, dict[str, Any], dict[str, Any]]
DIFFERS = (
    "Data yang tersimpan berubah sejak berkas ini diperiksa, sehingga hasilnya tidak lagi sama dengan pratinjau. "
    "Tidak ada yang diterapkan; periksa berkas sekali lagi."
)


def apply(
    run: ImportRun,
    scope: Scope,
    actor: Actor,
    *,
    leave_out: bool,
    report: Report = lambda percent, text: None,
) -> ImportRun:
    """Apply an examined run: exactly what its preview says, with one event, or nothing at all.

    Args:
        run: as the person saw it, or in APPLYING when the worker does it.
        leave_out: the person chose to apply without the rows that are refused.

    Raises:
        Refused: the account may not import this.
        TransitionError: a bad moment, refused rows, or data that changed since the preview.
    """
    if not workflow.may_import(scope, run):
        raise workflow.Refused
    runs.must_be_current(run)
    report(5, "Membaca berkas")
    workbook = runs.workbook_of(run)
    seen = latest_number()
    found = _examined(run, scope, workbook, leave_out, report)
    try:
        with transaction.atomic():
            # The first write: on SQLite it is what everyone else waits for.
            if run.state != ImportState.APPLYING:
                workflow.perform("apply", run, scope)
            hold_off_others(runs.subject_of(run))
            # Every change of data is a line of the history: without a new one nothing can have changed.
            if latest_number() != seen:
                found = _examined(run, scope, workbook, leave_out, report)
            return _apply(run, scope, actor, found, report)
    except IntegrityError as error:
        raise TransitionError(f"{changes.sentence_of(error)} Tidak ada yang diterapkan.") from error


def _examined(
    run: ImportRun, scope: Scope, workbook: Workbook, leave_out: bool, report: Report
) -> Examination:
    """The examination once more; it must say what the preview said, and leave something to do."""
    found = examine(runs.subject_of(run), runs.context_of(run, scope), workbook, runs.plans_of(run), report)
    refused = found.counts[RowOutcome.REFUSED]
    if found.digest != runs.options_of(run).get("digest"):
        raise TransitionError(DIFFERS)
    if refused and not leave_out:
        raise TransitionError(
            f"Ada {refused} baris yang ditolak. Perbaiki berkasnya, atau pilih menerapkan tanpa baris itu."
        )
    if not found.counts[RowOutcome.NEW] + found.counts[RowOutcome.CHANGED]:
        raise TransitionError("Tidak ada yang perlu diterapkan: isi berkas sama dengan yang tersimpan.")
    return found


def _apply(run: ImportRun, scope: Scope, actor: Actor, found: Examination, report: Report) -> ImportRun:
    report(75, "Menyimpan data")
    writes = writes_of(found)
    keep_changes(run, write(writes))
    for act in runs.subject_of(run).acts(writes):
        record(actor, act)
    workflow.move(
        "applied",
        run,
        left_out=found.counts[RowOutcome.REFUSED],
        applied_by_id=scope.account_id,
        applied_at=timezone.now(),
        message="",
    )
    record(actor, Act("menerapkan impor", run, after=told(run)))
    return run


def told(run: ImportRun) -> dict[str, Any]:
    """What the history says of an import."""
    return {
        "isi": runs.subject_of(run).title,
        **({"tahun": str(run.year)} if run.year else {}),
        "berkas": run.file.original_name,
        "SHA-256": run.file.sha256,
        "baru": run.new,
        "berubah": run.changed,
        "sama": run.same,
        "dilewati": run.left_out,
    }


def tables_of(subject: Subject) -> list[type[models.Model]]:
    """Every table the subject's sheets write."""
    found = [m for sheet in subject.sheets for m in (sheet.resource._meta.model, *sheet.resource.also_writes)]
    return list(dict.fromkeys(found))


def hold_off_others(subject: Subject) -> None:
    """Nobody else writes these tables until the transaction ends; everyone may read them.

    On SQLite the transaction itself does that.
    """
    if connection.vendor != "postgresql":
        return
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables_of(subject))
    with connection.cursor() as cursor:
        # A large file is read and compared for longer than a page may sit in a transaction.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


# --- writing -----------------------------------------------------------------------------------


def writes_of(found: Examination) -> list[Write]:
    """What the accepted rows write, each row of a table once, in the order of the file."""
    every = (write for sheet in found.sheets for work in sheet.works for write in work.writes)
    return list({id(write.instance): write for write in every}.values())


def write(writes: Sequence[Write]) -> list[Written]:
    """Write what changed, then new rows, those they lead to first; gives each with what it held and holds.

    Changes come first, since they make room: a holder ends before the next one begins. Only what leads to a
    new row waits for that one.
    """
    changed = [(each, each.changed) for each in writes if each.before is not None]
    new = [each for each in writes if each.before is None]
    now, later = [], []
    for each, names in changed:
        waiting = [name for name in names if _leads_to_new(each.instance, name)]
        now.append((each.instance, tuple(name for name in names if name not in waiting)))
        later.append((each.instance, tuple(waiting)))
    _update(now)
    for wave in _waves([each.instance for each in new]):
        for model, rows in _by_model(wave).items():
            model._default_manager.bulk_create(rows, batch_size=BATCH)
    _update(later)
    kept: list[Written] = [(each, {}, _columns(each.instance, None)) for each in new]
    for each, names in changed:
        before = {name: each.before[name] for name in names} if each.before else {}
        kept.append((each, _raw(before), _columns(each.instance, names)))
    return kept


def _update(rows: Iterable[tuple[models.Model, tuple[str, ...]]]) -> None:
    """Write these columns of stored rows, all rows of one table with the same columns at once."""
    alike: dict[tuple[type[models.Model], tuple[str, ...]], list[models.Model]] = defaultdict(list)
    for instance, names in rows:
        if names:
            _follow_relations(instance)
            alike[type(instance), names].append(instance)
    for (model, names), instances in alike.items():
        model._default_manager.bulk_update(instances, names, batch_size=BATCH)


def _leads_to_new(instance: models.Model, name: str) -> bool:
    target = at_hand(instance, own_column(instance, name))
    return target is not None and target.pk is None


def _waves(instances: Iterable[models.Model]) -> Iterator[list[models.Model]]:
    """New rows in the order they can be written: a row comes after the new rows it leads to."""
    waiting = list(instances)
    while waiting:
        ready: list[models.Model] = []
        later: list[models.Model] = []
        for instance in waiting:
            (ready if _follow_relations(instance) else later).append(instance)
        if not ready:
            raise TransitionError(
                "Baris baru saling menunjuk sehingga tidak dapat disimpan. Perbaiki berkasnya."
            )
        yield ready
        waiting = later


def _follow_relations(instance: models.Model) -> bool:
    """Take over the numbers of rows it leads to; whether all of them are stored by now."""
    for column in own_columns(instance):
        target = at_hand(instance, column)
        if target is None:
            continue
        if target.pk is None:
            return False
        setattr(instance, column.attname, target.pk)
    return True


def _by_model(instances: Iterable[models.Model]) -> dict[type[models.Model], list[models.Model]]:
    found: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for instance in instances:
        found[type(instance)].append(instance)
    return found


def _columns(instance: models.Model, names: Iterable[str] | None) -> dict[str, Any]:
    """Columns of a row that is stored, by name, with numbers for relations."""
    wanted = own_columns(instance) if names is None else (own_column(instance, name) for name in names)
    return {column.name: getattr(instance, column.attname) for column in wanted}


def _raw(values: dict[str, Any]) -> dict[str, Any]:
    return {n: value.pk if isinstance(value, models.Model) else value for n, value in values.items()}


def keep_changes(run: ImportRun, written: Iterable[Written]) -> None:
    """Note what every row was made of, for undoing."""
    ImportChange.objects.bulk_create(
        (
            ImportChange(
                run=run,
                table=each.instance._meta.label,
                key=each.instance.pk,
                before=text_of(before) if before else "",
                after=text_of(after),
            )
            for each, before, after in written
        ),
        batch_size=BATCH,
    )


def text_of(columns: dict[str, Any]) -> str:
    return json.dumps(columns, ensure_ascii=False, default=str)
