"""What proves facts: a file or a link, kept once and used by several rows; progress of an action plan."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agreements.models import ActionStep, Unit
from evaluations.models.period import Period
from evaluations.models.realisation import Realisation
from evaluations.querysets import EvidenceQuerySet, StepProgressQuerySet
from records.models import StoredFile


class Evidence(models.Model):
    """A file or a link that proves realisations, one or several."""

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="unit", related_name="evidence")
    year = models.PositiveSmallIntegerField("tahun")
    title = models.CharField("nama data dukung", max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    link = models.URLField("tautan", max_length=500, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "data dukung"
        ordering = ("-added_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=(Q(file__isnull=False) & Q(link="")) | (Q(file__isnull=True) & ~Q(link="")),
                name="evidence_file_or_link",
            )
        ]

    def __str__(self) -> str:
        return self.title


class StepProgress(models.Model):
    """How far a step of an action plan is at the end of a quarter, in percent of the step."""

    step = models.ForeignKey(ActionStep, models.PROTECT, verbose_name="langkah", related_name="progress")
    period = models.ForeignKey(Period, models.PROTECT, verbose_name="periode", related_name="step_progress")
    percent = models.DecimalField(
        "kemajuan (%)",
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    note = models.CharField("keterangan", max_length=500, blank=True)
    invented = models.BooleanField("rekaan", default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = StepProgressQuerySet.as_manager()

    class Meta:
        verbose_name = "kemajuan langkah"
        ordering = ("step_id", "period__number")
        constraints = [
            models.UniqueConstraint(fields=("step", "period"), name="step_progress_once"),
            models.CheckConstraint(
                condition=Q(percent__gte=0) & Q(percent__lte=100), name="step_progress_is_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.period}"


class EvidenceUse(models.Model):
    """Which realisation or progress of a step an evidence proves, and on which page of it."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="uses")
    realisation = models.ForeignKey(
        Realisation, models.CASCADE, null=True, blank=True, related_name="evidence_uses"
    )
    progress = models.ForeignKey(
        StepProgress, models.CASCADE, null=True, blank=True, related_name="evidence_uses"
    )
    page = models.CharField("halaman", max_length=20, blank=True)

    class Meta:
        verbose_name = "pemakaian data dukung"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("evidence", "realisation"), name="evidence_used_once"),
            models.UniqueConstraint(fields=("evidence", "progress"), name="evidence_used_once_a_step"),
            models.CheckConstraint(
                condition=Q(realisation__isnull=False, progress__isnull=True)
                | Q(realisation__isnull=True, progress__isnull=False),
                name="evidence_proves_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence} ({self.realisation or self.progress})"
