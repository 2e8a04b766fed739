"""The event chain: every change has its line, and a line changed or cut is found."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import IntegrityError, connection, transaction

from records import history, triggers
from records.history import SYSTEM, Act, record, record_all
from records.models import ChainHead, Event
from tests.factories import make_user


@pytest.fixture
def chain(db):
    user = make_user("seseorang")
    for number in range(5):
        record(SYSTEM, Act(f"Tindakan {number}", user, after={"nilai": number}))
    return user


def tamper(sql: str) -> None:
    """What an insider with the database's own password can do: drop the triggers, then write."""
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON records_event"
        for name in ("records_event_no_update", "records_event_no_delete"):
            cursor.execute(f"DROP TRIGGER {name}{on}")
        cursor.execute(sql)


def test_an_untouched_chain_holds(chain):
    assert history.first_broken_link() is None
    assert [event.number for event in Event.objects.all()] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("sql", "found_at"),
    [
        ("UPDATE records_event SET actor_name = 'orang lain' WHERE number = 3", 3),
        ("UPDATE records_event SET after = '' WHERE number = 1", 1),
        ("UPDATE records_event SET at = '2020-01-01 00:00:00+00:00' WHERE number = 2", 2),
        ("DELETE FROM records_event WHERE number = 2", 2),
        ("DELETE FROM records_event WHERE number = 5", 5),
        ("DELETE FROM records_event", 1),
    ],
)
def test_what_an_insider_changes_is_found(sql, found_at, chain):
    tamper(sql)
    assert history.first_broken_link() == found_at


def test_the_command_says_where_it_is_broken(chain):
    tamper("UPDATE records_event SET reason = 'x' WHERE number = 4")
    with pytest.raises(CommandError, match="nomor 4"):
        call_command("check_history")


def test_an_event_goes_with_its_change(chain):
    with transaction.atomic():
        record(SYSTEM, Act("Batal", chain))
        transaction.set_rollback(True)
    assert Event.objects.count() == 5
    assert history.first_broken_link() is None


def test_several_events_keep_their_order(chain):
    record_all(SYSTEM, [Act(f"Bersama {n}", chain) for n in range(3)])
    assert [e.action for e in history.history_of(chain)][:3] == ["Bersama 2", "Bersama 1", "Bersama 0"]
    assert history.first_broken_link() is None


def test_the_text_that_is_hashed_does_not_depend_on_order():
    assert history.canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_instant_do_not_fork_the_chain():
    user = make_user("seseorang")
    failures = []

    def write():
        try:
            for _ in range(5):
                record(SYSTEM, Act("Bersamaan", user))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (Event.objects.count(), ChainHead.objects.get().number) == (20, 20)
    assert history.first_broken_link() is None


def test_a_chain_whose_head_is_gone_is_broken(chain):
    ChainHead.objects.all().delete()
    assert history.first_broken_link() == 6


def test_no_events_and_no_head_are_a_whole_chain(db):
    assert history.first_broken_link() is None


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite knows no TRUNCATE")
@pytest.mark.parametrize("table", ["records_event", "records_storedfile", "agreements_signature"])
def test_the_history_cannot_be_emptied_at_one_stroke(table, chain):
    # Keys checked at the end of a transaction stand in the way of any TRUNCATE.
    connection.check_constraints()
    with (
        pytest.raises(IntegrityError, match="tidak dapat dihapus"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_a_table_to_which_rows_are_only_added_is_guarded_against_truncate_on_postgresql():
    guard = next(t for t in triggers.registered() if t.name == "records_event_no_truncate")
    written = " ".join(guard.statements("postgresql"))
    assert "BEFORE TRUNCATE ON records_event FOR EACH STATEMENT" in written
    assert "RETURN NULL" in written
    assert list(guard.statements("sqlite")) == []


def test_the_triggers_are_installed_once_a_migrate(db, monkeypatch):
    installed = []
    monkeypatch.setattr(triggers, "install", installed.append)
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert installed == ["default"]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({}, {}, ()),
        ({"nilai": "9"}, {"nilai": "11"}, (("nilai", "9", "11"),)),
        ({"alasan": "lama"}, {}, (("alasan", "lama", ""),)),
        ({}, {"berlaku_sampai": "2026-05-09"}, (("berlaku sampai", "", "9 Mei 2026"),)),
        ({}, {"hari": "2026-13-45"}, (("hari", "", "2026-13-45"),)),
        ({"ya": True}, {"ya": False}, (("ya", "ya", "tidak"),)),
        ({}, {"diketik": {"value": "7", "page_2": None}}, (("diketik", "", "page 2: ; value: 7"),)),
        ({}, {"unit": ["A", "B"]}, (("unit", "", "A; B"),)),
    ],
)
def test_what_changed_is_told_in_words(db, before, after, changes):
    user = make_user("penulis")
    assert record(SYSTEM, Act("mengubah", user, before=before, after=after)).changes == changes
