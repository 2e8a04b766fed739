"""The PDF of an action plan: in the request when it is short, else as a job."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from agreements.models import ActionPlan
from agreements.years import policy_or_404
from reports import jobs
from reports.action_plan import plan_pdf
from reports.contexts.action_plan import action_plan_paper

MOST_PAGES = 20


@require_http_methods(["GET", "HEAD", "POST"])
def plan_print(request, year: int, pk: int, number: int):
    """The plan as PDF; a long one is ordered by a button and fetched from Unduhan."""
    policy_or_404(request, year)
    plans = ActionPlan.objects.visible_to(request.scope, year).select_related("agreement__position")
    plan = get_object_or_404(plans, agreement_id=pk, agreement__year=year, number=number)
    day = timezone.localdate()
    said = action_plan_paper(plan, day)
    if said.pages > MOST_PAGES:
        if request.method == "POST":
            return redirect("reports:job", jobs.order_plan(plan, day, request.user.pk).pk)
        return render(request, "reports/plan_long.html", {"year": year, "plan": plan})
    answer = HttpResponse(plan_pdf(said), content_type="application/pdf")
    name = f"{plan}.pdf".replace("/", "-")
    answer["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    answer["Cache-Control"] = "private, no-store"
    return answer
