"""Who may do what: every access decision of the application, pure over a frozen Scope.

An account is capabilities × scope. A Scope is made once a request by `agreements.scope`; here
nothing reads the database. What lies outside `visible` is answered with 404 by the querysets,
what is visible but not allowed with 403.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum


class Capability(StrEnum):
    VIEW = "view"  # read agreements, facts and reports of a unit
    DRAFT = "draft"  # write the draft of an agreement
    SUBMIT = "submit"  # submit an agreement (its holder, or who submits for them)
    DECLARE = "declare"  # declare complete, return
    ISSUE = "issue"  # fix signatories and bytes, record signatures
    ENTER = "enter"  # type realisation, attach evidence, submit it
    VERIFY = "verify"  # verify, correct, return realisation
    VERIFY_BUREAU = "verify_bureau"  # the same for the bureau's own unit
    REPORT = "report"  # write the narrative of a unit's report
    PLAN = "plan"  # catalogue, objectives
    BUDGET = "budget"  # programmes and budgets
    ORGANISE = "organise"  # units, positions, officials, assignments
    ACCOUNTS = "accounts"  # accounts, memberships, one-time links, releasing a lock
    SETTINGS = "settings"  # identity and policies
    HISTORY = "history"  # the whole event chain


class Role(StrEnum):
    """Ready-made roles of a membership; the label is in ROLE_LABELS."""

    BUREAU = "bureau"
    OPERATOR = "operator"
    LEADER = "leader"
    PLANNER = "planner"
    BUDGET = "budget"
    PERSONNEL = "personnel"
    INSPECTORATE = "inspectorate"
    GUEST = "guest"
    ADMINISTRATOR = "administrator"


ROLE_LABELS: Mapping[Role, str] = {
    Role.BUREAU: "Admin Kabupaten (Bagian Organisasi)",
    Role.OPERATOR: "Operator PD",
    Role.LEADER: "Pimpinan (baca)",
    Role.PLANNER: "Perencana",
    Role.BUDGET: "Pengelola anggaran",
    Role.PERSONNEL: "Pengelola kepegawaian",
    Role.INSPECTORATE: "Inspektorat / APIP",
    Role.GUEST: "Evaluator (tamu)",
    Role.ADMINISTRATOR: "Administrator Sistem",
}

C = Capability
ROLE_CAPABILITIES: Mapping[Role, frozenset[Capability]] = {
    Role.BUREAU: frozenset(
        {
            C.VIEW, C.DRAFT, C.DECLARE, C.ISSUE, C.ENTER, C.VERIFY, C.REPORT, C.PLAN, C.BUDGET,
            C.ORGANISE, C.ACCOUNTS, C.SETTINGS, C.HISTORY,
        }
    ),
    Role.OPERATOR: frozenset({C.VIEW, C.DRAFT, C.ENTER, C.REPORT}),
    Role.LEADER: frozenset({C.VIEW}),
    Role.PLANNER: frozenset({C.VIEW, C.PLAN, C.VERIFY_BUREAU}),
    Role.BUDGET: frozenset({C.VIEW, C.BUDGET}),
    Role.PERSONNEL: frozenset({C.VIEW, C.ORGANISE}),
    Role.INSPECTORATE: frozenset({C.VIEW, C.HISTORY}),
    Role.GUEST: frozenset({C.VIEW}),
    Role.ADMINISTRATOR: frozenset({C.ACCOUNTS, C.SETTINGS, C.HISTORY}),
}  # fmt: skip
# Roles that make no sense for a few units only: an empty list of units means all of them.
REGION_WIDE = frozenset(set(Role) - {Role.OPERATOR, Role.GUEST})
# What a person may do for the unit they head, and for a post that heads none.
HEAD_CAPABILITIES = frozenset({C.VIEW, C.DRAFT, C.SUBMIT, C.ENTER, C.REPORT})
HOLDER_CAPABILITIES = frozenset({C.VIEW})
# What the delegate of a post may do of what its holder may.
DELEGATE_CAPABILITIES = frozenset({C.VIEW, C.SUBMIT, C.ENTER})
# The last year of a grant that is limited to years from one on; the first of one limited only to an end is 0.
OPEN_END = 9999


@dataclass(frozen=True)
class Grant:
    """Capabilities over units; `units` None means all units, years None means all years, those in `but` left out.

    `role` is set where the grant comes from a membership; `capacity` is only words for the history,
    which a position of the same name could carry too.
    """

    capacity: str
    capabilities: frozenset[Capability]
    units: frozenset[int] | None
    years: tuple[int, int] | None = None
    role: Role | None = None
    but: frozenset[int] = frozenset()

    def reaches(self, capability: Capability, year: int | None) -> bool:
        """Whether the capability is granted in this year (None: in any), whatever the unit."""
        if capability not in self.capabilities or year in self.but:
            return False
        return not self.years or year is None or self.years[0] <= year <= self.years[1]

    def covers(self, capability: Capability, unit_id: int | None, year: int | None) -> bool:
        if not self.reaches(capability, year):
            return False
        return self.units is None or (unit_id is not None and unit_id in self.units)


@dataclass(frozen=True)
class Verifiers:
    """What the policies of years say of who verifies: in which years the planner verifies beside the bureau,
    and in which the inspectorate, not the planner, verifies the bureau's own unit."""

    planner: frozenset[int] = frozenset()
    inspectorate: frozenset[int] = frozenset()


