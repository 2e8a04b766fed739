"""What was measured of the indicators added in bulk: the figures of those they repeat, year after year."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from evaluations.demo.scale.promises import BATCH, Copied
from evaluations.models import Period, Realisation

# A copy has its own row, indicator and period; what is no field of the row is made by the database.
NOT_COPIED = ("id", "indicator_id", "period_id")


def make(copies: Iterable[Copied], years: range) -> None:
    """The figures of the running year for it, those of the finished one for all years before."""
    templates = _templates(years)
    periods = {(period.year, period.number): period for period in Period.objects.filter(year__in=years)}
    rows = _rows(copies, years, templates, periods)
    while batch := list(islice(rows, BATCH)):
        Realisation.objects.bulk_create(batch, BATCH)


def _templates(years: range) -> dict[tuple[int, int], list[Realisation]]:
    """The demo's own rows by indicator and year."""
    found: dict[tuple[int, int], list[Realisation]] = defaultdict(list)
    for row in Realisation.objects.filter(period__year__in=years).select_related("period"):
        found[row.indicator_id, row.period.year].append(row)
    return found


def _rows(
    copies: Iterable[Copied],
    years: range,
    templates: dict[tuple[int, int], list[Realisation]],
    periods: dict[tuple[int, int], Period],
) -> Iterator[Realisation]:
    names = [f.attname for f in Realisation._meta.concrete_fields if f.attname not in NOT_COPIED]
    last = years[-2]
    for copy in copies:
        for year in years:
            for row in templates[copy.template, max(year, last)]:
                values = {name: getattr(row, name) for name in names}
                for name, value in values.items():
                    if type(value) is date and name.endswith("_date"):
                        values[name] = _in_year(value, year - row.period.year)
                period = periods[year, row.period.number]
                yield Realisation(indicator=copy.indicator, period=period, **values)


def _in_year(day: date, years: int) -> date:
    """The same day so many years on; a 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
