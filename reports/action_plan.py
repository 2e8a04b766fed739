"""The action plan as HTML and as PDF; what it says comes whole from `reports.contexts.action_plan`."""

from django.template.loader import render_to_string

from reports import pdf
from reports.contexts.action_plan import ActionPlanPaper
from reports.continuing import NamedAgain

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
        revise=NamedAgain(said, plan_html),
    )
