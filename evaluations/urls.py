"""Addresses of facts: entry, money, verification, one fact, evidence, calendar, simulation."""

from django.urls import path

from evaluations.views import (
    comparison,
    entry,
    facts,
    money,
    money_entry,
    policies,
    revisions,
    schedule,
    simulation,
    steps,
    verification,
)

app_name = "evaluations"
urlpatterns = [
    path("<int:year>/realisasi/", entry.entry_list, name="entry_list"),
    path("<int:year>/realisasi/<int:unit>/<int:number>/", entry.entry, name="entry"),
    path("<int:year>/realisasi/rincian/<int:pk>/", facts.realisation_detail, name="realisation_detail"),
    path(
        "<int:year>/rencana-aksi/<int:pk>/kemajuan/<int:number>/", steps.step_progress, name="step_progress"
    ),
    path("<int:year>/realisasi/rincian/<int:pk>/revisi/", revisions.revision, name="revision"),
    path("<int:year>/verifikasi/", verification.verify_list, name="verify_list"),
    path("<int:year>/verifikasi/<int:unit>/<int:number>/", verification.verify, name="verify"),
    path("<int:year>/data-pembanding/<int:unit>/", comparison.comparison, name="comparison"),
    path("<int:year>/tahun-sebelumnya/<int:pk>/", comparison.earlier_years, name="earlier_years"),
    path("<int:year>/realisasi-anggaran/", money.money_list, name="money_list"),
    path(
        "<int:year>/realisasi-anggaran/<int:unit>/<int:number>/", money_entry.money_entry, name="money_entry"
    ),
    path("<int:year>/realisasi-anggaran/baris/<int:pk>/", money.money_line, name="money_line"),
    path("<int:year>/jadwal/", schedule.measuring, name="calendar"),
    path("data-dukung/<int:pk>/", facts.evidence, name="evidence"),
    path("pengaturan/kebijakan/<int:year>/", policies.policy, name="policy"),
    path("pengaturan/kebijakan/<int:year>/<slug:group>/", policies.policy_edit, name="policy_edit"),
    path("simulasi/", simulation.simulation, name="simulation"),
]
