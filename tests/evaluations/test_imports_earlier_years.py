"""Realisations of earlier years from a workbook: both shapes of a sheet, its rules, and taking it back."""

from decimal import Decimal as D

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.permissions import NOBODY
from agreements.enums import Kind, RowOutcome
from agreements.imports.spec import Context
from agreements.imports.templates import template
from agreements.imports.workflow import TransitionError
from agreements.models import Indicator, Scale, ScaleStep
from evaluations.models import EarlierYear
from records import workbooks
from records.models import Event
from tests.agreements.books import DAY, Importer, book, counts, examined, exported, remarks_of, said_of, xlsx
from tests.agreements.planted import Plant, twice
from tests.agreements.test_imports_faults import reported, sow
from tests.factories import make_indicator
from tests.reports.cases import fact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
YEAR = 2026
TITLE = "Realisasi Tahun Sebelumnya"
WIDE = ["PD pengampu", "Indikator", "Target 2024", "Realisasi 2024", "Realisasi 2025", "Sumber"]
LONG = ["Unit", "Indikator Kinerja", "Tahun", "Target", "Realisasi", "Sumber"]
STUNTING = ["Dinas Kesehatan", "Prevalensi stunting"]


def look(headings, *rows):
    return examined("earlier_years", book((TITLE, [headings, *rows])), YEAR)


def planned(found):
    return {
        (row.year, row.value, row.reached_value, row.source)
        for sheet in found.sheets
        for work in sheet.works
        for row in (write.instance for write in work.writes)
    }


def keep(government, year=2024, **cells):
    cells = {"reached_value": D("17.5"), "source": "LKjIP 2024"} | cells
    return EarlierYear.objects.create(indicator=government.stunting, year=year, **cells)


@pytest.mark.parametrize(
    ("headings", "rows"),
    [
        (WIDE, [[*STUNTING, "17", "17,5", D("16.2"), "LKjIP"]]),
        (LONG, [[*STUNTING, 2024, 17, "17,5", "LKjIP"], [*STUNTING, "2025", None, D("16.2"), "LKjIP"]]),
    ],
    ids=["satu kolom tiap tahun", "satu baris tiap tahun"],
)
def test_both_shapes_of_a_sheet_say_the_same(headings, rows):
    found = look(headings, *rows)
    assert said_of(found) == []
    assert found.counts == {RowOutcome.NEW: len(rows)}
    assert planned(found) == {(2024, D(17), D("17.5"), "LKjIP"), (2025, None, D("16.2"), "LKjIP")}
    told = [each for finding in found.findings() for each in finding.differences]
    assert ("Realisasi 2024", "", "17,5\u00a0%") in told
    assert ("Target 2024", "", "17\u00a0%") in told


def test_each_year_may_have_its_own_source_and_an_export_comes_back_all_the_same(government):
    keep(government, value=D(17))
    keep(government, 2025, source="BPS 2025")
    scale = Scale.objects.create(name="Opini BPK")
    for rank, name in enumerate(("WDP", "WTP"), start=1):
        ScaleStep.objects.create(scale=scale, rank=rank, name=name)
    opinion = make_indicator(government.setda, "Opini", kind=Kind.SCALE, scale=scale)
    EarlierYear.objects.create(indicator=opinion, year=2023, step=2, reached_step=2, source="LHP")
    span = make_indicator(government.setda, "Rentang", kind=Kind.RANGE)
    EarlierYear.objects.create(indicator=span, year=2022, low=1, high=2, reached_value=D("1.5"), source="x")
    found = examined("earlier_years", exported("earlier_years", YEAR), YEAR)
    assert (said_of(found), remarks_of(found)) == ([], [])
    assert found.counts == {RowOutcome.SAME: 3}


def test_a_predicate_and_a_range_are_read_by_the_kind_of_the_indicator(government):
    scale = Scale.objects.create(name="Opini BPK")
    for rank, name in enumerate(("WDP", "WTP"), start=1):
        ScaleStep.objects.create(scale=scale, rank=rank, name=name)
    make_indicator(government.setda, "Opini", kind=Kind.SCALE, scale=scale)
    make_indicator(government.setda, "Rentang", kind=Kind.RANGE)
    found = look(
        WIDE, ["Setda", "Opini", "WTP", "wdp", None, "LHP"], ["Setda", "Rentang", "1–2", "1,5", None, "x"]
    )
    assert said_of(found) == []
    opinion, span = (work.writes[0].instance for work in found.sheets[0].works)
    assert (opinion.step, opinion.reached_step, opinion.reached_value) == (2, 1, None)
    assert (span.low, span.high, span.reached_value) == (1, 2, D("1.5"))


