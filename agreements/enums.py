"""The words of the promise: states, levels, kinds of indicators. Imports nothing of ours.

Keys of Kind, Polarity, Method and Accumulation are those the calculation engine knows.
"""

from django.db import models


class Status(models.TextChoices):
    """Where an agreement stands (docs/states.md)."""

    DRAFT = "draft", "Draf"
    SUBMITTED = "submitted", "Diajukan"
    READY = "ready", "Siap ditandatangani"
    IN_SIGNING = "in_signing", "Dalam penandatanganan"
    IN_FORCE = "in_force", "Berlaku"
    SUPERSEDED = "superseded", "Digantikan PK Perubahan"
    CANCELLED = "cancelled", "Dibatalkan"


# From here on content is a copy nobody changes.
FROZEN = (Status.READY, Status.IN_SIGNING, Status.IN_FORCE, Status.SUPERSEDED, Status.CANCELLED)
# What realisation is compared with, now or then.
SIGNED = (Status.IN_FORCE, Status.SUPERSEDED)
# Where the latest issue is the paper; in draft and ready it is void and another one will follow.
PRINTED = (Status.IN_SIGNING, *SIGNED, Status.CANCELLED)


class ActionPlanStatus(models.TextChoices):
    """Where a version of an action plan stands (docs/states.md)."""

    DRAFT = "draft", "Draf"
    SUBMITTED = "submitted", "Diajukan"
    IN_FORCE = "in_force", "Berlaku"
    SUPERSEDED = "superseded", "Digantikan versi baru"


class BenchmarkKind(models.TextChoices):
    """With whom an indicator is compared in a report (PermenPAN-RB 53/2014, point 4)."""

    NATIONAL = "national", "Nasional"
    PROVINCE = "province", "Provinsi"
    NEIGHBOUR = "neighbour", "Kabupaten/kota lain"
    STANDARD = "standard", "Standar (SPM, target nasional)"


class Form(models.TextChoices):
    TWO_PARTY = "two_party", "Dua pihak"
    SINGLE_PARTY = "single_party", "Satu pihak (kepala daerah)"


class Ground(models.TextChoices):
    """The three grounds on which an agreement may be amended (PermenPAN-RB 53/2014)."""

    OFFICIAL = "official", "Pergantian atau mutasi pejabat"
    STRATEGY = "strategy", "Perubahan strategi (program, kegiatan, alokasi anggaran)"
    PRIORITY = "priority", "Perubahan prioritas atau asumsi"


class Change(models.TextChoices):
    """What an amendment makes of something the amended agreement promised; derived, never stored."""

    SAME = "same", "Tetap"
    RETARGETED = "retargeted", "Target berubah"
    REALLOCATED = "reallocated", "Anggaran berubah"
    REWORDED = "reworded", "Rumusan berubah"
    REPLACED = "replaced", "Diganti"
    DROPPED = "dropped", "Dihapus"
    NEW = "new", "Baru"


class Level(models.TextChoices):
    REGIONAL_HEAD = "regional_head", "Kepala daerah"
    DEPUTY_HEAD = "deputy_head", "Wakil kepala daerah"
    II = "ii", "Eselon II / JPT Pratama"
    III = "iii", "Eselon III / Administrator"
    IV = "iv", "Eselon IV / Pengawas"
    FUNCTIONAL = "functional", "Pejabat fungsional"
    TEAM_LEAD = "team_lead", "Ketua tim"
    STAFF = "staff", "Pelaksana"


class UnitKind(models.TextChoices):
    REGION = "region", "Pemerintah daerah"
    SECRETARIAT = "secretariat", "Sekretariat Daerah"
    COUNCIL_SECRETARIAT = "council_secretariat", "Sekretariat DPRD"
    INSPECTORATE = "inspectorate", "Inspektorat"
    OFFICE = "office", "Dinas"
    AGENCY = "agency", "Badan"
    HOSPITAL = "hospital", "Rumah sakit"
    DISTRICT = "district", "Kecamatan"
    VILLAGE = "village", "Kelurahan"
    BUREAU = "bureau", "Bagian"
    DIVISION = "division", "Bidang / Sekretariat dinas"
    SECTION = "section", "Seksi / Subbagian"
    TECHNICAL = "technical", "UPTD / Puskesmas"
    STAFF = "staff", "Staf Ahli / Asisten"


class Holding(models.TextChoices):
    """How an official holds a position. A Plh. runs the day and never becomes a party."""

    DEFINITIVE = "definitive", "Definitif"
    PLT = "plt", "Plt."
    PLH = "plh", "Plh."
    PJ = "pj", "Pj."
    PJS = "pjs", "Pjs."


PARTY_HOLDINGS = (Holding.DEFINITIVE, Holding.PLT, Holding.PJ, Holding.PJS)


class Kind(models.TextChoices):
    NUMBER = "number", "Angka"
    RATIO = "ratio", "Pembilang dan penyebut"
    RANGE = "range", "Rentang"
    SCALE = "scale", "Predikat / tingkat"
    DATE = "date", "Tanggal"


class Polarity(models.TextChoices):
    HIGHER = "higher", "Makin tinggi makin baik"
    LOWER = "lower", "Makin rendah makin baik"
    EXACT = "exact", "Tepat target / dalam rentang makin baik"


