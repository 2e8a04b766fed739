"""Indicators, budgets and signed agreements, added in bulk: copies of what the demo's units promise."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice

from accounts.models import User
from agreements import content as contents
from agreements.budgets import BudgetLine, YearBudgets
from agreements.copying import TARGET_COLUMNS, promise
from agreements.enums import BudgetVersion, Form, Level, Paper, Party, Status
from agreements.models import (
    Agreement,
    AgreementBudget,
    AgreementIndicator,
    AgreementObjective,
    Assignment,
    Budget,
    Indicator,
    IndicatorTarget,
    Issue,
    IssueParty,
    Position,
    Region,
    Signature,
    YearPolicy,
)
from agreements.years import open_year
from evaluations.demo.days import moment, working_day
from evaluations.demo.promises import SIGNING_DAY
from evaluations.demo.scale.posts import Post
from evaluations.demo.world import VERIFIER
from evaluations.models import Realisation
from evaluations.years import make_periods
from records.models import StoredFile

BATCH = 2000
# The way to a signature, in the order the database holds for everybody.
TO_FORCE = (Status.SUBMITTED, Status.READY, Status.IN_SIGNING, Status.IN_FORCE)


@dataclass(frozen=True)
class Copied:
    """An indicator of the catalogue that repeats another: same kind, targets and figures."""

    template: int
    indicator: Indicator


def make(posts: Sequence[Post], years: range, each: float, today: date) -> list[Copied]:
    """An agreement in force for every post and year, with `each` indicators on the average."""
    copies = _indicators(posts, each)
    _targets([copy for found in copies for copy in found], years)
    for year in years:
        make_periods(open_year(year))
    _budgets([post.office.pk for post in posts], years)
    printed = Issue.objects.order_by("pk").first()
    if printed is None:
        raise LookupError("the demo has not issued an agreement yet")
    for year in years:
        if signing_day(year) < today:
            agreements = _agreements(posts, copies, year)
            _sign(agreements, {post.position.pk: post.assignment for post in posts}, year, printed.pdf)
    return [copy for found in copies for copy in found]


def signing_day(year: int) -> date:
    return working_day(date(year, *SIGNING_DAY))


# --- the plan ---------------------------------------------------------------------------------


def _indicators(posts: Sequence[Post], each: float) -> list[list[Copied]]:
    """For every post its own copies of the demo's measured indicators, one after the other."""
    measured = Realisation.objects.values("indicator")
    templates = list(Indicator.objects.filter(pk__in=measured).select_related("scale").order_by("pk"))
    source = cycle(templates)
    copies: list[list[Copied]] = []
    for number, post in enumerate(posts, start=1):
        wanted = max(1, round(number * each) - round((number - 1) * each))
        copies.append([Copied(template.pk, _copy(template, post)) for template in islice(source, wanted)])
    Indicator.objects.bulk_create((copy.indicator for found in copies for copy in found), BATCH)
    return copies


def _copy(template: Indicator, post: Post) -> Indicator:
    values = {
        field.attname: getattr(template, field.attname)
        for field in Indicator._meta.concrete_fields
        if not field.primary_key
    }
    copy = Indicator(**values)
    copy.unit, copy.objective, copy.person_in_charge = post.office, post.objective, post.position
    copy.code = ""
    copy.name = f"{template.name} – {post.position.unit.short_name}"
    copy.scale = template.scale
    return copy


def _targets(copies: Iterable[Copied], years: range) -> None:
    """The template's target of its first year, for every year."""
    first: dict[int, IndicatorTarget] = {}
    for target in IndicatorTarget.objects.order_by("-year"):
        first[target.indicator_id] = target
    IndicatorTarget.objects.bulk_create(
        (
            IndicatorTarget(indicator=copy.indicator, year=year, **_columns(first[copy.template]))
            for copy in copies
            for year in years
        ),
        BATCH,
    )


def _columns(target: IndicatorTarget) -> dict:
    return {column: getattr(target, column) for column in TARGET_COLUMNS}


def _budgets(offices: Iterable[int], years: range) -> None:
    """Every office gets some in every year: what is missing repeats what another has."""
    found: dict[tuple[int, int], list[Budget]] = defaultdict(list)
    originals = Budget.objects.filter(version=BudgetVersion.ORIGINAL)
    for budget in originals.select_related("programme").order_by("pk"):
        found[budget.unit_id, budget.year].append(budget)
    # Offices whose money lies with units below them, and new ones, repeat those of an office that has its own.
    models = cycle([lines for lines in found.values() if len(lines) > 1])
    made = []
    for office in dict.fromkeys(offices):
        known = next((lines for (unit, _), lines in found.items() if unit == office), None) or next(models)
        for year in years:
            if not found[office, year]:
                found[office, year] = [
                    Budget(
                        unit_id=office,
                        programme=line.programme,
                        year=year,
                        fund_source=line.fund_source,
                        amount=line.amount,
                    )
                    for line in known
                ]
                made += found[office, year]
    Budget.objects.bulk_create(made, BATCH)


# --- agreements -------------------------------------------------------------------------------


