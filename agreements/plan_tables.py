"""Lists of the plan as tables: objectives, indicators, checks, budgets, the performance tree."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Count, Q

from agreements import tree as trees
from agreements.enums import Accumulation, BudgetDetail, BudgetVersion, Kind, LinkState, Polarity
from agreements.models import TreeNode
from agreements.nomenclature import step_of
from agreements.querysets import GAPS
from agreements.tables import Context, joined, text
from agreements.tree import Branch
from perjanjian.exporting import Column, Table, local, yes
from perjanjian.sheets import Cell

# --- objectives and indicators ------------------------------------------------------------------


def objectives(context: Context) -> Table:
    """Every objective the filter leaves, also those the outline of the page keeps folded."""
    in_use = Count("indicators", filter=Q(indicators__archived=False))
    rows = context["filter"].qs.select_related("unit", "parent", "period").annotate(indicator_count=in_use)
    return Table.of(
        f"Tujuan dan Sasaran {context['year']}",
        # A count forgets the model's own order.
        rows.order_by("unit__order", "unit_id", "order", "pk"),
        Column("Unit", lambda row: row.unit.name, 36),
        Column("Kode", lambda row: row.code),
        Column("Jenis", lambda row: row.get_kind_display()),
        Column("Rumusan", lambda row: row.text, 60),
        Column("Mendukung", lambda row: text(row.parent), 60),
        Column("Periode", lambda row: text(row.period), 28),
        Column("Indikator", lambda row: row.indicator_count),
    )


def indicators(context: Context) -> Table:
    year = context["year"]
    return Table.of(
        f"Kamus Indikator {year}",
        context["rows"],
        Column("Indikator", lambda row: row[0].name, 60),
        Column("Satuan", lambda row: row[0].unit_of_measure),
        Column("Jenis nilai", lambda row: row[0].get_kind_display()),
        Column("PD pengampu", lambda row: row[0].unit.name, 36),
        Column("Arah", lambda row: row[0].get_polarity_display(), 24),
        Column(f"Target rencana {year}", lambda row: _target(*row)),
        Column("Label", lambda row: joined(row[0].labels.all(), ", "), 24),
        Column("Tidak dipakai lagi", lambda row: yes(row[0].archived)),
    )


def promises(context: Context) -> Table:
    """The agreements that promise an indicator."""
    return Table.of(
        f"PK dengan {context['indicator'].name[:60]}",
        context["promises"],
        Column("Tahun", lambda row: row.objective.agreement.year),
        Column("Jabatan", lambda row: row.objective.agreement.position.title, 44),
        Column("Perangkat Daerah", lambda row: row.objective.agreement.unit.name, 36),
        Column("Status", lambda row: row.objective.agreement.get_status_display()),
    )


def _target(indicator: Any, shown: str) -> Cell:
    """The exact figure or date; a range and a step of a scale are words."""
    target = next(iter(indicator.targets_now), None)
    if target is None:
        return None
    if indicator.kind in (Kind.RANGE, Kind.SCALE):
        return shown
    return target.date if indicator.kind == Kind.DATE else target.value


def scales(context: Context) -> Table:
    steps = [
        (scale, rank, step) for scale in context["page"] for rank, step in enumerate(scale.steps.all(), 1)
    ]
    return Table.of(
        "Skala Predikat",
        steps,
        Column("Skala", lambda row: row[0].name, 32),
        Column("Tingkat", lambda row: row[1]),
        Column("Predikat", lambda row: str(row[2]), 32),
    )


def templates(context: Context) -> Table:
    """The library of common indicators."""
    return Table.of(
        "Pustaka Indikator",
        context["page"],
        Column("Urusan", lambda row: row.field, 28),
        Column("Indikator", lambda row: row.name, 60),
        Column("Satuan", lambda row: row.unit_of_measure),
        Column("Jenis nilai", lambda row: Kind(row.kind).label),
        Column("Arah", lambda row: Polarity(row.polarity).label, 24),
        Column("Cara hitung setahun", lambda row: Accumulation(row.accumulation).label, 24),
        Column("Sumber data", lambda row: row.source, 44),
        Column("Definisi", lambda row: row.definition, 60),
        Column("Rumus", lambda row: row.formula_words, 60),
    )


def faults(context: Context) -> Table:
    """What the plan lacks: the lines of the kind asked for, or of all kinds."""
    return Table.of(
        f"Pemeriksaan Rencana {context['year']}",
        context["lines"],
        Column("Yang diperiksa", lambda line: line[0].label, 44),
        Column("Perangkat daerah", lambda line: line[1].unit, 36),
        Column("Ditemukan pada", lambda line: line[1].text, 60),
        Column("Yang dapat dilakukan", lambda line: line[0].advice, 60),
        words={each.key: each.label for each in (*context["counted"], *context["others"])},
    )


def revision(context: Context) -> Table:
    """What a revision made of objectives, or of targets where those are asked for."""
    made = context["revision"]
    words = {"target": "Target yang berubah"}
    if context["part"] == "target":
        return Table.of(
            f"Target yang berubah dengan {made}",
            context["targets"],
            Column("Perangkat daerah", lambda row: row[0].unit.name, 36),
            Column("Indikator", lambda row: row[0].name, 60),
            Column("Satuan", lambda row: row[0].unit_of_measure),
            Column("Tahun", lambda row: row[1]),
            Column("Semula", lambda row: row[2].before),
            Column("Menjadi", lambda row: row[2].after),
            words=words,
        )
    return Table.of(
        f"Tujuan dan sasaran yang berubah dengan {made}",
        context["page"],
        Column("Perangkat daerah", lambda row: row.unit.name, 36),
        Column("Jenis", lambda row: row.get_kind_display()),
        Column("Kode", lambda row: row.code),
        Column("Semula", lambda row: text(row.successor_of if row.revision_id == made.pk else row), 60),
        Column("Menjadi", lambda row: str(row) if row.revision_id == made.pk else "Tidak berlaku lagi", 60),
        words=words,
    )


# --- budgets ------------------------------------------------------------------------------------


def budget_lines(context: Context) -> Table:
    return Table.of(
        f"Anggaran {context['year']}",
        context["page"],
        Column("Kode", lambda row: row.programme.code),
        Column("Program", lambda row: row.programme.name, 60),
        Column("Perangkat daerah", lambda row: row.unit.name, 36),
        Column("Versi", lambda row: row.get_version_display()),
        Column("Sumber dana", lambda row: row.fund_source),
        Column("Pagu (Rp)", lambda row: row.amount, 22),
    )


def budget_totals(context: Context) -> Table:
    def of(version: BudgetVersion) -> Column:
        return Column(f"{version.label} (Rp)", lambda row: row["sums"][version], 22)

    return Table.of(
        f"Anggaran per Perangkat Daerah {context['year']}",
        context["page"],
        Column("Perangkat daerah", lambda row: row["name"], 44),
        *(of(version) for version in BudgetVersion),
    )


def budget_tree(context: Context) -> Table:
    """Program, kegiatan and sub kegiatan of a unit in one version; each line says what lies within it too."""
    version = context["version"]
    return Table.of(
        f"Anggaran {context['unit'].short_name} {context['year']} {version.label}",
        context["page"],
        *_node_columns(),
        Column("Pagu termasuk rinciannya (Rp)", lambda row: row.amount, 22),
        Column("Sumber dana", lambda row: joined(row.budgets, "; ", _fund_source), 28),
        Column("Menurut dokumen (Rp)", lambda row: row.check.total.amount if row.check else None, 22),
        Column("Selisih dokumen (Rp)", lambda row: row.check.difference if row.check else None, 22),
        words=dict(BudgetVersion.choices),
    )


def _fund_source(budget: Any) -> str:
    return budget.fund_source


def _node_columns() -> tuple[Column, ...]:
    return (
        Column("Kode", lambda row: row.node.code, 22),
        Column("Program, kegiatan, sub kegiatan", lambda row: row.node.name, 60),
        Column("Tingkat", lambda row: BudgetDetail(step_of(row.node.code)).label),
    )


def budget_versions(context: Context) -> Table:
    """A unit's lines through the versions of the APBD."""

    def of(place: int, version: BudgetVersion) -> Column:
        return Column(f"{version.label} (Rp)", lambda row: row.amounts[place], 22)

    return Table.of(
        f"Versi anggaran {context['unit'].short_name} {context['year']}",
        context["page"],
        *_node_columns(),
        *(of(place, version) for place, version in enumerate(context["tree"].versions)),
        Column("Selisih akhir dan awal (Rp)", lambda row: row.difference, 22),
        words={"1": "Hanya yang berubah"},
    )


