"""Sign-in, sign-out and passwords; the views are allauth's and Django's."""

from allauth.account import views as allauth_views
from django.urls import path

urlpatterns = [
    path("masuk/", allauth_views.login, name="account_login"),
    path("keluar/", allauth_views.logout, name="account_logout"),
    path("kata-sandi/", allauth_views.password_change, name="account_change_password"),
    path("nonaktif/", allauth_views.account_inactive, name="account_inactive"),
]
