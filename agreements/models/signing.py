"""The signed paper: who, where, when, the exact bytes, and each signature on them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agreements.enums import Paper, Party, SigningMethod
from agreements.models.agreement import Agreement
from agreements.models.organisation import Assignment
from records import triggers
from records.models import StoredFile


class Issue(models.Model):
    """One issue of an agreement: its signatories, place, date and bytes, kept for good.

    `canonical` is the agreed content as text; `content_sha256` its hash, printed on every page.
    A later issue makes an earlier one void without touching it.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="issues")
    sequence = models.PositiveSmallIntegerField("penerbitan ke-", default=1)
    document_number = models.CharField("nomor dokumen", max_length=80, blank=True)
    place = models.CharField("tempat", max_length=80)
    document_date = models.DateField("tanggal dokumen")
    paper = models.CharField("kertas", max_length=4, choices=Paper)
    code = models.CharField("kode dokumen", max_length=20, unique=True)
    canonical = models.TextField("isi kanonis")
    content_sha256 = models.CharField("SHA-256 isi", max_length=64)
    pdf = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="PDF", related_name="+")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "penerbitan PK"
        ordering = ("agreement_id", "-sequence")
        constraints = [models.UniqueConstraint(fields=("agreement", "sequence"), name="issue_sequence_once")]

    def __str__(self) -> str:
        return f"{self.code}"


class IssueParty(models.Model):
    """A signatory as printed: name, position with its prefix, rank and NIP of that day."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="parties")
    party = models.CharField("pihak", max_length=6, choices=Party)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    name = models.CharField("nama", max_length=200)
    title = models.CharField("jabatan", max_length=255)
    rank = models.CharField("pangkat", max_length=80, blank=True)
    nip = models.CharField("NIP", max_length=18, blank=True)

    class Meta:
        verbose_name = "pihak"
        ordering = ("issue_id", "party")
        constraints = [models.UniqueConstraint(fields=("issue", "party"), name="issue_party_once")]

    def __str__(self) -> str:
        return self.name


class Signature(models.Model):
    """One party's signature on one issue; in ink the scanned paper is the proof."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="signatures")
    party = models.ForeignKey(IssueParty, models.PROTECT, related_name="signatures")
    method = models.CharField("cara", max_length=6, choices=SigningMethod, default=SigningMethod.INK)
    signed_on = models.DateField("tanggal tanda tangan")
    place = models.CharField("tempat", max_length=80)
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="pindaian", related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "tanda tangan"
        ordering = ("issue_id", "party_id")
        constraints = [
            models.UniqueConstraint(fields=("issue", "party"), name="signature_once"),
            models.CheckConstraint(condition=~Q(place=""), name="signature_has_place"),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.signed_on}"


triggers.register(
    *triggers.append_only("agreements_issue", "PK yang sudah diterbitkan"),
    *triggers.append_only("agreements_issueparty", "Pihak pada PK yang sudah diterbitkan"),
    *triggers.append_only("agreements_signature", "Tanda tangan"),
)
