"""Manual Indikator and the table of key indicators: first as data, then as the PDF that is printed."""

import io
from datetime import date
from decimal import Decimal

import pypdf
import pytest
from django.urls import reverse

from agreements.enums import BenchmarkKind, Kind
from agreements.models import Indicator, Objective, RevisedTarget
from records.enums import JobState
from records.models import Job
from reports import jobs as makers
from reports.contexts.indicator_cards import (
    KeyRow,
    KeyTable,
    cards_paper,
    key_indicators,
    key_table,
    with_card,
)
from reports.documents import SignatureBlock
from reports.indicator_cards import cards_html, cards_pdf, table_html, table_pdf
from reports.views import indicator_cards as view
from tests.factories import make_indicator, make_objective, make_revision

pytestmark = pytest.mark.django_db

LONG = (
    "Persentase puskesmas yang menyelenggarakan pelayanan kesehatan ibu, bayi, dan balita sesuai standar "
    "pelayanan minimal bidang kesehatan menurut peraturan yang berlaku"
)


@pytest.fixture
def today(time_machine):
    time_machine.move_to("2026-04-05 05:00Z", tick=False)


def squeezed(text: str) -> str:
    """Words without the spaces, which a PDF sets as it likes."""
    return "".join(text.split())


def texts(content: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


@pytest.fixture
def stunting(government) -> Indicator:
    """An indicator with everything a card can say."""
    row, revision = government.stunting, make_revision(2027)
    row.code, row.definition, row.purpose = "IKU-1", "Balita pendek menurut umur", "Menentukan mutu generasi"
    row.formula_words, row.source = "Balita stunting ÷ balita diukur × 100", "SSGI"
    row.baseline, row.baseline_year, row.release_month = "21,6", 2024, 12
    row.reference_lag, row.lower_method, row.person_in_charge = 1, "invers", government.kadinkes
    row.save()
    row.labels.create(name="IKU PD")
    for year, value in ((2026, "14"), (2027, "12"), (2029, "9.5")):
        row.targets.create(year=year, value=Decimal(value))
    RevisedTarget.objects.create(revision=revision, indicator=row, year=2027, value=Decimal("13"))
    row.benchmarks.create(
        year=2025, kind=BenchmarkKind.NATIONAL, name="Indonesia", value=Decimal("19.8"), source="SSGI 2025"
    )
    return row


def paper(day, *rows, year=2026):
    chosen = Indicator.objects.filter(pk__in=[row.pk for row in rows])
    return cards_paper(list(with_card(chosen)), year, day)


@pytest.fixture
def day():
    return date(2026, 4, 5)


# --- as data --------------------------------------------------------------------------------------


def test_a_card_holds_every_field_in_words(stunting, day):
    (card,) = paper(day, stunting).cards
    assert (card.code, card.name) == ("IKU-1", "Prevalensi stunting")
    assert dict(card.facts) == {
        "Sasaran": "Meningkatnya derajat kesehatan masyarakat",
        "Definisi operasional": "Balita pendek menurut umur",
        "Alasan pemilihan": "Menentukan mutu generasi",
        "Satuan": "%",
        "Rumus perhitungan": "Balita stunting ÷ balita diukur × 100",
        "Jenis nilai": "Angka, 2 angka di belakang koma",
        "Arah": "Makin rendah makin baik (Invers: target ÷ realisasi)",
        "Cara hitung setahun": "Nilai terakhir",
        "Waktu pengukuran": "Setiap triwulan; data rilis bulan Desember; data tahun N−1",
        "Sumber data": "SSGI",
        "PD pengampu": "Dinas Kesehatan",
        "Penanggung jawab": "Kepala Dinas Kesehatan",
        "Label": "IKU PD",
        "Kondisi awal": "21,6 (2024)",
    }
    assert [(row.year, row.text.replace("\u00a0", " "), row.is_last) for row in card.targets] == [
        (2025, "–", False),
        (2026, "14 %", False),
        (2027, "12 %", False),
        (2028, "–", False),
        (2029, "9,5 %", True),
    ]
    assert card.targets[2].note.startswith("semula 13")
    assert card.benchmarks == (("Nasional: Indonesia", "2025", "19,8\u00a0%", "SSGI 2025"),)


def test_a_quotient_says_its_factor_and_its_whole(government, day):
    row = make_indicator(government.kesehatan, "Cakupan", kind=Kind.RATIO, part_of_whole=True, factor=1000)
    (card,) = paper(day, row).cards
    assert dict(card.facts)["Jenis nilai"] == "Pembilang ÷ penyebut × 1.000, pembilang bagian dari penyebut"


def test_the_objective_stands_as_worded_in_the_year(government, day):
    Objective.objects.filter(pk=government.sasaran.pk).update(last_year=2026)
    make_objective(
        government.kesehatan, "Rumusan baru", code="2", first_year=2027, successor_of=government.sasaran
    )
    for year, words in ((2026, government.sasaran.text), (2027, "2 Rumusan baru")):
        (card,) = paper(day, government.stunting, year=year).cards
        assert dict(card.facts)["Sasaran"] == words


def test_many_cards_take_as_many_queries_as_one(government, day, django_assert_num_queries, stunting):
    def read(number):
        for n in range(number):
            row = make_indicator(government.kesehatan, f"Lain {number} {n}", objective=government.sasaran)
            row.targets.create(year=2026, value=1)
            row.labels.create(name=f"Label {number} {n}")
        with django_assert_num_queries(9):
            cards_paper(list(with_card(Indicator.objects.all())), 2026, day)

    read(1)
    read(10)


def test_printing_asks_the_database_nothing(stunting, day, django_assert_num_queries):
    said = paper(day, stunting)
    with django_assert_num_queries(0):
        assert "Balita pendek" in cards_html(said)


def test_what_people_typed_is_never_markup(government, day):
    row = make_indicator(government.kesehatan, "<script>alert(1)</script>", definition="<b>x</b>")
    html = cards_html(paper(day, row))
    assert "<script>" not in html
    assert "<b>x" not in html


def test_the_table_holds_the_key_indicators_under_their_sasaran(government, stunting, day):
    second = make_objective(government.kesehatan, "Meningkatnya mutu layanan", order=2)
    other = make_indicator(government.kesehatan, "Puskesmas terakreditasi", objective=second)
    plain = make_indicator(government.kesehatan, "Bukan IKU", objective=second)
    loose = make_indicator(government.kesehatan, "Nilai AKIP")
    for row in (other, loose):
        row.labels.add(stunting.labels.get())
    said = key_table(government.kesehatan, list(with_card(key_indicators(government.kesehatan))), 2026, day)
    assert [(row.number, row.objective, row.name, row.named) for row in said.rows] == [
        (1, government.sasaran.text, "Prevalensi stunting", True),
        (2, second.text, "Puskesmas terakreditasi", True),
        (3, "–", "Nilai AKIP", True),
    ]
    assert plain.name not in table_html(said)
    assert said.rows[0].person == "Kepala Dinas Kesehatan"
    assert (said.signature.name, said.signature.post) == ("dr. Ratna Dewi, M.Kes.", "Kepala Dinas Kesehatan,")


def test_the_regions_table_takes_its_own_label_from_every_unit(government, stunting):
    government.literasi.labels.create(name="IKU daerah")
    assert list(key_indicators(government.root)) == [government.literasi]
    assert list(key_indicators(government.kesehatan)) == [stunting]


# --- as PDF ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_card_begins_on_a_page_of_its_own(government, stunting, day):
    said = paper(day, stunting, government.literasi)
    content = cards_pdf(said)
    assert content == cards_pdf(said)
    pages = texts(content)
    assert len(pages) == 2 == said.pages
    for words in (
        "Manual Indikator Kinerja",
        "IKU-1",
        "semula 13",
        "Target akhir periode",
        "Halaman 1 dari 2",
    ):
        assert squeezed(words) in pages[0]
    assert squeezed("Nasional: Indonesia") in pages[0]
    assert squeezed("Literasi SMP") in pages[1]
    assert squeezed("Keadaan 5 April 2026") in pages[1]


def table(number: int) -> KeyTable:
    rows = tuple(
        KeyRow(
            f"iku-{n}", 1, "Meningkatnya derajat kesehatan masyarakat", f"{LONG} nomor {n}", "persen",
            LONG, LONG, "Laporan SPM", "Kepala Dinas Kesehatan", n == 1,
        )
        for n in range(1, number + 1)
    )  # fmt: skip
    block = SignatureBlock("right", "", "Kepala Dinas Kesehatan,", "dr. Ratna Dewi, M.Kes.", "", "")
    subject = ("DINAS KESEHATAN", "KABUPATEN CONTOH")
    return KeyTable(
        "Indikator Kinerja Utama",
        subject,
        "Pemerintah Kabupaten Contoh",
        "RPJMD",
        rows,
        "Contoh Kota, … 2026",
        block,
    )


@pytest.mark.slow
def test_the_table_is_landscape_and_names_a_sasaran_again_on_each_page():
    said = table(14)
    content = table_pdf(said)
    page = pypdf.PdfReader(io.BytesIO(content)).pages[0].mediabox
    assert round(page.width / 72 * 25.4) == 297
    assert round(page.height / 72 * 25.4) == 210
    pages = texts(content)
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert squeezed(f"Halaman {number} dari {len(pages)}") in text
        if "nomor" in text:
            assert squeezed("Formulasi/Rumus Perhitungan") in text
            assert squeezed("Meningkatnya derajat kesehatan") in text
    assert any("(lanjutan)" in text for text in pages)
    assert squeezed("dr. Ratna Dewi, M.Kes.") in pages[-1]
    whole = "".join(pages)
    assert all(f"nomor{n}" in whole for n in range(1, 15))


def address(name, **parts) -> str:
    return reverse(f"reports:{name}", kwargs={"year": 2026, **parts})


@pytest.mark.slow
def test_one_card_and_the_table_are_printed_in_the_request(
    client, government, stunting, operator_kesehatan, today
):
    client.force_login(operator_kesehatan)
    for where, words in (
        (address("indicator_card", pk=stunting.pk), "Balita pendek menurut umur"),
        (address("iku_table", unit=government.kesehatan.pk), "Menentukan mutu generasi"),
        (address("indicator_cards"), "Balita pendek menurut umur"),
    ):
        answer = client.get(where)
        assert answer.headers["Content-Type"] == "application/pdf", where
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert squeezed(words) in "".join(texts(answer.content))
        assert squeezed("Literasi SMP") not in "".join(texts(answer.content))
    html = client.get(address("indicator_card", pk=stunting.pk) + "?html")
    assert "Balita pendek" in html.content.decode()


@pytest.mark.slow
def test_many_cards_are_a_job_of_what_the_filter_leaves(
    client, government, stunting, perencana, monkeypatch, today
):
    monkeypatch.setattr(view, "MOST_PAGES", 0)
    client.force_login(perencana)
    where = address("indicator_cards") + f"?unit={government.kesehatan.pk}"
    assert "Unduhan" in client.get(where).content.decode()
    assert not Job.objects.exists()
    answer = client.post(where)
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("reports:job", args=(job.pk,))
    makers.jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert job.result.original_name == "Manual Indikator 2026, 1 indikator.pdf"


def test_who_lost_the_unit_gets_no_cards(government, stunting, day):
    job = makers.order_cards([stunting.pk], 2026, day, government.users.operator_pendidikan.pk)
    makers.jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.FAILED, None)
    assert "kewenangan" in job.message


@pytest.mark.parametrize(("most", "words"), [(0, "terlalu banyak"), (200, "Tidak ada indikator")])
def test_too_many_or_none_is_said_in_the_catalogue(client, perencana, government, monkeypatch, most, words):
    monkeypatch.setattr(view, "MOST_CARDS", most)
    client.force_login(perencana)
    asked = {} if most == 0 else {"cari": "tidak ada"}
    answer = client.get(address("indicator_cards"), asked, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("agreements:indicator_list", args=(2026,)))
    assert words in answer.content.decode()


def test_a_unit_without_key_indicators_is_told_how(client, perencana, government):
    client.force_login(perencana)
    answer = client.get(address("iku_table", unit=government.pendidikan.pk), follow=True)
    assert "berlabel IKU" in answer.content.decode()
