"""Sources as they come: figures with a decimal point, headings nobody knows, and findings that are forgotten."""

import io
from datetime import timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from agreements.enums import ImportState
from agreements.imports import runs
from agreements.imports.cleaning import forget_old
from agreements.models import Budget, ImportMapping, ImportRow, ImportRun, IndicatorTarget, Unit
from perjanjian import numerals
from tests.agreements.books import counts, xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
INDICATORS = ["PD pengampu", "Indikator", "Satuan", "Target 2026"]


@pytest.fixture(autouse=True)
def _in_july():
    with time_machine.travel("2026-07-20 09:00:00+07:00", tick=True):
        yield


@pytest.fixture
def bureau(client, bagian_organisasi):
    client.force_login(bagian_organisasi)
    return client


@pytest.fixture
def planner(client, perencana):
    client.force_login(perencana)
    return client


def send(client, content, subject, year=""):
    file = SimpleUploadedFile("isi.xlsx", content)
    sent = {"subject": subject, "file": file, "year": year}
    return client.post(reverse("agreements:import_list"), sent, follow=True)


def columns_of(run):
    return reverse("agreements:import_columns", args=(run.pk,))


def text(response) -> str:
    return " ".join(response.content.decode().split())


def as_shown(page) -> dict:
    """What the page of the columns would send back."""
    forms = [*page.context["forms"], *([page.context["decimal"]] if page.context["decimal"] else [])]
    return {
        field.html_name: field.value()
        for form in forms
        for field in form
        if field.value() not in (None, False)
    }


def plan(*targets):
    rows = [["Dinas Kesehatan", f"Cakupan {n}", "%", target] for n, target in enumerate(targets)]
    return xlsx(("Indikator", [INDICATORS, *rows]))


# --- the decimal sign -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "point"),
    [("12.5", True), ("1,250.75", True), ("1250.5", True), ("1.250", False), ("12,5", False), ("0.338", False),
     ("1.250.000", False), ("1,250", False), ("Ada", False)],
)  # fmt: skip
def test_a_point_that_can_only_be_the_decimal_sign(typed, point):
    assert numerals.has_decimal_point(typed) is point


def test_many_decimal_points_are_asked_about_and_nothing_is_guessed(planner):
    page = send(planner, plan("12.5", "1.25", "1,250.75"), "plan", 2026)
    run = ImportRun.objects.get()
    assert page.redirect_chain[-1][0] == columns_of(run)
    assert "Angka di berkas ini memakai titik sebagai tanda desimal" in text(page)
    assert "3 angka di berkas ini tampak demikian" in text(page)
    refused = planner.post(columns_of(run), as_shown(page), follow=True)
    assert counts(ImportRun.objects.get())[3] == 3
    assert "Pilih tanda desimalnya" in text(refused)


def test_the_choice_is_read_by_and_remembered_for_the_source(planner):
    page = send(planner, plan("12.5", "1.25", "1,250.75"), "plan", 2026)
    run = ImportRun.objects.get()
    planner.post(columns_of(run), as_shown(page) | {"decimal_point": "on"}, follow=True)
    run.refresh_from_db()
    assert counts(run) == (3, 0, 0, 0)
    assert runs.options_of(run)["decimal_point"] is True
    step = reverse("agreements:import_step", args=(run.pk, "terapkan"))
    planner.post(step, {"version": run.version})
    assert set(IndicatorTarget.objects.values_list("value", flat=True)) == {
        D("12.5"),
        D("1.25"),
        D("1250.75"),
    }
    again = send(planner, plan("12.5", "1.25", "2.5"), "plan", 2026)
    second = ImportRun.objects.exclude(pk=run.pk).get()
    assert again.redirect_chain[-1][0] == reverse("agreements:import_run", args=(second.pk,))
    assert counts(second) == (0, 1, 2, 0)
    shown = planner.get(columns_of(second))
    assert shown.context["decimal"]["decimal_point"].value() is True


def test_one_decimal_point_is_a_fault_and_no_question(planner):
    page = send(planner, plan("12.5", "12,5", "13"), "plan", 2026)
    run = ImportRun.objects.get()
    assert counts(run)[3] == 1
    assert "Pilih tanda desimalnya" not in text(page)
    assert "tanda desimal" not in text(planner.get(columns_of(run)))


def test_codes_are_no_figures(bureau):
    rows = [[f"2.{n}", f"Dinas {n}", "Dinas"] for n in range(15, 20)]
    page = send(bureau, xlsx(("Unit Kerja", [["Kode SKPD", "Nama unit", "Jenis"], *rows])), "units")
    assert counts(ImportRun.objects.get()) == (5, 0, 0, 0)
    assert "tanda desimal" not in text(page)


