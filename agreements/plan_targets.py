"""Yearly targets of the plan: written together, as a correction or with a revision of the plan.

A revision changes targets from its first year on and keeps what was there before (`RevisedTarget`);
agreements keep the targets they promised either way.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from agreements.changes import differences, fingerprint
from agreements.enums import FROZEN
from agreements.models import AgreementIndicator, Indicator, IndicatorTarget, PlanRevision, RevisedTarget
from agreements.models.planning import TargetColumns
from agreements.naming import plan_target, step_names
from perjanjian.numerals import format_date
from records.history import Act, Actor, record

DEED = "mengubah target tahunan"
DEED_REVISED = "mengubah target tahunan dengan perubahan rencana"
COLUMNS = ("value", "low", "high", "step", "date")
# What a year shall hold; None: no target.
Wanted = Mapping[int, Mapping[str, Any] | None]


class Changed(Exception):
    """Somebody saved other targets after the page was opened; `stored` is what stands there now, in words."""

    def __init__(self, stored: Mapping[str, str]) -> None:
        super().__init__("Orang lain menyimpan target ini sementara halaman ini terbuka.")
        self.stored = stored


@dataclass(frozen=True)
class Ground:
    """Why targets change: a revision of the plan, or a correction with its reason where one is asked."""

    revision: PlanRevision | None = None
    reason: str = ""


@dataclass(frozen=True)
class Revised:
    """A year's target before and after one revision, in words."""

    revision: PlanRevision
    before: str
    after: str

    def __str__(self) -> str:
        return f"semula {self.before} → {self.after} ({self.revision}, berlaku {self.revision.first_year})"


@dataclass(frozen=True)
class YearTarget:
    year: int
    text: str
    revised: tuple[Revised, ...]


def described(
    indicator: Indicator, targets: Mapping[int, TargetColumns], steps: Sequence[str] = ()
) -> dict[str, str]:
    """Targets as the history has them: “target 2027” → “72,5 %”."""
    return {f"target {year}": plan_target(indicator, row, steps) for year, row in sorted(targets.items())}


def mark_of(indicator: Indicator, targets: Mapping[int, TargetColumns], steps: Sequence[str] = ()) -> str:
    """Short mark of what was there, to notice a change by somebody else."""
    return fingerprint(described(indicator, targets, steps))


def changed_years(known: Mapping[int, TargetColumns], wanted: Wanted) -> list[int]:
    """The years whose target would be another."""
    return [year for year, said in sorted(wanted.items()) if _differs(known.get(year), said)]


def promised_years(indicator: Indicator, years: Collection[int]) -> list[int]:
    """Those years in which a frozen agreement promises the indicator."""
    rows = AgreementIndicator.objects.filter(
        indicator=indicator, objective__agreement__status__in=FROZEN, objective__agreement__year__in=years
    )
    found = rows.order_by().values_list("objective__agreement__year", flat=True).distinct()
    return sorted(set(found))


def revisions_of(indicators: Collection[Indicator]) -> defaultdict[int, list[RevisedTarget]]:
    """By indicator what its targets were before each revision, the earliest first; one query."""
    rows = RevisedTarget.objects.filter(indicator__in=[row.pk for row in indicators])
    found: defaultdict[int, list[RevisedTarget]] = defaultdict(list)
    for row in rows.select_related("revision__period").order_by(
        "revision__first_year", "revision__number", "pk"
    ):
        found[row.indicator_id].append(row)
    return found


def by_year(
    indicator: Indicator,
    targets: Mapping[int, TargetColumns],
    years: Collection[int],
    steps: Sequence[str],
    revised: Sequence[RevisedTarget],
) -> tuple[YearTarget, ...]:
    """Each of the years, and every year with a target, with what revisions made of it (`revisions_of`)."""
    before: dict[int, list[RevisedTarget]] = defaultdict(list)
    for row in revised:
        before[row.year].append(row)
    found = []
    for year in sorted({*years, *targets, *before}):
        now = plan_target(indicator, targets.get(year), steps)
        texts = [*(plan_target(indicator, row, steps) for row in before[year]), now]
        changes = [
            Revised(row.revision, texts[place], texts[place + 1]) for place, row in enumerate(before[year])
        ]
        found.append(YearTarget(year, now, tuple(changes)))
    return tuple(found)


