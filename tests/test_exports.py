"""Every list is sent as XLSX and CSV: the same rows as its page, for the same person, never more."""

import csv
import io
from collections.abc import Mapping
from decimal import Decimal

import openpyxl
import pytest
from django.core.paginator import Page
from django.test.utils import ContextList
from django.urls import reverse

from agreements.enums import BudgetVersion, Status
from agreements.models import Agreement, Budget, Programme
from perjanjian import exporting, paging
from reports.navigation import MENU
from tests.access import Row
from tests.agreements.trees import make_node
from tests.factories import make_agreement, make_indicator, make_objective, make_official
from tests.test_access import ROWS, all_routes

# Every list with its first columns; what comes after depends on the year's periods or says more of the same.
EXPORTS: Mapping[str, tuple[str, ...]] = {
    "agreements:unit_list": ("Unit", "Nama pendek", "Kode SKPD", "Jenis", "Di bawah"),
    "agreements:unit_ended": ("Unit", "Kode SKPD", "Jenis", "Berlaku sejak", "Berlaku sampai"),
    "agreements:unit_detail": ("Jabatan", "Jenjang", "Memimpin unit", "Dipegang", "Status", "Sejak"),
    "agreements:official_list": ("Nama", "NIP", "Pangkat/golongan", "Jabatan hari ini"),
    "agreements:account_list": ("Nama", "Nama pengguna", "NIP", "Peran", "Jabatan hari ini", "Keadaan"),
    "agreements:delegation_list": ("Yang ditunjuk", "Sebagai", "Mulai", "Sampai", "Alasan", "Keadaan"),
    "agreements:objective_list": ("Unit", "Kode", "Jenis", "Rumusan", "Mendukung", "Periode"),
    "agreements:indicator_list": ("Indikator", "Satuan", "Jenis nilai", "PD pengampu", "Arah"),
    "agreements:indicator_detail": ("Tahun", "Jabatan", "Perangkat Daerah", "Status"),
    "agreements:scale_list": ("Skala", "Tingkat", "Predikat"),
    "agreements:budget_list": ("Perangkat daerah", "APBD murni (Rp)", "Pergeseran (Rp)"),
    "agreements:budget_unit": ("Kode", "Program, kegiatan, sub kegiatan", "Tingkat"),
    "agreements:budget_versions": ("Kode", "Program, kegiatan, sub kegiatan", "Tingkat"),
    "agreements:plan_checks": ("Yang diperiksa", "Perangkat daerah", "Ditemukan pada"),
    "agreements:library": ("Urusan", "Indikator", "Satuan", "Jenis nilai", "Arah"),
    "agreements:revision_detail": ("Perangkat daerah", "Jenis", "Kode", "Semula", "Menjadi"),
    "agreements:tree": ("Nomor", "Tingkat", "Hasil atau kondisi", "Perangkat daerah", "Pemilik"),
    "agreements:tree_of": ("Nomor", "Tingkat", "Hasil atau kondisi", "Perangkat daerah", "Pemilik"),
    "agreements:tree_branch": ("Nomor", "Tingkat", "Hasil atau kondisi", "Perangkat daerah", "Pemilik"),
    "agreements:tree_units": ("Perangkat daerah", "Di bawah", "Simpul"),
    "agreements:tree_links": ("Diminta", "Untuk", "Perangkat daerah yang meminta", "Yang diharapkan"),
    "agreements:hand_over_list": ("Jabatan", "Perangkat Daerah", "Mulai", "Yang digantikan"),
    "agreements:import_list": ("Berkas", "Isi", "Tahun", "Diunggah", "Oleh", "Keadaan"),
    "agreements:import_run": ("Lembar", "Baris", "Hasil", "Data", "Yang berubah", "Kesalahan"),
    "agreements:draft_all": ("Jabatan", "Perangkat Daerah", "PK", "Sasaran", "Indikator", "Program"),
    "agreements:list": ("Jabatan", "Perangkat Daerah", "PK Perubahan", "Pihak Kedua", "Status"),
    "agreements:deadlines": ("Jabatan", "Perangkat Daerah", "Batas PK", "PK", "PK ditandatangani"),
    "agreements:amendment_list": ("Jabatan", "Perangkat Daerah", "Pihak Pertama saat ditandatangani"),
    "agreements:plan_list": ("Jabatan", "Perangkat Daerah", "PK Perubahan", "Status PK", "Versi berlaku"),
    "reports:signing_day": ("Jabatan", "Perangkat Daerah", "PK Perubahan", "Pihak Pertama", "Pihak Kedua"),
    "evaluations:entry_list": ("Perangkat daerah", "Periode", "Keadaan", "Yang diukur", "Terisi"),
    "evaluations:entry": ("Indikator", "Satuan", "Target", "Target menurut PK", "Target periode"),
    "evaluations:verify_list": ("Perangkat daerah", "Periode", "Keadaan", "Yang diukur", "Terisi"),
    "evaluations:verify": ("Indikator", "Satuan", "Target", "Target menurut PK", "Target periode"),
    "evaluations:money_list": ("Perangkat daerah", "Serapan (%)", "Sampai", "Baris anggaran"),
    "evaluations:money_plan": ("Kode", "Program", "Sumber dana", "Versi", "Pagu (Rp)"),
    "evaluations:calendar": ("Untuk", "Periode", "Mulai", "Selesai", "Keadaan", "Dibuka", "Batas isi"),
    "reports:map": ("Perangkat daerah", "TW I (%)", "TW I: predikat", "TW I: belum diisi"),
    "reports:unit": ("Sasaran", "Indikator", "Sampai", "Satuan", "Target setahun"),
    "reports:achievement": ("Jabatan", "Perangkat daerah", "Indikator tercapai", "Indikator"),
    "reports:worst": ("Indikator", "Perangkat daerah", "Sampai", "Satuan", "Target setahun"),
    "reports:late": ("Perangkat daerah", "Kewajiban", "Keterangan", "Batas", "Hari terlambat"),
    "reports:compliance": ("Perangkat daerah", "PK", "PK: hari terlambat", "Perubahan"),
    "reports:absorption": ("Perangkat daerah", "Pagu (Rp)", "Realisasi (Rp)", "Sampai", "Belum lengkap"),
    "reports:money_unit": ("Kode", "Program", "Unit", "Sumber dana", "Versi"),
    "reports:lkjip_list": ("Perangkat daerah", "Selesai", "Yang belum", "PK", "Indikator tercapai"),
    "reports:job_list": ("Dokumen", "Dipesan", "Keadaan", "Ukuran (byte)"),
    "reports:history": ("No.", "Waktu", "Pelaku", "Selaku", "Ditolak", "Tindakan"),
    "reports:setup": ("No.", "Langkah", "Keadaan", "Keterangan", "Yang kurang"),
    "reports:year_home": ("Jumlah", "Yang perlu tindakan", "Batas"),
}
# In the menu, or with pages, and no list of its own.
NO_LIST: Mapping[str, str] = {
    "agreements:region_settings": "one form",
    "agreements:policy_list": "the years with their forms, four lines",
    "evaluations:simulation": "a calculator",
    "agreements:pick_indicators": "a form over the catalogue",
    "agreements:tree_node": "one node with all that is known of it; agreements:tree_branch lists what is below",
    "agreements:tree_node_attach": "a form over the catalogue or the programmes",
    "reports:tree_chart": "a drawing; agreements:tree lists its nodes",
    "reports:tree_chart_of": "a drawing; agreements:tree_of lists its nodes",
    "agreements:sign_many": "a form over lines of the register",
    "agreements:record_many": "a form over lines of the register",
    "evaluations:money_entry": "a form over the lines of reports:money_unit",
    "evaluations:step_progress": "a form over the steps of one plan",
}
IN_MENU = {route for _, _, entries in MENU for _, route, *_ in entries}
ADDRESSES: Mapping[str, Row] = {
    row.route: row for row in reversed(ROWS) if row.method == "get" and row.route in EXPORTS and row.ok
}