def test_what_is_left_empty_stays_and_only_what_differs_is_changed(government):
    stays = keep(government, 2025, source="BPS")
    keep(government)
    same = look(WIDE, [*STUNTING, None, "17,5", None, "Sumber lain"])
    assert same.counts == {RowOutcome.SAME: 1}
    assert remarks_of(same) == [(2, "E", "Kosong: realisasi 17,5\u00a0% yang tersimpan dibiarkan.")]
    changed = look(WIDE, [*STUNTING, None, "18", None, None])
    assert [finding.differences for finding in changed.findings()] == [
        (("Realisasi 2024", "17,5\u00a0%", "18\u00a0%"),)
    ]
    assert planned(changed) == {(2024, None, D(18), "LKjIP 2024")}
    stays.refresh_from_db()
    assert stays.reached_value == D("17.5")


def test_a_year_the_application_measured_itself_is_refused_with_its_sentence(government):
    fact(government, government.stunting, "16.2", year=2025)
    for headings, row, where in (
        (WIDE, [*STUNTING, None, None, "15", "LKjIP"], "E"),
        (LONG, [*STUNTING, 2025, None, "15", "LKjIP"], "E"),
    ):
        assert said_of(look(headings, row)) == [
            (
                2,
                where,
                "Tahun 2025 sudah diukur di aplikasi ini; nilai itu yang dipakai. Kosongkan sel tahun ini.",
            )
        ]
    assert said_of(look(WIDE, [*STUNTING, None, "17", None, "LKjIP"])) == []


def test_the_template_has_a_column_for_each_year_and_not_those_of_the_other_shape():
    importer = Importer("earlier_years", None, YEAR)
    content = template(importer.subject, Context(NOBODY, DAY, YEAR))
    sheet = workbooks.read(content, "t.xlsx").sheets[1]
    headings = [str(cell) for cell in sheet.rows[0]]
    assert headings[:6] == [
        "PD pengampu",
        "Kode",
        "Indikator",
        "Target 2022",
        "Realisasi 2022",
        "Sumber 2022",
    ]
    assert headings[-1] == "Sumber"
    assert "Tahun" not in headings


def test_examining_asks_the_database_as_often_for_60_rows_as_for_3(government):
    def queries(count):
        names = [f"Cakupan {count} {n}" for n in range(count)]
        Indicator.objects.bulk_create(
            Indicator(unit=government.kesehatan, name=name, unit_of_measure="%") for name in names
        )
        with CaptureQueriesContext(connection) as asked:
            found = look(WIDE, *[["Dinas Kesehatan", name, "1", "2", "3", "x"] for name in names])
        assert found.counts == {RowOutcome.NEW: count}
        return len(asked)

    assert queries(60) == queries(3)


def test_it_is_applied_with_one_event_and_taken_back(bureau_planner, government):
    importer = Importer("earlier_years", bureau_planner, YEAR)
    with time_machine.travel("2026-07-20 09:00", tick=True):
        kept = keep(government, recorded_by=government.users.operator_kesehatan)
        content = xlsx((TITLE, [WIDE, [*STUNTING, "17", "17,5", "16,2", "LKjIP 2025"]]))
        run = importer.examine(content)
        assert counts(run) == (0, 1, 0, 0)
        importer.apply(run)
        assert Event.objects.count() == 1
        first, second = EarlierYear.objects.order_by("year")
        assert (first.value, first.source) == (D(17), "LKjIP 2024")
        assert (second.reached_value, second.recorded_by) == (D("16.2"), bureau_planner)
        again = importer.examine(content)
        assert counts(again) == (0, 0, 1, 0)
        importer.undo(run)
    (left,) = EarlierYear.objects.all()
    assert (left.pk, left.value, left.recorded_by) == (kept.pk, None, government.users.operator_kesehatan)


@pytest.fixture
def bureau_planner(government):
    return government.users.perencana


# --- forty faults ---------------------------------------------------------------------------------


def row(number: int, **cells):
    """A row without a fault, to plant one in."""
    return {
        "unit": "Dinas Kesehatan", "name": f"Cakupan {number}", "target_2024": "10", "reached_2024": "9",
        "source": "LKjIP 2024",
    } | cells  # fmt: skip


