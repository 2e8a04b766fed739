"""Facts per period, evidence, verification, the year's report."""

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    verbose_name = "Pengukuran"

    def ready(self) -> None:
        # What is asked before a holder changes registers itself when imported.
        from evaluations import touched  # noqa: F401
