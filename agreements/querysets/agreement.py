"""Questions about agreements."""

from collections.abc import Callable
from datetime import date

from django.db import models
from django.db.models import Q

from accounts.permissions import Capability, Scope
from agreements.enums import PRINTED, SIGNED, ActionPlanStatus, Level, Status, UnitKind
from agreements.querysets.action_plan import HANDED_IN, PLANNABLE

IN_PREPARATION = (Status.DRAFT, Status.SUBMITTED, Status.READY, Status.IN_SIGNING)
# A condition that no row meets, to which others are added by “or”.
NONE = Q(pk__in=())
# What the list of action plans is narrowed by.
PLAN_STATES = {
    "none": "Belum ada",
    "draft": "Sedang disusun",
    "submitted": "Menunggu disahkan",
    "in_force": "Berlaku",
    "late": "Terlambat",
}


def _plan_states(due: date | None, day: date) -> dict[str, Q]:
    """The conditions of PLAN_STATES. Late: an agreement in force, the day passed, no version submitted yet,
    and none of what it amends: the day is for the year's first plan."""
    late = Q(status=Status.IN_FORCE, plan_handed_in=False) if due and day > due else NONE
    return {
        "none": Q(plan_in_force=None, plan_next=None),
        "draft": Q(plan_next_status=ActionPlanStatus.DRAFT),
        "submitted": Q(plan_next_status=ActionPlanStatus.SUBMITTED),
        "in_force": Q(plan_in_force__isnull=False),
        "late": late,
    }


def _drafted_by(scope: Scope, year: int | None) -> Q:
    return Q(unit_id__in=scope.own_units(Capability.DRAFT, year)) | Q(position_id__in=scope.posts)


def _party(scope: Scope) -> Q:
    """Agreements of the posts the account holds, and of those that sign with one of them."""
    return Q(position_id__in=scope.posts) | Q(second_position_id__in=scope.posts)


def leads_office() -> Q:
    """Agreements of the regional head and of the heads who sign with the regional head."""
    heads = Q(position__heads_unit=True, unit__signs_with_head=True)
    return heads | Q(position__level=Level.REGIONAL_HEAD)


