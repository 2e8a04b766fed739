"""What a step of an agreement is made of: its table row, what is given with it, and the step under way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.permissions import Scope
from agreements import content as contents
from agreements.enums import Status
from agreements.models import Agreement
from records import files
from records.history import Actor
from records.models import StoredFile
from records.uploads import Checked


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


@dataclass(frozen=True)
class RecordFacts:
    """A paper signed before the application was used: its days, place and number, and its scan as a PDF."""

    signed_on: date
    document_date: date
    place: str
    scan: Checked
    document_number: str = ""


Facts = IssueFacts | InkFacts | RecordFacts | None


@dataclass(frozen=True)
class Print:
    """An issue made ready before the transaction: printing takes too long to hold up other writers."""

    content: contents.AgreementContent
    signing: contents.Signing
    digest: str
    code: str
    pdf: bytes = b""

    @property
    def for_printer(self) -> dict[str, Any]:
        """What the printer is told besides the content."""
        return {
            "code": self.code,
            "content_sha256": self.digest,
            "draft": False,
            "paper": self.signing.paper,
        }


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
    print: Print | None = None
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
