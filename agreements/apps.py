"""Organisation, plan, annual agreements and their signatures."""

from importlib import import_module

from django.apps import AppConfig

# What can be imported, in the order in which a government is set up, and how the worker does it.
IMPORTS = ("units", "people", "plan", "work")


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Perjanjian"

    def ready(self) -> None:
        # A subject is known once its module is read.
        for name in IMPORTS:
            import_module(f"agreements.imports.{name}")
