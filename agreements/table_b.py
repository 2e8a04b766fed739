"""Finding a line of table B again: by its code, whatever step its budget is known by meanwhile; pure."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol, TypeVar

from agreements.nomenclature import lies_within

# Code, or the number of a programme without one, and fund source.
LineKey = tuple[str, str]


class Line(Protocol):
    """A line of table B, or a budget that could become one."""

    @property
    def programme_id(self) -> int: ...

    @property
    def code(self) -> str: ...

    @property
    def fund_source(self) -> str: ...

    @property
    def amount(self) -> Decimal: ...


Each = TypeVar("Each", bound=Line)


def key_of(code: str, programme_id: int) -> str:
    """The code; of two nomenclature years the same one means the same. Without a code the programme itself."""
    return code or f"#{programme_id}"


def same_line(line: Line, among: Iterable[Each]) -> Each | None:
    """The one that is the same program (kegiatan, sub kegiatan) of the same fund source."""
    same_source = (each for each in among if each.fund_source == line.fund_source)
    return next((each for each in same_source if _same(line, each)), None)


def place_of(line: Line, among: Iterable[Each]) -> Each | None:
    """The one that is the same, or that the line lies within."""
    among = list(among)
    return same_line(line, among) or next((each for each in among if is_part(line, each)), None)


def is_part(line: Line, whole: Line) -> bool:
    """Whether the line's money is part of another's: a kegiatan of its program, of the same fund source."""
    return line.fund_source == whole.fund_source and lies_within(line.code, whole.code)


def before_of(line: Line, amended: Iterable[Line]) -> Decimal | None:
    """What the amended table had for a line, or for the lines within it, in rupiah; None where it had none."""
    amounts = [each.amount for each in amended if is_part(each, line)]
    if found := same_line(line, amended):
        return found.amount
    return sum(amounts, Decimal(0)) if amounts else None


def _same(one: Line, other: Line) -> bool:
    return one.programme_id == other.programme_id or (bool(one.code) and one.code == other.code)
