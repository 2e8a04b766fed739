"""Lists of facts, money and windows as tables, each of the context its page is made of.

Figures are the exact ones, with their unit of measure in a column beside them; a predikat is its word.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from agreements.enums import Kind
from evaluations import readings
from evaluations.achievement import Reading, Rule, Target
from evaluations.enums import Subject
from evaluations.grid import Line, Promised
from evaluations.models import Period, Realisation
from evaluations.money_board import MonthCell
from evaluations.overview import Progress
from perjanjian.exporting import Column, Table, yes
from perjanjian.numerals import MONTHS
from perjanjian.sheets import Cell

Context = dict[str, Any]
PHASES = {
    "upcoming": "Belum dibuka",
    "filling": "Sedang diisi",
    "late": "Lewat batas isi, belum dikunci",
    "locked": "Dikunci",
}


def figure(reading: Reading | None, rule: Rule) -> Cell:
    """The figure of a reading as it is known; empty without one."""
    found = readings.figure_of(reading, rule)
    return readings.figure_text(found, rule) if rule.kind == Kind.SCALE and found is not None else found


def target(wanted: Target, rule: Rule) -> Cell:
    """A target as it was set: a figure or date; a range and a predikat are words."""
    if rule.kind in (Kind.RANGE, Kind.SCALE):
        return readings.target_text(wanted, rule).removeprefix("–")
    return wanted.date if rule.kind == Kind.DATE else wanted.value


# --- units by periods ---------------------------------------------------------------------------


def entry_board(context: Context) -> Table:
    return _board(f"Isi Realisasi {context['year']}", context)


def verify_board(context: Context) -> Table:
    return _board(f"Verifikasi {context['year']}", context)


def _board(title: str, context: Context) -> Table:
    """One row a unit and period; before a period opens only what is due in it is known."""

    def known(count: Any) -> Any:
        return lambda cell: None if cell.phase == "upcoming" else count(cell)

    return Table.of(
        title,
        context["board"].cells,
        Column("Perangkat daerah", lambda cell: cell.unit.name, 40),
        Column("Periode", lambda cell: cell.period.name),
        Column("Keadaan", lambda cell: PHASES[cell.phase], 28),
        Column("Yang diukur", lambda cell: cell.due),
        Column("Terisi", known(lambda cell: cell.filled)),
        Column("Belum diajukan", known(lambda cell: cell.to_submit)),
        Column("Menunggu verifikasi", known(lambda cell: cell.submitted)),
        Column("Dikembalikan", known(lambda cell: cell.returned)),
        Column("Terverifikasi atau final", known(_settled)),
        Column("Melewati kunci tanpa verifikasi", known(lambda cell: cell.passed)),
        Column("Batas isi", lambda cell: cell.fill_by),
        Column("Batas verifikasi", lambda cell: cell.period.verify_by),
        Column("Dikunci", lambda cell: cell.period.locks),
    )


def _settled(cell: Progress) -> int:
    return cell.reported - cell.submitted


def money_board(context: Context) -> Table:
    def of(number: int, period: Period) -> Column:
        return Column(f"{period.name}: baris terisi", lambda row: _filled(row.cells[number]))

    return Table.of(
        f"Realisasi Anggaran {context['year']}",
        context["page"],
        Column("Perangkat daerah", lambda row: row.unit.name, 40),
        Column("Serapan (%)", lambda row: row.account.absorption),
        Column("Sampai", lambda row: row.account.until),
        Column("Baris anggaran", lambda row: len(row.lines)),
        *(of(number, period) for number, period in enumerate(context["periods"])),
        Column("Terlambat", lambda row: yes(row.is_late)),
    )


def _filled(cell: MonthCell) -> int | None:
    return cell.filled if cell.is_due else None


# --- one unit in one period ---------------------------------------------------------------------


def entry(context: Context) -> Table:
    lines = [line for _, line, _ in context["rows"]]
    return _lines(
        f"Realisasi {context['unit'].short_name} {context['period'].short_name} {context['year']}", lines
    )


def verification(context: Context) -> Table:
    judged = [*context["waiting"], *context["others"]]
    title = f"Verifikasi {context['unit'].short_name} {context['period'].short_name} {context['year']}"
    return _lines(title, [each.line for each in judged])


def _lines(title: str, lines: list[Line]) -> Table:
    return Table.of(
        title,
        lines,
        Column("Indikator", lambda line: line.indicator.name, 60),
        Column("Satuan", lambda line: line.rule.unit),
        Column("Target", _wanted),
        Column("Target menurut PK", lambda line: "; ".join(map(_promise, line.targets)), 44),
        Column(
            "Target periode",
            lambda line: "; ".join(each.quarter_text for each in line.targets if each.quarter_text),
            28,
        ),
        Column("Nilai terakhir", lambda line: line.last_text, 28),
        Column("Realisasi diajukan", lambda line: _value(line, "claimed")),
        Column("Pembilang", lambda line: _part(line, "numerator")),
        Column("Penyebut", lambda line: _part(line, "denominator")),
        Column("Hasil verifikasi", lambda line: _value(line, "verified") if line.verified_text else None),
        Column("Nilai final", lambda line: _value(line, "final") if line.final_text else None),
        Column("Keadaan", lambda line: line.state.label, 24),
        Column("Sementara", lambda line: yes(_provisional(line.row)) if line.row else None),
        Column("Hari terlambat", lambda line: line.late_days or None),
        Column("Keterangan", lambda line: line.notes or line.revision_text, 44),
    )


def _wanted(line: Line) -> Cell:
    """What the first agreement promises, else what the plan says."""
    return target(readings.target_of(line.reference), line.rule) if line.reference is not None else None


def _promise(promised: Promised) -> str:
    return f"{promised.target_text} ({promised.who})"


def _value(line: Line, which: str) -> Cell:
    return figure(readings.reading_of(line.row, which), line.rule) if line.row else None


def _part(line: Line, name: str) -> Decimal | None:
    return getattr(readings.reading_of(line.row, "claimed"), name) if line.row else None


def _provisional(row: Realisation) -> bool:
    reading = readings.counted_reading(row)
    return reading is None or reading.provisional


# --- windows ------------------------------------------------------------------------------------


def windows(context: Context) -> Table:
    quarters = [(period, phase) for period, phase, *_ in context["periods"]]
    months = [(period, phase) for period, phase, *_ in context["months"]]
    return Table.of(
        f"Jadwal Pengukuran {context['year']}",
        [*quarters, *months],
        Column("Untuk", lambda row: Subject(row[0].subject).label, 24),
        Column("Periode", lambda row: row[0].name),
        Column("Mulai", lambda row: row[0].starts),
        Column("Selesai", lambda row: row[0].ends),
        Column("Keadaan", lambda row: PHASES[row[1]], 28),
        Column("Dibuka", lambda row: row[0].opens),
        Column("Batas isi", lambda row: row[0].fill_by),
        Column("Batas verifikasi", lambda row: _of_indicators(row[0], row[0].verify_by)),
        Column("Batas perbaikan", lambda row: _of_indicators(row[0], row[0].fix_by)),
        Column("Dikunci", lambda row: row[0].locks),
    )


def _of_indicators(period: Period, day: date) -> date | None:
    """Money is not verified here: its months have no such day."""
    return day if period.subject == Subject.INDICATORS else None


# --- cash and physical plan ---------------------------------------------------------------------


def money_plan(context: Context) -> Table:
    """The budgets of a unit through the months: what each month is to pay, the work done by its end in percent."""

    def cash(month: int, name: str) -> Column:
        return Column(f"Kas {name} (Rp)", lambda row: row.stored.cash.get(month), 22)

    def physical(month: int, name: str) -> Column:
        return Column(f"Fisik s.d. {name} (%)", lambda row: row.stored.physical.get(month))

    months = list(enumerate(MONTHS, start=1))
    return Table.of(
        f"Rencana kas dan fisik {context['unit'].short_name} {context['year']}",
        [form for _, form in context["forms"]],
        Column("Kode", lambda row: row.budget.programme.code, 22),
        Column("Program", lambda row: row.budget.programme.name, 60),
        Column("Sumber dana", lambda row: row.budget.fund_source),
        Column("Versi", lambda row: row.budget.get_version_display()),
        Column("Pagu (Rp)", lambda row: row.budget.amount, 22),
        Column("Kas setahun (Rp)", lambda row: row.stored.total, 22),
        *(cash(month, name) for month, name in months),
        *(physical(month, name) for month, name in months),
    )
