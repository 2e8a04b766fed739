"""The performance report: what it says as data, on paper, on its page, and how its texts are written."""

import io
import re
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from agreements.enums import Status
from agreements.models import Agreement, IndicatorTarget
from evaluations.efficiency import efficiency_sentence
from evaluations.enums import OBJECTIVE_SECTIONS, Section, ValueState
from evaluations.results import result_of
from evaluations.summary import Headline
from records import files
from reports.contexts.lkjip import lkjip
from reports.contexts.lkjip_proposals import proposal
from reports.lkjip import report_html, report_pdf
from tests.factories import (
    add_promise,
    make_agreement,
    make_assignment,
    make_indicator,
    make_objective,
    put_into,
)
from tests.reports import cases
from tests.reports.cases import AFTER, fact, signed_kesehatan, write

# Of the whole report, small or large: the document has a budget of its own.
QUERIES = 32
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def case(government):
    return cases.three_indicators(government)


@pytest.fixture
def report(government, case):
    return lkjip(government.kesehatan, 2026, AFTER)


# --- what it says ---------------------------------------------------------------------------------


def test_figures_are_those_of_the_results(report, case):
    result = result_of(Agreement.objects.get(pk=case.agreement.pk), AFTER)
    rows = [row for chapter in report.objectives for row in chapter.rows]
    assert [row.percent for row in rows] == [row.result.raw for row in result.rows]
    assert [row.sentence for row in rows] == [row.result.sentence for row in result.rows]
    assert [chapter.mean for chapter in report.objectives] == [each.mean for each in result.objectives]
    assert (report.result.headline, report.result.mean) == (result.headline, result.mean)
    assert report.sentences.headline == "1 dari 3 indikator tercapai, 1 belum dapat dinilai."


def test_targets_and_values_stand_without_their_unit(report):
    rows = [row for chapter in report.objectives for row in chapter.rows]
    assert [(row.number, row.target, row.value, row.unit) for row in rows] == [
        ("1.1", "14,00", "13,60", "%"),
        ("1.2", "80,0", "72,0", "%"),
        ("2.1", "86,50", "", "Indeks"),
    ]


def test_what_is_not_there_is_a_sentence_not_a_zero(report):
    missing = report.objectives[1].rows[0]
    assert (missing.value, missing.percent, missing.absent) == ("", None, "Data belum tersedia")
    assert (missing.rating, report.objectives[1].mean) == ("Belum dapat dinilai", None)


def test_gaps_say_what_is_missing_and_where(report):
    gaps = {gap.key: gap for gap in report.gaps}
    assert set(gaps) == {"missing", "unverified", "narratives", "earlier", "benchmark", "horizon"}
    assert [gap.key for gap in report.gaps if not gap.blocking] == ["earlier", "benchmark", "horizon"]
    assert texts(gaps["unverified"]) == ["1.2 Persentase puskesmas terakreditasi paripurna: TW IV"]
    assert texts(gaps["missing"])[1] == (
        "2.1 Indeks kepuasan masyarakat: TW I belum diisi, TW II belum diisi, TW III belum diisi, TW IV belum diisi"
    )
    assert texts(gaps["narratives"]) == [
        "Ringkasan Eksekutif",
        "Gambaran umum dan isu strategis",
        "Ikhtisar perencanaan",
        "Efisiensi sumber daya sasaran 1: Meningkatnya derajat kesehatan masyarakat",
        "Program dan kegiatan sasaran 1: Meningkatnya derajat kesehatan masyarakat",
        "Analisis sasaran 2: Meningkatnya mutu pelayanan kesehatan rujukan",
        "Efisiensi sumber daya sasaran 2: Meningkatnya mutu pelayanan kesehatan rujukan",
        "Program dan kegiatan sasaran 2: Meningkatnya mutu pelayanan kesehatan rujukan",
        "Analisis realisasi anggaran",
        "Penutup",
    ]
    assert [gap.key for gap in report.missing_figures] == ["missing", "unverified"]


