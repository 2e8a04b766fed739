"""Who may do what with facts: typing, verifying, reading, the calendar."""

from datetime import date

from evaluations.models import Evidence, SourceRevision
from records import files
from tests.access import EVERYONE, OF_KESEHATAN, OF_PENDIDIKAN, READ_ALL, Row
from tests.factories import make_budget, make_indicator, make_period, make_realisation

BUREAU = frozenset({"bagian_organisasi"})
ENTERING = BUREAU | OF_KESEHATAN | OF_PENDIDIKAN | {"sekda"}
VERIFYING = BUREAU | {"perencana"}
CHANGING = BUREAU | {"administrator"}
READERS = READ_ALL | OF_KESEHATAN
TYPING_MONEY = BUREAU | {"anggaran"}
NO_FIGURES = frozenset({"administrator", "orang_luar"})


def year(g) -> dict:
    return {"year": 2026}


def closed_year(g) -> dict:
    return {"year": 2031}


def of(unit: str, in_year: int = 2026):
    """The first quarter of a unit."""
    return lambda g: {"year": in_year, "unit": getattr(g, unit).pk, "number": 1}


def fact(in_year: int = 2026):
    def prepare(g) -> dict:
        row = make_realisation(g.stunting, make_period(in_year, 1), status="submitted")
        return {"year": in_year, "pk": row.pk}

    return prepare


def settled(deciding: bool = False, unit: str = "kesehatan"):
    """A final fact, with or without a revision that waits."""

    def prepare(g) -> dict:
        indicator = make_indicator(getattr(g, unit), "Angka yang direvisi")
        people = {"verified_by": g.users.bagian_organisasi, "final_value": 8}
        row = make_realisation(indicator, make_period(2025, 4), status="final", **people)
        if deciding:
            SourceRevision.objects.create(
                realisation=row,
                announced_on=date(2026, 1, 5),
                source="BPS",
                reason="Perhitungan ulang",
                value=9,
                submitted_by=g.users.kepala_kesehatan,
            )
        return {"year": 2025, "pk": row.pk}

    return prepare


def proof(in_year: int = 2026):
    def prepare(g) -> dict:
        user = g.users.operator_kesehatan
        kept = files.store(b"%PDF-1.7", "bukti.pdf", "application/pdf", user.pk)
        evidence = Evidence.objects.create(
            unit=g.kesehatan, year=in_year, title="Bukti", file=kept, added_by=user
        )
        return {"pk": evidence.pk}

    return prepare


def plan(unit: str, in_year: int = 2026):
    return lambda g: {"year": in_year, "unit": make_budget(getattr(g, unit), in_year).unit_id}


def money(unit: str, in_year: int = 2026):
    """The first month of a unit with one budget."""

    def prepare(g) -> dict:
        make_budget(getattr(g, unit), in_year)
        return {"year": in_year, "unit": getattr(g, unit).pk, "number": 1}

    return prepare


def budget_line(in_year: int = 2026):
    return lambda g: {"year": in_year, "pk": make_budget(g.kesehatan, in_year).pk}


