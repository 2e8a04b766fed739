"""From rows to what the calculation engine takes, and from its figures to what people read."""

from datetime import date
from decimal import Decimal, localcontext

from agreements.enums import Calendar, Kind
from agreements.models import AgreementIndicator, Indicator, YearPolicy
from agreements.models.planning import TargetColumns
from agreements.periodic import PERIODS_OF
from evaluations.achievement import RatingScale, Reading, Rule, Target
from evaluations.enums import RealisationStatus, SourceStatus, ValueState
from evaluations.measures import ARITHMETIC
from evaluations.models import VALUE_COLUMNS, Realisation
from perjanjian.numerals import NBSP, format_date, format_number, round_half_up

# Which of the three sets of values counts, by how far the fact has come.
COUNTED = {
    RealisationStatus.SUBMITTED: "claimed",
    RealisationStatus.VERIFIED: "verified",
    RealisationStatus.FINAL: "final",
}

Figure = Decimal | int | date | None


def is_due_in(indicator: Indicator, number: int) -> bool:
    """Whether the indicator's calendar measures it in the period of this number."""
    return number in PERIODS_OF[Calendar(indicator.calendar)]


def rule_of(promise: AgreementIndicator, year: int) -> Rule:
    """How a promise is judged: what its agreement copied."""
    return Rule(
        kind=promise.kind,
        polarity=promise.polarity,
        method=promise.lower_method,
        cap=promise.cap,
        scale_above=promise.scale_above,
        factor=promise.factor,
        unit=promise.unit_of_measure,
        decimals=_decimals(promise),
        steps=promise.steps,
        year=year,
    )


def rule_of_indicator(indicator: Indicator, steps: tuple[str, ...] = ()) -> Rule:
    """How figures of a catalogue indicator are written; `steps` names its scale, rank 1 first."""
    return Rule(
        kind=indicator.kind,
        polarity=indicator.polarity,
        factor=indicator.factor,
        unit=indicator.unit_of_measure,
        decimals=_decimals(indicator),
        steps=steps,
    )


def _decimals(row: AgreementIndicator | Indicator) -> int | None:
    """Days and ranks are counted; only measured figures have decimals."""
    return None if row.kind in (Kind.DATE, Kind.SCALE) else row.decimals


def target_of(columns: TargetColumns) -> Target:
    return Target(columns.value, columns.low, columns.high, columns.step, columns.date)


def reading_of(realisation: Realisation, which: str) -> Reading:
    """One set of values (claimed, verified or final) as the engine reads it.

    Provisional is what nobody verified yet and what the source itself calls provisional.
    """
    unverified = realisation.status not in (RealisationStatus.VERIFIED, RealisationStatus.FINAL)
    provisional = unverified or realisation.source_status != SourceStatus.FINAL
    if realisation.state != ValueState.MEASURED:
        return Reading(state=realisation.state, provisional=provisional)
    columns = {column: getattr(realisation, f"{which}_{column}") for column in VALUE_COLUMNS}
    return Reading(provisional=provisional, **columns)


def counted_reading(realisation: Realisation) -> Reading | None:
    """What others may count with; None for a draft and for what was returned."""
    which = COUNTED.get(RealisationStatus(realisation.status))
    return reading_of(realisation, which) if which else None


def scale_of(policy: YearPolicy) -> RatingScale:
    """The rating words and bounds of a year."""
    return RatingScale(
        bands=(
            (policy.bound_1, policy.word_1),
            (policy.bound_2, policy.word_2),
            (policy.bound_3, policy.word_3),
            (policy.bound_4, policy.word_4),
        ),
        lowest=policy.word_5,
        inclusive=policy.bounds_inclusive,
    )


# --- figures as text --------------------------------------------------------------------------


def figure_of(reading: Reading | None, rule: Rule) -> Figure:
    """The figure of a reading: a value, a quotient times its factor, a rank or a date; None without one."""
    if reading is None or reading.state != "measured":
        return None
    if rule.kind == Kind.SCALE:
        return reading.step
    if rule.kind == Kind.DATE:
        return reading.date
    if reading.numerator is None or reading.denominator is None:
        return reading.value
    if not reading.denominator:
        return None
    with localcontext(ARITHMETIC):
        return reading.numerator * rule.factor / reading.denominator


def figure_text(figure: Figure, rule: Rule, unknown: str = "–") -> str:
    """A figure with its unit of measure; a computed one is rounded to the indicator's decimals."""
    if figure is None:
        return unknown
    if isinstance(figure, date):
        return format_date(figure)
    if rule.kind == Kind.SCALE:
        known = 1 <= figure <= len(rule.steps)
        return rule.steps[int(figure) - 1] if known else f"tingkat {figure}"
    return _with_unit(number_text(Decimal(figure), rule), rule)


def number_text(value: Decimal, rule: Rule) -> str:
    """A number with the indicator's decimals; what was typed with more of them is never cut."""
    places = 2 if rule.decimals is None else rule.decimals
    typed = max(0, -int(value.normalize().as_tuple().exponent))
    if typed > 4:
        return format_number(round_half_up(value, places), places)
    return format_number(value, max(typed, rule.decimals or 0))


def reading_text(reading: Reading | None, rule: Rule, unknown: str = "–") -> str:
    return figure_text(figure_of(reading, rule), rule, unknown)


def target_text(target: Target, rule: Rule) -> str:
    """A target as the annex prints it: one figure, a range, a step or a date; – when not set."""
    if rule.kind == Kind.RANGE and (target.low is not None or target.high is not None):
        if target.low is None:
            return "paling banyak " + figure_text(target.high, rule)
        if target.high is None:
            return "paling sedikit " + figure_text(target.low, rule)
        return f"{number_text(target.low, rule)} sampai {figure_text(target.high, rule)}"
    if rule.kind == Kind.SCALE:
        return figure_text(target.step, rule)
    if rule.kind == Kind.DATE:
        return figure_text(target.date, rule)
    return figure_text(target.value, rule)


def _with_unit(text: str, rule: Rule) -> str:
    if rule.unit == "Rp":
        return f"-Rp{text[1:]}" if text.startswith("-") else f"Rp{text}"
    return f"{text}{NBSP}{rule.unit}" if rule.unit else text
