"""The event chain, the files kept for good, and the jobs of the worker."""

import json
import re
import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from perjanjian.numerals import format_date
from records import triggers
from records.enums import JobState

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Event(models.Model):
    """One line of the history. Its hash covers its text and the hash of the line before.

    Written only by `records.history.record`, as the last thing in the transaction of the change.
    """

    number = models.PositiveBigIntegerField("nomor", primary_key=True)
    at = models.DateTimeField("waktu")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="pelaku",
        related_name="+",
    )
    actor_name = models.CharField("nama pelaku", max_length=200)
    capacity = models.CharField("selaku", max_length=120, blank=True)
    unit_id_text = models.CharField("nomor unit", max_length=20, blank=True)
    unit_name = models.CharField("unit", max_length=255, blank=True)
    action = models.CharField("tindakan", max_length=60)
    subject_type = models.CharField("jenis objek", max_length=60)
    subject_id = models.CharField("nomor objek", max_length=40)
    subject = models.CharField("objek", max_length=300)
    before = models.TextField("sebelum", blank=True)
    after = models.TextField("sesudah", blank=True)
    reason = models.TextField("alasan", blank=True)
    refused = models.BooleanField("ditolak", default=False)
    address = models.CharField("alamat", max_length=45, blank=True)
    previous_hash = models.CharField("hash sebelumnya", max_length=64)
    hash = models.CharField("hash", max_length=64, unique=True)

    class Meta:
        verbose_name = "riwayat perubahan"
        ordering = ("number",)
        indexes = [models.Index(fields=("subject_type", "subject_id"), name="event_subject")]

    def __str__(self) -> str:
        return f"{self.number}. {self.actor_name}: {self.action} {self.subject}"

    @property
    def changes(self) -> tuple[tuple[str, str, str], ...]:
        """What differs, as people read it: (name, before, after)."""
        was, now = (json.loads(side) if side else {} for side in (self.before, self.after))
        return tuple(
            (name.replace("_", " "), in_words(was.get(name)), in_words(now.get(name)))
            for name in {**was, **now}
        )


def in_words(value: object) -> str:
    """A value of an event's JSON without its signs; a date as people write it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')}: {in_words(each)}" for name, each in value.items())
    if isinstance(value, list):
        return "; ".join(in_words(each) for each in value)
    text = str(value)
    try:
        return format_date(date.fromisoformat(text)) if ISO_DAY.fullmatch(text) else text
    except ValueError:  # a day no calendar has, as somebody typed it
        return text


class ChainHead(models.Model):
    """The last line of the chain, one row: locked while a line is added, so two never fork it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="chain_has_one_head")]

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"


class StoredFile(models.Model):
    """Bytes kept once, named by nobody: the row has their SHA-256, the disk a random name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField("ukuran (bita)")
    media_type = models.CharField("jenis", max_length=100)
    original_name = models.CharField("nama berkas", max_length=200)
    stored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="disimpan oleh",
        related_name="+",
    )
    stored_at = models.DateTimeField("disimpan pada", default=timezone.now)

    class Meta:
        verbose_name = "berkas"

    def __str__(self) -> str:
        return self.original_name


class Job(models.Model):
    """Work that takes seconds, done by the worker. This row is the truth; the queue only carries it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("jenis", max_length=60)
    title = models.CharField("judul", max_length=200)
    arguments = models.TextField("isian", default="{}")
    state = models.CharField("keadaan", max_length=10, choices=JobState, default=JobState.WAITING)
    progress = models.PositiveSmallIntegerField("kemajuan (%)", default=0)
    message = models.CharField("keterangan", max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="pemesan", related_name="+"
    )
    created_at = models.DateTimeField("dipesan pada", default=timezone.now)
    touched_at = models.DateTimeField("terakhir bergerak", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("percobaan", default=0)
    result = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, verbose_name="hasil", related_name="+"
    )

    class Meta:
        verbose_name = "pekerjaan"
        ordering = ("-created_at",)
        indexes = [models.Index(fields=("owner", "-created_at"), name="job_owner_created")]

    def __str__(self) -> str:
        return self.title


triggers.register(
    *triggers.append_only("records_event", "Riwayat"),
    *triggers.append_only("records_storedfile", "Berkas yang tersimpan"),
)
