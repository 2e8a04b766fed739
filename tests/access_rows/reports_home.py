"""Who may see the Beranda, the guide, the history and the achievements."""

from tests.access import EVERYONE, OF_KESEHATAN, READ_ALL, Row

NO_FIGURES = frozenset({"administrator", "orang_luar"})
AUDITORS = frozenset({"bagian_organisasi", "inspektorat", "administrator"})


def unit_in(year: int):
    return lambda g: {"year": year, "unit": g.kesehatan.pk}


ROWS = [
    Row("reports:home", ok=EVERYONE),
    Row("reports:year_home", lambda g: {"year": 2026}, ok=EVERYONE),
    Row("reports:year_home", lambda g: {"year": 2031}, note="tahun tidak dibuka"),
    Row("reports:guide", ok=EVERYONE),
    Row("reports:history", ok=AUDITORS, forbidden=EVERYONE - AUDITORS),
    Row("reports:achievement", lambda g: {"year": 2026}, ok=EVERYONE - NO_FIGURES, forbidden=NO_FIGURES),
    Row("reports:absorption", lambda g: {"year": 2026}, ok=EVERYONE - NO_FIGURES, forbidden=NO_FIGURES),
    Row("reports:absorption", lambda g: {"year": 2031}, note="tahun tidak dibuka"),
    Row("reports:money_unit", unit_in(2026), ok=READ_ALL | OF_KESEHATAN),
    Row("reports:money_unit", unit_in(2025), ok=READ_ALL | OF_KESEHATAN | {"tamu"}, note="tahun tamu"),
]
