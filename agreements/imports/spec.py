"""What can be imported: subjects, their sheets and columns. A room registers its own in AppConfig.ready()."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from accounts.permissions import Capability, Scope
from agreements.models import Region

if TYPE_CHECKING:
    from agreements.imports.resources import SheetResource, Write
    from records.history import Act


@dataclass(frozen=True)
class Context:
    """For whom, of which year and on which day something is examined or written out.

    `shared` is what the sheets of one pass have in common: rows that are looked up, rows that are new
    in the workbook. A pass never reuses the context of another.
    """

    scope: Scope
    day: date
    year: int | None = None
    region: Region | None = None
    # How figures written as text are read: “id”, or “en” where the person said that the point is the decimal sign.
    dialect: str = "id"
    shared: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What was made under this name before in this pass, else made now."""
        if name not in self.shared:
            self.shared[name] = make()
        return self.shared[name]


@dataclass(frozen=True)
class Column:
    """A column we know. `aliases` are other headings it is found by, whatever their case and punctuation.

    `figures` says that its cells hold figures, which a file may write with a decimal point.
    `choices` become a drop-down of the template; they only help to type, the resource decides. One that is
    `found_only` is read where a file has it and stands in no workbook we hand out.
    """

    name: str
    label: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    example: str = ""
    choices: tuple[str, ...] | Callable[[Context], Iterable[str]] = ()
    width: int = 18
    found_only: bool = False
    figures: bool = False

    def offered(self, context: Context) -> tuple[str, ...]:
        return tuple(self.choices(context)) if callable(self.choices) else self.choices


@dataclass(frozen=True)
class SheetSpec:
    """One sheet of a subject. `columns` takes the year, for subjects that have a column for each year."""

    key: str
    title: str
    columns: Callable[[int | None], tuple[Column, ...]]
    resource: "type[SheetResource]"

    def handed_out(self, year: int | None) -> tuple[Column, ...]:
        """The columns of the workbooks we write."""
        return tuple(column for column in self.columns(year) if not column.found_only)


@dataclass(frozen=True)
class Subject:
    """What one workbook is about. Its sheets are read in their order; the later may refer to the earlier.

    One without `exports` is only taken in: what it makes is kept elsewhere in another shape.
    `waits_for` says, for a year, what must be there before any of its rows can be understood; "" when it is.
    `shown_at` is the route of the page, and the words for it, where what was imported is to be seen.
    """

    key: str
    title: str
    lead: str
    capability: Capability
    sheets: tuple[SheetSpec, ...]
    needs_year: bool = False
    exports: bool = True
    # What the history says of single documents, besides the one line of the import, given what was written.
    acts: "Callable[[Sequence[Write]], Iterable[Act]]" = lambda writes: ()
    waits_for: Callable[[int | None], str] = lambda year: ""
    shown_at: tuple[str, str] = ("", "")

    def permitted(self, scope: Scope, year: int | None = None) -> bool:
        """Whether the account may import it, and so see its imports: over the whole region only."""
        return scope.may(self.capability, year=year)

    def sheet(self, key: str) -> SheetSpec:
        return next(sheet for sheet in self.sheets if sheet.key == key)


_subjects: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Make a subject known; once, by its key."""
    _subjects[subject.key] = subject


def subjects() -> tuple[Subject, ...]:
    """All that can be imported, in the order of a government being set up."""
    return tuple(_subjects.values())


def subject(key: str) -> Subject | None:
    return _subjects.get(key)
