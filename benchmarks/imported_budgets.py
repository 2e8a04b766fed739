"""Workbooks of budgets to measure importing with: units with the same sub kegiatan, and a cash plan where asked."""

from datetime import date

from accounts.models import User
from accounts.permissions import Role
from agreements.imports import spec
from agreements.models import Membership, Region, Unit
from agreements.years import open_year
from perjanjian.numerals import MONTHS
from perjanjian.sheets import Heading, Page, xlsx

YEAR = 2026
SINCE = date(2021, 1, 1)
HEADINGS = ("Perangkat daerah", "Kode", "Program/Kegiatan/Sub Kegiatan", "Sumber dana", "Versi", "Pagu (Rp)")
PLAN = (*(f"Kas {name}" for name in MONTHS), *(f"Fisik {name}" for name in MONTHS))


def known(units: int) -> tuple[spec.Subject, User, int]:
    """The subject, an account that may import it, and the year; the units are there."""
    user = User.objects.create(username="pengimpor", name="Pengimpor")
    Membership.objects.create(account=user, role=Role.BUREAU, starts=SINCE)
    root = Unit.objects.create(name="Pemerintah", short_name="Pemda", kind="region", valid_from=SINCE)
    Region.objects.create(name="Contoh", seat="Contoh")
    open_year(YEAR)
    Unit.objects.bulk_create(
        Unit(name=f"Dinas {n}", short_name=f"D{n}", kind="office", parent=root, valid_from=SINCE)
        for n in range(units)
    )
    return next(each for each in spec.subjects() if each.key == "budgets"), user, YEAR


def workbook(rows: int, units: int, step: int, *, plan: bool) -> bytes:
    """Rows whose amounts differ by `step`; with a plan, a twelfth of the amount each month."""
    headings = HEADINGS + (PLAN if plan else ())
    every = (_row(n, units, step, plan) for n in range(rows))
    return xlsx([Page("Program & Anggaran", tuple(Heading(each) for each in headings), every)])


def _row(n: int, units: int, step: int, plan: bool) -> list:
    of_unit = n // units
    code = f"1.02.{of_unit // 90 + 2:02}.2.{of_unit // 10 % 9 + 1:02}.{of_unit % 10 + 1:04}"
    amount = 12 * (1_000_000 + 1000 * n + step)
    months = [amount // 12] * 12 + [round(100 * month / 12) for month in range(1, 13)] if plan else []
    return [f"Dinas {n % units}", code, f"Sub kegiatan {of_unit}", "APBD", "APBD murni", amount, *months]
