import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0009_budget_detail"),
        ("records", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TreeLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=300, verbose_name="yang diharapkan")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Menunggu jawaban"),
                            ("accepted", "Disanggupi"),
                            ("declined", "Tidak disanggupi"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="jawaban",
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="diminta pada"),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="dijawab pada")),
                ("answer_note", models.CharField(blank=True, max_length=300, verbose_name="catatan jawaban")),
            ],
            options={
                "verbose_name": "dukungan lintas perangkat daerah",
                "ordering": ("node_id", "unit__order", "pk"),
            },
        ),
        migrations.CreateModel(
            name="TreeNode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("final", "Hasil akhir"),
                            ("intermediate", "Hasil antara"),
                            ("immediate", "Hasil langsung"),
                            ("output", "Keluaran"),
                            ("process", "Proses/masukan"),
                        ],
                        max_length=15,
                        verbose_name="tingkat",
                    ),
                ),
                ("text", models.TextField(verbose_name="hasil atau kondisi")),
                (
                    "critical",
                    models.BooleanField(default=False, verbose_name="faktor kunci keberhasilan (CSF)"),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="urutan")),
            ],
            options={
                "verbose_name": "simpul pohon kinerja",
                "ordering": ("order", "pk"),
            },
        ),
        migrations.AddField(
            model_name="treelink",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="treelink",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="treelink",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tree_links",
                to="agreements.unit",
                verbose_name="unit yang diminta",
            ),
        ),
        migrations.AddField(
            model_name="treenode",
            name="indicators",
            field=models.ManyToManyField(
                blank=True, related_name="tree_nodes", to="agreements.indicator", verbose_name="indikator"
            ),
        ),
        migrations.AddField(
            model_name="treenode",
            name="objective",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tree_nodes",
                to="agreements.objective",
                verbose_name="tujuan/sasaran",
            ),
        ),
        migrations.AddField(
            model_name="treenode",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tree_nodes",
                to="agreements.position",
                verbose_name="pemilik (jabatan)",
            ),
        ),
        migrations.AddField(
            model_name="treenode",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="agreements.treenode",
                verbose_name="mendukung",
            ),
        ),
        migrations.AddField(
            model_name="treenode",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tree_nodes",
                to="agreements.planningperiod",
                verbose_name="periode",
            ),
        ),
        migrations.AddField(
            model_name="treenode",
            name="programmes",
            field=models.ManyToManyField(
                blank=True, related_name="tree_nodes", to="agreements.programme", verbose_name="program"
            ),
        ),
        migrations.AddField(
            model_name="treenode",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tree_nodes",
                to="agreements.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="treelink",
            name="answering_node",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="contributes",
                to="agreements.treenode",
                verbose_name="simpul yang menyumbang",
            ),
        ),
        migrations.AddField(
            model_name="treelink",
            name="node",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="agreements.treenode",
                verbose_name="simpul",
            ),
        ),
        migrations.AddConstraint(
            model_name="treelink",
            constraint=models.UniqueConstraint(fields=("node", "unit"), name="tree_link_once"),
        ),
    ]
