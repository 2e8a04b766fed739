"""States of an agreement and the one function that changes them.

Pages ask `TRANSITIONS` for their buttons, so what is shown and what is allowed cannot drift;
docs/states.md is checked against it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import permissions
from accounts.permissions import Scope
from agreements import content as contents
from agreements.enums import Party, Status
from agreements.models import Agreement, Delegation, Issue, IssueParty, Signature, YearPolicy
from agreements.parties import parties_on
from agreements.readiness import gaps
from records import files, history, uploads
from records.history import Act, Actor
from records.models import StoredFile
from records.uploads import Checked

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
    """What is known of a signing in ink: day, place, and the scanned paper with all signatures."""

    signed_on: date
    place: str
    scan: Checked


Facts = IssueFacts | InkFacts | None


@dataclass(frozen=True)
class Step:
    """One transition: who may take it, from where to where, and what it does on the way."""

    label: str
    done: str
    sources: tuple[Status, ...]
    target: Status
    permitted: Callable[[Scope, Agreement], bool]
    effect: Callable[["Context"], dict[str, Any]]
    needs_reason: bool = False
    facts: type | None = None
    explanation: str = ""
    # Whose right to the step ends with the state it leaves: a second click is late, not forbidden.
    state_first: bool = False


@dataclass
class Context:
    """The step under way: the locked agreement, who takes it, and what they gave."""

    agreement: Agreement
    scope: Scope
    actor: Actor
    facts: Facts
    reason: str
    print: "Print | None" = None
    now: Any = field(default_factory=timezone.now)
    kept: list[StoredFile] = field(default_factory=list)

    def keep(self, content: bytes, name: str, media_type: str) -> StoredFile:
        """Store a file with the step: when the step fails, its bytes go too."""
        stored = files.store(content, name, media_type, self.scope.account_id)
        self.kept.append(stored)
        return stored

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
    return permissions.may_submit(scope, agreement.unit_id, agreement.position_id, agreement.year)


def _may_withdraw(scope: Scope, agreement: Agreement) -> bool:
    """The submitter, as long as they may still submit: not who left the post since."""
    own = agreement.submitted_by_id is not None and agreement.submitted_by_id == scope.account_id
    return own and _may_submit(scope, agreement)


def _may_declare(scope: Scope, agreement: Agreement) -> bool:
    return may_check(scope, agreement, agreement.submitted_by_id, agreement.submitted_at)


def may_check(
    scope: Scope, agreement: Agreement, submitted_by: int | None, submitted_at: datetime | None
) -> bool:
    """Whether the account may decide on what was submitted of an agreement: never on its own submission."""
    tiny = YearPolicy.objects.filter(year=agreement.year, tiny_office=True).exists()
    # What one's own delegate submitted is one's own submission.
    if scope.posts:
        own = Delegation.objects.named_by(scope).behind(submitted_by, submitted_at)
        submitted_by = scope.account_id if own.exists() else submitted_by
    return permissions.may_declare_complete(scope, agreement.unit_id, agreement.year, submitted_by, tiny)


def _may_issue(scope: Scope, agreement: Agreement) -> bool:
    return permissions.may_issue(scope, agreement.unit_id, agreement.year)


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


def _declare(context: Context) -> dict[str, Any]:
    # Only the policy for tiny offices lets the submitter come here; it is marked for good.
    own = context.agreement.submitted_by_id == context.scope.account_id
    return {"oleh_pengaju": True} if own else {}


def _reopen(context: Context) -> dict[str, Any]:
    """Back to the draft while nobody has signed; what was issued stays in the archive and is void."""
    if Signature.objects.filter(issue__agreement=context.agreement).exists():
        raise TransitionError("PK ini sudah ditandatangani dan tidak dapat dibuka kembali.")
    return _clear_submission(context)


@dataclass(frozen=True)
class Print:
    """An issue made ready before the transaction: printing takes too long to hold up other writers."""

    content: contents.AgreementContent
    signing: contents.Signing
    digest: str
    code: str
    pdf: bytes


def _signing(agreement: Agreement, facts: IssueFacts) -> contents.Signing:
    """Who signs what on the document's date; raises TransitionError where somebody is missing."""
    if facts.document_date.year not in (agreement.year - 1, agreement.year):
        raise TransitionError(
            f"Tanggal dokumen harus di tahun {agreement.year - 1} atau {agreement.year}. Perbaiki tanggalnya."
        )
    parties = parties_on(agreement, facts.document_date)
    if parties.problem or parties.first is None:
        raise TransitionError(parties.problem)
    paper = facts.paper or YearPolicy.objects.get(year=agreement.year).paper
    return contents.Signing(
        first=parties.first,
        second=parties.second,
        place=facts.place,
        document_date=facts.document_date,
        document_number=facts.document_number,
        paper=paper,
    )


