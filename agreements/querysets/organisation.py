"""Questions about units, positions, who holds them, and who may act for whom."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.permissions import Capability, Scope
from agreements.enums import PARTY_HOLDINGS, SIGNED, Holding, Level, Party, Status, UnitKind
from agreements.querysets.agreement import IN_PREPARATION

# Units that are parts of a perangkat daerah, or one person's staff.
BELOW_OFFICES = (UnitKind.DIVISION, UnitKind.SECTION, UnitKind.STAFF)

# The way to all that a unit belongs to, as deep as such trees are.
ANCESTORS = "parent__parent__parent__parent__parent__parent"


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

    def tops(self, day: date, seen: frozenset[int] | None):
        """Where an outline of the units on the day begins: those below the region, else those whose parent
        is not there on the day or not among those `seen` (None: all are)."""
        alone = Q(parent=None) | Q(parent__kind=UnitKind.REGION)
        gone = Q(parent__valid_to__lt=day) | Q(parent__valid_from__gt=day)
        unseen = Q(pk__in=()) if seen is None else ~Q(parent__in=seen)
        return self.on(day).exclude(kind=UnitKind.REGION).filter(alone | gone | unseen)

    def below(self, parents, each: int):
        """The units right below the given ones, for each parent at most so many in the order of lists."""
        place = models.Window(RowNumber(), partition_by=models.F("parent"), order_by=("order", "name", "pk"))
        return self.filter(parent__in=parents).annotate(place=place).filter(place__lte=each)

    def counted_by_parent(self, parents) -> dict[int, int]:
        """How many units are right below each of the given ones; those with none are left out."""
        rows = self.filter(parent__in=parents).order_by().values_list("parent")
        return dict(rows.annotate(count=models.Count("pk")))

    def to_choose(self):
        """What a field offers without searching: the region, the perangkat daerah, and the bureaus."""
        near = Q(parent__kind=UnitKind.REGION) | Q(kind__in=(UnitKind.REGION, UnitKind.BUREAU))
        return self.filter(near, valid_to=None)

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
        """For printing where a unit stands: region, perangkat daerah, division, section; six levels deep."""
        return self.select_related(ANCESTORS)


def levels_that_sign(policy) -> list[str]:
    """The levels whose officials sign an agreement in the year of the policy (`YearPolicy.signs_…`)."""
    asked = (
        (policy.signs_iii, (Level.III,)),
        (policy.signs_iv, (Level.IV,)),
        (policy.signs_functional, (Level.FUNCTIONAL, Level.TEAM_LEAD)),
        (policy.signs_staff, (Level.STAFF,)),
    )
    below = [level for signs, levels in asked if signs for level in levels]
    return [Level.REGIONAL_HEAD, Level.II, *below]


def _heads() -> Q:
    """Positions of the regional head and of the heads who sign with the regional head, whatever the echelon."""
    return Q(heads_unit=True, unit__signs_with_head=True) | Q(level=Level.REGIONAL_HEAD)


class PositionQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_on(day))

    def signing(self, policy):
        """Positions that get an agreement in the year: who heads an office always, others by their level."""
        return self.exclude(~_heads() & ~Q(level__in=levels_that_sign(policy)))

    def free_for_agreement(self, policy, units: frozenset[int] | None, day: date):
        """Positions of these units (None: all) that sign in the year and have no agreement of it under way or
        in force."""
        year = policy.year
        positions = self.on(day).signing(policy).select_related("unit")
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
        return self.on(day).filter(_heads()).select_related("unit")

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

    def leading(self):
        """Those that plausibly stand above others."""
        return self.filter(
            Q(heads_unit=True) | Q(level__in=(Level.REGIONAL_HEAD, Level.II, Level.III, Level.TEAM_LEAD))
        )


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

    def of_hand_over(self, position, official):
        """Who holds the position, and what the official holds (None: nobody comes), from a day on: see `beyond`."""
        here = Q(position=position)
        wanted = here if official is None else here | Q(official=official)
        return self.filter(wanted).select_related("official", "position__unit").order_by("starts", "pk")

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


class HandOverQuerySet(models.QuerySet):
    def with_outcome(self):
        """Each with `signed`: whether who came has signed an agreement of the position that came into force."""
        from agreements.models import IssueParty

        papers = IssueParty.objects.filter(
            assignment=models.OuterRef("incoming"),
            party=Party.FIRST,
            issue__agreement__position=models.OuterRef("position"),
            issue__agreement__status__in=SIGNED,
        )
        return self.annotate(signed=models.Exists(papers))

    def open(self):
        """Those that still ask something of somebody: neither settled by hand nor by a new agreement."""
        return self.filter(settled_at=None).with_outcome().filter(signed=False)

    def settled(self):
        return self.with_outcome().filter(Q(settled_at__isnull=False) | Q(signed=True))

    def matching(self, words: str):
        """Those of a position, unit or official whose name holds the words."""
        named = (
            "position__title",
            "position__unit__name",
            "outgoing__official__name",
            "incoming__official__name",
        )
        found = Q(pk__in=())
        for name in named:
            found |= Q(**{f"{name}__icontains": words})
        return self.filter(found)

    def whole(self):
        """With all that a list of them names."""
        return self.select_related(
            "position__unit", "agreement__position",
            "outgoing__official", "outgoing__position", "incoming__official", "incoming__position",
        )  # fmt: skip


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
