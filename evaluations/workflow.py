"""States of a realisation and the one function that changes them.

Pages ask `TRANSITIONS` for their buttons, so what is shown and what is allowed cannot drift. Every
write is by version, in one statement for all rows of an act, with its events last. What a unit types
is saved by `evaluations.filling`, with the same steps.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.permissions import Scope
from agreements.models import YearPolicy
from evaluations.calendar import Windows
from evaluations.changes import act_of, changed_columns, described, snapshot
from evaluations.checks import SHORTEST_REASON, figure_problems, has_figure, is_filled, problems
from evaluations.enums import RealisationStatus, ValueState
from evaluations.models import VALUE_COLUMNS, Realisation, SourceRevision
from records import history
from records.history import SYSTEM, Act, Actor

S = RealisationStatus
# What the unit itself may type into.
EDITABLE = (S.DRAFT, S.RETURNED)
CHANGED_MEANWHILE = "Nilai ini baru saja diubah orang lain. Periksa nilainya yang terbaru, lalu coba lagi."


class TransitionError(Exception):
    """A step at a bad moment, or with something missing; the sentence is for the person who tried."""


class Refused(Exception):
    """A step this account may not take; it is written into the history."""

    def __init__(self, act: Act) -> None:
        super().__init__("Akun ini tidak berwenang melakukan langkah itu.")
        self.act = act


@dataclass(frozen=True)
class Who:
    """Who acts, and when, by the server's clock in the region's time."""

    scope: Scope
    actor: Actor
    now: datetime = field(default_factory=timezone.now)

    @property
    def day(self) -> date:
        return timezone.localdate(self.now)


@dataclass(frozen=True)
class Step:
    """One transition: who may take it, from where to where, and what it writes.

    `deed` is its line in the history. `timed` steps need an open period, or a fact that stays open
    past the lock.
    """

    label: str
    deed: str
    sources: tuple[RealisationStatus, ...]
    target: RealisationStatus
    permitted: Callable[[Who, Realisation, bool], bool]
    effect: Callable[["Taken"], None]
    needs_reason: bool = False
    timed: bool = True
    condition: Callable[[Realisation], bool] = lambda row: True


@dataclass(frozen=True)
class Taken:
    """A step under way on one locked row."""

    row: Realisation
    who: Who
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    previous: Mapping[int, Realisation] = field(default_factory=dict)


# --- who may ----------------------------------------------------------------------------------


def _may_enter(who: Who, row: Realisation, tiny: bool) -> bool:
    return permissions.may_enter(who.scope, row.indicator.unit_id, row.period.year)


def _may_verify(who: Who, row: Realisation, tiny: bool) -> bool:
    return permissions.may_verify(
        who.scope, row.indicator.unit_id, row.period.year, row.submitted_by_id, tiny
    )


def _is_the_system(who: Who, row: Realisation, tiny: bool) -> bool:
    return who.actor == SYSTEM


# --- what a step writes -----------------------------------------------------------------------


def _submit(taken: Taken) -> None:
    row = taken.row
    if not is_filled(row):
        raise TransitionError(f"{row.indicator}: isi nilainya dulu.")
    found = problems(row, taken.previous.get(row.indicator_id))
    if found:
        raise TransitionError(f"{row.indicator}: {' '.join(found.values())}")
    row.submitted_by_id, row.submitted_at = taken.who.scope.account_id, taken.who.now
    row.return_reason = ""


def _verify(taken: Taken) -> None:
    taken.row.copy_values("claimed", "verified")
    _stamp(taken)


def _correct(taken: Taken) -> None:
    """Other values than the claimed ones, which stay as they are."""
    row = taken.row
    if row.state != ValueState.MEASURED:
        raise TransitionError("Nilai ini tidak berupa angka. Minta perbaikan kepada pengisinya.")
    for column in VALUE_COLUMNS:
        setattr(row, f"verified_{column}", taken.values.get(column))
    if not has_figure(row, "verified"):
        raise TransitionError("Isi nilai koreksinya.")
    if row.values("verified") == row.values("claimed"):
        raise TransitionError("Nilai koreksi sama dengan nilai menurut PD. Pilih “Terima” bila sudah benar.")
    found = figure_problems(row.indicator, row.values("verified"))
    if found:
        raise TransitionError(" ".join(found.values()))
    row.correction_reason = taken.reason
    _stamp(taken)


def _stamp(taken: Taken) -> None:
    row, account = taken.row, taken.who.scope.account_id
    row.verified_by_id, row.verified_at = account, taken.who.now
    row.verified_own = row.submitted_by_id == account


def _return(taken: Taken) -> None:
    taken.row.return_reason = taken.reason


def _finalise(taken: Taken) -> None:
    taken.row.copy_values("verified", "final")


def _withdraw(taken: Taken) -> None:
    """Forget the submission; but not of a figure that came past the lock: it is what keeps the row open."""
    row = taken.row
    if row.expected_on is None:
        row.submitted_by_id = row.submitted_at = None


def _forget_verification(taken: Taken) -> None:
    row = taken.row
    row.verified_by_id = row.verified_at = None
    row.verified_own, row.correction_reason = False, ""
    for column in VALUE_COLUMNS:
        setattr(row, f"verified_{column}", None)


def is_not_published(row: Realisation) -> bool:
    return row.state == ValueState.NOT_PUBLISHED


def _holds_more_than_an_announcement(row: Realisation) -> bool:
    """What was only reported as not yet published can be typed over without a step."""
    return not is_not_published(row)


TRANSITIONS: dict[str, Step] = {
    "submit": Step("Ajukan", "mengajukan realisasi", EDITABLE, S.SUBMITTED, _may_enter, _submit),
    "withdraw": Step(
        "Tarik kembali",
        "menarik kembali realisasi",
        (S.SUBMITTED,),
        S.DRAFT,
        _may_enter,
        _withdraw,
        condition=_holds_more_than_an_announcement,
    ),
    "verify": Step("Terima", "memverifikasi realisasi", (S.SUBMITTED,), S.VERIFIED, _may_verify, _verify),
    "correct": Step(
        "Koreksi nilai",
        "mengoreksi realisasi",
        (S.SUBMITTED,),
        S.VERIFIED,
        _may_verify,
        _correct,
        needs_reason=True,
    ),
    "return": Step(
        "Minta perbaikan",
        "meminta perbaikan realisasi",
        (S.SUBMITTED,),
        S.RETURNED,
        _may_verify,
        _return,
        needs_reason=True,
    ),
    "unverify": Step(
        "Batalkan verifikasi",
        "membatalkan verifikasi realisasi",
        (S.VERIFIED,),
        S.SUBMITTED,
        _may_verify,
        _forget_verification,
        needs_reason=True,
    ),
    "release": Step(
        "Isi data yang sudah rilis",
        "mengisi data yang sudah rilis",
        (S.SUBMITTED, S.VERIFIED),
        S.DRAFT,
        _may_enter,
        _forget_verification,
        condition=is_not_published,
    ),
    "finalise": Step(
        "Tetapkan final",
        "menetapkan realisasi final",
        (S.VERIFIED,),
        S.FINAL,
        _is_the_system,
        _finalise,
        timed=False,
        condition=_holds_more_than_an_announcement,
    ),
}


def available(row: Realisation, who: Who, windows: Windows, tiny_office: bool = False) -> dict[str, Step]:
    """The steps this account may take now: exactly the buttons of the page."""
    return {
        name: step
        for name, step in TRANSITIONS.items()
        if row.status in step.sources
        and step.condition(row)
        and step.permitted(who, row, tiny_office)
        and not (step.timed and obstacle(row, windows))
    }


# --- moments ----------------------------------------------------------------------------------


def stays_open(row: Realisation) -> bool:
    """Whether the fact was reported as not yet published: it may be filled past the lock.

    Not where the report itself was returned: what the verifier did not accept opens nothing.
    """
    returned = row.status == S.RETURNED and is_not_published(row)
    return row.submitted_at is not None and row.expected_on is not None and not returned


def obstacle(row: Realisation, windows: Windows) -> str:
    """Why nothing can be done with the row now; empty when it can."""
    if stays_open(row):
        return ""
    return windows.obstacle(row.period, row.indicator.unit_id)


# --- performing -------------------------------------------------------------------------------


def perform(
    action: str,
    row: Realisation,
    who: Who,
    *,
    values: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Realisation:
    """Take one step on one realisation; see `perform_all`."""
    return perform_all(action, [row], who, values=values, reason=reason)[0]


def perform_all(
    action: str,
    rows: Sequence[Realisation],
    who: Who,
    *,
    values: Mapping[str, Any] | None = None,
    reason: str = "",
) -> list[Realisation]:
    """Take one step on several realisations: all of them, with their events, or none.

    Args:
        action: a key of TRANSITIONS.
        rows: as the person saw them; their versions must still be those in the database.
        who: account, history line and moment; asked again here.
        values: for a correction, the verified values by column (value, numerator, …).
        reason: required where the step says so.

    Raises:
        Refused: the account may not; written into the history after the rollback.
        TransitionError: a bad moment or something missing, as a sentence.
    """
    step = TRANSITIONS[action]
    try:
        with transaction.atomic():
            return _performed(step, rows, who, values or {}, reason.strip())
    except Refused as refusal:
        history.record(who.actor, refusal.act)
        raise


def _performed(
    step: Step, seen: Sequence[Realisation], who: Who, values: Mapping[str, Any], reason: str
) -> list[Realisation]:
    versions = {row.pk: row.version for row in seen}
    rows = list(Realisation.objects.locked(versions))
    if len(rows) != len(versions) or any(row.version != versions[row.pk] for row in rows):
        raise TransitionError(CHANGED_MEANWHILE)
    if step.needs_reason and len(reason) < SHORTEST_REASON:
        raise TransitionError(f"Isi alasan paling sedikit {SHORTEST_REASON} huruf.")
    windows = Windows.on(who.day, {row.period for row in rows})
    tiny = tiny_offices({row.period.year for row in rows})
    previous = previous_of(rows) if step.effect is _submit else {}
    before = [(described(row), snapshot(row)) for row in rows]
    for row in rows:
        take(step, Taken(row, who, values, reason, previous), windows, row.period.year in tiny)
    write([(old, row) for (_, old), row in zip(before, rows, strict=True)])
    acts = [act_of(step.deed, row, told, reason) for (told, _), row in zip(before, rows, strict=True)]
    history.record_all(who.actor, acts)
    return rows


def take(step: Step, taken: Taken, windows: Windows, tiny_office: bool = False) -> None:
    """One step on one locked row, in memory; the caller writes it."""
    row, who = taken.row, taken.who
    if not step.permitted(who, row, tiny_office):
        raise Refused(Act(step.deed, row, unit=row.indicator.unit, refused=True))
    if row.status not in step.sources or not step.condition(row):
        raise TransitionError(
            f"{row.indicator}: sekarang berstatus “{row.get_status_display()}”. Muat ulang halaman untuk "
            "melihat yang terbaru."
        )
    closed = obstacle(row, windows) if step.timed else ""
    if closed:
        raise TransitionError(closed)
    step.effect(taken)
    row.status = step.target
    touch(row, who)


def touch(row: Realisation, who: Who) -> None:
    row.changed_by_id, row.changed_at = who.scope.account_id, who.now


def write(rows: Sequence[tuple[Mapping[str, Any], Realisation]]) -> None:
    """Write locked rows beside their snapshots in one statement, each only at the version it was read."""
    versions = [(row.pk, row.version) for _, row in rows]
    for _, row in rows:
        row.version += 1
    written = Realisation.objects.at_versions(versions).bulk_update(
        [row for _, row in rows], changed_columns(rows)
    )
    if written != len(rows):
        raise TransitionError(CHANGED_MEANWHILE)


def tiny_offices(years: Iterable[int]) -> frozenset[int]:
    """The years whose policy lets the submitter verify, visibly."""
    return frozenset(
        YearPolicy.objects.filter(year__in=years, tiny_office=True).values_list("year", flat=True)
    )


def previous_of(rows: Iterable[Realisation]) -> dict[int, Realisation]:
    """The reported fact of the last period before, in the same year, by indicator."""
    found = list(Realisation.objects.reported_before(rows))
    SourceRevision.objects.attach(found)
    return {row.indicator_id: row for row in found}