def with_verifying(grant: Grant, verifiers: Verifiers) -> tuple[Grant, ...]:
    """The grant of a role, with what the policies of years add to it and take from it."""
    if grant.role == Role.PLANNER and C.VERIFY_BUREAU in grant.capabilities:
        bureau = replace(grant, capabilities=frozenset({C.VERIFY_BUREAU}), but=verifiers.inspectorate)
        rest = replace(grant, capabilities=grant.capabilities - {C.VERIFY_BUREAU})
        return rest, bureau, *_in_years(grant, C.VERIFY, verifiers.planner)
    if grant.role == Role.INSPECTORATE:
        return grant, *_in_years(grant, C.VERIFY_BUREAU, verifiers.inspectorate)
    return (grant,)


def _in_years(grant: Grant, capability: Capability, years: Collection[int]) -> Iterator[Grant]:
    """The capability in each of the years the grant reaches at all."""
    for year in sorted(years):
        if grant.reaches(C.VIEW, year):
            yield replace(grant, capabilities=frozenset({capability}), years=(year, year))


@dataclass(frozen=True)
class Checkers:
    """Who checks a submitted agreement: `posts` None the bureau, else who holds one of them as a party would.

    `planner`: the planner may return it too, and never declares it complete.
    """

    posts: frozenset[int] | None = None
    planner: bool = False


BUREAU_CHECKS = Checkers()


@dataclass(frozen=True)
class Scope:
    """What one account may reach on one day.

    `posts` are the positions it holds as a party would (definitive, Plt., Pj., Pjs.), `post_titles`
    their titles with that prefix; what a Plh. may do comes from a grant only. `delegated` are the
    positions it submits for as the delegate of their holder, with the words for it (“a.n. …”): it is
    no party for them. `bureau_units` are the bureau's own unit, what it belongs to and what is below
    it: their figures are verified elsewhere.
    """

    account_id: int | None = None
    name: str = ""
    day: date | None = None
    grants: tuple[Grant, ...] = ()
    posts: frozenset[int] = frozenset()
    post_titles: Mapping[int, str] = field(default_factory=dict)
    delegated: Mapping[int, str] = field(default_factory=dict)
    bureau_units: frozenset[int] = frozenset()

    def may(self, capability: Capability, unit_id: int | None = None, year: int | None = None) -> bool:
        """Whether the capability reaches this unit (None: the region as a whole) in this year."""
        return any(grant.covers(capability, unit_id, year) for grant in self.grants)

    def may_somewhere(self, capability: Capability, year: int | None = None) -> bool:
        return any(grant.reaches(capability, year) for grant in self.grants)

    def reads_something(self, year: int | None = None) -> bool:
        """Whether there are figures to read for the account: of units, or of its own posts."""
        return self.may_somewhere(Capability.VIEW, year) or bool(self.posts)

    def units(self, capability: Capability, year: int | None = None) -> frozenset[int] | None:
        """The units a capability reaches; None means all of them."""
        found: set[int] = set()
        for grant in self.grants:
            if not grant.reaches(capability, year):
                continue
            if grant.units is None:
                return None
            found |= grant.units
        return frozenset(found)

    def own_units(self, capability: Capability, year: int | None = None) -> frozenset[int]:
        """The units a capability reaches by itself, not by a grant over the whole region; the bureau's too."""
        listed = (g.units for g in self.grants if g.units is not None and g.reaches(capability, year))
        everywhere = any(g.units is None and g.reaches(capability, year) for g in self.grants)
        return frozenset().union(*listed, self.bureau_units if everywhere else ())

    def capacity(self, capability: Capability, unit_id: int | None = None, year: int | None = None) -> str:
        """In what capacity the account uses a capability: printed in the history."""
        own = (g for g in self.grants if g.covers(capability, unit_id, year))
        return next((grant.capacity for grant in own), "")

    def speaks_for(self, capability: Capability, unit_id: int, year: int) -> bool:
        """Whether the capability comes from the unit itself, not from a grant over the whole region."""
        return any(
            grant.units is not None and grant.covers(capability, unit_id, year) for grant in self.grants
        )


