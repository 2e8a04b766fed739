"""Charts as inline SVG for page and paper alike: achievement as bars, figures over time as a line, money by months.

Only presentation attributes: neither the page's CSS nor the printer's reaches into inline SVG. Every chart
says the same in words (title and desc), and every figure stands beside its shape, so no colour is needed to
read it. Percentages and figures are Decimals; unknown is None and drawn as a sentence, never as zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from perjanjian.numerals import format_number, format_percent, round_half_up

WIDTH = 640
FONT = "Liberation Sans, Arial, sans-serif"
INK, SOFT, LINE = "#1f2933", "#52606d", "#c3ccd5"
FULL, SHORT, PALE = "#0b5394", "#7f9fbf", "#e8f1f9"
HOLLOW = "#ffffff"
MARK = "#a61b1b"

HUNDRED = Decimal(100)
# The axis of bars: the 100 % line always has room to its right, and one figure cannot flatten the others.
SHORTEST_AXIS, LONGEST_AXIS = Decimal(120), Decimal(160)
BAR_LEFT, BAR_LENGTH = 236, 280
ROW, BAR, HEAD = 34, 16, 24
LABEL_CHARACTERS, LABEL_LINES = 38, 2

PLOT_LEFT, PLOT_RIGHT = 32, 540
# About how wide a digit is set.
LETTER = Decimal("6.2")
PLOT_TOP, PLOT_BOTTOM = 28, 118


@dataclass(frozen=True)
class Bar:
    """One indicator's achievement: `percent` unrounded; without one `note` says why.

    `incomplete`: the year lacks a period, or is not over, so that the percentage is not judged.
    """

    label: str
    percent: Decimal | None
    note: str = ""
    provisional: bool = False
    incomplete: bool = False


@dataclass(frozen=True)
class Point:
    """One period's or year's figure; `text` is how it is written, or why there is none."""

    label: str
    value: Decimal | None
    text: str
    provisional: bool = False


def _n(value: Decimal | int) -> str:
    """A coordinate: at most two decimals, a point, no grouping; whatever the locale."""
    text = f"{round_half_up(Decimal(value), 2):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _svg(key: str, height: int, title: str, description: str, body: Iterable[SafeString]) -> SafeString:
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}" role="img" '
        'aria-labelledby="{}-judul {}-isi" font-family="{}" font-size="11" fill="{}">'
        '<title id="{}-judul">{}</title><desc id="{}-isi">{}</desc>{}</svg>',
        WIDTH,
        height,
        WIDTH,
        height,
        key,
        key,
        FONT,
        INK,
        key,
        title,
        key,
        description,
        mark_safe("".join(body)),  # noqa: S308  # each piece was made by format_html
    )


# --- achievement as bars ------------------------------------------------------------------------


def axis_end(bars: Sequence[Bar]) -> Decimal:
    """The percentage at the right end of the axis: whole tens, 120 at least and 160 at most."""
    highest = max((bar.percent for bar in bars if bar.percent is not None), default=HUNDRED)
    tens = (highest / 10).to_integral_value(ROUND_CEILING) * 10
    return min(LONGEST_AXIS, max(SHORTEST_AXIS, tens))


def achievement_bars(bars: Sequence[Bar], key: str, title: str) -> SafeString:
    """One bar an indicator with the line of 100 %.

    Args:
        key: unique on the page; ids of the title and the description are made of it.

    A bar past the axis is cut with a mark and keeps its figure. Below 100 % it is lighter, provisional
    ones are dashed, incomplete ones are an outline only, and both say so. Negative achievement has no length.
    """
    end = axis_end(bars)
    scale = BAR_LENGTH / end
    bottom = HEAD + ROW * len(bars)
    hundred = BAR_LEFT + HUNDRED * scale
    pieces = [
        format_html(
            '<text x="{}" y="14" text-anchor="middle" fill="{}">100\u00a0%</text>', _n(hundred), SOFT
        ),
        format_html(
            '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>', BAR_LEFT, HEAD - 4, BAR_LEFT, bottom, LINE
        ),
    ]
    pieces += [_bar(bar, HEAD + ROW * at, end, scale) for at, bar in enumerate(bars)]
    pieces.append(
        format_html(
            '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="1.5" stroke-dasharray="4 3"/>',
            _n(hundred),
            HEAD - 4,
            _n(hundred),
            bottom,
            MARK,
        )
    )
    description = "; ".join(f"{bar.label}: {_said(bar)}" for bar in bars) or "Tidak ada indikator"
    return _svg(key, bottom + 8, title, description, pieces)


def _said(bar: Bar) -> str:
    if bar.percent is None:
        return bar.note
    remarks = [word for word, holds in _remarks(bar) if holds]
    return format_percent(bar.percent) + (f" ({', '.join(remarks)})" if remarks else "")


def _remarks(bar: Bar) -> tuple[tuple[str, bool], ...]:
    return ("belum lengkap", bar.incomplete), ("sementara", bar.provisional)


def _bar(bar: Bar, top: int, end: Decimal, scale: Decimal) -> SafeString:
    middle = top + ROW // 2
    label = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="end">{}</text>',
        ((BAR_LEFT - 8, y, text) for y, text in _label_lines(bar.label, middle)),
    )
    if bar.percent is None:
        shape = format_html(
            '<text x="{}" y="{}" fill="{}" font-style="italic">{}</text>',
            BAR_LEFT + 6,
            middle + 4,
            SOFT,
            bar.note,
        )
        return format_html("<g><title>{}: {}</title>{}{}</g>", bar.label, bar.note, label, shape)
    length = min(max(Decimal(0), bar.percent), end) * scale
    rest = Decimal(BAR_LEFT) + length
    shape = format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"{}/>',
        BAR_LEFT,
        middle - BAR // 2,
        _n(length),
        BAR,
        _fill(bar, bar.percent),
        _outline(bar),
    )
    if bar.percent > end:
        cut = "M{x} {a}l5 {h}l-5 {h}".format(x=_n(rest - 8), a=middle - BAR // 2, h=BAR // 2)
        shape += format_html('<path d="{}" fill="none" stroke="#ffffff" stroke-width="3"/>', cut)
    figure = format_html('<text x="{}" y="{}">{}</text>', BAR_LEFT + BAR_LENGTH + 8, middle + 4, _said(bar))
    return format_html("<g><title>{}: {}</title>{}{}{}</g>", bar.label, _said(bar), label, shape, figure)


def _fill(bar: Bar, percent: Decimal) -> str:
    if bar.incomplete:
        return HOLLOW
    return PALE if bar.provisional else FULL if percent >= HUNDRED else SHORT


def _outline(bar: Bar) -> SafeString:
    if not (bar.incomplete or bar.provisional):
        return SafeString("")
    dashes = SafeString(' stroke-dasharray="3 2"') if bar.provisional else SafeString("")
    return format_html(' stroke="{}"{}', FULL, dashes)


def _label_lines(text: str, middle: int) -> list[tuple[int, str]]:
    """The label in at most two lines, each with its y; the rest is in the bar's title."""
    lines: list[str] = []
    for word in text.split():
        word = word if len(word) <= LABEL_CHARACTERS else word[: LABEL_CHARACTERS - 1] + "…"
        if lines and len(lines[-1]) + 1 + len(word) <= LABEL_CHARACTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > LABEL_LINES:
        lines = [*lines[: LABEL_LINES - 1], lines[LABEL_LINES - 1][: LABEL_CHARACTERS - 1].rstrip() + "…"]
    first = middle + 4 - 6 * (len(lines) - 1)
    return [(first + 13 * at, line) for at, line in enumerate(lines)]


