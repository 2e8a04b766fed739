"""The copy that deploy/backup.py makes: complete, consistent, checked, and none left half-made."""

import hashlib
import importlib.util
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

spec = importlib.util.spec_from_file_location("backup", Path(__file__).parent.parent / "deploy" / "backup.py")
backup = importlib.util.module_from_spec(spec)
spec.loader.exec_module(backup)
CONTENT = b"isi berkas"


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A data folder in use: a database with a writer that has not committed, one file kept, one under way."""
    var = tmp_path / "var"
    kept = var / "files" / "ab" / "abcd"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(CONTENT)
    kept.with_suffix(".part").write_bytes(b"is")
    with closing(sqlite3.connect(var / "db.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE facts (value)")
        database.execute("INSERT INTO facts VALUES ('tersimpan')")
        database.commit()
        database.execute("INSERT INTO facts VALUES ('belum tersimpan')")
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{var / 'db.sqlite3'}")
        monkeypatch.setenv("VAR_DIR", str(var))
        yield var


def copies(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name != "files")


def test_a_copy_holds_what_was_acknowledged_and_says_its_hashes(server, tmp_path):
    folder = tmp_path / "salinan"
    backup.main([str(folder)])
    (copy,) = copies(folder)
    with closing(sqlite3.connect(copy / "db.sqlite3")) as database:
        assert database.execute("SELECT value FROM facts").fetchall() == [("tersimpan",)]
    assert [path.name for path in folder.glob("files/*/*")] == ["abcd"]
    lines = (copy / "manifest.sha256").read_text().splitlines()
    assert lines[1] == f"{hashlib.sha256(CONTENT).hexdigest()}  ../files/ab/abcd"
    digest, name = lines[0].split("  ")
    assert name == "db.sqlite3"
    assert digest == hashlib.sha256((copy / name).read_bytes()).hexdigest()


def test_a_second_copy_adds_only_new_files_and_old_ones_go(server, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "salinan"
    for number in range(4):
        monkeypatch.setattr(backup, "STAMP", f"2026-07-2{number}T023000")
        backup.main([str(folder), "--keep", "2"])
    assert [path.name for path in copies(folder)] == ["2026-07-22T023000", "2026-07-23T023000"]
    assert [line.rsplit(", ", 1)[1] for line in capsys.readouterr().out.splitlines()] == [
        "1 of them new.", *["0 of them new."] * 3
    ]  # fmt: skip


def test_a_copy_that_fails_leaves_nothing_behind(server, tmp_path, monkeypatch):
    def full_disk(*arguments):
        raise OSError("No space left on device")

    monkeypatch.setattr(backup, "copy_files", full_disk)
    folder = tmp_path / "salinan"
    with pytest.raises(OSError, match="No space left"):
        backup.main([str(folder)])
    assert copies(folder) == []


def test_a_missing_database_is_no_empty_copy(server, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'tidak-ada.sqlite3'}")
    with pytest.raises(sqlite3.OperationalError):
        backup.main([str(tmp_path / "salinan")])
    assert not (tmp_path / "tidak-ada.sqlite3").exists()


def test_without_the_environment_it_says_so(server, tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(SystemExit, match="DATABASE_URL is not set"):
        backup.main([str(tmp_path / "salinan")])


@pytest.mark.parametrize(
    ("address", "options"),
    [
        (
            "postgres://perjanjian_app:rahasia%21@10.0.0.5:5433/perjanjian",
            ["--host=10.0.0.5", "--port=5433", "--username=perjanjian_app", "--dbname=perjanjian"],
        ),
        ("postgres:////run/postgresql/perjanjian", ["--host=/run/postgresql", "--dbname=perjanjian"]),
        ("postgres:///perjanjian", ["--dbname=perjanjian"]),
    ],
)
def test_postgresql_is_dumped_without_the_password_on_the_command_line(
    server, tmp_path, monkeypatch, address, options
):
    started = []

    def pg_dump(command, env, check):
        started.append((command, env.get("PGPASSWORD")))
        Path(command[2].removeprefix("--file=")).write_bytes(b"dump")

    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setattr(backup.subprocess, "run", pg_dump)
    backup.main([str(tmp_path / "salinan")])
    ((command, password),) = started
    assert command[:2] == ["pg_dump", "--format=custom"]
    assert command[3:] == options
    assert password == ("rahasia!" if urlsplit(address).password else None)
