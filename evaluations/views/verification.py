"""Where submitted values are verified: the units that wait, and the values of one unit and period."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import permissions
from accounts.permissions import Capability, Scope
from agreements.models import Indicator, Unit, YearPolicy
from agreements.views.common import numbers_in
from agreements.years import policy_or_404
from evaluations import grid, locking, overview, results, tables, workflow
from evaluations.calendar import Windows
from evaluations.enums import RealisationStatus
from evaluations.forms import VerdictForm
from evaluations.grid import Known, Line
from evaluations.locking import Passed
from evaluations.models import Period, Realisation
from evaluations.querysets import RealisationQuerySet
from evaluations.results import RowResult
from evaluations.views.common import periods_or_404, refused, unit_or_404, who_of
from evaluations.workflow import Refused, TransitionError, Who
from perjanjian.exporting import show
from perjanjian.paging import page_of, searched

SHOWN_REVISIONS = 100
NOT_HERE = "Akun ini tidak memverifikasi realisasi."
ACCEPTED = "Nilai diterima."
DONE = {
    "verify": ACCEPTED,
    "correct": "Nilai dikoreksi.",
    "return": "Nilai dikembalikan untuk diperbaiki.",
    "unverify": "Verifikasi dibatalkan; nilainya menunggu verifikasi lagi.",
}


@require_safe
def verify_list(request, year: int):
    """Units with what waits for verification, those that wait first."""
    policy = policy_or_404(request, year)
    if not permissions.may_verify_somewhere(request.scope, year):
        raise PermissionDenied(NOT_HERE)
    scope, day, text = request.scope, timezone.localdate(), searched(request)
    facts = Realisation.objects.filter(period__year=year)
    # Looked up once: asked of each unit by itself, it would go through all that waits again and again.
    units = overview.units_to_verify(scope, year, policy.tiny_office).annotate(
        waiting=_among(facts.waiting_for_verification())
    )
    side = request.GET.get("lewat", "")
    if side in locking.SIDES:
        overtaken = locking.of_side(facts.passed_unverified(day), side, scope.bureau_units)
        units = units.filter(_among(overtaken))
    units = units.order_by("-waiting", "order", "name", "pk")
    page = page_of(request, units.matching(text) if text else units)
    context = {
        "year": year,
        "board": overview.board(page.object_list, year, day),
        "text": text,
        "page": page,
        "revisions": overview.revisions_to_decide(scope, year, policy.tiny_office)[:SHOWN_REVISIONS],
        "passed": _passed(scope, policy, day),
        "side": locking.SIDES.get(side, ""),
    }
    return show(request, "evaluations/verify_list.html", context, tables.verify_board)


def _among(facts: RealisationQuerySet) -> Q:
    """Units that some of the facts belong to."""
    return Q(pk__in=facts.values("indicator__unit"))


def _passed(scope: Scope, policy: YearPolicy, day: date) -> list[Passed]:
    """What passed the lock unverified in the units this account verifies, by side, over the whole year."""
    units = overview.units_to_verify(scope, policy.year, policy.tiny_office).values("pk")
    facts = Realisation.objects.filter(indicator__unit__in=units, period__year=policy.year)
    return locking.passed_by_side(facts, day, scope.bureau_units)


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request, year: int, unit: int, number: int):
    """The submitted values of a unit in a period, each to accept, correct or return."""
    period, periods, windows = periods_or_404(year, number)
    found = unit_or_404(request, unit, year)
    tiny = policy_or_404(request, year).tiny_office
    if not permissions.may_verify(request.scope, found.pk, year, tiny_office=tiny):
        raise refused(
            request, "memverifikasi realisasi", found, f"Akun ini tidak memverifikasi {found}.", found
        )
    page = VerifyPage.of(request, found, period, periods, windows, tiny)
    if request.method == "POST" and page.acted(request):
        return redirect(page.address)
    return show(request, "evaluations/verify.html", page.context(), tables.verification)


@dataclass
class Judged:
    """A line with what the account may do and what accepting it comes to."""

    line: Line
    steps: dict[str, workflow.Step]
    form: VerdictForm | None
    results: list[RowResult]


@dataclass
class VerifyPage:
    """One showing of the page."""

    unit: Unit
    period: Period
    who: Who
    address: str
    page: Page
    rows: list[Judged]
    periods: list[Period]
    faults: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(
        cls, request, unit: Unit, period: Period, periods: list[Period], windows: Windows, tiny: bool
    ) -> "VerifyPage":
        who = who_of(request, Capability.VERIFY, unit.pk)
        indicators = grid.due_in(unit, period, submitted_first=True)
        page = page_of(request, indicators, grid.PAGE_SIZE)
        moved = _moved(request, period, indicators, list(page)) if request.method == "POST" else []
        shown = [*page, *moved]
        known = Known.of([indicator.pk for indicator in shown], period)
        lines = grid.lines_of(shown, period, windows, known)
        judged = _results(known, period, periods, who)
        data = request.POST if request.method == "POST" else None
        rows = []
        for line in lines:
            steps = workflow.available(line.row, who, windows, tiny) if line.row else {}
            steps = {name: step for name, step in steps.items() if name in DONE}
            form = VerdictForm(line, line.row, data) if steps and line.row else None
            rows.append(Judged(line, steps, form, judged.get(line.indicator.pk, [])))
        address = reverse("evaluations:verify", args=(period.year, unit.pk, period.number))
        if page.number > 1:
            address += f"?hal={page.number}"
        return cls(unit, period, who, address, page, rows, periods)

    @property
    def forms(self) -> list[VerdictForm]:
        """Those of the values this account may decide on now."""
        return [row.form for row in self.rows if row.form is not None]

    # --- acting ---

    def acted(self, request) -> bool:
        """Take the step whose button was pressed; False with a sentence when something is in the way.

        A button without a row accepts what is marked.
        """
        post = request.POST
        for action in DONE:
            if action in post:
                form = self._form(post[action])
                return form is not None and self._single(request, action, form)
        return self._marked(request)

    def _form(self, pk: str) -> VerdictForm | None:
        for form in self.forms:
            if str(form.row.pk) == pk:
                return form
        self.faults.append(
            ("isi", "Nilai itu sudah diproses, atau bukan bagian Anda. Periksa daftar terbarunya.")
        )
        return None

    def _single(self, request, action: str, form: VerdictForm) -> bool:
        if not form.is_valid_for(action):
            self.faults += form.faults
            return False
        return self._perform(request, action, [form], **form.given(action))

    def _marked(self, request) -> bool:
        forms = [form for form in self.forms if form.marked]
        if not forms:
            self.faults.append(("isi", "Tandai dulu nilai yang diterima, atau pakai tombol pada barisnya."))
            return False
        refused = [form for form in forms if not form.is_valid_for("verify")]
        if refused:
            self.faults += [fault for form in refused for fault in form.faults]
            return False
        return self._perform(request, "verify", forms)

    def _perform(self, request, action: str, forms: list[VerdictForm], **given: Any) -> bool:
        try:
            workflow.perform_all(action, [form.seen_row() for form in forms], self.who, **given)
        except Refused:
            raise PermissionDenied("Nilai yang Anda ajukan sendiri diverifikasi orang lain.") from None
        except TransitionError as error:
            self.faults.append((forms[0].anchor, str(error)))
            return False
        text = DONE[action] if len(forms) == 1 else f"{len(forms)} nilai diterima."
        messages.success(request, text)
        return True

    # --- showing ---

    def context(self) -> dict:
        waiting = [row for row in self.rows if _waits(row.line)]
        return {
            "year": self.period.year,
            "unit": self.unit,
            "period": self.period,
            "page": self.page,
            "query": "",
            "waiting": waiting,
            "others": [row for row in self.rows if row not in waiting],
            "may_act": any(row.form for row in waiting),
            "faults": self.faults,
            "periods": self.periods,
        }


def _waits(line: Line) -> bool:
    return line.row is not None and line.row.status == RealisationStatus.SUBMITTED


def _moved(request, period: Period, indicators: list[Indicator], shown: list[Indicator]) -> list[Indicator]:
    """The indicators of values that were sent but stand on another page by now: they are judged too.

    What waits comes first, so a page shifts whenever somebody decides on a value of an earlier one.
    """
    texts = [*request.POST.getlist("marked"), *(request.POST[name] for name in DONE if name in request.POST)]
    rows = Realisation.objects.filter(pk__in=numbers_in(texts), period=period)
    sent = set(rows.values_list("indicator_id", flat=True))
    missing = sent - {indicator.pk for indicator in shown}
    return [indicator for indicator in indicators if indicator.pk in missing]


def _results(known: Known, period: Period, periods: list[Period], who: Who) -> dict[int, list[RowResult]]:
    """What the agreements that promise each indicator make of it up to this period. No queries."""
    flat = [promise for rows in known.promises.values() for promise in rows]
    facts = known.facts_of(period.year)
    found = results.rows_of(flat, who.day, period, periods, known.quarters, facts)
    return {indicator: [found[promise.pk] for promise in rows] for indicator, rows in known.promises.items()}
