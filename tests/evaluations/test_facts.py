"""The page of one fact, where every printed figure leads; and the results on an agreement's page."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agreements.enums import Status
from evaluations import workflow
from evaluations.locking import finalise_locked
from evaluations.models import Evidence, EvidenceUse, Extension
from evaluations.results import result_of
from tests.evaluations.test_results import amend
from tests.evaluations.test_workflow import REASON, who
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


def promised(government, position, value, indicator=None):
    agreement = make_agreement(position)
    add_promise(agreement, indicator or government.stunting, government.sasaran, value=Decimal(value))
    put_into(agreement, Status.IN_FORCE)
    return agreement


def submitted(government, value="12", indicator=None):
    return make_realisation(
        indicator or government.stunting,
        make_period(number=1),
        value,
        status="submitted",
        submitted_by=government.users.operator_kesehatan,
        submitted_at=timezone.now(),
        supporting="Kader aktif",
    )


def detail(row):
    return reverse("evaluations:realisation_detail", args=(row.period.year, row.pk))


def test_who_reads_a_fact_through_a_promise_alone_reads_what_proves_it_but_does_not_open_it(
    client, government, kepala_kesehatan, kepala_pendidikan
):
    indicator = make_indicator(government.pendidikan, "Murid yang diperiksa")
    promised(government, government.kadinkes, "10", indicator)
    row = submitted(government, indicator=indicator)
    proof = Evidence.objects.create(
        unit=government.pendidikan,
        year=2026,
        title="Rekap UKS",
        link="https://contoh.go.id/uks",
        added_by=government.users.kepala_pendidikan,
    )
    EvidenceUse.objects.create(evidence=proof, realisation=row)
    for person, opens in ((kepala_kesehatan, False), (kepala_pendidikan, True)):
        client.force_login(person)
        page = client.get(detail(row)).text
        assert "Rekap UKS" in page
        assert (proof.link in page) is opens


def test_a_fact_shows_its_three_values_its_promises_and_its_history(client, government, inspektorat):
    promised(government, government.kadinkes, "10")
    promised(government, government.kabid, "8")
    row = submitted(government)
    workflow.perform(
        "correct",
        row,
        who(government.users.bagian_organisasi),
        values={"value": Decimal("11")},
        reason=REASON,
    )
    finalise_locked(timezone.make_aware(timezone.datetime(2026, 5, 1)))
    client.force_login(inspektorat)
    page = client.get(detail(row)).content.decode()
    for text in (
        "12,00\xa0%",
        "11,00\xa0%",
        "Operator Kesehatan",
        "Bagian Organisasi",
        REASON,
        "Kader aktif",
        "Kepala Dinas Kesehatan",
        "Kepala Bidang Kesehatan Masyarakat",
        "(2 × 10,00 − 11,00) ÷ 10,00 = 90,00\xa0%",
        "(2 × 8,00 − 11,00) ÷ 8,00 = 62,50\xa0%",
        "mengoreksi realisasi",
        "menetapkan realisasi final",
    ):
        assert text in page, text


def test_an_unverified_fact_is_provisional(client, government, inspektorat):
    promised(government, government.kadinkes, "10")
    client.force_login(inspektorat)
    page = client.get(detail(submitted(government))).content.decode()
    assert "Belum diverifikasi, jadi sementara" in page
    assert '<span class="provisional">sementara</span>' in page


def test_a_fact_of_extended_time_names_its_end(client, government, inspektorat, time_machine):
    row = submitted(government)
    client.force_login(inspektorat)
    page = client.get(detail(row)).content.decode()
    assert "Diajukan oleh Operator Kesehatan" in page
    assert "Ditetapkan saat periode dikunci, " in page
    Extension.objects.create(
        period=row.period,
        unit=government.kesehatan,
        reason=REASON,
        expires=date(2026, 6, 30),
        granted_by=government.users.bagian_organisasi,
    )
    assert "diperpanjang" not in client.get(detail(row)).content.decode()
    time_machine.move_to("2026-06-29 05:00Z", tick=False)
    workflow.perform("verify", row, who(government.users.bagian_organisasi, date(2026, 6, 29)))
    finalise_locked()
    time_machine.move_to("2026-09-01 05:00Z", tick=False)
    client.force_login(inspektorat)
    page = client.get(detail(row)).content.decode()
    assert "waktu diperpanjang sampai 30 Juni 2026" in page
    assert "Ditetapkan saat periode dikunci" not in page


def test_who_signed_a_promise_reads_the_fact_it_rests_on(client, government):
    row = submitted(government)
    holder = government.users.orang_luar
    government.official_kabid.account = holder
    government.official_kabid.save()
    client.force_login(holder)
    assert client.get(detail(row)).status_code == 404
    promised(government, government.kabid, "8")
    assert client.get(detail(row)).status_code == 200


LEVELS = {"regent": ("12", "83,33"), "kadinkes": ("10", "60,00"), "kabid": ("8", "25,00")}


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("inspektorat", {"regent", "kadinkes", "kabid"}),
        ("bagian_organisasi", {"regent", "kadinkes", "kabid"}),
        ("bupati", {"regent", "kadinkes", "kabid"}),
        ("kepala_kesehatan", {"kadinkes", "kabid"}),
        ("operator_kesehatan", {"kadinkes", "kabid"}),
        ("orang_luar", {"kabid"}),
    ],
)
def test_one_fact_is_read_by_every_level_each_with_its_own_target(client, government, person, seen):
    """14 % promised as 12 by the regent, 10 by the head and 8 by the Kabid; one's own level is what one reads."""
    government.official_kabid.account = government.users.orang_luar
    government.official_kabid.save()
    agreements = {
        name: promised(government, getattr(government, name), target) for name, (target, _) in LEVELS.items()
    }
    row = submitted(government, "14")
    client.force_login(getattr(government.users, person))
    response = client.get(detail(row))
    shown = {agreement.pk: result for agreement, result in response.context["results"]}
    assert set(shown) == {agreements[name].pk for name in seen}
    page = response.content.decode()
    for name, (target, percent) in LEVELS.items():
        assert (f"target {target},00\xa0%" in page.lower()) is (name in seen)
        assert (f"{percent}\xa0%" in page) is (name in seen)
        if name in seen:
            percentage = Decimal(percent.replace(",", "."))
            assert round(shown[agreements[name].pk].result.raw, 2) == percentage


