"""What the paper of a Perjanjian Kinerja says and where, as data; the template only places it.

The form is that of PermenPAN-RB 53/2014, Lampiran I: a page of statement, then an annex with table A
(performance) and table B (budget), both closed by the same signatures.
"""

import io
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from PIL import Image

from agreements.content import AgreementContent, PartyContent
from agreements.enums import Form, Level, Paper, Party
from agreements.models import Region
from perjanjian.numerals import NBSP, format_date, format_nip, format_rupiah
from records import files
from records.models import StoredFile
from reports import pdf, qr

STYLE = ("css/print.css", "css/print-agreement.css")
EMBLEM = "lambang"
QR = "qr"
PNG = "image/png"
JPEG = "image/jpeg"
STATEMENT_END = "akhir-pernyataan"
SVG = "image/svg+xml"
# An emblem is printed 25 mm high: 600 pixels are 600 dpi, and a larger upload would only slow every print.
EMBLEM_PIXELS = 600
SHORT_HASH = 16
DOTTED = "." * 40
DOTTED_DATE = "." * 24
# Rows of one sasaran stay on one page while they take no more lines than this; a longer sasaran may be
# cut between two indicators and is then named again on the next page.
KEPT_LINES = 14
LETTERS_A_LINE = 30

# Head of table A (sasaran, indikator) and of table B by level (PermenPAN-RB 53/2014 and regional practice).
_STRATEGIC = ("Sasaran Strategis", "Indikator Kinerja", "Program")
COLUMNS = {
    Level.REGIONAL_HEAD: _STRATEGIC,
    Level.DEPUTY_HEAD: _STRATEGIC,
    Level.II: _STRATEGIC,
    Level.III: ("Sasaran Program", "Indikator Kinerja Program", "Program/Kegiatan"),
    Level.IV: ("Sasaran Kegiatan", "Indikator Kinerja Kegiatan", "Kegiatan/Sub Kegiatan"),
    Level.TEAM_LEAD: ("Sasaran Kegiatan", "Indikator Kinerja Kegiatan", "Kegiatan/Sub Kegiatan"),
    Level.FUNCTIONAL: ("Sasaran Kinerja", "Indikator Kinerja Individu", "Program/Kegiatan/Sub Kegiatan"),
    Level.STAFF: ("Sasaran Kinerja", "Indikator Kinerja Individu", "Program/Kegiatan/Sub Kegiatan"),
}
HEADINGS = {Party.FIRST: "Pihak Pertama,", Party.SECOND: "Pihak Kedua,"}


@dataclass(frozen=True)
class SignatureBlock:
    """A signatory's place under the text. `side` is "left" or "right"; `heading` may be empty."""

    side: str
    heading: str
    post: str
    name: str
    rank: str
    nip: str


@dataclass(frozen=True)
class IndicatorLine:
    anchor: str
    name: str
    target: str


@dataclass(frozen=True)
class ObjectiveRows:
    """Rows of table A that share their cells of number and sasaran; all on one page."""

    number: int
    text: str
    lines: tuple[IndicatorLine, ...]
    keep: bool
    continued: bool = False


@dataclass(frozen=True)
class BudgetLine:
    code: str
    name: str
    amount: str
    fund_source: str


@dataclass(frozen=True)
class Proof:
    """How a reader checks the paper: its code, the hash of its content, and where."""

    code: str
    short_hash: str
    full_hash: str
    address: str
    picture: str
    picture_words: str


@dataclass(frozen=True)
class AgreementPaper:
    """Everything the template places."""

    size: str
    title: str
    subject: tuple[str, ...]
    annex_subject: tuple[str, ...]
    number: str
    texts: dict[str, str]
    first: PartyContent
    second: PartyContent | None
    dotted: str
    place_and_date: str
    signatures: tuple[SignatureBlock, ...]
    columns: tuple[str, str, str]
    objectives: tuple[ObjectiveRows, ...]
    budgets: tuple[BudgetLine, ...]
    budget_total: str
    emblem: str
    emblem_words: str
    proof: Proof | None
    # Set closer together, so that a long statement keeps its signatures on its own page.
    tight: bool = False

    @property
    def file_title(self) -> str:
        return " – ".join((self.title, *self.subject))

    @property
    def single_party(self) -> bool:
        return self.second is None


