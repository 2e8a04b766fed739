"""What is done to accounts: linking them to officials, closing, one-time links, releasing a lock."""

from django.db import transaction

from accounts import locks, tokens
from accounts.models import User
from accounts.permissions import Capability
from agreements.middleware import actor_of
from agreements.models import Official
from records.history import Act, record


def _actor(request):
    return actor_of(request, request.scope.capacity(Capability.ACCOUNTS))


@transaction.atomic
def link_official(request, account: User, official: Official | None) -> None:
    """Let the account act for the posts of this official (None: for nobody's)."""
    before = Official.objects.filter(account=account).first()
    if before == official:
        return
    Official.objects.filter(account=account).update(account=None)
    if official:
        # Who got an account of their own meanwhile keeps it.
        Official.objects.filter(pk=official.pk, account=None).update(account=account)
    sides = ({"pejabat": str(side or "")} for side in (before, official))
    record(
        _actor(request), Act("menautkan akun dengan pejabat", account, before=next(sides), after=next(sides))
    )


@transaction.atomic
def set_active(request, account: User, active: bool) -> None:
    """Close or reopen. A closed account's sessions end with its next page, its link works no more."""
    User.objects.filter(pk=account.pk).update(is_active=active)
    record(_actor(request), Act("membuka kembali akun" if active else "menutup akun", account))


@transaction.atomic
def hand_out_link(request, account: User) -> tokens.Link:
    """A new one-time link; the token itself goes into no record."""
    link = tokens.new_link(account)
    after = {"berlaku sampai": link.expires.isoformat(timespec="minutes")}
    record(_actor(request), Act("membuat tautan sekali pakai", account, after=after))
    return link


@transaction.atomic
def release_lock(request, account: User) -> None:
    locks.release(account)
    record(_actor(request), Act("membuka kunci akun", account))
