"""Addresses of facts: entry, verification, evidence, simulation."""

from django.urls import URLPattern

app_name = "evaluations"
urlpatterns: list[URLPattern] = []
