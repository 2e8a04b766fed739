"""Work on the papers of a whole year: issuing many, and joining issued ones for printing."""

from collections.abc import Sequence
from datetime import date

import pikepdf

from accounts.permissions import Scope
from agreements import batches, workflow
from agreements.enums import PRINTED, Status
from agreements.models import Agreement, Issue, Region
from agreements.scope import scope_of
from perjanjian.faults import Damaged
from perjanjian.numerals import format_date
from records import files, jobs
from records.history import Actor
from records.models import Job, StoredFile
from reports import collection
from reports.jobs import order

ISSUE, PRINT = "pk_issue", "pk_print"
# More documents than these are made by the worker.
AT_ONCE = 5
# A joined file is made in memory and fetched in one piece.
MOST_BYTES = 300 * 1024 * 1024
# What is printed unless a status is asked for: a cancelled paper only by asking.
VALID = tuple(status for status in PRINTED if status != Status.CANCELLED)


def order_issue(
    rows: Sequence[Agreement], numbers: dict[int, str], facts: workflow.IssueFacts, who: Actor, owner_id: int
) -> Job:
    """A job that issues these agreements; the one already on its way when it was ordered before.

    Args:
        rows: as the person saw them, with the versions of that moment.
        numbers: document numbers by agreement, where the region numbers.
    """
    year = rows[0].year
    arguments = {
        "year": year,
        "place": facts.place,
        "day": facts.document_date.isoformat(),
        "paper": facts.paper,
        "address": who.address,
        "rows": [[row.pk, row.version, numbers.get(row.pk, "")] for row in rows],
    }
    title = f"Terbitkan {len(rows)} PK Tahun {year}, tanggal dokumen {format_date(facts.document_date)}"
    return order(ISSUE, title, owner_id, arguments)


def order_print(year: int, status: str, day: date, owner_id: int) -> Job:
    """A job that joins the issued papers of a year; `status` narrows to one of PRINTED."""
    of_status = f" berstatus {Status(status).label}" if status else ""
    arguments = {"year": year, "status": status, "day": day.isoformat()}
    return order(PRINT, f"Semua PK Tahun {year}{of_status}", owner_id, arguments)


@jobs.kind(ISSUE)
def issue_many(job: Job, arguments: dict, report: jobs.Report) -> StoredFile:
    """Issue one after the other; the result is all that were issued in one file, with what was not and why."""
    scope = scope_of(job.owner)
    who = Actor(job.owner_id, job.owner.name, address=arguments["address"])
    rows = Agreement.objects.visible_to(scope, arguments["year"]).for_year(arguments["year"]).with_parties()
    found = rows.in_bulk([pk for pk, _, _ in arguments["rows"]])
    done, refused = [], []
    for number, (pk, version, document_number) in enumerate(arguments["rows"]):
        report(
            90 * number // len(arguments["rows"]), f"Menerbitkan {number + 1} dari {len(arguments['rows'])}"
        )
        if pk not in found:
            refused.append("Satu PK tidak lagi termasuk kewenangan Bapak/Ibu.")
            continue
        agreement, facts = found[pk], _facts(arguments, document_number)
        if not _issued_already(agreement, version, facts, job.owner_id):
            agreement.version = version
            outcome = batches.attempt("issue", agreement, scope, who, facts=facts)
            if not outcome.done:
                refused.append(f"{agreement}: {outcome.said}")
                continue
        done.append(pk)
    if not done:
        raise jobs.JobRefused(" ".join(("Tidak ada PK yang diterbitkan.", *refused)))
    report(90, "Menggabungkan berkas")
    title = f"Perjanjian Kinerja Tahun {arguments['year']} untuk ditandatangani"
    papers = _papers(rows.filter(pk__in=done))
    return _stored(job, title, papers, tuple(refused), date.fromisoformat(arguments["day"]))


