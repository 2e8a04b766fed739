"""Addresses of what is shown: Beranda, documents, jobs, checking a printed document."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
]
