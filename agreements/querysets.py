"""Questions to the database about the government and its promises, by name."""

from collections.abc import Callable, Collection
from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.permissions import Capability, Scope
from agreements.enums import (
    FROZEN,
    PARTY_HOLDINGS,
    PRINTED,
    SIGNED,
    ActionPlanStatus,
    Holding,
    Level,
    Status,
    UnitKind,
)

# Units that are parts of a perangkat daerah, or one person's staff.
BELOW_OFFICES = (UnitKind.DIVISION, UnitKind.SECTION, UnitKind.STAFF)
IN_PREPARATION = (Status.DRAFT, Status.SUBMITTED, Status.READY, Status.IN_SIGNING)
# Agreements whose content stands, so that an action plan can be written for them.
PLANNABLE = (Status.READY, Status.IN_SIGNING, Status.IN_FORCE)
PLANS_IN_PREPARATION = (ActionPlanStatus.DRAFT, ActionPlanStatus.SUBMITTED)
# A condition that no row meets, to which others are added by “or”.
NONE = Q(pk__in=())


def valid_on(day: date, start: str = "valid_from", end: str = "valid_to") -> Q:
    """Rows whose stretch of time covers the day, both ends included."""
    return Q(**{f"{start}__lte": day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day}))


class UnitQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_on(day))

    def in_year(self, year: int):
        """Those that existed on some day of the year."""
        started = self.filter(valid_from__lte=date(year, 12, 31))
        return started.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=date(year, 1, 1)))

    def on_map(self):
        """What the map of achievements shows: the region itself and the units marked for it."""
        return self.filter(Q(on_map=True) | Q(kind=UnitKind.REGION))

    def visible_to(self, scope: Scope, capability: Capability = Capability.VIEW, year: int | None = None):
        units = scope.units(capability, year)
        return self if units is None else self.filter(pk__in=units)

    def offices(self):
        """Perangkat daerah and what answers like one; not their divisions, sections and staff posts."""
        return self.exclude(kind__in=BELOW_OFFICES)

    def offices_and_those_of(self, rows):
        """The offices, and every other unit that one of the rows belongs to: what a list is narrowed by."""
        return self.filter(~Q(kind__in=BELOW_OFFICES) | Q(pk__in=rows.order_by().values("unit_id")))

    def matching(self, words: str):
        """Units whose name, short name or code holds the words."""
        return self.filter(
            Q(name__icontains=words) | Q(short_name__icontains=words) | Q(code__startswith=words)
        )

    def with_ancestors(self):
        """For printing where a unit stands: region, perangkat daerah, division, section."""
        return self.select_related("parent__parent__parent__parent")


class PositionQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_on(day))

    def free_for_agreement(self, year: int, units: frozenset[int] | None, day: date):
        """Positions of these units (None: all) that have no agreement of the year under way or in force."""
        positions = self.on(day).select_related("unit").exclude(level="deputy_head")
        if units is not None:
            positions = positions.filter(unit_id__in=units)
        taken = self.model.objects.filter(
            agreements__year=year, agreements__status__in=(*IN_PREPARATION, Status.IN_FORCE)
        )
        return positions.exclude(pk__in=taken.values("pk"))

    def visible_to(self, scope: Scope, year: int | None = None):
        """Those of the units one sees, and one's own posts."""
        units = scope.units(Capability.VIEW, year)
        return self if units is None else self.filter(Q(unit_id__in=units) | Q(pk__in=scope.posts))

    def obliged(self, day: date):
        """Who must sign an agreement: the regional head, and the heads who sign with the regional head."""
        heads = Q(heads_unit=True, unit__signs_with_head=True)
        return self.on(day).filter(heads | Q(level=Level.REGIONAL_HEAD)).select_related("unit")

    def without_agreement(self, year: int):
        """Those that have none of the year, not even a draft."""
        current = self.model.agreements.rel.related_model.objects.for_year(year).current()
        return self.exclude(pk__in=current.values("position_id"))

    def to_record(self, year: int, day: date):
        """Those that must sign or have a draft of the year, while none of the year is in force."""
        agreements = self.model.agreements.rel.related_model.objects.for_year(year)
        drafted = agreements.filter(status=Status.DRAFT).values("position_id")
        wanted = Q(pk__in=self.model.objects.obliged(day).values("pk")) | Q(pk__in=drafted)
        return self.filter(wanted).exclude(pk__in=agreements.in_force().values("position_id"))

    def matching(self, words: str):
        """Positions whose title or unit holds every word."""
        found = self
        for word in words.split():
            found = found.filter(Q(title__icontains=word) | Q(unit__name__icontains=word))
        return found

    def answering_for(self, unit, below: frozenset[int], day: date, also: int | None = None):
        """Who may answer for a step of the unit's action plan, and one named already.

        Posts of the unit and below it; for the region as a whole, who signs with the regional head.
        """
        if unit.kind == UnitKind.REGION:
            leading = Q(heads_unit=True, unit__signs_with_head=True)
        else:
            leading = Q(unit_id__in=below) & ~Q(level=Level.STAFF)
        rows = self.filter((valid_on(day) & leading) | Q(pk=also))
        return rows.select_related("unit").order_by("unit__order", "unit_id", "pk")

    def superiors_for(self, unit):
        """Who may stand above a position of the unit: posts there, in what it belongs to, and staff heads there."""
        above, at = [unit.pk], unit.parent
        while at is not None:
            above.append(at.pk)
            at = at.parent
        beside = Q(unit__parent_id__in=above, unit__kind=UnitKind.STAFF)
        return self.filter(Q(unit_id__in=above) | beside)


