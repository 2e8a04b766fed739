"""Tables whose rows share a cell of sasaran: it is named again in the first row of each page."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from reports import pdf


def with_continued(said: Any, first_on_page: Iterable[str]) -> Any:
    """The paper with the sasaran named again in these rows, by anchor."""
    named = set(first_on_page)
    rows = (replace(row, named=True, continued=True) if row.anchor in named else row for row in said.rows)
    return replace(said, rows=tuple(rows))


class NamedAgain:
    """A `pdf.Revise` for a paper with `rows`, each with `anchor` and `named`: no row stands without its sasaran."""

    def __init__(self, said: Any, html: Callable[[Any], str]):
        self.said, self.html = said, html

    def __call__(self, pages: pdf.Pages) -> str | None:
        page_of = {anchor: number for number, page in enumerate(pages) for anchor in page}
        rows = self.said.rows
        first = [
            row.anchor
            for before, row in pairwise(rows)
            if not row.named and page_of[before.anchor] < page_of[row.anchor]
        ]
        if not first:
            return None
        self.said = with_continued(self.said, first)
        return self.html(self.said)
