"""The lock after too many wrong passwords.

Counted twice: for an account from one address, strictly, and for an account from anywhere, generously;
so who types wrong passwords from afar cannot keep the owner out with a handful of them. It belongs to
the account, whichever of its names was typed.
"""

import time
from uuid import uuid4

from allauth.core.internal.ratelimit import (
    Rate,
    RateLimitUsage,
    apply_rate,
    consume,
    get_cache_key,
    get_ip,
    get_rates,
)
from django.core.cache import cache

from accounts.backends import account_named
from accounts.models import User

APP, ACTION, ANYWHERE = "allauth.account", "login_failed", "login_failed_anywhere"


def bucket_from_here(request, login: str) -> str:
    """What attempts with this typed name are counted under, from the address of the request."""
    return f"{bucket(login)} from {get_ip(request)}"


def bucket(login: str) -> str:
    """What attempts with this typed name are counted under, wherever they come from.

    All ways to write one account's names share its bucket; a name nobody has gets its own, so that
    unknown names are answered and locked exactly as known ones are.
    """
    account = account_named(login)
    if account is None:
        return f"typed:{''.join(login.lower().split())}"
    # A release starts a new count, so that the old one is forgotten from every address at once.
    return f"account:{account.pk}:{cache.get(_count_key(account), '')}"


def consume_anywhere(request, login: str) -> RateLimitUsage | None:
    """Count an attempt against the limit from anywhere; None when it is used up."""
    return consume(request, app=APP, action=ANYWHERE, key=bucket(login))


def note_failure(request, login: str) -> User | None:
    """After a wrong password: the account, when the next attempt from here or from anywhere is refused."""
    account = account_named(login)
    if account is None:
        return None
    if not (
        _used_up(request, ACTION, bucket_from_here(request, login))
        or _used_up(request, ANYWHERE, bucket(login))
    ):
        return None
    cache.set(_lock_key(account), True, _duration())
    return account


def is_locked(account: User) -> bool:
    """Whether attempts to sign in with this account are refused unread, at least from one address."""
    return cache.get(_lock_key(account), False)


def release(account: User) -> None:
    """Forget the failed attempts of the account from every address; limits per address stay as they are."""
    # Longer than the old count lives, so that it cannot come back.
    cache.set(_count_key(account), uuid4().hex, 2 * _duration())
    cache.delete(_lock_key(account))


def _key_rates(action: str) -> list[Rate]:
    """The limits that count by name, not by address alone."""
    return [rate for rate in get_rates(app=APP, action=action) if rate.per == "key"]


def _duration() -> float:
    return max(rate.duration for action in (ACTION, ANYWHERE) for rate in _key_rates(action))


def _used_up(request, action: str, key: str) -> bool:
    now = time.time()
    return any(
        not apply_rate(
            list(cache.get(_history_key(request, action, rate, key), [])), now, rate, dry_run=True
        )[0]
        for rate in _key_rates(action)
    )


def _history_key(request, action: str, rate: Rate, key: str) -> str:
    return get_cache_key(request, app=APP, action=action, rate=rate, key=key)


def _count_key(account: User) -> str:
    return f"sign-in-count:{account.pk}"


def _lock_key(account: User) -> str:
    return f"sign-in-lock:{account.pk}"