def changed_by(revision: PlanRevision, rows: Sequence[RevisedTarget]) -> list[tuple[Indicator, int, Revised]]:
    """What a revision made of targets, in words: (indicator, year, before and after).

    `rows` are the revision's own, with their indicators and scales; all else is two queries.
    """
    about = {(row.indicator_id, row.year) for row in rows}
    indicators = {row.indicator_id for row in rows}
    stands: dict[tuple[int, int], TargetColumns] = {
        (row.indicator_id, row.year): row for row in IndicatorTarget.objects.filter(indicator__in=indicators)
    }
    later = RevisedTarget.objects.filter(indicator__in=indicators, revision__period=revision.period_id)
    # Of several later revisions the next one holds what this one made.
    for kept in later.filter(revision__number__gt=revision.number).order_by("-revision__number"):
        if (kept.indicator_id, kept.year) in about:
            stands[kept.indicator_id, kept.year] = kept
    found = []
    for row in rows:
        indicator = row.indicator
        steps = step_names(indicator.scale)
        after = plan_target(indicator, stands.get((row.indicator_id, row.year)), steps)
        found.append((indicator, row.year, Revised(revision, plan_target(indicator, row, steps), after)))
    return found


@transaction.atomic
def save(indicator: Indicator, wanted: Wanted, seen: str, ground: Ground, actor: Actor) -> bool:
    """Let the years hold these targets, with one event; False when nothing changed.

    The form has refused years before the revision and a missing reason already. Raises Changed when
    something else stands there now than what `seen` marks, where it marks anything.
    """
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    steps = step_names(indicator.scale)
    known: dict[int, TargetColumns] = {row.year: row for row in indicator.targets.all()}
    before = described(indicator, known, steps)
    if seen and fingerprint(before) != seen:
        raise Changed(before)
    years = changed_years(known, wanted)
    if not years:
        return False
    if ground.revision:
        _keep(indicator, ground.revision, known, wanted, years)
    IndicatorTarget.objects.filter(indicator=indicator, year__in=years).delete()
    rows = [
        IndicatorTarget(indicator=indicator, year=year, **said) for year in years if (said := wanted[year])
    ]
    IndicatorTarget.objects.bulk_create(rows)
    now: dict[int, TargetColumns] = {year: row for year, row in known.items() if year not in years}
    was, new = differences(before, described(indicator, now | {row.year: row for row in rows}, steps))
    if ground.revision:
        new["perubahan"] = f"{ground.revision}, {format_date(ground.revision.decided_on)}"
    act = Act(
        DEED_REVISED if ground.revision else DEED,
        indicator,
        indicator.unit,
        before=was,
        after=new,
        reason=ground.reason,
    )
    record(actor, act)
    return True


def _differs(row: TargetColumns | None, said: Mapping[str, Any] | None) -> bool:
    if row is None or said is None:
        return (row is None) != (said is None)
    return any(getattr(row, column) != said.get(column) for column in COLUMNS)


def _keep(
    indicator: Indicator,
    revision: PlanRevision,
    known: Mapping[int, TargetColumns],
    wanted: Wanted,
    years: Sequence[int],
) -> None:
    """Keep what a year held before the revision; forget it where the year is back to that."""
    kept = {row.year: row for row in revision.revised_targets.filter(indicator=indicator, year__in=years)}
    for year in years:
        if year not in kept:
            was = known.get(year)
            columns = {column: getattr(was, column) for column in COLUMNS} if was else {}
            RevisedTarget.objects.create(revision=revision, indicator=indicator, year=year, **columns)
        elif not _differs(kept[year], wanted[year] or {}):
            kept[year].delete()
