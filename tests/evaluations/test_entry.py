"""Typing values: one form for all of a unit's indicators, nothing lost, nothing half saved."""

import io
from datetime import date
from decimal import Decimal

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.enums import Accumulation, Calendar, Kind, Polarity, Status
from agreements.models import Agreement, Indicator, Scale, ScaleStep
from evaluations.models import Realisation
from records.history import history_of
from records.models import Event
from tests.factories import (
    add_promise,
    make_agreement,
    make_indicator,
    make_period,
    make_realisation,
    make_unit,
    put_into,
)

OPEN = "2026-04-05"
NOON = f"{OPEN} 05:00Z"


@pytest.fixture(autouse=True)
def _in_april(time_machine):
    time_machine.move_to(NOON, tick=False)


def address(unit, number=1):
    return reverse("evaluations:entry", args=(2026, unit.pk, number))


def sent(response) -> dict[str, str]:
    """What a browser would send back of the page as it is shown, without pressing a named button."""
    data = {}
    for _, _, form in response.context["rows"]:
        if form is None:
            continue
        for bound in form:
            value = bound.value()
            if bound.name == "uploads" or value is None:
                continue
            data[bound.html_name] = str(bound.field.prepare_value(value))
    if response.context["reason"]:
        data["filled_in_reason"] = ""
    return data


def opened(client, account, unit, number=1) -> dict[str, str]:
    client.force_login(account)
    response = client.get(address(unit, number))
    assert response.status_code == 200
    return sent(response)


def stored(indicator, number=1):
    return Realisation.objects.get(indicator=indicator, period__number=number, period__year=2026)


# --- the overview -----------------------------------------------------------------------------


def test_the_list_says_how_far_each_unit_is_and_what_is_due(client, government, operator_kesehatan):
    make_indicator(government.kesehatan, "Cakupan")
    make_realisation(government.stunting, make_period(number=1))
    client.force_login(operator_kesehatan)
    page = client.get(reverse("evaluations:entry_list", args=(2026,))).content.decode()
    assert "1 dari 2 terisi" in page
    assert "Batas isi 10 April 2026, 5 hari lagi" in page
    assert "Dibuka 16 Juni 2026" in page
    assert address(government.kesehatan) in page
    assert "Dinas Pendidikan" not in page


def test_the_bureau_sees_all_units_with_indicators_and_can_search(client, government, bagian_organisasi):
    client.force_login(bagian_organisasi)
    url = reverse("evaluations:entry_list", args=(2026,))
    names = [unit.name for unit, _ in client.get(url).context["board"].rows]
    assert names == ["Dinas Kesehatan", "Dinas Pendidikan dan Kebudayaan"]
    assert [unit.name for unit, _ in client.get(url, {"cari": "didik"}).context["board"].rows] == [names[1]]


# --- the page ---------------------------------------------------------------------------------


def test_the_page_shows_targets_last_value_and_what_to_type(client, government, operator_kesehatan):
    agreement = make_agreement(government.kadinkes)
    add_promise(agreement, government.stunting, government.sasaran, value=Decimal("10"))
    put_into(agreement, Status.IN_FORCE)
    make_realisation(government.stunting, make_period(2025, 4), "12.5", status="submitted")
    client.force_login(operator_kesehatan)
    page = client.get(address(government.kesehatan)).content.decode()
    assert "Target 10,00\xa0%" in page
    assert "Kepala Dinas Kesehatan" in page
    assert "Nilai terakhir TW IV 2025: 12,50\xa0%" in page
    assert "Isi keadaan pada akhir triwulan" in page
    assert "10 April 2026" in page


def test_a_ratio_shows_its_formula_and_the_page_says_when_lower_is_better(
    client, government, operator_kesehatan
):
    words = "Balita ditimbang ÷ seluruh balita × 100"
    make_indicator(government.kesehatan, "Ditimbang", kind=Kind.RATIO, formula_words=words)
    make_indicator(government.kesehatan, "Rasio tanpa rumus", kind=Kind.RATIO)
    make_indicator(government.kesehatan, "Kematian", polarity=Polarity.LOWER)
    Indicator.objects.filter(pk=government.stunting.pk).update(polarity=Polarity.HIGHER)
    client.force_login(operator_kesehatan)
    page = client.get(address(government.kesehatan)).content.decode()
    assert page.count("Rumus: ") == 1
    assert f"Rumus: {words}" in page
    assert page.count("makin rendah makin baik") == 1


