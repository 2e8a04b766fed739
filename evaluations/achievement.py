"""The calculation engine: targets and realisations in; a percentage, or None, and its sentence out. Pure.

Screen, document, spreadsheet and API all call it; nothing else divides a realisation by a target. Unknown
is None, never 0. Nothing is rounded here: sentences round for display, in `wording`. What several results
add up to (means, headline, rating, budget) is in `summary`; all public names can be imported from here.

Sources of the rules: formulas for higher, lower and ranges follow the annex of PermenPAN-RB 8/2021 and
the reports of regional governments; zero, negative, ordinal and dated targets have no national rule and
follow the application's own, named where they stand.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date as Date
from decimal import Decimal, localcontext
from typing import Any

from evaluations import wording
from evaluations.measures import (
    ACCUMULATIONS,
    ADDED_UP,
    ARITHMETIC,
    KINDS,
    METHODS,
    NO_MARKS,
    POLARITIES,
    SCALE_ABOVE,
    STATES,
    Outcome,
    Reading,
    Readings,
    Result,
    Rule,
    Target,
    YearReading,
    settled,
)
from evaluations.summary import (
    PERMENDAGRI_86_2017,
    Headline,
    RatingScale,
    absorption,
    aggregate,
    efficiency,
    headline,
    mean,
    pmk_efficiency,
    pmk_score,
    rating,
    rule_sentence,
    unspent,
    weighted_mean,
)

__all__ = [
    "ACCUMULATIONS",
    "KINDS",
    "METHODS",
    "PERMENDAGRI_86_2017",
    "POLARITIES",
    "SCALE_ABOVE",
    "STATES",
    "Headline",
    "RatingScale",
    "Reading",
    "Result",
    "Rule",
    "Target",
    "YearReading",
    "absorption",
    "achievement",
    "aggregate",
    "efficiency",
    "headline",
    "mean",
    "pmk_efficiency",
    "pmk_score",
    "rating",
    "rule_sentence",
    "running_target",
    "unspent",
    "weighted_mean",
    "year_achievement",
    "year_reading",
]

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
# Figures beyond 40 digits before or behind the comma are slips, not measurements: they are answered with
# a sentence, so that no exponent can exhaust the arithmetic or the page.
MOST_DIGITS = 40

ZERO_TARGET = frozenset({"zero_target"})
NEGATIVE_TARGET = frozenset({"negative_target"})
INVERS_ZERO = frozenset({"invers_zero"})

# A percentage of these is shown, but used in no average and not judged reached or missed.
UNRATED = frozenset({"partial", "too_early"})
# Their figure grows towards the year's target, which says nothing of it before the year is over.
GROWING = ("sum", "running_total")

NOT_FILLED = Reading(state="missing")


class OutOfRange(ArithmeticError):
    """A figure too large, too small or not finite."""


# --- one figure -------------------------------------------------------------------------------


def achievement(target: Target, reading: Reading | None, rule: Rule, words: bool = True) -> Result:
    """The percentage of `target` that `reading` reaches under `rule`, with the sentence that explains it.

    Never raises for finite figures: what cannot be computed is a Result whose `raw` and `used` are None.
    A reading of None is one that was due and not filled in. Long lists that print no sentence pass
    `words=False` and get empty ones.
    """
    return _judged(target, reading or NOT_FILLED, rule, words, NO_MARKS)


def _judged(target: Target, reading: Reading, rule: Rule, words: bool, marks: frozenset[str]) -> Result:
    state = _state(reading, rule)
    if state != "measured":
        return Result(None, None, wording.unmeasured(state) if words else "", "", frozenset({state}), None)
    actual = None
    try:
        with localcontext(ARITHMETIC):
            actual = _realised(reading, rule)
            outcome = _compared(target, actual, rule)
    except ArithmeticError:
        outcome = Outcome(None, problem="out_of_range")
    raw, marks = outcome.raw, marks | outcome.marks
    if reading.provisional:
        marks |= {"provisional"}
    used = None
    if raw is None:
        marks |= {"not_computable"}
    elif not marks & UNRATED:
        used = _used(raw, rule.cap)
        marks |= {"floored"} if used > raw else {"capped"} if used < raw else NO_MARKS
    reached = None if used is None or raw is None else raw >= HUNDRED
    sentence = wording.judged(target, reading, actual, rule, outcome, used) if words else ""
    return Result(raw, used, sentence, outcome.formula, marks, reached)


def _state(reading: Reading, rule: Rule) -> str:
    """The state of a reading; one that says measured and holds no figure is missing."""
    if reading.state != "measured":
        return reading.state
    if rule.kind in ("scale", "date"):
        filled = (reading.step if rule.kind == "scale" else reading.date) is not None
    else:
        filled = reading.value is not None or _has_quotient(reading)
    return "measured" if filled else "missing"


def _has_quotient(reading: Reading) -> bool:
    return reading.numerator is not None and reading.denominator is not None


def _realised(reading: Reading, rule: Rule) -> Any:
    """The figure of a measured reading: a Decimal, a rank or a date; None when its denominator is 0."""
    if rule.kind == "scale":
        return reading.step
    if rule.kind == "date":
        return reading.date
    if _has_quotient(reading) and (rule.kind == "ratio" or reading.value is None):
        denominator = _sound(reading.denominator)
        return _sound(reading.numerator) * rule.factor / denominator if denominator else None
    return _sound(reading.value)


def _sound(value: Decimal | None) -> Decimal:
    """`value` without a sign on zero; raises `OutOfRange` where no arithmetic makes sense."""
    figure = ZERO + value  # type: ignore[operator]  # a float is refused here, loudly
    if not figure.is_finite() or (figure and abs(figure.adjusted()) > MOST_DIGITS):
        raise OutOfRange
    return figure


def _used(raw: Decimal, cap: Decimal | None) -> Decimal:
    """What averages take of `raw`: at least 0, at most the cap."""
    floored = max(ZERO, raw)
    return floored if cap is None else min(cap, floored)


# --- formulas: target and realisation in, percentage out --------------------------------------


def higher(target: Decimal, actual: Decimal, rule: Rule) -> Outcome:
    """R/T. No share of nothing: a target of 0 cannot be compared with."""
    if not target:
        return Outcome(None, marks=ZERO_TARGET, problem="zero_target")
    if target < 0:
        return Outcome(100 + (actual - target) * 100 / -target, "higher_absolute", marks=NEGATIVE_TARGET)
    return Outcome(actual * 100 / target, "higher")


def lower(target: Decimal, actual: Decimal, rule: Rule) -> Outcome:
    """Selisih (2T−R)/T or invers T/R, as the rule says."""
    return LOWER_FORMULAS[rule.method](target, actual, rule)


def selisih(target: Decimal, actual: Decimal, rule: Rule) -> Outcome:
    """(2T−R)/T. A target of 0 is met or not: 100 or 0 (own rule)."""
    if not target and actual <= 0:
        return Outcome(HUNDRED, "zero_met", marks=ZERO_TARGET)
    if not target:
        return Outcome(ZERO, "zero_exceeded", marks=ZERO_TARGET)
    if target < 0:
        return Outcome(100 - (actual - target) * 100 / -target, "selisih_absolute", marks=NEGATIVE_TARGET)
    return Outcome((2 * target - actual) * 100 / target, "selisih")


def invers(target: Decimal, actual: Decimal, rule: Rule) -> Outcome:
    """T/R. At or below a realisation of 0 the quotient has no meaning: the cap stands for it (own rule).

    Against a target of 0 or less it would turn round, so selisih is used.
    """
    if target <= 0:
        return selisih(target, actual, rule)
    if actual > 0:
        return Outcome(target * 100 / actual, "invers")
    if rule.cap is None:
        return Outcome(None, marks=INVERS_ZERO, problem="invers_zero")
    return Outcome(rule.cap, "invers_zero", marks=INVERS_ZERO)


def exact(target: Decimal, actual: Decimal, rule: Rule) -> Outcome:
    """100 − |R−T|/|T|. Against a target of 0 only 0 itself can be judged (own rule)."""
    if target:
        raw = 100 - abs(actual - target) * 100 / abs(target)
        return Outcome(raw, "exact") if target > 0 else Outcome(raw, "exact_absolute", marks=NEGATIVE_TARGET)
    if actual:
        return Outcome(None, marks=ZERO_TARGET, problem="zero_target")
    return Outcome(HUNDRED, "zero_exact", marks=ZERO_TARGET)


Formula = Callable[[Decimal, Decimal, Rule], Outcome]
LOWER_FORMULAS: dict[str, Formula] = {"selisih": selisih, "invers": invers}
FORMULAS: dict[str, Formula] = {"higher": higher, "lower": lower, "exact": exact}
# Outside a range the nearest bound is the target; the annex knows only selisih there.
BOUND_FORMULAS: dict[str, Formula] = {"higher": higher, "lower": selisih, "exact": exact}


# --- kinds: which columns are compared, and how -----------------------------------------------


def _compared(target: Target, actual: Any, rule: Rule) -> Outcome:
    if actual is None:
        return Outcome(None, problem="zero_denominator")
    outcome = COMPARISONS[rule.kind](target, actual, rule)
    if outcome.raw is not None and outcome.raw.adjusted() > MOST_DIGITS:
        raise OutOfRange
    return outcome


def number(target: Target, actual: Decimal, rule: Rule) -> Outcome:
    """A number or ratio against `target.value`."""
    if target.value is None:
        return Outcome(None, problem="no_target")
    return _against(_sound(target.value), actual, rule, FORMULAS)


def within_range(target: Target, actual: Decimal, rule: Rule) -> Outcome:
    """Inside `low`–`high` 100; outside, the formula of the polarity against the nearest bound."""
    low = None if target.low is None else _sound(target.low)
    high = None if target.high is None else _sound(target.high)
    if low is None and high is None:
        return Outcome(None, problem="no_target")
    if low is not None and high is not None and low > high:
        return Outcome(None, problem="reversed_range")
    if low is not None and actual < low:
        return _against(low, actual, rule, BOUND_FORMULAS, "range_")
    if high is not None and actual > high:
        return _against(high, actual, rule, BOUND_FORMULAS, "range_")
    return Outcome(HUNDRED, "range")


def _against(
    target: Decimal, actual: Decimal, rule: Rule, formulas: dict[str, Formula], prefix: str = ""
) -> Outcome:
    found = formulas[rule.polarity](target, actual, rule)
    formula = prefix + found.formula if found.formula else ""
    return Outcome(found.raw, formula, (target, actual), found.marks, found.problem)


def on_scale(target: Target, actual: int, rule: Rule) -> Outcome:
    """Ranks on an ordered scale, 1 the lowest (own rule): rank(R)/rank(T), above T 100 or the same."""
    if target.step is None:
        return Outcome(None, problem="no_target")
    highest = len(rule.steps) or max(target.step, actual)
    if min(target.step, actual) < 1 or max(target.step, actual) > highest:
        return Outcome(None, problem="not_on_scale")
    operands = Decimal(target.step), Decimal(actual)
    if actual > target.step and rule.scale_above == "hundred":
        return Outcome(HUNDRED, "scale_above", operands)
    return Outcome(operands[1] * 100 / operands[0], "scale", operands)


def by_date(target: Target, actual: Date, rule: Rule) -> Outcome:
    """On or before the date 100; later, selisih on days of the target's year, 1 January is 1 (own rule)."""
    if target.date is None:
        return Outcome(None, problem="no_target")
    if actual <= target.date:
        return Outcome(HUNDRED, "date_met")
    allowed = Decimal(target.date.timetuple().tm_yday)
    taken = allowed + (actual - target.date).days
    return Outcome((2 * allowed - taken) * 100 / allowed, "date", (allowed, taken))


