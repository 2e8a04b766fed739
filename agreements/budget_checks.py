"""Budgets that do not add up: what a document says in all beside the sum of its details, for units of a year."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse

from agreements.budgets import newest_ranks, version_rank
from agreements.enums import BudgetVersion
from agreements.models import Budget, BudgetTotal, Unit
from agreements.nomenclature import lies_within
from agreements.plan_checks import Fault, OtherCheck, Units, register
from perjanjian.numerals import format_rupiah


@dataclass(frozen=True)
class Difference:
    """A program, a kegiatan or a whole unit (`of` is its name) whose details are not what a document says."""

    unit: Unit
    year: int
    version: BudgetVersion
    of: str
    said: Decimal
    details: Decimal

    @property
    def amount(self) -> Decimal:
        """Rupiah by which the document says more; negative: less."""
        return self.said - self.details

    @property
    def sentence(self) -> str:
        return (
            f"{self.of}: menurut DPA {format_rupiah(self.said)}, rincian {format_rupiah(self.details)}, "
            f"selisih {format_rupiah(self.amount)}."
        )

    @property
    def address(self) -> str:
        """Where it is mended."""
        place = reverse("agreements:budget_unit", args=(self.year, self.unit.pk))
        return f"{place}?versi={self.version}"


def differences(year: int, units: Collection[int] | None) -> list[Difference]:
    """What does not add up in the units' (None: all) latest versions, in two queries."""
    totals = BudgetTotal.objects.filter(year=year).select_related("unit", "programme")
    if units is not None:
        totals = totals.filter(unit__in=units)
    said = list(totals)
    if not said:
        return []
    sums: dict[tuple[int, str], list[tuple[str, int, Decimal]]] = defaultdict(list)
    rows = Budget.objects.of_units({total.unit_id for total in said}, year).order_by()
    columns = ("unit_id", "version", "programme__code", "programme_id")
    for unit, version, code, programme, amount in rows.values_list(*columns).annotate(sum=Sum("amount")):
        sums[unit, version].append((code, programme, amount))
    newest = newest_ranks([*sums, *((total.unit_id, total.version) for total in said)])
    found = []
    for total in said:
        if version_rank(total.version) < newest[total.unit_id]:
            continue
        details = _below(total, sums[total.unit_id, total.version])
        if details != total.amount:
            name = str(total.programme) if total.programme else f"Jumlah {total.unit}"
            version = BudgetVersion(total.version)
            found.append(Difference(total.unit, year, version, name, total.amount, details))
    return found


def _below(total: BudgetTotal, rows: list[tuple[str, int, Decimal]]) -> Decimal:
    """What the stored budgets of a total's program, kegiatan or unit come to."""
    own = total.programme
    amounts = (
        amount
        for code, programme, amount in rows
        if own is None
        or programme == own.pk
        or (own.code and (code == own.code or lies_within(code, own.code)))
    )
    return sum(amounts, Decimal(0))


def _faults(year: int, units: Units) -> list[Fault]:
    return [Fault(each.sentence, each.unit.name, each.address) for each in differences(year, units)]


register(
    OtherCheck(
        "pagu",
        "Pagu tidak sama dengan jumlah menurut DPA",
        "Periksa rinciannya, atau betulkan jumlah yang dicatat dari dokumen.",
        _faults,
    )
)
