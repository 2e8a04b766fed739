"""Signs in by user name or by NIP."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


def account_named(login: str) -> User | None:
    """The account with this user name (letters of either case) or NIP (spaces allowed), or None."""
    login = login.strip()
    digits = login.replace(" ", "")
    if digits.isdigit() and len(digits) == 18:
        return User.objects.filter(nip=digits).first()
    return User.objects.filter(username=login.lower()).first()


class UsernameOrNipBackend(AuthenticationBackend):
    def _authenticate(self, request, **credentials):
        account = account_named(credentials.get("username") or "")
        return self._check_password(account, credentials.get("password") or "")
