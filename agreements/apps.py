"""Organisation, plan, annual agreements and their signatures."""

from importlib import import_module

from django.apps import AppConfig

# What can be imported, in the order in which a government is set up.
IMPORTED = ("units", "people", "plan")


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Perjanjian"

    def ready(self) -> None:
        # A subject is known once its module is read.
        for name in IMPORTED:
            import_module(f"agreements.imports.{name}")