def _printed(agreement: Agreement, facts: IssueFacts) -> Print:
    """The paper of an issue, from the content as it stands now."""
    agreement = Agreement.objects.with_content().get(pk=agreement.pk)
    signing = _signing(agreement, facts)
    content = contents.content_of(agreement, signing)
    digest = contents.sha256(content)
    code = contents.new_code(agreement.year)
    printer = import_string(settings.AGREEMENT_PRINTER)
    pdf = printer(content, code=code, content_sha256=digest, draft=False, paper=signing.paper)
    return Print(content, signing, digest, code, pdf)


def _issue(context: Context) -> dict[str, Any]:
    """Fix parties, place, date and bytes; an earlier issue stays in the archive and is void."""
    facts = cast(IssueFacts, context.facts)
    printed = cast(Print, context.print)
    agreement = Agreement.objects.with_content().get(pk=context.agreement.pk)
    signing = _signing(agreement, facts)
    if contents.sha256(contents.content_of(agreement, signing)) != printed.digest:
        raise TransitionError(
            "Isi atau pejabat PK ini baru saja berubah. Periksa lagi, lalu terbitkan sekali lagi."
        )
    stored = context.keep(printed.pdf, f"{printed.code}.pdf", uploads.PDF)
    issue = Issue.objects.create(
        agreement=agreement,
        sequence=agreement.issues.count() + 1,
        document_number=facts.document_number,
        place=facts.place,
        document_date=facts.document_date,
        paper=signing.paper,
        code=printed.code,
        canonical=contents.canonical(printed.content),
        content_sha256=printed.digest,
        pdf=stored,
        issued_by_id=context.signed_in,
        issued_at=context.now,
    )
    for party, assignment, said in (
        (Party.FIRST, signing.first, printed.content.first),
        (Party.SECOND, signing.second, printed.content.second),
    ):
        if assignment and said:
            IssueParty.objects.create(
                issue=issue,
                party=party,
                assignment=assignment,
                name=said.name,
                title=said.title,
                rank=said.rank,
                nip=said.nip,
            )
    return {"kode": printed.code, "sha256_isi": printed.digest, "sha256_pdf": stored.sha256}


def _sign_in_ink(context: Context) -> dict[str, Any]:
    """Record that all parties signed the issued paper; the agreement it amends is superseded."""
    facts = cast(InkFacts, context.facts)
    agreement = context.agreement
    issue = agreement.issues.order_by("-sequence")[0]
    if facts.signed_on < issue.document_date or facts.signed_on > context.today:
        raise TransitionError(
            "Tanggal tanda tangan tidak boleh sebelum tanggal dokumen atau sesudah hari ini. Perbaiki tanggalnya."
        )
    scan = context.keep(facts.scan.content, facts.scan.name, facts.scan.media_type)
    for party in issue.parties.all():
        Signature.objects.create(
            issue=issue,
            party=party,
            signed_on=facts.signed_on,
            place=facts.place,
            file=scan,
            recorded_by_id=context.signed_in,
            recorded_at=context.now,
        )
    if agreement.amends_id:
        _supersede(context, agreement.amends_id)
    return {"kode": issue.code, "tanggal": str(facts.signed_on), "pindaian": scan.sha256}


def _supersede(context: Context, amended_id: int) -> None:
    """End what the agreement amends, with a line in its own history."""
    amended = Agreement.objects.select_for_update().select_related("unit").get(pk=amended_id)
    before = amended.status
    _write_status(amended, Status.SUPERSEDED)
    history.record(
        context.actor,
        Act(
            Status.SUPERSEDED.label,
            amended,
            unit=amended.unit,
            before={"status": before},
            after={
                "status": Status.SUPERSEDED.value,
                "oleh": f"{context.agreement} [{context.agreement.pk}]",
            },
        ),
    )


