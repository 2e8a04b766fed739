"""The paper of an agreement: first as data, then as the PDF that people sign."""

import hashlib
import io
import logging
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pikepdf
import pypdf
import pytest
from PIL import Image

from agreements import texts
from agreements.content import IndicatorContent, ObjectiveContent, PartyContent, content_of, sha256
from agreements.enums import Level, Paper
from agreements.models import Region
from perjanjian.numerals import NBSP
from records import files
from reports import documents, pdf
from tests.factories import add_promise, make_agreement
from tests.reports.papers import (
    CODE,
    HEAD,
    REGENT,
    TWO_PARTY_TEXTS,
    budgets,
    objectives,
    pages,
    printed,
    single_party,
    stand_in_order,
    two_party,
    wording,
)

pytestmark = pytest.mark.slow
HASH = "0123456789abcdef" * 4


@pytest.fixture
def region(db) -> Region:
    return Region.objects.create(name="Contoh", seat="Contoh Kota")


def paper(content, **given):
    return documents.agreement_paper(content, documents.proof(CODE, HASH), **given)


# --- as data -------------------------------------------------------------------------------------


def test_superior_stands_left_and_who_promises_right():
    left, right = paper(two_party()).signatures
    assert (left.side, left.heading, left.post, left.name) == (
        "left",
        "Pihak Kedua,",
        "Bupati Contoh",
        "H. Arif Santosa, S.E.",
    )
    assert (right.side, right.heading, right.post, right.name) == (
        "right",
        "Pihak Pertama,",
        "Kepala Dinas Kesehatan",
        "dr. Ratna Dewi, M.Kes.",
    )


def test_policy_may_turn_the_sides_round():
    left, right = paper(two_party(superior_left=False)).signatures
    assert (left.heading, right.heading) == ("Pihak Pertama,", "Pihak Kedua,")


def test_nip_is_grouped_and_the_regional_head_has_none():
    regent, head = paper(two_party()).signatures
    assert (head.rank, head.nip) == ("Pembina Utama Muda (IV/c)", "NIP. 19750101 200003 2 001")
    assert (regent.rank, regent.nip) == ("", "")


def test_regional_head_signs_alone_under_the_title():
    (block,) = paper(single_party()).signatures
    assert (block.side, block.heading, block.post) == ("right", "Bupati Contoh,", "")


@pytest.mark.usefixtures("region")
def test_a_long_unit_of_measure_is_never_cut_in_two():
    long = IndicatorContent("Kunjungan posyandu", f"12.500{NBSP}kunjungan")
    text = pages(printed(two_party(objectives=(ObjectiveContent("Sasaran", (long,)),))))[1]
    assert "kunjungan" in text.replace("Kunjungan", "")


@pytest.mark.parametrize(
    ("changes", "subject", "annex"),
    [
        ({}, ("KEPALA DINAS KESEHATAN", "KABUPATEN CONTOH"), ("DINAS KESEHATAN", "KABUPATEN CONTOH")),
        (
            {"position_title": "Asisten Administrasi Umum", "heads_unit": False},
            ("ASISTEN ADMINISTRASI UMUM", "KABUPATEN CONTOH"),
            ("ASISTEN ADMINISTRASI UMUM", "KABUPATEN CONTOH"),
        ),
        (
            {"position_title": "Kepala Bidang P2P", "level": Level.III, "unit_name": "Bidang P2P"},
            ("KEPALA BIDANG P2P", "KABUPATEN CONTOH"),
            ("KEPALA BIDANG P2P", "KABUPATEN CONTOH"),
        ),
        (
            {"position_title": "Kepala RSUD Kabupaten Contoh", "unit_name": "RSUD Kabupaten Contoh"},
            ("KEPALA RSUD KABUPATEN CONTOH",),
            ("RSUD KABUPATEN CONTOH",),
        ),
    ],
    ids=("head of an office", "assistant", "head of a division", "region in the name"),
)
def test_heading_names_whose_agreement_it_is(changes, subject, annex):
    said = paper(two_party(**changes))
    assert (said.subject, said.annex_subject) == (subject, annex)


def test_heading_of_the_regional_head_is_the_region():
    said = paper(single_party())
    assert (said.subject, said.annex_subject) == (("KABUPATEN CONTOH",), ("KABUPATEN CONTOH",))


