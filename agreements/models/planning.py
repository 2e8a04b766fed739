"""The plan: objectives, the catalogue of indicators, programmes and budgets."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from agreements.enums import (
    Accumulation,
    BenchmarkKind,
    BudgetVersion,
    Calendar,
    Kind,
    Method,
    ObjectiveKind,
    Polarity,
)
from agreements.models.organisation import Position, Unit
from agreements.nomenclature import CODE
from agreements.querysets import (
    BudgetQuerySet,
    IndicatorQuerySet,
    ObjectiveQuerySet,
    PlanningPeriodQuerySet,
    PlanRevisionQuerySet,
    ScaleQuerySet,
)

# Fifteen digits in all: SQLite keeps no more of a decimal.
MEASURE_DIGITS, MEASURE_PLACES = 15, 4
MONEY_DIGITS, MONEY_PLACES = 15, 2
PROGRAMME_CODE = RegexValidator(
    CODE.pattern,
    "Kode mengikuti nomenklatur nasional, misalnya 1.02.02 atau 1.02.02.2.01.0001.",
)


class MeasureField(models.DecimalField):
    """A measured or promised figure, up to 15 digits, 4 of them after the comma."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_digits", MEASURE_DIGITS)
        kwargs.setdefault("decimal_places", MEASURE_PLACES)
        super().__init__(*args, **kwargs)


