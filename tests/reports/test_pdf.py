"""HTML to PDF/A: what a document may read, what the file says of itself, and that no clock is in it."""

import gc
import io
import os
import subprocess
import sys
import threading
import weakref
from dataclasses import replace
from datetime import date

import pikepdf
import pytest
import time_machine

from reports import pdf
from tests.reports.papers import pages, printed, two_party

PAGE = '<!doctype html><html lang="id"><body><h1>Judul</h1><p>Isi.</p>{}</body></html>'


def render(inside: str = "", **given) -> bytes:
    return pdf.render(PAGE.format(inside), ("css/print.css",), title="Dokumen", **given)


# --- what a document may read --------------------------------------------------------------------


def test_packaged_files_are_served():
    assert pdf.packaged_file(f"{pdf.PACKAGED.as_uri()}/img/shield.svg") == pdf.PACKAGED / "img/shield.svg"


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "{static}/../manage.py",
        "{static}/%2e%2e/manage.py",
        "{static}/%2E%2E/manage.py",
        "{static}/%252e%252e/manage.py",
        "{static}/css/..%2f..%2fmanage.py",
        "{static}/../static_elsewhere/x",
        "{static}",
        "{static}/css/",
        "{static}/img/missing.svg",
        "{static}/img/shield.svg%00.png",
        "file://contoh.test/etc/passwd",
        "https://contoh.test/x.png",
        "ftp://contoh.test/x",
        "data:text/plain,x",
        "/etc/passwd",
        "gambar:lambang",
    ],
)
def test_nothing_else_is(address):
    with pytest.raises((pdf.NotServed, ValueError)):
        pdf.packaged_file(address.format(static=pdf.PACKAGED.as_uri()))


def test_link_out_of_the_package_leads_nowhere(monkeypatch, tmp_path):
    package = tmp_path / "static"
    package.mkdir()
    (tmp_path / "secret.txt").write_text("rahasia")
    (package / "link.txt").symlink_to(tmp_path / "secret.txt")
    monkeypatch.setattr(pdf, "PACKAGED", package)
    with pytest.raises(pdf.NotServed):
        pdf.packaged_file(f"{package.as_uri()}/link.txt")


@pytest.mark.parametrize(
    "element",
    [
        '<img src="file:///etc/hostname" alt="">',
        '<img src="https://contoh.test/x.png" alt="">',
        '<img src="%2e%2e/manage.py" alt="">',
        '<img src="gambar:lain" alt="">',
        '<link rel="stylesheet" href="file:///etc/hostname">',
        '<style>p { background: url("http://127.0.0.1:1/x.png") }</style>',
    ],
)
def test_document_that_asks_for_more_is_not_printed(element):
    with pytest.raises(pdf.PrintError, match="tidak boleh dibaca"):
        render(element)


def test_attachment_outside_the_package_is_not_embedded():
    with pytest.raises(pdf.PrintError):
        render('<link rel="attachment" href="file:///etc/hostname">')


def test_picture_handed_in_is_printed():
    shield = pdf.Picture((pdf.PACKAGED / "img/shield.svg").read_bytes(), "image/svg+xml")
    made = render('<img src="gambar:x" alt="Perisai">', pictures={"x": shield})
    assert len(made) > len(render())


def test_drawing_handed_in_reads_nothing_itself(monkeypatch):
    refused = []

    def refuse(address):
        refused.append(address)
        raise pdf.NotServed(address)

    hostile = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
        '<image xlink:href="file:///etc/hostname" width="9" height="9"/></svg>'
    )
    render()
    monkeypatch.setattr(pdf, "packaged_file", refuse)
    render('<img src="gambar:x" alt="x">', pictures={"x": pdf.Picture(hostile.encode(), "image/svg+xml")})
    assert refused == ["file:///etc/hostname"]


# --- what the file says of itself ----------------------------------------------------------------


def test_file_is_tagged_pdf_a_with_the_mark_of_pdf_ua(db, government):
    with pikepdf.open(io.BytesIO(printed(two_party()))) as made:
        assert made.check_pdf_syntax() == []
        with made.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
            assert metadata["dc:title"].startswith("PERJANJIAN KINERJA TAHUN 2026")
        assert made.Root.MarkInfo.Marked
        assert str(made.Root.Lang) == "id"
        assert made.Root.ViewerPreferences.DisplayDocTitle
        assert made.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert len(bytes(made.trailer.ID[0])) == 16
        assert "/EmbeddedFiles" not in made.Root.get("/Names", {})


def _structure(element, found=None) -> list:
    found = [] if found is None else found
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found.append(kid)
            _structure(kid, found)
    return found


def test_headings_tables_and_pictures_are_tagged(government):
    with pikepdf.open(io.BytesIO(printed(two_party()))) as made:
        elements = _structure(made.Root.StructTreeRoot)
        kinds = [str(element.S) for element in elements]
        assert kinds.count("/Table") == 2
        assert kinds.count("/H1") == 1
        assert kinds.count("/H2") == 1
        spans = [e.A.RowSpan for e in elements if str(e.S) == "/TD" and "/RowSpan" in e.get("/A", {})]
        assert spans == [2, 2, 2, 2]
        assert all("/Alt" in element for element in elements if str(element.S) == "/Figure")


