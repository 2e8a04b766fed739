"""Addresses: organisation."""

from django.urls import path

from agreements.views import organisation

urlpatterns = [
    path("organisasi/", organisation.unit_list, name="unit_list"),
    path("organisasi/berakhir/", organisation.unit_ended, name="unit_ended"),
    path("organisasi/baru/", organisation.unit_create, name="unit_create"),
    path("organisasi/<int:pk>/", organisation.unit_detail, name="unit_detail"),
    path("organisasi/<int:pk>/ubah/", organisation.unit_edit, name="unit_edit"),
    path("organisasi/<int:pk>/jabatan/baru/", organisation.position_create, name="position_create"),
    path("jabatan/<int:pk>/ubah/", organisation.position_edit, name="position_edit"),
    path("pejabat/", organisation.official_list, name="official_list"),
    path("pejabat/baru/", organisation.official_create, name="official_create"),
    path("pejabat/<int:pk>/", organisation.official_detail, name="official_detail"),
    path("pejabat/<int:pk>/ubah/", organisation.official_edit, name="official_edit"),
    path("riwayat-jabatan/baru/", organisation.assignment_create, name="assignment_create"),
    path("riwayat-jabatan/<int:pk>/ubah/", organisation.assignment_edit, name="assignment_edit"),
]
