"""Addresses: planning."""

from django.urls import path

from agreements.views import benchmarks, budget_units, budgets, planning

urlpatterns = [
    path("<int:year>/sasaran/", planning.objective_list, name="objective_list"),
    path("<int:year>/sasaran/baru/", planning.objective_create, name="objective_create"),
    path("<int:year>/sasaran/<int:pk>/ubah/", planning.objective_edit, name="objective_edit"),
    path("<int:year>/sasaran/periode/baru/", planning.period_create, name="period_create"),
    path("<int:year>/sasaran/periode/<int:pk>/ubah/", planning.period_edit, name="period_edit"),
    path("<int:year>/kamus-indikator/", planning.indicator_list, name="indicator_list"),
    path("<int:year>/kamus-indikator/baru/", planning.indicator_create, name="indicator_create"),
    path("<int:year>/kamus-indikator/<int:pk>/", planning.indicator_detail, name="indicator_detail"),
    path("<int:year>/kamus-indikator/<int:pk>/ubah/", planning.indicator_edit, name="indicator_edit"),
    path("<int:year>/kamus-indikator/<int:pk>/target/", planning.indicator_targets, name="indicator_targets"),
    path(
        "<int:year>/kamus-indikator/<int:pk>/pembanding/",
        benchmarks.indicator_benchmarks,
        name="indicator_benchmarks",
    ),
    path("skala-predikat/", planning.scale_list, name="scale_list"),
    path("skala-predikat/baru/", planning.scale_create, name="scale_create"),
    path("skala-predikat/<int:pk>/ubah/", planning.scale_edit, name="scale_edit"),
    path("<int:year>/anggaran/", budgets.budget_list, name="budget_list"),
    path("<int:year>/anggaran/baru/", budgets.budget_create, name="budget_create"),
    path("<int:year>/anggaran/<int:pk>/ubah/", budgets.budget_edit, name="budget_edit"),
    path("<int:year>/anggaran/<int:pk>/hapus/", budgets.budget_delete, name="budget_delete"),
    path("<int:year>/anggaran/unit/<int:unit>/", budget_units.budget_unit, name="budget_unit"),
    path("<int:year>/anggaran/unit/<int:unit>/versi/", budget_units.budget_versions, name="budget_versions"),
    path(
        "<int:year>/anggaran/unit/<int:unit>/jumlah/<slug:version>/",
        budget_units.budget_total,
        name="budget_total",
    ),
    path("<int:year>/anggaran/program/baru/", budgets.programme_create, name="programme_create"),
    path("<int:year>/anggaran/program/<int:pk>/ubah/", budgets.programme_edit, name="programme_edit"),
]
