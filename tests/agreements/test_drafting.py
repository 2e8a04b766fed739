"""Writing a draft through its pages: nothing typed is lost, nothing half-done is saved."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agreements.enums import Form, Status
from agreements.models import (
    Agreement,
    AgreementIndicator,
    AgreementObjective,
    IndicatorTarget,
    Objective,
    Scale,
    ScaleStep,
    Signature,
)
from records import files
from records.history import history_of
from tests.agreements.steps import complete_draft, in_signing, ready, small_pdf
from tests.factories import (
    add_promise,
    make_agreement,
    make_budget,
    make_indicator,
    make_objective,
)


@pytest.fixture
def operator(client, operator_kesehatan):
    client.force_login(operator_kesehatan)
    return client


def address(name: str, agreement: Agreement, *more) -> str:
    return reverse(f"agreements:{name}", args=(agreement.year, agreement.pk, *more))


def send(client, name: str, agreement: Agreement, *more, **data):
    """Send a page of the draft as it was opened a moment ago."""
    version = Agreement.objects.get(pk=agreement.pk).version
    return client.post(address(name, agreement, *more), {"version": version, **data})


def test_a_draft_is_started_for_a_position_with_its_superior(operator, government):
    answer = operator.post(reverse("agreements:create", args=(2026,)), {"position": government.kadinkes.pk})
    agreement = Agreement.objects.get()
    assert answer.headers["Location"] == address("compose", agreement)
    assert (agreement.second_position, agreement.form, agreement.unit) == (
        government.regent,
        Form.TWO_PARTY,
        government.kesehatan,
    )


def test_positions_of_other_units_are_not_offered(operator, government):
    page = operator.get(reverse("agreements:create", args=(2026,))).content.decode()
    assert "Kepala Dinas Kesehatan" in page
    assert "Kepala Dinas Pendidikan" not in page
    operator.post(reverse("agreements:create", args=(2026,)), {"position": government.kadikbud.pk})
    assert not Agreement.objects.exists()


def test_a_position_has_one_agreement_under_way(operator, government):
    make_agreement(government.kadinkes)
    page = operator.get(reverse("agreements:create", args=(2026,))).content.decode()
    assert "Kepala Dinas Kesehatan" not in page


def test_objectives_come_from_the_plan_or_become_part_of_it(operator, government):
    agreement = make_agreement(government.kadinkes)
    send(
        operator,
        "objectives",
        agreement,
        objectives=[government.sasaran.pk],
        new_text="Meningkatnya mutu layanan",
    )
    assert [o.text for o in agreement.objectives.all()] == [
        government.sasaran.text,
        "Meningkatnya mutu layanan",
    ]
    assert Objective.objects.filter(unit=government.kesehatan, text="Meningkatnya mutu layanan").exists()


def test_an_empty_choice_of_objectives_is_a_sentence(operator, government):
    answer = send(operator, "objectives", make_agreement(government.kadinkes))
    assert answer.status_code == 422
    assert "Pilih paling sedikit satu sasaran" in answer.content.decode()


def test_picked_indicators_bring_the_planned_target(operator, government):
    agreement = make_agreement(government.kadinkes)
    row = AgreementObjective.objects.create(
        agreement=agreement, objective=government.sasaran, text=government.sasaran.text
    )
    IndicatorTarget.objects.create(indicator=government.stunting, year=2026, value=Decimal("15.8"))
    send(operator, "pick_indicators", agreement, row.pk, indikator=[government.stunting.pk])
    promised = AgreementIndicator.objects.get()
    assert (promised.value, promised.polarity, promised.lower_method) == (Decimal("15.8"), "lower", "selisih")


def test_indicators_of_units_out_of_sight_cannot_be_picked(operator, government):
    agreement = make_agreement(government.kadinkes)
    row = AgreementObjective.objects.create(
        agreement=agreement, objective=government.sasaran, text=government.sasaran.text
    )
    send(operator, "pick_indicators", agreement, row.pk, indikator=[government.literasi.pk])
    assert not AgreementIndicator.objects.exists()


def targets_of(agreement, **values) -> dict:
    agreement.refresh_from_db()
    return {"version": agreement.version, **values}


def test_targets_are_typed_the_indonesian_way(operator, government):
    agreement = make_agreement(government.kadinkes)
    promised = add_promise(agreement, government.stunting, government.sasaran, value=None)
    operator.post(address("compose", agreement), targets_of(agreement, **{f"t{promised.pk}_value": "15,8"}))
    promised.refresh_from_db()
    assert promised.value == Decimal("15.8")


def test_a_doubtful_number_is_asked_about_and_nothing_is_saved(operator, government):
    agreement = make_agreement(government.kadinkes)
    first = add_promise(agreement, government.stunting, government.sasaran, value=Decimal("16"))
    other = make_indicator(government.kesehatan, "Angka kematian bayi")
    second = add_promise(agreement, other, government.sasaran, value=None)
    answer = operator.post(
        address("compose", agreement),
        targets_of(agreement, **{f"t{first.pk}_value": "1.5", f"t{second.pk}_value": "9,8"}),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'name="t{first.pk}_value__reading"' in page
    assert 'value="9,8"' in page
    second.refresh_from_db()
    assert second.value is None


def test_every_kind_of_target_has_its_fields(operator, government):
    agreement = make_agreement(government.kadinkes)
    scale = Scale.objects.create(name="Opini BPK")
    for rank, name in enumerate(("TMP", "TW", "WDP", "WTP"), start=1):
        ScaleStep.objects.create(scale=scale, rank=rank, name=name)
    rows = {}
    for kind, more in (("range", {}), ("scale", {"scale": scale}), ("date", {}), ("ratio", {})):
        indicator = make_indicator(government.kesehatan, f"Indikator {kind}", kind=kind, **more)
        rows[kind] = add_promise(agreement, indicator, government.sasaran, value=None)
    page = operator.get(address("compose", agreement)).content.decode()
    assert f'<select name="t{rows["scale"].pk}_step" class="form-select"' in page
    operator.post(
        address("compose", agreement),
        targets_of(
            agreement,
            **{
                f"t{rows['range'].pk}_low": "60",
                f"t{rows['range'].pk}_high": "85",
                f"t{rows['scale'].pk}_step": "4",
                f"t{rows['date'].pk}_date": "2026-11-30",
                f"t{rows['ratio'].pk}_value": "74,2",
            },
        ),
    )
    for row in rows.values():
        row.refresh_from_db()
    assert (rows["range"].low, rows["range"].high) == (60, 85)
    assert rows["scale"].step == 4
    assert rows["date"].date == date(2026, 11, 30)
    assert rows["ratio"].value == Decimal("74.2")


def test_a_range_the_wrong_way_round_is_a_sentence(operator, government):
    agreement = make_agreement(government.kadinkes)
    indicator = make_indicator(government.kesehatan, "BOR", kind="range")
    row = add_promise(agreement, indicator, government.sasaran, low=None)
    answer = operator.post(
        address("compose", agreement),
        targets_of(agreement, **{f"t{row.pk}_low": "85", f"t{row.pk}_high": "60"}),
    )
    assert "Tukar keduanya" in answer.content.decode()


def test_two_people_on_one_draft_do_not_overwrite_each_other(operator, government):
    agreement = make_agreement(government.kadinkes)
    promised = add_promise(agreement, government.stunting, government.sasaran, value=Decimal("16"))
    stale = {"version": agreement.version, f"t{promised.pk}_value": "14"}
    operator.post(
        address("compose", agreement), {"version": agreement.version, f"t{promised.pk}_value": "15"}
    )
    answer = operator.post(address("compose", agreement), stale)
    page = answer.content.decode()
    assert "baru saja diubah orang lain" in page
    assert 'value="14"' in page
    promised.refresh_from_db()
    assert promised.value == 15


def test_after_a_conflict_the_second_save_goes_through(operator, government):
    agreement = make_agreement(government.kadinkes)
    promised = add_promise(agreement, government.stunting, government.sasaran, value=Decimal("16"))
    stale = {"version": 0, f"t{promised.pk}_value": "14"}
    answer = operator.post(address("compose", agreement), stale)
    assert "Disimpan orang lain: <strong>16" in answer.content.decode()
    version = answer.context["form"]["version"].value()
    operator.post(address("compose", agreement), {"version": version, f"t{promised.pk}_value": "14"})
    promised.refresh_from_db()
    assert promised.value == 14


def test_budgets_are_copied_with_their_amount(operator, government):
    agreement = make_agreement(government.kadinkes)
    budget = make_budget(government.kesehatan, amount="1234567890.50")
    make_budget(government.pendidikan, code="1.01.02")
    page = operator.get(address("budgets", agreement))
    assert [line.programme for line in page.context["offered"]] == [budget.programme]
    operator.post(
        address("budgets", agreement), targets_of(agreement, lines=[page.context["offered"][0].key])
    )
    line = agreement.budgets.get()
    budget.amount = 1
    budget.save()
    assert line.amount == Decimal("1234567890.50")


def test_the_revised_budget_replaces_the_original(operator, government):
    agreement = make_agreement(government.kadinkes)
    make_budget(government.kesehatan, amount="100")
    make_budget(government.kesehatan, amount="80", version="revised")
    offered = operator.get(address("budgets", agreement)).context["offered"]
    assert [line.amount for line in offered] == [80]


def test_the_regents_table_sums_programmes_over_units(client, bagian_organisasi, government):
    agreement = make_agreement(government.regent)
    make_budget(government.kesehatan, amount="100")
    make_budget(government.pendidikan, amount="50")
    client.force_login(bagian_organisasi)
    offered = client.get(address("budgets", agreement)).context["offered"]
    assert [line.amount for line in offered] == [150]


def test_another_second_party_needs_a_reason(operator, government):
    agreement = make_agreement(government.kadinkes)
    answer = send(operator, "parties", agreement, second_position=government.sekda.pk)
    assert "Isi alasan memilih yang lain" in answer.content.decode()
    send(
        operator,
        "parties",
        agreement,
        second_position=government.sekda.pk,
        second_reason="Kebijakan daerah.",
    )
    agreement.refresh_from_db()
    assert agreement.second_position == government.sekda


def test_a_frozen_agreement_cannot_be_composed_any_more(operator, government):
    agreement = ready(government)
    promised = AgreementIndicator.objects.get()
    for name in ("compose", "parties", "objectives", "budgets"):
        assert operator.post(address(name, agreement), {"version": 1}).status_code == 302
    send(operator, "compose", agreement, hapus_indikator=promised.pk)
    assert AgreementIndicator.objects.filter(pk=promised.pk).exists()


def test_every_change_of_a_draft_is_in_its_history(operator, government):
    agreement = make_agreement(government.kadinkes)
    send(operator, "objectives", agreement, objectives=[government.sasaran.pk])
    row = agreement.objectives.get()
    send(operator, "pick_indicators", agreement, row.pk, indikator=[government.stunting.pk])
    promised = AgreementIndicator.objects.get()
    operator.post(address("compose", agreement), targets_of(agreement, **{f"t{promised.pk}_value": "15"}))
    send(operator, "compose", agreement, hapus_indikator=promised.pk)
    send(operator, "compose", agreement, hapus_sasaran=row.pk)
    assert [e.action for e in history_of(agreement).order_by("number")] == [
        "Tambah sasaran",
        "Tambah indikator",
        "Isi target",
        "Hapus indikator",
        "Hapus sasaran",
    ]


# --- issue and signing ---------------------------------------------------------------------------


def test_a_signing_is_recorded_with_its_scan(client, bagian_organisasi, government):
    agreement = in_signing(government)
    client.force_login(bagian_organisasi)
    data = {
        "version": agreement.version,
        "signed_on": "2026-01-21",
        "place": "Contoh Kota",
        "both": "on",
    }
    scan = SimpleUploadedFile("pk.pdf", small_pdf())
    answer = client.post(address("sign", agreement), {**data, "scan": scan})
    assert answer.status_code == 302
    agreement.refresh_from_db()
    assert agreement.status == Status.IN_FORCE
    signature = Signature.objects.first()
    scanned = client.get(address("scan", agreement, signature.pk))
    assert scanned.content == files.read(signature.file)
    assert scanned["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scan": SimpleUploadedFile("pk.pdf", b"<script>")}, "bukan jenis yang diterima"),
        ({"signed_on": "2099-01-21"}, "belum terjadi"),
        ({"both": ""}, "Centang setelah memeriksa"),
    ],
)
def test_a_bad_signing_form_is_a_sentence(change, words, client, bagian_organisasi, government):
    agreement = in_signing(government)
    client.force_login(bagian_organisasi)
    data = {
        "version": agreement.version,
        "signed_on": "2026-01-21",
        "place": "Contoh Kota",
        "both": "on",
        "scan": SimpleUploadedFile("pk.pdf", small_pdf()),
    }
    answer = client.post(address("sign", agreement), {**data, **change})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Signature.objects.exists()


def test_the_draft_pdf_is_made_anew_and_marked(client, kepala_kesehatan, government):
    client.force_login(kepala_kesehatan)
    answer = client.get(address("pdf", complete_draft(government)))
    assert answer.content.startswith(b"%PDF-")
    assert "DRAF" in answer["Content-Disposition"]


def test_the_issued_pdf_is_the_stored_one(client, kepala_kesehatan, government):
    client.force_login(kepala_kesehatan)
    agreement = in_signing(government)
    assert client.get(address("pdf", agreement)).content == files.read(agreement.issues.get().pdf)


# --- the same few queries for any number of rows ----------------------------------------------------


@pytest.mark.parametrize("name", ["detail", "compose"])
def test_pages_of_a_draft_keep_their_queries(name, operator, government, django_assert_max_num_queries):
    agreement = make_agreement(government.kadinkes)
    for number in range(3):
        add_promise(agreement, make_indicator(government.kesehatan, f"I{number}"), government.sasaran)
    operator.get(address(name, agreement))  # the session notes its first page
    with django_assert_max_num_queries(20) as three:
        operator.get(address(name, agreement))
    for number in range(27):
        objective = make_objective(government.kesehatan, f"Sasaran {number}")
        add_promise(agreement, make_indicator(government.kesehatan, f"J{number}"), objective)
    with django_assert_max_num_queries(20) as thirty:
        operator.get(address(name, agreement))
    assert len(thirty) == len(three)


def test_the_register_keeps_its_queries(client, bagian_organisasi, government, django_assert_max_num_queries):
    client.force_login(bagian_organisasi)
    where = reverse("agreements:list", args=(2026,))
    make_agreement(government.kadinkes)
    client.get(where)  # the session notes its first page
    with django_assert_max_num_queries(20) as one:
        client.get(where)
    for position in (government.kadikbud, government.sekda, government.kabid, government.regent):
        make_agreement(position)
    with django_assert_max_num_queries(20) as five:
        client.get(where)
    assert len(one) == len(five)
