"""Organisation, plan, annual agreements and their signatures."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Perjanjian"

    def ready(self) -> None:
        # What can be imported, and how the worker does it, is known once its module is read.
        from agreements.imports import units, work  # noqa: F401
