"""What the engine makes of figures somebody just typed: for the page, and for the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from evaluations import achievement
from evaluations.achievement import Reading, Result, Rule, Target
from perjanjian.numerals import format_percent

NOT_COMPUTABLE = "tidak dapat dihitung"


@dataclass(frozen=True)
class Simulated:
    """The raw percentage, the one averages take, and the sentence; as people read them."""

    result: Result
    raw_text: str
    used_text: str
    sentence: str


def simulate(
    target: Target, readings: Sequence[Reading | None], rule: Rule, accumulation: str = "last"
) -> Simulated:
    """Judge one reading, or a year of several; None among several is a period not filled in."""
    if len(readings) == 1:
        result = achievement.achievement(target, readings[0], rule)
    else:
        result = achievement.year_achievement(target, readings, accumulation, rule)
    return Simulated(result, _percent(result.raw), _percent(result.used), result.sentence)


def _percent(value: Decimal | None) -> str:
    return NOT_COMPUTABLE if value is None else format_percent(value)
