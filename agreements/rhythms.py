"""In which quarters and months of a year something is filled in, by its policy; pure."""

from agreements.enums import BudgetRhythm, Rhythm

QUARTERS_OF = {Rhythm.QUARTER: (1, 2, 3, 4), Rhythm.SEMESTER: (2, 4)}
MONTHS_OF = {BudgetRhythm.MONTH: tuple(range(1, 13)), BudgetRhythm.QUARTER: (3, 6, 9, 12)}


def quarters_of(rhythm: str) -> tuple[int, ...]:
    """The numbers of the quarters in which realisation of indicators is filled in."""
    return QUARTERS_OF[Rhythm(rhythm)]


def months_of(rhythm: str) -> tuple[int, ...]:
    """The months at whose end money is filled in."""
    return MONTHS_OF[BudgetRhythm(rhythm)]


def first_month(number: int, numbers: tuple[int, ...], months_each: int) -> int:
    """The first month of a period: the one after the period filled in before it.

    Args:
        number: of the period, one of `numbers`.
        months_each: how many months a number stands for: 3 for quarters, 1 for months.
    """
    before = max((other for other in numbers if other < number), default=0)
    return before * months_each + 1
