"""Addresses of what is shown: Beranda, documents, jobs, checking a printed document."""

from django.urls import path

from reports.views import achievement, checking, home

app_name = "reports"
urlpatterns = [
    path("", home.home, name="home"),
    path("cek/", checking.check, name="check"),
    path("cek/<str:code>/", checking.check_code, name="check_code"),
    path("<int:year>/", home.year_home, name="year_home"),
    path("<int:year>/capaian/", achievement.achievement, name="achievement"),
    path("panduan/", home.guide, name="guide"),
    path("riwayat/", home.history, name="history"),
]