ROWS = [
    Row("evaluations:entry_list", year, ok=ENTERING, forbidden=EVERYONE - ENTERING),
    Row("evaluations:entry_list", closed_year, note="tahun tidak dibuka"),
    Row("evaluations:entry", of("kesehatan"), ok=BUREAU | OF_KESEHATAN, forbidden=READ_ALL - BUREAU),
    Row("evaluations:entry", of("pendidikan"), ok=BUREAU | OF_PENDIDIKAN, forbidden=READ_ALL - BUREAU),
    Row(
        "evaluations:entry",
        of("kesehatan", 2025),
        ok=BUREAU | OF_KESEHATAN,
        forbidden=(READ_ALL - BUREAU) | {"tamu"},
        note="tahun tamu",
    ),
    Row(
        "evaluations:entry",
        of("kesehatan"),
        ok=BUREAU | OF_KESEHATAN,
        forbidden=READ_ALL - BUREAU,
        method="post",
    ),
    Row("evaluations:entry", lambda g: of("kesehatan")(g) | {"number": 9}, note="triwulan yang tidak ada"),
    Row("evaluations:verify_list", year, ok=VERIFYING, forbidden=EVERYONE - VERIFYING),
    Row("evaluations:verify", of("kesehatan"), ok=BUREAU, forbidden=(READ_ALL - BUREAU) | OF_KESEHATAN),
    Row(
        "evaluations:verify",
        of("kesehatan"),
        ok=BUREAU,
        forbidden=(READ_ALL - BUREAU) | OF_KESEHATAN,
        method="post",
    ),
    Row(
        "evaluations:verify",
        of("bureau"),
        ok=frozenset({"perencana"}),
        forbidden=(READ_ALL - {"perencana"}) | {"sekda"},
        note="unit Bagian Organisasi sendiri",
    ),
    Row("evaluations:realisation_detail", fact(), ok=READERS),
    Row("evaluations:realisation_detail", fact(2025), ok=READERS | {"tamu"}, note="tahun tamu"),
    Row("evaluations:realisation_detail", lambda g: fact()(g) | {"year": 2025}, note="tahun lain"),
    Row(
        "evaluations:revision",
        settled(),
        ok=BUREAU | OF_KESEHATAN,
        forbidden=(READ_ALL - BUREAU) | {"tamu"},
    ),
    Row(
        "evaluations:revision",
        settled(deciding=True),
        ok=BUREAU | OF_KESEHATAN,
        forbidden=(READ_ALL - BUREAU) | {"tamu"},
        method="post",
        data={"r-source": "BPS"},
        note="ada yang menunggu putusan",
    ),
    Row(
        "evaluations:revision",
        settled(deciding=True, unit="bureau"),
        ok=BUREAU | {"perencana", "sekda"},
        forbidden=READ_ALL - BUREAU - {"perencana"},
        note="unit Bagian Organisasi sendiri",
    ),
    Row("evaluations:evidence", proof(), ok=READERS),
    Row("evaluations:evidence", proof(2025), ok=READERS | {"tamu"}, note="tahun tamu"),
    Row("evaluations:money_list", year, ok=EVERYONE - NO_FIGURES, forbidden=NO_FIGURES),
    Row("evaluations:money_list", closed_year, note="tahun tidak dibuka"),
    Row("evaluations:money_entry", money("kesehatan"), ok=READERS),
    Row("evaluations:money_entry", money("kesehatan", 2025), ok=READERS | {"tamu"}, note="tahun tamu"),
    Row(
        "evaluations:money_entry",
        money("kesehatan"),
        ok=TYPING_MONEY | OF_KESEHATAN,
        forbidden=READERS - TYPING_MONEY - OF_KESEHATAN,
        method="post",
    ),
    Row(
        "evaluations:money_entry",
        money("pendidikan"),
        ok=TYPING_MONEY | OF_PENDIDIKAN,
        forbidden=READ_ALL - TYPING_MONEY,
        method="post",
        note="unit lain",
    ),
    Row(
        "evaluations:money_entry",
        lambda g: money("kesehatan")(g) | {"number": 13},
        note="bulan yang tidak ada",
    ),
    Row("evaluations:money_plan", plan("kesehatan"), ok=READERS),
    Row("evaluations:money_plan", plan("kesehatan", 2025), ok=READERS | {"tamu"}, note="tahun tamu"),
    Row(
        "evaluations:money_plan",
        plan("kesehatan"),
        ok=TYPING_MONEY | OF_KESEHATAN,
        forbidden=READERS - TYPING_MONEY - OF_KESEHATAN,
        method="post",
    ),
    Row(
        "evaluations:money_plan",
        plan("pendidikan"),
        ok=TYPING_MONEY | OF_PENDIDIKAN,
        forbidden=READ_ALL - TYPING_MONEY,
        method="post",
        note="unit lain",
    ),
    Row("evaluations:money_line", budget_line(), ok=READERS),
    Row("evaluations:money_line", budget_line(2025), ok=READERS | {"tamu"}, note="tahun tamu"),
    Row("evaluations:money_line", lambda g: budget_line()(g) | {"year": 2025}, note="tahun lain"),
    Row("evaluations:calendar", year, ok=EVERYONE - {"orang_luar"}, forbidden=frozenset({"orang_luar"})),
    Row(
        "evaluations:calendar",
        year,
        ok=CHANGING,
        forbidden=EVERYONE - CHANGING,
        method="post",
        data={"make": "1"},
    ),
    Row("evaluations:simulation", ok=EVERYONE),
]
