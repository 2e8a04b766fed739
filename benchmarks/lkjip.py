"""Time, pages and memory of a performance report (LKjIP) with 3 and with 60 indicators.

    .venv/bin/python -m benchmarks.lkjip [rounds]

Reading the data and printing are timed apart: median process CPU over the rounds (30 for the small report,
5 for the large one). Peak memory is that of a process that makes one report and nothing else. The data are
made in a database of its own, thrown away afterwards.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = {3: 30, 60: 5}


def main(rounds: dict[int, int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for count, times in rounds.items():
            environment = os.environ | {
                "VAR_DIR": str(Path(folder) / str(count)),
                "DEMO": "1",
                "SECRET_KEY": "only-for-benchmarks-" + "0123456789" * 4,
                "DJANGO_SETTINGS_MODULE": "tests.environment",
            }
            command = [sys.executable, "-m", "benchmarks.lkjip", "--one", str(count), str(times)]
            subprocess.run(command, env=environment, check=True)


def one(count: int, rounds: int) -> None:
    """Make the report of `count` indicators in this process and print one line about it."""
    import django

    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        measure(count, rounds)
    finally:
        teardown_databases(databases, verbosity=0)


def measure(count: int, rounds: int) -> None:
    from records import files
    from reports import appendix
    from reports.contexts.lkjip import lkjip
    from reports.lkjip import report_pdf
    from tests.reports import cases

    government = small_government()
    if count == 3:
        cases.three_indicators(government)
    else:
        cases.many_indicators(government, count)
    reading, printing, size, pages = [], [], 0, 0
    for _ in range(rounds + 1):
        begun = time.process_time()
        report = lkjip(government.kesehatan, 2026, cases.AFTER)
        read = time.process_time()
        content = report_pdf(report, None, files.read(report.plan.issue.pdf))
        reading.append(read - begun)
        printing.append(time.process_time() - read)
        size, pages = len(content), appendix.page_count(content)
    # The first round also loads the printer.
    print(
        f"{count} indikator: {pages} halaman, {size / 1024:.0f} KiB, membaca {median(reading):.3f} s, "
        f"mencetak {median(printing):.2f} s CPU (median dari {rounds}), "
        f"memori puncak {peak_memory():.0f} MiB"
    )


def small_government():
    """Dinas Kesehatan under its region, with whom its agreement needs."""
    from types import SimpleNamespace

    from accounts.permissions import Role
    from agreements.enums import Level, UnitKind
    from agreements.models import Region
    from agreements.years import open_year
    from evaluations.years import make_periods
    from tests import factories as make

    g = SimpleNamespace(root=make.make_unit("Pemerintah Kabupaten Contoh", kind=UnitKind.REGION))
    Region.objects.create(name="Contoh", seat="Contoh Kota")
    g.kesehatan = make.make_unit(
        "Dinas Kesehatan", g.root, signs_with_head=True, on_map=True, writes_report=True
    )
    g.regent = make.make_position(g.root, "Bupati Contoh", Level.REGIONAL_HEAD)
    g.kadinkes = make.make_position(g.kesehatan, "Kepala Dinas Kesehatan", Level.II, g.regent)
    g.users = SimpleNamespace(
        kepala_kesehatan=make.make_user("kepala_kesehatan"), bagian_organisasi=make.make_user("organisasi")
    )
    make.make_assignment(make.make_official("H. Arif Santosa, S.E.", nip=None), g.regent)
    make.make_assignment(make.make_official("dr. Ratna Dewi, M.Kes.", g.users.kepala_kesehatan), g.kadinkes)
    make.make_membership(g.users.bagian_organisasi, Role.BUREAU)
    for year in (2025, 2026):
        make_periods(open_year(year))
    g.sasaran = make.make_objective(g.kesehatan)
    g.stunting = make.make_indicator(g.kesehatan, polarity="lower", objective=g.sasaran)
    return g


def median(values: list[float]) -> float:
    return statistics.median(values[1:])


def peak_memory() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if "--one" in sys.argv:
        one(int(sys.argv[-2]), int(sys.argv[-1]))
    elif len(sys.argv) > 1:
        main({count: int(sys.argv[1]) for count in SIZES})
    else:
        main(SIZES)
