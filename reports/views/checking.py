"""The public check of a printed document: does this code belong to a document issued here, and what is it now."""

import json
from dataclasses import dataclass

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from agreements import texts
from agreements.content import read_code
from agreements.enums import SIGNED, Party, Status
from agreements.models import Agreement, Issue
from perjanjian.numerals import format_date

HASH_ENDS = 8


class CodeForm(forms.Form):
    """One field: the code printed at the foot of every page."""

    kode = forms.CharField(
        label="Kode dokumen",
        max_length=40,
        help_text="Tercetak di kaki setiap halaman, misalnya PK-2026-7F3K-9Q2M.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_kode(self) -> str:
        code = read_code(self.cleaned_data["kode"])
        if code is None:
            raise forms.ValidationError(
                "Kode tidak lengkap. Salin seluruhnya dari kaki halaman: PK, tahun, lalu dua kali empat huruf atau angka."
            )
        return code


@dataclass(frozen=True)
class Signatory:
    party: str
    name: str
    title: str


@dataclass(frozen=True)
class CheckedDocument:
    """What anybody holding the paper may compare with it: no NIP, no targets, no amounts."""

    code: str
    kind: str
    year: int
    unit: str
    signatories: tuple[Signatory, ...]
    document_date: str
    sha256_ends: str
    status: str
    standing: str
    recorded_later: bool


@login_not_required
@require_safe
def check(request):
    """The form for typing a code; a complete code leads on to its own address."""
    form = CodeForm(request.GET if "kode" in request.GET else None)
    if form.is_valid():
        return redirect("reports:check_code", code=form.cleaned_data["kode"])
    return _answer(request, form, status=422 if form.is_bound else 200)


@login_not_required
@require_safe
def check_code(request, code: str):
    """What is known of the document with this code; a sentence and 404 where there is none."""
    complete = read_code(code)
    if complete and complete != code:
        return redirect("reports:check_code", code=complete)
    found = complete and _issue_of(complete)
    if not found:
        return _answer(request, CodeForm(initial={"kode": code[:40]}), unknown=code[:40], status=404)
    return _answer(request, CodeForm(), document=_checked(found))


def _answer(request, form: CodeForm, status: int = 200, **context):
    answer = render(request, "reports/check.html", {"form": form, **context}, status=status)
    # The page is for who holds the paper; search engines need no list of officials from it.
    answer["X-Robots-Tag"] = "noindex"
    answer["Cache-Control"] = "no-store"
    return answer


def _issue_of(code: str) -> Issue | None:
    return Issue.objects.select_related("agreement").prefetch_related("parties").filter(code=code).first()


def _checked(issue: Issue) -> CheckedDocument:
    printed = json.loads(issue.canonical)
    status, standing = _standing(issue)
    return CheckedDocument(
        code=issue.code,
        kind=_kind(issue.agreement),
        year=printed["year"],
        unit=printed["unit_name"],
        signatories=tuple(
            Signatory(_party_words(party.party, printed), party.name, party.title)
            for party in issue.parties.all()
        ),
        document_date=format_date(issue.document_date),
        sha256_ends=f"{issue.content_sha256[:16]} … {issue.content_sha256[-HASH_ENDS:]}",
        status=status,
        standing=standing,
        recorded_later=issue.agreement.recorded_later and issue.signatures.exists(),
    )


def _kind(agreement: Agreement) -> str:
    number = agreement.amendment_number
    return f"Perjanjian Kinerja {texts.amendment_name(number)}" if number else "Perjanjian Kinerja"


def _party_words(party: str, printed: dict) -> str:
    """A regional head signs alone, and so is no “first” party."""
    return "Penanda tangan" if printed["second"] is None else Party(party).label


def _standing(issue: Issue) -> tuple[Status, str]:
    """What this very paper is now, and the sentence that says so."""
    agreement = issue.agreement
    if Issue.objects.filter(agreement=agreement, sequence__gt=issue.sequence).exists():
        return Status.CANCELLED, "Tidak berlaku, sudah diterbitkan ulang."
    if agreement.status == Status.IN_FORCE:
        return Status.IN_FORCE, "Berlaku."
    if agreement.status == Status.IN_SIGNING:
        return Status.IN_SIGNING, "Dalam penandatanganan."
    if agreement.status == Status.SUPERSEDED:
        later = Issue.objects.filter(agreement__amends=agreement, agreement__status__in=SIGNED).first()
        since = f" tanggal {format_date(later.document_date)}" if later else ""
        name = texts.amendment_name(agreement.amendment_number + 1)
        return Status.SUPERSEDED, f"Sudah digantikan PK {name}{since}."
    if agreement.status == Status.CANCELLED:
        return Status.CANCELLED, "Tidak berlaku, perjanjian ini dibatalkan."
    return Status.CANCELLED, "Tidak berlaku, penerbitannya ditarik untuk diperbaiki."
