"""Addresses: organisation."""

from django.urls import path

from agreements.views import hand_over, officials, organisation, positions, reorganisation

urlpatterns = [
    path("organisasi/", organisation.unit_list, name="unit_list"),
    path("organisasi/berakhir/", organisation.unit_ended, name="unit_ended"),
    path("organisasi/baru/", organisation.unit_create, name="unit_create"),
    path("organisasi/<int:pk>/", organisation.unit_detail, name="unit_detail"),
    path("organisasi/<int:pk>/ubah/", organisation.unit_edit, name="unit_edit"),
    path("organisasi/<int:pk>/reorganisasi/", reorganisation.unit_reorganise, name="unit_reorganise"),
    path("organisasi/<int:pk>/jabatan/baru/", positions.position_create, name="position_create"),
    path("jabatan/<int:pk>/", positions.position_detail, name="position_detail"),
    path("jabatan/<int:pk>/ubah/", positions.position_edit, name="position_edit"),
    path("jabatan/<int:pk>/serah-terima/", hand_over.hand_over, name="hand_over"),
    path("serah-terima/", hand_over.hand_over_list, name="hand_over_list"),
    path("serah-terima/<int:pk>/", hand_over.hand_over_detail, name="hand_over_detail"),
    path("pejabat/", officials.official_list, name="official_list"),
    path("pejabat/baru/", officials.official_create, name="official_create"),
    path("pejabat/<int:pk>/", officials.official_detail, name="official_detail"),
    path("pejabat/<int:pk>/ubah/", officials.official_edit, name="official_edit"),
    path("riwayat-jabatan/baru/", officials.assignment_create, name="assignment_create"),
    path("riwayat-jabatan/<int:pk>/ubah/", officials.assignment_edit, name="assignment_edit"),
]
