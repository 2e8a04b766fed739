"""Seconds and peak memory of reading and writing spreadsheets of 12 columns.

    .venv/bin/python -m benchmarks.workbooks [--rows 1000 20000 100000]

Each size is written as XLSX, ODS and CSV in a process of its own and read back in another one. “proses” is the peak of
the process that asked (cells included), “anak” that of the child that read the file, both as the kernel counted them.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

os.environ.update(
    DEMO="1",
    SECRET_KEY="only-for-benchmarks-" + "0123456789" * 4,
    DJANGO_SETTINGS_MODULE="perjanjian.settings",
)

ROWS = (1_000, 20_000, 100_000)
COLUMNS = 12
ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Data">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
CHILD = (
    "import sys; from records import workbook_child; workbook_child.main(); "
    "print(next(l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')), file=sys.stderr)"
)


def rows(count: int):
    """Rows as an import has them: codes and texts, figures, amounts, a date, a percentage."""
    from datetime import date
    from decimal import Decimal

    for number in range(count):
        words = [f"Indikator kinerja nomor {number} dari perangkat daerah", f"1.02.{number % 97:02d}.2.01"]
        figures = [
            number,
            Decimal(number) / 8,
            1_000_000 * number,
            Decimal("0.25"),
            date(2026, 1, 1 + number % 28),
        ]
        yield [*words, *figures, *(f"Keterangan {number % 50} kolom {column}" for column in range(5))]


def write(kind: str, count: int, path: str) -> None:
    from perjanjian import sheets

    page = sheets.Page(
        "Data", tuple(sheets.Heading(f"Kolom {n}") for n in range(1, COLUMNS + 1)), rows(count)
    )
    if kind == "ods":
        _write_ods(count, path)
    else:
        Path(path).write_bytes(sheets.xlsx([page]) if kind == "xlsx" else sheets.csv(page))


def _write_ods(count: int, path: str) -> None:
    """Our writer makes no ODS: this is the plainest one."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<m/>")
        with archive.open("content.xml", "w", force_zip64=True) as part:
            part.write(ODS_HEAD.encode())
            for row in rows(count):
                cells = "".join(f"<table:table-cell {_ods(value)}</table:table-cell>" for value in row)
                part.write(f"<table:table-row>{cells}</table:table-row>".encode())
            part.write(ODS_TAIL.encode())


def _ods(value) -> str:
    if isinstance(value, str):
        return f'office:value-type="string"><text:p>{value}</text:p>'
    kind = "percentage" if str(value) == "0.25" else "float" if not hasattr(value, "year") else "date"
    attribute = "date-value" if kind == "date" else "value"
    return f'office:value-type="{kind}" office:{attribute}="{value}">'


def read(path: str) -> int:
    """Rows read back."""
    import django

    django.setup()
    from records import workbooks

    (sheet,) = workbooks.read(Path(path).read_bytes(), path).sheets
    return len(sheet.rows)


def _measured(answers, job, *arguments) -> None:
    started = time.perf_counter()
    value = job(*arguments)
    answers.put((value, time.perf_counter() - started, _peak()))


def _peak() -> int:
    """Most memory this process ever held, in kB."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


def apart(job, *arguments) -> tuple[int | None, float, int]:
    """The job's answer, seconds and peak kB, in a fresh process."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    worker = context.Process(target=_measured, args=(answers, job, *arguments))
    worker.start()
    answer = answers.get()
    worker.join()
    return answer


def child_peak(path: str) -> int:
    """Peak kB of the reading child."""
    with open(path, "rb") as given:
        child = subprocess.run(
            [sys.executable, "-c", CHILD],
            stdin=given,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
        )
    return json.loads(child.stderr)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, nargs="+", default=ROWS)
    sizes = arguments.parse_args().rows
    print(
        f"{'':6}{'baris':>9}{'MB':>7}{'tulis s':>9}{'proses MB':>11}{'baca s':>9}{'proses MB':>11}{'anak MB':>9}"
    )
    with tempfile.TemporaryDirectory(prefix="perjanjian-benchmark-") as folder:
        for kind in ("xlsx", "ods", "csv"):
            for count in sizes:
                path = f"{folder}/data.{kind}"
                _, seconds, peak = apart(write, kind, count, path)
                found, read_seconds, read_peak = apart(read, path)
                if found != count + (kind != "ods"):
                    raise SystemExit(f"{path}: {found} rows read of {count}")
                child = child_peak(path) / 1024 if kind != "csv" else 0
                size = os.path.getsize(path) / 1024 / 1024
                print(
                    f"{kind:6}{count:9}{size:7.1f}{seconds:9.2f}{peak / 1024:11.0f}{read_seconds:9.2f}"
                    f"{read_peak / 1024:11.0f}{child:9.0f}"
                )


if __name__ == "__main__":
    main()