def agreement_pdf(
    content: AgreementContent,
    *,
    code: str,
    content_sha256: str,
    draft: bool,
    paper: str | None = None,
) -> bytes:
    """The agreement as PDF/A: what the parties sign.

    Args:
        code: of the issue, printed on every page and in the QR code; a draft carries none.
        content_sha256: `agreements.content.sha256` of the content, in hexadecimal.
        draft: print the watermark DRAF and no code.
        paper: a `Paper` value, where it differs from the content's.

    The same arguments and emblem give the same bytes. Raises `pdf.PrintError` when the server lacks the
    fonts, `records.files.FileDamaged` when the emblem is not what was uploaded.
    """
    return manuscript(content, code=code, content_sha256=content_sha256, draft=draft, paper=paper).printed()


@dataclass(frozen=True)
class Manuscript:
    """An agreement ready for the press. Printing it asks no database, so another process may do it."""

    said: AgreementPaper
    author: str
    created: date | None
    emblem: pdf.Picture | None

    def printed(self) -> bytes:
        pictures = {}
        if self.emblem:
            pictures[EMBLEM] = self.emblem
        if self.said.proof:
            pictures[QR] = pdf.Picture(qr.png(self.said.proof.address), PNG)
        return pdf.render(
            agreement_html(self.said),
            STYLE,
            title=self.said.file_title,
            author=self.author,
            created=self.created,
            pictures=pictures,
            revise=_Fitting(self.said),
        )


def manuscript(
    content: AgreementContent,
    *,
    code: str,
    content_sha256: str,
    draft: bool,
    paper: str | None = None,
) -> Manuscript:
    """What `agreement_pdf` prints, of the same arguments."""
    emblem = emblem_for(content)
    checked_by = None if draft else proof(code, content_sha256)
    said = agreement_paper(content, checked_by, paper=paper, emblem=emblem is not None)
    return Manuscript(said, content.government, content.document_date, emblem)


def agreement_html(said: AgreementPaper) -> str:
    """The document before it is printed; asks the database nothing."""
    return render_to_string("reports/agreement/paper.html", {"paper": said})


def agreement_paper(
    content: AgreementContent, checked_by: Proof | None, *, paper: str | None = None, emblem: bool = False
) -> AgreementPaper:
    """The content as the form prints it; `checked_by` None makes a draft. No queries."""
    texts = dict(content.texts)
    # The title is the first block whatever its key.
    title = content.texts[0][1]
    return AgreementPaper(
        size=Paper(paper or content.paper).value,
        title=title,
        subject=_subject(content, content.position_title),
        annex_subject=_subject(content, _annex_name(content)),
        number=content.document_number,
        texts=texts,
        first=content.first,
        second=content.second,
        dotted=DOTTED,
        place_and_date=_place_and_date(content),
        signatures=_signatures(content),
        columns=COLUMNS[Level(content.level)],
        objectives=_objective_rows(content),
        budgets=tuple(
            BudgetLine(row.code, row.name, format_rupiah(row.amount), row.fund_source)
            for row in content.budgets
        ),
        budget_total=format_rupiah(content.budget_total),
        emblem=f"{pdf.PICTURE_SCHEME}:{EMBLEM}" if emblem else "",
        emblem_words=f"Lambang {content.region}",
        proof=checked_by,
    )


def proof(code: str, content_sha256: str) -> Proof:
    address = settings.PUBLIC_ADDRESS + reverse("reports:check_code", args=(code,))
    return Proof(
        code=code,
        short_hash=content_sha256[:SHORT_HASH],
        full_hash=content_sha256,
        address=address,
        picture=f"{pdf.PICTURE_SCHEME}:{QR}",
        picture_words=f"Kode QR untuk memeriksa keaslian dokumen {code}",
    )


# --- the emblem --------------------------------------------------------------------------------


def emblem_for(content: AgreementContent) -> pdf.Picture | None:
    """The state emblem for the regional head's own agreement where uploaded, else the region's (UU 24/2009)."""
    region = Region.objects.select_related("emblem", "state_emblem").get()
    return picture_of((content.form == Form.SINGLE_PARTY and region.state_emblem) or region.emblem)


def picture_of(stored: StoredFile | None) -> pdf.Picture | None:
    """An uploaded emblem as the documents print it. Raises `records.files.FileDamaged`."""
    if stored is None:
        return None
    bytes_ = files.read(stored)
    return pdf.Picture(bytes_, SVG) if stored.media_type == SVG else pdf.Picture(_fitted(bytes_), JPEG)


