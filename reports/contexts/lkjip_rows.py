"""One promised indicator of a performance report: its figures, and what they are compared with.

Figures come from `evaluations.results`; nothing here divides.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agreements.enums import Kind, Polarity
from agreements.models import ActionStep
from evaluations import achievement, readings
from evaluations.enums import CellState
from evaluations.results import Cell, RowResult
from perjanjian.numerals import MONTHS, format_date, roman
from reports.contexts import lkjip_points
from reports.contexts.lkjip_benchmarks import Comparison, comparisons
from reports.contexts.lkjip_captions import Figure
from reports.contexts.lkjip_source import ABSENT, Factor, Source, YearFigure

UNRATED = "Belum dapat dinilai"
SHORT_NAME = 90
UNFILLED = {
    CellState.MISSING: "belum diisi",
    CellState.DRAFT: "masih draf",
    CellState.RETURNED: "perlu perbaikan",
}
FACTOR_WORDS = {
    "supporting": "faktor pendorong",
    "inhibiting": "faktor penghambat",
    "follow_up": "tindak lanjut",
}
EARLIER, LATER, SAME = "Lebih awal", "Lebih lambat", "Tetap"


@dataclass(frozen=True)
class Quarter:
    """`target` is that of the action plan; empty where none is planned."""

    label: str
    text: str
    measured: bool
    provisional: bool
    target: str = ""


@dataclass(frozen=True)
class Horizon:
    """The plan's last target and how far this year's figure has come towards it (percent, unrounded)."""

    year: int
    target: str
    percent: Decimal | None


@dataclass(frozen=True)
class Step:
    """A step of the action plan. `percent` None: nobody recorded how far it is; `until` up to when."""

    text: str
    schedule: str
    person: str
    programme: str
    amount: Decimal | None
    percent: Decimal | None
    until: str
    note: str


@dataclass(frozen=True)
class IndicatorRow:
    """One promised indicator. `value` and `target` are without their unit, which is `unit`;
    `figure` is the value to draw and compare.

    `absent` says why there is no figure (empty when there is one); `missing` which periods lack theirs;
    `basis` what the percentage compares with where that is not plain (before the year is over); `note` all
    that a reader should know of it.
    """

    indicator_id: int
    promise_id: int
    number: str
    name: str
    unit: str
    target: str
    value: str
    figure: Decimal | None
    day: date | None
    partial: bool
    absent: str
    state: str
    percent: Decimal | None
    rating: str
    reached: bool | None
    provisional: bool
    missing: str
    basis: str
    note: str
    sentence: str
    kind: str
    polarity: str
    owner: str
    source: str
    baseline: str
    quarters: tuple[Quarter, ...]
    earlier: tuple[YearFigure, ...]
    horizon: Horizon | None
    comparisons: tuple[Comparison, ...]
    steps: tuple[Step, ...]
    factors: tuple[Factor, ...]
    trend: Figure | None

    @property
    def short_name(self) -> str:
        """The name where it stands again beside its number: cut after a word, with an ellipsis."""
        if len(self.name) <= SHORT_NAME:
            return self.name
        return self.name[: SHORT_NAME - 1].rsplit(" ", 1)[0] + " …"

    @property
    def factor_lines(self) -> tuple[tuple[str, str], ...]:
        """Each thing written once, with the quarters in a row that say it: (“TW I–III, …”, text)."""
        lines: list[tuple[str, str]] = []
        for name, label in FACTOR_WORDS.items():
            stretches: list[tuple[int, int, str]] = []
            for factor in self.factors:
                text = getattr(factor, name)
                if not text:
                    continue
                if stretches and stretches[-1][1:] == (factor.number - 1, text):
                    stretches[-1] = (stretches[-1][0], factor.number, text)
                else:
                    stretches.append((factor.number, factor.number, text))
            lines += [(f"{_quarters(first, last)}, {label}", text) for first, last, text in stretches]
        return tuple(lines)

    @property
    def change(self) -> str:
        """Against the year before: Naik, Turun or Tetap, of dates earlier or later; "" without two figures."""
        before = self.earlier[-1] if self.earlier else None
        if before is None or self.partial:
            return ""
        if self.day is not None and before.day is not None:
            now, then = self.day.timetuple().tm_yday, before.day.timetuple().tm_yday
            return SAME if now == then else LATER if now > then else EARLIER
        if before.value is None or self.figure is None:
            return ""
        return SAME if self.figure == before.value else "Naik" if self.figure > before.value else "Turun"

    @property
    def change_verdict(self) -> str:
        """Whether the change is for the better, by the direction of the indicator; "" where that is not said."""
        change = self.change
        if change in ("", SAME):
            return ""
        if change in (EARLIER, LATER):
            return "membaik" if change == EARLIER else "memburuk"
        if self.kind == Kind.SCALE or self.polarity == Polarity.HIGHER:
            return "membaik" if change == "Naik" else "memburuk"
        if self.polarity == Polarity.LOWER:
            return "membaik" if change == "Turun" else "memburuk"
        return ""

    @property
    def years_typed(self) -> tuple[YearFigure, ...]:
        """The years whose figures come from a document, to name it under the table."""
        return tuple(each for each in self.earlier if each.source)


def _quarters(first: int, last: int) -> str:
    return f"TW {roman(first)}" if first == last else f"TW {roman(first)}–{roman(last)}"


def indicator_row(
    number: str, row: RowResult, source: Source, scale: achievement.RatingScale | None
) -> IndicatorRow:
    """What is said of one promise; its chart is added where its place among the figures is known."""
    promise, state = row.promise, row.year.reading.state
    rule = replace(readings.rule_of(promise, source.year), unit="")
    value = readings.reading_text(row.year.reading, rule, "")
    used = row.result.used
    indicator = promise.indicator
    return IndicatorRow(
        indicator_id=promise.indicator_id,
        promise_id=promise.pk,
        number=number,
        name=promise.name,
        unit=promise.unit_of_measure,
        target=readings.target_text(readings.target_of(promise), rule),
        value=value,
        figure=lkjip_points.number(row.year.reading, rule),
        day=lkjip_points.day(row.year.reading, rule),
        partial=row.year.partial,
        absent="" if value else _absent(row, source),
        state=state,
        percent=row.result.raw,
        rating=rated(used, scale),
        reached=row.result.reached,
        provisional=row.provisional,
        missing=missing_words(row),
        basis=_basis(row),
        note=_note(row),
        sentence=row.result.sentence,
        kind=promise.kind,
        polarity=promise.polarity,
        owner=indicator.unit.name,
        source=indicator.source,
        baseline=indicator.baseline,
        quarters=tuple(_quarter(cell, rule, promise.pk, source) for cell in row.cells),
        earlier=source.earlier_years(promise, rule),
        horizon=_horizon(row, source, rule),
        comparisons=comparisons(row, rule, source.benchmarks.get(promise.indicator_id, ())),
        steps=tuple(_step(step, source) for step in source.steps.get(promise.pk, ())),
        factors=tuple(source.factors.get(promise.indicator_id, ())),
        trend=None,
    )


def missing_words(row: RowResult) -> str:
    """“TW I belum diisi, TW III masih draf”; empty when nothing lacks."""
    return ", ".join(
        f"{cell.period.short_name} {UNFILLED[cell.state]}" for cell in row.cells if cell.state in UNFILLED
    )


def rated(percent: Decimal | None, scale: achievement.RatingScale | None) -> str:
    return (achievement.rating(percent, scale) if scale else None) or UNRATED


def _absent(row: RowResult, source: Source) -> str:
    """Why there is no figure: a word, and the reason that was given for it."""
    state = row.year.reading.state
    if state == "measured":
        return "Belum dapat dihitung"
    said = next(
        (
            c.realisation
            for c in reversed(row.cells)
            if c.realisation and c.reading and c.reading.state == state
        ),
        None,
    )
    details = []
    if said is not None:
        details.append(source.reasons.get(said.pk, ""))
        if state == "not_published" and said.expected_on:
            details.append(f"perkiraan rilis {format_date(said.expected_on)}")
    reason = ", ".join(each for each in details if each)
    return f"{ABSENT[state]}: {reason}" if reason else ABSENT[state]


def _basis(row: RowResult) -> str:
    if row.result.raw is None:
        return ""
    if row.running_text:
        return f"dibanding target {row.running_text}"
    return "dibanding target setahun, belum dinilai" if row.is_too_early else ""


def _note(row: RowResult) -> str:
    """What a reader of the percentage should know, beside that it is provisional."""
    notes = []
    if row.year.partial:
        notes.append("belum lengkap")
    if row.year.earlier_period and row.latest:
        notes.append(f"angka {row.latest.period.short_name}")
    # What stood before is a quarter's figure: beside a year made of several it needs that quarter's name.
    several = len(row.year.periods_used) > 1
    notes += [
        f"{cell.period.short_name} {cell.revision}" if several else cell.revision for cell in row.revisions
    ]
    return ", ".join(filter(None, [*notes, _basis(row)]))


def _quarter(cell: Cell, rule: achievement.Rule, promise_id: int, source: Source) -> Quarter:
    text = readings.reading_text(cell.reading, rule, "")
    planned = source.period_targets.get((promise_id, cell.period.number))
    return Quarter(
        cell.period.short_name,
        text or cell.state.label,
        bool(text),
        cell.provisional,
        readings.target_text(readings.target_of(planned), rule) if planned else "",
    )


def _step(step: ActionStep, source: Source) -> Step:
    done = source.progress.get(step.recorded_on)
    first, last = MONTHS[step.first_month - 1], MONTHS[step.last_month - 1]
    return Step(
        text=step.text,
        schedule=first if first == last else f"{first}–{last}",
        person=step.person_in_charge.title if step.person_in_charge else "",
        programme=step.budget_line.name if step.budget_line else "",
        amount=step.amount,
        percent=done.percent if done else None,
        until=done.period.short_name if done else "",
        note=done.note if done else "",
    )


def _horizon(row: RowResult, source: Source, rule: achievement.Rule) -> Horizon | None:
    planned = source.horizons.get(row.promise.indicator_id)
    if planned is None:
        return None
    target = readings.target_of(planned)
    reading = achievement.Reading(state="missing") if row.year.partial else row.year.reading
    progress = achievement.achievement(target, reading, rule, words=False)
    return Horizon(planned.year, readings.target_text(target, rule), progress.raw)
