"""Cells into values and back: what import-export calls widgets, with our sentences and our way of writing figures.

`clean` gets a cell of `records.workbooks` (text, number, day or yes/no) and raises ValueError with a
sentence; `render` gives the cell an export writes, which `clean` reads back unchanged. An empty cell is
`None`, and "" for text.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Choices
from import_export import widgets

from agreements.imports.lookups import Lookup, fold, short
from agreements.imports.spec import Context
from perjanjian import numerals
from perjanjian.numerals import NumeralError

YES = frozenset({"ya", "y", "yes", "true", "benar", "1", "x", "v", "✓", "✔", "ada"})
NO = frozenset({"tidak", "t", "n", "no", "false", "salah", "0", "-", "bukan"})


def is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def text_of(cell: Any) -> str:
    """A cell as text: a code typed as a number keeps its digits, a day is written out."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ya" if cell else "tidak"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, date):
        return numerals.format_date(cell)
    return str(cell)


class TextWidget(widgets.Widget):
    """One line of text; `lines=True` keeps the breaks of longer texts, `keeps=True` takes an empty cell for None."""

    def __init__(self, lines: bool = False, keeps: bool = False):
        super().__init__()
        self.lines, self.keeps = lines, keeps

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str | None:
        if self.keeps and is_empty(value):
            return None
        text = text_of(value).replace("\r\n", "\n").replace("\r", "\n")
        return text.strip() if self.lines else " ".join(text.split())

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class NumberWidget(widgets.Widget):
    """A figure. A number of the sheet is taken as it is, text is read the Indonesian way."""

    def __init__(self, decimals: int | None = None, least: int | None = None, most: int | None = None):
        super().__init__()
        self.decimals, self.least, self.most = decimals, least, most

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | int | None:
        if is_empty(value):
            return None
        number = self.number(value, kwargs["context"].dialect if kwargs.get("context") else "id")
        if self.least is not None and number < self.least:
            raise ValueError(f"Angka paling sedikit {numerals.format_number(self.least)}. Periksa angkanya.")
        if self.most is not None and number > self.most:
            raise ValueError(f"Angka paling banyak {numerals.format_number(self.most)}. Periksa angkanya.")
        return number

    def number(self, value: Any, dialect: str) -> Decimal | int:
        if isinstance(value, bool | date):
            raise ValueError(f"“{text_of(value)}” bukan angka. Tulis angkanya, misalnya 1250,5.")
        # A cell's number is checked by the same rules as one that was typed; its own point is the decimal sign.
        dialect = dialect if isinstance(value, str) else "plain"
        typed = (
            value if isinstance(value, str) else f"{value:f}" if isinstance(value, Decimal) else str(value)
        )
        try:
            return numerals.parse(typed, decimals=self.decimals, dialect=dialect)
        except NumeralError as error:
            raise ValueError(error.message) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


class WholeNumberWidget(NumberWidget):
    """A count, an order, a year."""

    def __init__(self, least: int | None = 0, most: int | None = 32767):
        super().__init__(0, least, most)

    def number(self, value: Any, dialect: str) -> int:
        return int(super().number(value, dialect))


class MoneyWidget(NumberWidget):
    """An amount in rupiah with two decimals at most."""

    def __init__(self, least: int | None = 0):
        super().__init__(2, least)

    def number(self, value: Any, dialect: str) -> Decimal | int:
        if isinstance(value, str) and "%" in value:
            raise ValueError("Isi jumlah rupiah, bukan persen. Hapus tanda %.")
        return super().number(value, dialect)


class DateWidget(widgets.Widget):
    """A day: a date of the sheet, or text as people type one."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        if is_empty(value):
            return None
        if isinstance(value, date):
            value = value.isoformat()[:10]
        try:
            return numerals.parse_date(text_of(value))
        except NumeralError as error:
            raise ValueError(error.message) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> date | None:
        return value


class YesNoWidget(widgets.Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool | None:
        if is_empty(value):
            return None
        if isinstance(value, bool):
            return value
        word = fold(text_of(value))
        if word not in YES | NO:
            raise ValueError(f"“{short(value)}” bukan ya atau tidak. Tulis ya atau tidak.")
        return word in YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "ya" if value else "tidak"


class ChoiceWidget(widgets.Widget):
    """One of a list of values, by its label; `also` gives other words for a value."""

    def __init__(
        self, choices: type[Choices] | Iterable[tuple[Any, Any]], also: Mapping[str, str] | None = None
    ):
        super().__init__()
        pairs = choices.choices if isinstance(choices, type) else choices
        self.labels = {str(value): str(label) for value, label in pairs}
        self.words = {fold(label): value for value, label in self.labels.items()}
        self.words |= {fold(value): value for value in self.labels}
        self.words |= {fold(word): str(value) for word, value in (also or {}).items()}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str | None:
        if is_empty(value):
            return None
        word = fold(text_of(value))
        if word not in self.words:
            raise ValueError(
                f"“{short(value)}” tidak dikenal. Pilih salah satu: {', '.join(self.labels.values())}."
            )
        return self.words[word]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.labels.get(str(value), "")


class ReferenceWidget(widgets.Widget):
    """Another row, by what people write for it; never asks the database for one cell.

    Args:
        lookup: gives the rows of this pass, stored and new.
        write: how an export writes a row so that `lookup` finds it again.
    """

    def __init__(self, lookup: Callable[[Context], Lookup], write: Callable[[Context, Any], str]):
        super().__init__()
        self.lookup, self.write = lookup, write

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return None if is_empty(value) else self.lookup(kwargs["context"]).find(text_of(value))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.write(kwargs["context"], value)
