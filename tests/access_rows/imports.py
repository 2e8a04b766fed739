"""Who may import what, and who sees what was imported."""

from agreements.imports import runs, spec, workflow
from agreements.models import ImportRun
from agreements.scope import scope_of
from perjanjian.sheets import Heading, Page, xlsx
from records.uploads import XLSX, Checked
from tests.access import EVERYONE, Row

IMPORTERS = frozenset({"bagian_organisasi", "perencana", "anggaran", "kepegawaian"})
ORGANISERS = frozenset({"bagian_organisasi", "kepegawaian"})
HEADINGS = (Heading("Kode SKPD"), Heading("Nama unit"), Heading("Jenis"))


def uploaded(g) -> ImportRun:
    """A file of units that was examined: one row is new, one is refused."""
    content = xlsx([Page("Unit Kerja", HEADINGS, [["2.15", "Dinas A", "Dinas"], ["2.16", "Dinas B", "?"]])])
    scope = scope_of(g.users.bagian_organisasi)
    run = runs.take_in(spec.subject("units"), None, Checked(content, XLSX, "opd.xlsx"), scope)
    runs.examine_now(workflow.perform("examine", run, scope), scope)
    return run


def a_run(g) -> dict:
    return {"pk": uploaded(g).pk}


def step(action: str):
    return lambda g: {"pk": uploaded(g).pk, "action": action}


ROWS = [
    Row("agreements:import_list", ok=IMPORTERS, forbidden=EVERYONE - IMPORTERS),
    Row("agreements:import_list", ok=IMPORTERS, forbidden=EVERYONE - IMPORTERS, method="post"),
    Row("agreements:import_template", lambda g: {"subject": "units"}, ok=ORGANISERS, forbidden=EVERYONE - ORGANISERS),
    Row("agreements:import_export", lambda g: {"subject": "units"}, ok=ORGANISERS, forbidden=EVERYONE - ORGANISERS),
    Row("agreements:import_template_of_year", lambda g: {"subject": "units", "year": 2026}, note="isi tanpa tahun"),
    Row("agreements:import_export_of_year", lambda g: {"subject": "units", "year": 2026}, note="isi tanpa tahun"),
    Row("agreements:import_run", a_run, ok=ORGANISERS),
    Row("agreements:import_file", a_run, ok=ORGANISERS),
    Row("agreements:import_notes", a_run, ok=ORGANISERS),
    Row("agreements:import_columns", a_run, ok=ORGANISERS),
    Row("agreements:import_columns", a_run, ok=ORGANISERS, method="post", data={"units-sheet": ""}),
    *(
        Row("agreements:import_step", step(action), ok=ORGANISERS, method="post", note=action)
        for action in ("periksa", "terapkan", "batalkan", "buang", "ulang")
    ),
]  # fmt: skip