def sent(client, address: str, kind: str = "csv") -> list[list[str]]:
    """Headings and rows of the file."""
    answer = client.get(address + ("&" if "?" in address else "?") + f"unduh={kind}")
    assert answer.status_code == 200, address
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    if kind == "csv":
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    about, sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    assert about.title == "Petunjuk"
    return [
        [str(value) if value is not None else "" for value in row]
        for row in sheet.iter_rows(values_only=True)
    ]


def column(rows: list[list[str]], name: str) -> list[str]:
    place = rows[0].index(name)
    return [row[place] for row in rows[1:]]


def shown_page(answer) -> Page | None:
    contexts = answer.context if isinstance(answer.context, ContextList) else ()
    found = (value for context in contexts for value in context.flatten().values())
    return next((value for value in found if isinstance(value, Page)), None)


# --- complete by construction ---------------------------------------------------------------------


def test_every_page_of_the_menu_and_every_list_says_what_it_exports():
    lists = {route for route in all_routes() if route.endswith("_list")} | IN_MENU
    assert lists - set(EXPORTS) - set(NO_LIST) == set()


def test_no_list_stands_here_that_is_gone():
    assert (set(EXPORTS) | set(NO_LIST)) - all_routes() == set()
    assert set(EXPORTS) - set(ADDRESSES) == set()