COMPARISONS: dict[str, Callable[[Target, Any, Rule], Outcome]] = {
    "number": number,
    "ratio": number,
    "range": within_range,
    "scale": on_scale,
    "date": by_date,
}


# --- a year out of its periods ----------------------------------------------------------------


def year_reading(readings: Readings, accumulation: str, rule: Rule, words: bool = True) -> YearReading:
    """The year's figure out of `readings`, one per period in the order of the year.

    None is a period that was due and not filled in. Sum, average and ratio of sums are partial while a
    period due is missing, not published or without a figure to add; the others take the last known
    figure. An annual indicator is measured once, so only its last period due can be missing. Steps and
    dates cannot be added up: for them sum, average and ratio of sums mean the last known figure too.
    """
    periods = tuple(reading or NOT_FILLED for reading in readings)
    states = tuple(_state(reading, rule) for reading in periods)
    due = [at for at, state in enumerate(states) if state not in ("not_due", "not_applicable")]
    known = [at for at in due if states[at] == "measured"]
    added_up = accumulation in ADDED_UP and rule.kind not in ("scale", "date")
    total = _added_up(periods, known, accumulation, rule) if added_up else None
    basis = "last" if accumulation in ADDED_UP and total is None else accumulation
    unknown = Reading(state=_year_state(states, due, accumulation))
    reading, used = total or _last(periods, known) or (unknown, [])
    gaps = [at for at in due if at not in (used if added_up else known)]
    if accumulation == "annual":
        gaps = [at for at in gaps if at == due[-1]]
    found = YearReading(
        reading=reading,
        partial=added_up and bool(used and gaps),
        to_date=states[-1:] == ("not_due",),
        periods_used=tuple(at + 1 for at in used),
        missing=tuple(at + 1 for at in gaps),
        sentence="",
        earlier_period=not added_up and bool(used) and used != due[-1:],
    )
    return replace(found, sentence=wording.year(found, states, basis, rule)) if words else found


