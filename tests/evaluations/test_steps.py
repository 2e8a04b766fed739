"""Progress of steps: typed by the unit with evidence, never fallen in silence, kept through versions."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import ActionPlan, ActionStep, Agreement, Unit
from evaluations import steps
from evaluations.calendar import give_time
from evaluations.mapping import with_progress
from evaluations.models import Evidence, EvidenceUse, StepProgress
from records.history import history_of
from records.models import Event
from tests.agreements.plans import add_step, amendment_of, begun, complete, in_force, take
from tests.agreements.steps import actor, small_pdf
from tests.factories import add_promise, make_agreement, make_period, put_into


@pytest.fixture(autouse=True)
def _in_april(time_machine):
    time_machine.move_to("2026-04-05 05:00Z", tick=False)


@pytest.fixture
def plan(government) -> ActionPlan:
    return in_force(government)


@pytest.fixture
def step(plan) -> ActionStep:
    return plan.steps.get()


def address(plan: ActionPlan, number: int = 1) -> str:
    return reverse("evaluations:step_progress", args=(2026, plan.agreement_id, number))


def data(step: ActionStep, percent: str, version: int = 0, **more) -> dict:
    prefix = f"s{step.recorded_on}-"
    said = {"version": version, "percent": percent} | more
    return {prefix + name: value for name, value in said.items()}


def say(step: ActionStep, percent: str, number: int = 1) -> StepProgress:
    return StepProgress.objects.create(
        step_id=step.recorded_on, period=make_period(number=number), percent=Decimal(percent)
    )


def text(response) -> str:
    return response.content.decode()


# --- typing -----------------------------------------------------------------------------------------


def test_the_unit_types_percent_note_and_evidence(client, operator_kesehatan, plan, step):
    client.force_login(operator_kesehatan)
    said = data(step, "62,5", note="Dua kecamatan selesai", title="Berita acara", page="3")
    file = SimpleUploadedFile("bukti.pdf", small_pdf(), "application/pdf")
    answer = client.post(address(plan), said | {f"s{step.pk}-uploads": file}, follow=True)
    assert "Kemajuan 1 langkah disimpan." in text(answer)
    row = StepProgress.objects.get()
    assert (row.percent, row.note, row.changed_by) == (
        Decimal("62.5"),
        "Dua kecamatan selesai",
        operator_kesehatan,
    )
    use = EvidenceUse.objects.get()
    assert (use.progress, use.evidence.title, use.page) == (row, "Berita acara", "3")
    assert [e.action for e in history_of(row)] == ["melampirkan data dukung", "menyimpan kemajuan langkah"]
    page = text(client.get(plan.get_absolute_url()))
    assert "63\xa0%" in page


def test_empty_is_passed_over_and_zero_is_kept(client, government, operator_kesehatan):
    draft = complete(government)
    second = add_step(draft, government, "Pelatihan kader")
    take("submit", draft, government.users.kepala_kesehatan)
    plan = take("approve", draft, government.users.bagian_organisasi)
    first = plan.steps.exclude(pk=second.pk).get()
    client.force_login(operator_kesehatan)
    client.post(address(plan), data(first, "") | data(second, "0"))
    assert list(StepProgress.objects.values_list("step", "percent")) == [(second.pk, Decimal(0))]


@pytest.mark.parametrize(
    ("percent", "sentence"),
    [
        ("101", "paling banyak 100"),
        ("-1", "paling sedikit 0"),
        ("banyak", "banyak"),
        ("1,234", "paling banyak 2 angka di belakang koma"),
    ],
)
def test_a_bad_percent_is_said_beside_its_field(client, operator_kesehatan, plan, step, percent, sentence):
    client.force_login(operator_kesehatan)
    page = client.post(address(plan), data(step, percent, note="Catatan tetap ada"))
    assert page.status_code == 422
    assert sentence in text(page)
    assert "Catatan tetap ada" in text(page)
    assert not StepProgress.objects.exists()


def test_evidence_alone_asks_for_the_percent_and_names_the_lost_file(client, operator_kesehatan, plan, step):
    client.force_login(operator_kesehatan)
    file = SimpleUploadedFile("bukti.pdf", small_pdf(), "application/pdf")
    page = client.post(address(plan), data(step, "") | {f"s{step.pk}-uploads": file})
    assert "0 bila langkah ini belum berjalan" in text(page)
    assert "Pilih berkasnya lagi" in text(page)
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("quarter", [1, 2])
def test_progress_falls_only_with_a_word_why(client, time_machine, operator_kesehatan, plan, step, quarter):
    row = say(step, "60")
    time_machine.move_to("2026-07-05 05:00Z" if quarter == 2 else "2026-04-05 05:00Z", tick=False)
    version = row.version if quarter == 1 else 0
    client.force_login(operator_kesehatan)
    page = client.post(address(plan, quarter), data(step, "50", version))
    assert page.status_code == 422
    assert "lebih rendah daripada" in text(page)
    client.post(address(plan, quarter), data(step, "50", version, note="Satu puskesmas mengulang."))
    assert StepProgress.objects.get(period__number=quarter).percent == 50
    assert StepProgress.objects.filter(percent=60).exists() is (quarter == 2)


def test_evidence_is_taken_off_and_used_again(client, operator_kesehatan, plan, step):
    client.force_login(operator_kesehatan)
    client.post(address(plan), data(step, "10", link="https://contoh.go.id/foto", title="Foto"))
    use = EvidenceUse.objects.get()
    client.post(address(plan), data(step, "10", 1) | {"detach": use.pk})
    assert not EvidenceUse.objects.exists()
    evidence = Evidence.objects.get()
    client.post(address(plan), data(step, "10", 2, existing=f"#{evidence.pk} Foto"))
    assert EvidenceUse.objects.get().evidence == evidence


def test_of_two_people_the_second_is_told_what_is_stored(
    client, bagian_organisasi, operator_kesehatan, plan, step
):
    client.force_login(operator_kesehatan)
    client.post(address(plan), data(step, "40"))
    page = client.post(address(plan), data(step, "55"))
    assert page.status_code == 422
    assert "sudah diubah oleh Operator Kesehatan menjadi 40,00" in text(page)
    client.post(address(plan), data(step, "55", page.context["rows"][0][2]["version"].value()))
    assert StepProgress.objects.get().percent == 55


# --- when, and who ------------------------------------------------------------------------------------


def test_before_and_after_the_window_nothing_is_typed(client, time_machine, operator_kesehatan, plan, step):
    client.force_login(operator_kesehatan)
    assert "baru dibuka pada" in text(client.get(address(plan, 2)))
    assert client.post(address(plan, 2), data(step, "10")).status_code == 422
    time_machine.move_to("2026-05-15 05:00Z", tick=False)
    client.force_login(operator_kesehatan)
    page = client.post(address(plan, 1), data(step, "10"))
    assert "sudah dikunci" in text(page)
    assert not StepProgress.objects.exists()


def test_time_given_past_the_lock_opens_the_quarter(
    client, government, time_machine, operator_kesehatan, plan, step
):
    time_machine.move_to("2026-05-15 05:00Z", tick=False)
    bureau = actor(government.users.bagian_organisasi)
    give_time(make_period(number=1), government.kesehatan, "Data terlambat masuk.", date(2026, 5, 20), bureau)
    client.force_login(operator_kesehatan)
    client.post(address(plan, 1), data(step, "10"))
    assert StepProgress.objects.get().percent == 10


def test_the_bureau_fills_in_with_a_reason(client, bagian_organisasi, plan, step):
    client.force_login(bagian_organisasi)
    assert client.post(address(plan), data(step, "10")).status_code == 422
    reason = {"filled_in_reason": "Jaringan di kantor putus."}
    client.post(address(plan), data(step, "10") | reason)
    event = Event.objects.filter(action="menyimpan kemajuan langkah").get()
    assert event.reason == "Jaringan di kantor putus."


def test_a_reader_sees_progress_and_types_nothing(client, government, plan, step):
    say(step, "30")
    client.force_login(government.users.bupati)
    page = text(client.get(address(plan)))
    assert "30,00" in page
    assert 'name="s' not in page
    assert client.post(address(plan), data(step, "40", 1)).status_code == 403
    assert Event.objects.filter(action="menyimpan kemajuan langkah", refused=True).count() == 1


def test_a_plan_that_is_not_in_force_has_no_progress(client, government, operator_kesehatan):
    draft = begun(government)
    client.force_login(operator_kesehatan)
    assert client.get(address(draft)).status_code == 404


def test_the_page_takes_as_many_queries_for_ten_steps_as_for_one(client, government, operator_kesehatan):
    def count(more: int, agreement=None) -> int:
        draft = complete(government, agreement)
        for number in range(more):
            add_step(draft, government, f"Langkah {number}")
        take("submit", draft, government.users.kepala_kesehatan)
        plan = take("approve", draft, government.users.bagian_organisasi)
        for step in plan.steps.all():
            say(step, "10")
        with CaptureQueriesContext(connection) as captured:
            client.get(address(plan))
        return len(captured)

    client.force_login(operator_kesehatan)
    client.get(reverse("agreements:plan_list", args=(2026,)))
    few = count(0)
    agreement = make_agreement(government.kabid)
    add_promise(agreement, government.stunting, government.sasaran)
    assert count(9, put_into(agreement, "in_force")) == few <= 20


# --- through versions, and as one figure ----------------------------------------------------------------


def how_far(unit: Unit, number: int) -> Decimal | None:
    """The action plan of the unit's head at the end of a quarter, in percent."""
    found = with_progress(Unit.objects.filter(pk=unit.pk), [make_period(number=number)]).get()
    return getattr(found, f"progress_{number}")


