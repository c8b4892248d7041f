"""Addresses of the front door."""

from django.urls import path

from . import setup, views

app_name = "home"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("setup/", setup.setup, name="setup"),
    path("api/v1/docs", views.api_docs, name="api_docs"),
    path("healthz", views.healthz, name="healthz"),
]
