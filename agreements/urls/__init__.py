"""Addresses of organisation, plan and agreements, one module a subject."""

from agreements.urls import action_plan, agreement, imports, organisation, people, planning, settings

app_name = "agreements"
urlpatterns = [
    *agreement.urlpatterns,
    *action_plan.urlpatterns,
    *organisation.urlpatterns,
    *people.urlpatterns,
    *planning.urlpatterns,
    *settings.urlpatterns,
    *imports.urlpatterns,
]