@pytest.mark.parametrize(
    ("level", "columns"),
    [
        (Level.REGIONAL_HEAD, ("Sasaran Strategis", "Indikator Kinerja", "Program")),
        (Level.II, ("Sasaran Strategis", "Indikator Kinerja", "Program")),
        (Level.III, ("Sasaran Program", "Indikator Kinerja Program", "Program/Kegiatan")),
        (Level.IV, ("Sasaran Kegiatan", "Indikator Kinerja Kegiatan", "Kegiatan/Sub Kegiatan")),
        (Level.STAFF, ("Sasaran Kinerja", "Indikator Kinerja Individu", "Program/Kegiatan/Sub Kegiatan")),
    ],
)
def test_columns_follow_the_level(level, columns):
    assert paper(two_party(level=level)).columns == columns


def test_every_level_has_its_columns():
    assert set(documents.COLUMNS) == set(Level)


def test_amounts_and_total_print_as_rupiah():
    said = paper(two_party(budgets=budgets(3, "1234567890123.00")))
    assert [line.amount for line in said.budgets] == ["Rp1.234.567.890.123,00"] * 3
    assert said.budget_total == "Rp3.703.703.670.369,00"


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (date(2026, 8, 17), "Contoh Kota, 17\u00a0Agustus\u00a02026"),
        (None, f"Contoh Kota, {'.' * 24} 2026"),
    ],
)
def test_place_and_date(day, line):
    assert paper(two_party(document_date=day)).place_and_date == line


def test_proof_leads_to_the_public_check(settings):
    settings.PUBLIC_ADDRESS = "https://kinerja.contoh.go.id"
    proof = documents.proof(CODE, HASH)
    assert proof.address == f"https://kinerja.contoh.go.id/cek/{CODE}/"
    assert (proof.short_hash, proof.full_hash) == ("0123456789abcdef", HASH)


def test_short_sasaran_stays_together_and_a_long_one_may_be_cut():
    said = paper(two_party(objectives=objectives(1, 3) + objectives(1, 30)))
    assert [rows.keep for rows in said.objectives] == [True, False]


# --- as PDF --------------------------------------------------------------------------------------


def test_statement_is_the_prescribed_form(region):
    statement, annex = pages(printed(two_party()))
    assert stand_in_order(
        (
            "PERJANJIAN KINERJA TAHUN 2026 KEPALA DINAS KESEHATAN KABUPATEN CONTOH",
            "Dalam rangka mewujudkan manajemen pemerintahan yang efektif, transparan dan akuntabel serta "
            "berorientasi pada hasil, kami yang bertanda tangan di bawah ini:",
            "Nama : dr. Ratna Dewi, M.Kes. Jabatan : Kepala Dinas Kesehatan",
            "selanjutnya disebut pihak pertama",
            "Nama : H. Arif Santosa, S.E. Jabatan : Bupati Contoh",
            "selaku atasan pihak pertama, selanjutnya disebut pihak kedua",
            "Pihak pertama berjanji akan mewujudkan target kinerja yang seharusnya sesuai lampiran",
            "menjadi tanggung jawab kami.",
            "Pihak kedua akan melakukan supervisi yang diperlukan",
            "pemberian penghargaan dan sanksi.",
            "Contoh Kota, 5 Januari 2026",
            "Pihak Kedua, Bupati Contoh Pihak Pertama, Kepala Dinas Kesehatan",
            "H. Arif Santosa, S.E. dr. Ratna Dewi, M.Kes.",
            "Pembina Utama Muda (IV/c) NIP. 19750101 200003 2 001",
            f"{CODE} · isi SHA-256",
            "Halaman 1 dari 2",
        ),
        statement,
    )
    assert stand_in_order(
        (
            "Lampiran PERJANJIAN KINERJA TAHUN 2026 DINAS KESEHATAN KABUPATEN CONTOH",
            "No Sasaran Strategis Indikator Kinerja Target (1) (2) (3) (4)",
            "1. Sasaran ke-1 Prevalensi stunting balita 1.1 14,00 %",
            "Prevalensi stunting balita 1.2 14,00 %",
            "2. Sasaran ke-2",
            "Program Anggaran Keterangan",
            "1.02.01 Program nomor 1 Rp1.000.000.000,00 APBD",
            "Jumlah Rp3.000.000.000,00",
            "Pihak Kedua,",
            "Pihak Pertama,",
            "Halaman 2 dari 2",
        ),
        annex,
    )


