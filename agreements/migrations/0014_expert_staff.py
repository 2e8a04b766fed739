from django.db import migrations, models


class Migration(migrations.Migration):
    """Staf Ahli answer to the regional head, or by policy to the Sekda."""

    dependencies = [("agreements", "0013_budget_index")]

    operations = [
        migrations.AddField(
            model_name="yearpolicy",
            name="experts_under_secretary",
            field=models.BooleanField(
                default=False,
                verbose_name="Staf Ahli menandatangani PK dengan Sekretaris Daerah, bukan dengan kepala daerah",
            ),
        ),
    ]