def content_lookups() -> tuple:
    """What an agreement says, to be fetched ahead: for a query, or for agreements at hand."""
    from agreements.models import AgreementIndicator, AgreementObjective

    promises = AgreementIndicator.objects.select_related("indicator__unit", "indicator__scale")
    objectives = AgreementObjective.objects.select_related("objective__period")
    return (
        models.Prefetch("objectives", queryset=objectives),
        models.Prefetch("objectives__indicators", queryset=promises),
        "budgets",
    )


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        """What the account may read: its units', its own positions', those it is the second party of, or all."""
        units = scope.units(Capability.VIEW, year)
        if units is None:
            return self
        return self.filter(Q(unit_id__in=units) | _party(scope))

    def readable_by(self, scope: Scope):
        """What the account may read in every year at once, each grant in the years it is limited to."""
        readable = _party(scope)
        for grant in scope.grants:
            if Capability.VIEW not in grant.capabilities:
                continue
            if grant.units is None and grant.years is None:
                return self
            units = Q() if grant.units is None else Q(unit_id__in=grant.units)
            readable |= units & (Q(year__range=grant.years) if grant.years else Q())
        return self.filter(readable)

    def mine(self, scope: Scope, year: int | None = None):
        """Those the account drafts as its own: of its units and posts; of the bureau, those of its unit."""
        return self.filter(_drafted_by(scope, year))

    def of_others(self, scope: Scope, year: int | None = None):
        """Those others draft: what `mine` leaves out."""
        return self.exclude(_drafted_by(scope, year))

    def for_year(self, year: int):
        return self.filter(year=year)

    def of_heads(self, units):
        """Those of the positions that head these units: what the units themselves answer for."""
        return self.filter(unit_id__in=units, position__heads_unit=True)

    def of_leaders(self):
        """Those of who leads the region or a perangkat daerah on the map."""
        return self.filter(_leads())

    def of_others_than_leaders(self):
        """Those `of_leaders` leaves out: of divisions, sections, UPTD, kelurahan and posts without a unit."""
        return self.exclude(_leads())

    def by_leading(self) -> tuple[int, int]:
        """How many there are `of_leaders`, and how many of the others."""
        leading = models.Count("pk", distinct=True, filter=_leads())
        count = self.order_by().aggregate(all=models.Count("pk", distinct=True), leading=leading)
        return count["leading"], count["all"] - count["leading"]

    def in_order_of_units(self):
        """As the units stand in lists, in each its head first."""
        return self.order_by("unit__order", "unit__name", "unit_id", "-position__heads_unit", "pk")

    def matching(self, text: str):
        return self.filter(Q(position__title__icontains=text) | Q(unit__name__icontains=text))

    def by_status(self) -> dict[str, int]:
        rows = self.order_by().values_list("status").annotate(count=models.Count("pk", distinct=True))
        return dict(rows)

    def by_status_and_mine(self, scope: Scope, year: int) -> dict[str, tuple[int, int]]:
        """How many there are in each status, and how many of those are the account's own (`mine`)."""
        count = models.Count("pk", distinct=True)
        mine = models.Count("pk", distinct=True, filter=_drafted_by(scope, year))
        rows = self.order_by().values_list("status").annotate(count=count, mine=mine)
        return {status: (count, own) for status, count, own in rows}

    def with_parties(self):
        return self.select_related("unit", "position__unit", "second_position__unit", "amends__position")

    def with_content(self):
        """Everything the agreement says; each promise with its indicator and the unit that measures it."""
        return self.with_parties().prefetch_related(*content_lookups())

    def with_dates(self):
        """Each with `document_date` of its paper and `signed_on`, the day of its last signature."""
        from agreements.models import Issue, Signature

        of_row = models.OuterRef("pk")
        issues = Issue.objects.filter(agreement=of_row).order_by("-sequence")
        signatures = Signature.objects.filter(issue__agreement=of_row).order_by("-signed_on")
        return self.annotate(
            document_date=models.Case(
                models.When(status__in=PRINTED, then=models.Subquery(issues.values("document_date")[:1]))
            ),
            signed_on=models.Subquery(signatures.values("signed_on")[:1]),
        )

    def with_issues(self):
        """Each with its issues, the latest first; without the text that was hashed."""
        from agreements.models import Issue

        issues = Issue.objects.defer("canonical").order_by("-sequence")
        return self.prefetch_related(models.Prefetch("issues", queryset=issues))

    def to_sign(self):
        """Those that can be issued, for the first time or again."""
        return self.filter(status__in=(Status.READY, Status.IN_SIGNING))

    def signed_late(self, policy):
        """After `with_dates`: those signed after the last day for it."""
        return self.filter(_past(policy, lambda due: Q(signed_on__gt=due)))

    def unsigned_late(self, policy, day: date):
        """Those under way although their last day for signing is over."""
        return self.filter(_past(policy, lambda due: Q() if due < day else NONE), status__in=IN_PREPARATION)

    def current(self):
        """Those that still count: neither replaced nor cancelled."""
        return self.exclude(status__in=(Status.SUPERSEDED, Status.CANCELLED))

    def not_cancelled(self):
        return self.exclude(status=Status.CANCELLED)

    def in_preparation(self):
        return self.filter(status__in=IN_PREPARATION)

    def drafted_by(self, scope: Scope, year: int):
        """Those whose draft, or whose amendment, the account may write."""
        units = scope.units(Capability.DRAFT, year)
        return self if units is None else self.filter(unit_id__in=units)

    def signed(self):
        return self.filter(status__in=SIGNED)

    def in_force(self):
        return self.filter(status=Status.IN_FORCE)

    def plannable(self):
        """Those an action plan can be written for."""
        return self.filter(status__in=PLANNABLE)

    def with_plans(self):
        """How far the action plan is: `plan_in_force` and `plan_next` are numbers of versions or None,
        `plan_next_status` is where the version in preparation stands; `plan_handed_in` is whether one was
        submitted in the year, of this agreement or of what it amends."""
        from agreements.models import ActionPlan

        plans = ActionPlan.objects.filter(agreement=models.OuterRef("pk")).order_by()
        of_year = ActionPlan.objects.filter(
            agreement__position=models.OuterRef("position"),
            agreement__year=models.OuterRef("year"),
            agreement__status__in=SIGNED,
            status__in=HANDED_IN,
        )
        standing, following = plans.in_force(), plans.in_preparation()
        return self.annotate(
            plan_in_force=models.Subquery(standing.values("number")[:1]),
            plan_next=models.Subquery(following.values("number")[:1]),
            plan_next_status=models.Subquery(following.values("status")[:1]),
            plan_handed_in=models.Exists(of_year),
        )

    def in_plan_state(self, state: str, due: date | None, day: date):
        """Those `with_plans` in one of PLAN_STATES."""
        return self.filter(_plan_states(due, day)[state])

    def by_plan_state(self, due: date | None, day: date) -> dict[str, int]:
        """How many of those `with_plans` are in each of PLAN_STATES; one may be in several."""
        counts = {
            state: models.Count("pk", filter=condition, distinct=True)
            for state, condition in _plan_states(due, day).items()
        }
        return self.order_by().aggregate(**counts)


def _leads() -> Q:
    """Agreements of a unit's head, for the units the map shows."""
    return Q(position__heads_unit=True) & (Q(unit__on_map=True) | Q(unit__kind=UnitKind.REGION))


def _past(policy, late: Callable[[date], Q]) -> Q:
    """Agreements, and those that amend one, each by its own last day; where none is set nothing is late."""
    found = NONE
    for amended in (False, True):
        due = policy.signing_due(amended)
        if due is not None:
            found |= Q(amends__isnull=not amended) & late(due)
    return found
