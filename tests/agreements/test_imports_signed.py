"""Papers signed before the installation from a workbook: drafts as printed, recorded from their scans, never more."""

import json
from datetime import date
from decimal import Decimal as D

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.enums import Level, RowOutcome, Status
from agreements.imports.workflow import TransitionError
from agreements.models import Agreement, AgreementBudget, AgreementIndicator, AgreementObjective
from agreements.parties import next_superior
from records import history
from records.models import Event
from tests.agreements.books import Importer, book, counts, examined, remarks_of, said_of, xlsx
from tests.agreements.planted import Plant, twice
from tests.agreements.steps import upload
from tests.agreements.test_imports_faults import reported, sow
from tests.factories import (
    add_promise,
    make_agreement,
    make_assignment,
    make_budget,
    make_indicator,
    make_objective,
    make_position,
    put_into,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
YEAR = 2026
PAPERS = ["Jabatan", "Unit", "Tanggal PK", "Nomor PK", "Pihak Kedua", "Alasan Pihak Kedua lain"]
CONTENT = ["Jabatan", "Sasaran", "Indikator", "Satuan", "Target"]
MONEY = ["Jabatan", "Kode", "Program", "Anggaran (Rp)"]
HEAD = "Kepala Dinas Kesehatan"
DAY = date(2026, 1, 12)
PAPER = [HEAD, "Dinas Kesehatan", DAY, "050/12"]


@pytest.fixture(autouse=True)
def _in_july():
    with time_machine.travel("2026-07-20 09:00:00+07:00", tick=True):
        yield


def sheets(papers=(PAPER,), content=(), money=()):
    every = [("PK", [PAPERS, *papers]), ("Isi PK", [CONTENT, *content]), ("Anggaran PK", [MONEY, *money])]
    return [sheet for sheet in every if len(sheet[1]) > 1]


def full(government):
    make_budget(government.kesehatan, name="Program Kesehatan")
    return sheets(
        content=[
            [HEAD, government.sasaran.text, "prevalensi  STUNTING", "persen", "14,5"],
            [None, None, "Imunisasi", None, 90],
        ],
        money=[[HEAD, "1.02.02", "Program Kesehatan", "Rp1.250.000.000"]],
    )


def look(**given):
    return examined("signed", book(*sheets(**given)), YEAR)


@pytest.fixture
def immunised(government):
    return make_indicator(government.kesehatan, "Imunisasi", objective=government.sasaran)


# --- drafts -----------------------------------------------------------------------------------


def test_a_paper_becomes_a_draft_as_printed_and_again_changes_nothing(
    government, bagian_organisasi, immunised
):
    importer = Importer("signed", bagian_organisasi, YEAR)
    content = xlsx(*full(government))
    run = importer.examine(content)
    assert counts(run) == (4, 0, 0, 0)
    importer.apply(run)
    agreement = Agreement.objects.get()
    assert (agreement.status, agreement.second_position, agreement.second_reason) == (
        Status.DRAFT,
        government.regent,
        "",
    )
    assert (agreement.paper_date, agreement.paper_number) == (DAY, "050/12")
    assert [row.text for row in agreement.objectives.all()] == [government.sasaran.text]
    first, second = AgreementIndicator.objects.order_by("order")
    assert (first.name, first.value, first.unit_of_measure) == ("prevalensi STUNTING", D("14.5"), "%")
    assert (second.indicator, second.value) == (immunised, D(90))
    line = AgreementBudget.objects.get()
    assert (line.code, line.amount, line.fund_source) == ("1.02.02", D(1_250_000_000), "APBD")
    assert counts(importer.examine(content)) == (0, 0, 4, 0)


def test_every_draft_begins_its_own_history_and_the_import_is_one_line(
    government, bagian_organisasi, immunised
):
    importer = Importer("signed", bagian_organisasi, YEAR)
    importer.apply(importer.examine(xlsx(*full(government))))
    assert [event.action for event in Event.objects.order_by("number")] == ["Buat draf", "menerapkan impor"]
    event = history.history_of(Agreement.objects.get()).get()
    assert "14,5" in event.after


def test_what_was_imported_is_recorded_from_its_scan_with_date_and_number_at_hand(
    client, government, bagian_organisasi, immunised
):
    importer = Importer("signed", bagian_organisasi, YEAR)
    run = importer.examine(xlsx(*full(government)))
    importer.apply(run)
    agreement = Agreement.objects.get()
    client.force_login(bagian_organisasi)
    page = client.get(reverse("agreements:record_many", args=(YEAR,)))
    (row,) = (line.form for line in page.context["lines"] if line.agreement)
    assert (row["document_date"].value(), row["document_number"].value()) == (DAY, "050/12")
    one = client.get(reverse("agreements:record", args=(YEAR, agreement.pk)))
    assert one.context["form"]["document_number"].value() == "050/12"
    prefix = row.prefix
    sent = {
        "place": "Contoh Kota", "reason": "Ditandatangani sebelum aplikasi dipakai.", f"{prefix}-version": agreement.version,
        f"{prefix}-document_date": "12/01/2026", f"{prefix}-document_number": "050/12",
    }  # fmt: skip
    client.post(reverse("agreements:record_many", args=(YEAR,)), sent)
    agreement.refresh_from_db()
    assert agreement.status == Status.DRAFT
    client.post(reverse("agreements:record_many", args=(YEAR,)), sent | {f"{prefix}-scan": upload()})
    agreement.refresh_from_db()
    assert (agreement.status, agreement.recorded_later) == (Status.IN_FORCE, True)
    with pytest.raises(TransitionError, match="sudah diubah sesudahnya"):
        importer.undo(run)


def test_a_draft_is_filled_and_what_it_holds_besides_is_remarked_and_kept(
    government, bagian_organisasi, immunised
):
    draft = make_agreement(government.kadinkes, YEAR, government.regent)
    add_promise(draft, government.stunting, government.sasaran, value=D(20))
    extra = add_promise(draft, make_indicator(government.kesehatan, "Lain"), government.sasaran)
    version = draft.version
    importer = Importer("signed", bagian_organisasi, YEAR)
    filled = xlsx(*full(government))
    run = importer.examine(filled)
    assert counts(run)[3] == 0
    told = json.loads(run.examined.get(sheet="PK").differences)
    assert told == [["Tanggal PK", "", "12 Januari 2026"], ["Nomor PK", "", "050/12"]]
    (remark,) = [row.remarks for row in run.examined.exclude(remarks="") if "juga memuat" in row.remarks]
    assert "1 indikator lain (“Lain”)" in remark
    importer.apply(run)
    draft.refresh_from_db()
    assert draft.version == version + 1
    assert AgreementIndicator.objects.get(indicator=government.stunting).value == D("14.5")
    assert AgreementIndicator.objects.filter(pk=extra.pk).exists()
    assert counts(importer.examine(filled)) == (0, 0, 4, 0)


def test_it_is_taken_back_while_nothing_was_built_on_it(government, bagian_organisasi, immunised):
    importer = Importer("signed", bagian_organisasi, YEAR)
    run = importer.examine(xlsx(*full(government)))
    importer.apply(run)
    importer.undo(run)
    assert not Agreement.objects.exists()
    assert not AgreementObjective.objects.exists()
    assert not AgreementBudget.objects.exists()


# --- what is never touched --------------------------------------------------------------------


@pytest.mark.parametrize("state", [Status.SUBMITTED, Status.READY, Status.IN_SIGNING, Status.IN_FORCE])
def test_one_past_draft_is_refused_in_every_sheet_with_its_sentence(government, immunised, state):
    agreement = make_agreement(government.kadinkes, YEAR, government.regent)
    add_promise(agreement, government.stunting, government.sasaran, value=D(20))
    put_into(agreement, state)
    found = examined("signed", book(*full(government)), YEAR)
    label = Status(state).label
    assert {(where, text) for _, where, text in said_of(found)} == {
        (
            "A",
            f"PK {HEAD} 2026 sudah berstatus “{label}”; impor tidak mengubahnya. Hapus baris ini dari berkas.",
        )
    }
    assert found.counts == {RowOutcome.REFUSED: 4}


def test_only_who_issues_may_import_it(government, bagian_organisasi, perencana):
    subject = Importer("signed", bagian_organisasi, YEAR).subject
    allowed = {
        user.pk
        for user in (bagian_organisasi, perencana)
        if subject.permitted(Importer("signed", user).scope, YEAR)
    }
    assert allowed == {bagian_organisasi.pk}


# --- parties ----------------------------------------------------------------------------------


def test_the_second_party_is_the_one_by_rule_or_another_with_a_reason(government):
    plain = look(papers=[["Kepala Bidang Kesehatan Masyarakat", None, DAY]])
    assert plain.sheets[0].works[0].instance.second_position.pk == government.kadinkes.pk
    other = ["Kepala Bidang Kesehatan Masyarakat", None, DAY, None, "Sekretaris Daerah"]
    assert said_of(look(papers=[other])) == [
        (
            2,
            "F",
            "Menurut aturan Pihak Kedua adalah Kepala Dinas Kesehatan, bukan Sekretaris Daerah. Isi alasannya.",
        )
    ]
    reasoned = look(papers=[[*other, "Kepala dinas kosong."]])
    assert said_of(reasoned) == []


def test_who_holds_both_posts_signs_with_the_next_above(government):
    government.official_kabid.assignments.update(ends=date(2025, 12, 31))
    make_assignment(government.official_kadinkes, government.kabid, date(2026, 1, 1))
    (work,) = look(papers=[["Kepala Bidang Kesehatan Masyarakat", None, DAY]]).sheets[0].works
    assert work.instance.second_position.pk == next_superior(government.kabid, DAY).pk == government.regent.pk
    assert work.instance.second_reason == "dr. Ratna Dewi, M.Kes. memegang kedua jabatan."


def test_nobody_in_office_on_that_day_is_remarked(government):
    government.official_kadinkes.assignments.update(starts=date(2026, 2, 1))
    ((_, where, text),) = remarks_of(look())
    assert where == "C"
    assert "tidak ada pejabatnya" in text


def test_examining_asks_the_database_as_often_for_40_papers_as_for_3(government):
    def queries(count):
        names = [f"Analis {count} {n}" for n in range(count)]
        for name in names:
            make_position(government.kesehatan, name, Level.STAFF, government.kadinkes, heads=False)
        papers = [[name, "Dinas Kesehatan", DAY] for name in names]
        content = [[name, government.sasaran.text, "Prevalensi stunting", "%", "14"] for name in names]
        with CaptureQueriesContext(connection) as asked:
            found = look(papers=papers, content=content)
        assert said_of(found) == []
        return len(asked)

    assert queries(40) == queries(3)


# --- forty faults -----------------------------------------------------------------------------


def paper(number: int, **cells):
    return {"title": f"Analis {number}", "unit": "Dinas Kesehatan", "date": DAY} | cells


def content(number: int, **cells):
    return {
        "title": f"Analis {number}", "unit": "Dinas Kesehatan", "objective": "Sasaran A", "indicator": f"Cakupan {number}",
        "target": "10",
    } | cells  # fmt: skip


def money(number: int, **cells):
    return {
        "title": f"Analis {number}",
        "unit": "Dinas Kesehatan",
        "code": f"1.02.{number:02}",
        "amount": "1.000",
    } | cells


PLANTS = {
    "papers": (
        twice("jabatan kosong", paper(0, title=None), paper(0, title=" "), title="“Jabatan” kosong."),
        twice("jabatan tidak dikenal", paper(0, title="Analis X"), paper(0, title="Camat Utara"), title="daftar jabatan"),
        Plant("unit tidak dikenal", (paper(1, unit="Dinkes"),), ({"title": "tidak ada di daftar unit."},)),
        Plant("jabatan di unit lain", (paper(2, unit="Setda"),), ({"title": "tetapi di Dinas Kesehatan"},)),
        twice("tanggal kosong", paper(3, date=None), paper(4, date=" "), date="kosong"),
        twice("tanggal tidak terbaca", paper(5, date="awal tahun"), paper(6, date="12.1"), date="tidak terbaca"),
        twice("tahun lain", paper(7, year=2025), paper(8, year="2027"), year="Unggah PK tahun"),
        twice("tanggal tahun lain", paper(9, date=date(2023, 1, 2)), paper(10, date="1 Januari 2024"), date="2025 atau 2026"),
        Plant("belum terjadi", (paper(11, date=date(2026, 12, 1)),), ({"date": "belum tiba"},)),
        Plant("pihak kedua tidak dikenal", (paper(12, second="Direktur"),), ({"second": "daftar jabatan"},)),
        Plant("pihak kedua diri sendiri", (paper(13, second="Analis 13"),), ({"second": "sama dengan Pihak Pertama"},)),
        twice("pihak kedua lain tanpa alasan", paper(14, second="Sekretaris Daerah"), paper(15, second="Bupati Contoh"),
              second_reason="Isi alasannya"),
        Plant("kepala daerah berdua", (paper(0, title="Bupati Contoh", unit=None, second="Sekretaris Daerah"),),
              ({"second": "menandatangani sendiri"},)),
        twice("dua kali", paper(16), paper(16, title="ANALIS 16"), title="Sisakan satu"),
        Plant("sudah berlaku", (paper(0, title=HEAD),), ({"title": "impor tidak mengubahnya"},)),
    ),
    "content": (
        Plant("tanpa PK", (content(17),), ({"title": "tidak ada di lembar PK"},)),
        Plant("PK berlaku", (content(18, title=HEAD),), ({"title": "impor tidak mengubahnya"},)),
        twice("sasaran tidak di rencana", content(20, objective="Sasaran Z"), content(21, objective="9.9"),
              objective="Impor dahulu Tujuan"),
        twice("indikator tidak di kamus", content(20, indicator="Cakupan Z"), content(21, indicator="K-99"),
              indicator="tidak ada di daftar indikator"),
        twice("satuan lain", content(22, measure="Orang"), content(23, measure="Indeks"), measure="Satuan di Kamus"),
        twice("target bukan angka", content(24, target="Ada"), content(25, target="banyak"), target="tidak terbaca"),
        twice("target dua cara", content(26, target="12.5"), content(27, target="1.5"), target="dapat dibaca"),
        twice("tanpa target", content(28, target="-"), content(29, target="n/a"), target="Target belum ada"),
        twice("indikator dua kali", content(30), content(30, indicator="CAKUPAN 30"), indicator="Sisakan satu"),
    ),
    "money": (
        Plant("program tidak ada", (money(20, code="9.99.99"), money(21, code=None, name="Program Z")),
                   ({"code": "Impor dahulu Program"}, {"name": "Impor dahulu Program"})),
        Plant("program kosong", (money(22, code=None),), ({"name": "“Program” kosong."},)),
        Plant("jumlah bukan angka", (money(23, amount="banyak"), money(24, amount="10 %")),
                   ({"amount": "tidak terbaca"}, {"amount": "bukan persen"})),
        Plant("kurang dari nol", (money(25, amount=-5),), ({"amount": "paling sedikit 0"},)),
        Plant("sumber dana terlalu panjang", (money(26, fund="x" * 61),), ({"fund": "paling banyak 60"},)),
    ),
}  # fmt: skip


def test_40_faults_of_20_kinds_are_all_reported_in_one_pass_and_nothing_is_applied(
    government, bagian_organisasi
):
    make_objective(government.kesehatan, "Sasaran A")
    for number in range(32):
        make_position(government.kesehatan, f"Analis {number}", Level.STAFF, government.kadinkes, heads=False)
        make_indicator(government.kesehatan, f"Cakupan {number}")
        make_budget(government.kesehatan, code=f"1.02.{number:02}")
    for number in range(20, 32):
        make_agreement(
            government.kesehatan.positions.get(title=f"Analis {number}"), YEAR, government.kadinkes
        )
    signed = make_agreement(government.kadinkes, YEAR, government.regent)
    add_promise(signed, government.stunting, government.sasaran, value=D(20))
    put_into(signed, Status.IN_FORCE)
    sown = sow("signed", PLANTS, YEAR)
    assert sum(len(each) for each in PLANTS.values()) >= 20
    assert len(sown.said) >= 40
    importer = Importer("signed", bagian_organisasi, YEAR)
    before = Agreement.objects.count()
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
    assert Agreement.objects.count() == before
    assert not AgreementObjective.objects.exclude(agreement=signed).exists()


def test_it_has_a_template_and_no_export(client, bagian_organisasi):
    client.force_login(bagian_organisasi)
    page = client.get(reverse("agreements:import_list"))
    assert reverse("agreements:import_template_of_year", args=("signed", YEAR)) in page.content.decode()
    export = reverse("agreements:import_export_of_year", args=("signed", YEAR))
    assert export not in page.content.decode()
    assert client.get(export).status_code == 404
