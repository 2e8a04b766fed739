"""What a policy that is not saved yet would change, computed by the engine on the year's own figures.

Nothing here is written. What is frozen keeps the rule it was made under; the next agreement that amends it is
made under the new one, so both are told: what changes at once, and what would on the next amendment.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agreements.enums import Polarity, Status
from agreements.models import Agreement, AgreementIndicator, Indicator, YearPolicy
from evaluations.measures import settled
from evaluations.results import AgreementResult, YearJudge
from perjanjian.numerals import format_percent

# Columns that a promise copies from the policy.
COPIED = ("lower_method", "cap", "scale_above")
RATED = (
    *(f"{what}_{n}" for n in range(1, 5) for what in ("word", "bound")),
    "word_5",
    "bounds_inclusive",
)
UNRATED = "belum berpredikat"
MOST_SHOWN = 30


@dataclass(frozen=True)
class Moved:
    """An office whose word or mean would be another one; means are percent, unrounded."""

    agreement: Agreement
    word_before: str
    word_after: str
    mean_before: Decimal | None
    mean_after: Decimal | None

    @property
    def rated_anew(self) -> bool:
        return self.word_before != self.word_after

    @property
    def text(self) -> str:
        """“Tinggi → Sedang (82,10 % → 74,30 %)”."""
        means = f"{_percent(self.mean_before)} → {_percent(self.mean_after)}"
        if not self.rated_anew:
            return means
        return f"{self.word_before} → {self.word_after} ({means})"


@dataclass(frozen=True)
class Shift:
    """How results of a year differ between two policies: achievements of indicators, means and words of offices."""

    judged: int
    achievements: int = 0
    moved: tuple[Moved, ...] = ()

    @property
    def ratings(self) -> int:
        return sum(each.rated_anew for each in self.moved)

    @property
    def shown(self) -> tuple[Moved, ...]:
        """The first of those that move; a page lists no more."""
        return self.moved[:MOST_SHOWN]

    @property
    def more(self) -> int:
        return len(self.moved) - len(self.shown)

    @property
    def headline(self) -> str:
        """“12 capaian berubah, 3 predikat berubah”."""
        if not self.judged:
            return "belum ada capaian tahun ini yang dapat dibandingkan"
        if not self.achievements and not self.moved:
            return f"tidak ada yang berubah dari {self.judged} capaian"
        return (
            f"{self.achievements} dari {self.judged} capaian berubah, {self.ratings} predikat berubah, "
            f"{len(self.moved)} rata-rata berubah"
        )


@dataclass(frozen=True)
class Effects:
    """`at_once`: of what is in force; `amended`: of the same once it is amended; None where the policy has no such effect.

    `drafts`: promises of agreements not yet frozen that keep the rule of before until they are refreshed.
    """

    at_once: Shift | None = None
    amended: Shift | None = None
    drafts: int = 0


def effects_of(before: YearPolicy, after: YearPolicy, day: date) -> Effects:
    """What the year's offices on the map would come to, in at most eleven queries however many there are."""
    rule = any(getattr(before, name) != getattr(after, name) for name in COPIED)
    rating = before.unit_mean != after.unit_mean or any(
        getattr(before, name) != getattr(after, name) for name in RATED
    )
    if not (rule or rating):
        return Effects()
    rows = Agreement.objects.for_year(before.year).in_force().of_leaders()
    agreements = list(rows.select_related("unit", "position").in_order_of_units())
    judge = YearJudge(agreements, before.year, day)
    old = judge.under(before)
    at_once = _shift(old, judge.under(after)) if rating else None
    if not rule:
        return Effects(at_once)
    for promise in judge.promises:
        # In memory only: a frozen promise keeps what it copied.
        for name, value in copied_rule(promise.indicator, after).items():
            setattr(promise, name, value)
    return Effects(at_once, _shift(old, judge.under(after)), _outdated_drafts(after))


def copied_rule(indicator: Indicator, policy: YearPolicy) -> dict:
    """What a promise of the indicator copies from the policy, by column."""
    return {
        "lower_method": indicator.lower_method or policy.lower_method,
        "cap": policy.cap,
        "scale_above": policy.scale_above,
    }


def _shift(old: dict[int, AgreementResult], new: dict[int, AgreementResult]) -> Shift:
    judged = changed = 0
    moved = []
    for pk, before in old.items():
        after = new[pk]
        for row, other in zip(before.rows, after.rows, strict=True):
            if row.result.raw is None and other.result.raw is None:
                continue
            judged += 1
            changed += (row.result.raw, row.result.used) != (other.result.raw, other.result.used)
        if _settled(before.mean) != _settled(after.mean) or before.rating != after.rating:
            word, new_word = before.rating or UNRATED, after.rating or UNRATED
            moved.append(Moved(before.agreement, word, new_word, before.mean, after.mean))
    moved.sort(key=lambda each: not each.rated_anew)
    return Shift(judged, changed, tuple(moved))


def _outdated_drafts(policy: YearPolicy) -> int:
    """Promises of agreements not yet frozen that were copied under another rule."""
    rows = AgreementIndicator.objects.filter(
        objective__agreement__year=policy.year,
        objective__agreement__status__in=(Status.DRAFT, Status.SUBMITTED),
    )
    same = rows.filter(cap=policy.cap) if policy.cap is not None else rows.filter(cap__isnull=True)
    same = same.filter(scale_above=policy.scale_above)
    own_method = same.filter(polarity=Polarity.LOWER, indicator__lower_method="")
    differing = own_method.exclude(lower_method=policy.lower_method)
    return rows.exclude(pk__in=same.values("pk")).count() + differing.count()


def _settled(value: Decimal | None) -> Decimal | None:
    """Without what another order of adding leaves in the last digits."""
    return None if value is None else settled(value)


def _percent(value: Decimal | None) -> str:
    return "–" if value is None else format_percent(value)
