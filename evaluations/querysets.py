"""Questions to the database about facts, by name."""

from datetime import date

from django.db import models

from accounts.permissions import Capability, Scope
from evaluations.enums import REPORTED, Subject


class PeriodQuerySet(models.QuerySet):
    def of_indicators(self, year: int):
        return self.filter(year=year, subject=Subject.INDICATORS).order_by("number")

    def opened(self, day: date):
        return self.filter(opens__lte=day)


class RealisationQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        units = scope.units(Capability.VIEW, year)
        return self if units is None else self.filter(indicator__unit_id__in=units)

    def reported(self):
        return self.filter(status__in=REPORTED)


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        units = scope.units(Capability.VIEW, year)
        return self if units is None else self.filter(unit_id__in=units)


class BudgetRealisationQuerySet(models.QuerySet):
    def up_to(self, month: int):
        return self.filter(month__lte=month)
