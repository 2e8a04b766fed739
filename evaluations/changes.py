"""What changed in a realisation: for the history, and for writing only the columns that differ."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from evaluations.models import VALUE_COLUMNS, Realisation, SourceRevision
from perjanjian.numerals import format_number
from records.history import Act

CLAIMED = tuple(f"claimed_{column}" for column in VALUE_COLUMNS)
# What a unit types about one indicator in one period.
TYPED = (
    *CLAIMED,
    "state",
    "state_reason",
    "expected_on",
    "source_status",
    "supporting",
    "inhibiting",
    "follow_up",
    "filled_in_reason",
)
# What a reader of the history is told.
TOLD = (
    "status",
    *TYPED,
    *(f"verified_{column}" for column in VALUE_COLUMNS),
    *(f"final_{column}" for column in VALUE_COLUMNS),
    "verified_own",
    "correction_reason",
    "return_reason",
)
WRITTEN = (
    *TOLD,
    "submitted_by",
    "submitted_at",
    "verified_by",
    "verified_at",
    "version",
    "changed_by",
    "changed_at",
)


# The model's own columns by name: their labels, choices, and where a row keeps their value.
COLUMNS = {column.name: column for column in Realisation._meta.concrete_fields}
# A set of values without a word of whose they are.
FIGURES = {column.name: column for column in SourceRevision._meta.concrete_fields}


def snapshot(row: Realisation) -> dict[str, object]:
    """What the row holds now, by column."""
    return {name: getattr(row, COLUMNS[name].attname) for name in WRITTEN}


def changed_columns(pairs: Iterable[tuple[Mapping[str, object], Realisation]]) -> list[str]:
    """The columns that differ from their snapshot in any of the rows."""
    found: set[str] = set()
    for before, row in pairs:
        now = snapshot(row)
        found |= {name for name in WRITTEN if before[name] != now[name]}
    return sorted(found)


def described(row: Realisation) -> dict[str, str]:
    """What a row says, by the names people know, without what is empty."""
    return {str(COLUMNS[name].verbose_name): text for name in TOLD if (text := _text(row, name))}


def described_values(figures: Mapping[str, object]) -> dict[str, str]:
    """One set of values by the names of its columns, without what is empty."""
    return {
        str(FIGURES[column].verbose_name): format_number(value) if isinstance(value, Decimal) else str(value)
        for column, value in figures.items()
        if value is not None
    }


def _text(row: Realisation, name: str) -> str:
    value = getattr(row, name)
    if value is None or value is False or value == "":
        return ""
    if COLUMNS[name].choices:
        return str(getattr(row, f"get_{name}_display")())
    if isinstance(value, Decimal):
        return format_number(value)
    return "ya" if value is True else str(value)


def act_of(deed: str, row: Realisation, before: Mapping[str, str], reason: str = "") -> Act:
    """The event of a change: only what differs from `before` (as `described`), on both sides."""
    after = described(row)
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return Act(
        deed,
        row,
        unit=row.indicator.unit,
        before={name: before[name] for name in names if name in before},
        after={name: after[name] for name in names if name in after},
        reason=reason,
    )
