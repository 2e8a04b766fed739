"""Compares published figures with the engine's and, where asked, builds a government out of them."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from evaluations.published.comparison import (
    EXACT,
    NONE,
    OTHER,
    ROUNDING,
    UNREADABLE,
    VERDICTS,
    Comparison,
    compare_budget,
    compare_indicator,
)
from evaluations.published.declarations import declarations
from evaluations.published.reading import FILES, FileRefused, Row, read_rows
from perjanjian.numerals import round_half_up

WORDS = {
    EXACT: "persis",
    ROUNDING: "dalam pembulatan",
    OTHER: "rumus baku lain",
    NONE: "tanpa rumus baku",
    UNREADABLE: "tak terbaca",
}
COMPARED = {"indicators.csv": compare_indicator, "budgets.csv": compare_budget}
PRINTED = {
    "indicators.csv": ("target", "realisasi", "capaian_published"),
    "budgets.csv": ("anggaran", "realisasi", "persen_published"),
}
JSON_PLACES = 6


class Command(BaseCommand):
    help = (
        "Membandingkan capaian yang diterbitkan dengan hasil mesin hitung, baris demi baris. "
        "DIR berisi indicators.csv, quarterly.csv, budgets.csv, dan opd_lists.csv."
    )

    def add_arguments(self, parser):
        parser.add_argument("dir", metavar="DIR", type=Path, help="folder berkas CSV")
        parser.add_argument(
            "--json", metavar="FILE", type=Path, help="tulis putusan setiap baris ke berkas JSON"
        )
        parser.add_argument(
            "--build", metavar="REGION", help='bangun pemerintah daerah ini, misalnya "Kabupaten Banyuwangi"'
        )

    def handle(self, *args, **options):
        rows = self._read(options["dir"])
        found = {name: _compared(name, rows[name]) for name in COMPARED if name in rows}
        for name, comparisons in found.items():
            self._report(name, rows[name], comparisons)
        if "quarterly.csv" in rows:
            self.stdout.write(
                f"quarterly.csv: {len(rows['quarterly.csv'])} baris, tidak memuat persen untuk dibandingkan."
            )
        if options["json"]:
            self._write_json(options["json"], [row for rows_of in found.values() for row in rows_of])
        if options["build"] is not None:
            self._build(options["build"], options["dir"], rows)

    def _read(self, folder: Path) -> dict[str, list[Row]]:
        """Rows by file; a file that cannot be read is said and passed over, unless none can be."""
        if not folder.is_dir():
            raise CommandError(f"{folder} bukan folder.")
        rows = {}
        for name in FILES:
            try:
                rows[name] = read_rows(folder, name)
            except FileRefused as error:
                self.stderr.write(str(error))
        if not rows:
            raise CommandError("Tidak ada berkas yang dapat dibaca.")
        return rows

    # --- comparison ---------------------------------------------------------------------------

    def _report(self, name: str, rows: Sequence[Row], found: Sequence[Comparison]) -> None:
        lacking = ", ".join(
            f"{sum(not row[column] for row in rows)} tanpa {column}" for column in PRINTED[name]
        )
        self.stdout.write(f"{name}: {len(found)} dari {len(rows)} baris dapat dibandingkan ({lacking}).")
        self.stdout.write("")
        self.stdout.write(_table(found))
        self.stdout.write("")
        for verdict in VERDICTS:
            named = [row for row in found if row.verdict == verdict]
            if verdict == EXACT or not named:
                continue
            self.stdout.write(f"{WORDS[verdict].capitalize()} ({len(named)} baris):")
            for row in named:
                self.stdout.write(f"  {row.file} baris {row.line}, {row.source}: {row.name}")
                self.stdout.write(f"    terbit {row.published or '(kosong)'}; {row.reason}.")
                if row.note:
                    self.stdout.write(f"    Catatan sumber: {row.note}.")
            self.stdout.write("")

    def _write_json(self, path: Path, found: Sequence[Comparison]) -> None:
        lines = []
        for row in found:
            line = asdict(row)
            if row.computed is not None:
                line["computed"] = str(round_half_up(row.computed, JSON_PLACES))
            lines.append(line)
        try:
            path.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path} tidak dapat ditulis ({error.strerror}).") from error
        self.stdout.write(f"{len(lines)} baris ditulis ke {path}.")

    # --- building -----------------------------------------------------------------------------

    def _build(self, region: str, folder: Path, rows: dict[str, list[Row]]) -> None:
        # Imported here: comparing needs no database.
        from evaluations.published.building import build
        from evaluations.published.tally import BuildRefused

        if set(rows) != set(FILES):
            raise CommandError("Tidak dibangun: ada berkas yang tidak dapat dibaca.")
        try:
            built = build(region, rows, declarations(), _titles(folder))
        except BuildRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write("")
        self.stdout.write(f"{region}: {sum(built.new.values())} baris baru.")
        width = max(map(len, built.new), default=0)
        for label in built.new:
            self.stdout.write(
                f"  {label:<{width}}  {built.new[label]:>5} baru  {built.found[label]:>5} sudah ada"
            )
        for remark in built.remarks:
            self.stdout.write(remark)
        self.stdout.write(f"Tidak dibuat: {len(built.leftovers)} baris.")
        for left in built.leftovers:
            self.stdout.write(f"  {left.file} baris {left.line}: {left.name}: {left.reason}.")


def _compared(name: str, rows: Iterable[Row]) -> list[Comparison]:
    compare = COMPARED[name]
    return [found for row in rows if (found := compare(row, declarations()))]


def _table(found: Sequence[Comparison]) -> str:
    """One line per source and direction, one column per verdict, aligned."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for row in found:
        counts.setdefault((row.source, row.direction), Counter())[row.verdict] += 1
    lines = [["sumber", "arah", *(WORDS[verdict] for verdict in VERDICTS), "jumlah"]]
    for key, counted in counts.items():
        lines.append([*key, *(str(counted[verdict]) for verdict in VERDICTS), str(counted.total())])
    total = Counter(row.verdict for row in found)
    lines.append(["jumlah", "", *(str(total[verdict]) for verdict in VERDICTS), str(total.total())])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _titles(folder: Path) -> dict[str, str]:
    """The document of each source, where the folder says; a source is named by its key otherwise."""
    try:
        with (folder / "sources.csv").open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}
    return {line["source_id"]: line["title"] for line in lines if line.get("source_id") and line.get("title")}
