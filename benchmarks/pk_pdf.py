"""CPU time of printing one Perjanjian Kinerja, against a careless print of the same content.

    .venv/bin/python -m benchmarks.pk_pdf [rounds]

Careless means what one writes first: style sheets and fonts loaded anew for every print, tables whose
columns are measured from their content, no tags. Both sides fill the same template with the same content,
and take turns, so that a busy machine disturbs both. The median of process CPU is compared; the goal is a
ratio of at most 0.8, although ours is tagged PDF/A-3a. Needs no database.
"""

import os
import statistics
import sys
import time
from datetime import date
from decimal import Decimal
from unittest import mock

import django

os.environ.setdefault("DEMO", "1")
os.environ.setdefault("SECRET_KEY", "only-for-benchmarks-" + "0123456789" * 4)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perjanjian.settings")
django.setup()

from agreements import texts  # noqa: E402
from agreements.content import (  # noqa: E402
    AgreementContent,
    BudgetContent,
    IndicatorContent,
    ObjectiveContent,
    PartyContent,
    sha256,
)
from agreements.enums import Form, Level, Paper  # noqa: E402
from reports import documents, pdf, qr  # noqa: E402

GOAL = 0.8
ROUNDS = 30
CODE = "PK-2026-7F3K-9Q2M"

OBJECTIVES = (
    (
        "Meningkatnya derajat kesehatan masyarakat",
        (
            ("Umur harapan hidup", "72,45 Tahun"),
            ("Prevalensi stunting balita", "14,00 %"),
            ("Angka kematian ibu", "95,00 per 100.000 kelahiran hidup"),
        ),
    ),
    (
        "Meningkatnya akses dan mutu pelayanan kesehatan dasar dan rujukan",
        (
            ("Persentase puskesmas dengan akreditasi paripurna", "85,00 %"),
            ("Cakupan kepesertaan jaminan kesehatan nasional", "98,00 %"),
        ),
    ),
    (
        "Meningkatnya akuntabilitas kinerja perangkat daerah",
        (("Nilai SAKIP perangkat daerah", "82,50 Nilai"), ("Indeks kepuasan masyarakat", "86,50 Indeks")),
    ),
)
# The five programmes of health in the national nomenclature.
PROGRAMMES = (
    ("1.02.01", "Program Penunjang Urusan Pemerintahan Daerah Kabupaten/Kota", "98765432100.00"),
    (
        "1.02.02",
        "Program Pemenuhan Upaya Kesehatan Perorangan dan Upaya Kesehatan Masyarakat",
        "54321098700.00",
    ),
    ("1.02.03", "Program Peningkatan Kapasitas Sumber Daya Manusia Kesehatan", "4321098700.00"),
    ("1.02.04", "Program Sediaan Farmasi, Alat Kesehatan, dan Makanan Minuman", "321098700.00"),
    ("1.02.05", "Program Pemberdayaan Masyarakat Bidang Kesehatan", "210987600.00"),
)


def content() -> AgreementContent:
    """A usual agreement of the head of an office: two pages of F4."""
    keys = ("title", "opening", "first_party", "second_party", "promise", "supervision")
    return AgreementContent(
        year=2026,
        form=Form.TWO_PARTY,
        amended=False,
        level=Level.II,
        unit_name="Dinas Kesehatan",
        position_title="Kepala Dinas Kesehatan",
        heads_unit=True,
        objectives=tuple(
            ObjectiveContent(text, tuple(IndicatorContent(*row) for row in rows)) for text, rows in OBJECTIVES
        ),
        budgets=tuple(
            BudgetContent(code, name, Decimal(amount), "APBD") for code, name, amount in PROGRAMMES
        ),
        budget_total=sum((Decimal(amount) for *_, amount in PROGRAMMES), Decimal(0)),
        texts=tuple((key, texts.DEFAULTS[key][1].replace("{tahun}", "2026")) for key in keys),
        government="Pemerintah Kabupaten Contoh",
        region="Kabupaten Contoh",
        paper=Paper.F4,
        superior_left=True,
        place="Contoh Kota",
        document_date=date(2026, 1, 5),
        document_number="",
        first=PartyContent(
            "first", "dr. Ratna Dewi, M.Kes.", "Kepala Dinas Kesehatan", "Pembina Utama Muda (IV/c)", "1" * 18
        ),
        second=PartyContent("second", "H. Arif Santosa, S.E.", "Bupati Contoh", "", ""),
    )


def ours(agreed: AgreementContent) -> bytes:
    return documents.agreement_pdf(agreed, code=CODE, content_sha256=sha256(agreed), draft=False)


def careless(agreed: AgreementContent, emblem: pdf.Picture) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    said = documents.agreement_paper(agreed, documents.proof(CODE, sha256(agreed)), emblem=True)
    html = documents.agreement_html(said)
    fonts = FontConfiguration()
    source = pdf.fetcher(
        {
            documents.EMBLEM: emblem,
            documents.QR: pdf.Picture(qr.png(said.proof.address), documents.PNG),
        }
    )
    sheets = [
        CSS(
            string=(pdf.PACKAGED / name).read_text().replace("table-layout: fixed", "table-layout: auto"),
            font_config=fonts,
        )
        for name in documents.STYLE
    ]
    sheets.append(CSS(string="col { width: auto !important }", font_config=fonts))
    return HTML(string=html, url_fetcher=source).write_pdf(stylesheets=sheets, font_config=fonts)


def main(rounds: int) -> None:
    agreed = content()
    emblem = pdf.Picture((pdf.PACKAGED / "img/shield.svg").read_bytes(), documents.SVG)
    times: dict[str, list[float]] = {"ours": [], "careless": []}
    with mock.patch.object(documents, "emblem_for", return_value=emblem):
        makers = {"ours": lambda: ours(agreed), "careless": lambda: careless(agreed, emblem)}
        for make in makers.values():
            make()
        for _ in range(rounds):
            for name, make in makers.items():
                start = time.process_time()
                make()
                times[name].append(time.process_time() - start)
    for name, each in times.items():
        print(f"{name:9} median {statistics.median(each) * 1000:6.1f} ms CPU, n = {len(each)}")
    ratio = statistics.median(times["ours"]) / statistics.median(times["careless"])
    print(f"ratio {ratio:.2f}, goal {GOAL} or less")
    sys.exit(ratio > GOAL)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
