"""Objectives and the catalogue of indicators with their targets: a workbook of two sheets, the objectives first."""

from accounts.permissions import Capability
from agreements.imports import spec
from agreements.imports.indicator_cells import indicator_columns
from agreements.imports.indicators import IndicatorResource
from agreements.imports.objectives import ObjectiveResource, objective_columns
from agreements.imports.spec import SheetSpec, Subject

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
)
spec.register(PLAN)
