"""What others reached of an indicator: written together, never over what somebody saved meanwhile."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from agreements.changes import differences, fingerprint
from agreements.models import Benchmark, Indicator
from agreements.naming import measured_text
from records.history import Act, Actor, record

DEED = "mengubah pembanding"


class Changed(Exception):
    """Somebody saved the same rows after they were opened; `stored` is what stands there now, in words."""

    def __init__(self, stored: Mapping[str, str]) -> None:
        super().__init__("Orang lain menyimpan data ini sementara halaman ini terbuka.")
        self.stored = stored


def described(indicator: Indicator, rows: Sequence[Benchmark], steps: Sequence[str] = ()) -> dict[str, str]:
    """Benchmarks as the history has them: “Nasional: Indonesia 2026” → figure and source."""
    return {
        f"{row.get_kind_display()}: {row.name} {row.year}": ", ".join(
            each
            for each in (measured_text(indicator, row.value, row.step, row.date, steps), row.source)
            if each
        )
        for row in rows
    }


def mark_of(indicator: Indicator, rows: Sequence[Benchmark], steps: Sequence[str] = ()) -> str:
    """Short mark of what was there, to notice a change by somebody else."""
    return fingerprint(described(indicator, rows, steps))


@transaction.atomic
def save(
    indicator: Indicator, rows: Sequence[Benchmark], seen: str, actor: Actor, steps: Sequence[str] = ()
) -> bool:
    """Let the indicator have these benchmarks and no others, with one event; False when nothing changed.

    Args:
        rows: with their pk where they are kept.
        seen: the mark of what the writer opened. Raises Changed when something else stands there now.
    """
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    stored = list(indicator.benchmarks.all())
    before = described(indicator, stored, steps)
    if fingerprint(before) != seen:
        raise Changed(before)
    kept = {row.pk for row in rows if row.pk}
    Benchmark.objects.filter(pk__in=[row.pk for row in stored if row.pk not in kept]).delete()
    for row in rows:
        row.indicator = indicator
        row.save()
    was, now = differences(before, described(indicator, rows, steps))
    if was or now:
        record(actor, Act(DEED, indicator, indicator.unit, before=was, after=now))
    return bool(was or now)
