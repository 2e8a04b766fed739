"""Database triggers: the promises the database keeps whoever writes the row.

Each app registers its triggers at import; they are installed after every migrate, because SQLite
drops them whenever it rebuilds a table. The check in `records.checks` finds a missing one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connections

REFUSAL = "perjanjian: "
_registry: dict[str, "Trigger"] = {}


@dataclass(frozen=True)
class Trigger:
    """Refuses `operation` on `table` when `condition` holds.

    `condition` is SQL both databases understand, over the row aliases OLD and NEW; `message` is
    what the refused writer reads. `lock` is a query PostgreSQL runs first, so that two transactions
    at once cannot both find the condition false; SQLite has one writer at a time. TRUNCATE is a word
    of PostgreSQL alone; its condition sees no row.
    """

    name: str
    table: str
    operation: str  # INSERT, UPDATE, DELETE or TRUNCATE
    condition: str
    message: str
    lock: str = ""

    def exists_on(self, vendor: str) -> bool:
        return self.operation != "TRUNCATE" or vendor == "postgresql"

    def statements(self, vendor: str) -> Iterable[str]:
        if not self.exists_on(vendor):
            return
        message = (REFUSAL + self.message).replace("'", "''")
        if vendor == "sqlite":
            yield f"DROP TRIGGER IF EXISTS {self.name}"
            yield (
                f"CREATE TRIGGER {self.name} BEFORE {self.operation} ON {self.table} FOR EACH ROW "
                f"WHEN {self.condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            return
        answer = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(self.operation, "NEW")
        lock = f"PERFORM {self.lock}; " if self.lock else ""
        each = "STATEMENT" if self.operation == "TRUNCATE" else "ROW"
        yield (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
            f"{lock}IF {self.condition} THEN RAISE EXCEPTION '{message.replace('%', '%%')}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {answer}; END $body$"
        )
        yield f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}"
        yield (
            f"CREATE TRIGGER {self.name} BEFORE {self.operation} ON {self.table} "
            f"FOR EACH {each} EXECUTE FUNCTION {self.name}()"
        )


def register(*triggers: Trigger) -> None:
    for trigger in triggers:
        _registry[trigger.name] = trigger


def append_only(table: str, what: str) -> tuple[Trigger, ...]:
    """The triggers that make a table one to which rows are only added."""
    return (
        Trigger(f"{table}_no_truncate", table, "TRUNCATE", "1 = 1", f"{what} tidak dapat dihapus."),
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
    return sorted(
        t.name
        for t in registered()
        if t.table in tables and t.exists_on(connection.vendor) and t.name not in there
    )


def install(alias: str = "default") -> None:
    """Install every registered trigger whose table exists; done again it changes nothing."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for trigger in registered():
            if trigger.table in tables:
                for statement in trigger.statements(connection.vendor):
                    cursor.execute(statement)


def stand_aside(sender, using: str = "default", plan: Sequence = (), **kwargs) -> None:
    """Take the triggers away before tables change: SQLite rebuilds a table under another name, and a trigger
    that speaks of it stops that. They stand again after the last migration."""
    connection = connections[using]
    if connection.vendor != "sqlite" or not plan:
        return
    there = installed(using)
    with connection.cursor() as cursor:
        for trigger in registered():
            if trigger.name in there:
                cursor.execute(f"DROP TRIGGER {trigger.name}")


def install_after_migrate(sender, using: str = "default", **kwargs) -> None:
    install(using)
