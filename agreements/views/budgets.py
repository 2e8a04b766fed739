"""Programmes and the budgets of units, by year and version: lists, and the forms of one row."""

from collections import defaultdict
from decimal import Decimal

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError, Q, Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes, plan_tables
from agreements.enums import BudgetVersion
from agreements.filters import BudgetFilter
from agreements.forms.budgets import BudgetForm, ProgrammeForm
from agreements.middleware import actor_of
from agreements.models import Budget, Programme, Unit
from agreements.views.common import (
    FOUND_AT_MOST,
    Found,
    Question,
    choose,
    demand,
    named_in,
    number_of,
    query_of,
)
from agreements.views.planning import ask_unit, chosen_unit, reader
from agreements.years import policy_or_404
from perjanjian.exporting import show
from perjanjian.paging import page_of
from records.history import Act, record

MAY_NOT = "Program dan anggaran diubah oleh pengelola anggaran atau Bagian Organisasi."
FORM = "agreements/form.html"


def budgeter(request, year: int) -> None:
    policy_or_404(request, year)
    demand(permissions.may_budget(request.scope, year), MAY_NOT)


def unit_address(year: int, unit: int, version: str = "") -> str:
    """The tree of a unit's budgets; of its latest version where none is named."""
    address = reverse("agreements:budget_unit", args=(year, unit))
    return f"{address}?versi={version}" if version else address


def budget_list(request, year: int):
    """Totals by unit; with a unit, a version or words chosen, the lines themselves."""
    reader(request, year)
    scope = request.scope
    rows = Budget.objects.visible_to(scope, year).filter(year=year)
    units = Unit.objects.visible_to(scope, year=year).offices_and_those_of(rows)
    narrowed = BudgetFilter(request.GET, queryset=rows.select_related("unit", "programme"), units=units)
    may = permissions.may_budget(scope, year)
    context = {"year": year, "filter": narrowed, "may_budget": may, "imports": "budgets" if may else ""}
    if any(request.GET.get(name) for name in ("unit", "versi", "cari")):
        context |= {
            "page": page_of(request, narrowed.qs),
            "total": narrowed.qs.aggregate(sum=Sum("amount"))["sum"],
        }
        context["chosen"] = request.GET.get("unit", "")
        return show(request, "agreements/planning/budget_lines.html", context, plan_tables.budget_lines)
    summed = _by_unit(rows.totals())
    sums = [_sum_of(version, summed) for version in BudgetVersion]
    context |= {"page": page_of(request, summed), "versions": BudgetVersion.choices, "sums": sums}
    return show(request, "agreements/planning/budget_list.html", context, plan_tables.budget_totals)


def _by_unit(totals) -> list[dict]:
    """One entry a unit with the sum of each version; None where a version has no lines."""
    found: dict[int, dict] = defaultdict(lambda: {"sums": dict.fromkeys(BudgetVersion)})
    for row in totals:
        entry = found[row["unit_id"]]
        entry |= {"pk": row["unit_id"], "name": row["unit__name"]}
        entry["sums"][BudgetVersion(row["version"])] = row["total"]
    return list(found.values())


def _sum_of(version: BudgetVersion, units: list[dict]) -> Decimal | None:
    """Rupiah of all units; None where no unit has the version: not made is not nothing."""
    amounts = [each["sums"][version] for each in units if each["sums"][version] is not None]
    return sum(amounts, Decimal(0)) if amounts else None


# --- one budget -----------------------------------------------------------------------------------


def budget_create(request, year: int):
    budgeter(request, year)
    unit = chosen_unit(request)
    if unit is None:
        return ask_unit(request, "Tambah anggaran", "Anggaran perangkat daerah mana?")
    programme = named_in(request, "program", Programme.objects.all())
    if programme is None:
        return _ask_programme(request, year, unit)
    version = request.GET.get("versi", "")
    initial = {"version": version} if version in BudgetVersion.values else {}
    row = Budget(unit=unit, programme=programme, year=year)
    form = BudgetForm(request.POST or None, instance=row, initial=initial)
    return _budget_form(request, form, "Tambah anggaran", "menambah anggaran")


def budget_edit(request, year: int, pk: int):
    budget = _budget_or_404(request, year, pk)
    budgeter(request, year)
    form = BudgetForm(request.POST or None, instance=budget)
    return _budget_form(request, form, "Ubah anggaran", "mengubah anggaran")


