from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0012_objective_endings"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="budget",
            index=models.Index(fields=["unit", "year", "version"], name="budget_of_unit_and_year"),
        ),
    ]
