"""Addresses of the booking pages."""

from django.urls import path

from . import views

app_name = "bookings"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("hubs/<slug:hub_slug>/spaces/<slug:slug>/book/", views.book, name="book"),
    path("hubs/<slug:hub_slug>/spaces/<slug:slug>/here/", views.here, name="here"),
    path("hubs/<slug:hub_slug>/spaces/<slug:slug>/door/", views.door, name="door"),
    path("bookings/", views.mine, name="mine"),
    path("bookings/give-back/<str:token>/", views.give_back, name="give_back"),
    path("bookings/<str:reference>/", views.booking, name="booking"),
    path("bookings/<str:reference>/cancel/", views.cancel, name="cancel"),
    path("bookings/<str:reference>/check-in/", views.check_in, name="check_in"),
    path("bookings/<str:reference>/release/", views.release, name="release"),
    path("bookings/<str:reference>/extend/", views.extend, name="extend"),
    path("bookings/<str:reference>/calendar.ics", views.calendar, name="calendar"),
    path("calendars/", views.feeds, name="feeds"),
    path("feeds/<str:secret>.ics", views.feed, name="feed"),
    path("desk/<slug:hub_slug>/", views.desk, name="desk"),
]
