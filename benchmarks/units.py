"""CPU time and queries of the outline of units and of one of its pages, for 300 and for 3,000 units.

    .venv/bin/python -m benchmarks.units [--rounds 30]

Makes a tree of six levels with a head for every unit in a database of its own in a temporary folder, once
with 300 and once with 3,000 units, and asks the pages again and again as Bagian Organisasi: median of
process CPU over the rounds, number of queries, bytes.
"""

import argparse
import statistics
import time

# Sets up a database in a temporary folder before anything of Django is read.
from benchmarks.pages import ROUNDS  # isort: skip
from datetime import date

from django.core.management import call_command
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from agreements.enums import Level, UnitKind
from agreements.models import Assignment, Membership, Official, Position, Region, Unit
from agreements.years import open_year

SIZES = (300, 3000)
# How many units stand below one, by level: 6 levels in all, the last takes what is left.
KINDS = (
    UnitKind.OFFICE,
    UnitKind.DIVISION,
    UnitKind.SECTION,
    UnitKind.TECHNICAL,
    UnitKind.STAFF,
    UnitKind.STAFF,
)
SINCE = date(2021, 1, 1)


def grow(size: int) -> None:
    """Units until there are `size` below the region: as many more at each level as fill six levels."""
    root = Unit.objects.filter(kind=UnitKind.REGION).first() or Unit.objects.create(
        kind=UnitKind.REGION, name="Kabupaten Contoh", short_name="Contoh", valid_from=SINCE
    )
    Assignment.objects.all().delete()
    Position.objects.all().delete()
    Official.objects.all().delete()
    for level in reversed(range(len(KINDS))):
        Unit.objects.filter(short_name__startswith=f"L{level}-").delete()
    spread, parents, made = size ** (1 / len(KINDS)), [root], 0
    for level, kind in enumerate(KINDS):
        wanted = size - made if level == len(KINDS) - 1 else round(spread ** (level + 1))
        units = [
            Unit(parent=parents[n % len(parents)], kind=kind, name=f"Unit {level}-{n}", short_name=f"L{level}-{n}",
                 order=n % 100, valid_from=SINCE)
            for n in range(wanted)
        ]  # fmt: skip
        parents = Unit.objects.bulk_create(units)
        made += wanted
        posts = Position.objects.bulk_create(
            Position(unit=unit, title=f"Kepala {unit}", level=Level.III, heads_unit=True, valid_from=SINCE)
            for unit in parents
        )
        people = Official.objects.bulk_create(Official(name=f"Pejabat {level}-{n}") for n in range(wanted))
        Assignment.objects.bulk_create(
            Assignment(official=official, position=post, starts=SINCE)
            for official, post in zip(people, posts, strict=True)
        )


def measured(client: Client, address: str, rounds: int) -> tuple[int, float, int]:
    """Queries, median milliseconds of CPU, bytes."""
    client.get(address)
    reset_queries()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    asked, times = len(queries), []
    for _ in range(rounds):
        began = time.process_time()
        client.get(address)
        times.append((time.process_time() - began) * 1000)
    return asked, statistics.median(times), len(answer.content)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often a page is asked for its median")
    rounds = parser.parse_args().rounds
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    Region.objects.create(name="Contoh", seat="Contoh")
    open_year(timezone.localdate().year)
    account = User.objects.create(username="organisasi", name="Bagian Organisasi")
    Membership.objects.create(account=account, role=Role.BUREAU, starts=SINCE)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(account)
    print(f"{'units':>6}  {'page':<28}{'queries':>8}{'ms CPU':>9}{'bytes':>9}")
    for size in SIZES:
        grow(size)
        first = Unit.objects.get(short_name="L2-0")
        outline = reverse("agreements:unit_list")
        for name, address in (
            ("outline", outline),
            ("outline below a section", f"{outline}?di={first.pk}"),
            ("search", f"{outline}?cari=Unit"),
            ("unit", reverse("agreements:unit_detail", args=(first.pk,))),
            ("form of a unit", reverse("agreements:unit_create")),
        ):
            queries, ms, size_of = measured(client, address, rounds)
            print(f"{Unit.objects.count() - 1:>6}  {name:<28}{queries:>8}{ms:>9.1f}{size_of:>9}")


if __name__ == "__main__":
    main()
