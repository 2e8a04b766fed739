"""Organisation, plan, annual agreements and their signatures."""

from importlib import import_module

from django.apps import AppConfig

# What can be imported, in the order in which a government is set up, how the worker does it, and more checks.
REGISTERED = (
    "imports.units",
    "imports.people",
    "imports.plan",
    "imports.budgets",
    "imports.signed",
    "imports.work",
    "budget_checks",
)


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Perjanjian"

    def ready(self) -> None:
        # A subject, a kind of job or a check is known once its module is read.
        for name in REGISTERED:
            import_module(f"agreements.{name}")
