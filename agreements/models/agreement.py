"""The promise: an annual agreement and the copy of all it promises."""

import json
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from agreements.enums import (
    Accumulation,
    Form,
    Ground,
    Kind,
    Method,
    Polarity,
    ScaleAbove,
    Status,
)
from agreements.frozen import FrozenWithAgreement, GuardedManager
from agreements.models.organisation import Position, Unit
from agreements.models.planning import Indicator, MoneyColumn, Objective, Programme, TargetColumns
from agreements.querysets import IN_PREPARATION, AgreementQuerySet
from agreements.table_b import LineKey, key_of


class Agreement(models.Model):
    """A Perjanjian Kinerja of a position for a year.

    `status` is written by `agreements.workflow` alone; from `ready` on the rest is frozen too
    (`agreements.frozen`). At most one is in force for a position and year.
    """

    year = models.PositiveSmallIntegerField("tahun")
    position = models.ForeignKey(Position, models.PROTECT, verbose_name="jabatan", related_name="agreements")
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name="perangkat daerah", related_name="agreements", editable=False
    )
    form = models.CharField("bentuk", max_length=12, choices=Form, default=Form.TWO_PARTY)
    second_position = models.ForeignKey(
        Position, models.PROTECT, null=True, blank=True, verbose_name="Pihak Kedua", related_name="+"
    )
    second_reason = models.CharField("alasan memilih Pihak Kedua lain", max_length=300, blank=True)
    status = models.CharField(
        "status", max_length=12, choices=Status, default=Status.DRAFT, editable=False, db_index=True
    )
    amends = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="mengubah", related_name="amendments"
    )
    ground = models.CharField("dasar perubahan", max_length=10, choices=Ground, blank=True)
    ground_reason = models.TextField("alasan perubahan", blank=True)
    recorded_later = models.BooleanField(
        "dicatat kemudian",
        default=False,
        editable=False,
        help_text="Ditandatangani sebelum aplikasi ini dipakai; dicatat dari pindaiannya.",
    )
    budget_waiver = models.CharField(
        "alasan tanpa anggaran",
        max_length=300,
        blank=True,
        help_text="Isi hanya bila jabatan ini memang tidak mengelola anggaran, misalnya Staf Ahli.",
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    return_reason = models.TextField("catatan perbaikan", blank=True, editable=False)
    paper_date = models.DateField(
        "tanggal di kertas",
        null=True,
        blank=True,
        editable=False,
        help_text="Dari berkas PK yang sudah ditandatangani; diusulkan ketika pindaiannya dicatat.",
    )
    paper_number = models.CharField("nomor di kertas", max_length=80, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "perjanjian kinerja"
        ordering = ("-year", "unit__order", "unit_id", "position_id", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("position", "year"),
                condition=Q(status=Status.IN_FORCE),
                name="agreement_one_in_force",
            ),
            models.UniqueConstraint(
                fields=("position", "year"),
                condition=Q(status__in=IN_PREPARATION),
                name="agreement_one_in_preparation",
            ),
            models.CheckConstraint(
                condition=Q(amends__isnull=True) | ~Q(ground=""), name="agreement_amendment_has_ground"
            ),
            # One that was cancelled does not stand in the way of the next.
            models.UniqueConstraint(
                fields=("amends",), condition=~Q(status=Status.CANCELLED), name="agreement_amended_once"
            ),
            models.CheckConstraint(
                condition=~Q(form=Form.SINGLE_PARTY) | Q(second_position__isnull=True),
                name="agreement_single_party_has_no_second",
            ),
            models.CheckConstraint(
                condition=Q(second_position__isnull=True) | ~Q(second_position=F("position")),
                name="agreement_two_positions",
            ),
        ]

    def __str__(self) -> str:
        amended = "PK Perubahan" if self.amends_id else "PK"
        return f"{amended} {self.position} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("agreements:detail", args=(self.year, self.pk))

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def amendment_number(self) -> int:
        """How many agreements stand behind this one: 0 for the first of its year, 2 for “Perubahan Kedua”."""
        number, behind = 0, self.amends
        while behind is not None:
            number, behind = number + 1, behind.amends
        return number


class AgreementObjective(FrozenWithAgreement):
    """A sasaran as this agreement words it."""

    agreement_path = "agreement"
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="objectives")
    objective = models.ForeignKey(
        Objective, models.PROTECT, verbose_name="sasaran rencana", related_name="promises"
    )
    order = models.PositiveSmallIntegerField("urutan", default=0)
    text = models.TextField("sasaran")

    objects = GuardedManager()

    class Meta:
        verbose_name = "sasaran PK"
        ordering = ("agreement_id", "order", "pk")

    def __str__(self) -> str:
        return self.text


