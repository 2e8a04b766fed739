"""What a quarter's target means, how the year's is split into quarters, and whether they add up; pure.

A quarter's target is meant as people type the realisation it will be compared with: the quarter's own
share where the year is a sum, an average or a quotient of sums, the state at the end of the quarter
otherwise (docs/glossary.md, `Accumulation`). Arithmetic is exact; empty is None, never 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from agreements.enums import Accumulation, Calendar, Kind, Rhythm, Split
from agreements.rhythms import quarters_of
from perjanjian.numerals import NBSP, format_date, format_number, roman

if TYPE_CHECKING:
    from agreements.models import AgreementIndicator

Figure = Decimal | int | date | None
# A target by column of `TargetColumns`.
Figures = Mapping[str, Figure]

# In which quarters of the year an indicator is measured.
PERIODS_OF = {
    Calendar.QUARTERLY: (1, 2, 3, 4),
    Calendar.SEMESTER: (2, 4),
    Calendar.ANNUAL: (4,),
}
COLUMNS_OF = {Kind.RANGE: ("low", "high"), Kind.SCALE: ("step",), Kind.DATE: ("date",)}
# The year is made of all quarters; of the others the last one alone is the year.
OF_ALL = (Accumulation.SUM, Accumulation.AVERAGE, Accumulation.RATIO_OF_SUMS)
MEANING = {
    Accumulation.SUM: "Bagian triwulan itu saja; jumlahnya sama dengan target setahun.",
    Accumulation.LAST: "Keadaan pada akhir triwulan; yang terakhir sama dengan target setahun.",
    Accumulation.AVERAGE: "Angka triwulan itu saja; rata-ratanya sama dengan target setahun.",
    Accumulation.RATIO_OF_SUMS: "Angka triwulan itu saja; target setahun di antara yang terendah dan tertinggi.",
    Accumulation.ANNUAL: "Diukur sekali; sama dengan target setahun.",
    Accumulation.RUNNING_TOTAL: "Kumulatif sejak 1 Januari; yang terakhir sama dengan target setahun.",
}
NO_SHAPE = "Pola tahun lalu belum ada: realisasi tahun lalu belum lengkap atau tidak dapat dijadikan pola."


class NotSplit(Exception):
    """The year's target cannot be split in this way; a sentence for the person who asked."""


@dataclass(frozen=True)
class YearTarget:
    """What is promised for the year, and in which quarters it is measured."""

    kind: Kind
    accumulation: Accumulation
    unit: str
    decimals: int
    due: tuple[int, ...]
    figures: Figures
    steps: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return columns_of(self.kind)

    @property
    def meaning(self) -> str:
        return MEANING[self.accumulation]


def columns_of(kind: str) -> tuple[str, ...]:
    """The columns of a target of this kind."""
    return COLUMNS_OF.get(Kind(kind), ("value",))


def year_target(promise: "AgreementIndicator", rhythm: str = Rhythm.QUARTER) -> YearTarget:
    """What a promise asks of the year, filled in at its rhythm; its catalogue row should be at hand."""
    filled = quarters_of(rhythm)
    return YearTarget(
        kind=Kind(promise.kind),
        accumulation=Accumulation(promise.accumulation),
        unit=promise.unit_of_measure,
        decimals=promise.decimals,
        due=tuple(q for q in PERIODS_OF[Calendar(promise.indicator.calendar)] if q in filled),
        figures={column: getattr(promise, column) for column in columns_of(promise.kind)},
        steps=promise.steps,
    )


def is_empty(figures: Figures | None) -> bool:
    return figures is None or all(figure is None for figure in figures.values())


# --- splitting the year ---------------------------------------------------------------------------


def split(year: YearTarget, way: Split, shape: Mapping[int, Decimal] | None = None) -> dict[int, Figures]:
    """The year's target in its quarters, adding up exactly; a quarter left out has no target.

    Args:
        shape: last year's realisation by quarter, as it was typed; for `Split.LAST_YEAR`.

    Raises NotSplit when the year has no target, or last year gives no shape.
    """
    if any(year.figures.get(column) is None for column in year.columns):
        raise NotSplit("Target setahun belum lengkap di PK.")
    if year.kind in (Kind.SCALE, Kind.DATE) or year.accumulation == Accumulation.ANNUAL:
        return _at_end_alone(year) if year.kind == Kind.DATE else _state(year, way)
    shares = _shares(year, way, shape)
    parts = {column: _parts(year, year.figures[column], way, shares) for column in year.columns}
    found = {
        quarter: {column: parts[column][index] for column in year.columns}
        for index, quarter in enumerate(year.due)
    }
    return {quarter: figures for quarter, figures in found.items() if not is_empty(figures)}