def test_code_short_hash_and_address_stand_on_every_page_and_the_full_hash_at_the_end(region):
    content = two_party(budgets=budgets(30))
    digest = sha256(content)
    words = pages(printed(content))
    assert len(words) >= 3
    for number, page in enumerate(words, start=1):
        assert f"{CODE} · isi SHA-256 {digest[:16]}…" in page
        assert f"/cek/{CODE}/" in page
        assert f"Halaman {number} dari {len(words)}" in page
    assert [digest in page for page in words] == [False] * (len(words) - 1) + [True]


def test_regional_head_promises_alone(region):
    statement, *_ = pages(printed(single_party()))
    assert stand_in_order(
        (
            "PERJANJIAN KINERJA TAHUN 2026 KABUPATEN CONTOH",
            "berorientasi pada hasil, yang bertanda tangan di bawah ini:",
            "Nama : H. Arif Santosa, S.E. Jabatan : Bupati Contoh",
            "Berjanji akan mewujudkan target kinerja",
            "Contoh Kota, 5 Januari 2026 Bupati Contoh, H. Arif Santosa, S.E.",
        ),
        statement,
    )
    assert re.search("pihak (pertama|kedua)|NIP", statement, re.IGNORECASE) is None


def test_amendment_says_so(region):
    content = two_party(
        amended=True, document_number="000.8.6/12/2026", texts=wording("title_amended") + TWO_PARTY_TEXTS[1:]
    )
    statement, annex = pages(printed(content))
    title = "PERJANJIAN KINERJA PERUBAHAN TAHUN 2026"
    assert title in statement
    assert title in annex
    assert "Nomor: 000.8.6/12/2026" in statement


def test_an_amendment_of_an_amendment_prints_which_one_it_is(region):
    words = texts.DEFAULTS["title_amended_again"][1]
    title = words.format(tahun=2026, urutan=texts.ordinal(2).upper())
    content = two_party(amended=True, texts=(("title_amended_again", title), *TWO_PARTY_TEXTS[1:]))
    assert all("PERJANJIAN KINERJA PERUBAHAN KEDUA TAHUN 2026" in page for page in pages(printed(content)))


@pytest.mark.parametrize(
    ("number", "name"),
    [(1, "Perubahan"), (2, "Perubahan Kedua"), (10, "Perubahan Kesepuluh"), (11, "Perubahan Ke-11")],
)
def test_amendments_are_counted_in_words(number, name):
    assert texts.amendment_name(number) == name


def test_acting_holder_prints_with_the_prefix(region):
    acting = replace(HEAD, title="Plt. Kepala Dinas Kesehatan")
    statement, *_ = pages(printed(two_party(first=acting)))
    assert statement.count("Plt. Kepala Dinas Kesehatan") == 2


def test_draft_is_marked_on_every_page_and_carries_no_code(region):
    for page in pages(printed(two_party(document_date=None, budgets=budgets(30)), draft=True)):
        assert "DRAF" in page
        assert "Draf, belum diterbitkan dan tidak untuk ditandatangani." in page
        assert re.search("PK-2026|SHA-256|/cek/", page) is None


def test_issued_paper_has_no_watermark(region):
    assert ["DRAF" in page for page in pages(printed(two_party()))] == [False, False]


def test_position_nobody_holds_leaves_a_line_to_fill(region):
    vacant = PartyContent("first", "", "Kepala Dinas Kesehatan", "", "")
    statement, *_ = pages(printed(two_party(first=vacant), draft=True))
    assert statement.count("." * 40) == 2


@pytest.mark.parametrize(
    ("size", "points"), [(Paper.A4, (595.28, 841.89)), (Paper.F4, (609.45, 935.43))], ids=("a4", "f4")
)
def test_paper_has_the_size_of_the_year(region, size, points):
    boxes = [page.mediabox for page in pypdf.PdfReader(io.BytesIO(printed(two_party(paper=size)))).pages]
    assert [(round(float(box.width), 2), round(float(box.height), 2)) for box in boxes] == [points, points]


