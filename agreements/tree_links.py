"""Requests to other units to contribute to a node: states, and the one function that changes them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.permissions import Scope
from agreements.enums import LinkState, UnitKind
from agreements.models import TreeLink, TreeNode, Unit
from agreements.tree_rules import locked
from agreements.workflow import SHORTEST_REASON, Refused, TransitionError
from records import history
from records.history import Act, Actor

S = LinkState
CHANGED_MEANWHILE = "Permintaan ini baru saja diubah orang lain. Periksa isinya, lalu coba lagi."


@dataclass(frozen=True)
class Step:
    """One transition: who may take it, from where to where; `answers`: it is the asked unit's word."""

    label: str
    done: str
    sources: tuple[LinkState, ...]
    target: LinkState
    permitted: Callable[[Scope, TreeLink, int], bool]
    needs_reason: bool = False
    answers: bool = True


def shaped_unit(unit: Unit) -> int | None:
    """The unit as `permissions.may_shape_tree` asks for it: None for the region itself."""
    return None if unit.kind == UnitKind.REGION else unit.pk


def _may_answer(scope: Scope, link: TreeLink, year: int) -> bool:
    return permissions.may_shape_tree(scope, link.unit_id, year)


def _may_ask(scope: Scope, link: TreeLink, year: int) -> bool:
    return permissions.may_shape_tree(scope, shaped_unit(link.node.unit), year)


TRANSITIONS: dict[str, Step] = {
    "accept": Step("Sanggupi", "Dukungan disanggupi.", (S.PROPOSED, S.DECLINED), S.ACCEPTED, _may_answer),
    "decline": Step(
        "Tidak disanggupi",
        "Jawaban “tidak disanggupi” sudah dicatat.",
        (S.PROPOSED, S.ACCEPTED),
        S.DECLINED,
        _may_answer,
        needs_reason=True,
    ),
    "name": Step(
        "Simpan simpul yang menyumbang",
        "Simpul yang menyumbang sudah dicatat.",
        (S.ACCEPTED,),
        S.ACCEPTED,
        _may_answer,
    ),
    "ask_again": Step(
        "Minta lagi",
        "Permintaan diajukan lagi.",
        (S.DECLINED,),
        S.PROPOSED,
        _may_ask,
        needs_reason=True,
        answers=False,
    ),
}


def available(link: TreeLink, scope: Scope, year: int) -> dict[str, Step]:
    """The steps this account may take now: exactly the buttons of the page."""
    return {
        name: step
        for name, step in TRANSITIONS.items()
        if link.state in step.sources and step.permitted(scope, link, year)
    }


@dataclass(frozen=True)
class Word:
    """What somebody says with a step: why, and which node of the asked unit contributes."""

    note: str = ""
    node: TreeNode | None = None


def perform(action: str, link: TreeLink, scope: Scope, year: int, actor: Actor, word: Word) -> None:
    """Take one step with its event, or nothing.

    Args:
        link: as the person saw it; its state must still be the one in the database.

    Raises Refused (written into the history after the rollback) or TransitionError with a sentence.
    """
    step = TRANSITIONS[action]
    if not step.permitted(scope, link, year):
        history.record(actor, Act(step.label, link, link.unit, refused=True))
        raise Refused
    if link.state not in step.sources:
        raise TransitionError(f"Permintaan ini berstatus “{link.get_state_display()}”.")
    on_behalf = step.answers and permissions.answers_tree_for_another(scope, link.unit_id, year)
    note = word.note.strip()
    if (step.needs_reason or on_behalf) and len(note) < SHORTEST_REASON:
        why = f" Bapak/Ibu menjawab atas nama {link.unit}." if on_behalf else ""
        raise TransitionError(f"Isi catatan paling sedikit {SHORTEST_REASON} huruf.{why}")
    _write(step, link, actor, Word(note, word.node), on_behalf)


@transaction.atomic
def _write(step: Step, link: TreeLink, actor: Actor, word: Word, on_behalf: bool) -> None:
    seen, before = link.state, _described(link)
    link.state = step.target
    if step.answers:
        link.answering_node = word.node if step.target == S.ACCEPTED else None
        link.answered_by_id, link.answered_at = actor.account_id, timezone.now()
        link.answer_note = word.note
    else:
        link.asked_by_id, link.asked_at = actor.account_id or link.asked_by_id, timezone.now()
    columns = ("state", "answering_node", "answered_by", "answered_at", "answer_note", "asked_by", "asked_at")
    values = {name: getattr(link, name) for name in columns}
    if not TreeLink.objects.filter(pk=link.pk, state=seen).update(**values):
        raise TransitionError(CHANGED_MEANWHILE)
    after = _described(link) | ({"atas nama": str(link.unit)} if on_behalf else {})
    history.record(actor, Act(step.label, link, link.unit, before=before, after=after, reason=word.note))


def _described(link: TreeLink) -> dict[str, str]:
    node = link.answering_node
    return {"jawaban": S(link.state).label} | ({"simpul yang menyumbang": node.text} if node else {})


@transaction.atomic
def ask(node: TreeNode, unit: Unit, role: str, actor: Actor) -> TreeLink:
    """Ask the unit to contribute to the node; `actor` is a person. Raises TransitionError when it was asked already."""
    locked(node.period_id)
    if TreeLink.objects.filter(node=node, unit=unit).exists():
        raise TransitionError(f"{unit} sudah diminta mendukung simpul ini. Lihat jawabannya pada simpul.")
    link = TreeLink.objects.create(node=node, unit=unit, role=role, asked_by_id=cast(int, actor.account_id))
    said = {"unit": str(unit), "yang diharapkan": role}
    history.record(actor, Act("meminta dukungan lintas perangkat daerah", link, node.unit, after=said))
    return link


@transaction.atomic
def withdraw(link: TreeLink, actor: Actor) -> None:
    """Take the request back, whatever was answered; the history keeps it."""
    said = {"unit": str(link.unit), "yang diharapkan": link.role, **_described(link)}
    history.record(actor, Act("menarik permintaan dukungan", link, link.node.unit, before=said))
    link.delete()
