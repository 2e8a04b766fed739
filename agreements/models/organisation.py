"""The government over time: region, units, positions, officials, who held what, who may do what."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.permissions import ROLE_LABELS, Role
from agreements.enums import FollowUp, Holding, Level, UnitKind
from agreements.querysets import (
    AssignmentQuerySet,
    DelegationQuerySet,
    HandOverQuerySet,
    MembershipQuerySet,
    PositionQuerySet,
    UnitQuerySet,
)
from perjanjian.numerals import format_date
from records.models import StoredFile

# Posts of which a person holds one by definitive appointment.
LEADING = (Level.REGIONAL_HEAD, Level.DEPUTY_HEAD, Level.II, Level.III, Level.IV)
# How a delegate is printed: atas nama.
ON_BEHALF = "a.n."


class Region(models.Model):
    """The one government this installation serves."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    kind = models.CharField(
        "jenis", max_length=10, choices=[("kabupaten", "Kabupaten"), ("kota", "Kota")], default="kabupaten"
    )
    name = models.CharField("nama tanpa jenis", max_length=80)
    head_title = models.CharField(
        "sebutan kepala daerah",
        max_length=20,
        default="Bupati",
        choices=[("Bupati", "Bupati"), ("Wali Kota", "Wali Kota"), ("Walikota", "Walikota")],
    )
    seat = models.CharField("tempat penandatanganan", max_length=80)
    emblem = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, verbose_name="lambang daerah", related_name="+"
    )
    state_emblem = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, verbose_name="lambang negara", related_name="+"
    )
    bureau = models.ForeignKey(
        "agreements.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="unit Bagian Organisasi",
        related_name="+",
    )
    colour = models.CharField(
        "warna utama",
        max_length=7,
        default="#0b5394",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "Tulis warna seperti #0b5394.")],
    )
    unit_term = models.CharField(
        "sebutan perangkat daerah",
        max_length=20,
        default="Perangkat Daerah",
        choices=[("Perangkat Daerah", "Perangkat Daerah"), ("OPD", "OPD"), ("SKPD", "SKPD")],
    )
    report_term = models.CharField(
        "sebutan laporan kinerja",
        max_length=10,
        default="LKjIP",
        choices=[("LKjIP", "LKjIP"), ("LKj", "LKj"), ("LAKIP", "LAKIP")],
    )
    note = models.TextField("keterangan", blank=True)

    class Meta:
        verbose_name = "identitas daerah"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="region_is_one")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    @property
    def government(self) -> str:
        return f"Pemerintah {self}"

    @property
    def unit_heading(self) -> str:
        """What offices are called at the head of a column: an abbreviation stays in capitals."""
        return self.unit_term if self.unit_term.isupper() else self.unit_term.capitalize()

    @property
    def unit_word(self) -> str:
        """The same within a sentence."""
        return self.unit_term if self.unit_term.isupper() else self.unit_term.lower()

    @property
    def head_of_region(self) -> str:
        return f"{self.head_title} {self.name}"


