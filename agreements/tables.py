"""Lists of organisation, plan and agreements as tables, each of the context its page is made of."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from agreements.enums import BudgetVersion, Kind, UnitKind
from agreements.models import Assignment, Unit
from agreements.outline import heads_of
from agreements.querysets import UnitQuerySet
from perjanjian.exporting import Column, Table, local, yes
from perjanjian.sheets import Cell

Context = dict[str, Any]
ACCOUNT_STATES = {"aktif": "Aktif", "tutup": "Ditutup", "semua": "Semua"}
WHOSE = {"saya": "PK Anda", "lain": "PK yang Anda urus untuk pejabat lain"}

# --- organisation -------------------------------------------------------------------------------


def units(context: Context) -> Table:
    """The outline, each unit with what it belongs to; or the units found."""
    found: list[tuple[Unit, Unit | None, Assignment | None]]
    if "found" in context:
        found = [(unit, unit.parent, None) for unit, _ in context["found"]]
    else:
        found = list(_flat(context["whole"]))
    columns = [
        Column("Unit", lambda row: row[0].name, 40),
        Column("Nama pendek", lambda row: row[0].short_name),
        Column("Kode SKPD", lambda row: row[0].code),
        Column("Jenis", lambda row: row[0].get_kind_display()),
        Column("Di bawah", lambda row: _text(row[1]), 40),
        Column("Berlaku sampai", lambda row: row[0].valid_to),
    ]
    if "found" not in context:
        columns += [
            Column("Pimpinan", lambda row: _text(row[2] and row[2].official), 32),
            Column("Status pimpinan", lambda row: row[2].get_holding_display() if row[2] else None),
        ]
    return Table.of("Unit Kerja", found, *columns)


def _flat(whole: UnitQuerySet) -> Iterator[tuple[Unit, Unit | None, Assignment | None]]:
    """Each unit with its parent, as far as that is seen, and who heads it today, in the order of the outline."""
    units = {unit.pk: unit for unit in whole}
    held = Assignment.objects.on(timezone.localdate()).of_heads().filter(position__unit__in=whole)
    heads = heads_of(held.select_related("official", "position"))
    children: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in units.values():
        children[unit.parent_id if unit.parent_id in units else None].append(unit)

    def below(above: Unit | None) -> Iterator[tuple[Unit, Unit | None, Assignment | None]]:
        for unit in children[above.pk if above else None]:
            if unit.kind != UnitKind.REGION:
                yield unit, above, heads.get(unit.pk)
            yield from below(unit)

    return below(None)


def ended_units(context: Context) -> Table:
    return Table.of(
        "Unit yang sudah berakhir",
        context["page"],
        Column("Unit", lambda unit: unit.name, 40),
        Column("Kode SKPD", lambda unit: unit.code),
        Column("Jenis", lambda unit: unit.get_kind_display()),
        Column("Berlaku sejak", lambda unit: unit.valid_from),
        Column("Berlaku sampai", lambda unit: unit.valid_to),
    )


def positions(context: Context) -> Table:
    """The positions of a unit, one row a holder, those that ended too."""
    held = [
        (position, assignment)
        for position in (*context["page"], *context["ended_positions"])
        for assignment in (getattr(position, "held_today", None) or [None])
    ]
    return Table.of(
        f"Jabatan {context['unit'].short_name}",
        held,
        Column("Jabatan", lambda row: row[0].title, 44),
        Column("Jenjang", lambda row: row[0].get_level_display()),
        Column("Memimpin unit", lambda row: yes(row[0].heads_unit)),
        Column("Dipegang", lambda row: _text(row[1] and row[1].official), 32),
        Column("Status", lambda row: row[1].get_holding_display() if row[1] else None),
        Column("Sejak", lambda row: row[1].starts if row[1] else None),
        Column("Atasan langsung", lambda row: _text(row[0].superior), 44),
        Column("Berlaku sampai", lambda row: row[0].valid_to),
    )


def officials(context: Context) -> Table:
    return Table.of(
        "Pejabat",
        context["page"],
        Column("Nama", lambda official: official.name, 32),
        Column("NIP", lambda official: official.nip, 22),
        Column("Pangkat/golongan", lambda official: official.rank, 28),
        Column("Jabatan hari ini", lambda official: _joined(official.held_today, "; ", _title), 60),
    )


def accounts(context: Context) -> Table:
    return Table.of(
        "Akun",
        context["page"],
        Column("Nama", lambda account: account.name, 32),
        Column("Nama pengguna", lambda account: account.username),
        Column("NIP", lambda account: account.nip, 22),
        Column("Peran", lambda account: _joined(account.roles_today, ", ", _role), 36),
        Column("Jabatan hari ini", _posts_of_account, 60),
        Column("Keadaan", lambda account: "Aktif" if account.is_active else "Ditutup"),
        words=ACCOUNT_STATES,
    )


def _posts_of_account(account: Any) -> str:
    official = getattr(account, "official", None)
    return _joined(official.held_today, "; ", _title) if official else ""


def delegations(context: Context) -> Table:
    return Table.of(
        "Pendelegasian",
        context["rows"],
        Column("Yang ditunjuk", lambda row: str(row[0].account), 32),
        Column("Sebagai", lambda row: row[0].capacity, 44),
        Column("Mulai", lambda row: row[0].starts),
        Column("Sampai", lambda row: row[0].ends),
        Column("Alasan", lambda row: row[0].reason, 44),
        Column("Keadaan", lambda row: row[2], 28),
        Column("Diakhiri", lambda row: local(row[0].ended_at)),
    )


# --- plan ---------------------------------------------------------------------------------------


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
        Column("Mendukung", lambda row: _text(row.parent), 60),
        Column("Periode", lambda row: _text(row.period), 28),
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
        Column("Label", lambda row: _joined(row[0].labels.all(), ", "), 24),
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


# --- agreements ---------------------------------------------------------------------------------


def agreements(context: Context) -> Table:
    """The register; or the posts without an agreement, where those are asked for."""
    title = f"Daftar PK {context['year']}"
    if "days_without" in context:
        return Table.of(
            f"Jabatan tanpa PK {context['year']}",
            context["page"],
            Column("Jabatan", lambda position: position.title, 44),
            Column("Perangkat Daerah", lambda position: position.unit.name, 36),
            Column("Hari lewat batas", lambda position: context["days_without"]),
            words=_words(context["late_counts"]),
        )
    return Table.of(
        title,
        context["standings"],
        Column("Jabatan", lambda row: row.agreement.position.title, 44),
        Column("Perangkat Daerah", lambda row: row.agreement.unit.name, 36),
        Column("PK Perubahan", lambda row: yes(row.agreement.amends_id)),
        Column("Pihak Kedua", lambda row: _text(row.agreement.second_position), 44),
        Column("Status", lambda row: row.agreement.get_status_display()),
        Column("Dicatat kemudian", lambda row: yes(row.agreement.recorded_later)),
        Column("Tanggal dokumen", lambda row: row.agreement.document_date),
        Column("Ditandatangani", lambda row: row.agreement.signed_on),
        Column("Hari lewat batas", lambda row: row.days or None),
        words=_words(context["counts"]) | _words(context["late_counts"]) | WHOSE,
    )


def deadlines(context: Context) -> Table:
    policy = context["policy"]
    return Table.of(
        f"Batas Penandatanganan {context['year']}",
        context["rows"],
        Column("Jabatan", lambda row: row.position.title, 44),
        Column("Perangkat Daerah", lambda row: row.position.unit.name, 36),
        Column("Batas PK", lambda row: policy.agreement_due),
        Column("PK", lambda row: _status(row.agreement) or "Belum ada PK"),
        Column("PK ditandatangani", lambda row: row.agreement.agreement.signed_on if row.agreement else None),
        Column(
            "PK: hari lewat batas",
            lambda row: (row.agreement.days if row.agreement else row.days_without) or None,
        ),
        Column("Batas PK Perubahan", lambda row: policy.amendment_due),
        Column("PK Perubahan", lambda row: _status(row.amendment)),
        Column(
            "PK Perubahan ditandatangani",
            lambda row: row.amendment.agreement.signed_on if row.amendment else None,
        ),
        Column(
            "PK Perubahan: hari lewat batas", lambda row: (row.amendment.days if row.amendment else 0) or None
        ),
    )


def _status(standing: Any) -> str | None:
    return standing.agreement.get_status_display() if standing else None


def amendments(context: Context) -> Table:
    return Table.of(
        f"PK Perubahan {context['year']}",
        context["page"],
        Column("Jabatan", lambda row: row.agreement.position.title, 44),
        Column("Perangkat Daerah", lambda row: row.agreement.unit.name, 36),
        Column("Pihak Pertama saat ditandatangani", lambda row: row.head.signed if row.head else None, 32),
        Column("Pihak Pertama sekarang", lambda row: row.head.now or "belum ada" if row.head else None, 32),
        Column("Anggaran di PK (Rp)", lambda row: row.budget.signed if row.budget else None, 22),
        Column("Anggaran sekarang (Rp)", lambda row: row.budget.now if row.budget else None, 22),
        Column("Versi anggaran", lambda row: row.budget.version.label if row.budget else None),
        Column("PK Perubahan", lambda row: row.amendment.get_status_display() if row.amendment else None),
        Column("Terlambat", lambda row: yes(row.late)),
        words=_words(context["needs"]),
    )


PLAN_WORDS = {"submitted": "Menunggu disahkan"}


def plans(context: Context) -> Table:
    return Table.of(
        f"Rencana Aksi {context['year']}",
        context["page"],
        Column("Jabatan", lambda row: row.position.title, 44),
        Column("Perangkat Daerah", lambda row: row.unit.name, 36),
        Column("PK Perubahan", lambda row: yes(row.amends_id)),
        Column("Status PK", lambda row: row.get_status_display()),
        Column("Versi berlaku", lambda row: row.plan_in_force),
        Column("Versi disiapkan", lambda row: row.plan_next),
        Column(
            "Keadaan versi disiapkan",
            lambda row: PLAN_WORDS.get(row.plan_next_status, "Sedang disusun") if row.plan_next else None,
            24,
        ),
        Column("Terlambat", lambda row: yes(row.pk in context["late"])),
        words=_words(context["counts"]),
    )


# --- pieces -------------------------------------------------------------------------------------


def _words(counts: Iterable[tuple[str, str, int]]) -> dict[str, str]:
    """What the codes of a filter mean, from what the page offers."""
    return {str(code): label for code, label, _ in counts}


def _text(row: object) -> str | None:
    return str(row) if row else None


def _title(held: Any) -> str:
    return held.title


def _role(membership: Any) -> str:
    return membership.get_role_display()


def _joined(rows: Iterable[Any], between: str, words: Any = str) -> str:
    return between.join(words(row) for row in rows)
