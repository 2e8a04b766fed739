"""Passwords: changing one's own, and setting one through a one-time link. The rest is allauth's."""

from allauth.account.views import PasswordChangeView as AllauthPasswordChangeView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator

from accounts import locks
from accounts.adapter import actor_of
from accounts.forms import SetPasswordForm
from accounts.models import User
from accounts.tokens import link_tokens
from records.history import Act, record


class PasswordChangeView(AllauthPasswordChangeView):
    """Changes one's own password; all other sessions of the account end with the old one."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_usable_password():
            messages.error(
                request, "Akun ini belum punya kata sandi. Minta tautan sekali pakai kepada pengelola akun."
            )
            return redirect("reports:home")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        with transaction.atomic():
            response = super().form_valid(form)
            record(actor_of(self.request, form.user), Act("mengganti kata sandi sendiri", form.user))
        return response


@method_decorator(login_not_required, name="dispatch")
class SetPasswordView(PasswordResetConfirmView):
    """Opens once: the token moves to the session at once, so the address that is kept does not hold it."""

    form_class = SetPasswordForm
    template_name = "accounts/set_password.html"
    title = "Buat kata sandi"
    token_generator = link_tokens
    reset_url_token = "baru"  # noqa: S105 (a word in the address)
    success_url = reverse_lazy("account_login")

    def get_user(self, uidb64: str) -> User | None:
        account = super().get_user(uidb64)
        return account if account and account.is_active else None

    def form_valid(self, form):
        with transaction.atomic():
            response = super().form_valid(form)
            locks.release(form.user)
            record(
                actor_of(self.request, form.user),
                Act("membuat kata sandi lewat tautan sekali pakai", form.user),
            )
        messages.success(
            self.request,
            f"Kata sandi sudah disimpan. Masuk dengan nama pengguna {form.user.username} dan kata sandi itu.",
        )
        return response