NOBODY = Scope()


# --- agreements -----------------------------------------------------------------------------


def may_view(scope: Scope, unit_id: int, year: int) -> bool:
    return scope.may(C.VIEW, unit_id, year)


def may_draft(scope: Scope, unit_id: int, year: int) -> bool:
    """Write a draft: the unit itself, or the bureau for it (visibly, in the history)."""
    return scope.may(C.DRAFT, unit_id, year)


def may_draft_somewhere(scope: Scope, year: int) -> bool:
    return scope.may_somewhere(C.DRAFT, year)


def may_draft_for_all(scope: Scope, year: int) -> bool:
    """Write drafts of the whole region in one action: the bureau."""
    return scope.units(C.DRAFT, year) is None


def may_submit(scope: Scope, unit_id: int, position_id: int, year: int) -> bool:
    """Submit an agreement: who holds its position or heads the unit it lies in, or the delegate of either."""
    own = position_id in scope.posts or position_id in scope.delegated
    return own or scope.may(C.SUBMIT, unit_id, year)


def submits_as(scope: Scope, unit_id: int, position_id: int, year: int) -> str:
    """In what capacity an agreement is submitted: of the post itself before that of a head, or of a delegate."""
    delegate = scope.delegated.get(position_id, "")
    return scope.post_titles.get(position_id) or scope.capacity(C.SUBMIT, unit_id, year) or delegate


def may_delegate(scope: Scope) -> bool:
    """Name a delegate: who holds a post as a party would. A delegate names none."""
    return bool(scope.posts)


def may_declare_complete(
    scope: Scope,
    unit_id: int,
    year: int,
    submitted_by: int | None,
    tiny_office: bool = False,
    checkers: Checkers = BUREAU_CHECKS,
) -> bool:
    """Declare complete or return: never one's own submission, except by the policy for tiny offices."""
    if checkers.posts is None:
        allowed = scope.may(C.DECLARE, unit_id, year)
    else:
        allowed = not checkers.posts.isdisjoint(scope.posts)
    return allowed and (tiny_office or submitted_by != scope.account_id)


def may_return_as_planner(
    scope: Scope, unit_id: int, year: int, submitted_by: int | None, checkers: Checkers
) -> bool:
    """Return what was submitted because the plan says otherwise, where the policy of the year lets planners."""
    return checkers.planner and plans_for(scope, unit_id, year) and submitted_by != scope.account_id


def plans_for(scope: Scope, unit_id: int | None, year: int) -> bool:
    """Whether the account has the role of a planner; the bureau, which plans too, has not."""
    return any(grant.role == Role.PLANNER and grant.covers(C.PLAN, unit_id, year) for grant in scope.grants)


def may_declare_somewhere(scope: Scope, year: int) -> bool:
    """Who leads agreements through the year: the bureau."""
    return scope.may_somewhere(C.DECLARE, year)


def only_reads_all(scope: Scope, year: int) -> bool:
    """Whether the account reads the whole region and writes for none of its units: who leads or reviews it."""
    writing = {C.DRAFT, C.ENTER, C.DECLARE, C.VERIFY, C.VERIFY_BUREAU, C.PLAN, C.BUDGET, C.ORGANISE}
    return scope.units(C.VIEW, year) is None and not any(scope.may_somewhere(each, year) for each in writing)


def may_issue(scope: Scope, unit_id: int, year: int) -> bool:
    """Fix signatories, place, date and bytes, and record signatures made in ink."""
    return scope.may(C.ISSUE, unit_id, year)


def may_issue_somewhere(scope: Scope, year: int) -> bool:
    """Open the pages of a signing day."""
    return scope.may_somewhere(C.ISSUE, year)


# --- realisation ----------------------------------------------------------------------------


def may_enter(scope: Scope, unit_id: int, year: int) -> bool:
    return scope.may(C.ENTER, unit_id, year)


def enters_for_another(scope: Scope, unit_id: int, year: int) -> bool:
    """Whether entering here is help from outside the unit, which needs a reason.

    The bureau's own figures are its own, although its grant is over the whole region.
    """
    own = unit_id in scope.bureau_units or scope.speaks_for(C.ENTER, unit_id, year)
    return scope.may(C.ENTER, unit_id, year) and not own


