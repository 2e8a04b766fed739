"""Peta Capaian and a unit's page: each quarter under its agreement, nothing owed is green, few queries."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import ActionPlan, ActionStep
from evaluations.models import StepProgress
from tests.factories import add_promise, make_agreement, make_indicator, make_period, put_into
from tests.reports.figures import amended, fared, office, promised, put_plan_into, reported


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=False):
        yield


def map_of(client, person, query: str = ""):
    client.force_login(person)
    return client.get(f"/2026/peta/{query}")


def cells_of(client, person, agreement) -> list:
    rows = map_of(client, person).context["page"]
    return list(next(row for row in rows if row.unit == agreement.unit).cells)


def kinds(cells) -> list[str]:
    return [cell.kind for cell in cells]


def test_each_quarter_is_judged_up_to_its_end(client, government, pimpinan):
    agreement = fared(government, "Dinas A", "60")
    reported(agreement, 2, "95")
    cells = cells_of(client, pimpinan, agreement)
    assert kinds(cells) == ["rated", "rated", "not_due", "not_due"]
    assert [cell.result.mean for cell in cells[:2]] == [Decimal(60), Decimal(95)]
    assert [(cell.result.rating, cell.band) for cell in cells[:2]] == [("Rendah", 4), ("Sangat Tinggi", 1)]


def test_what_nobody_verified_is_marked(client, government, pimpinan, bagian_organisasi):
    claimed = fared(government, "Dinas A", "95")
    checked = fared(government, "Dinas B", "95", verified_by=bagian_organisasi)
    assert cells_of(client, pimpinan, claimed)[0].provisional
    assert not cells_of(client, pimpinan, checked)[0].provisional
    page = map_of(client, pimpinan).content.decode()
    assert page.count("map-provisional") == 3  # two quarters of the one, and the legend
    assert "<em>sementara</em>" in page


def test_a_unit_that_owes_a_figure_is_never_green(client, government, pimpinan):
    agreement = promised(government, office(government, "Dinas A"), "Satu", "Dua", "Tiga")
    reported(agreement, 1, "98")
    first, second, *_ = cells_of(client, pimpinan, agreement)
    assert (first.kind, first.missing, first.band) == ("incomplete", 2, 1)
    assert (second.kind, second.missing) == ("incomplete", 3)
    assert "2 belum diisi" in map_of(client, pimpinan).content.decode()


def test_a_low_figure_stays_low_where_others_are_missing(client, government, pimpinan):
    agreement = promised(government, office(government, "Dinas A"), "Satu", "Dua")
    reported(agreement, 1, "30")
    first = cells_of(client, pimpinan, agreement)[0]
    assert (first.kind, first.missing, first.band) == ("rated", 1, 5)


def test_a_unit_that_filled_nothing_says_how_much_it_owes(client, government, pimpinan):
    agreement = promised(government, office(government, "Dinas A"), "Satu", "Dua", "Tiga")
    cell = cells_of(client, pimpinan, agreement)[0]
    assert (cell.kind, cell.missing, cell.result.mean) == ("missing", 3, None)


def test_a_gap_of_an_earlier_quarter_stays_one_where_nothing_is_due(client, government, pimpinan):
    agreement = promised(government, office(government, "Dinas A"), "Satu", calendar="semester")
    with time_machine.travel("2026-11-01 09:00", tick=False):
        assert kinds(cells_of(client, pimpinan, agreement)) == ["not_due", "missing", "missing", "not_due"]


def test_a_unit_without_an_agreement_says_so(client, government, pimpinan):
    unit = office(government, "Dinas A")
    make_agreement(unit.positions.get())
    row = next(row for row in map_of(client, pimpinan).context["page"] if row.unit == unit)
    assert kinds(row.cells) == ["none"] * 4


def test_a_quarter_before_an_amendment_keeps_the_agreement_of_its_last_day(client, government, pimpinan):
    old = fared(government, "Dinas A", "80")
    reported(old, 2, "80")
    amended(government, old, date(2026, 6, 15), target=Decimal(160))
    first, second, *_ = cells_of(client, pimpinan, old)
    assert (first.result.agreement, first.result.mean) == (old, Decimal(80))
    assert (second.result.agreement.amends, second.result.mean) == (old, Decimal(50))


def test_where_nothing_is_due_the_action_plan_speaks(client, government, pimpinan):
    agreement = promised(government, office(government, "Dinas A"), "Satu", calendar="annual")
    promise = agreement.objectives.get().indicators.get()
    plan = ActionPlan.objects.create(agreement=agreement)
    steps = [
        ActionStep.objects.create(
            plan=plan, promise=promise, text=str(month), first_month=month, last_month=12
        )
        for month in (1, 1, 4)
    ]
    put_plan_into(plan, "in_force")
    StepProgress.objects.create(step=steps[0], period=make_period(number=1), percent=Decimal(50))
    StepProgress.objects.create(step=steps[0], period=make_period(number=2), percent=Decimal(90))
    StepProgress.objects.create(step=steps[2], period=make_period(number=2), percent=Decimal(30))
    cells = cells_of(client, pimpinan, agreement)
    assert kinds(cells) == ["not_due"] * 4
    # The latest of each step that has begun; what nobody reported on is unknown.
    assert [cell.progress for cell in cells[:2]] == [Decimal(50), Decimal(60)]


def test_an_action_plan_nobody_reported_on_has_no_percentage(client, government, pimpinan):
    agreement = promised(government, office(government, "Dinas A"), "Satu")
    plan = ActionPlan.objects.create(agreement=agreement)
    promise = agreement.objectives.get().indicators.get()
    ActionStep.objects.create(plan=plan, promise=promise, text="Langkah", first_month=1, last_month=3)
    put_plan_into(plan, "in_force")
    assert {cell.progress for cell in cells_of(client, pimpinan, agreement)} == {None}


def test_the_lowest_stand_first_when_asked(client, government, pimpinan):
    for name, value in (("Dinas A", "90"), ("Dinas B", "40"), ("Dinas C", None), ("Dinas D", "70")):
        fared(government, name, value)
    page = map_of(client, pimpinan, "?urut=terendah").context["page"]
    assert [row.unit.name for row in page][:3] == ["Dinas B", "Dinas D", "Dinas A"]


def test_a_word_leads_to_the_units_that_have_it(client, government, pimpinan):
    for name, value in (("Dinas A", "95"), ("Dinas B", "40"), ("Dinas C", "45")):
        fared(government, name, value)
    page = map_of(client, pimpinan, "?predikat=Sangat+Rendah").context["page"]
    assert [row.unit.name for row in page] == ["Dinas B", "Dinas C"]


def test_an_unknown_word_in_the_address_narrows_nothing(client, government, pimpinan):
    fared(government, "Dinas A", "95")
    answer = map_of(client, pimpinan, "?predikat=Gemilang")
    assert answer.context["form"].errors.keys() == {"predikat"}
    assert len(answer.context["page"].object_list) == len(
        map_of(client, pimpinan).context["page"].object_list
    )


def test_a_head_sees_the_own_unit_alone(client, government, kepala_kesehatan):
    fared(government, "Dinas A", "95")
    page = map_of(client, kepala_kesehatan).context["page"]
    assert [row.unit for row in page] == [government.kesehatan]


def frame(client) -> int:
    """How many queries every page makes before it has anything of its own."""
    client.get("/panduan/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/panduan/")
    return len(queries)


@pytest.mark.slow
def test_sixty_units_take_six_queries_as_one_does(client, government, pimpinan):
    client.force_login(pimpinan)
    every_page, counts = frame(client), []
    for start, end in ((0, 1), (1, 60)):
        for number in range(start, end):
            agreement = fared(government, f"Dinas {number:02}", "90")
            for quarter in (2, 3, 4):
                reported(agreement, quarter, "95")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/2026/peta/").status_code == 200
        counts.append(len(queries) - every_page)
    assert counts[0] == counts[1] <= 6


# --- the page of a unit -----------------------------------------------------------------------


def unit_page(client, person, unit, number=None):
    client.force_login(person)
    arguments = (2026, unit.pk) if number is None else (2026, unit.pk, number)
    return client.get(reverse("reports:unit", args=arguments))


def test_a_row_says_why_what_follows_and_who_acts(client, government, pimpinan):
    agreement = fared(
        government, "Dinas A", "60", inhibiting="Alat rusak.", follow_up="Membeli alat.", number=1
    )
    page = unit_page(client, pimpinan, agreement.unit).content.decode()
    for words in (
        "0 dari 1 indikator tercapai",
        "Indikator Dinas A",
        "60,00 %",
        "Alat rusak.",
        "Membeli alat.",
        "Pejabat Dinas A, Kepala Dinas A",
        "makin tinggi makin baik",
    ):
        assert words in page.replace("\xa0", " ")


def test_a_row_leads_to_its_fact(client, government, pimpinan):
    agreement = fared(government, "Dinas A")
    fact = reported(agreement, 1, "60")
    page = unit_page(client, pimpinan, agreement.unit)
    address = reverse("evaluations:realisation_detail", args=(2026, fact.pk))
    assert address in page.content.decode()
    assert client.get(address).status_code == 200


def test_the_page_of_a_quarter_counts_only_up_to_it(client, government, pimpinan):
    agreement = fared(government, "Dinas A", "60")
    reported(agreement, 2, "100")
    assert unit_page(client, pimpinan, agreement.unit, 1).context["result"].mean == Decimal(60)
    assert unit_page(client, pimpinan, agreement.unit).context["result"].mean == Decimal(100)


def test_words_that_were_not_submitted_stay_inside(client, government, pimpinan):
    agreement = fared(government, "Dinas A")
    reported(agreement, 1, "60", status="draft", inhibiting="Belum untuk dibaca.")
    assert "Belum untuk dibaca." not in unit_page(client, pimpinan, agreement.unit).content.decode()


def test_an_earlier_quarter_speaks_where_the_last_is_silent(client, government, pimpinan):
    agreement = fared(government, "Dinas A", "60", inhibiting="Alat rusak.")
    reported(agreement, 2, "70")
    row = unit_page(client, pimpinan, agreement.unit).context["groups"][0][1][0]
    assert (row.words.inhibiting, row.words.period.number) == ("Alat rusak.", 1)


def test_the_post_in_charge_acts_before_the_head(client, government, pimpinan):
    indicator = make_indicator(government.kesehatan, "Gizi", person_in_charge=government.kabid)
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, indicator, value=Decimal(100))
    put_into(agreement, "in_force")
    reported(agreement, 1, "50")
    row = unit_page(client, pimpinan, government.kesehatan).context["groups"][0][1][0]
    assert (row.actor.name, row.actor.title) == ("Siti Aminah, S.K.M.", "Kepala Bidang Kesehatan Masyarakat")


def test_a_post_nobody_holds_is_named_as_vacant(client, government, pimpinan):
    agreement = fared(government, "Dinas A", "60")
    agreement.position.assignments.update(ends=date(2026, 6, 30))
    page = unit_page(client, pimpinan, agreement.unit).content.decode()
    assert 'Kepala Dinas A <span class="soft">(belum ada pejabatnya)</span>' in page


def test_many_indicators_take_no_more_queries(client, government, pimpinan):
    few = promised(government, office(government, "Dinas A"), "Satu")
    many = promised(government, office(government, "Dinas B"), *(f"Indikator {n}" for n in range(20)))
    for agreement in (few, many):
        for promise in agreement.objectives.get().indicators.all():
            promise.indicator.realisations.create(period=make_period(), status="submitted", claimed_value=9)
    client.force_login(pimpinan)
    counts = []
    for agreement in (few, few, many):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("reports:unit", args=(2026, agreement.unit_id)))
        counts.append(len(queries))
    assert counts[1] == counts[2] <= 20
