"""Addresses of agreements."""

from django.urls import path

from agreements.views import agreement as views
from agreements.views import amendment, drafting, many, mass_drafting, register

urlpatterns = [
    path("<int:year>/perjanjian/", register.agreement_list, name="list"),
    path("<int:year>/perjanjian/baru/", drafting.create, name="create"),
    path("<int:year>/perjanjian/draf-semua/", mass_drafting.draft_all, name="draft_all"),
    path("<int:year>/perjanjian/batas-waktu/", register.deadlines, name="deadlines"),
    path("<int:year>/perjanjian/catat/", many.record_many, name="record_many"),
    path("<int:year>/penandatanganan/tanda-tangan/", many.sign_many, name="sign_many"),
    path("<int:year>/perjanjian/perubahan/", amendment.amendment_list, name="amendment_list"),
    path("<int:year>/perjanjian/<int:pk>/", views.detail, name="detail"),
    path("<int:year>/perjanjian/<int:pk>/pdf/", views.pdf, name="pdf"),
    path("<int:year>/perjanjian/<int:pk>/pindaian/<int:signature>/", views.scan, name="scan"),
    path("<int:year>/perjanjian/<int:pk>/tindakan/<str:action>/", views.action, name="action"),
    path("<int:year>/perjanjian/<int:pk>/terbitkan/", views.issue, name="issue"),
    path("<int:year>/perjanjian/<int:pk>/tanda-tangan/", views.sign, name="sign"),
    path("<int:year>/perjanjian/<int:pk>/catat/", views.record, name="record"),
    path("<int:year>/perjanjian/<int:pk>/susun/", drafting.compose, name="compose"),
    path("<int:year>/perjanjian/<int:pk>/perubahan/", amendment.amend, name="amend"),
    path("<int:year>/perjanjian/<int:pk>/dasar/", amendment.basis, name="basis"),
    path("<int:year>/perjanjian/<int:pk>/pihak/", drafting.parties, name="parties"),
    path("<int:year>/perjanjian/<int:pk>/sasaran/", drafting.objectives, name="objectives"),
    path(
        "<int:year>/perjanjian/<int:pk>/sasaran/<int:row>/indikator/",
        drafting.pick_indicators,
        name="pick_indicators",
    ),
    path("<int:year>/perjanjian/<int:pk>/anggaran/", drafting.budgets, name="budgets"),
]
