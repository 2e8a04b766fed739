"""Program & Anggaran of one unit: the tree, its sum checks, the versions, and what may be deleted."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.budget_checks import differences
from agreements.budget_tree import tree_of
from agreements.enums import BudgetVersion
from agreements.models import Budget, BudgetPlan, BudgetTotal, Programme
from records.models import Event
from tests.factories import make_budget, make_plan, spend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]
P, K1, K2 = "1.02.02", "1.02.02.2.01", "1.02.02.2.02"


@pytest.fixture
def budgeter(client, anggaran):
    client.force_login(anggaran)
    return client


@pytest.fixture
def detailed(government):
    Programme.objects.create(code=P, name="Program UKP", nomenclature_year=2025)
    make_budget(government.kesehatan, code=f"{K1}.0001", amount="100", name="Gizi")
    make_budget(government.kesehatan, code=f"{K1}.0001", amount="11", name="Gizi", fund_source="DAK")
    make_budget(government.kesehatan, code=K2, amount="30", name="Rujukan")
    make_budget(government.kesehatan, code="", amount="9", name="Tanpa kode")
    return government.kesehatan


def total(unit, amount: str, code: str = "", **fields) -> BudgetTotal:
    programme = Programme.objects.get(code=code) if code else None
    return BudgetTotal.objects.create(
        unit=unit, programme=programme, year=2026, amount=Decimal(amount), **fields
    )


def page(name: str, *args) -> str:
    return reverse(f"agreements:{name}", args=(2026, *args))


# --- the tree -----------------------------------------------------------------------------------------


def test_the_tree_has_program_kegiatan_and_sub_kegiatan_with_their_sums(detailed):
    tree = tree_of(detailed.pk, 2026)
    assert [(node.code, node.depth, node.name, node.amounts["original"]) for node in tree.nodes] == [
        (P, 0, "Program UKP", 141),
        (K1, 1, "", 111),
        (f"{K1}.0001", 2, "Gizi", 111),
        (K2, 1, "Rujukan", 30),
        ("", 0, "Tanpa kode", 9),
    ]
    assert tree.sums == {"original": 150}
    assert sum(node.amounts["original"] for node in tree.nodes if node.depth == 0) == 150


def test_the_page_says_what_a_document_says_otherwise(budgeter, detailed):
    total(detailed, "150")
    total(detailed, "140", P)
    total(detailed, "30", K2)
    response = budgeter.get(page("budget_unit", detailed.pk))
    content = response.content.decode()
    assert "menurut DPA Rp140,00, rincian Rp141,00, selisih -Rp1,00" in content.replace("−", "-")
    assert "menurut DPA Rp150,00, sama dengan rinciannya" in content
    assert response.context["differing"] == 1
    assert "1 jumlah menurut dokumen tidak sama" in content
    assert "belum ada di nomenklatur" in content
    assert "DAK Rp11,00" in content


def test_another_version_is_asked_for_by_its_name(budgeter, detailed):
    make_budget(detailed, code=P, amount="7", version=BudgetVersion.REVISED)
    latest = budgeter.get(page("budget_unit", detailed.pk))
    assert (latest.context["version"], latest.context["sum"]) == ("revised", 7)
    first = budgeter.get(page("budget_unit", detailed.pk), {"versi": "original"})
    assert (first.context["sum"], len(first.context["page"])) == (150, 5)
    shift = budgeter.get(page("budget_unit", detailed.pk), {"versi": "shift"})
    assert "belum mempunyai Pergeseran" in shift.content.decode()


def test_versions_stand_side_by_side_with_what_changed(budgeter, detailed):
    make_budget(detailed, code=f"{K1}.0001", amount="120", name="Gizi", version=BudgetVersion.REVISED)
    make_budget(detailed, code=K2, amount="30", name="Rujukan", version=BudgetVersion.REVISED)
    response = budgeter.get(page("budget_versions", detailed.pk))
    rows = {row.node.code: (row.amounts, row.difference) for row in response.context["page"]}
    assert rows == {
        P: ((141, 150), 9),
        K1: ((111, 120), 9),
        f"{K1}.0001": ((111, 120), 9),
        K2: ((30, 30), 0),
        "": ((9, None), -9),
    }
    assert response.context["sums"].difference == 0
    changed = budgeter.get(page("budget_versions", detailed.pk), {"berubah": "1"}).context["page"]
    assert [row.node.code for row in changed] == [P, K1, f"{K1}.0001", ""]


def test_an_empty_unit_says_so(budgeter, government):
    for name in ("budget_unit", "budget_versions"):
        assert (
            "belum mempunyai anggaran tahun 2026"
            in budgeter.get(page(name, government.setda.pk)).content.decode()
        )


@pytest.mark.parametrize("name", ["budget_unit", "budget_versions"])
def test_two_thousand_rows_take_as_many_queries_as_two_and_are_paged(budgeter, government, name):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            response = budgeter.get(page(name, government.kesehatan.pk))
        assert len(response.context["page"]) <= 100
        return len(captured)

    def fill(start: int, count: int) -> None:
        numbers = range(start, start + count)
        programmes = [
            Programme(code=f"1.{n // 400 + 10}.02.2.01.{n % 400:04}", name=f"Sub {n}", nomenclature_year=2025)
            for n in numbers
        ]
        Programme.objects.bulk_create(programmes)
        unit = government.kesehatan
        rows = [Budget(unit=unit, programme=p, year=2026, amount=1) for p in programmes]
        Budget.objects.bulk_create(rows)

    fill(0, 2)
    queries()
    few = queries()
    fill(2, 2000)
    assert queries() == few <= 20


# --- what documents say ---------------------------------------------------------------------------------


def test_a_total_is_recorded_changed_and_taken_away_with_its_history(budgeter, detailed):
    programme = Programme.objects.get(code=P)
    address = page("budget_total", detailed.pk, "original") + f"?program={programme.pk}"
    assert budgeter.post(address, {"amount": "1,5x"}).context["form"].errors
    assert (
        budgeter.post(address, {"amount": "Rp141,00"}).url
        == page("budget_unit", detailed.pk) + "?versi=original"
    )
    assert BudgetTotal.objects.get().amount == 141
    budgeter.post(address, {"amount": "142"})
    assert BudgetTotal.objects.get().amount == 142
    budgeter.post(address, {"hapus": "1"})
    assert not BudgetTotal.objects.exists()
    actions = list(Event.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["mencatat jumlah pagu menurut dokumen"] * 2 + ["menghapus jumlah pagu menurut dokumen"]
    assert "Program UKP" in Event.objects.first().after


def test_the_units_own_total_and_that_of_another_version_are_their_own(budgeter, detailed):
    budgeter.post(page("budget_total", detailed.pk, "original"), {"amount": "150"})
    budgeter.post(page("budget_total", detailed.pk, "revised"), {"amount": "151"})
    found = BudgetTotal.objects.order_by("amount").values_list("programme", "version", "amount")
    assert list(found) == [(None, "original", 150), (None, "revised", 151)]
    assert budgeter.get(page("budget_total", detailed.pk, "lain")).status_code == 404


def test_what_does_not_add_up_is_listed_for_the_checks(government, detailed, django_assert_num_queries):
    total(detailed, "150")
    total(detailed, "142", P)
    total(government.pendidikan, "5")
    with django_assert_num_queries(2):
        found = differences(2026, [detailed.pk])
    assert [each.sentence for each in found] == [
        "1.02.02 Program UKP: menurut DPA Rp142,00, rincian Rp141,00, selisih Rp1,00."
    ]
    assert found[0].address == page("budget_unit", detailed.pk) + "?versi=original"
    assert {each.unit for each in differences(2026, None)} == {detailed, government.pendidikan}
    assert differences(2025, None) == []


def test_the_checks_of_the_plan_name_it_and_lead_there(budgeter, detailed):
    total(detailed, "151")
    page_of_checks = budgeter.get(page("plan_checks"), {"jenis": "pagu"}).content.decode()
    assert "Pagu tidak sama dengan jumlah menurut DPA" in page_of_checks
    assert "menurut DPA Rp151,00, rincian Rp150,00, selisih Rp1,00" in page_of_checks
    assert page("budget_unit", detailed.pk) in page_of_checks


def test_only_the_latest_version_is_checked(detailed):
    total(detailed, "999")
    make_budget(detailed, code=P, amount="7", version=BudgetVersion.REVISED)
    assert differences(2026, [detailed.pk]) == []
    total(detailed, "8", version=BudgetVersion.REVISED)
    assert [(each.said, each.details) for each in differences(2026, None)] == [(8, 7)]


# --- leaves, and deleting --------------------------------------------------------------------------------


def test_a_program_with_details_has_no_ceiling_of_its_own_and_the_sentence_says_where_to_go(
    budgeter, detailed
):
    program = Programme.objects.get(code=P)
    address = page("budget_create") + f"?unit={detailed.pk}&program={program.pk}"
    data = {"version": "original", "fund_source": "APBD", "amount": "5"}
    response = budgeter.post(address, data)
    errors = " ".join(response.context["form"].non_field_errors())
    assert "Pagu 1.02.02 Program UKP sudah dirinci sampai" in errors
    assert "ubah di sana" in errors
    assert budgeter.post(address, data | {"fund_source": "BLUD"}).status_code == 302


def test_a_new_code_brings_the_rows_above_it_when_they_are_named(budgeter, government):
    data = {
        "code": f"{K1}.0001",
        "name": "Sub kegiatan gizi",
        "nomenclature_year": 2025,
        "programme_name": "Program UKP",
        "activity_name": "Kegiatan gizi",
    }
    address = page("programme_create") + f"?unit={government.kesehatan.pk}"
    assert budgeter.post(address, data).status_code == 302
    assert dict(Programme.objects.values_list("code", "name")) == {
        P: "Program UKP",
        K1: "Kegiatan gizi",
        f"{K1}.0001": "Sub kegiatan gizi",
    }
    assert "Kegiatan gizi" in Event.objects.get().after
    again = budgeter.post(address, data | {"code": f"{K1}.0002", "programme_name": "Nama lain"})
    assert "sudah ada di daftar" in again.context["form"].errors["programme_name"][0]
    wrong = budgeter.post(address, data | {"code": "1.02.09", "activity_name": "Kegiatan"})
    assert "Kosongkan" in wrong.context["form"].errors["activity_name"][0]
    assert Programme.objects.count() == 3


def test_a_budget_nothing_rests_on_is_deleted_with_its_plan(budgeter, government):
    budget = make_budget(government.kesehatan, amount="100")
    make_plan(budget, {1: ("100", None)})
    assert "Hapus pagu ini" in budgeter.get(page("budget_edit", budget.pk)).content.decode()
    response = budgeter.post(page("budget_delete", budget.pk))
    assert response.url == page("budget_unit", government.kesehatan.pk) + "?versi=original"
    assert not Budget.objects.exists()
    assert not BudgetPlan.objects.exists()
    event = Event.objects.get()
    assert event.action == "menghapus anggaran"
    assert "1.02.02" in event.before


def test_a_budget_with_money_recorded_stays(budgeter, government):
    budget = make_budget(government.kesehatan, amount="100")
    spend(budget, "0", 1)
    response = budgeter.post(page("budget_delete", budget.pk), follow=True)
    assert "realisasinya sudah dicatat" in response.content.decode()
    assert Budget.objects.get() == budget
    assert not Event.objects.exists()
