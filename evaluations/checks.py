"""What a value must hold before it is submitted or accepted, in sentences; asks no database."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from agreements.enums import Accumulation, Kind
from agreements.models import Indicator
from evaluations import readings
from evaluations.enums import ValueState
from evaluations.models import Realisation

FIGURE_COLUMNS = {Kind.SCALE: ("step",), Kind.DATE: ("date",), Kind.RATIO: ("numerator", "denominator")}
SHORTEST_REASON = 10
WHY_NOT_APPLICABLE = "Beri alasan mengapa tidak relevan."


def is_filled(row: Realisation) -> bool:
    """Whether the row says anything: a figure, or why there is none."""
    return row.state != ValueState.MEASURED or has_figure(row, "claimed")


def figure_columns(indicator: Indicator) -> tuple[str, ...]:
    """The columns of VALUE_COLUMNS a figure of the indicator's kind fills."""
    return FIGURE_COLUMNS.get(Kind(indicator.kind), ("value",))


def is_complete(indicator: Indicator, figures: Mapping[str, Any]) -> bool:
    """Whether one set of values by VALUE_COLUMNS is a whole figure of the indicator's kind."""
    return all(figures.get(column) is not None for column in figure_columns(indicator))


def has_figure(row: Realisation, which: str) -> bool:
    """Whether one set of values (claimed, verified, final) is complete for the indicator's kind."""
    return is_complete(row.indicator, row.values(which))


def problems(row: Realisation, previous: Realisation | None) -> dict[str, str]:
    """What keeps a filled row from being submitted, by the field to mend. `previous`: the period before."""
    if row.state == ValueState.NOT_APPLICABLE:
        return {} if row.state_reason.strip() else {"state_reason": WHY_NOT_APPLICABLE}
    if row.state == ValueState.NOT_PUBLISHED:
        return {} if row.expected_on else {"expected_on": "Isi perkiraan tanggal rilis datanya."}
    found = figure_problems(row.indicator, row.values("claimed"))
    before = _fallen_from(row, previous)
    if before and not row.state_reason.strip():
        found["state_reason"] = f"Angka berjalan turun dari {before}. Jelaskan sebabnya."
    return found


def figure_problems(indicator: Indicator, figures: Mapping[str, Any]) -> dict[str, str]:
    """What cannot be: a quotient of nothing, a part above its whole; of one set by VALUE_COLUMNS."""
    above, below = figures.get("numerator"), figures.get("denominator")
    if indicator.kind != Kind.RATIO or above is None or below is None:
        return {}
    if below == 0:
        return {"denominator": "Penyebut tidak boleh nol. Bila memang tidak ada, pilih “Tidak relevan”."}
    if indicator.part_of_whole and (above < 0 or below < 0):
        return {"numerator": "Bagian dan keseluruhannya tidak boleh di bawah nol."}
    if indicator.part_of_whole and above > below:
        return {"numerator": "Pembilang adalah bagian dari penyebut, jadi tidak boleh lebih besar."}
    return {}


def _fallen_from(row: Realisation, previous: Realisation | None) -> str:
    """The running total of the period before, as people read it, where this one is below it; else empty."""
    if row.indicator.accumulation != Accumulation.RUNNING_TOTAL or previous is None:
        return ""
    rule = readings.rule_of_indicator(row.indicator)
    before = readings.figure_of(readings.counted_reading(previous), rule)
    now = readings.figure_of(readings.reading_of(row, "claimed"), rule)
    fallen = isinstance(before, Decimal) and isinstance(now, Decimal) and now < before
    return readings.figure_text(before, rule) if fallen else ""
