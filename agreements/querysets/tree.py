"""Questions about the performance tree: whose nodes, what hangs below, what is missing, who was asked."""

from collections.abc import Collection

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Window
from django.db.models.functions import Coalesce, RowNumber

from accounts.permissions import Capability, Scope
from agreements.enums import LinkState, TreeLevel, UnitKind

# As the eye reads them: by unit, and within a unit as it was put in order.
IN_ORDER = ("unit__order", "unit_id", "order", "pk")
# Results that stand on something below them; outputs and processes are carried out.
RESULTS = (TreeLevel.FINAL, TreeLevel.INTERMEDIATE, TreeLevel.IMMEDIATE)


class TreeNodeQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        """Those of the units one sees, and the region's own: every unit's tree hangs on them."""
        units = scope.units(Capability.VIEW, year)
        if units is None:
            return self
        return self.filter(Q(unit_id__in=units) | Q(unit__kind=UnitKind.REGION)) if units else self.none()

    def in_year(self, year: int):
        return self.filter(period__first_year__lte=year, period__last_year__gte=year)

    def in_order(self):
        return self.order_by(*IN_ORDER)

    def tops_of(self, units: Collection[int]):
        """Where the tree of these units begins: nodes that stand on none of theirs."""
        return self.filter(unit_id__in=units).filter(Q(parent=None) | ~Q(parent__unit_id__in=units))

    def counting(self, seen):
        """Each with `below_count`: how many of the seen nodes hang directly below it."""
        children = seen.order_by().filter(parent=OuterRef("pk")).values("parent").annotate(n=Count("pk"))
        return self.annotate(below_count=Coalesce(models.Subquery(children.values("n")), 0))

    def first_below(self, parents: Collection[int], most: int):
        """Of each parent its first children, in order; at most so many of each."""
        place = Window(RowNumber(), partition_by="parent_id", order_by=IN_ORDER)
        first = self.order_by().filter(parent_id__in=parents).annotate(place=place).filter(place__lte=most)
        return self.filter(parent_id__in=parents, pk__in=first.values("pk"))

    def matching(self, words: str):
        found = self
        for word in words.split():
            found = found.filter(text__icontains=word)
        return found

    def siblings_of(self, node):
        """The nodes it is put in order with: of its unit, below the same node."""
        rows = self.filter(period=node.period_id, unit=node.unit_id, parent=node.parent_id)
        return rows.order_by("order", "pk")

    def in_gap(self, gap: str):
        """Nodes that lack what the gap says (a key of GAPS)."""
        return self.filter(GAPS[gap][1]())

    def by_gap(self) -> dict[str, int]:
        """How many nodes lack what, in one query."""
        counts = {key.replace("-", "_"): Count("pk", filter=lacks()) for key, (_, lacks, _) in GAPS.items()}
        found = self.order_by().aggregate(**counts)
        return {key: found[key.replace("-", "_")] for key in GAPS}


class TreeLinkQuerySet(models.QuerySet):
    def concerning(self, scope: Scope, year: int):
        """Requests by or to the units one sees, and all about the region's own nodes."""
        rows = self.filter(node__period__first_year__lte=year, node__period__last_year__gte=year)
        units = scope.units(Capability.VIEW, year)
        if units is None:
            return rows
        own = Q(unit_id__in=units) | Q(node__unit_id__in=units) | Q(node__unit__kind=UnitKind.REGION)
        return rows.filter(own) if units else rows.none()

    def touching(self, units: Collection[int]):
        return self.filter(Q(unit_id__in=units) | Q(node__unit_id__in=units))

    def open_for(self, units: Collection[int]):
        """Those that wait for an answer of one of the units."""
        return self.filter(state=LinkState.PROPOSED, unit_id__in=units)

    def with_all(self):
        return self.select_related(
            "node__unit", "node__period", "unit", "answering_node__unit", "asked_by", "answered_by"
        )


# --- what a tree may lack -------------------------------------------------------------------------


def _children(**more):
    from agreements.models import TreeNode

    return Exists(TreeNode.objects.order_by().filter(parent=OuterRef("pk"), **more))


def _supported():
    from agreements.models import TreeLink

    return Exists(TreeLink.objects.order_by().filter(node=OuterRef("pk"), state=LinkState.ACCEPTED))


def _without_indicator() -> Q:
    from agreements.models import TreeNode

    measured = TreeNode.indicators.through.objects.filter(treenode=OuterRef("pk"))
    return ~Q(level=TreeLevel.PROCESS) & Q(~Exists(measured))


def _without_owner() -> Q:
    return Q(owner=None)


def _without_critical() -> Q:
    return Q(_children()) & Q(~_children(critical=True))


def _without_support() -> Q:
    return Q(level__in=RESULTS) & ~_children() & ~_supported() & Q(owner__isnull=False)


def _carried_by_nobody() -> Q:
    return Q(level__in=RESULTS) & ~_children() & ~_supported() & Q(owner=None)


def _apart() -> Q:
    return Q(parent=None) & ~Q(unit__kind=UnitKind.REGION)


# key in the address → (label, what lacks it, what to do about it)
GAPS = {
    "tanpa-indikator": (
        "Tanpa indikator",
        _without_indicator,
        "Pilih indikatornya dari Kamus Indikator.",
    ),
    "tanpa-pemilik": ("Tanpa pemilik", _without_owner, "Tunjuk jabatan yang memikulnya."),
    "csf-belum-ditandai": (
        "CSF belum ditandai",
        _without_critical,
        "Tandai yang mana di bawahnya menjadi faktor kunci keberhasilan.",
    ),
    "belum-didukung": (
        "Belum didukung",
        _without_support,
        "Tambahkan kondisi yang diperlukan di bawahnya, atau minta dukungan perangkat daerah lain.",
    ),
    "tidak-dipikul": (
        "Tidak dipikul siapa pun",
        _carried_by_nobody,
        "Tidak ada pemilik, tidak ada yang mendukung: tunjuk jabatannya atau turunkan ke perangkat daerah.",
    ),
    "belum-terhubung": (
        "Belum terhubung ke atas",
        _apart,
        "Pindahkan ke bawah hasil daerah atau unit di atasnya yang didukung.",
    ),
}
