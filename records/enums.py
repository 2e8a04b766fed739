"""The states of a background job."""

from django.db import models


class JobState(models.TextChoices):
    WAITING = "waiting", "Menunggu"
    RUNNING = "running", "Sedang dibuat"
    DONE = "done", "Selesai"
    FAILED = "failed", "Gagal"
