"""The performance report as HTML and as PDF; what it says comes whole from `reports.contexts.lkjip`."""

from django.template.loader import render_to_string

from reports import appendix, pdf
from reports.contexts.lkjip import Lkjip

STYLE = ("css/print-report.css",)
EMBLEM = "lambang"


def report_html(
    report: Lkjip, *, emblem: str = "", appendix_pages: tuple[str, ...] = (), preview: bool = False
) -> str:
    """The document; asks the database nothing.

    Args:
        emblem: the address of the emblem, empty for none.
        appendix_pages: ids of the pages kept free for the agreement, one for each of its pages.
        preview: for the browser, with its style sheet linked.
    """
    said = {"report": report, "emblem": emblem, "appendix_pages": appendix_pages, "preview": preview}
    return render_to_string("reports/lkjip/document.html", said)


def report_pdf(report: Lkjip, emblem: pdf.Picture | None = None, agreement: bytes | None = None) -> bytes:
    """The report as PDF, with the pages of the issued agreement in its appendix.

    Args:
        agreement: the bytes of the agreement as issued.

    Asks neither the database nor the clock: the same arguments give the same bytes.
    """
    count = appendix.page_count(agreement) if agreement else 0
    anchors = tuple(f"pk-halaman-{number}" for number in range(1, count + 1))
    html = report_html(
        report, emblem=f"{pdf.PICTURE_SCHEME}:{EMBLEM}" if emblem else "", appendix_pages=anchors
    )
    places: dict[str, int] = {}

    def remember(pages: pdf.Pages) -> None:
        places.update({anchor: number for number, page in enumerate(pages) for anchor in page})

    printed = pdf.render(
        html,
        STYLE,
        title=report.title,
        author=report.region.government,
        created=report.printed_on,
        pictures={EMBLEM: emblem} if emblem else None,
        revise=remember,
    )
    if not agreement:
        return printed
    return appendix.paste(printed, agreement, [places[anchor] for anchor in anchors])