TRANSITIONS: dict[str, Step] = {
    "submit": Step(
        "Ajukan",
        "PK sudah diajukan dan menunggu diperiksa Bagian Organisasi.",
        (Status.DRAFT,),
        Status.SUBMITTED,
        _may_submit,
        _submit,
        explanation="Setelah diajukan, isi PK diperiksa Bagian Organisasi.",
    ),
    "withdraw": Step(
        "Tarik kembali",
        "PK ditarik kembali menjadi draf.",
        (Status.SUBMITTED,),
        Status.DRAFT,
        _may_withdraw,
        _clear_submission,
        state_first=True,
    ),
    "return": Step(
        "Minta perbaikan",
        "PK dikembalikan untuk diperbaiki.",
        (Status.SUBMITTED,),
        Status.DRAFT,
        _may_declare,
        _clear_submission,
        needs_reason=True,
    ),
    "declare": Step(
        "Nyatakan lengkap",
        "PK dinyatakan lengkap; isinya dibekukan.",
        (Status.SUBMITTED,),
        Status.READY,
        _may_declare,
        _declare,
        explanation="Setelah dinyatakan lengkap, isi PK dibekukan.",
    ),
    "reopen": Step(
        "Buka kembali",
        "PK dibuka kembali menjadi draf. Yang pernah diterbitkan, bila ada, tidak berlaku.",
        (Status.READY, Status.IN_SIGNING),
        Status.DRAFT,
        _may_issue,
        _reopen,
        needs_reason=True,
    ),
    "issue": Step(
        "Terbitkan untuk ditandatangani",
        "PK diterbitkan. Cetak, lalu tandatangani.",
        (Status.READY, Status.IN_SIGNING),
        Status.IN_SIGNING,
        _may_issue,
        _issue,
        facts=IssueFacts,
    ),
    "sign": Step(
        "Catat tanda tangan basah",
        "Tanda tangan dicatat. PK ini berlaku.",
        (Status.IN_SIGNING,),
        Status.IN_FORCE,
        _may_issue,
        _sign_in_ink,
        facts=InkFacts,
    ),
    "cancel": Step(
        "Batalkan PK ini",
        "PK dibatalkan.",
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
    context = Context(agreement, scope, actor, facts, reason.strip())
    try:
        if isinstance(facts, IssueFacts) and step.facts is IssueFacts:
            _must_be_permitted(step, agreement, scope)
            context.print = _printed(agreement, facts)
        with transaction.atomic():
            return _perform(step, context)
    except Refused:
        refuse(action, agreement, actor)
        raise
    except BaseException:
        for stored in context.kept:
            files.discard(stored)
        raise


def refuse(action: str, agreement: Agreement, actor: Actor) -> None:
    """Write down that somebody tried a step they may not take."""
    history.record(actor, Act(TRANSITIONS[action].label, agreement, unit=agreement.unit, refused=True))


def _must_be_permitted(step: Step, agreement: Agreement, scope: Scope) -> None:
    if not step.permitted(scope, agreement):
        raise Refused


def _must_be_the_moment(step: Step, agreement: Agreement) -> None:
    if agreement.status not in step.sources:
        raise TransitionError(
            f"PK ini sekarang berstatus “{agreement.get_status_display()}”. Muat ulang halaman untuk melihat yang terbaru."
        )


def _perform(step: Step, context: Context) -> Agreement:
    agreement, facts = context.agreement, context.facts
    locked = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("unit", "position__unit", "second_position")
        .get(pk=agreement.pk)
    )
    if step.state_first:
        _must_be_the_moment(step, locked)
    _must_be_permitted(step, locked, context.scope)
    _must_be_the_moment(step, locked)
    if locked.version != agreement.version:
        raise TransitionError("PK ini baru saja diubah orang lain. Periksa isinya, lalu coba lagi.")
    if step.needs_reason and len(context.reason) < SHORTEST_REASON:
        raise TransitionError(f"Isi alasan paling sedikit {SHORTEST_REASON} huruf.")
    if step.facts and not isinstance(facts, step.facts):
        raise TransitionError(f"Langkah “{step.label}” memerlukan isian yang lengkap.")
    before = locked.status
    context.agreement = locked
    details = step.effect(context)
    _write_status(locked, step.target)
    history.record(
        context.actor,
        Act(
            step.label,
            locked,
            unit=locked.unit,
            before={"status": before},
            after={"status": step.target.value, **details},
            reason=context.reason,
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
