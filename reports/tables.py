"""Overviews as tables, each of the context its page is made of. Percentages are exact: 82.5 means 82.5 %."""

from typing import Any

from evaluations import readings
from evaluations.attention import Attention
from evaluations.results import AgreementResult, RowResult
from evaluations.tables import figure, target
from perjanjian.exporting import Column, Table, local, yes
from perjanjian.sheets import Cell
from records.models import Event
from reports import duties

Context = dict[str, Any]


# --- achievement --------------------------------------------------------------------------------


def achievement_map(context: Context) -> Table:
    def of(number: int, name: str) -> list[Column]:
        return [
            Column(f"{name} (%)", lambda row: _mean(row.cells[number].result)),
            Column(f"{name}: predikat", lambda row: _rating(row.cells[number].result)),
            Column(f"{name}: belum diisi", lambda row: _missing(row.cells[number])),
            Column(f"{name}: sementara", lambda row: _provisional(row.cells[number].result)),
        ]

    quarters = [
        column for number, period in enumerate(context["periods"]) for column in of(number, period.short_name)
    ]
    return Table.of(
        f"Peta Capaian {context['year']}",
        context["page"],
        Column("Perangkat daerah", lambda row: row.unit.name, 40),
        *quarters,
        Column(
            "Setahun s.d.",
            lambda row: row.latest.until.short_name if row.latest and row.latest.until else None,
        ),
        Column("Setahun (%)", lambda row: _mean(row.latest)),
        Column("Setahun: predikat", lambda row: _rating(row.latest)),
        Column("Setahun: sementara", lambda row: _provisional(row.latest)),
    )


def _mean(result: AgreementResult | None) -> Cell:
    return result.mean if result else None


def _rating(result: AgreementResult | None) -> Cell:
    return result.rating if result else None


def _provisional(result: AgreementResult | None) -> Cell:
    return yes(result.provisional) if result and result.mean is not None else None


def _missing(cell: Any) -> int | None:
    return cell.missing if cell.result else None


def achievements(context: Context) -> Table:
    return Table.of(
        f"Capaian {context['year']}",
        context["page"],
        Column("Jabatan", lambda line: line.agreement.position.title, 44),
        Column("Perangkat daerah", lambda line: line.agreement.unit.name, 36),
        Column("Indikator tercapai", lambda line: line.headline.reached),
        Column("Indikator", lambda line: line.headline.total),
        Column("Belum dapat dinilai", lambda line: line.headline.unmeasured),
        Column("Rata-rata (%)", lambda line: line.mean),
        Column("Predikat", lambda line: line.rating),
        Column("Sementara", lambda line: _provisional(line)),
        Column("Sampai", lambda line: line.until.name if line.until else None),
        words={"kepala": "Kepala perangkat daerah", "bawah": "Jabatan di bawahnya"},
    )


def _promise_columns(row_of: Any) -> list[Column]:
    """What is shown of a promise; ``row_of`` gives its ``RowResult``."""
    return [
        Column("Satuan", lambda row: row_of(row).rule.unit),
        Column(
            "Target setahun", lambda row: target(readings.target_of(row_of(row).promise), row_of(row).rule)
        ),
        Column("Target s.d. periode", lambda row: _running(row_of(row))),
        Column("Realisasi", lambda row: figure(row_of(row).year.reading, row_of(row).rule)),
        Column("Capaian (%)", lambda row: row_of(row).result.raw),
        Column("Capaian dipakai (%)", lambda row: row_of(row).result.used),
        Column("Capaian terhadap target setahun (%)", lambda row: row_of(row).of_year.raw),
        Column("Sementara", lambda row: yes(row_of(row).provisional) if row_of(row).latest else None),
        Column("Belum lengkap", lambda row: yes(row_of(row).year.partial)),
    ]


def _running(row: RowResult) -> Cell:
    return target(row.running, row.rule) if row.running is not None else None


def _words_columns(row_of: Any) -> list[Column]:
    """Why, what follows, who acts; ``row_of`` gives an ``Attention`` that was explained."""
    return [
        Column("Penghambat", lambda row: row_of(row).words.inhibiting, 44),
        Column("Tindak lanjut", lambda row: row_of(row).words.follow_up, 44),
        Column("Yang menangani", lambda row: row_of(row).actor.title if row_of(row).actor else None, 44),
        Column("Pejabatnya", lambda row: row_of(row).actor.name if row_of(row).actor else None, 32),
    ]


