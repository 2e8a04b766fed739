"""Realisasi anggaran: the units and months of a year, and one line through its months with who typed what."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import permissions
from agreements.models import Budget
from agreements.rhythms import months_of
from agreements.years import policy_or_404
from evaluations import money_board, recording, tables
from evaluations.models import Period
from evaluations.money import budget_line
from evaluations.money_rows import MonthRow
from evaluations.spending import spending_lines
from perjanjian.exporting import show
from perjanjian.paging import page_of, searched

NOT_HERE = "Realisasi anggaran hanya untuk yang membaca data kinerja."


@require_safe
def money_list(request, year: int):
    """The units with budgets by month: how far each is, and who is late; narrowed by ?terlambat and ?belum."""
    policy_or_404(request, year)
    scope = request.scope
    if not scope.reads_something():
        raise PermissionDenied(NOT_HERE)
    text = searched(request)
    units = money_board.units_with_budgets(scope, year)
    board = money_board.money_board(units.matching(text) if text else units, year, timezone.localdate())
    rows = list(board.rows)
    late = sum(row.is_late for row in rows)
    waits = request.GET.get("belum", "")
    if waits.isascii() and waits.isdigit() and len(waits) < 3:
        rows = [row for row in rows if row.waits_in(int(waits))]
    elif request.GET.get("terlambat"):
        rows = [row for row in rows if row.is_late]
    context = {
        "year": year,
        "text": text,
        "periods": board.periods,
        "page": page_of(request, rows),
        "late": late,
        "narrowed": len(rows) < len(board.rows),
        "may_enter": permissions.may_enter_money_somewhere(scope, year),
    }
    return show(request, "evaluations/money_list.html", context, tables.money_board)


@require_safe
def money_line(request, year: int, pk: int):
    """One budget line through the months: what was recorded, by whom and when, and every change of it."""
    policy = policy_or_404(request, year)
    rows = Budget.objects.visible_to(request.scope, year).filter(year=year)
    budget = get_object_or_404(rows.select_related("unit"), pk=pk)
    lines = spending_lines([budget.unit_id], year).get(budget.unit_id, [])
    line = next((each for each in lines if budget.pk in each.budgets), None)
    if line is None:
        raise Http404("Baris anggaran ini tidak ada lagi di versi terbaru dan tidak pernah dibelanjakan.")
    periods = list(Period.objects.of_budget(year))
    context = {
        "year": year,
        "unit": budget.unit,
        "line": line,
        "total": budget_line([line]),
        "months": [MonthRow(line, month) for month in months_of(policy.budget_rhythm)],
        "recordings": recording.recordings_of(line, periods),
    }
    return render(request, "evaluations/money_line.html", context)
