"""What is shown of it: overviews and documents; owns no tables."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Pelaporan"
