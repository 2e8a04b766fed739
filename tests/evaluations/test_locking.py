"""The lock: verified becomes final, what was not stays sementara and is counted against its verifier."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import YearPolicy
from agreements.scope import scope_of
from evaluations import calendar, locking, workflow
from evaluations.filling import fill
from evaluations.locking import BUREAU_SIDE, PLANNER_SIDE, finalise_locked, passed_by_side
from evaluations.models import Realisation
from evaluations.overview import waiting_for
from records.history import Actor
from tests.evaluations.test_workflow import LOCKED, REASON, at, fact, typed, who
from tests.factories import make_indicator, make_period, make_realisation, make_unit

FIRST_DAY_LOCKED = date(2026, 5, 1)


def verified(government, count):
    return [
        fact(government, "verified", indicator=make_indicator(government.kesehatan, f"A{number}"))
        for number in range(count)
    ]


# --- the nightly run --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "final"),
    [(datetime(2026, 4, 30, 16, 59, tzinfo=UTC), 0), (datetime(2026, 4, 30, 17, 0, tzinfo=UTC), 1)],
)
def test_the_lock_falls_at_midnight_of_the_region_not_of_greenwich(government, moment, final):
    fact(government, "verified")
    assert finalise_locked(moment).final == final


def test_one_row_changed_meanwhile_holds_up_no_other(government, monkeypatch, capsys):
    rows, perform_all = verified(government, 5), workflow.perform_all
    changed = rows[2]

    def meanwhile(action, batch, actor):
        """Somebody writes a row just before each attempt that holds it."""
        if changed.pk in {row.pk for row in batch}:
            stored = Realisation.objects.get(pk=changed.pk)
            Realisation.objects.filter(pk=changed.pk).update(version=stored.version + 1)
        return perform_all(action, batch, actor)

    monkeypatch.setattr(locking, "perform_all", meanwhile)
    monkeypatch.setattr(locking, "BATCH", 3)
    call_command("lock_periods", "--on", "2026-05-20")
    said = capsys.readouterr()
    assert "4 realisasi ditetapkan final." in said.out
    assert "dicoba lagi malam berikutnya: A2 (Triwulan I 2026)." in said.err
    assert sorted(Realisation.objects.values_list("status", flat=True)) == ["final"] * 4 + ["verified"]
    monkeypatch.undo()
    assert finalise_locked(at(LOCKED)) == locking.Locked(1, ())


# --- what was not verified in time ------------------------------------------------------------


def test_what_passed_the_lock_is_counted_by_who_should_have_verified_it(government):
    fact(government, "submitted")
    fact(government, "submitted", indicator=government.literasi)
    fact(government, "submitted", indicator=make_indicator(government.bureau, "Nilai SAKIP"))
    fact(government, "verified", indicator=make_indicator(government.kesehatan, "A"))
    fact(
        government,
        "submitted",
        indicator=make_indicator(government.kesehatan, "Terlambat rilis"),
        expected_on=date(2026, 6, 1),
    )
    make_realisation(government.stunting, make_period(number=2), status="submitted")
    units = scope_of(government.users.bagian_organisasi, LOCKED).bureau_units
    facts = Realisation.objects.filter(period__year=2026)
    assert passed_by_side(facts, date(2026, 4, 30), units) == []
    found = passed_by_side(facts, FIRST_DAY_LOCKED, units)
    assert [(each.key, each.count) for each in found] == [(BUREAU_SIDE, 2), (PLANNER_SIDE, 1)]
    for side, count in ((BUREAU_SIDE, 2), (PLANNER_SIDE, 1)):
        assert locking.of_side(facts.passed_unverified(LOCKED), side, units).count() == count


@pytest.mark.parametrize(
    ("person", "side", "count", "unit"),
    [
        ("bagian_organisasi", BUREAU_SIDE, 2, "Dinas Kesehatan"),
        ("perencana", PLANNER_SIDE, 1, "Bagian Organisasi"),
    ],
)
def test_the_list_counts_it_for_who_verifies_and_each_count_leads_to_its_units(
    client, government, time_machine, person, side, count, unit
):
    fact(government, "submitted")
    fact(government, "submitted", indicator=make_indicator(government.kesehatan, "A"))
    fact(government, "submitted", indicator=make_indicator(government.bureau, "Nilai SAKIP"))
    make_indicator(government.setda, "Tanpa nilai")
    time_machine.move_to("2026-05-20 05:00Z", tick=False)
    client.force_login(getattr(government.users, person))
    address = reverse("evaluations:verify_list", args=(2026,))
    page = client.get(address).content.decode()
    assert f'<a href="?lewat={side}">{count} nilai</a>' in page
    assert f"{count} melewati kunci tanpa verifikasi" in page
    board = client.get(address, {"lewat": side}).context["board"]
    assert [found.name for found, _ in board.rows] == [unit]
    assert len(client.get(address, {"lewat": "lain\x00"}).context["board"].rows) == 2


def test_more_time_opens_the_way_of_both_sides(government):
    row = fact(government, "submitted")
    empty = make_indicator(government.kesehatan, "Belum diisi")
    bureau = government.users.bagian_organisasi
    calendar.give_time(row.period, government.kesehatan, REASON, LOCKED, Actor(bureau.pk, bureau.name))
    assert workflow.perform("verify", row, who(bureau, LOCKED)).status == "verified"
    late = fill(row.period, [typed(empty)], who(government.users.operator_kesehatan, LOCKED), {empty.pk: 0})
    assert late[empty.pk].status == "submitted"
    assert finalise_locked(at(LOCKED)).final == 1


def test_the_list_takes_as_many_queries_for_thirty_units_as_for_two(
    client, government, bagian_organisasi, time_machine
):
    time_machine.move_to("2026-05-20 05:00Z", tick=False)
    client.force_login(bagian_organisasi)
    address = reverse("evaluations:verify_list", args=(2026,))

    def count():
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    fact(government, "submitted")
    few = count()
    for number in range(28):
        unit = make_unit(f"Dinas {number}", government.root, order=10 + number)
        fact(government, "submitted", indicator=make_indicator(unit, f"I{number}"))
    assert count() == few <= 20


# --- tiny offices -----------------------------------------------------------------------------


def test_in_a_tiny_office_both_verify_the_bureaus_own_unit(government):
    own = make_indicator(government.bureau, "Nilai SAKIP")
    make_realisation(own, make_period(number=1), status="submitted")
    YearPolicy.objects.filter(year=2026).update(tiny_office=True)
    day = date(2026, 4, 5)
    for person in (government.users.perencana, government.users.bagian_organisasi):
        scope = scope_of(person, day)
        assert "verify" in workflow.available(
            Realisation.objects.get(), who(person), workflow.Windows(day), tiny_office=True
        )
        found = [item.text for item in waiting_for(scope, 2026, day, tiny_office=True)]
        assert "Realisasi Triwulan I menunggu verifikasi" in found
