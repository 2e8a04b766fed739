"""Addresses: planning."""

from django.urls import path

from agreements.views import (
    benchmarks,
    budgets,
    indicators,
    library,
    objectives,
    periods,
    plan_checks,
    scales,
    targets,
)

urlpatterns = [
    path("<int:year>/sasaran/", objectives.objective_list, name="objective_list"),
    path("<int:year>/sasaran/baru/", objectives.objective_create, name="objective_create"),
    path("<int:year>/sasaran/<int:pk>/ubah/", objectives.objective_edit, name="objective_edit"),
    path("<int:year>/sasaran/periode/baru/", periods.period_create, name="period_create"),
    path("<int:year>/sasaran/periode/<int:pk>/", periods.period_detail, name="period_detail"),
    path("<int:year>/sasaran/periode/<int:pk>/ubah/", periods.period_edit, name="period_edit"),
    path(
        "<int:year>/sasaran/periode/<int:pk>/perubahan/baru/", periods.revision_create, name="revision_create"
    ),
    path("<int:year>/perubahan-rencana/<int:pk>/", periods.revision_detail, name="revision_detail"),
    path("<int:year>/perubahan-rencana/<int:pk>/ubah/", periods.revision_edit, name="revision_edit"),
    path(
        "<int:year>/perubahan-rencana/<int:pk>/sasaran/<int:objective>/ganti/",
        periods.revision_replace,
        name="revision_replace",
    ),
    path(
        "<int:year>/perubahan-rencana/<int:pk>/sasaran/<int:objective>/akhiri/",
        periods.revision_end,
        name="revision_end",
    ),
    path(
        "<int:year>/perubahan-rencana/<int:pk>/sasaran/<int:objective>/kembalikan/",
        periods.revision_restore,
        name="revision_restore",
    ),
    path("<int:year>/pemeriksaan-rencana/", plan_checks.plan_checks, name="plan_checks"),
    path("<int:year>/kamus-indikator/", indicators.indicator_list, name="indicator_list"),
    path("<int:year>/kamus-indikator/baru/", indicators.indicator_create, name="indicator_create"),
    path("<int:year>/kamus-indikator/pustaka/", library.library, name="library"),
    path("<int:year>/kamus-indikator/pustaka/salin/", library.library_copy, name="library_copy"),
    path("<int:year>/kamus-indikator/<int:pk>/", indicators.indicator_detail, name="indicator_detail"),
    path("<int:year>/kamus-indikator/<int:pk>/ubah/", indicators.indicator_edit, name="indicator_edit"),
    path("<int:year>/kamus-indikator/<int:pk>/target/", targets.indicator_targets, name="indicator_targets"),
    path(
        "<int:year>/kamus-indikator/<int:pk>/pembanding/",
        benchmarks.indicator_benchmarks,
        name="indicator_benchmarks",
    ),
    path("skala-predikat/", scales.scale_list, name="scale_list"),
    path("skala-predikat/baru/", scales.scale_create, name="scale_create"),
    path("skala-predikat/<int:pk>/ubah/", scales.scale_edit, name="scale_edit"),
    path("<int:year>/anggaran/", budgets.budget_list, name="budget_list"),
    path("<int:year>/anggaran/baru/", budgets.budget_create, name="budget_create"),
    path("<int:year>/anggaran/<int:pk>/ubah/", budgets.budget_edit, name="budget_edit"),
    path("<int:year>/anggaran/program/baru/", budgets.programme_create, name="programme_create"),
    path("<int:year>/anggaran/program/<int:pk>/ubah/", budgets.programme_edit, name="programme_edit"),
]
