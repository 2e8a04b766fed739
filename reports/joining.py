"""Printed files made into one: for printing, without the marks for screen readers; it is no PDF/A."""

import io
from collections.abc import Sequence
from contextlib import ExitStack

import pikepdf


def joined(contents: Sequence[bytes]) -> tuple[bytes, list[int]]:
    """The files as one, and how many pages each of them has. Raises pikepdf's own error for bytes that are no PDF."""
    whole, counts = pikepdf.new(), []
    with ExitStack() as opened:
        for content in contents:
            source = opened.enter_context(pikepdf.open(io.BytesIO(content)))
            counts.append(len(source.pages))
            whole.pages.extend(source.pages)
        return saved(whole), counts


def describe(whole: pikepdf.Pdf, title: str, author: str) -> None:
    """Title, who made it, and language."""
    whole.docinfo["/Title"] = pikepdf.String(title)
    whole.docinfo["/Author"] = pikepdf.String(author)
    whole.Root.Lang = pikepdf.String("id")


def saved(whole: pikepdf.Pdf) -> bytes:
    """The bytes; the same content gives the same ones."""
    out = io.BytesIO()
    whole.save(out, min_version="1.7", deterministic_id=True)
    return out.getvalue()