def test_only_what_is_measured_in_the_period_is_asked(client, government, operator_kesehatan):
    annual = make_indicator(government.kesehatan, "Tahunan", calendar=Calendar.ANNUAL)
    archived = make_indicator(government.kesehatan, "Lama", archived=True)
    client.force_login(operator_kesehatan)
    first = client.get(address(government.kesehatan, 1)).context["rows"]
    fourth = client.get(address(government.kesehatan, 4)).context["rows"]
    assert [line.indicator for _, line, _ in first] == [government.stunting]
    assert {line.indicator for _, line, _ in fourth} == {government.stunting, annual}
    assert archived.pk


def test_plain_sending_saves_drafts(client, government, operator_kesehatan):
    data = opened(client, operator_kesehatan, government.kesehatan)
    data[f"i{government.stunting.pk}-value"] = "12,5"
    response = client.post(address(government.kesehatan), data, follow=True)
    assert response.redirect_chain == [(address(government.kesehatan), 302)]
    row = stored(government.stunting)
    assert (row.status, row.claimed_value, row.changed_by) == ("draft", Decimal("12.5"), operator_kesehatan)
    assert "1 nilai disimpan." in response.content.decode()
    assert [event.action for event in history_of(row)] == ["menyimpan realisasi"]


def test_saving_twice_changes_nothing_the_second_time(client, government, operator_kesehatan):
    data = opened(client, operator_kesehatan, government.kesehatan)
    data[f"i{government.stunting.pk}-value"] = "12,5"
    client.post(address(government.kesehatan), data)
    response = client.post(address(government.kesehatan), data, follow=True)
    assert "Tidak ada yang berubah" in response.content.decode()
    assert (stored(government.stunting).version, Event.objects.count()) == (1, 1)


def test_submitting_sends_what_is_filled_and_names_what_is_not(client, government, operator_kesehatan):
    empty = make_indicator(government.kesehatan, "Cakupan imunisasi")
    make_realisation(make_indicator(government.kesehatan, "Sudah draf"), make_period(number=1), "5")
    data = opened(client, operator_kesehatan, government.kesehatan)
    data[f"i{government.stunting.pk}-value"] = "12,5"
    response = client.post(address(government.kesehatan), data | {"action": "submit"}, follow=True)
    page = response.content.decode()
    assert "2 nilai diajukan" in page
    assert "Belum diisi, jadi belum diajukan: Cakupan imunisasi" in page
    assert Realisation.objects.filter(status="submitted", submitted_by=operator_kesehatan).count() == 2
    assert not Realisation.objects.filter(indicator=empty).exists()


def test_submitting_twice_changes_nothing_the_second_time(client, government, operator_kesehatan):
    data = opened(client, operator_kesehatan, government.kesehatan)
    data |= {f"i{government.stunting.pk}-value": "12,5", "action": "submit"}
    client.post(address(government.kesehatan), data)
    assert client.post(address(government.kesehatan), data).status_code == 302
    assert stored(government.stunting).version == 1


def test_every_kind_has_its_own_field(client, government, operator_kesehatan):
    scale = Scale.objects.create(name="Opini")
    for rank, name in enumerate(("TMP", "TW", "WDP", "WTP"), 1):
        ScaleStep.objects.create(scale=scale, rank=rank, name=name)
    made = {
        kind: make_indicator(government.kesehatan, kind, kind=kind, scale=scale if kind == "scale" else None)
        for kind in ("ratio", "range", "scale", "date")
    }
    data = opened(client, operator_kesehatan, government.kesehatan)
    data |= {
        f"i{made['ratio'].pk}-numerator": "1.880",
        f"i{made['ratio'].pk}-denominator": "2.000",
        f"i{made['range'].pk}-value": "-2,5",
        f"i{made['scale'].pk}-step": "3",
        f"i{made['date'].pk}-date": "17 Maret 2026",
    }
    client.post(address(government.kesehatan), data)
    assert (stored(made["ratio"]).claimed_numerator, stored(made["ratio"]).claimed_denominator) == (
        1880,
        2000,
    )
    assert stored(made["range"]).claimed_value == Decimal("-2.5")
    assert stored(made["scale"]).claimed_step == 3
    assert stored(made["date"]).claimed_date == date(2026, 3, 17)


