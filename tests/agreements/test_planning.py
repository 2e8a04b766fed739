"""The plan: objectives, the catalogue and its yearly targets, scales, programmes and budgets."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.enums import Accumulation, BudgetVersion, Kind, Polarity, Status, UnitKind
from agreements.models import (
    Budget,
    Indicator,
    IndicatorTarget,
    Objective,
    PlanningPeriod,
    Programme,
    Scale,
)
from agreements.naming import plan_target
from records.models import Event
from tests.factories import (
    add_promise,
    make_agreement,
    make_budget,
    make_indicator,
    make_objective,
    make_position,
    make_unit,
    put_into,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=False):
        yield


@pytest.fixture
def planner(client, perencana):
    client.force_login(perencana)
    return client


@pytest.fixture
def budgeter(client, anggaran):
    client.force_login(anggaran)
    return client


def page(name, *args, year=2026) -> str:
    return reverse(f"agreements:{name}", args=(year, *args))


def errors_of(response) -> dict[str, str]:
    return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


def queries_of(client, address) -> int:
    """Queries of a page opened by who just came in: the session is written too."""
    session = client.session
    session.pop("signed_in_at", None)
    session.save()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def indicator_data(unit, **fields):
    return {
        "unit": unit.pk,
        "name": "Angka kematian ibu",
        "unit_of_measure": "per 100.000",
        "kind": Kind.NUMBER,
        "polarity": Polarity.LOWER,
        "accumulation": Accumulation.LAST,
        "decimals": 2,
        "factor": "100",
        "calendar": "quarterly",
        "reference_lag": 0,
    } | fields


def promised(government, indicator=None):
    """The indicator in an agreement whose content is frozen."""
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, indicator or government.stunting, government.sasaran)
    put_into(agreement, Status.READY)
    return agreement


def scale(*names) -> Scale:
    made = Scale.objects.create(name="Nilai SAKIP")
    for rank, name in enumerate(names, 1):
        made.steps.create(rank=rank, name=name)
    return made


# --- objectives -----------------------------------------------------------------------------


def test_objectives_stand_under_their_unit_and_lead_to_their_indicators(planner, government):
    make_objective(government.root, "Meningkatnya kualitas hidup", order=1)
    content = planner.get(page("objective_list")).content.decode()
    assert "Meningkatnya kualitas hidup" in content
    assert f"?sasaran={government.sasaran.pk}" in content
    assert "1 indikator" in content
    narrowed = planner.get(page("objective_list"), {"unit": government.kesehatan.pk})
    assert [branch.objective for branch in narrowed.context["branches"]] == [government.sasaran]


def test_an_operator_reads_the_own_objectives_and_the_regions(client, operator_kesehatan, government):
    region = make_objective(government.root, "Meningkatnya kualitas hidup")
    other = make_objective(government.pendidikan, "Meningkatnya literasi")
    client.force_login(operator_kesehatan)
    shown = {branch.objective for branch in client.get(page("objective_list")).context["branches"]}
    assert shown == {region, government.sasaran}
    assert other not in shown


def test_an_objective_is_added_for_a_chosen_unit(planner, government, perencana):
    asked = planner.get(page("objective_create"), {"cari": "kesehatan"})
    assert [row.value for row in asked.context["rows"]] == [government.kesehatan.pk]
    region = make_objective(government.root, "Meningkatnya kualitas hidup")
    other = make_objective(government.pendidikan, "Meningkatnya literasi")
    address = page("objective_create") + f"?unit={government.kesehatan.pk}"
    form = planner.get(address).context["form"]
    assert set(form.fields["parent"].queryset) == {region, government.sasaran}
    assert other not in form.fields["parent"].queryset
    data = {
        "period": form.initial["period"],
        "kind": "objective",
        "parent": region.pk,
        "text": "Menurunnya kematian ibu",
        "order": 2,
    }
    assert planner.post(address, data).url == page("objective_list") + f"?unit={government.kesehatan.pk}"
    saved = Objective.objects.get(text="Menurunnya kematian ibu")
    assert (saved.unit, saved.parent) == (government.kesehatan, region)
    event = Event.objects.get()
    assert (event.actor, event.action, event.capacity) == (perencana, "menambah tujuan/sasaran", "Perencana")


def test_an_objective_does_not_support_itself_through_others(planner, government):
    child = make_objective(government.kesehatan, "Anak", parent=government.sasaran)
    data = {"period": child.period_id, "kind": "objective", "parent": child.pk, "text": "x", "order": 0}
    response = planner.post(page("objective_edit", government.sasaran.pk), data)
    assert "mendukung dirinya sendiri" in errors_of(response)["parent"]


def test_a_year_without_a_planning_period_leads_to_making_one(planner, government):
    PlanningPeriod.objects.update(first_year=2027, last_year=2030)
    assert planner.get(page("objective_create")).url == page("period_create")
    response = planner.post(page("period_create"), {"name": "RPD", "first_year": 2026, "last_year": 2025})
    assert "lebih awal" in errors_of(response)["last_year"]
    planner.post(page("period_create"), {"name": "RPD 2024–2026", "first_year": 2024, "last_year": 2026})
    assert PlanningPeriod.objects.filter(name="RPD 2024–2026").exists()


# --- the catalogue --------------------------------------------------------------------------


def test_the_catalogue_is_narrowed_by_words_unit_label_and_kind(planner, government):
    government.stunting.labels.create(name="IKU daerah")
    label = government.stunting.labels.get()
    Indicator.objects.filter(pk=government.literasi.pk).update(kind=Kind.RATIO)
    for asked, found in (
        ({}, {government.stunting, government.literasi}),
        ({"cari": "STUNTING"}, {government.stunting}),
        ({"unit": government.pendidikan.pk}, {government.literasi}),
        ({"label": label.pk}, {government.stunting}),
        ({"jenis": Kind.RATIO}, {government.literasi}),
        ({"sasaran": government.sasaran.pk}, {government.stunting}),
        ({"unit": "x"}, {government.stunting, government.literasi}),
    ):
        assert {row for row, _ in planner.get(page("indicator_list"), asked).context["rows"]} == found, asked


def test_what_is_no_longer_used_is_shown_when_asked_for(planner, government):
    Indicator.objects.filter(pk=government.literasi.pk).update(archived=True)
    assert [row for row, _ in planner.get(page("indicator_list")).context["rows"]] == [government.stunting]
    shown = planner.get(page("indicator_list"), {"arsip": "on"}).context["rows"]
    assert [row for row, _ in shown] == [government.literasi]


def test_an_operator_sees_the_own_indicators_only(client, operator_kesehatan, government):
    client.force_login(operator_kesehatan)
    rows = client.get(page("indicator_list")).context["rows"]
    assert [row for row, _ in rows] == [government.stunting]
    assert client.get(page("indicator_detail", government.literasi.pk)).status_code == 404


def test_a_guest_reads_in_the_years_given_only(client, tamu, government):
    client.force_login(tamu)
    assert client.get(page("indicator_detail", government.stunting.pk, year=2025)).status_code == 200
    assert client.get(page("indicator_detail", government.stunting.pk)).status_code == 404


@pytest.mark.parametrize("name", ["indicator_list", "objective_list", "budget_list"])
def test_lists_take_as_many_queries_for_thirty_rows_as_for_three(planner, government, name):
    def filled(number):
        for n in range(number):
            unit = make_unit(f"Badan {number}-{n}", government.root, UnitKind.AGENCY)
            indicator = make_indicator(unit, objective=make_objective(unit))
            indicator.labels.create(name=f"Label {number}-{n}")
            indicator.targets.create(year=2026, value=Decimal(5))
            make_budget(unit)
        return queries_of(planner, page(name))

    few, many = filled(3), filled(30)
    assert few == many <= 20


def test_a_card_takes_as_many_queries_for_thirty_promises_as_for_three(planner, government):
    indicator = make_indicator(
        government.kesehatan, "Nilai SAKIP", kind=Kind.SCALE, scale=scale("C", "B", "A")
    )

    def filled(number):
        for n in range(number):
            unit = make_unit(f"Badan {number}-{n}", government.root, UnitKind.AGENCY)
            add_promise(
                make_agreement(make_position(unit, f"Kepala {unit}", superior=government.regent)),
                indicator,
                step=2,
            )
        return queries_of(planner, page("indicator_detail", indicator.pk))

    few, many = filled(3), filled(30)
    assert few == many <= 20


def test_an_indicator_is_added_with_new_labels(planner, government):
    address = page("indicator_create") + f"?unit={government.kesehatan.pk}"
    response = planner.post(address, indicator_data(government.kesehatan, new_labels="SPM,  IKU PD ,"))
    indicator = Indicator.objects.get(name="Angka kematian ibu")
    assert response.url == page("indicator_detail", indicator.pk)
    assert {label.name for label in indicator.labels.all()} == {"SPM", "IKU PD"}
    event = Event.objects.get()
    assert event.action == "menambah indikator"
    assert event.unit_name == "Dinas Kesehatan"
    assert "IKU PD, SPM" in event.after


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"kind": Kind.SCALE, "scale": ""}, "scale", "Pilih skala predikat"),
        ({"accumulation": Accumulation.RATIO_OF_SUMS}, "accumulation", "pembilang dan penyebut"),
        ({"kind": Kind.DATE, "accumulation": Accumulation.SUM}, "accumulation", "tidak dapat dijumlahkan"),
        ({"decimals": 5}, "decimals", "4"),
        ({"factor": "12,5"}, "factor", "bilangan bulat"),
        ({"unit_of_measure": ""}, "unit_of_measure", "tidak boleh kosong"),
    ],
)
def test_an_impossible_indicator_is_refused_beside_the_field(planner, government, fields, name, sentence):
    address = page("indicator_create") + f"?unit={government.kesehatan.pk}"
    response = planner.post(address, indicator_data(government.kesehatan, **fields))
    assert sentence in errors_of(response)[name]
    assert 'value="Angka kematian ibu"' in response.content.decode()


def test_the_measure_of_a_promised_indicator_is_shown_and_not_changed(planner, government):
    promised(government)
    address = page("indicator_edit", government.stunting.pk)
    form = planner.get(address).context["form"]
    assert {name for name, field in form.fields.items() if field.disabled} == {
        "unit_of_measure", "kind", "polarity", "accumulation", "factor", "scale",
    }  # fmt: skip
    data = indicator_data(government.kesehatan, name="Prevalensi stunting balita", unit_of_measure="orang")
    assert planner.post(address, data).status_code == 302
    government.stunting.refresh_from_db()
    assert (government.stunting.name, government.stunting.unit_of_measure) == (
        "Prevalensi stunting balita",
        "%",
    )


def test_the_remedy_for_a_promised_indicator_is_a_successor(planner, government):
    promised(government)
    content = planner.get(page("indicator_detail", government.stunting.pk)).content.decode()
    further = f"?unit={government.kesehatan.pk}&amp;menggantikan={government.stunting.pk}"
    assert further in content
    address = page("indicator_create") + further.replace("&amp;", "&")
    form = planner.get(address).context["form"]
    assert form.initial["name"] == "Prevalensi stunting"
    data = indicator_data(
        government.kesehatan, name="Stunting menurut SSGI", successor_of=government.stunting.pk
    )
    planner.post(address, data)
    assert Indicator.objects.get(name="Stunting menurut SSGI").successor_of == government.stunting


def test_the_card_names_the_agreements_one_may_see(client, operator_kesehatan, government):
    agreement = promised(government)
    hidden = make_agreement(government.kadikbud)
    add_promise(hidden, government.stunting)
    client.force_login(operator_kesehatan)
    response = client.get(page("indicator_detail", government.stunting.pk))
    assert [row.objective.agreement for row in response.context["promises"]] == [agreement]
    assert "sudah diperjanjikan" in response.content.decode()


# --- yearly targets -------------------------------------------------------------------------


def test_targets_are_typed_for_every_year_of_the_period(planner, government):
    address = page("indicator_targets", government.stunting.pk)
    assert [year for year, _ in planner.get(address).context["forms"]] == [2025, 2026, 2027, 2028, 2029]
    planner.post(address, {"2025-value": "12,5", "2026-value": "1.250", "2028-value": "0"})
    targets = dict(government.stunting.targets.values_list("year", "value"))
    assert targets == {2025: Decimal("12.5"), 2026: Decimal(1250), 2028: Decimal(0)}
    event = Event.objects.get()
    assert event.action == "mengubah target tahunan"
    assert '"target 2025":"12,5' in event.after
    planner.post(address, {"2025-value": "12,5", "2026-value": "", "2028-value": "0"})
    assert set(government.stunting.targets.values_list("year", flat=True)) == {2025, 2028}
    assert "1.250" in Event.objects.order_by("-number").first().before


def test_saving_the_same_targets_again_writes_no_history(planner, government):
    address = page("indicator_targets", government.stunting.pk)
    planner.post(address, {"2026-value": "12,5"})
    planner.post(address, {"2026-value": "12,50"})
    assert Event.objects.count() == 1


def test_a_doubtful_figure_is_asked_about_and_nothing_is_saved(planner, government):
    address = page("indicator_targets", government.stunting.pk)
    response = planner.post(address, {"2025-value": "10", "2026-value": "12.5"})
    form = dict(response.context["forms"])[2026]
    assert "dua cara" in form.errors["value"][0]
    assert 'name="2026-value__reading"' in response.content.decode()
    assert not government.stunting.targets.exists()
    planner.post(address, {"2025-value": "10", "2026-value": "12.5", "2026-value__reading": "12,5"})
    assert government.stunting.targets.get(year=2026).value == Decimal("12.5")


def test_a_range_needs_both_bounds_in_order(planner, government):
    ph = make_indicator(government.kesehatan, "Derajat keasaman", kind=Kind.RANGE, polarity=Polarity.EXACT)
    address = page("indicator_targets", ph.pk)
    one = dict(planner.post(address, {"2026-low": "6"}).context["forms"])[2026]
    assert "kedua batas" in one.errors["high"][0]
    wrong = dict(planner.post(address, {"2026-low": "9", "2026-high": "6"}).context["forms"])[2026]
    assert "di bawah batas bawah" in wrong.errors["high"][0]
    planner.post(address, {"2026-low": "6", "2026-high": "9"})
    assert plan_target(ph, ph.targets.get()) == "6–9\u00a0%"


def test_scale_and_date_targets_are_chosen_and_typed(planner, government):
    sakip = make_indicator(government.kesehatan, "Nilai SAKIP", kind=Kind.SCALE, scale=scale("C", "B", "A"))
    planner.post(page("indicator_targets", sakip.pk), {"2026-step": "3"})
    assert plan_target(sakip, sakip.targets.get(), ["C", "B", "A"]) == "A"
    done = make_indicator(government.kesehatan, "Laporan selesai", kind=Kind.DATE)
    planner.post(page("indicator_targets", done.pk), {"2026-date": "17 Agustus 2026"})
    assert done.targets.get().date == date(2026, 8, 17)


def test_a_kind_with_targets_of_another_is_not_changed(planner, government):
    government.stunting.targets.create(year=2026, value=Decimal(5))
    data = indicator_data(government.kesehatan, kind=Kind.DATE)
    response = planner.post(page("indicator_edit", government.stunting.pk), data)
    assert "Kosongkan target dahulu" in errors_of(response)["kind"]


def test_a_target_of_nothing_prints_as_unknown(government):
    assert plan_target(government.stunting, None) == "–"
    assert plan_target(government.stunting, IndicatorTarget()) == "–"
    assert plan_target(Indicator(kind=Kind.SCALE), IndicatorTarget(step=4), ["C", "B"]) == "–"


# --- scales ---------------------------------------------------------------------------------


def scale_page(name, *args):
    return reverse(f"agreements:{name}", args=args)


def test_a_scale_is_a_name_and_lines_from_the_lowest(planner):
    planner.post(scale_page("scale_create"), {"name": "Opini BPK", "steps": "TMP\n\n TW \nWDP\nWTP\n"})
    made = Scale.objects.get(name="Opini BPK")
    assert list(made.steps.values_list("rank", "name")) == [(1, "TMP"), (2, "TW"), (3, "WDP"), (4, "WTP")]
    assert "TMP, TW, WDP, WTP" in Event.objects.get().after


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [("WTP", "paling sedikit dua"), ("A\nB\na", "dua kali"), ("A\n" + "x" * 61, "60 huruf")],
)
def test_a_faulty_scale_is_refused(planner, steps, sentence):
    response = planner.post(scale_page("scale_create"), {"name": "Opini", "steps": steps})
    assert sentence in errors_of(response)["steps"]


def test_a_step_in_use_is_not_cut_off(planner, government):
    sakip = scale("C", "B", "A")
    indicator = make_indicator(government.kesehatan, kind=Kind.SCALE, scale=sakip)
    indicator.targets.create(year=2026, step=3)
    response = planner.post(scale_page("scale_edit", sakip.pk), {"name": "Nilai SAKIP", "steps": "C\nB"})
    assert "Ubah target itu dahulu" in errors_of(response)["steps"]
    assert (
        planner.post(
            scale_page("scale_edit", sakip.pk), {"name": "Nilai SAKIP", "steps": "C\nB\nA\nAA"}
        ).status_code
        == 302
    )
    assert sakip.steps.count() == 4


def test_the_steps_of_a_promised_scale_stay(planner, government):
    sakip = scale("C", "B", "A")
    indicator = make_indicator(government.kesehatan, kind=Kind.SCALE, scale=sakip)
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, indicator, step=2)
    put_into(agreement, Status.READY)
    planner.post(scale_page("scale_edit", sakip.pk), {"name": "SAKIP", "steps": "X\nY"})
    assert list(sakip.steps.values_list("name", flat=True)) == ["C", "B", "A"]


# --- programmes and budgets -----------------------------------------------------------------


def test_totals_by_unit_and_version_lead_to_their_lines(budgeter, government):
    make_budget(government.kesehatan, amount="1000000000")
    make_budget(government.kesehatan, amount="500000000.50", code="1.02.03")
    make_budget(government.kesehatan, amount="1750000000", version=BudgetVersion.REVISED)
    make_budget(government.pendidikan, amount="200", code="1.01.02")
    make_budget(government.pendidikan, year=2025, amount="999", code="1.01.02")
    content = budgeter.get(page("budget_list")).content.decode()
    assert "Rp1.500.000.000,50" in content
    assert "Rp1.500.000.200,50" in content
    assert "Rp1.750.000.000,00" in content
    assert "Rp999" not in content
    lines = budgeter.get(page("budget_list"), {"unit": government.kesehatan.pk, "versi": "original"})
    assert len(lines.context["page"].object_list) == 2
    assert lines.context["total"] == Decimal("1500000000.5")


def test_an_operator_sees_the_own_budget_only(client, operator_kesehatan, government):
    own, other = make_budget(government.kesehatan), make_budget(government.pendidikan, code="1.01.02")
    client.force_login(operator_kesehatan)
    response = client.get(page("budget_list"))
    assert [each["pk"] for each in response.context["page"]] == [government.kesehatan.pk]
    assert list(client.get(page("budget_list"), {"cari": "Program"}).context["page"]) == [own]
    assert client.get(page("budget_edit", own.pk)).status_code == 403
    assert client.get(page("budget_edit", other.pk)).status_code == 404


def test_a_budget_is_added_by_choosing_unit_and_programme(budgeter, anggaran, government):
    make_budget(government.pendidikan, code="1.01.02", name="Program Pendidikan")
    programme = Programme.objects.get(code="1.01.02")
    address = page("budget_create") + f"?unit={government.kesehatan.pk}"
    assert [row.value for row in budgeter.get(address + "&cari=1.01").context["rows"]] == [programme.pk]
    address += f"&program={programme.pk}"
    data = {"version": "original", "fund_source": "APBD", "amount": "Rp1.250.000.000,00"}
    assert budgeter.post(address, data).url == page("budget_list") + f"?unit={government.kesehatan.pk}"
    saved = Budget.objects.get(unit=government.kesehatan)
    assert (saved.amount, saved.year) == (Decimal(1250000000), 2026)
    event = Event.objects.get()
    assert (event.actor, event.action, event.unit_name) == (anggaran, "menambah anggaran", "Dinas Kesehatan")


def test_a_new_programme_leads_on_to_its_amount(budgeter, government):
    address = page("programme_create") + f"?unit={government.kesehatan.pk}"
    data = {"code": "1.02.02", "name": "Program Kesehatan", "nomenclature_year": 2025}
    response = budgeter.post(address, data)
    programme = Programme.objects.get()
    assert response.url == page("budget_create") + f"?unit={government.kesehatan.pk}&program={programme.pk}"
    assert "sudah ada" in errors_of(budgeter.post(address, data))["name"]
    faulty = budgeter.post(address, data | {"code": "1.2.3"})
    assert "nomenklatur nasional" in errors_of(faulty)["code"]


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [("1.5", "dua cara"), ("-5", "sama dengan 0"), ("12%", "bukan persen"), ("", "kosong")],
)
def test_a_faulty_amount_is_refused_and_kept_as_typed(budgeter, government, amount, sentence):
    budget = make_budget(government.kesehatan, amount="1000000")
    data = {"version": "original", "fund_source": "APBD", "amount": amount}
    response = budgeter.post(page("budget_edit", budget.pk), data)
    assert sentence in errors_of(response)["amount"]
    assert f'value="{amount}"' in response.content.decode() or not amount
    budget.refresh_from_db()
    assert budget.amount == Decimal(1000000)


def test_one_programme_is_not_budgeted_twice_nor_on_two_levels(budgeter, government):
    budget = make_budget(government.kesehatan)
    activity = Programme.objects.create(code="1.02.02.2.01", name="Kegiatan", nomenclature_year=2025)
    data = {"version": "original", "fund_source": "APBD", "amount": "5"}
    address = page("budget_create") + f"?unit={government.kesehatan.pk}&program="
    twice = budgeter.post(f"{address}{budget.programme_id}", data)
    assert "sudah dicatat" in errors_of(twice)["version"]
    levels = budgeter.post(f"{address}{activity.pk}", data)
    assert "terhitung dua kali" in errors_of(levels)["__all__"]
    revised = budgeter.post(f"{address}{activity.pk}", data | {"version": "revised"})
    assert revised.status_code == 302


# --- who may change -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who", ["bupati", "kepala_kesehatan", "operator_kesehatan", "kepegawaian", "inspektorat"]
)
def test_who_only_reads_gets_403_on_every_page_of_change(client, government, who):
    budget = make_budget(government.kesehatan)
    client.force_login(getattr(government.users, who))
    for address in (
        page("objective_create"),
        page("objective_edit", government.sasaran.pk),
        page("period_create"),
        page("indicator_create"),
        page("indicator_edit", government.stunting.pk),
        page("indicator_targets", government.stunting.pk),
        page("budget_create"),
        page("budget_edit", budget.pk),
        page("programme_create"),
        page("programme_edit", budget.programme_id),
        scale_page("scale_list"),
        scale_page("scale_create"),
    ):
        assert client.get(address).status_code == 403, address
        assert client.post(address, {"amount": "1"}).status_code == 403, address
    assert Event.objects.count() == 0


def test_planner_and_budgeter_keep_to_their_own(planner, client, government, anggaran):
    assert planner.get(page("budget_create")).status_code == 403
    client.force_login(anggaran)
    assert client.get(page("indicator_create")).status_code == 403


def test_what_one_does_not_see_is_404_even_to_change(client, operator_pendidikan, government):
    client.force_login(operator_pendidikan)
    for name, pk in (
        ("objective_edit", government.sasaran.pk),
        ("indicator_edit", government.stunting.pk),
        ("indicator_targets", government.stunting.pk),
    ):
        assert client.get(page(name, pk)).status_code == 404, name


@pytest.mark.parametrize("name", ["objective_list", "indicator_list", "budget_list", "indicator_create"])
def test_a_year_nobody_opened_has_no_pages(planner, name):
    assert planner.get(page(name, year=2031)).status_code == 404


def test_who_has_no_role_reads_no_plan(client, orang_luar):
    client.force_login(orang_luar)
    for name in ("objective_list", "indicator_list", "budget_list"):
        assert client.get(page(name)).status_code == 403
