"""Keeps bytes for good: written to a temporary name, flushed, renamed, and only then given a row."""

import hashlib
import os
import uuid
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from perjanjian.faults import Damaged
from records.models import StoredFile


class FileDamaged(Damaged):
    """The bytes on the disk are gone or no longer those whose SHA-256 was written down."""


def path_of(stored_id: uuid.UUID) -> Path:
    name = stored_id.hex
    return settings.FILES_DIR / name[:2] / name


def store(content: bytes, name: str, media_type: str, account_id: int | None) -> StoredFile:
    """Keep the bytes and return their row.

    Args:
        content: the bytes themselves; already checked when they came from outside (`records.uploads`).
        name: the name a download carries; never used on the disk.
        media_type: from our own table of types, never the sender's word.
        account_id: who stored it, or None for the system.

    Raises OSError when the disk refuses; then nothing of the file is left behind.
    """
    stored = StoredFile(
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        media_type=media_type,
        original_name=Path(name).name[:200],
        stored_by_id=account_id,
    )
    target = path_of(stored.pk)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".part")
    try:
        with open(temporary, "xb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        os.chmod(temporary, 0o640)
        os.replace(temporary, target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)
    stored.save(force_insert=True)
    return stored


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def discard(stored: StoredFile) -> None:
    """Remove the bytes of a file whose row never came to be: the transaction it belonged to failed."""
    path_of(stored.pk).unlink(missing_ok=True)


def read(stored: StoredFile) -> bytes:
    """The bytes, compared with their SHA-256. Raises FileDamaged when they are not those stored."""
    try:
        content = path_of(stored.pk).read_bytes()
    except OSError as error:
        raise FileDamaged(f"Berkas “{stored}” tidak dapat dibaca dari penyimpanan.") from error
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise FileDamaged(f"Berkas “{stored}” tidak lagi sama dengan yang disimpan.")
    return content


def response(stored: StoredFile, inline: bool = False) -> HttpResponse:
    """The file as an answer: type and name from our own row, never guessed by anyone."""
    answer = HttpResponse(read(stored), content_type=stored.media_type)
    disposition = content_disposition_header(not inline, stored.original_name)
    answer["Content-Disposition"] = disposition or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
