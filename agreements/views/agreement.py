"""Pages of agreements: the register, one agreement, its steps, its paper."""

from decimal import Decimal

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_POST

from accounts import permissions
from accounts.permissions import Capability
from agreements import content as contents
from agreements import readiness, workflow
from agreements.enums import FROZEN, Status
from agreements.forms.agreement import IssueForm, ReasonForm, SignForm
from agreements.middleware import actor_of
from agreements.models import Agreement, Region, Signature
from agreements.parties import parties_on
from agreements.years import policy_or_404
from perjanjian.paging import page_of
from records import files, history


def posted(request):
    """What a form is bound to: also an empty form that was sent, but never a page merely asked for."""
    return request.POST if request.method == "POST" else None


def agreement_or_404(request, year: int, pk: int) -> Agreement:
    """The agreement if the account may know of it; a year that is not its own has no such page."""
    policy_or_404(year)
    agreements = Agreement.objects.visible_to(request.scope, year).for_year(year)
    return get_object_or_404(agreements.with_content(), pk=pk)


@require_GET
def agreement_list(request, year: int):
    policy_or_404(year)
    if not (request.scope.may_somewhere(Capability.VIEW) or request.scope.posts):
        raise PermissionDenied
    rows = Agreement.objects.visible_to(request.scope, year).for_year(year).with_parties()
    counts = rows.by_status()
    status, text = request.GET.get("status", ""), request.GET.get("cari", "").strip()
    if status in Status.values:
        rows = rows.filter(status=status)
    if text:
        rows = rows.matching(text)
    return render(
        request,
        "agreements/list.html",
        {
            "year": year,
            **page_of(request, rows),
            "counts": [(s, label, counts.get(s, 0)) for s, label in Status.choices if counts.get(s)],
            "status": status,
            "text": text,
            "may_create": request.scope.may_somewhere(Capability.DRAFT),
        },
    )


@require_GET
def detail(request, year: int, pk: int):
    agreement = agreement_or_404(request, year, pk)
    scope = request.scope
    issue = agreement.issues.select_related("pdf", "issued_by").prefetch_related("parties").first()
    signatures = list(
        Signature.objects.filter(issue=issue).select_related("party", "file", "recorded_by")
        if issue
        else Signature.objects.none()
    )
    today = timezone.localdate()
    parties = None if issue else parties_on(agreement, today)
    checklist = (
        readiness.checks(agreement, parties or parties_on(agreement, today))
        if agreement.status in (Status.DRAFT, Status.SUBMITTED)
        else []
    )
    return render(
        request,
        "agreements/detail.html",
        {
            "year": year,
            "agreement": agreement,
            "parties": parties,
            "objectives": [
                (o, [(p, contents.target_text(p)) for p in o.indicators.all()])
                for o in agreement.objectives.all()
            ],
            "budget_total": sum((budget.amount for budget in agreement.budgets.all()), Decimal(0)),
            "issue": issue,
            "signatures": signatures,
            "checklist": checklist,
            "gaps": sum(check.verdict == readiness.Verdict.GAP for check in checklist),
            "steps": workflow.available(agreement, scope),
            "may_draft": agreement.is_draft and permissions.may_draft(scope, agreement.unit_id),
            "events": history.history_of(agreement)[:30],
            "result": import_string(settings.AGREEMENT_RESULT)(agreement, today)
            if agreement.status in (Status.IN_FORCE, Status.SUPERSEDED)
            else None,
        },
    )


@require_POST
def action(request, year: int, pk: int, action: str):
    """Take a step that needs no more than a reason; issue and sign have pages of their own."""
    step = workflow.TRANSITIONS.get(action)
    if step is None or step.facts:
        raise Http404
    agreement = agreement_or_404(request, year, pk)
    reason = ""
    if step.needs_reason:
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return render(
                request,
                "agreements/reason.html",
                {"year": year, "agreement": agreement, "step": step, "form": form},
                status=422 if "reason" in request.POST else 200,
            )
        reason = form.cleaned_data["reason"]
    _take(request, action, agreement, reason=reason)
    return redirect(agreement)