class MoneyColumn(models.DecimalField):
    """Rupiah, up to 15 digits, 2 of them sen."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_digits", MONEY_DIGITS)
        kwargs.setdefault("decimal_places", MONEY_PLACES)
        super().__init__(*args, **kwargs)


class PlanningPeriod(models.Model):
    """An RPJMD or RPD with the years it covers."""

    name = models.CharField("nama", max_length=120)
    first_year = models.PositiveSmallIntegerField("tahun pertama")
    last_year = models.PositiveSmallIntegerField("tahun terakhir")
    regulation = models.CharField(
        "ditetapkan dengan", max_length=160, blank=True, help_text="Misalnya Perda Nomor 3 Tahun 2025."
    )

    objects = PlanningPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "periode perencanaan"
        ordering = ("-first_year",)
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")), name="planning_years_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PlanRevision(models.Model):
    """A decided change of a plan on its way, such as an RPJMD perubahan; it counts from a year on."""

    period = models.ForeignKey(
        PlanningPeriod, models.PROTECT, verbose_name="periode", related_name="revisions"
    )
    number = models.PositiveSmallIntegerField("perubahan ke-")
    regulation = models.CharField("ditetapkan dengan", max_length=160)
    decided_on = models.DateField("tanggal penetapan")
    first_year = models.PositiveSmallIntegerField("berlaku mulai tahun")
    reason = models.TextField("alasan", blank=True)

    objects = PlanRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = "perubahan rencana"
        ordering = ("period_id", "number")
        constraints = [models.UniqueConstraint(fields=("period", "number"), name="plan_revision_once")]

    def __str__(self) -> str:
        return f"Perubahan {self.number} {self.period}"


class Objective(models.Model):
    """A tujuan or sasaran of the region or of a unit, in its planning period.

    A revision of the plan ends an objective with a year and brings another that succeeds it; without
    such years it stands for the whole period.
    """

    period = models.ForeignKey(
        PlanningPeriod, models.PROTECT, verbose_name="periode", related_name="objectives"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="unit", related_name="objectives")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="mendukung", related_name="children"
    )
    kind = models.CharField("jenis", max_length=10, choices=ObjectiveKind, default=ObjectiveKind.OBJECTIVE)
    code = models.CharField("kode", max_length=20, blank=True)
    text = models.TextField("rumusan")
    order = models.PositiveSmallIntegerField("urutan", default=0)
    first_year = models.PositiveSmallIntegerField("berlaku mulai tahun", null=True, blank=True)
    last_year = models.PositiveSmallIntegerField("berlaku sampai tahun", null=True, blank=True)
    successor_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="menggantikan", related_name="successors"
    )
    revision = models.ForeignKey(
        PlanRevision,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="dibawa oleh perubahan",
        related_name="objectives",
    )
    ended_by = models.ForeignKey(
        PlanRevision,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="diakhiri oleh perubahan",
        related_name="ended_objectives",
    )

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = "tujuan/sasaran"
        ordering = ("unit__order", "unit_id", "order", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(first_year__isnull=True)
                | Q(last_year__isnull=True)
                | Q(last_year__gte=F("first_year")),
                name="objective_years_in_order",
            ),
            # What succeeds an objective that ended keeps its code.
            models.UniqueConstraint(
                fields=("period", "unit", "code"),
                condition=~Q(code="") & Q(last_year__isnull=True),
                name="objective_code_once",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def ended_in(self, year: int) -> bool:
        """Whether a revision of its period ended it before the year, or brings it only after it."""
        covered = self.period.first_year <= year <= self.period.last_year
        ended = self.last_year is not None and self.last_year < year
        return covered and (ended or (self.first_year is not None and self.first_year > year))


class Scale(models.Model):
    """A named ordinal scale, such as the opinions of the BPK."""

    name = models.CharField("nama", max_length=120, unique=True)

    objects = ScaleQuerySet.as_manager()

    class Meta:
        verbose_name = "skala predikat"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ScaleStep(models.Model):
    """One step; rank 1 is the lowest."""

    scale = models.ForeignKey(Scale, models.CASCADE, related_name="steps")
    rank = models.PositiveSmallIntegerField("tingkat", validators=[MinValueValidator(1)])
    name = models.CharField("sebutan", max_length=60)

    class Meta:
        verbose_name = "tingkat skala"
        ordering = ("scale_id", "rank")
        constraints = [
            models.UniqueConstraint(fields=("scale", "rank"), name="scale_rank_once"),
            models.UniqueConstraint(fields=("scale", "name"), name="scale_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Label(models.Model):
    """A mark on indicators: IKU daerah, IKU PD, IKK kunci, SPM, SDGs, …"""

    name = models.CharField("nama", max_length=60, unique=True)

    class Meta:
        verbose_name = "label"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """A fact the region measures, once, by one responsible unit; agreements promise it.

    Once promised its kind, unit of measure, polarity and accumulation no longer change: another
    way of measuring is another indicator that succeeds this one (`agreements.frozen`).
    """

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="PD pengampu", related_name="indicators")
    objective = models.ForeignKey(
        Objective, models.PROTECT, null=True, blank=True, verbose_name="sasaran", related_name="indicators"
    )
    code = models.CharField("kode", max_length=30, blank=True)
    name = models.CharField("indikator", max_length=400)
    unit_of_measure = models.CharField("satuan", max_length=60)
    kind = models.CharField("jenis nilai", max_length=10, choices=Kind, default=Kind.NUMBER)
    polarity = models.CharField("arah", max_length=10, choices=Polarity, default=Polarity.HIGHER)
    lower_method = models.CharField(
        "rumus makin rendah",
        max_length=10,
        choices=Method,
        blank=True,
        help_text="Kosong: mengikuti kebijakan tahun.",
    )
    accumulation = models.CharField(
        "cara hitung setahun", max_length=15, choices=Accumulation, default=Accumulation.LAST
    )
    decimals = models.PositiveSmallIntegerField(
        "angka di belakang koma", default=2, validators=[MaxValueValidator(MEASURE_PLACES)]
    )
    factor = models.DecimalField(
        "pengali pembilang/penyebut", max_digits=9, decimal_places=0, default=Decimal(100)
    )
    scale = models.ForeignKey(
        Scale, models.PROTECT, null=True, blank=True, verbose_name="skala predikat", related_name="+"
    )
    calendar = models.CharField("diukur", max_length=10, choices=Calendar, default=Calendar.QUARTERLY)
    release_month = models.PositiveSmallIntegerField(
        "bulan rilis data", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    reference_lag = models.PositiveSmallIntegerField("data merujuk tahun N−", default=0)
    part_of_whole = models.BooleanField("bagian dari keseluruhan (paling tinggi 100 %)", default=False)
    labels = models.ManyToManyField(Label, blank=True, verbose_name="label", related_name="indicators")
    definition = models.TextField("definisi operasional", blank=True)
    formula_words = models.TextField("rumus perhitungan", blank=True)
    purpose = models.TextField("alasan pemilihan", blank=True)
    source = models.CharField("sumber data", max_length=200, blank=True)
    person_in_charge = models.ForeignKey(
        Position, models.PROTECT, null=True, blank=True, verbose_name="penanggung jawab", related_name="+"
    )
    baseline = models.CharField("kondisi awal", max_length=60, blank=True)
    baseline_year = models.PositiveSmallIntegerField("tahun kondisi awal", null=True, blank=True)
    successor_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="menggantikan", related_name="successors"
    )
    archived = models.BooleanField("tidak dipakai lagi", default=False)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = "indikator"
        ordering = ("unit__order", "unit_id", "name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=Kind.SCALE) | Q(scale__isnull=False), name="indicator_scale_named"
            ),
            models.CheckConstraint(condition=Q(factor__gt=0), name="indicator_factor_positive"),
            models.UniqueConstraint(
                fields=("unit", "code"), condition=~Q(code=""), name="indicator_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.kind == Kind.SCALE and not self.scale_id:
            raise ValidationError({"scale": "Pilih skala predikat untuk indikator predikat."})
        if self.accumulation == Accumulation.RATIO_OF_SUMS and self.kind != Kind.RATIO:
            raise ValidationError(
                {"accumulation": "Cara ini hanya untuk indikator dengan pembilang dan penyebut."}
            )
        if self.kind in (Kind.SCALE, Kind.DATE) and self.accumulation not in (
            Accumulation.LAST,
            Accumulation.ANNUAL,
        ):
            raise ValidationError(
                {"accumulation": "Predikat dan tanggal tidak dapat dijumlahkan. Pilih nilai terakhir."}
            )


class TargetColumns(models.Model):
    """A target in columns by kind; the ones of other kinds stay empty."""

    value = MeasureField("target", null=True, blank=True)
    low = MeasureField("batas bawah", null=True, blank=True)
    high = MeasureField("batas atas", null=True, blank=True)
    step = models.PositiveSmallIntegerField("target predikat", null=True, blank=True)
    date = models.DateField("target tanggal", null=True, blank=True)

    class Meta:
        abstract = True


class IndicatorTarget(TargetColumns):
    """What the plan says an indicator should reach in a year."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets")
    year = models.PositiveSmallIntegerField("tahun")

    class Meta:
        verbose_name = "target rencana"
        ordering = ("indicator_id", "year")
        constraints = [
            models.UniqueConstraint(fields=("indicator", "year"), name="plan_target_once"),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(high__gte=F("low")),
                name="plan_target_range_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}"


class RevisedTarget(TargetColumns):
    """What the plan's target of a year was before a revision changed it."""

    revision = models.ForeignKey(PlanRevision, models.PROTECT, related_name="revised_targets")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="revised_targets")
    year = models.PositiveSmallIntegerField("tahun")

    class Meta:
        verbose_name = "target sebelum perubahan"
        ordering = ("indicator_id", "year", "revision_id")
        constraints = [
            models.UniqueConstraint(fields=("revision", "indicator", "year"), name="revised_target_once")
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}, sebelum {self.revision}"


