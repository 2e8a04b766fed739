"""For a new installation: an administrator's account, and the link with which its owner sets the password.

Pages cannot make the first one (nobody could open them), nor hand a link to the only administrator who
lost the password. Whoever may run this owns the server already.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from accounts.models import User
from accounts.permissions import Role
from agreements.models import Membership
from perjanjian.numerals import format_date
from records.history import SYSTEM, Act, record


class Command(BaseCommand):
    help = (
        "Membuat akun Administrator Sistem yang pertama dan mencetak tautan sekali pakai untuk kata sandinya. "
        "Untuk administrator yang sudah ada, hanya tautan baru yang dibuat."
    )

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="NAMA_PENGGUNA", help="huruf kecil, misalnya fajar.setiawan")
        parser.add_argument("name", metavar="NAMA", nargs="?", default="", help="nama lengkap pemilik akun")

    @transaction.atomic
    def handle(self, *args, username: str, name: str, **options):
        administrators = administrators_today()
        account = next((each for each in administrators if each.username == username), None)
        if account is None:
            if administrators:
                raise CommandError(_already(administrators))
            account = _created(username, name.strip())
        link = tokens.new_link(account)
        after = {"berlaku sampai": link.expires.isoformat(timespec="minutes")}
        record(SYSTEM, Act("membuat tautan sekali pakai dari server", account, after=after))
        address = reverse("agreements:set_password", args=(link.uidb64, link.token))
        local = timezone.localtime(link.expires)
        self.stdout.write(f"Akun {account.username} ({account.name}), Administrator Sistem.")
        self.stdout.write(
            f"Tautan sekali pakai, berlaku sampai {format_date(local.date())} pukul {local:%H.%M}:"
        )
        self.stdout.write(settings.PUBLIC_ADDRESS + address)


def administrators_today() -> list[User]:
    """Open accounts that hold the administrator's role today."""
    today = timezone.localdate()
    held = Membership.objects.on(today).filter(role=Role.ADMINISTRATOR, account__is_active=True)
    return list(User.objects.filter(pk__in=held.values("account_id")))


def _already(administrators: list[User]) -> str:
    names = ", ".join(each.username for each in administrators)
    return (
        f"Administrator sudah ada: {names}. Akun lain dibuat di halaman Pengaturan, Akun. "
        f"Bila kata sandinya hilang: manage.py first_account {administrators[0].username}"
    )


def _created(username: str, name: str) -> User:
    if not name:
        raise CommandError('Tulis juga nama pemilik akun: manage.py first_account NAMA_PENGGUNA "NAMA"')
    account = User(username=username, name=name)
    account.set_unusable_password()
    try:
        account.full_clean()
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    account.save()
    membership = Membership.objects.create(
        account=account, role=Role.ADMINISTRATOR, starts=timezone.localdate()
    )
    record(
        SYSTEM,
        Act("membuat akun administrator pertama", account, after={"peran": membership.get_role_display()}),
    )
    return account
