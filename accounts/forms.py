"""Forms of sign-in and passwords."""

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.contrib.auth.forms import SetPasswordForm as DjangoSetPasswordForm

HOW_TO_CHOOSE = (
    "Paling sedikit 12 huruf atau angka. Pakai beberapa kata yang berbeda; bukan nama Anda, nama jabatan "
    "atau daerah, dan bukan kata umum yang ditambah angka."
)
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
        self.fields["password1"].help_text = HOW_TO_CHOOSE


class SetPasswordForm(DjangoSetPasswordForm):
    """The first password, or a new one for who forgot theirs, through a one-time link."""

    error_messages = DjangoSetPasswordForm.error_messages | {"password_mismatch": DIFFERENT}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["new_password1"], "Kata sandi baru")
        _plain(self.fields["new_password2"], "Kata sandi baru, sekali lagi")
        self.fields["new_password1"].help_text = HOW_TO_CHOOSE
        self.fields["new_password2"].help_text = ""

    def validate_password_for_user(self, user, *args):
        # What is wrong with a password is said beside it, not beside its repetition.
        super().validate_password_for_user(user, "new_password1")
