"""Budgets are leaves: of one unit, year, version and fund source none has a code that another's begins with.

Kept by the database, whoever writes: a sum of all budgets counts nothing twice (ADR 0018).
"""

from records import triggers

TWO_LEVELS = "Satu program tidak dapat berpagu sekaligus dirinci: pagunya dicatat pada rinciannya, atau pada program itu."
# Two questions, so that the first finds its few codes by the indexes: most rows are sub kegiatan. The codes a
# code lies within are told by the national shape d.dd.dd.d.dd.dddd; of a shorter code they are itself.
_CLASH = (
    "(EXISTS (SELECT 1 FROM agreements_programme own JOIN agreements_programme theirs ON theirs.code IN "
    "(substr(own.code, 1, 1), substr(own.code, 1, 4), substr(own.code, 1, 7), substr(own.code, 1, 12)) "
    "AND theirs.code <> own.code JOIN agreements_budget other ON other.programme_id = theirs.id "
    "AND other.unit_id = NEW.unit_id AND other.year = NEW.year AND other.version = NEW.version "
    "AND other.fund_source = NEW.fund_source "
    "WHERE own.id = NEW.programme_id AND own.code <> '' AND other.id <> NEW.id) "
    "OR EXISTS (SELECT 1 FROM agreements_programme own JOIN agreements_budget other "
    "ON other.unit_id = NEW.unit_id AND other.year = NEW.year AND other.version = NEW.version "
    "AND other.fund_source = NEW.fund_source "
    "JOIN agreements_programme theirs ON theirs.id = other.programme_id "
    "WHERE own.id = NEW.programme_id AND own.code <> '' AND length(own.code) < 15 AND other.id <> NEW.id "
    "AND substr(theirs.code, 1, length(own.code) + 1) = own.code || '.'))"
)
_MOVED = (
    "(NEW.unit_id <> OLD.unit_id OR NEW.programme_id <> OLD.programme_id OR NEW.year <> OLD.year "
    "OR NEW.version <> OLD.version OR NEW.fund_source <> OLD.fund_source) AND "
)
# Whoever writes a unit's budgets waits for who is writing others of it, and for who changes the code.
_LOCK = (
    "1 FROM agreements_unit u, agreements_programme p WHERE u.id = NEW.unit_id AND p.id = NEW.programme_id "
    "FOR NO KEY UPDATE OF u FOR SHARE OF p"
)
_RECODED = (
    "NEW.code <> OLD.code AND NEW.code <> '' AND EXISTS (SELECT 1 FROM agreements_budget mine "
    "JOIN agreements_budget other ON other.unit_id = mine.unit_id AND other.year = mine.year "
    "AND other.version = mine.version AND other.fund_source = mine.fund_source AND other.id <> mine.id "
    "JOIN agreements_programme theirs ON theirs.id = other.programme_id AND theirs.code <> '' "
    "AND theirs.id <> NEW.id WHERE mine.programme_id = NEW.id "
    "AND (substr(theirs.code, 1, length(NEW.code) + 1) = NEW.code || '.' "
    "OR substr(NEW.code, 1, length(theirs.code) + 1) = theirs.code || '.'))"
)
_RECODED_LOCK = (
    "1 FROM agreements_unit WHERE id IN "
    "(SELECT unit_id FROM agreements_budget WHERE programme_id = NEW.id) ORDER BY id FOR NO KEY UPDATE"
)
triggers.register(
    triggers.Trigger(
        "budget_leaf_insert",
        "agreements_budget",
        "INSERT",
        # A new row has no number yet on SQLite.
        _CLASH.replace("other.id <> NEW.id", "1 = 1"),
        TWO_LEVELS,
        _LOCK,
    ),
    triggers.Trigger(
        "budget_leaf_update",
        "agreements_budget",
        "UPDATE",
        _MOVED + _CLASH,
        TWO_LEVELS,
        _LOCK,
    ),
    triggers.Trigger(
        "programme_recoded_leaf", "agreements_programme", "UPDATE", _RECODED, TWO_LEVELS, _RECODED_LOCK
    ),
)
