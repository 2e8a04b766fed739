"""Where what an LKjIP lacks is mended: addresses for the account that looks, none where it may not."""

from dataclasses import dataclass

from django.urls import reverse

from accounts import permissions
from accounts.permissions import Scope
from evaluations.enums import Section
from reports.contexts.lkjip_gaps import Gap, Item

# The parts as they stand in addresses.
SLUGS = {
    "kata-pengantar": Section.FOREWORD,
    "ringkasan": Section.SUMMARY,
    "gambaran-umum": Section.INTRODUCTION,
    "perencanaan": Section.PLANNING,
    "sasaran": Section.OBJECTIVE,
    "efisiensi": Section.EFFICIENCY,
    "program": Section.PROGRAMMES,
    "anggaran": Section.BUDGET,
    "penutup": Section.CLOSING,
}
SLUG_OF = {section: slug for slug, section in SLUGS.items()}
OF_FACTS = ("missing", "unverified", "not_published", "provisional")
OF_COMPARISON = ("earlier", "benchmark")


def part_address(unit_id: int, year: int, section: str, objective_id: int | None) -> str:
    """Where a part is written."""
    slug = SLUG_OF[Section(section)]
    if objective_id is None:
        return reverse("reports:lkjip_text", args=(year, unit_id, slug))
    return reverse("reports:lkjip_objective", args=(year, unit_id, slug, objective_id))


@dataclass(frozen=True)
class Place:
    """One account looking at the report of one unit."""

    scope: Scope
    unit_id: int
    year: int

    def of_gap(self, gap: Gap) -> tuple[str, str] | None:
        """Where this account can close the whole of a gap: the words of the link and its address."""
        year, unit = self.year, self.unit_id
        if gap.key == "agreement" and not gap.items:
            return "Daftar PK", reverse("agreements:list", args=(year,))
        if gap.key == "budget" and permissions.may_budget(self.scope, year):
            return "Program & Anggaran", reverse("agreements:budget_unit", args=(year, unit))
        if gap.key == "spending" and permissions.may_enter_money(self.scope, unit, year):
            return "Realisasi Anggaran", reverse("evaluations:money_list", args=(year,))
        if gap.key == "head" and permissions.may_organise(self.scope):
            return "Unit Kerja & Jabatan", reverse("agreements:unit_detail", args=(unit,))
        if gap.key in OF_COMPARISON and permissions.may_record_years_before(self.scope, unit, year):
            return "Data pembanding LKjIP", reverse("evaluations:comparison", args=(year, unit))
        return None

    def of_items(self, gap: Gap) -> list[tuple[str, str]]:
        """Each thing that lacks with the address where it is mended, "" where this account may not."""
        return [(item.text, self._of_item(gap.key, item)) for item in gap.items]

    def _of_item(self, key: str, item: Item) -> str:
        scope, year = self.scope, self.year
        if key in OF_FACTS and item.unit_id is not None and item.number is not None:
            return self._of_fact(key, item, item.unit_id, item.number)
        if key == "agreement":
            return reverse("agreements:detail", args=(year, item.agreement_id))
        if key == "narratives" and permissions.may_write_report(scope, self.unit_id, year):
            return part_address(self.unit_id, year, item.section, item.objective_id)
        if key == "horizon" and permissions.may_plan(scope, year):
            return reverse("agreements:indicator_targets", args=(year, item.indicator_id))
        return ""

    def _of_fact(self, key: str, item: Item, unit_id: int, number: int) -> str:
        if key == "unverified" and permissions.may_verify(self.scope, unit_id, self.year):
            return reverse("evaluations:verify", args=(self.year, unit_id, number))
        if key != "unverified" and permissions.may_enter(self.scope, unit_id, self.year):
            return reverse("evaluations:entry", args=(self.year, unit_id, number))
        if item.fact is not None:
            return reverse("evaluations:realisation_detail", args=(self.year, item.fact))
        return ""
