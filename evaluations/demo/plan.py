"""The plan of the demo: objectives, the catalogue with its targets, programmes and budgets, the open years."""

from decimal import Decimal

from agreements.models import (
    Indicator,
    IndicatorTarget,
    Label,
    Objective,
    PlanningPeriod,
    Programme,
    Scale,
    ScaleStep,
)
from agreements.years import open_year
from evaluations.calendar import open_calendar
from evaluations.demo import budgets, source
from evaluations.demo.world import World
from records.history import Actor


def load(world: World) -> None:
    """Everything the agreements will point at."""
    period = _planning_period(world)
    _objectives(world, period)
    _scales()
    for row in source.rows("indicators"):
        world.indicators[row["key"]] = _indicator(world, row)
    _targets(world, period)
    _programmes(world)
    budgets.load(world)


def open_the_year(world: World, year: int, actor: Actor) -> None:
    """The policies of a year and its calendar of measurement."""
    world.policies[year] = open_year(year)
    open_calendar(world.policies[year], actor)


def _planning_period(world: World) -> PlanningPeriod:
    facts = source.document("region")
    first = world.years.last
    last = first + facts["planning_years"] - 1
    return PlanningPeriod.objects.create(
        name=facts["planning_period"].format(first=first, last=last), first_year=first, last_year=last
    )


def _objectives(world: World, period: PlanningPeriod) -> None:
    for order, row in enumerate(source.rows("objectives"), start=1):
        world.objectives[row["key"]] = Objective.objects.create(
            period=period,
            unit=world.units[row["unit"]],
            parent=world.objectives.get(row["parent"]),
            kind=row["kind"],
            code=row["code"],
            text=row["text"],
            order=order,
        )


def _scales() -> None:
    ranks: dict[str, int] = {}
    for row in source.rows("scales"):
        scale, _ = Scale.objects.get_or_create(name=row["scale"])
        ranks[scale.name] = ranks.get(scale.name, 0) + 1
        ScaleStep.objects.create(scale=scale, rank=ranks[scale.name], name=row["step"])


def _indicator(world: World, row: dict[str, str]) -> Indicator:
    indicator = Indicator(
        unit=world.units[row["unit"]],
        objective=world.objectives[row["objective"]],
        code=row["code"],
        name=row["name"],
        unit_of_measure=row["measure"],
        kind=row["kind"],
        polarity=row["polarity"],
        accumulation=row["accumulation"],
        decimals=int(row["decimals"]),
        factor=Decimal(row["factor"] or 100),
        scale=Scale.objects.get(name=row["scale"]) if row["scale"] else None,
        calendar=row["calendar"],
        release_month=int(row["release_month"]) if row["release_month"] else None,
        reference_lag=int(row["reference_lag"] or 0),
        part_of_whole=bool(row["part_of_whole"]),
        definition=row["definition"],
        formula_words=row["formula"],
        source=row["source"],
        person_in_charge=_person_in_charge(world, row["unit"]),
        baseline=row["baseline"],
    )
    indicator.full_clean()
    indicator.save()
    names = source.words(row["labels"], ";")
    indicator.labels.set([Label.objects.get_or_create(name=name)[0] for name in names])
    return indicator


def _person_in_charge(world: World, unit: str):
    """The post that heads the unit."""
    heads = (p for p in world.positions.values() if p.unit_id == world.units[unit].pk and p.heads_unit)
    return next(heads, None)


def _targets(world: World, period: PlanningPeriod) -> None:
    """What the plan says for both years and for its end."""
    years = {"last": world.years.last, "this": world.years.this, "end": period.last_year}
    made = []
    for row in source.rows("indicators"):
        indicator = world.indicators[row["key"]]
        for column, year in years.items():
            columns = source.target(indicator, row[column], year)
            made.append(IndicatorTarget(indicator=indicator, year=year, **columns))
    IndicatorTarget.objects.bulk_create(made)


def _programmes(world: World) -> None:
    nomenclature = source.document("region")["nomenclature_year"]
    for row in source.rows("programmes"):
        programme = Programme(code=row["code"], name=row["name"], nomenclature_year=nomenclature)
        programme.full_clean()
        programme.save()
        world.programmes[row["code"]] = programme