def year_achievement(
    target: Target,
    readings: Readings,
    accumulation: str,
    rule: Rule,
    words: bool = True,
    running: Target | None = None,
) -> Result:
    """The year's percentage: `year_reading` judged against the annual target.

    Before the year is over it is judged against `running` (see `running_target`) where there is one. Without
    it a figure that grows through the year is compared with the annual target, marked `too_early`. Such a
    percentage, and that of a partial year, is used in no average and not judged reached or missed.
    """
    year = year_reading(readings, accumulation, rule, words)
    flags = {
        "partial": year.partial,
        "to_date": year.to_date,
        "earlier_period": year.earlier_period,
        "period_target": year.to_date and running is not None,
        "too_early": year.to_date and running is None and _grows(accumulation, rule),
    }
    marks = frozenset(mark for mark, holds in flags.items() if holds)
    goal = running if running is not None and year.to_date else target
    result = _judged(goal, year.reading, rule, words, marks)
    if not words or year.reading.state != "measured":
        return result
    against = wording.against(result, year.periods_used, len(readings))
    return replace(result, sentence=f"{year.sentence}. {result.sentence}{against}")


def running_target(
    planned: Sequence[Target | None], year: YearReading, accumulation: str, rule: Rule
) -> Target | None:
    """What was planned for the periods the year's figure rests on so far; None where the plan does not say.

    `planned` has one target per period, meant like the figures typed in it: the period's own part of a sum
    or an average, the state at its end otherwise. An incomplete sum has no target to be compared with, nor
    has a quotient of sums: its parts were not planned. Source: own rule; a period is compared with the
    period's target, the year to date with the year's.
    """
    used = [planned[number - 1] for number in year.periods_used if number <= len(planned)]
    goals = [goal for goal in used if goal is not None and _is_set(goal, rule)]
    added_up = accumulation in ADDED_UP and rule.kind not in ("scale", "date")
    if year.partial or not goals or len(goals) < len(year.periods_used):
        return None
    if not added_up:
        return goals[-1]
    if accumulation == "ratio_of_sums":
        return None
    share = len(goals) if accumulation == "average" else 1
    try:
        with localcontext(ARITHMETIC):
            value, low, high = (
                _total([getattr(goal, column) for goal in goals], share)
                for column in ("value", "low", "high")
            )
    except ArithmeticError:
        return None
    found = Target(value, low, high)
    return found if _is_set(found, rule) else None


