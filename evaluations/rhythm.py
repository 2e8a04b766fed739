"""Changes how often a year is filled in: refused where something stands in a period that would go or change its meaning."""

from collections.abc import Iterator

from django.db.models import QuerySet

from agreements.enums import Calendar
from agreements.models import ActionPlanTarget, YearPolicy
from agreements.rhythms import first_month, months_of, quarters_of
from evaluations.enums import Subject
from evaluations.models import BudgetRealisation, Extension, Period, Realisation, StepProgress
from evaluations.years import make_periods
from perjanjian.numerals import MONTHS, roman


def obstacles(before: YearPolicy, after: YearPolicy) -> dict[str, str]:
    """Why a rhythm cannot change, by the field of the policy, in a sentence; empty when it can."""
    found = {}
    if before.indicator_rhythm != after.indicator_rhythm and (said := _of_indicators(before, after)):
        found["indicator_rhythm"] = said
    if before.budget_rhythm != after.budget_rhythm and (said := _of_money(before, after)):
        found["budget_rhythm"] = said
    return found


def _of_indicators(before: YearPolicy, after: YearPolicy) -> str:
    """What stands in quarters that would go; or that was measured over the half years they would be parts of."""
    year = before.year
    going = _going(quarters_of(before.indicator_rhythm), quarters_of(after.indicator_rhythm))
    facts = Realisation.objects.filter(period__year=year, period__subject=Subject.INDICATORS)
    if not going:
        count = facts.filter(indicator__calendar=Calendar.QUARTERLY).count()
        halves = f"{count} realisasi sudah diisi per semester dan tidak dapat dibagi menjadi triwulan"
        return _refusal([halves]) if count else ""
    targets = ActionPlanTarget.objects.filter(promise__objective__agreement__year=year, quarter__in=going)
    counted = (
        (facts.filter(period__number__in=going), "realisasi"),
        (_in_periods(StepProgress.objects, year, going), "kemajuan langkah"),
        (_in_periods(Extension.objects, year, going), "perpanjangan waktu"),
        (targets, "target Rencana Aksi"),
    )
    names = " dan ".join(f"TW {roman(number)}" for number in going)
    said = [f"{count} {what}" for rows, what in counted if (count := rows.count())]
    return _refusal([f"{', '.join(said)} sudah ada pada {names}, yang akan hilang"]) if said else ""


def _in_periods(rows, year: int, numbers: tuple[int, ...]) -> QuerySet:
    return rows.filter(period__year=year, period__subject=Subject.INDICATORS, period__number__in=numbers)


def _of_money(before: YearPolicy, after: YearPolicy) -> str:
    going = _going(months_of(before.budget_rhythm), months_of(after.budget_rhythm))
    rows = BudgetRealisation.objects.filter(budget__year=before.year, month__in=going)
    given = Extension.objects.filter(
        period__year=before.year, period__subject=Subject.BUDGET, period__number__in=going
    )
    said = [
        f"{count} {what}"
        for found, what in ((rows, "realisasi anggaran"), (given, "perpanjangan waktu"))
        if (count := found.count())
    ]
    if not said:
        return ""
    months = rows.order_by("month").values_list("month", flat=True).distinct()
    named = f" ({', '.join(MONTHS[month - 1] for month in months)})" if months else ""
    return _refusal([f"{', '.join(said)} sudah ada pada bulan yang akan hilang{named}"])


def _refusal(said: list[str]) -> str:
    return (
        f"Irama tahun ini tidak dapat diubah: {'; '.join(said)}. "
        "Pilih irama yang semula, dan ubah iramanya mulai tahun berikutnya."
    )


def _going(before: tuple[int, ...], after: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(number for number in before if number not in after)


def follow(policy: YearPolicy) -> None:
    """Make the periods of the year those of its rhythm, where it has periods at all; the days of those that
    stay are left as they are. In the transaction that saves the policy, after `obstacles` found none."""
    wanted = {
        Subject.INDICATORS: (quarters_of(policy.indicator_rhythm), 3),
        Subject.BUDGET: (months_of(policy.budget_rhythm), 1),
    }
    if not Period.objects.of_year(policy.year).exists():
        return
    for subject, (numbers, months_each) in wanted.items():
        rows = Period.objects.filter(year=policy.year, subject=subject)
        rows.exclude(number__in=numbers).delete()
        changed = list(_restarted(rows, numbers, months_each))
        Period.objects.bulk_update(changed, ["starts"])
    make_periods(policy)


def _restarted(rows: QuerySet[Period], numbers: tuple[int, ...], months_each: int) -> Iterator[Period]:
    """Those that begin on another day: after the period now filled in before them."""
    for period in rows:
        starts = period.starts.replace(month=first_month(period.number, numbers, months_each), day=1)
        if starts != period.starts:
            period.starts = starts
            yield period
