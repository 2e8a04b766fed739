"""A figure beside what others reached of the same indicator (PermenPAN-RB 53/2014, Lampiran II, point 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from agreements.enums import Kind, Polarity
from agreements.models import AgreementIndicator, Benchmark
from evaluations import achievement, readings
from evaluations.achievement import Reading
from evaluations.results import RowResult
from perjanjian.numerals import NBSP
from reports.contexts import lkjip_points

BETTER, WORSE, EQUAL = "lebih baik", "belum sebaik pembanding", "sama dengan pembanding"
PERCENT = "%"
MORE, LESS, SAME = 1, -1, 0


@dataclass(frozen=True)
class Comparison:
    """`text` is what the other reached; `difference` and `verdict` are empty where nothing can be compared."""

    kind: str
    name: str
    year: int
    text: str
    difference: str
    verdict: str
    source: str

    @property
    def label(self) -> str:
        """The kind before a name that does not say it already."""
        return self.name if self.kind.casefold() in self.name.casefold() else f"{self.kind}: {self.name}"


def comparisons(row: RowResult, rule: achievement.Rule, known: Iterable[Benchmark]) -> tuple[Comparison, ...]:
    """The figure of the year beside each benchmark; a year that lacks a period is compared with none."""
    ours = Reading(state="missing") if row.year.partial else row.year.reading
    return tuple(_comparison(row.promise, ours, rule, each) for each in known)


def _comparison(
    promise: AgreementIndicator, ours: Reading, rule: achievement.Rule, benchmark: Benchmark
) -> Comparison:
    theirs = Reading(value=benchmark.value, step=benchmark.step, date=benchmark.date)
    text = readings.reading_text(theirs, rule, "") or readings.target_text(
        readings.target_of(benchmark), rule
    )
    difference = verdict = ""
    if promise.kind == Kind.DATE:
        difference, verdict = _days(ours, theirs, rule)
    else:
        here, there = lkjip_points.number(ours, rule), lkjip_points.number(theirs, rule)
        if here is not None and there is not None:
            difference = _difference(here - there, promise, rule)
            verdict = _verdict(here, there, promise)
    return Comparison(
        benchmark.get_kind_display(),
        benchmark.name,
        benchmark.year,
        text,
        difference,
        verdict,
        benchmark.source,
    )


def _difference(amount: Decimal, promise: AgreementIndicator, rule: achievement.Rule) -> str:
    if not amount:
        return "tidak ada selisih"
    way = "tinggi" if amount > 0 else "rendah"
    if promise.kind == Kind.SCALE:
        return f"{abs(amount):f}{NBSP}tingkat lebih {way}"
    unit = "poin persen" if promise.unit_of_measure == PERCENT else promise.unit_of_measure
    return f"{readings.number_text(abs(amount), rule)}{NBSP}{unit} lebih {way}"


def _verdict(here: Decimal, there: Decimal, promise: AgreementIndicator) -> str:
    if promise.kind == Kind.SCALE:
        return _word((here > there) - (here < there))
    if promise.polarity == Polarity.HIGHER:
        return _word((here > there) - (here < there))
    if promise.polarity == Polarity.LOWER:
        return _word((here < there) - (here > there))
    ours, theirs = _distance(here, promise), _distance(there, promise)
    if ours is None or theirs is None:
        return ""
    return _word((ours < theirs) - (ours > theirs))


def _distance(value: Decimal, promise: AgreementIndicator) -> Decimal | None:
    """How far a figure is from what was promised; 0 within a range. None without a target."""
    low = promise.low if promise.kind == Kind.RANGE else promise.value
    high = promise.high if promise.kind == Kind.RANGE else promise.value
    if low is None or high is None:
        return None
    return max(Decimal(0), low - value, value - high)


def _word(better: int) -> str:
    return {MORE: BETTER, SAME: EQUAL, LESS: WORSE}[better]


def _days(ours: Reading, theirs: Reading, rule: achievement.Rule) -> tuple[str, str]:
    here, there = lkjip_points.day(ours, rule), lkjip_points.day(theirs, rule)
    if here is None or there is None:
        return "", ""
    # The days of their own years are compared: the other's date may be that of an earlier year.
    days = here.timetuple().tm_yday - there.timetuple().tm_yday
    if not days:
        return "tidak ada selisih", EQUAL
    way = "lebih lambat" if days > 0 else "lebih awal"
    return f"{abs(days)}{NBSP}hari {way}", WORSE if days > 0 else BETTER