def texts(gap) -> list[str]:
    return [item.text for item in gap.items]


def test_reasons_of_the_unit_are_printed(government):
    signed_kesehatan(government)
    for number in range(1, 5):
        fact(
            government,
            government.stunting,
            "0",
            number=number,
            state=ValueState.NOT_PUBLISHED,
            state_reason="Survei nasional",
            expected_on=date(2027, 4, 1),
        )
    row = lkjip(government.kesehatan, 2026, AFTER).objectives[0].rows[0]
    assert row.absent == "Data belum rilis: Survei nasional, perkiraan rilis 1 April 2027"


def test_factors_are_those_of_reported_facts_alone(report, government, case):
    factors = {row.name: row.factors for chapter in report.objectives for row in chapter.rows}
    assert [each.inhibiting for each in factors["Persentase puskesmas terakreditasi paripurna"]] == [
        "Dua puskesmas sedang direhabilitasi."
    ]
    case.satisfaction.realisations.create(
        period=cases.make_period(2026, 4), claimed_value=Decimal(80), supporting="Masih draf"
    )
    again = lkjip(government.kesehatan, 2026, AFTER)
    assert again.objectives[1].rows[0].factors == ()


def test_earlier_years_come_from_the_catalogue(report):
    row = report.objectives[0].rows[0]
    assert [(each.year, each.text) for each in row.earlier] == [
        (2022, "–"),
        (2023, "–"),
        (2024, "–"),
        (2025, "16,20"),
    ]
    assert row.change == "Turun"
    assert report.objectives[0].rows[1].earlier == ()
    assert report.objectives[1].tables.years is None


def test_progress_towards_the_last_target_of_the_plan(government, case):
    for year, value in ((2027, 12), (2029, 10)):
        IndicatorTarget.objects.create(indicator=case.stunting, year=year, value=Decimal(value))
    horizon = lkjip(government.kesehatan, 2026, AFTER).objectives[0].rows[0].horizon
    # Lower is better, selisih: (2 × 10 − 13,6) ÷ 10.
    assert (horizon.year, horizon.target, horizon.percent) == (2029, "10,00", Decimal(64))
    html = flat(report_html(lkjip(government.kesehatan, 2026, AFTER)))
    assert "Kemajuan = capaian realisasi 2026 terhadap target akhir, dengan rumus indikatornya" in html


def test_money_and_efficiency(report):
    account = report.money.account
    assert (account.ceiling, account.spent, account.absorption) == (
        Decimal(2500000000),
        Decimal(2330000000),
        Decimal("93.2"),
    )
    assert round(report.money.efficiency, 9) == round(report.result.mean - Decimal("93.2"), 9)
    # One indicator has no figure: nothing is called efficient or not.
    headline = report.result.headline
    assert headline.unmeasured > 0
    assert report.money.efficiency_sentence == (
        f"Efisiensi belum dapat dihitung karena {headline.unmeasured} dari {headline.total} "
        "indikator belum dapat dinilai."
    )


@pytest.mark.parametrize(
    ("reached", "provisional", "words"),
    [
        (4, False, "jadi penggunaan anggaran efisien"),
        (3, False, "sisa anggaran belum dapat disebut efisiensi"),
        (4, True, "Angka ini sementara."),
    ],
)
def test_efficient_is_said_only_where_every_target_was_met(reached, provisional, words, report):
    result = SimpleNamespace(
        unfinished=False,
        mean=Decimal(110),
        provisional=provisional,
        headline=Headline(reached, 4, unmeasured=0),
    )
    assert words in efficiency_sentence(result, report.money.account)


def test_tables_and_figures_are_numbered_in_their_order(report):
    labels = [caption.label for caption in report.tables]
    chapter_3 = [f"3.{at}" for at in range(1, 9)]
    assert labels == [f"Tabel {n}" for n in ("1.1", "1.2", "2.1", "2.2", *chapter_3, "L.2.1", "L.3.1")]
    assert [caption.label for caption in report.figures] == ["Gambar 3.1", "Gambar 3.2"]


