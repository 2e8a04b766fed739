"""Workbooks that were uploaded: what they say, what was applied, and what it replaced."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from agreements.enums import ImportState, RowOutcome
from records.models import Job, StoredFile


class ImportMapping(models.Model):
    """Which column of a source is which of ours, remembered by the headings of its sheet."""

    subject = models.CharField("isi", max_length=30)
    sheet = models.CharField("lembar", max_length=30)
    headings = models.CharField("sidik kepala kolom", max_length=64)
    columns = models.TextField("padanan kolom")
    used_at = models.DateTimeField("terakhir dipakai", default=timezone.now)

    class Meta:
        verbose_name = "padanan kolom impor"
        ordering = ("-used_at",)
        constraints = [
            models.UniqueConstraint(fields=("subject", "sheet", "headings"), name="import_mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.sheet}"


class ImportRun(models.Model):
    """One uploaded workbook on its way: matched, examined, applied, undone.

    `plan` says which sheet and column is what, `options` what was chosen besides; both as text.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.CharField("isi", max_length=30)
    year = models.PositiveSmallIntegerField("tahun", null=True, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="berkas", related_name="+")
    state = models.CharField("keadaan", max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    plan = models.TextField("padanan", default="{}")
    options = models.TextField("pilihan", default="{}")
    rows = models.PositiveIntegerField("baris", default=0)
    new = models.PositiveIntegerField("baru", default=0)
    changed = models.PositiveIntegerField("berubah", default=0)
    same = models.PositiveIntegerField("sama", default=0)
    refused = models.PositiveIntegerField("ditolak", default=0)
    left_out = models.PositiveIntegerField("dilewati", default=0)
    message = models.TextField("keterangan", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    job = models.ForeignKey(
        Job, models.SET_NULL, null=True, blank=True, verbose_name="pekerjaan", related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="pengunggah", related_name="+"
    )
    created_at = models.DateTimeField("diunggah pada", default=timezone.now)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="diterapkan oleh",
        related_name="+",
    )
    applied_at = models.DateTimeField("diterapkan pada", null=True, blank=True)
    undone_at = models.DateTimeField("dibatalkan pada", null=True, blank=True)

    class Meta:
        verbose_name = "impor"
        ordering = ("-created_at",)

    @property
    def standing(self) -> str:
        """The state in words; a file that would change nothing does not wait for anybody."""
        if self.state == ImportState.EXAMINED and not self.new + self.changed:
            return "Sudah diperiksa"
        return self.get_state_display()

    def __str__(self) -> str:
        return f"Impor {self.file}"


class ImportRow(models.Model):
    """What examining found of a row that is not the same as what is stored. `row` counts as in the sheet."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="examined")
    sheet = models.CharField("lembar", max_length=60)
    row = models.PositiveIntegerField("baris")
    outcome = models.CharField("hasil", max_length=10, choices=RowOutcome)
    label = models.CharField("data", max_length=300)
    # JSON: what differs as [label, before, after]; faults and remarks as [column, heading, sentence].
    differences = models.TextField("perbedaan", blank=True)
    faults = models.TextField("kesalahan", blank=True)
    remarks = models.TextField("catatan", blank=True)

    class Meta:
        verbose_name = "baris impor"
        ordering = ("pk",)
        indexes = [models.Index(fields=("run", "outcome"), name="import_row_outcome")]

    def __str__(self) -> str:
        return f"{self.sheet} baris {self.row}"


class ImportChange(models.Model):
    """What an applied import made of one row of a table, so that it can be undone; JSON text of its columns."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes")
    table = models.CharField("tabel", max_length=60)
    key = models.BigIntegerField("nomor")
    before = models.TextField("sebelum", blank=True)
    after = models.TextField("sesudah")

    class Meta:
        verbose_name = "perubahan oleh impor"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("run", "table", "key"), name="import_change_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"
