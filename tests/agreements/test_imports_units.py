"""Units from a workbook: what is new, changed and the same, and every sentence about what is not right."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.enums import RowOutcome, UnitKind
from agreements.models import Unit
from tests.agreements.books import book, examined, said_of
from tests.factories import make_agreement, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
HEAD = ["Kode SKPD", "Nama unit", "Nama pendek", "Jenis", "Bagian dari", "Berlaku sejak", "Berlaku sampai"]


def units(*rows, head=HEAD):
    return book(("Unit Kerja", [head, *rows]))


def test_new_changed_and_same_are_told_apart_and_nothing_is_written(government):
    before = list(Unit.objects.values())
    found = examined(
        "units",
        units(
            ["2.15.0", "Dinas Perhubungan", "Dishub", "Dinas", "", date(2026, 1, 1), None],
            [None, "Dinas Kesehatan", "Dinkes", "Dinas", None, date(2021, 1, 1), None],
            [None, "Bagian Organisasi", "Bagian Organisasi", "Bagian", "Setda", date(2021, 1, 1)],
        ),
    )
    assert found.counts == {RowOutcome.NEW: 1, RowOutcome.CHANGED: 1, RowOutcome.SAME: 1}
    new, changed = found.findings()
    assert changed.differences == (("Nama pendek", "Dinas Kesehatan", "Dinkes"),)
    assert ("Bagian dari", "", "Pemerintah Kabupaten Contoh") in new.differences
    assert ("Berlaku sejak", "", "1 Januari 2026") in new.differences
    assert list(Unit.objects.values()) == before


def test_a_unit_may_name_one_that_is_new_in_the_file_above_or_below_it():
    found = examined(
        "units",
        units(
            [None, "Seksi Angkutan", None, "Seksi", "Bidang Lalu Lintas"],
            [None, "Bidang Lalu Lintas", None, "Bidang", "2.15"],
            ["2.15", "Dinas Perhubungan", None, "Dinas"],
        ),
    )
    assert said_of(found) == []
    assert found.counts == {RowOutcome.NEW: 3}


SENTENCES = [
    (["1.1", None, None, "Dinas"], "B", "“Nama unit” kosong. Isi kolom ini, misalnya Dinas Kesehatan."),
    (["1.1", "A", None, None], "D", "“Jenis” kosong. Isi kolom ini, misalnya Dinas."),
    (["1.1", "A", None, "Dinass"], "D", "“Dinass” tidak dikenal. Pilih salah satu: Pemerintah daerah,"),
    (["1/1", "A", None, "Dinas"], "A", "Kode SKPD hanya berisi angka dan titik."),
    (["1.1", "A", "x" * 61, "Dinas"], "C", "60 karakter"),
    (["1.1", "A", None, "Dinas", "Setdaa"], "E", "“Setdaa” tidak ada di daftar unit. Maksudnya “Setda”?"),
    (["1.1", "A", None, "Dinas", None, "2026-02-30"], "F", "“2026-02-30” tidak ada di kalender."),
    (["1.1", "A", None, "Dinas", None, "01/02/2026", "01/01/2026"], "G", "lebih awal daripada tanggal mulai"),
    (["1.1", "A", None, "Pemerintah daerah"], "D", "Pemerintah daerah sudah ada dan hanya satu."),
]


@pytest.mark.parametrize(("row", "column", "sentence"), SENTENCES)
def test_what_is_wrong_is_said_where_it_stands(row, column, sentence):
    ((number, where, text),) = said_of(examined("units", units(row)))
    assert (number, where) == (2, column)
    assert sentence in text


def test_every_fault_of_a_row_is_said_at_once():
    found = examined("units", units(["1/1", None, "x" * 61, "Dinass", "Nihil", "kemarin", "besok"]))
    assert [where for _, where, _ in said_of(found)] == ["A", "B", "C", "D", "E", "F", "G"]


def test_the_same_code_twice_names_both_rows():
    found = examined("units", units(["1.1", "A", None, "Dinas"], ["1.1", "B", None, "Dinas"]))
    assert said_of(found) == [
        (2, "A", "“1.1 A” juga ada di baris 3. Sisakan satu baris saja."),
        (3, "A", "“1.1 B” juga ada di baris 2. Sisakan satu baris saja."),
    ]


def test_a_unit_below_itself_is_refused_within_the_file_and_together_with_what_is_stored(government):
    within = examined("units", units([None, "A", None, "Dinas", "B"], [None, "B", None, "Bidang", "A"]))
    assert [(row, where) for row, where, _ in said_of(within)] == [(2, "E"), (3, "E")]
    assert "A → B → A" in said_of(within)[0][2]
    make_unit("Seksi Gizi", government.bidang, UnitKind.SECTION)
    stored = examined("units", units([None, "Bidang Kesehatan Masyarakat", None, "Bidang", "Seksi Gizi"]))
    assert "tidak ada unit di bawahnya" in said_of(stored)[0][2]
    above = examined("units", units([None, "Dinas Kesehatan", None, "Dinas", "Bidang Kesehatan Masyarakat"]))
    assert "berada di bawah dirinya sendiri" in " ".join(text for _, _, text in said_of(above))


def test_a_code_that_is_a_figure_in_the_sheet_is_accepted_with_a_remark():
    found = examined("units", units([Decimal("2.1"), "Dinas A", None, "Dinas"]))
    (finding,) = found.findings()
    assert (finding.outcome, finding.label) == (RowOutcome.NEW, "2.1 Dinas A")
    assert [(r.column, r.sentence[:36]) for r in finding.remarks] == [
        ("A", "“2.1” tersimpan sebagai angka di ber")
    ]


def test_who_hangs_on_a_refused_row_is_refused_with_it():
    found = examined(
        "units",
        units(
            [None, "Seksi C", None, "Seksi", "Bidang B"],
            [None, "Bidang B", None, "Bidang", "Dinas A"],
            ["1.1", "Dinas A", None, "Dinass"],
        ),
    )
    assert {row: text for row, _, text in said_of(found)}[2].startswith("Menunjuk “Bidang B” (baris 3)")
    assert found.counts == {RowOutcome.REFUSED: 3}


def test_a_heading_is_found_below_titles_over_two_lines_and_its_repetitions_are_skipped():
    found = examined(
        "units",
        book(
            ("Petunjuk", [["Isi lembar berikut."]]),
            (
                "DATA",
                [
                    ["DAFTAR PERANGKAT DAERAH"],
                    [],
                    [None, "KODE", "NAMA", "JENIS"],
                    [None, "SKPD", "UNIT", None],
                    ["a", "1.1", "Dinas A", "Dinas"],
                    [],
                    [None, "KODE", "NAMA", "JENIS"],
                    [None, "SKPD", "UNIT", None],
                    ["b", "1.2", "Dinas B", "dinas"],
                ],
            ),
        ),
    )
    assert [(f.row, f.label) for f in found.findings()] == [(5, "1.1 Dinas A"), (9, "1.2 Dinas B")]


def test_examining_asks_the_database_as_often_for_300_rows_as_for_3():
    def queries(count: int) -> int:
        rows = [
            [f"1.{n}", f"Dinas {n}", None, "Dinas", "Dinas 1" if n > 1 else None] for n in range(1, count)
        ]
        workbook = units(*rows)
        with CaptureQueriesContext(connection) as asked:
            assert said_of(examined("units", workbook)) == []
        return len(asked)

    assert queries(300) == queries(3)


def test_examining_only_reads():
    rows = [["2.15", "Dinas A", None, "Dinas"], [None, "Dinas Kesehatan", "Dinkes", "Dinas"]]
    with CaptureQueriesContext(connection) as asked:
        found = examined("units", units(*rows))
    assert found.counts == {RowOutcome.NEW: 1, RowOutcome.CHANGED: 1}
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []


ENDED = ["Dinas Kesehatan", None, "Dinas", None, date(2021, 1, 1), date(2026, 6, 30)]


def test_a_unit_with_posts_units_and_work_does_not_end_by_a_file(government):
    make_agreement(government.kadinkes)
    ((_, where, text),) = said_of(examined("units", units([None, *ENDED])))
    assert where == "G"
    for word in ("Bidang Kesehatan Masyarakat", "Kepala Dinas Kesehatan", "PK yang belum selesai"):
        assert word in text


def test_a_unit_ends_with_those_below_it_in_one_file(government):
    old = make_unit("Dinas Lama", government.root)
    make_unit("Bidang Lama", old, UnitKind.DIVISION)
    since, last = date(2021, 1, 1), date(2026, 6, 30)
    rows = [
        [None, "Dinas Lama", None, "Dinas", None, since, last],
        [None, "Bidang Lama", None, "Bidang", "Dinas Lama", since, last],
    ]
    assert said_of(examined("units", units(*rows))) == []
    assert [where for _, where, _ in said_of(examined("units", units(rows[0])))] == ["G"]


def test_a_unit_does_not_begin_after_its_posts(government):
    row = [None, "Dinas Kesehatan", None, "Dinas", None, date(2022, 1, 1), None]
    ((_, where, text),) = said_of(examined("units", units(row)))
    assert where == "F"
    assert "Kepala Dinas Kesehatan sudah berlaku sejak 1 Januari 2021" in text
