"""Writes the history: one event per act, chained by hash, last in the transaction of the change."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from records.models import ChainHead, Event


@dataclass(frozen=True)
class Actor:
    """Who acts: the account (None for the system itself), its name, in what capacity, from where."""

    account_id: int | None
    name: str
    capacity: str = ""
    address: str = ""


SYSTEM = Actor(None, "Sistem")


@dataclass(frozen=True)
class Act:
    """What was done, to be written as one event."""

    action: str
    subject: models.Model
    unit: models.Model | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    refused: bool = False


def canonical(values: Mapping[str, Any]) -> str:
    """Values as text that is the same on every database and every day: sorted keys, no spaces."""
    if not values:
        return ""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _text(event: Event) -> str:
    names = [f.attname for f in Event._meta.concrete_fields if f.name != "hash"]
    values = {name: getattr(event, name) for name in names}
    values["at"] = event.at.astimezone(timezone.get_fixed_timezone(0)).isoformat(timespec="microseconds")
    return canonical(values)


def digest(event: Event) -> str:
    """The hash an event must carry."""
    return hashlib.sha256(_text(event).encode()).hexdigest()


def record(actor: Actor, act: Act) -> Event:
    """Append one event. Call it inside the transaction of the change, after everything else."""
    return record_all(actor, [act])[0]


def record_all(actor: Actor, acts: Sequence[Act]) -> list[Event]:
    """Append several events of one person in one statement; their order is kept."""
    if not acts:
        return []
    with transaction.atomic():
        head = _locked_head()
        now = timezone.now()
        events = []
        for act in acts:
            event = Event(
                number=head.number + 1,
                at=now,
                actor_id=actor.account_id,
                actor_name=actor.name[:200],
                capacity=actor.capacity[:120],
                unit_id_text=str(act.unit.pk) if act.unit else "",
                unit_name=str(act.unit)[:255] if act.unit else "",
                action=act.action,
                subject_type=act.subject._meta.label_lower,
                subject_id=str(act.subject.pk),
                subject=str(act.subject)[:300],
                before=canonical(act.before),
                after=canonical(act.after),
                reason=act.reason,
                refused=act.refused,
                address=actor.address[:45],
                previous_hash=head.hash,
            )
            event.hash = digest(event)
            head.number, head.hash = event.number, event.hash
            events.append(event)
        Event.objects.bulk_create(events)
        head.save(update_fields=["number", "hash"])
    return events


def _locked_head() -> ChainHead:
    head = ChainHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        ChainHead.objects.bulk_create([ChainHead(pk=1)], ignore_conflicts=True)
        head = ChainHead.objects.select_for_update().get(pk=1)
    return head


def history_of(subject: models.Model) -> models.QuerySet[Event]:
    """The events of one object, newest first."""
    return Event.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).order_by(
        "-number"
    )


def history_of_all(subjects: Collection[models.Model]) -> models.QuerySet[Event]:
    """The events of several objects of one kind, newest first."""
    kinds = {subject._meta.label_lower for subject in subjects}
    keys = [str(subject.pk) for subject in subjects]
    return Event.objects.filter(subject_type__in=kinds, subject_id__in=keys).order_by("-number")


def acts_on(model: type[models.Model], pks: Iterable[int], actions: Iterable[str]) -> models.QuerySet[Event]:
    """The events of some acts on several objects that were not refused, oldest first."""
    return Event.objects.filter(
        subject_type=model._meta.label_lower,
        subject_id__in=[str(pk) for pk in pks],
        action__in=list(actions),
        refused=False,
    ).order_by("number")


def latest(subject: models.Model, action: str) -> Event | None:
    """The latest event of an act on an object that was not refused."""
    return history_of(subject).filter(action=action, refused=False).first()


def latest_number() -> int:
    """The number of the last event: the same as before when nothing was done since."""
    return ChainHead.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def began() -> date | None:
    """The day of the first event; None while there is none."""
    first = Event.objects.order_by("number").values_list("at", flat=True).first()
    return timezone.localdate(first) if first else None


def first_broken_link() -> int | None:
    """The number of the first event whose text, hash or place in the chain is wrong; None when all hold.

    A cut tail is found too: the head knows the last number. Events without a head are a broken chain.
    """
    previous, number = "0" * 64, 0
    for event in Event.objects.order_by("number").iterator(chunk_size=1000):
        number += 1
        if event.number != number or event.previous_hash != previous or event.hash != digest(event):
            return number
        previous = event.hash
    head = ChainHead.objects.filter(pk=1).first() or ChainHead()
    if (head.number, head.hash) != (number, previous):
        return number + 1
    return None
