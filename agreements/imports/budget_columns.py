"""The columns of a budget workbook, with the other headings they are found by."""

from collections.abc import Iterator

from agreements.enums import BudgetVersion
from agreements.imports.lookups import unit_choices
from agreements.imports.spec import Column
from perjanjian.numerals import MONTHS

MONTH_NUMBERS = range(1, len(MONTHS) + 1)
# Words for a version besides its label.
VERSIONS = {
    "murni": BudgetVersion.ORIGINAL,
    "apbd": BudgetVersion.ORIGINAL,
    "dpa": BudgetVersion.ORIGINAL,
    "apbd pergeseran": BudgetVersion.SHIFT,
    "dpa pergeseran": BudgetVersion.SHIFT,
    "perubahan": BudgetVersion.REVISED,
    "apbdp": BudgetVersion.REVISED,
    "apbd-p": BudgetVersion.REVISED,
    "p-apbd": BudgetVersion.REVISED,
    "dppa": BudgetVersion.REVISED,
}


def _months() -> Iterator[Column]:
    for number, name in enumerate(MONTHS, start=1):
        short_name = name[:3]
        yield Column(
            f"cash_{number}",
            f"Kas {name}",
            (name, short_name, f"kas {short_name}", f"rencana kas {name}", f"anggaran kas {name}"),
            help="Yang akan dibayar pada bulan itu saja." if number == 1 else "",
            figures=True,
        )
    for number, name in enumerate(MONTHS, start=1):
        yield Column(
            f"physical_{number}",
            f"Fisik {name}",
            (f"fisik {name[:3]}", f"rencana fisik {name}"),
            help="Persen pekerjaan sejak Januari sampai akhir bulan itu." if number == 1 else "",
            figures=True,
        )


COLUMNS = (
    Column(
        "unit_code",
        "Kode SKPD",
        ("kode opd", "kode perangkat daerah", "kode unit", "kode unit skpd", "kode sub unit"),
        help="Boleh kosong bila nama perangkat daerah diisi.",
        example="1.02.0.00.0.00.01.0000",
        width=26,
    ),
    Column(
        "unit",
        "Perangkat daerah",
        ("skpd", "opd", "nama skpd", "nama opd", "nama perangkat daerah", "unit organisasi", "unit", "nama unit", "unit kerja"),
        help="Nama, atau kode SKPD. Boleh satu kali saja, di atas baris-barisnya.",
        example="Dinas Kesehatan",
        choices=unit_choices,
        width=40,
    ),
    Column(
        "code",
        "Kode",
        ("kode sub kegiatan", "kode program kegiatan sub kegiatan", "kode rekening", "kode nomenklatur"),
        help="Kode program, kegiatan, atau sub kegiatan. Baris yang punya rincian di bawahnya dibaca sebagai jumlah.",
        example="1.02.02.2.01.0001",
        width=22,
    ),
    Column(
        "name",
        "Program/Kegiatan/Sub Kegiatan",
        ("uraian", "nama", "sub kegiatan", "nama sub kegiatan", "nama program kegiatan sub kegiatan", "nomenklatur"),
        help="Wajib untuk kode yang belum ada di nomenklatur.",
        example="Pengelolaan Pelayanan Kesehatan Ibu Hamil",
        width=50,
    ),
    Column("fund_source", "Sumber dana", ("sumber pendanaan",), help="Kosong: APBD.", example="APBD"),
    Column(
        "version",
        "Versi",
        ("versi apbd", "tahapan", "versi anggaran", "jadwal"),
        help="Kosong: APBD murni.",
        choices=tuple(BudgetVersion.labels),
    ),
    Column(
        "amount",
        "Pagu (Rp)",
        ("pagu", "anggaran", "jumlah", "pagu anggaran", "nilai", "nilai anggaran", "total pagu", "jumlah anggaran", "anggaran rp"),
        help="Rupiah penuh.",
        example="1.250.000.000",
        width=22,
        figures=True,
    ),
    Column("amount_original", "Pagu murni", ("apbd murni", "murni", "sebelum perubahan", "anggaran sebelum perubahan", "pagu sebelum perubahan"), figures=True),
    Column("amount_shift", "Pagu pergeseran", ("pergeseran", "apbd pergeseran", "setelah pergeseran", "pagu setelah pergeseran"), figures=True),
    Column("amount_revised", "Pagu perubahan", ("apbd perubahan", "perubahan", "setelah perubahan", "anggaran setelah perubahan", "pagu setelah perubahan"), figures=True),
    Column("programme_code", "Kode program", help="Hanya bila program punya kolom sendiri."),
    Column("programme_name", "Program", ("nama program",), width=40),
    Column("activity_code", "Kode kegiatan", help="Hanya bila kegiatan punya kolom sendiri."),
    Column("activity_name", "Kegiatan", ("nama kegiatan",), width=40),
    *_months(),
)  # fmt: skip
