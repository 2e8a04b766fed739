"""What the database refuses of the organisation whoever writes it: two definitive holders, and circles."""

from records import triggers

_CLASH = (
    "NEW.holding = 'definitive' AND EXISTS (SELECT 1 FROM agreements_assignment other "
    "WHERE other.position_id = NEW.position_id AND other.holding = 'definitive' AND other.id <> NEW.id "
    "AND (NEW.ends IS NULL OR other.starts <= NEW.ends) AND (other.ends IS NULL OR other.ends >= NEW.starts))"
)
# Whoever writes an assignment of the position waits for who is writing another.
_LOCK = "1 FROM agreements_position WHERE id = NEW.position_id FOR NO KEY UPDATE"
_CLASH_MESSAGE = "Satu jabatan tidak dapat dipegang dua pejabat definitif pada hari yang sama."


# COLUMN of TABLE names the row above; a new row has nothing below it yet, so only a changed one closes a circle.
_CIRCLE = (
    "NEW.COLUMN IS NOT NULL AND (OLD.COLUMN IS NULL OR OLD.COLUMN <> NEW.COLUMN) AND EXISTS ("
    "WITH RECURSIVE above(id) AS (SELECT NEW.COLUMN UNION SELECT other.COLUMN FROM TABLE other "
    "JOIN above ON other.id = above.id WHERE other.COLUMN IS NOT NULL) "
    "SELECT 1 FROM above WHERE above.id = NEW.id)"
)


def _circle(name: str, table: str, column: str, message: str) -> triggers.Trigger:
    """Refuses that a row comes to stand above itself, through however many others.

    Two people may each close half of a circle at once, so that on PostgreSQL the second waits for the first.
    """
    condition = _CIRCLE.replace("COLUMN", column).replace("TABLE", table)
    return triggers.Trigger(
        name, table, "UPDATE", condition, message, f"pg_advisory_xact_lock(hashtext('{table}'))"
    )


triggers.register(
    triggers.Trigger(
        "assignment_clash_insert",
        "agreements_assignment",
        "INSERT",
        # A new row has no number yet on SQLite.
        _CLASH.replace("other.id <> NEW.id", "1 = 1"),
        _CLASH_MESSAGE,
        _LOCK,
    ),
    triggers.Trigger(
        "assignment_clash_update", "agreements_assignment", "UPDATE", _CLASH, _CLASH_MESSAGE, _LOCK
    ),
    _circle(
        "unit_no_circle",
        "agreements_unit",
        "parent_id",
        "Unit tidak dapat berada di bawah dirinya sendiri. Orang lain baru saja memindahkan unit yang terkait.",
    ),
    _circle(
        "position_no_circle",
        "agreements_position",
        "superior_id",
        "Jabatan tidak dapat menjadi bawahan dirinya sendiri. Orang lain baru saja mengubah atasan yang terkait.",
    ),
)
