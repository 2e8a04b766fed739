"""Addresses of what is shown: Beranda, documents, jobs, checking a printed document."""

from django.urls import path

from reports.views import (
    absorption,
    achievement,
    action_plan,
    checking,
    home,
    indicator_cards,
    jobs,
    lkjip,
    overview,
    setup,
    signing,
)

app_name = "reports"
urlpatterns = [
    path("", home.home, name="home"),
    path("cek/", checking.check, name="check"),
    path("cek/<str:code>/", checking.check_code, name="check_code"),
    path("<int:year>/", home.year_home, name="year_home"),
    path("<int:year>/capaian/", achievement.achievement, name="achievement"),
    path("<int:year>/capaian/<int:unit>/", overview.unit, name="unit"),
    path("<int:year>/capaian/<int:unit>/tw/<int:number>/", overview.unit, name="unit"),
    path("<int:year>/peta/", overview.achievement_map, name="map"),
    path("<int:year>/terendah/", overview.worst, name="worst"),
    path("<int:year>/terlambat/", overview.late, name="late"),
    path("<int:year>/kepatuhan/", overview.compliance, name="compliance"),
    path("<int:year>/realisasi-anggaran/<int:unit>/", absorption.money_unit, name="money_unit"),
    path("<int:year>/serapan/", absorption.absorption, name="absorption"),
    path("<int:year>/rencana-aksi/<int:pk>/versi/<int:number>/pdf/", action_plan.plan_print, name="plan_pdf"),
    path("<int:year>/kamus-indikator/manual/", indicator_cards.indicator_cards, name="indicator_cards"),
    path("<int:year>/kamus-indikator/iku/<int:unit>/", indicator_cards.iku_table, name="iku_table"),
    path(
        "<int:year>/kamus-indikator/<int:pk>/manual/", indicator_cards.indicator_card, name="indicator_card"
    ),
    path("<int:year>/lkjip/", lkjip.lkjip_list, name="lkjip_list"),
    path("<int:year>/lkjip/<int:unit>/", lkjip.lkjip, name="lkjip"),
    path("<int:year>/lkjip/<int:unit>/pdf/", lkjip.lkjip_print, name="lkjip_print"),
    path("<int:year>/lkjip/<int:unit>/narasi/<slug:part>/", lkjip.lkjip_text, name="lkjip_text"),
    path(
        "<int:year>/lkjip/<int:unit>/narasi/<slug:part>/<int:objective>/",
        lkjip.lkjip_text,
        name="lkjip_objective",
    ),
    path("<int:year>/penandatanganan/", signing.signing_day, name="signing_day"),
    path("<int:year>/perjanjian/cetak/", signing.print_all, name="print_all"),
    path("unduhan/", jobs.job_list, name="job_list"),
    path("unduhan/<uuid:pk>/", jobs.job, name="job"),
    path("unduhan/<uuid:pk>/berkas/", jobs.job_file, name="job_file"),
    path("unduhan/<uuid:pk>/ulang/", jobs.job_retry, name="job_retry"),
    path("penyiapan/", setup.setup, name="setup"),
    path("panduan/", home.guide, name="guide"),
    path("riwayat/", home.history, name="history"),
]
