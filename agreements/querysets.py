"""Questions to the database about the government and its promises, by name."""

from datetime import date

from django.db import models
from django.db.models import Q

from accounts.permissions import Capability, Scope
from agreements.enums import FROZEN, PARTY_HOLDINGS, SIGNED, Holding, Status


def valid_on(day: date, start: str = "valid_from", end: str = "valid_to") -> Q:
    """Rows whose stretch of time covers the day, both ends included."""
    return Q(**{f"{start}__lte": day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day}))


class UnitQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_on(day))

    def visible_to(self, scope: Scope, capability: Capability = Capability.VIEW, year: int | None = None):
        units = scope.units(capability, year)
        return self if units is None else self.filter(pk__in=units)

    def signing_with_head(self):
        return self.filter(signs_with_head=True)


class PositionQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_on(day))


class AssignmentQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_on(day, "starts", "ends"))

    def as_party(self):
        """Holders who may become a party: a Plh. never does."""
        return self.filter(holding__in=PARTY_HOLDINGS)

    def overlapping(self, starts: date, ends: date | None):
        later = Q() if ends is None else Q(starts__lte=ends)
        return self.filter(later & (Q(ends__isnull=True) | Q(ends__gte=starts)))

    def party_of(self, position_id: int, day: date):
        """Who signs for a position on a day: the definitive holder, else the acting one; or None."""
        holders = (
            self.filter(position_id=position_id).on(day).as_party().select_related("official", "position")
        )
        ranked = sorted(holders, key=lambda a: (a.holding != Holding.DEFINITIVE, -a.starts.toordinal()))
        return ranked[0] if ranked else None


class MembershipQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_on(day, "starts", "ends"))


class IndicatorQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope):
        units = scope.units(Capability.VIEW)
        return self if units is None else self.filter(unit_id__in=units)

    def in_use(self):
        return self.filter(archived=False)


class BudgetQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        units = scope.units(Capability.VIEW, year)
        return self if units is None else self.filter(unit_id__in=units)


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        """What the account may read: its units', its own positions', or all."""
        units = scope.units(Capability.VIEW, year)
        if units is None:
            return self
        return self.filter(Q(unit_id__in=units) | Q(position_id__in=scope.posts))

    def for_year(self, year: int):
        return self.filter(year=year)

    def with_parties(self):
        return self.select_related("unit", "position__unit", "second_position__unit", "amends")

    def with_content(self):
        return self.with_parties().prefetch_related(
            "objectives__indicators__indicator__unit", "budgets__programme"
        )

    def current(self):
        """Those that still count: neither replaced nor cancelled."""
        return self.exclude(status__in=(Status.SUPERSEDED, Status.CANCELLED))

    def signed(self):
        return self.filter(status__in=SIGNED)

    def in_force(self):
        return self.filter(status=Status.IN_FORCE)

    def frozen(self):
        return self.filter(status__in=FROZEN)
