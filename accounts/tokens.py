"""One-time links with which a person sets a password: a new link ends the one before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db.models import F
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User


class LinkTokenGenerator(PasswordResetTokenGenerator):
    """A token dies with its use, with the next sign-in, with the next link, and when the account closes."""

    key_salt = "accounts.tokens.LinkTokenGenerator"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}|{user.link_serial}|{user.is_active}"


link_tokens = LinkTokenGenerator()


@dataclass(frozen=True)
class Link:
    """The two parts of the address that opens the page, and until when it does."""

    uidb64: str
    token: str
    expires: datetime


def new_link(account: User) -> Link:
    """A fresh link for the account; every earlier one stops working."""
    User.objects.filter(pk=account.pk).update(link_serial=F("link_serial") + 1)
    account.refresh_from_db()
    expires = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return Link(urlsafe_base64_encode(force_bytes(account.pk)), link_tokens.make_token(account), expires)
