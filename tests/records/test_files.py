"""Files are kept once, whole or not at all, and given back only as they were."""

import os

import pytest

from records import files
from records.models import StoredFile


@pytest.fixture
def stored(db):
    return files.store(b"isi berkas", "laporan akhir.pdf", "application/pdf", None)


def test_what_was_stored_comes_back(stored):
    assert files.read(stored) == b"isi berkas"
    assert (stored.size, stored.original_name) == (10, "laporan akhir.pdf")


def test_a_changed_file_is_noticed(stored):
    files.path_of(stored.pk).write_bytes(b"isi berubah")
    with pytest.raises(files.FileDamaged, match="tidak lagi sama"):
        files.read(stored)


def test_a_lost_file_is_noticed(stored):
    files.path_of(stored.pk).unlink()
    with pytest.raises(files.FileDamaged, match="tidak dapat dibaca"):
        files.read(stored)


def test_the_name_on_the_disk_is_not_the_senders(db):
    stored = files.store(b"x", "../../etc/passwd", "application/pdf", None)
    assert stored.original_name == "passwd"
    assert files.path_of(stored.pk).name == stored.pk.hex


def test_a_full_disk_leaves_nothing_behind(db, monkeypatch, settings):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.store(b"x", "a.pdf", "application/pdf", None)
    assert [p for p in settings.FILES_DIR.rglob("*") if p.is_file()] == []
    assert not StoredFile.objects.exists()


def test_an_answer_names_its_own_type_and_is_a_download(stored):
    answer = files.response(stored)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert files.response(stored, inline=True)["Content-Disposition"].startswith("inline")
