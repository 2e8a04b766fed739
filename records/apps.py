"""What every act leaves behind: the event chain, stored files, jobs."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "Catatan"

    def ready(self) -> None:
        from records import checks, triggers  # noqa: F401  (registers the checks)

        pre_migrate.connect(triggers.stand_aside, sender=self, dispatch_uid="records.triggers.aside")
        # Sent once for every app, each time after all migrations: once is enough.
        post_migrate.connect(triggers.install_after_migrate, sender=self, dispatch_uid="records.triggers")
