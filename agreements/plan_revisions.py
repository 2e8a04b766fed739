"""What a revision of a plan makes of its objectives: ends them, or takes that back."""

from django.db import transaction

from agreements.models import Objective, PlanRevision
from records.history import Act, Actor, record

ENDED = "mengakhiri tujuan/sasaran dengan perubahan rencana"
RESTORED = "membatalkan pengakhiran tujuan/sasaran"
REPLACED = "mengganti tujuan/sasaran dengan perubahan rencana"


class RevisionError(Exception):
    """What a revision cannot do, in a sentence."""


def refuse_unless_open(revision: PlanRevision, objective: Objective) -> None:
    """Raise RevisionError unless the revision can end the objective: of its period, begun before it, standing."""
    if objective.period_id != revision.period_id:
        raise RevisionError(f"“{objective}” bukan bagian dari {revision.period}.")
    if objective.last_year is not None:
        raise RevisionError(f"“{objective}” sudah berakhir {objective.last_year}.")
    if objective.first_year is not None and objective.first_year >= revision.first_year:
        raise RevisionError(
            f"“{objective}” baru berlaku mulai {objective.first_year}, jadi tidak ada tahun sebelumnya yang perlu "
            "dipertahankan. Ubah langsung rumusannya."
        )


@transaction.atomic
def end(revision: PlanRevision, pk: int, actor: Actor) -> Objective:
    """The objective does not stand any more from the revision's first year on. Raises RevisionError."""
    objective = _locked(pk)
    refuse_unless_open(revision, objective)
    objective.last_year, objective.ended_by = revision.first_year - 1, revision
    objective.save(update_fields=["last_year", "ended_by"])
    after = {"berlaku sampai tahun": objective.last_year, "perubahan": str(revision)}
    record(actor, Act(ENDED, objective, objective.unit, after=after, reason=revision.reason))
    return objective


@transaction.atomic
def restore(revision: PlanRevision, pk: int, actor: Actor) -> Objective:
    """Take back that the revision ended an objective, and with it what it put in its place.

    Raises RevisionError when something rests on the successor already.
    """
    objective = _locked(pk)
    if objective.ended_by_id != revision.pk:
        raise RevisionError(f"“{objective}” tidak diakhiri oleh {revision}.")
    before = {"berlaku sampai tahun": objective.last_year, "perubahan": str(revision)}
    for successor in objective.successors.all():
        _refuse_unless_bare(successor)
        before["diganti dengan"] = successor.text
        successor.delete()
    _refuse_code_of_another(objective)
    objective.last_year = objective.ended_by = None
    objective.save(update_fields=["last_year", "ended_by"])
    record(actor, Act(RESTORED, objective, objective.unit, before=before))
    return objective


def _refuse_unless_bare(successor: Objective) -> None:
    """Raise RevisionError where something rests on what took an objective's place."""
    if following := successor.successors.first():
        raise RevisionError(
            f"“{successor}” sendiri sudah diganti oleh “{following}”. Batalkan dahulu penggantian itu."
        )
    resting = (successor.indicators, successor.children, successor.promises, successor.tree_nodes)
    if any(rows.exists() for rows in resting):
        raise RevisionError(
            f"“{successor}” sudah punya indikator, pendukung, simpul pohon kinerja, atau PK. "
            "Pindahkan dahulu, lalu ulangi."
        )


def _refuse_code_of_another(objective: Objective) -> None:
    """A code may be used again once its objective has ended; then it cannot come back with it."""
    rows = Objective.objects.filter(
        period=objective.period_id, unit=objective.unit_id, code=objective.code, last_year=None
    )
    other = rows.exclude(pk=objective.pk).first() if objective.code else None
    if other:
        raise RevisionError(
            f"Kode {objective.code} sudah dipakai “{other}”. Ganti kode salah satunya, lalu ulangi."
        )


def _locked(pk: int) -> Objective:
    rows = Objective.objects.select_related("unit", "period").select_for_update(of=("self",))
    return rows.get(pk=pk)
