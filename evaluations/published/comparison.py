"""Compares published percentages with the engine's, row by row, under the declared style and formula. Pure.

The verdicts:

- exact: the engine's percentage, rounded half up to the printed places, is the published one.
- within rounding of the output: it is the published one when it is cut off instead of rounded, rounded down
  at a half, or, where the last printed decimal is a 0, rounded one place earlier and padded (73,33 → 73,30).
- within rounding of the inputs: some inputs within half a unit of their last printed place give such a
  percentage. Whole numbers are taken as counted, not rounded; a figure that half a unit would carry to or
  past 0 is not widened.
- other standard formula: another formula of `standard_formulas` gives the published percentage and is
  named. An exact one comes before a rounding of the inputs under the declared formula: with targets such as
  0,4 that rounding could mean almost anything.
- no standard formula: none does.
- unreadable: a figure cannot be read under the declared style, or its source is not declared.

What inputs can mean is the engine evaluated at every corner of the widened inputs: each formula rises or
falls in each of its figures, so its extremes are at corners.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from evaluations.achievement import Reading, Rule, Target, absorption, achievement
from evaluations.published.declarations import BUDGET, Declaration, Declarations
from evaluations.published.reading import (
    Figure,
    Row,
    Span,
    Unreadable,
    read_figure,
    read_number,
    read_step,
)
from perjanjian.numerals import format_number, round_half_up

EXACT = "exact"
ROUNDING = "within rounding"
OTHER = "other standard formula"
NONE = "no standard formula"
UNREADABLE = "unreadable"
VERDICTS = (EXACT, ROUNDING, OTHER, NONE, UNREADABLE)
CLOSED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One row's verdict. `computed` is the engine's unrounded percentage, None where it has none."""

    file: str
    line: int
    source: str
    direction: str
    name: str
    published: str
    computed: Decimal | None
    verdict: str
    formula: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A way to a percentage out of figures: the target's, then the realisation."""

    words: str
    percent: Callable[[Sequence[Decimal]], Decimal | None]


@dataclass(frozen=True, slots=True)
class Judgement:
    computed: Decimal | None
    verdict: str
    formula: str
    reason: str


# --- formulas, all of them the engine's -------------------------------------------------------

HIGHER = Rule(polarity="higher")
SELISIH = Rule(polarity="lower", method="selisih")
INVERS = Rule(polarity="lower", method="invers")
NEAREST = Rule(polarity="exact")
WORDS = {
    ("number", HIGHER): "R ÷ T",
    ("number", SELISIH): "(2 × T − R) ÷ T",
    ("number", INVERS): "T ÷ R",
    ("number", NEAREST): "1 − |R − T| ÷ T",
    ("range", HIGHER): "rentang, di luarnya R ÷ batas",
    ("range", SELISIH): "rentang, di luarnya (2 × batas − R) ÷ batas",
    ("range", NEAREST): "rentang, di luarnya 1 − |R − batas| ÷ batas",
}
SCALE_WORDS = {"hundred": "tingkat R ÷ tingkat T, di atas target 100", "rank": "tingkat R ÷ tingkat T"}
ABSORPTION = Formula("realisasi ÷ anggaran", lambda figures: absorption(figures[0], figures[1]))


def standard_formulas(kind: str, steps: tuple[str, ...] = ()) -> list[Formula]:
    """Every formula practice knows for a kind, the plain ones before those that stop at 100."""
    if kind == "scale":
        plain = [_on_scale(steps, above) for above in SCALE_WORDS]
    else:
        plain = [_formula(known, rule) for known, rule in WORDS if known == kind]
    return plain + [_closed(formula) for formula in plain]


def _formula(kind: str, rule: Rule) -> Formula:
    def percent(figures: Sequence[Decimal]) -> Decimal | None:
        *promised, actual = figures
        if kind == "range":
            target, judged = Target(low=promised[0], high=promised[1]), "range"
        else:
            target, judged = Target(value=promised[0]), "number"
        whole = Rule(kind=judged, polarity=rule.polarity, method=rule.method)
        return achievement(target, Reading(value=actual), whole, words=False).raw

    return Formula(WORDS[kind, rule], percent)


def _on_scale(steps: tuple[str, ...], above: str) -> Formula:
    def percent(figures: Sequence[Decimal]) -> Decimal | None:
        target, actual = (int(rank) for rank in figures)
        rule = Rule(kind="scale", scale_above=above, steps=steps)
        return achievement(Target(step=target), Reading(step=actual), rule, words=False).raw

    return Formula(SCALE_WORDS[above], percent)


