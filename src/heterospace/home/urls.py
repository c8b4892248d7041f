"""Addresses of the front door."""

from django.urls import path

from . import views

app_name = "home"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("api/v1/docs", views.api_docs, name="api_docs"),
    path("healthz", views.healthz, name="healthz"),
]
