"""Delegates: who may be named, naming one, ending a delegation early."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from agreements.changes import described
from agreements.middleware import actor_of
from agreements.models import Assignment, Delegation, Membership, Position
from agreements.scope import UnitTree
from records.history import Act, record

SAID = ("position", "account", "starts", "ends", "reason")


def candidates(scope, positions) -> QuerySet[User]:
    """Active accounts with a role or a post today in the units of the positions or below.

    Neither one's own nor a guest's: an evaluator from outside acts for nobody here.
    """
    day = timezone.localdate()
    units = UnitTree().below(position.unit_id for position in positions)
    roles = (
        Membership.objects.on(day).filter(account=OuterRef("pk"), units__in=units).exclude(role=Role.GUEST)
    )
    posts = Assignment.objects.on(day).filter(official__account=OuterRef("pk"), position__unit_id__in=units)
    found = User.objects.filter(Exists(roles) | Exists(posts), is_active=True)
    return found.exclude(pk=scope.account_id)


def _record(request, action: str, delegation: Delegation, **sides) -> None:
    position = delegation.position
    actor = actor_of(request, request.scope.post_titles.get(position.pk, ""))
    record(actor, Act(action, delegation, unit=position.unit, **sides))


@transaction.atomic
def name(request, delegation: Delegation) -> None:
    """Save a new delegation; ValidationError when somebody just named the same delegate."""
    # Who names for the same position at the same moment waits here, so that none is named twice.
    Position.objects.select_for_update().get(pk=delegation.position_id)
    delegation.clean()
    delegation.save()
    _record(request, "menunjuk penerima delegasi", delegation, after=described(delegation, SAID))


@transaction.atomic
def end(request, delegation: Delegation) -> None:
    """End a delegation now, before its last day."""
    locked = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if locked.ended_at or locked.ends < timezone.localdate():
        raise ValidationError("Pendelegasian ini sudah berakhir.")
    locked.ended_at = timezone.now()
    locked.save(update_fields=["ended_at"])
    _record(request, "mengakhiri pendelegasian", locked, before=described(locked, SAID))