def test_issue_may_choose_another_paper_than_the_content(region):
    box = pypdf.PdfReader(io.BytesIO(printed(two_party(), paper=Paper.F4))).pages[0].mediabox
    assert round(float(box.height)) == 935


def test_no_budget_no_table(region):
    _, annex = pages(printed(two_party(budgets=())))
    assert "Anggaran" not in annex
    assert "Jumlah" not in annex


def test_every_figure_of_a_large_agreement_is_there(region):
    content = two_party(objectives=objectives(6, 5), budgets=budgets(25, "1234567890123.00"), paper=Paper.F4)
    text = " ".join(pages(printed(content)))
    for objective in content.objectives:
        for indicator in objective.indicators:
            assert f"{indicator.name} {indicator.target}".replace("\u00a0", " ") in text
    assert text.count("Rp1.234.567.890.123,00") == 25
    assert "Jumlah Rp30.864.197.253.075,00" in text


def test_sasaran_cut_by_a_page_break_is_named_again(region):
    long_name = "Persentase fasilitas pelayanan kesehatan yang memenuhi standar " * 2
    content = two_party(objectives=objectives(1, 30, long_name), budgets=())
    annex = pages(printed(content))[1:]
    assert len(annex) >= 3
    for page in annex[1:]:
        assert "1. Sasaran ke-1 (lanjutan)" in page
    assert "lanjutan" not in annex[0]


def test_signatures_never_stand_alone_on_the_last_page(region):
    for count in range(8, 16):
        last = pages(printed(two_party(budgets=budgets(count))))[-1]
        assert "Jumlah" in last, f"{count} programmes"
        assert f"Program nomor {count} " in last, f"{count} programmes"


def test_long_names_and_titles_keep_the_statement_on_one_page(region):
    name = "Prof. Dr. Ir. H. Muhammad Nurdiansyah Kusumawardana Hadiningrat, S.T., M.T., M.M., Ph.D., IPU., ASEAN Eng., CPHR."
    title = "Asisten Perekonomian, Pembangunan, dan Administrasi Umum pada Sekretariat Daerah Kabupaten Kepulauan Contoh Raya"
    content = two_party(
        first=replace(HEAD, name=name, title=f"Plt. {title}"),
        second=replace(HEAD, party="second", name=name, title=title),
        position_title=title,
        heads_unit=False,
    )
    words = pages(printed(content))
    assert len(words) == 2
    assert words[0].count(name) == 4


HOSTILE = (
    "<script>alert(1)</script> <img src=file:///etc/passwd> <img src=https://contoh.test/x.png> "
    "<link rel=attachment href=file:///etc/passwd> {{ settings.SECRET_KEY }} {% load x %} &amp; url(file:///etc/hosts)"
)


def test_hostile_text_is_printed_as_text_and_nothing_is_fetched(region, monkeypatch, caplog):
    read = []
    original = pdf.packaged_file
    monkeypatch.setattr(pdf, "packaged_file", lambda address: read.append(address) or original(address))
    content = two_party(
        objectives=(ObjectiveContent(HOSTILE, (IndicatorContent(HOSTILE, HOSTILE),)),),
        budgets=tuple(replace(row, name=HOSTILE, fund_source=HOSTILE) for row in budgets(1)),
        first=replace(HEAD, name=HOSTILE, title=HOSTILE, rank=HOSTILE),
        position_title=HOSTILE,
        place=HOSTILE,
        document_number=HOSTILE,
        texts=tuple((key, HOSTILE) for key, _ in TWO_PARTY_TEXTS),
    )
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        made = printed(content)
    text = "".join(pages(made)).replace(" ", "")
    assert text.count("<script>alert(1)</script>") >= 12
    assert "{{settings.SECRET_KEY}}" in text
    assert "root:" not in text
    assert [address for address in read if not address.endswith(".css")] == []
    assert caplog.records == []
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert list(opened.attachments) == []


def test_words_without_end_stay_inside_the_page(region):
    word = "Sangatpanjang" * 30
    content = two_party(
        objectives=(ObjectiveContent(word, (IndicatorContent(word, word),)),),
        first=replace(HEAD, name=word, title=word),
    )
    reader = pypdf.PdfReader(io.BytesIO(printed(content)))
    assert word in "".join("".join(page.extract_text().split()) for page in reader.pages)
    ends = []

    def note(text, current, matrix, font, size):
        if text.strip():
            # No letter of the word is narrower than a quarter of its size.
            width = len(text.strip()) * 0.25 * size * matrix[0] * current[0]
            ends.append(current[0] * matrix[4] + current[4] + width)

    for page in reader.pages:
        page.extract_text(visitor_text=note)
    margin = 20 / 25.4 * 72
    assert 400 < max(ends) < 595 - margin


