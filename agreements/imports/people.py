"""Positions and officials: a workbook of two sheets, the positions first."""

from accounts.permissions import Capability
from agreements.imports import spec
from agreements.imports.lookups import no_units
from agreements.imports.officials import AssignmentResource, official_columns
from agreements.imports.positions import PositionResource, position_columns
from agreements.imports.spec import SheetSpec, Subject

PEOPLE = Subject(
    "people",
    "Jabatan & Pejabat",
    "Jabatan di setiap unit dengan atasannya, dan pejabat yang memegangnya dari waktu ke waktu.",
    Capability.ORGANISE,
    (
        SheetSpec("positions", "Jabatan", position_columns, PositionResource),
        SheetSpec("officials", "Pejabat", official_columns, AssignmentResource),
    ),
    waits_for=lambda year: no_units(),
    shown_at=("agreements:unit_list", "Lihat organisasi"),
)
spec.register(PEOPLE)
