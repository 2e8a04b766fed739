"""Under which number style and which formula the figures of a source are read and judged.

Declared once per source and direction in `declarations.csv`, never per row, from what most of the
source's own rows use; the column `reason` says why. A source without a line there is not read at all.
Directions are those of the published files; `anggaran` stands for a source's budgets.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from evaluations.achievement import METHODS
from evaluations.published.reading import STYLES

FILE = Path(__file__).with_name("declarations.csv")
BUDGET = "anggaran"
# "?" is a direction the source does not tell: there is nothing to judge by.
POLARITIES: Mapping[str, str] = {"naik": "higher", "turun": "lower", "rentang": "exact", "predikat": "higher"}

# Scales the published words belong to, the lowest step first. BPK: the opinions of Undang-Undang 15/2004,
# abbreviated as reports print them.
SCALES: Mapping[str, tuple[str, ...]] = {"Opini BPK": ("TMP", "TW", "WDP", "WTP-DPP", "WTP")}


@dataclass(frozen=True, slots=True)
class Declaration:
    """How one source writes and computes one direction.

    `method` is for lower-is-better only. `scale` names a scale of `SCALES` for predicates.
    """

    style: str
    percent_style: str
    polarity: str
    method: str
    scale: str
    reason: str

    @property
    def steps(self) -> tuple[str, ...]:
        return SCALES.get(self.scale, ())


Declarations = Mapping[tuple[str, str], Declaration]


@cache
def declarations() -> Declarations:
    """All declarations by source and direction. Raises `ValueError` for a line that cannot hold."""
    found: dict[tuple[str, str], Declaration] = {}
    with FILE.open(encoding="utf-8", newline="") as stream:
        for line in csv.DictReader(stream):
            key = line["source_id"], line["direction"]
            declared = Declaration(
                line["style"],
                line["percent_style"],
                POLARITIES.get(line["direction"], ""),
                line["method"],
                line["scale"],
                line["reason"],
            )
            _require_sound(key, declared, found)
            found[key] = declared
    return found


def _require_sound(key: tuple[str, str], declared: Declaration, found: Declarations) -> None:
    lower = declared.polarity == "lower"
    if (
        key in found
        or declared.style not in STYLES
        or declared.percent_style not in STYLES
        or (lower and declared.method not in METHODS)
        or (not lower and declared.method)
        or (declared.scale and declared.scale not in SCALES)
        or not declared.reason
    ):
        raise ValueError(f"declarations.csv: the line of {key} cannot hold")
