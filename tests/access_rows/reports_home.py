"""Who may see the Beranda, the guide, the history and the achievements."""

from tests.access import EVERYONE, OF_KESEHATAN, READ_ALL, Row

NO_FIGURES = frozenset({"administrator", "orang_luar"})
KEEPERS = frozenset({"bagian_organisasi", "administrator"})
AUDITORS = frozenset({"bagian_organisasi", "inspektorat", "administrator"})


def year(g) -> dict:
    return {"year": 2026}


def kesehatan(g) -> dict:
    return {"year": 2026, "unit": g.kesehatan.pk}


def unit_in(year: int):
    return lambda g: {"year": year, "unit": g.kesehatan.pk}


ROWS = [
    Row("reports:home", ok=EVERYONE),
    Row("reports:year_home", lambda g: {"year": 2026}, ok=EVERYONE),
    Row("reports:year_home", lambda g: {"year": 2031}, note="tahun tidak dibuka"),
    Row("reports:setup", ok=KEEPERS, forbidden=EVERYONE - KEEPERS),
    Row("reports:guide", ok=EVERYONE),
    Row("reports:history", ok=AUDITORS, forbidden=EVERYONE - AUDITORS),
    Row("reports:achievement", lambda g: {"year": 2026}, ok=EVERYONE - NO_FIGURES, forbidden=NO_FIGURES),
    *(
        Row(f"reports:{name}", year, ok=EVERYONE - NO_FIGURES, forbidden=NO_FIGURES)
        for name in ("map", "worst", "late", "compliance")
    ),
    *(
        Row(f"reports:{name}", lambda g: {"year": 2031}, note="tahun tidak dibuka")
        for name in ("map", "worst", "late", "compliance")
    ),
    Row("reports:unit", kesehatan, ok=READ_ALL | OF_KESEHATAN, forbidden=NO_FIGURES),
    Row(
        "reports:unit",
        lambda g: kesehatan(g) | {"number": 1},
        ok=READ_ALL | OF_KESEHATAN,
        forbidden=NO_FIGURES,
        note="satu triwulan",
    ),
    Row(
        "reports:unit",
        lambda g: kesehatan(g) | {"year": 2025},
        ok=READ_ALL | OF_KESEHATAN | {"tamu"},
        forbidden=NO_FIGURES,
        note="tahun tamu",
    ),
    Row(
        "reports:unit",
        lambda g: kesehatan(g) | {"number": 5},
        forbidden=NO_FIGURES,
        note="triwulan yang tidak ada",
    ),
    Row("reports:absorption", lambda g: {"year": 2026}, ok=EVERYONE - NO_FIGURES, forbidden=NO_FIGURES),
    Row("reports:absorption", lambda g: {"year": 2031}, note="tahun tidak dibuka"),
    Row("reports:money_unit", unit_in(2026), ok=READ_ALL | OF_KESEHATAN),
    Row("reports:money_unit", unit_in(2025), ok=READ_ALL | OF_KESEHATAN | {"tamu"}, note="tahun tamu"),
]
