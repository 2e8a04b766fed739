"""Reports and documents ordered: who reads, who writes, and files that are their owner's alone."""

from records import files, jobs
from records.enums import JobState
from records.models import Job
from tests.access import EVERYONE, OF_KESEHATAN, READ_ALL, Row
from tests.reports.cases import signed_kesehatan

NO_FIGURES = frozenset({"administrator", "orang_luar"})
READERS = READ_ALL | OF_KESEHATAN
WRITERS = OF_KESEHATAN | {"bagian_organisasi"}
COMPARERS = WRITERS | {"perencana"}


def kesehatan(g) -> dict:
    return {"year": 2026, "unit": g.kesehatan.pk}


def kesehatan_2025(g) -> dict:
    return {"year": 2025, "unit": g.kesehatan.pk}


def bidang(g) -> dict:
    return {"year": 2026, "unit": g.bidang.pk}


def indicator(g) -> dict:
    return {"year": 2026, "pk": g.stunting.pk}


def penutup(g) -> dict:
    return {**kesehatan(g), "part": "penutup"}


def sasaran(g) -> dict:
    signed_kesehatan(g)
    return {**kesehatan(g), "part": "sasaran", "objective": g.sasaran.pk}


def _job(g, state: str) -> Job:
    job = jobs.enqueue("lkjip", "LKjIP", g.users.operator_kesehatan.pk, unit=g.kesehatan.pk, year=2026)
    result = files.store(b"%PDF-", "LKjIP.pdf", "application/pdf", job.owner_id)
    Job.objects.filter(pk=job.pk).update(state=state, result=result if state == JobState.DONE else None)
    return job


def done(g) -> dict:
    return {"pk": _job(g, JobState.DONE).pk}


def failed(g) -> dict:
    return {"pk": _job(g, JobState.FAILED).pk}


OWNER = frozenset({"operator_kesehatan"})
ROWS = [
    Row("reports:lkjip_list", lambda g: {"year": 2026}, ok=EVERYONE - NO_FIGURES, forbidden=NO_FIGURES),
    Row("reports:lkjip_list", lambda g: {"year": 2031}, note="tahun tidak dibuka"),
    Row("reports:lkjip", kesehatan, ok=READERS),
    Row("reports:lkjip", kesehatan_2025, ok=READERS | {"tamu"}, note="tahun yang boleh dibaca tamu"),
    Row("reports:lkjip", bidang, note="tidak menyusun LKjIP sendiri"),
    Row("reports:lkjip_print", kesehatan, ok=READERS, method="post"),
    Row("reports:lkjip_text", penutup, ok=WRITERS, forbidden=READERS - WRITERS),
    Row(
        "reports:lkjip_text",
        penutup,
        ok=WRITERS,
        forbidden=READERS - WRITERS,
        method="post",
        data={"text": "Simpulan.", "version": "0"},
    ),
    Row("reports:lkjip_objective", sasaran, ok=WRITERS, forbidden=READERS - WRITERS),
    Row(
        "reports:lkjip_objective",
        sasaran,
        ok=WRITERS,
        forbidden=READERS - WRITERS,
        method="post",
        data={"text": "Analisis.", "version": "0"},
    ),
    *(
        Row(route, prepare, ok=COMPARERS, forbidden=READERS - COMPARERS, method=method)
        for route, prepare in (
            ("evaluations:comparison", kesehatan),
            ("evaluations:earlier_years", indicator),
        )
        for method in ("get", "post")
    ),
    Row("reports:job_list", ok=EVERYONE),
    Row("reports:job", done, ok=OWNER),
    Row("reports:job_file", done, ok=OWNER),
    Row("reports:job_retry", failed, ok=OWNER, method="post"),
]
