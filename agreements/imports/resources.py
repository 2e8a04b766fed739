"""One sheet into rows of tables: the base of every subject's resource.

django-import-export takes each row through its fields and widgets; what is stored is found, written and
compared here, because a dry run must write nothing, take no lock and ask the database nothing per row.
A resource plans writes (`Write`); only `agreements.imports.applying` carries them out.

A subject's resource declares `Meta.model`, a field for each column that is not simply a column of the
model, and overrides what it needs of: `preload`, `natural_key`, `find`, `begin`, `check`, `companions`,
`check_all`, `check_together`, `label`, `stored` and `cell`.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar

import tablib
from django.core.exceptions import ValidationError
from django.db import models
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import RowResult

from agreements.enums import RowOutcome
from agreements.imports import widgets
from agreements.imports.lookups import short
from agreements.imports.spec import Column, Context
from agreements.imports.tables import own_column, own_columns, put_back, said, same, values_of

Row = dict[str, Any]
# The number a row has in its sheet travels with its cells.
ROW_NUMBER = "#"
CHUNK = 1000
ONE_IS_ENOUGH = "Sisakan satu baris saja."


@dataclass(frozen=True, slots=True)
class Said:
    """A fault or a remark: which of our columns (empty: the whole row), and the sentence."""

    column: str
    sentence: str


@dataclass(slots=True)
class Write:
    """A row of a table as the workbook wants it; `before` is what it held, None when it is new."""

    instance: models.Model
    before: dict[str, Any] | None
    # What a reader is told of it: column of the model → words.
    says: Mapping[str, str]

    @property
    def changed(self) -> tuple[str, ...]:
        """The columns that differ from what is stored; all of them when it is new."""
        now = values_of(self.instance)
        if self.before is None:
            return tuple(now)
        return tuple(name for name, value in now.items() if not same(value, self.before[name]))


@dataclass(slots=True)
class Work:
    """What examining made of one row of the sheet."""

    number: int
    instance: models.Model
    label: str = ""
    new: bool = False
    writes: list[Write] = field(default_factory=list)
    faults: list[Said] = field(default_factory=list)
    remarks: list[Said] = field(default_factory=list)
    # Rows of tables as this row found them, and whether it was the first: a refused row leaves nothing behind.
    found: list[tuple[models.Model, dict[str, Any], bool]] = field(default_factory=list)

    @property
    def outcome(self) -> RowOutcome:
        if self.faults:
            return RowOutcome.REFUSED
        if self.new:
            return RowOutcome.NEW
        return RowOutcome.CHANGED if self.writes else RowOutcome.SAME

    def writes_column(self, *names: str) -> bool:
        """Whether it changes one of these columns of its own row, or makes that row."""
        own = (write for write in self.writes if write.instance is self.instance)
        return any(not set(names).isdisjoint(write.changed) for write in own)


class _Outcome(RowResult):
    """What import-export notes of a row; our `Work` has it all."""

    def add_instance_info(self, instance: Any) -> None:
        """Not the words for an instance: of some rows they ask the database."""


# --- the resource -----------------------------------------------------------------------------------


class SheetResource(ModelResource):
    """Base of every subject's resource; one instance examines one sheet once."""

    # Tables written besides the model's own: applying keeps others from writing them meanwhile.
    also_writes: ClassVar[tuple[type[models.Model], ...]] = ()
    # The rows over the heading, as they stand in the sheet: titles may say what holds for all below.
    above_heading: Sequence[Sequence[Any]] = ()
    # Where a sentence about the row's natural key is put.
    key_columns: ClassVar[tuple[str, ...]] = ()

    class Meta:
        skip_diff = True
        report_skipped = False

    fields: dict[str, Field]

    def __init__(self, context: Context, columns: Sequence[Column]):
        super().__init__()
        self.context = context
        self.columns = {column.name: column for column in columns}
        self.fields = {name: self.fields[name] for name in self.columns if name in self.fields}
        self.works: list[Work] = []
        self._waiting: Iterator[Work] = iter(())
        self._at: Work

    # --- what a subject says of itself ----------------------------------------------------------

    def preload(self) -> None:
        """Read everything the rows will be compared with, in a few queries."""

    def prepared(self, rows: Iterable[tuple[int, Row]]) -> Iterable[tuple[int, Row]]:
        """The rows as they are examined: leave out those that carry no data, hand down what heads a group."""
        return rows

    def natural_key(self, row: Row) -> Hashable | None:
        """What no other row of the workbook may have too; None when the cells do not tell."""
        return None

    def find(self, row: Row) -> models.Model | None:
        """The stored row these cells are about; from what `preload` read."""
        return None

    def begin(self, row: Row) -> models.Model:
        """A new row. Make it findable here, so that other rows of the workbook may name it."""
        return self._meta.model()

    def check(self, instance: Any, row: Row) -> None:
        """Rules of the row beyond its single cells; report with `fault` and `remark`."""

    def companions(self, instance: Any, row: Row) -> None:
        """Other rows of tables these cells write: hand each to `take` before changing it."""

    def check_all(self, works: Sequence[Work]) -> None:
        """Rules over all rows together, such as circles; report with `fault_of`."""

    def check_together(self, works: Sequence[Work]) -> None:
        """Rules over all sheets of the file, asked once every sheet was examined; report with `fault_of`."""

    def label(self, row: Row) -> str:
        """What the row is about, for the preview."""
        texts = [widgets.text_of(row.get(name)) for name in self.key_columns or tuple(self.columns)[:2]]
        return " ".join(text for text in texts if text)

    def stored(self) -> Iterable[models.Model]:
        """What an export of this sheet lists."""
        return self._meta.model._default_manager.all()

    def cell(self, instance: Any, name: str) -> Any:
        """The cell of a column that has no field of its own, for an export."""
        return None

    # --- what a subject calls -------------------------------------------------------------------

    def fault(self, column: str, sentence: str) -> None:
        """Refuse the row at hand: which column (empty: the whole row), why, and what to do."""
        self.fault_of(self._at, column, sentence)

    def fault_of(self, work: Work, column: str, sentence: str) -> None:
        if Said(column, sentence) not in work.faults:
            work.faults.append(Said(column, sentence))

    def remark(self, column: str, sentence: str) -> None:
        """Accept the row at hand, but ask the person to look at it."""
        self._at.remarks.append(Said(column, sentence))

    def doubt_figure(self, row: Row, column: str) -> None:
        """A code that is a figure in the sheet may have lost its last zeros: 1.10 is 1.1 there."""
        if isinstance(row.get(column), Decimal):
            self.remark(
                column,
                f"“{widgets.text_of(row[column])}” tersimpan sebagai angka di berkas, sehingga angka nol di belakang "
                "dapat hilang. Bila kodenya salah, ubah selnya menjadi teks.",
            )

    def read(self, row: Row, name: str, widget: Any) -> Any:
        """The value of a cell that belongs to no field; a fault and None when it cannot be read."""
        try:
            return widget.clean(row.get(name), row=row, context=self.context)
        except ValueError as error:
            self.fault(name, str(error))
            return None

    def is_faulty(self, *columns: str) -> bool:
        """Whether one of these cells of the row at hand was refused already: no rule judges it again."""
        return any(each.column in columns for each in self._at.faults)

    def take(self, instance: Any, says: Mapping[str, str] | None = None) -> Any:
        """Make an instance part of the row at hand, before it is changed; several rows may take the same.

        `says` gives the columns of the model the preview tells of, with their words.
        """
        values, new = values_of(instance), instance.pk is None
        first = id(instance) not in self._before
        _, before = self._before.setdefault(id(instance), (instance, None if new else values))
        self._at.writes.append(Write(instance, before, says or {}))
        self._at.found.append((instance, values, first))
        return instance

    @property
    def _before(self) -> dict[int, tuple[models.Model, dict[str, Any] | None]]:
        """What the rows of tables held before any row of any sheet of this pass, by identity."""
        return self.context.once("resources.before", dict)

    # --- examining ------------------------------------------------------------------------------

    def examine(
        self,
        rows: Callable[[], Iterable[tuple[int, Row]]],
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[Work]:
        """Take all rows through: every fault of every row, and what would be written. Writes nothing.

        Args:
            rows: gives (number in the sheet, cells by column) anew each time it is called.
            progress: is told how many rows of how many are done.
        """
        self.preload()
        self.works = self._locate(self.prepared(rows()))
        self._waiting = iter(self.works)
        prepared = iter(self.prepared(rows()))
        done = 0
        while chunk := list(islice(prepared, CHUNK)):
            self._import_chunk(chunk)
            done += len(chunk)
            progress(done, len(self.works))
        self.check_all(self.works)
        return self.works

    def _locate(self, rows: Iterable[tuple[int, Row]]) -> list[Work]:
        """Know every row of the sheet before the first is read: they name each other, also upwards."""
        works: list[Work] = []
        seen: dict[Hashable, Work] = {}
        for number, row in rows:
            found, key = self.find(row), self.natural_key(row)
            marks = [mark for mark in (key, None if found is None else ("=", id(found))) if mark is not None]
            other = next((seen[mark] for mark in marks if mark in seen), None)
            if found is None:
                found = self.begin(row) if other is None else other.instance
            work = Work(number, found, self.label(row)[:300], found.pk is None)
            if other is not None:
                self._twice(work, other)
            for mark in marks:
                seen.setdefault(mark, work)
            works.append(work)
        return works

    def _twice(self, work: Work, other: Work) -> None:
        column = self.key_columns[0] if self.key_columns else ""
        for one, its in ((work, other), (other, work)):
            if not any(each.sentence.endswith(ONE_IS_ENOUGH) for each in one.faults):
                sentence = f"“{short(one.label)}” juga ada di baris {its.number}. {ONE_IS_ENOUGH}"
                self.fault_of(one, column, sentence)

    def _import_chunk(self, chunk: list[tuple[int, Row]]) -> None:
        names = [ROW_NUMBER, *dict.fromkeys(name for _, row in chunk for name in row)]
        dataset = tablib.Dataset(headers=names)
        for number, row in chunk:
            dataset.append([number, *(row.get(name) for name in names[1:])])
        # Not `import_data`: its dry run opens a transaction and so takes SQLite's write lock.
        result = self.import_data_inner(
            dataset, True, False, using_transactions=False, collect_failed_rows=False, context=self.context
        )
        if result.base_errors:
            raise result.base_errors[0].error
        for failed in result.error_rows:
            raise failed.errors[0].error

    def get_row_result_class(self) -> type[RowResult]:
        return _Outcome

    def get_import_fields(self) -> list[Field]:
        return list(self.fields.values())

    def get_or_init_instance(self, instance_loader: Any, row: Row) -> tuple[models.Model, bool]:
        self._at = work = next(self._waiting)
        self.take(work.instance)
        return work.instance, work.new

    def import_instance(self, instance: Any, row: Row, **kwargs: Any) -> None:
        self._demand_required(row)
        super().import_instance(instance, row, **kwargs)

    def _demand_required(self, row: Row) -> None:
        for name, column in self.columns.items():
            if column.required and widgets.is_empty(row.get(name)):
                example = f", misalnya {column.example}" if column.example else ""
                self.fault(name, f"“{column.label}” kosong. Isi kolom ini{example}.")

    def skip_row(self, instance: Any, original: Any, row: Row, import_validation_errors: Any = None) -> bool:
        return False

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Keep what the cells say; the row is judged further, so that everything is said at once."""
        attributes = {each.attribute: name for name, each in self.fields.items()}
        errors = dict(import_validation_errors or {})
        for attribute, found in errors.items():
            for sentence in ValidationError(found).messages:
                self.fault(attributes.get(attribute, ""), sentence)

    def save_instance(self, instance: Any, is_create: bool, row: Row, **kwargs: Any) -> None:
        """Nothing is saved here: the rules of the row are asked, and what it would write is kept."""
        work = self._at
        self.check(instance, row)
        self.companions(instance, row)
        self._check_columns(instance)
        work.writes = [] if work.faults else [write for write in work.writes if write.changed]
        kept = {id(write.instance) for write in work.writes}
        for each, values, first in reversed(work.found):
            if work.faults:
                put_back(each, values)
            if first and id(each) not in kept:
                del self._before[id(each)]
        work.found = []

    def _check_columns(self, instance: models.Model) -> None:
        """What the columns of the table allow: lengths, forms of codes. A relation is checked by being found."""
        attributes = {each.attribute: name for name, each in self.fields.items()}
        faulty = {each.column for each in self._at.faults}
        out = {c.name for c in own_columns(instance) if c.is_relation or attributes.get(c.name) in faulty}
        try:
            instance.clean_fields(exclude=out)
        except ValidationError as error:
            for attribute, found in error.error_dict.items():
                # What is empty because something else was refused is not said twice.
                told = [each for each in found if not (faulty and each.code in ("blank", "null"))]
                for sentence in ValidationError(told).messages:
                    self.fault(attributes.get(attribute, ""), sentence)

    def save_m2m(self, instance: Any, row: Row, **kwargs: Any) -> None:
        """Relations of many to many are rows of their own: see `companions`."""

    # --- words --------------------------------------------------------------------------------

    def differences(self, work: Work) -> list[tuple[str, str, str]]:
        """What the row changes, as (label, before, after) in the words of the form."""
        found = []
        for write in work.writes:
            changed = {name for name in write.changed if not self._is_default(write, name)}
            if write.instance is work.instance:
                found += [
                    (column.label, before, after)
                    for name, column in self.columns.items()
                    if (each := self.fields.get(name)) and each.attribute in changed
                    for before, after in [self._both(write, each)]
                    if before != after
                ]
            found += [
                (
                    words,
                    "" if write.before is None else said(write.before[name]),
                    _shown(write.instance, name),
                )
                for name, words in write.says.items()
                if name in changed
            ]
        return found

    def _is_default(self, write: Write, name: str) -> bool:
        """What every new row holds anyway tells a reader nothing."""
        if write.before is not None:
            return False
        column = own_column(write.instance, name)
        return column.has_default() and getattr(write.instance, column.attname) == column.get_default()

    def _both(self, write: Write, each: Field) -> tuple[str, str]:
        after = said(each.widget.render(each.get_value(write.instance), context=self.context))
        if write.before is None:
            return "", after
        before = write.before[each.attribute]
        return said(each.widget.render(before, context=self.context)), after

    # --- exporting ------------------------------------------------------------------------------

    def exported(self) -> Iterator[list[Any]]:
        """The cells of every stored row, as examining reads them back without a difference."""
        self.preload()
        for instance in self.stored():
            yield [
                self.fields[name].export(instance, context=self.context)
                if name in self.fields
                else self.cell(instance, name)
                for name in self.columns
            ]

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: Any, readonly: bool) -> Field:
        """Our widget for a simple column; an empty cell leaves a column that must hold something as it is."""
        return Field(
            attribute=field_name,
            column_name=field_name,
            widget=_widget_of(django_field),
            readonly=readonly,
            saves_null_values=django_field.null or (django_field.blank and _is_text(django_field)),
        )


def _shown(instance: models.Model, name: str) -> str:
    display = getattr(instance, f"get_{name}_display", None)
    return str(display()) if display else said(getattr(instance, name))


def _widget_of(column: Any) -> Any:
    if column.choices:
        return widgets.ChoiceWidget(column.choices)
    if isinstance(column, models.BooleanField):
        return widgets.YesNoWidget()
    if isinstance(column, models.DateField):
        return widgets.DateWidget()
    if isinstance(column, models.DecimalField):
        return widgets.NumberWidget(column.decimal_places)
    if isinstance(column, models.IntegerField):
        return widgets.WholeNumberWidget()
    return widgets.TextWidget(lines=isinstance(column, models.TextField), keeps=not column.blank)


def _is_text(column: Any) -> bool:
    return isinstance(column, models.CharField | models.TextField)
