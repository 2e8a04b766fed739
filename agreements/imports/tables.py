"""Rows of tables as an import sees them: their columns, what they hold, what leads to a row that is not stored yet."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models

from perjanjian.numerals import format_date, format_number


def own_columns(model: type[models.Model] | models.Model) -> tuple[models.Field, ...]:
    """The columns of a table that a workbook may write: all but its number."""
    return _columns_of(model if isinstance(model, type) else type(model))


@cache
def _columns_of(model: type[models.Model]) -> tuple[models.Field, ...]:
    return tuple(column for column in model._meta.concrete_fields if not column.primary_key)


def own_column(model: type[models.Model] | models.Model, name: str) -> Any:
    """A column of the table by its name."""
    return model._meta.get_field(name)


def values_of(instance: models.Model) -> dict[str, Any]:
    """What a row holds, by column; a relation as the row it leads to when that is at hand."""
    found = {}
    for column in own_columns(instance):
        related = at_hand(instance, column)
        found[column.name] = getattr(instance, column.attname) if related is None else related
    return found


def at_hand(instance: models.Model, column: Any) -> models.Model | None:
    """The row a relation leads to, when it was read or set already; the database is not asked."""
    if column.is_relation and column.is_cached(instance):
        return column.get_cached_value(instance)
    return None


def put_back(instance: models.Model, values: Mapping[str, Any]) -> None:
    """Let a row in memory hold again what it held."""
    for column in own_columns(instance):
        value = values[column.name]
        is_row = isinstance(value, models.Model)
        setattr(instance, column.name if is_row else column.attname, value)


def same(one: Any, other: Any) -> bool:
    """Whether a column would hold the same; a relation is compared by where it leads."""
    return _plain(one) == _plain(other)


def _plain(value: Any) -> Any:
    """A row that is stored counts as its number, a new one as itself."""
    return value.pk if isinstance(value, models.Model) and value.pk is not None else value


def said(value: Any) -> str:
    """A value as a reader sees it before and after."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, Decimal | int):
        return format_number(value)
    return format_date(value) if isinstance(value, date) else str(value)
