"""What a policy means, said on the government's own figures of the year; a general example where there are none.

Each example is a list of sentences; the engine computes every percentage.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Exists, OuterRef

from agreements.enums import Calendar, Kind, Level, Method, Polarity, ScaleAbove, UnitMean
from agreements.models import Agreement, Assignment, Indicator, Position, Unit, YearPolicy
from agreements.periodic import PERIODS_OF
from agreements.querysets.organisation import levels_that_sign
from agreements.rhythms import months_of, quarters_of
from evaluations import achievement, readings
from evaluations.achievement import Reading, Rule, Target
from evaluations.measures import settled
from evaluations.models import Period
from evaluations.results import AgreementResult, RowResult, YearJudge
from perjanjian.numerals import format_date, format_percent

GENERAL = "Contoh umum, karena belum ada realisasi tahun ini yang cocok: "
# Where no cap is set, the example shows what one would do.
USUAL_CAP = Decimal(120)
TEN, TWELVE, HUNDRED = Decimal(10), Decimal(12), Decimal(100)


@dataclass
class _Own:
    """The year's own results, read when an example first asks for them."""

    policy: YearPolicy
    day: date
    sees: bool = True

    @cached_property
    def results(self) -> list[AgreementResult]:
        """Of the offices the map shows; none for who may not see them."""
        if not self.sees:
            return []
        rows = Agreement.objects.for_year(self.policy.year).in_force().of_leaders()
        agreements = list(rows.select_related("unit", "position").in_order_of_units())
        return list(YearJudge(agreements, self.policy.year, self.day).under(self.policy).values())

    @cached_property
    def rows(self) -> list[tuple[AgreementResult, RowResult]]:
        """Promises with a percentage, each with the result it belongs to."""
        pairs = ((result, row) for result in self.results for row in result.rows)
        return [(result, row) for result, row in pairs if row.result.raw is not None]


def example_of(group: str, policy: YearPolicy, day: date, sees: bool = True) -> list[str]:
    """The sentences of a group of policies (`evaluations.forms.policies.GROUPS`); empty where none helps.

    `sees`: whether the reader may see the results of all offices; who may not gets the general example.
    """
    own = _Own(policy, day, sees)
    return [sentence for tell in TOLD.get(group, ()) for sentence in tell(own)]


# --- calculation --------------------------------------------------------------------------------


def _lower(own: _Own) -> Iterable[str]:
    wanted = (
        row for _, row in own.rows
        if row.promise.polarity == Polarity.LOWER
        and row.promise.kind in (Kind.NUMBER, Kind.RATIO)
        and row.result.raw != HUNDRED
    )  # fmt: skip
    row = next(wanted, None)
    if row is None:
        target, reading, rule = Target(value=TEN), Reading(value=TWELVE), Rule(polarity=Polarity.LOWER)
        said = f"{GENERAL}target 10, realisasi 12"
    else:
        target, reading, rule = readings.target_of(row.promise), row.year.reading, row.rule
        reached = readings.reading_text(reading, rule)
        said = f"{row.promise.name}: target {readings.target_text(target, rule)}, realisasi {reached}"
    percents = {
        method: achievement.achievement(target, reading, replace(rule, method=method), words=False).raw
        for method in Method.values
    }
    difference, inverse = (_percent(percents[method]) for method in (Method.SELISIH, Method.INVERS))
    yield f"Makin rendah makin baik – {said} → selisih {difference}, invers {inverse}."


def _cap(own: _Own) -> Iterable[str]:
    cap = own.policy.cap or USUAL_CAP
    above = Counter(
        result.agreement.pk for result, row in own.rows if row.result.raw is not None and row.result.raw > cap
    )
    asked = "" if own.policy.cap else "Bila dibatasi, "
    if not above:
        yield (
            f"Batas – {GENERAL}capaian 180,00 % dan 60,00 % dirata-ratakan menjadi 120,00 % tanpa batas, "
            f"dan menjadi {_percent((min(cap, Decimal(180)) + Decimal(60)) / 2)} dengan batas {_percent(cap)}."
        )
        return
    most = next(each for each in own.results if each.agreement.pk == above.most_common(1)[0][0])
    free, capped = (_mean(most, own.policy, cap) for cap in (None, cap))
    yield (
        f"Batas – {asked}{sum(above.values())} capaian tahun ini di atas {_percent(cap)}. Yang paling tersentuh "
        f"{most.agreement.unit}: {above[most.agreement.pk]} capaian; rata-ratanya {_percent(free)} tanpa batas, "
        f"{_percent(capped)} dengan batas {_percent(cap)}."
    )


