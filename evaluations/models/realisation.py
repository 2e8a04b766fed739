"""What was measured: realisations with their three sets of values, later revisions, years before."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from agreements.models import Indicator
from agreements.models.planning import MeasureField, TargetColumns
from evaluations.enums import RealisationStatus, RevisionStatus, SourceStatus, ValueState
from evaluations.models.period import Period
from evaluations.querysets import RealisationQuerySet, SourceRevisionQuerySet
from perjanjian.numerals import format_date
from records import triggers

VALUE_COLUMNS = ("value", "numerator", "denominator", "step", "date")
# One set of values by those columns.
Figures = dict[str, Decimal | int | date | None]


class Realisation(models.Model):
    """What was measured of one indicator in one period: typed once, read by every promise.

    Three sets of value columns, by kind: claimed (by the unit), verified (by the verifier, who may
    correct) and final (at the lock). `status` is written by `evaluations.workflow` alone.
    """

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, verbose_name="indikator", related_name="realisations"
    )
    period = models.ForeignKey(Period, models.PROTECT, verbose_name="periode", related_name="realisations")
    status = models.CharField(
        "status", max_length=10, choices=RealisationStatus, default=RealisationStatus.DRAFT, editable=False
    )
    state = models.CharField("keadaan nilai", max_length=15, choices=ValueState, default=ValueState.MEASURED)
    state_reason = models.CharField("alasan", max_length=300, blank=True)
    expected_on = models.DateField("perkiraan rilis", null=True, blank=True)
    source_status = models.CharField(
        "status sumber", max_length=12, choices=SourceStatus, default=SourceStatus.FINAL
    )
    claimed_value = MeasureField("nilai menurut PD", null=True, blank=True)
    claimed_numerator = MeasureField("pembilang menurut PD", null=True, blank=True)
    claimed_denominator = MeasureField("penyebut menurut PD", null=True, blank=True)
    claimed_step = models.PositiveSmallIntegerField("tingkat menurut PD", null=True, blank=True)
    claimed_date = models.DateField("tanggal menurut PD", null=True, blank=True)
    verified_value = MeasureField("nilai hasil verifikasi", null=True, blank=True)
    verified_numerator = MeasureField("pembilang hasil verifikasi", null=True, blank=True)
    verified_denominator = MeasureField("penyebut hasil verifikasi", null=True, blank=True)
    verified_step = models.PositiveSmallIntegerField("tingkat hasil verifikasi", null=True, blank=True)
    verified_date = models.DateField("tanggal hasil verifikasi", null=True, blank=True)
    final_value = MeasureField("nilai final", null=True, blank=True)
    final_numerator = MeasureField("pembilang final", null=True, blank=True)
    final_denominator = MeasureField("penyebut final", null=True, blank=True)
    final_step = models.PositiveSmallIntegerField("tingkat final", null=True, blank=True)
    final_date = models.DateField("tanggal final", null=True, blank=True)
    supporting = models.TextField("faktor pendorong", blank=True)
    inhibiting = models.TextField("faktor penghambat", blank=True)
    follow_up = models.TextField("tindak lanjut", blank=True)
    filled_in_reason = models.CharField("alasan diisikan Bagian Organisasi", max_length=300, blank=True)
    invented = models.BooleanField("rekaan", default=False, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    verified_own = models.BooleanField("diverifikasi pengaju sendiri", default=False, editable=False)
    correction_reason = models.TextField("alasan koreksi", blank=True, editable=False)
    return_reason = models.TextField("catatan perbaikan", blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RealisationQuerySet.as_manager()

    class Meta:
        verbose_name = "realisasi"
        ordering = ("indicator_id", "period__number")
        constraints = [
            models.UniqueConstraint(fields=("indicator", "period"), name="realisation_once"),
            models.CheckConstraint(
                condition=~Q(status__in=(RealisationStatus.VERIFIED, RealisationStatus.FINAL))
                | Q(verified_by__isnull=False),
                name="realisation_verified_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state=ValueState.NOT_APPLICABLE) | ~Q(state_reason=""),
                name="realisation_not_applicable_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}"

    def values(self, which: str) -> Figures:
        """One set of values by column name; `which` is claimed, verified or final."""
        return {column: getattr(self, f"{which}_{column}") for column in VALUE_COLUMNS}

    @cached_property
    def revision(self) -> "SourceRevision | None":
        """What counts instead: the source's latest verified correction; `SourceRevision.objects.attach` for lists."""
        return self.revisions.verified().last()

    def copy_values(self, source: str, to: str) -> None:
        for column, value in self.values(source).items():
            setattr(self, f"{to}_{column}", value)