# --- figures over time as a line ----------------------------------------------------------------


def line_over_time(
    points: Sequence[Point],
    key: str,
    title: str,
    target: Decimal | None = None,
    target_text: str = "",
    bounds: Sequence[tuple[Decimal, str]] = (),
) -> SafeString:
    """Figures of quarters or years as a line, with the target, or the bounds of a range (the lower first), as dashed ones.

    A period without a figure leaves a gap and says why below. The vertical axis begins at zero when the
    figures are nearer to it than to each other; its ends are never labelled, since each point has its figure.
    """
    known = [point.value for point in points if point.value is not None]
    low, high = _ends(known + ([] if target is None else [target]) + [bound for bound, _ in bounds])
    places = [_x(at, len(points)) for at in range(len(points))]
    pieces = [
        format_html(
            '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>',
            PLOT_LEFT,
            PLOT_BOTTOM,
            PLOT_RIGHT,
            PLOT_BOTTOM,
            LINE,
        )
    ]
    if target is not None and known:
        pieces.append(_target_line(_y(target, low, high), "Target", target_text))
    for at, (bound, text) in enumerate(bounds if known else ()):
        pieces.append(_bound_line(_y(bound, low, high), f"Batas {text}", above=at > 0))
    drawn = [
        (x, _y(p.value, low, high)) if p.value is not None else None
        for x, p in zip(places, points, strict=True)
    ]
    pieces += [
        format_html(
            '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="2"/>',
            *(_n(each) for each in (*here, *there)),
            FULL,
        )
        for here, there in pairwise(drawn)
        if here and there
    ]
    pieces += [_point(point, x, spot) for point, x, spot in zip(points, places, drawn, strict=True)]
    description = "; ".join(
        f"{point.label}: {point.text}{' (sementara)' if point.provisional else ''}" for point in points
    )
    if target_text:
        description += f"; target {target_text}"
    description += "".join(f"; batas {text}" for _, text in bounds)
    remarked = any(point.value is None or point.provisional for point in points)
    return _svg(key, PLOT_BOTTOM + (36 if remarked else 22), title, description, pieces)