# --- what is wrong ----------------------------------------------------------------------------


def test_one_fault_saves_nothing_and_keeps_everything(client, government, operator_kesehatan):
    other = make_indicator(government.kesehatan, "Cakupan")
    data = opened(client, operator_kesehatan, government.kesehatan)
    bad, good = f"i{government.stunting.pk}", f"i{other.pk}"
    data |= {f"{bad}-value": "12,5x", f"{good}-value": "1.250", f"{good}-supporting": "Kader aktif"}
    response = client.post(address(government.kesehatan), data)
    page = response.content.decode()
    assert response.status_code == 200
    assert not Realisation.objects.exists()
    assert f'href="#id_{bad}-value"' in page
    assert f'id="id_{bad}-value"' in page
    assert 'value="12,5x"' in page
    assert 'value="1.250"' in page
    assert "Kader aktif" in page


def test_files_of_a_page_that_was_not_saved_are_asked_for_again(client, government, operator_kesehatan):
    other = make_indicator(government.kesehatan, "Cakupan")
    data = opened(client, operator_kesehatan, government.kesehatan)
    bad, proven = f"i{government.stunting.pk}", f"i{other.pk}"
    document, content = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    document.save(content)
    file = SimpleUploadedFile("bukti.pdf", content.getvalue())
    data |= {f"{bad}-value": "12,5x", f"{proven}-value": "80", f"{proven}-uploads": file}
    response = client.post(address(government.kesehatan), data)
    forms = {form.line.indicator: form for _, _, form in response.context["rows"]}
    sentence = "Berkas “bukti.pdf” belum tersimpan karena ada isian yang salah. Pilih berkasnya lagi."
    assert forms[other].errors["uploads"] == [sentence]
    assert forms[other].details_open
    assert "uploads" not in forms[government.stunting].errors
    assert (f"id_{proven}-uploads", f"Cakupan: {sentence}") in response.context["faults"]
    assert "semua isian Anda, kecuali berkas, masih ada" in response.content.decode()


def test_a_doubtful_number_is_asked_about_and_the_answer_saves(client, government, operator_kesehatan):
    data = opened(client, operator_kesehatan, government.kesehatan)
    name = f"i{government.stunting.pk}-value"
    page = client.post(address(government.kesehatan), data | {name: "1.5"}).content.decode()
    assert f'name="{name}__reading"' in page
    client.post(address(government.kesehatan), data | {name: "1.5", f"{name}__reading": "1,5"})
    assert stored(government.stunting).claimed_value == Decimal("1.5")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"state": "not_applicable"}, "Beri alasan mengapa tidak relevan"),
        ({"state": "not_published"}, "perkiraan tanggal rilis"),
    ],
)
def test_what_has_no_figure_says_why(client, government, operator_kesehatan, typed, sentence):
    data = opened(client, operator_kesehatan, government.kesehatan)
    data |= {f"i{government.stunting.pk}-{name}": text for name, text in typed.items()} | {"action": "submit"}
    response = client.post(address(government.kesehatan), data)
    assert sentence in response.content.decode()
    assert not Realisation.objects.exists()


def test_a_part_above_its_whole_is_refused_when_submitted_and_kept_as_a_draft(
    client, government, operator_kesehatan
):
    ratio = make_indicator(government.kesehatan, "Cakupan", kind=Kind.RATIO, part_of_whole=True)
    data = opened(client, operator_kesehatan, government.kesehatan)
    data |= {f"i{ratio.pk}-numerator": "30", f"i{ratio.pk}-denominator": "20"}
    response = client.post(address(government.kesehatan), data | {"action": "submit"})
    assert "tidak boleh lebih besar" in response.content.decode()
    assert not Realisation.objects.exists()
    client.post(address(government.kesehatan), data)
    assert stored(ratio).status == "draft"


