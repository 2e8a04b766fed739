"""Documents made by the worker: each kind computes what the document says, prints it and stores the file."""

from datetime import date

from agreements.models import ActionPlan, Indicator, Unit
from agreements.scope import scope_of
from records import files, jobs
from records.enums import JobState
from records.models import Job, StoredFile
from reports import lkjip
from reports.action_plan import plan_pdf
from reports.contexts.action_plan import action_plan_paper
from reports.contexts.indicator_cards import cards_paper, with_card
from reports.contexts.lkjip import lkjip as lkjip_context
from reports.contexts.lkjip_list import LKJIP
from reports.documents import picture_of
from reports.indicator_cards import cards_pdf

ACTION_PLAN = "action_plan"
CARDS = "indicator_cards"


def order_lkjip(unit: Unit, year: int, day: date, owner_id: int) -> Job:
    """A job for the report of a unit; the one already on its way when it was ordered before.

    Args:
        day: printed as the date of the print; decides which periods are due.
    """
    arguments = {"unit": unit.pk, "year": year, "day": day.isoformat()}
    return order(LKJIP, f"LKjIP {unit.name} Tahun {year}", owner_id, arguments)


def order_plan(plan: ActionPlan, day: date, owner_id: int) -> Job:
    """A job for the paper of an action plan; see `order_lkjip`."""
    arguments = {"plan": plan.pk, "year": plan.agreement.year, "day": day.isoformat()}
    return order(ACTION_PLAN, str(plan), owner_id, arguments)


def order_cards(indicators: list[int], year: int, day: date, owner_id: int) -> Job:
    """A job for the manuals of these indicators; see `order_lkjip`."""
    arguments = {"indicators": indicators, "year": year, "day": day.isoformat()}
    return order(CARDS, f"Manual Indikator {year}, {len(indicators)} indikator", owner_id, arguments)


def order(kind: str, title: str, owner_id: int, arguments: dict) -> Job:
    """Enqueue, unless the same work of the same person is waiting or running."""
    under_way = Job.objects.filter(
        kind=kind,
        owner_id=owner_id,
        arguments=jobs.written(arguments),
        state__in=(JobState.WAITING, JobState.RUNNING),
    ).first()
    return under_way or jobs.enqueue(kind, title, owner_id, **arguments)


@jobs.kind(LKJIP)
def make_lkjip(job: Job, arguments: dict, report: jobs.Report) -> StoredFile:
    """The LKjIP as PDF: read once, printed without a query, stored."""
    year, day = arguments["year"], date.fromisoformat(arguments["day"])
    # Who ordered it may have lost the unit since.
    unit = Unit.objects.visible_to(scope_of(job.owner), year=year).filter(pk=arguments["unit"]).first()
    if unit is None:
        raise jobs.JobRefused("Perangkat daerah ini tidak lagi termasuk kewenangan Bapak/Ibu.")
    report(5, "Membaca data")
    said = lkjip_context(unit, year, day)
    issue = said.plan.issue if said.plan else None
    agreement = files.read(issue.pdf) if issue else None
    emblem = picture_of(said.emblem)
    report(20, "Menyusun halaman")
    content = lkjip.report_pdf(said, emblem, agreement)
    report(95, "Menyimpan berkas")
    name = f"LKjIP {unit.short_name} {year}.pdf"
    return files.store(content, name, "application/pdf", job.owner_id)


@jobs.kind(ACTION_PLAN)
def make_plan(job: Job, arguments: dict, report: jobs.Report) -> StoredFile:
    """The action plan as PDF."""
    # Who ordered it may have lost the unit since.
    plans = ActionPlan.objects.visible_to(scope_of(job.owner), arguments["year"])
    plan = plans.select_related("agreement__position").filter(pk=arguments["plan"]).first()
    if plan is None:
        raise jobs.JobRefused("Rencana Aksi ini tidak lagi termasuk kewenangan Bapak/Ibu.")
    report(5, "Membaca data")
    said = action_plan_paper(plan, date.fromisoformat(arguments["day"]))
    report(20, "Menyusun halaman")
    content = plan_pdf(said)
    report(95, "Menyimpan berkas")
    return files.store(content, f"{plan}.pdf".replace("/", "-"), "application/pdf", job.owner_id)


@jobs.kind(CARDS)
def make_cards(job: Job, arguments: dict, report: jobs.Report) -> StoredFile:
    """Manual Indikator of many indicators as one PDF; those the orderer no longer sees are left out."""
    year, day = arguments["year"], date.fromisoformat(arguments["day"])
    seen = Indicator.objects.visible_to(scope_of(job.owner), year)
    rows = list(with_card(seen.filter(pk__in=arguments["indicators"])))
    if not rows:
        raise jobs.JobRefused("Indikator-indikator ini tidak lagi termasuk kewenangan Bapak/Ibu.")
    report(5, "Membaca data")
    said = cards_paper(rows, year, day)
    report(20, "Menyusun halaman")
    content = cards_pdf(said)
    report(95, "Menyimpan berkas")
    return files.store(content, f"{job.title}.pdf", "application/pdf", job.owner_id)
