"""A performance tree as inline SVG, for page and paper alike; pure.

Only presentation attributes, as in `reports.charts`: neither the page's CSS nor the printer's reaches in here.
A level is a word with a shape, a critical success factor a word with a star; the colours only repeat them.
What a box has no room for ends with …; the whole is in its title.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from agreements.enums import TreeLevel
from reports.charts import FONT, INK, SOFT
from reports.tree_layout import Edge, Item, Layout, Placed, lay_out

BOX, PAD, STRIP = 204, 8, 18
ROOT, LINK = "root", "link"
PAPER, RULE = "#ffffff", "#7b8794"
COLOURS: Mapping[str, str] = {
    TreeLevel.FINAL: "#083d6d",
    TreeLevel.INTERMEDIATE: "#0b6770",
    TreeLevel.IMMEDIATE: "#4a641f",
    TreeLevel.OUTPUT: "#8a5a00",
    TreeLevel.PROCESS: "#565b63",
    ROOT: "#1f2933",
}
# Shapes of ten by ten around their middle.
SHAPES: Mapping[str, str] = {
    TreeLevel.FINAL: "M0 -5L5 0L0 5L-5 0Z",
    TreeLevel.INTERMEDIATE: "M-4 -4H4V4H-4Z",
    TreeLevel.IMMEDIATE: "M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z",
    TreeLevel.OUTPUT: "M0 -5L5 4H-5Z",
    TreeLevel.PROCESS: "M-5 -2H5V2H-5Z",
}
STAR = "M0 -5L1.5 -1.6L5 -1.5L2.3 .8L3.2 4.4L0 2.4L-3.2 4.4L-2.3 .8L-5 -1.5L-1.5 -1.6Z"
DASHES = "5 3"

TEXT, SMALL = 11, 9.5
TEXT_LINES, OWNER_LINES, MEASURE_LINES, MEASURES = 6, 2, 3, 3
# Widths of Liberation Sans in thousandths of its size; signs not listed are taken as wide.
_WIDTHS = {
    191: "'", 222: "ijl", 278: " !,./:;\\|fItr[]", 333: "()-r·“”‘’", 389: "*", 469: "^", 500: "ckJsvxyz",
    556: "#$?0123456789_abdeghnopquL–", 584: "+<=>~×", 611: "FTZ", 667: "&ABEKPSVXY", 722: "CDHNRUw",
    778: "GOQ", 833: "mM", 889: "%", 944: "W",
}  # fmt: skip
_WIDTH = {sign: width for width, signs in _WIDTHS.items() for sign in signs}
WIDEST = 1000


@dataclass(frozen=True)
class Box:
    """What a box says. `kind` is a level, ROOT for the owner of the tree, LINK for another unit's part.

    `hidden` counts what hangs below and is not drawn; `address` is its page, empty on paper.
    """

    key: str
    kind: str
    text: str
    critical: bool = False
    unit: str = ""
    owner: str = ""
    measures: tuple[str, ...] = ()
    hidden: int = 0
    address: str = ""
    children: tuple["Box", ...] = ()

    @property
    def said(self) -> str:
        """Everything in words."""
        parts = [f"{heading(self)}: {self.text}"]
        parts += ["faktor kunci keberhasilan"] if self.critical else []
        parts += [self.unit] if self.unit else []
        parts += [f"pemilik {self.owner}"] if self.owner else []
        parts += self.measures
        return "; ".join(parts)


@dataclass(frozen=True)
class Line:
    """One line of a box: its words, size, colour and weight, and how far below the top of the box."""

    text: str
    y: int
    size: float = TEXT
    colour: str = INK
    bold: bool = False


@dataclass(frozen=True)
class Face:
    """The lines of a box and how high it is."""

    lines: tuple[Line, ...]
    height: int


def heading(box: Box) -> str:
    """The word in the strip of a box."""
    if box.kind == ROOT:
        return "Pohon kinerja"
    return "Lintas perangkat daerah" if box.kind == LINK else TreeLevel(box.kind).label


def width_of(text: str, size: float) -> float:
    """How wide a text is set, in pixels; never less than it comes out."""
    return sum(_WIDTH.get(sign, WIDEST) for sign in text) * size / 1000


def wrapped(text: str, room: float, size: float, most: int) -> list[str]:
    """A text in lines of that room, at most so many; what is left out is marked with ….

    A word longer than a line is broken.
    """
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if width_of(joined, size) <= room:
            lines[-1] = joined
            continue
        pieces = list(_broken(word, room, size))
        lines += pieces if lines[-1] else []
        if not lines[0]:
            lines = pieces
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while width_of(f"{last}…", size) > room:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def _broken(word: str, room: float, size: float) -> Iterator[str]:
    piece = ""
    for sign in word:
        if piece and width_of(piece + sign, size) > room:
            yield piece
            piece = ""
        piece += sign
    yield piece


def face(box: Box, onward: str = "", back: str = "") -> Face:
    """What is written where in a box.

    Args:
        onward: words for where its branch goes on, such as “lanjut hal. 4 (B)”.
        back: words for where it comes from, such as “lanjutan dari hal. 1 (B)”.
    """
    room, y = BOX - 2 * PAD, STRIP + 4
    made: list[Line] = []

    def put(text: str, most: int, size: float, colour: str = INK, bold: bool = False) -> None:
        nonlocal y
        for line in wrapped(text, room, size * 1.07 if bold else size, most):
            y += 13 if size == TEXT else 12
            made.append(Line(line, y, size, colour, bold))

    if back:
        put(back, 1, SMALL, SOFT, bold=True)
    put(box.text, TEXT_LINES, TEXT, bold=box.kind == ROOT)
    if box.unit:
        put(box.unit, OWNER_LINES, SMALL, SOFT, bold=True)
    if box.owner:
        put(f"Pemilik: {box.owner}", OWNER_LINES, SMALL, SOFT)
    for measure in box.measures[:MEASURES]:
        put(f"• {measure}", MEASURE_LINES, SMALL)
    more = len(box.measures) - MEASURES
    if more > 0:
        put(f"• dan {more} indikator lain", 1, SMALL, SOFT)
    if box.hidden:
        put(f"+ {box.hidden} simpul di bawahnya", 1, SMALL, INK, bold=True)
    if onward:
        put(onward, 1, SMALL, INK, bold=True)
    return Face(tuple(made), y + PAD)


def item_of(box: Box) -> Item:
    """The box with its branch, to be placed."""
    return Item(box.key, BOX, face(box).height, tuple(map(item_of, box.children)))


def everything(box: Box) -> dict[str, Box]:
    """The box and all below it, by key."""
    found, waiting = {}, [box]
    while waiting:
        at = waiting.pop()
        found[at.key] = at
        waiting += at.children
    return found


# --- SVG --------------------------------------------------------------------------------------------


def whole(root: Box, key: str, title: str) -> SafeString:
    """A tree in one drawing, for a page: every box is a link to its node.

    Args:
        key: unique on the page; the ids of the title and the description are made of it.
    """
    layout, boxes = lay_out(item_of(root)), everything(root)
    faces = {each.key: face(each) for each in boxes.values()}
    said = f"{len(layout.boxes)} kotak. Isi yang sama, berjenjang, ada pada Susunan."
    frame = Frame(key, layout.width, layout.height, title, said, role="group")
    return svg(frame, drawn(layout, boxes, faces))


def drawn(layout: Layout, boxes: Mapping[str, Box], faces: Mapping[str, Face]) -> Iterator[SafeString]:
    """The lines first, the boxes over them."""
    for edge in layout.edges:
        yield _edge(edge, dashed=boxes[edge.child].kind == LINK)
    for place in layout.boxes:
        yield _box(place, boxes[place.key], faces[place.key])


@dataclass(frozen=True)
class Frame:
    """What stands around a drawing. `key` is unique on the page; `scale` is millimetres a pixel, 0 on screen."""

    key: str
    width: int
    height: int
    title: str
    description: str
    role: str = "img"
    scale: float = 0

    def length(self, pixels: int) -> str:
        return f"{pixels * self.scale:.2f}mm" if self.scale else str(pixels)


def svg(frame: Frame, body: Iterable[SafeString]) -> SafeString:
    """The drawing itself; with a pixel of room all around, for the lines of the boxes at the edge."""
    width, height = frame.width + 2, frame.height + 2
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {w} {h}" width="{width}" height="{height}" '
        'role="{role}" aria-labelledby="{key}-judul {key}-isi" font-family="{font}" font-size="{text}" '
        'fill="{ink}"><title id="{key}-judul">{title}</title><desc id="{key}-isi">{said}</desc>{body}</svg>',
        w=width,
        h=height,
        width=frame.length(width),
        height=frame.length(height),
        role=frame.role,
        key=frame.key,
        font=FONT,
        text=TEXT,
        ink=INK,
        title=frame.title,
        said=frame.description,
        body=mark_safe("".join(body)),  # noqa: S308  # each piece was made by format_html
    )


def _edge(edge: Edge, dashed: bool) -> SafeString:
    points = " ".join(f"{x},{y}" for x, y in edge.points)
    dashes = format_html(' stroke-dasharray="{}"', DASHES) if dashed else ""
    return format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="1.2"{}/>', points, RULE, dashes
    )


def _box(place: Placed, box: Box, shown: Face) -> SafeString:
    colour = COLOURS.get(box.kind, SOFT)
    is_link = box.kind == LINK
    body = format_html(
        '{said}<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{paper}" '
        'stroke="{colour}" stroke-width="{weight}"{dashes}/>{strip}{lines}',
        # On paper nobody points at a box: the description of the drawing says all of them.
        said=format_html("<title>{}</title>", box.said) if box.address else "",
        x=place.x,
        y=place.y,
        w=place.width,
        h=place.height,
        r=9 if is_link else 4,
        paper=PAPER,
        colour=colour,
        weight="2.4" if box.critical else "1.2",
        dashes=format_html(' stroke-dasharray="{}"', DASHES) if is_link else "",
        strip=_strip(place, box, colour),
        lines=mark_safe("".join(_line(place, line) for line in shown.lines)),  # noqa: S308
    )
    if not box.address:
        return format_html("<g>{}</g>", body)
    return format_html('<a href="{}">{}</a>', box.address, body)


def _line(place: Placed, line: Line) -> SafeString:
    return format_html(
        '<text x="{}" y="{}" font-size="{}" fill="{}"{}>{}</text>',
        place.x + PAD,
        place.y + line.y,
        f"{line.size:g}",
        line.colour,
        mark_safe(' font-weight="bold"') if line.bold else "",
        line.text,
    )


def _strip(place: Placed, box: Box, colour: str) -> SafeString:
    """The head of a box: the shape and the word of its level, and the mark of a critical success factor."""
    x, y = place.x, place.y
    ink = colour if box.kind == LINK else PAPER
    ground = ""
    if box.kind != LINK:
        right = x + place.width
        path = f"M{x} {y + STRIP}V{y + 4}Q{x} {y} {x + 4} {y}H{right - 4}Q{right} {y} {right} {y + 4}V{y + STRIP}Z"
        ground = format_html('<path d="{}" fill="{}"/>', path, colour)
    shape = _shape(SHAPES[box.kind], x + PAD + 5, y + 9, ink) if box.kind in SHAPES else ""
    word = _word(heading(box), x + PAD + (16 if shape else 0), y + 13, ink)
    mark = ""
    if box.critical:
        mark = _shape(STAR, x + place.width - PAD - 30, y + 9, ink)
        mark += _word("CSF", x + place.width - PAD - 21, y + 13, ink)
    return format_html("{}{}{}{}", ground, shape, word, mark)


def _shape(path: str, x: int, y: int, colour: str) -> SafeString:
    return format_html('<path d="{}" transform="translate({} {})" fill="{}"/>', path, x, y, colour)


def _word(text: str, x: int, y: int, colour: str) -> SafeString:
    return format_html(
        '<text x="{}" y="{}" font-size="{}" font-weight="bold" fill="{}">{}</text>', x, y, SMALL, colour, text
    )


def legend(key: str, scale: float = 0) -> SafeString:
    """What the shapes and lines mean, in one row."""
    x, pieces = 6, []
    for level in TreeLevel:
        pieces.append(_shape(SHAPES[level], x, 9, COLOURS[level]))
        pieces.append(_word(level.label, x + 9, 13, INK))
        x += 30 + round(width_of(level.label, SMALL * 1.07))
    pieces.append(_shape(STAR, x, 9, INK))
    pieces.append(_word("CSF, faktor kunci keberhasilan", x + 9, 13, INK))
    x += 30 + round(width_of("CSF, faktor kunci keberhasilan", SMALL * 1.07))
    pieces.append(_edge(Edge("", "", ((x - 4, 9), (x + 26, 9))), dashed=True))
    pieces.append(_word("dukungan lintas perangkat daerah", x + 32, 13, INK))
    x += 40 + round(width_of("dukungan lintas perangkat daerah", SMALL * 1.07))
    said = "Bentuk dan kata menunjukkan tingkat; bintang: faktor kunci keberhasilan; garis putus: lintas perangkat daerah."
    return svg(Frame(key, x, 18, "Keterangan", said, scale=scale), pieces)
