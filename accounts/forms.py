"""Forms of sign-in and passwords."""

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.contrib.auth.forms import SetPasswordForm as DjangoSetPasswordForm
from django.contrib.auth.password_validation import password_validators_help_text_html

DIFFERENT = "Kedua kata sandi baru tidak sama. Ketik keduanya sekali lagi."


def _plain(field: forms.Field, label: str) -> None:
    """Our label above the field and nothing inside it: a placeholder vanishes while one types."""
    field.label = label
    field.widget.attrs.pop("placeholder", None)


class LoginForm(AllauthLoginForm):
    """User name or NIP, and the password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], "Nama pengguna atau NIP")
        _plain(self.fields["password"], "Kata sandi")
        # A user name is never a capitalised word, which phones like to make of it.
        self.fields["login"].widget.attrs |= {
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        }
        self.fields["password"].help_text = ""


class ChangePasswordForm(AllauthChangePasswordForm):
    """The old password and the new one, twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["oldpassword"], "Kata sandi sekarang")
        _plain(self.fields["password1"], "Kata sandi baru")
        _plain(self.fields["password2"], "Kata sandi baru, sekali lagi")
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = password_validators_help_text_html()


class SetPasswordForm(DjangoSetPasswordForm):
    """The first password, or a new one for who forgot theirs, through a one-time link."""

    error_messages = DjangoSetPasswordForm.error_messages | {"password_mismatch": DIFFERENT}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["new_password1"], "Kata sandi baru")
        _plain(self.fields["new_password2"], "Kata sandi baru, sekali lagi")
        self.fields["new_password2"].help_text = ""
