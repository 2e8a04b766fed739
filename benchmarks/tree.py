"""CPU time and queries of the pages of a performance tree of 3,000 nodes, against the same pages at 300.

    .venv/bin/python -m benchmarks.tree [--rounds 30]

Makes a government of twelve offices in a database of its own, with a tree of six levels: the region's nodes on
the first two, those of the offices below. Each page is asked in turn at both sizes, so that a busy machine
disturbs both; the median of process CPU is compared. The goal is a ratio of at most 1.5 and 20 queries.
"""

import argparse
import atexit
import os
import shutil
import statistics
import tempfile
import time
from datetime import date
from decimal import Decimal

FOLDER = tempfile.mkdtemp(prefix="perjanjian-benchmark-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.makedirs(os.path.join(FOLDER, "static"))
os.environ.update(
    DEMO="1",
    SECRET_KEY="only-for-benchmarks-" + "0123456789" * 4,
    VAR_DIR=FOLDER,
    DATABASE_URL=f"sqlite:///{FOLDER}/db.sqlite3",
    DJANGO_SETTINGS_MODULE="perjanjian.settings",
    STATIC_STORAGE="django.contrib.staticfiles.storage.StaticFilesStorage",
)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.permissions import Role  # noqa: E402
from agreements.enums import TreeLevel, UnitKind  # noqa: E402
from agreements.models import (  # noqa: E402
    Indicator,
    IndicatorTarget,
    Membership,
    PlanningPeriod,
    Position,
    Region,
    TreeNode,
    Unit,
)
from agreements.years import open_year  # noqa: E402

GOAL, ROUNDS = 1.5, 30
SIZES = (300, 3000)
# How many nodes stand on each of the six levels.
WIDTHS = {300: (4, 12, 24, 48, 80, 132), 3000: (4, 12, 48, 240, 700, 1996)}
YEARS = {300: 2026, 3000: 2031}
OFFICES = 12
SINCE = date(2020, 1, 1)


def government() -> tuple[Unit, list[Unit], User]:
    """The region, its offices with a head each, and a planner."""
    root = Unit.objects.create(
        name="Pemerintah Kabupaten Contoh", kind=UnitKind.REGION, short_name="Contoh", valid_from=SINCE
    )
    Region.objects.create(name="Contoh", seat="Contoh Kota")
    offices = [
        Unit.objects.create(
            name=f"Dinas {number}",
            kind=UnitKind.OFFICE,
            parent=root,
            short_name=f"D{number}",
            valid_from=SINCE,
            order=number,
        )
        for number in range(1, OFFICES + 1)
    ]
    for unit in offices:
        Position.objects.create(
            unit=unit, title=f"Kepala {unit}", level="ii", heads_unit=True, valid_from=SINCE
        )
    planner = User.objects.create(username="perencana", name="Perencana")
    Membership.objects.create(account=planner, role=Role.PLANNER, starts=SINCE)
    return root, offices, planner


def plant(root: Unit, offices: list[Unit], size: int) -> TreeNode:
    """A tree of that many nodes in a period of its own; returns a node of the third level."""
    year = YEARS[size]
    open_year(year)
    period = PlanningPeriod.objects.create(name=f"RPJMD {year}", first_year=year, last_year=year + 4)
    heads = {post.unit_id: post for post in Position.objects.filter(heads_unit=True)}
    indicators = [
        Indicator.objects.create(unit=unit, name=f"Indikator {unit} {size}", unit_of_measure="%")
        for unit in offices
    ]
    IndicatorTarget.objects.bulk_create(
        IndicatorTarget(indicator=each, year=year, value=Decimal("15.8")) for each in indicators
    )
    above: list[TreeNode] = []
    third = None
    for depth, width in enumerate(WIDTHS[size]):
        level = [
            TreeNode(
                period=period,
                unit=_unit(root, offices, above, depth, at, width),
                parent=above[at * len(above) // width] if above else None,
                level=list(TreeLevel)[min(depth, 4)],
                text=f"Terpenuhinya kondisi {depth}.{at} yang diperlukan bagi hasil di atasnya",
                critical=at % 3 == 0,
                order=at,
            )
            for at in range(width)
        ]
        for node in level:
            node.owner = heads.get(node.unit_id) if node.order % 5 else None
        above = TreeNode.objects.bulk_create(level)
        through = TreeNode.indicators.through
        through.objects.bulk_create(
            through(treenode=node, indicator=indicators[node.order % OFFICES])
            for node in above
            if node.order % 4
        )
        third = above[0] if depth == 2 else third
    return third


def _unit(root, offices, above, depth, at, width) -> Unit:
    if depth < 2:
        return root
    parent = above[at * len(above) // width]
    return (
        offices[at % OFFICES] if depth == 2 else next(each for each in offices if each.pk == parent.unit_id)
    )


def measured(client: Client, addresses: dict[int, str], rounds: int) -> dict[int, tuple[int, float]]:
    """Queries and median milliseconds of CPU of the page at each size."""
    times: dict[int, list[float]] = {size: [] for size in addresses}
    asked = {}
    for size, address in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address, headers={"host": "127.0.0.1"})
        assert answer.status_code == 200, (address, answer.status_code)
        asked[size] = len(queries)
    for _ in range(rounds):
        for size, address in addresses.items():
            began = time.process_time()
            client.get(address, headers={"host": "127.0.0.1"})
            times[size].append((time.process_time() - began) * 1000)
    return {size: (asked[size], statistics.median(times[size])) for size in addresses}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    root, offices, planner = government()
    third = {size: plant(root, offices, size) for size in SIZES}
    client = Client()
    client.force_login(planner)
    small, large = SIZES
    office = offices[0].pk
    pages = {
        "pohon daerah": "pohon-kinerja/",
        "pohon perangkat daerah": f"pohon-kinerja/unit/{office}/",
        "cabang": "pohon-kinerja/simpul/{node}/cabang/",
        "simpul": "pohon-kinerja/simpul/{node}/",
        "bagan": "pohon-kinerja/bagan/",
        "kekurangan": "pohon-kinerja/?kurang=tanpa-pemilik",
    }
    print(f"{'page':<26}{'queries':>16}{f'ms at {small}':>12}{f'ms at {large}':>12}{'ratio':>8}")
    for name, page in pages.items():
        addresses = {size: f"/{YEARS[size]}/" + page.format(node=third[size].pk) for size in SIZES}
        found = measured(client, addresses, rounds)
        (few, fast), (many, slow) = found[small], found[large]
        print(f"{name:<26}{few:>8}{many:>8}{fast:>12.1f}{slow:>12.1f}{slow / fast:>8.2f}")
    print(f"goal: at most {GOAL}, n = {rounds}, median of process CPU")


if __name__ == "__main__":
    main()
