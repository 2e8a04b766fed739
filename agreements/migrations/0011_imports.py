import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0010_performance_tree"),
        ("records", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=60, verbose_name="tabel")),
                ("key", models.BigIntegerField(verbose_name="nomor")),
                ("before", models.TextField(blank=True, verbose_name="sebelum")),
                ("after", models.TextField(verbose_name="sesudah")),
            ],
            options={
                "verbose_name": "perubahan oleh impor",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="ImportMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=30, verbose_name="isi")),
                ("sheet", models.CharField(max_length=30, verbose_name="lembar")),
                ("headings", models.CharField(max_length=64, verbose_name="sidik kepala kolom")),
                ("columns", models.TextField(verbose_name="padanan kolom")),
                (
                    "used_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="terakhir dipakai"),
                ),
            ],
            options={
                "verbose_name": "padanan kolom impor",
                "ordering": ("-used_at",),
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sheet", models.CharField(max_length=60, verbose_name="lembar")),
                ("row", models.PositiveIntegerField(verbose_name="baris")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("new", "Baru"),
                            ("changed", "Berubah"),
                            ("same", "Sama"),
                            ("refused", "Ditolak"),
                        ],
                        max_length=10,
                        verbose_name="hasil",
                    ),
                ),
                ("label", models.CharField(max_length=300, verbose_name="data")),
                ("differences", models.TextField(blank=True, verbose_name="perbedaan")),
                ("faults", models.TextField(blank=True, verbose_name="kesalahan")),
                ("remarks", models.TextField(blank=True, verbose_name="catatan")),
            ],
            options={
                "verbose_name": "baris impor",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("subject", models.CharField(max_length=30, verbose_name="isi")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="tahun")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Menunggu kolom dicocokkan"),
                            ("examining", "Sedang diperiksa"),
                            ("examined", "Menunggu diterapkan"),
                            ("applying", "Sedang diterapkan"),
                            ("applied", "Diterapkan"),
                            ("undone", "Dibatalkan kembali"),
                            ("discarded", "Tidak dipakai"),
                        ],
                        default="uploaded",
                        max_length=10,
                        verbose_name="keadaan",
                    ),
                ),
                ("plan", models.TextField(default="{}", verbose_name="padanan")),
                ("options", models.TextField(default="{}", verbose_name="pilihan")),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="baris")),
                ("new", models.PositiveIntegerField(default=0, verbose_name="baru")),
                ("changed", models.PositiveIntegerField(default=0, verbose_name="berubah")),
                ("same", models.PositiveIntegerField(default=0, verbose_name="sama")),
                ("refused", models.PositiveIntegerField(default=0, verbose_name="ditolak")),
                ("left_out", models.PositiveIntegerField(default=0, verbose_name="dilewati")),
                ("message", models.TextField(blank=True, verbose_name="keterangan")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="diunggah pada"),
                ),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="diterapkan pada")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="dibatalkan pada")),
            ],
            options={
                "verbose_name": "impor",
                "ordering": ("-created_at",),
            },
        ),
        migrations.AddConstraint(
            model_name="importmapping",
            constraint=models.UniqueConstraint(
                fields=("subject", "sheet", "headings"), name="import_mapping_once"
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="applied_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="diterapkan oleh",
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.storedfile",
                verbose_name="berkas",
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="job",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="records.job",
                verbose_name="pekerjaan",
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="pengunggah",
            ),
        ),
        migrations.AddField(
            model_name="importrow",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="examined",
                to="agreements.importrun",
            ),
        ),
        migrations.AddField(
            model_name="importchange",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="agreements.importrun"
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(fields=["run", "outcome"], name="import_row_outcome"),
        ),
        migrations.AddConstraint(
            model_name="importchange",
            constraint=models.UniqueConstraint(fields=("run", "table", "key"), name="import_change_once"),
        ),
    ]
