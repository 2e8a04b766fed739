"""The fact: periods, realisations with their three sets of values, evidence, money spent, the report."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from agreements.models import Budget, Indicator, Objective, Unit
from agreements.models.planning import MeasureField, MoneyColumn
from evaluations.enums import (
    RealisationStatus,
    ReportStatus,
    Section,
    SourceStatus,
    Subject,
    ValueState,
)
from evaluations.querysets import (
    BudgetRealisationQuerySet,
    EvidenceQuerySet,
    ExtensionQuerySet,
    PeriodQuerySet,
    RealisationQuerySet,
)
from perjanjian.numerals import roman
from records import triggers
from records.models import StoredFile


class Period(models.Model):
    """A quarter or month of a year with its windows; all days are in the region's own time."""

    year = models.PositiveSmallIntegerField("tahun")
    subject = models.CharField("untuk", max_length=12, choices=Subject, default=Subject.INDICATORS)
    number = models.PositiveSmallIntegerField("ke-")
    starts = models.DateField("mulai")
    ends = models.DateField("selesai")
    opens = models.DateField("dibuka")
    fill_by = models.DateField("batas isi")
    verify_by = models.DateField("batas verifikasi")
    fix_by = models.DateField("batas perbaikan")
    locks = models.DateField("dikunci")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "periode"
        ordering = ("year", "subject", "number")
        constraints = [
            models.UniqueConstraint(fields=("year", "subject", "number"), name="period_once"),
            models.CheckConstraint(
                condition=Q(starts__lte=F("ends"))
                & Q(opens__lte=F("fill_by"))
                & Q(fill_by__lte=F("verify_by"))
                & Q(verify_by__lte=F("fix_by"))
                & Q(fix_by__lte=F("locks")),
                name="period_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"

    @property
    def name(self) -> str:
        return f"Triwulan {roman(self.number)}"

    @property
    def short_name(self) -> str:
        return f"TW {roman(self.number)}"

    def is_open(self, day: date) -> bool:
        """Whether values may be typed: from its opening to the day before it locks."""
        return self.opens <= day < self.locks

    def is_locked(self, day: date) -> bool:
        return day >= self.locks


class Extension(models.Model):
    """Time given to one unit past the lock of a period, with a reason and an end."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="extensions")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="unit", related_name="extensions")
    reason = models.TextField("alasan")
    expires = models.DateField("berlaku sampai")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = "perpanjangan waktu"
        ordering = ("-granted_at",)

    def __str__(self) -> str:
        return f"{self.unit} {self.period} s.d. {self.expires}"


VALUE_COLUMNS = ("value", "numerator", "denominator", "step", "date")


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

    def values(self, which: str) -> dict[str, Decimal | int | date | None]:
        """One set of values by column name; `which` is claimed, verified or final."""
        return {column: getattr(self, f"{which}_{column}") for column in VALUE_COLUMNS}

    def copy_values(self, source: str, to: str) -> None:
        for column, value in self.values(source).items():
            setattr(self, f"{to}_{column}", value)


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


class EvidenceUse(models.Model):
    """Which realisation an evidence proves, and on which page of it."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="uses")
    realisation = models.ForeignKey(Realisation, models.CASCADE, related_name="evidence_uses")
    page = models.CharField("halaman", max_length=20, blank=True)

    class Meta:
        verbose_name = "pemakaian data dukung"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("evidence", "realisation"), name="evidence_used_once")]

    def __str__(self) -> str:
        return f"{self.evidence} ({self.realisation})"


class BudgetRealisation(models.Model):
    """What was spent of a budget up to the end of a month (running total), and physical progress."""

    budget = models.ForeignKey(Budget, models.PROTECT, verbose_name="pagu", related_name="realisations")
    month = models.PositiveSmallIntegerField(
        "sampai bulan", validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    spent = MoneyColumn("realisasi s.d. bulan ini (Rp)")
    physical = models.DecimalField(
        "realisasi fisik (%)", max_digits=5, decimal_places=2, null=True, blank=True
    )
    invented = models.BooleanField("rekaan", default=False, editable=False)

    objects = BudgetRealisationQuerySet.as_manager()

    class Meta:
        verbose_name = "realisasi anggaran"
        ordering = ("budget_id", "month")
        constraints = [
            models.UniqueConstraint(fields=("budget", "month"), name="budget_realisation_once"),
            models.CheckConstraint(condition=Q(spent__gte=0), name="budget_realisation_not_negative"),
            models.CheckConstraint(
                condition=Q(physical__isnull=True) | (Q(physical__gte=0) & Q(physical__lte=100)),
                name="budget_physical_is_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget} s.d. bulan {self.month}"


class Report(models.Model):
    """The performance report (LKjIP) of a unit for a year."""

    year = models.PositiveSmallIntegerField("tahun")
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name="perangkat daerah", related_name="performance_reports"
    )
    status = models.CharField(
        "status", max_length=10, choices=ReportStatus, default=ReportStatus.DRAFT, editable=False
    )

    class Meta:
        verbose_name = "LKjIP"
        ordering = ("-year", "unit__order", "unit_id")
        constraints = [models.UniqueConstraint(fields=("year", "unit"), name="report_once")]

    def __str__(self) -> str:
        return f"LKjIP {self.unit} {self.year}"


class Narrative(models.Model):
    """A text of a report, written by people, kept with the year."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="narratives")
    section = models.CharField("bagian", max_length=15, choices=Section)
    objective = models.ForeignKey(
        Objective, models.PROTECT, null=True, blank=True, verbose_name="sasaran", related_name="+"
    )
    text = models.TextField("isi", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "narasi"
        ordering = ("report_id", "section", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("report", "section"), condition=Q(objective__isnull=True), name="narrative_once"
            ),
            models.UniqueConstraint(
                fields=("report", "section", "objective"),
                condition=Q(objective__isnull=False),
                name="narrative_once_an_objective",
            ),
            models.CheckConstraint(
                condition=(Q(section=Section.OBJECTIVE) & Q(objective__isnull=False))
                | (~Q(section=Section.OBJECTIVE) & Q(objective__isnull=True)),
                name="narrative_objective_where_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.get_section_display()}"


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
)
