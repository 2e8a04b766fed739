"""A second opinion on the calculation: the design table of the engine, written with fractions.

Nothing of the engine is imported. Targets, readings and rules are read by attribute only, so the
tests can hand the same objects to both and compare.
"""

from datetime import date
from fractions import Fraction

LAST_KNOWN = ("last", "annual", "running_total")


def year(readings, accumulation, rule):
    """What the periods add up to: (state, figure or None, partial, to date, taken from earlier).

    The figure is a Fraction, a rank (int) or a date; None with state "measured" when a
    denominator is zero.
    """
    states = ["missing" if r is None else r.state for r in readings]
    to_date = bool(states) and states[-1] == "not_due"
    due = [n for n, state in enumerate(states) if state not in ("not_due", "not_applicable")]
    known = [n for n in due if states[n] == "measured"]
    gaps = [n for n in due if states[n] != "measured"]
    if not due:
        return ("not_due" if "not_due" in states else "not_applicable"), None, False, to_date, False
    if rule.kind in ("scale", "date") or accumulation in LAST_KNOWN:
        if not known:
            relevant = gaps[-1:] if accumulation == "annual" else gaps
            return _worst(states, relevant), None, False, to_date, False
        return "measured", figure(readings[known[-1]], rule), False, to_date, known[-1] != due[-1]
    if not known:
        return _worst(states, gaps), None, False, to_date, False
    if accumulation == "ratio_of_sums":
        above = sum(Fraction(readings[n].numerator) for n in known)
        below = sum(Fraction(readings[n].denominator) for n in known)
        total = above / below * Fraction(rule.factor) if below else None
    else:
        total = sum(figure(readings[n], rule) for n in known)
        if accumulation == "average":
            total = total / len(known)
    return "measured", total, bool(gaps), to_date, False


def too_early(accumulation, kind, to_date):
    """Whether a figure that grows through the year stands beside the target of the whole year."""
    return to_date and accumulation in ("sum", "running_total") and kind in ("number", "ratio", "range")


def _worst(states, places):
    return "missing" if any(states[n] == "missing" for n in places) else "not_published"


def figure(reading, rule):
    """The measured figure of one reading; None when its denominator is zero."""
    if rule.kind == "scale":
        return reading.step
    if rule.kind == "date":
        return reading.date
    if reading.numerator is not None and reading.denominator is not None:
        if reading.denominator == 0:
            return None
        return Fraction(reading.numerator) / Fraction(reading.denominator) * Fraction(rule.factor)
    return Fraction(reading.value)


def percent(target, actual, rule):
    """The unrounded percentage as a Fraction, None where it cannot be computed."""
    if actual is None:
        return None
    if rule.kind == "scale":
        return _scale(target.step, actual, rule)
    if rule.kind == "date":
        return _date(target.date, actual)
    if rule.kind == "range":
        return _range(Fraction(target.low), Fraction(target.high), actual, rule)
    return _number(Fraction(target.value), actual, rule.polarity, rule.method, rule.cap)


def _number(t, r, polarity, method, cap):
    if polarity == "higher":
        if t == 0:
            return None
        return r / t * 100 if t > 0 else 100 + (r - t) / abs(t) * 100
    if polarity == "lower":
        if t == 0:
            return Fraction(100) if r <= 0 else Fraction(0)
        if t > 0 and method == "invers":
            if r > 0:
                return t / r * 100
            return None if cap is None else Fraction(cap)
        return (2 * t - r) / t * 100 if t > 0 else 100 - (r - t) / abs(t) * 100
    if t == 0:
        return Fraction(100) if r == 0 else None
    return 100 - abs(r - t) / abs(t) * 100


def _range(low, high, r, rule):
    if low <= r <= high:
        return Fraction(100)
    return _number(low if r < low else high, r, rule.polarity, "selisih", None)


def _scale(target, actual, rule):
    if not (1 <= target <= len(rule.steps) and 1 <= actual <= len(rule.steps)):
        return None
    if actual >= target and (actual == target or rule.scale_above == "hundred"):
        return Fraction(100)
    return Fraction(actual, target) * 100


def _date(target, actual):
    if actual <= target:
        return Fraction(100)
    before = date(target.year, 1, 1).toordinal() - 1
    allowed, taken = target.toordinal() - before, actual.toordinal() - before
    return Fraction(2 * allowed - taken, allowed) * 100


def used(raw, cap):
    """What averages take: never below 0, never above the cap."""
    if raw is None:
        return None
    floored = max(Fraction(0), raw)
    return floored if cap is None else min(Fraction(cap), floored)
