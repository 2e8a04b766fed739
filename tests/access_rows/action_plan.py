"""Who may do what with action plans and the progress of their steps."""

from tests.access import EVERYONE, OF_KESEHATAN, READ_ALL, Row
from tests.agreements.plans import agreement_in_force, begun, complete, in_force, submitted

NO_VIEW = frozenset({"administrator", "orang_luar"})
READERS = READ_ALL | OF_KESEHATAN
WRITERS = frozenset({"bagian_organisasi"}) | OF_KESEHATAN
BUREAU = frozenset({"bagian_organisasi"})
HEAD = frozenset({"kepala_kesehatan"})
DRAFT = {"version": "1"}


def of_agreement(make):
    return lambda g: {"year": 2026, "pk": make(g).agreement_id}


def of_version(make, **more):
    return lambda g: {**of_agreement(make)(g), "number": 1, **more}


def agreement(g) -> dict:
    return {"year": 2026, "pk": agreement_in_force(g).pk}


def guests_year(g) -> dict:
    return {"year": 2025, "pk": agreement_in_force(g, 2025).pk}


def step(g) -> dict:
    plan = complete(g)
    return {"year": 2026, "pk": plan.agreement_id, "row": plan.steps.get().pk}


def writing(route: str, prepare, **fields) -> Row:
    return Row(f"agreements:{route}", prepare, ok=WRITERS, forbidden=READERS - WRITERS, **fields)


ROWS = [
    Row("agreements:plan_list", lambda g: {"year": 2026}, ok=EVERYONE - NO_VIEW, forbidden=NO_VIEW),
    Row("agreements:plan_list", lambda g: {"year": 2031}, note="tahun tidak dibuka"),
    Row("agreements:plan", agreement, ok=READERS, note="tanpa rencana aksi"),
    Row("agreements:plan", guests_year, ok=READERS | {"tamu"}, note="tahun tamu"),
    Row("agreements:plan", lambda g: agreement(g) | {"year": 2025}, note="tahun lain"),
    Row("agreements:plan_version", of_version(in_force), ok=READERS),
    Row("agreements:plan_version", lambda g: of_version(in_force)(g) | {"number": 2}, note="tidak ada"),
    Row("reports:plan_pdf", of_version(complete), ok=READERS, note="draf"),
    Row("reports:plan_pdf", lambda g: of_version(complete)(g) | {"year": 2025}, note="tahun lain"),
    writing("plan_begin", agreement, method="post"),
    writing("plan_begin", of_agreement(in_force), method="post", note="versi baru"),
    writing("plan_delete", of_agreement(begun), method="post", data=DRAFT),
    writing("plan_targets", of_agreement(begun)),
    writing("plan_targets", of_agreement(begun), method="post", data=DRAFT),
    Row(
        "agreements:plan_targets",
        of_agreement(in_force),
        forbidden=READERS - WRITERS,
        note="tidak ada yang disusun",
    ),
    writing("plan_step_add", of_agreement(begun)),
    writing("plan_step_add", of_agreement(begun), method="post", data=DRAFT),
    writing("plan_step", step),
    writing("plan_step", step, method="post", data=DRAFT | {"hapus": "1"}),
    Row(
        "agreements:plan_action",
        of_version(complete, action="submit"),
        ok=HEAD,
        forbidden=READERS - HEAD,
        method="post",
        note="ajukan",
    ),
    Row(
        "agreements:plan_action",
        of_version(submitted, action="withdraw"),
        ok=HEAD,
        forbidden=READERS - HEAD,
        method="post",
        note="tarik kembali",
    ),
    *(
        Row(
            "agreements:plan_action",
            of_version(submitted, action=action),
            ok=BUREAU,
            forbidden=READERS - BUREAU,
            method="post",
            data={"reason": "Langkah belum berpenanggung jawab."},
            note=action,
        )
        for action in ("return", "approve")
    ),
    Row("evaluations:step_progress", of_version(in_force), ok=READERS),
    Row("evaluations:step_progress", of_version(complete), note="belum berlaku"),
    Row(
        "evaluations:step_progress",
        of_version(in_force),
        ok=WRITERS,
        forbidden=READERS - WRITERS,
        method="post",
    ),
]
