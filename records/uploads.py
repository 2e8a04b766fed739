"""Looks at what people upload before anything is kept: by content, never by name alone."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath

import pikepdf
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from PIL import Image

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CSV = "text/csv"

ENDINGS = {
    PDF: (".pdf",),
    JPEG: (".jpg", ".jpeg"),
    PNG: (".png",),
    XLSX: (".xlsx",),
    DOCX: (".docx",),
    ODS: (".ods",),
    CSV: (".csv",),
}
EVIDENCE = (PDF, JPEG, PNG, XLSX, DOCX)
SCAN = (PDF, JPEG, PNG)
PICTURE = (JPEG, PNG)
WORKBOOK = (XLSX, ODS, CSV)

MAX_PIXELS = 60_000_000
MAX_UNZIPPED = 200 * 1024 * 1024
MAX_ENTRIES = 5000
ODS_MIMETYPE = "mimetype"
# Control characters no text file carries; tab and the ends of lines are none of them.
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
OFFICE_PARTS = {XLSX: "xl/workbook.xml", DOCX: "word/document.xml"}


class UploadRefused(Exception):
    """A sentence for the person who uploaded, naming the remedy."""


@dataclass(frozen=True)
class Checked:
    content: bytes
    media_type: str
    name: str


def checked(upload: UploadedFile, allowed: tuple[str, ...] = EVIDENCE, limit: int | None = None) -> Checked:
    """The upload's bytes with the type their content shows; raises UploadRefused with a sentence.

    Args:
        upload: what the browser sent.
        allowed: media types of this module that are wanted here.
        limit: most bytes; by default 25 MB.
    """
    limit = limit or settings.UPLOAD_LIMIT_BYTES
    name = PurePath(upload.name or "").name
    wanted = ", ".join(sorted(ENDINGS[kind][0][1:].upper() for kind in allowed))
    if upload.size is None or upload.size > limit:
        raise UploadRefused(
            f"Berkas “{name}” terlalu besar. Paling besar {limit // (1024 * 1024)} MB; perkecil atau bagi berkasnya."
        )
    content = upload.read()
    if not content:
        raise UploadRefused(f"Berkas “{name}” kosong. Pilih berkas yang berisi.")
    media_type = type_of(content)
    if media_type not in allowed:
        raise UploadRefused(f"Berkas “{name}” bukan jenis yang diterima. Pakai {wanted}.")
    if not name.lower().endswith(ENDINGS[media_type]):
        raise UploadRefused(
            f"Isi berkas “{name}” adalah {ENDINGS[media_type][0][1:].upper()}, tetapi namanya mengatakan lain. "
            "Simpan ulang dengan akhiran yang sesuai."
        )
    return Checked(content, media_type, name)


def type_of(content: bytes) -> str | None:
    """The media type a reader of that type accepts, or None; text of any kind counts as CSV."""
    if content.startswith(b"%PDF-"):
        return PDF if _is_pdf(content) else None
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG if _is_picture(content, "JPEG") else None
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG if _is_picture(content, "PNG") else None
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    return CSV if _is_text(content) else None


def text_of(content: bytes) -> str | None:
    """The text in UTF-8, in UTF-16 with its mark, or in the code page Excel writes on Windows; None for other bytes."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if NOT_TEXT.search(text) else text
    return None


def _is_text(content: bytes) -> bool:
    return bool(content) and text_of(content) is not None


def _is_pdf(content: bytes) -> bool:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return len(pdf.pages) > 0
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError):
        return False


def _is_picture(content: bytes, form: str) -> bool:
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return False
            picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True


def _office_type(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return None
    names = {entry.filename for entry in entries}
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNZIPPED:
        return None
    if ODS_MIMETYPE in names and "content.xml" in names:
        return ODS if _is_ods(content) else None
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((kind for kind, part in OFFICE_PARTS.items() if part in names), None)


def _is_ods(content: bytes) -> bool:
    """Whether the archive calls itself a spreadsheet, in the entry that says so."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(ODS_MIMETYPE) as entry:
            return entry.read(len(ODS) + 1) == ODS.encode()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, zlib.error):
        return False
