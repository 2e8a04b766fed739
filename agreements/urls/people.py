"""Addresses: people."""

from django.urls import path

from accounts.views import SetPasswordView

urlpatterns = [
    path("akun/tautan/<uidb64>/<token>/", SetPasswordView.as_view(), name="set_password"),
]
