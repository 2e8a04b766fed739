"""Contents of agreements for the tests of the paper, and the words read back from a PDF."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdf

from agreements import texts
from agreements.content import (
    AgreementContent,
    BudgetContent,
    IndicatorContent,
    ObjectiveContent,
    PartyContent,
    sha256,
)
from agreements.enums import Form, Level, Paper
from reports import documents

CODE = "PK-2026-7F3K-9Q2M"
HEAD = PartyContent(
    "first",
    "dr. Ratna Dewi, M.Kes.",
    "Kepala Dinas Kesehatan",
    "Pembina Utama Muda (IV/c)",
    "197501012000032001",
)
REGENT = PartyContent("second", "H. Arif Santosa, S.E.", "Bupati Contoh", "", "")


def wording(*keys: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, texts.DEFAULTS[key][1].replace("{tahun}", "2026")) for key in keys)


TWO_PARTY_TEXTS = wording("title", "opening", "first_party", "second_party", "promise", "supervision")


def objectives(count: int, indicators: int, name: str = "Prevalensi stunting balita"):
    return tuple(
        ObjectiveContent(
            f"Sasaran ke-{number}",
            tuple(
                IndicatorContent(f"{name} {number}.{order}", "14,00 %") for order in range(1, indicators + 1)
            ),
        )
        for number in range(1, count + 1)
    )


def budgets(count: int, amount: str = "1000000000.00"):
    return tuple(
        BudgetContent(f"1.02.{number:02d}", f"Program nomor {number}", Decimal(amount), "APBD")
        for number in range(1, count + 1)
    )


def two_party(**changes) -> AgreementContent:
    """The agreement of the head of an office with the regent; `changes` replace its parts."""
    content = AgreementContent(
        year=2026,
        form=Form.TWO_PARTY,
        amended=False,
        level=Level.II,
        unit_name="Dinas Kesehatan",
        position_title="Kepala Dinas Kesehatan",
        heads_unit=True,
        objectives=objectives(2, 2),
        budgets=budgets(3),
        budget_total=Decimal(0),
        texts=TWO_PARTY_TEXTS,
        government="Pemerintah Kabupaten Contoh",
        region="Kabupaten Contoh",
        paper=Paper.A4,
        superior_left=True,
        place="Contoh Kota",
        document_date=date(2026, 1, 5),
        document_number="",
        first=HEAD,
        second=REGENT,
    )
    content = replace(content, **changes)
    return replace(content, budget_total=sum((row.amount for row in content.budgets), Decimal(0)))


def single_party(**changes) -> AgreementContent:
    """The regional head's own."""
    return two_party(
        form=Form.SINGLE_PARTY,
        level=Level.REGIONAL_HEAD,
        unit_name="Pemerintah Kabupaten Contoh",
        position_title="Bupati Contoh",
        texts=wording("title", "opening_single", "promise_single"),
        first=replace(REGENT, party="first"),
        second=None,
        **changes,
    )


def printed(content: AgreementContent, draft: bool = False, paper: str | None = None) -> bytes:
    code = "" if draft else CODE
    return documents.agreement_pdf(
        content, code=code, content_sha256=sha256(content), draft=draft, paper=paper
    )


def pages(pdf: bytes) -> list[str]:
    """The words of each page, with single spaces."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def stand_in_order(phrases, text: str) -> bool:
    position = 0
    for phrase in phrases:
        position = text.find(phrase, position)
        if position < 0:
            raise AssertionError(f"“{phrase}” is missing or stands elsewhere in: {text}")
        position += len(phrase)
    return True
