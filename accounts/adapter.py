"""How allauth behaves here: nobody signs up, and the lock of an account knows all its names."""

from dataclasses import replace

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from django.urls import reverse

from accounts import locks
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
        return locks.bucket_from_here(request, credentials.get("username") or "")

    def pre_authenticate(self, request, **credentials) -> None:
        super().pre_authenticate(request, **credentials)
        self._failed_anywhere = locks.consume_anywhere(request, credentials.get("username") or "")
        if self._failed_anywhere is None:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        if self._failed_anywhere:
            self._failed_anywhere.rollback()

    def authentication_failed(self, request, **credentials) -> None:
        # Single wrong passwords stay out of the history: anyone outside could fill it with them.
        account = locks.note_failure(request, credentials.get("username") or "")
        if account:
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
