"""Serapan dan Efisiensi: all units side by side, and one unit through its months."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.enums import BudgetVersion
from agreements.models import Programme
from tests.evaluations.test_efficiency import promised
from tests.factories import make_budget, make_plan, make_unit, spend

NAMES = {"Dinas A": ("100", "50"), "Dinas B": ("300", "60"), "Dinas C": ("200", None)}


@pytest.fixture(autouse=True)
def _in_january(time_machine):
    time_machine.move_to("2027-01-20 05:00Z", tick=False)


@pytest.fixture
def three(government):
    """Three units on the map: one absorbed half, one a fifth, one recorded nothing."""
    units = []
    for order, (name, (amount, spent)) in enumerate(NAMES.items(), 10):
        unit = make_unit(name, government.root, on_map=True, order=order)
        budget = make_budget(unit, amount=amount)
        if spent:
            spend(budget, spent, physical="40")
        units.append(unit)
    return units


def region(client, account, **query):
    client.force_login(account)
    response = client.get(reverse("reports:absorption", args=(2026,)), query)
    return [row.unit.name for row in response.context["page"].object_list], response


def page_of(client, account, unit):
    client.force_login(account)
    return client.get(reverse("reports:money_unit", args=(2026, unit.pk)))


# --- all units ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("", "ABC"),
        ("serapan", "BAC"),
        ("-serapan", "ABC"),
        ("pagu", "ACB"),
        ("-realisasi", "BAC"),
        ("efisiensi", "ABC"),
        ("unit__order; DROP", "ABC"),
        ("--serapan", "ABC"),
    ],
)
def test_units_are_sorted_by_what_the_list_allows_and_unknown_ones_come_last(
    client, pimpinan, three, by, names
):
    found, _ = region(client, pimpinan, urut=by)
    assert "".join(name[-1] for name in found) == names


def test_a_column_pressed_again_turns_its_order(client, pimpinan, three):
    _, response = region(client, pimpinan, urut="serapan", bulan="6")
    column = {each.label: each for each in response.context["columns"]}["Serapan"]
    assert (column.sorted, column.address) == ("ascending", "?urut=-serapan&bulan=6")


def test_the_total_counts_each_budget_once_and_says_it_is_incomplete(client, pimpinan, three):
    below = make_unit("UPT A", three[0], on_map=True)
    make_budget(below, amount="7", code="1.02.03")
    _, response = region(client, pimpinan)
    total = response.context["total"]
    assert (total.ceiling, total.spent, total.absorption) == (Decimal(607), Decimal(110), None)
    assert "belum lengkap" in response.content.decode()


def test_the_state_of_an_earlier_month_may_be_asked_for(client, pimpinan, government):
    unit = make_unit("Dinas A", government.root, on_map=True)
    budget = make_budget(unit, amount="100")
    for month, spent in ((3, "10"), (6, "40")):
        spend(budget, spent, month)
    shown = {}
    for asked in ("", "5", "13", "x"):
        _, response = region(client, pimpinan, bulan=asked)
        shown[asked] = response.context["page"].object_list[0].account.spent
    assert shown == {"": 40, "5": 10, "13": 40, "x": 40}


def test_units_one_does_not_read_and_units_without_budgets_are_not_listed(
    client, government, operator_kesehatan, pimpinan, three
):
    make_budget(government.kesehatan)
    assert region(client, operator_kesehatan)[0] == ["Dinas Kesehatan"]
    assert "Sekretariat Daerah" not in region(client, pimpinan)[0]


def test_each_unit_stands_beside_its_achievement_with_the_sentence(client, government, pimpinan):
    unit = make_unit("Dinas Sosial", government.root, on_map=True)
    agreement = promised(unit, government.regent)
    spend(make_budget(unit, amount="100"), "58")
    _, response = region(client, pimpinan)
    page = response.content.decode()
    assert f"{agreement.get_absolute_url()}#capaian" in page
    assert "120,00\xa0%" in page
    assert "62,00" in page
    assert "Serapan di bawah 75\xa0% tetap perlu dijelaskan" in page


def test_as_many_queries_for_thirty_units_as_for_three(client, government, pimpinan, three):
    for unit in three:
        promised(unit, government.regent)
    region(client, pimpinan)
    counts = []
    for more in (0, 30):
        for number in range(more):
            unit = make_unit(f"Badan {number}", government.root, on_map=True)
            promised(unit, government.regent)
            spend(make_budget(unit), "1")
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("reports:absorption", args=(2026,)))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20


# --- one unit -------------------------------------------------------------------------------------


def test_every_figure_of_the_unit_leads_to_its_month(client, government, pimpinan):
    budget = make_budget(government.kesehatan, amount="1000")
    spend(budget, "100", 1, physical="5", note="Uang muka")
    spend(budget, "250.50", 2, physical="30")
    response = page_of(client, pimpinan, government.kesehatan)
    page = response.content.decode()
    for number, text in ((1, "100"), (2, "250,5")):
        address = reverse("evaluations:money_entry", args=(2026, government.kesehatan.pk, number))
        assert f'<a href="{address}">{text}</a>' in page
    assert reverse("evaluations:money_line", args=(2026, budget.pk)) in page
    now = response.context["money"].lines[0].now
    assert (now.absorption, now.physical, now.deviation, now.unspent) == (
        Decimal("25.05"),
        30,
        Decimal("4.95"),
        Decimal("749.50"),
    )


def test_months_nobody_recorded_are_empty_and_incomplete_ones_say_so(client, government, pimpinan):
    spend(make_budget(government.kesehatan, amount="100"), "10", 1)
    spend(make_budget(government.kesehatan, amount="100", code="1.02.03"), "20", 2)
    money = page_of(client, pimpinan, government.kesehatan).context["money"]
    assert [(total.recorded, total.complete) for total in money.totals[:3]] == [
        (True, False),
        (True, False),
        (False, False),
    ]
    assert money.account.until == "s.d. Januari, sebagian s.d. Februari"


def test_what_is_below_counts_and_is_named_and_only_what_one_reads(client, government, pimpinan):
    spend(make_budget(government.kesehatan, amount="100"), "10")
    spend(make_budget(government.bidang, amount="50", code="1.02.03"), "5")
    response = page_of(client, pimpinan, government.kesehatan)
    assert response.context["money"].account.ceiling == 150
    assert "Bidang Kesehatan Masyarakat" in response.content.decode()
    assert page_of(client, pimpinan, government.bidang).context["money"].account.ceiling == 50


def test_a_program_is_one_line_with_its_details_behind_it(client, government, pimpinan):
    Programme.objects.create(code="1.02.02", name="Program UKP", nomenclature_year=2025)
    spend(make_budget(government.kesehatan, amount="100", code="1.02.02.2.01"), "40", 3)
    spend(make_budget(government.kesehatan, amount="50", code="1.02.02.2.02.0001"), "10", 3)
    response = page_of(client, pimpinan, government.kesehatan)
    (line,) = response.context["money"].lines
    assert (line.now.code, line.now.ceiling, line.now.spent, line.months[2].spent) == ("1.02.02", 150, 50, 50)
    page = response.content.decode()
    assert "?program=1.02.02" in page
    assert "2 rincian" in page
    address = reverse("reports:money_unit", args=(2026, government.kesehatan.pk))
    file = client.get(address, {"unduh": "csv"}).content.decode("utf-8-sig")
    headings, cells = csv.reader(io.StringIO(file, newline=""), delimiter=";")
    told = dict(zip(headings, cells, strict=True))
    assert told["Unit"] == "Dinas Kesehatan"
    assert [told[name] for name in ("Pagu (Rp)", "Realisasi (Rp)", "s.d. Maret (Rp)")] == ["150", "50", "50"]
    money = client.get(address, {"program": "1.02.02"}).context["money"]
    assert [(each.now.code, each.now.ceiling) for each in money.lines] == [
        ("1.02.02.2.01", 100),
        ("1.02.02.2.02.0001", 50),
    ]
    assert money.account.ceiling == 150


def test_the_plan_stands_beside_what_was_spent_and_done(client, government, pimpinan):
    budget = make_budget(government.kesehatan, amount="1000")
    spend(budget, "375", 7, physical="45")
    assert "rencana s.d." not in page_of(client, pimpinan, government.kesehatan).content.decode()
    make_plan(budget, {7: ("500", "40"), 12: ("1000", "100")})
    for page in (
        page_of(client, pimpinan, government.kesehatan).content.decode(),
        client.get(reverse("reports:absorption", args=(2026,))).content.decode(),
        client.get(reverse("evaluations:money_line", args=(2026, budget.pk))).content.decode(),
    ):
        assert "encana s.d. Juli Rp500,00, deviasi −12,50\xa0%" in page
        assert "40,00\xa0%, deviasi +5,00\xa0%" in page


def test_a_dropped_programme_with_spending_stays_with_a_ceiling_of_nothing(client, government, pimpinan):
    spend(make_budget(government.kesehatan, amount="100", code="1.02.09"), "10", 2)
    spend(make_budget(government.kesehatan, amount="300", version=BudgetVersion.REVISED), "30", 12)
    money = page_of(client, pimpinan, government.kesehatan).context["money"]
    assert [(each.now.code, each.now.ceiling, each.now.dropped) for each in money.lines] == [
        ("1.02.02", 300, False),
        ("1.02.09", 0, True),
    ]
    assert money.totals[11].complete


def test_a_unit_without_budgets_says_so(client, government, pimpinan):
    response = page_of(client, pimpinan, government.pendidikan)
    assert "tidak mempunyai anggaran tahun 2026" in response.content.decode()


def test_as_many_queries_for_thirty_lines_as_for_three(client, government, pimpinan):
    unit = make_unit("Dinas Sosial", government.root)
    promised(unit, government.regent)
    page_of(client, pimpinan, unit)
    counts = []
    for more in (3, 27):
        for number in range(more):
            spend(make_budget(unit, code=f"1.{more:02}.{number:02}"), "1", 3)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("reports:money_unit", args=(2026, unit.pk)))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20
