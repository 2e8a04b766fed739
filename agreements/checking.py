"""Who checks a submitted agreement and declares it complete: the bureau, or below the heads whom the policy names.

Where the policy names posts and nobody with an account holds one of them on the day, the bureau checks:
accounts below the heads are optional, and no agreement may be stuck.
"""

from datetime import date

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from accounts import permissions
from accounts.permissions import BUREAU_CHECKS, Capability, Checkers, Scope
from agreements.enums import DeclaredBy, Level, Status, UnitKind
from agreements.models import Agreement, Assignment, Position, YearPolicy
from agreements.querysets import PositionQuerySet
from agreements.querysets.agreement import AgreementQuerySet, leads_office
from agreements.scope import SECRETARY

# How many units stand above one at most (`ANCESTORS` of the querysets).
DEEPEST = 6


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
        office = Agreement.objects.filter(pk=agreement.pk).values(office=_office())
        leading = _secretaries(day).filter(unit__parent=Subquery(office))
        posts = frozenset(leading.values_list("pk", flat=True))
    return Checkers(posts or None, policy.planner_checks)


def _secretaries(day: date) -> PositionQuerySet:
    """The posts that lead the secretariat of a perangkat daerah, where somebody with an account holds them."""
    return Position.objects.on(day).filter(
        Exists(_with_account(day).filter(position=OuterRef("pk"))),
        unit__kind=UnitKind.DIVISION,
        title__startswith=SECRETARY,
    )


def _office() -> Coalesce:
    """Of an agreement: the nearest unit, its own or above, whose head signs with the regional head."""
    above = ["unit__" + "parent__" * level for level in range(DEEPEST + 1)]
    return Coalesce(
        *(Case(When(**{f"{unit}signs_with_head": True}, then=F(f"{unit}pk"))) for unit in above),
        output_field=BigIntegerField(),
    )


def by_bureau(policy: YearPolicy) -> bool:
    """Whether the bureau alone checks what was submitted, in the whole year."""
    return policy.declared_below_by == DeclaredBy.BUREAU and not policy.planner_checks


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
        rows = rows.annotate(checking_office=_office())
        leading = _secretaries(day).filter(unit__parent=OuterRef("checking_office"))
        of_posts = below & Q(Exists(leading))
        mine = below & Q(Exists(leading.filter(pk__in=scope.posts)))
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
