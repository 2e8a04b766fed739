"""Verifying: single values accepted, corrected or returned, with what accepting them comes to."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agreements.enums import Status
from agreements.models import YearPolicy
from evaluations.models import Evidence, EvidenceUse, Realisation
from records.models import Event
from tests.factories import (
    add_promise,
    make_agreement,
    make_indicator,
    make_period,
    make_realisation,
    put_into,
)

REASON = "Sesuai dokumen SSGI halaman 12"


@pytest.fixture(autouse=True)
def _in_april(time_machine):
    time_machine.move_to("2026-04-15 05:00Z", tick=False)


def address(unit):
    return reverse("evaluations:verify", args=(2026, unit.pk, 1))


@pytest.fixture
def submitted(government, operator_kesehatan):
    """A submitted value of 12 %, promised with a target of 10 %."""
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, government.stunting, government.sasaran, value=Decimal("10"))
    put_into(agreement, Status.IN_FORCE)
    return submit(government.stunting, operator_kesehatan, "12")


def submit(indicator, user, value="8"):
    return make_realisation(
        indicator,
        make_period(number=1),
        value,
        status="submitted",
        submitted_by=user,
        submitted_at=timezone.now(),
    )


def press(client, row, button, **fields):
    """Press a button of a row as the page offers it."""
    data = {f"v{row.pk}-version": row.version} | {f"v{row.pk}-{name}": text for name, text in fields.items()}
    return client.post(address(row.indicator.unit), data | {button: row.pk}, follow=True)


def test_the_list_puts_what_waits_first(client, government, bagian_organisasi, operator_pendidikan):
    submit(government.literasi, operator_pendidikan)
    client.force_login(bagian_organisasi)
    response = client.get(reverse("evaluations:verify_list", args=(2026,)))
    assert [unit.name for unit, _ in response.context["board"].rows] == [
        "Dinas Pendidikan dan Kebudayaan",
        "Dinas Kesehatan",
    ]
    assert "1 menunggu" in response.content.decode()


def test_each_value_shows_what_accepting_it_comes_to(client, submitted, bagian_organisasi):
    client.force_login(bagian_organisasi)
    page = client.get(address(submitted.indicator.unit)).content.decode()
    assert "12,00\xa0%" in page
    assert "bila diterima, capaian <strong>80,00\xa0%</strong>" in page
    assert "(2 × 10,00 − 12,00) ÷ 10,00" in page


def test_a_value_is_accepted(client, submitted, bagian_organisasi):
    client.force_login(bagian_organisasi)
    page = press(client, submitted, "verify").content.decode()
    submitted.refresh_from_db()
    assert (submitted.status, submitted.verified_value, submitted.verified_by) == (
        "verified",
        Decimal(12),
        bagian_organisasi,
    )
    assert "Nilai diterima." in page
    assert Event.objects.get().capacity == "Admin Kabupaten (Bagian Organisasi)"


def test_a_value_is_corrected_with_a_reason_and_the_claim_stays(client, submitted, bagian_organisasi):
    client.force_login(bagian_organisasi)
    press(client, submitted, "correct", value="12,5", correction_reason=REASON)
    submitted.refresh_from_db()
    assert (submitted.claimed_value, submitted.verified_value) == (Decimal(12), Decimal("12.5"))
    assert submitted.correction_reason == REASON


def test_the_correction_starts_from_what_was_submitted(client, government, submitted, bagian_organisasi):
    ratio = make_indicator(government.kesehatan, "Ditimbang", kind="ratio")
    row = make_realisation(
        ratio,
        make_period(number=1),
        None,
        status="submitted",
        claimed_numerator=Decimal(1880),
        claimed_denominator=Decimal(2000),
    )
    client.force_login(bagian_organisasi)
    response = client.get(address(government.kesehatan))
    shown = {judged.line.row: judged.form for judged in response.context["waiting"]}
    assert [field.value() for field in shown[submitted].values] == ["12"]
    assert [field.value() for field in shown[row].values] == ["1.880", "2.000"]
    assert f'name="v{submitted.pk}-value" value="12"' in response.content.decode()


def test_a_value_without_evidence_is_marked(client, government, submitted, bagian_organisasi):
    mark = '<span class="provisional">Tanpa data dukung</span>'
    client.force_login(bagian_organisasi)
    assert mark in client.get(address(government.kesehatan)).content.decode()
    proof = Evidence.objects.create(
        unit=government.kesehatan,
        year=2026,
        title="SSGI",
        link="https://contoh.go.id",
        added_by=bagian_organisasi,
    )
    EvidenceUse.objects.create(realisation=submitted, evidence=proof)
    assert mark not in client.get(address(government.kesehatan)).content.decode()


def test_a_value_is_returned_with_a_reason(client, submitted, bagian_organisasi, operator_kesehatan):
    client.force_login(bagian_organisasi)
    press(client, submitted, "return", return_reason=REASON)
    submitted.refresh_from_db()
    assert submitted.status == "returned"
    client.force_login(operator_kesehatan)
    entry = client.get(reverse("evaluations:entry", args=(2026, submitted.indicator.unit_id, 1)))
    assert REASON in entry.content.decode()


@pytest.mark.parametrize(
    ("button", "fields", "sentence"),
    [
        ("return", {"return_reason": "salah"}, "paling sedikit 10 huruf"),
        ("correct", {"value": "12,5"}, "paling sedikit 10 huruf"),
        ("correct", {"value": "12,5x", "correction_reason": REASON}, "tidak terbaca"),
        ("correct", {"value": "", "correction_reason": REASON}, "Isi nilai koreksinya"),
        ("correct", {"value": "12", "correction_reason": REASON}, "sama dengan nilai menurut PD"),
    ],
)
def test_what_is_lacking_is_said_and_what_was_typed_is_kept(
    client, submitted, bagian_organisasi, button, fields, sentence
):
    client.force_login(bagian_organisasi)
    page = press(client, submitted, button, **fields).content.decode()
    assert sentence in page
    for text in fields.values():
        assert text in page
    submitted.refresh_from_db()
    assert submitted.status == "submitted"


def test_marked_values_are_accepted_together(client, government, submitted, bagian_organisasi):
    user = government.users.operator_kesehatan
    rows = [submitted, *(submit(make_indicator(government.kesehatan, f"I{n}"), user) for n in range(3))]
    client.force_login(bagian_organisasi)
    data = {f"v{row.pk}-version": row.version for row in rows}
    data["marked"] = [str(row.pk) for row in rows[:3]]
    page = client.post(address(government.kesehatan), data, follow=True).content.decode()
    assert "3 nilai diterima." in page
    assert Realisation.objects.filter(status="verified").count() == 3
    assert Realisation.objects.get(status="submitted") == rows[3]


def test_without_a_mark_nothing_happens(client, submitted, bagian_organisasi):
    client.force_login(bagian_organisasi)
    response = client.post(address(submitted.indicator.unit), {f"v{submitted.pk}-version": 1})
    assert "Tandai dulu" in response.content.decode()
    assert not Event.objects.exists()


def test_a_row_of_another_unit_cannot_be_slipped_in(client, government, submitted, bagian_organisasi):
    foreign = submit(government.literasi, government.users.operator_pendidikan)
    client.force_login(bagian_organisasi)
    data = {"verify": foreign.pk, f"v{foreign.pk}-version": 1}
    assert "bukan bagian Anda" in client.post(address(government.kesehatan), data).content.decode()
    foreign.refresh_from_db()
    assert foreign.status == "submitted"


def test_a_row_changed_meanwhile_is_left_alone(client, submitted, bagian_organisasi):
    client.force_login(bagian_organisasi)
    submitted.version = 7
    page = press(client, submitted, "verify").content.decode()
    assert "diubah orang lain" in page
    assert Realisation.objects.get().status == "submitted"


def test_ones_own_submission_has_no_buttons(client, government, bagian_organisasi):
    row = submit(government.stunting, bagian_organisasi)
    client.force_login(bagian_organisasi)
    page = client.get(address(government.kesehatan)).content.decode()
    assert 'name="verify"' not in page
    assert "orang lain yang memverifikasi" in page
    press(client, row, "verify")
    row.refresh_from_db()
    assert row.status == "submitted"


def test_a_tiny_office_verifies_its_own_and_the_page_says_so(client, government, bagian_organisasi):
    YearPolicy.objects.filter(year=2026).update(tiny_office=True)
    row = submit(government.stunting, bagian_organisasi)
    client.force_login(bagian_organisasi)
    press(client, row, "verify")
    row.refresh_from_db()
    assert row.verified_own
    page = client.get(reverse("evaluations:realisation_detail", args=(2026, row.pk))).content.decode()
    assert "Diverifikasi oleh pengajunya sendiri" in page


def test_the_planner_verifies_the_bureaus_own_unit_and_only_that(client, government, perencana):
    row = submit(make_indicator(government.bureau, "Nilai SAKIP"), government.users.bagian_organisasi)
    client.force_login(perencana)
    assert client.get(address(government.kesehatan)).status_code == 403
    press(client, row, "verify")
    row.refresh_from_db()
    assert row.status == "verified"
    response = client.get(reverse("evaluations:verify_list", args=(2026,)))
    assert [unit for unit, _ in response.context["board"].rows] == [government.bureau]


def test_after_the_lock_a_value_stays_as_it_is(client, submitted, bagian_organisasi, time_machine):
    time_machine.move_to("2026-05-02 05:00Z", tick=False)
    client.force_login(bagian_organisasi)
    page = client.get(address(submitted.indicator.unit)).content.decode()
    assert 'name="verify"' not in page
    assert "tetap sementara" in page


def test_a_stranger_is_refused_and_written_down(client, submitted, inspektorat):
    client.force_login(inspektorat)
    assert press(client, submitted, "verify").status_code == 403
    assert Event.objects.get().refused


def count(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_page_takes_as_many_queries_for_thirty_values_as_for_three(
    client, government, submitted, bagian_organisasi
):
    user = government.users.operator_kesehatan
    for number in range(2):
        submit(make_indicator(government.kesehatan, f"A{number}"), user)
    client.force_login(bagian_organisasi)
    few = count(client, address(government.kesehatan))
    for number in range(27):
        submit(make_indicator(government.kesehatan, f"B{number}"), user)
    assert count(client, address(government.kesehatan)) == few <= 20
