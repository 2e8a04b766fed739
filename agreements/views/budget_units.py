"""The budgets of one unit: the tree with its sum checks, the versions side by side, what documents say in all."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from accounts import permissions
from accounts.permissions import Capability
from agreements import changes, plan_tables
from agreements.budget_tree import BudgetTree, Node, SumCheck, tree_of
from agreements.enums import BudgetVersion
from agreements.forms.budgets import BudgetTotalForm
from agreements.middleware import actor_of
from agreements.models import Budget, BudgetTotal, Programme, Unit
from agreements.views.budgets import budgeter, unit_address
from agreements.views.planning import reader
from agreements.years import policy_or_404
from perjanjian.exporting import show
from perjanjian.paging import page_of
from records.history import Act, record

# Rows of the tree on one page: a program with its details should mostly be seen at once.
PAGE_SIZE = 100


@dataclass(frozen=True)
class TreeRow:
    """A node in one version: its sum, its stored budgets and what a document says of it."""

    node: Node
    amount: Decimal | None
    budgets: tuple[Budget, ...]
    check: SumCheck | None


@dataclass(frozen=True)
class VersionsRow:
    """A node through the versions: its amounts in their order, and the last less the first."""

    node: Node
    versions: tuple[BudgetVersion, ...]
    amounts: tuple[Decimal | None, ...]

    @property
    def cells(self) -> list[tuple[BudgetVersion, Decimal | None]]:
        return list(zip(self.versions, self.amounts, strict=True))

    @property
    def difference(self) -> Decimal:
        return (self.amounts[-1] or Decimal(0)) - (self.amounts[0] or Decimal(0))


def budget_unit(request, year: int, unit: int):
    """Program, kegiatan and sub kegiatan of a unit in one version (?versi=), the latest where none is asked for."""
    reader(request, year)
    found = _unit_or_404(request, year, unit)
    tree = tree_of(found.pk, year)
    asked = request.GET.get("versi", "")
    version = BudgetVersion(asked) if asked in BudgetVersion.values else tree.latest
    rows = [
        TreeRow(node, node.amounts.get(version), tuple(node.of_version(version)), node.check(version))
        for node in tree.of_version(version)
    ]
    context = {
        "year": year,
        "unit": found,
        "tree": tree,
        "version": version,
        "page": page_of(request, rows, PAGE_SIZE),
        "sum": tree.sums.get(version),
        "check": tree.check(version),
        "differing": len(tree.differences(version)),
        "may_budget": permissions.may_budget(request.scope, year),
        "may_plan_money": permissions.may_enter_money(request.scope, found.pk, year),
    }
    return show(request, "agreements/planning/budget_unit.html", context, plan_tables.budget_tree)


def budget_versions(request, year: int, unit: int):
    """The versions side by side, with what the last one has more or less than the first."""
    reader(request, year)
    found = _unit_or_404(request, year, unit)
    tree = tree_of(found.pk, year)
    rows = [
        VersionsRow(node, tree.versions, tuple(node.amounts.get(version) for version in tree.versions))
        for node in tree.nodes
        if node.amounts
    ]
    if request.GET.get("berubah"):
        rows = [row for row in rows if len(set(row.amounts)) > 1]
    context = {
        "year": year,
        "unit": found,
        "tree": tree,
        "page": page_of(request, rows, PAGE_SIZE),
        "changed_only": bool(request.GET.get("berubah")),
        "sums": _whole(tree),
    }
    return show(request, "agreements/planning/budget_versions.html", context, plan_tables.budget_versions)


def _whole(tree: BudgetTree) -> VersionsRow | None:
    """The unit as a whole through the versions; None without any."""
    if not tree.versions:
        return None
    amounts = tuple(tree.sums.get(version) for version in tree.versions)
    return VersionsRow(Node("", "Jumlah", 0, None), tree.versions, amounts)


def budget_total(request, year: int, unit: int, version: str):
    """What a document says of the unit, or of ?program=, in all; an empty amount takes it away."""
    policy_or_404(request, year)
    found = _unit_or_404(request, year, unit)
    budgeter(request, year)
    if version not in BudgetVersion.values:
        raise Http404
    asked = request.GET.get("program", "")
    programme = get_object_or_404(Programme, pk=asked) if asked.isascii() and asked.isdigit() else None
    place = {"unit": found, "programme": programme, "year": year, "version": version}
    total = BudgetTotal.objects.filter(**place).first()
    back = unit_address(year, found.pk, version)
    if total and request.method == "POST" and "hapus" in request.POST:
        return _forget(request, total, back)
    form = BudgetTotalForm(request.POST or None, instance=total or BudgetTotal(**place))
    if request.method == "POST" and form.is_valid():
        action = "mencatat jumlah pagu menurut dokumen"
        if changes.save(request, form, action, capability=Capability.BUDGET, unit=lambda row: found):
            messages.success(request, "Jumlah menurut dokumen sudah disimpan.")
            return redirect(back)
    name = BudgetVersion(version).label
    context = {
        "form": form,
        "title": "Jumlah menurut dokumen",
        "lead": f"{programme or 'Seluruh anggaran'}, {found}, {name} {year}.",
        "back": back,
        "delete": request.get_full_path() if total else "",
        "delete_label": "Hapus jumlah ini",
    }
    return render(request, "agreements/form.html", context)


def _forget(request, total: BudgetTotal, back: str):
    before = BudgetTotalForm(instance=total).describe(total)
    with transaction.atomic():
        actor = actor_of(request, request.scope.capacity(Capability.BUDGET))
        record(actor, Act("menghapus jumlah pagu menurut dokumen", total, total.unit, before=before))
        total.delete()
    messages.success(request, "Jumlah menurut dokumen sudah dihapus.")
    return redirect(back)


def _unit_or_404(request, year: int, unit: int) -> Unit:
    return get_object_or_404(Unit.objects.visible_to(request.scope, year=year), pk=unit)
