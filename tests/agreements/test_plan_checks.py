"""Pemeriksaan Rencana: each kind finds its fault and nothing else, counts are doors, lines lead to the mending."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import plan_checks
from agreements.models import Indicator, Objective, Unit
from agreements.plan_checks import Fault, OtherCheck
from tests.factories import (
    add_promise,
    make_agreement,
    make_indicator,
    make_objective,
    make_position,
    make_unit,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("government")]

PAGE = reverse("agreements:plan_checks", args=(2026,))
DAY = date(2026, 7, 20)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-07-20 09:00", tick=False):
        yield


@pytest.fixture
def sound(government):
    """A plan without any fault."""
    g = government
    for row, post in ((g.stunting, g.kadinkes), (g.literasi, g.kadikbud)):
        row.source, row.person_in_charge = "Survei", post
        row.save()
        row.targets.create(year=2026, value=5)
    g.literasi.objective = make_objective(g.pendidikan, "Meningkatnya literasi")
    g.literasi.save()
    return g


@pytest.fixture
def planner(client, perencana):
    client.force_login(perencana)
    return client


def counts(client, **asked) -> dict[str, int]:
    return {each.key: each.count for each in client.get(PAGE, asked).context["counted"] if each.count}


def lines(client, key, **asked) -> list[tuple[str, str]]:
    faults = client.get(PAGE, {"jenis": key} | asked).context["faults"]
    return [(fault.text, fault.address) for fault in faults]


def edit(row, route="indicator_edit") -> str:
    return reverse(f"agreements:{route}", args=(2026, row.pk))


def test_a_sound_plan_has_nothing_to_say(planner, sound):
    answer = planner.get(PAGE)
    assert counts(planner) == {}
    assert "lengkap" in answer.content.decode()


@pytest.mark.parametrize(
    ("key", "fields", "route"),
    [
        ("tanpa-satuan", {"unit_of_measure": ""}, "indicator_edit"),
        ("tanpa-sumber", {"source": ""}, "indicator_edit"),
        ("tanpa-penanggung-jawab", {"person_in_charge": None}, "indicator_edit"),
        ("kata-keluaran", {"name": "Jumlah Dokumen gizi"}, "indicator_edit"),
        ("ganda", {"name": "LITERASI smp"}, "indicator_detail"),
    ],
)
def test_a_fault_of_an_indicator_leads_to_the_page_that_mends_it(planner, sound, key, fields, route):
    Indicator.objects.filter(pk=sound.stunting.pk).update(**fields)
    both = key == "ganda"
    assert counts(planner) == {key: 2 if both else 1}
    sound.stunting.refresh_from_db()
    assert (sound.stunting.name, edit(sound.stunting, route)) in lines(planner, key)


def test_a_missing_target_is_of_its_year(planner, sound):
    sound.stunting.targets.update(year=2025)
    assert counts(planner) == {"tanpa-target": 1}
    assert lines(planner, "tanpa-target") == [
        (sound.stunting.name, edit(sound.stunting, "indicator_targets"))
    ]
    before = planner.get(reverse("agreements:plan_checks", args=(2025,)))
    shown = {each.key: each.count for each in before.context["counted"] if each.count}
    assert shown == {"tanpa-target": 1}


def test_a_post_or_a_unit_that_ended_answers_no_more(planner, sound):
    post = make_position(sound.kesehatan, "Kepala lama", heads=False, valid_to=date(2026, 6, 30))
    Indicator.objects.filter(pk=sound.stunting.pk).update(person_in_charge=post)
    Unit.objects.filter(pk=sound.pendidikan.pk).update(valid_to=date(2026, 6, 30))
    assert counts(planner) == {"tanpa-penanggung-jawab": 1, "pd-berakhir": 1}


def test_what_is_no_longer_used_is_not_looked_at(planner, sound):
    make_indicator(sound.kesehatan, "Literasi SMP", archived=True, source="")
    assert counts(planner) == {}


def test_an_objective_without_indicator_leads_to_a_new_one(planner, sound):
    empty = make_objective(sound.kesehatan, "Meningkatnya mutu puskesmas")
    assert counts(planner) == {"tanpa-indikator": 1}
    ((_, address),) = lines(planner, "tanpa-indikator")
    assert (
        address
        == f"{reverse('agreements:indicator_create', args=(2026,))}?unit={sound.kesehatan.pk}&sasaran={empty.pk}"
    )
    assert planner.get(address).context["form"].initial["objective"] == empty.pk


def test_an_objective_that_succeeds_has_the_indicators_of_the_old_one(planner, sound):
    Objective.objects.filter(pk=sound.sasaran.pk).update(last_year=2025)
    make_objective(sound.kesehatan, "Rumusan baru", first_year=2026, successor_of=sound.sasaran)
    assert counts(planner) == {}
    Objective.objects.filter(text="Rumusan baru").update(successor_of=None)
    assert counts(planner) == {"tanpa-indikator": 1, "sasaran-berakhir": 1}


def test_nobody_carries_an_objective_of_the_region(planner, sound):
    region = make_objective(sound.root, "Meningkatnya umur harapan hidup")
    make_indicator(
        sound.kesehatan, "Umur harapan hidup", objective=region, source="BPS", person_in_charge=sound.kadinkes
    ).targets.create(year=2026, value=72)
    assert counts(planner) == {"tidak-didukung": 1}
    child = make_objective(sound.kesehatan, "Tujuan", kind="goal", parent=region)
    assert counts(planner) == {"tanpa-indikator": 1, "tidak-didukung": 1}
    assert lines(planner, "tidak-didukung")[0][0] == f"Tujuan: {child}"


def test_what_an_office_promises_is_carried(planner, sound):
    region = make_objective(sound.root, "Meningkatnya umur harapan hidup")
    measured = make_indicator(
        sound.kesehatan, "Umur harapan hidup", objective=region, source="BPS", person_in_charge=sound.kadinkes
    )
    measured.targets.create(year=2026, value=72)
    add_promise(make_agreement(sound.regent), measured, region)
    assert counts(planner) == {"tidak-didukung": 1}
    add_promise(make_agreement(sound.kadinkes), measured, sound.sasaran)
    assert counts(planner) == {}


def test_one_unit_is_looked_at_with_what_is_below_it(planner, sound):
    Indicator.objects.update(source="")
    make_indicator(sound.bidang, "Cakupan", source="", person_in_charge=sound.kabid).targets.create(year=2026)
    assert counts(planner)["tanpa-sumber"] == 3
    assert counts(planner, unit=sound.kesehatan.pk)["tanpa-sumber"] == 2
    found = lines(planner, "tanpa-sumber", unit=sound.kesehatan.pk)
    assert {text for text, _ in found} == {"Prevalensi stunting", "Cakupan"}


def test_an_operator_sees_the_own_faults_and_is_led_to_the_card(client, operator_pendidikan, sound):
    Indicator.objects.update(source="")
    client.force_login(operator_pendidikan)
    assert counts(client) == {"tanpa-sumber": 1}
    assert lines(client, "tanpa-sumber") == [(sound.literasi.name, edit(sound.literasi, "indicator_detail"))]


def test_a_kind_there_is_not_is_no_page(planner):
    assert planner.get(PAGE, {"jenis": "apa-saja"}).status_code == 404


def test_another_room_adds_its_own_check(planner, sound, monkeypatch):
    asked = []

    def find(year, units):
        asked.append((year, units))
        return [Fault("Pagu tidak sama", "Dinas Kesehatan", "/2026/anggaran/")]

    monkeypatch.setattr(plan_checks, "OTHER_CHECKS", [])
    plan_checks.register(OtherCheck("pagu", "Pagu yang tidak cocok", "Cocokkan.", find))
    assert counts(planner) == {}
    assert asked == []
    assert lines(planner, "pagu") == [("Pagu tidak sama", "/2026/anggaran/")]
    planner.get(PAGE, {"unit": sound.pendidikan.pk, "jenis": "pagu"})
    assert asked[-1] == (2026, frozenset({sound.pendidikan.pk}))


def test_the_page_takes_as_many_queries_for_thirty_faults_as_for_three(planner, government):
    def filled(number):
        for n in range(number):
            unit = make_unit(f"Badan {number}-{n}", government.root)
            make_indicator(unit, "Jumlah dokumen", objective=make_objective(unit, f"Sasaran {number}-{n}"))
            make_objective(unit, f"Tujuan {number}-{n}", kind="goal")
        found = []
        for key in ("", "tanpa-indikator", "ganda", "di-bawah-hasil"):
            session = planner.session
            session.pop("signed_in_at", None)
            session.save()
            with CaptureQueriesContext(connection) as queries:
                assert planner.get(PAGE, {"jenis": key}).status_code == 200
            found.append(len(queries))
        return found

    few, many = filled(3), filled(30)
    assert few == many
    assert max(many) <= 20
