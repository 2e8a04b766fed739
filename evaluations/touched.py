"""What a change of the head of a unit touches of its figures: what is due and nobody has submitted."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from agreements.touched import Leaving, Row, Touched, source, touched
from evaluations.overview import board


@source
def unsubmitted(changes: Sequence[Leaving]) -> Iterable[tuple[int, Touched]]:
    """Open periods of the units that the positions lead, with values nobody has submitted."""
    heading = {change.position.unit_id: change for change in changes if change.position.heads_unit}
    if not heading:
        return
    year = min(change.day.year for change in changes)
    units = [change.position.unit for change in heading.values()]
    for unit, cells in board(units, year, timezone.localdate()).rows:
        rows = [
            Row(f"{cell.period}: {cell.to_submit} nilai belum diajukan", cell.address)
            for cell in cells
            if cell.to_submit and cell.phase not in ("upcoming", "locked")
        ]
        if rows:
            yield (
                heading[unit.pk].position.pk,
                touched(
                    "Realisasi yang belum diajukan",
                    "Sejak hari pertamanya, pejabat yang baru yang mengajukan.",
                    rows,
                ),
            )
