"""Who runs a signing day, records papers signed before, and prints all."""

from tests.access import EVERYONE, OF_KESEHATAN, READ_ALL, Row
from tests.agreements.steps import complete_draft, in_signing, ready

BUREAU = frozenset({"bagian_organisasi"})
NO_FIGURES = frozenset({"administrator", "orang_luar"})
READERS = READ_ALL | OF_KESEHATAN
SHARED = {"document_date": "2026-01-20", "place": "Contoh Kota", "paper": "a4"}


def year(g) -> dict:
    return {"year": 2026}


def with_ready(g) -> dict:
    ready(g)
    return year(g)


def with_in_signing(g) -> dict:
    in_signing(g)
    return year(g)


def draft(g) -> dict:
    return {"year": 2026, "pk": complete_draft(g).pk}


BUREAU_ONLY = {"ok": BUREAU, "forbidden": EVERYONE - BUREAU}
OPEN = {"ok": EVERYONE - NO_FIGURES, "forbidden": NO_FIGURES}

ROWS = [
    Row("agreements:deadlines", year, **OPEN),
    Row("agreements:deadlines", lambda g: {"year": 2031}, note="tahun tidak dibuka"),
    Row("agreements:record", draft, ok=BUREAU, forbidden=READERS - BUREAU),
    Row("agreements:record", draft, ok=BUREAU, forbidden=READERS - BUREAU, method="post"),
    Row("agreements:record_many", year, **BUREAU_ONLY),
    Row("agreements:record_many", year, method="post", **BUREAU_ONLY),
    Row("agreements:sign_many", with_in_signing, **BUREAU_ONLY),
    Row("agreements:sign_many", with_in_signing, method="post", **BUREAU_ONLY),
    Row("reports:signing_day", with_ready, **BUREAU_ONLY),
    Row("reports:signing_day", lambda g: {"year": 2031}, note="tahun tidak dibuka"),
    Row(
        "reports:signing_day",
        with_ready,
        method="post",
        data={**SHARED, "semua": "ready"},
        note="semua",
        **BUREAU_ONLY,
    ),
    Row("reports:print_all", year, method="post", **OPEN),
    Row(
        "reports:print_all", year, method="post", data={"status": "draft"}, forbidden=NO_FIGURES, note="draf"
    ),
]
