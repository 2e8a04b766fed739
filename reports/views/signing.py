"""The signing day: many agreements issued on one date, and all papers of a year printed in one file."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import permissions
from agreements import batches, workflow
from agreements.enums import PRINTED, Status
from agreements.forms.signing import LONGEST_NUMBER, DayForm, IssueManyForm
from agreements.middleware import actor_of
from agreements.models import Agreement, Issue
from agreements.parties import parties_of_each
from agreements.signing import date_problem
from agreements.views.common import number_in, numbers_in
from agreements.years import policy_or_404
from perjanjian.exporting import show
from perjanjian.paging import page_of, searched
from reports import signing_jobs, tables

STATES = (Status.READY, Status.IN_SIGNING)


def signing_day(request, year: int):
    """Agreements that can be issued with their parties on a date; ticked ones are issued in one action."""
    policy = policy_or_404(request, year)
    if not permissions.may_issue_somewhere(request.scope, year):
        raise PermissionDenied("Halaman ini untuk Bagian Organisasi.")
    if request.method == "POST":
        form = IssueManyForm(request.POST, year=year)
        chosen = _chosen(request, year)
        if _may_go_on(request, form, chosen):
            return _issue(request, year, form.cleaned_data, chosen)
        day = form.cleaned_data.get("document_date") or _day_of(request, year)
    else:
        day = _day_of(request, year)
        place = request.region.seat if request.region else ""
        form = IssueManyForm(year=year, initial={"document_date": day, "place": place, "paper": policy.paper})
    return _page(request, year, form, day)


@require_POST
def print_all(request, year: int):
    """Order the issued papers of the year in one file; `status` narrows them."""
    policy_or_404(request, year)
    if not request.scope.reads_something():
        raise PermissionDenied
    status = request.POST.get("status", "")
    if status and status not in PRINTED:
        raise Http404
    job = signing_jobs.order_print(year, status, timezone.localdate(), request.user.pk)
    return redirect("reports:job", job.pk)


# --- pieces --------------------------------------------------------------------------------------


def _day_of(request, year: int) -> date:
    """The document date asked for; else today, or the day of the year nearest to it."""
    asked = DayForm(request.GET)
    if asked.is_valid() and asked.cleaned_data["tanggal"]:
        return asked.cleaned_data["tanggal"]
    return min(max(timezone.localdate(), date(year - 1, 1, 1)), date(year, 12, 31))


def _to_sign(request, year: int):
    return Agreement.objects.visible_to(request.scope, year).for_year(year).to_sign().with_parties()


def _page(request, year: int, form: IssueManyForm, day: date):
    every, text = _to_sign(request, year), searched(request)
    counts, status = every.by_status(), request.GET.get("status", "")
    rows = every.filter(status=status) if status in STATES else every
    page = page_of(request, (rows.matching(text) if text else rows).with_issues())
    parties = parties_of_each(page.object_list, day)
    ticked = set(request.POST.getlist("pilih"))
    lines = [
        {
            "agreement": row,
            "parties": parties[row.pk],
            "issue": _latest(row) if row.status == Status.IN_SIGNING else None,
            "number": request.POST.get(f"n{row.pk}", _number(row)),
            "ticked": str(row.pk) in ticked,
        }
        for row in page
    ]
    context = {
        "year": year,
        "form": form,
        "day": day,
        "problem": date_problem(day, year),
        "day_form": DayForm(initial={"tanggal": day}),
        "page": page,
        "lines": lines,
        "text": text,
        "status": status if status in STATES else "",
        "counts": [(s, s.label, counts.get(s, 0)) for s in STATES],
        "ready": counts.get(Status.READY, 0),
        "in_signing": counts.get(Status.IN_SIGNING, 0),
        "longest": LONGEST_NUMBER,
    }
    status_code = 422 if request.method == "POST" else 200
    return show(request, "reports/signing_day.html", context, tables.signing_day, status_code)


def _latest(agreement: Agreement) -> Issue | None:
    return next(iter(agreement.issues.all()), None)


def _number(agreement: Agreement) -> str:
    """The number the document had before: a new issue keeps it unless another is typed."""
    latest = _latest(agreement)
    return latest.document_number if latest else ""


def _chosen(request, year: int) -> list[Agreement]:
    """The ticked agreements, or all of a state, each with the version its line showed."""
    rows = _to_sign(request, year)
    every = request.POST.get("semua", "")
    if every in STATES:
        rows = rows.filter(status=every)
    else:
        rows = Agreement.objects.visible_to(request.scope, year).for_year(year).with_parties()
        rows = rows.filter(pk__in=numbers_in(request.POST.getlist("pilih")))
    chosen = list(rows.with_issues())
    for agreement in chosen:
        seen = request.POST.get(f"v{agreement.pk}")
        # Of all of a state, those on other pages have no line that could have been read.
        if seen is not None or every not in STATES:
            agreement.version = number_in(seen or "") or 0
    return chosen


def _numbers(request, chosen: list[Agreement]) -> dict[int, str]:
    """Document numbers as typed beside the lines; of those on other pages, the number they had."""
    return {row.pk: request.POST.get(f"n{row.pk}", _number(row)).strip() for row in chosen}


def _may_go_on(request, form: IssueManyForm, chosen: list[Agreement]) -> bool:
    if not chosen:
        form.add_error(None, "Belum ada PK yang dipilih. Centang paling sedikit satu.")
    if any(len(number) > LONGEST_NUMBER for number in _numbers(request, chosen).values()):
        form.add_error(None, f"Nomor dokumen paling panjang {LONGEST_NUMBER} tanda. Persingkat nomornya.")
    return form.is_valid()


def _issue(request, year: int, data: dict, chosen: list[Agreement]):
    """Now for a few, by the worker for many; either way one act for each."""
    facts = workflow.IssueFacts(data["place"], data["document_date"], "", data["paper"])
    numbers, who = _numbers(request, chosen), actor_of(request)
    if len(chosen) > signing_jobs.AT_ONCE:
        job = signing_jobs.order_issue(chosen, numbers, facts, who, request.user.pk)
        return redirect("reports:job", job.pk)
    for agreement in chosen:
        own = workflow.IssueFacts(facts.place, facts.document_date, numbers[agreement.pk], facts.paper)
        outcome = batches.attempt("issue", agreement, request.scope, who, facts=own)
        tell = messages.success if outcome.done else messages.error
        tell(request, f"{agreement}: {outcome.said}")
    return redirect(f"{request.path}?tanggal={facts.document_date.isoformat()}")