def apportioned(total: Decimal, shares: Sequence[Decimal], places: int) -> list[Decimal]:
    """The total in parts by shares (not negative, not all 0), each with `places` decimals, adding up to it.

    What rounding down leaves is given to the largest remainders, of equal ones to the last. A total with
    more decimals than `places` keeps them.
    """
    places = max(places, _places(total))
    units = Fraction(total) * 10**places
    whole = sum(map(Fraction, shares))
    exact = [units * Fraction(share) / whole for share in shares]
    parts = [floor(part) for part in exact]
    largest = sorted(range(len(parts)), key=lambda index: (exact[index] - parts[index], index), reverse=True)
    for index in largest[: int(units - sum(parts))]:
        parts[index] += 1
    return [Decimal(part).scaleb(-places) for part in parts]


def _at_end_alone(year: YearTarget) -> dict[int, Figures]:
    return {year.due[-1]: dict(year.figures)}


def _state(year: YearTarget, way: Split) -> dict[int, Figures]:
    """A step of a scale holds in every quarter; what is measured once stands in the last one."""
    if way == Split.LAST_YEAR:
        raise NotSplit(NO_SHAPE)
    if way == Split.AT_END or year.accumulation == Accumulation.ANNUAL:
        return _at_end_alone(year)
    return {quarter: dict(year.figures) for quarter in year.due}


def _shares(year: YearTarget, way: Split, shape: Mapping[int, Decimal] | None) -> list[Decimal]:
    if way != Split.LAST_YEAR:
        return [Decimal(1)] * len(year.due)
    found = [shape[quarter] for quarter in year.due if shape and quarter in shape]
    if year.kind == Kind.RANGE or len(found) < len(year.due) or any(share < 0 for share in found):
        raise NotSplit(NO_SHAPE)
    # A sum needs some share at all, a state something at its end to be measured by.
    if not (sum(found) if year.accumulation in OF_ALL else found[-1]):
        raise NotSplit(NO_SHAPE)
    return found


def _parts(year: YearTarget, figure: Figure, way: Split, shares: list[Decimal]) -> Sequence[Decimal | None]:
    """One figure of the year in the quarters that are due."""
    total, count = Decimal(figure), len(shares)  # type: ignore[arg-type]
    if year.accumulation == Accumulation.SUM:
        if way == Split.AT_END:
            return [Decimal(0)] * (count - 1) + [total]
        return apportioned(total, shares, year.decimals)
    if year.accumulation == Accumulation.AVERAGE:
        # The mean is the year's when the sum is the year's times the number of quarters.
        return (
            [total] * count if way != Split.LAST_YEAR else apportioned(total * count, shares, year.decimals)
        )
    if year.accumulation == Accumulation.RUNNING_TOTAL and way != Split.LAST_YEAR:
        if way == Split.AT_END:
            return [Decimal(0)] * (count - 1) + [total]
        return _running(apportioned(total, shares, year.decimals))
    if way == Split.AT_END and year.accumulation not in OF_ALL:
        # A state that is not promised before the end is unknown until then, not 0.
        return [None] * (count - 1) + [total]
    if way != Split.LAST_YEAR:
        return [total] * count
    return _scaled(total, shares, year)


def _running(parts: Iterable[Decimal]) -> list[Decimal]:
    found, so_far = [], Decimal(0)
    for part in parts:
        so_far += part
        found.append(so_far)
    return found


def _scaled(total: Decimal, shares: list[Decimal], year: YearTarget) -> list[Decimal]:
    """Each quarter in the same proportion to the year as last year; a quotient to last year's mean."""
    whole = Fraction(sum(shares)) / len(shares)
    base = whole if year.accumulation == Accumulation.RATIO_OF_SUMS else Fraction(shares[-1])
    unit = 10 ** max(year.decimals, _places(total))
    exact = (Fraction(total) * Fraction(share) / base * unit for share in shares)
    return [Decimal(floor(part + Fraction(1, 2))) / unit for part in exact]


def _places(value: Decimal) -> int:
    return max(0, -int(value.normalize().as_tuple().exponent))


# --- whether they add up --------------------------------------------------------------------------


