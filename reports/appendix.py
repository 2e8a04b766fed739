"""Puts pages of one printed document into another, as pictures of themselves with their text kept."""

import io
from collections.abc import Sequence
from decimal import Decimal

import pikepdf

POINTS_A_MM = Decimal(72) / Decimal("25.4")
# Where a pasted page stands on an A4 page of the report, clear of its running header and footer (mm).
LEFT, BOTTOM, RIGHT, TOP = 22, 26, 198, 270
MARKED = ("BDC", "BMC", "EMC", "DP", "MP")


def page_count(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def paste(document: bytes, pasted: bytes, places: Sequence[int]) -> bytes:
    """`document` with the pages of `pasted` drawn on its pages `places` (from 0), one on each, in order.

    Each is shrunk to fit between header and footer and framed. Its own marks for screen readers are
    taken off and the whole is marked as an artifact: the report says the same in its own tables.
    """
    with pikepdf.open(io.BytesIO(document)) as report, pikepdf.open(io.BytesIO(pasted)) as source:
        for number, (place, page) in enumerate(zip(places, source.pages, strict=True), start=1):
            picture = report.copy_foreign(page.as_form_xobject())
            picture.write(pikepdf.unparse_content_stream(_unmarked(picture)))
            _draw(report.pages[place], picture, f"/Terlampir{number}")
        out = io.BytesIO()
        report.save(out, deterministic_id=True)
    return out.getvalue()


def _unmarked(picture: pikepdf.Object) -> list:
    return [each for each in pikepdf.parse_content_stream(picture) if str(each.operator) not in MARKED]


def _draw(target: pikepdf.Page, picture: pikepdf.Object, name: str) -> None:
    left, bottom, right, top = (Decimal(each) * POINTS_A_MM for each in (LEFT, BOTTOM, RIGHT, TOP))
    x1, y1, x2, y2 = (Decimal(str(each)) for each in picture.BBox)
    scale = min((right - left) / (x2 - x1), (top - bottom) / (y2 - y1))
    x = left + (right - left - (x2 - x1) * scale) / 2
    y = top - (y2 - y1) * scale
    # A name of our own: one that the library makes up would differ with every print.
    target.add_resource(picture, pikepdf.Name.XObject, pikepdf.Name(name))
    width, height = (x2 - x1) * scale, (y2 - y1) * scale
    commands = (
        f"/Artifact BMC q {x:.3f} {y:.3f} {width:.3f} {height:.3f} re 0.5 w 0.6 G S Q "
        f"q {scale:.5f} 0 0 {scale:.5f} {x - x1 * scale:.3f} {y - y1 * scale:.3f} cm {name} Do Q EMC"
    )
    # The page's own commands leave the coordinates turned; they are closed in before anything is added.
    target.contents_add(b"q", prepend=True)
    target.contents_add(b"Q " + commands.encode())
