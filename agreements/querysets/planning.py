"""Questions about objectives, the catalogue of indicators, and budgets."""

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.permissions import Capability, Scope
from agreements.enums import FROZEN, ObjectiveKind, UnitKind


class PlanningPeriodQuerySet(models.QuerySet):
    def covering(self, year: int):
        return self.filter(first_year__lte=year, last_year__gte=year)


class PlanRevisionQuerySet(models.QuerySet):
    def to_change(self, years):
        """Those under which a target of one of the years may be changed, the latest first."""
        rows = self.filter(period__first_year__lte=max(years), period__last_year__gte=min(years))
        return rows.select_related("period").order_by("-first_year", "-number")


class ScaleQuerySet(models.QuerySet):
    def with_use(self):
        """Each with `used` and `promised`: how many indicators have it, and how many of those are promised."""
        indicators = apps.get_model("agreements", "Indicator").objects.filter(scale=models.OuterRef("pk"))
        return self.annotate(
            used=_number_of(indicators), promised=_number_of(indicators.with_promised().filter(promised=True))
        )


def _number_of(rows):
    """How many indicators of a subquery have the scale; 0 where none has."""
    counted = rows.order_by().values("scale_id").annotate(number=models.Count("pk")).values("number")
    return Coalesce(models.Subquery(counted), models.Value(0))


class ObjectiveQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        """Those of the units one sees, and the region's own: every unit's plan rests on them."""
        units = scope.units(Capability.VIEW, year)
        if units is None:
            return self
        return self.filter(Q(unit_id__in=units) | Q(unit__kind=UnitKind.REGION)) if units else self.none()

    def in_year(self, year: int):
        """Those whose period covers the year, less those a revision ended before it or brought after it."""
        began = Q(first_year__isnull=True) | Q(first_year__lte=year)
        lasts = Q(last_year__isnull=True) | Q(last_year__gte=year)
        return self.filter(began, lasts, period__first_year__lte=year, period__last_year__gte=year)

    def unmeasured(self):
        """Sasaran that no indicator in use belongs to."""
        indicators = self.model.indicators.rel.related_model.objects.in_use()
        return self.filter(kind=ObjectiveKind.OBJECTIVE).exclude(
            pk__in=indicators.filter(objective__isnull=False).values("objective")
        )

    def ended(self, year: int):
        """Those of the year's period that a revision ended before the year, or brings only after it."""
        covered = self.filter(period__first_year__lte=year, period__last_year__gte=year)
        return covered.filter(Q(last_year__lt=year) | Q(first_year__gt=year))

    def succession(self, year: int):
        """(pk, what it succeeds, whether it stands in the year) of all that succeed or are succeeded."""
        stands = models.Exists(self.model.objects.in_year(year).filter(pk=models.OuterRef("pk")))
        succeeded = self.model.objects.filter(successor_of=models.OuterRef("pk"))
        rows = self.filter(Q(successor_of__isnull=False) | models.Exists(succeeded)).order_by("pk")
        return rows.values_list("pk", "successor_of_id", stands)

    def to_promise(self, agreement):
        """Objectives of the agreement's unit that the draft does not have yet, and of the unit above it
        for who heads no perangkat daerah: the region's objectives are the regional head's alone."""
        units = [agreement.unit_id]
        if agreement.unit.parent_id and not agreement.unit.signs_with_head:
            units.append(agreement.unit.parent_id)
        return (
            self.in_year(agreement.year)
            .filter(unit_id__in=units)
            .exclude(promises__agreement=agreement)
            .order_by("unit__order", "order", "pk")
        )


class IndicatorQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        units = scope.units(Capability.VIEW, year)
        return self if units is None else self.filter(unit_id__in=units)

    def in_use(self):
        return self.filter(archived=False)

    def without_target(self, year: int):
        """Those in use the plan has no target for in the year."""
        targets = self.model.targets.rel.related_model.objects.filter(year=year)
        return self.in_use().exclude(pk__in=targets.values("indicator"))

    def with_promised(self):
        """Each with `promised`: whether a frozen agreement rests on it (`agreements.frozen`)."""
        promises = self.model.promises.rel.related_model.objects.filter(
            indicator=models.OuterRef("pk"), objective__agreement__status__in=FROZEN
        )
        return self.annotate(promised=models.Exists(promises))

    def with_story(self):
        """Each with `revised`, `succeeded`, and `last_planned`: the year of its end target, the period's last."""
        revised = self.model.revised_targets.rel.related_model.objects.filter(indicator=models.OuterRef("pk"))
        after = self.model.objects.filter(successor_of=models.OuterRef("pk"))
        latest = self.model.targets.rel.related_model.objects.filter(indicator=models.OuterRef("pk"))
        return self.annotate(
            revised=models.Exists(revised),
            succeeded=models.Exists(after),
            last_planned=Coalesce(
                "objective__period__last_year",
                models.Subquery(latest.order_by("-year").values("year")[:1]),
            ),
        )

    def matching(self, text: str):
        return self.filter(name__icontains=text)

    def to_promise(self, agreement, scope: Scope):
        """What this account may put on the draft: the catalogue it sees, less what is there already."""
        return (
            self.in_use()
            .visible_to(scope)
            .exclude(promises__objective__agreement=agreement)
            .select_related("unit", "objective")
        )

    def near(self, agreement):
        """Indicators of the agreement's own unit and of those directly above and below it."""
        unit = agreement.unit
        return self.filter(Q(unit=unit) | Q(unit__parent=unit) | Q(unit_id=unit.parent_id))


class BudgetQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        units = scope.units(Capability.VIEW, year)
        return self if units is None else self.filter(unit_id__in=units)

    def of_units(self, units, year: int):
        """Those of the units (None: of all) in a year."""
        rows = self.filter(year=year)
        return rows if units is None else rows.filter(unit_id__in=units)

    def matching(self, words: str):
        return self.filter(Q(programme__name__icontains=words) | Q(programme__code__startswith=words))

    def totals(self):
        """Rupiah by unit and version, in the order of the units: one row each."""
        return (
            self.order_by("unit__order", "unit__name", "unit_id")
            .values("unit_id", "unit__name", "version")
            .annotate(total=models.Sum("amount"), lines=models.Count("pk"))
        )
