import django.db.models.deletion
from django.db import migrations, models

import agreements.models.planning


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0007_policies"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="perubahan ke-")),
                ("regulation", models.CharField(max_length=160, verbose_name="ditetapkan dengan")),
                ("decided_on", models.DateField(verbose_name="tanggal penetapan")),
                ("first_year", models.PositiveSmallIntegerField(verbose_name="berlaku mulai tahun")),
                ("reason", models.TextField(blank=True, verbose_name="alasan")),
            ],
            options={
                "verbose_name": "perubahan rencana",
                "ordering": ("period_id", "number"),
            },
        ),
        migrations.CreateModel(
            name="RevisedTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "value",
                    agreements.models.planning.MeasureField(
                        blank=True, decimal_places=4, max_digits=15, null=True, verbose_name="target"
                    ),
                ),
                (
                    "low",
                    agreements.models.planning.MeasureField(
                        blank=True, decimal_places=4, max_digits=15, null=True, verbose_name="batas bawah"
                    ),
                ),
                (
                    "high",
                    agreements.models.planning.MeasureField(
                        blank=True, decimal_places=4, max_digits=15, null=True, verbose_name="batas atas"
                    ),
                ),
                (
                    "step",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="target predikat"),
                ),
                ("date", models.DateField(blank=True, null=True, verbose_name="target tanggal")),
                ("year", models.PositiveSmallIntegerField(verbose_name="tahun")),
            ],
            options={
                "verbose_name": "target sebelum perubahan",
                "ordering": ("indicator_id", "year", "revision_id"),
            },
        ),
        migrations.AddField(
            model_name="indicator",
            name="baseline_year",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="tahun kondisi awal"),
        ),
        migrations.AddField(
            model_name="indicator",
            name="code",
            field=models.CharField(blank=True, max_length=30, verbose_name="kode"),
        ),
        migrations.AddField(
            model_name="objective",
            name="code",
            field=models.CharField(blank=True, max_length=20, verbose_name="kode"),
        ),
        migrations.AddField(
            model_name="objective",
            name="first_year",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="berlaku mulai tahun"),
        ),
        migrations.AddField(
            model_name="objective",
            name="last_year",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="berlaku sampai tahun"
            ),
        ),
        migrations.AddField(
            model_name="objective",
            name="successor_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successors",
                to="agreements.objective",
                verbose_name="menggantikan",
            ),
        ),
        migrations.AddField(
            model_name="planningperiod",
            name="regulation",
            field=models.CharField(
                blank=True,
                help_text="Misalnya Perda Nomor 3 Tahun 2025.",
                max_length=160,
                verbose_name="ditetapkan dengan",
            ),
        ),
        migrations.AddField(
            model_name="planrevision",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="revisions",
                to="agreements.planningperiod",
                verbose_name="periode",
            ),
        ),
        migrations.AddField(
            model_name="objective",
            name="revision",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="objectives",
                to="agreements.planrevision",
                verbose_name="dibawa oleh perubahan",
            ),
        ),
        migrations.AddField(
            model_name="revisedtarget",
            name="indicator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="revised_targets",
                to="agreements.indicator",
            ),
        ),
        migrations.AddField(
            model_name="revisedtarget",
            name="revision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="revised_targets",
                to="agreements.planrevision",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True),
                fields=("unit", "code"),
                name="indicator_code_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="objective",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_year__isnull", True),
                    ("last_year__isnull", True),
                    ("last_year__gte", models.F("first_year")),
                    _connector="OR",
                ),
                name="objective_years_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="objective",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True),
                fields=("period", "unit", "code"),
                name="objective_code_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="planrevision",
            constraint=models.UniqueConstraint(fields=("period", "number"), name="plan_revision_once"),
        ),
        migrations.AddConstraint(
            model_name="revisedtarget",
            constraint=models.UniqueConstraint(
                fields=("revision", "indicator", "year"), name="revised_target_once"
            ),
        ),
    ]
