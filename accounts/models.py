"""The account a person signs in with."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)

    def create_user(self, username: str, name: str, password: str | None = None, **fields) -> "User":
        """A new account; without a password nobody can sign in until one is set through a link."""
        user = self.model(username=username, name=name, **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """An account. What it may do comes from its memberships and the positions its holder has."""

    username = models.CharField(
        "nama pengguna",
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9._-]*$",
                "Nama pengguna diawali huruf kecil, lalu huruf kecil, angka, titik, garis bawah, atau tanda hubung.",
            )
        ],
    )
    nip = models.CharField("NIP", max_length=18, unique=True, null=True, blank=True)
    name = models.CharField("nama lengkap", max_length=200)
    is_active = models.BooleanField("aktif", default=True)
    link_serial = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField("dibuat pada", default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = "akun"
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