@lru_cache(maxsize=2)
def _fitted(content: bytes) -> bytes:
    """The upload on white, no larger than print can show: a JPEG goes into the file as it is."""
    with Image.open(io.BytesIO(content)) as upload:
        upload.thumbnail((EMBLEM_PIXELS, EMBLEM_PIXELS))
        coloured = upload.convert("RGBA")
    white = Image.new("RGBA", coloured.size, "white")
    white.alpha_composite(coloured)
    fitted = io.BytesIO()
    white.convert("RGB").save(fitted, format="JPEG", quality=92, subsampling=0)
    return fitted.getvalue()


# --- what stands where -------------------------------------------------------------------------


def _subject(content: AgreementContent, name: str) -> tuple[str, ...]:
    """Whose agreement it is, in capitals: the name and the region, the region never twice."""
    if content.level == Level.REGIONAL_HEAD or content.region.lower() in name.lower():
        return (content.region.upper() if content.level == Level.REGIONAL_HEAD else name.upper(),)
    return (name.upper(), content.region.upper())


def _annex_name(content: AgreementContent) -> str:
    """The annex of who heads a perangkat daerah names the perangkat daerah, others' the position."""
    heads_office = content.level == Level.II and content.heads_unit
    return content.unit_name if heads_office else content.position_title


def _place_and_date(content: AgreementContent) -> str:
    if content.document_date is None:
        return f"{content.place}, {DOTTED_DATE} {content.year}"
    return f"{content.place}, {format_date(content.document_date).replace(' ', NBSP)}"


def _signatures(content: AgreementContent) -> tuple[SignatureBlock, ...]:
    """Left block first. Pihak Kedua, the superior, stands left unless the year's policy says otherwise."""
    if content.second is None:
        return (_block(content.first, "right", heading=f"{content.first.title},", post=""),)
    superior, promising = ("left", "right") if content.superior_left else ("right", "left")
    blocks = (
        _block(content.second, superior, HEADINGS[Party.SECOND], content.second.title),
        _block(content.first, promising, HEADINGS[Party.FIRST], content.first.title),
    )
    return tuple(sorted(blocks, key=lambda block: block.side))


def _block(party: PartyContent, side: str, heading: str, post: str) -> SignatureBlock:
    nip = f"NIP. {format_nip(party.nip)}" if party.nip else ""
    return SignatureBlock(side, heading, post, party.name, party.rank, nip)


def _objective_rows(content: AgreementContent) -> tuple[ObjectiveRows, ...]:
    return tuple(
        ObjectiveRows(
            number=number,
            text=objective.text,
            lines=tuple(
                # A long unit of measure goes to the next line rather than being cut in two.
                IndicatorLine(
                    f"indikator-{number}-{order}", indicator.name, indicator.target.replace(NBSP, " ")
                )
                for order, indicator in enumerate(objective.indicators, start=1)
            ),
            keep=sum(_lines(indicator.name) for indicator in objective.indicators) <= KEPT_LINES,
        )
        for number, objective in enumerate(content.objectives, start=1)
    )


def _lines(text: str) -> int:
    return 1 + len(text) // LETTERS_A_LINE


class _Fitting:
    """Asks for another layout where the first one reads badly.

    A statement that pushes its signatures to a second page is set tighter. A sasaran whose indicators a
    page break cuts is named again on the next page, so that no row stands without one.
    """

    def __init__(self, said: AgreementPaper):
        self.said = said

    def __call__(self, pages: pdf.Pages) -> str | None:
        revised = self._revised({anchor: number for number, page in enumerate(pages) for anchor in page})
        if revised is None:
            return None
        self.said = revised
        return agreement_html(revised)

    def _revised(self, page_of: dict[str, int]) -> AgreementPaper | None:
        said = self.said
        if page_of[STATEMENT_END] > 0 and not said.tight:
            return replace(said, tight=True)
        for index, rows in enumerate(said.objectives):
            cut = _first_on_next_page([page_of[line.anchor] for line in rows.lines])
            if cut:
                halves = (
                    replace(rows, lines=rows.lines[:cut]),
                    replace(rows, lines=rows.lines[cut:], continued=True),
                )
                return replace(
                    said, objectives=(*said.objectives[:index], *halves, *said.objectives[index + 1 :])
                )
        return None


def _first_on_next_page(pages: list[int]) -> int:
    return next((index for index, page in enumerate(pages) if page != pages[0]), 0)