class Unit(models.Model):
    """A perangkat daerah or a unit below one. The flags are independent of each other."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="bagian dari", related_name="children"
    )
    kind = models.CharField("jenis", max_length=20, choices=UnitKind)
    name = models.CharField("nama", max_length=255)
    short_name = models.CharField("nama pendek", max_length=60)
    code = models.CharField(
        "kode SKPD",
        max_length=30,
        blank=True,
        validators=[RegexValidator(r"^[0-9.]+$", "Kode SKPD hanya berisi angka dan titik.")],
    )
    order = models.PositiveSmallIntegerField("urutan", default=0)
    signs_with_head = models.BooleanField("kepalanya menandatangani PK dengan kepala daerah", default=False)
    on_map = models.BooleanField("tampil di peta capaian", default=False)
    writes_report = models.BooleanField("menyusun LKjIP sendiri", default=False)
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)
    # Two offices may be merged into one, and one split into two.
    predecessors = models.ManyToManyField(
        "self", blank=True, symmetrical=False, verbose_name="menggantikan", related_name="successors"
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "unit"
        ordering = ("order", "name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="unit_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=("kind",), condition=Q(kind=UnitKind.REGION), name="unit_one_region"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.pk and self.parent_id:
            seen, parent = {self.pk}, self.parent
            while parent:
                if parent.pk in seen:
                    raise ValidationError({"parent": "Unit tidak dapat berada di bawah dirinya sendiri."})
                seen.add(parent.pk)
                parent = parent.parent


class Position(models.Model):
    """A post in a unit. Who holds it on a day is asked of its assignments, never stored here."""

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="unit", related_name="positions")
    title = models.CharField("nama jabatan", max_length=255)
    level = models.CharField("tingkat", max_length=20, choices=Level)
    superior = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="atasan langsung",
        related_name="subordinates",
    )
    superior_reason = models.CharField(
        "alasan atasan lain dari aturan",
        max_length=300,
        blank=True,
        help_text="Wajib diisi bila atasan yang dipilih bukan yang diusulkan menurut aturan.",
    )
    heads_unit = models.BooleanField("memimpin unit", default=False)
    valid_from = models.DateField("berlaku sejak")
    valid_to = models.DateField("berlaku sampai", null=True, blank=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = "jabatan"
        ordering = ("unit__order", "unit_id", "-heads_unit", "title")
        constraints = [
            models.UniqueConstraint(
                fields=("unit",),
                condition=Q(heads_unit=True, valid_to__isnull=True),
                name="position_one_head",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="position_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        self._refuse_outside_unit()
        seen, superior = {self.pk} if self.pk else set(), self.superior
        while superior:
            if superior.pk in seen:
                raise ValidationError({"superior": "Jabatan tidak dapat menjadi bawahan dirinya sendiri."})
            seen.add(superior.pk)
            superior = superior.superior

    def _refuse_outside_unit(self) -> None:
        """A position lives within the days of its unit."""
        if not (self.unit_id and self.valid_from):
            return
        first, last = self.unit.valid_from, self.unit.valid_to
        if self.valid_from < first:
            raise ValidationError(
                {
                    "valid_from": f"Unitnya baru berlaku sejak {format_date(first)}. Pakai tanggal itu atau sesudahnya."
                }
            )
        if last and (self.valid_to is None or self.valid_to > last):
            raise ValidationError(
                {
                    "valid_to": f"Unitnya berakhir {format_date(last)}. Akhiri jabatan ini paling lambat tanggal itu."
                }
            )


class Official(models.Model):
    """A person who holds positions. Regent and deputy have no NIP and no rank."""

    name = models.CharField("nama lengkap dengan gelar", max_length=200)
    nip = models.CharField("NIP", max_length=18, unique=True, null=True, blank=True)
    rank = models.CharField("pangkat/golongan", max_length=80, blank=True)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name="akun",
        related_name="official",
    )

    class Meta:
        verbose_name = "pejabat"
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """One stretch of time in which an official holds a position; the last day is included."""

    official = models.ForeignKey(Official, models.PROTECT, verbose_name="pejabat", related_name="assignments")
    position = models.ForeignKey(Position, models.PROTECT, verbose_name="jabatan", related_name="assignments")
    holding = models.CharField("sebagai", max_length=10, choices=Holding, default=Holding.DEFINITIVE)
    starts = models.DateField("mulai")
    ends = models.DateField("sampai dengan", null=True, blank=True)
    decree = models.CharField("nomor keputusan", max_length=120, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "riwayat jabatan"
        ordering = ("-starts", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="assignment_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.official} – {self.title}"

    @property
    def title(self) -> str:
        """The position as it is printed, with the prefix of an acting holder."""
        prefix = "" if self.holding == Holding.DEFINITIVE else f"{self.get_holding_display()} "
        return prefix + self.position.title

    def clean(self) -> None:
        if not (self.position_id and self.starts):
            return
        position = self.position
        if self.starts < position.valid_from or (
            position.valid_to and (self.ends is None or self.ends > position.valid_to)
        ):
            raise ValidationError(
                {"starts": "Masa tugas harus berada di dalam masa berlaku jabatan. Periksa tanggalnya."}
            )
        if self.holding != Holding.DEFINITIVE:
            return
        meanwhile = (
            Assignment.objects.filter(holding=Holding.DEFINITIVE)
            .overlapping(self.starts, self.ends)
            .exclude(pk=self.pk)
        )
        clash = meanwhile.filter(position=position).select_related("official").first()
        if clash:
            raise ValidationError(
                {
                    "starts": f"Jabatan ini dipegang {clash.official} pada masa itu. "
                    "Akhiri dulu masa tugasnya, atau pilih Plt."
                }
            )
        if position.level in LEADING and self.official_id:
            self._refuse_second_post(meanwhile.filter(official=self.official_id))

    def _refuse_second_post(self, others) -> None:
        """Nobody leads by two definitive appointments at once; a second post is held as Plt."""
        other = others.filter(position__level__in=LEADING).select_related("position").first()
        if other:
            raise ValidationError(
                {
                    "starts": f"{self.official} memegang jabatan {other.position} secara definitif pada masa itu. "
                    "Akhiri dulu masa tugasnya di sana, atau pilih Plt."
                }
            )


class HandOver(models.Model):
    """A change of who holds a position, and what became of its agreement.

    `day` is the first day of the new holder, or the first day without one. `agreement` is the one in
    force on the day before. It stays a task until `settled_at`; the follow-up is by the year's policy
    unless somebody chose otherwise.
    """

    position = models.ForeignKey(Position, models.PROTECT, verbose_name="jabatan", related_name="hand_overs")
    day = models.DateField("mulai tanggal")
    outgoing = models.ForeignKey(
        Assignment, models.PROTECT, null=True, blank=True, verbose_name="yang digantikan", related_name="+"
    )
    incoming = models.ForeignKey(
        Assignment, models.PROTECT, null=True, blank=True, verbose_name="yang menggantikan", related_name="+"
    )
    agreement = models.ForeignKey(
        "agreements.Agreement",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="PK yang berlaku",
        related_name="hand_overs",
    )
    follow_up = models.CharField("tindak lanjut", max_length=10, choices=FollowUp, default=FollowUp.NONE)
    note = models.CharField("keterangan", max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("dicatat pada", default=timezone.now)
    settled_at = models.DateTimeField("selesai pada", null=True, blank=True, editable=False)
    settled_note = models.CharField("penyelesaian", max_length=300, blank=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = "serah terima jabatan"
        ordering = ("-day", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(outgoing__isnull=False) | Q(incoming__isnull=False),
                name="hand_over_of_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}, {format_date(self.day)}"


class Delegation(models.Model):
    """A delegate who submits “a.n.” (on behalf of) the holder of a position; never a party to anything.

    It counts while `named_by` holds the position as a party; `ends` is the last day. `ended_at` is
    the moment it was ended early, and it counts no more from then on.
    """

    position = models.ForeignKey(Position, models.PROTECT, verbose_name="jabatan", related_name="delegations")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="yang ditunjuk", related_name="delegations"
    )
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="ditunjuk oleh", related_name="+"
    )
    starts = models.DateField("mulai")
    ends = models.DateField("sampai dengan")
    reason = models.CharField("alasan", max_length=300)
    ended_at = models.DateTimeField("diakhiri pada", null=True, blank=True, editable=False)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = "pendelegasian"
        ordering = ("-starts", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="delegation_ends_after_start"),
            models.CheckConstraint(condition=~Q(account=F("named_by")), name="delegation_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.capacity}"

    @property
    def capacity(self) -> str:
        """How the delegate is printed after the name."""
        return f"{ON_BEHALF} {self.position.title}"

    def clean(self) -> None:
        if not (self.position_id and self.account_id and self.starts and self.ends):
            return
        others = Delegation.objects.filter(position=self.position, account=self.account).exclude(pk=self.pk)
        clash = others.overlapping(self.starts, self.ends).first()
        if clash:
            raise ValidationError(
                {
                    "starts": f"{self.account} sudah ditunjuk untuk jabatan ini sampai {format_date(clash.ends)}. "
                    "Akhiri dulu yang itu, atau pilih tanggal sesudahnya."
                }
            )


class Membership(models.Model):
    """A role an account has, over the listed units and what is below them (none listed: all)."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="akun", related_name="memberships"
    )
    role = models.CharField("peran", max_length=20, choices=[(r.value, ROLE_LABELS[r]) for r in Role])
    units = models.ManyToManyField(Unit, blank=True, verbose_name="unit", related_name="+")
    starts = models.DateField("mulai")
    ends = models.DateField("sampai dengan", null=True, blank=True)
    first_year = models.PositiveSmallIntegerField("tahun pertama yang boleh dibaca", null=True, blank=True)
    last_year = models.PositiveSmallIntegerField("tahun terakhir yang boleh dibaca", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "peran akun"
        ordering = ("account__name", "role")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="membership_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} – {self.get_role_display()}"
