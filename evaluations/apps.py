"""Facts per period, evidence, verification, the year's report."""

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    verbose_name = "Pengukuran"

    def ready(self) -> None:
        # What this room knows stands on the page of the checks of a plan, and before a holder changes.
        # Its years before can be imported.
        from evaluations import imports, plan_checks, touched  # noqa: F401