def _budget_or_404(request, year: int, pk: int) -> Budget:
    policy_or_404(request, year)
    rows = Budget.objects.visible_to(request.scope, year).filter(year=year)
    return get_object_or_404(rows.select_related("unit", "programme"), pk=pk)


def _budget_form(request, form, title: str, action: str):
    row = form.instance
    unit = row.unit
    if request.method == "POST" and form.is_valid():
        saved = changes.save(request, form, action, capability=Capability.BUDGET, unit=lambda row: unit)
        if saved:
            messages.success(request, f"Anggaran {saved.programme} sudah disimpan.")
            return redirect(unit_address(row.year, unit.pk, saved.version))
    context = {
        "form": form,
        "title": title,
        "lead": f"{row.programme}, {unit}, tahun {row.year}. PK yang sudah lengkap tetap memuat anggaran seperti "
        "saat disusun.",
        "back": unit_address(row.year, unit.pk),
    }
    if row.pk:
        context["delete"] = reverse("agreements:budget_delete", args=(row.year, row.pk))
        context["delete_label"] = "Hapus pagu ini"
    return render(request, FORM, context)


@require_POST
def budget_delete(request, year: int, pk: int):
    """Take a budget away that nothing was recorded on; its plan of cash and work goes with it."""
    budget = _budget_or_404(request, year, pk)
    budgeter(request, year)
    before = changes.described(budget, ["version", "fund_source", "amount"])
    before = {"program": str(budget.programme)} | before
    try:
        with transaction.atomic():
            actor = actor_of(request, request.scope.capacity(Capability.BUDGET))
            record(actor, Act("menghapus anggaran", budget, budget.unit, before=before))
            budget.delete()
    except ProtectedError:
        messages.error(
            request,
            f"Pagu {budget.programme} tidak dapat dihapus: realisasinya sudah dicatat. Ubah jumlahnya, atau "
            "catat versi anggaran yang tidak memuatnya lagi.",
        )
        return redirect("agreements:budget_edit", year=year, pk=pk)
    messages.success(request, f"Pagu {budget.programme} sudah dihapus.")
    return redirect(unit_address(year, budget.unit_id, budget.version))


# --- the nomenclature -----------------------------------------------------------------------------


def _ask_programme(request, year: int, unit: Unit):
    words = query_of(request)
    rows = Programme.objects.filter(Q(name__icontains=words) | Q(code__startswith=words))[:FOUND_AT_MOST]
    version = request.GET.get("versi", "")
    question = Question(
        f"Pilih program, kegiatan, atau sub kegiatan untuk {unit}",
        "Cari menurut kode atau nama, lalu pilih.",
        "program",
        "Kode atau nama",
        new_label="Belum ada di daftar? Tambah ke nomenklatur",
        new_address=reverse("agreements:programme_create", args=(year,))
        + f"?unit={unit.pk}"
        + (f"&versi={version}" if version in BudgetVersion.values else ""),
    )
    found = [Found(str(each), f"Nomenklatur {each.nomenclature_year}", each.pk) for each in rows]
    return choose(request, question, found)


def programme_create(request, year: int):
    budgeter(request, year)
    form = ProgrammeForm(request.POST or None, initial={"nomenclature_year": year})
    back = reverse("agreements:budget_list", args=(year,))
    if request.method == "POST" and form.is_valid():
        programme = changes.save(request, form, "menambah program", capability=Capability.BUDGET)
        if programme:
            messages.success(request, f"{programme} sudah ditambahkan. Isi pagunya.")
            unit, version = number_of(request, "unit"), request.GET.get("versi", "")
            further = f"?unit={unit}&program={programme.pk}" if unit else f"?program={programme.pk}"
            further += f"&versi={version}" if version in BudgetVersion.values else ""
            return redirect(reverse("agreements:budget_create", args=(year,)) + further)
    return render(request, FORM, {"form": form, "title": "Tambah program", "back": back})


def programme_edit(request, year: int, pk: int):
    budgeter(request, year)
    programme = get_object_or_404(Programme, pk=pk)
    form = ProgrammeForm(request.POST or None, instance=programme)
    back = reverse("agreements:budget_list", args=(year,))
    valid = request.method == "POST" and form.is_valid()
    if valid and changes.save(request, form, "mengubah program", capability=Capability.BUDGET):
        messages.success(request, f"{programme} sudah disimpan.")
        return redirect(back)
    lead = "PK yang sudah lengkap tetap memuat kode dan nama seperti saat disusun."
    return render(request, FORM, {"form": form, "title": f"Ubah {programme}", "lead": lead, "back": back})