def test_all_fonts_are_embedded_and_are_those_we_name(government):
    with pikepdf.open(io.BytesIO(printed(two_party(), draft=True))) as made:
        fonts = [o for o in made.objects if isinstance(o, pikepdf.Dictionary) and "/FontFile2" in o]
        names = {str(font.FontName).split("+")[-1].replace("-", " ") for font in fonts}
        described = [
            o
            for o in made.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
        ]
    assert names == {"Liberation Serif", "Liberation Serif Bold"}
    assert len(described) == len(fonts)


def test_dates_are_the_documents_own():
    with (
        time_machine.travel("2031-05-05"),
        pikepdf.open(io.BytesIO(render(created=date(2026, 1, 5)))) as made,
    ):
        assert str(made.docinfo.CreationDate).startswith("D:20260105")
        assert str(made.docinfo.ModDate).startswith("D:20260105")
        assert b"2031" not in made.Root.Metadata.read_bytes()


def test_document_without_a_date_has_none():
    with pikepdf.open(io.BytesIO(render())) as made:
        assert "/CreationDate" not in made.docinfo


def test_control_signs_do_not_spoil_the_description():
    made = pdf.render(PAGE.format(""), (), title="A\x0bB\n<C> & \x01D", author="E\x02")
    with pikepdf.open(io.BytesIO(made)) as opened, opened.open_metadata() as metadata:
        assert metadata["dc:title"] == "A B <C> & D"
        assert metadata["dc:creator"] == ["E"]


# --- the same bytes, whatever the hour, the process, the thread ----------------------------------


def test_hour_of_printing_is_not_in_the_file():
    with time_machine.travel("2026-01-05"):
        morning = render(created=date(2026, 1, 5))
    with time_machine.travel("2029-12-31 23:59:59"):
        assert render(created=date(2026, 1, 5)) == morning


@pytest.mark.slow
def test_other_processes_print_the_same_bytes():
    code = (
        "import hashlib, django; django.setup(); from reports import pdf; "
        f"print(hashlib.sha256(pdf.render({PAGE.format('')!r}, ('css/print.css',), title='Dokumen')).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "tests.environment"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_threads_take_turns():
    wanted = render()
    made = []
    threads = [threading.Thread(target=lambda: made.append(render())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [wanted] * 6


def test_search_for_garbage_is_on_again_after_a_print():
    render()
    assert gc.isenabled()
    with pytest.raises(pdf.PrintError):
        render('<img src="file:///etc/hostname" alt="">')
    assert gc.isenabled()


def test_a_layout_is_given_back_as_soon_as_it_is_written(monkeypatch):
    press, pages_laid_out = pdf._press(), []

    def lay_out(*given):
        document = press.lay_out(*given)
        pages_laid_out.append(weakref.ref(document.pages[0]._page_box))
        return document

    monkeypatch.setattr(pdf, "_press", lambda: replace(press, lay_out=lay_out))
    gc.disable()
    try:
        render()
        assert [page() for page in pages_laid_out] == [None]
    finally:
        gc.enable()


# --- a second look -------------------------------------------------------------------------------


def test_layout_is_revised_until_nothing_is_to_be_changed():
    seen = []

    def revise(found):
        seen.append(found)
        return (
            PAGE.format('<p id="a">A</p><p id="b" style="break-before: page">B</p>')
            if len(seen) == 1
            else None
        )

    words = pages(render('<p id="a">A</p><p id="b">B</p>', revise=revise))
    assert seen == [(frozenset("ab"),), (frozenset("a"), frozenset("b"))]
    assert len(words) == 2


def test_revision_without_end_ends():
    count = []
    pages(render(revise=lambda found: count.append(1) or PAGE.format("")))
    assert len(count) == pdf.MOST_REVISIONS


# --- fonts ---------------------------------------------------------------------------------------


def test_missing_fonts_are_named_before_anything_is_laid_out():
    with pytest.raises(pdf.PrintError, match=r"Huruf Tiada Serif .*fonts-liberation"):
        pdf.require_fonts(("Liberation Serif", "Tiada Serif"))


def test_machine_without_any_font_is_told_so_and_lives(tmp_path):
    config = tmp_path / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>'
    )
    code = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "import django; django.setup()\n"
        "from reports import pdf\n"
        "try:\n    pdf.warm_up()\nexcept pdf.PrintError as error:\n    print(error)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "FONTCONFIG_FILE": str(config), "DJANGO_SETTINGS_MODULE": "tests.environment"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Liberation Serif dan Liberation Sans belum terpasang" in answer.stdout


def test_warm_up_makes_the_fonts_and_style_sheets_once():
    pdf.warm_up()
    assert pdf._press() is pdf._press()