def test_a_unit_with_nothing_says_so(government):
    report = lkjip(government.pendidikan, 2026, AFTER)
    assert report.plan is None
    assert report.objectives == ()
    assert [gap.key for gap in report.gaps] == ["agreement", "budget", "narratives"]
    assert report.sentences.headline == (
        "Capaian belum dapat disajikan: belum ada Perjanjian Kinerja Dinas Pendidikan dan Kebudayaan "
        "yang berlaku tahun 2026."
    )


def test_queries_of_a_small_report(government, case, django_assert_num_queries):
    with django_assert_num_queries(QUERIES):
        lkjip(government.kesehatan, 2026, AFTER)


@pytest.mark.parametrize("count", [6, 24])
def test_queries_of_a_large_report(count, government, django_assert_num_queries):
    cases.many_indicators(government, count=count)
    # One more than without steps: how far they are.
    with django_assert_num_queries(QUERIES + 1):
        assert len(lkjip(government.kesehatan, 2026, AFTER).objectives) == count // 6


def test_the_same_words_of_quarters_in_a_row_are_printed_once(government):
    signed_kesehatan(government)
    for number, words in enumerate(("Kader aktif.", "Kader aktif.", "Kader aktif.", "Posyandu baru."), 1):
        follow_up = "Pelatihan." if number in (1, 3) else ""
        fact(government, government.stunting, "12", number=number, supporting=words, follow_up=follow_up)
    row = lkjip(government.kesehatan, 2026, AFTER).objectives[0].rows[0]
    assert row.factor_lines == (
        ("TW I–III, faktor pendorong", "Kader aktif."),
        ("TW IV, faktor pendorong", "Posyandu baru."),
        ("TW I, tindak lanjut", "Pelatihan."),
        ("TW III, tindak lanjut", "Pelatihan."),
    )


def test_captions_of_figures_have_one_number_and_the_target_is_drawn(report):
    trend = report.objectives[0].trends[0]
    assert trend.caption.text == "Indikator 1.1 Prevalensi stunting (%), per triwulan 2026"
    assert trend.picture.count('stroke-dasharray="4 3"') == 1
    assert ">14,00</text>" in trend.picture


def test_quarters_that_are_added_up_are_drawn_as_their_sum_beside_the_target(government):
    deaths = make_indicator(
        government.kesehatan,
        "Kematian ibu",
        objective=government.sasaran,
        polarity="lower",
        accumulation="sum",
        decimals=0,
    )
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, deaths, government.sasaran, value=Decimal(12))
    put_into(agreement, Status.IN_FORCE)
    for number, value in ((1, "3"), (2, "2"), (4, "4")):
        fact(government, deaths, value, number=number)
    picture = lkjip(government.kesehatan, 2026, AFTER).objectives[0].trends[0].picture
    description = re.search(r"<desc[^>]*>(.*?)</desc>", picture)[1]
    assert description == "TW I: 3; TW II: 5; TW III: Belum diisi; TW IV: Data belum tersedia; target 12"
    assert picture.count('stroke-dasharray="4 3"') == 1


def test_posts_are_those_of_the_end_of_the_year_and_the_head_of_the_day_signs(government, case):
    held = government.official_kadinkes.assignments.get()
    held.ends = date(2026, 12, 31)
    held.save()
    make_assignment(government.official_kadikbud, government.kadinkes, date(2027, 1, 1))
    report = lkjip(government.kesehatan, 2026, AFTER)
    assert (report.structure.day, report.structure.posts[0].name) == (
        date(2026, 12, 31),
        "dr. Ratna Dewi, M.Kes.",
    )
    assert report.head.name == "Drs. Joko Purnomo, M.Pd."
    assert "tercatat pada 31 Desember 2026" in flat(report_html(report))
    assert lkjip(government.kesehatan, 2026, date(2026, 10, 5)).structure.day == date(2026, 10, 5)


# --- proposals ------------------------------------------------------------------------------------


