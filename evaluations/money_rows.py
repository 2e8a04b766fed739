"""One line in one month, as pages show it: running total, the month's own part, and what to look at again."""

from dataclasses import dataclass
from decimal import Decimal

from evaluations import achievement
from evaluations.models import BudgetRealisation
from evaluations.money import signed_percent
from evaluations.spending import SpendingLine
from evaluations.spending_checks import Figures, remarks
from perjanjian.numerals import MONTHS, format_percent, format_rupiah


@dataclass(frozen=True)
class MonthRow:
    """A line at the end of a month (1–12). Amounts are rupiah; what nobody recorded is None."""

    line: SpendingLine
    month: int

    @property
    def name(self) -> str:
        return MONTHS[self.month - 1]

    @property
    def row(self) -> BudgetRealisation | None:
        return self.line.at(self.month)

    @property
    def before(self) -> BudgetRealisation | None:
        return self.line.up_to(self.month - 1)

    @property
    def before_name(self) -> str:
        return MONTHS[self.before.month - 1] if self.before else ""

    @property
    def own_part(self) -> Decimal | None:
        """What was spent since the last recorded month, or since the year began."""
        if self.row is None:
            return None
        return self.row.spent - (self.before.spent if self.before else Decimal(0))

    @property
    def since(self) -> str:
        """What `own_part` covers: this month alone, or all since the last one recorded."""
        if self.month == (self.before.month if self.before else 0) + 1:
            return "bulan ini"
        return f"sejak akhir {self.before_name}" if self.before else "sejak awal tahun"

    @property
    def absorption(self) -> Decimal | None:
        return achievement.absorption(self.line.ceiling, self.row.spent if self.row else None)

    @property
    def planned(self) -> Decimal | None:
        """Rupiah that are to be spent by the end of the month; None where the year has no plan."""
        return None if self.line.dropped else self.line.planned_cash(self.month)

    @property
    def planned_physical(self) -> Decimal | None:
        return None if self.line.dropped else self.line.planned_physical(self.month)

    @property
    def cash_deviation(self) -> Decimal | None:
        """Percent of the ceiling by which the money is ahead of its plan; negative: behind it."""
        planned = achievement.absorption(self.line.ceiling, self.planned)
        return achievement.efficiency(self.absorption, planned)

    @property
    def physical_deviation(self) -> Decimal | None:
        return achievement.efficiency(self.row.physical if self.row else None, self.planned_physical)

    @property
    def plan_sentence(self) -> str:
        """“Rencana s.d. Juli Rp…, deviasi −12,50 %; fisik 40,00 %, deviasi …”; empty where there is no plan."""
        parts = []
        if self.planned is not None:
            parts.append(f"{format_rupiah(self.planned)}{_beside(self.cash_deviation)}")
        if self.planned_physical is not None:
            parts.append(f"fisik {format_percent(self.planned_physical)}{_beside(self.physical_deviation)}")
        return f"Rencana s.d. {self.name} {'; '.join(parts)}" if parts else ""

    @property
    def remarks(self) -> list[str]:
        """What to look at again in the recorded figures."""
        row = self.row
        return remarks(self.line, Figures(row.spent, row.physical, row.note)) if row else []


def _beside(deviation: Decimal | None) -> str:
    return "" if deviation is None else f", deviasi {signed_percent(deviation)}"
