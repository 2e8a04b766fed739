"""Database triggers: the promises the database keeps whoever writes the row.

Each app registers its triggers at import; they are installed after every migrate, because SQLite
drops them whenever it rebuilds a table. The check in `records.checks` finds a missing one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connections

REFUSAL = "perjanjian: "
_registry: dict[str, "Trigger"] = {}


@dataclass(frozen=True)
class Trigger:
    """Refuses `operation` on `table` when `condition` holds.

    `condition` is SQL both databases understand, over the row aliases OLD and NEW; `message` is
    what the refused writer reads. `columns` narrows an UPDATE to those columns.
    """

    name: str
    table: str
    operation: str  # INSERT, UPDATE or DELETE
    condition: str
    message: str

    def statements(self, vendor: str) -> Iterable[str]:
        message = (REFUSAL + self.message).replace("'", "''")
        if vendor == "sqlite":
            yield f"DROP TRIGGER IF EXISTS {self.name}"
            yield (
                f"CREATE TRIGGER {self.name} BEFORE {self.operation} ON {self.table} FOR EACH ROW "
                f"WHEN {self.condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            return
        answer = "OLD" if self.operation == "DELETE" else "NEW"
        yield (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
            f"IF {self.condition} THEN RAISE EXCEPTION '{message.replace('%', '%%')}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {answer}; END $body$"
        )
        yield f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}"
        yield (
            f"CREATE TRIGGER {self.name} BEFORE {self.operation} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()"
        )


def register(*triggers: Trigger) -> None:
    for trigger in triggers:
        _registry[trigger.name] = trigger


def append_only(table: str, what: str) -> tuple[Trigger, Trigger]:
    """The two triggers that make a table one to which rows are only added."""
    return (
        Trigger(f"{table}_no_update", table, "UPDATE", "1 = 1", f"{what} tidak dapat diubah."),
        Trigger(f"{table}_no_delete", table, "DELETE", "1 = 1", f"{what} tidak dapat dihapus."),
    )


def registered() -> tuple[Trigger, ...]:
    return tuple(_registry.values())


def installed(alias: str = "default") -> set[str]:
    """Names of the triggers that stand in the database now."""
    connection = connections[alias]
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def missing(alias: str = "default") -> list[str]:
    """Names of the triggers whose table exists but which do not stand in the database."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    there = installed(alias)
    return sorted(t.name for t in registered() if t.table in tables and t.name not in there)


def install(alias: str = "default") -> None:
    """Install every registered trigger whose table exists; done again it changes nothing."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for trigger in registered():
            if trigger.table in tables:
                for statement in trigger.statements(connection.vendor):
                    cursor.execute(statement)


def install_after_migrate(sender, using: str = "default", **kwargs) -> None:
    install(using)
