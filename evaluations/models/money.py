"""Money spent of a budget, month by month, and how far the work itself is."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agreements.models import Budget
from agreements.models.planning import MoneyColumn
from evaluations.querysets import BudgetRealisationQuerySet


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
    note = models.CharField("keterangan", max_length=300, blank=True)
    invented = models.BooleanField("rekaan", default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

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
