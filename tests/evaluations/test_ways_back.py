"""Ways back before the lock: a submission taken back, a verification undone, cell by cell or a page at once."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from evaluations import grid
from evaluations.enums import RealisationStatus
from evaluations.filling import fill
from evaluations.models import Realisation
from evaluations.workflow import TransitionError, perform
from records.history import history_of
from tests.evaluations.test_workflow import REASON, fact, prepared, typed, who
from tests.factories import make_indicator, make_period, make_realisation


def test_what_is_taken_back_is_a_draft_nobody_submitted(government):
    row = fact(government, RealisationStatus.SUBMITTED)
    row = perform("withdraw", row, who(government.users.kepala_kesehatan))
    assert (row.status, row.submitted_by, row.submitted_at) == ("draft", None, None)
    assert row.claimed_value == Decimal(8)


def test_a_late_figure_taken_back_past_the_lock_can_still_be_typed(government):
    """Its submission is what keeps it open: without it nobody could ever mend the slip."""
    row = fact(government, RealisationStatus.SUBMITTED, expected_on=date(2026, 6, 1))
    operator = who(government.users.operator_kesehatan, date(2026, 6, 10))
    row = perform("withdraw", row, operator)
    assert row.status == "draft"
    again = typed(government.stunting, "9", row.version, expected_on=date(2026, 6, 1))
    rows = fill(row.period, [again], operator, {government.stunting.pk: row.version})
    assert rows[government.stunting.pk].status == "submitted"


def test_an_announcement_is_not_taken_back_since_it_can_be_typed_over(government):
    row = prepared(government, "release")
    row.status = RealisationStatus.SUBMITTED
    row.save()
    with pytest.raises(TransitionError, match="sekarang berstatus"):
        perform("withdraw", row, who(government.users.operator_kesehatan))


def test_a_verification_taken_back_leaves_what_the_unit_said(government):
    row = fact(government, RealisationStatus.SUBMITTED)
    bureau = who(government.users.bagian_organisasi)
    row = perform("correct", row, bureau, values={"value": Decimal(7)}, reason=REASON)
    row = perform("unverify", row, bureau, reason="Salah membaca halaman 12")
    assert (row.status, row.claimed_value, row.verified_value) == ("submitted", Decimal(8), None)
    assert (row.verified_by, row.verified_at, row.correction_reason) == (None, None, "")
    assert row.submitted_by == government.users.operator_kesehatan
    assert history_of(row)[0].reason == "Salah membaca halaman 12"


def test_a_value_verified_meanwhile_is_not_taken_back(government):
    seen = fact(government, RealisationStatus.SUBMITTED)
    perform("verify", Realisation.objects.get(), who(government.users.bagian_organisasi))
    with pytest.raises(TransitionError, match="diubah orang lain"):
        perform("withdraw", seen, who(government.users.operator_kesehatan))


# --- the pages --------------------------------------------------------------------------------


@pytest.fixture
def _in_april(time_machine):
    time_machine.move_to("2026-04-05 05:00Z", tick=False)


def entry(unit):
    return reverse("evaluations:entry", args=(2026, unit.pk, 1))


def verification(unit):
    return reverse("evaluations:verify", args=(2026, unit.pk, 1))


def seen(*rows):
    return [f"{row.pk}:{row.version}" for row in rows]


def statuses():
    return list(Realisation.objects.order_by("pk").values_list("status", flat=True))


@pytest.mark.usefixtures("_in_april")
def test_one_cell_is_taken_back_and_what_was_typed_into_another_is_kept(
    client, government, operator_kesehatan
):
    row = fact(government, RealisationStatus.SUBMITTED)
    other = fact(government, RealisationStatus.SUBMITTED, indicator=make_indicator(government.kesehatan, "A"))
    empty = make_indicator(government.kesehatan, "B")
    client.force_login(operator_kesehatan)
    response = client.get(entry(government.kesehatan))
    assert response.content.decode().count('name="seen"') == 2
    (form,) = [form for _, _, form in response.context["rows"] if form]
    data = {
        bound.html_name: "" if bound.value() is None else bound.value()
        for bound in form
        if bound.name != "uploads"
    }
    data |= {f"i{empty.pk}-value": "7", "seen": seen(row, other), "withdraw": row.pk}
    page = client.post(entry(government.kesehatan), data, follow=True).content.decode()
    assert "1 nilai ditarik kembali menjadi draf." in page
    row.refresh_from_db()
    assert (row.status, statuses()) == ("draft", ["draft", "submitted", "draft"])
    assert Realisation.objects.get(indicator=empty).claimed_value == Decimal(7)


@pytest.mark.usefixtures("_in_april")
def test_all_that_waits_on_the_page_is_taken_back_at_once(client, government, kepala_kesehatan):
    rows = [
        fact(government, status, indicator=make_indicator(government.kesehatan, name))
        for name, status in (("A", "submitted"), ("B", "submitted"), ("C", "verified"))
    ]
    client.force_login(kepala_kesehatan)
    page = client.get(entry(government.kesehatan)).content.decode()
    assert "Tarik kembali semua yang diajukan" in page
    client.post(entry(government.kesehatan), {"seen": seen(*rows[:2]), "withdraw": "all"})
    assert statuses() == ["draft", "draft", "verified"]


@pytest.mark.usefixtures("_in_april")
def test_the_bureau_takes_back_for_a_unit_without_typing_anything(client, government, bagian_organisasi):
    row = fact(government, RealisationStatus.SUBMITTED)
    client.force_login(bagian_organisasi)
    client.post(entry(government.kesehatan), {"seen": seen(row), "withdraw": row.pk})
    assert statuses() == ["draft"]


@pytest.mark.usefixtures("_in_april")
def test_nothing_is_taken_back_that_was_verified_since_the_page_was_opened(
    client, government, operator_kesehatan
):
    row = fact(government, RealisationStatus.SUBMITTED)
    shown = seen(row)
    perform("verify", row, who(government.users.bagian_organisasi))
    client.force_login(operator_kesehatan)
    page = client.post(entry(government.kesehatan), {"seen": shown, "withdraw": row.pk}, follow=True)
    assert "diubah orang lain" in page.content.decode()
    assert statuses() == ["verified"]


@pytest.mark.usefixtures("_in_april")
@pytest.mark.parametrize(
    "sent", [{"withdraw": "all"}, {"withdraw": "x", "seen": "y:z"}, {"withdraw": "\x00"}]
)
def test_a_button_without_its_row_takes_nothing_back(client, government, operator_kesehatan, sent):
    fact(government, RealisationStatus.SUBMITTED)
    client.force_login(operator_kesehatan)
    page = client.post(entry(government.kesehatan), sent).content.decode()
    assert "tidak lagi menunggu verifikasi" in page
    assert statuses() == ["submitted"]


@pytest.mark.usefixtures("_in_april")
def test_a_verification_is_undone_with_a_reason(client, government, bagian_organisasi):
    row = fact(government, RealisationStatus.VERIFIED)
    client.force_login(bagian_organisasi)
    assert "Batalkan verifikasi" in client.get(verification(government.kesehatan)).content.decode()
    data = {f"v{row.pk}-version": row.version, "unverify": row.pk}
    page = client.post(verification(government.kesehatan), data | {f"v{row.pk}-unverify_reason": "salah"})
    assert "paling sedikit 10 huruf" in page.content.decode()
    assert statuses() == ["verified"]
    client.post(verification(government.kesehatan), data | {f"v{row.pk}-unverify_reason": REASON})
    assert statuses() == ["submitted"]


@pytest.mark.usefixtures("_in_april")
def test_a_marked_value_that_moved_to_another_page_is_accepted_too(
    client, government, bagian_organisasi, monkeypatch
):
    """Two pages of waiting values: when some of the first are decided elsewhere, the second page shifts."""
    monkeypatch.setattr(grid, "PAGE_SIZE", 2)
    rows = [
        fact(government, "submitted", indicator=make_indicator(government.kesehatan, name)) for name in "ABCD"
    ]
    client.force_login(bagian_organisasi)
    second = verification(government.kesehatan) + "?hal=2"
    shown = [judged.line.row for judged in client.get(second).context["waiting"]]
    assert shown == rows[2:]
    for row in rows[:2]:
        perform("verify", row, who(government.users.bagian_organisasi))
    assert [judged.line.row for judged in client.get(second).context["waiting"]] == []
    data = {f"v{row.pk}-version": row.version for row in shown}
    page = client.post(second, data | {"marked": [row.pk for row in shown]}, follow=True).content.decode()
    assert "2 nilai diterima." in page
    assert set(statuses()) == {"verified"}


@pytest.mark.usefixtures("_in_april")
def test_a_marked_value_of_another_unit_or_period_is_no_part_of_the_page(
    client, government, bagian_organisasi
):
    foreign = fact(government, "submitted", indicator=government.literasi)
    later = make_realisation(government.stunting, make_period(number=2), status="submitted")
    client.force_login(bagian_organisasi)
    data = {f"v{row.pk}-version": row.version for row in (foreign, later)}
    client.post(verification(government.kesehatan), data | {"marked": [foreign.pk, later.pk]})
    assert statuses() == ["submitted", "submitted"]
