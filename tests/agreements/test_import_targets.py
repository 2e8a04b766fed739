"""Targets as people write them in a sheet: what they say, what is asked about, what is refused."""

import re
from datetime import date
from decimal import Decimal as D

import pytest

from agreements.enums import Kind
from agreements.imports.targets import Measure, kind_of, read_target, written

BPK = ("TMP", "TW", "WDP", "WTP")


def read(cell, kind=Kind.NUMBER, **about):
    return read_target(cell, Measure(kind, **{"steps": BPK} | about))


@pytest.mark.parametrize(
    ("cell", "kind", "columns"),
    [
        (12, Kind.NUMBER, {"value": D(12)}),
        (D("12.5"), Kind.NUMBER, {"value": D("12.5")}),
        ("12,5", Kind.NUMBER, {"value": D("12.5")}),
        ("1.250", Kind.NUMBER, {"value": D(1250)}),
        ("1.250.000,75", Kind.NUMBER, {"value": D("1250000.75")}),
        ("85 %", Kind.RATIO, {"value": D(85)}),
        ("85 persen", Kind.NUMBER, {"value": D(85)}),
        ("0.338", Kind.NUMBER, {"value": D("0.338")}),
        ("-3,5", Kind.NUMBER, {"value": D("-3.5")}),
        ("5,10–5,40", Kind.RANGE, {"low": D("5.1"), "high": D("5.4")}),
        ("5,10% - 5,40%", Kind.RANGE, {"low": D("5.1"), "high": D("5.4")}),
        ("7 s.d. 8", Kind.RANGE, {"low": D(7), "high": D(8)}),
        ("7 sampai dengan 8", Kind.RANGE, {"low": D(7), "high": D(8)}),
        ("wtp", Kind.SCALE, {"step": 4}),
        ("30 Juni 2026", Kind.DATE, {"date": date(2026, 6, 30)}),
        ("30/06/2026", Kind.DATE, {"date": date(2026, 6, 30)}),
        (date(2026, 6, 30), Kind.DATE, {"date": date(2026, 6, 30)}),
    ],
)
def test_a_target_is_read_by_its_kind(cell, kind, columns):
    target = read(cell, kind)
    assert target.columns == columns
    assert target.remarks == []
    assert read(written(columns, Measure(kind, steps=BPK)), kind).columns == columns


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "–", "n/a"])
@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_and_a_dash_are_no_target(cell, kind):
    assert read(cell, kind) is None


@pytest.mark.parametrize(
    ("cell", "kind", "about", "said"),
    [
        (
            "12.5",
            Kind.NUMBER,
            {},
            "Angka “12.5” dapat dibaca 12,5 atau 125. Tulis 12,5 atau 125, tanpa titik.",
        ),
        (
            "2.469",
            Kind.NUMBER,
            {"reference": D("2.443")},
            "Angka “2.469” dapat dibaca 2,469 atau 2469. Tulis 2,469 atau 2469, tanpa titik.",
        ),
        (
            "4.47-4.51",
            Kind.RANGE,
            {},
            "Rentang “4.47-4.51” dapat dibaca 4,47–4,51 atau 447–451. Tulis salah satunya, dengan koma desimal.",
        ),
        (
            "0,2755-0,2710",
            Kind.RANGE,
            {},
            "Batas bawah 0,2755 lebih besar daripada batas atas 0,271. Tulis yang kecil lebih dahulu: 0,271–0,2755.",
        ),
        (D("5.1"), Kind.RANGE, {}, "Target rentang memerlukan dua batas. Tulis misalnya 5,10–5,40."),
        (
            "4,47–4,51",
            Kind.NUMBER,
            {},
            "“4,47–4,51” adalah rentang, padahal jenis nilainya bukan rentang. "
            "Ganti jenis nilainya menjadi Rentang, atau tulis satu angka.",
        ),
        ("A", Kind.SCALE, {}, "“A” tidak ada pada skala predikatnya. Pilih salah satu: TMP, TW, WDP, WTP."),
        (date(2026, 1, 5), Kind.NUMBER, {}, "Isinya bukan angka. Tulis angkanya, misalnya 1250,5."),
        (True, Kind.NUMBER, {}, "Isinya bukan angka. Tulis angkanya, misalnya 1250,5."),
        (
            10**11,
            Kind.NUMBER,
            {},
            "Angka terlalu besar: paling banyak 11 angka di depan koma. Pakai satuan yang lebih besar.",
        ),
        (
            "31/02/2026",
            Kind.DATE,
            {},
            "Tanggal “31/02/2026” tidak ada di kalender. Periksa tanggal dan bulannya.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_remedy(cell, kind, about, said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        read(cell, kind, **about)


@pytest.mark.parametrize("cell", ["Ada", "1 : 31:1 : 31", "1.528.85", "1 Kegiatan"])
def test_what_is_no_figure_is_refused(cell):
    with pytest.raises(ValueError, match=r"tidak terbaca|dapat dibaca"):
        read(cell, unit_of_measure="Dokumen")


def test_the_unit_of_measure_may_stand_behind_the_figure():
    assert read("12 Orang/bulan", unit_of_measure="orang/Bulan").columns == {"value": D(12)}
    assert read("1.200 Dokumen", unit_of_measure="Dokumen").columns == {"value": D(1200)}


@pytest.mark.parametrize(
    ("cell", "value", "remark"),
    [
        (
            D("33.333333333333336"),
            D("33.3333"),
            "Dibulatkan menjadi 33,3333: paling banyak 4 angka di belakang koma.",
        ),
        (D("0.30000000000000004"), D("0.3"), ""),
        (
            D("0.85"),
            D("0.85"),
            "Terbaca 0,85 %. Sel berformat persen menyimpan 85 % sebagai 0,85; bila itu maksudnya, tulis 85.",
        ),
    ],
)
def test_numbers_of_a_sheet_are_taken_and_what_looks_odd_is_remarked(cell, value, remark):
    target = read(cell, unit_of_measure="%" if cell == D("0.85") else "poin")
    assert target.columns == {"value": value}
    assert target.remarks == ([remark] if remark else [])


@pytest.mark.parametrize(
    ("cells", "has_scale", "kind"),
    [
        (["4.47-4.51", None, "5–6"], False, Kind.RANGE),
        (["4.47-4.51", 3], False, Kind.NUMBER),
        ([date(2026, 1, 1), "30 Juni 2027"], False, Kind.DATE),
        (["WTP"], True, Kind.SCALE),
        (["-5"], False, Kind.NUMBER),
        ([], False, Kind.NUMBER),
    ],
)
def test_the_targets_tell_the_kind_where_the_sheet_does_not(cells, has_scale, kind):
    assert kind_of(cells, has_scale) == kind