def _total(figures: Sequence[Decimal | None], share: int) -> Decimal | None:
    """Their sum over `share`; None when one of them is open."""
    known = [_sound(figure) for figure in figures if figure is not None]
    return settled(sum(known, ZERO) / share) if len(known) == len(figures) else None


def _is_set(target: Target, rule: Rule) -> bool:
    columns = {"range": (target.low, target.high), "scale": (target.step,), "date": (target.date,)}
    return any(figure is not None for figure in columns.get(rule.kind, (target.value,)))


def _grows(accumulation: str, rule: Rule) -> bool:
    return accumulation in GROWING and rule.kind not in ("scale", "date")


def _year_state(states: Sequence[str], due: Sequence[int], accumulation: str) -> str:
    """Why a year without one measured period has no figure."""
    if not due:
        return "not_due" if "not_due" in states else "not_applicable" if states else "missing"
    if accumulation == "annual":
        return states[due[-1]]
    return "missing" if "missing" in states else "not_published"


Term = tuple[Decimal, Decimal]


Found = tuple[Reading, list[int]]


def _last(periods: Sequence[Reading], known: list[int]) -> Found | None:
    """The last known period: also where none has a figure to add, and then it says what is wrong."""
    return (periods[known[-1]], known[-1:]) if known else None


def _added_up(periods: Sequence[Reading], known: list[int], accumulation: str, rule: Rule) -> Found | None:
    """One reading out of the measured periods, and which of them it rests on; None when on none."""
    with localcontext(ARITHMETIC):
        found = {at: _term(periods[at], accumulation, rule) for at in known}
        terms = {at: term for at, term in found.items() if term}
        if not terms:
            return None
        above = settled(sum((numerator for numerator, _ in terms.values()), ZERO))
        below = settled(sum((denominator for _, denominator in terms.values()), ZERO))
        value = settled(above / below) if accumulation == "average" else above
    provisional = any(periods[at].provisional for at in terms)
    if accumulation == "ratio_of_sums":
        return Reading(numerator=above, denominator=below, provisional=provisional), list(terms)
    return Reading(value=value, provisional=provisional), list(terms)


def _term(reading: Reading, accumulation: str, rule: Rule) -> Term | None:
    """What a period adds above and below the line; None when it has no such figure."""
    try:
        if accumulation == "ratio_of_sums":
            if not _has_quotient(reading):
                return None
            return _sound(reading.numerator), _sound(reading.denominator)
        value = _realised(reading, rule)
        return None if value is None else (value, ONE)
    except ArithmeticError:
        return None
