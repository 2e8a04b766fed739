"""Reads the rows of data/demo, and the figures in them by the kind of their indicator."""

import csv
import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from agreements.enums import Kind
from agreements.models import Indicator, ScaleStep
from evaluations.demo.days import Years

FOLDER = settings.BASE_DIR / "data" / "demo"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table, column → text."""
    with open(FOLDER / f"{name}.csv", encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def rows_of(name: str, year: int, years: Years) -> list[dict[str, str]]:
    """The rows of a table that tell of a year, which they name by its letter."""
    return [row for row in rows(name) if years.year(row["year"]) == year]


def document(name: str) -> Any:
    """The content of a JSON file."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def words(text: str, separator: str | None = None) -> list[str]:
    """The parts of a cell that holds several."""
    return [part.strip() for part in text.split(separator) if part.strip()]


def target(indicator: Indicator, text: str, year: int) -> dict[str, Any]:
    """Target columns: `15.8`, a range `60..85`, the name of a step, or a `11-30` of the year."""
    if indicator.kind == Kind.RANGE:
        low, high = text.split("..")
        return {"low": Decimal(low), "high": Decimal(high)}
    return _figure(indicator, text, year)


def reading(indicator: Indicator, text: str, year: int) -> dict[str, Any]:
    """Value columns of a measured figure; a quotient is written `640.1/905.6`."""
    if indicator.kind == Kind.RATIO:
        above, below = text.split("/")
        return {"numerator": Decimal(above), "denominator": Decimal(below)}
    return _figure(indicator, text, year)


def _figure(indicator: Indicator, text: str, year: int) -> dict[str, Any]:
    if indicator.kind == Kind.SCALE:
        return {"step": ScaleStep.objects.get(scale=indicator.scale_id, name=text).rank}
    if indicator.kind == Kind.DATE:
        return {"date": date.fromisoformat(f"{year}-{text}")}
    return {"value": Decimal(text)}
