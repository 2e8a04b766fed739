"""What a draft still lacks before it can be submitted, and what is worth a second look."""

from dataclasses import dataclass
from enum import StrEnum

from agreements.content import target_text
from agreements.copying import TARGET_COLUMNS, outdated
from agreements.differences import Comparison, compare
from agreements.enums import Form, Level, Status
from agreements.last_year import same_as_last_year
from agreements.models import (
    Agreement,
    AgreementIndicator,
    IndicatorTarget,
    RevisedTarget,
    YearPolicy,
)
from agreements.parties import Parties, unexplained

# Words with which an output begins; an official of echelon II promises outcomes (PermenPAN-RB 53/2014).
OUTPUT_WORDS = ("jumlah dokumen", "jumlah laporan", "jumlah kegiatan", "jumlah orang", "persentase serapan")
OUTPUTS_NAMED = 3


class Verdict(StrEnum):
    OK = "ok"
    GAP = "gap"
    HINT = "hint"


@dataclass(frozen=True)
class Check:
    verdict: Verdict
    text: str


def checks(
    agreement: Agreement,
    parties: Parties,
    comparison: Comparison | None = None,
    policy: YearPolicy | None = None,
) -> list[Check]:
    """The checklist of a draft, gaps and hints in the order of the paper.

    The agreement should come from `with_content()`; besides, the superior by rule, the policy and the superior's promises are asked.
    `comparison` is that of an amendment with what it amends, `policy` that of the year, where they are at hand.
    """
    found = [_parties(agreement, parties), *_objectives(agreement, policy), _budget(agreement)]
    return (
        found
        + _amendment(agreement, comparison or compare(agreement, parties))
        + _plan_moved_on(agreement)
        + _hints(agreement)
        + _unchanged_since_last_year(agreement)
    )


def gaps(agreement: Agreement, parties: Parties) -> list[Check]:
    """What makes submission impossible."""
    return [check for check in checks(agreement, parties) if check.verdict == Verdict.GAP]


def _parties(agreement: Agreement, parties: Parties) -> Check:
    if parties.problem:
        return Check(Verdict.GAP, parties.problem)
    if proposed := unexplained(agreement):
        return Check(
            Verdict.GAP,
            f"Menurut aturan, Pihak Kedua adalah {proposed}. Isi alasan memilih {agreement.second_position} "
            "pada data PK.",
        )
    if agreement.form == Form.SINGLE_PARTY:
        return Check(Verdict.OK, f"Penanda tangan: {parties.first}")
    return Check(Verdict.OK, f"Kedua pihak ada: {parties.first} dan {parties.second}")


def _objectives(agreement: Agreement, policy: YearPolicy | None) -> list[Check]:
    objectives = list(agreement.objectives.all())
    if not objectives:
        return [Check(Verdict.GAP, "Belum ada sasaran. Tambahkan paling sedikit satu.")]
    found = []
    changed = outdated(agreement, policy)
    for objective in objectives:
        promises = list(objective.indicators.all())
        if not promises:
            found.append(Check(Verdict.GAP, f"Sasaran “{objective}” belum punya indikator."))
        for promise in promises:
            if not promise.has_target:
                found.append(Check(Verdict.GAP, f"Indikator “{promise}” belum bertarget."))
            if not promise.unit_of_measure.strip():
                found.append(Check(Verdict.GAP, f"Indikator “{promise}” belum punya satuan."))
            if promise.pk in changed:
                found.append(
                    Check(
                        Verdict.GAP,
                        f"“{promise}”: Kamus Indikator berubah sejak indikator ini dipilih: "
                        f"{', '.join(changed[promise.pk])}. Pilih “Perbarui dari kamus” di Susun isi.",
                    )
                )
    if not found:
        count = sum(len(objective.indicators.all()) for objective in objectives)
        found.append(
            Check(
                Verdict.OK, f"{len(objectives)} sasaran dan {count} indikator, semua bertarget dan bersatuan"
            )
        )
    return found


def _budget(agreement: Agreement) -> Check:
    count = len(agreement.budgets.all())
    if count:
        return Check(Verdict.OK, f"{count} program beranggaran")
    if agreement.budget_waiver.strip():
        return Check(Verdict.OK, f"Tanpa anggaran: {agreement.budget_waiver}")
    return Check(
        Verdict.GAP, "Belum ada program dan anggaran. Tambahkan, atau isi alasan bila memang tanpa anggaran."
    )