class SourceRevision(models.Model):
    """A figure its source changed after the fact was final: dated, with its own values, printed as such.

    Written by the unit and counted once verified; the fact itself stays as it was. The latest verified
    one is what others count with. `status` is written by `evaluations.workflow` alone.
    """

    realisation = models.ForeignKey(
        Realisation, models.PROTECT, verbose_name="realisasi", related_name="revisions"
    )
    status = models.CharField(
        "status", max_length=10, choices=RevisionStatus, default=RevisionStatus.SUBMITTED, editable=False
    )
    announced_on = models.DateField("tanggal angka direvisi sumber")
    source = models.CharField("sumber revisi", max_length=200)
    reason = models.CharField("penjelasan", max_length=300)
    value = MeasureField("nilai", null=True, blank=True)
    numerator = MeasureField("pembilang", null=True, blank=True)
    denominator = MeasureField("penyebut", null=True, blank=True)
    step = models.PositiveSmallIntegerField("tingkat", null=True, blank=True)
    date = models.DateField("tanggal", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+"
    )
    submitted_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decision_reason = models.CharField("alasan ditolak", max_length=300, blank=True, editable=False)
    invented = models.BooleanField("rekaan", default=False, editable=False)

    objects = SourceRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = "revisi sumber"
        ordering = ("realisation_id", "announced_on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("realisation",),
                condition=Q(status=RevisionStatus.SUBMITTED),
                name="revision_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(status=RevisionStatus.SUBMITTED) | Q(decided_by__isnull=False),
                name="revision_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.realisation} ({format_date(self.announced_on)})"

    def values(self) -> Figures:
        """The corrected figures by column name."""
        return {column: getattr(self, column) for column in VALUE_COLUMNS}


class EarlierYear(TargetColumns):
    """What an indicator reached in a year this application did not measure, as its document says it.

    The columns of the target are those of `TargetColumns`; a report compares with it.
    """

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, verbose_name="indikator", related_name="earlier_years"
    )
    year = models.PositiveSmallIntegerField("tahun")
    reached_value = MeasureField("realisasi", null=True, blank=True)
    reached_step = models.PositiveSmallIntegerField("realisasi predikat", null=True, blank=True)
    reached_date = models.DateField("realisasi tanggal", null=True, blank=True)
    source = models.CharField("sumber", max_length=200)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    invented = models.BooleanField("rekaan", default=False, editable=False)

    class Meta:
        verbose_name = "realisasi tahun sebelumnya"
        ordering = ("indicator_id", "year")
        constraints = [models.UniqueConstraint(fields=("indicator", "year"), name="earlier_year_once")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}"


triggers.register(
    triggers.Trigger(
        "realisation_final_update",
        "evaluations_realisation",
        "UPDATE",
        "OLD.status = 'final'",
        "Realisasi yang sudah final tidak dapat diubah.",
    ),
    triggers.Trigger(
        "realisation_final_delete",
        "evaluations_realisation",
        "DELETE",
        "OLD.status IN ('submitted', 'verified', 'final')",
        "Realisasi yang sudah diajukan tidak dapat dihapus.",
    ),
    triggers.Trigger(
        "revision_decided_update",
        "evaluations_sourcerevision",
        "UPDATE",
        "OLD.status <> 'submitted'",
        "Revisi sumber yang sudah diputuskan tidak dapat diubah.",
    ),
    triggers.Trigger(
        "revision_delete",
        "evaluations_sourcerevision",
        "DELETE",
        "1 = 1",
        "Revisi sumber tidak dapat dihapus.",
    ),
)
