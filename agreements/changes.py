"""Saves master data: the change, and one line of the history with what was and what is."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db import IntegrityError, models, transaction

from accounts.permissions import Capability
from agreements.middleware import actor_of
from agreements.models import Unit
from records.history import Act, canonical, history_of, record
from records.models import Event
from records.triggers import REFUSAL

CLASH = "Data ini bertabrakan dengan yang baru saja disimpan orang lain. Muat ulang halaman, lalu periksa."


def described(row: models.Model, names: Iterable[str]) -> dict[str, str]:
    """The named fields of a row as a reader sees them: label → text."""
    return {str(column(row, name).verbose_name): _text(row, name) for name in names}


def column(row: models.Model, name: str) -> models.Field:
    """A column of the row's own table, or one of its many-to-many."""
    return cast(models.Field, row._meta.get_field(name))


def _text(row: models.Model, name: str) -> str:
    field = column(row, name)
    if isinstance(field, models.ManyToManyField):
        return ", ".join(sorted(str(each) for each in getattr(row, name).all())) if row.pk else ""
    if field.choices:
        return str(getattr(row, f"get_{name}_display")())
    value: Any = getattr(row, name)
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def fingerprint(values: Mapping[str, str]) -> str:
    """Short mark of what a row held, to notice that it was changed while somebody typed."""
    return hashlib.sha256(canonical(values).encode()).hexdigest()[:16]


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[dict, dict]:
    """Both sides, without what stayed the same and what is empty on both."""
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    return (
        {name: before[name] for name in names if name in before},
        {name: after[name] for name in names if name in after},
    )


def sentence_of(error: IntegrityError) -> str:
    """What the database's refusal means, in a sentence for the person who saved."""
    text = str(error)
    if REFUSAL not in text:
        return CLASH
    return text.split(REFUSAL, 1)[1].splitlines()[0]


def save(
    request,
    form,
    action: str,
    *,
    capability: Capability,
    unit: Callable[[Any], Unit | None] = lambda row: None,
    subject: Callable[[Any], models.Model] = lambda row: row,
    and_then: Callable[[Any], None] = lambda row: None,
):
    """Save a valid `MasterForm` and write the change; returns the row.

    None, with a sentence on the form, when the database refuses (two people at the same moment).
    `unit` and `subject` name what the event is about, when that is not the row itself; `and_then`
    is what else belongs to the change, in the same transaction. Saving what was there already
    writes no line.
    """
    try:
        with transaction.atomic():
            before = {} if form.instance.pk is None else form.describe(form.stored())
            row = form.save()
            and_then(row)
            was, now = differences(before, form.describe(form.stored()))
            if was or now:
                about = unit(row)
                actor = actor_of(request, request.scope.capacity(capability, about.pk if about else None))
                record(actor, Act(action, subject(row), about, before=was, after=now))
    except IntegrityError as error:
        form.add_error(None, sentence_of(error))
        return None
    return row


@dataclass(frozen=True)
class Line:
    """One event of an object, with its changes as (label, before, after)."""

    event: Event
    changed: tuple[tuple[str, str, str], ...]


def timeline(subject: models.Model, most: int = 20) -> tuple[Line, ...]:
    """The latest events of an object, newest first, as a reader wants them."""
    return tuple(Line(event, event.changes) for event in history_of(subject)[:most])