def test_a_running_total_that_falls_is_explained(client, government, operator_kesehatan, time_machine):
    total = make_indicator(government.kesehatan, "Kumulatif", accumulation=Accumulation.RUNNING_TOTAL)
    make_realisation(total, make_period(number=1), "50", status="submitted")
    time_machine.move_to("2026-07-05 05:00Z", tick=False)
    data = opened(client, operator_kesehatan, government.kesehatan, 2)
    data |= {f"i{total.pk}-value": "40", "action": "submit"}
    page = client.post(address(government.kesehatan, 2), data).content.decode()
    assert "Angka berjalan turun dari 50" in page
    assert "<details open>" in page
    client.post(address(government.kesehatan, 2), data | {f"i{total.pk}-state_reason": "Data ganda dihapus"})
    assert stored(total, 2).status == "submitted"


def test_a_locked_period_takes_nothing(client, government, operator_kesehatan, time_machine):
    data = opened(client, operator_kesehatan, government.kesehatan)
    time_machine.move_to("2026-05-01 05:00Z", tick=False)
    client.force_login(operator_kesehatan)
    response = client.post(address(government.kesehatan), data | {f"i{government.stunting.pk}-value": "9"})
    assert "sudah dikunci sejak 1 Mei 2026" in response.content.decode()
    assert not Realisation.objects.exists()
    assert "sudah dikunci" in client.get(address(government.kesehatan)).content.decode()


@pytest.mark.parametrize("status", ["submitted", "verified", "final"])
def test_reported_values_are_shown_and_not_typed_over(
    client, government, operator_kesehatan, bagian_organisasi, status
):
    settled = (
        {} if status == "submitted" else {"verified_by": bagian_organisasi, "verified_value": Decimal(9)}
    )
    row = make_realisation(government.stunting, make_period(number=1), "8", status=status, **settled)
    client.force_login(operator_kesehatan)
    page = client.get(address(government.kesehatan)).content.decode()
    assert "8,00\xa0%" in page
    assert ("9,00\xa0%" in page) == (status != "submitted")
    prefix = f"i{government.stunting.pk}"
    forged = {
        f"{prefix}-{name}": text
        for name, text in {
            "version": "1", "mark": "x", "state": "measured", "source_status": "final", "value": "1",
        }.items()
    }  # fmt: skip
    client.post(address(government.kesehatan), forged)
    row.refresh_from_db()
    assert (row.claimed_value, row.version) == (Decimal(8), 1)


# --- two people -------------------------------------------------------------------------------


@pytest.fixture
def clash(client, government, operator_kesehatan, kepala_kesehatan):
    """The operator's page is open while the head saves 9; the operator typed 11."""
    data = opened(client, operator_kesehatan, government.kesehatan)
    name = f"i{government.stunting.pk}-value"
    client.force_login(kepala_kesehatan)
    client.post(address(government.kesehatan), data | {name: "9"})
    client.force_login(operator_kesehatan)
    return data | {name: "11"}


def test_two_people_on_one_row_see_both_values(client, government, clash):
    response = client.post(address(government.kesehatan), clash)
    page = response.content.decode()
    assert response.status_code == 200
    assert 'Tersimpan sekarang: <span class="entry-figure">9,00\xa0%</span>' in page
    assert "Kepala Kesehatan" in page
    assert 'value="11"' in page
    assert stored(government.stunting).claimed_value == 9


def test_ones_own_value_may_be_kept_and_both_stand_in_the_history(client, government, clash):
    client.post(address(government.kesehatan), clash | {"mine": f"{government.stunting.pk}:1"})
    row = stored(government.stunting)
    assert row.claimed_value == 11
    event = history_of(row)[0]
    assert ('"nilai menurut PD":"9"' in event.before, '"nilai menurut PD":"11"' in event.after) == (
        True,
        True,
    )


def test_the_stored_value_may_be_kept_and_both_stand_in_the_history(client, government, clash):
    response = client.post(address(government.kesehatan), clash | {"theirs": str(government.stunting.pk)})
    assert response.status_code == 302
    row = stored(government.stunting)
    assert row.claimed_value == 9
    event = history_of(row)[0]
    assert event.action == "memilih nilai yang sudah tersimpan"
    assert ("11" in event.before, "9,00" in event.after) == (True, True)