def test_the_proposal_of_a_sasaran_says_only_what_was_recorded(report, government):
    text = proposal(report, Section.OBJECTIVE, government.sasaran.pk)
    assert text == (
        "Sasaran “Meningkatnya derajat kesehatan masyarakat” diukur dengan 2 indikator. 1 dari 2 indikator "
        "tercapai. Rata-rata capaian 96,43\u00a0% (Sangat Tinggi, sementara).\n\n"
        "Prevalensi stunting: realisasi 13,60\u00a0% dari target 14,00\u00a0%, capaian 102,86\u00a0%, mencapai "
        "target. Realisasi turun dari tahun 2025, 16,20\u00a0% (membaik).\n\n"
        "Persentase puskesmas terakreditasi paripurna: realisasi 72,0\u00a0% dari target 80,0\u00a0%, capaian "
        "90,00\u00a0%, belum mencapai target (sementara). Faktor pendorong: Pendampingan tim mutu di tiap "
        "puskesmas. Faktor penghambat: Dua puskesmas sedang direhabilitasi. Tindak lanjut: Survei ulang setelah "
        "rehabilitasi selesai."
    )


@pytest.mark.parametrize("section", [each for each in Section if each not in OBJECTIVE_SECTIONS])
def test_every_part_has_a_proposal_where_there_are_data(report, section):
    assert proposal(report, section)


@pytest.mark.parametrize("section", [Section.SUMMARY, Section.PLANNING, Section.CLOSING])
def test_without_an_agreement_there_is_nothing_to_propose(government, section):
    assert proposal(lkjip(government.pendidikan, 2026, AFTER), section) == ""


# --- on paper -------------------------------------------------------------------------------------


@pytest.fixture
def paper(report, django_assert_num_queries):
    agreement = files.read(report.plan.issue.pdf)
    with django_assert_num_queries(0):
        return PdfReader(io.BytesIO(report_pdf(report, None, agreement)))


def outline(reader, entries=None, depth=0) -> list[tuple[int, str, int]]:
    found = []
    for each in reader.outline if entries is None else entries:
        if isinstance(each, list):
            found += outline(reader, each, depth + 1)
        else:
            found.append((depth, each.title, reader.get_destination_page_number(each)))
    return found


def flat(text: str) -> str:
    return " ".join(text.split())


def test_bookmarks_follow_the_chapters(paper):
    top = [title for depth, title, _ in outline(paper) if depth == 0]
    assert top == [
        "KATA PENGANTAR",
        "PERNYATAAN TELAH DIREVIU",
        "RINGKASAN EKSEKUTIF",
        "DAFTAR ISI",
        "BAB I PENDAHULUAN",
        "BAB II PERENCANAAN KINERJA",
        "BAB III AKUNTABILITAS KINERJA",
        "BAB IV PENUTUP",
        "LAMPIRAN 1 PERJANJIAN KINERJA",
        "LAMPIRAN 2 PENGUKURAN KINERJA",
        "LAMPIRAN 3 INDIKATOR KINERJA",
        "LAMPIRAN 4 RENCANA AKSI",
        "LAMPIRAN 5 REVISI SUMBER",
        "LAMPIRAN 6 DAFTAR DATA DUKUNG",
    ]
    assert (2, "Sasaran 1: Meningkatnya derajat kesehatan masyarakat") in [e[:2] for e in outline(paper)]


def test_page_numbers_of_the_contents_are_those_printed_on_the_pages(paper):
    places = {title: page for _, title, page in outline(paper)}
    contents = flat(paper.pages[places["DAFTAR ISI"]].extract_text())
    first = places["BAB I PENDAHULUAN"]
    for title in ("BAB III AKUNTABILITAS KINERJA", "BAB IV PENUTUP", "LAMPIRAN 2 PENGUKURAN KINERJA"):
        printed = re.search(re.escape(title) + r"[ .]*?([0-9]+)", contents)[1]
        assert int(printed) == places[title] - first + 1
        assert re.search(rf"\b{printed}\b", paper.pages[places[title]].extract_text().split("2027")[-1])
    assert re.search(r"RINGKASAN EKSEKUTIF[ .]*iii\b", contents)


