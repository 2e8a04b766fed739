"""Makes the example government larger, for measurements: rows in bulk around what was played.

Bulk rows do not go through the workflow, but constraints, triggers and frozen states hold for them as
for all others, and one event of the history tells of them.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from agreements.models import Agreement, AgreementIndicator, Region, Unit
from evaluations.demo.days import Years
from evaluations.demo.scale import facts, posts, promises
from evaluations.models import Realisation
from records import history

# Of the reference size, a tenth each step: 60 units on the map, 3,000 agreements, 20,000 promised indicators.
UNITS, AGREEMENTS, PROMISES, REFERENCE = 60, 300, 2000, 10
YEARS = 5


@dataclass(frozen=True)
class Size:
    """How many there are."""

    units: int
    agreements: int
    promises: int
    realisations: int

    @classmethod
    def now(cls) -> "Size":
        return cls(
            Unit.objects.filter(on_map=True).count(),
            Agreement.objects.count(),
            AgreementIndicator.objects.count(),
            Realisation.objects.count(),
        )

    def __str__(self) -> str:
        return (
            f"{self.units} perangkat daerah, {self.agreements} PK, {self.promises} indikator PK, "
            f"{self.realisations} realisasi"
        )


@transaction.atomic
def enlarge(today: date, factor: int) -> Size:
    """Add rows to the demo of that day until it has `factor` tenths of the reference size, over five years.

    With the factor 1 nothing is added: that is the demo itself.
    """
    years = Years(today)
    before = Size.now()
    if factor <= 1:
        return before
    units = before.units + (UNITS - before.units) * (factor - 1) // (REFERENCE - 1)
    five = range(years.this - YEARS + 1, years.this + 1)
    # Every post added has an agreement in each of the years.
    wanted = max(1, (AGREEMENTS * factor - before.agreements) // YEARS)
    made = posts.make(units - before.units, wanted)
    each = (PROMISES * factor - before.promises) / (YEARS * wanted)
    kept = promises.make(made, five, each, today)
    facts.make(kept, five)
    after = Size.now()
    note = {
        "ukuran": str(after),
        "catatan": "Baris tambahan untuk mengukur kecepatan; semua angkanya rekaan.",
    }
    history.record(
        history.SYSTEM, history.Act("memperbesar pemerintah contoh", Region.objects.get(), after=note)
    )
    return after
