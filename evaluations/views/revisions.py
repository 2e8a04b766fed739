"""What the source of a fact says later: recorded by the unit, decided by a verifier."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Capability
from agreements.years import policy_or_404
from evaluations import evidence, grid, readings, revisions
from evaluations.achievement import Rule
from evaluations.calendar import Windows
from evaluations.enums import RevisionStatus
from evaluations.forms import DecisionForm, RevisionForm
from evaluations.models import Realisation, SourceRevision
from evaluations.views.common import refused, who_of
from evaluations.workflow import Refused, TransitionError, Who
from records.history import Act

DONE = {
    "accept": "Revisi diterima: angkanya yang sekarang dihitung.",
    "refuse": "Revisi tidak diterima; angka semula tetap dihitung.",
}


@dataclass(frozen=True)
class Corrections:
    """The corrections of one fact, the newest first, and what this account may do about them."""

    rows: Sequence[SourceRevision]
    waiting: SourceRevision | None
    decisions: dict[str, revisions.Step]
    may_record: bool

    @classmethod
    def of(cls, fact: Realisation, who: Who, windows: Windows, tiny: bool = False) -> "Corrections":
        rows = list(fact.revisions.newest_first())
        for row in rows:
            row.realisation = fact
        verified = [row for row in rows if row.status == RevisionStatus.VERIFIED]
        fact.revision = verified[0] if verified else None
        waiting = next((row for row in rows if row.status == RevisionStatus.SUBMITTED), None)
        free = waiting is None and not revisions.obstacle(fact, windows)
        return cls(
            rows,
            waiting,
            revisions.available(waiting, who, tiny) if waiting else {},
            free and revisions.may_record(who, fact),
        )

    def told(self, rule: Rule) -> list[tuple[SourceRevision, str]]:
        """Each with its figure as people read it."""
        return [(row, readings.reading_text(readings.revised_reading(row), rule)) for row in self.rows]


@require_http_methods(["GET", "HEAD", "POST"])
def revision(request, year: int, pk: int):
    """Record what the source announced, or decide on what was recorded."""
    policy = policy_or_404(request, year)
    facts = Realisation.objects.visible_to(request.scope, year).filter(period__year=year)
    fact = get_object_or_404(facts.whole(), pk=pk)
    page = _Page(request, fact, policy.tiny_office)
    if not page.is_for_this_account:
        raise refused(
            request,
            revisions.RECORDED,
            fact,
            "Akun ini tidak mencatat revisi nilai ini.",
            fact.indicator.unit,
        )
    if request.method == "POST" and page.acted(request):
        return redirect("evaluations:realisation_detail", year, fact.pk)
    return render(request, "evaluations/revision.html", page.context())


class _Page:
    """One showing of the page."""

    def __init__(self, request, fact: Realisation, tiny: bool) -> None:
        self.fact = fact
        windows = Windows.on(timezone.localdate(), [fact.period])
        unit = fact.indicator.unit_id
        self.who = who_of(request, Capability.ENTER, unit)
        self.corrections = Corrections.of(fact, self.who, windows, tiny)
        self.line = grid.line_of(fact, windows)
        self.obstacle = revisions.ONE_WAITS if self.corrections.waiting else revisions.obstacle(fact, windows)
        self.form = RevisionForm(self.line) if self.corrections.may_record else None
        self.decision = DecisionForm() if self.corrections.decisions else None
        self.faults: list[tuple[str, str]] = []
        self.lost_files = False

    @property
    def is_for_this_account(self) -> bool:
        return revisions.may_record(self.who, self.fact) or bool(self.corrections.decisions)

    def acted(self, request) -> bool:
        """Do what the pressed button says; False with a sentence when something is in the way."""
        pressed = [action for action in revisions.TRANSITIONS if action in request.POST]
        try:
            return self._decided(request, pressed[0]) if pressed else self._recorded(request)
        except Refused:
            raise PermissionDenied("Revisi yang Anda catat sendiri diputuskan orang lain.") from None
        except TransitionError as error:
            self.faults.append(("isi", str(error)))
            return False

    def _decided(self, request, action: str) -> bool:
        waiting = self.corrections.waiting
        if waiting is None or str(waiting.pk) != request.POST[action]:
            raise TransitionError(revisions.DECIDED_MEANWHILE)
        self.decision = DecisionForm(request.POST)
        if not self.decision.is_valid_for(action):
            self.faults += self.decision.faults
            return False
        who = who_of(request, Capability.VERIFY, self.fact.indicator.unit_id)
        revisions.decide(action, waiting, who, self.decision.cleaned_data["decision_reason"])
        messages.success(request, DONE[action])
        return True

    def _recorded(self, request) -> bool:
        if self.form is None:
            raise TransitionError(self.obstacle)
        files = {"r-uploads": request.FILES.getlist("r-uploads")}
        self.form = form = RevisionForm(self.line, request.POST, files)
        if form.is_valid():
            form.refuse(revisions.problems(self.fact, form.values_given(), self.who.day))
        if form.errors:
            self.faults += form.faults
            self.lost_files = bool(files["r-uploads"])
            return False

        def attached(fact: Realisation) -> list[Act]:
            return evidence.attach(fact, form.proof, self.who.scope.account_id)

        revisions.record(self.fact, form.values_given(), self.who, attached)
        messages.success(request, "Revisi sumber dicatat dan menunggu putusan verifikator.")
        return True

    def context(self) -> dict:
        return {
            "year": self.fact.period.year,
            "row": self.fact,
            "line": self.line,
            "told": self.corrections.told(self.line.rule),
            "waiting": self.corrections.waiting,
            "decisions": self.corrections.decisions,
            "form": self.form,
            "decision": self.decision,
            "obstacle": self.obstacle,
            "faults": self.faults,
            "lost_files": self.lost_files,
        }