def test_amounts_of_a_budget_with_a_decimal_point(client, anggaran):
    client.force_login(anggaran)
    head = ["SKPD", "Kode", "Uraian", "Pagu"]
    amounts = ("1,250,000.50", "2,000,000.25", "3,000.75")
    rows = [["Dinas Kesehatan", f"1.02.0{n}", f"Program {n}", a] for n, a in enumerate(amounts, start=1)]
    page = send(client, xlsx(("Pagu", [head, *rows])), "budgets", 2026)
    run = ImportRun.objects.get()
    client.post(columns_of(run), as_shown(page) | {"decimal_point": "on"}, follow=True)
    run.refresh_from_db()
    client.post(reverse("agreements:import_step", args=(run.pk, "terapkan")), {"version": run.version})
    assert Budget.objects.get(programme__code="1.02.01").amount == D("1250000.50")


# --- a source nobody knows ------------------------------------------------------------------------


def test_unknown_headings_are_matched_by_hand_below_the_sentence_that_doubts_the_file(bureau):
    content = xlsx(("Daftar", [["Daftar OPD"], [], ["Sebutan", "Rupa"], ["Dinas Pangan", "Dinas"]]))
    page = send(bureau, content, "units")
    run = ImportRun.objects.get()
    assert page.redirect_chain[-1][0] == columns_of(run)
    assert "Berkas ini mungkin bukan yang dimaksud." in text(page)
    assert "diperlukan paling sedikit kolom “Nama unit”, “Jenis”" in text(page)
    (form,) = page.context["forms"]
    assert (form.plan.sheet, form.plan.first, form.plan.texts) == ("Daftar", 3, ["Sebutan", "Rupa"])
    sent = as_shown(page) | {"units-c_name": "0", "units-c_kind": "1"}
    bureau.post(columns_of(run), sent, follow=True)
    run.refresh_from_db()
    assert (run.state, counts(run)) == (ImportState.EXAMINED, (1, 0, 0, 0))
    assert "mungkin bukan" not in text(bureau.get(columns_of(run)))
    again = send(bureau, content, "units")
    second = ImportRun.objects.exclude(pk=run.pk).get()
    assert again.redirect_chain[-1][0] == reverse("agreements:import_run", args=(second.pk,))
    assert counts(second) == (1, 0, 0, 0)


def test_a_doubtful_file_is_not_examined_before_somebody_looked(bureau):
    send(bureau, xlsx(("Gaji", [["Bulan", "Jumlah"], ["Januari", 5]])), "units")
    run = ImportRun.objects.get()
    step = reverse("agreements:import_step", args=(run.pk, "periksa"))
    answer = bureau.post(step, {"version": run.version}, follow=True)
    assert answer.redirect_chain[-1][0] == columns_of(run)
    assert ImportRun.objects.get().state == ImportState.UPLOADED
    assert not ImportMapping.objects.exists()
    assert not Unit.objects.filter(name="Januari").exists()


@pytest.mark.parametrize(
    "rows",
    [[["Catatan"], ["satu"], ["dua"]], [["Bulan", "Jumlah"]], [[1, 2], [3, 4]]],
    ids=["satu kolom", "tanpa data", "tanpa judul"],
)
def test_a_file_without_a_table_is_refused_and_leaves_nothing(bureau, rows):
    page = send(bureau, xlsx(("Lembar", [["", ""], *rows])), "units")
    assert "Tidak ada lembar dengan judul kolom yang dikenal." in text(page)
    assert "salin datanya ke templat." in text(page)
    assert not ImportRun.objects.exists()


# --- what is forgotten ----------------------------------------------------------------------------


def old_run(client) -> ImportRun:
    send(
        client,
        xlsx(("Unit Kerja", [["Kode SKPD", "Nama unit", "Jenis"], ["2.15", "Dinas X", "Dinas"]])),
        "units",
    )
    return ImportRun.objects.latest("created_at")


def test_findings_nobody_applied_are_forgotten_after_30_days_and_can_be_found_again(bureau):
    run, applied = old_run(bureau), old_run(bureau)
    step = reverse("agreements:import_step", args=(applied.pk, "terapkan"))
    bureau.post(step, {"version": applied.version})
    today = timezone.localdate()
    assert forget_old(today + timedelta(days=30)) == 0
    out = io.StringIO()
    with time_machine.travel("2026-08-21 02:05:00+07:00"):
        call_command("clear_imports", stdout=out)
    assert out.getvalue() == "Hasil pemeriksaan 1 berkas dihapus.\n"
    assert list(ImportRow.objects.values_list("run", flat=True)) == [applied.pk]
    run.refresh_from_db()
    assert run.state == ImportState.UPLOADED
    assert "30 hari tidak diterapkan" in text(bureau.get(reverse("agreements:import_run", args=(run.pk,))))
    bureau.post(reverse("agreements:import_step", args=(run.pk, "periksa")))
    run.refresh_from_db()
    assert run.state == ImportState.EXAMINED


def test_what_was_examined_again_meanwhile_is_kept(bureau):
    run = old_run(bureau)
    with time_machine.travel("2026-08-15 09:00:00+07:00", tick=True):
        bureau.force_login(run.owner)
        bureau.post(reverse("agreements:import_step", args=(run.pk, "periksa")))
    assert forget_old(timezone.localdate() + timedelta(days=35)) == 0
    assert ImportRow.objects.filter(run=run).exists()
    assert forget_old(timezone.localdate() + timedelta(days=90)) == 1
