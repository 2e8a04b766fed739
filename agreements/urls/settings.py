"""Addresses: settings."""

from django.urls import path

from agreements.views import settings

urlpatterns = [
    path("warna.css", settings.colours, name="colours"),
    path("lambang/daerah/", settings.emblem, name="emblem"),
    path("lambang/negara/", settings.state_emblem, name="state_emblem"),
    path("pengaturan/identitas/", settings.region_settings, name="region_settings"),
    path("pengaturan/kebijakan/", settings.policy_list, name="policy_list"),
    path("pengaturan/kebijakan/baru/", settings.policy_create, name="policy_create"),
]
