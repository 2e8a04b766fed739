"""Addresses of organisation, plan and agreements, one module a subject."""

from agreements.urls import agreement, organisation, people, planning, settings

app_name = "agreements"
urlpatterns = [
    *agreement.urlpatterns,
    *organisation.urlpatterns,
    *people.urlpatterns,
    *planning.urlpatterns,
    *settings.urlpatterns,
]
