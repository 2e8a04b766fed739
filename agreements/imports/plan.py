"""Objectives and the catalogue of indicators with their targets: a workbook of two sheets, the objectives first."""

from accounts.permissions import Capability
from agreements.imports import spec
from agreements.imports.indicator_cells import indicator_columns
from agreements.imports.indicators import IndicatorResource
from agreements.imports.lookups import no_units
from agreements.imports.objectives import ObjectiveResource, no_period, objective_columns, period_of
from agreements.imports.spec import SheetSpec, Subject


def _waits_for(year: int | None) -> str:
    """Its targets have a column for each year of the planning period."""
    return no_units() or ("" if period_of(year) else no_period(year))


PLAN = Subject(
    "plan",
    "Tujuan, Sasaran & Indikator",
    "Tujuan dan sasaran RPJMD dan Renstra, serta Kamus Indikator dengan target setiap tahun.",
    Capability.PLAN,
    (
        SheetSpec("objectives", "Tujuan & Sasaran", objective_columns, ObjectiveResource),
        SheetSpec("indicators", "Indikator", indicator_columns, IndicatorResource),
    ),
    needs_year=True,
    waits_for=_waits_for,
    shown_at=("agreements:objective_list", "Lihat Tujuan & Sasaran"),
)
spec.register(PLAN)
