import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0006_hand_over"),
    ]

    operations = [
        migrations.AddField(
            model_name="region",
            name="colour",
            field=models.CharField(
                default="#0b5394",
                max_length=7,
                validators=[
                    django.core.validators.RegexValidator("^#[0-9a-fA-F]{6}$", "Tulis warna seperti #0b5394.")
                ],
                verbose_name="warna utama",
            ),
        ),
        migrations.AddField(
            model_name="region",
            name="report_term",
            field=models.CharField(
                choices=[("LKjIP", "LKjIP"), ("LKj", "LKj"), ("LAKIP", "LAKIP")],
                default="LKjIP",
                max_length=10,
                verbose_name="sebutan laporan kinerja",
            ),
        ),
        migrations.AddField(
            model_name="region",
            name="unit_term",
            field=models.CharField(
                choices=[("Perangkat Daerah", "Perangkat Daerah"), ("OPD", "OPD"), ("SKPD", "SKPD")],
                default="Perangkat Daerah",
                max_length=20,
                verbose_name="sebutan perangkat daerah",
            ),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="budget_detail_ii",
            field=models.CharField(
                choices=[
                    ("programme", "Program"),
                    ("activity", "Kegiatan"),
                    ("sub_activity", "Sub kegiatan"),
                ],
                default="programme",
                max_length=12,
                verbose_name="rincian anggaran PK kepala perangkat daerah",
            ),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="budget_detail_iii",
            field=models.CharField(
                choices=[
                    ("programme", "Program"),
                    ("activity", "Kegiatan"),
                    ("sub_activity", "Sub kegiatan"),
                ],
                default="activity",
                max_length=12,
                verbose_name="rincian anggaran PK eselon III",
            ),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="budget_detail_iv",
            field=models.CharField(
                choices=[
                    ("programme", "Program"),
                    ("activity", "Kegiatan"),
                    ("sub_activity", "Sub kegiatan"),
                ],
                default="sub_activity",
                max_length=12,
                verbose_name="rincian anggaran PK eselon IV dan di bawahnya",
            ),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="budget_rhythm",
            field=models.CharField(
                choices=[
                    ("month", "Setiap bulan"),
                    ("quarter", "Setiap triwulan (Maret, Juni, September, Desember)"),
                ],
                default="month",
                max_length=10,
                verbose_name="irama pengisian anggaran",
            ),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="bureau_verified_by",
            field=models.CharField(
                choices=[("planner", "Perencana (Bappeda)"), ("inspectorate", "Inspektorat")],
                default="planner",
                max_length=12,
                verbose_name="realisasi Bagian Organisasi sendiri diverifikasi oleh",
            ),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="declared_below_by",
            field=models.CharField(
                choices=[
                    ("bureau", "Bagian Organisasi"),
                    ("superior", "Atasan langsung"),
                    ("secretariat", "Sekretariat perangkat daerah"),
                ],
                default="bureau",
                max_length=12,
                verbose_name="PK di bawah kepala perangkat daerah dinyatakan lengkap oleh",
            ),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="hand_over_acting",
            field=models.CharField(
                choices=[
                    ("new", "PK baru ditandatangani pejabat yang baru"),
                    ("continue", "PK yang berlaku dilanjutkan"),
                    ("wait", "Menunggu pejabat definitif"),
                    ("none", "Tidak ada PK yang tersentuh"),
                ],
                default="wait",
                max_length=10,
                verbose_name="PK bila jabatan diisi Plt., Pj., atau Pjs.",
            ),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="hand_over_definitive",
            field=models.CharField(
                choices=[
                    ("new", "PK baru ditandatangani pejabat yang baru"),
                    ("continue", "PK yang berlaku dilanjutkan"),
                    ("wait", "Menunggu pejabat definitif"),
                    ("none", "Tidak ada PK yang tersentuh"),
                ],
                default="new",
                max_length=10,
                verbose_name="PK bila pejabat definitif berganti",
            ),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="indicator_rhythm",
            field=models.CharField(
                choices=[("quarter", "Setiap triwulan"), ("semester", "Setiap semester (TW II dan TW IV)")],
                default="quarter",
                max_length=10,
                verbose_name="irama pengisian indikator",
            ),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="planner_checks",
            field=models.BooleanField(
                default=False,
                help_text="Perencana dapat meminta perbaikan; yang menyatakan lengkap tetap seperti di atas.",
                verbose_name="Perencana ikut memeriksa PK yang diajukan",
            ),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="planner_verifies",
            field=models.BooleanField(default=False, verbose_name="Perencana ikut memverifikasi realisasi"),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="signs_functional",
            field=models.BooleanField(
                default=False, verbose_name="pejabat fungsional dan ketua tim menandatangani PK"
            ),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="signs_iii",
            field=models.BooleanField(
                default=True, verbose_name="eselon III/Administrator menandatangani PK"
            ),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="signs_iv",
            field=models.BooleanField(default=True, verbose_name="eselon IV/Pengawas menandatangani PK"),
        ),
        migrations.AddField(
            model_name="yearpolicy",
            name="signs_staff",
            field=models.BooleanField(default=False, verbose_name="pelaksana menandatangani PK"),
        ),
    ]
