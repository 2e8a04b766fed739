"""A government built out of its published rows: what the rows allow, the rest by name, once."""

import csv
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agreements.enums import Form, Level, Status, UnitKind
from agreements.models import (
    Agreement,
    AgreementIndicator,
    Budget,
    Indicator,
    IndicatorTarget,
    Position,
    Region,
    Scale,
    ScaleStep,
    Unit,
    YearPolicy,
)
from evaluations.models import BudgetRealisation, Realisation
from evaluations.published.building import build
from evaluations.published.declarations import declarations
from evaluations.published.drafts import draft
from evaluations.published.places import listed_name, places_of, spoken
from evaluations.published.reading import FILES, Row, read_rows
from evaluations.published.tally import BuildRefused
from records.history import first_broken_link
from records.models import Event

DATA = Path(__file__).parents[2] / "data" / "published"


def rows_of(folder=DATA):
    return {name: read_rows(folder, name) for name in FILES}


def built(region, rows=None):
    return build(region, rows or rows_of(), declarations(), {})


def reasons(result):
    return {left.name: left.reason for left in result.leftovers}


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "names", "kind", "head", "level"),
    [
        ("Dinas Kesehatan", ["Dinas Kesehatan"], UnitKind.OFFICE, "Kepala Dinas Kesehatan", Level.II),
        ("DINAS KESEHATAN", ["Dinas Kesehatan"], UnitKind.OFFICE, "Kepala Dinas Kesehatan", Level.II),
        ("SEKRETARIAT DAERAH", ["Sekretariat Daerah"], UnitKind.SECRETARIAT, "Sekretaris Daerah", Level.II),
        ("Sekretariat DPRD", ["Sekretariat DPRD"], UnitKind.COUNCIL_SECRETARIAT, "Sekretaris DPRD", Level.II),
        ("Inspektorat", ["Inspektorat"], UnitKind.INSPECTORATE, "Inspektur", Level.II),
        ("UPTD RSUD LAGITA", ["UPTD RSUD Lagita"], UnitKind.HOSPITAL, "Direktur UPTD RSUD Lagita", Level.II),
        ("KECAMATAN PAUH", ["Kecamatan Pauh"], UnitKind.DISTRICT, "Camat Pauh", Level.III),
        (
            "Bappeda / Bapperida",
            ["Bappeda / Bapperida"],
            UnitKind.AGENCY,
            "Kepala Bappeda / Bapperida",
            Level.II,
        ),
        (
            "Bagian Hukum Sekretariat Daerah Kabupaten Bengkulu Utara",
            ["Sekretariat Daerah", "Bagian Hukum"],
            UnitKind.BUREAU,
            "Kepala Bagian Hukum",
            Level.III,
        ),
        (
            "Badan Keuangan - Sub Bidang Penyusunan Anggaran",
            ["Badan Keuangan", "Sub Bidang Penyusunan Anggaran"],
            UnitKind.SECTION,
            "Kepala Sub Bidang Penyusunan Anggaran",
            Level.IV,
        ),
    ],
)
def test_a_printed_name_tells_unit_head_and_what_is_above(printed, names, kind, head, level):
    places = places_of(printed)
    assert [place.name for place in places] == names
    assert (places[-1].kind, places[-1].head, places[-1].level) == (kind, head, level)
    assert [place.parent for place in places] == ["", *names[:-1]]


@pytest.mark.parametrize(
    "printed", ["Kelurahan Koto", "Tim Percepatan", "Bidang Anggaran", "Puskesmas A", "", " - "]
)
def test_a_name_that_tells_no_kind_or_no_parent_is_not_guessed(printed):
    assert places_of(printed) == []


def test_capitals_are_spoken_and_other_names_stay():
    assert spoken("DINAS KOPERASI, UMKM, DAN PERIKANAN") == "Dinas Koperasi, UMKM, dan Perikanan"
    assert spoken("RSUD Dr. RASIDIN") == "RSUD Dr. RASIDIN"


def test_a_name_is_written_as_the_list_writes_it():
    listed = ["Dinas Pekerjaan Umum dan Penataan Ruang", "Dinas Kepemudaan dan Olahraga", "Dinas Sosial"]
    assert listed_name("Dinas Pekerjaan Umum dan Penataan", listed) == listed[0]
    assert listed_name("Dinas Kepemudaan dan Olah Raga", listed) == listed[1]
    assert listed_name("Dinas", listed) == "Dinas"
    assert listed_name("Dinas Pekerjaan Umum dan Penata", [*listed, f"{listed[0]} Kota"]).endswith("Penata")


