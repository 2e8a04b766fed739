"""States of an import and the one function that changes them; as `agreements.workflow` does for agreements.

Steps without a button are taken by the application when its work is done or came to nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.permissions import Scope
from agreements.enums import ImportState
from agreements.imports import spec
from agreements.models import ImportRun
from agreements.workflow import Refused, TransitionError
from records.enums import JobState

S = ImportState
CHANGED_MEANWHILE = (
    "Impor ini baru saja diubah dari jendela lain. Muat ulang halaman untuk melihat yang terbaru."
)
UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True)
class Step:
    """One transition: who may take it, from where to where."""

    label: str
    sources: tuple[ImportState, ...]
    target: ImportState
    permitted: Callable[[Scope, ImportRun], bool]
    needs_reason: bool = False


def may_import(scope: Scope, run: ImportRun) -> bool:
    """Who may import the subject of the run; the same people see it."""
    subject = spec.subject(run.subject)
    return subject is not None and subject.permitted(scope, run.year)


def by_itself(scope: Scope, run: ImportRun) -> bool:
    """A step only the application takes."""
    return False


TRANSITIONS: dict[str, Step] = {
    "match": Step("Cocokkan kolom", (S.UPLOADED, S.EXAMINED), S.UPLOADED, may_import),
    "examine": Step("Periksa berkas", (S.UPLOADED, S.EXAMINED), S.EXAMINING, may_import),
    "examined": Step("–", (S.EXAMINING,), S.EXAMINED, by_itself),
    "apply": Step("Terapkan", (S.EXAMINED,), S.APPLYING, may_import),
    "applied": Step("–", (S.APPLYING,), S.APPLIED, by_itself),
    "forget": Step("–", (S.UPLOADED, S.EXAMINED), S.UPLOADED, by_itself),
    "give_up": Step("–", (S.EXAMINING, S.APPLYING), S.UPLOADED, by_itself),
    "undo": Step("Batalkan impor ini", (S.APPLIED,), S.UNDONE, may_import),
    "discard": Step("Buang berkas ini", (S.UPLOADED, S.EXAMINED), S.DISCARDED, may_import),
}


def available(run: ImportRun, scope: Scope) -> dict[str, Step]:
    """The steps this account may take now: exactly the buttons of the page."""
    return {
        name: step
        for name, step in TRANSITIONS.items()
        if run.state in step.sources and step.permitted(scope, run)
    }


def perform(action: str, run: ImportRun, scope: Scope, **values: Any) -> ImportRun:
    """Take a step a person asked for.

    Raises:
        Refused: the account may not.
        TransitionError: a bad moment, as a sentence.
    """
    if not TRANSITIONS[action].permitted(scope, run):
        raise Refused
    return move(action, run, **values)


def move(action: str, run: ImportRun, **values: Any) -> ImportRun:
    """Write the new state and what goes with it, unless the run is no longer as it was read.

    The only writer of ImportRun.state: by version, so that two tabs or two workers never do it twice.
    """
    step = TRANSITIONS[action]
    if run.state not in step.sources:
        raise TransitionError(
            f"Impor ini sekarang “{ImportState(run.state).label}”. Muat ulang halaman untuk melihat yang terbaru."
        )
    values |= {"state": step.target, "version": run.version + 1}
    if not ImportRun.objects.filter(pk=run.pk, version=run.version, state=run.state).update(**values):
        raise TransitionError(CHANGED_MEANWHILE)
    for name, value in values.items():
        setattr(run, name, value)
    return run


def is_stuck(run: ImportRun) -> bool:
    """Whether its work ended without a result: the job failed, or the process that did it is gone."""
    at_work = run.state in (S.EXAMINING, S.APPLYING)
    return at_work and (run.job is None or run.job.state not in UNDER_WAY)


__all__ = ["TRANSITIONS", "Refused", "Step", "TransitionError", "available", "is_stuck", "move", "perform"]
