"""Objectives and indicators with targets from a workbook: new, changed and same, and every sentence."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.enums import Accumulation, Calendar, Kind, ObjectiveKind, Polarity, RowOutcome, Status
from agreements.models import Indicator, IndicatorTarget, Label, Objective, Scale, ScaleStep
from tests.agreements.books import book, examined, exported, remarks_of, said_of
from tests.factories import (
    add_promise,
    make_agreement,
    make_indicator,
    make_objective,
    put_into,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
YEAR = 2026
OBJECTIVES = ["Unit", "Jenis", "Kode", "Rumusan", "Mendukung", "Urutan"]
COLUMNS = {
    "unit": "PD pengampu", "objective": "Sasaran", "code": "Kode", "name": "Indikator", "measure": "Satuan",
    "kind": "Jenis nilai", "polarity": "Arah", "accumulation": "Cara hitung setahun", "decimals": "Desimal",
    "factor": "Pengali", "scale": "Skala predikat", "calendar": "Diukur", "release": "Bulan rilis", "labels": "Label",
    "person": "Penanggung jawab", "baseline": "Kondisi awal", "y2025": "Target 2025", "y2026": "Target 2026",
}  # fmt: skip
LETTERS = {name: chr(65 + place) for place, name in enumerate(COLUMNS)}
FULL = {
    "unit": "Dinas Kesehatan", "name": "Cakupan imunisasi", "measure": "%", "kind": "Angka", "polarity": "naik",
    "accumulation": "Nilai terakhir", "decimals": 2, "calendar": "triwulan",
}  # fmt: skip


def plan(*indicators, objectives=()):
    rows = [[(FULL | cells).get(name) for name in COLUMNS] for cells in indicators]
    sheets = [("Tujuan & Sasaran", [OBJECTIVES, *objectives]), ("Indikator", [list(COLUMNS.values()), *rows])]
    return book(*(sheet for sheet in sheets if len(sheet[1]) > 1))


def look(*indicators, objectives=()):
    return examined("plan", plan(*indicators, objectives=objectives), YEAR)


def made(found, sheet=0):
    return [work.instance for work in found.sheets[sheet].works]


def target_of(found, year=2026):
    (work,) = found.sheets[-1].works
    (target,) = (w.instance for w in work.writes if getattr(w.instance, "year", None) == year)
    return {
        n: getattr(target, n)
        for n in ("value", "low", "high", "step", "date")
        if getattr(target, n) is not None
    }


@pytest.fixture
def bpk():
    scale = Scale.objects.create(name="Opini BPK")
    for rank, name in enumerate(("TMP", "TW", "WDP", "WTP"), start=1):
        ScaleStep.objects.create(scale=scale, rank=rank, name=name)
    return scale


# --- what is written --------------------------------------------------------------------------


def test_an_export_comes_back_all_the_same(government, bpk):
    above = make_objective(government.root, "Meningkatnya derajat kesehatan", code="1")
    make_objective(government.kesehatan, "Meningkatnya layanan", code="1", parent=above)
    opinion = make_indicator(
        government.setda, "Opini", kind=Kind.SCALE, scale=bpk, objective=above, accumulation="annual",
        person_in_charge=government.sekda, release_month=5, baseline="WDP", baseline_year=2024,
    )  # fmt: skip
    opinion.labels.add(*(Label.objects.create(name=name) for name in ("SPM", "IKU PD")))
    span = make_indicator(government.pendidikan, "Rentang", kind=Kind.RANGE, code="9")
    IndicatorTarget.objects.create(indicator=opinion, year=2026, step=4)
    IndicatorTarget.objects.create(indicator=span, year=2026, low=D("1234.5"), high=D("1250"))
    IndicatorTarget.objects.create(indicator=government.stunting, year=2026, value=D("1250"))
    found = examined("plan", exported("plan", YEAR), YEAR)
    assert said_of(found) == []
    assert list(found.findings()) == []
    assert found.counts == {RowOutcome.SAME: 7}


def test_new_changed_and_same_are_told_apart_and_nothing_is_written(government):
    IndicatorTarget.objects.create(indicator=government.stunting, year=2026, value=D(14))
    before = [list(m.objects.order_by("pk").values()) for m in (Objective, Indicator, IndicatorTarget, Label)]
    stunting = {
        "name": "prevalensi  STUNTING",
        "measure": "%",
        "polarity": None,
        "decimals": None,
        "calendar": None,
    }
    found = look(
        {"objective": "2", "labels": "SPM; IKU PD", "baseline": D("88.5"), "y2025": "90", "y2026": "92,5"},
        stunting | {"y2026": D("13.5"), "objective": government.sasaran.text},
        objectives=[
            ["Pemerintah Kabupaten Contoh", "Tujuan", "1", "Masyarakat sehat"],
            ["Dinas Kesehatan", "Sasaran strategis", "2", "Meningkatnya imunisasi", "1", 3],
        ],
    )
    assert said_of(found) == []
    assert found.counts == {RowOutcome.NEW: 3, RowOutcome.CHANGED: 1}
    *_, new, changed = found.findings()
    told = {label: after for label, _, after in new.differences}
    assert told["Sasaran"] == "2"
    assert (told["Target 2025"], told["Target 2026"], told["Kondisi awal"]) == (
        "90\u00a0%",
        "92,5\u00a0%",
        "88,5",
    )
    assert [after for label, _, after in new.differences if label == "Label"] == ["SPM", "IKU PD"]
    assert changed.differences == (
        ("Indikator", "Prevalensi stunting", "prevalensi STUNTING"),
        ("Target 2026", "14\u00a0%", "13,5\u00a0%"),
    )
    goal, objective = made(found)
    assert (goal.kind, objective.parent, objective.order) == (ObjectiveKind.GOAL, goal, 3)
    assert before == [
        list(m.objects.order_by("pk").values()) for m in (Objective, Indicator, IndicatorTarget, Label)
    ]


@pytest.mark.parametrize(
    ("cells", "target"),
    [
        ({"y2026": D("92.5")}, {"value": D("92.5")}),
        ({"y2026": "1.250", "measure": "Orang"}, {"value": D(1250)}),
        ({"kind": "rasio", "y2026": "85 %"}, {"value": D(85)}),
        ({"kind": "kisaran", "y2026": "5,10–5,40"}, {"low": D("5.1"), "high": D("5.4")}),
        ({"kind": "predikat", "scale": "opini bpk", "y2026": "wtp"}, {"step": 4}),
        ({"kind": "tanggal", "y2026": "31 Maret 2026"}, {"date": date(2026, 3, 31)}),
        ({"kind": "tanggal", "y2026": date(2026, 3, 31)}, {"date": date(2026, 3, 31)}),
        ({"y2026": "1 Dokumen", "measure": "Dokumen"}, {"value": D(1)}),
    ],
)
def test_a_target_is_read_by_its_kind(bpk, cells, target):
    found = look(cells)
    assert said_of(found) == []
    assert target_of(found) == target


WORDS = [
    ("polarity", "Semakin tinggi semakin baik", Polarity.HIGHER),
    ("polarity", "maximize", Polarity.HIGHER),
    ("polarity", "Naik", Polarity.HIGHER),
    ("polarity", "makin rendah", Polarity.LOWER),
    ("polarity", "Turun", Polarity.LOWER),
    ("polarity", "stabilize", Polarity.EXACT),
    ("accumulation", "kumulatif", Accumulation.RUNNING_TOTAL),
    ("accumulation", "SUM", Accumulation.SUM),
    ("accumulation", "rata rata", Accumulation.AVERAGE),
    ("calendar", "Semesteran", Calendar.SEMESTER),
    ("calendar", "tahunan", Calendar.ANNUAL),
]


def test_words_as_people_write_them():
    found = look(*({"name": f"Indikator {n}", column: word} for n, (column, word, _) in enumerate(WORDS)))
    assert said_of(found) == []
    for indicator, (column, word, value) in zip(made(found), WORDS, strict=True):
        assert getattr(indicator, column) == value, word


def test_the_unit_of_measure_stays_as_typed():
    typed = ["%", "Persen", "Poin/100 penduduk"]
    found = look(*({"name": measure, "measure": measure} for measure in typed))
    assert [indicator.unit_of_measure for indicator in made(found)] == typed


@pytest.mark.parametrize(
    ("cells", "remark"),
    [
        (
            {"measure": "Dokumen", "y2026": "3"},
            "jenis nilai Angka; makin tinggi makin baik; cara hitung setahun: nilai terakhir; 0 angka di belakang koma; "
            "diukur setiap triwulan",
        ),
        (
            {"y2026": "5,1–5,4"},
            "jenis nilai Rentang; tepat target / dalam rentang makin baik; cara hitung setahun: nilai terakhir; "
            "2 angka di belakang koma; diukur setiap triwulan",
        ),
    ],
)
def test_what_is_left_open_takes_the_default_and_says_so(cells, remark):
    nothing = dict.fromkeys(("kind", "polarity", "accumulation", "decimals", "calendar"))
    found = look(nothing | cells)
    assert said_of(found) == []
    assert remarks_of(found) == [(2, "", f"Tidak diisi, jadi dicatat: {remark}.")]


# --- sentences --------------------------------------------------------------------------------

SENTENCES = [
    (
        {"unit": "Dinas Kesehatn"},
        "unit",
        "“Dinas Kesehatn” tidak ada di daftar unit. Maksudnya “Dinas Kesehatan”?",
    ),
    ({"name": None}, "name", "“Indikator” kosong. Isi kolom ini, misalnya Prevalensi stunting."),
    ({"measure": None}, "measure", "“Satuan” kosong. Isi kolom ini, misalnya %."),
    ({"name": "x" * 401}, "name", "400 karakter"),
    (
        {"objective": "7.7"},
        "objective",
        "“7.7” tidak ada di daftar tujuan dan sasaran. Tambahkan di lembar Tujuan",
    ),
    (
        {"kind": "kira-kira"},
        "kind",
        "“kira-kira” tidak dikenal. Pilih salah satu: Angka, Pembilang dan penyebut,",
    ),
    ({"polarity": "menyamping"}, "polarity", "“menyamping” tidak dikenal. Pilih salah satu: Makin tinggi"),
    ({"accumulation": "rasio jumlah"}, "accumulation", "Cara ini hanya untuk jenis Pembilang dan penyebut."),
    ({"decimals": 5}, "decimals", "Angka paling banyak 4."),
    ({"factor": 0}, "factor", "Angka paling sedikit 1."),
    ({"calendar": "tiap hari"}, "calendar", "“tiap hari” tidak dikenal. Pilih salah satu: Setiap triwulan,"),
    ({"release": "Febuari"}, "release", "“Febuari” bukan nama bulan. Tulis misalnya Februari atau 2."),
    ({"labels": "x" * 61}, "labels", "terlalu panjang: paling banyak 60 huruf."),
    ({"person": "Kepala Bidang Gizi"}, "person", "“Kepala Bidang Gizi” tidak ada di daftar jabatan."),
    ({"kind": "predikat"}, "scale", "isi skala predikatnya, misalnya Opini BPK."),
    ({"scale": "Opini BPK"}, "scale", "Skala hanya untuk jenis Predikat / tingkat, bukan Angka."),
    ({"scale": "Opini"}, "scale", "“Opini” tidak ada di daftar skala predikat."),
    (
        {"kind": "predikat", "scale": "Opini BPK", "accumulation": "jumlah"},
        "accumulation",
        "Predikat dan tanggal tidak dapat dijumlahkan. Pilih Nilai terakhir.",
    ),
    (
        {"y2026": "12.5"},
        "y2026",
        "Angka “12.5” dapat dibaca 12,5 atau 125. Tulis 12,5 atau 125, tanpa titik.",
    ),
    (
        {"baseline": "1,3", "y2026": "1.250"},
        "y2026",
        "Angka “1.250” dapat dibaca 1,25 atau 1250. Tulis 1,25 atau 1250, tanpa titik.",
    ),
    ({"y2026": "Ada"}, "y2026", "Angka “Ada” tidak terbaca."),
    ({"y2026": "5,1–5,4"}, "y2026", "“5,1–5,4” adalah rentang, padahal jenis nilainya bukan rentang."),
    ({"kind": "rentang", "y2026": "5,4–5,1"}, "y2026", "Tulis yang kecil lebih dahulu: 5,1–5,4."),
    ({"kind": "rentang", "y2026": 5}, "y2026", "Target rentang memerlukan dua batas."),
    ({"kind": "tanggal", "y2025": "31/31/2026"}, "y2025", "tidak ada di kalender."),
    (
        {"kind": "predikat", "scale": "Opini BPK", "y2026": "A"},
        "y2026",
        "“A” tidak ada pada skala predikatnya. Pilih salah satu: TMP, TW, WDP, WTP.",
    ),
]


def test_what_is_wrong_with_an_indicator_is_said_where_it_stands(bpk):
    said = said_of(look(*({"name": f"Indikator {n}"} | cells for n, (cells, _, _) in enumerate(SENTENCES))))
    expected = [(n, LETTERS[column], sentence) for n, (_, column, sentence) in enumerate(SENTENCES, start=2)]
    assert [(row, where) for row, where, _ in said] == [(row, where) for row, where, _ in expected]
    for (_, _, text), (_, _, sentence) in zip(said, expected, strict=True):
        assert sentence in text


OBJECTIVE_SENTENCES = [
    (["Dinkes", "Sasaran", "1", "A"], "A", "“Dinkes” tidak ada di daftar unit."),
    (["Setda", "Program", "2", "A"], "B", "“Program” tidak dikenal. Pilih salah satu: Tujuan, Sasaran."),
    (["Setda", "Sasaran", "x" * 21, "A"], "C", "20 karakter"),
    (["Setda", "Sasaran", "4", None], "D", "“Rumusan” kosong."),
    (["Setda", "Sasaran", "5", "A", "B"], "E", "“B” tidak ada di daftar tujuan dan sasaran."),
    (["Setda", "Sasaran", "6", "A", None, "satu"], "F", "Angka “satu” tidak terbaca."),
    (["Setda", "Sasaran", "7", "A", "7"], "E", "Tujuan/sasaran ini mendukung dirinya sendiri: “A” → “A”."),
]


def test_what_is_wrong_with_an_objective_is_said_where_it_stands():
    said = said_of(look(objectives=[row for row, _, _ in OBJECTIVE_SENTENCES]))
    assert [(row, where) for row, where, _ in said] == [
        (row, where) for row, (_, where, _) in enumerate(OBJECTIVE_SENTENCES, start=2)
    ]
    for (_, _, text), (_, _, sentence) in zip(said, OBJECTIVE_SENTENCES, strict=True):
        assert sentence in text


def test_every_fault_of_a_row_is_said_at_once():
    found = look(
        {
            "objective": "Y",
            "name": None,
            "polarity": "Z",
            "factor": 0,
            "y2025": "1.5",
            "y2026": "?",
        }
    )
    assert {where for _, where, _ in said_of(found)} == {
        LETTERS[name] for name in ("objective", "name", "polarity", "factor", "y2025", "y2026")
    }


def test_a_year_without_planning_period_is_said_of_objectives():
    found = examined("plan", plan(objectives=[["Setda", "Sasaran", "1", "A"]]), 2040)
    assert said_of(found) == [
        (2, "", "Belum ada periode perencanaan yang memuat tahun 2040. Tambahkan dahulu di Tujuan & Sasaran.")
    ]


# --- identity ---------------------------------------------------------------------------------


def test_an_indicator_is_known_by_its_code_else_by_its_name(government):
    make_indicator(government.kesehatan, "Angka kematian ibu", code="IKU-1")
    renamed = look({"code": "iku-1", "name": "Angka kematian ibu dan bayi"})
    assert [f.outcome for f in renamed.findings()] == [RowOutcome.CHANGED]
    another = look({"code": "IKU-2", "name": "Angka kematian ibu"})
    assert [f.outcome for f in another.findings()] == [RowOutcome.NEW]
    numbered = look({"code": "IKU-3", "name": "Prevalensi stunting", "polarity": "turun"})
    assert [f.outcome for f in numbered.findings()] == [RowOutcome.CHANGED]
    elsewhere = look({"unit": "Setda", "name": "Prevalensi stunting"})
    assert [f.outcome for f in elsewhere.findings()] == [RowOutcome.NEW]


def test_the_same_name_twice_in_a_unit_names_both_rows():
    assert said_of(look({"name": "A b"}, {"name": "a  B"}, {"name": "A b", "unit": "Setda"})) == [
        (2, "D", "“A b” juga ada di baris 3. Sisakan satu baris saja."),
        (3, "D", "“a B” juga ada di baris 2. Sisakan satu baris saja."),
    ]


def test_an_objective_of_one_code_in_several_units_is_the_nearest(government):
    for unit in (government.root, government.setda, government.kesehatan):
        make_objective(unit, f"Sasaran {unit}", code="1")
    own, above = (made(look({"objective": "1", "unit": unit}))[0] for unit in ("Dinas Kesehatan", "Dikbud"))
    assert (own.objective.unit, above.objective.unit) == (government.kesehatan, government.root)


# --- promised ---------------------------------------------------------------------------------


@pytest.fixture
def promised(government):
    agreement = make_agreement(government.kadinkes, 2026)
    add_promise(agreement, government.stunting)
    put_into(agreement, Status.READY)
    return government.stunting


@pytest.mark.parametrize(
    ("column", "typed", "said"),
    [
        ("measure", "Persen", "“%” tidak dapat diganti “Persen”."),
        ("kind", "rasio", "“Angka” tidak dapat diganti “Pembilang dan penyebut”."),
        ("polarity", "naik", "“Makin rendah makin baik” tidak dapat diganti “Makin tinggi makin baik”."),
        ("accumulation", "jumlah", "“Nilai terakhir” tidak dapat diganti “Dijumlahkan”."),
        ("factor", 1000, "“100” tidak dapat diganti “1000”."),
    ],
)
def test_how_a_promised_indicator_is_measured_stays_and_the_way_out_is_named(promised, column, typed, said):
    row = {"name": promised.name, "polarity": "turun", "y2026": 12}
    assert said_of(look(row)) == []
    ((_, where, text),) = said_of(look(row | {column: typed}))
    assert where == LETTERS[column]
    assert text.startswith(said)
    assert text.endswith(
        "buat indikator baru yang menggantikannya (isian “menggantikan” di Kamus Indikator)."
    )


def test_a_kind_does_not_change_under_targets_that_stay(government):
    for year in (2025, 2026):
        IndicatorTarget.objects.create(indicator=government.stunting, year=year, value=D(14))
    row = {"name": "Prevalensi stunting", "polarity": "turun", "kind": "rentang"}
    ((_, where, text),) = said_of(look(row | {"y2026": "13–14"}))
    assert (where, text[:44]) == (LETTERS["kind"], "Target 2025 sudah dicatat sebagai angka. Isi")
    found = look(row | {"y2025": "14–15", "y2026": "13–14"})
    assert said_of(found) == []
    assert target_of(found) == {"low": D(13), "high": D(14)}


def test_a_changed_range_is_shown_with_both_its_ends(government):
    span = make_indicator(government.kesehatan, "Inflasi", kind=Kind.RANGE, polarity=Polarity.EXACT)
    IndicatorTarget.objects.create(indicator=span, year=2026, low=D(13), high=D(14))
    row = {"name": "Inflasi", "polarity": None, "kind": "rentang", "y2026": "13–15"}
    (finding,) = look(row).findings()
    assert ("Target 2026", "13–14\u00a0%", "13–15\u00a0%") in finding.differences


@pytest.mark.parametrize(
    ("typed", "doubted"), [("46.477–46.502", True), ("46,477–46,502", False), ("90–110", False)]
)
def test_thousands_of_percent_behind_a_point_are_doubted(government, typed, doubted):
    (finding,) = look({"kind": "rentang", "polarity": None, "y2026": typed}).findings()
    assert any("dengan titik sebagai pemisah ribuan" in said.sentence for said in finding.remarks) is doubted


def test_an_empty_target_leaves_the_stored_one_and_says_so(government):
    IndicatorTarget.objects.create(indicator=government.stunting, year=2026, value=D(14))
    row = {"name": "Prevalensi stunting", "polarity": "turun", "objective": government.sasaran.text}
    found = look(row)
    assert found.counts == {RowOutcome.SAME: 1}
    assert remarks_of(found) == [
        (2, "R", "Kosong: target 14\u00a0% yang tersimpan dibiarkan. Hapus di Kamus Indikator bila perlu.")
    ]


def test_examining_asks_the_database_as_often_for_300_rows_as_for_3():
    def queries(count: int) -> int:
        objectives = [
            ["Setda", "Sasaran", f"{n}", f"Sasaran {n}", f"{n - 1}" if n else None] for n in range(count)
        ]
        indicators = [
            {
                "name": f"Indikator {n}",
                "unit": "Setda",
                "objective": f"{n}",
                "labels": f"Label {n % 7}",
                "y2026": n,
            }
            for n in range(count)
        ]
        workbook = plan(*indicators, objectives=objectives)
        with CaptureQueriesContext(connection) as asked:
            assert said_of(examined("plan", workbook, YEAR)) == []
        return len(asked)

    assert queries(300) == queries(3)


def test_a_promised_target_is_not_changed_without_saying_why(promised):
    """On its page a correction needs a reason, or the revision of the plan that changes it."""
    IndicatorTarget.objects.create(indicator=promised, year=2025, value=D(13))
    IndicatorTarget.objects.create(indicator=promised, year=2026, value=D(12))
    row = {"name": promised.name, "measure": promised.unit_of_measure, "polarity": "turun"}
    ((_, where, text),) = said_of(look(row | {"y2025": 14, "y2026": 11}))
    assert where == LETTERS["y2026"]
    assert "Target 2026 sudah diperjanjikan dalam PK" in text
    assert said_of(look(row | {"y2025": 14, "y2026": 12})) == []
