"""The calendar of facts: periods with their windows, and time given past a lock."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from agreements.models import Unit
from evaluations.enums import Subject
from evaluations.querysets import ExtensionQuerySet, PeriodQuerySet
from perjanjian.numerals import MONTHS, format_date, roman


class Period(models.Model):
    """A quarter (of indicators) or a month (of money) with its windows, in the region's own time.

    `number` counts the quarters or months of the year from 1.
    """

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
        if self.subject == Subject.BUDGET:
            return MONTHS[self.ends.month - 1]
        return f"Triwulan {roman(self.number)}"

    @property
    def short_name(self) -> str:
        if self.subject == Subject.BUDGET:
            return MONTHS[self.ends.month - 1][:3]
        return f"TW {roman(self.number)}"

    @property
    def is_semester(self) -> bool:
        """Whether a quarter's number stands for the half year it ends (the rhythm of the year)."""
        return self.subject == Subject.INDICATORS and self.ends.month - self.starts.month > 2

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
        return f"{self.unit} {self.period} s.d. {format_date(self.expires)}"
