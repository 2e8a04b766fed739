"""The performance tree as a paper of several landscape pages; what it says comes from `reports.contexts.tree`."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pikepdf
from django.template.loader import render_to_string

from reports import pdf
from reports.contexts.tree import TreePaper, TreeSheet
from reports.joining import describe, joined, saved

STYLE = ("css/print.css", "css/print-tree.css")
# Signs of drawing laid out at once: a layout takes some 200 bytes of memory for each.
LAID_OUT_AT_ONCE = 800_000


def tree_html(said: TreePaper) -> str:
    """The document before it is printed; asks the database nothing."""
    return render_to_string("reports/tree/document.html", {"paper": said})


def tree_pdf(said: TreePaper) -> bytes:
    """The tree, landscape, as PDF/A; one too long to be laid out at once is joined of parts and is no PDF/A.

    The same paper gives the same bytes; asks neither database nor clock.
    """
    printed = [_printed(replace(said, sheets=part)) for part in _parts(said.sheets)]
    if len(printed) == 1:
        return printed[0]
    whole, _ = joined(printed)
    with pikepdf.open(io.BytesIO(whole)) as file:
        describe(file, said.file_title, said.government)
        return saved(file)


def _printed(said: TreePaper) -> bytes:
    return pdf.render(
        tree_html(said), STYLE, title=said.file_title, author=said.government, created=said.created
    )


def _parts(sheets: Sequence[TreeSheet]) -> Iterator[tuple[TreeSheet, ...]]:
    part: list[TreeSheet] = []
    drawn = 0
    for sheet in sheets:
        if part and drawn + len(sheet.drawing) > LAID_OUT_AT_ONCE:
            yield tuple(part)
            part, drawn = [], 0
        part.append(sheet)
        drawn += len(sheet.drawing)
    yield tuple(part)
