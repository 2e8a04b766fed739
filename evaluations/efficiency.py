"""Money beside achievement, for units and the year to date: absorption, efficiency, and what may be said of it.

Source: the simple regional method, efficiency = achievement − absorption, claimed only where the targets
were reached. A budget left over without the results is not saved but not used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from agreements.models import Unit, YearPolicy
from evaluations.achievement import Headline
from evaluations.enums import Efficiency
from evaluations.mapping import standings
from evaluations.models import Period
from evaluations.money import BudgetAccount
from evaluations.results import AgreementResult
from evaluations.spending import DECEMBER
from perjanjian.numerals import MONTHS, NBSP, format_number, format_percent

HUNDRED = Decimal(100)
# Reached with less than this much of the budget, the plan itself wants a word: Permendagri 86/2017 calls
# less than 75 percent of what was planned no more than “sedang”.
LOW_ABSORPTION = Decimal(75)

E = Efficiency
SAID = {
    E.EFFICIENT: "Target tercapai dengan anggaran di bawah pagu, jadi penggunaan anggaran efisien.",
    E.EXHAUSTED: "Target tercapai dengan seluruh pagu.",
    E.OVERTAKEN: "Anggaran terserap lebih besar daripada capaiannya dan belum semua target tercapai, "
    "jadi penggunaan anggaran tidak efisien.",
    E.UNPAID: f"Fisik dilaporkan 100{NBSP}% sedangkan belum ada anggaran yang terserap: tagihannya belum "
    "dibayar atau sumber dananya lain. Serapan nol itu bukan efisiensi.",
}
LEFT = (
    "Belum semua target tercapai dan anggaran belum terserap seluruhnya, "
    "jadi sisa anggaran belum dapat disebut efisiensi."
)
NOT_MEASURED = (
    "Capaiannya belum sampai akhir tahun; efisiensi setahun baru dapat disimpulkan sesudah realisasi "
    "triwulan IV."
)
NOTHING_LEFT = "Pagu terserap seluruhnya, tetapi belum semua target tercapai."
PLAN_TOO_LARGE = (
    f"Serapan di bawah {LOW_ABSORPTION}{NBSP}% tetap perlu dijelaskan: penghematan, "
    "pagu yang terlalu besar, atau target yang terlalu rendah."
)


class Judged(Protocol):
    """What an achievement must say to be laid beside money: an agreement's result, or one sasaran of it.

    `unfinished`: it does not reach to the end of the year.
    """

    @property
    def mean(self) -> Decimal | None: ...

    @property
    def headline(self) -> Headline: ...

    @property
    def provisional(self) -> bool: ...

    @property
    def unfinished(self) -> bool: ...


@dataclass(frozen=True)
class UnitEfficiency:
    """A unit with what is below it: its account, and the result of its head's agreement in force, if any."""

    account: BudgetAccount
    result: AgreementResult | None

    @property
    def percent(self) -> Decimal | None:
        """The unit's achievement in percent."""
        return self.result.mean if self.result else None

    @property
    def points(self) -> Decimal | None:
        """Efficiency in percentage points, whether or not it may be claimed; None where the sentence has none."""
        if self.result and self.result.headline.unmeasured:
            return None
        return self.account.efficiency(self.percent)

    @property
    def verdict(self) -> Efficiency:
        return verdict(self.result, self.account)

    @property
    def sentence(self) -> str:
        return efficiency_sentence(self.result, self.account)


def results_of_units(
    units: Iterable[Unit], year: int, day: date, month: int = DECEMBER
) -> dict[int, AgreementResult]:
    """What each unit reached, by its key, in four queries; one whose head had no agreement then is left out.

    Up to December it is the year so far under the agreement in force. Up to an earlier month it is the last
    quarter that ended by then, under the agreement in force on its last day, so that money and achievement
    speak of the same time.
    """
    policy = YearPolicy.objects.filter(year=year).first() or YearPolicy(year=year)
    periods = list(Period.objects.of_indicators(year))
    until = next((period for period in reversed(periods) if period.ends.month <= month), None)
    found = {}
    for standing in standings(units, policy, periods, day):
        result = standing.latest if month == DECEMBER else standing.at(until) if until else None
        if result is not None:
            found[standing.unit.pk] = result
    return found


def verdict(result: Judged | None, account: BudgetAccount) -> Efficiency:
    """What may be said of the two side by side; nothing is called efficient before the year is in, of both."""
    mean = result.mean if result else None
    absorbed = account.absorption
    if account.physical == HUNDRED and account.spent == 0 and not account.missing:
        return E.UNPAID
    if result is None or mean is None or absorbed is None or result.headline.unmeasured:
        return E.UNKNOWN
    if account.month is None or account.month < DECEMBER or result.unfinished:
        return E.RUNNING
    if result.headline.reached == result.headline.total:
        return E.EFFICIENT if absorbed < HUNDRED else E.EXHAUSTED
    return E.OVERTAKEN if absorbed > mean else E.LEFT_OVER


def efficiency_sentence(result: Judged | None, account: BudgetAccount) -> str:
    """Achievement beside absorption in words, with what must not be concluded from them."""
    found = verdict(result, account)
    if found == E.UNPAID:
        return SAID[found]
    facts = _facts(result, account)
    if found == E.UNKNOWN:
        return facts
    if found == E.RUNNING and account.month == DECEMBER:
        return f"{facts} {NOT_MEASURED}"
    if found == E.RUNNING:
        until = MONTHS[(account.month or 1) - 1]
        return (
            f"{facts} Anggaran baru tercatat s.d. {until}; efisiensi setahun baru dapat "
            "disimpulkan sesudah realisasi Desember."
        )
    absorbed = account.absorption or Decimal(0)
    if found == E.EFFICIENT and absorbed < LOW_ABSORPTION:
        return f"{facts} {SAID[found]} {PLAN_TOO_LARGE}"
    if found in (E.LEFT_OVER, E.OVERTAKEN) and absorbed >= HUNDRED:
        return f"{facts} {NOTHING_LEFT}"
    return f"{facts} {LEFT if found == E.LEFT_OVER else SAID[found]}"


def _facts(result: Judged | None, account: BudgetAccount) -> str:
    """Both percentages and their difference, or what of them is lacking."""
    mean = result.mean if result else None
    if result and mean is not None and result.headline.unmeasured:
        return (
            f"Efisiensi belum dapat dihitung karena {result.headline.unmeasured} dari "
            f"{result.headline.total} indikator belum dapat dinilai."
        )
    difference = account.efficiency(mean)
    if mean is None or account.absorption is None or difference is None:
        lacking = "rata-rata capaian" if mean is None else "realisasi anggaran"
        return f"Efisiensi belum dapat dihitung karena {lacking} belum lengkap."
    facts = (
        f"Rata-rata capaian {format_percent(mean)} dan serapan anggaran {format_percent(account.absorption)}, "
        f"selisih {format_number(difference, 2)}{NBSP}poin persen."
    )
    return f"{facts} Angka ini sementara." if result and result.provisional else facts