# --- rows -------------------------------------------------------------------------------------


def indicator(line, **cells):
    base = dict.fromkeys(FILES["indicators.csv"], "") | {
        "source_id": "banyuwangi-ikd-2025",
        "region": "Kabupaten Banyuwangi",
        "year": "2025",
        "level": "pemda",
        "indicator": f"Indikator {line}",
        "direction": "naik",
        "target": "10",
    }
    return Row("indicators.csv", line, base | cells)


def budget(line, **cells):
    base = dict.fromkeys(FILES["budgets.csv"], "") | {
        "source_id": "padang-sipkd-2025",
        "region": "Kota Padang",
        "opd": "DINAS KESEHATAN",
        "year": "2025 (posisi 2025-08-02)",
        "program": "PROGRAM A",
        "anggaran": "100.00",
    }
    return Row("budgets.csv", line, base | cells)


def files(**rows):
    return {name: rows.get(name.partition(".")[0], []) for name in FILES}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"direction": "?"}, "arah indikator tidak disebut sumber"),
        ({"source_id": "lain"}, "gaya angka sumber ini untuk arah ini belum dinyatakan"),
        ({"target": ""}, "tanpa target dan realisasi"),
        ({"target": "#DIV/0!"}, "“#DIV/0!” adalah galat lembar kerja"),
        (
            {"target": "0,12345"},
            "angkanya tidak muat: paling banyak 11 angka di depan koma dan 4 di belakangnya",
        ),
        (
            {"target": "Rp 4,2 triliun"},
            "angkanya tidak muat: paling banyak 11 angka di depan koma dan 4 di belakangnya",
        ),
        ({"year": "dua ribu"}, "tahun “dua ribu” tidak terbaca"),
        ({"year": "20255"}, "tahun “20255” tidak terbaca"),
        ({"level": "opd"}, "perangkat daerahnya tidak disebut"),
        ({"indicator": ""}, "nama indikator kosong"),
        ({"indicator": "x" * 401}, "nama indikator atau satuannya terlalu panjang"),
        (
            {"direction": "predikat", "target": "Baik"},
            "“Baik” tidak ada pada skala TMP < TW < WDP < WTP-DPP < WTP",
        ),
    ],
)
def test_an_indicator_row_that_cannot_be_built_is_left_over_with_the_reason(cells, reason):
    found = draft(files(indicators=[indicator(2, **cells)]), declarations())
    assert found.indicators == []
    assert [(left.line, left.reason) for left in found.leftovers] == [(2, reason)]


def test_a_realisation_that_cannot_be_read_leaves_the_target_standing():
    found = draft(files(indicators=[indicator(2, realisasi="10,274,076")]), declarations())
    assert [(drafted.target, drafted.claimed) for drafted in found.indicators] == [
        ({"value": Decimal(10)}, None)
    ]
    assert found.leftovers[0].reason.startswith("realisasi tidak dibuat: “10,274,076” tidak terbaca")


def test_a_second_row_for_the_same_indicator_and_year_is_left_over():
    rows = [
        indicator(2, indicator="APK"),
        indicator(3, indicator="apk", target="12"),
        indicator(4, indicator="APK", year="2026"),
    ]
    found = draft(
        files(indicators=[*rows, indicator(5, indicator="APK", year="2027", unit="orang")]), declarations()
    )
    assert [drafted.row.line for drafted in found.indicators] == [2, 4]
    assert [(left.line, left.reason) for left in found.leftovers] == [
        (3, "indikator ini sudah punya baris lain untuk tahun yang sama"),
        (5, "satuan, jenis, atau arahnya berbeda dari baris lain indikator ini"),
    ]


