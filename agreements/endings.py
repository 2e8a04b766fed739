"""What is still open in a unit or a position on its last day: it cannot end before that is put in order."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import Q

from agreements.models import Agreement, Assignment, HandOver, Position, Unit
from perjanjian.numerals import format_date, format_number

MOST_NAMED = 3
HOLDERS = "Masih menjabat"
POSITIONS = "Jabatan yang masih berlaku"
UNITS = "Unit kerja di bawahnya yang masih berlaku"
PAPERS, TASKS = "PK yang belum selesai", "Serah terima yang belum selesai"


def _named(rows, label: str) -> list[str]:
    """A sentence that names the first of the rows and counts the rest; none where there are none."""
    found = list(rows[: MOST_NAMED + 1])
    return named(label, found, rows.count() if len(found) > MOST_NAMED else len(found))


def named(label: str, rows: Collection[object], count: int | None = None) -> list[str]:
    """The same of rows at hand; `count` where there are more of them."""
    if not rows:
        return []
    names = ", ".join(str(row) for row in list(rows)[:MOST_NAMED])
    more = (count or len(rows)) - MOST_NAMED
    rest = f", dan {format_number(more)} lainnya" if more > 0 else ""
    return [f"{label}: {names}{rest}."]


def _work(papers, tasks) -> list[str]:
    papers = papers.in_preparation().select_related("position", "amends")
    return [*_named(papers, PAPERS), *_named(tasks.open().select_related("position"), TASKS)]


def work_of_positions(numbers: Iterable[int]) -> Mapping[int, list[str]]:
    """What is not finished, as sentences by the number of the position; two queries however many there are."""
    return _work_by("position_id", Q(position__in=numbers), lambda task: task.position_id)


def work_of_units(numbers: Iterable[int]) -> Mapping[int, list[str]]:
    """The same by the number of the unit."""
    return _work_by(
        "unit_id", Q(unit__in=numbers), lambda task: task.position.unit_id, Q(position__unit__in=numbers)
    )


def _work_by(column: str, papers: Q, of_task, tasks: Q | None = None) -> Mapping[int, list[str]]:
    rows: dict[int, tuple[list[Agreement], list[HandOver]]] = defaultdict(lambda: ([], []))
    found = Agreement.objects.filter(papers).in_preparation().select_related("position", "amends")
    for paper in found.order_by("pk"):
        rows[getattr(paper, column)][0].append(paper)
    for task in HandOver.objects.filter(tasks or papers).open().select_related("position").order_by("pk"):
        rows[of_task(task)][1].append(task)
    return {key: [*named(PAPERS, of), *named(TASKS, to_do)] for key, (of, to_do) in rows.items()}


def open_in_position(position: Position, last: date) -> list[str]:
    """Sentences about what keeps a position from ending on the day; empty when nothing does."""
    holders = position.assignments.beyond(last).select_related("official", "position")
    papers, tasks = Agreement.objects.filter(position=position), HandOver.objects.filter(position=position)
    return [*_named(holders, HOLDERS), *_work(papers, tasks)]


def open_in_unit(unit: Unit, last: date) -> list[str]:
    """Sentences about what keeps a unit from ending on the day; empty when nothing does."""
    longer = Q(valid_to=None) | Q(valid_to__gt=last)
    holders = Assignment.objects.filter(position__unit=unit).beyond(last)
    papers, tasks = Agreement.objects.filter(unit=unit), HandOver.objects.filter(position__unit=unit)
    return [
        *_named(holders.select_related("official", "position"), HOLDERS),
        *_named(unit.positions.filter(longer), POSITIONS),
        *_named(unit.children.filter(longer), UNITS),
        *_work(papers, tasks),
    ]


def refusal(what: str, last: date, found: list[str]) -> str:
    """Why something cannot end on the day, naming what is open and the remedy."""
    return (
        f"{what} belum dapat diakhiri {format_date(last)}. {' '.join(found)} "
        "Akhiri atau selesaikan itu dahulu; untuk yang berganti, pakai “Ganti, gabung, atau pecah” di halamannya."
    )