def lowest(context: Context) -> Table:
    def attention(line: Any) -> Attention:
        return line[0]

    return Table.of(
        f"Indikator Terendah {context['year']}",
        context["lines"],
        Column("Indikator", lambda line: str(line[0].row.promise), 60),
        Column("Perangkat daerah", lambda line: line[0].unit.name, 36),
        Column("Sampai", lambda line: line[0].until.short_name),
        *_promise_columns(lambda line: line[0].row),
        Column("Predikat", lambda line: line[1]),
        *_words_columns(attention),
    )


def unit(context: Context) -> Table:
    rows = [(objective, row) for objective, found in context["groups"] for row in found]
    return Table.of(
        f"Capaian {context['unit'].short_name} {context['year']}",
        rows,
        Column("Sasaran", lambda each: str(each[0].objective), 60),
        Column("Indikator", lambda each: str(each[1].row.promise), 60),
        Column("Sampai", lambda each: each[1].until.short_name),
        *_promise_columns(lambda each: each[1].row),
        *_words_columns(lambda each: each[1]),
    )


# --- duties -------------------------------------------------------------------------------------


def late(context: Context) -> Table:
    return Table.of(
        f"Yang Terlambat {context['year']}",
        context["page"],
        Column("Perangkat daerah", lambda duty: duty.unit.name, 40),
        Column("Kewajiban", lambda duty: duty.label, 24),
        Column("Keterangan", lambda duty: duty.text, 44),
        Column("Batas", lambda duty: duty.due),
        Column("Hari terlambat", lambda duty: duty.days_late or None),
        Column("Yang menangani", lambda duty: duty.actor, 44),
    )


def compliance(context: Context) -> Table:
    def of(number: int, label: str) -> list[Column]:
        return [
            Column(label, lambda row: row[1][number].text, 24),
            Column(f"{label}: hari terlambat", lambda row: row[1][number].days_late or None),
        ]

    columns = [
        column
        for number, kind in enumerate(duties.OF_UNITS)
        for column in of(number, duties.SHORT.get(kind, duties.KINDS[kind]))
    ]
    return Table.of(
        f"Kepatuhan {context['year']}",
        context["page"],
        Column("Perangkat daerah", lambda row: row[0].name, 40),
        *columns,
    )


# --- money --------------------------------------------------------------------------------------


def absorption(context: Context) -> Table:
    return Table.of(
        f"Serapan dan Efisiensi {context['year']}",
        context["page"],
        Column("Perangkat daerah", lambda row: row.unit.name, 40),
        Column("Pagu (Rp)", lambda row: row.account.ceiling, 22),
        Column("Realisasi (Rp)", lambda row: row.account.spent, 22),
        Column("Sampai", lambda row: row.account.until),
        Column("Belum lengkap", lambda row: yes(row.account.missing)),
        Column("Serapan (%)", lambda row: row.account.absorption),
        Column("Fisik (%)", lambda row: row.account.physical),
        Column("Capaian (%)", lambda row: row.efficiency.percent),
        Column("Capaian sementara", lambda row: _provisional(row.efficiency.result)),
        Column("Efisiensi (poin)", lambda row: row.efficiency.points),
        Column("Kesimpulan", lambda row: row.efficiency.verdict.label, 32),
    )


def money_of_unit(context: Context) -> Table:
    """The lines, as the page has them, with where they stand and their running totals by month."""
    money = context["money"]

    def of(number: int, name: str) -> Column:
        return Column(f"s.d. {name} (Rp)", lambda each: each.months[number].spent, 20)

    return Table.of(
        f"Anggaran {context['money'].unit.short_name} {context['year']}",
        money.lines,
        Column("Kode", lambda each: each.now.code),
        Column("Program", lambda each: each.now.name, 60),
        Column("Unit", lambda each: each.unit.name, 36),
        Column("Sumber dana", lambda each: each.now.fund_source),
        Column("Versi", lambda each: each.now.version),
        Column("Pagu (Rp)", lambda each: each.now.ceiling, 22),
        Column("Realisasi (Rp)", lambda each: each.now.spent if each.now.month else None, 22),
        Column("Sampai", lambda each: each.now.month_name if each.now.month else None),
        Column("Serapan (%)", lambda each: each.now.absorption),
        Column("Fisik (%)", lambda each: each.now.physical),
        Column("Deviasi (poin)", lambda each: each.now.deviation),
        Column("Sisa (Rp)", lambda each: each.now.unspent, 22),
        *(of(number, total.name) for number, total in enumerate(money.totals)),
    )


# --- papers, jobs, the chain --------------------------------------------------------------------


