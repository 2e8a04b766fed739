"""The lock after too many wrong passwords: it belongs to the account, whichever of its names was typed."""

import time

from allauth.core.internal.ratelimit import Rate, apply_rate, get_cache_key, get_rates
from django.core.cache import cache

from accounts.backends import account_named
from accounts.models import User

APP, ACTION = "allauth.account", "login_failed"


def bucket(login: str) -> str:
    """What attempts with this typed name are counted under.

    All ways to write one account's names share its bucket; a name nobody has gets its own, so that
    unknown names are answered and locked exactly as known ones are.
    """
    account = account_named(login)
    return bucket_of(account) if account else f"typed:{''.join(login.lower().split())}"


def bucket_of(account: User) -> str:
    return f"account:{account.pk}"


def is_locked(account: User) -> bool:
    """Whether the next attempt to sign in with this account is refused unread."""
    now = time.time()
    return any(
        not apply_rate(list(cache.get(_key(rate, account), [])), now, rate, dry_run=True)[0]
        for rate in _account_rates()
    )


def release(account: User) -> None:
    """Forget the failed attempts of the account; limits per address stay as they are."""
    cache.delete_many([_key(rate, account) for rate in _account_rates()])


def _account_rates() -> list[Rate]:
    return [rate for rate in get_rates(app=APP, action=ACTION) if rate.per == "key"]


def _key(rate: Rate, account: User) -> str:
    return get_cache_key(None, app=APP, action=ACTION, rate=rate, key=bucket_of(account))
