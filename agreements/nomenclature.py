"""Codes of the national nomenclature: what lies within what; pure.

`d.dd.dd` is a program, `d.dd.dd.d.dd` a kegiatan, with two or four digits more a sub kegiatan
(Permendagri 90/2019). An empty code is a programme whose code nobody knows: it lies within nothing.
"""

import re

from agreements.enums import BudgetDetail

CODE = re.compile(r"^\d(\.\d{2}(\.\d{2}(\.\d\.\d{2}(\.(\d{2}|\d{4}))?)?)?)?$")
PROGRAMME_LENGTH, ACTIVITY_LENGTH = len("1.02.02"), len("1.02.02.2.01")
_LENGTHS = {BudgetDetail.PROGRAMME: PROGRAMME_LENGTH, BudgetDetail.ACTIVITY: ACTIVITY_LENGTH}


def at_detail(code: str, detail: str) -> str:
    """The code cut down to a step: that of the program or kegiatan it lies within, or itself if it is no finer."""
    length = _LENGTHS.get(BudgetDetail(detail))
    return code[:length] if length and len(code) > length else code


def step_of(code: str) -> BudgetDetail:
    """Which step a code stands on; what is above a program counts as one."""
    if len(code) <= PROGRAMME_LENGTH:
        return BudgetDetail.PROGRAMME
    return BudgetDetail.ACTIVITY if len(code) <= ACTIVITY_LENGTH else BudgetDetail.SUB_ACTIVITY


def lies_within(code: str, above: str) -> bool:
    """Whether a code lies below another; its own it does not."""
    return bool(above) and code.startswith(f"{above}.")


def related(one: str, other: str) -> bool:
    """Whether amounts of two codes speak, in whole or in part, of the same money."""
    return bool(one) and (one == other or lies_within(one, other) or lies_within(other, one))


def codes_above(code: str) -> list[str]:
    """The codes a code lies within, the widest first: 1, 1.02 of 1.02.02."""
    parts = code.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]
