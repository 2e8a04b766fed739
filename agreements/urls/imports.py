"""Addresses: importing."""

from django.urls import path

from agreements.views import imports

urlpatterns = [
    path("impor/", imports.import_list, name="import_list"),
    path("impor/<uuid:pk>/", imports.import_run, name="import_run"),
    path("impor/<uuid:pk>/kolom/", imports.import_columns, name="import_columns"),
    path("impor/<uuid:pk>/berkas/", imports.import_file, name="import_file"),
    path("impor/<uuid:pk>/catatan/", imports.import_notes, name="import_notes"),
    path("impor/<uuid:pk>/<slug:action>/", imports.import_step, name="import_step"),
    path("impor/isi/<slug:subject>/templat/", imports.import_template, name="import_template"),
    path("impor/isi/<slug:subject>/ekspor/", imports.import_export, name="import_export"),
    path(
        "impor/isi/<slug:subject>/<int:year>/templat/",
        imports.import_template,
        name="import_template_of_year",
    ),
    path("impor/isi/<slug:subject>/<int:year>/ekspor/", imports.import_export, name="import_export_of_year"),
]
