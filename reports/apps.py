"""What is shown of it: overviews and documents; owns no tables."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Pelaporan"

    def ready(self) -> None:
        # The kinds of work the worker knows register themselves when imported.
        from reports import jobs, signing_jobs  # noqa: F401
