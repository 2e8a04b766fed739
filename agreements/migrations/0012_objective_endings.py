import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0011_imports"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="objective",
            name="objective_code_once",
        ),
        migrations.AddField(
            model_name="objective",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ended_objectives",
                to="agreements.planrevision",
                verbose_name="diakhiri oleh perubahan",
            ),
        ),
        migrations.AddConstraint(
            model_name="objective",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("code", ""), _negated=True), ("last_year__isnull", True)),
                fields=("period", "unit", "code"),
                name="objective_code_once",
            ),
        ),
    ]
