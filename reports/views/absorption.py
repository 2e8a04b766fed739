"""Serapan dan Efisiensi: money, work and achievement of the units side by side, and one unit through a year."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import permissions
from agreements.models import Unit
from agreements.years import policy_or_404
from evaluations.spending import DECEMBER
from evaluations.views.common import unit_or_404
from perjanjian.exporting import show
from perjanjian.numerals import MONTHS
from perjanjian.paging import page_of
from reports import tables
from reports.contexts.absorption import SORTS, money_of_region, money_of_unit, ordered


@dataclass(frozen=True)
class Column:
    """A column one may sort by: the address that does, and how it is sorted now (a value of aria-sort)."""

    label: str
    address: str
    sorted: str


@require_safe
def absorption(request, year: int):
    """The units on the map with budgets, sorted by ?urut= (lowest first, with - highest first), up to ?bulan=."""
    policy_or_404(request, year)
    scope = request.scope
    if not scope.reads_something():
        raise PermissionDenied("Serapan dan efisiensi hanya untuk yang membaca data kinerja.")
    month = _month_of(request)
    units = list(Unit.objects.visible_to(scope, year=year).filter(on_map=True))
    found = money_of_region(units, year, timezone.localdate(), request.tree, month)
    by = request.GET.get("urut", "")
    context = {
        "year": year,
        "month": month,
        "months": list(enumerate(MONTHS, 1)),
        "by": by if by.removeprefix("-") in SORTS else "",
        "columns": [_column(name, by, month) for name in SORTS],
        "page": page_of(request, ordered(found.rows, by)),
        "total": found.total if len(found.rows) > 1 else None,
    }
    return show(request, "reports/absorption.html", context, tables.absorption)


def _month_of(request) -> int:
    """The month asked for; December, so all that is recorded, when none is or it is no month."""
    text = request.GET.get("bulan", "")
    return int(text) if text in map(str, range(1, DECEMBER)) else DECEMBER


def _column(name: str, by: str, month: int) -> Column:
    """Pressing a column sorts it from the lowest; once more, from the highest."""
    parameters = {"urut": f"-{name}" if by == name else name} | ({"bulan": month} if month < DECEMBER else {})
    direction = {name: "ascending", f"-{name}": "descending"}.get(by, "none")
    return Column(name.capitalize(), f"?{urlencode(parameters)}", direction)


@require_safe
def money_unit(request, year: int, unit: int):
    """One unit's budgets by month: running totals, absorption, work done, what is left and why."""
    policy = policy_or_404(request, year)
    found = unit_or_404(request, unit, year)
    context = {
        "year": year,
        "money": money_of_unit(request.scope, found, policy, timezone.localdate(), request.tree),
        "may_enter": permissions.may_enter_money(request.scope, found.pk, year),
    }
    return show(request, "reports/money_unit.html", context, tables.money_of_unit)
