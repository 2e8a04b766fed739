"""Corrections by the source after a fact is final: recorded by the unit, decided by a verifier.

The fact itself stays as it was; the latest verified correction is what others count with
(`Realisation.revision`). The only writer of `SourceRevision.status`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from accounts import permissions
from evaluations import checks
from evaluations.calendar import Windows
from evaluations.changes import described_values
from evaluations.enums import RealisationStatus, RevisionStatus, SourceStatus, ValueState
from evaluations.models import VALUE_COLUMNS, Realisation, SourceRevision
from evaluations.workflow import Refused, TransitionError, Who, tiny_offices
from perjanjian.numerals import format_date
from records import history
from records.history import Act

S = RevisionStatus
RECORDED = "mencatat revisi sumber"
ONE_WAITS = "Masih ada revisi yang menunggu putusan verifikator. Tunggu putusannya, lalu catat yang baru."
DECIDED_MEANWHILE = "Revisi ini sudah diputuskan. Muat ulang halaman untuk melihat putusannya."


@dataclass(frozen=True)
class Step:
    """One decision: who may take it, and what it leaves the revision as."""

    label: str
    deed: str
    sources: tuple[RevisionStatus, ...]
    target: RevisionStatus
    permitted: Callable[[Who, SourceRevision, bool], bool]
    needs_reason: bool = False


def _may_decide(who: Who, revision: SourceRevision, tiny: bool) -> bool:
    fact = revision.realisation
    return permissions.may_verify(
        who.scope, fact.indicator.unit_id, fact.period.year, revision.submitted_by_id, tiny
    )


TRANSITIONS: dict[str, Step] = {
    "accept": Step("Terima revisi", "menerima revisi sumber", (S.SUBMITTED,), S.VERIFIED, _may_decide),
    "refuse": Step(
        "Jangan terima",
        "tidak menerima revisi sumber",
        (S.SUBMITTED,),
        S.REFUSED,
        _may_decide,
        needs_reason=True,
    ),
}


def available(revision: SourceRevision, who: Who, tiny_office: bool = False) -> dict[str, Step]:
    """The decisions this account may take on a revision: exactly the buttons of the page."""
    return {
        name: step
        for name, step in TRANSITIONS.items()
        if revision.status in step.sources and step.permitted(who, revision, tiny_office)
    }


# --- recording --------------------------------------------------------------------------------


def may_record(who: Who, fact: Realisation) -> bool:
    return permissions.may_enter(who.scope, fact.indicator.unit_id, fact.period.year)


def obstacle(fact: Realisation, windows: Windows) -> str:
    """Why the fact takes no correction by its source now; empty when it does."""
    settled = fact.status == RealisationStatus.FINAL or (
        fact.status == RealisationStatus.VERIFIED and not windows.is_open(fact.period, fact.indicator.unit_id)
    )
    if not settled:
        return "Nilai ini belum final. Ubah nilainya sendiri selama periodenya masih dibuka."
    if fact.state != ValueState.MEASURED:
        return "Nilai ini tidak berupa angka, jadi tidak ada yang direvisi sumber."
    return ""


def record(
    fact: Realisation, values: Mapping[str, Any], who: Who, also: Callable[[Realisation], list[Act]]
) -> SourceRevision:
    """Record what the source announced, to be decided by a verifier, with its events; or nothing of it.

    Args:
        fact: a settled fact with its indicator and period.
        values: `announced_on`, `source`, `reason`, and the new figures by VALUE_COLUMNS.
        who: who records; never the one who decides.
        also: what else belongs to the act: evidence; returns its events.

    Raises:
        Refused: the account may not; written into the history after the rollback.
        TransitionError: a bad moment or a figure that cannot be, as a sentence.
    """
    if not may_record(who, fact):
        act = Act(RECORDED, fact, unit=fact.indicator.unit, refused=True)
        history.record(who.actor, act)
        raise Refused(act)
    if who.scope.account_id is None:
        raise ValueError("a revision is recorded by a person")
    closed = obstacle(fact, Windows.on(who.day, [fact.period]))
    found = [closed] if closed else list(problems(fact, values, who.day).values())
    if found:
        raise TransitionError(" ".join(found))
    revision = SourceRevision(
        realisation=fact, submitted_by_id=who.scope.account_id, submitted_at=who.now, **values
    )
    try:
        with transaction.atomic():
            revision.save(force_insert=True)
            history.record_all(who.actor, [_act(RECORDED, revision), *also(fact)])
    except IntegrityError as error:
        # Another one waits already: at most one may, by a constraint.
        raise TransitionError(ONE_WAITS) from error
    return revision


def problems(fact: Realisation, values: Mapping[str, Any], day: date) -> dict[str, str]:
    """What keeps a correction from being recorded, by the field to mend."""
    figures = {column: values.get(column) for column in VALUE_COLUMNS}
    found = checks.figure_problems(fact.indicator, figures)
    if not checks.is_complete(fact.indicator, figures):
        return found | {checks.figure_columns(fact.indicator)[0]: "Isi nilai menurut revisi sumber."}
    counted = fact.revision
    earliest = max(fact.period.starts, counted.announced_on) if counted else fact.period.starts
    if values["announced_on"] > day:
        found["announced_on"] = "Tanggal pengumumannya belum tiba."
    elif values["announced_on"] < earliest:
        found["announced_on"] = f"Isi {format_date(earliest)} atau sesudahnya."
    known = counted.values() if counted else fact.values(settled_set(fact))
    confirms = not counted and fact.source_status != SourceStatus.FINAL
    if figures == known and not confirms:
        found[checks.figure_columns(fact.indicator)[0]] = "Nilai ini sama dengan yang sekarang dihitung."
    return found


def settled_set(fact: Realisation) -> str:
    """Which set of values a settled fact counted with before any correction."""
    return "final" if fact.status == RealisationStatus.FINAL else "verified"


# --- deciding ---------------------------------------------------------------------------------


def decide(action: str, revision: SourceRevision, who: Who, reason: str = "") -> SourceRevision:
    """Accept or refuse a waiting revision, with its event.

    Raises:
        Refused: the account may not, or recorded it itself; written into the history after the rollback.
        TransitionError: decided already, or the reason is missing.
    """
    step = TRANSITIONS[action]
    try:
        with transaction.atomic():
            return _decided(step, revision, who, reason.strip())
    except Refused as refusal:
        history.record(who.actor, refusal.act)
        raise


def _decided(step: Step, seen: SourceRevision, who: Who, reason: str) -> SourceRevision:
    revision = SourceRevision.objects.locked(seen.pk)
    fact = revision.realisation
    if not step.permitted(who, revision, bool(tiny_offices([fact.period.year]))):
        raise Refused(Act(step.deed, fact, unit=fact.indicator.unit, refused=True))
    if step.needs_reason and len(reason) < checks.SHORTEST_REASON:
        raise TransitionError(f"Isi alasan paling sedikit {checks.SHORTEST_REASON} huruf.")
    revision.status, revision.decision_reason = step.target, reason if step.needs_reason else ""
    revision.decided_by_id, revision.decided_at = who.scope.account_id, who.now
    written = SourceRevision.objects.filter(pk=seen.pk, status__in=step.sources).update(
        status=revision.status,
        decision_reason=revision.decision_reason,
        decided_by=revision.decided_by_id,
        decided_at=revision.decided_at,
    )
    if not written:
        raise TransitionError(DECIDED_MEANWHILE)
    history.record(who.actor, _act(step.deed, revision, reason))
    return revision


def _act(deed: str, revision: SourceRevision, reason: str = "") -> Act:
    """The line in the history of the fact: what the source says, and in what state the revision is."""
    fact = revision.realisation
    after = {
        "status revisi": revision.get_status_display(),
        "diumumkan": format_date(revision.announced_on),
        "sumber": revision.source,
        "penjelasan": revision.reason,
    }
    before = described_values(fact.values(settled_set(fact)))
    return Act(deed, fact, fact.indicator.unit, before, after | described_values(revision.values()), reason)