def _ends(values: list[Decimal]) -> tuple[Decimal, Decimal]:
    """The figures at the bottom and the top of the plot."""
    if not values:
        return Decimal(0), Decimal(1)
    low, high = min(values), max(values)
    if low >= 0 and low * 2 <= high:
        low = Decimal(0)
    if low == high:
        return low - 1, high + 1
    room = (high - low) / 10
    return (low if low == 0 else low - room), high + room


def _x(at: int, count: int) -> Decimal:
    step = Decimal(PLOT_RIGHT - PLOT_LEFT) / count
    return PLOT_LEFT + step * at + step / 2


def _y(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    return PLOT_BOTTOM - (value - low) * (PLOT_BOTTOM - PLOT_TOP) / (high - low)


def _target_line(y: Decimal, word: str, text: str) -> SafeString:
    return _dashed(y) + _beside(y - 2, word) + _beside(y + 11, text)


def _bound_line(y: Decimal, text: str, above: bool) -> SafeString:
    """Labels away from each other, so that two bounds near each other can both be read."""
    return _dashed(y) + _beside(y - 2 if above else y + 11, text)


def _dashed(y: Decimal) -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="1.5" stroke-dasharray="4 3"/>',
        PLOT_LEFT,
        _n(y),
        PLOT_RIGHT,
        _n(y),
        MARK,
    )


def _beside(y: Decimal, text: str) -> SafeString:
    """Words at the right end of a line, set smaller where they would not fit."""
    room = Decimal(WIDTH - PLOT_RIGHT - 8)
    size = min(Decimal(11), 11 * room / (LETTER * max(1, len(text))))
    return format_html(
        '<text x="{}" y="{}" fill="{}" font-size="{}">{}</text>', PLOT_RIGHT + 6, _n(y), MARK, _n(size), text
    )


def _point(point: Point, x: Decimal, spot: tuple[Decimal, Decimal] | None) -> SafeString:
    name = _below(x, 16, point.label, False)
    if spot is None:
        why = _below(x, 30, point.text, True)
        return format_html("<g><title>{}: {}</title>{}{}</g>", point.label, point.text, name, why)
    # The figure stands on white, so that no line crosses it.
    width = LETTER * len(point.text) + 4
    figure = format_html(
        '<rect x="{}" y="{}" width="{}" height="13" fill="#ffffff" fill-opacity="0.85"/>'
        '<circle cx="{}" cy="{}" r="4" fill="{}" stroke="{}" stroke-width="2"/>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        _n(x - width / 2),
        _n(spot[1] - 20),
        _n(width),
        _n(x),
        _n(spot[1]),
        "#ffffff" if point.provisional else FULL,
        FULL,
        _n(x),
        _n(spot[1] - 9),
        point.text,
    )
    mark = _below(x, 30, "sementara", True) if point.provisional else ""
    return format_html("<g><title>{}: {}</title>{}{}{}</g>", point.label, point.text, name, figure, mark)


def _below(x: Decimal, depth: int, text: str, remark: bool) -> SafeString:
    """A word under the horizontal axis; a remark is small and slanted."""
    return format_html(
        '<text x="{}" y="{}" text-anchor="middle" fill="{}" font-style="{}" font-size="{}">{}</text>',
        _n(x),
        PLOT_BOTTOM + depth,
        SOFT,
        "italic" if remark else "normal",
        10 if remark else 11,
        text,
    )


