"""What issuing, signing and recording leave behind: parties, bytes, code and signatures, kept for good."""

from dataclasses import replace
from datetime import date
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from agreements import content as contents
from agreements.enums import Party
from agreements.models import Agreement, Issue, IssueParty, Signature, YearPolicy
from agreements.parties import parties_on
from agreements.readiness import gaps
from agreements.steps import Context, InkFacts, IssueFacts, Print, RecordFacts, TransitionError
from perjanjian.numerals import format_date
from records import uploads
from records.models import StoredFile


def date_problem(day: date, year: int) -> str:
    """Why a document of the year cannot carry the date; empty when it can."""
    if day.year in (year - 1, year):
        return ""
    return f"Tanggal dokumen harus di tahun {year - 1} atau {year}. Perbaiki tanggalnya."


def _before_amended(agreement: Agreement, day: date) -> str:
    """Why an amendment cannot carry the date: it follows the paper it amends; empty when it can."""
    amended = Issue.objects.filter(agreement=agreement.amends_id).order_by("-sequence").first()
    if amended is None or day >= amended.document_date:
        return ""
    said = format_date(amended.document_date)
    return f"Tanggal dokumen PK Perubahan tidak boleh sebelum tanggal PK yang diubah, {said}. Perbaiki tanggalnya."


def drawn_up(agreement: Agreement, facts: IssueFacts) -> Print:
    """An issue before it is printed: the content as it stands now, its hash and a fresh code."""
    agreement = Agreement.objects.with_content().get(pk=agreement.pk)
    signing = _signing(agreement, facts)
    content = contents.content_of(agreement, signing)
    return Print(content, signing, contents.sha256(content), contents.new_code(agreement.year))


def printed(agreement: Agreement, facts: IssueFacts) -> Print:
    """The paper of an issue, from the content as it stands now."""
    drawn = drawn_up(agreement, facts)
    printer = import_string(settings.AGREEMENT_PRINTER)
    return replace(drawn, pdf=printer(drawn.content, **drawn.for_printer))


def issue(context: Context) -> dict[str, Any]:
    """Fix parties, place, date and bytes; an earlier issue stays in the archive and is void."""
    facts = cast(IssueFacts, context.facts)
    made = cast(Print, context.print)
    if not made.pdf:
        raise ValueError("What was drawn up is issued only once it is printed.")
    agreement = Agreement.objects.with_content().get(pk=context.agreement.pk)
    signing = _signing(agreement, facts)
    if contents.sha256(contents.content_of(agreement, signing)) != made.digest:
        raise TransitionError(
            "Isi atau pejabat PK ini baru saja berubah. Periksa lagi, lalu terbitkan sekali lagi."
        )
    stored = context.keep(made.pdf, f"{made.code}.pdf", uploads.PDF)
    _write_issue(context, made, stored)
    return {"kode": made.code, "sha256_isi": made.digest, "sha256_pdf": stored.sha256}


def sign_in_ink(context: Context) -> dict[str, Any]:
    """Record that all parties signed the issued paper."""
    facts = cast(InkFacts, context.facts)
    issued = context.agreement.issues.order_by("-sequence")[0]
    _must_have_happened(facts.signed_on, issued.document_date, context.today)
    scan = context.keep(facts.scan.content, facts.scan.name, facts.scan.media_type)
    _write_signatures(context, issued, facts, scan)
    return {"kode": issued.code, "tanggal": str(facts.signed_on), "pindaian": scan.sha256}


def record_signed(context: Context) -> dict[str, Any]:
    """Take over a paper signed before the application was used: the scan is its issue and its proof."""
    facts = cast(RecordFacts, context.facts)
    agreement = Agreement.objects.with_content().get(pk=context.agreement.pk)
    _must_have_happened(facts.signed_on, facts.document_date, context.today)
    signing = _signing(agreement, facts)
    missing = gaps(agreement, parties_on(agreement, facts.document_date))
    if missing:
        raise TransitionError("Belum dapat dicatat. " + " ".join(gap.text for gap in missing[:3]))
    if facts.scan.media_type != uploads.PDF:
        raise TransitionError("Pindaian PK ini harus PDF. Simpan fotonya sebagai satu PDF, lalu unggah lagi.")
    content = contents.content_of(agreement, signing)
    code, digest = contents.new_code(agreement.year), contents.sha256(content)
    scan = context.keep(facts.scan.content, facts.scan.name, facts.scan.media_type)
    issued = _write_issue(context, Print(content, signing, digest, code, facts.scan.content), scan)
    _write_signatures(context, issued, facts, scan)
    context.agreement.recorded_later = True
    context.agreement.return_reason = ""
    return {
        "kode": code,
        "sha256_isi": digest,
        "sha256_pdf": scan.sha256,
        "tanggal_dokumen": str(facts.document_date),
        "tanggal": str(facts.signed_on),
        "dicatat_kemudian": True,
    }


def _must_have_happened(signed_on: date, document_date: date, today: date) -> None:
    if signed_on < document_date or signed_on > today:
        raise TransitionError(
            "Tanggal tanda tangan tidak boleh sebelum tanggal dokumen atau sesudah hari ini. Perbaiki tanggalnya."
        )


def _signing(agreement: Agreement, facts: IssueFacts | RecordFacts) -> contents.Signing:
    """Who signs what on the document's date; raises TransitionError where somebody is missing."""
    if problem := date_problem(facts.document_date, agreement.year) or _before_amended(
        agreement, facts.document_date
    ):
        raise TransitionError(problem)
    parties = parties_on(agreement, facts.document_date)
    if parties.problem or parties.first is None:
        raise TransitionError(parties.problem)
    chosen = facts.paper if isinstance(facts, IssueFacts) else ""
    return contents.Signing(
        first=parties.first,
        second=parties.second,
        place=facts.place,
        document_date=facts.document_date,
        document_number=facts.document_number,
        paper=chosen or YearPolicy.objects.get(year=agreement.year).paper,
    )


def _write_issue(context: Context, made: Print, stored: StoredFile) -> Issue:
    signing, agreement = made.signing, context.agreement
    issued = Issue.objects.create(
        agreement=agreement,
        sequence=agreement.issues.count() + 1,
        document_number=signing.document_number,
        place=signing.place,
        document_date=cast(date, signing.document_date),
        paper=signing.paper,
        code=made.code,
        canonical=contents.canonical(made.content),
        content_sha256=made.digest,
        pdf=stored,
        issued_by_id=context.signed_in,
        issued_at=context.now,
    )
    for party, assignment, said in (
        (Party.FIRST, signing.first, made.content.first),
        (Party.SECOND, signing.second, made.content.second),
    ):
        if assignment and said:
            IssueParty.objects.create(
                issue=issued,
                party=party,
                assignment=assignment,
                name=said.name,
                title=said.title,
                rank=said.rank,
                nip=said.nip,
            )
    return issued


def _write_signatures(
    context: Context, issued: Issue, facts: InkFacts | RecordFacts, scan: StoredFile
) -> None:
    """One for each party; one scan proves them all."""
    for party in issued.parties.all():
        Signature.objects.create(
            issue=issued,
            party=party,
            signed_on=facts.signed_on,
            place=facts.place,
            file=scan,
            recorded_by_id=context.signed_in,
            recorded_at=context.now,
        )
