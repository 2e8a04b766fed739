"""Lists of organisation, imports and agreements as tables, each of the context its page is made of.

Those of the plan are in `agreements.plan_tables`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils import timezone

from agreements.enums import RowOutcome, UnitKind
from agreements.models import Assignment, Unit
from agreements.outline import heads_of
from agreements.querysets import UnitQuerySet
from perjanjian.exporting import Column, Table, local, yes

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
        Column("Di bawah", lambda row: text(row[1]), 40),
        Column("Berlaku sampai", lambda row: row[0].valid_to),
    ]
    if "found" not in context:
        columns += [
            Column("Pimpinan", lambda row: text(row[2] and row[2].official), 32),
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
        Column("Dipegang", lambda row: text(row[1] and row[1].official), 32),
        Column("Status", lambda row: row[1].get_holding_display() if row[1] else None),
        Column("Sejak", lambda row: row[1].starts if row[1] else None),
        Column("Atasan langsung", lambda row: text(row[0].superior), 44),
        Column("Berlaku sampai", lambda row: row[0].valid_to),
    )


def officials(context: Context) -> Table:
    return Table.of(
        "Pejabat",
        context["page"],
        Column("Nama", lambda official: official.name, 32),
        Column("NIP", lambda official: official.nip, 22),
        Column("Pangkat/golongan", lambda official: official.rank, 28),
        Column("Jabatan hari ini", lambda official: joined(official.held_today, "; ", _title), 60),
    )


def accounts(context: Context) -> Table:
    return Table.of(
        "Akun",
        context["page"],
        Column("Nama", lambda account: account.name, 32),
        Column("Nama pengguna", lambda account: account.username),
        Column("NIP", lambda account: account.nip, 22),
        Column("Peran", lambda account: joined(account.roles_today, ", ", _role), 36),
        Column("Jabatan hari ini", _posts_of_account, 60),
        Column("Keadaan", lambda account: "Aktif" if account.is_active else "Ditutup"),
        words=ACCOUNT_STATES,
    )


def _posts_of_account(account: Any) -> str:
    official = getattr(account, "official", None)
    return joined(official.held_today, "; ", _title) if official else ""


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


def hand_overs(context: Context) -> Table:
    return Table.of(
        "Serah Terima Jabatan",
        context["page"],
        Column("Jabatan", lambda row: row.position.title, 44),
        Column("Perangkat Daerah", lambda row: row.position.unit.name, 36),
        Column("Mulai", lambda row: row.day),
        Column("Yang digantikan", lambda row: text(row.outgoing and row.outgoing.official), 32),
        Column("Yang menggantikan", lambda row: text(row.incoming and row.incoming.official), 32),
        Column("Status", lambda row: row.incoming.get_holding_display() if row.incoming else None),
        Column("PK yang berlaku", lambda row: text(row.agreement), 44),
        Column("Tindak lanjut", lambda row: row.get_follow_up_display(), 44),
        Column("Keadaan", lambda row: "Selesai" if row.settled_at or row.signed else "Perlu tindakan", 24),
        Column("Keterangan", lambda row: row.note, 44),
        Column("Selesai", lambda row: local(row.settled_at)),
        Column("Penyelesaian", lambda row: row.settled_note, 44),
        words=dict(context["states"]),
    )


# --- imports ------------------------------------------------------------------------------------


def import_runs(context: Context) -> Table:
    return Table.of(
        "Impor Data",
        context["page"],
        Column("Berkas", lambda run: str(run.file), 40),
        Column("Isi", lambda run: context["titles"].get(run.subject), 32),
        Column("Tahun", lambda run: run.year),
        Column("Diunggah", lambda run: local(run.created_at)),
        Column("Oleh", lambda run: run.owner.name, 32),
        Column("Keadaan", lambda run: run.get_state_display(), 24),
        Column("Baris", lambda run: run.rows),
        Column("Baru", lambda run: run.new),
        Column("Berubah", lambda run: run.changed),
        Column("Sama", lambda run: run.same),
        Column("Ditolak", lambda run: run.refused),
        Column("Diterapkan", lambda run: local(run.applied_at)),
        Column("Dibatalkan kembali", lambda run: local(run.undone_at)),
    )


def import_rows(context: Context) -> Table:
    """What a file would do, or did, row by row; rows that say what is stored already are not kept."""
    return Table.of(
        f"Hasil pemeriksaan {context['run'].file}",
        context["rows"],
        Column("Lembar", lambda row: row["row"].sheet),
        Column("Baris", lambda row: row["row"].row),
        Column("Hasil", lambda row: row["row"].get_outcome_display()),
        Column("Data", lambda row: row["row"].label, 44),
        Column("Yang berubah", lambda row: joined(row["differences"], "; ", _difference), 60),
        Column("Kesalahan", lambda row: joined(row["faults"], "; ", _fault), 60),
        Column("Perlu dilihat", lambda row: joined(row["remarks"], "; ", _fault), 60),
        words={code: word for code, word, _ in context["doors"]} | dict(RowOutcome.choices),
    )


def _difference(found: Sequence[str]) -> str:
    label, before, after = found
    return f"{label}: {before or '(kosong)'} → {after or '(kosong)'}"


def _fault(found: Sequence[str]) -> str:
    _, heading, sentence = found
    return f"{heading}: {sentence}" if heading else sentence


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
        Column("Pihak Kedua", lambda row: text(row.agreement.second_position), 44),
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


def drafts_for_all(context: Context) -> Table:
    """Who must sign, with what the agreement or the draft proposed holds and lacks."""
    return Table.of(
        f"Draf untuk semua {context['year']}",
        context["rows"],
        Column("Jabatan", lambda row: row.position.title, 44),
        Column("Perangkat Daerah", lambda row: row.position.unit.name, 36),
        Column("PK", lambda row: row.agreement.get_status_display() if row.agreement else "Belum ada", 24),
        Column("Sasaran", lambda row: row.counted.objectives if row.is_open else None),
        Column("Indikator", lambda row: row.counted.indicators if row.is_open else None),
        Column("Program", lambda row: row.counted.lines if row.is_open else None),
        Column("Yang masih kurang", lambda row: "; ".join(row.gaps), 60),
    )


# --- pieces -------------------------------------------------------------------------------------


def _words(counts: Iterable[tuple[str, str, int]]) -> dict[str, str]:
    """What the codes of a filter mean, from what the page offers."""
    return {str(code): label for code, label, _ in counts}


def text(row: object) -> str | None:
    """What it is called; None, an empty cell, where there is nothing."""
    return str(row) if row else None


def _title(held: Any) -> str:
    return held.title


def _role(membership: Any) -> str:
    return membership.get_role_display()


def joined(rows: Iterable[Any], between: str, words: Any = str) -> str:
    """Several in one cell."""
    return between.join(words(row) for row in rows)
