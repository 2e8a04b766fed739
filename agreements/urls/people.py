"""Addresses: people."""

from django.urls import path

from accounts.views import SetPasswordView
from agreements.views import delegations, people

urlpatterns = [
    path("akun/tautan/<uidb64>/<token>/", SetPasswordView.as_view(), name="set_password"),
    path("pengaturan/akun/", people.account_list, name="account_list"),
    path("pengaturan/akun/baru/", people.account_create, name="account_create"),
    path("pengaturan/akun/<int:pk>/", people.account_detail, name="account_detail"),
    path("pengaturan/akun/<int:pk>/ubah/", people.account_edit, name="account_edit"),
    path("pengaturan/akun/<int:pk>/pejabat/", people.account_official, name="account_official"),
    path("pengaturan/akun/<int:pk>/tautan/", people.account_link, name="account_link"),
    path("pengaturan/akun/<int:pk>/kunci/", people.account_release, name="account_release"),
    path("pengaturan/akun/<int:pk>/tutup/", people.account_close, name="account_close"),
    path("pengaturan/akun/<int:pk>/peran/baru/", people.membership_create, name="membership_create"),
    path("pengaturan/peran/<int:pk>/ubah/", people.membership_edit, name="membership_edit"),
    path("delegasi/", delegations.delegation_list, name="delegation_list"),
    path("delegasi/<int:pk>/akhiri/", delegations.delegation_end, name="delegation_end"),
]
