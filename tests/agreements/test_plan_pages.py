"""Pages of action plans: the list with who is late, one plan, its targets in one form, its steps."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.enums import Accumulation, Calendar, Kind
from agreements.models import ActionPlan, ActionStep, Agreement, Indicator, YearPolicy
from records.history import history_of
from tests.agreements.plans import (
    add_step,
    agreement_in_force,
    amendment_of,
    begun,
    complete,
    in_force,
    submitted,
)
from tests.factories import (
    add_promise,
    make_agreement,
    make_indicator,
    make_period,
    make_position,
    make_realisation,
    put_into,
)


@pytest.fixture(autouse=True)
def _in_april(time_machine):
    time_machine.move_to("2026-04-05 05:00Z", tick=False)


def url(name: str, plan: ActionPlan | Agreement, *more) -> str:
    pk = plan.agreement_id if isinstance(plan, ActionPlan) else plan.pk
    return reverse(f"agreements:{name}", args=(2026, pk, *more))


def text(response) -> str:
    return response.content.decode()


# --- the list ---------------------------------------------------------------------------------------


def listed(client, **query) -> list[str]:
    response = client.get(reverse("agreements:plan_list", args=(2026,)), query)
    return [str(row.position) for row in response.context["page"]]


def test_the_list_narrows_to_who_has_none_who_waits_and_who_is_late(client, government, bagian_organisasi):
    YearPolicy.objects.filter(year=2026).update(action_plan_due=date(2026, 3, 31))
    in_force(government)
    put_into(make_agreement(government.sekda), "in_force")
    late = put_into(make_agreement(government.kadikbud), "in_force")
    begun(government, late)
    put_into(make_agreement(government.kabid), "ready")
    make_agreement(government.regent)
    client.force_login(bagian_organisasi)
    sekda, kadikbud, kadinkes, kabid = (
        str(p) for p in (government.sekda, government.kadikbud, government.kadinkes, government.kabid)
    )
    assert listed(client) == [sekda, kadinkes, kadikbud, kabid]
    assert listed(client, keadaan="none") == [sekda, kabid]
    assert listed(client, keadaan="draft") == [kadikbud]
    assert listed(client, keadaan="submitted") == []
    assert listed(client, keadaan="in_force") == [kadinkes]
    assert listed(client, keadaan="late") == [sekda, kadikbud]
    assert listed(client, cari="dikan") == [kadikbud]
    page = text(client.get(reverse("agreements:plan_list", args=(2026,))))
    assert page.count("Terlambat</span>") == 2
    assert "Terlambat (2)" in page
    assert "Batas pengajuan 31 Maret 2026" in page


@pytest.mark.parametrize(
    ("due", "late"), [(None, False), (date(2026, 4, 5), False), (date(2026, 4, 4), True)]
)
def test_nobody_is_late_before_the_day_has_passed(client, government, bagian_organisasi, due, late):
    YearPolicy.objects.filter(year=2026).update(action_plan_due=due)
    put_into(make_agreement(government.kadinkes), "in_force")
    client.force_login(bagian_organisasi)
    assert bool(listed(client, keadaan="late")) is late


def test_an_amendment_is_not_late_with_a_plan_that_came_in_time(client, government, bagian_organisasi):
    """The day is for the plan of the year: an amendment signed long after it continues that plan."""
    YearPolicy.objects.filter(year=2026).update(action_plan_due=date(2026, 3, 31))
    planned = in_force(government).agreement
    unplanned = put_into(make_agreement(government.kadikbud), "in_force")
    for agreement in (planned, unplanned):
        amendment = put_into(amendment_of(agreement), "in_signing")
        Agreement.objects.filter(pk=agreement.pk).update(status="superseded")
        put_into(amendment, "in_force")
    client.force_login(bagian_organisasi)
    assert listed(client, keadaan="none") == [str(government.kadinkes), str(government.kadikbud)]
    assert listed(client, keadaan="late") == [str(government.kadikbud)]


def test_the_list_takes_as_many_queries_for_ten_agreements_as_for_one(client, government, bagian_organisasi):
    in_force(government)
    client.force_login(bagian_organisasi)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("agreements:plan_list", args=(2026,)))
        return len(captured)

    # The first visit of a session writes it once more.
    client.get(reverse("agreements:plan_list", args=(2026,)))
    few = count()
    for number in range(9):
        position = make_position(government.bidang, f"Kepala Seksi {number}", heads=False)
        put_into(make_agreement(position, second=government.kabid), "in_force")
    assert count() == few <= 20


def test_the_policy_of_the_year_sets_the_day(client, government, bagian_organisasi):
    client.force_login(bagian_organisasi)
    page = text(client.get(reverse("evaluations:policy_edit", args=(2026, "batas-waktu"))))
    assert "Batas pengajuan Rencana Aksi" in page


# --- one plan ---------------------------------------------------------------------------------------


def test_a_plan_is_begun_filled_and_submitted_by_the_office(client, government, operator_kesehatan):
    agreement = agreement_in_force(government)
    client.force_login(operator_kesehatan)
    assert "belum punya Rencana Aksi" in text(client.get(url("plan", agreement)))
    response = client.post(url("plan_begin", agreement))
    assert response.headers["Location"] == url("plan_targets", agreement)
    promise = agreement.objectives.get().indicators.get()
    data = {"version": "1"} | {f"t{promise.pk}_{quarter}_value": "" for quarter in (1, 2, 3)}
    client.post(url("plan_targets", agreement), data | {f"t{promise.pk}_4_value": "10,00"})
    step = {
        "version": "2",
        "promise": promise.pk,
        "text": "Kunjungan rumah",
        "first_month": 2,
        "last_month": 5,
    }
    step |= {"person_in_charge": government.kabid.pk, "amount": "150.000.000"}
    client.post(url("plan_step_add", agreement), step)
    page = text(client.get(url("plan", agreement)))
    for said in ("Kunjungan rumah", "Februari–Mei", str(government.kabid), "Rp150.000.000", "versi 1"):
        assert said in page
    assert "Kurang:" not in page
    client.force_login(government.users.kepala_kesehatan)
    plan = ActionPlan.objects.get()
    address = url("plan_action", plan, 1, "submit")
    client.post(address, {"version": plan.version})
    plan.refresh_from_db()
    assert plan.status == "submitted"
    assert history_of(plan)[0].capacity == "Kepala Dinas Kesehatan"


def test_the_page_says_what_is_missing_and_does_not_offer_to_submit(client, government, kepala_kesehatan):
    plan = begun(government)
    client.force_login(kepala_kesehatan)
    page = text(client.get(plan.get_absolute_url()))
    assert "Target TW IV belum diisi" in page
    assert "Belum ada langkah. Tambahkan paling sedikit satu." in page
    assert "disabled>Ajukan</button>" in page


def test_before_the_signing_the_page_says_when_it_can_be_submitted(client, government, kepala_kesehatan):
    plan = begun(government, put_into(make_agreement(government.kabid), "ready"))
    client.force_login(kepala_kesehatan)
    assert "Dapat diajukan setelah PK ditandatangani" in text(client.get(plan.get_absolute_url()))


def test_the_version_in_force_is_shown_first_and_names_the_next(client, government, bagian_organisasi):
    first = in_force(government)
    begun(government, first.agreement, "Anggaran bergeser.")
    client.force_login(bagian_organisasi)
    page = client.get(url("plan", first))
    assert page.context["plan"] == first
    assert "Versi 2 sedang disusun" in text(page)
    assert client.get(url("plan_version", first, 2)).context["plan"].number == 2
    assert client.get(url("plan_version", first, 3)).status_code == 404


def test_changing_a_plan_in_force_asks_why(client, government, operator_kesehatan):
    plan = in_force(government)
    client.force_login(operator_kesehatan)
    assert "Alasan" in text(client.post(url("plan_begin", plan)))
    answer = client.post(url("plan_begin", plan), {"version": "1", "reason": "pendek"})
    assert answer.status_code == 422
    answer = client.post(url("plan_begin", plan), {"version": "1", "reason": "x" * 301})
    assert answer.status_code == 422
    assert "Alasan paling panjang 300 huruf" in text(answer)
    client.post(url("plan_begin", plan), {"version": "1", "reason": "Anggaran bergeser."})
    assert ActionPlan.objects.get(number=2).reason == "Anggaran bergeser."


def test_a_return_asks_what_to_mend(client, government, bagian_organisasi):
    plan = submitted(government)
    client.force_login(bagian_organisasi)
    address = url("plan_action", plan, 1, "return")
    asked = client.post(address, {"version": plan.version})
    assert (asked.status_code, "Alasan" in text(asked)) == (200, True)
    client.post(address, {"version": plan.version, "reason": "Langkah belum jelas."})
    plan.refresh_from_db()
    assert (plan.status, plan.return_reason) == ("draft", "Langkah belum jelas.")
    client.force_login(government.users.operator_kesehatan)
    assert "Langkah belum jelas." in text(client.get(plan.get_absolute_url()))


def test_a_copied_plan_of_an_amendment_asks_to_look_again(client, government, operator_kesehatan):
    old = in_force(government)
    plan = begun(government, put_into(amendment_of(old.agreement), "ready"))
    client.force_login(operator_kesehatan)
    assert "Periksa kembali target triwulan" in text(client.get(plan.get_absolute_url()))


def test_the_page_of_a_plan_takes_as_many_queries_for_ten_indicators_as_for_one(
    client, government, bagian_organisasi
):
    def count(indicators: int, position) -> int:
        agreement = make_agreement(position)
        for number in range(indicators):
            add_promise(agreement, make_indicator(government.kesehatan, f"{position} {number}"))
        plan = begun(government, put_into(agreement, "in_force"))
        for promise in [p for o in agreement.objectives.all() for p in o.indicators.all()]:
            add_step(plan, government, promise=promise)
        with CaptureQueriesContext(connection) as captured:
            client.get(plan.get_absolute_url())
        return len(captured)

    client.force_login(bagian_organisasi)
    # The first visit of a session writes it once more.
    client.get(reverse("agreements:plan_list", args=(2026,)))
    assert count(1, government.kadinkes) == count(10, government.kadikbud) <= 20


# --- targets ----------------------------------------------------------------------------------------


def sent(response) -> dict[str, str]:
    """What a browser would send back of the form as it is shown."""
    form = response.context["form"]
    values = {bound.html_name: (bound.field.prepare_value(bound.value()), bound) for bound in form}
    return {name: "" if value is None else str(value) for name, (value, _) in values.items()}


def two_indicators(g) -> ActionPlan:
    """A plan of a sum and of a last value."""
    agreement = make_agreement(g.kadinkes)
    summed = make_indicator(g.kesehatan, "Jumlah posyandu", accumulation=Accumulation.SUM, decimals=0)
    add_promise(agreement, g.stunting, g.sasaran)
    add_promise(agreement, summed, g.sasaran, value=Decimal("10"))
    return begun(g, put_into(agreement, "in_force"))


def field(plan: ActionPlan, name: str, quarter: int, column: str = "value") -> str:
    (promise,) = [p for o in plan.agreement.objectives.all() for p in o.indicators.all() if p.name == name]
    return f"t{promise.pk}_{quarter}_{column}"


def test_splitting_fills_in_and_saves_nothing(client, government, operator_kesehatan):
    plan = two_indicators(government)
    client.force_login(operator_kesehatan)
    data = sent(client.get(url("plan_targets", plan)))
    typed = field(plan, "Prevalensi stunting", 1)
    promise = field(plan, "Jumlah posyandu", 1)[1:].split("_")[0]
    page = client.post(url("plan_targets", plan), data | {typed: "12,5", "bagi": f"{promise}:even"})
    assert page.status_code == 200
    assert "belum disimpan" in text(page)
    shown = sent(page)
    assert [shown[field(plan, "Jumlah posyandu", quarter)] for quarter in (1, 2, 3, 4)] == [
        "2",
        "2",
        "3",
        "3",
    ]
    assert shown[typed] == "12,5"
    assert plan.targets.count() == 0
    client.post(url("plan_targets", plan), shown)
    assert plan.targets.count() == 5


def test_splitting_all_leaves_what_was_typed(client, government, operator_kesehatan):
    plan = two_indicators(government)
    client.force_login(operator_kesehatan)
    data = sent(client.get(url("plan_targets", plan))) | {field(plan, "Jumlah posyandu", 1): "9"}
    shown = sent(client.post(url("plan_targets", plan), data | {"bagi": "semua:at_end"}))
    assert [shown[field(plan, "Jumlah posyandu", quarter)] for quarter in (1, 2, 3, 4)] == ["9", "", "", ""]
    assert [shown[field(plan, "Prevalensi stunting", quarter)] for quarter in (1, 4)] == ["", "10"]


def test_last_years_verified_figures_give_the_shape(
    client, government, operator_kesehatan, bagian_organisasi
):
    plan = two_indicators(government)
    client.force_login(operator_kesehatan)
    data = sent(client.get(url("plan_targets", plan))) | {"bagi": "semua:last_year"}
    assert "Jumlah posyandu: Pola tahun lalu belum ada" in text(client.post(url("plan_targets", plan), data))
    posyandu = Indicator.objects.get(name="Jumlah posyandu")
    for number, value in enumerate(("10", "20", "30", "40"), start=1):
        verified = {"status": "verified", "verified_value": Decimal(value), "verified_by": bagian_organisasi}
        make_realisation(posyandu, make_period(2025, number), "99", **verified)
    shown = sent(client.post(url("plan_targets", plan), data))
    assert [shown[field(plan, "Jumlah posyandu", quarter)] for quarter in (1, 2, 3, 4)] == [
        "1",
        "2",
        "3",
        "4",
    ]


def test_only_quarters_in_which_it_is_measured_are_asked(client, government, operator_kesehatan):
    Indicator.objects.filter(pk=government.stunting.pk).update(calendar=Calendar.SEMESTER)
    plan = begun(government)
    client.force_login(operator_kesehatan)
    names = set(sent(client.get(url("plan_targets", plan)))) - {"version"}
    promise = plan.agreement.objectives.get().indicators.get()
    assert names == {f"t{promise.pk}_2_value", f"t{promise.pk}_4_value"}


def test_a_bad_number_is_said_beside_its_field_and_nothing_is_lost(client, government, operator_kesehatan):
    plan = two_indicators(government)
    client.force_login(operator_kesehatan)
    data = sent(client.get(url("plan_targets", plan)))
    wrong, right = field(plan, "Prevalensi stunting", 4), field(plan, "Jumlah posyandu", 4)
    page = client.post(url("plan_targets", plan), data | {wrong: "sepuluh", right: "10"})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {wrong}
    assert (sent(page)[wrong], sent(page)[right]) == ("sepuluh", "10")
    assert plan.targets.count() == 0


def test_a_target_taken_back_is_empty_again_and_not_zero(client, government, operator_kesehatan):
    plan = complete(government)
    client.force_login(operator_kesehatan)
    data = sent(client.get(url("plan_targets", plan)))
    promise = plan.agreement.objectives.get().indicators.get()
    client.post(url("plan_targets", plan), data | {f"t{promise.pk}_4_value": ""})
    assert plan.targets.count() == 0
    client.post(url("plan_targets", plan), data | {"version": "4", f"t{promise.pk}_4_value": "0"})
    assert plan.targets.get().value == 0


def test_of_two_people_the_second_sees_both_values(client, government, operator_kesehatan, bagian_organisasi):
    plan = begun(government)
    name = field(plan, "Prevalensi stunting", 4)
    client.force_login(operator_kesehatan)
    data = sent(client.get(url("plan_targets", plan)))
    client.post(url("plan_targets", plan), data | {name: "9"})
    client.force_login(bagian_organisasi)
    page = client.post(url("plan_targets", plan), data | {name: "8"})
    assert page.status_code == 422
    assert "baru saja diubah orang lain" in text(page)
    assert "Disimpan orang lain: <strong>TW IV: 9,00</strong>" in text(page)
    client.post(url("plan_targets", plan), sent(page))
    assert plan.targets.get().value == Decimal("8")


@pytest.mark.parametrize(
    ("fields", "target", "typed", "stored"),
    [
        (
            {"kind": Kind.RANGE},
            {"low": Decimal(60), "high": Decimal(85)},
            {"low": "60", "high": "85"},
            (60, 85, None),
        ),
        (
            {"kind": Kind.DATE},
            {"date": date(2026, 6, 30)},
            {"date": "2026-06-30"},
            (None, None, date(2026, 6, 30)),
        ),
    ],
)
def test_each_kind_is_typed_in_its_own_fields(
    client, government, operator_kesehatan, fields, target, typed, stored
):
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, make_indicator(government.kesehatan, "Khusus", **fields), **target)
    plan = begun(government, put_into(agreement, "in_force"))
    client.force_login(operator_kesehatan)
    data = sent(client.get(url("plan_targets", plan)))
    client.post(url("plan_targets", plan), data | {field(plan, "Khusus", 4, c): v for c, v in typed.items()})
    row = plan.targets.get()
    assert (row.low, row.high, row.date) == stored


def test_the_ends_of_a_range_are_not_turned_round(client, government, operator_kesehatan):
    agreement = make_agreement(government.kadinkes)
    bounds = {"low": Decimal(60), "high": Decimal(85)}
    add_promise(agreement, make_indicator(government.kesehatan, "BOR", kind=Kind.RANGE), **bounds)
    plan = begun(government, put_into(agreement, "in_force"))
    client.force_login(operator_kesehatan)
    data = sent(client.get(url("plan_targets", plan)))
    turned = {field(plan, "BOR", 4, "low"): "85", field(plan, "BOR", 4, "high"): "60"}
    page = client.post(url("plan_targets", plan), data | turned)
    assert (page.status_code, "Tukar keduanya." in text(page)) == (422, True)


# --- steps ------------------------------------------------------------------------------------------


def step_data(plan: ActionPlan, **changes) -> dict:
    promise = plan.agreement.objectives.get().indicators.get()
    said = {
        "version": plan.version,
        "promise": promise.pk,
        "text": "Pelatihan",
        "first_month": 3,
        "last_month": 4,
    }
    return said | changes


def test_a_step_is_changed_and_removed(client, government, operator_kesehatan):
    plan = complete(government)
    step = plan.steps.get()
    client.force_login(operator_kesehatan)
    client.post(url("plan_step", plan, step.pk), step_data(plan, text="Pelatihan kader"))
    step.refresh_from_db()
    assert (step.text, step.first_month) == ("Pelatihan kader", 3)
    client.post(url("plan_step", plan, step.pk), {"version": plan.version + 1, "hapus": "1"})
    assert not ActionStep.objects.exists()
    assert [event.action for event in history_of(plan)][:2] == ["Hapus langkah", "Ubah langkah"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_month": 6, "last_month": 5}, "Bulan selesai tidak boleh sebelum bulan mulai."),
        ({"text": " "}, "Bidang ini tidak boleh kosong."),
        ({"amount": "lima juta"}, "lima juta"),
        ({"amount": "-5"}, "paling sedikit 0"),
    ],
)
def test_a_bad_step_is_said_beside_its_field(client, government, operator_kesehatan, changes, sentence):
    plan = begun(government)
    client.force_login(operator_kesehatan)
    page = client.post(url("plan_step_add", plan), step_data(plan, **changes))
    assert (page.status_code, sentence in text(page)) == (422, True)
    assert not plan.steps.exists()


def test_a_step_costs_no_more_than_its_programme(client, government, operator_kesehatan):
    plan = begun(government)
    line = plan.agreement.budgets.get()
    client.force_login(operator_kesehatan)
    dear = step_data(plan, budget_line=line.pk, amount="1.000.000.001")
    page = client.post(url("plan_step_add", plan), dear)
    assert "melebihi anggaran programnya" in text(page)
    client.post(url("plan_step_add", plan), dear | {"amount": "1.000.000.000"})
    assert plan.steps.get().amount == line.amount


def test_of_two_who_add_a_step_the_second_keeps_what_was_typed(client, government, operator_kesehatan):
    plan = begun(government)
    seen = step_data(plan, text="Langkah kedua")
    add_step(plan, government, "Langkah pertama")
    client.force_login(operator_kesehatan)
    page = client.post(url("plan_step_add", plan), seen)
    assert (page.status_code, "Langkah kedua" in text(page)) == (422, True)
    client.post(url("plan_step_add", plan), seen | {"version": plan.version})
    assert list(plan.steps.values_list("text", flat=True)) == ["Langkah pertama", "Langkah kedua"]


def test_a_submitted_plan_is_not_written_any_more(client, government, operator_kesehatan):
    plan = submitted(government)
    client.force_login(operator_kesehatan)
    page = client.get(url("plan_targets", plan), follow=True)
    assert "berstatus “Diajukan”, jadi tidak dapat disusun sekarang" in text(page)


def test_a_draft_is_deleted_at_the_version_that_was_seen(client, government, operator_kesehatan):
    plan = begun(government)
    client.force_login(operator_kesehatan)
    client.post(url("plan_delete", plan), {"version": "7"})
    assert ActionPlan.objects.count() == 1
    client.post(url("plan_delete", plan), {"version": "1"})
    assert ActionPlan.objects.count() == 0