def _take(request, action: str, agreement: Agreement, **given) -> bool:
    """Perform a step and say how it went; a refusal is 403 and stands in the history."""
    step = workflow.TRANSITIONS[action]
    actor = actor_of(request, request.scope.capacity(_capability(action), agreement.unit_id))
    try:
        workflow.perform(action, agreement, request.scope, actor, **given)
    except workflow.Refused as refusal:
        raise PermissionDenied(f"Anda tidak berwenang: {step.label}.") from refusal
    except workflow.TransitionError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, f"{step.label}: berhasil.")
    return True


def _capability(action: str) -> Capability:
    if action in ("submit", "withdraw"):
        return Capability.SUBMIT
    return Capability.ISSUE if action in ("issue", "sign", "cancel") else Capability.DECLARE


def _allowed_step(request, agreement: Agreement, action: str) -> bool:
    """403 when the account may never; False when it is only the wrong moment."""
    step = workflow.TRANSITIONS[action]
    if not step.permitted(request.scope, agreement):
        raise PermissionDenied(f"Anda tidak berwenang: {step.label}.")
    if agreement.status not in step.sources:
        messages.error(request, f"PK ini sekarang berstatus “{agreement.get_status_display()}”.")
        return False
    return True


def issue(request, year: int, pk: int):
    agreement = agreement_or_404(request, year, pk)
    if not _allowed_step(request, agreement, "issue"):
        return redirect(agreement)
    policy = policy_or_404(year)
    region = Region.objects.first()
    initial = {
        "place": region.seat if region else "",
        "document_date": timezone.localdate(),
        "paper": policy.paper,
    }
    form = IssueForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = workflow.IssueFacts(**form.cleaned_data)
        if _take(request, "issue", agreement, facts=facts):
            return redirect(agreement)
    status = 422 if request.method == "POST" else 200
    context = {"year": year, "agreement": agreement, "form": form}
    return render(request, "agreements/issue.html", context, status=status)


def sign(request, year: int, pk: int):
    agreement = agreement_or_404(request, year, pk)
    if not _allowed_step(request, agreement, "sign"):
        return redirect(agreement)
    latest = agreement.issues.prefetch_related("parties")[0]
    form = SignForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        initial={"place": latest.place, "signed_on": latest.document_date},
    )
    if request.method == "POST" and form.is_valid():
        checked = form.cleaned_data["scan"]
        stored = files.store(checked.content, checked.name, checked.media_type, request.user.pk)
        facts = workflow.InkFacts(form.cleaned_data["signed_on"], form.cleaned_data["place"], stored)
        if _take(request, "sign", agreement, facts=facts):
            return redirect(agreement)
    status = 422 if request.method == "POST" else 200
    context = {"year": year, "agreement": agreement, "issue": latest, "form": form}
    return render(request, "agreements/sign.html", context, status=status)


@require_GET
def pdf(request, year: int, pk: int):
    """The issued bytes; before the issue a draft with its watermark, made now."""
    agreement = agreement_or_404(request, year, pk)
    latest = agreement.issues.select_related("pdf").first()
    if latest and agreement.status in FROZEN and agreement.status != Status.CANCELLED:
        return files.response(latest.pdf, inline=True)
    content = contents.content_of(agreement)
    printer = import_string(settings.AGREEMENT_PRINTER)
    answer = HttpResponse(
        printer(content, code="", content_sha256="", draft=True), content_type="application/pdf"
    )
    name = f"DRAF {agreement}.pdf".replace("/", "-")
    answer["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_GET
def scan(request, year: int, pk: int, signature: int):
    """The signed paper as it was scanned."""
    agreement = agreement_or_404(request, year, pk)
    found = get_object_or_404(
        Signature.objects.select_related("file"), pk=signature, issue__agreement_id=agreement.pk
    )
    return files.response(found.file)
