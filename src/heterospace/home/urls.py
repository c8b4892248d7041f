"""Addresses of the front door."""

from django.urls import path

from . import setup, views
from .data import views as data

app_name = "home"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("setup/", setup.setup, name="setup"),
    path("hubs/<slug:slug>/data/", data.data, name="data"),
    path("hubs/<slug:slug>/data/<str:kind>/template.xlsx", data.template, name="data_template"),
    path("hubs/<slug:slug>/data/<str:kind>/export/", data.export, name="data_export"),
    path("hubs/<slug:slug>/data/<str:kind>/import/", data.take, name="data_import"),
    path("hubs/<slug:slug>/data/imports/<int:number>/", data.progress, name="data_progress"),
    path("api/v1/docs", views.api_docs, name="api_docs"),
    path("healthz", views.healthz, name="healthz"),
]
