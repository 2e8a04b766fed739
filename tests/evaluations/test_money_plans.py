"""Rencana kas dan fisik: month amounts typed, running totals stored, the year split exactly."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.enums import BudgetVersion
from agreements.models import BudgetPlan
from evaluations.forms.money_plan import planned_sentence
from evaluations.money_plans import EVENLY, Shapes, split
from records.models import Event
from tests.factories import make_budget, make_plan, spend

pytestmark = pytest.mark.django_db


@pytest.fixture
def budget(government):
    return make_budget(government.kesehatan, amount="1200")


def address(unit) -> str:
    return reverse("evaluations:money_plan", args=(2026, unit.pk))


def opened(client, account, unit) -> dict[str, str]:
    """What a browser would send back of the page as it is shown."""
    client.force_login(account)
    data = {}
    for _, form in client.get(address(unit)).context["forms"]:
        for bound in form:
            value = bound.value()
            data[bound.html_name] = "" if value is None else str(bound.field.prepare_value(value))
    return data


def typed(budget, **months: str) -> dict[str, str]:
    return {f"p{budget.pk}-{name}": value for name, value in months.items()}


def stored(budget) -> list[tuple]:
    return list(BudgetPlan.objects.filter(budget=budget).values_list("month", "cash", "physical"))


# --- splitting ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", ["1200", "1000", "7", "0.05", "9999999999999.99"])
def test_an_even_split_adds_up_to_the_sen(amount):
    plan = split(Decimal(amount), EVENLY)
    assert plan.total == Decimal(amount)
    assert plan.physical[12] == 100
    assert all(part >= 0 for part in plan.cash.values())


def test_last_years_shape_is_that_of_the_same_budget_then_of_its_program_then_of_the_unit(government):
    unit = government.kesehatan
    spend(make_budget(unit, 2025, code="1.02.02.2.01"), "30", 3)
    other = make_budget(unit, 2025, code="1.02.02.2.02")
    for month, spent in ((6, "50"), (9, "40"), (12, "70")):
        spend(other, spent, month)
    spend(make_budget(unit, 2025, code="1.02.03"), "100", 1)
    shapes = Shapes(unit.pk, 2026)

    def shape(code: str, **fields) -> dict[int, int]:
        found = shapes.of(make_budget(unit, code=code, **fields)) or []
        return {month: int(share) for month, share in enumerate(found, 1) if share}

    assert shape("1.02.02.2.01") == {3: 30}
    # Money that came back in September is none of that month.
    assert shape("1.02.02.2.02") == {6: 50, 12: 30}
    assert shape("1.02.02.2.09") == {3: 30, 6: 50, 12: 30}
    assert shape("1.02.04") == {1: 100, 3: 30, 6: 50, 12: 30}
    assert Shapes(government.pendidikan.pk, 2026).of(make_budget(government.pendidikan)) is None


@pytest.mark.parametrize(
    ("total", "sentence"),
    [
        (None, "Belum ada rencana kas."),
        ("1200", "Jumlah rencana kas sama dengan pagu."),
        ("1000", "Jumlah rencana kas Rp1.000,00; Rp200,00 dari pagu belum direncanakan."),
        ("1300", "Jumlah rencana kas Rp1.300,00, lebih Rp100,00 dari pagu."),
    ],
)
def test_the_rest_is_said_in_a_sentence(total, sentence):
    assert planned_sentence(total and Decimal(total), Decimal(1200)) == sentence


# --- typing -----------------------------------------------------------------------------------------------


def test_month_amounts_are_stored_as_running_totals_with_one_event(
    client, government, operator_kesehatan, budget
):
    data = opened(client, operator_kesehatan, government.kesehatan)
    data |= typed(budget, c2="Rp200,00", c5="1.000", f5="50", f12="100")
    assert client.post(address(government.kesehatan), data).status_code == 302
    expected = {1: 0, 2: 200, 3: 200, 4: 200} | dict.fromkeys(range(5, 13), 1200)
    assert stored(budget) == [(m, expected[m], {5: 50, 12: 100}.get(m)) for m in range(1, 13)]
    event = Event.objects.get()
    assert (event.actor, event.action) == (operator_kesehatan, "mengubah rencana kas dan fisik")
    assert "Mei 1.000,00" in event.after
    again = opened(client, operator_kesehatan, government.kesehatan)
    assert again[f"p{budget.pk}-c5"] == "1.000"
    client.post(address(government.kesehatan), again)
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("months", "sentence"),
    [
        ({"c1": "1.201"}, "melebihi pagu Rp1.200,00. Kurangi Rp78,00"),
        ({"c3": "-1"}, "paling sedikit 0"),
        ({"f2": "101"}, "paling banyak 100"),
        ({"f2": "50", "f4": "49"}, "tidak boleh turun"),
        ({"c1": "lima"}, "lima"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    client, government, operator_kesehatan, budget, months, sentence
):
    data = opened(client, operator_kesehatan, government.kesehatan) | typed(budget, c9="77", **months)
    content = client.post(address(government.kesehatan), data).content.decode()
    assert sentence in content
    assert 'value="77"' in content
    assert stored(budget) == []


def test_a_plan_that_is_emptied_is_none(client, government, operator_kesehatan, budget):
    make_plan(budget, {1: ("1200", "100")})
    data = opened(client, operator_kesehatan, government.kesehatan)
    client.post(address(government.kesehatan), {k: v if k.endswith("seen") else "" for k, v in data.items()})
    assert stored(budget) == []


@pytest.mark.parametrize(("way", "march"), [("even", "100"), ("last_year", "300")])
def test_helpers_fill_what_is_empty_and_save_nothing(
    client, government, operator_kesehatan, budget, way, march
):
    other = make_budget(government.kesehatan, code="1.02.03", amount="500")
    before = make_budget(government.kesehatan, 2025, amount="4")
    spend(before, "1", 3)
    spend(before, "4", 12)
    data = opened(client, operator_kesehatan, government.kesehatan) | typed(other, c7="5") | {"bagi": way}
    response = client.post(address(government.kesehatan), data)
    content = response.content.decode()
    assert f'value="{march}"' in content
    assert "1 baris diisi dan <strong>belum disimpan" in content
    assert not BudgetPlan.objects.exists()
    forms = {form.budget: form for _, form in response.context["forms"]}
    assert forms[budget].plan.total == 1200
    assert forms[other].plan.total == 5


def test_without_a_year_before_there_is_no_shape(client, government, operator_kesehatan, budget):
    data = opened(client, operator_kesehatan, government.kesehatan) | {"bagi": "last_year"}
    assert (
        "belum ada realisasi yang dapat dijadikan pola"
        in client.post(address(government.kesehatan), data).content.decode()
    )


def test_two_people_see_that_the_other_was_faster(client, government, operator_kesehatan, budget):
    data = opened(client, operator_kesehatan, government.kesehatan) | typed(budget, c1="7")
    make_plan(budget, {1: ("1200", None)})
    response = client.post(address(government.kesehatan), data)
    assert "diubah orang lain sementara Anda mengisi" in response.content.decode()
    assert stored(budget) == [(1, 1200, None)]
    seen = {f"p{budget.pk}-seen": response.context["forms"][0][1]["seen"].value()}
    client.post(address(government.kesehatan), data | seen)
    assert stored(budget)[0] == (1, 7, None)


def test_who_only_reads_sees_figures_and_no_fields(client, government, pimpinan, budget):
    make_plan(budget, {1: ("1200", "100")})
    client.force_login(pimpinan)
    content = client.get(address(government.kesehatan)).content.decode()
    assert "Rp1.200" in content
    assert f"p{budget.pk}-c1" not in content
    assert client.post(address(government.kesehatan), typed(budget, c1="1")).status_code == 403


def test_the_latest_version_is_planned(client, government, operator_kesehatan, budget):
    revised = make_budget(government.kesehatan, amount="5", version=BudgetVersion.REVISED)
    data = opened(client, operator_kesehatan, government.kesehatan)
    assert {name.split("-")[0] for name in data} == {f"p{revised.pk}"}


def test_thirty_budgets_are_paged_and_take_as_many_queries_as_two(client, government, operator_kesehatan):
    client.force_login(operator_kesehatan)

    def queries(count: int) -> int:
        for number in range(count):
            make_budget(government.kesehatan, code=f"1.{count:02}.{number:02}")
        client.get(address(government.kesehatan))
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get(address(government.kesehatan)).context["forms"]) <= 20
        return len(captured)

    assert queries(2) == queries(30) <= 20
