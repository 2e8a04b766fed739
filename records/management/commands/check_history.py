"""For cron and auditors: walks the event chain and compares every stored file with its SHA-256."""

from django.core.management.base import BaseCommand, CommandError

from records import files, history
from records.models import ChainHead, StoredFile


class Command(BaseCommand):
    help = "Periksa rantai riwayat dan berkas tersimpan; cetak hash terakhir untuk dicatat di luar sistem."

    def handle(self, *args, **options):
        broken = history.first_broken_link()
        if broken is not None:
            raise CommandError(f"Rantai riwayat putus pada nomor {broken}.")
        damaged = []
        for stored in StoredFile.objects.order_by("stored_at").iterator():
            try:
                files.read(stored)
            except files.FileDamaged as error:
                damaged.append(str(error))
        if damaged:
            raise CommandError("\n".join(damaged))
        head = ChainHead.objects.filter(pk=1).first()
        last = f"{head.number} {head.hash}" if head else "0"
        self.stdout.write(f"Riwayat utuh, {StoredFile.objects.count()} berkas utuh. Hash terakhir: {last}")
