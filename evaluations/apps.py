"""Facts per period, evidence, verification, the year's report."""

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    verbose_name = "Pengukuran"

    def ready(self) -> None:
        # What this room knows of the plan stands on its page of checks.
        from evaluations import plan_checks  # noqa: F401
