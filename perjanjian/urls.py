"""The root map of addresses. Paths people see are Indonesian, names are English."""

from django.urls import include, path

urlpatterns = [
    path("akun/", include("accounts.urls")),
    path("", include("agreements.urls")),
    path("", include("evaluations.urls")),
    path("", include("reports.urls")),
]
handler400 = "perjanjian.views.bad_request"
handler404 = "perjanjian.views.not_found"
handler403 = "perjanjian.views.forbidden"
handler500 = "perjanjian.views.server_error"
