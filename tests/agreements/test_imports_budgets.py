"""Programmes and budgets from workbooks: orderly tables and exports of SIPD shape, in bulk and twice the same."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.budget_checks import differences
from agreements.enums import BudgetVersion, RowOutcome
from agreements.models import Budget, BudgetPlan, BudgetTotal, Programme, Unit
from tests import published
from tests.agreements.books import Importer, book, counts, examined, said_of, xlsx
from tests.factories import make_budget, make_unit, spend
from tests.published import PADANG

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
P, K1, K2 = "1.02.02", "1.02.02.2.01", "1.02.02.2.02"
HEAD = ["Perangkat daerah", "Kode", "Uraian", "Sumber dana", "Versi", "Pagu (Rp)"]
OFFICE = "Dinas Kesehatan"


@pytest.fixture
def importer(anggaran):
    return Importer("budgets", anggaran, 2026)


def sheet(*rows, head=HEAD):
    return book(("Program & Anggaran", [head, *rows]))


def looked_at(*rows, head=HEAD):
    return examined("budgets", sheet(*rows, head=head), 2026)


def imported(importer, *rows, head=HEAD):
    run = importer.examine(xlsx(("Program & Anggaran", [head, *rows])))
    return importer.apply(run) if run.new + run.changed else run


def stored() -> list[tuple]:
    rows = Budget.objects.order_by("unit_id", "programme__code", "programme__name", "version", "fund_source")
    return list(rows.values_list("programme__code", "version", "fund_source", "amount"))


def remarks_of(examination) -> list[tuple[int, str]]:
    return [(each.row, said.sentence) for each in examination.findings() for said in each.remarks]


# --- an orderly table -----------------------------------------------------------------------------------


def test_rows_become_budgets_with_new_programmes_and_a_second_import_changes_nothing(importer):
    rows = [
        [OFFICE, f"{K1}.0001", "Gizi", "APBD", "APBD murni", 100],
        [OFFICE, f"{K1}.0002", "Imunisasi", "DAK Nonfisik", "Pergeseran", "Rp 1.234.567,50"],
    ]
    run = imported(importer, *rows)
    assert counts(run) == (2, 0, 0, 0)
    assert stored() == [
        (f"{K1}.0001", "original", "APBD", 100),
        (f"{K1}.0002", "shift", "DAK Nonfisik", Decimal("1234567.50")),
    ]
    assert Programme.objects.get(code=f"{K1}.0001").nomenclature_year == 2026
    assert counts(imported(importer, *rows)) == (0, 0, 2, 0)
    rows[0][5] = 99
    assert counts(imported(importer, *rows)) == (0, 1, 1, 0)


def test_a_row_says_what_it_would_change():
    (finding,) = looked_at([OFFICE, P, "Program UKP", "DAK", "pergeseran", "1.000"]).findings()
    assert finding.label == "1.02.02 Program UKP – Dinas Kesehatan"
    assert finding.differences == (
        ("Perangkat daerah", "", OFFICE),
        ("Program/Kegiatan/Sub Kegiatan", "", "Program UKP"),
        ("Sumber dana", "", "DAK"),
        ("Versi", "", "Pergeseran"),
        ("Pagu (Rp)", "", "1.000"),
    )


def test_names_of_program_and_kegiatan_in_columns_of_their_own_make_their_rows(importer):
    head = ["SKPD", "Program", "Kegiatan", "Kode Sub Kegiatan", "Sub Kegiatan", "Pagu"]
    imported(importer, [OFFICE, "Program UKP", "Kegiatan gizi", f"{K1}.0001", "Gizi", 5], head=head)
    assert dict(Programme.objects.values_list("code", "name")) == {
        P: "Program UKP",
        K1: "Kegiatan gizi",
        f"{K1}.0001": "Gizi",
    }
    assert stored() == [(f"{K1}.0001", "original", "APBD", 5)]


def test_versions_beside_each_other_are_three_budgets(importer):
    head = ["SKPD", "Kode", "Uraian", "Pagu murni", "Setelah pergeseran", "Pagu perubahan"]
    imported(importer, [OFFICE, P, "Program UKP", 10, None, 12], head=head)
    assert stored() == [(P, "original", "APBD", 10), (P, "revised", "APBD", 12)]
    ((_, where, _),) = said_of(looked_at([OFFICE, P, "Program UKP", 10, None, "abc"], head=head))
    assert where == "F"


def test_a_shift_stands_beside_the_original_and_money_on_what_it_drops_stays(importer, government):
    kept = make_budget(government.kesehatan, code=P, amount="100")
    dropped = make_budget(government.kesehatan, code="1.02.03", amount="50")
    spend(dropped, "9", 3)
    run = imported(importer, [OFFICE, P, "Program 1.02.02", "", "Pergeseran", 150])
    assert counts(run) == (1, 0, 0, 0)
    assert stored() == [
        (P, "original", "APBD", 100),
        (P, "shift", "APBD", 150),
        ("1.02.03", "original", "APBD", 50),
    ]
    assert Budget.objects.get(version=BudgetVersion.SHIFT).programme == kept.programme
    assert dropped.realisations.get().spent == 9
    importer.undo(run)
    assert len(stored()) == 2


def test_a_budget_keeps_its_own_row_of_an_older_nomenclature(importer, government):
    make_budget(government.kesehatan, code=P, amount="100")
    Programme.objects.create(code=P, name="Nama baru", nomenclature_year=2026)
    assert counts(imported(importer, [OFFICE, P, "Program 1.02.02", "", "", 100])) == (0, 0, 1, 0)


def test_the_only_source_stored_is_meant_where_the_file_names_none(importer, government):
    make_budget(government.kesehatan, code=P, amount="100", fund_source="BLUD")
    assert counts(imported(importer, [OFFICE, P, "Program 1.02.02", "", "", 100])) == (0, 0, 1, 0)


def test_without_codes_a_programme_is_found_by_its_name_and_a_new_one_is_remarked(importer, government):
    make_budget(government.kesehatan, code="1.02.01", name="Program Penunjang", amount="1")
    Programme.objects.create(code="1.01.01", name="Program Penunjang", nomenclature_year=2025)
    Unit.objects.filter(pk=government.kesehatan.pk).update(code="1.02.0.00.0.00.01.0000")
    rows = [[OFFICE, "", "PROGRAM  PENUNJANG", "", "", 2], [OFFICE, "", "Program lain", "", "", 3]]
    found = looked_at(*rows)
    assert found.counts == {RowOutcome.CHANGED: 1, RowOutcome.NEW: 1}
    assert remarks_of(found) == [(3, "Tanpa kode: dikenali dari namanya. Lengkapi kodenya bila ada.")]
    imported(importer, *rows)
    assert stored() == [("", "original", "APBD", 3), ("1.02.01", "original", "APBD", 2)]
    assert counts(imported(importer, *rows)) == (0, 0, 2, 0)


SENTENCES = [
    ([OFFICE, P, "A", "", "", None], "F", "“Pagu (Rp)” kosong. Isi jumlahnya; 0 bila memang tidak ada."),
    ([OFFICE, P, "A", "", "", "(1.000)"], "F", "dalam kurung berarti kurang dari nol"),
    ([OFFICE, P, "A", "", "", -5], "F", "Angka paling sedikit 0."),
    ([OFFICE, P, "A", "", "", "12 %"], "F", "bukan persen"),
    ([OFFICE, P, "A", "", "", "seratus"], "F", "seratus"),
    ([OFFICE, P, "A", "", "RKA", 5], "E", "“RKA” bukan versi anggaran. Pilih salah satu: APBD murni,"),
    ([OFFICE, "1.02.2", "A", "", "", 5], "B", "Kode mengikuti nomenklatur nasional"),
    ([OFFICE, "1.02.09", "", "", "", 5], "C", "Kode 1.02.09 belum ada di nomenklatur. Isi nama"),
    (["Dinas Kesehatann", P, "A", "", "", 5], "A", "Maksudnya “Dinas Kesehatan”?"),
    (["", P, "A", "", "", 5], "A", "Perangkat daerah kosong."),
    ([OFFICE, P, "A", "x" * 61, "", 5], "D", "60 karakter"),
    ([OFFICE, P, "A" * 401, "", "", 5], "", "400 karakter"),
]


@pytest.mark.parametrize(("row", "column", "sentence"), SENTENCES)
def test_what_is_wrong_is_said_where_it_stands(row, column, sentence):
    ((number, where, text),) = said_of(looked_at(row))
    assert number == 2
    assert sentence in text
    assert where == column or not column


def test_the_same_budget_twice_names_both_rows():
    said = said_of(looked_at([OFFICE, P, "A", "", "", 5], [OFFICE, P, "A", "", "", 6]))
    assert [(row, text.split(" juga")[1]) for row, _, text in said] == [
        (2, " ada di baris 3. Sisakan satu baris saja."),
        (3, " ada di baris 2. Sisakan satu baris saja."),
    ]


def test_a_stored_program_is_not_detailed_beside_itself_nor_added_up_over_its_details(government):
    make_budget(government.kesehatan, code=P, amount="100")
    make_budget(government.pendidikan, code=f"{K1}.0001", amount="100", fund_source="DAK")
    said = said_of(
        looked_at(
            [OFFICE, f"{K1}.0001", "Gizi", "", "", 5],
            ["Dikbud", P, "Program UKP", "DAK", "", 5],
            ["Dikbud", P, "Program UKP", "BLUD", "", 5],
        )
    )
    assert [(row, where) for row, where, _ in said] == [(2, "B"), (3, "B")]
    assert "sudah berpagu sendiri. Hapus atau rinci dulu pagu itu" in said[0][2]
    assert "sudah dirinci sampai" in said[1][2]


# --- cash and work ---------------------------------------------------------------------------------------


def test_months_become_running_totals(importer):
    head = ["SKPD", "Kode", "Uraian", "Pagu", "Jan", "Maret", "Kas Desember", "Fisik Juni", "Fisik Desember"]
    row = [OFFICE, P, "Program UKP", 100, 10, "20", 70, 40, 100]
    run = imported(importer, row, head=head)
    plans = list(BudgetPlan.objects.order_by("month").values_list("month", "cash", "physical"))
    assert plans == [
        (m, 10 if m < 3 else 30 if m < 12 else 100, {6: 40, 12: 100}.get(m)) for m in range(1, 13)
    ]
    assert counts(imported(importer, row, head=head)) == (0, 0, 1, 0)
    row[4] = 5
    found = looked_at(row, head=head)
    assert found.counts == {RowOutcome.CHANGED: 1}
    assert remarks_of(found) == [(2, "Rp5,00 dari pagu belum direncanakan.")]
    importer.undo(run)
    assert not BudgetPlan.objects.exists()


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ([60, 50, None, None], "F", "Jumlah rencana kas Rp110,00 melebihi pagu Rp100,00."),
        ([60, "x", None, None], "F", "x"),
        ([None, None, 50, 49], "H", "tidak boleh turun"),
        ([None, None, 101, None], "G", "paling banyak 100"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(cells, column, sentence):
    head = ["SKPD", "Kode", "Uraian", "Pagu", "Jan", "Feb", "Fisik Jan", "Fisik Feb"]
    ((_, where, text),) = said_of(looked_at([OFFICE, P, "A", 100, *cells], head=head))
    assert where == column
    assert sentence in text


# --- SIPD shape ------------------------------------------------------------------------------------------

SIPD = ["Pagu", "Kode", "Uraian"]


def title(text: str) -> list[str]:
    """A merged row, as the reader gives it."""
    return [text] * len(SIPD)


def test_an_export_with_sums_titles_and_accounts_becomes_budgets_and_totals(importer, government):
    rows = [
        title("PEMERINTAH KABUPATEN CONTOH"),
        title("Unit Organisasi : 1.02.0.00.0.00.01.0000 Dinas Kesehatan"),
        SIPD,
        [1, 2, 3],
        ["141,00", "1.02", "URUSAN KESEHATAN"],
        ["141,00", P, "Program UKP"],
        ["111,00", K1, "Kegiatan gizi"],
        ["100,00", f"{K1}.0001", "Gizi"],
        ["90,00", "5.1.02.01.01.0025", "Belanja alat tulis"],
        ["11,00", f"{K1}.0002", "Imunisasi"],
        SIPD,
        ["31,00", K2, "Kegiatan rujukan"],
        ["30,00", f"{K2}.0001", "Rujukan"],
        ["111,00", "", "JUMLAH Kegiatan gizi"],
        ["141,00", "", "JUMLAH"],
        title("Unit Organisasi : Dikbud"),
        ["7,00", "1.01.02.2.01.0001", "Sekolah"],
        ["7,00", "", "Jumlah"],
        ["148,00", "", "TOTAL"],
    ]
    found = examined("budgets", book(("Rekap", rows)), 2026)
    assert said_of(found) == []
    assert remarks_of(found) == [
        (
            12,
            "Menurut berkas Rp31,00, rincian Rp30,00, selisih Rp1,00. Dicatat sebagai jumlah menurut dokumen.",
        )
    ]
    run = importer.apply(importer.examine(xlsx(("Rekap", rows))))
    assert stored() == [
        (f"{K1}.0001", "original", "APBD", 100),
        (f"{K1}.0002", "original", "APBD", 11),
        (f"{K2}.0001", "original", "APBD", 30),
        ("1.01.02.2.01.0001", "original", "APBD", 7),
    ]
    totals = BudgetTotal.objects.order_by("unit_id", "programme__code")
    assert {(t.unit.short_name, t.programme.code if t.programme else ""): t.amount for t in totals} == {
        ("Dinas Kesehatan", P): 141,
        ("Dinas Kesehatan", K1): 111,
        ("Dinas Kesehatan", K2): 31,
        ("Dinas Kesehatan", ""): 141,
        ("Dikbud", ""): 7,
    }
    assert [each.of for each in differences(2026, None)] == [f"{K2} Kegiatan rujukan"]
    assert counts(importer.examine(xlsx(("Rekap", rows))))[:2] == (0, 0)
    importer.undo(run)
    assert not BudgetTotal.objects.exists()
    assert not Programme.objects.exists()


def test_a_sum_of_what_is_stored_is_a_total_too(importer, government):
    make_budget(government.kesehatan, code=f"{K1}.0001", amount="100")
    run = imported(importer, [OFFICE, P, "Program UKP", "", "", 100])
    assert (counts(run), BudgetTotal.objects.get().amount, len(stored())) == ((1, 0, 0, 0), 100, 1)
    assert counts(imported(importer, [OFFICE, P, "Program UKP", "", "", 100])) == (0, 0, 1, 0)


def test_what_is_exported_is_read_back_without_a_difference(importer, government):
    from agreements.imports import templates
    from agreements.imports.spec import Context

    make_budget(government.kesehatan, code=f"{K1}.0001", amount="100.50", name="Gizi")
    make_budget(government.kesehatan, code=f"{K1}.0001", amount="7", name="Gizi", fund_source="DAK")
    make_budget(government.bidang, code="", name="Tanpa kode", amount="3", version=BudgetVersion.REVISED)
    budget = Budget.objects.first()
    BudgetPlan.objects.bulk_create(
        BudgetPlan(budget=budget, month=m, cash=m * 8, physical=m * 8) for m in range(1, 13)
    )
    content = templates.export(importer.subject, Context(importer.scope, published.SINCE, 2026))
    assert counts(importer.examine(content)) == (0, 0, 3, 0)


def test_the_published_budgets_of_padang_come_in_from_an_sipd_export(importer, government):
    for place in published.offices(PADANG):
        make_unit(place.name, government.root, code=published.office_code(PADANG, place.name))
    lines = published.budget_lines()
    run = importer.examine(published.budgets_workbook())
    assert [row.faults for row in run.examined.filter(outcome="refused")] == []
    importer.apply(run)
    assert Budget.objects.count() == len(lines) == 2068
    assert sum(Budget.objects.values_list("amount", flat=True)) == sum(line.amount for line in lines)
    assert differences(2026, None) == []
    assert BudgetTotal.objects.filter(programme=None).count() == len({line.office for line in lines})
    assert counts(importer.examine(published.budgets_workbook(text=False, paged=False)))[:2] == (0, 0)
    assert counts(importer.examine(published.budgets_plain_workbook()))[:2] == (0, 0)


def test_a_thousand_rows_take_as_many_queries_as_ten():
    def queries(count: int) -> int:
        rows = [[OFFICE, f"{K1}.{n:04}", f"Sub {n}", "", "", n] for n in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert looked_at(*rows).counts == {RowOutcome.NEW: count}
        return len(captured)

    assert queries(10) == queries(1000) <= 10
