"""One workbook with planted faults of every kind: all reported in one pass, where they stand, and nothing applied.

A subject adds its own: a `Plant` for each kind, with the rows it needs and what must be said of each.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine

from agreements.enums import UnitKind
from agreements.imports import spec
from agreements.imports.reading import letter
from agreements.imports.workflow import TransitionError
from agreements.models import ImportRun, Unit
from records.models import Event
from tests.agreements.books import Importer, counts, xlsx
from tests.factories import make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
LONG = "x" * 300


@dataclass(frozen=True)
class Plant:
    """One kind of fault: rows (name of our column → cell), and for each what is said, by column."""

    kind: str
    rows: tuple[Mapping[str, Any], ...]
    said: tuple[Mapping[str, str], ...]


def unit(number: str, **cells) -> dict[str, Any]:
    """A row without a fault, to plant one in."""
    return {"code": f"7.{number}", "name": f"Dinas {number}", "kind": "Dinas"} | cells


UNITS = [
    Plant(
        "kosong padahal wajib",
        (unit("1", name=None), unit("2", kind=""), unit("3", name=" ", kind=None)),
        ({"name": "kosong"}, {"kind": "kosong"}, {"name": "kosong", "kind": "kosong"}),
    ),
    Plant(
        "bukan pilihan",
        (unit("4", kind="Dinass"), unit("5", kind="#N/A"), unit("6", kind=12)),
        ({"kind": "“Dinass” tidak dikenal. Pilih"}, {"kind": "“#N/A”"}, {"kind": "“12”"}),
    ),
    Plant("huruf pada kode", (unit("7", code="7/7"), unit("8", code="A.8")), ({"code": "angka dan titik"},) * 2),
    Plant("kode terlalu panjang", (unit("9", code="9." * 20),), ({"code": "30 karakter"},)),
    Plant(
        "teks terlalu panjang",
        (unit("10", name=LONG, short_name="S"), unit("11", short_name=LONG)),
        ({"name": "255 karakter"}, {"short_name": "60 karakter"}),
    ),
    Plant(
        "induk tidak dikenal",
        (unit("12", parent="Dinas Kesehatn"), unit("13", parent="Tidak Ada")),
        ({"parent": "Maksudnya “Dinas Kesehatan”?"}, {"parent": "tidak ada di daftar unit"}),
    ),
    Plant("induk bernama ganda", (unit("14", parent="Sekretariat"),), ({"parent": "Ada 2 unit bernama"},)),
    Plant("di bawah seksi", (unit("15", parent="Seksi Gizi"),), ({"parent": "tidak ada unit di bawahnya"},)),
    Plant(
        "di bawah dirinya sendiri di berkas",
        (unit("16", parent="7.17"), unit("17", parent="7.16")),
        ({"parent": "Dinas 16 → Dinas 17 → Dinas 16"}, {"parent": "di bawah dirinya sendiri"}),
    ),
    Plant(
        "di bawah dirinya sendiri bersama yang tersimpan",
        ({"name": "Dinas Kesehatan", "kind": "Dinas", "parent": "Bidang Kesehatan Masyarakat"},),
        ({"parent": "di bawah dirinya sendiri"},),
    ),
    Plant(
        "tanggal tidak terbaca",
        (unit("18", valid_from="kemarin"), unit("19", valid_to="12.5")),
        ({"valid_from": "tidak terbaca"}, {"valid_to": "tidak terbaca"}),
    ),
    Plant(
        "tanggal tidak ada",
        (unit("20", valid_from="30/02/2026"), unit("21", valid_to="31 April 2026"), unit("37", valid_from="2026-13-01")),
        (
            {"valid_from": "tidak ada di kalender"},
            {"valid_to": "tidak ada di kalender"},
            {"valid_from": "tidak ada di kalender"},
        ),
    ),
    Plant("tahun di luar jangkauan", (unit("22", valid_from="01/01/1026"),), ({"valid_from": "antara 1945"},)),
    Plant(
        "berakhir sebelum mulai",
        (unit("23", valid_from="01/02/2026", valid_to="31/01/2026"),),
        ({"valid_to": "lebih awal daripada tanggal mulai"},),
    ),
    Plant("bukan angka", (unit("24", order="satu"), unit("25", order="1,5")), ({"order": "tidak terbaca"}, {"order": "bulat"})),
    Plant("angka di luar jangkauan", (unit("26", order=-1), unit("27", order=40000)), ({"order": "paling sedikit 0"}, {"order": "paling banyak 32.767"})),
    Plant("bukan ya atau tidak", (unit("28", on_map="mungkin"), unit("29", writes_report=2)), ({"on_map": "Tulis ya atau tidak"}, {"writes_report": "Tulis ya atau tidak"})),
    Plant(
        "kode dua kali",
        (unit("30"), unit("31", code="7.30")),
        ({"code": "“7.30 Dinas 30” juga ada di baris"}, {"code": "Sisakan satu"}),
    ),
    Plant(
        "nama dua kali",
        (unit("32", code=None), unit("32", code="")),
        ({"code": "“Dinas 32” juga ada di baris"}, {"code": "Sisakan satu"}),
    ),
    Plant("pemerintah daerah kedua", (unit("33", kind="Pemerintah daerah"),), ({"kind": "hanya satu"},)),
    Plant(
        "yang digantikan tidak dikenal",
        (unit("34", predecessors="Dinas Kesehatan; Dinas Hilang"), unit("35", predecessors="7.35")),
        ({"predecessors": "“Dinas Hilang”"}, {"predecessors": "dirinya sendiri"}),
    ),
    Plant("menunjuk baris yang ditolak", (unit("36", parent="7.4"),), ({"parent": "Menunjuk “7.4 Dinas 4”"},)),
]  # fmt: skip


@dataclass(frozen=True)
class Sown:
    """A workbook with all plants in it, and what must be said: row and letter of the column → words."""

    content: bytes
    rows: int
    said: dict[tuple[int, str], str]


def sow(subject: str, plants: Sequence[Plant], year: int | None = None) -> Sown:
    found = spec.subject(subject)
    assert found
    (sheet,) = found.sheets
    columns = sheet.columns(year)
    places = {column.name: letter(at) for at, column in enumerate(columns)}
    rows, said = [], {}
    for plant in plants:
        for row, sentences in zip(plant.rows, plant.said, strict=True):
            rows.append([row.get(column.name) for column in columns])
            said |= {(len(rows) + 1, places[name]): words for name, words in sentences.items()}
    return Sown(xlsx((sheet.title, [[c.label for c in columns], *rows])), len(rows), said)


def reported(run: ImportRun) -> dict[tuple[int, str], list[str]]:
    found = defaultdict(list)
    for row in run.examined.all():
        for column, _, sentence in json.loads(row.faults or "[]"):
            found[row.row, column].append(sentence)
    return found


def test_40_faults_of_20_kinds_are_all_reported_in_one_pass_and_nothing_is_applied(
    bagian_organisasi, government
):
    make_unit("Seksi Gizi", government.bidang, UnitKind.SECTION)
    for office in (government.kesehatan, government.pendidikan):
        make_unit("Sekretariat", office, UnitKind.DIVISION)
    before = list(Unit.objects.order_by("pk").values())
    sown = sow("units", UNITS)
    assert len(UNITS) >= 20
    assert len(sown.said) >= 40
    importer = Importer("units", bagian_organisasi)
    with time_machine.travel("2026-07-20 09:00", tick=True):
        run = importer.examine(sown.content)
        found = reported(run)
        assert set(found) == set(sown.said)
        for place, words in sown.said.items():
            (sentence,) = found[place]
            assert words in sentence
            assert sentence.endswith((".", "?"))
        assert counts(run) == (0, 0, 0, sown.rows)
        with pytest.raises(TransitionError):
            importer.apply(run)
    assert list(Unit.objects.order_by("pk").values()) == before
    assert not Event.objects.exists()
