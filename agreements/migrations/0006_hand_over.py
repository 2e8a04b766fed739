import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0005_predecessors"),
        ("records", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="mulai tanggal")),
                (
                    "follow_up",
                    models.CharField(
                        choices=[
                            ("new", "PK baru ditandatangani pejabat yang baru"),
                            ("continue", "PK yang berlaku dilanjutkan"),
                            ("wait", "Menunggu pejabat definitif"),
                            ("none", "Tidak ada PK yang tersentuh"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="tindak lanjut",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="keterangan")),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="dicatat pada"),
                ),
                (
                    "settled_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="selesai pada"),
                ),
                ("settled_note", models.CharField(blank=True, max_length=300, verbose_name="penyelesaian")),
            ],
            options={
                "verbose_name": "serah terima jabatan",
                "ordering": ("-day", "-pk"),
            },
        ),
        migrations.AddField(
            model_name="position",
            name="superior_reason",
            field=models.CharField(
                blank=True,
                help_text="Wajib diisi bila atasan yang dipilih bukan yang diusulkan menurut aturan.",
                max_length=300,
                verbose_name="alasan atasan lain dari aturan",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="agreement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hand_overs",
                to="agreements.agreement",
                verbose_name="PK yang berlaku",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="incoming",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agreements.assignment",
                verbose_name="yang menggantikan",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="outgoing",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agreements.assignment",
                verbose_name="yang digantikan",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="position",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hand_overs",
                to="agreements.position",
                verbose_name="jabatan",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("outgoing__isnull", False), ("incoming__isnull", False), _connector="OR"),
                name="hand_over_of_somebody",
            ),
        ),
    ]