@pytest.mark.parametrize("route", EXPORTS)
def test_every_list_is_sent_as_both(government, client, route):
    row = ADDRESSES[route]
    address = reverse(route, kwargs=row.prepare(government))
    client.force_login(getattr(government.users, sorted(row.ok)[0]))
    page = client.get(address).content.decode()
    # The Beranda offers its list where there is something in it.
    if route != "reports:year_home":
        assert 'href="?unduh=xlsx"' in page
        assert 'href="?unduh=csv"' in page
    as_csv, as_xlsx = sent(client, address), sent(client, address, "xlsx")
    assert tuple(as_csv[0][: len(EXPORTS[route])]) == EXPORTS[route]
    assert as_csv[0] == as_xlsx[0]
    assert len(as_csv) == len(as_xlsx)
    assert len(set(as_csv[0])) == len(as_csv[0])


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.method == "get" and row.ok], ids=lambda row: row.route
)
def test_no_page_has_pages_and_no_export(government, client, row):
    kwargs = row.prepare(government)
    client.force_login(getattr(government.users, sorted(row.ok)[0]))
    answer = client.get(reverse(row.route, kwargs=kwargs), row.data)
    if shown_page(answer) is not None and row.route not in NO_LIST:
        assert row.route in EXPORTS


# --- the same rows --------------------------------------------------------------------------------


@pytest.fixture
def register(government):
    g = government
    g.pk_kesehatan = make_agreement(g.kadinkes)
    g.pk_pendidikan = make_agreement(g.kadikbud)
    Agreement.objects.filter(pk=g.pk_pendidikan.pk).update(status=Status.SUBMITTED)
    for number in range(4):
        make_indicator(g.pendidikan, f"Angka partisipasi {number}")
    return g


FILTERED = {
    "agreements:list": (("cari=kesehatan", 1), ("status=submitted", 1), ("", 2)),
    "agreements:indicator_list": (("cari=partisipasi", 4), ("unit={pendidikan}", 5), ("arsip=true", 0)),
    "agreements:account_list": (("cari=kepala", 2), ("keadaan=tutup", 0)),
    "agreements:deadlines": (("cari=pendidikan", 1), ("", 4)),
}


@pytest.mark.parametrize("route", FILTERED)
def test_a_file_holds_the_rows_of_the_page_with_its_filters(register, client, monkeypatch, route):
    client.force_login(register.users.bagian_organisasi)
    address = reverse(route, kwargs={} if route.endswith("account_list") else {"year": 2026})
    for asked, count in FILTERED[route]:
        asked = asked.format(pendidikan=register.pendidikan.pk)
        page = shown_page(client.get(f"{address}?{asked}"))
        assert page.paginator.count == count, asked
        assert len(sent(client, f"{address}?{asked}")) == count + 1, asked


def test_a_file_holds_all_pages_of_the_list_and_the_page_asked_for_does_not_matter(government, client):
    for number in range(paging.PAGE_SIZE + 5):
        make_official(f"Pejabat {number:02}")
    client.force_login(government.users.bagian_organisasi)
    address = reverse("agreements:official_list")
    names = column(sent(client, f"{address}?cari=Pejabat&hal=2"), "Nama")
    assert names == [f"Pejabat {number:02}" for number in range(paging.PAGE_SIZE + 5)]
    page = client.get(f"{address}?cari=Pejabat&hal=2").content.decode()
    assert 'href="?cari=Pejabat&amp;unduh=xlsx"' in page


def test_a_list_too_long_for_a_file_says_so_and_keeps_its_filter(government, client, monkeypatch):
    monkeypatch.setattr(paging, "EXPORT_ROWS", 2)
    monkeypatch.setattr(exporting, "EXPORT_ROWS", 2)
    client.force_login(government.users.bagian_organisasi)
    address = reverse("agreements:account_list")
    answer = client.get(f"{address}?keadaan=semua&unduh=csv")
    assert answer.headers["Location"] == f"{address}?keadaan=semua"
    assert "paling banyak 2. Persempit" in client.get(answer.headers["Location"]).content.decode()


