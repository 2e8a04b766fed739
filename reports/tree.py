"""The performance tree as a paper of several landscape pages; what it says comes from `reports.contexts.tree`."""

from django.template.loader import render_to_string

from reports import pdf
from reports.contexts.tree import TreePaper

STYLE = ("css/print.css", "css/print-tree.css")


def tree_html(said: TreePaper) -> str:
    """The document before it is printed; asks the database nothing."""
    return render_to_string("reports/tree/document.html", {"paper": said})


def tree_pdf(said: TreePaper) -> bytes:
    """The tree as PDF/A, landscape. The same paper gives the same bytes; asks neither database nor clock."""
    return pdf.render(
        tree_html(said), STYLE, title=said.file_title, author=said.government, created=said.created
    )
