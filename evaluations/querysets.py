"""Questions to the database about facts, by name."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from accounts.permissions import Capability, Scope
from agreements.models import Agreement, AgreementIndicator
from evaluations.enums import REPORTED, SETTLED, RealisationStatus, RevisionStatus, Subject, ValueState

if TYPE_CHECKING:
    from evaluations.models import Period, Realisation

# The texts around a figure that no list shows, left out where thousands of figures are read at once.
PROSE = (
    "state_reason",
    "supporting",
    "filled_in_reason",
    "correction_reason",
    "return_reason",
)


class PeriodQuerySet(models.QuerySet):
    def of_indicators(self, year: int):
        return self.filter(year=year, subject=Subject.INDICATORS).order_by("number")

    def of_indicator_years(self, years: Iterable[int]):
        return self.filter(year__in=years, subject=Subject.INDICATORS).order_by("year", "number")

    def of_year(self, year: int):
        """The quarters of indicators and the months of money, each in their order."""
        return self.filter(year=year).order_by("subject", "number")

    def of_budget(self, year: int):
        """The months of money, January first."""
        return self.filter(year=year, subject=Subject.BUDGET).order_by("number")

    def for_indicators(self):
        return self.filter(subject=Subject.INDICATORS)

    def opened(self, day: date):
        return self.filter(opens__lte=day)

    def with_extensions(self, day: date):
        """Each once for every extension that still gives time on the day (`given_to`, `given_until`), or once."""
        running = FilteredRelation("extensions", condition=Q(extensions__expires__gte=day))
        return self.annotate(
            running=running, given_to=F("running__unit"), given_until=F("running__expires")
        ).order_by("number", "given_until")


class ExtensionQuerySet(models.QuerySet):
    def on(self, day: date):
        """Those that still give time on the day, its last one included."""
        return self.filter(expires__gte=day)


class VersionedQuerySet(models.QuerySet):
    """Rows that carry the version somebody saw them in."""

    def at_versions(self, versions: Iterable[tuple[int, int]]):
        """The rows (pk, version) that are still what somebody saw."""
        of_version: dict[int, list[int]] = defaultdict(list)
        for pk, version in versions:
            of_version[version].append(pk)
        seen = Q(pk__in=())
        for version, pks in of_version.items():
            seen |= Q(version=version, pk__in=pks)
        return self.filter(seen)


class RealisationQuerySet(VersionedQuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        """The facts of the account's units, and those that signed agreements it may read rest on."""
        units = scope.units(Capability.VIEW, year)
        if units is None:
            return self
        promised = AgreementIndicator.objects.filter(
            indicator=OuterRef("indicator_id"),
            objective__agreement__in=Agreement.objects.visible_to(scope, year).signed(),
            objective__agreement__year=OuterRef("period__year"),
        )
        return self.filter(Q(indicator__unit_id__in=units) | Exists(promised))

    def reported(self):
        return self.filter(status__in=REPORTED)

    def whole(self):
        """With all that the page of one fact names."""
        people = ("submitted_by", "verified_by", "changed_by")
        return self.select_related("indicator__unit", "indicator__scale", "period", *people)

    def locked(self, pks: Collection[int]):
        """Rows to change, with what a change needs of them; locked where the database can."""
        related = self.select_related("indicator__unit", "period")
        return related.filter(pk__in=pks).select_for_update(of=("self",)).order_by("pk")

    def of_indicators(self, indicators: Collection[int], period_id: int):
        related = self.select_related("indicator__unit", "period", "changed_by")
        return related.filter(indicator_id__in=indicators, period_id=period_id)

    def locked_of_indicators(self, indicators: Collection[int], period_id: int):
        return self.of_indicators(indicators, period_id).select_for_update(of=("self",)).order_by("pk")

    def reported_before(self, rows: "Iterable[Realisation]"):
        """What was reported of the same indicators earlier in the same year, the latest last."""
        of_period: dict[tuple[int, int], list[int]] = defaultdict(list)
        for row in rows:
            of_period[row.period.year, row.period.number].append(row.indicator_id)
        earlier = Q(pk__in=())
        for (year, number), indicators in of_period.items():
            earlier |= Q(indicator_id__in=indicators, period__year=year, period__number__lt=number)
        return self.reported().filter(earlier, period__subject=Subject.INDICATORS).order_by("period__number")

    def of_two_years(self, indicators: Collection[int], year: int):
        """The facts of a year and the one before, with who submitted and verified them."""
        related = self.select_related("period", "submitted_by", "verified_by", "changed_by")
        return related.filter(
            indicator__in=indicators,
            period__year__in=(year - 1, year),
            period__subject=Subject.INDICATORS,
        ).order_by()

    def measuring(
        self, indicators: Collection[int] | models.QuerySet, periods: Collection[int] | models.QuerySet
    ):
        """The figures of indicators in periods, of the texts around them only what stood in the way and what follows."""
        return self.filter(indicator_id__in=indicators, period_id__in=periods).defer(*PROSE).order_by()

    def waiting_for_verification(self):
        return self.filter(status=RealisationStatus.SUBMITTED)

    def verified_and_locked(self, day: date):
        """Verified values whose period locked; data not yet published stay open past the lock."""
        return self.filter(status=RealisationStatus.VERIFIED, period__locks__lte=day).exclude(
            state=ValueState.NOT_PUBLISHED
        )

    def passed_unverified(self, day: date):
        """Submitted values of periods that have locked; those that came late stay open past the lock."""
        return self.waiting_for_verification().filter(period__locks__lte=day, expected_on__isnull=True)


