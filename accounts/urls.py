"""Sign-in, sign-out and passwords; the views are allauth's and Django's, two of them with our manners."""

from allauth.account import views as allauth_views
from django.contrib.auth.decorators import login_not_required, login_required
from django.urls import path

from accounts.views import PasswordChangeView

urlpatterns = [
    path("masuk/", allauth_views.login, name="account_login"),
    # Who was signed out meanwhile and presses Keluar has nothing left to do.
    path("keluar/", login_not_required(allauth_views.logout), name="account_logout"),
    path("kata-sandi/", login_required(PasswordChangeView.as_view()), name="account_change_password"),
    path("nonaktif/", allauth_views.account_inactive, name="account_inactive"),
]