def _in_rank(holders) -> list:
    """The definitive holder before an acting one, the later before the earlier."""
    return sorted(holders, key=lambda a: (a.holding != Holding.DEFINITIVE, -a.starts.toordinal()))


class AssignmentQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_on(day, "starts", "ends"))

    def conferring(self, day: date):
        """Those that give their holder something on the day: the position itself must still be there."""
        return self.on(day).filter(valid_on(day, "position__valid_from", "position__valid_to"))

    def beyond(self, day: date):
        """Those that last longer than the day."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gt=day))

    def as_party(self):
        """Holders who may become a party: a Plh. never does."""
        return self.filter(holding__in=PARTY_HOLDINGS)

    def of_heads(self):
        return self.filter(position__heads_unit=True)

    def overlapping(self, starts: date, ends: date | None):
        later = Q() if ends is None else Q(starts__lte=ends)
        return self.filter(later & (Q(ends__isnull=True) | Q(ends__gte=starts)))

    def party_of(self, position_id: int, day: date):
        """Who signs for a position on a day: the definitive holder, else the acting one; or None."""
        return self.parties_of([position_id], day).get(position_id)

    def parties_of(self, position_ids, day: date) -> dict:
        """Who signs for each of the positions on a day; positions without a holder are left out."""
        holders = (
            self.filter(position_id__in=position_ids)
            .on(day)
            .as_party()
            .select_related("official", "position__unit")
        )
        best: dict = {}
        for found in _in_rank(holders):
            best.setdefault(found.position_id, found)
        return best

    def answering(self, positions, units, day: date) -> list:
        """Who answers on the day for the positions, and as head for the units; the one who signs comes first."""
        holders = self.filter(
            Q(position_id__in=positions) | Q(position__unit_id__in=units, position__heads_unit=True)
        )
        return _in_rank(holders.on(day).as_party().select_related("official", "position"))


class DelegationQuerySet(models.QuerySet):
    def named_by(self, scope: Scope):
        return self.filter(named_by_id=scope.account_id)

    def conferring(self, day: date):
        """Those that count on the day: who named the delegate still holds the position as a party."""
        from agreements.models import Assignment

        holders = (
            Assignment.objects.on(day)
            .as_party()
            .filter(position=models.OuterRef("position"), official__account=models.OuterRef("named_by"))
        )
        return self.filter(
            valid_on(day, "starts", "ends"),
            valid_on(day, "position__valid_from", "position__valid_to"),
            models.Exists(holders),
            ended_at=None,
            named_by__is_active=True,
        )

    def behind(self, account_id: int | None, moment: datetime | None):
        """Those the account could use at the moment."""
        if moment is None:
            return self.none()
        running = valid_on(timezone.localdate(moment), "starts", "ends")
        return self.filter(running, Q(ended_at=None) | Q(ended_at__gte=moment), account_id=account_id)

    def overlapping(self, starts: date, ends: date):
        """Those not ended early that share a day with the stretch."""
        return self.filter(ended_at=None, starts__lte=ends, ends__gte=starts)


class MembershipQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_on(day, "starts", "ends"))

    def with_units(self) -> list[tuple]:
        """Each membership with the numbers of its listed units, in one query."""
        found: dict = {}
        for membership in self.annotate(listed_unit=models.F("units")):
            found.setdefault(membership.pk, (membership, []))
            if membership.listed_unit is not None:
                found[membership.pk][1].append(membership.listed_unit)
        return list(found.values())


class ObjectiveQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        """Those of the units one sees, and the region's own: every unit's plan rests on them."""
        units = scope.units(Capability.VIEW, year)
        if units is None:
            return self
        return self.filter(Q(unit_id__in=units) | Q(unit__kind=UnitKind.REGION)) if units else self.none()

    def in_year(self, year: int):
        return self.filter(period__first_year__lte=year, period__last_year__gte=year)

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

    def with_promised(self):
        """Each with `promised`: whether a frozen agreement rests on it (`agreements.frozen`)."""
        promises = self.model.promises.rel.related_model.objects.filter(
            indicator=models.OuterRef("pk"), objective__agreement__status__in=FROZEN
        )
        return self.annotate(promised=models.Exists(promises))

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


def _drafted_by(scope: Scope, year: int | None) -> Q:
    return Q(unit_id__in=scope.own_units(Capability.DRAFT, year)) | Q(position_id__in=scope.posts)


# What the list of action plans is narrowed by.
PLAN_STATES = {
    "none": "Belum ada",
    "draft": "Sedang disusun",
    "submitted": "Menunggu disahkan",
    "in_force": "Berlaku",
    "late": "Terlambat",
}


def _plan_states(due: date | None, day: date) -> dict[str, Q]:
    """The conditions of PLAN_STATES. Late: an agreement in force, the day passed, no version submitted yet."""
    none = Q(plan_in_force=None, plan_next=None)
    unsubmitted = none | Q(plan_in_force=None, plan_next_status=ActionPlanStatus.DRAFT)
    late = Q(status=Status.IN_FORCE) & unsubmitted if due and day > due else Q(pk__in=())
    return {
        "none": none,
        "draft": Q(plan_next_status=ActionPlanStatus.DRAFT),
        "submitted": Q(plan_next_status=ActionPlanStatus.SUBMITTED),
        "in_force": Q(plan_in_force__isnull=False),
        "late": late,
    }


def content_lookups() -> tuple:
    """What an agreement says, to be fetched ahead: for a query, or for agreements at hand."""
    from agreements.models import AgreementIndicator

    promises = AgreementIndicator.objects.select_related("indicator__unit")
    return "objectives", models.Prefetch("objectives__indicators", queryset=promises), "budgets"


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        """What the account may read: its units', its own positions', or all."""
        units = scope.units(Capability.VIEW, year)
        if units is None:
            return self
        return self.filter(Q(unit_id__in=units) | Q(position_id__in=scope.posts))

    def readable_by(self, scope: Scope):
        """What the account may read in every year at once, each grant in the years it is limited to."""
        readable = Q(position_id__in=scope.posts)
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

    def frozen(self):
        return self.filter(status__in=FROZEN)

    def plannable(self):
        """Those an action plan can be written for."""
        return self.filter(status__in=PLANNABLE)

    def with_plans(self):
        """How far the action plan is: `plan_in_force` and `plan_next` are numbers of versions or None,
        `plan_next_status` is where the version in preparation stands."""
        from agreements.models import ActionPlan

        plans = ActionPlan.objects.filter(agreement=models.OuterRef("pk")).order_by()
        standing, following = plans.in_force(), plans.in_preparation()
        return self.annotate(
            plan_in_force=models.Subquery(standing.values("number")[:1]),
            plan_next=models.Subquery(following.values("number")[:1]),
            plan_next_status=models.Subquery(following.values("status")[:1]),
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


def _past(policy, late: Callable[[date], Q]) -> Q:
    """Agreements, and those that amend one, each by its own last day; where none is set nothing is late."""
    found = NONE
    for amended in (False, True):
        due = policy.signing_due(amended)
        if due is not None:
            found |= Q(amends__isnull=not amended) & late(due)
    return found


class ActionPlanQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, year: int | None = None):
        """Those of the agreements the account may read."""
        from agreements.models import Agreement

        return self.filter(agreement__in=Agreement.objects.visible_to(scope, year))

    def in_force(self):
        return self.filter(status=ActionPlanStatus.IN_FORCE)

    def in_preparation(self):
        return self.filter(status__in=PLANS_IN_PREPARATION)

    def standing(self):
        """Those the year is followed by: in force, and no plan of an amendment took their place."""
        followed = self.model.objects.in_force().filter(agreement__amends=models.OuterRef("agreement"))
        return self.in_force().filter(~models.Exists(followed), agreement__status__in=SIGNED)


class ActionPlanTargetQuerySet(models.QuerySet):
    def in_force_of(self, promises: Collection[int]):
        """The quarters' targets of these promises in plans in force."""
        return self.filter(promise__in=promises, plan__status=ActionPlanStatus.IN_FORCE)


class ActionStepQuerySet(models.QuerySet):
    def with_people(self):
        """With who answers for the step and its programme."""
        return self.select_related("person_in_charge", "budget_line")

    def of_budgets(self, agreement):
        """The steps paid from a line of the agreement's table B."""
        return self.filter(budget_line__agreement=agreement).select_related("budget_line")

    def standing(self):
        """The steps of the plans the year is followed by."""
        from agreements.models import ActionPlan

        return self.filter(plan__in=ActionPlan.objects.standing())