def test_another_kind_of_file_is_the_page(government, client):
    client.force_login(government.users.bagian_organisasi)
    answer = client.get(reverse("agreements:official_list"), {"unduh": "pdf"})
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_checks_of_the_plan_are_sent_of_all_kinds_or_of_the_one_asked_for(government, client):
    make_objective(government.kesehatan, "Meningkatnya mutu layanan")
    client.force_login(government.users.bagian_organisasi)
    address = reverse("agreements:plan_checks", args=(2026,))
    whole, one = sent(client, address), sent(client, f"{address}?jenis=tanpa-indikator")
    kinds = column(whole, "Yang diperiksa")
    assert set(column(one, "Yang diperiksa")) == {"Tujuan atau sasaran tanpa indikator"}
    assert "Tujuan atau sasaran tanpa indikator" in kinds
    assert len(set(kinds)) > 1
    bare = [row for row in whole[1:] if row[0] == "Tujuan atau sasaran tanpa indikator"]
    assert bare == one[1:]
    assert any("Meningkatnya mutu layanan" in text for text in column(one, "Ditemukan pada"))


def test_a_tree_is_sent_with_what_its_page_keeps_folded(government, client):
    above = make_node(government.kesehatan, "Simpul 0")
    for depth in range(1, 6):
        above = make_node(government.kesehatan, f"Simpul {depth}", parent=above)
    client.force_login(government.users.bagian_organisasi)
    address = reverse("agreements:tree_of", args=(2026, government.kesehatan.pk))
    assert "Simpul 5" not in client.get(address).content.decode()
    rows = sent(client, address)
    assert column(rows, "Nomor") == ["1", "1.1", "1.1.1", "1.1.1.1", "1.1.1.1.1", "1.1.1.1.1.1"]
    assert column(rows, "Hasil atau kondisi") == [f"Simpul {depth}" for depth in range(6)]


# --- never more than the account sees -------------------------------------------------------------


@pytest.mark.parametrize("route", EXPORTS)
def test_a_strangers_rows_never_leak(government, client, route):
    """What belongs to Dinas Kesehatan alone is in no file of the operator of Dinas Pendidikan."""
    g = government
    row = ADDRESSES[route]
    kwargs = row.prepare(g)
    if not Agreement.objects.filter(position=g.kadinkes).exists():
        make_agreement(g.kadinkes)
    client.force_login(g.users.operator_pendidikan)
    address = reverse(route, kwargs=kwargs)
    answer = client.get(f"{address}?unduh=csv")
    assert answer.status_code == client.get(address).status_code
    if answer.status_code != 200:
        assert b"Kesehatan" not in answer.content or answer.status_code == 403
        return
    text = answer.content.decode("utf-8-sig")
    assert [word for word in ("Kesehatan", g.stunting.name, "Ratna Dewi") if word in text] == []


# --- figures --------------------------------------------------------------------------------------


def test_amounts_are_figures_and_what_is_unknown_is_empty(government, client):
    g = government
    programme = Programme.objects.create(code="1.02.02", name="=Program", nomenclature_year=2026)
    Budget.objects.create(
        unit=g.kesehatan,
        programme=programme,
        year=2026,
        version=BudgetVersion.ORIGINAL,
        amount=Decimal("1250000.50"),
    )
    client.force_login(g.users.bagian_organisasi)
    address = reverse("agreements:budget_list", args=(2026,))
    totals = sent(client, address)
    assert column(totals, "APBD murni (Rp)") == ["1250000,5"]
    assert column(totals, "Pergeseran (Rp)") == [""]
    lines = client.get(f"{address}?unit={g.kesehatan.pk}&unduh=xlsx")
    about, sheet = openpyxl.load_workbook(io.BytesIO(lines.content)).worksheets
    assert [cell.value for cell in sheet[2]][1::4] == ["=Program", 1250000.5]
    assert (sheet["B2"].data_type, sheet["F2"].data_type) == ("s", "n")
    assert "Perangkat daerah: Dinas Kesehatan" in [cell.value for cell in about["A"]]


def test_the_first_sheet_says_what_the_list_was_narrowed_by_in_words(register, client):
    client.force_login(register.users.bagian_organisasi)
    address = reverse("agreements:list", args=(2026,))
    answer = client.get(address, {"status": "submitted", "cari": "=dinas", "hal": "1", "unduh": "xlsx"})
    about = openpyxl.load_workbook(io.BytesIO(answer.content))["Petunjuk"]
    assert [cell.value for cell in about["A"]][2:4] == ["Status: Diajukan", "Pencarian: =dinas"]


def test_nothing_measured_is_no_zero(register, client):
    client.force_login(register.users.bagian_organisasi)
    rows = sent(client, reverse("reports:map", args=(2026,)))
    assert set(column(rows, "TW I (%)")) == {""}
    assert set(column(rows, "TW I: sementara")) == {""}