def long(number: int, **cells):
    return row(number, target_2024=None, reached_2024=None, year=2024, reached="9") | cells


PLANTS = (
    twice("unit kosong", row(1, unit=None), row(2, unit=" "), unit="kosong"),
    twice("unit tidak dikenal", row(3, unit="Dinkes"), row(4, unit="9.99"), unit="tidak ada di daftar unit."),
    twice("indikator kosong", row(5, name=None), row(6, name=" "), name="Isi kode atau nama"),
    twice("indikator tidak dikenal", row(7, name="Cakupn 7"), row(8, name="Tidak Ada"), name="tidak ada di daftar indikator"),
    twice("indikator di unit lain", row(9, unit="Setda"), row(10, unit="Setda"), name="tetapi di Dinas Kesehatan"),
    twice("kode tidak dikenal", row(11, name=None, code="Z-1"), row(12, name=None, code=12), code="tidak ada di daftar indikator"),
    twice("realisasi bukan angka", row(13, reached_2024="Ada"), row(14, reached_2024="1 : 31"), reached_2024="tidak terbaca"),
    twice("target bukan angka", row(15, target_2024="Ada"), row(16, target_2024="banyak"), target_2024="tidak terbaca"),
    twice("dua cara membaca", row(17, reached_2024="12.5"), row(18, reached_2024="1.5"), reached_2024="dapat dibaca"),
    twice("target dua cara membaca", row(19, target_2024="12.5"), row(20, target_2024="1.5"), target_2024="dapat dibaca"),
    Plant("terlalu besar", (row(21, reached_2024=10**12), row(22, reached_2023=10**12)),
               ({"reached_2024": "terlalu besar"}, {"reached_2023": "terlalu besar"})),
    twice("rentang pada angka", row(23, target_2024="5–6"), row(24, target_2024="1-2"), target_2024="bukan rentang"),
    twice("rentang dicapai", row(25, reached_2024="5–6"), row(26, reached_2024="1-2"), reached_2024="bukan rentang"),
    Plant("target tanpa realisasi", (row(27, reached_2024=None), row(28, target_2023="9")),
          ({"reached_2024": "Realisasi 2024 kosong"}, {"reached_2023": "Realisasi 2023 kosong"})),
    twice("tanpa sumber", row(29, source=None), long(30, source=" "), source="Tulis sumbernya"),
    Plant("sumber terlalu panjang", (row(31, source="x" * 201), row(32, source_2024="x" * 201)),
          ({"source": "paling banyak 200"}, {"source_2024": "paling banyak 200"})),
    twice("baris dua kali", row(33), row(33, name="CAKUPAN  33"), name="Sisakan satu"),
    twice("tahun dua kali", long(34), long(34, reached="8"), name="Sisakan satu"),
    twice("tahun tidak terbaca", long(35, year="lalu"), long(36, year="2024/2025"), year="tidak terbaca"),
    twice("tahun di luar pembanding", long(37, year=2020), long(38, year=2026), year="isi 2022 sampai 2025"),
    Plant("tanpa realisasi di barisnya", (long(39, reached=None),), ({"reached": "Realisasi 2024 kosong"},)),
    Plant("sudah diukur di sini", (row(0, name="Prevalensi stunting", reached_2025="15"),), ({"reached_2025": "sudah diukur"},)),
)  # fmt: skip


def test_40_faults_of_20_kinds_are_all_reported_in_one_pass_and_nothing_is_applied(
    bureau_planner, government
):
    fact(government, government.stunting, "16.2", year=2025)
    for number in range(1, 40):
        make_indicator(government.kesehatan, f"Cakupan {number}")
    sown = sow("earlier_years", {"earlier": PLANTS}, YEAR)
    assert len(PLANTS) >= 20
    assert len(sown.said) >= 40
    importer = Importer("earlier_years", bureau_planner, YEAR)
    run = importer.examine(sown.content)
    found = reported(run)
    assert set(found) == set(sown.said)
    for place, words in sown.said.items():
        (sentence,) = found[place]
        assert words in sentence
        assert sentence.endswith((".", "?"))
    assert counts(run)[3] == sown.rows
    with pytest.raises(TransitionError):
        importer.apply(run)
    assert not EarlierYear.objects.exists()
