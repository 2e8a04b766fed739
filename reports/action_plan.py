"""The action plan as HTML and as PDF; what it says comes whole from `reports.contexts.action_plan`."""

from django.template.loader import render_to_string

from reports import pdf
from reports.contexts.action_plan import ActionPlanPaper, with_continued

STYLE = ("css/print.css", "css/print-plan.css")


def plan_html(said: ActionPlanPaper) -> str:
    """The document before it is printed; asks the database nothing."""
    return render_to_string("reports/action_plan/document.html", {"paper": said})


def plan_pdf(said: ActionPlanPaper) -> bytes:
    """The plan as PDF/A, landscape. The same paper gives the same bytes; asks neither database nor clock."""
    return pdf.render(
        plan_html(said),
        STYLE,
        title=said.file_title,
        author=said.government,
        created=said.created,
        revise=_Fitting(said),
    )


class _Fitting:
    """Names a sasaran again in the first row of each page, so that no row stands without one."""

    def __init__(self, said: ActionPlanPaper):
        self.said = said

    def __call__(self, pages: pdf.Pages) -> str | None:
        page_of = {anchor: number for number, page in enumerate(pages) for anchor in page}
        first = [
            row.anchor
            for before, row in zip(self.said.rows, self.said.rows[1:], strict=False)
            if not row.named and page_of[before.anchor] < page_of[row.anchor]
        ]
        if not first:
            return None
        self.said = with_continued(self.said, first)
        return plan_html(self.said)