def test_an_amended_level_is_shown_with_both_its_targets(client, government, inspektorat):
    agreement = promised(government, government.kadinkes, "10")
    amendment = amend(government, agreement, date(2026, 4, 3), value=Decimal("12"))
    client.force_login(inspektorat)
    response = client.get(detail(submitted(government, "14")))
    found = [(each.pk, result.target_text) for each, result in response.context["results"]]
    assert found == [(agreement.pk, "10,00\xa0%"), (amendment.pk, "12,00\xa0%")]


def test_a_draft_of_another_opens_no_door(client, government, operator_pendidikan):
    draft = make_agreement(government.kadikbud)
    add_promise(draft, government.stunting, value=Decimal("8"))
    client.force_login(operator_pendidikan)
    assert client.get(detail(submitted(government))).status_code == 404


def test_the_page_takes_as_many_queries_for_ten_promises_as_for_one(client, government, inspektorat):
    row = submitted(government)
    promised(government, government.kadinkes, "10")
    client.force_login(inspektorat)

    def count():
        client.get(detail(row))
        with CaptureQueriesContext(connection) as captured:
            client.get(detail(row))
        return len(captured)

    few = count()
    for number in range(9):
        position = make_position(government.bidang, f"Kepala Seksi {number}", heads=False)
        promised(government, position, "8")
    assert count() == few <= 20


def rendered(agreement, day=date(2026, 4, 5)):
    return render_to_string("evaluations/_agreement_result.html", {"result": result_of(agreement, day)})


def test_results_of_an_agreement_lead_with_the_headline_and_to_each_fact(government):
    agreement = promised(government, government.kadinkes, "10")
    row = submitted(government)
    page = rendered(agreement)
    assert page.index("0 dari 1 indikator tercapai") < page.index("80,00\xa0%")
    assert detail(row) in page
    assert "sementara" in page
    assert "Sangat Tinggi di atas 90" in page
    assert "(2 × 10,00 − 12,00) ÷ 10,00 = 80,00\xa0%" in page


def test_results_before_the_first_quarter_say_so(government):
    agreement = promised(government, government.kadinkes, "10")
    assert "Belum ada triwulan yang diukur" in rendered(agreement, date(2026, 2, 1))


def test_results_escape_what_people_typed(government):
    indicator = make_indicator(government.kesehatan, "<script>alert(1)</script>")
    agreement = promised(government, government.kadinkes, "10", indicator)
    submitted(government, indicator=indicator)
    assert "<script>" not in rendered(agreement)
