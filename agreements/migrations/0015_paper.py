"""What a paper signed before the installation says of its date and number, proposed when it is recorded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0014_expert_staff"),
    ]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="paper_date",
            field=models.DateField(
                blank=True,
                editable=False,
                help_text="Dari berkas PK yang sudah ditandatangani; diusulkan ketika pindaiannya dicatat.",
                null=True,
                verbose_name="tanggal di kertas",
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="paper_number",
            field=models.CharField(blank=True, editable=False, max_length=80, verbose_name="nomor di kertas"),
        ),
    ]
