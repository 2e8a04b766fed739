"""Copies the database first, then the stored files, then writes a manifest with every SHA-256.

    python deploy/backup.py FOLDER [--keep 30]

In this order every file a row names is in the copy: files are written before their rows and never
removed. Files never change either, so FOLDER/files is one growing mirror for all copies of the database;
FOLDER/<day and time>/ holds a copy of the database with its manifest. Reads DATABASE_URL and VAR_DIR.
Standard library only: it must run when nothing else does.
"""

import argparse
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

MANIFEST = "manifest.sha256"
STAMP = "%Y-%m-%dT%H%M%S"
STAMPED = re.compile(r"\d{4}-\d\d-\d\dT\d{6}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Database first, then files, then the manifest.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", type=int, default=30, help="how many copies of the database to keep")
    asked = parser.parse_args(arguments)
    os.umask(0o077)
    target = asked.folder / datetime.now().astimezone().strftime(STAMP)
    target.mkdir(parents=True)
    try:
        database = copy_database(setting("DATABASE_URL"), target)
        mirror = asked.folder / "files"
        copied = copy_files(Path(setting("VAR_DIR")) / "files", mirror)
        # Last: a copy with a manifest is a complete one.
        count = write_manifest(target / MANIFEST, database, mirror)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    remove_old(asked.folder, asked.keep)
    sys.stdout.write(f"{target}: {database.name}, {count - 1} files, {copied} of them new.\n")
    return 0


def setting(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set; start this with the environment of the application.")
    return value


def copy_database(address: str, folder: Path) -> Path:
    """A consistent copy of the live database; never `cp`, which tears a database that is written to."""
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        target = folder / "db.sqlite3"
        live = Path(unquote(parts.path[1:])).absolute().as_uri() + "?mode=rw"
        with closing(sqlite3.connect(live, uri=True)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            (answer,) = copy.execute("PRAGMA integrity_check").fetchone()
        if answer != "ok":
            raise SystemExit(f"The copy of the database is damaged: {answer}")
        return target
    target = folder / "db.dump"
    # The password goes through the environment: a command line can be read by everyone on the machine.
    environment = os.environ | ({"PGPASSWORD": unquote(parts.password)} if parts.password else {})
    command = ["pg_dump", "--format=custom", f"--file={target}", *postgresql_options(parts)]
    subprocess.run(command, env=environment, check=True)  # noqa: S603 (the server's own settings)
    return target


def postgresql_options(parts) -> list[str]:
    """pg_dump's options for an address such as postgres://user@host:5432/name or postgres:////folder/name."""
    host, name = parts.hostname or "", unquote(parts.path[1:])
    if name.startswith("/"):
        host, name = name.rsplit("/", 1)
    given = {"--host": host, "--port": parts.port, "--username": parts.username and unquote(parts.username)}
    return [*(f"{option}={value}" for option, value in given.items() if value), f"--dbname={name}"]


def copy_files(source: Path, mirror: Path) -> int:
    """Add what the mirror has not yet; how many files that were. A file under way ends with .part."""
    copied = 0
    for path in sorted(source.glob("*/*")):
        target = mirror / path.relative_to(source)
        if path.suffix == ".part" or target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(".part")
        shutil.copy2(path, unfinished)
        unfinished.rename(target)
        copied += 1
    return copied


def write_manifest(path: Path, database: Path, mirror: Path) -> int:
    """One line a file, as sha256sum writes and checks it; how many lines."""
    files = [database, *sorted(file for file in mirror.glob("*/*") if file.suffix != ".part")]
    with path.open("w") as lines:
        for file in files:
            name = file.name if file == database else Path("..") / "files" / file.relative_to(mirror)
            lines.write(f"{sha256_of(file)}  {name}\n")
    return len(files)


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def remove_old(folder: Path, keep: int) -> None:
    copies = sorted(path for path in folder.iterdir() if STAMPED.fullmatch(path.name))
    for path in copies[: max(0, len(copies) - keep)]:
        shutil.rmtree(path)


if __name__ == "__main__":
    sys.exit(main())