def _mean(result: AgreementResult, policy: YearPolicy, cap: Decimal | None) -> Decimal | None:
    """The mean of an office when every achievement is used up to the cap."""
    groups = [
        [replace(row.result, used=_used(row.result.raw, cap)) for row in objective.rows]
        for objective in result.objectives
    ]
    weights = [[row.promise.weight for row in objective.rows] for objective in result.objectives]
    return achievement.aggregate(groups, policy.unit_mean, weights)


def _used(raw: Decimal | None, cap: Decimal | None) -> Decimal | None:
    if raw is None:
        return None
    floored = max(raw, Decimal(0))
    return floored if cap is None else min(floored, cap)


def _scale(own: _Own) -> Iterable[str]:
    wanted = (
        row for _, row in own.rows
        if row.promise.kind == Kind.SCALE
        and row.promise.step and row.year.reading.step and row.year.reading.step > row.promise.step
    )  # fmt: skip
    row = next(wanted, None)
    if row is None:
        rule = Rule(kind=Kind.SCALE, steps=("D", "C", "CC", "B", "BB", "A", "AA"))
        target, reading, name, said = Target(step=4), Reading(step=5), "", f"{GENERAL}target B, realisasi BB"
    else:
        rule, target, reading = row.rule, readings.target_of(row.promise), row.year.reading
        name = f"{row.promise.name}: "
        said = (
            f"target {readings.target_text(target, rule)}, realisasi {readings.reading_text(reading, rule)}"
        )
    percents = [
        _percent(achievement.achievement(target, reading, replace(rule, scale_above=way), words=False).raw)
        for way in ScaleAbove.values
    ]
    yield f"Predikat di atas target – {name}{said} → {percents[0]}, atau menurut tingkat {percents[1]}."


def _unit_mean(own: _Own) -> Iterable[str]:
    apart: list[tuple[Decimal, AgreementResult, Decimal, Decimal]] = []
    for result in own.results:
        objectives, indicators = (
            _mean(result, YearPolicy(unit_mean=way), own.policy.cap) for way in UnitMean.values
        )
        if objectives is not None and indicators is not None:
            distance = abs(settled(objectives) - settled(indicators))
            apart.append((distance, result, objectives, indicators))
    most = max(apart, key=lambda each: each[0], default=None)
    if most is None or not most[0]:
        yield (
            f"Capaian perangkat daerah – {GENERAL}sasaran A dengan satu indikator 100,00 % dan sasaran B dengan "
            "tiga indikator 60,00 % → rata-rata sasaran 80,00 %, rata-rata semua indikator 70,00 %."
        )
        return
    _, result, objectives, indicators = most
    yield (
        f"Capaian perangkat daerah – paling berbeda di {result.agreement.unit}: rata-rata sasaran "
        f"{_percent(objectives)}, rata-rata semua indikator {_percent(indicators)}."
    )


def _words(own: _Own) -> Iterable[str]:
    scale = readings.scale_of(own.policy)
    if not own.rows:
        yield f"{GENERAL}capaian 90,00 % berpredikat “{achievement.rating(Decimal(90), scale)}”."
    else:
        counts = Counter(achievement.rating(row.result.used, scale) for _, row in own.rows)
        words = [word for _, word in scale.bands] + [scale.lowest]
        counted = " · ".join(f"{word}: {counts[word]}" for word in words)
        yield f"Dengan batas sekarang, {len(own.rows)} capaian indikator tahun ini terbagi – {counted}."
    yield f"{achievement.rule_sentence(scale)}."


# --- the calendar -------------------------------------------------------------------------------


def _rhythm(own: _Own) -> Iterable[str]:
    counts = dict(Indicator.objects.in_use().order_by().values_list("calendar").annotate(count=Count("pk")))
    if not counts:
        yield f"{GENERAL}10 indikator triwulanan berarti 40 isian setahun, atau 20 bila diisi per semester."
    else:
        total = sum(counts.values())
        asked = [_cells(counts, quarters_of(rhythm)) for rhythm in ("quarter", "semester")]
        yield (
            f"{total} indikator yang dipakai berarti {asked[0]} isian setahun bila diisi per triwulan, "
            f"{asked[1]} bila per semester."
        )
    yield from _windows(own)


def _cells(counts: dict[str, int], filled: tuple[int, ...]) -> int:
    return sum(
        count * len(set(PERIODS_OF[Calendar(calendar)]) & set(filled)) for calendar, count in counts.items()
    )