# --- money and work through the months ----------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """What was spent and done up to the end of a month, in percent; `complete`: of every programme."""

    label: str
    money: Decimal | None
    work: Decimal | None
    complete: bool = True


MONTHS_LEFT, MONTHS_RIGHT = 56, 632


def money_and_work(months: Sequence[Month], key: str, title: str) -> SafeString:
    """Absorption as bars and physical progress as a line, with both figures under each month.

    A month nobody recorded is empty and says –. One that lacks a programme is pale, its figure has a star.
    """
    known = [each for month in months for each in (month.money, month.work) if each is not None]
    end = min(SHORTEST_AXIS, max([HUNDRED, *known]))
    step = Decimal(MONTHS_RIGHT - MONTHS_LEFT) / max(1, len(months))
    middles = [MONTHS_LEFT + step * at + step / 2 for at in range(len(months))]
    spots = [
        None if month.work is None else (x, _height(month.work, end))
        for x, month in zip(middles, months, strict=True)
    ]
    pieces = [_level(Decimal(0), end), _level(HUNDRED, end)]
    pieces += [_money(month, x, end) for x, month in zip(middles, months, strict=True)]
    pieces += [
        format_html(
            '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="2"/>',
            *(_n(each) for each in (*here, *there)),
            MARK,
        )
        for here, there in pairwise(spots)
        if here and there
    ]
    pieces += [
        format_html(
            '<circle cx="{}" cy="{}" r="3.5" fill="#ffffff" stroke="{}" stroke-width="2"/>',
            _n(spot[0]),
            _n(spot[1]),
            MARK,
        )
        for spot in spots
        if spot
    ]
    pieces += [
        format_html('<text x="4" y="{}" fill="{}">{}</text>', PLOT_BOTTOM + depth, colour, name)
        for depth, colour, name in ((34, FULL, "Serapan"), (50, MARK, "Fisik"))
    ]
    description = "; ".join(_month_said(month) for month in months)
    incomplete = any(month.money is not None and not month.complete for month in months)
    if incomplete:
        pieces.append(
            format_html(
                '<text x="4" y="{}" fill="{}" font-size="10" font-style="italic">{}</text>',
                PLOT_BOTTOM + 66,
                SOFT,
                "Dalam persen. * belum semua program tercatat sampai bulan itu",
            )
        )
    return _svg(key, PLOT_BOTTOM + (74 if incomplete else 58), title, description, pieces)


def _height(percent: Decimal, end: Decimal) -> Decimal:
    return _y(min(max(Decimal(0), percent), end), Decimal(0), end)


def _level(percent: Decimal, end: Decimal) -> SafeString:
    y = _n(_height(percent, end))
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>'
        '<text x="{}" y="{}" text-anchor="end" fill="{}">{}\u00a0%</text>',
        MONTHS_LEFT,
        y,
        MONTHS_RIGHT,
        y,
        LINE,
        MONTHS_LEFT - 6,
        y,
        SOFT,
        _n(percent),
    )


def _money(month: Month, x: Decimal, end: Decimal) -> SafeString:
    """The bar of a month with its name and both figures below."""
    name = _below(x, 16, month.label, False)
    star = "" if month.complete or month.money is None else "*"
    figures = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (_n(x), PLOT_BOTTOM + 34, _figure(month.money) + star),
            (_n(x), PLOT_BOTTOM + 50, _figure(month.work)),
        ),
    )
    bar = ""
    if month.money is not None:
        top = _height(month.money, end)
        bar = format_html(
            '<rect x="{}" y="{}" width="24" height="{}" fill="{}"{}/>',
            _n(x - 12),
            _n(top),
            _n(PLOT_BOTTOM - top),
            FULL if month.complete else PALE,
            "" if month.complete else format_html(' stroke="{}" stroke-dasharray="3 2"', FULL),
        )
    return format_html("<g><title>{}</title>{}{}{}</g>", _month_said(month), bar, name, figures)


def _figure(percent: Decimal | None) -> str:
    return "–" if percent is None else format_number(percent, 2)


def _month_said(month: Month) -> str:
    lacking = "" if month.complete or month.money is None else " (belum lengkap)"
    return f"{month.label}: serapan {_figure(month.money)}{lacking}, fisik {_figure(month.work)}"
