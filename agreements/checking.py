"""Who checks a submitted agreement and declares it complete: the bureau, or below the heads whom the policy names.

Where the policy names posts and nobody with an account holds one of them on the day, the bureau checks:
accounts below the heads are optional, and no agreement may be stuck.
"""

from collections.abc import Mapping
from datetime import date

from django.db.models import Exists, OuterRef, Q

from accounts import permissions
from accounts.permissions import BUREAU_CHECKS, Capability, Checkers, Scope
from agreements.enums import DeclaredBy, Level, Status, UnitKind
from agreements.models import Agreement, Assignment, Position, Unit, YearPolicy
from agreements.querysets.agreement import AgreementQuerySet, leads_office
from agreements.scope import SECRETARY, UnitTree


def is_of_head(agreement: Agreement) -> bool:
    """Whether it is the agreement of the regional head or of who signs with the regional head."""
    position = agreement.position
    return position.level == Level.REGIONAL_HEAD or (position.heads_unit and agreement.unit.signs_with_head)


def checkers_of(agreement: Agreement, policy: YearPolicy, day: date) -> Checkers:
    """Who checks this agreement on the day; without a query for a head."""
    if is_of_head(agreement):
        return Checkers(None, policy.planner_checks)
    posts: frozenset[int] = frozenset()
    if policy.declared_below_by == DeclaredBy.SUPERIOR and agreement.second_position_id:
        held = _with_account(day).filter(position=agreement.second_position_id)
        posts = frozenset(held.values_list("position_id", flat=True))
    elif policy.declared_below_by == DeclaredBy.SECRETARIAT:
        posts = secretaries(day).get(agreement.unit_id, posts)
    return Checkers(posts or None, policy.planner_checks)


def secretaries(day: date, tree: UnitTree | None = None) -> Mapping[int, frozenset[int]]:
    """By unit: the posts that lead the secretariat of the perangkat daerah it belongs to, where somebody with
    an account holds them."""
    tree = tree or UnitTree(day)
    offices = frozenset(Unit.objects.filter(signs_with_head=True).values_list("pk", flat=True))
    leading = Position.objects.on(day).filter(
        Exists(_with_account(day).filter(position=OuterRef("pk"))),
        unit__kind=UnitKind.DIVISION,
        title__startswith=SECRETARY,
    )
    of_office: dict[int, frozenset[int]] = {}
    for post, office in leading.values_list("pk", "unit__parent_id"):
        of_office[office] = of_office.get(office, frozenset()) | {post}
    found = {}
    for unit in tree.parent:
        at: int | None = unit
        while at is not None and at not in offices:
            at = tree.parent[at]
        if at in of_office:
            found[unit] = of_office[at]
    return found


def to_check(rows: AgreementQuerySet, scope: Scope, policy: YearPolicy, day: date) -> AgreementQuerySet:
    """Submitted agreements this account may return or declare complete; its own submissions left out."""
    year = policy.year
    below = ~leads_office()
    mine, of_posts = Q(pk__in=()), Q(pk__in=())
    if policy.declared_below_by == DeclaredBy.SUPERIOR:
        held = _with_account(day).filter(position=OuterRef("second_position"))
        of_posts = below & Q(Exists(held))
        mine = below & Q(second_position_id__in=scope.posts)
    elif policy.declared_below_by == DeclaredBy.SECRETARIAT:
        posts = secretaries(day)
        of_posts = below & Q(unit_id__in=posts.keys())
        own = [unit for unit, held in posts.items() if not held.isdisjoint(scope.posts)]
        mine = below & Q(unit_id__in=own)
    units = scope.units(Capability.DECLARE, year)
    if units is None or units:
        reached = Q() if units is None else Q(unit_id__in=units)
        mine |= reached & ~of_posts
    if policy.planner_checks and permissions.plans_for(scope, None, year):
        mine |= Q(status=Status.SUBMITTED)
    found = rows.filter(mine, status=Status.SUBMITTED)
    return found if policy.tiny_office else found.exclude(submitted_by=scope.account_id)


def checks_as(scope: Scope, agreement: Agreement, checkers: Checkers) -> str:
    """In what capacity the account checks it: of the post that does, of a role, or nothing."""
    for post in sorted(scope.posts & (checkers.posts or frozenset())):
        return scope.post_titles[post]
    unit, year = agreement.unit_id, agreement.year
    declares = scope.capacity(Capability.DECLARE, unit, year)
    return declares or (scope.capacity(Capability.PLAN, unit, year) if checkers.planner else "")


def checkers_now(agreement: Agreement, day: date) -> Checkers:
    """As `checkers_of`, by the policy of its year, which is asked for."""
    policy = YearPolicy.objects.filter(year=agreement.year).first()
    return checkers_of(agreement, policy, day) if policy else BUREAU_CHECKS


def _with_account(day: date):
    """Who holds a post as a party would on the day and can sign in."""
    return Assignment.objects.conferring(day).as_party().filter(official__account__is_active=True)