def test_money_is_counted_once_however_deep_the_rows_go():
    rows = [
        budget(2),
        budget(3, kegiatan="Kegiatan B"),
        budget(4, program="PROGRAM C", kegiatan="Kegiatan D > sub kegiatan 2.01", realisasi=".00"),
        budget(5, program="TOTAL ANGGARAN"),
        budget(6, program="PROGRAM E", anggaran="n/a"),
        budget(7, program="PROGRAM F", anggaran="-5"),
        budget(8, program="PROGRAM G", realisasi="n/a"),
        budget(9),
    ]
    found = draft(files(budgets=rows), declarations())
    assert [(drafted.row.line, drafted.name, drafted.month, drafted.spent) for drafted in found.budgets] == [
        (2, "PROGRAM A", 8, None),
        (4, "PROGRAM C > Kegiatan D > sub kegiatan 2.01", 8, Decimal(0)),
        (8, "PROGRAM G", 8, None),
    ]
    assert [(left.line, left.reason.partition(";")[0]) for left in found.leftovers] == [
        (3, "rincian dari baris di atasnya"),
        (5, "baris jumlah, bukan pagu tersendiri"),
        (6, "“n/a” bukan angka"),
        (7, "jumlahnya negatif"),
        (8, "realisasi anggaran tidak dibuat: “n/a” bukan angka"),
        (9, "pagu ini sudah punya baris lain untuk tahun yang sama"),
    ]


# --- governments ------------------------------------------------------------------------------


def everything():
    """How many rows there are of each kind a build makes."""
    kinds = (
        Region, Unit, Position, YearPolicy, Indicator, IndicatorTarget, Agreement, AgreementIndicator,
        Budget, BudgetRealisation, Realisation, Event,
    )  # fmt: skip
    return {kind.__name__: kind.objects.count() for kind in kinds}


@pytest.mark.django_db
def test_banyuwangi_is_built_once():
    result = built("Kabupaten Banyuwangi")
    region = Region.objects.get()
    assert (str(region), region.head_title) == ("Kabupaten Banyuwangi", "Bupati")
    assert sorted(Unit.objects.values_list("name", flat=True)) == [
        "Badan Kesatuan Bangsa dan Politik",
        "Pemerintah Kabupaten Banyuwangi",
    ]
    regent, head = Agreement.objects.order_by("year")
    assert (regent.form, regent.year, regent.status) == (Form.SINGLE_PARTY, 2025, Status.DRAFT)
    assert (head.form, head.year, str(head.second_position)) == (Form.TWO_PARTY, 2026, "Bupati Banyuwangi")
    assert head.budgets.count() == 6
    stunting = AgreementIndicator.objects.get(name__startswith="Prevalensi Stunting")
    assert (stunting.value, stunting.polarity, stunting.lower_method) == (Decimal("9.8"), "lower", "selisih")
    fact = Realisation.objects.get(indicator=stunting.indicator)
    assert (fact.claimed_value, fact.period.number, fact.period.year) == (Decimal("6.07"), 4, 2025)
    opinion = Realisation.objects.get(indicator__name__startswith="Opini BPK")
    assert (opinion.claimed_step, opinion.indicator.scale.steps.get(rank=5).name) == (5, "WTP")
    assert Realisation.objects.get(indicator__name="ICOR").state == "not_published"
    assert reasons(result)["Jumlah Paskibraka"] == "arah indikator tidak disebut sumber"
    assert sum(result.new.values()) > 300

    before = everything()
    again = built("kabupaten  BANYUWANGI")
    assert set(again.new.values()) == {0}
    assert again.leftovers == result.leftovers
    assert everything() == before
    assert Event.objects.count() == 1
    assert first_broken_link() is None


@pytest.mark.django_db
def test_every_row_of_a_government_is_built_or_left_over():
    rows = rows_of()
    for region in ("Kabupaten Bengkulu Utara", "Kota Padang", "Kabupaten Boyolali"):
        found = draft(
            {name: [row for row in lines if row["region"] == region] for name, lines in rows.items()},
            declarations(),
        )
        told = {(drafted.row.file, drafted.row.line) for drafted in found.all}
        told |= {(left.file, left.line) for left in found.leftovers}
        assert told == {
            (row.file, row.line)
            for name, lines in rows.items()
            for row in lines
            if row["region"] == region and name != "opd_lists.csv"
        }


@pytest.mark.django_db
def test_bengkulu_utara_has_its_units_and_ranges():
    result = built("Kabupaten Bengkulu Utara")
    law = Unit.objects.get(name="Bagian Hukum")
    assert (law.parent.name, law.signs_with_head) == ("Sekretariat Daerah", False)
    agreement = Agreement.objects.get(unit=law)
    assert str(agreement.second_position) == "Sekretaris Daerah"
    assert Unit.objects.filter(name__startswith="Dinas Pekerjaan Umum").count() == 1
    assert Unit.objects.filter(name__startswith="Dinas Kepemudaan").count() == 1
    camat = Position.objects.get(unit__name="Kecamatan Enggano")
    assert (camat.title, camat.level, camat.unit.signs_with_head) == ("Camat Enggano", Level.III, True)
    gini = AgreementIndicator.objects.get(name="Rasio Gini Indeks")
    assert (gini.kind, gini.polarity, gini.low, gini.high) == (
        "range",
        "exact",
        Decimal("0.271"),
        Decimal("0.2755"),
    )
    assert reasons(result)["Peserta KB Aktif"].startswith("“42.241” tidak terbaca")
    assert reasons(result)["Buku PDRB Kabupaten"] == "“Ada” adalah predikat dan skalanya tidak dinyatakan"
    assert set(built("Kabupaten Bengkulu Utara").new.values()) == {0}


