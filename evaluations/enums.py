"""The words of the fact: states of a realisation, of its value, of its source."""

from django.db import models


class RealisationStatus(models.TextChoices):
    DRAFT = "draft", "Draf"
    SUBMITTED = "submitted", "Diajukan"
    RETURNED = "returned", "Perlu perbaikan"
    VERIFIED = "verified", "Terverifikasi"
    FINAL = "final", "Final"


# What others than the unit may count with; the unverified part of it is marked sementara.
REPORTED = (RealisationStatus.SUBMITTED, RealisationStatus.VERIFIED, RealisationStatus.FINAL)
SETTLED = (RealisationStatus.VERIFIED, RealisationStatus.FINAL)


class ValueState(models.TextChoices):
    """What a unit says of a value; keys are those of the calculation engine."""

    MEASURED = "measured", "Terukur"
    NOT_APPLICABLE = "not_applicable", "Tidak relevan"
    NOT_PUBLISHED = "not_published", "Data belum rilis"


class CellState(models.TextChoices):
    """What a cell indicator × period shows; derived, never stored."""

    NOT_DUE = "not_due", "Belum waktunya diukur"
    MISSING = "missing", "Belum diisi"
    DRAFT = "draft", "Draf"
    NOT_PUBLISHED = "not_published", "Data belum rilis"
    NOT_APPLICABLE = "not_applicable", "Tidak relevan"
    SUBMITTED = "submitted", "Diajukan"
    RETURNED = "returned", "Perlu perbaikan"
    VERIFIED = "verified", "Terverifikasi"
    FINAL = "final", "Final"


class SourceStatus(models.TextChoices):
    FINAL = "final", "Angka tetap"
    PROVISIONAL = "provisional", "Angka sementara"
    PROJECTION = "projection", "Proyeksi"


class Subject(models.TextChoices):
    """What a period is for; each has its own rhythm."""

    INDICATORS = "indicators", "Indikator"
    BUDGET = "budget", "Anggaran"


class Efficiency(models.TextChoices):
    """What achievement and absorption say of a budget side by side; derived, never stored."""

    EFFICIENT = "efficient", "Efisien"
    EXHAUSTED = "exhausted", "Target tercapai dengan seluruh pagu"
    LEFT_OVER = "left_over", "Sisa anggaran, target belum tercapai"
    OVERTAKEN = "overtaken", "Serapan mendahului capaian"
    UNPAID = "unpaid", "Fisik selesai, belum dibayar"
    RUNNING = "running", "Tahun masih berjalan"
    UNKNOWN = "unknown", "Belum dapat dihitung"


class RevisionStatus(models.TextChoices):
    """Where a later correction by the source stands: only a verified one counts."""

    SUBMITTED = "submitted", "Diajukan"
    VERIFIED = "verified", "Terverifikasi"
    REFUSED = "refused", "Tidak diterima"


class ReportStatus(models.TextChoices):
    DRAFT = "draft", "Draf"


class Section(models.TextChoices):
    """The parts of a report whose words are written by people."""

    FOREWORD = "foreword", "Kata Pengantar"
    SUMMARY = "summary", "Ringkasan Eksekutif"
    INTRODUCTION = "introduction", "Gambaran umum dan isu strategis"
    PLANNING = "planning", "Ikhtisar perencanaan"
    OBJECTIVE = "objective", "Analisis capaian sasaran"
    EFFICIENCY = "efficiency", "Analisis efisiensi sumber daya"
    PROGRAMMES = "programmes", "Analisis program dan kegiatan"
    BUDGET = "budget", "Analisis realisasi anggaran"
    CLOSING = "closing", "Penutup"


# The parts written once for each sasaran of the report.
OBJECTIVE_SECTIONS = (Section.OBJECTIVE, Section.EFFICIENCY, Section.PROGRAMMES)
