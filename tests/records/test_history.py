"""The event chain: every change has its line, and a line changed or cut is found."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from records import history
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
