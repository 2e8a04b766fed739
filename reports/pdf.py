"""HTML to PDF; the only module that knows WeasyPrint.

What comes out is tagged PDF/A-3a that also carries the mark of PDF/UA-1. The same HTML gives the same
bytes: nothing in here reads a clock.

WeasyPrint takes more than half a second to import and a moment to parse style sheets, so both are done
once a process, at the first page printed or by `warm_up`. One page set is laid out at a time: the font
configuration must not be used by two threads at once.
"""

import gc
import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

PACKAGED = Path(settings.BASE_DIR) / "static"
# The address of a picture handed to `render`: gambar:NAME.
PICTURE_SCHEME = "gambar"
# Without one of these the pages would be set in another face, or the process would die on the first word.
FAMILIES = ("Liberation Serif", "Liberation Sans")
VARIANT = "pdf/a-3a"
# A document is laid out anew at most this often, see `render`.
MOST_REVISIONS = 12

PDF_UA_MARK = (
    b'<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">'
    b"<pdfuaid:part>1</pdfuaid:part></rdf:Description>"
    # PDF/A wants every property explained that XMP itself does not know.
    b'<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    b'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
    b'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property>"
    b"</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


class PrintError(Exception):
    """The document cannot be printed; the sentence says what to do about it."""


class NotServed(ValueError):
    """An address that a document may not read."""


@dataclass(frozen=True)
class Picture:
    """A picture that is not in the package, such as an uploaded emblem."""

    content: bytes
    media_type: str


# The ids of the elements on each page, first page first.
Pages = tuple[frozenset[str], ...]
Revise = Callable[[Pages], str | None]

_one_at_a_time = threading.Lock()


def render(
    html: str,
    css: tuple[str, ...],
    *,
    title: str,
    language: str = "id",
    author: str = "",
    created: date | None = None,
    pictures: Mapping[str, Picture] | None = None,
    revise: Revise | None = None,
) -> bytes:
    """The document as PDF/A-3a.

    Args:
        html: the whole document; text typed by people is already escaped (Django templates do).
        css: style sheets by their name under static/, such as "css/print.css".
        created: the date the file says it was made on: a date of the document, never today's.
        pictures: by the name after ``gambar:`` in the document.
        revise: is told what came to stand on which page and returns the HTML to lay out instead, or None
            when nothing is to be changed; asked again after each new layout.

    Raises PrintError when fonts are missing, or when the document reads an address it may not.
    """
    with _one_at_a_time, _no_search_for_garbage():
        return _identified(_written(html, css, title, language, author, created, pictures, revise))


def _written(html, css, title, language, author, created, pictures, revise) -> bytes:
    """The file as WeasyPrint writes it; nothing holds the layout any more once this returns."""
    press = _press()
    source = press.fetcher(pictures or {})
    sheets = [_sheet(name) for name in css]
    try:
        document = press.lay_out(html, source, sheets)
        if revise is not None:
            for _ in range(MOST_REVISIONS):
                revised = revise(tuple(frozenset(page.anchors) for page in document.pages))
                if revised is None:
                    break
                document = press.lay_out(revised, source, sheets)
        metadata = document.metadata
        metadata.title, metadata.lang = _printable(title), language
        metadata.authors = [_printable(author)] if author else []
        metadata.created = metadata.modified = created.isoformat() if created else None
        return document.write_pdf(finisher=_mark_accessible, pdf_variant=VARIANT, pdf_identifier=False)
    except press.fatal as error:
        raise PrintError(f"Dokumen meminta berkas yang tidak boleh dibaca: {error}") from error


def warm_up() -> None:
    """Load all that the first page would wait for. Raises PrintError when fonts are missing."""
    with _one_at_a_time:
        _press()


def fetcher(pictures: Mapping[str, Picture]) -> Any:
    """What a document reads through: the package's static files and these pictures, nothing else."""
    return _press().fetcher(pictures)


def packaged_file(address: str) -> Path:
    """The file under static/ that a file: address names. Raises NotServed for any other place.

    The path is compared after links and dots are resolved, so ``%2e%2e/`` leads nowhere.
    """
    parts = urlsplit(address)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise NotServed(address)
    path = Path(unquote(parts.path)).resolve()
    if not path.is_relative_to(PACKAGED.resolve()) or not path.is_file():
        raise NotServed(address)
    return path


def _printable(text: str) -> str:
    """Text for the description of the file, which is XML and has no room for control characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """Python's search for cyclic garbage, put off until the document is written.

    A layout makes some hundred thousand objects that all live until then: looking among them finds nothing
    and takes a tenth of the time. Written, they are garbage: they are given back at once, or the next long
    report would be laid out beside the last one.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # What came into being meanwhile is the youngest generation, so nothing else is searched.
        gc.collect(0)
        if was_on:
            gc.enable()


# --- WeasyPrint --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Press:
    """What is made once a process."""

    fetcher: Any
    lay_out: Callable[..., Any]
    parse_css: Callable[[Path], Any]
    fatal: type[BaseException]


@cache
def _press() -> _Press:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    require_fonts()
    fonts = FontConfiguration()
    base = PACKAGED.as_uri() + "/"

    class PackagedOnly(URLFetcher):
        """Reads the package's static files and the pictures handed in. Nothing else, and no network."""

        def __init__(self, pictures: Mapping[str, Picture]):
            super().__init__(allowed_protocols=("file", PICTURE_SCHEME), fail_on_errors=True)
            self.pictures = pictures

        def fetch(self, url, headers=None):
            scheme, _, name = url.partition(":")
            if scheme != PICTURE_SCHEME:
                return URLFetcherResponse(url, packaged_file(url).read_bytes())
            if name not in self.pictures:
                raise NotServed(url)
            picture = self.pictures[name]
            return URLFetcherResponse(url, picture.content, {"Content-Type": picture.media_type})

    def lay_out(html, fetcher, sheets):
        source = HTML(string=html, base_url=base, url_fetcher=fetcher)
        return source.render(font_config=fonts, stylesheets=sheets, pdf_variant=VARIANT)

    def parse_css(path):
        # Parsed while nobody typed anything: no pictures but the package's.
        return CSS(string=path.read_text(), base_url=base, font_config=fonts, url_fetcher=PackagedOnly({}))

    return _Press(PackagedOnly, lay_out, parse_css, FatalURLFetchingError)


@cache
def _sheet(name: str):
    return _press().parse_css(packaged_file(f"{PACKAGED.as_uri()}/{name}"))


def require_fonts(families: tuple[str, ...] = FAMILIES) -> None:
    """Raise PrintError unless this machine has the fonts the documents name.

    A layout on a machine without any font ends the whole process, so this is asked first.
    """
    from weasyprint.text.ffi import ffi, fontconfig

    config = ffi.gc(fontconfig.FcInitLoadConfigAndFonts(), fontconfig.FcConfigDestroy)
    missing = [name for name in families if not _has_font(name, config, ffi, fontconfig)]
    if missing:
        raise PrintError(
            f"Huruf {' dan '.join(missing)} belum terpasang di server, jadi dokumen belum dapat dicetak. "
            "Pasang paket fonts-liberation, lalu jalankan ulang aplikasi."
        )


def _has_font(family: str, config, ffi, fontconfig) -> bool:
    if not fontconfig.FcConfigGetFonts(config, fontconfig.FcSetSystem).nfont:
        return False
    pattern = ffi.gc(fontconfig.FcPatternCreate(), fontconfig.FcPatternDestroy)
    fontconfig.FcPatternAddString(pattern, b"family", family.encode())
    fontconfig.FcConfigSubstitute(config, pattern, fontconfig.FcMatchPattern)
    fontconfig.FcDefaultSubstitute(pattern)
    nearest = fontconfig.FcFontMatch(config, pattern, ffi.new("FcResult *"))
    if nearest == ffi.NULL:
        return False
    nearest = ffi.gc(nearest, fontconfig.FcPatternDestroy)
    found = ffi.new("FcChar8 **")
    fontconfig.FcPatternGetString(nearest, b"family", 0, found)
    return ffi.string(ffi.cast("char *", found[0])).decode() == family


def _mark_accessible(document, pdf) -> None:
    """Add the PDF/UA mark to the one description of the file that PDF/A readers look at."""
    number = int(pdf.catalog["Metadata"].split()[0])
    stream = pdf.objects[number].stream
    stream[0] = stream[0].replace(b"</rdf:RDF>", PDF_UA_MARK + b"</rdf:RDF>")


def _identified(written: bytes) -> bytes:
    """The file with the identifier PDF/A asks for, made of its content.

    WeasyPrint's own identifier serialises and compresses everything a second time to hash it. The table of
    objects is the last thing in the file, so a few bytes more inside it move nothing it points at.
    """
    before, table, after = written.rpartition(b"<</Type /XRef")
    if not table:
        raise PrintError("PDF ditulis tanpa tabel objek, jadi tidak dapat diberi pengenal.")
    number = hashlib.sha256(written).hexdigest()[:32].encode()
    return b"%s%s/ID [<%s> <%s>]%s" % (before, table, number, number, after)
