"""For cron, every night: what examining found of uploaded files nobody applied is forgotten after a while."""

from django.core.management.base import BaseCommand

from agreements.imports.cleaning import KEPT_DAYS, forget_old


class Command(BaseCommand):
    help = f"Hapus hasil pemeriksaan berkas impor yang {KEPT_DAYS} hari tidak diterapkan; berkasnya tetap disimpan."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"Hasil pemeriksaan {forget_old()} berkas dihapus.")