class Benchmark(TargetColumns):
    """What others reached of the same indicator in a year, with its source: a report compares with it."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="benchmarks")
    year = models.PositiveSmallIntegerField("tahun")
    kind = models.CharField(
        "pembanding", max_length=10, choices=BenchmarkKind, default=BenchmarkKind.NATIONAL
    )
    name = models.CharField("nama pembanding", max_length=120)
    source = models.CharField("sumber", max_length=200)
    invented = models.BooleanField("rekaan", default=False, editable=False)

    class Meta:
        verbose_name = "pembanding"
        ordering = ("indicator_id", "year", "kind", "name")
        constraints = [
            models.UniqueConstraint(fields=("indicator", "year", "kind", "name"), name="benchmark_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"


class Programme(models.Model):
    """A program, kegiatan or sub kegiatan of the national nomenclature; the code tells which."""

    code = models.CharField("kode", max_length=20, blank=True, validators=[PROGRAMME_CODE])
    name = models.CharField("nama", max_length=400)
    nomenclature_year = models.PositiveSmallIntegerField("tahun nomenklatur")

    class Meta:
        verbose_name = "program"
        ordering = ("code", "name")
        constraints = [
            models.UniqueConstraint(fields=("code", "name", "nomenclature_year"), name="programme_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


class Budget(models.Model):
    """What a unit may spend in a year, by version of the APBD, at the most detailed step that is known.

    Rows are never sums of each other: of one unit, year, version and fund source none has a code that
    another's begins with (`agreements.models.leaves`). What a document says a programme or unit has in all
    is a `BudgetTotal`.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="unit", related_name="budgets")
    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name="program", related_name="budgets")
    year = models.PositiveSmallIntegerField("tahun")
    version = models.CharField("versi", max_length=10, choices=BudgetVersion, default=BudgetVersion.ORIGINAL)
    fund_source = models.CharField("sumber dana", max_length=60, default="APBD")
    amount = MoneyColumn("pagu (Rp)", validators=[MinValueValidator(Decimal(0))])

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = "pagu"
        ordering = ("unit__order", "unit_id", "programme__code", "pk")
        indexes = [models.Index(fields=("unit", "year", "version"), name="budget_of_unit_and_year")]
        constraints = [
            models.UniqueConstraint(
                fields=("unit", "programme", "year", "version", "fund_source"), name="budget_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.year}"


class BudgetTotal(models.Model):
    """What a document (DPA, SIPD) says a program, a kegiatan or a unit (no programme) has in all.

    Compared with the sum of the budgets below it, never counted itself.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="unit", related_name="budget_totals")
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="program",
        related_name="budget_totals",
    )
    year = models.PositiveSmallIntegerField("tahun")
    version = models.CharField("versi", max_length=10, choices=BudgetVersion, default=BudgetVersion.ORIGINAL)
    amount = MoneyColumn("jumlah menurut dokumen (Rp)", validators=[MinValueValidator(Decimal(0))])

    class Meta:
        verbose_name = "jumlah pagu menurut dokumen"
        ordering = ("unit__order", "unit_id", "programme__code", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("unit", "programme", "year", "version"), name="budget_total_once"
            ),
            models.UniqueConstraint(
                fields=("unit", "year", "version"),
                condition=Q(programme__isnull=True),
                name="budget_total_of_unit_once",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_total_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.programme or self.unit} {self.year}"


class BudgetPlan(models.Model):
    """What is to be spent of a budget (rupiah) and how far its work is to be (percent), by the end of a month.

    Both are running totals, like the realisation they are compared with.
    """

    budget = models.ForeignKey(Budget, models.CASCADE, verbose_name="pagu", related_name="plans")
    month = models.PositiveSmallIntegerField(
        "sampai bulan", validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    cash = MoneyColumn("rencana kas s.d. bulan ini (Rp)", null=True, blank=True)
    physical = models.DecimalField("rencana fisik (%)", max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "rencana kas dan fisik"
        ordering = ("budget_id", "month")
        constraints = [
            models.UniqueConstraint(fields=("budget", "month"), name="budget_plan_once"),
            models.CheckConstraint(
                condition=Q(cash__isnull=True) | Q(cash__gte=0), name="budget_plan_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(physical__isnull=True) | (Q(physical__gte=0) & Q(physical__lte=100)),
                name="budget_plan_is_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget} s.d. bulan {self.month}"
