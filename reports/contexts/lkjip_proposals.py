"""Proposals for the written parts of a report: sentences out of the data, for a person to take over or not.

They say only what was recorded. What a reader expects beyond it (causes, plans) is left to the writer.
"""

from collections.abc import Callable

from evaluations.enums import Section
from perjanjian.numerals import NBSP, format_percent, format_rupiah
from reports.contexts.lkjip import Lkjip
from reports.contexts.lkjip_objectives import IndicatorRow, ObjectiveChapter
from reports.contexts.lkjip_words import headline_sentence


def proposal(report: Lkjip, section: str, objective_id: int | None = None) -> str:
    """A draft of one part, paragraphs separated by an empty line; "" when the data say nothing."""
    if section == Section.OBJECTIVE:
        chapter = next((c for c in report.objectives if c.objective_id == objective_id), None)
        return _objective(chapter) if chapter else ""
    return "\n\n".join(each for each in PROPOSALS[section](report) if each)


def _foreword(report: Lkjip) -> list[str]:
    return [
        "Puji syukur kami panjatkan ke hadirat Tuhan Yang Maha Esa karena atas rahmat-Nya "
        f"Laporan Kinerja Instansi Pemerintah (LKjIP) {report.unit.name} Tahun {report.year} dapat disusun.",
        "Laporan ini disusun sebagai pertanggungjawaban atas Perjanjian Kinerja yang telah disepakati, sesuai "
        "Peraturan Presiden Nomor 29 Tahun 2014 tentang Sistem Akuntabilitas Kinerja Instansi Pemerintah dan "
        "Peraturan Menteri PANRB Nomor 53 Tahun 2014.",
        "Kami berharap laporan ini bermanfaat sebagai bahan evaluasi dan perbaikan kinerja pada tahun berikutnya.",
    ]


def _introduction(report: Lkjip) -> list[str]:
    led = f", dipimpin oleh {report.head.title}" if report.head.title else ""
    counts = ", ".join(f"{count} jabatan {label}" for label, count in report.structure.counts)
    return [
        f"{report.unit.name} adalah perangkat daerah pada {report.region.government}{led}.",
        f"Susunan jabatannya terdiri atas {counts}." if counts else "",
    ]


def _planning(report: Lkjip) -> list[str]:
    plan = report.plan
    if plan is None:
        return []
    indicators = sum(len(row.indicators) for row in plan.rows)
    return [
        f"{plan.name} Tahun {report.year} memuat {len(plan.rows)} sasaran dengan {indicators} indikator kinerja"
        + (
            f" dan didukung {len(plan.budgets)} program dengan anggaran {format_rupiah(plan.budget_total)}."
            if plan.budgets
            else "."
        )
    ]


def _budget(report: Lkjip) -> list[str]:
    money = report.money
    known = [(line.absorption, line.name) for line in money.account.counted if line.absorption is not None]
    note = ""
    if len(known) > 1:
        percent, name = min(known)
        note = f"Serapan terendah pada program {name}, {format_percent(percent)}."
    return [money.sentence, note, money.efficiency_sentence]


def _closing(report: Lkjip) -> list[str]:
    if report.result is None:
        return []
    rows = [row for chapter in report.objectives for row in chapter.rows]
    short = [row.name for row in rows if row.reached is False]
    steps = list(
        dict.fromkeys(f.follow_up for row in rows if row.reached is False for f in row.factors if f.follow_up)
    )
    return [
        f"Pada tahun {report.year}, {headline_sentence(report.result.headline)}. {report.sentences.mean}",
        f"Indikator yang belum mencapai target: {'; '.join(short)}." if short else "",
        "Langkah perbaikan yang akan dilakukan:\n" + "\n".join(f"- {step}" for step in steps)
        if steps
        else "",
        report.money.sentence,
    ]


def _objective(chapter: ObjectiveChapter) -> str:
    opening = (
        f"Sasaran “{chapter.text}” diukur dengan {len(chapter.rows)} indikator; "
        f"{headline_sentence(chapter.headline)}."
    )
    if chapter.mean is not None:
        opening += f" Rata-rata capaian {format_percent(chapter.mean)} ({chapter.rating})."
    return "\n\n".join([opening, *(_indicator(row) for row in chapter.rows)])


def _indicator(row: IndicatorRow) -> str:
    if not row.value:
        return f"{row.name}: {_lowered(row.absent)}."
    verdict = {True: "mencapai target", False: "belum mencapai target", None: "belum dapat dinilai"}[
        row.reached
    ]
    percent = f", capaian {format_percent(row.percent)}" if row.percent is not None else ""
    lines = [
        f"{row.name}: realisasi {_with_unit(row.value, row)} dari target {_with_unit(row.target, row)}"
        f"{percent}, {verdict}{' (sementara)' if row.provisional else ''}."
    ]
    before = row.earlier[-1] if row.earlier else None
    if row.change and before is not None:
        moved = "tetap seperti" if row.change == "Tetap" else f"{row.change.lower()} dari"
        lines.append(f"Realisasi {moved} tahun {before.year} ({_with_unit(before.text, row)}).")
    for label, texts in (
        ("Faktor pendorong", [factor.supporting for factor in row.factors]),
        ("Faktor penghambat", [factor.inhibiting for factor in row.factors]),
        ("Tindak lanjut", [factor.follow_up for factor in row.factors]),
    ):
        said = "; ".join(dict.fromkeys(text.rstrip(". ") for text in texts if text))
        if said:
            lines.append(f"{label}: {said}.")
    return " ".join(lines)


def _with_unit(text: str, row: IndicatorRow) -> str:
    return f"{text}{NBSP}{row.unit}" if row.unit else text


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


PROPOSALS: dict[str, Callable[[Lkjip], list[str]]] = {
    Section.FOREWORD: _foreword,
    Section.INTRODUCTION: _introduction,
    Section.PLANNING: _planning,
    Section.BUDGET: _budget,
    Section.CLOSING: _closing,
}
