"""A unit may follow several: offices are merged, and split."""

from django.db import migrations, models


def carry_over(apps, schema_editor):
    unit = apps.get_model("agreements", "Unit")
    for row in unit.objects.exclude(predecessor=None):
        row.predecessors.add(row.predecessor_id)


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_the_year"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="predecessors",
            field=models.ManyToManyField(
                blank=True, related_name="successors", to="agreements.unit", verbose_name="menggantikan"
            ),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(
            model_name="unit",
            name="predecessor",
        ),
    ]
