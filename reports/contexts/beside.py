"""What the Beranda counts beside agreements and facts, read in one query however many counts it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Func, IntegerField, QuerySet, Subquery

from accounts import permissions
from accounts.permissions import Capability, Scope
from agreements.checking import by_bureau, to_check
from agreements.models import Agreement, HandOver, TreeLink, YearPolicy
from evaluations.overview import revisions_to_decide
from reports.contexts.setup import essentials, lacking


@dataclass(frozen=True)
class Beside:
    """Counts of what waits for an account; 0 where it is not asked.

    `to_check`: agreements it checks for another than the bureau. `hand_overs`: changes of holders whose agreement
    waits for something. `supports`: requests of other units to its performance tree, `first_support` the first of
    them. `revisions`: corrections by sources it decides on. `lacking`: what the year cannot do without, in words.
    """

    to_check: int = 0
    hand_overs: int = 0
    supports: int = 0
    first_support: int = 0
    revisions: int = 0
    lacking: Sequence[str] = ()


def beside(scope: Scope, policy: YearPolicy, day: date, *, submitted: bool) -> Beside:
    """The counts of the account in the year, in one query; in none where nothing of it concerns the account.

    `submitted`: whether any agreement waits to be checked.
    """
    asked = _asked(scope, policy)
    if submitted and not by_bureau(policy):
        rows = Agreement.objects.visible_to(scope, policy.year).for_year(policy.year)
        asked["to_check"] = _over(to_check(rows, scope, policy, day))
    settings = permissions.may_change_settings(scope)
    asked |= essentials(policy.year) if settings else {}
    if not asked:
        return Beside()
    rows = YearPolicy.objects.filter(pk=policy.pk).annotate(**asked).values(*asked)
    found: dict[str, Any] = rows.first() or {}
    # A count of what cannot be is not asked of the database and comes back as None.
    counts = {name: value or 0 for name, value in found.items() if name in Beside.__dataclass_fields__}
    return Beside(**counts, lacking=lacking(found) if settings else ())


def _asked(scope: Scope, policy: YearPolicy) -> dict[str, Any]:
    year = policy.year
    asked: dict[str, Any] = {}
    if permissions.may_organise(scope):
        asked["hand_overs"] = _over(HandOver.objects.open())
    if own := _answers_for(scope, year):
        waiting = TreeLink.objects.concerning(scope, year).open_for(own)
        asked |= {"supports": _over(waiting), "first_support": _over(waiting, "MIN")}
    if permissions.may_verify_somewhere(scope, year):
        asked["revisions"] = _over(revisions_to_decide(scope, year, policy.tiny_office))
    return asked


def _answers_for(scope: Scope, year: int) -> frozenset[int]:
    """The units whose performance tree the account keeps; the bureau, who drafts for all, is not asked for any."""
    if scope.units(Capability.DRAFT, year) is None:
        return frozenset()
    return scope.own_units(Capability.DRAFT, year)


def _over(rows: QuerySet, function: str = "COUNT") -> Subquery:
    """An aggregate over the keys of all rows, as a value of another query."""
    value = Func("pk", function=function, output_field=IntegerField())
    return Subquery(rows.order_by().annotate(over_all=value).values("over_all"))
