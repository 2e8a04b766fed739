"""Targets of the plan below what was already reached: found with last year's verified figures."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from agreements import plan_checks
from agreements.enums import Kind, Polarity
from agreements.models import Indicator, IndicatorTarget
from agreements.naming import plan_target, step_names
from agreements.plan_checks import Fault, OtherCheck, Units
from agreements.plan_outline import QUARTERS
from evaluations import achievement, readings
from evaluations.enums import SETTLED
from evaluations.measures import Reading, Rule
from evaluations.models import EarlierYear, Period, Realisation, SourceRevision
from evaluations.readings import Figure

KEY = "di-bawah-hasil"


def below_results(year: int, units: Units) -> list[Fault]:
    """Targets of the year that are worse than what was verified of the year before.

    Not judged: what should be met exactly or within bounds, and a year of which a quarter is missing.
    Source: targets are to be challenging (SMART; evaluation of SAKIP).
    """
    asked = _targets(year, units)
    whole = asked.select_related("indicator__unit", "indicator__scale")
    targets = {row.indicator_id: row for row in whole.prefetch_related("indicator__scale__steps")}
    found = []
    for pk, (figure, rule) in _reached(year - 1, targets, asked.values("indicator_id")).items():
        target = targets[pk]
        if is_worse(target.indicator, target, figure, rule):
            text = (
                f"{target.indicator}: target {plan_target(target.indicator, target, rule.steps)}, "
                f"hasil {year - 1} {readings.figure_text(figure, rule)}"
            )
            address = reverse("agreements:indicator_detail", args=(year, pk))
            found.append(Fault(text, target.indicator.unit.name, address))
    return sorted(found, key=lambda fault: (fault.unit, fault.text))


def is_worse(indicator: Indicator, target: IndicatorTarget, figure: Figure, rule: Rule) -> bool:
    """Whether the target asks for less than was reached; never where they cannot be compared."""
    if indicator.kind == Kind.DATE:
        if not isinstance(figure, date) or target.date is None:
            return False
        return (target.date.month, target.date.day) > (figure.month, figure.day)
    asked = target.step if indicator.kind == Kind.SCALE else target.value
    if asked is None or figure is None or isinstance(figure, date):
        return False
    if indicator.kind == Kind.RANGE or indicator.polarity == Polarity.EXACT:
        return False
    lower = indicator.polarity == Polarity.LOWER and indicator.kind != Kind.SCALE
    return asked > figure if lower else asked < figure


def _targets(year: int, units: Units) -> QuerySet[IndicatorTarget]:
    rows = IndicatorTarget.objects.filter(year=year, indicator__archived=False)
    rows = rows if units is None else rows.filter(indicator__unit_id__in=units)
    return rows.exclude(indicator__kind=Kind.RANGE).exclude(indicator__polarity=Polarity.EXACT).order_by()


def _reached(
    year: int, targets: Mapping[int, IndicatorTarget], asked: QuerySet
) -> dict[int, tuple[Figure, Rule]]:
    """The year's verified figure of each indicator: measured here, or recorded of an earlier document."""
    found = {}
    for row in EarlierYear.objects.filter(year=year, indicator__in=asked):
        rule = _rule(targets[row.indicator_id].indicator)
        figures = (row.reached_value, row.reached_step, row.reached_date)
        found[row.indicator_id] = next((each for each in figures if each is not None), None), rule
    facts: dict[int, dict[int, Realisation]] = defaultdict(dict)
    periods = Period.objects.of_indicators(year).order_by().values("pk")
    verified = list(
        Realisation.objects.measuring(asked, periods).filter(status__in=SETTLED).select_related("period")
    )
    SourceRevision.objects.attach(verified)
    for fact in verified:
        facts[fact.indicator_id][fact.period.number] = fact
    for pk, by_period in facts.items():
        indicator = targets[pk].indicator
        rule = _rule(indicator)
        read = _readings(indicator, by_period)
        whole = achievement.year_reading(read, indicator.accumulation, rule, words=False)
        figure = readings.figure_of(whole.reading, rule)
        if figure is not None and not whole.partial:
            found[pk] = figure, rule
    return found


def _rule(indicator: Indicator) -> Rule:
    return readings.rule_of_indicator(indicator, tuple(step_names(indicator.scale)))


def _readings(indicator: Indicator, facts: Mapping[int, Realisation]) -> list[Reading | None]:
    """One for each quarter, whose facts are keyed by its number; None for one that was due and not verified."""
    read: list[Reading | None] = []
    for number in QUARTERS:
        if number in facts:
            read.append(readings.counted_reading(facts[number]))
        else:
            read.append(None if readings.is_due_in(indicator, number) else readings.NOT_DUE)
    return read


plan_checks.register(
    OtherCheck(
        KEY,
        "Target lebih rendah dari hasil terverifikasi tahun lalu",
        "Target yang sudah terlampaui tidak menantang; naikkan, atau jelaskan di alasan pemilihannya.",
        below_results,
    )
)