def _facts(arguments: dict, document_number: str) -> workflow.IssueFacts:
    day = date.fromisoformat(arguments["day"])
    return workflow.IssueFacts(arguments["place"], day, document_number, arguments["paper"])


def _issued_already(agreement: Agreement, version: int, facts: workflow.IssueFacts, owner_id: int) -> bool:
    """Whether this very act is done: by an earlier run of the job that was cut off half-way."""
    rows = Issue.objects.filter(
        agreement=agreement,
        issued_by_id=owner_id,
        place=facts.place,
        document_date=facts.document_date,
        document_number=facts.document_number,
        paper=facts.paper,
    )
    one_step_on = agreement.status == Status.IN_SIGNING and agreement.version == version + 1
    return one_step_on and rows.exists()


@jobs.kind(PRINT)
def print_all(job: Job, arguments: dict, report: jobs.Report) -> StoredFile:
    """The papers of a year the owner may read, joined in the order of the register."""
    year, status = arguments["year"], arguments["status"]
    every = _readable(scope_of(job.owner), year)
    wanted = [status] if status else VALID
    report(5, "Membaca berkas")
    papers = _papers(every.filter(status__in=wanted))
    if not papers:
        raise jobs.JobRefused("Tidak ada PK terbit yang dapat dicetak. Terbitkan dulu di Penandatanganan.")
    left = () if status else _left_out(every)
    report(60, "Menggabungkan berkas")
    return _stored(
        job, f"Perjanjian Kinerja Tahun {year}", papers, left, date.fromisoformat(arguments["day"])
    )


def _readable(scope: Scope, year: int):
    return Agreement.objects.visible_to(scope, year).for_year(year).with_parties()


def _left_out(every) -> tuple[str, ...]:
    """How many of the year are not in the file, by status: never left out in silence."""
    counts = every.by_status()
    return tuple(
        f"{counts[status]} PK berstatus “{label}”"
        for status, label in Status.choices
        if status not in VALID and counts.get(status)
    )


def _papers(rows) -> list[collection.Paper]:
    """The latest issue of each agreement, in the order of the rows."""
    order_of = {pk: number for number, pk in enumerate(rows.values_list("pk", flat=True))}
    latest: dict[int, Issue] = {}
    issues = Issue.objects.filter(agreement__in=order_of).select_related("pdf", "agreement__position")
    for issue in issues.prefetch_related("parties").order_by("sequence"):
        latest[issue.agreement_id] = issue
    if sum(issue.pdf.size for issue in latest.values()) > MOST_BYTES:
        raise jobs.JobRefused(
            f"Semua PK ini bersama-sama lebih besar dari {MOST_BYTES // 2**20} MB. "
            "Persempit dengan status di Daftar PK, atau cetak satu per satu."
        )
    return [_paper(issue) for issue in sorted(latest.values(), key=lambda i: order_of[i.agreement_id])]


def _paper(issue: Issue) -> collection.Paper:
    agreement = issue.agreement
    first = next(iter(issue.parties.all()), None)
    mark = ", dicatat kemudian" if agreement.recorded_later else ""
    amended = " (PK Perubahan)" if agreement.amends_id else ""
    try:
        content = files.read(issue.pdf)
    except Damaged as damage:
        raise jobs.JobRefused(str(damage)) from damage
    return collection.Paper(
        code=issue.code,
        position=f"{agreement.position}{amended}",
        official=first.name if first else "",
        standing=f"{agreement.get_status_display()}{mark}",
        content=content,
    )


def _stored(job: Job, title: str, papers, left_out: tuple[str, ...], day: date) -> StoredFile:
    government = Region.objects.get().government
    said = collection.Collection(title, government, day, tuple(papers), left_out)
    try:
        content = collection.collection_pdf(said)
    except pikepdf.PdfError as error:
        raise jobs.JobRefused(
            "Salah satu berkas PK tidak dapat dibaca sebagai PDF. Hubungi administrator."
        ) from error
    return files.store(content, f"{title}.pdf", "application/pdf", job.owner_id)
