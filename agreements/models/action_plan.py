"""The action plan (Rencana Aksi) of an agreement: period targets and steps, in versions of their own."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from agreements.enums import ActionPlanStatus
from agreements.frozen import changed, quoted
from agreements.models.agreement import Agreement, AgreementBudget, AgreementIndicator
from agreements.models.organisation import Position
from agreements.models.planning import MoneyColumn, TargetColumns
from agreements.querysets import ActionPlanQuerySet, ActionPlanTargetQuerySet, ActionStepQuerySet
from perjanjian.numerals import MONTHS
from records import triggers


class ActionPlan(models.Model):
    """One version of how an agreement is to be reached through the year; the agreement stays as it is.

    `status` is written by `agreements.plan_workflow` alone. At most one version is in force and one in
    preparation; targets and steps are frozen once the version is in force.
    """

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, verbose_name="perjanjian kinerja", related_name="action_plans"
    )
    number = models.PositiveSmallIntegerField("versi", default=1)
    status = models.CharField(
        "status", max_length=12, choices=ActionPlanStatus, default=ActionPlanStatus.DRAFT, editable=False
    )
    reason = models.CharField("alasan perubahan", max_length=300, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    return_reason = models.TextField("catatan perbaikan", blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "rencana aksi"
        ordering = ("agreement_id", "-number")
        constraints = [
            models.UniqueConstraint(fields=("agreement", "number"), name="action_plan_number_once"),
            models.UniqueConstraint(
                fields=("agreement",),
                condition=Q(status=ActionPlanStatus.IN_FORCE),
                name="action_plan_one_in_force",
            ),
            models.UniqueConstraint(
                fields=("agreement",),
                condition=Q(status__in=(ActionPlanStatus.DRAFT, ActionPlanStatus.SUBMITTED)),
                name="action_plan_one_in_preparation",
            ),
        ]

    def __str__(self) -> str:
        return f"Rencana Aksi {self.agreement.position} {self.agreement.year} versi {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("agreements:plan_version", args=(self.agreement.year, self.agreement_id, self.number))

    @property
    def is_draft(self) -> bool:
        return self.status == ActionPlanStatus.DRAFT


class ActionPlanTarget(TargetColumns):
    """What a promised indicator should reach by the end of a quarter; no row: nothing is planned.

    Meant as people type it: the quarter's own share where the year is a sum, the figure at the end of
    the quarter for a last value or a running total (`agreements.periodic`).
    """

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="targets")
    promise = models.ForeignKey(
        AgreementIndicator, models.PROTECT, verbose_name="indikator PK", related_name="period_targets"
    )
    quarter = models.PositiveSmallIntegerField(
        "triwulan", validators=[MinValueValidator(1), MaxValueValidator(4)]
    )

    objects = ActionPlanTargetQuerySet.as_manager()

    class Meta:
        verbose_name = "target triwulan"
        ordering = ("plan_id", "promise_id", "quarter")
        constraints = [
            models.UniqueConstraint(fields=("plan", "promise", "quarter"), name="period_target_once"),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(high__gte=F("low")),
                name="period_target_range_in_order",
            ),
            models.CheckConstraint(
                condition=Q(quarter__gte=1) & Q(quarter__lte=4), name="period_target_quarter"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise} TW {self.quarter}"


class ActionStep(models.Model):
    """Something to be done for a promised indicator, between two months, by somebody, with some budget.

    A later version of the plan copies its steps; `origin` is the first of them, and progress is
    recorded on that one, so that nothing is lost by a revision.
    """

    plan = models.ForeignKey(ActionPlan, models.CASCADE, related_name="steps")
    promise = models.ForeignKey(
        AgreementIndicator, models.PROTECT, verbose_name="indikator PK", related_name="steps_planned"
    )
    origin = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="copies"
    )
    order = models.PositiveSmallIntegerField("urutan", default=0)
    text = models.CharField("langkah", max_length=500)
    first_month = models.PositiveSmallIntegerField(
        "mulai bulan", validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    last_month = models.PositiveSmallIntegerField(
        "selesai bulan", validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    person_in_charge = models.ForeignKey(
        Position, models.PROTECT, null=True, blank=True, verbose_name="penanggung jawab", related_name="+"
    )
    budget_line = models.ForeignKey(
        AgreementBudget, models.PROTECT, null=True, blank=True, verbose_name="program", related_name="steps"
    )
    amount = MoneyColumn("anggaran (Rp)", null=True, blank=True, validators=[MinValueValidator(0)])

    objects = ActionStepQuerySet.as_manager()

    class Meta:
        verbose_name = "langkah"
        ordering = ("plan_id", "promise_id", "order", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(first_month__gte=1) & Q(last_month__lte=12) & Q(first_month__lte=F("last_month")),
                name="step_months_in_order",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="step_amount_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def recorded_on(self) -> int:
        """The number of the step on which progress is recorded, whatever the version."""
        return self.origin_id or self.pk

    @property
    def schedule(self) -> str:
        """“Februari–April”, or one month."""
        first, last = MONTHS[self.first_month - 1], MONTHS[self.last_month - 1]
        return first if first == last else f"{first}–{last}"


# Versions in force are what a report rests on; they change by a new version alone.
_FROZEN = (
    "EXISTS (SELECT 1 FROM agreements_actionplan p WHERE p.id = {row}.plan_id "
    "AND p.status IN ('in_force', 'superseded'))"
)


def _frozen(table: str):
    for operation, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        clause = " OR ".join(_FROZEN.format(row=row) for row in rows)
        yield triggers.Trigger(
            f"{table}_frozen_{operation.lower()}",
            table,
            operation,
            f"({clause})",
            "Rencana Aksi yang sudah berlaku tidak dapat diubah. Buat versi baru.",
        )


# What may follow a state; everything else is refused whoever asks.
NEXT = {
    ActionPlanStatus.DRAFT: (ActionPlanStatus.SUBMITTED,),
    ActionPlanStatus.SUBMITTED: (ActionPlanStatus.DRAFT, ActionPlanStatus.IN_FORCE),
    ActionPlanStatus.IN_FORCE: (ActionPlanStatus.SUPERSEDED,),
    ActionPlanStatus.SUPERSEDED: (),
}
# What a version in force keeps for good; `status` has the rule above.
PLAN_COLUMNS = (
    "agreement_id", "number", "reason", "submitted_by_id", "submitted_at", "approved_by_id", "approved_at",
)  # fmt: skip
_STATUS_ORDER = " OR ".join(
    f"(OLD.status = '{state}' AND NEW.status NOT IN ({quoted((state, *following))}))"
    for state, following in NEXT.items()
)

triggers.register(
    triggers.Trigger(
        "action_plan_begins_as_draft",
        "agreements_actionplan",
        "INSERT",
        f"NEW.status <> '{ActionPlanStatus.DRAFT}'",
        "Rencana Aksi selalu dimulai sebagai draf.",
    ),
    triggers.Trigger(
        "action_plan_status_order",
        "agreements_actionplan",
        "UPDATE",
        f"({_STATUS_ORDER})",
        "Status Rencana Aksi hanya dapat berpindah menurut urutannya.",
    ),
    triggers.Trigger(
        "action_plan_frozen_update",
        "agreements_actionplan",
        "UPDATE",
        f"OLD.status IN ('in_force', 'superseded') AND ({changed(PLAN_COLUMNS)})",
        "Rencana Aksi yang sudah berlaku tidak dapat diubah. Buat versi baru.",
    ),
    *_frozen("agreements_actionplantarget"),
    *_frozen("agreements_actionstep"),
    triggers.Trigger(
        "action_plan_delete",
        "agreements_actionplan",
        "DELETE",
        "OLD.status <> 'draft'",
        "Rencana Aksi yang sudah diajukan tidak dapat dihapus.",
    ),
)
