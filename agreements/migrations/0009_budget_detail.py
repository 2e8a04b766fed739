from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import agreements.models.planning


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0008_plan_revisions"),
    ]

    operations = [
        migrations.CreateModel(
            name="BudgetPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "month",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="sampai bulan",
                    ),
                ),
                (
                    "cash",
                    agreements.models.planning.MoneyColumn(
                        blank=True,
                        decimal_places=2,
                        max_digits=15,
                        null=True,
                        verbose_name="rencana kas s.d. bulan ini (Rp)",
                    ),
                ),
                (
                    "physical",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        verbose_name="rencana fisik (%)",
                    ),
                ),
            ],
            options={
                "verbose_name": "rencana kas dan fisik",
                "ordering": ("budget_id", "month"),
            },
        ),
        migrations.CreateModel(
            name="BudgetTotal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="tahun")),
                (
                    "version",
                    models.CharField(
                        choices=[
                            ("original", "APBD murni"),
                            ("shift", "Pergeseran"),
                            ("revised", "APBD perubahan"),
                        ],
                        default="original",
                        max_length=10,
                        verbose_name="versi",
                    ),
                ),
                (
                    "amount",
                    agreements.models.planning.MoneyColumn(
                        decimal_places=2,
                        max_digits=15,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="jumlah menurut dokumen (Rp)",
                    ),
                ),
            ],
            options={
                "verbose_name": "jumlah pagu menurut dokumen",
                "ordering": ("unit__order", "unit_id", "programme__code", "pk"),
            },
        ),
        migrations.AddField(
            model_name="budgetplan",
            name="budget",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="plans",
                to="agreements.budget",
                verbose_name="pagu",
            ),
        ),
        migrations.AddField(
            model_name="budgettotal",
            name="programme",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="budget_totals",
                to="agreements.programme",
                verbose_name="program",
            ),
        ),
        migrations.AddField(
            model_name="budgettotal",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="budget_totals",
                to="agreements.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetplan",
            constraint=models.UniqueConstraint(fields=("budget", "month"), name="budget_plan_once"),
        ),
        migrations.AddConstraint(
            model_name="budgetplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("cash__isnull", True), ("cash__gte", 0), _connector="OR"),
                name="budget_plan_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("physical__isnull", True),
                    models.Q(("physical__gte", 0), ("physical__lte", 100)),
                    _connector="OR",
                ),
                name="budget_plan_is_percent",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgettotal",
            constraint=models.UniqueConstraint(
                fields=("unit", "programme", "year", "version"), name="budget_total_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="budgettotal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("programme__isnull", True)),
                fields=("unit", "year", "version"),
                name="budget_total_of_unit_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgettotal",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="budget_total_not_negative"
            ),
        ),
    ]
