"""Years before the one reported on: which the application measured, and writing those it did not."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from agreements.benchmarks import Changed
from agreements.changes import differences, fingerprint
from agreements.models import Indicator
from agreements.naming import UNKNOWN, measured_text, plan_target
from evaluations.models import EarlierYear, Realisation
from records.history import Act, Actor, record

# A report compares with the four years before its own (PermenPAN-RB 53/2014, Lampiran II).
EARLIER_YEARS = 4
DEED = "mengubah realisasi tahun sebelumnya"


class Measured(Exception):
    """A year of which the application has a figure of its own: that one counts."""

    def __init__(self, year: int) -> None:
        super().__init__(f"Tahun {year} sudah diukur di aplikasi ini; nilai itu yang dipakai.")


def years_before(year: int) -> range:
    return range(year - EARLIER_YEARS, year)


def measured_years(indicators: Collection[int], years: Collection[int]) -> set[tuple[int, int]]:
    """(indicator, year) of which a figure was reported here: that figure counts, none is typed beside it."""
    facts = Realisation.objects.filter(indicator__in=indicators, period__year__in=years).reported()
    return set(facts.order_by().values_list("indicator_id", "period__year").distinct())


def described(indicator: Indicator, rows: Sequence[EarlierYear], steps: Sequence[str] = ()) -> dict[str, str]:
    """Years before as the history has them."""
    found = {}
    for row in rows:
        found[f"realisasi {row.year}"] = measured_text(
            indicator, row.reached_value, row.reached_step, row.reached_date, steps
        )
        target = plan_target(indicator, row, steps)
        found[f"target {row.year}"] = "" if target == UNKNOWN else target
        found[f"sumber {row.year}"] = row.source
    return found


def mark_of(indicator: Indicator, rows: Sequence[EarlierYear], steps: Sequence[str] = ()) -> str:
    """Short mark of what was there, to notice a change by somebody else."""
    return fingerprint(described(indicator, rows, steps))


@transaction.atomic
def save(
    indicator: Indicator,
    rows: Mapping[int, EarlierYear | None],
    seen: str,
    actor: Actor,
    steps: Sequence[str] = (),
) -> bool:
    """Let these years hold what was typed, None for nothing, with one event; False when nothing changed.

    Args:
        seen: the mark of what the writer opened of these years. Raises Changed when something else stands
            there now, Measured for a year of which the application has a figure.
    """
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    stored = list(EarlierYear.objects.filter(indicator=indicator, year__in=rows))
    before = described(indicator, stored, steps)
    if fingerprint(before) != seen:
        raise Changed(before)
    kept = [row for row in rows.values() if row is not None]
    was, now = differences(before, described(indicator, kept, steps))
    if not was and not now:
        return False
    written = {int(name.rsplit(" ", 1)[1]) for name in (*was, *now)}
    for _, year in measured_years([indicator.pk], written):
        raise Measured(year)
    EarlierYear.objects.filter(indicator=indicator, year__in=written).delete()
    for row in kept:
        row.recorded_by_id = actor.account_id
    EarlierYear.objects.bulk_create(row for row in kept if row.year in written)
    record(actor, Act(DEED, indicator, indicator.unit, before=was, after=now))
    return True
