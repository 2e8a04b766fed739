"""The list of reports of a year: each unit that writes one, and how far it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from json import loads

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.permissions import Scope
from agreements.enums import Status
from agreements.models import Agreement, Assignment, Unit, YearPolicy
from agreements.nomenclature import at_detail
from agreements.scope import UnitTree
from agreements.years import usual_report_due
from evaluations.models import Narrative
from evaluations.money import BudgetAccount, absorption_of, detail_of_reports
from evaluations.results import AgreementResult, results_of
from records.enums import JobState
from records.models import Job
from reports.contexts.lkjip_gaps import open_lines, sections, unfilled, unverified
from reports.contexts.lkjip_organisation import Person

LKJIP = "lkjip"
# How many of an account's latest reports are looked through for each unit's last one.
LOOKED_THROUGH = 200


@dataclass(frozen=True)
class Line:
    """A unit's report. `written` of `parts` say something; `open_points` is what stands in the way of
    finishing it, in words; `last` is this account's latest PDF."""

    unit: Unit
    agreement: Agreement | None
    result: AgreementResult | None
    written: int
    parts: int
    open_points: tuple[str, ...]
    last: Job | None

    @property
    def finished(self) -> bool:
        return not self.open_points


def reporting_units(scope: Scope, year: int, day: date) -> QuerySet[Unit]:
    """Units the account sees that write a report in an open year, with who heads them on the day and
    the day the year's policy wants the report (`due_of`)."""
    policy = YearPolicy.objects.filter(year=year)
    heads = (
        Assignment.objects.on(day)
        .as_party()
        .of_heads()
        .filter(position__unit=OuterRef("pk"))
        .order_by("holding", "-starts")
    )
    return (
        Unit.objects.visible_to(scope, year=year)
        .filter(Exists(policy), writes_report=True)
        .annotate(
            head_name=Subquery(heads.values("official__name")[:1]),
            head_title=Subquery(heads.values("position__title")[:1]),
            report_due=Subquery(policy.values("report_due")[:1]),
        )
    )


def head_of(unit: Unit) -> Person:
    """The head of one of `reporting_units`, as annotated there."""
    title, name = getattr(unit, "head_title", None), getattr(unit, "head_name", None)
    return Person(title or f"Kepala {unit.name}", name or "")


def due_of(unit: Unit, year: int) -> date:
    """By when the report of one of `reporting_units` is due."""
    return getattr(unit, "report_due", None) or usual_report_due(year)


def lines(
    units: Sequence[Unit],
    year: int,
    day: date,
    account_id: int,
    policies: Iterable[YearPolicy] | None = None,
    tree: UnitTree | None = None,
) -> list[Line]:
    """One line a unit, in at most fourteen queries however many units.

    `policies` are those of the open years, `tree` is that of the units, where they are at hand; else one
    query more for each.
    """
    agreements: dict[int, Agreement] = {}
    rows = Agreement.objects.for_year(year).current().filter(unit__in=units, position__heads_unit=True)
    for agreement in rows.select_related("unit", "position").order_by("pk"):
        known = agreements.get(agreement.unit_id)
        if known is None or known.status != Status.IN_FORCE:
            agreements[agreement.unit_id] = agreement
    in_force = [agreement for agreement in agreements.values() if agreement.status == Status.IN_FORCE]
    results = results_of(in_force, day, words=False, policies=policies) if in_force else {}
    written: dict[int, set[tuple[str, int | None]]] = {}
    texts = Narrative.objects.filter(report__year=year, report__unit__in=units).exclude(text="")
    for unit_id, section, objective_id in texts.values_list("report__unit_id", "section", "objective_id"):
        written.setdefault(unit_id, set()).add((section, objective_id))
    detail = detail_of_reports(year, policies)
    accounts = absorption_of([unit.pk for unit in units], year, tree=tree)
    last = _last_jobs(year, account_id)
    found = []
    for unit in units:
        agreement = agreements.get(unit.pk)
        result = results.get(agreement.pk) if agreement else None
        parts = [key for _, key in sections(result)]
        count = sum(key in written.get(unit.pk, ()) for key in parts)
        points = (
            *_open_facts(result),
            *_open_money(accounts[unit.pk], detail),
            *_open_head(head_of(unit)),
            *_open_texts(count, len(parts)),
        )
        found.append(Line(unit, agreement, result, count, len(parts), points, last.get(unit.pk)))
    return found


def _open_facts(result: AgreementResult | None) -> Iterable[str]:
    if result is None:
        yield "PK belum berlaku"
        return
    missing = sum(bool(unfilled(row)) for row in result.rows)
    waiting = sum(bool(unverified(row)) for row in result.rows)
    if missing:
        yield f"{missing} indikator belum terisi lengkap"
    if waiting:
        yield f"{waiting} indikator belum diverifikasi"


def _open_texts(written: int, parts: int) -> Iterable[str]:
    if written < parts:
        yield f"{parts - written} bagian narasi belum ditulis"


def _open_head(head: Person) -> Iterable[str]:
    if not head.name:
        yield f"pejabat untuk jabatan {head.title} belum dicatat"


def _open_money(account: BudgetAccount, detail: str) -> Iterable[str]:
    """Counted by the step the report lists; its name, which would be asked of the nomenclature, is not told here."""
    if not account.lines:
        yield "pagu belum dicatat"
        return
    codes = ((at_detail(line.code, detail) or line.name, line) for line, _ in open_lines(account))
    if lines := {(code, line.fund_source) for code, line in codes}:
        yield f"realisasi anggaran {len(lines)} program belum lengkap"


def _last_jobs(year: int, account_id: int) -> dict[int, Job]:
    """This account's latest finished report of each unit."""
    found: dict[int, Job] = {}
    done = Job.objects.filter(kind=LKJIP, owner_id=account_id, state=JobState.DONE)
    for job in done.order_by("-created_at")[:LOOKED_THROUGH]:
        arguments = loads(job.arguments)
        if arguments["year"] == year:
            found.setdefault(arguments["unit"], job)
    return found
