"""Sentences of a performance report made of its figures; what a person should say stays a proposal."""

from dataclasses import dataclass
from decimal import Decimal

from evaluations import achievement
from evaluations.money import BudgetAccount
from evaluations.results import AgreementResult
from perjanjian.numerals import MONTHS, format_percent, format_rupiah
from reports.contexts.lkjip_resources import Resources


@dataclass(frozen=True)
class Sentences:
    """The summary in words: how many reached, the mean with its rating, up to when, by which rule."""

    headline: str
    mean: str
    until: str
    rule: str


def sentences(unit_name: str, year: int, result: AgreementResult | None) -> Sentences:
    if result is None:
        missing = f"Capaian belum dapat disajikan: belum ada Perjanjian Kinerja {unit_name} yang berlaku tahun {year}."
        return Sentences(missing, "", "", "")
    return Sentences(
        headline=headline_sentence(result.headline) + ".",
        mean=mean_sentence(result.mean, result.rating, result.provisional),
        until=(
            f"Keadaan sampai dengan {result.until.name} {year}."
            if result.until
            else f"Belum ada periode tahun {year} yang diukur."
        ),
        rule=result.rating_rule + ".",
    )


def sentence(text: str) -> str:
    """What a person wrote, with the full stop that what follows it needs."""
    text = text.strip()
    return f"{text}." if text and text[-1] not in ".!?" else text


def headline_sentence(found: achievement.Headline) -> str:
    """“12 dari 15 indikator tercapai, 2 belum dapat dinilai”."""
    if not found.unmeasured:
        return found.sentence
    return f"{found.sentence}, {found.unmeasured} belum dapat dinilai"


def mean_sentence(mean: Decimal | None, rating: str | None, provisional: bool) -> str:
    if mean is None:
        return "Rata-rata capaian belum dapat dihitung karena belum ada capaian yang lengkap."
    mark = ", sementara" if provisional else ""
    return f"Rata-rata capaian {format_percent(mean)} ({rating}{mark})."


# --- budget -------------------------------------------------------------------------------------


def budget_sentence(account: BudgetAccount) -> str:
    """Ceiling, spending and rest in one sentence, or what of them is not known."""
    if account.ceiling is None:
        return "Data belum tersedia: pagu dan realisasi anggaran tahun ini belum dicatat."
    ceiling = format_rupiah(account.ceiling)
    if account.spent is None:
        return f"Pagu anggaran {ceiling}. Data realisasi anggaran belum tersedia."
    until = f" sampai dengan {MONTHS[account.month - 1]}" if account.month else ""
    spent = f"terealisasi {format_rupiah(account.spent)}{until}"
    if account.missing:
        count = len(account.missing)
        return (
            f"Dari pagu {ceiling}, {spent}. Angka ini belum lengkap: {count} program belum ada realisasinya."
        )
    if account.absorption is None:
        return f"Dari pagu {ceiling}, {spent}."
    rest = format_rupiah(account.unspent or Decimal(0))
    return f"Dari pagu {ceiling}, {spent} atau {format_percent(account.absorption)}, sisa anggaran {rest}."


def ceiling_sentence(resources: Resources, account: BudgetAccount) -> str:
    """The first ceiling and what became of it; "" while no budget is recorded."""
    first, now = resources.original, account.ceiling
    if now is None:
        return ""
    if first is None:
        return f"Pagu anggaran {format_rupiah(now)}; pagu APBD murni belum dicatat."
    if first == now:
        return f"Pagu anggaran {format_rupiah(now)}, tetap sejak APBD murni."
    way = "bertambah" if now > first else "berkurang"
    return (
        f"Pagu anggaran semula {format_rupiah(first)}, menjadi {format_rupiah(now)}, {way} "
        f"{format_rupiah(abs(now - first))}."
    )