def test_rows_one_did_not_touch_do_not_clash(client, government, operator_kesehatan, kepala_kesehatan):
    other = make_indicator(government.kesehatan, "Cakupan")
    data = opened(client, operator_kesehatan, government.kesehatan)
    client.force_login(kepala_kesehatan)
    client.post(address(government.kesehatan), data | {f"i{government.stunting.pk}-value": "9"})
    client.force_login(operator_kesehatan)
    response = client.post(address(government.kesehatan), data | {f"i{other.pk}-value": "70"})
    assert response.status_code == 302
    assert (stored(government.stunting).claimed_value, stored(other).claimed_value) == (9, 70)


# --- who --------------------------------------------------------------------------------------


def test_the_bureau_types_for_a_unit_with_a_reason_that_is_shown(client, government, bagian_organisasi):
    data = opened(client, bagian_organisasi, government.kesehatan)
    data[f"i{government.stunting.pk}-value"] = "12"
    page = client.post(address(government.kesehatan), data).content.decode()
    assert 'href="#id_filled_in_reason"' in page
    assert not Realisation.objects.exists()
    reason = "Operator sedang cuti, data dari surat dinas"
    client.post(address(government.kesehatan), data | {"filled_in_reason": reason})
    assert (
        f"Diisikan Bagian Organisasi: {reason}" in client.get(address(government.kesehatan)).content.decode()
    )


def test_a_post_by_who_may_only_read_is_refused_and_written_down(client, government, pimpinan):
    client.force_login(pimpinan)
    assert client.post(address(government.kesehatan), {}).status_code == 403
    event = Event.objects.latest("number")
    assert (event.refused, event.actor) == (True, pimpinan)


# --- budgets ----------------------------------------------------------------------------------


def many(government, count):
    agreement = make_agreement(government.kadinkes)
    for number in range(count):
        indicator = make_indicator(government.kesehatan, f"Indikator {number:03}")
        add_promise(agreement, indicator, government.sasaran, value=Decimal("10"))
        make_realisation(indicator, make_period(2025, 4), "9", status="submitted")
        make_realisation(indicator, make_period(number=1), "8")
    put_into(agreement, Status.IN_FORCE)


def queries(client, url, method="get", data=None):
    """How many queries an answer takes; the first request of a session, which writes it, left out."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = getattr(client, method)(url, data or {})
    assert response.status_code in (200, 302)
    return len(captured)


@pytest.mark.slow
def test_the_page_takes_as_many_queries_for_300_rows_as_for_three(client, government, operator_kesehatan):
    many(government, 3)
    client.force_login(operator_kesehatan)
    few = queries(client, address(government.kesehatan))
    agreement = Agreement.objects.get()
    put_into(agreement, Status.SUPERSEDED)
    many(government, 300)
    assert queries(client, address(government.kesehatan)) == few <= 20
    assert len(client.get(address(government.kesehatan)).context["rows"]) == 30
    assert len(client.get(address(government.kesehatan), {"hal": 2}).context["rows"]) == 30


@pytest.mark.slow
def test_saving_thirty_rows_takes_as_many_queries_as_two(client, government, operator_kesehatan):
    many(government, 32)
    data = opened(client, operator_kesehatan, government.kesehatan)
    rows = [name for name in data if name.endswith("-value")]
    counts = []
    for chosen in (rows[:1], rows[1:3], rows[3:30]):
        data = opened(client, operator_kesehatan, government.kesehatan)
        changed = data | dict.fromkeys(chosen, "77")
        counts.append(queries(client, address(government.kesehatan), "post", changed))
    assert counts[1] == counts[2] <= 40
    assert Realisation.objects.filter(claimed_value=77).count() == 30


def test_the_list_of_units_takes_as_many_queries_for_thirty_units_as_for_two(
    client, government, bagian_organisasi
):
    client.force_login(bagian_organisasi)
    url = reverse("evaluations:entry_list", args=(2026,))
    few = queries(client, url)
    for number in range(30):
        unit = make_unit(f"Dinas {number}", government.root)
        make_realisation(make_indicator(unit, f"Indikator {number}"), make_period(number=1))
    assert queries(client, url) == few <= 20