def _windows(own: _Own) -> Iterable[str]:
    policy = own.policy
    periods = list(Period.objects.of_indicators(policy.year))
    ahead = next((period for period in periods if period.ends >= own.day), None)
    name = ahead.name if ahead else "Periode"
    ends = ahead.ends if ahead else date(policy.year, 3, 31)
    days = (policy.fill_days, policy.verify_days, policy.fix_days, policy.lock_days + 1)
    fill, verify, fix, locks = (format_date(ends + timedelta(days=each)) for each in days)
    yield (
        f"{name} yang berakhir {format_date(ends)} diisi sampai {fill}, diverifikasi sampai {verify}, "
        f"diperbaiki sampai {fix}, dan dikunci {locks}."
    )
    if periods:
        yield "Jadwal tahun ini sudah dibuat dan tidak bergeser; harinya diubah di Jadwal Pengukuran."
    months = len(months_of(policy.budget_rhythm))
    yield f"Realisasi anggaran diisi {months} kali setahun, sampai {policy.budget_fill_days} hari sesudahnya."


def _due(own: _Own) -> Iterable[str]:
    due = own.policy.agreement_due
    if due is None:
        yield "Tanpa batas penandatanganan, tidak ada PK yang disebut terlambat."
        return
    rows = Agreement.objects.for_year(own.policy.year).with_dates()
    late = rows.signed_late(own.policy).count() + rows.unsigned_late(own.policy, own.day).count()
    yield (
        f"Dengan batas {format_date(due)}, {late} PK tahun ini ditandatangani sesudahnya atau belum ditandatangani "
        "padahal batasnya sudah lewat."
    )


# --- people -------------------------------------------------------------------------------------


def _levels(own: _Own) -> Iterable[str]:
    rows = Position.objects.on(own.day).order_by().values_list("level").annotate(count=Count("pk"))
    counts = dict(rows)
    signing = levels_that_sign(own.policy)
    below = (Level.III, Level.IV, Level.FUNCTIONAL, Level.TEAM_LEAD, Level.STAFF)
    said = [
        f"{Level(level).label}: {counts[level]} jabatan, {'ya' if level in signing else 'tidak'}"
        for level in below
        if counts.get(level)
    ]
    if said:
        yield f"Menandatangani PK sekarang – {' · '.join(said)}."
    obliged = Position.objects.obliged(own.day).count()
    yield f"{obliged} jabatan selalu menandatangani. PK yang sudah ada tetap ada."


def _declared(own: _Own) -> Iterable[str]:
    signed_in = Assignment.objects.conferring(own.day).as_party().filter(official__account__is_active=True)
    posts = Position.objects.on(own.day).signing(own.policy)
    below = posts.exclude(pk__in=Position.objects.obliged(own.day).values("pk"))
    total = below.count()
    with_account = below.filter(Exists(signed_in.filter(position=OuterRef("superior")))).count()
    if not total:
        yield "Belum ada jabatan di bawah kepala perangkat daerah yang menandatangani PK."
        return
    yield (
        f"{total} jabatan di bawah kepala perangkat daerah menandatangani PK; atasan langsung dari {with_account} "
        "di antaranya punya akun."
    )
    if rest := total - with_account:
        yield f"Bila dipilih “Atasan langsung”, {rest} PK lainnya tetap diperiksa Bagian Organisasi."


def _verified(own: _Own) -> Iterable[str]:
    measured = Indicator.objects.in_use().filter(unit=OuterRef("pk"))
    units = Unit.objects.in_year(own.policy.year).filter(Exists(measured)).count()
    yield f"{units} unit mengisi realisasi tahun ini; semuanya menunggu verifikator sesudah mengajukan."


def _handed_over(own: _Own) -> Iterable[str]:
    head = Assignment.objects.on(own.day).as_party().of_heads().filter(position__unit__signs_with_head=True)
    found = head.select_related("position").order_by("position__unit__order", "pk").first()
    title = found.title if found else "Kepala Dinas"
    policy = own.policy
    yield (
        f"Bila {title} berganti pada 14 Juli {policy.year}: {policy.get_hand_over_definitive_display()}. "
        f"Bila dijabat Plt. dulu: {policy.get_hand_over_acting_display()}."
    )


def _percent(value: Decimal | None) -> str:
    return "tidak dapat dihitung" if value is None else format_percent(value)


TOLD: dict[str, Sequence[Callable[[_Own], Iterable[str]]]] = {
    "perhitungan": (_lower, _cap, _scale, _unit_mean),
    "predikat": (_words,),
    "irama": (_rhythm,),
    "batas-waktu": (_due,),
    "penanda-tangan": (_levels,),
    "pemeriksa": (_declared,),
    "verifikator": (_verified,),
    "serah-terima": (_handed_over,),
}