def test_progress_goes_on_in_a_new_version_and_in_an_amendment(
    client, government, operator_kesehatan, plan, step
):
    say(step, "60")
    second = begun(government, plan.agreement, "Anggaran bergeser.")
    take("submit", second, government.users.kepala_kesehatan)
    take("approve", second, government.users.bagian_organisasi)
    new_agreement = put_into(amendment_of(plan.agreement), "in_signing")
    Agreement.objects.filter(pk=plan.agreement_id).update(status="superseded")
    third = begun(government, put_into(new_agreement, "in_force"))
    take("submit", third, government.users.kepala_kesehatan)
    take("approve", third, government.users.bagian_organisasi)
    client.force_login(operator_kesehatan)
    (_, line, _) = client.get(address(third)).context["rows"][0]
    assert line.row.percent == 60
    assert how_far(government.kesehatan, 1) == 60


def test_the_mean_is_of_steps_begun_and_reported(government):
    draft = complete(government)
    late = add_step(draft, government, "Evaluasi", first_month=7, last_month=9)
    other = add_step(draft, government, "Pelatihan", first_month=1, last_month=12)
    take("submit", draft, government.users.kepala_kesehatan)
    plan = take("approve", draft, government.users.bagian_organisasi)
    first = plan.steps.exclude(pk__in=[late.pk, other.pk]).get()
    assert how_far(government.kesehatan, 1) is None
    say(first, "50")
    assert how_far(government.kesehatan, 1) == 50
    say(other, "20")
    say(other, "40", number=2)
    assert [how_far(government.kesehatan, number) for number in (1, 2, 3)] == [35, 45, 45]
    say(late, "0", number=3)
    assert [how_far(government.kesehatan, number) for number in (2, 3)] == [45, 30]
    assert how_far(government.pendidikan, 3) is None


def test_of_a_draft_nothing_is_counted(government):
    draft = complete(government)
    say(draft.steps.get(), "10")
    assert how_far(government.kesehatan, 4) is None


@pytest.mark.parametrize(("month", "quarter"), [(1, 1), (3, 1), (4, 2), (12, 4)])
def test_months_belong_to_quarters(month, quarter):
    assert steps.quarter_of(month) == quarter


# --- the target of the quarter on the page of entry -------------------------------------------------------


def test_the_entry_page_shows_the_target_of_the_quarter(client, time_machine, operator_kesehatan, plan):
    time_machine.move_to("2026-12-20 05:00Z", tick=False)
    client.force_login(operator_kesehatan)
    unit = plan.agreement.unit_id
    fourth = text(client.get(reverse("evaluations:entry", args=(2026, unit, 4))))
    third = text(client.get(reverse("evaluations:entry", args=(2026, unit, 3))))
    assert "Target 10,00\xa0%, target TW IV 10,00\xa0%" in fourth
    assert "target TW III" not in third
