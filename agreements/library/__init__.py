"""Common indicators to copy into the catalogue; the rows are in indicators.csv beside this file."""

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.db import transaction

from agreements.enums import Kind
from agreements.models import Indicator, Label, Objective, Scale, ScaleStep, Unit
from records.history import Act, Actor, record

SOURCE = Path(__file__).with_name("indicators.csv")
DEED = "menyalin indikator dari pustaka"


@dataclass(frozen=True)
class Template:
    """A common indicator; `number` is its place in the file, counted from 1. `steps`: lowest first."""

    number: int
    field: str
    name: str
    unit_of_measure: str
    kind: str
    polarity: str
    accumulation: str
    decimals: int
    factor: Decimal
    part_of_whole: bool
    calendar: str
    release_month: int | None
    reference_lag: int
    scale: str
    steps: tuple[str, ...]
    label: str
    source: str
    definition: str
    formula_words: str


# What a copy takes over as it stands.
COPIED = (
    "name", "unit_of_measure", "kind", "polarity", "accumulation", "decimals", "factor", "part_of_whole",
    "calendar", "release_month", "reference_lag", "source", "definition", "formula_words",
)  # fmt: skip


@dataclass(frozen=True)
class Copied:
    """What was made, and the names that were there already."""

    made: tuple[Indicator, ...]
    skipped: tuple[str, ...]


@cache
def templates() -> tuple[Template, ...]:
    """All of them, in the order of the file."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter=";")
        return tuple(_read(number, row) for number, row in enumerate(rows, start=1))


def fields() -> list[str]:
    """The fields of government, in the order of the file."""
    return list(dict.fromkeys(template.field for template in templates()))


def matching(words: str, field: str = "") -> list[Template]:
    """Those whose name, definition, source or field holds every word, of one field where it is named."""
    wanted = words.casefold().split()
    return [
        template
        for template in templates()
        if (not field or template.field == field) and all(word in _text(template) for word in wanted)
    ]


def known_names(unit: Unit, names: Iterable[str]) -> set[str]:
    """Which of the names the unit's catalogue has already, used or not; compared without capitals."""
    have = {name.casefold() for name in Indicator.objects.filter(unit=unit).values_list("name", flat=True)}
    return {name for name in names if name.casefold() in have}


@transaction.atomic
def copy(chosen: Collection[Template], unit: Unit, objective: Objective | None, actor: Actor) -> Copied:
    """Put the chosen ones into the unit's catalogue, each with an event; what it has by name is passed over."""
    Unit.objects.select_for_update().get(pk=unit.pk)
    known = known_names(unit, [template.name for template in chosen])
    made = []
    for template in chosen:
        if template.name not in known:
            made.append(_copied(template, unit, objective, actor))
    return Copied(tuple(made), tuple(template.name for template in chosen if template.name in known))


def _copied(template: Template, unit: Unit, objective: Objective | None, actor: Actor) -> Indicator:
    indicator = Indicator(unit=unit, objective=objective)
    for name in COPIED:
        setattr(indicator, name, getattr(template, name))
    if template.kind == Kind.SCALE:
        indicator.scale = _scale(template.scale, template.steps)
    indicator.save()
    if template.label:
        indicator.labels.add(Label.objects.get_or_create(name=template.label)[0])
    after = {"indikator": indicator.name, "satuan": indicator.unit_of_measure, "label": template.label}
    record(actor, Act(DEED, indicator, unit, after={name: text for name, text in after.items() if text}))
    return indicator


def _scale(name: str, steps: Sequence[str]) -> Scale:
    """The government's own scale of that name where it has one, whatever its steps."""
    scale, is_new = Scale.objects.get_or_create(name=name)
    if is_new:
        ScaleStep.objects.bulk_create(
            ScaleStep(scale=scale, rank=rank, name=step) for rank, step in enumerate(steps, start=1)
        )
    return scale


def _read(number: int, row: dict[str, str]) -> Template:
    scale, _, steps = row["skala"].partition(":")
    return Template(
        number=number,
        field=row["urusan"],
        name=row["nama"],
        unit_of_measure=row["satuan"],
        kind=row["jenis"],
        polarity=row["arah"],
        accumulation=row["hitung"],
        decimals=int(row["desimal"]),
        factor=Decimal(row["pengali"]),
        part_of_whole=row["bagian"] == "ya",
        calendar=row["diukur"],
        release_month=int(row["rilis"]) if row["rilis"] else None,
        reference_lag=int(row["rujukan"]),
        scale=scale.strip(),
        steps=tuple(step.strip() for step in steps.split("<")) if steps else (),
        label=row["label"],
        source=row["sumber"],
        definition=row["definisi"],
        formula_words=row["rumus"],
    )


def _text(template: Template) -> str:
    return " ".join((template.name, template.definition, template.source, template.field)).casefold()