def problem(year: YearTarget, quarters: Mapping[int, Figures]) -> str:
    """Why these quarters do not make the year, by how much, and what to do; empty when they do."""
    missing = [quarter for quarter in _needed(year) if _incomplete(year, quarters.get(quarter))]
    if missing:
        names = ", ".join(f"TW {roman(quarter)}" for quarter in missing)
        zero = " (0 bila memang tidak ada)" if year.accumulation == Accumulation.SUM else ""
        return f"Target {names} belum diisi. Isi{zero} atau pilih salah satu cara membagi."
    if fallen := _fallen(year, quarters):
        return fallen
    found = (_difference(year, column, quarters) for column in year.columns)
    return next((sentence for sentence in found if sentence), "")


def _needed(year: YearTarget) -> tuple[int, ...]:
    return year.due if year.accumulation in OF_ALL else year.due[-1:]


def _incomplete(year: YearTarget, figures: Figures | None) -> bool:
    return figures is None or any(figures.get(column) is None for column in year.columns)


def _fallen(year: YearTarget, quarters: Mapping[int, Figures]) -> str:
    """A total that runs through the year never falls."""
    if year.accumulation != Accumulation.RUNNING_TOTAL:
        return ""
    highest: tuple[Decimal, int] | None = None
    for quarter in year.due:
        figure = quarters.get(quarter, {}).get(year.columns[0])
        if not isinstance(figure, Decimal):
            continue
        if highest is not None and figure < highest[0]:
            return (
                f"TW {roman(quarter)} lebih rendah daripada TW {roman(highest[1])}, padahal angkanya kumulatif. "
                f"Isi paling sedikit {text_of(year, highest[0])}."
            )
        highest = (figure, quarter)
    return ""


def _difference(year: YearTarget, column: str, quarters: Mapping[int, Figures]) -> str:
    wanted = year.figures[column]
    found = [quarters[quarter][column] for quarter in _needed(year)]
    last = f"TW {roman(year.due[-1])}"
    if not isinstance(wanted, Decimal) or year.accumulation not in OF_ALL:
        if found[-1] == wanted:
            return ""
        said = f"{last} {text_of(year, found[-1])}, target setahun {text_of(year, wanted)}"
        return f"{said}{_by(year, found[-1], wanted)}. Samakan {last} dengan target setahun."
    figures = [Decimal(figure) for figure in found]  # type: ignore[arg-type]
    names = f"TW {roman(year.due[0])}–{roman(year.due[-1])}" if len(figures) > 1 else last
    if year.accumulation == Accumulation.RATIO_OF_SUMS:
        if min(figures) <= wanted <= max(figures):
            return ""
        return (
            f"Target {names} berkisar {text_of(year, min(figures))} sampai {text_of(year, max(figures))}, "
            f"target setahun {text_of(year, wanted)} di luarnya. Naikkan atau turunkan salah satunya."
        )
    count = len(figures) if year.accumulation == Accumulation.AVERAGE else 1
    total = sum(figures, Decimal(0))
    gap = total - wanted * count
    if not gap:
        return ""
    remedy = f"{'Kurangi' if gap > 0 else 'Tambah'} salah satu triwulan {text_of(year, abs(gap))}."
    if year.accumulation == Accumulation.AVERAGE:
        return f"Rata-rata {names} tidak sama dengan target setahun {text_of(year, wanted)}. {remedy}"
    said = f"Jumlah {names} {text_of(year, total)}, target setahun {text_of(year, wanted)}"
    return f"{said}{_by(year, total, wanted)}. {remedy}"


def _by(year: YearTarget, found: Figure, wanted: Figure) -> str:
    """“: kurang 10 orang”; nothing for what has no difference, such as a step."""
    if not isinstance(found, Decimal) or not isinstance(wanted, Decimal):
        return ""
    return f": {'lebih' if found > wanted else 'kurang'} {text_of(year, abs(found - wanted))}"


def text_of(year: YearTarget, figure: Figure) -> str:
    """A figure of a sentence with its unit of measure; never cut."""
    if figure is None:
        return "kosong"
    if isinstance(figure, date):
        return format_date(figure)
    if year.kind == Kind.SCALE:
        return year.steps[int(figure) - 1] if 1 <= figure <= len(year.steps) else f"tingkat {figure}"
    value = Decimal(figure)
    return f"{format_number(value, max(year.decimals, _places(value)))}{NBSP}{year.unit}".rstrip()
