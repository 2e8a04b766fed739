"""Addresses of action plans; `pk` is the agreement's number."""

from django.urls import path

from agreements.views import action_plan as views
from agreements.views import plan_writing

urlpatterns = [
    path("<int:year>/rencana-aksi/", views.plan_list, name="plan_list"),
    path("<int:year>/rencana-aksi/<int:pk>/", views.plan, name="plan"),
    path("<int:year>/rencana-aksi/<int:pk>/versi/<int:number>/", views.plan, name="plan_version"),
    path(
        "<int:year>/rencana-aksi/<int:pk>/versi/<int:number>/tindakan/<str:action>/",
        views.plan_action,
        name="plan_action",
    ),
    path("<int:year>/rencana-aksi/<int:pk>/versi-baru/", plan_writing.begin, name="plan_begin"),
    path("<int:year>/rencana-aksi/<int:pk>/hapus/", plan_writing.delete, name="plan_delete"),
    path("<int:year>/rencana-aksi/<int:pk>/target/", plan_writing.targets, name="plan_targets"),
    path("<int:year>/rencana-aksi/<int:pk>/langkah/", plan_writing.step, name="plan_step_add"),
    path("<int:year>/rencana-aksi/<int:pk>/langkah/<int:row>/", plan_writing.step, name="plan_step"),
]