def _closed(formula: Formula) -> Formula:
    def percent(figures: Sequence[Decimal]) -> Decimal | None:
        raw = formula.percent(figures)
        return None if raw is None else min(CLOSED, max(Decimal(0), raw))

    return Formula(f"{formula.words}, 100 bila tercapai", percent)


def _declared_formula(kind: str, declared: Declaration) -> Formula | None:
    if kind == "scale":
        return _on_scale(declared.steps, "hundred")
    if declared.polarity == "lower":
        # Outside a range the annex of PermenPAN-RB 8/2021 knows only selisih.
        return _formula(kind, INVERS if declared.method == "invers" and kind == "number" else SELISIH)
    rules = {"higher": HIGHER, "exact": NEAREST}
    return _formula(kind, rules[declared.polarity]) if declared.polarity else None


# --- rows -------------------------------------------------------------------------------------


def compare_indicator(row: Row, declared: Declarations) -> Comparison | None:
    """The verdict on a row of indicators.csv; None when target, realisation and percent are not all printed."""
    printed = row["target"], row["realisasi"], row["capaian_published"]
    if not row.fault and not all(printed):
        return None
    declaration = declared.get((row["source_id"], row["direction"]))
    judgement = _judged(row, declaration, lambda known: _judge_indicator(row, known))
    return _comparison(row, row["direction"], row["indicator"], printed[2], judgement, row["note"])


def compare_budget(row: Row, declared: Declarations) -> Comparison | None:
    """The verdict on a row of budgets.csv; None when ceiling, spending and percent are not all printed."""
    printed = row["anggaran"], row["realisasi"], row["persen_published"]
    if not row.fault and not all(printed):
        return None
    declaration = declared.get((row["source_id"], BUDGET))
    judgement = _judged(row, declaration, lambda known: _judge_budget(row, known))
    name = row["kegiatan"] or row["program"]
    return _comparison(row, BUDGET, name, printed[2], judgement, "")


def _judged(row: Row, declared: Declaration | None, judge: Callable[[Declaration], Judgement]) -> Judgement:
    if row.fault:
        return Judgement(None, UNREADABLE, "", row.fault)
    if declared is None:
        return Judgement(None, UNREADABLE, "", "gaya angka sumber ini untuk arah ini belum dinyatakan")
    try:
        return judge(declared)
    except Unreadable as error:
        return Judgement(None, UNREADABLE, "", str(error))


def _comparison(
    row: Row, direction: str, name: str, published: str, judgement: Judgement, note: str
) -> Comparison:
    return Comparison(
        row.file,
        row.line,
        row["source_id"],
        direction,
        name,
        published,
        judgement.computed,
        judgement.verdict,
        judgement.formula,
        judgement.reason,
        note,
    )


def _judge_indicator(row: Row, declared: Declaration) -> Judgement:
    kind, figures = _figures(row, declared)
    published = _named("capaian", lambda: read_number(row["capaian_published"], declared.percent_style, "%"))
    own = _declared_formula(kind, declared)
    return judge(figures, published, own, standard_formulas(kind, declared.steps))


def _judge_budget(row: Row, declared: Declaration) -> Judgement:
    ceiling = _named("anggaran", lambda: read_number(row["anggaran"], declared.style))
    spent = _named("realisasi", lambda: read_number(row["realisasi"], declared.style))
    published = _named("persen", lambda: read_number(row["persen_published"], declared.percent_style, "%"))
    return judge([ceiling, spent], published, ABSORPTION, [ABSORPTION, _closed(ABSORPTION)])


def _figures(row: Row, declared: Declaration) -> tuple[str, list[Figure]]:
    """The kind the figures are of, and the figures: the target's one or two, then the realisation."""
    if row["direction"] == "predikat":
        ranks = [
            _named(column, lambda text=row[column]: read_step(text, declared.steps))
            for column in ("target", "realisasi")
        ]
        return "scale", [Figure(Decimal(rank), Decimal(0), 0) for rank in ranks]
    target = _named("target", lambda: read_figure(row["target"], declared.style, row["unit"]))
    actual = _named("realisasi", lambda: read_number(row["realisasi"], declared.style, row["unit"]))
    if isinstance(target, Span):
        return "range", [target.low, target.high, actual]
    return "number", [target, actual]


def _named(column: str, read: Callable):
    try:
        return read()
    except Unreadable as error:
        raise type(error)(f"{column} {error}") from None


