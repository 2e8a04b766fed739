"""Pages on which one step is taken for many agreements, each line with a scan of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import permissions
from agreements import batches, drafting, lateness, workflow
from agreements.enums import Status
from agreements.forms.signing import RecordManyForm, RecordRow, Row, ScanRow, SignManyForm
from agreements.middleware import actor_of
from agreements.models import Agreement, Position
from agreements.views.agreement import posted
from agreements.views.common import number_in, numbers_in
from agreements.years import policy_or_404
from perjanjian.paging import page_of, searched

# Lines of a page, and so files of a request.
MOST = 10
PREFIX = "pk"


@dataclass
class Line:
    """One agreement of the page with its fields; without an agreement only the post."""

    position: Position
    agreement: Agreement | None = None
    form: Row | None = None


def sign_many(request, year: int):
    """Record signatures after a ceremony: one day and place, a scan for each agreement."""
    policy_or_404(request, year)
    _demand(request, year)
    text = searched(request)
    waiting = _agreements(request, year).filter(status=Status.IN_SIGNING).with_dates()
    page = page_of(request, waiting.matching(text) if text else waiting, MOST)
    initial = {"place": request.region.seat if request.region else ""}
    initial["signed_on"] = next((row.document_date for row in page), timezone.localdate())
    form = SignManyForm(posted(request), initial=initial)
    lines = _sent(request, year, ScanRow) or [_line(row, ScanRow) for row in page]
    if request.method == "POST" and form.is_valid():

        def given(typed: dict) -> dict:
            shared = form.cleaned_data
            return {"facts": workflow.InkFacts(shared["signed_on"], shared["place"], typed["scan"])}

        lines = _take_each(request, "sign", lines, given)
        if not lines:
            return redirect("agreements:sign_many", year)
    context = {"year": year, "form": form, "lines": lines, "page": page, "text": text, "most": MOST}
    return _page(request, "sign_many", context)


def record_many(request, year: int):
    """Record papers signed before the application was used: posts that have none in force."""
    policy = policy_or_404(request, year)
    _demand(request, year)
    if position := request.POST.get("draf"):
        return _draft(request, year, position)
    day, text = timezone.localdate(), searched(request)
    positions = _to_record(request, policy, day)
    page = page_of(request, positions.matching(text) if text else positions, MOST)
    form = RecordManyForm(posted(request), initial={"place": request.region.seat if request.region else ""})
    lines = _sent(request, year, RecordRow) or _record_lines(request, year, list(page))
    if request.method == "POST" and form.is_valid():

        def given(typed: dict) -> dict:
            facts = workflow.RecordFacts(
                signed_on=typed["document_date"],
                document_date=typed["document_date"],
                place=form.cleaned_data["place"],
                scan=typed["scan"],
                document_number=typed["document_number"],
            )
            return {"facts": facts, "reason": form.cleaned_data["reason"]}

        lines = _take_each(request, "record", lines, given)
        if not lines:
            return redirect("agreements:record_many", year)
    context = {"year": year, "form": form, "lines": lines, "page": page, "text": text, "most": MOST}
    return _page(request, "record_many", context)


# --- pieces --------------------------------------------------------------------------------------


def _demand(request, year: int) -> None:
    if not permissions.may_issue_somewhere(request.scope, year):
        raise PermissionDenied("Halaman ini untuk Bagian Organisasi.")


def _page(request, template: str, context: dict):
    return render(
        request, f"agreements/{template}.html", context, status=422 if request.method == "POST" else 200
    )


def _agreements(request, year: int):
    return Agreement.objects.visible_to(request.scope, year).for_year(year).with_parties()


def _line(agreement: Agreement, kind: type[Row], data=None, files=None) -> Line:
    prefix = f"{PREFIX}{agreement.pk}"
    initial: dict[str, Any] = {"version": agreement.version}
    if kind is RecordRow:
        initial |= {"document_date": agreement.paper_date, "document_number": agreement.paper_number}
    return Line(agreement.position, agreement, kind(data, files, prefix=prefix, initial=initial))


def _sent(request, year: int, kind: type[Row]) -> list[Line]:
    """The lines the page sent, each as it was typed: also those that have moved to another page since."""
    names = [name.removeprefix(PREFIX).removesuffix("-version") for name in request.POST]
    numbers = sorted(numbers_in(names))[:MOST]
    found = _agreements(request, year).with_dates().filter(pk__in=numbers)
    return [_line(row, kind, request.POST, request.FILES) for row in found]


def _take_each(request, action: str, lines: list[Line], given: Callable[[dict], dict]) -> list[Line]:
    """Take the step for every line that was filled in; the lines that are left, with what is wrong.

    Nothing is left when all that was filled in went well.
    """
    who, left, tried = actor_of(request), [], 0
    for line in lines:
        agreement, form = line.agreement, line.form
        if agreement is None or form is None or not form.has_changed():
            left.append(line)
            continue
        tried += 1
        if not form.is_valid():
            left.append(line)
            continue
        agreement.version = form.cleaned_data["version"]
        outcome = batches.attempt(action, agreement, request.scope, who, **given(form.cleaned_data))
        if outcome.done:
            messages.success(request, f"{agreement}: {outcome.said}")
        else:
            form.add_error(None, outcome.said)
            left.append(line)
    if not tried:
        messages.error(request, "Belum ada yang diisi. Pilih pindaian pada baris PK yang dicatat.")
        return left
    return left if any(line.form and line.form.is_bound and line.form.errors for line in left) else []


def _to_record(request, policy, day):
    positions = Position.objects.to_record(policy.year, lateness.day_of_duty(policy, day))
    return positions.visible_to(request.scope, policy.year).select_related("unit")


def _record_lines(request, year: int, positions: list[Position]) -> list[Line]:
    """Posts of the page, each with its agreement under way; fields where that is a draft."""
    rows = _agreements(request, year).in_preparation().filter(position__in=positions)
    under_way = {row.position_id: row for row in rows}
    lines = []
    for position in positions:
        agreement = under_way.get(position.pk)
        if agreement and agreement.is_draft:
            lines.append(_line(agreement, RecordRow))
        else:
            lines.append(Line(position, agreement))
    return lines


def _draft(request, year: int, typed: str):
    """A draft for a post that has none, to be filled with what its paper says."""
    policy, day = policy_or_404(request, year), timezone.localdate()
    position = _to_record(request, policy, day).filter(pk=number_in(typed)).first()
    if position is None or not permissions.may_draft(request.scope, position.unit_id, year):
        messages.error(request, "Draf untuk jabatan ini tidak dapat dibuat. Muat ulang daftar ini.")
        return redirect("agreements:record_many", year)
    who = actor_of(request, request.scope.capacity(permissions.Capability.DRAFT, position.unit_id, year))
    try:
        agreement = drafting.create_draft(position, year, day, who)
    except drafting.DraftError as error:
        messages.error(request, str(error))
        return redirect("agreements:record_many", year)
    messages.success(request, "Draf dibuat. Susun isinya sama seperti pada kertas, lalu catat.")
    return redirect("agreements:compose", year, agreement.pk)
