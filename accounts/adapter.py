"""How allauth behaves here: nobody signs up, and the lock of an account knows all its names."""

from dataclasses import replace

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from django.urls import reverse

from accounts import locks
from accounts.backends import account_named
from accounts.models import User
from records.history import SYSTEM, Act, Actor, record


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": (
            "Nama pengguna (atau NIP) atau kata sandi salah. Periksa huruf besar dan kecil, lalu coba lagi."
        ),
        "too_many_login_attempts": (
            "Terlalu banyak percobaan masuk yang gagal. Tunggu 15 menit, atau minta Bagian Organisasi "
            "membuka kunci akun Anda."
        ),
        "enter_current_password": "Kata sandi sekarang tidak cocok. Ketik sekali lagi.",
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_password_change_redirect_url(self, request) -> str:
        return reverse("reports:home")

    def get_logout_redirect_url(self, request) -> str:
        return reverse("account_login")

    def _get_login_attempts_cache_key(self, request, **credentials) -> str:
        return locks.bucket(credentials.get("username") or "")

    def authentication_failed(self, request, **credentials) -> None:
        # Single wrong passwords stay out of the history: anyone outside could fill it with them.
        account = account_named(credentials.get("username") or "")
        if account and locks.is_locked(account):
            actor = replace(SYSTEM, address=address_of(request))
            record(actor, Act("mengunci akun setelah salah kata sandi berulang", account, refused=True))

    def login(self, request, user: User) -> None:
        super().login(request, user)
        record(actor_of(request, user), Act("masuk", user))


def address_of(request) -> str:
    """The caller's address; behind trusted proxies the one they report."""
    return get_adapter().get_client_ip(request) or ""


def actor_of(request, account: User) -> Actor:
    return Actor(account.pk, account.name, address=address_of(request))