def _amendment(agreement: Agreement, comparison: Comparison | None) -> list[Check]:
    """An amendment changes something; a target made easier is seen with the reason written down for it."""
    if comparison is None:
        return []
    if comparison.nothing:
        return [
            Check(
                Verdict.GAP,
                "Belum ada yang berubah dari PK yang diubah: pejabat, sasaran, indikator, target, dan anggarannya "
                "sama. Ubah isinya, atau minta Bagian Organisasi membatalkan draf ini.",
            )
        ]
    return [
        Check(
            Verdict.HINT,
            f"Target “{row.name}” dibuat lebih mudah, dari {row.old_target} menjadi {row.new_target}. "
            f"Alasan yang tercatat: {agreement.ground_reason}",
        )
        for row in comparison.rows
        if row.eased
    ]


def _plan_moved_on(agreement: Agreement) -> list[Check]:
    """What a revision of the plan changed since: objectives that do not stand in the year, and targets."""
    ended = [row.objective for row in agreement.objectives.all() if row.objective.ended_in(agreement.year)]
    found = [
        Check(
            Verdict.HINT,
            f"Sasaran “{objective}” tidak ada lagi dalam rencana {agreement.year}. Ganti dengan sasaran yang berlaku.",
        )
        for objective in ended
    ]
    if agreement.amends_id is None:
        return found
    promises = {
        promise.indicator_id: promise for o in agreement.objectives.all() for promise in o.indicators.all()
    }
    revised = RevisedTarget.objects.filter(indicator__in=promises, year=agreement.year)
    rows = IndicatorTarget.objects.filter(year=agreement.year, indicator__in=revised.values("indicator"))
    for row in rows:
        promise = promises[row.indicator_id]
        if any(getattr(row, column) != getattr(promise, column) for column in TARGET_COLUMNS):
            found.append(
                Check(
                    Verdict.HINT,
                    f"Target “{promise}” di sini {target_text(promise)}; menurut perubahan rencana {target_text(promise, row)}.",
                )
            )
    return found


def _unchanged_since_last_year(agreement: Agreement) -> list[Check]:
    return [
        Check(
            Verdict.HINT,
            f"Target “{promise}” masih sama dengan tahun lalu: {target_text(promise)}. "
            "Periksa apakah masih menantang.",
        )
        for promise in same_as_last_year(agreement)
    ]


def _hints(agreement: Agreement) -> list[Check]:
    promises = [promise for o in agreement.objectives.all() for promise in o.indicators.all()]
    found = []
    if agreement.position.level in (Level.REGIONAL_HEAD, Level.II):
        found += _outputs([each for each in promises if each.name.lower().startswith(OUTPUT_WORDS)])
    carried = _promised_by_superior(agreement)
    found += [
        Check(Verdict.HINT, f"“{promise}” sama persis dengan indikator dan target atasan.")
        for promise in promises
        if (promise.indicator_id, promise.value, promise.low, promise.high, promise.step, promise.date)
        in carried
    ]
    return found


def _outputs(promises: list[AgreementIndicator]) -> list[Check]:
    """One line each while they are few, one for all when a plan is full of them."""
    says = "terbaca sebagai keluaran; pejabat eselon II menjanjikan hasil."
    if len(promises) <= OUTPUTS_NAMED:
        return [Check(Verdict.HINT, f"“{promise}” {says}") for promise in promises]
    named = ", ".join(f"“{promise}”" for promise in promises[:OUTPUTS_NAMED])
    return [
        Check(
            Verdict.HINT,
            f"{len(promises)} indikator {says} Di antaranya {named}, dan {len(promises) - OUTPUTS_NAMED} lainnya.",
        )
    ]


def _promised_by_superior(agreement: Agreement) -> set[tuple]:
    if agreement.second_position_id is None:
        return set()
    return set(
        AgreementIndicator.objects.filter(
            objective__agreement__position_id=agreement.second_position_id,
            objective__agreement__year=agreement.year,
        )
        .exclude(objective__agreement__status__in=(Status.SUPERSEDED, Status.CANCELLED))
        .values_list("indicator_id", "value", "low", "high", "step", "date")
    )