def may_verify(
    scope: Scope, unit_id: int, year: int, submitted_by: int | None = None, tiny_office: bool = False
) -> bool:
    """Verify, correct or return: never what one submitted, and the bureau never its own unit.

    The policy for tiny offices lets the bureau do both; who verifies the bureau's unit otherwise still may.
    """
    of_bureau = unit_id in scope.bureau_units
    needed = {C.VERIFY_BUREAU} if of_bureau else {C.VERIFY}
    if of_bureau and tiny_office:
        needed |= {C.VERIFY}
    if not any(scope.may(capability, unit_id, year) for capability in needed):
        return False
    return tiny_office or submitted_by is None or submitted_by != scope.account_id


def may_verify_somewhere(scope: Scope, year: int) -> bool:
    return scope.may_somewhere(C.VERIFY, year) or scope.may_somewhere(C.VERIFY_BUREAU, year)


def may_write_report(scope: Scope, unit_id: int, year: int) -> bool:
    return scope.may(C.REPORT, unit_id, year)


def may_record_years_before(scope: Scope, unit_id: int, year: int) -> bool:
    """Write what an indicator reached in years nobody measured here: who plans, or who reports for the unit."""
    return may_plan(scope, year) or may_write_report(scope, unit_id, year)


# --- money ----------------------------------------------------------------------------------


def may_enter_money(scope: Scope, unit_id: int, year: int) -> bool:
    """Type what was spent: the unit itself, or who keeps the region's budgets."""
    return scope.may(C.ENTER, unit_id, year) or scope.may(C.BUDGET, unit_id, year)


def may_enter_money_somewhere(scope: Scope, year: int) -> bool:
    return scope.may_somewhere(C.ENTER, year) or scope.may_somewhere(C.BUDGET, year)


def units_of_money(scope: Scope, year: int) -> frozenset[int] | None:
    """The units the account types money for; None means all of them."""
    own, kept = scope.units(C.ENTER, year), scope.units(C.BUDGET, year)
    return None if own is None or kept is None else own | kept


def enters_money_as(scope: Scope, unit_id: int, year: int) -> str:
    """In what capacity money is typed: of the unit itself before that of who keeps the budgets."""
    return scope.capacity(C.ENTER, unit_id, year) or scope.capacity(C.BUDGET, unit_id, year)


# --- the region as a whole ------------------------------------------------------------------


def may_plan(scope: Scope, year: int | None = None) -> bool:
    """Without a year: what belongs to none, such as scales."""
    return scope.may(C.PLAN, year=year)


def may_budget(scope: Scope, year: int) -> bool:
    return scope.may(C.BUDGET, year=year)


def may_organise(scope: Scope) -> bool:
    return scope.may(C.ORGANISE)


def may_manage_accounts(scope: Scope) -> bool:
    return scope.may(C.ACCOUNTS)


def may_change_settings(scope: Scope) -> bool:
    return scope.may(C.SETTINGS)


def may_read_history(scope: Scope) -> bool:
    return scope.may(C.HISTORY)


def may_import_something(scope: Scope) -> bool:
    """Open the pages of importing: who keeps the organisation, the plan or the budgets, or issues agreements."""
    return any(scope.may(each) for each in (C.ORGANISE, C.PLAN, C.BUDGET, C.ISSUE))


# --- accounts -------------------------------------------------------------------------------


def is_administrator(scope: Scope) -> bool:
    return any(grant.role == Role.ADMINISTRATOR for grant in scope.grants)


def may_manage_account(scope: Scope, account_id: int, roles: Collection[str]) -> bool:
    """Change, close or hand a link to another's account: an administrator's only by an administrator.

    Who could hand themselves a link to an administrator's account would be one.
    """
    if not may_manage_accounts(scope) or account_id == scope.account_id:
        return False
    return Role.ADMINISTRATOR not in roles or is_administrator(scope)


def may_give_role(scope: Scope, account_id: int, role: str) -> bool:
    """Give, change or end a role: never one's own, and `administrator` only by an administrator."""
    if not may_manage_accounts(scope) or account_id == scope.account_id:
        return False
    return role != Role.ADMINISTRATOR or is_administrator(scope)


def may_assign(scope: Scope, account_id: int | None) -> bool:
    """Write what posts an official holds; the account of the official must not be one's own."""
    return may_organise(scope) and (account_id is None or account_id != scope.account_id)