@pytest.mark.django_db
def test_padang_has_its_money_at_the_month_of_the_position():
    built("Kota Padang")
    assert Region.objects.get().head_of_region == "Wali Kota Padang"
    with (DATA / "budgets.csv").open(encoding="utf-8", newline="") as stream:
        printed = [line for line in csv.DictReader(stream) if line["region"] == "Kota Padang"]
    assert Budget.objects.count() == BudgetRealisation.objects.filter(month=8).count() == len(printed)
    spent = sum(BudgetRealisation.objects.values_list("spent", flat=True))
    assert spent == sum(Decimal(f"0{line['realisasi']}") for line in printed)


@pytest.mark.django_db
def test_an_agreement_that_is_there_is_left_as_people_made_it():
    built("Kabupaten Banyuwangi")
    AgreementIndicator.objects.filter(name="ICOR").delete()
    agreement = Agreement.objects.get(year=2025)
    Agreement.objects.filter(pk=agreement.pk).update(status=Status.SUBMITTED)
    again = built("Kabupaten Banyuwangi")
    assert set(again.new.values()) == {0}
    assert reasons(again)["ICOR"] == "PK Bupati Banyuwangi 2025 sudah ada dan tidak diubah"
    assert not AgreementIndicator.objects.filter(name="ICOR").exists()


@pytest.mark.django_db
def test_a_scale_with_other_steps_is_not_mixed_with_the_published_one():
    scale = Scale.objects.create(name="Opini BPK")
    ScaleStep.objects.create(scale=scale, rank=1, name="Wajar")
    result = built("Kabupaten Banyuwangi")
    assert reasons(result)["Opini BPK Atas Laporan Keuangan"].startswith(
        "skala “Opini BPK” di sini punya tingkat lain"
    )
    assert not Indicator.objects.filter(name__startswith="Opini BPK").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("region", "said"),
    [
        (
            "Kabupaten Atlantis",
            "Tidak ada baris untuk “Kabupaten Atlantis”. Yang ada: Kabupaten Banyuwangi, ",
        ),
        ("", "Tidak ada baris untuk “”."),
        ("Provinsi Jawa Barat", "Provinsi Jawa Barat bukan kabupaten atau kota"),
    ],
)
def test_what_cannot_be_built_is_refused_with_a_sentence(region, said):
    with pytest.raises(BuildRefused) as error:
        built(region)
    assert str(error.value).startswith(said)
    assert everything() == dict.fromkeys(everything(), 0)


@pytest.mark.django_db
def test_another_government_is_never_overwritten(government):
    before = everything()
    with pytest.raises(BuildRefused, match="sudah berisi Kabupaten Contoh"):
        built("Kabupaten Banyuwangi")
    assert everything() == before


@pytest.mark.django_db
def test_the_command_builds_and_lists_the_rest():
    out = StringIO()
    call_command("load_published", str(DATA), "--build", "Kabupaten Boyolali", stdout=out)
    text = out.getvalue()
    assert "Kabupaten Boyolali: " in text
    assert "TOTAL ANGARAN: baris jumlah, bukan pagu tersendiri." in text
    assert "target per triwulan tidak dibuat" in text
    assert Indicator.objects.filter(
        source="Perjanjian Kinerja Kepala Pelaksana BPBD Kabupaten Boyolali Tahun 2026 + rencana aksi"
    ).exists()


@pytest.mark.django_db
def test_the_command_refuses_in_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="Tidak ada baris"):
        call_command("load_published", str(DATA), "--build", "Kota X", stdout=StringIO())
    (tmp_path / "budgets.csv").write_bytes((DATA / "budgets.csv").read_bytes())
    with pytest.raises(CommandError, match="Tidak dibangun"):
        call_command(
            "load_published", str(tmp_path), "--build", "Kota Padang", stdout=StringIO(), stderr=StringIO()
        )
    assert not Region.objects.exists()