# --- performance tree ---------------------------------------------------------------------------


def tree(context: Context) -> Table:
    """Everything below the tops of the page, also what the outline keeps folded.

    A node is numbered by its place, like 1.2.3, so that the outline can be read from a sheet.
    """
    branches = trees.whole(list(context["page"]), context["nodes"], context["year"])
    return Table.of(
        f"Pohon Kinerja {context['of']} {context['year']}",
        _numbered(branches),
        Column("Nomor", lambda row: row[0]),
        *_tree_columns(lambda row: row[1].node),
        Column("Faktor kunci (CSF)", lambda row: yes(row[1].node.critical)),
        Column("Indikator dan target", lambda row: joined(row[1].measures, "; ", _measure), 60),
        Column("Dukungan perangkat daerah lain", lambda row: joined(row[1].links, "; ", _link), 44),
    )


def _numbered(branches: Iterable[Branch], above: str = "") -> Iterator[tuple[str, Branch]]:
    for place, branch in enumerate(branches, start=1):
        number = f"{above}{place}"
        yield number, branch
        yield from _numbered(branch.below, f"{number}.")


def _tree_columns(node_of: Callable[[Any], TreeNode]) -> tuple[Column, ...]:
    return (
        Column("Tingkat", lambda row: node_of(row).get_level_display()),
        Column("Hasil atau kondisi", lambda row: node_of(row).text, 60),
        Column("Perangkat daerah", lambda row: node_of(row).unit.name, 36),
        Column("Pemilik", lambda row: text(node_of(row).owner), 44),
    )


