"""One line in one month, as pages show it: running total, the month's own part, and what to look at again."""

from dataclasses import dataclass
from decimal import Decimal

from evaluations import achievement
from evaluations.models import BudgetRealisation
from evaluations.spending import SpendingLine
from evaluations.spending_checks import Figures, remarks
from perjanjian.numerals import MONTHS


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
    def remarks(self) -> list[str]:
        """What to look at again in the recorded figures."""
        row = self.row
        return remarks(self.line, Figures(row.spent, row.physical, row.note)) if row else []
