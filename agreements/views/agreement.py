"""Pages of one agreement: what it says, its steps, its paper."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.permissions import Capability, Scope
from agreements import amending, readiness, workflow
from agreements import content as contents
from agreements.checking import checkers_now, checks_as
from agreements.differences import compare, fetch
from agreements.enums import PRINTED, SIGNED, Status
from agreements.forms.agreement import ReasonForm
from agreements.forms.signing import IssueForm, RecordForm, SignForm
from agreements.middleware import actor_of
from agreements.models import Agreement, Issue, Signature
from agreements.parties import parties_on
from agreements.views.common import number_in
from agreements.years import policy_or_404
from perjanjian.numerals import format_date
from records import files, history
from records.history import Actor
from records.models import Event


def posted(request):
    """What a form is bound to: also an empty form that was sent, but never a page merely asked for."""
    return request.POST if request.method == "POST" else None


def agreement_or_404(request, year: int, pk: int) -> Agreement:
    """The agreement if the account may know of it; a year that is not its own has no such page."""
    agreements = Agreement.objects.visible_to(request.scope, year).for_year(year)
    found = agreements.with_parties().filter(pk=pk).first()
    if found is None:
        policy_or_404(request, year)
        raise Http404("Tidak ada PK ini.")
    fetch(found)
    return found


@require_safe
def detail(request, year: int, pk: int):
    agreement = agreement_or_404(request, year, pk)
    scope = request.scope
    issue, signatures = _paper(agreement)
    today = timezone.localdate()
    parties = None if issue else parties_on(agreement, today)
    comparison = compare(agreement, parties)
    checklist = (
        readiness.checks(
            agreement, parties or parties_on(agreement, today), comparison, policy_or_404(request, year)
        )
        if agreement.status in (Status.DRAFT, Status.SUBMITTED)
        else []
    )
    events = list(history.history_of(agreement)[:30])
    amendment = _amendment_of(agreement)
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
            "comparison": comparison,
            **_amended_by(agreement, amendment, scope),
            "issue": issue,
            # All who signed stand on the issue: what is signed needs no second question.
            "signatories": [s.party for s in signatures] or (issue.parties.all() if issue else ()),
            "signatures": signatures,
            "checklist": checklist,
            "gaps": sum(check.verdict == readiness.Verdict.GAP for check in checklist),
            "steps": workflow.available(agreement, scope),
            "may_draft": agreement.is_draft and permissions.may_draft(scope, agreement.unit_id, year),
            "submission": _submission(agreement, events),
            "events": events,
            "result": _result(request, agreement, amendment, today),
        },
    )


def _paper(agreement: Agreement) -> tuple[Issue | None, list[Signature]]:
    """The issue that stands, None while nothing printed does, and the signatures of the latest one."""
    # What is signed is opened again by nobody.
    if agreement.status not in PRINTED:
        return None, []
    latest = agreement.issues.order_by("-sequence").values("pk")[:1]
    rows = Signature.objects.filter(issue=Subquery(latest))
    signatures = list(rows.select_related("issue__pdf", "issue__issued_by", "party", "file", "recorded_by"))
    if signatures:
        return signatures[0].issue, signatures
    return agreement.issues.select_related("pdf", "issued_by").first(), []


def _amendment_of(agreement: Agreement) -> Agreement | None:
    """The agreement that amends this one, with the date of its paper."""
    if agreement.status not in SIGNED:
        return None
    return agreement.amendments.not_cancelled().with_dates().select_related("position").first()


def _result(request, agreement: Agreement, amendment: Agreement | None, day: date):
    """What a signed agreement has come to; of a superseded one, until the amendment took its place."""
    if agreement.status not in SIGNED:
        return None
    replaced = {}
    if agreement.status == Status.SUPERSEDED and amendment is not None:
        replaced[agreement.pk] = getattr(amendment, "document_date", None)
    judge = import_string(settings.AGREEMENT_RESULT)
    return judge(agreement, day, policies=request.policies, replaced=replaced)


def _amended_by(agreement: Agreement, amendment: Agreement | None, scope: Scope) -> dict:
    """The agreement that amends this one, and whether the account may start one."""
    if agreement.status not in SIGNED:
        return {}
    free = amendment is None and agreement.status == Status.IN_FORCE
    return {"amendment": amendment, "may_amend": free and amending.may_amend(scope, agreement)}


def _submission(agreement: Agreement, events: list[Event]) -> Event | None:
    """The line that says who submitted it; usually among the latest ones that are at hand."""
    if agreement.submitted_at is None:
        return None
    label = workflow.TRANSITIONS["submit"].label
    shown = (event for event in events if event.action == label and not event.refused)
    return next(shown, None) or history.latest(agreement, label)


def action(request, year: int, pk: int, action: str):
    """Take a step that needs no more than a reason; those with facts have pages of their own."""
    step = workflow.TRANSITIONS.get(action)
    if step is None or step.facts:
        raise Http404
    agreement = agreement_or_404(request, year, pk)
    if request.method != "POST":
        # An address of a step that was reloaded or returned to: back to the agreement.
        return redirect(agreement)
    as_seen(request, agreement)
    reason = ""
    if step.needs_reason:
        _demand(request, action, agreement)
        form = ReasonForm(
            request.POST if "reason" in request.POST else None, initial={"version": agreement.version}
        )
        if not form.is_valid():
            context = {"year": year, "agreement": agreement, "step": step, "form": form}
            return render(request, "agreements/reason.html", context, status=422 if form.is_bound else 200)
        reason = form.cleaned_data["reason"]
    take(request, action, agreement, reason=reason)
    return redirect(agreement)


def as_seen(request, agreement: Agreement) -> None:
    """Give the agreement the version its page showed: a step on what nobody has read is refused."""
    agreement.version = number_in(request.POST.get("version", "")) or 0


def actor_for(request, action: str, agreement: Agreement) -> Actor:
    """Who takes the step, in the capacity that allows it: of a role, or of the post the agreement is for."""
    scope = request.scope
    if action in ("submit", "withdraw"):
        capacity = permissions.submits_as(scope, agreement.unit_id, agreement.position_id, agreement.year)
        return actor_of(request, capacity)
    if action in ("return", "declare"):
        checkers = checkers_now(agreement, timezone.localdate())
        capacity = checks_as(scope, agreement, checkers)
    else:
        capacity = scope.capacity(Capability.ISSUE, agreement.unit_id, agreement.year)
    return actor_of(request, capacity or scope.post_titles.get(agreement.position_id, ""))


def _demand(request, action: str, agreement: Agreement) -> None:
    """403 for a step this account may never take; an attempt to take it stands in the history."""
    step = workflow.TRANSITIONS[action]
    if step.permitted(request.scope, agreement):
        return
    if request.method == "POST":
        workflow.refuse(action, agreement, actor_for(request, action, agreement))
    raise PermissionDenied(f"Anda tidak berwenang: {step.label}.")


def take(request, action: str, agreement: Agreement, **given) -> bool:
    """Perform a step and say how it went; a refusal is 403 and stands in the history."""
    step = workflow.TRANSITIONS[action]
    try:
        workflow.perform(action, agreement, request.scope, actor_for(request, action, agreement), **given)
    except workflow.Refused as refusal:
        raise PermissionDenied(f"Anda tidak berwenang: {step.label}.") from refusal
    except workflow.TransitionError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, step.done)
    return True


def moment(request, agreement: Agreement, action: str) -> bool:
    """Whether the step can be taken now; a sentence when it cannot."""
    _demand(request, action, agreement)
    if agreement.status in workflow.TRANSITIONS[action].sources:
        return True
    messages.error(request, f"PK ini sekarang berstatus “{agreement.get_status_display()}”.")
    return False


def issue(request, year: int, pk: int):
    agreement = agreement_or_404(request, year, pk)
    if not moment(request, agreement, "issue"):
        return redirect(agreement)
    initial = {
        "place": request.region.seat if request.region else "",
        "document_date": timezone.localdate(),
        "paper": policy_or_404(request, year).paper,
        "version": agreement.version,
    }
    form = IssueForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        as_seen(request, agreement)
        data = form.cleaned_data
        facts = workflow.IssueFacts(
            data["place"], data["document_date"], data["document_number"], data["paper"]
        )
        if take(request, "issue", agreement, facts=facts):
            return redirect(agreement)
    status = 422 if request.method == "POST" else 200
    context = {"year": year, "agreement": agreement, "form": form}
    return render(request, "agreements/issue.html", context, status=status)


def sign(request, year: int, pk: int):
    agreement = agreement_or_404(request, year, pk)
    if not moment(request, agreement, "sign"):
        return redirect(agreement)
    latest = agreement.issues.prefetch_related("parties")[0]
    form = SignForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        initial={"place": latest.place, "signed_on": latest.document_date, "version": agreement.version},
    )
    if request.method == "POST" and form.is_valid():
        as_seen(request, agreement)
        data = form.cleaned_data
        facts = workflow.InkFacts(data["signed_on"], data["place"], data["scan"])
        if take(request, "sign", agreement, facts=facts):
            return redirect(agreement)
    status = 422 if request.method == "POST" else 200
    context = {"year": year, "agreement": agreement, "issue": latest, "form": form}
    return render(request, "agreements/sign.html", context, status=status)


def record(request, year: int, pk: int):
    """A paper signed before the application was used: its days, its scan, and why it comes only now."""
    agreement = agreement_or_404(request, year, pk)
    if not moment(request, agreement, "record"):
        return redirect(agreement)
    form = RecordForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        initial={
            "place": request.region.seat if request.region else "",
            "version": agreement.version,
            "document_date": agreement.paper_date,
            "document_number": agreement.paper_number,
        },
    )
    since = history.began()
    if request.method == "POST" and form.is_valid():
        as_seen(request, agreement)
        data = form.cleaned_data
        facts = workflow.RecordFacts(
            signed_on=data["signed_on"] or data["document_date"],
            document_date=data["document_date"],
            place=data["place"],
            scan=data["scan"],
            document_number=data["document_number"],
        )
        if take(request, "record", agreement, facts=facts, reason=data["reason"]):
            if since and facts.document_date > since:
                words = f"Tanggal dokumen ini sesudah aplikasi mulai dipakai, {format_date(since)}."
                messages.warning(request, words)
            return redirect(agreement)
    status = 422 if request.method == "POST" else 200
    context = {"year": year, "agreement": agreement, "form": form, "since": since}
    return render(request, "agreements/record.html", context, status=status)


@require_safe
def pdf(request, year: int, pk: int):
    """The issued bytes; before the issue a draft with its watermark, made now."""
    agreement = agreement_or_404(request, year, pk)
    latest = agreement.issues.select_related("pdf").first()
    if latest and agreement.status in PRINTED:
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


@require_safe
def scan(request, year: int, pk: int, signature: int):
    """The signed paper as it was scanned."""
    agreement = agreement_or_404(request, year, pk)
    found = get_object_or_404(
        Signature.objects.select_related("file"), pk=signature, issue__agreement_id=agreement.pk
    )
    return files.response(found.file)
