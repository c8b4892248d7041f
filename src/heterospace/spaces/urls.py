"""Addresses of the hubs' and spaces' public pages and settings."""

from django.urls import path

from . import views

app_name = "spaces"
urlpatterns = [
    path("spaces/", views.catalogue, name="list"),
    path("hubs/<slug:slug>/", views.hub, name="hub"),
    path("hubs/<slug:hub_slug>/spaces/", views.manage, name="manage"),
    path("hubs/<slug:hub_slug>/spaces/new/", views.add, name="add"),
    path("hubs/<slug:hub_slug>/spaces/<slug:slug>/", views.space, name="space"),
    path("hubs/<slug:hub_slug>/spaces/<slug:slug>/edit/", views.edit, name="edit"),
    path("hubs/<slug:hub_slug>/spaces/<slug:slug>/set-photo/", views.set_photo, name="set_photo"),
    path("hubs/<slug:hub_slug>/spaces/<slug:slug>/photo/<str:name>", views.photo, name="photo"),
]
