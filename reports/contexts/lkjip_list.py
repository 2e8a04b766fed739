"""The list of reports of a year: each unit that writes one, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from json import loads

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.permissions import Scope
from agreements.enums import Status
from agreements.models import Agreement, Assignment, Unit, YearPolicy
from evaluations.enums import Section
from evaluations.models import Narrative
from evaluations.results import AgreementResult, results_of
from records.enums import JobState
from records.models import Job
from reports.contexts.lkjip import Person

LKJIP = "lkjip"
# How many of an account's latest reports are looked through for each unit's last one.
LOOKED_THROUGH = 200
# Parts that every report has; Bab III adds one for each sasaran.
COMMON_PARTS = len(Section) - 1


@dataclass(frozen=True)
class Line:
    """A unit's report. `written` of `parts` say something; `last` is this account's latest PDF."""

    unit: Unit
    agreement: Agreement | None
    result: AgreementResult | None
    written: int
    parts: int
    last: Job | None


def reporting_units(scope: Scope, year: int, day: date) -> QuerySet[Unit]:
    """Units the account sees that write a report in an open year, with the name of their head on the day."""
    heads = (
        Assignment.objects.on(day)
        .as_party()
        .of_heads()
        .filter(position__unit=OuterRef("pk"))
        .order_by("holding", "-starts")
    )
    return (
        Unit.objects.visible_to(scope, year=year)
        .filter(Exists(YearPolicy.objects.filter(year=year)), writes_report=True)
        .annotate(
            head_name=Subquery(heads.values("official__name")[:1]),
            head_title=Subquery(heads.values("position__title")[:1]),
        )
    )


def head_of(unit: Unit) -> Person:
    """The head of one of `reporting_units`, as annotated there."""
    title, name = getattr(unit, "head_title", None), getattr(unit, "head_name", None)
    return Person(title or f"Kepala {unit.name}", name or "")


def lines(units: Sequence[Unit], year: int, day: date, account_id: int) -> list[Line]:
    """One line a unit, in at most nine queries however many units."""
    agreements: dict[int, Agreement] = {}
    rows = Agreement.objects.for_year(year).current().filter(unit__in=units, position__heads_unit=True)
    for agreement in rows.select_related("unit", "position").order_by("pk"):
        known = agreements.get(agreement.unit_id)
        if known is None or known.status != Status.IN_FORCE:
            agreements[agreement.unit_id] = agreement
    in_force = [agreement for agreement in agreements.values() if agreement.status == Status.IN_FORCE]
    results = results_of(in_force, day, words=False) if in_force else {}
    written: dict[int, set[tuple[str, int | None]]] = {}
    texts = Narrative.objects.filter(report__year=year, report__unit__in=units).exclude(text="")
    for unit_id, section, objective_id in texts.values_list("report__unit_id", "section", "objective_id"):
        written.setdefault(unit_id, set()).add((section, objective_id))
    last = _last_jobs(year, account_id)
    return [
        _line(unit, agreements.get(unit.pk), results, written.get(unit.pk, set()), last.get(unit.pk))
        for unit in units
    ]


def _line(unit, agreement, results, written, last) -> Line:
    result = results.get(agreement.pk) if agreement else None
    objectives = {each.objective.objective_id for each in result.objectives} if result else set()
    counted = [key for key in written if key[1] is None or key[1] in objectives]
    return Line(unit, agreement, result, len(counted), COMMON_PARTS + len(objectives), last)


def _last_jobs(year: int, account_id: int) -> dict[int, Job]:
    """This account's latest finished report of each unit."""
    found: dict[int, Job] = {}
    done = Job.objects.filter(kind=LKJIP, owner_id=account_id, state=JobState.DONE)
    for job in done.order_by("-created_at")[:LOOKED_THROUGH]:
        arguments = loads(job.arguments)
        if arguments["year"] == year:
            found.setdefault(arguments["unit"], job)
    return found
