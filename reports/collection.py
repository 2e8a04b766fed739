"""Many issued papers in one file for printing: a contents page, then every paper as it was stored."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pikepdf
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from reports import pdf
from reports.joining import describe, joined, saved

# Papers open at the same time: each takes half a megabyte of memory while it is.
AT_A_TIME = 50
STYLE = ("css/print.css", "css/print-collection.css")


@dataclass(frozen=True)
class Paper:
    """One issued paper: what the contents page says of it, and its bytes as stored."""

    code: str
    position: str
    official: str
    standing: str
    content: bytes


@dataclass(frozen=True)
class Collection:
    """What the file says of itself. `left_out` are sentences about what is not in it, and why."""

    title: str
    government: str
    made_on: date
    papers: tuple[Paper, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Line:
    paper: Paper
    page: int


def collection_pdf(said: Collection) -> bytes:
    """The joined file: a copy for printing. The single files stay the originals.

    It is no PDF/A: the papers keep their words, not their marks for screen readers. Asks neither the
    database nor the clock. Raises `pdf.PrintError`, or pikepdf's own error for bytes that are no PDF.
    """
    parts, counts = [], []
    for first in range(0, len(said.papers), AT_A_TIME):
        part, pages = joined([paper.content for paper in said.papers[first : first + AT_A_TIME]])
        parts.append(part)
        counts += pages
    contents = _contents(said, counts)
    whole, (length, *_) = joined([contents, *parts])
    with pikepdf.open(io.BytesIO(whole)) as file:
        describe(file, said.title, said.government)
        _mark(file, said, _starts(counts, length))
        return saved(file)


def _contents(said: Collection, counts: Sequence[int]) -> bytes:
    """The contents page, laid out anew when it takes more pages than its page numbers allowed for."""
    length = 1

    def revise(pages: pdf.Pages) -> str | None:
        nonlocal length
        if len(pages) == length:
            return None
        length = len(pages)
        return _html(said, _starts(counts, length))

    return pdf.render(
        _html(said, _starts(counts, length)),
        STYLE,
        title=said.title,
        author=said.government,
        created=said.made_on,
        revise=revise,
    )


def _starts(counts: Sequence[int], length: int) -> list[int]:
    """On which page of the file each paper begins, the first page being 1."""
    starts, page = [], length + 1
    for count in counts:
        starts.append(page)
        page += count
    return starts


def _html(said: Collection, starts: Sequence[int]) -> str:
    lines = [_Line(paper, page) for paper, page in zip(said.papers, starts, strict=True)]
    address = settings.PUBLIC_ADDRESS + reverse("reports:check")
    return render_to_string(
        "reports/collection.html", {"said": said, "lines": lines, "check_address": address}
    )


def _mark(file: pikepdf.Pdf, said: Collection, starts: Sequence[int]) -> None:
    """A bookmark for every paper."""
    with file.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Daftar isi", 0))
        for paper, start in zip(said.papers, starts, strict=True):
            outline.root.append(pikepdf.OutlineItem(f"{paper.position} – {paper.code}", start - 1))
