"""What the calculation engine takes and gives: frozen values with no behaviour of their own.

Keys (kind, polarity, method, accumulation, state) are plain strings; enums elsewhere use the same values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

KINDS = ("number", "ratio", "range", "scale", "date")
POLARITIES = ("higher", "lower", "exact")
METHODS = ("selisih", "invers")
ACCUMULATIONS = ("sum", "last", "average", "ratio_of_sums", "annual", "running_total")
# These need every period that was due; the others take the last known one.
ADDED_UP = ("sum", "average", "ratio_of_sums")
STATES = ("measured", "missing", "not_published", "not_applicable", "not_due")
SCALE_ABOVE = ("hundred", "rank")

# Every figure of the engine is computed here, so the caller's own decimal context never matters. Typed
# figures have at most 15 digits: sums, products and finite quotients of them fit in 50 without rounding.
ARITHMETIC = Context(
    prec=50, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[InvalidOperation, DivisionByZero, Overflow]
)
# Thirds added up end in …9 or …1 far behind the comma; dropping the last ten digits makes 30 of it again.
WITHOUT_NOISE = Context(prec=40, Emax=MAX_EMAX, Emin=MIN_EMIN)

NO_MARKS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """How one indicator is judged: what its agreement froze, or the policy of the year.

    ``cap`` is the highest percentage an average takes (None: no cap). ``factor`` turns a quotient into
    the unit of the target (100: percent, 1000: per mille). ``decimals`` is how many decimals a sentence
    shows at least (None: as typed). ``steps`` names the scale, rank 1 first. ``year`` stands in sentences
    about a whole year.
    """

    kind: str = "number"
    polarity: str = "higher"
    method: str = "selisih"
    cap: Decimal | None = None
    scale_above: str = "hundred"
    factor: Decimal = Decimal(100)
    unit: str = ""
    decimals: int | None = None
    steps: tuple[str, ...] = ()
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What was promised, in the column of its kind; all None is a target nobody has set yet.

    A range may be open: only ``low`` is "at least", only ``high`` is "at most".
    """

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    step: int | None = None
    date: Date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured in one period, or why there is nothing to measure (``state``)."""

    state: str = "measured"
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    step: int | None = None
    date: Date | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One judged figure.

    ``raw`` is the unrounded percentage, None where there is nothing to compare. ``used`` is what
    averages take: between 0 and the cap. ``sentence`` explains it in Indonesian, without a closing full
    stop. ``formula`` is the key of the formula. ``reached``: raw is at least 100; None while unknown
    and for an incomplete or unfinished year. ``marks`` hold what a reader should know:

    - why there is no percentage: ``missing``, ``not_published``, ``not_applicable``, ``not_due``,
      ``not_computable``;
    - what the figure rests on: ``provisional``, ``partial``, ``to_date``, ``earlier_period``;
    - what it was compared with before the year is over: ``period_target`` (the plan's target up to now),
      ``too_early`` (the whole year's, so it is not judged);
    - which special rule decided: ``zero_target``, ``negative_target``, ``invers_zero``, ``capped``,
      ``floored``.
    """

    raw: Decimal | None
    used: Decimal | None
    sentence: str
    formula: str
    marks: frozenset[str]
    reached: bool | None


@dataclass(frozen=True, slots=True)
class YearReading:
    """The year's figure out of its periods.

    ``periods_used`` and ``missing`` are numbers of periods, counted from 1. ``partial``: a sum, average
    or ratio of sums lacks a period that was due. ``to_date``: the last period of the year is not due yet.
    ``earlier_period``: a last value that is older than the last period due.
    """

    reading: Reading
    partial: bool
    to_date: bool
    periods_used: tuple[int, ...]
    missing: tuple[int, ...]
    sentence: str
    earlier_period: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a formula found: the percentage, or the problem that leaves none.

    ``operands`` are the target and the realisation as the formula compared them: for a range the nearest
    bound, for a scale the ranks, for a date the days of the year.
    """

    raw: Decimal | None
    formula: str = ""
    operands: tuple[Decimal, Decimal] | None = None
    marks: frozenset[str] = NO_MARKS
    problem: str = ""


Readings = Sequence[Reading | None]


def settled(value: Decimal) -> Decimal:
    """`value` without what rounding left in its last digits, so that it compares as the exact one does."""
    return WITHOUT_NOISE.plus(value)
