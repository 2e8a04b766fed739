"""The Indonesian sentences of the calculation engine: every figure says how it came about. Pure.

Sentences carry no closing full stop, so that they fit a table cell as well as running text.
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Any

from evaluations.measures import ARITHMETIC, Outcome, Reading, Result, Rule, Target, YearReading
from perjanjian.numerals import (
    MAX_DIGITS,
    NBSP,
    format_date,
    format_number,
    format_percent,
    roman,
    round_half_up,
)

# A computed figure inside a formula has four decimals, or as many more as its percentage needs.
FORMULA_PLACES = range(4, 13)
QUARTERS = 4

POLARITY_WORDS = {
    "higher": "makin tinggi makin baik",
    "lower": "makin rendah makin baik",
    "exact": "makin dekat dengan target makin baik",
}
RANGE_EXACT = "dalam rentang makin baik"

STATE_WORDS = {
    "missing": "Realisasi belum diisi, jadi capaian belum dihitung",
    "not_published": "Data belum rilis, jadi capaian belum dihitung",
    "not_applicable": "Tidak relevan, jadi tidak ikut dihitung",
    "not_due": "Belum waktunya diukur, jadi capaian belum dihitung",
}

PROBLEM_WORDS = {
    "no_target": "target belum ditetapkan",
    "zero_target": "target nol tidak dapat menjadi pembanding",
    "invers_zero": "rumus invers tidak dapat dipakai untuk realisasi nol atau kurang tanpa batas capaian",
    "zero_denominator": "penyebutnya nol",
    "reversed_range": "batas bawah rentang target lebih besar daripada batas atasnya",
    "not_on_scale": "tingkat itu tidak ada pada skala",
}
OUT_OF_RANGE = "Angka realisasi atau target di luar jangkauan hitungan, jadi capaian tidak dapat dihitung"

FORMULA_WORDS = {
    "higher": "rumus {r} ÷ {t} = {raw}",
    "higher_absolute": "rumus selisih dengan nilai mutlak target 1 + ({r} − {t}) ÷ |{t}| = {raw}",
    "selisih": "rumus selisih (2 × {t} − {r}) ÷ {t} = {raw}",
    "selisih_absolute": "rumus selisih dengan nilai mutlak target 1 − ({r} − {t}) ÷ |{t}| = {raw}",
    "invers": "rumus invers {t} ÷ {r} = {raw}",
    "invers_zero": "rumus invers tidak dapat dipakai untuk realisasi nol atau kurang, dipakai batas {raw}",
    "exact": "rumus 1 − |{r} − {t}| ÷ {t} = {raw}",
    "exact_absolute": "rumus 1 − |{r} − {t}| ÷ |{t}| = {raw}",
    "zero_met": "realisasi tidak lebih dari nol, capaian {raw}",
    "zero_exceeded": "realisasi lebih dari nol, capaian {raw}",
    "zero_exact": "realisasi tepat nol, capaian {raw}",
    "scale": "rumus {r} ÷ {t} = {raw}",
    "date": "rumus selisih hari (2 × {t} − {r}) ÷ {t} = {raw}",
}

YEAR_WORDS = {
    "sum": "Jumlah {periods}",
    "average": "Rata-rata {periods}",
    "ratio_of_sums": "Jumlah pembilang dibagi jumlah penyebut {periods}",
    "last": "Nilai terakhir dari {periods}",
    "annual": "Pengukuran tahunan dari {periods}",
    "running_total": "Nilai berjalan sampai dengan {periods}",
}
GAP_WORDS = {
    "missing": "{periods} belum diisi",
    "not_published": "data {periods} belum rilis",
    "measured": "{periods} tanpa angka yang dapat dijumlahkan",
}


# --- one figure -------------------------------------------------------------------------------


def unmeasured(state: str) -> str:
    """Why there is nothing to judge."""
    return STATE_WORDS[state]


def judged(
    target: Target, reading: Reading, actual: Any, rule: Rule, outcome: Outcome, used: Decimal | None
) -> str:
    """How `actual` was compared with `target`, with the percentage and what averages take of it.

    `used` None beside a percentage is an incomplete year: the sentence of the year says so.
    """
    if outcome.problem == "out_of_range":
        return OUT_OF_RANGE
    facts = f"Realisasi {_realisation(reading, actual, rule)}"
    if outcome.raw is None:
        if outcome.problem not in ("no_target", "zero_denominator"):
            facts += _compared_with(target, rule, outcome)
        return f"{facts}: {PROBLEM_WORDS[outcome.problem]}, jadi capaian tidak dapat dihitung"
    return facts + _explained(target, actual, rule, outcome) + _consequence(outcome.raw, used)


def _explained(target: Target, actual: Any, rule: Rule, outcome: Outcome) -> str:
    raw = _percent(outcome.raw or Decimal(0))
    if outcome.formula in ("range", "date_met"):
        verb = "memenuhi" if outcome.formula == "range" else "tidak melewati"
        return f" {verb} {_target(target, rule)}, capaian {raw}"
    if outcome.formula == "scale_above":
        return f" di atas {_target(target, rule)}, capaian {raw}"
    formula = FORMULA_WORDS[outcome.formula.removeprefix("range_")]
    t, r = _operands(outcome, rule)
    if rule.kind == "range":
        formula = f"terhadap batas {t} {formula}"
    elif rule.kind == "date":
        formula = f"terlambat {(actual - target.date).days} hari, {formula}"
    return f"{_compared_with(target, rule, outcome)}, {formula.format(t=t, r=r, raw=raw)}"


def _operands(outcome: Outcome, rule: Rule) -> tuple[str, str]:
    """Target and realisation as the formula prints them, so that a calculator finds its percentage."""
    if outcome.operands is None:
        return "", ""
    target, actual = outcome.operands
    return _operand(target, rule), _in_brackets(_counted_figure(outcome, rule), actual)


def _counted_figure(outcome: Outcome, rule: Rule) -> str:
    """The realisation as typed; a computed one with the fewest decimals that give the same percentage."""
    target, actual = outcome.operands or (Decimal(1), Decimal(0))
    if not _is_computed(actual) or round_half_up(actual, _places(rule)) == actual:
        return _figure(actual, rule)
    raw = outcome.raw or Decimal(0)
    text = _figure(actual, rule)
    for places in FORMULA_PLACES:
        rounded = round_half_up(actual, max(places, _places(rule)))
        text = format_number(rounded, max(places, _places(rule)))
        with localcontext(ARITHMETIC):
            if outcome.formula.endswith("invers"):
                found = [raw * actual / rounded] if rounded else []
            else:  # every other formula is straight in the realisation, rising or falling
                shift = (rounded - actual) * 100 / abs(target) if target else Decimal(0)
                found = [raw + shift, raw - shift]
        if found and all(round_half_up(each, 2) == round_half_up(raw, 2) for each in found):
            break
    return text


def _compared_with(target: Target, rule: Rule, outcome: Outcome) -> str:
    """What stands between the realisation and the formula: the target and which way is better."""
    words = _target(target, rule)
    if rule.kind in ("scale", "date"):
        return f" dari {words}"
    polarity = POLARITY_WORDS[rule.polarity]
    if rule.kind != "range":
        return f" dari {words}, {polarity}"
    if rule.polarity == "exact":
        polarity = RANGE_EXACT
    if outcome.operands is None:
        return f" dari {words}, {polarity}"
    bound, actual = outcome.operands
    return f" di {'atas' if actual > bound else 'bawah'} {words}, {polarity}"


def _consequence(raw: Decimal, used: Decimal | None) -> str:
    if used is None or used == raw:
        return ""
    reason = "batas" if used < raw else "tidak kurang dari nol"
    return f"; dipakai {_percent(used)} ({reason})"


# --- figures and targets as words -------------------------------------------------------------


def _realisation(reading: Reading, actual: Any, rule: Rule) -> str:
    note = " (angka sementara)" if reading.provisional else ""
    if rule.kind == "scale":
        return _step(actual, rule) + note
    if rule.kind == "date":
        return format_date(actual) + note
    numerator, denominator = reading.numerator, reading.denominator
    if numerator is None or denominator is None or (rule.kind != "ratio" and reading.value is not None):
        return _amount(actual, rule) + note
    plain = Rule()  # the indicator's decimals are not those of what it counts
    quotient = f"{_operand(numerator, plain)} ÷ {_operand(denominator, plain)} × {format_number(rule.factor)}"
    return (quotient if actual is None else f"{quotient} = {_amount(actual, rule)}") + note


def _target(target: Target, rule: Rule) -> str:
    if rule.kind == "scale":
        return f"target {_step(target.step or 0, rule)}"
    if rule.kind == "date" and target.date:
        return f"target {format_date(target.date)}"
    if rule.kind != "range":
        return f"target {_amount(target.value or Decimal(0), rule)}"
    if target.low is None:
        return f"target paling banyak {_amount(target.high or Decimal(0), rule)}"
    if target.high is None:
        return f"target paling sedikit {_amount(target.low, rule)}"
    return f"rentang target {_figure(target.low, rule)} sampai {_amount(target.high, rule)}"


def _step(rank: int, rule: Rule) -> str:
    """A step of the scale by its name; a scale without names counts levels, 1 the lowest."""
    known = 1 <= rank <= len(rule.steps)
    return f"{rule.steps[rank - 1]} (tingkat {rank})" if known else f"tingkat {rank}"


def _amount(value: Decimal, rule: Rule) -> str:
    """A figure with its unit of measure, as people write it."""
    figure = _figure(value, rule)
    if rule.unit == "Rp":
        return f"-Rp{figure[1:]}" if value < 0 else f"Rp{figure}"
    if rule.unit == "%":
        return f"{figure}{NBSP}%"
    return f"{figure} {rule.unit}" if rule.unit else figure


def _figure(value: Decimal, rule: Rule) -> str:
    """A figure as typed, with at least the indicator's decimals.

    A typed figure is never cut: what it counts with is what it shows. One with more digits than can be
    typed was computed, and is rounded to the indicator's decimals, or to two.
    """
    text = format_number(value)
    if _is_computed(value):
        return format_number(round_half_up(value, _places(rule)), rule.decimals)
    if rule.decimals is None:
        return text
    return format_number(value, max(rule.decimals, len(text.partition(",")[2])))


def _operand(value: Decimal, rule: Rule) -> str:
    """A figure inside a formula; a negative one in brackets."""
    return _in_brackets(_figure(value, rule), value)


def _in_brackets(figure: str, value: Decimal) -> str:
    return f"({figure})" if value < 0 else figure


def _is_computed(value: Decimal) -> bool:
    """Whether the figure has more digits than can be typed."""
    return sum(letter.isdigit() for letter in format_number(value)) > MAX_DIGITS


def _places(rule: Rule) -> int:
    """The decimals a computed figure is shown with."""
    return 2 if rule.decimals is None else rule.decimals


def _percent(percent: Decimal) -> str:
    """A percentage with two decimals; one that only rounding lifts to 100 says so."""
    text = format_percent(percent)
    if percent < 100 and round_half_up(percent, 2) == 100:
        return f"{text} (dibulatkan, belum mencapai target)"
    return text


# --- a year out of its periods ----------------------------------------------------------------


def year(found: YearReading, states: Sequence[str], basis: str, rule: Rule) -> str:
    """Which periods the year's figure rests on, which are lacking, and what follows from that.

    `basis` is the accumulation the figure really came from.
    """
    if not found.periods_used:
        return unmeasured(found.reading.state)
    heading = YEAR_WORDS[basis].format(periods=_periods(found.periods_used, len(states)))
    parts = [heading if rule.year is None else f"{heading} tahun {rule.year}"]
    lacking = [
        text.format(periods=_periods(numbers, len(states)))
        for state, text in GAP_WORDS.items()
        if (numbers := [number for number in found.missing if states[number - 1] == state])
    ]
    if found.partial:
        lacking.append("jadi angka setahun belum lengkap dan belum diberi predikat")
    if found.earlier_period:
        lacking.append("jadi dipakai nilai sebelumnya")
    if lacking:
        parts.append(", ".join(lacking))
    last = max((number for number, state in enumerate(states, start=1) if state != "not_due"), default=0)
    for state, text in (("not_applicable", "tidak relevan"), ("not_due", "belum waktunya diukur")):
        # Before the last period measured, not due means that the calendar of the indicator leaves it out.
        begin = last if state == "not_due" else 0
        numbers = [number for number in range(begin + 1, len(states) + 1) if states[number - 1] == state]
        if numbers:
            parts.append(f"{_periods(numbers, len(states))} {text}")
    return "; ".join(parts)


def against(result: Result, used: Sequence[int], count: int) -> str:
    """Which target an unfinished year was compared with, where that is not plain."""
    if result.raw is None:
        return ""
    if "period_target" in result.marks:
        return f"; yang dipakai target Rencana Aksi sampai dengan {_periods(used[-1:], count)}"
    return "; dibanding target setahun, belum dinilai" if "too_early" in result.marks else ""


def _periods(numbers: Sequence[int], count: int) -> str:
    """“Triwulan I–III”, “Triwulan I dan III”; a year not of four periods has “periode 1 sampai 3”."""
    quarters = count == QUARTERS
    word = "Triwulan" if quarters else "periode"
    names = [roman(number) if quarters else str(number) for number in numbers]
    if len(names) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{word} {names[0]}{'–' if quarters else ' sampai '}{names[-1]}"
    *firsts, last = names
    if not firsts:
        return f"{word} {last}"
    comma = "," if len(firsts) > 1 else ""
    return f"{word} {', '.join(firsts)}{comma} dan {last}"
