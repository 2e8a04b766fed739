"""An account's Scope on a day: from its memberships and the positions its holder has."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import Case, Value, When
from django.utils import timezone

from accounts.permissions import (
    DELEGATE_CAPABILITIES,
    HEAD_CAPABILITIES,
    HOLDER_CAPABILITIES,
    NOBODY,
    OPEN_END,
    REGION_WIDE,
    ROLE_CAPABILITIES,
    ROLE_LABELS,
    Capability,
    Grant,
    Role,
    Scope,
    Verifiers,
    with_verifying,
)
from agreements.enums import BureauVerifier, DeclaredBy, Holding, Level, UnitKind
from agreements.models import Assignment, Delegation, Membership, Position, Region, Unit, YearPolicy

# Roles that verify by the policy of a year.
BY_POLICY = (Role.PLANNER, Role.INSPECTORATE)
# How the title of who leads the secretariat of a perangkat daerah begins.
SECRETARY = "Sekretaris"

# What UnitTree marks a unit as.
REGION, ENDED = 1, 2


class UnitTree:
    """Parents and children of all units, and which have ended before the day (if one is given), read once."""

    def __init__(self, day: date | None = None) -> None:
        self.parent: dict[int, int | None] = {}
        self.children: dict[int, list[int]] = defaultdict(list)
        regions, ended = set(), set()
        # Every page reads this: numbers alone come out of the database without being converted.
        over = [When(valid_to__lt=day, then=Value(ENDED))] if day else []
        mark = Case(When(kind=UnitKind.REGION, then=Value(REGION)), *over, default=Value(0))
        for pk, parent, what in Unit.objects.order_by().values_list("pk", "parent_id", mark):
            self.parent[pk] = parent
            if parent is not None:
                self.children[parent].append(pk)
            if what == REGION:
                regions.add(pk)
            elif what == ENDED:
                ended.add(pk)
        self.regions, self.ended = frozenset(regions), frozenset(ended)

    def below(self, roots: Iterable[int]) -> frozenset[int]:
        """The given units and everything under them."""
        found: set[int] = set()
        waiting = list(roots)
        while waiting:
            pk = waiting.pop()
            if pk not in found:
                found.add(pk)
                waiting.extend(self.children.get(pk, ()))
        return frozenset(found)

    def around(self, pk: int) -> frozenset[int]:
        """A unit, what is below it and what it belongs to, the region itself left out."""
        found: set[int] = set()
        unit: int | None = pk
        while unit is not None and unit not in found:
            found.add(unit)
            unit = self.parent.get(unit)
        return (self.below([pk]) | found) - self.regions


def scope_of(
    account,
    day: date | None = None,
    region: Region | None = None,
    tree: UnitTree | None = None,
    policies: Iterable[YearPolicy] | None = None,
) -> Scope:
    """What the account may reach on the day (default: today in the region's time).

    `region`, the `tree` of the day and the `policies` of all years save asking for them again where the
    caller has them already; policies matter only to the roles that some of them let verify.
    """
    if account is None or not account.is_authenticated or not account.is_active:
        return NOBODY
    day = day or timezone.localdate()
    tree = tree or UnitTree(day)
    assignments = list(
        Assignment.objects.filter(official__account=account).conferring(day).select_related("position__unit")
    )
    memberships = Membership.objects.filter(account=account).on(day).with_units()
    roles = [_membership_grant(membership, units, tree) for membership, units in memberships]
    secretaries = [a for a in assignments if leads_secretariat(a.position) and a.holding != Holding.PLH]
    by_policy = secretaries or any(grant.role in BY_POLICY for grant in roles)
    if by_policy:
        years = list(YearPolicy.objects.all() if policies is None else policies)
        verifiers = _verifiers(years)
        roles += [grant for each in secretaries for grant in _secretary_grants(each, years, tree)]
        roles = [part for grant in roles for part in with_verifying(grant, verifiers)]
    delegations = list(
        Delegation.objects.filter(account=account).conferring(day).select_related("position__unit")
    )
    # A lazy region may stand for none: only its truth tells.
    region = region or Region.objects.first()
    bureau = region.bureau_id if region else None
    parties = [a for a in assignments if a.holding != Holding.PLH]
    return Scope(
        account_id=account.pk,
        name=account.name,
        day=day,
        grants=tuple(
            part
            for grant in [
                *roles,
                *(_post_grant(assignment, tree) for assignment in assignments),
                *(_delegate_grant(delegation, tree) for delegation in delegations),
            ]
            for part in _without_ended(grant, tree)
        ),
        posts=frozenset(a.position_id for a in parties),
        post_titles={a.position_id: a.title for a in parties},
        delegated={d.position_id: d.capacity for d in delegations},
        bureau_units=tree.around(bureau) if bureau else frozenset(),
    )


def leads_secretariat(position: Position) -> bool:
    """Whether the post leads the secretariat of a perangkat daerah."""
    return position.unit.kind == UnitKind.DIVISION and position.title.startswith(SECRETARY)


def _secretary_grants(assignment: Assignment, policies: Iterable[YearPolicy], tree: UnitTree) -> list[Grant]:
    """Who checks the agreements of an office reads it, in the years whose policy says so."""
    office = assignment.position.unit.parent_id
    units = tree.below([office]) if office else frozenset()
    return [
        Grant(assignment.title, frozenset({Capability.VIEW}), units, years=(policy.year, policy.year))
        for policy in policies
        if policy.declared_below_by == DeclaredBy.SECRETARIAT
    ]


def _verifiers(policies: Iterable[YearPolicy]) -> Verifiers:
    return Verifiers(
        planner=frozenset(policy.year for policy in policies if policy.planner_verifies),
        inspectorate=frozenset(
            policy.year for policy in policies if policy.bureau_verified_by == BureauVerifier.INSPECTORATE
        ),
    )


def _membership_grant(membership: Membership, listed: list[int], tree: UnitTree) -> Grant:
    role = Role(membership.role)
    everywhere = role in REGION_WIDE and not listed
    years = None
    if membership.first_year or membership.last_year:
        years = (membership.first_year or 0, membership.last_year or OPEN_END)
    return Grant(
        capacity=ROLE_LABELS[role],
        capabilities=ROLE_CAPABILITIES[role],
        units=None if everywhere else tree.below(listed),
        years=years,
        role=role,
    )


def _post_grant(assignment: Assignment, tree: UnitTree) -> Grant:
    position = assignment.position
    if position.level in (Level.REGIONAL_HEAD, Level.DEPUTY_HEAD):
        # The regent and the deputy read everything; they sign through their post.
        return Grant(assignment.title, HOLDER_CAPABILITIES, None)
    units = tree.below([position.unit_id]) if position.heads_unit else frozenset({position.unit_id})
    return Grant(assignment.title, HEAD_CAPABILITIES if position.heads_unit else HOLDER_CAPABILITIES, units)


def _delegate_grant(delegation: Delegation, tree: UnitTree) -> Grant:
    """Of what the post gives its holder, what a delegate may do; never more than the holder may."""
    position = delegation.position
    units = tree.below([position.unit_id]) if position.heads_unit else frozenset({position.unit_id})
    leads_region = position.level in (Level.REGIONAL_HEAD, Level.DEPUTY_HEAD)
    holder = HEAD_CAPABILITIES if position.heads_unit and not leads_region else HOLDER_CAPABILITIES
    return Grant(delegation.capacity, DELEGATE_CAPABILITIES & holder, units)


def _without_ended(grant: Grant, tree: UnitTree) -> tuple[Grant, ...]:
    """Of a unit that has ended only reading is left to its own people.

    A grant over the whole region keeps all: what an ended unit left unfinished, the bureau finishes.
    """
    if grant.units is None or not grant.units & tree.ended:
        return (grant,)
    past = replace(grant, capabilities=grant.capabilities & {Capability.VIEW}, units=grant.units & tree.ended)
    return replace(grant, units=grant.units - tree.ended), past