class Method(models.TextChoices):
    """How lower-is-better is computed; practice knows both (docs/glossary.md)."""

    SELISIH = "selisih", "Selisih: (2 × target − realisasi) ÷ target"
    INVERS = "invers", "Invers: target ÷ realisasi"


class ScaleAbove(models.TextChoices):
    HUNDRED = "hundred", "Dihitung 100 %"
    RANK = "rank", "Perbandingan tingkat"


class Accumulation(models.TextChoices):
    SUM = "sum", "Dijumlahkan"
    LAST = "last", "Nilai terakhir"
    AVERAGE = "average", "Rata-rata"
    RATIO_OF_SUMS = "ratio_of_sums", "Jumlah pembilang ÷ jumlah penyebut"
    ANNUAL = "annual", "Diukur sekali setahun"
    RUNNING_TOTAL = "running_total", "Angka berjalan (kumulatif)"


class Calendar(models.TextChoices):
    """In which periods an indicator is measured."""

    QUARTERLY = "quarterly", "Setiap triwulan"
    SEMESTER = "semester", "Setiap semester"
    ANNUAL = "annual", "Sekali setahun"


class Split(models.TextChoices):
    """How a year's target is proposed for its quarters (`agreements.periodic`)."""

    EVEN = "even", "Bagi rata"
    LAST_YEAR = "last_year", "Pola tahun lalu"
    AT_END = "at_end", "Semua di akhir"


class UnitMean(models.TextChoices):
    OBJECTIVES = "mean_of_objectives", "Rata-rata sasaran"
    INDICATORS = "mean_of_indicators", "Rata-rata semua indikator"


class BudgetVersion(models.TextChoices):
    ORIGINAL = "original", "APBD murni"
    SHIFT = "shift", "Pergeseran"
    REVISED = "revised", "APBD perubahan"


class Paper(models.TextChoices):
    A4 = "a4", "A4 (210 × 297 mm)"
    F4 = "f4", "F4 / Folio (215 × 330 mm)"


class Party(models.TextChoices):
    FIRST = "first", "Pihak Pertama"
    SECOND = "second", "Pihak Kedua"


class SigningMethod(models.TextChoices):
    INK = "ink", "Tanda tangan basah (pindaian)"


class ObjectiveKind(models.TextChoices):
    GOAL = "goal", "Tujuan"
    OBJECTIVE = "objective", "Sasaran"


class FollowUp(models.TextChoices):
    """What a change of the holder of a position asks of its agreement (PermenPAN-RB 53/2014: a ground to amend)."""

    NEW = "new", "PK baru ditandatangani pejabat yang baru"
    CONTINUE = "continue", "PK yang berlaku dilanjutkan"
    WAIT = "wait", "Menunggu pejabat definitif"
    NONE = "none", "Tidak ada PK yang tersentuh"


class DeclaredBy(models.TextChoices):
    """Who declares complete what an official below the heads submits."""

    BUREAU = "bureau", "Bagian Organisasi"
    SUPERIOR = "superior", "Atasan langsung"
    SECRETARIAT = "secretariat", "Sekretariat perangkat daerah"


class Rhythm(models.TextChoices):
    """How often realisation of indicators is filled in."""

    QUARTER = "quarter", "Setiap triwulan"
    SEMESTER = "semester", "Setiap semester (TW II dan TW IV)"


class BudgetRhythm(models.TextChoices):
    """How often money is filled in."""

    MONTH = "month", "Setiap bulan"
    QUARTER = "quarter", "Setiap triwulan (Maret, Juni, September, Desember)"


class BureauVerifier(models.TextChoices):
    """Who verifies the figures of Bagian Organisasi itself."""

    PLANNER = "planner", "Perencana (Bappeda)"
    INSPECTORATE = "inspectorate", "Inspektorat"


class BudgetDetail(models.TextChoices):
    """Down to which step of the nomenclature an agreement lists its budget."""

    PROGRAMME = "programme", "Program"
    ACTIVITY = "activity", "Kegiatan"
    SUB_ACTIVITY = "sub_activity", "Sub kegiatan"


class TreeLevel(models.TextChoices):
    """What a node of a performance tree is (PermenPAN-RB 89/2021): a result or a condition, never a programme."""

    FINAL = "final", "Hasil akhir"
    INTERMEDIATE = "intermediate", "Hasil antara"
    IMMEDIATE = "immediate", "Hasil langsung"
    OUTPUT = "output", "Keluaran"
    PROCESS = "process", "Proses/masukan"


class LinkState(models.TextChoices):
    """Where the request to another unit stands to contribute to a node of the tree."""

    PROPOSED = "proposed", "Menunggu jawaban"
    ACCEPTED = "accepted", "Disanggupi"
    DECLINED = "declined", "Tidak disanggupi"


class ImportState(models.TextChoices):
    """Where an uploaded workbook stands (docs/states.md)."""

    UPLOADED = "uploaded", "Menunggu kolom dicocokkan"
    EXAMINING = "examining", "Sedang diperiksa"
    EXAMINED = "examined", "Menunggu diterapkan"
    APPLYING = "applying", "Sedang diterapkan"
    APPLIED = "applied", "Diterapkan"
    UNDONE = "undone", "Dibatalkan kembali"
    DISCARDED = "discarded", "Tidak dipakai"


class RowOutcome(models.TextChoices):
    """What a row of a workbook would do."""

    NEW = "new", "Baru"
    CHANGED = "changed", "Berubah"
    SAME = "same", "Sama"
    REFUSED = "refused", "Ditolak"
