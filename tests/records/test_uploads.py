"""Uploads are judged by their content."""

import io
import zipfile

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from records import uploads


def picture(form: str, size=(8, 8)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size).save(stream, form)
    return stream.getvalue()


def document(encrypted: bool = False) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    stream = io.BytesIO()
    pdf.save(stream, encryption=pikepdf.Encryption(owner="a", user="b") if encrypted else False)
    return stream.getvalue()


def office(part: str, *more: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "<x/>")
    return stream.getvalue()


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", b"0" * (uploads.MAX_UNZIPPED + 1))
    return stream.getvalue()


GOOD = {
    "surat.pdf": (document(), uploads.PDF),
    "FOTO.JPG": (picture("JPEG"), uploads.JPEG),
    "peta.png": (picture("PNG"), uploads.PNG),
    "data.xlsx": (office("xl/workbook.xml"), uploads.XLSX),
    "naskah.docx": (office("word/document.xml"), uploads.DOCX),
}


@pytest.mark.parametrize("name", GOOD)
def test_the_five_kinds_are_taken(name):
    content, kind = GOOD[name]
    found = uploads.checked(SimpleUploadedFile(name, content))
    assert (found.media_type, found.content, found.name) == (kind, content, name)


BAD = {
    "kosong.pdf": (b"", "kosong"),
    "skrip.pdf": (b"<script>alert(1)</script>", "bukan jenis"),
    "setengah.pdf": (b"%PDF-1.7\nrusak", "bukan jenis"),
    "terkunci.pdf": (document(encrypted=True), "bukan jenis"),
    "halaman.html": (b"<html></html>", "bukan jenis"),
    "gambar.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bukan jenis"),
    "palsu.png": (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "bukan jenis"),
    "makro.xlsx": (office("xl/workbook.xml", "xl/vbaProject.bin"), "bukan jenis"),
    "arsip.xlsx": (office("apa/saja.txt"), "bukan jenis"),
    "bom.xlsx": (bomb(), "bukan jenis"),
    "menyamar.pdf": (picture("PNG"), "namanya mengatakan lain"),
    "kerang.php": (document(), "namanya mengatakan lain"),
}


@pytest.mark.parametrize("name", BAD)
def test_everything_else_is_a_sentence(name):
    content, words = BAD[name]
    with pytest.raises(uploads.UploadRefused, match=words):
        uploads.checked(SimpleUploadedFile(name, content))


def test_a_file_over_the_limit_is_not_read():
    class Unread(SimpleUploadedFile):
        @property
        def read(self):
            pytest.fail("dibaca")

    upload = Unread("besar.pdf", document())
    with pytest.raises(uploads.UploadRefused, match="terlalu besar"):
        uploads.checked(upload, limit=10)


def test_only_the_wanted_kinds():
    with pytest.raises(uploads.UploadRefused, match="Pakai JPG, PNG"):
        uploads.checked(SimpleUploadedFile("surat.pdf", document()), allowed=uploads.PICTURE)