class AgreementIndicator(FrozenWithAgreement, TargetColumns):
    """An indicator as this agreement promises it: everything its achievement depends on, copied."""

    agreement_path = "objective__agreement"
    objective = models.ForeignKey(AgreementObjective, models.CASCADE, related_name="indicators")
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, verbose_name="indikator katalog", related_name="promises"
    )
    continues = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        verbose_name="melanjutkan",
        related_name="continued_by",
    )
    order = models.PositiveSmallIntegerField("urutan", default=0)
    name = models.CharField("indikator", max_length=400)
    unit_of_measure = models.CharField("satuan", max_length=60)
    kind = models.CharField("jenis nilai", max_length=10, choices=Kind)
    polarity = models.CharField("arah", max_length=10, choices=Polarity)
    lower_method = models.CharField("rumus makin rendah", max_length=10, choices=Method)
    accumulation = models.CharField("cara hitung setahun", max_length=15, choices=Accumulation)
    decimals = models.PositiveSmallIntegerField("angka di belakang koma")
    factor = models.DecimalField("pengali", max_digits=9, decimal_places=0)
    scale_steps = models.TextField("tingkat skala", blank=True)
    scale_above = models.CharField("predikat di atas target", max_length=10, choices=ScaleAbove)
    cap = models.DecimalField("batas (%)", max_digits=6, decimal_places=2, null=True, blank=True)
    weight = models.DecimalField("bobot", max_digits=7, decimal_places=4, default=Decimal(1))

    objects = GuardedManager()

    class Meta:
        verbose_name = "indikator PK"
        ordering = ("objective__order", "objective_id", "order", "pk")
        constraints = [
            models.UniqueConstraint(fields=("objective", "indicator"), name="promise_once_an_objective"),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(high__gte=F("low")),
                name="promise_range_in_order",
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="promise_weight_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def steps(self) -> tuple[str, ...]:
        """Names of the scale's steps, rank 1 first."""
        return tuple(json.loads(self.scale_steps)) if self.scale_steps else ()

    @property
    def has_target(self) -> bool:
        if self.kind == Kind.RANGE:
            return self.low is not None and self.high is not None
        if self.kind == Kind.SCALE:
            return self.step is not None
        if self.kind == Kind.DATE:
            return self.date is not None
        return self.value is not None

    def clean(self) -> None:
        if self.low is not None and self.high is not None and self.high < self.low:
            raise ValidationError({"high": "Batas atas tidak boleh di bawah batas bawah."})


class AgreementBudget(FrozenWithAgreement):
    """A line of table B: a programme with the amount this agreement was made with."""

    agreement_path = "agreement"
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="budgets")
    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name="program", related_name="promises")
    order = models.PositiveSmallIntegerField("urutan", default=0)
    code = models.CharField("kode", max_length=20, blank=True)
    name = models.CharField("program", max_length=400)
    amount = MoneyColumn("anggaran (Rp)")
    fund_source = models.CharField("keterangan", max_length=60, default="APBD")

    objects = GuardedManager()

    class Meta:
        verbose_name = "anggaran PK"
        ordering = ("agreement_id", "order", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("agreement", "programme", "fund_source"), name="agreement_budget_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="agreement_budget_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def line_key(self) -> LineKey:
        """What stays the same when table B is written again, or copied into another agreement."""
        return key_of(self.code, self.programme_id), self.fund_source