def _measure(measured: tuple[Any, str]) -> str:
    indicator, target = measured
    return f"{indicator.name}: {target} {indicator.unit_of_measure}".rstrip()


def _link(link: Any) -> str:
    return f"{link.unit} ({link.get_state_display()})"


def tree_gaps(context: Context) -> Table:
    return Table.of(
        f"Pohon Kinerja {context['year']} {context['gap_label']}",
        context["page"],
        *_tree_columns(lambda node: node),
        Column("Yang kurang", lambda node: context["gap_label"], 28),
        Column("Yang dapat dilakukan", lambda node: context["remedy"], 60),
        words={key: label for key, (label, *_) in GAPS.items()},
    )


def tree_units(context: Context) -> Table:
    return Table.of(
        f"Pohon Kinerja Perangkat Daerah {context['year']}",
        context["rows"],
        Column("Perangkat daerah", lambda row: row[0].name, 44),
        Column("Di bawah", lambda row: text(row[0].parent), 44),
        Column("Simpul", lambda row: row[1]),
    )


def tree_links(context: Context) -> Table:
    return Table.of(
        f"Dukungan Lintas Perangkat Daerah {context['year']}",
        context["page"],
        Column("Diminta", lambda link: link.unit.name, 36),
        Column("Untuk", lambda link: link.node.text, 60),
        Column("Perangkat daerah yang meminta", lambda link: link.node.unit.name, 36),
        Column("Yang diharapkan", lambda link: link.role, 44),
        Column("Jawaban", lambda link: link.get_state_display()),
        Column("Simpul yang menyumbang", lambda link: text(link.answering_node), 60),
        Column("Catatan jawaban", lambda link: link.answer_note, 44),
        Column("Diminta pada", lambda link: local(link.asked_at)),
        Column("Dijawab pada", lambda link: local(link.answered_at)),
        words=dict(LinkState.choices) | {"saya": "Yang dijawab unit Anda"},
    )
