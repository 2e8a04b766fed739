"""Loads the example government, or lists its accounts."""

from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agreements.models import Region
from evaluations.demo.loading import load
from evaluations.demo.organisation import PASSWORD, listed_accounts
from evaluations.demo.press import processors
from evaluations.demo.scale import enlarge


class Command(BaseCommand):
    help = "Memuat pemerintah contoh (hanya dengan DEMO=1). Dijalankan lagi tidak mengubah apa pun."

    def add_arguments(self, parser):
        parser.add_argument("--accounts", action="store_true", help="tampilkan akun contoh dan kata sandinya")
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            default=None,
            metavar="YYYY-MM-DD",
            help="muat seolah-olah hari ini",
        )

        parser.add_argument(
            "--workers",
            type=int,
            default=processors(),
            metavar="N",
            help="banyaknya proses yang mencetak PK; 0 mencetak di proses ini sendiri",
        )
        parser.add_argument(
            "--scale",
            type=int,
            default=1,
            metavar="N",
            help="tambahkan baris untuk mengukur kecepatan; 10 adalah ukuran acuan (3.000 PK dalam lima tahun)",
        )

    def handle(self, *args, accounts: bool, today: date | None, workers: int, scale: int, **options):
        if not settings.DEMO:
            raise CommandError(
                "Pemerintah contoh hanya dapat dimuat dengan DEMO=1: kata sandinya diketahui semua orang."
            )
        if accounts:
            for username, who in listed_accounts():
                self.stdout.write(f"{username:<22}{PASSWORD:<24}{who}")
            return
        region = Region.objects.first()
        if region:
            self.stdout.write(f"{region} sudah ada di basis data ini; tidak ada yang diubah.")
            return
        day = today or timezone.localdate()
        played = load(day, workers)
        size = enlarge(day, scale)
        self.stdout.write(f"Pemerintah contoh siap: {Region.objects.get()}, {played} peristiwa; {size}.")
