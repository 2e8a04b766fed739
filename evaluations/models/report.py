"""The performance report of a unit and the texts people write for it."""

from django.db import models
from django.db.models import Q

from agreements.models import Objective, Unit
from evaluations.enums import OBJECTIVE_SECTIONS, ReportStatus, Section


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
                condition=(Q(section__in=OBJECTIVE_SECTIONS) & Q(objective__isnull=False))
                | (~Q(section__in=OBJECTIVE_SECTIONS) & Q(objective__isnull=True)),
                name="narrative_objective_where_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.get_section_display()}"
