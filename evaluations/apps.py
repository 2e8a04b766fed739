"""Facts per period, evidence, verification, the year's report."""

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    verbose_name = "Pengukuran"