def test_the_pages_of_the_agreement_are_in_the_appendix(paper, report):
    places = {title: page for _, title, page in outline(paper)}
    pages = range(places["LAMPIRAN 1 PERJANJIAN KINERJA"] + 1, places["LAMPIRAN 2 PENGUKURAN KINERJA"])
    assert len(pages) == 2
    statement = flat(paper.pages[pages[0]].extract_text())
    assert "PERJANJIAN KINERJA TAHUN 2026" in statement
    assert "LAMPIRAN 1 PERJANJIAN KINERJA" in statement
    assert report.plan.issue.code in flat(paper.pages[pages[0] - 1].extract_text()).replace(" ", "")


def test_phrases_of_the_paper(paper):
    text = flat(" ".join(page.extract_text() for page in paper.pages))
    for phrase in (
        "LAPORAN KINERJA INSTANSI PEMERINTAH (LKjIP)",
        "Draf, dicetak 3 Februari 2027",
        "Data belum tersedia: gambaran umum, tugas dan fungsi, dan isu strategis belum ditulis.",
        "(belum ditandatangani)",
        "dr. Ratna Dewi, M.Kes.",
        "sementara",
        "Penurunan stunting didorong layanan posyandu.",
        "2.330.000.000,00",
        "Predikat menurut nilai yang belum dibulatkan",
    ):
        assert phrase in text


def test_running_headers_name_unit_and_chapter(paper):
    places = {title: page for _, title, page in outline(paper)}
    text = flat(paper.pages[places["BAB III AKUNTABILITAS KINERJA"] + 1].extract_text())
    assert "Dinas Kesehatan" in text
    assert "BAB III AKUNTABILITAS KINERJA" in text


def test_every_page_but_those_laid_on_their_side_is_a4(paper):
    sizes = [tuple(round(float(each) / 72 * 25.4) for each in page.mediabox[2:]) for page in paper.pages]
    first = next(page for _, title, page in outline(paper) if title == "LAMPIRAN 2 PENGUKURAN KINERJA")
    assert set(sizes[:first]) == {(210, 297)}
    assert sizes[first : first + 3] == [(297, 210)] * 3
    assert set(sizes[-2:]) == {(210, 297)}


def test_the_same_report_gives_the_same_bytes(report):
    agreement = files.read(report.plan.issue.pdf)
    assert report_pdf(report, None, agreement) == report_pdf(report, None, agreement)


def test_a_report_without_data_is_a_paper_that_says_so(government):
    report = lkjip(government.pendidikan, 2026, AFTER)
    reader = PdfReader(io.BytesIO(report_pdf(report)))
    text = flat(" ".join(page.extract_text() for page in reader.pages))
    assert text.count("Data belum tersedia") >= 8
    assert not re.search(r"\b0,00\b", text)


HOSTILE = (
    "</style><script>alert(1)</script>{{ report.year }}{% now 'Y' %}<img src=file:///etc/passwd>" + "W" * 400
)


def test_hostile_words_stay_words(government):
    objective = make_objective(government.kesehatan, HOSTILE)
    signed_kesehatan(government)
    write(government.kesehatan, Section.FOREWORD, HOSTILE + "\n\n\u202eابجد 😀 \u0007")
    fact(government, government.stunting, "12", inhibiting=HOSTILE, follow_up=HOSTILE)
    write(government.kesehatan, Section.OBJECTIVE, HOSTILE, government.sasaran)
    write(government.kesehatan, Section.OBJECTIVE, HOSTILE, objective)
    report = lkjip(government.kesehatan, 2026, AFTER)
    html = report_html(report)
    assert "<script" not in html
    assert "<img" not in html
    content = report_pdf(report)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    bare = re.sub(r"[\s\x00]", "", text)
    assert "{{report.year}}" in bare
    assert "<script>alert(1)</script>" in bare
