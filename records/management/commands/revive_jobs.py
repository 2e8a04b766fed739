"""For cron, every few minutes: jobs whose worker died are handed to it again."""

from django.core.management.base import BaseCommand

from records import jobs


class Command(BaseCommand):
    help = "Serahkan lagi pekerjaan yang pelaksananya terhenti."

    def handle(self, *args, **options):
        self.stdout.write(f"{jobs.revive_stale()} pekerjaan diserahkan lagi.")
