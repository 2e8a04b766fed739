"""For cron, every night: makes final what is verified in periods that have locked."""

from datetime import date, datetime, time

from django.core.management.base import BaseCommand
from django.utils import timezone

from evaluations.locking import finalise_locked


class Command(BaseCommand):
    help = "Menetapkan final realisasi yang terverifikasi pada periode yang sudah dikunci."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--on",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="Hari yang dianggap hari ini; bila kosong, hari ini menurut server.",
        )

    def handle(self, *args, on: date | None = None, **options) -> None:
        now = timezone.make_aware(datetime.combine(on, time(0))) if on else timezone.now()
        locked = finalise_locked(now)
        self.stdout.write(f"{locked.final} realisasi ditetapkan final.")
        for name in locked.skipped:
            self.stderr.write(f"Dilewati karena baru saja diubah, dicoba lagi malam berikutnya: {name}.")
