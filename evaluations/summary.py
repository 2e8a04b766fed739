"""What several results add up to: means, the headline, the rating, the budget beside them. Pure.

Percentages are Decimals (80 means 80 %), amounts are rupiah; unknown is None and counts in no mean.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from evaluations.measures import ARITHMETIC, Result, settled
from perjanjian.numerals import NBSP, format_number

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)

Weights = Sequence[Decimal | None]


# --- means ------------------------------------------------------------------------------------


def mean(values: Iterable[Decimal | None]) -> Decimal | None:
    """The unrounded simple mean of the known values; None when none is known."""
    return weighted_mean((value, ONE) for value in values)


def weighted_mean(pairs: Iterable[tuple[Decimal | None, Decimal | None]]) -> Decimal | None:
    """The unrounded mean of (value, weight) pairs.

    A pair without a value or a weight is left out, so the weights of the others grow in proportion.
    None when nothing is left or what is left weighs nothing.
    """
    total = weights = ZERO
    with localcontext(ARITHMETIC):
        for value, weight in pairs:
            if value is not None and weight is not None:
                total += value * weight
                weights += weight
        return settled(total / weights) if weights else None


def aggregate(
    objectives: Sequence[Sequence[Result]],
    method: str = "mean_of_objectives",
    weights: Sequence[Weights] | None = None,
    objective_weights: Weights | None = None,
) -> Decimal | None:
    """The percentage of a unit: the used percentages of its indicators, grouped by objective.

    "mean_of_objectives" takes the mean of each objective first, "mean_of_indicators" takes all
    indicators alike. `weights` has one weight per indicator in the shape of `objectives`,
    `objective_weights` one per objective; without them all weigh the same. Objectives without a usable
    result are left out. Raises ValueError for another method or weights of another shape. Source:
    practice of regional performance reports (LKj Klungkung 2017: simple means).
    """
    if weights is None:
        weights = [[ONE] * len(results) for results in objectives]
    if objective_weights is None:
        objective_weights = [ONE] * len(objectives)
    pairs = [
        [(result.used, weight) for result, weight in zip(results, own, strict=True)]
        for results, own in zip(objectives, weights, strict=True)
    ]
    if method == "mean_of_indicators":
        return weighted_mean(pair for group in pairs for pair in group)
    if method == "mean_of_objectives":
        return weighted_mean(zip(map(weighted_mean, pairs), objective_weights, strict=True))
    raise ValueError(f"unknown method {method!r}")


# --- headline ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Headline:
    """How many indicators reached their target, out of how many; `unmeasured` of them have no verdict."""

    reached: int
    total: int
    unmeasured: int

    @property
    def sentence(self) -> str:
        """“12 dari 15 indikator tercapai”."""
        if not self.total:
            return "Belum ada indikator yang diukur"
        return f"{self.reached} dari {self.total} indikator tercapai"


def headline(results: Iterable[Result]) -> Headline:
    """Count `results`; a not applicable one counts nowhere, one without a verdict still in the total."""
    verdicts = [result.reached for result in results if "not_applicable" not in result.marks]
    return Headline(verdicts.count(True), len(verdicts), verdicts.count(None))


# --- rating -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RatingScale:
    """Words for percentages: each band is (bound, word), `lowest` is the word below all bounds.

    A percentage belongs to the highest band whose bound it exceeds, or with `inclusive` also equals; so
    there are no gaps, whatever the order of the bands.
    """

    bands: tuple[tuple[Decimal, str], ...]
    lowest: str
    inclusive: bool = False


# Permendagri 86/2017 prints 91–100, 76–90, 66–75, 51–65 and up to 50, which leaves 90,5 without a word;
# read as lower bounds every value has one.
PERMENDAGRI_86_2017 = RatingScale(
    bands=(
        (Decimal(90), "Sangat Tinggi"),
        (Decimal(75), "Tinggi"),
        (Decimal(65), "Sedang"),
        (Decimal(50), "Rendah"),
    ),
    lowest="Sangat Rendah",
)


def rating(percent: Decimal | None, scale: RatingScale) -> str | None:
    """The word of `scale` for an unrounded percentage; None for None."""
    if percent is None:
        return None
    for bound, word in sorted(scale.bands, reverse=True):
        if percent > bound or (scale.inclusive and percent == bound):
            return word
    return scale.lowest


def rule_sentence(scale: RatingScale) -> str:
    """The rule in words, as it is printed beside the ratings."""
    bands = sorted(scale.bands, reverse=True)
    above, below = ("mulai", "di bawah") if scale.inclusive else ("di atas", "sampai dengan")
    parts = [f"{word} {above} {format_number(bound)}{NBSP}%" for bound, word in bands]
    if bands:
        parts.append(f"{scale.lowest} {below} {format_number(bands[-1][0])}{NBSP}%")
    else:
        parts.append(f"{scale.lowest} untuk semua nilai")
    return f"Predikat menurut nilai yang belum dibulatkan: {'; '.join(parts)}"


# --- budget -----------------------------------------------------------------------------------


def absorption(ceiling: Decimal | None, spent: Decimal | None) -> Decimal | None:
    """Spent as a percentage of the ceiling; None when either is unknown or the ceiling is 0."""
    if ceiling is None or spent is None or not ceiling:
        return None
    with localcontext(ARITHMETIC):
        return spent * 100 / ceiling


def unspent(ceiling: Decimal | None, spent: Decimal | None) -> Decimal | None:
    """Rupiah left of the ceiling (negative when overspent); None when either is unknown."""
    if ceiling is None or spent is None:
        return None
    with localcontext(ARITHMETIC):
        return ceiling - spent


def efficiency(achievement: Decimal | None, absorption: Decimal | None) -> Decimal | None:
    """Achievement minus absorption, in percentage points; positive is efficient. None when unknown."""
    if achievement is None or absorption is None:
        return None
    with localcontext(ARITHMETIC):
        return achievement - absorption


Output = tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None]


def pmk_efficiency(outputs: Iterable[Output]) -> tuple[Decimal | None, Decimal | None, bool]:
    """E and NE after PMK 214/PMK.02/2017, and whether NE had to be clamped to 0..100.

    `outputs` are (ceiling, spent, target volume, volume) each. E is the mean of
    1 − (spent/volume) ÷ (ceiling/target volume) in percent. An output with an unknown figure, without a
    ceiling or a target, or with neither spending nor volume is left out. Money spent for no volume at
    all has no finite efficiency: E and NE are None then, rather than a mean that hides it.
    """
    parts: list[Decimal] = []
    with localcontext(ARITHMETIC):
        for ceiling, spent, planned, volume in outputs:
            if spent is None or volume is None or not ceiling or not planned:
                continue
            if volume:
                parts.append(100 - spent * planned * 100 / (volume * ceiling))
            elif spent:
                return None, None, False
    score = mean(parts)
    return (score, *pmk_score(score))


def pmk_score(score: Decimal | None) -> tuple[Decimal | None, bool]:
    """NE = 50 % + E/20 × 50 clamped to 0..100, and whether it was; (None, False) for None.

    E is meant to stay within −20..20; a published report that did not bound it prints NE = 235 %.
    """
    if score is None:
        return None, False
    with localcontext(ARITHMETIC):
        value = 50 + score * 50 / 20
    bounded = min(HUNDRED, max(ZERO, value))
    return bounded, bounded != value