def _agreements(
    posts: Sequence[Post],
    copies: Sequence[Sequence[Copied]],
    year: int,
) -> list[Agreement]:
    """Drafts with all their content; content is written before anything is frozen. Table B is made of the
    lines that the application offers each of them."""
    policy = YearPolicy.objects.get(year=year)
    regent = Position.objects.get(level=Level.REGIONAL_HEAD)
    agreements = Agreement.objects.bulk_create(
        (
            Agreement(
                position=post.position,
                unit=post.position.unit,
                year=year,
                form=Form.TWO_PARTY,
                second_position=regent if post.position.unit.signs_with_head else post.position.superior,
            )
            for post in posts
        ),
        BATCH,
    )
    objectives = AgreementObjective.objects.bulk_create(
        AgreementObjective(agreement=agreement, objective=post.objective, order=1, text=post.objective.text)
        for agreement, post in zip(agreements, posts, strict=True)
    )
    targets = _targets_of(copies, year)
    AgreementIndicator.objects.bulk_create(
        (
            promise(objective, copy.indicator, policy, **targets[copy.indicator.pk])
            for objective, own in zip(objectives, copies, strict=True)
            for copy in own
        ),
        BATCH,
    )
    budgets = YearBudgets(year, agreements)
    AgreementBudget.objects.bulk_create(
        (
            AgreementBudget(
                agreement=agreement,
                programme=line.programme,
                order=order,
                code=line.programme.code,
                name=line.programme.name,
                amount=line.amount,
                fund_source=line.fund_source,
            )
            for agreement, post in zip(agreements, posts, strict=True)
            for order, line in enumerate(_carried(post, budgets.lines_for(agreement)), start=1)
        ),
        BATCH,
    )
    return agreements


def _targets_of(copies: Iterable[Iterable[Copied]], year: int) -> dict[int, dict]:
    own = [copy.indicator.pk for found in copies for copy in found]
    return {
        target.indicator_id: _columns(target)
        for target in IndicatorTarget.objects.filter(year=year, indicator__in=own)
    }


def _carried(post: Post, lines: Sequence[BudgetLine]) -> Sequence[BudgetLine]:
    """A head's agreement lists all programmes of the office, others one of them."""
    return lines if post.position.unit.on_map else lines[post.position.pk % len(lines) :][:1]


def _sign(
    agreements: Sequence[Agreement], holders: dict[int, Assignment], year: int, paper: StoredFile
) -> None:
    """Issued and signed by both parties; the bytes of all are those of one paper that was really printed."""
    own = Agreement.objects.filter(pk__in=[agreement.pk for agreement in agreements])
    for status in TO_FORCE[:-1]:
        own.update(status=status)
    account = User.objects.get(username=VERIFIER)
    day, place = signing_day(year), Region.objects.get().seat
    superiors = _superiors({agreement.second_position_id for agreement in agreements}, day)
    issues: list[Issue] = []
    parties: list[IssueParty] = []
    for number, agreement in enumerate(own.with_content(), start=1):
        signing = contents.Signing(
            first=holders[agreement.position_id],
            second=superiors[agreement.second_position_id],
            place=place,
            document_date=day,
            document_number=f"{number}/PK/UJI/{year}",
            paper=Paper.A4,
        )
        said = contents.content_of(agreement, signing)
        issue = _issue(agreement, signing, said, paper, account)
        issues.append(issue)
        parties += _parties(issue, signing, said)
    Issue.objects.bulk_create(issues, BATCH)
    IssueParty.objects.bulk_create(parties, BATCH)
    Signature.objects.bulk_create((_signature(party, account) for party in parties), BATCH)
    own.update(status=TO_FORCE[-1])


def _superiors(positions: set[int | None], day: date) -> dict[int, Assignment]:
    """Who held them on the day; where the demo does not reach so far back, who held them first."""
    known = [pk for pk in positions if pk]
    found = Assignment.objects.parties_of(known, day)
    later = Assignment.objects.filter(position__in=known).select_related("official", "position")
    for assignment in later.order_by("starts"):
        found.setdefault(assignment.position_id, assignment)
    return found


def _issue(
    agreement: Agreement,
    signing: contents.Signing,
    said: contents.AgreementContent,
    paper: StoredFile,
    account: User,
) -> Issue:
    return Issue(
        agreement=agreement,
        document_number=signing.document_number,
        place=signing.place,
        document_date=signing_day(agreement.year),
        paper=signing.paper,
        code=contents.new_code(agreement.year),
        canonical=contents.canonical(said),
        content_sha256=contents.sha256(said),
        pdf=paper,
        issued_by=account,
        issued_at=moment(signing_day(agreement.year)),
    )


def _parties(
    issue: Issue, signing: contents.Signing, said: contents.AgreementContent
) -> Iterator[IssueParty]:
    both = ((Party.FIRST, signing.first, said.first), (Party.SECOND, signing.second, said.second))
    for party, held, words in both:
        if held and words:
            yield IssueParty(
                issue=issue,
                party=party,
                assignment=held,
                name=words.name,
                title=words.title,
                rank=words.rank,
                nip=words.nip,
            )


def _signature(party: IssueParty, account: User) -> Signature:
    return Signature(
        issue=party.issue,
        party=party,
        signed_on=party.issue.document_date,
        place=party.issue.place,
        file=party.issue.pdf,
        recorded_by=account,
        recorded_at=party.issue.issued_at,
    )
