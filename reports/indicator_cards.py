"""Manual Indikator and the table of key indicators as HTML and as PDF; what they say comes whole from the context."""

from django.template.loader import render_to_string

from reports import pdf
from reports.contexts.indicator_cards import CardsPaper, KeyTable
from reports.continuing import NamedAgain

CARDS_STYLE = ("css/print.css", "css/print-cards.css")
TABLE_STYLE = ("css/print.css", "css/print-keys.css")


def cards_html(said: CardsPaper) -> str:
    """The document before it is printed; asks the database nothing."""
    return render_to_string("reports/indicators/cards.html", {"paper": said})


def cards_pdf(said: CardsPaper) -> bytes:
    """The manuals as PDF/A, each beginning on a page of its own. The same paper gives the same bytes."""
    return pdf.render(
        cards_html(said), CARDS_STYLE, title=said.file_title, author=said.government, created=said.created
    )


def table_html(said: KeyTable) -> str:
    return render_to_string("reports/indicators/table.html", {"paper": said})


def table_pdf(said: KeyTable) -> bytes:
    """The table as PDF/A, landscape. The same paper gives the same bytes; asks neither database nor clock."""
    return pdf.render(
        table_html(said),
        TABLE_STYLE,
        title=said.file_title,
        author=said.government,
        revise=NamedAgain(said, table_html),
    )
