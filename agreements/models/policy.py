"""What a government decided for a year: how it calculates, by when, and how its documents look."""

from datetime import date
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from agreements.enums import (
    BudgetDetail,
    BudgetRhythm,
    BureauVerifier,
    DeclaredBy,
    FollowUp,
    Method,
    Paper,
    Rhythm,
    ScaleAbove,
    UnitMean,
)


class YearPolicy(models.Model):
    """One typed row a year; a year is open once it has its row.

    What a signed document was made under is copied into it, so a later change reaches no paper.
    """

    year = models.PositiveSmallIntegerField("tahun", unique=True)
    # calculation
    lower_method = models.CharField(
        "rumus makin rendah makin baik", max_length=10, choices=Method, default=Method.SELISIH
    )
    cap = models.DecimalField(
        "batas capaian untuk rata-rata (%)",
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(100))],
        help_text="Kosongkan bila capaian tidak dibatasi. Capaian asli selalu tetap ditampilkan.",
    )
    scale_above = models.CharField(
        "predikat di atas target", max_length=10, choices=ScaleAbove, default=ScaleAbove.HUNDRED
    )
    unit_mean = models.CharField(
        "capaian perangkat daerah", max_length=20, choices=UnitMean, default=UnitMean.OBJECTIVES
    )
    bound_1 = models.DecimalField("batas predikat 1 (%)", max_digits=6, decimal_places=2, default=Decimal(90))
    bound_2 = models.DecimalField("batas predikat 2 (%)", max_digits=6, decimal_places=2, default=Decimal(75))
    bound_3 = models.DecimalField("batas predikat 3 (%)", max_digits=6, decimal_places=2, default=Decimal(65))
    bound_4 = models.DecimalField("batas predikat 4 (%)", max_digits=6, decimal_places=2, default=Decimal(50))
    bounds_inclusive = models.BooleanField("batas termasuk (≥), bukan di atasnya (>)", default=False)
    word_1 = models.CharField("predikat 1", max_length=30, default="Sangat Tinggi")
    word_2 = models.CharField("predikat 2", max_length=30, default="Tinggi")
    word_3 = models.CharField("predikat 3", max_length=30, default="Sedang")
    word_4 = models.CharField("predikat 4", max_length=30, default="Rendah")
    word_5 = models.CharField("predikat 5", max_length=30, default="Sangat Rendah")
    # deadlines, in days after the end of a period
    fill_days = models.PositiveSmallIntegerField("batas isi (hari setelah triwulan)", default=10)
    verify_days = models.PositiveSmallIntegerField("batas verifikasi (hari setelah triwulan)", default=20)
    fix_days = models.PositiveSmallIntegerField("batas perbaikan (hari setelah triwulan)", default=25)
    lock_days = models.PositiveSmallIntegerField("dikunci (hari setelah triwulan)", default=30)
    agreement_due = models.DateField("batas penandatanganan PK", null=True, blank=True)
    circular = models.CharField(
        "surat edaran",
        max_length=160,
        blank=True,
        help_text="Nomor dan tanggal edaran yang menetapkan batas waktu; disebut di daftar yang terlambat.",
    )
    amendment_due = models.DateField("batas penandatanganan PK Perubahan", null=True, blank=True)
    action_plan_due = models.DateField("batas pengajuan Rencana Aksi", null=True, blank=True)
    report_due = models.DateField("batas LKjIP perangkat daerah", null=True, blank=True)
    budget_fill_days = models.PositiveSmallIntegerField("batas isi (hari setelah bulan)", default=10)
    budget_lock_days = models.PositiveSmallIntegerField("dikunci (hari setelah bulan)", default=20)
    tiny_office = models.BooleanField(
        "pengaju boleh memverifikasi sendiri (ditandai)",
        default=False,
        help_text="Hanya untuk kantor kecil. Setiap verifikasi oleh pengaju sendiri ditandai.",
    )
    indicator_rhythm = models.CharField(
        "irama pengisian indikator", max_length=10, choices=Rhythm, default=Rhythm.QUARTER
    )
    budget_rhythm = models.CharField(
        "irama pengisian anggaran", max_length=10, choices=BudgetRhythm, default=BudgetRhythm.MONTH
    )
    # people
    signs_iii = models.BooleanField("eselon III/Administrator menandatangani PK", default=True)
    signs_iv = models.BooleanField("eselon IV/Pengawas menandatangani PK", default=True)
    signs_functional = models.BooleanField(
        "pejabat fungsional dan ketua tim menandatangani PK", default=False
    )
    signs_staff = models.BooleanField("pelaksana menandatangani PK", default=False)
    declared_below_by = models.CharField(
        "PK di bawah kepala perangkat daerah dinyatakan lengkap oleh",
        max_length=12,
        choices=DeclaredBy,
        default=DeclaredBy.BUREAU,
    )
    planner_checks = models.BooleanField(
        "Perencana ikut memeriksa PK yang diajukan",
        default=False,
        help_text="Perencana dapat meminta perbaikan; yang menyatakan lengkap tetap seperti di atas.",
    )
    planner_verifies = models.BooleanField("Perencana ikut memverifikasi realisasi", default=False)
    bureau_verified_by = models.CharField(
        "realisasi Bagian Organisasi sendiri diverifikasi oleh",
        max_length=12,
        choices=BureauVerifier,
        default=BureauVerifier.PLANNER,
    )
    hand_over_definitive = models.CharField(
        "PK bila pejabat definitif berganti", max_length=10, choices=FollowUp, default=FollowUp.NEW
    )
    hand_over_acting = models.CharField(
        "PK bila jabatan diisi Plt., Pj., atau Pjs.", max_length=10, choices=FollowUp, default=FollowUp.WAIT
    )
    experts_under_secretary = models.BooleanField(
        "Staf Ahli menandatangani PK dengan Sekretaris Daerah, bukan dengan kepala daerah", default=False
    )
    # documents
    budget_detail_ii = models.CharField(
        "rincian anggaran PK kepala perangkat daerah",
        max_length=12,
        choices=BudgetDetail,
        default=BudgetDetail.PROGRAMME,
    )
    budget_detail_iii = models.CharField(
        "rincian anggaran PK eselon III",
        max_length=12,
        choices=BudgetDetail,
        default=BudgetDetail.ACTIVITY,
    )
    budget_detail_iv = models.CharField(
        "rincian anggaran PK eselon IV dan di bawahnya",
        max_length=12,
        choices=BudgetDetail,
        default=BudgetDetail.SUB_ACTIVITY,
    )
    paper = models.CharField("kertas PK", max_length=4, choices=Paper, default=Paper.A4)
    superior_left = models.BooleanField("Pihak Kedua di kiri", default=True)

    class Meta:
        verbose_name = "kebijakan tahun"
        ordering = ("-year",)
        constraints = [
            models.CheckConstraint(
                condition=Q(bound_1__gt=models.F("bound_2"))
                & Q(bound_2__gt=models.F("bound_3"))
                & Q(bound_3__gt=models.F("bound_4")),
                name="policy_bounds_fall",
            ),
            models.CheckConstraint(
                condition=Q(fill_days__lte=models.F("verify_days"))
                & Q(verify_days__lte=models.F("fix_days"))
                & Q(fix_days__lte=models.F("lock_days")),
                name="policy_days_rise",
            ),
            models.CheckConstraint(
                condition=Q(budget_fill_days__lte=models.F("budget_lock_days")),
                name="policy_budget_days_rise",
            ),
        ]

    def __str__(self) -> str:
        return f"Kebijakan tahun {self.year}"

    def signing_due(self, amended: bool) -> date | None:
        """The last day on which an agreement, or one that amends it, is signed in time."""
        return self.amendment_due if amended else self.agreement_due


class DocumentText(models.Model):
    """A text block of the prescribed form, as this government words it in a year."""

    policy = models.ForeignKey(YearPolicy, models.CASCADE, related_name="texts")
    key = models.CharField("bagian", max_length=40)
    text = models.TextField("isi")

    class Meta:
        verbose_name = "teks dokumen"
        ordering = ("policy_id", "key")
        constraints = [models.UniqueConstraint(fields=("policy", "key"), name="text_once_a_year")]

    def __str__(self) -> str:
        return f"{self.key} ({self.policy.year})"
