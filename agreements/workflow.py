"""States of an agreement and the one function that changes them.

Pages ask `TRANSITIONS` for their buttons, so what is shown and what is allowed cannot drift;
docs/states.md is checked against it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import permissions
from accounts.permissions import Scope
from agreements import content as contents
from agreements.enums import Party, Status
from agreements.models import Agreement, Issue, IssueParty, Signature, YearPolicy
from agreements.parties import parties_on
from agreements.readiness import gaps
from records import files, history
from records.history import Act, Actor
from records.models import StoredFile

SHORTEST_REASON = 10


class TransitionError(Exception):
    """A step at a bad moment; the sentence is for the person who tried."""


class Refused(Exception):
    """A step this account may not take; it is written into the history."""


@dataclass(frozen=True)
class IssueFacts:
    """What the bureau fixes when it issues: place and date of the document, its number, the paper."""

    place: str
    document_date: date
    document_number: str = ""
    paper: str = ""


@dataclass(frozen=True)
class InkFacts:
    """What is known of a signing in ink: day, place, and the scanned paper with both signatures."""

    signed_on: date
    place: str
    scan: StoredFile


Facts = IssueFacts | InkFacts | None


@dataclass(frozen=True)
class Step:
    """One transition: who may take it, from where to where, and what it does on the way."""

    label: str
    sources: tuple[Status, ...]
    target: Status
    permitted: Callable[[Scope, Agreement], bool]
    effect: Callable[["Context"], dict[str, Any]]
    needs_reason: bool = False
    facts: type | None = None
    explanation: str = ""


@dataclass
class Context:
    """The step under way: the locked agreement, who takes it, and what they gave."""

    agreement: Agreement
    scope: Scope
    actor: Actor
    facts: Facts
    reason: str
    now: Any = field(default_factory=timezone.now)

    @property
    def signed_in(self) -> int:
        """The account that takes the step; nobody takes one without being signed in."""
        if self.scope.account_id is None:
            raise Refused
        return self.scope.account_id

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)


# --- who may ----------------------------------------------------------------------------------


def _may_submit(scope: Scope, agreement: Agreement) -> bool:
    return permissions.may_submit(scope, agreement.unit_id, agreement.position_id)


def _may_withdraw(scope: Scope, agreement: Agreement) -> bool:
    return agreement.submitted_by_id is not None and agreement.submitted_by_id == scope.account_id


def _may_declare(scope: Scope, agreement: Agreement) -> bool:
    tiny = YearPolicy.objects.filter(year=agreement.year, tiny_office=True).exists()
    return permissions.may_declare_complete(scope, agreement.unit_id, agreement.submitted_by_id, tiny)


def _may_issue(scope: Scope, agreement: Agreement) -> bool:
    return permissions.may_issue(scope, agreement.unit_id)


# --- what a step does ---------------------------------------------------------------------------


def _submit(context: Context) -> dict[str, Any]:
    agreement = Agreement.objects.with_content().get(pk=context.agreement.pk)
    missing = gaps(agreement, parties_on(agreement, context.today))
    if missing:
        raise TransitionError("Belum dapat diajukan. " + " ".join(gap.text for gap in missing[:3]))
    context.agreement.submitted_by_id = context.scope.account_id
    context.agreement.submitted_at = context.now
    context.agreement.return_reason = ""
    return {}


def _clear_submission(context: Context) -> dict[str, Any]:
    context.agreement.submitted_by_id = None
    context.agreement.submitted_at = None
    context.agreement.return_reason = context.reason
    return {}


def _nothing(context: Context) -> dict[str, Any]:
    return {}


def _issue(context: Context) -> dict[str, Any]:
    """Fix parties, place, date and bytes; an earlier issue stays in the archive and is void."""
    facts = cast(IssueFacts, context.facts)
    agreement = Agreement.objects.with_content().get(pk=context.agreement.pk)
    if facts.document_date.year not in (agreement.year - 1, agreement.year):
        raise TransitionError(
            f"Tanggal dokumen harus di tahun {agreement.year} (atau akhir {agreement.year - 1}). Perbaiki tanggalnya."
        )
    parties = parties_on(agreement, facts.document_date)
    if parties.problem or parties.first is None:
        raise TransitionError(parties.problem)
    policy = YearPolicy.objects.get(year=agreement.year)
    paper = facts.paper or policy.paper
    signing = contents.Signing(
        first=parties.first,
        second=parties.second,
        place=facts.place,
        document_date=facts.document_date,
        document_number=facts.document_number,
        paper=paper,
    )
    content = contents.content_of(agreement, signing)
    digest = contents.sha256(content)
    code = contents.new_code(agreement.year)
    printer = import_string(settings.AGREEMENT_PRINTER)
    pdf = printer(content, code=code, content_sha256=digest, draft=False, paper=paper)
    stored = files.store(pdf, f"{code}.pdf", "application/pdf", context.scope.account_id)
    issue = Issue.objects.create(
        agreement=agreement,
        sequence=agreement.issues.count() + 1,
        document_number=facts.document_number,
        place=facts.place,
        document_date=facts.document_date,
        paper=paper,
        code=code,
        canonical=contents.canonical(content),
        content_sha256=digest,
        pdf=stored,
        issued_by_id=context.signed_in,
        issued_at=context.now,
    )
    for party, assignment in ((Party.FIRST, parties.first), (Party.SECOND, parties.second)):
        if assignment:
            IssueParty.objects.create(
                issue=issue,
                party=party,
                assignment=assignment,
                name=assignment.official.name,
                title=assignment.title,
                rank=assignment.official.rank,
                nip=assignment.official.nip or "",
            )
    return {"kode": code, "sha256_isi": digest, "sha256_pdf": stored.sha256}


def _sign_in_ink(context: Context) -> dict[str, Any]:
    """Record that all parties signed the issued paper; the agreement it amends is superseded."""
    facts = cast(InkFacts, context.facts)
    agreement = context.agreement
    issue = agreement.issues.order_by("-sequence")[0]
    if facts.signed_on < issue.document_date or facts.signed_on > context.today:
        raise TransitionError(
            "Tanggal tanda tangan tidak boleh sebelum tanggal dokumen atau sesudah hari ini. Perbaiki tanggalnya."
        )
    for party in issue.parties.all():
        Signature.objects.create(
            issue=issue,
            party=party,
            signed_on=facts.signed_on,
            place=facts.place,
            file=facts.scan,
            recorded_by_id=context.signed_in,
            recorded_at=context.now,
        )
    if agreement.amends_id:
        amended = Agreement.objects.select_for_update().get(pk=agreement.amends_id)
        _write_status(amended, Status.SUPERSEDED)
    return {"kode": issue.code, "tanggal": str(facts.signed_on), "pindaian": facts.scan.sha256}


TRANSITIONS: dict[str, Step] = {
    "submit": Step(
        "Ajukan",
        (Status.DRAFT,),
        Status.SUBMITTED,
        _may_submit,
        _submit,
        explanation="Setelah diajukan, isi PK diperiksa Bagian Organisasi.",
    ),
    "withdraw": Step("Tarik kembali", (Status.SUBMITTED,), Status.DRAFT, _may_withdraw, _clear_submission),
    "return": Step(
        "Minta perbaikan",
        (Status.SUBMITTED,),
        Status.DRAFT,
        _may_declare,
        _clear_submission,
        needs_reason=True,
    ),
    "declare": Step(
        "Nyatakan lengkap",
        (Status.SUBMITTED,),
        Status.READY,
        _may_declare,
        _nothing,
        explanation="Setelah dinyatakan lengkap, isi PK dibekukan.",
    ),
    "issue": Step(
        "Terbitkan untuk ditandatangani",
        (Status.READY, Status.IN_SIGNING),
        Status.IN_SIGNING,
        _may_issue,
        _issue,
        facts=IssueFacts,
    ),
    "sign": Step(
        "Catat tanda tangan basah",
        (Status.IN_SIGNING,),
        Status.IN_FORCE,
        _may_issue,
        _sign_in_ink,
        facts=InkFacts,
    ),
    "cancel": Step(
        "Batalkan",
        (Status.DRAFT, Status.SUBMITTED, Status.READY, Status.IN_SIGNING),
        Status.CANCELLED,
        _may_issue,
        _nothing,
        needs_reason=True,
    ),
}


def available(agreement: Agreement, scope: Scope) -> dict[str, Step]:
    """The steps this account may take now: exactly the buttons of the page."""
    return {
        name: step
        for name, step in TRANSITIONS.items()
        if agreement.status in step.sources and step.permitted(scope, agreement)
    }


def perform(
    action: str,
    agreement: Agreement,
    scope: Scope,
    actor: Actor,
    *,
    reason: str = "",
    facts: Facts = None,
) -> Agreement:
    """Take one step: all of it, with its event, or nothing.

    Args:
        action: a key of TRANSITIONS.
        agreement: as the person saw it; its version must still be the one in the database.
        scope: what the person may reach; asked again here.
        actor: who acts, for the history.
        reason: required where the step says so.
        facts: IssueFacts or InkFacts where the step says so.

    Raises:
        Refused: the account may not; written into the history after the rollback.
        TransitionError: a bad moment or something missing, as a sentence.
    """
    step = TRANSITIONS[action]
    try:
        with transaction.atomic():
            return _perform(step, agreement, scope, actor, reason.strip(), facts)
    except Refused:
        history.record(actor, Act(step.label, agreement, unit=agreement.unit, refused=True))
        raise


def _perform(step, agreement, scope, actor, reason, facts) -> Agreement:
    locked = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("unit", "position__unit", "second_position")
        .get(pk=agreement.pk)
    )
    if not step.permitted(scope, locked):
        raise Refused
    if locked.status not in step.sources:
        raise TransitionError(
            f"PK ini sekarang berstatus “{locked.get_status_display()}”. Muat ulang halaman untuk melihat yang terbaru."
        )
    if locked.version != agreement.version:
        raise TransitionError("PK ini baru saja diubah orang lain. Periksa isinya, lalu coba lagi.")
    if step.needs_reason and len(reason) < SHORTEST_REASON:
        raise TransitionError(f"Isi alasan paling sedikit {SHORTEST_REASON} huruf.")
    if step.facts and not isinstance(facts, step.facts):
        raise TransitionError(f"Langkah “{step.label}” memerlukan isian yang lengkap.")
    before = locked.status
    context = Context(locked, scope, actor, facts, reason)
    details = step.effect(context)
    _write_status(locked, step.target)
    history.record(
        actor,
        Act(
            step.label,
            locked,
            unit=locked.unit,
            before={"status": before},
            after={"status": step.target.value, **details},
            reason=reason,
        ),
    )
    return locked


def _write_status(agreement: Agreement, status: Status) -> None:
    """The only writer of Agreement.status: by version, so that two never write over each other."""
    changed = Agreement.objects.filter(pk=agreement.pk, version=agreement.version).update(
        status=status,
        submitted_by_id=agreement.submitted_by_id,
        submitted_at=agreement.submitted_at,
        return_reason=agreement.return_reason,
        version=agreement.version + 1,
    )
    if not changed:
        raise TransitionError("PK ini baru saja diubah orang lain. Periksa isinya, lalu coba lagi.")
    agreement.status = status
    agreement.version += 1
