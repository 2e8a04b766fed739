"""Action plans as their paper says them, for the tests of the paper."""

from datetime import date

from reports.contexts.action_plan import ActionPlanPaper, IndicatorRows, StepRow
from reports.documents import DOTTED, SignatureBlock

LONG = (
    "Persentase puskesmas yang menyelenggarakan pelayanan kesehatan ibu, bayi, dan balita sesuai standar "
    "pelayanan minimal bidang kesehatan menurut peraturan yang berlaku"
)
STEP = (
    "Pendampingan puskesmas dan posyandu oleh tim kabupaten di seluruh kecamatan, termasuk wilayah kepulauan"
)


def rows(number: int, name: str, steps: int, named: bool, objective: str) -> IndicatorRows:
    return IndicatorRows(
        anchor=f"rencana-{number}",
        number=(number - 1) // 4 + 1,
        objective=objective,
        name=f"{name} nomor {number}",
        unit="per 1.000 kelahiran hidup",
        annual="1.250,50",
        quarters=("312,62", "312,62", "312,63", "312,63"),
        steps=tuple(
            StepRow(
                text=f"{STEP} (langkah {number}.{order})",
                schedule="Jan–Mar",
                programme="Program Pemenuhan Upaya Kesehatan Perorangan dan Upaya Kesehatan Masyarakat",
                amount="Rp1.234.567.890.123",
                person="Kepala Bidang Pencegahan dan Pengendalian Penyakit",
            )
            for order in range(1, steps + 1)
        ),
        named=named,
    )


def plan_paper(
    indicators: int, name: str = "Prevalensi stunting", steps: int = 2, **changes
) -> ActionPlanPaper:
    """A plan of so many indicators, four under a sasaran; `changes` replace its parts."""
    said = {
        "title": "Rencana Aksi Perjanjian Kinerja Tahun 2026",
        "subject": ("DINAS KESEHATAN", "KABUPATEN CONTOH"),
        "government": "Pemerintah Kabupaten Contoh",
        "version": "Versi 1, berlaku sejak 5 April 2026",
        "draft": False,
        "rows": tuple(
            rows(number, name, steps, number % 4 == 1, f"Meningkatnya derajat kesehatan masyarakat {number}")
            for number in range(1, indicators + 1)
        ),
        "amount_total": "Rp12.345.678.901.230",
        "place_and_date": "Contoh Kota, 5\u00a0April\u00a02026",
        "signature": SignatureBlock(
            "right",
            "",
            "Kepala Dinas Kesehatan,",
            "dr. Ratna Dewi, M.Kes.",
            "Pembina Utama Muda (IV/c)",
            "NIP. 19750101 200003 2 001",
        ),
        "dotted": DOTTED,
        "created": date(2026, 4, 5),
    }
    return ActionPlanPaper(**(said | changes))