def signing_day(context: Context) -> Table:
    return Table.of(
        f"Penandatanganan PK {context['year']}",
        context["lines"],
        Column("Jabatan", lambda line: line["agreement"].position.title, 44),
        Column("Perangkat Daerah", lambda line: line["agreement"].unit.name, 36),
        Column("PK Perubahan", lambda line: yes(line["agreement"].amends_id)),
        Column("Pihak Pertama", lambda line: _party(line["parties"].first), 32),
        Column("Pihak Kedua", lambda line: _party(line["parties"].second), 32),
        Column(
            "Jabatan Pihak Kedua", lambda line: line["parties"].second and line["parties"].second.title, 44
        ),
        Column("Catatan", lambda line: line["parties"].problem, 44),
        Column("Status", lambda line: line["agreement"].get_status_display()),
        Column("Terbitan", lambda line: line["issue"].code if line["issue"] else None),
        Column("Tanggal dokumen", lambda line: line["issue"].document_date if line["issue"] else None),
        Column("Nomor dokumen", lambda line: line["number"], 28),
        words={str(code): label for code, label, _ in context["counts"]},
    )


def _party(party: Any) -> str | None:
    return str(party.official) if party else None


def lkjip_list(context: Context) -> Table:
    return Table.of(
        f"LKjIP {context['year']}",
        context["page"],
        Column("Perangkat daerah", lambda line: line.unit.name, 40),
        Column("Selesai", lambda line: yes(line.finished)),
        Column("Yang belum", lambda line: "; ".join(line.open_points), 60),
        Column("PK", lambda line: line.agreement.get_status_display() if line.agreement else "Belum ada PK"),
        Column("Indikator tercapai", lambda line: line.result.headline.reached if line.result else None),
        Column("Indikator", lambda line: line.result.headline.total if line.result else None),
        Column("Belum dapat dinilai", lambda line: line.result.headline.unmeasured if line.result else None),
        Column("Rata-rata (%)", lambda line: _mean(line.result)),
        Column("Sementara", lambda line: _provisional(line.result)),
        Column("Bagian tertulis", lambda line: line.written),
        Column("Bagian", lambda line: line.parts),
        Column("PDF terakhir", lambda line: local(line.last.created_at) if line.last else None),
    )


def jobs(context: Context) -> Table:
    return Table.of(
        "Unduhan",
        context["page"],
        Column("Dokumen", lambda job: job.title, 60),
        Column("Dipesan", lambda job: local(job.created_at)),
        Column("Keadaan", lambda job: job.get_state_display()),
        Column("Ukuran (byte)", lambda job: job.result.size if job.result else None),
    )


def history(context: Context) -> Table:
    return Table.of(
        "Riwayat Perubahan",
        context["page"],
        Column("No.", lambda event: event.number),
        Column("Waktu", lambda event: local(event.at)),
        Column("Pelaku", lambda event: event.actor_name, 32),
        Column("Selaku", lambda event: event.capacity, 28),
        Column("Ditolak", lambda event: yes(event.refused)),
        Column("Tindakan", lambda event: event.action, 32),
        Column("Alasan", lambda event: event.reason, 32),
        Column("Objek", lambda event: event.subject, 44),
        Column("Unit", lambda event: event.unit_name, 36),
        Column("Rincian", _changes, 60),
        Column("Sidik", lambda event: event.hash, 66),
    )


def _changes(event: Event) -> str:
    return "; ".join(
        f"{name}: {before or 'kosong'} → {after or 'kosong'}" for name, before, after in event.changes
    )


def tasks(context: Context) -> Table:
    return Table.of(
        f"Perlu Tindakan {context['year']}",
        context["home"].tasks,
        Column("Jumlah", lambda task: task.count),
        Column("Yang perlu tindakan", lambda task: task.text, 60),
        Column("Batas", lambda task: task.due),
    )


# --- setting up ---------------------------------------------------------------------------------


def setup(context: Context) -> Table:
    """Penyiapan: each step with its state, a row for each thing missing, one row where nothing is."""
    found = context["setup"]
    rows = [
        (place, step, missing)
        for place, step in enumerate(found.steps, start=1)
        for missing in (step.missing or (None,))
    ]
    return Table.of(
        f"Penyiapan {found.year}" if found.year else "Penyiapan",
        rows,
        Column("No.", lambda row: row[0]),
        Column("Langkah", lambda row: row[1].title, 36),
        Column("Keadaan", lambda row: row[1].state.capitalize()),
        Column("Keterangan", lambda row: row[1].note, 60),
        Column("Yang kurang", lambda row: row[2].text if row[2] else None, 60),
        Column("Di antaranya", lambda row: _named(row[2]) if row[2] else None, 60),
        Column("Dikerjakan", lambda row: row[1].who, 32),
    )


def _named(missing: Any) -> str:
    names = [door.text for door in missing.named]
    return ", ".join([*names, f"dan {missing.more} lagi"] if missing.more else names)
