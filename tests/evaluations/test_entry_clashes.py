"""Two and three people on one row; what a removed proof takes with it; figures that are asked about."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from evaluations.models import Evidence, EvidenceUse, Realisation
from records.history import history_of
from tests.evaluations.test_entry import address, opened, stored
from tests.factories import make_period, make_realisation


@pytest.fixture(autouse=True)
def _in_april(time_machine):
    time_machine.move_to("2026-04-05 05:00Z", tick=False)


def written_by_another(government, value):
    """Somebody else saves a value; the version it has then."""
    row = stored(government.stunting)
    Realisation.objects.filter(pk=row.pk).update(claimed_value=Decimal(value), version=row.version + 1)
    return row.version + 1


@pytest.fixture
def typed(client, government, operator_kesehatan):
    """The form of a page opened at 8 and typed 11 into."""
    make_realisation(government.stunting, make_period(number=1), "8")
    data = opened(client, operator_kesehatan, government.kesehatan)
    return data | {f"i{government.stunting.pk}-value": "11"}


def test_ones_own_value_does_not_go_over_a_third_one_nobody_showed(client, government, typed):
    second = written_by_another(government, "9")
    page = client.post(address(government.kesehatan), typed).content.decode()
    button = f'name="mine" value="{government.stunting.pk}:{second}"'
    assert button in page
    third = written_by_another(government, "10")
    mine = typed | {"mine": f"{government.stunting.pk}:{second}"}
    page = client.post(address(government.kesehatan), mine).content.decode()
    assert stored(government.stunting).claimed_value == 10
    assert 'Tersimpan sekarang: <span class="entry-figure">10,00\xa0%</span>' in page
    assert f'name="mine" value="{government.stunting.pk}:{third}"' in page
    client.post(address(government.kesehatan), typed | {"mine": f"{government.stunting.pk}:{third}"})
    assert stored(government.stunting).claimed_value == 11


@pytest.mark.parametrize("mine", ["x", ":", "\x00:\x00", "1:" + "9" * 40])
def test_a_forged_choice_writes_nothing(client, government, typed, mine):
    written_by_another(government, "9")
    sent = typed | {"mine": mine.replace("1:", f"{government.stunting.pk}:")}
    assert client.post(address(government.kesehatan), sent).status_code == 200
    assert stored(government.stunting).claimed_value == 9


def test_what_was_typed_beside_the_kept_value_is_bounded_and_legible(client, government, typed):
    written_by_another(government, "9")
    wild = {f"i{government.stunting.pk}-value": "7\x00" + "8" * 5000}
    client.post(address(government.kesehatan), typed | wild | {"theirs": str(government.stunting.pk)})
    event = history_of(stored(government.stunting))[0]
    assert event.action == "memilih nilai yang sudah tersimpan"
    assert "u0000" not in event.before
    assert len(event.before) < 200


def test_submitting_with_only_a_proof_removed_keeps_late_data_submitted(
    client, government, operator_kesehatan, bagian_organisasi
):
    row = make_realisation(
        government.stunting,
        make_period(number=1),
        None,
        status="submitted",
        state="not_published",
        expected_on=date(2026, 6, 1),
        submitted_by=operator_kesehatan,
        submitted_at="2026-04-03T03:00Z",
    )
    proof = Evidence.objects.create(
        unit=government.kesehatan,
        year=2026,
        title="Surat",
        link="https://contoh.go.id",
        added_by=bagian_organisasi,
    )
    use = EvidenceUse.objects.create(realisation=row, evidence=proof)
    data = opened(client, operator_kesehatan, government.kesehatan)
    client.post(address(government.kesehatan), data | {"detach": use.pk, "action": "submit"})
    assert not EvidenceUse.objects.exists()
    assert stored(government.stunting).status == "submitted"


@pytest.mark.parametrize(
    ("last", "target", "asked"),
    [("1.2", None, True), ("1200", None, False), (None, "1.2", True), ("1.2", "1200", True)],
)
def test_a_thousands_reading_far_from_the_last_value_or_the_target_is_asked_about(
    client, government, operator_kesehatan, last, target, asked
):
    if last:
        make_realisation(government.stunting, make_period(2025, 4), last, status="submitted")
    if target:
        government.stunting.targets.create(year=2026, value=Decimal(target))
    data = opened(client, operator_kesehatan, government.kesehatan)
    name = f"i{government.stunting.pk}-value"
    page = client.post(address(government.kesehatan), data | {name: "1.250"}).content.decode()
    assert ("bisa dibaca dua cara" in page) is asked
    if not asked:
        assert stored(government.stunting).claimed_value == 1250
        return
    assert f'name="{name}__reading"' in page
    client.post(address(government.kesehatan), data | {name: "1.250", f"{name}__reading": "1,25"})
    assert stored(government.stunting).claimed_value == Decimal("1.25")


def test_the_history_page_tells_changes_in_words(client, government, operator_kesehatan, bagian_organisasi):
    data = opened(client, operator_kesehatan, government.kesehatan)
    name = f"i{government.stunting.pk}-value"
    client.post(address(government.kesehatan), data | {name: "12,5", "action": "submit"})
    client.force_login(bagian_organisasi)
    page = client.get(reverse("reports:history")).content.decode()
    assert "nilai menurut PD: 12,5" in page
    assert "{" + "&quot;" not in page
