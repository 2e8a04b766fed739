"""Takes the last import of a subject back, while nothing was built on it: all of it or nothing."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone

from accounts.permissions import Scope
from agreements import changes
from agreements.enums import ImportState
from agreements.imports import runs, workflow
from agreements.imports.applying import BATCH, hold_off_others, told
from agreements.imports.officials import OWN_TERM
from agreements.imports.tables import own_columns
from agreements.imports.workflow import TransitionError
from agreements.models import Assignment, ImportChange, ImportRun, Position, Unit
from records.history import Act, Actor, record

NOT_ANY_MORE = (
    "Impor ini tidak dapat dibatalkan: {why} Perbaiki datanya satu per satu atau dengan impor baru."
)
# What an import leaves behind of itself is not built on it.
OWN = (ImportRun, ImportChange)


def is_last(run: ImportRun) -> bool:
    """Whether no import of the subject was applied after it that still stands."""
    later = ImportRun.objects.filter(
        subject=run.subject, state=ImportState.APPLIED, applied_at__gt=run.applied_at
    )
    return not later.exclude(pk=run.pk).exists()


def undo(run: ImportRun, scope: Scope, actor: Actor) -> ImportRun:
    """Delete what the import created and put back what it changed, with one event.

    Raises:
        Refused: the account may not.
        TransitionError: something depends on it, or was changed since; a sentence says what.
    """
    try:
        with transaction.atomic():
            workflow.perform("undo", run, scope, undone_at=timezone.now())
            hold_off_others(runs.subject_of(run))
            if not is_last(run):
                _refuse("sesudahnya ada impor lain untuk isi yang sama.")
            by_table: dict[str, list[ImportChange]] = defaultdict(list)
            for change in run.changes.all():
                by_table[change.table].append(change)
            _require_of_others(by_table, scope)
            _require_untouched(by_table)
            _require_unused(by_table)
            # What was created gives way first: a holder who ended for the next one holds the post again.
            _delete(by_table)
            _put_back(by_table)
            _require_within(by_table)
            record(actor, Act("membatalkan impor", run, before=told(run)))
    except IntegrityError as error:
        raise TransitionError(NOT_ANY_MORE.format(why=changes.sentence_of(error))) from error
    return run


def _refuse(why: str) -> None:
    raise TransitionError(NOT_ANY_MORE.format(why=why))


def _require_of_others(by_table: dict[str, list[ImportChange]], scope: Scope) -> None:
    """Nobody gives themselves a post back: see `permissions.may_assign`."""
    keys = [change.key for change in by_table.get(Assignment._meta.label, ())]
    for batch in _batches(keys):
        if Assignment.objects.filter(pk__in=batch, official__account=scope.account_id).exists():
            _refuse(f"{OWN_TERM} Impor ini memuatnya.")


def _require_within(by_table: dict[str, list[ImportChange]]) -> None:
    """A post that is shorter again may have got a holder meanwhile, and a unit a post."""
    for table, model, above, start, end in (
        (Position._meta.label, Assignment, "position", "starts", "ends"),
        (Unit._meta.label, Position, "unit", "valid_from", "valid_to"),
    ):
        outside = (
            Q(**{f"{above}__valid_from__gt": F(start)})
            | Q(**{f"{above}__valid_to__lt": F(end)})
            | Q(**{f"{above}__valid_to__isnull": False, f"{end}__isnull": True})
        )
        for batch in _batches([change.key for change in by_table.get(table, ()) if change.before]):
            rows = model._default_manager.filter(outside, **{f"{above}__in": batch})
            if found := rows.first():
                _refuse(f"sesudahnya sudah dicatat {found}, yang berlaku lebih lama.")


def _model(table: str) -> type[models.Model]:
    return apps.get_model(table)


def _batches(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]


def _created(changes_of_table: Iterable[ImportChange]) -> list[int]:
    return [change.key for change in changes_of_table if not change.before]


def _require_untouched(by_table: dict[str, list[ImportChange]]) -> None:
    """Every row still holds what the import left in it."""
    for table, found in by_table.items():
        model = _model(table)
        for batch in _batches(found):
            stored = model._default_manager.in_bulk([change.key for change in batch])
            for change in batch:
                row = stored.get(change.key)
                if row is None:
                    _refuse(f"{model._meta.verbose_name} nomor {change.key} sudah dihapus.")
                elif values := _differing(row, json.loads(change.after)):
                    _refuse(f"{row} sudah diubah sesudahnya ({', '.join(values)}).")


def _differing(row: models.Model, after: dict[str, Any]) -> list[str]:
    """The columns that no longer hold what the import wrote, in the words of the form."""
    columns = {column.name: column for column in own_columns(row)}
    return [
        str(columns[name].verbose_name)
        for name, value in after.items()
        if name in columns and getattr(row, columns[name].attname) != _read(columns[name], value)
    ]


def _read(column: models.Field, value: Any) -> Any:
    """A value of the kept text as the column holds it."""
    target = column.target_field if isinstance(column, models.ForeignKey) else column
    return target.to_python(value)


def _require_unused(by_table: dict[str, list[ImportChange]]) -> None:
    """Nothing leads to what the import created but its own rows, and what it made others lead to."""
    own = {_model(table): set(_created(found)) for table, found in by_table.items()}
    for model, keys in own.items():
        for relation in _leading_to(model):
            ours = own.get(relation.related_model, set()) | _led(by_table, relation)
            for batch in _batches(sorted(keys)):
                _require_none(relation, batch, ours)


def _led(by_table: dict[str, list[ImportChange]], relation: Any) -> set[int]:
    """Rows of which the import wrote this relation: it is put back as well."""
    found = by_table.get(relation.related_model._meta.label, ())
    return {each.key for each in found if each.before and relation.field.name in json.loads(each.before)}


def _leading_to(model: type[models.Model]) -> list[Any]:
    """Every relation of another table that leads to this one, also those with no name on this side."""
    every = model._meta.get_fields(include_hidden=True)
    return [each for each in every if isinstance(each, ForeignObjectRel) and not each.many_to_many]


def _require_none(relation: Any, keys: Sequence[int], ours: set[int]) -> None:
    others = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})
    for other in others.iterator(chunk_size=BATCH):
        if other.pk not in ours:
            used = getattr(other, relation.field.name)
            _refuse(f"{used} sudah dipakai oleh {_called(other)}.")


def _called(row: models.Model) -> str:
    """A row as a person knows it; a row of a relation of many to many is only told by what it joins."""
    if not row._meta.auto_created:
        return f"{row._meta.verbose_name} “{row}”"
    joined = [getattr(row, column.name) for column in own_columns(row) if column.is_relation]
    return " dan ".join(f"“{each}”" for each in joined)


def _put_back(by_table: dict[str, list[ImportChange]]) -> None:
    for table, found in by_table.items():
        model = _model(table)
        for batch in _batches([change for change in found if change.before]):
            stored = model._default_manager.in_bulk([change.key for change in batch])
            columns = {column.name: column for column in own_columns(model)}
            names: set[str] = set()
            for change in batch:
                for name, value in json.loads(change.before).items():
                    setattr(stored[change.key], columns[name].attname, _read(columns[name], value))
                    names.add(name)
            if names:
                model._default_manager.bulk_update(list(stored.values()), sorted(names))


def _delete(by_table: dict[str, list[ImportChange]]) -> None:
    """In one statement a table, children first: rows of one table lead to each other as well."""
    order = sorted(by_table, key=lambda table: -max(change.pk for change in by_table[table]))
    for table in order:
        rows = _model(table)._base_manager
        for batch in _batches(sorted(_created(by_table[table]), reverse=True)):
            # Who depends on them was asked above; foreign keys and triggers are asked at the end as always.
            found = rows.filter(pk__in=batch)
            found._raw_delete(found.db)