# --- verdicts ---------------------------------------------------------------------------------

# How a formula meets a published percentage, the better explanation first.
AS_PRINTED, OUTPUT_ROUNDED, INPUTS_ROUNDED = "as printed", "output rounded", "inputs rounded"


def judge(
    figures: Sequence[Figure], published: Figure, own: Formula | None, known: Sequence[Formula]
) -> Judgement:
    """The verdict on one published percentage. `own` is the declared formula, None where none is declared."""
    computed = own.percent([figure.value for figure in figures]) if own else None
    words = own.words if own else ""
    facts = f"{words} menghasilkan {_shown(computed, published)}" if own else "arah indikator tidak disebut"
    met = agreement(own, figures, published) if own else ""
    if own and met == AS_PRINTED:
        return Judgement(computed, EXACT, words, "")
    if own and met == OUTPUT_ROUNDED:
        return Judgement(computed, ROUNDING, words, f"{facts}; {_output_words(computed, published)}")
    others = {agreement(formula, figures, published): formula for formula in reversed(known)}
    if named := others.get(AS_PRINTED):
        return Judgement(computed, OTHER, named.words, f"{facts}; yang terbit mengikuti {named.words}")
    if own and met == INPUTS_ROUNDED:
        return Judgement(computed, ROUNDING, words, f"{facts}; {_input_words(own, figures, published)}")
    if named := others.get(OUTPUT_ROUNDED) or others.get(INPUTS_ROUNDED):
        reason = f"{facts}; yang terbit mengikuti {named.words}, dalam pembulatan"
        return Judgement(computed, OTHER, named.words, reason)
    return Judgement(computed, NONE, "", f"{facts}; tidak ada rumus baku yang menghasilkan angka terbit")


def agreement(formula: Formula, figures: Sequence[Figure], published: Figure) -> str:
    """How a formula over these figures meets the published percentage; nothing when it does not."""
    computed = formula.percent([figure.value for figure in figures])
    if computed is not None:
        if round_half_up(computed, published.places) == published.value:
            return AS_PRINTED
        if _prints_as(computed, computed, published):
            return OUTPUT_ROUNDED
    ends = reach(formula, figures)
    return INPUTS_ROUNDED if ends and _prints_as(*ends, published) else ""


def reach(formula: Formula, figures: Sequence[Figure]) -> tuple[Decimal, Decimal] | None:
    """The least and the greatest percentage the inputs can mean; None when there is none."""
    results = [formula.percent(corner) for corner in product(*map(_points, figures))]
    percents = [result for result in results if result is not None]
    return (min(percents), max(percents)) if percents else None


def _points(figure: Figure) -> Iterator[Decimal]:
    yield figure.value
    if figure.half and abs(figure.value) > figure.half:
        yield figure.value - figure.half
        yield figure.value + figure.half


def _prints_as(low: Decimal, high: Decimal, published: Figure) -> bool:
    """Whether something between `low` and `high` is printed as the published figure, rounded or cut off."""
    half = Decimal(5).scaleb(-published.places - 1)
    if published.places > 1 and published.value == round_half_up(published.value, published.places - 1):
        half *= 10
    rounded = low <= published.value + half and high >= published.value - half
    return rounded or _cut_off(low, high, published)


def _cut_off(low: Decimal, high: Decimal, published: Figure) -> bool:
    """Cutting off moves towards 0: what was cut lies less than one step farther from it."""
    printed, step = published.value, Decimal(1).scaleb(-published.places)
    not_below = high >= printed if printed > 0 else high > printed - step
    not_above = low <= printed if printed < 0 else low < printed + step
    return not_below and not_above


def _output_words(computed: Decimal | None, published: Figure) -> str:
    if computed is not None and _cut_off(computed, computed, published):
        return "yang terbit dipotong, bukan dibulatkan"
    return "yang terbit dibulatkan lebih kasar"


def _input_words(own: Formula, figures: Sequence[Figure], published: Figure) -> str:
    low, high = reach(own, figures) or (Decimal(0), Decimal(0))
    places = max(2, published.places)
    return (
        "target atau realisasi yang dicetak sudah dibulatkan dan dapat berarti "
        f"{_percent(low, places)} sampai {_percent(high, places)}"
    )


def _shown(computed: Decimal | None, published: Figure) -> str:
    return "tidak ada persen" if computed is None else _percent(computed, max(2, published.places))


def _percent(value: Decimal, places: int) -> str:
    return f"{format_number(value, places)} %"
