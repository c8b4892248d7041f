"""Addresses of asking a hub, and of the desk's queue."""

from django.urls import path

from . import views

app_name = "enquiries"
urlpatterns = [
    path("hubs/<slug:slug>/ask/", views.ask, name="ask"),
    path("enquiries/<str:secret>/", views.follow, name="follow"),
    path("desk/<slug:hub_slug>/enquiries/", views.queue, name="queue"),
    path("desk/<slug:hub_slug>/enquiries/<str:reference>/", views.enquiry, name="enquiry"),
]