class SourceRevisionQuerySet(models.QuerySet):
    def verified(self):
        return self.filter(status=RevisionStatus.VERIFIED).order_by("realisation_id", "announced_on", "pk")

    def newest_first(self):
        """As they were announced, with the people they name."""
        return self.select_related("submitted_by", "decided_by").order_by("-announced_on", "-pk")

    def waiting(self, year: int):
        """Those nobody has decided on, with what a list shows of them; the oldest first."""
        related = self.select_related("realisation__indicator__unit", "realisation__period", "submitted_by")
        waiting = related.filter(status=RevisionStatus.SUBMITTED, realisation__period__year=year)
        return waiting.order_by("submitted_at", "pk")

    def locked(self, pk: int):
        """One revision to decide on, with its fact; locked where the database can."""
        related = self.select_related("realisation__indicator__unit", "realisation__period")
        return related.select_for_update(of=("self",)).get(pk=pk)

    def attach(self, facts: "Collection[Realisation]") -> None:
        """Give each fact the correction that counts instead (`Realisation.revision`), in one query.

        Asked by period: corrections are few, facts may be many thousands. Only settled facts have any.
        """
        periods = {fact.period_id for fact in facts if fact.status in SETTLED}
        found = self.verified().filter(realisation__period__in=periods) if periods else ()
        latest = {revision.realisation_id: revision for revision in found}
        for fact in facts:
            fact.revision = latest.get(fact.pk)


class StepProgressQuerySet(models.QuerySet):
    def up_to(self, period: "Period"):
        """What was said of steps in the period's year until the period, the latest last."""
        until = self.filter(period__year=period.year, period__number__lte=period.number)
        return until.order_by("period__number")


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        units = scope.units(Capability.VIEW, year)
        return self if units is None else self.filter(unit_id__in=units)

    def of(self, unit_id: int, year: int):
        return self.filter(unit_id=unit_id, year=year).select_related("file")


class BudgetRealisationQuerySet(VersionedQuerySet):
    def up_to(self, month: int):
        return self.filter(month__lte=month)

    def of_units(self, units: Collection[int], year: int):
        return self.filter(budget__unit_id__in=units, budget__year=year)

    def locked_in(self, budgets: Collection[int], month: int):
        """The rows of a month to change, locked where the database can."""
        related = self.filter(budget_id__in=budgets, month=month).select_related("changed_by")
        return related.select_for_update(of=("self",)).order_by("pk")
