"""Proposals for the written parts of a report: sentences out of the data, for a person to take over or not.

They say only what was recorded. What a reader expects beyond it (causes, plans) is left to the writer.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from agreements.enums import Kind
from evaluations.achievement import Headline
from evaluations.enums import Section
from perjanjian.numerals import NBSP, format_date, format_percent, format_rupiah
from reports.contexts.lkjip import Lkjip
from reports.contexts.lkjip_objectives import ObjectiveChapter
from reports.contexts.lkjip_resources import ProgrammeLine
from reports.contexts.lkjip_rows import SAME, IndicatorRow
from reports.contexts.lkjip_words import headline_sentence, mean_sentence

# How many names a sentence lists before it only counts the rest.
MOST_NAMES = 5


def proposal(report: Lkjip, section: str, objective_id: int | None = None) -> str:
    """A draft of one part, paragraphs separated by an empty line; "" when the data say nothing."""
    if objective_id is not None:
        chapter = next((c for c in report.objectives if c.objective_id == objective_id), None)
        paragraphs = OBJECTIVE_PROPOSALS[section](chapter) if chapter else []
    else:
        paragraphs = PROPOSALS[section](report)
    return "\n\n".join(each for each in paragraphs if each)


# --- parts of the whole report ------------------------------------------------------------------


def _foreword(report: Lkjip) -> list[str]:
    return [
        "Puji syukur kami panjatkan ke hadirat Tuhan Yang Maha Esa karena atas rahmat-Nya "
        f"Laporan Kinerja Instansi Pemerintah (LKjIP) {report.unit.name} Tahun {report.year} dapat disusun.",
        "Laporan ini disusun sebagai pertanggungjawaban atas Perjanjian Kinerja yang telah disepakati, sesuai "
        "Peraturan Presiden Nomor 29 Tahun 2014 tentang Sistem Akuntabilitas Kinerja Instansi Pemerintah dan "
        "Peraturan Menteri PANRB Nomor 53 Tahun 2014.",
        "Kami berharap laporan ini bermanfaat sebagai bahan evaluasi dan perbaikan kinerja pada tahun berikutnya.",
    ]


def _summary(report: Lkjip) -> list[str]:
    if report.result is None:
        return []
    counts = report.result.headline
    opening = (
        f"Laporan ini menyajikan capaian {_counted(len(report.objectives), 'sasaran')} dan "
        f"{_counted(counts.total, 'indikator kinerja')} {report.unit.name} Tahun {report.year}. "
        f"{_reached(counts)} {report.sentences.mean}"
    )
    best, lowest = _extremes(report)
    return [opening, best, lowest, report.money.sentence, report.money.efficiency_sentence]


def _introduction(report: Lkjip) -> list[str]:
    led = f", dipimpin oleh {report.head.title}" if report.head.title else ""
    counts = _joined([f"{count.posts} jabatan {count.label}" for count in report.structure.counts])
    vacant = sum(count.vacant for count in report.structure.counts)
    empty = f" {vacant} di antaranya kosong." if vacant else ""
    heads = [
        f"{each.person.name} ({format_date(each.starts)} sampai {format_date(each.ends)})"
        for each in report.structure.heads
    ]
    changed = f" Selama {report.year} dipimpin berturut-turut oleh {_joined(heads)}." if heads else ""
    return [
        f"{report.unit.name} adalah perangkat daerah pada {report.region.government}{led}.{changed}",
        f"Susunan jabatannya terdiri atas {counts}.{empty}" if counts else "",
    ]


def _planning(report: Lkjip) -> list[str]:
    plan = report.plan
    if plan is None:
        return []
    indicators = sum(len(row.indicators) for row in plan.rows)
    budgets = (
        f" dan didukung {_counted(len(plan.budgets), 'program')} dengan anggaran "
        f"{format_rupiah(plan.budget_total)}"
        if plan.budgets
        else ""
    )
    opening = (
        f"{plan.name} Tahun {report.year} memuat {_counted(len(plan.rows), 'sasaran')} dengan "
        f"{_counted(indicators, 'indikator kinerja')}{budgets}."
    )
    amendment = plan.amendment
    if amendment is None:
        return [opening]
    changed = (
        f"{_counted(amendment.changed, 'indikator')} baru, tidak dilanjutkan, atau berubah targetnya"
        if amendment.changed
        else "Indikator dan targetnya tetap seperti perjanjian sebelumnya"
    )
    return [opening, f"{_capital(changed)}. Dasar perubahan: {_lowered(amendment.ground)}."]


def _budget(report: Lkjip) -> list[str]:
    money = report.money
    known = [(line.absorption, line.name) for line in money.account.lines if line.absorption is not None]
    note = ""
    if len(known) > 1:
        percent, name = min(known)
        note = f"Serapan terendah: {name}, {format_percent(percent)}."
    return [
        money.ceiling_sentence if money.resources.revised else "",
        money.sentence,
        note,
        money.efficiency_sentence,
    ]


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
        f"Indikator yang belum mencapai target: {_named(short)}." if short else "",
        "Langkah perbaikan yang akan dilakukan:\n" + "\n".join(f"- {step}" for step in steps)
        if steps
        else "",
        report.money.sentence,
    ]


def _extremes(report: Lkjip) -> tuple[str, str]:
    """The highest and the lowest sasaran by their mean, where there is more than one to compare."""
    known = [(c.mean, c.number, c) for c in report.objectives if c.mean is not None]
    if len(known) < 2 or min(known)[0] == max(known)[0]:
        return "", ""
    return _extreme("tertinggi", *max(known)), _extreme("terendah", *min(known))


def _extreme(word: str, mean: Decimal, number: int, chapter: ObjectiveChapter) -> str:
    return (
        f"Rata-rata capaian {word} ada pada sasaran {number}, “{chapter.text}”: {format_percent(mean)}"
        f"{_provisional(chapter.provisional)}."
    )


# --- parts of a sasaran -------------------------------------------------------------------------


def _objective(chapter: ObjectiveChapter) -> list[str]:
    opening = (
        f"Sasaran “{chapter.text}” diukur dengan {_counted(len(chapter.rows), 'indikator')}. "
        f"{_reached(chapter.headline)}"
    )
    if chapter.mean is not None:
        opening += f" {mean_sentence(chapter.mean, chapter.rating, chapter.provisional)}"
    return [opening, *(_indicator(row) for row in chapter.rows)]


def _indicator(row: IndicatorRow) -> str:
    if not row.value:
        return " ".join([f"{row.name}: {_lowered(row.absent)}.", *_factors(row)])
    verdict = {True: "mencapai target", False: "belum mencapai target", None: "belum dapat dinilai"}[
        row.reached
    ]
    percent = f", capaian {format_percent(row.percent)}" if row.percent is not None else ""
    percent += f" {row.basis}" if row.basis else ""
    whole = " untuk periode yang sudah terisi" if row.partial else ""
    lines = [
        f"{row.name}: realisasi {_with_unit(row.value, row)}{whole} dari target {_with_unit(row.target, row)}"
        f"{percent}, {verdict}{_provisional(row.provisional)}."
    ]
    return " ".join([*lines, *_compared(row), *_factors(row)])


def _compared(row: IndicatorRow) -> Iterable[str]:
    """The year before, the end of the plan, and others; only where the figure of the year is whole."""
    before = row.earlier[-1] if row.earlier else None
    if row.change and before is not None:
        if row.change == SAME:
            yield f"Realisasi tetap seperti tahun {before.year}."
        else:
            verdict = f" ({row.change_verdict})" if row.change_verdict else ""
            yield (
                f"Realisasi {row.change.lower()} dari tahun {before.year}, "
                f"{_with_unit(before.text, row)}{verdict}."
            )
    if row.horizon and row.horizon.percent is not None:
        yield (
            f"Terhadap target akhir periode {row.horizon.year}, {_with_unit(row.horizon.target, row)}, "
            f"kemajuannya {format_percent(row.horizon.percent)}."
        )
    for each in row.comparisons:
        if each.verdict:
            yield (
                f"Dibandingkan {each.name} {each.year} ({_with_unit(each.text, row)}): {each.difference}, "
                f"{each.verdict}."
            )


def _factors(row: IndicatorRow) -> Iterable[str]:
    for label, texts in (
        ("Faktor pendorong", [factor.supporting for factor in row.factors]),
        ("Faktor penghambat", [factor.inhibiting for factor in row.factors]),
        ("Tindak lanjut", [factor.follow_up for factor in row.factors]),
    ):
        said = "; ".join(dict.fromkeys(text.rstrip(". ") for text in texts if text))
        if said:
            yield f"{label}: {said}."


def _efficiency(chapter: ObjectiveChapter) -> list[str]:
    resources = chapter.resources
    account = resources.account
    if not resources.lines or account.ceiling is None:
        return []
    opening = (
        f"Sasaran ini ditunjang {_counted(len(resources.lines), 'program')} dengan pagu "
        f"{format_rupiah(account.ceiling)}"
    )
    if account.absorption is not None and account.spent is not None:
        opening += f", terealisasi {format_rupiah(account.spent)} atau {format_percent(account.absorption)}"
    shared = " Sebagian programnya juga menunjang sasaran lain." if resources.shared else ""
    return [f"{opening}.{shared}", resources.sentence]


def _programmes(chapter: ObjectiveChapter) -> list[str]:
    lines = [_programme(each) for each in chapter.resources.lines]
    steps = [step for row in chapter.rows for step in row.steps]
    done = sum(step.percent == 100 for step in steps)
    known = sum(step.percent is not None for step in steps)
    said = ""
    if steps:
        said = f"Rencana Aksi memuat {_counted(len(steps), 'langkah')} untuk sasaran ini"
        if not known:
            said += "; kemajuannya belum dicatat."
        else:
            said += f"; {_counted(done, 'langkah')} selesai" if done else "; belum ada yang selesai"
            said += f", {len(steps) - known} belum dicatat kemajuannya." if known < len(steps) else "."
    return [" ".join(lines), said]


def _programme(each: ProgrammeLine) -> str:
    line = each.line
    text = f"{line.name}: pagu {format_rupiah(line.ceiling)}"
    if line.absorption is None:
        text += ", realisasi anggarannya belum lengkap"
    else:
        text += f", serapan {format_percent(line.absorption)}"
    if line.physical is not None:
        text += f", realisasi fisik {format_percent(line.physical)}"
    return text + "."


# --- words --------------------------------------------------------------------------------------


def _counted(count: int, noun: str) -> str:
    """“satu indikator”, “12 indikator”."""
    return f"{'satu' if count == 1 else count} {noun}"


def _reached(counts: Headline) -> str:
    """How many reached, as a sentence that also holds for one and for all."""
    if counts.total == 1:
        return {(1, 0): "Targetnya tercapai.", (0, 0): "Targetnya belum tercapai."}.get(
            (counts.reached, counts.unmeasured), "Capaiannya belum dapat dinilai."
        )
    if counts.total and counts.reached == counts.total:
        return f"Semua ({counts.total}) indikator mencapai target."
    if counts.total and not counts.reached and not counts.unmeasured:
        return "Belum ada indikator yang mencapai target."
    return f"{headline_sentence(counts)}."


def _joined(parts: list[str]) -> str:
    """“a”, “a dan b”, “a, b, dan c”."""
    if len(parts) < 3:
        return " dan ".join(parts)
    return f"{', '.join(parts[:-1])}, dan {parts[-1]}"


def _named(names: list[str]) -> str:
    rest = len(names) - MOST_NAMES
    listed = "; ".join(names[:MOST_NAMES])
    return f"{listed}; dan {rest} lainnya" if rest > 0 else listed


def _provisional(holds: bool) -> str:
    return " (sementara)" if holds else ""


def _with_unit(text: str, row: IndicatorRow) -> str:
    """Steps of a scale and dates say themselves what they are."""
    return f"{text}{NBSP}{row.unit}" if row.unit and row.kind not in (Kind.SCALE, Kind.DATE) else text


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


PROPOSALS: dict[str, Callable[[Lkjip], list[str]]] = {
    Section.FOREWORD: _foreword,
    Section.SUMMARY: _summary,
    Section.INTRODUCTION: _introduction,
    Section.PLANNING: _planning,
    Section.BUDGET: _budget,
    Section.CLOSING: _closing,
}
OBJECTIVE_PROPOSALS: dict[str, Callable[[ObjectiveChapter], list[str]]] = {
    Section.OBJECTIVE: _objective,
    Section.EFFICIENCY: _efficiency,
    Section.PROGRAMMES: _programmes,
}
