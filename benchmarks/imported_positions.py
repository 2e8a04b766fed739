"""A subject to measure importing with, of any size: positions of units, found by unit and title."""

from datetime import date

from import_export.fields import Field

from accounts.models import User
from accounts.permissions import Capability, Role
from agreements.enums import Level, UnitKind
from agreements.imports.lookups import fold, stored_units, unit_reference, units_of
from agreements.imports.resources import SheetResource
from agreements.imports.spec import Column, SheetSpec, Subject, register
from agreements.imports.widgets import ChoiceWidget, ReferenceWidget
from agreements.models import Membership, Position, Region, Unit
from perjanjian.sheets import Heading, Page, xlsx

COLUMNS = (
    Column("number", "Nomor"),
    Column("unit", "Unit", required=True),
    Column("title", "Jabatan", required=True),
    Column("level", "Tingkat", required=True),
    Column("valid_from", "Sejak", required=True),
)


class PositionResource(SheetResource):
    unit = Field("unit", "unit", ReferenceWidget(units_of, unit_reference))
    level = Field("level", "level", ChoiceWidget(Level), saves_null_values=False)

    class Meta:
        model = Position
        exclude = ("id", "superior")

    def preload(self) -> None:
        units = stored_units(self.context)
        self.known = {}
        for position in Position.objects.all():
            position.unit = units[position.unit_id]
            self.known[fold(position.title).rsplit(" ", 1)[-1]] = position

    def natural_key(self, row):
        return row.get("number")

    def find(self, row):
        return self.known.get(str(row.get("number")))


def known(units: int) -> tuple[Subject, User]:
    """The subject, with an account that may import it and units to refer to."""
    user = User.objects.create(username="pengimpor", name="Pengimpor")
    Membership.objects.create(account=user, role=Role.BUREAU, starts=date(2021, 1, 1))
    root = Unit.objects.create(
        name="Pemerintah", short_name="Pemda", kind=UnitKind.REGION, valid_from=date(2021, 1, 1)
    )
    Region.objects.create(name="Contoh", seat="Contoh")
    Unit.objects.bulk_create(
        Unit(name=f"Dinas {n}", short_name=f"D{n}", code=f"1.{n}", kind="office", parent=root, valid_from=root.valid_from)
        for n in range(units)
    )  # fmt: skip
    subject = Subject(
        "benchmark",
        "Jabatan",
        "",
        Capability.ORGANISE,
        (SheetSpec("positions", "Jabatan", lambda year: COLUMNS, PositionResource),),
    )
    register(subject)
    return subject, user


def workbook(rows: int, units: int, word: str) -> bytes:
    every = (
        [n, f"1.{n % units}", f"{word} {n}", "Eselon III / Administrator", date(2022, 1, 3)]
        for n in range(rows)
    )
    return xlsx([Page("Jabatan", tuple(Heading(column.label) for column in COLUMNS), every)])