# --- queries, bytes, emblem ----------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 10])
def test_printing_asks_only_for_the_emblem(region, django_assert_num_queries, count):
    content = two_party(objectives=objectives(count, 3), budgets=budgets(count))
    with django_assert_num_queries(1):
        printed(content)


def test_placing_the_data_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        documents.agreement_html(paper(two_party()))


def test_same_content_gives_the_same_bytes(region):
    assert printed(two_party()) == printed(two_party())


def test_another_code_gives_other_bytes(region):
    content = two_party()
    other = documents.agreement_pdf(
        content, code="PK-2026-0000-0000", content_sha256=sha256(content), draft=False
    )
    assert other != printed(content)


def _picture(colour: str, size: tuple[int, int] = (900, 1200), form: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGBA" if form == "PNG" else "RGB", size, colour).save(stream, form)
    return stream.getvalue()


def _emblem(region, field: str, colour: str) -> None:
    stored = files.store(_picture(colour), "lambang.png", "image/png", None)
    setattr(region, field, stored)
    region.save()


def _pictures(made: bytes) -> list[tuple[int, int]]:
    """Sizes of the pictures on the first page."""
    return [image.image.size for image in pypdf.PdfReader(io.BytesIO(made)).pages[0].images]


def test_emblem_is_printed_no_larger_than_paper_can_show(region):
    _emblem(region, "emblem", "blue")
    assert (450, 600) in _pictures(printed(two_party()))


def test_emblem_with_transparent_ground_is_set_on_white(region):
    _emblem(region, "emblem", (0, 0, 0, 0))
    emblem = documents.emblem_for(two_party())
    with Image.open(io.BytesIO(emblem.content)) as picture:
        assert picture.getpixel((5, 5)) == (255, 255, 255)


def test_without_an_emblem_there_is_no_picture_but_the_code(region):
    assert documents.emblem_for(two_party()) is None
    assert len(_pictures(printed(two_party()))) == 1


@pytest.mark.parametrize(("content", "colour"), [(single_party(), "red"), (two_party(), "blue")])
def test_state_emblem_is_for_the_regional_heads_own(region, content, colour):
    _emblem(region, "emblem", "blue")
    _emblem(region, "state_emblem", "red")
    with Image.open(io.BytesIO(documents.emblem_for(content).content)) as picture:
        red, _, blue = picture.getpixel((5, 5))
    assert (red > 200, blue > 200) == (colour == "red", colour == "blue")


def test_regional_head_gets_the_regions_emblem_where_no_other_is_uploaded(region):
    _emblem(region, "emblem", "blue")
    assert documents.emblem_for(single_party()) == documents.emblem_for(two_party())


def test_emblem_changed_on_the_disk_stops_the_print(region):
    _emblem(region, "emblem", "blue")
    files.path_of(region.emblem_id).write_bytes(_picture("green"))
    with pytest.raises(files.FileDamaged):
        printed(two_party())


def test_drawn_emblem_stays_a_drawing(region):
    shield = (pdf.PACKAGED / "img/shield.svg").read_bytes()
    region.emblem = files.store(shield, "perisai.svg", documents.SVG, None)
    region.save()
    made = printed(two_party())
    assert len(_pictures(made)) == 1
    assert hashlib.sha256(made).digest() != hashlib.sha256(printed_without_emblem(region)).digest()


def printed_without_emblem(region) -> bytes:
    region.emblem = None
    region.save()
    return printed(two_party())


def test_draft_of_real_rows_prints(government):
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, government.stunting, government.sasaran, value=Decimal("14"))
    content = content_of(agreement)
    statement, annex = pages(
        documents.agreement_pdf(content, code="", content_sha256=sha256(content), draft=True)
    )
    assert "Nama : dr. Ratna Dewi, M.Kes." in statement
    assert "Prevalensi stunting 14,00 %" in annex
    assert REGENT.name in statement
