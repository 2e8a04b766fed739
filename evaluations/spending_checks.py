"""What recorded money has to explain, in sentences; asks no database.

Impossible is only what the columns refuse: less than nothing, more than 100 percent of the work. All else
happens (a refund, a payment in advance, a shifted budget) and wants words, or is shown to who reads it.
"""

from dataclasses import dataclass
from decimal import Decimal

from evaluations import achievement
from evaluations.checks import SHORTEST_REASON
from evaluations.models import BudgetRealisation
from evaluations.spending import SpendingLine
from perjanjian.numerals import MONTHS, NBSP, format_number, format_percent, format_rupiah

HUNDRED = Decimal(100)
# Money further ahead of the work than this is shown: payments in advance are at most 30 percent of a contract.
FAR_AHEAD = Decimal(30)


@dataclass(frozen=True)
class Figures:
    """What is recorded of a line for a month: rupiah up to its end, percent of the work, and words."""

    spent: Decimal
    physical: Decimal | None
    note: str = ""


def unexplained(line: SpendingLine, month: int, typed: Figures) -> list[str]:
    """What the note has to explain and does not; empty when nothing, or when it does."""
    if len(typed.note.strip()) >= SHORTEST_REASON:
        return []
    return [
        f"{sentence} Jelaskan di keterangan, paling sedikit {SHORTEST_REASON} huruf."
        for sentence in to_explain(line, month, typed)
    ]


def to_explain(line: SpendingLine, month: int, typed: Figures) -> list[str]:
    """What of these figures wants words, each as a sentence."""
    found = []
    before, after = line.up_to(month - 1), line.after(month)
    if before is not None and typed.spent < before.spent:
        found.append(f"Angka berjalan turun dari {format_rupiah(before.spent)} ({_month(before)}).")
    if after is not None and typed.spent > after.spent:
        found.append(f"Angka s.d. {_month(after)} sudah tercatat lebih rendah: {format_rupiah(after.spent)}.")
    # What was above the ceiling already was explained when it rose above it.
    if typed.spent > line.ceiling and (before is None or typed.spent != before.spent):
        found.append(f"Realisasi melebihi pagu {format_rupiah(line.ceiling)}.")
    if typed.physical is None:
        return found
    if before is not None and before.physical is not None and typed.physical < before.physical:
        found.append(f"Realisasi fisik turun dari {_percent(before.physical)} ({_month(before)}).")
    if typed.physical == HUNDRED and not typed.spent and line.ceiling:
        found.append(f"Fisik 100{NBSP}% tetapi belum ada yang dibelanjakan.")
    return found


def remarks(line: SpendingLine, typed: Figures) -> list[str]:
    """What is shown beside figures that are saved all the same."""
    absorbed = achievement.absorption(line.ceiling, typed.spent)
    ahead = achievement.efficiency(absorbed, typed.physical)
    if absorbed is None or typed.physical is None or ahead is None or ahead <= FAR_AHEAD:
        return []
    return [
        f"Serapan {format_percent(absorbed)}, fisik {_percent(typed.physical)}: "
        f"uang mendahului fisik {format_number(ahead, 2)} poin. Periksa kembali angkanya."
    ]


def _month(row: BudgetRealisation) -> str:
    return MONTHS[row.month - 1]


def _percent(value: Decimal) -> str:
    return f"{format_number(value)}{NBSP}%"
