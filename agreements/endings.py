"""What is still open in a unit or a position on its last day: it cannot end before that is put in order."""

from datetime import date

from django.db.models import Q

from agreements.models import Agreement, Assignment, HandOver, Position, Unit
from perjanjian.numerals import format_date, format_number

MOST_NAMED = 3


def _named(rows, label: str) -> list[str]:
    """A sentence that names the first of the rows and counts the rest; none where there are none."""
    found = list(rows[: MOST_NAMED + 1])
    if not found:
        return []
    names = ", ".join(str(row) for row in found[:MOST_NAMED])
    more = rows.count() - MOST_NAMED if len(found) > MOST_NAMED else 0
    rest = f", dan {format_number(more)} lainnya" if more else ""
    return [f"{label}: {names}{rest}."]


def _work(papers, tasks) -> list[str]:
    papers = papers.in_preparation().select_related("position", "amends")
    return [
        *_named(papers, "PK yang belum selesai"),
        *_named(tasks.open().select_related("position"), "Serah terima yang belum selesai"),
    ]


def open_in_position(position: Position, last: date) -> list[str]:
    """Sentences about what keeps a position from ending on the day; empty when nothing does."""
    holders = position.assignments.beyond(last).select_related("official", "position")
    papers, tasks = Agreement.objects.filter(position=position), HandOver.objects.filter(position=position)
    return [*_named(holders, "Masih menjabat"), *_work(papers, tasks)]


def open_in_unit(unit: Unit, last: date) -> list[str]:
    """Sentences about what keeps a unit from ending on the day; empty when nothing does."""
    longer = Q(valid_to=None) | Q(valid_to__gt=last)
    holders = Assignment.objects.filter(position__unit=unit).beyond(last)
    papers, tasks = Agreement.objects.filter(unit=unit), HandOver.objects.filter(position__unit=unit)
    return [
        *_named(holders.select_related("official", "position"), "Masih menjabat"),
        *_named(unit.positions.filter(longer), "Jabatan yang masih berlaku"),
        *_named(unit.children.filter(longer), "Unit kerja di bawahnya yang masih berlaku"),
        *_work(papers, tasks),
    ]


def refusal(what: str, last: date, found: list[str]) -> str:
    """Why something cannot end on the day, naming what is open and the remedy."""
    return (
        f"{what} belum dapat diakhiri {format_date(last)}. {' '.join(found)} "
        "Akhiri atau selesaikan itu dahulu; untuk yang berganti, pakai “Ganti, gabung, atau pecah” di halamannya."
    )
